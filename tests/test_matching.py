"""Which column is which: by the project, by the best alias, and with a word when figures have rivals."""

from collections.abc import Sequence

import pytest

from data.tables.aliases import aliases
from data.tables.headers import heading_of
from data.tables.matching import match_headings, near_headings


def _matched(headings: Sequence[str]) -> tuple[dict[str, int], list[tuple[str, str, object]]]:
    match, problems = match_headings([heading_of(text) for text in headings], layers=["estates"], fields={}, place="")
    return dict(match.columns), [(p.field, p.value, p.facts["others"]) for p in problems]


def test_figure_with_two_columns_is_told() -> None:
    columns, told = _matched(["小区名称", "改造户数", "总户数", "建筑面积（万㎡）", "改造面积（万㎡）"])
    assert columns == {"name": 0, "households": 2, "floor_area_m2": 3}
    assert told == [("households", "总户数", "改造户数"), ("floor_area_m2", "建筑面积", "改造面积")]


def test_text_with_a_lesser_heading_is_taken_without_a_word() -> None:
    assert _matched(["项目名称", "小区名称", "户数"]) == ({"name": 1, "households": 2}, [])


@pytest.mark.parametrize("heading", ["小區名稱", "小 区 名 称", "小区\n名称", "＊小区名称", "小区名称："])
def test_spellings_of_a_heading(heading: str) -> None:
    assert _matched([heading, "戶數"]) == ({"name": 0, "households": 1}, [])


def test_headings_that_may_be_meant() -> None:
    (column,) = (column for column in aliases().layers["estates"] if column.name == "households")
    headings = [heading_of(text) for text in ("小区现状户数", "物业公司", "总户数目")]
    assert near_headings(headings, column) == ["小区现状户数", "总户数目"]


def test_every_column_of_a_count_has_units_and_ordered_limits() -> None:
    for column in (column for columns in aliases().layers.values() for column in columns):
        assert column.measure in aliases().units
        if column.likely and column.possible:
            assert column.possible[0] <= column.likely[0] < column.likely[1] <= column.possible[1]
