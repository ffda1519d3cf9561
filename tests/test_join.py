"""The ledger joined to the estates, and the names it is joined by."""

from random import Random

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
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
        ("阳光花园Ⅱ期", "阳光花园II期", "阳光花园二期", "阳光花园（二期）", "陽光花園2期"),
        ("阳光花园A区", "阳光花园（Ａ区）", "阳光花园 a区"),
        ("明月苑", "明月苑（原名电机厂宿舍）", "明月苑,又名电机厂宿舍"),
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
        ("新村1-2号", "新村12号"),
        ("新村1、2号", "新村12号"),
        ("阳光花园1-2期", "阳光花园12期"),
        ("阳光花园东区", "阳光花园西区"),
        ("阳光花园一、二期", "阳光花园二期"),
        ("中原名门", "中原"),
    ],
)
def test_names_of_two_estates_do_not(one: str, other: str) -> None:
    keys = name_keys(pd.Series([one, other]))
    assert keys[0] != keys[1]


def test_missing_names_have_no_key() -> None:
    assert name_keys(pd.Series([None, "小区"], dtype=object)).tolist() == ["", "小区"]


def test_subdistricts_are_compared_without_their_ending() -> None:
    names = ["东湖街道", "东湖街道办事处", "东湖 街道办", "东湖", "东湖镇", "东湖区东湖街道", "南昌市东湖区东湖街道办"]
    assert place_keys(pd.Series(names)).unique().tolist() == ["东湖"]
    assert place_keys(pd.Series(["开发区街道", "市中街道"])).tolist() == ["开发区", "市中"]


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


def test_whole_names_go_before_shortened_ones() -> None:
    estates = _estates(("1001", "幸福", "东"), ("1002", "幸福小区", "东"), ("1003", "和平生活区", "东"))
    joined, problems = join_ledger(estates, _ledger((None, "幸福小区", "东", 2), (None, "和平小区", "东", 3)))
    assert joined["households"].fillna(-1).tolist() == [-1, 2, 3]
    assert _codes(problems) == [
        ("join_estate_left", "1001 幸福", ""), ("join_by_short_name", "#3", "和平小区 = 和平生活区"),
    ]  # fmt: skip


def test_names_that_differ_by_their_ending_alone_are_never_merged() -> None:
    estates = _estates(("1001", "幸福", "东"), ("1002", "幸福生活区", "东"))
    joined, problems = join_ledger(estates, _ledger((None, "幸福小区", "东", 2)))
    assert joined["households"].isna().all()
    assert ("join_ambiguous", "#2", "1001 幸福, 1002 幸福生活区") in _codes(problems)


@pytest.mark.parametrize(
    ("on_map", "in_ledger"),
    [
        ("电机厂宿舍", "明月苑（原名：电机厂宿舍）"),
        ("和平里（原纺织厂宿舍）", "纺织厂宿舍"),
        ("甲苑（又名乙苑）", "丙苑,曾用名乙苑"),
    ],
)
def test_former_names_join_and_are_told(on_map: str, in_ledger: str) -> None:
    joined, problems = join_ledger(_estates(("1001", on_map, "东")), _ledger((None, in_ledger, "东", 2)))
    assert joined["households"].tolist() == [2]
    assert _codes(problems) == [("join_by_other_name", "#2", in_ledger)]


@pytest.mark.parametrize(
    ("on_map", "in_ledger", "codes"),
    [
        ("361199006003003", "361199006003003.0", []),
        ("361199006003003", "361199 006003 003", []),
        ("361199006003003", "３６１１９９００６００３００３", []),
        ("00123", "123", ["join_by_code_zeros"]),
    ],
)
def test_codes_as_spreadsheets_leave_them(on_map: str, in_ledger: str, codes: list[str]) -> None:
    joined, problems = join_ledger(_estates((on_map, None, None)), _ledger((in_ledger, None, None, 5)))
    assert joined["households"].tolist() == [5]
    assert [code for code, _, _ in _codes(problems)] == codes


def test_zeros_in_front_join_nothing_that_stands_twice() -> None:
    estates = _estates(("0123", None, None), ("00123", None, None))
    joined, problems = join_ledger(estates, _ledger(("123", None, None, 5)))
    assert joined["households"].isna().all()
    assert ("join_ambiguous", "#2", "0123, 00123") in _codes(problems)


