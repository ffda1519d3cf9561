"""The ledger joined to the estates, and the names it is joined by."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point

from data.problems import Problem
from data.tables.join import join_ledger
from data.tables.names import name_keys, place_keys


def _estates(*rows: tuple[str, str | None, str | None]) -> gpd.GeoDataFrame:
    frame = pd.DataFrame(rows, columns=["estate_id", "name", "subdistrict"], dtype=object)
    return gpd.GeoDataFrame(frame, geometry=[Point(0, 0)] * len(rows), crs=4548)


def _ledger(*rows: tuple[str | None, str | None, str | None, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["estate_id", "name", "subdistrict", "households"]).astype(
        {"estate_id": object, "name": object, "subdistrict": object}
    )
    return frame.assign(row=range(2, len(rows) + 2))


def _codes(problems: tuple[Problem, ...]) -> list[tuple[str, str, str]]:
    return [(problem.code, problem.feature, problem.value) for problem in problems if problem.code != "join_result"]


@pytest.mark.parametrize(
    "names",
    [
        ("阳光花园一期", "阳光花园（一期）", "阳光花园 1期", "阳光花园第一期", "阳光花园１期小区", "阳光花园小区一期"),
        ("幸福小区", "幸福", "幸福住宅小区", " 幸 福 小区 "),
        ("丁公路12号院", "丁公路１２号院", "丁公路十二号院"),
        ("机床厂宿舍", "机床厂  宿舍", "机床厂（宿舍）"),
    ],
)
def test_spellings_of_one_name_share_a_key(names: tuple[str, ...]) -> None:
    assert name_keys(pd.Series(names)).nunique() == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("阳光花园一期", "阳光花园二期"),
        ("阳光花园", "阳光花园一期"),
        ("机床厂宿舍", "机床厂"),
        ("东湖花园", "东湖新村"),
        ("和平一村", "和平二村"),
        ("12号院", "2号院"),
    ],
)
def test_names_of_two_estates_do_not(one: str, other: str) -> None:
    keys = name_keys(pd.Series([one, other]))
    assert keys[0] != keys[1]


def test_missing_names_have_no_key() -> None:
    assert name_keys(pd.Series([None, "小区"], dtype=object)).tolist() == ["", "小区"]


def test_subdistricts_are_compared_without_their_ending() -> None:
    assert place_keys(pd.Series(["东湖街道", "东湖街道办事处", "东湖 街道办", "东湖"])).unique().tolist() == ["东湖"]


def test_code_goes_before_name() -> None:
    estates = _estates(("361199001001001234", "甲", None), ("361199001001001235", "乙", None))
    ledger = _ledger(("361199001001001235", "甲", None, 5), ("361199001001001234", "乙", None, 4))
    joined, problems = join_ledger(estates, ledger)
    assert joined["households"].tolist() == [4, 5]
    assert joined["name"].tolist() == ["甲", "乙"]
    assert _codes(problems) == [("join_names_differ", "#3", "乙"), ("join_names_differ", "#2", "甲")]


def test_same_name_is_told_apart_by_subdistrict() -> None:
    estates = _estates(("E1", "幸福小区", "东湖街道"), ("E2", "幸福小区", "西园街道"))
    ledger = _ledger((None, "幸福", "西园", 150), (None, "幸福小区", "东湖街道办事处", 90))
    joined, problems = join_ledger(estates, ledger)
    assert joined["households"].tolist() == [90, 150]
    assert _codes(problems) == [("join_by_short_name", "#2", "幸福 = 幸福小区")]


def test_same_name_without_subdistrict_is_joined_to_neither() -> None:
    estates = _estates(("E1", "幸福小区", None), ("E2", "幸福小区", None), ("E3", "新村", None))
    ledger = _ledger((None, "幸福小区", None, 150), (None, "新村", None, 7))
    joined, problems = join_ledger(estates, ledger)
    assert joined["households"].fillna(-1).tolist() == [-1, -1, 7]
    assert _codes(problems) == [
        ("join_row_left", "#2", "幸福小区"),
        ("join_estate_left", "E1 幸福小区", ""),
        ("join_estate_left", "E2 幸福小区", ""),
        ("join_ambiguous", "#2", "E1 幸福小区, E2 幸福小区"),
    ]


def test_another_subdistrict_is_no_match() -> None:
    joined, problems = join_ledger(_estates(("E1", "幸福小区", "东湖街道")), _ledger((None, "幸福小区", "西园街道", 9)))
    assert joined["households"].isna().all()
    assert [code for code, _, _ in _codes(problems)] == ["join_row_left", "join_estate_left"]


def test_name_alone_serves_where_one_side_names_no_subdistrict() -> None:
    joined, _ = join_ledger(_estates(("E1", "幸福小区", None)), _ledger((None, "幸福小区", "西园街道", 9)))
    assert joined[["households", "subdistrict"]].to_numpy().tolist() == [[9, "西园街道"]]


def test_rows_are_never_multiplied_and_inputs_not_changed() -> None:
    estates, ledger = _estates(("E1", "甲", None)), _ledger(("E1", "甲", None, 1), ("E1", "甲", None, 2))
    before = estates.copy(), ledger.copy()
    joined, problems = join_ledger(estates, ledger)
    assert len(joined) == 1
    assert joined["households"].isna().all()
    assert ("join_ambiguous", "#2, #3", "E1 甲") in _codes(problems)
    pd.testing.assert_frame_equal(estates, before[0])
    pd.testing.assert_frame_equal(ledger, before[1])


def test_order_of_rows_does_not_matter() -> None:
    estates = _estates(*((f"E{i}", f"新村{i}号院", "东") for i in range(5)))
    ledger = _ledger(*((None, f"新村{i}号院", "东", float(i)) for i in range(5)))
    one, _ = join_ledger(estates, ledger)
    other, _ = join_ledger(estates, ledger.iloc[::-1].reset_index(drop=True))
    assert one["households"].tolist() == other["households"].tolist() == [0, 1, 2, 3, 4]
