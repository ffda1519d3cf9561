"""Figures that no row can hold, or hardly any; units, codes and answers."""

from collections.abc import Sequence

import pandas as pd
import pytest

from data.tables.columns import code_text, layer_columns
from tests.workbooks import told


def _estates(**columns: Sequence[object]) -> tuple[pd.DataFrame, list[tuple[str, str, str]]]:
    frame = pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in columns.items()})
    typed, problems = layer_columns(frame, layer="estates", fields={}, place="a.gpkg")
    return typed, told(problems)


@pytest.mark.parametrize(
    ("heading", "column", "cell", "code"),
    [
        ("户数", "households", 1e9, "value_impossible"),
        ("户数", "households", "1.2亿", "value_impossible"),
        ("户数", "households", 30_000, "value_unlikely"),
        ("建筑面积（万㎡）", "floor_area_m2", 120_000, "value_impossible"),
        ("建筑面积（㎡）", "floor_area_m2", 3.2, "value_impossible"),
        ("建筑面积（㎡）", "floor_area_m2", 12, "value_unlikely"),
        ("栋数", "buildings", 800, "value_unlikely"),
    ],
)
def test_figures_beyond_an_estate(heading: str, column: str, cell: object, code: str) -> None:
    columns: dict[str, Sequence[object]] = {"小区名称": ["甲"], heading: [cell]}
    typed, problems = _estates(**columns)
    assert [problem[:2] for problem in problems] == [(code, "#1")]
    assert typed[column].isna().tolist() == [code == "value_impossible"]


@pytest.mark.parametrize(
    ("cells", "read", "codes"),
    [
        (["85.5%", "90%"], [85.5, 90], []),
        ([85.5, 0], [85.5, 0], []),
        ([0.85, 1.0], [85, 100], ["percent_as_share"]),
        (["0.85%", "1%"], [0.85, 1], []),
        ([120, 50], [None, 50], ["value_impossible"]),
    ],
    ids=["percent", "plain", "as a workbook keeps them", "hardly any", "more than all"],
)
def test_shares_of_residents(cells: list[object], read: list[float | None], codes: list[str]) -> None:
    typed, problems = _estates(小区名称=["甲", "乙"], 同意率=cells)
    assert typed["willing_percent"].astype(object).where(typed["willing_percent"].notna(), None).tolist() == read
    assert [code for code, _, _ in problems] == codes


def test_very_many_odd_figures_are_told_in_one_line() -> None:
    _, problems = _estates(小区名称=["甲"] * 30, **{"建筑面积（万㎡）": [100_000 + number for number in range(30)]})
    assert problems == [("value_impossible", "#1, #2, #3, #4, #5 … (30)", "100000, 100001, 100002, 100003, 100004")]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (12.0, "12"), ("12.0", "12"), ("'00123", "00123"), ("00123", "00123"), (3.6e17, None), ("3.6E+17", None),
        ("361199006003003123", "361199006003003123"), ("A-1", "A-1"), ("#N/A", None), (None, None), ("1.2e3", "1.2e3"),
    ],
)  # fmt: skip
def test_codes(cell: object, text: str | None) -> None:
    assert code_text(cell) == text


def test_unit_of_another_measure_is_told_and_not_applied() -> None:
    typed, problems = _estates(小区名称=["甲"], **{"户数（人）": [300]})
    assert typed["households"].tolist() == [300]
    assert problems == [("unit_not_fitting", "", "人")]


@pytest.mark.parametrize(
    ("cell", "is_told"), [("待定", True), ("不详", True), ("—", False), ("无", False), (None, False)]
)
def test_open_answers_are_told(cell: str | None, is_told: bool) -> None:
    typed, problems = _estates(小区名称=["甲"], 是否征收=[cell])
    assert typed["excluded"].tolist() == [None]
    assert [code for code, _, _ in problems] == ["excluded_unclear"] * is_told