def test_numbers_of_lines_are_no_codes_unless_the_project_says_so() -> None:
    estates = _estates(("1", "甲苑", "东"), ("2", "乙苑", "东"), ("3", "丙苑", "东"))
    ledger = _ledger(("1", "乙苑", "东", 2), ("2", "丙苑", "东", 3), ("3", "甲苑", "东", 1))
    joined, problems = join_ledger(estates, ledger)
    assert joined["households"].tolist() == [1, 2, 3]
    assert _codes(problems) == [("join_codes_unrelated", "", "3")]
    declared, told = join_ledger(estates, ledger, is_key_declared=True)
    assert declared["households"].tolist() == [2, 3, 1]
    assert {code for code, _, _ in _codes(told)} == {"join_names_differ"}


def test_codes_that_deny_a_name_are_told() -> None:
    estates = _estates(("361100001", "甲苑", "东"), ("361100002", "乙苑", "东"))
    joined, problems = join_ledger(estates, _ledger(("361100001", "甲苑", "东", 2), ("361100009", "乙苑", "东", 3)))
    assert joined["households"].tolist() == [2, 3]
    assert _codes(problems) == [("join_codes_differ", "#3", "乙苑")]


def test_nearest_names_are_offered_and_never_joined() -> None:
    estates = _estates(("1001", "机床厂宿舍", "东"), ("1002", "阳光花园", "西"))
    ledger = _ledger((None, "机床厂家属院", "东", 2), (None, "阳光家园", "东", 3), (None, "四季青", "东", 4))
    joined, problems = join_ledger(estates, ledger)
    assert joined["households"].isna().all()
    near = [problem.facts["near"] for problem in problems if problem.code == "join_row_left"]
    assert near == ["1001 机床厂宿舍", "1002 阳光花园", "—"]


def test_figures_of_the_map_that_differ_are_told() -> None:
    estates = _estates(("E1", "甲", None), ("E2", "乙", None)).assign(households=[50.0, 60.0])
    joined, problems = join_ledger(estates, _ledger(("E1", "甲", None, 50), ("E2", "乙", None, 61)))
    assert joined["households"].tolist() == [50, 61]
    assert _codes(problems) == [("join_figures_differ", "#3", "E2 乙: 60 / 61")]


@pytest.mark.parametrize(
    ("names", "share", "severity"),
    [(("甲苑", "乙苑"), "100%", "note"), (("甲苑", "丙苑"), "50%", "note"), (("丁苑", "丙苑"), "0%", "warning")],
)
def test_share_that_was_joined(names: tuple[str, str], share: str, severity: str) -> None:
    estates = _estates(("1", "甲苑", None), ("2", "乙苑", None))
    _, problems = join_ledger(estates, _ledger(*((None, name, None, 1) for name in names)))
    (result,) = (problem for problem in problems if problem.code == "join_result")
    assert (result.facts["share"], result.severity) == (share, severity)


SPELLINGS = ("甲苑", "甲苑小区", "甲苑一期", "甲苑Ⅱ期", "乙里", "乙里（一期）", "1号院", "一号院")
NAMES = st.lists(st.sampled_from(SPELLINGS), max_size=6)


@settings(max_examples=40)
@given(NAMES, NAMES, st.randoms())
def test_order_of_rows_changes_nothing(here: list[str], there: list[str], draw: Random) -> None:
    estates = _estates(*((f"E{i:06d}", name, "东") for i, name in enumerate(here)))
    ledger = _ledger(*((None, name, "东", float(i)) for i, name in enumerate(there)))
    one = join_ledger(estates, ledger)[0].set_index("estate_id")["households"]
    orders = [draw.sample(range(len(rows)), len(rows)) for rows in (estates, ledger)]
    mixed = estates.iloc[orders[0]].reset_index(drop=True), ledger.iloc[orders[1]].reset_index(drop=True)
    other = join_ledger(*mixed)[0].set_index("estate_id")["households"]
    pd.testing.assert_series_equal(one, other.reindex(one.index), check_dtype=False)
    assert one.dropna().is_unique
