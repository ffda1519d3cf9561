from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point

from data.project import Project
from data.standards.model import Eligibility
from geo.judgement.departures import tell_departures
from geo.judgement.eligibility import TAKES_PART, judge_eligibility
from tests.tiny import TINY_CRS

NAN = float("nan")
BY_YEAR = Eligibility(2000, None, ("expropriation", "shantytown"), "文件", "一", "逐步将后建成的纳入改造计划。")
BY_AGE = Eligibility(None, 20, ("dangerous_d",), "文件", "一")
Row = tuple[float, float, str | None]


def estates(*rows: Row, **columns: list[str | None]) -> gpd.GeoDataFrame:
    """Make estates E0, E1, ... of first year, last year and reasons to exclude."""
    first, last, excluded = zip(*rows, strict=True)
    texts: dict[str, Any] = {
        "estate_id": [f"E{number}" for number in range(len(rows))],
        "name": [f"小区{number}" for number in range(len(rows))],
        "excluded": excluded,
        **{name: [None] * len(rows) for name in ("excluded_by", "renovation")},
        **columns,
    }
    frame = {name: np.array(values, object) for name, values in texts.items()}
    years = {"built_year_min": np.array(first, float), "built_year_max": np.array(last, float)}
    return gpd.GeoDataFrame({**frame, **years}, geometry=[Point(0, 0)] * len(rows), crs=TINY_CRS)


def project(year: int | None = 2026, **eligibility: object) -> Project:
    about = {"date": f"{year}-03-01"} if year else {}
    return Project.model_validate({"project": about, "eligibility": eligibility})


def judge(frame: gpd.GeoDataFrame, rule: Eligibility, settings: Project | None = None) -> list[tuple[str, bool]]:
    found = judge_eligibility(frame, rule=rule, project=settings or project())
    return list(found[["eligibility", "eligible"]].itertuples(index=False, name=None))


def told(frame: gpd.GeoDataFrame, rule: Eligibility, settings: Project) -> list[tuple[str, str]]:
    judged = judge_eligibility(frame, rule=rule, project=settings)
    return [(one.code, one.feature) for one in tell_departures(judged, rule=rule, project=settings)]


@pytest.mark.parametrize(
    ("rule", "year", "expected"),
    [
        # 2000年底前: those of 2000 belong to it.
        (BY_YEAR, 2000, ("built_in_time", True)),
        (BY_YEAR, 2001, ("built_later", False)),
        # 20年以上: twenty years old in the year of the plan, and nineteen.
        (BY_AGE, 2006, ("built_in_time", True)),
        (BY_AGE, 2007, ("built_later", False)),
    ],
)
def test_the_last_year_that_counts(rule: Eligibility, year: int, expected: tuple[str, bool]) -> None:
    assert judge(estates((year, year, None)), rule) == [expected]


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        pytest.param(1998, 2001, "year_straddles", id="1998-2001"),
        pytest.param(2000, 2009, "year_straddles", id="2000年代"),
        pytest.param(1990, 1999, "built_in_time", id="1990年代"),
        pytest.param(1998, NAN, "year_straddles", id="1998年以后"),
        pytest.param(2001, NAN, "built_later", id="2000年后"),
        pytest.param(NAN, 1999, "built_in_time", id="2000年前"),
        pytest.param(NAN, 2009, "year_straddles", id="2010年前"),
        pytest.param(NAN, NAN, "year_unknown", id="不详"),
    ],
)
def test_years_on_both_sides_of_the_limit_are_a_class_of_their_own(first: float, last: float, expected: str) -> None:
    assert judge(estates((first, last, None)), BY_YEAR) == [(expected, expected == "built_in_time")]


@pytest.mark.parametrize(
    ("year", "expected"), [(2019, "built_in_time"), (2018, "year_straddles"), (2009, "built_later")]
)
def test_the_age_of_a_decade_is_sure_when_its_last_year_is_old_enough(year: int, expected: str) -> None:
    # Of the 1990s: all are twenty years old in 2019, those of 1999 are not in 2018, none is in 2009.
    assert judge(estates((1990, 1999, None)), BY_AGE, project(year))[0][0] == expected


@pytest.mark.parametrize("rule", [BY_AGE, Eligibility(None, None, (), "", "")], ids=["no plan year", "no rule"])
@pytest.mark.parametrize("included", [True, False])
def test_without_a_year_to_compare_with_the_age_is_unknown(rule: Eligibility, *, included: bool) -> None:
    settings = project(None, include_unknown_year=included)
    expected = ("year_unknown_included", True) if included else ("year_unknown", False)
    assert judge(estates((1980, 1980, None)), rule, settings) == [expected]


@pytest.mark.parametrize("table", ["clusters", "eligibility"])
def test_an_estate_of_unknown_year_takes_part_when_asked(table: str) -> None:
    settings = Project.model_validate({table: {"include_unknown_year": True}})
    frame = estates((NAN, NAN, None), (1998, 2001, None))
    assert judge(frame, BY_YEAR, settings) == [("year_unknown_included", True), ("year_straddles", False)]
    assert told(frame, BY_YEAR, settings) == [("eligibility_year_unknown_included", "")]


def test_straddling_years_take_part_when_asked() -> None:
    settings = project(include_straddling_year=True)
    frame = estates((NAN, NAN, None), (1998, 2001, None))
    assert judge(frame, BY_YEAR, settings) == [("year_unknown", False), ("year_straddles_included", True)]
    assert told(frame, BY_YEAR, settings) == [("eligibility_year_straddles_included", "")]


def test_only_what_the_rule_names_excludes_and_the_rest_is_told() -> None:
    rows = [(1980, 1980, "expropriation"), (1980, 1980, "dangerous_d"), (NAN, NAN, "dangerous_d;shantytown")]
    assert judge(estates(*rows), BY_YEAR) == [
        ("expropriation", False), ("built_in_time", True), ("shantytown", False)
    ]  # fmt: skip
    assert told(estates(*rows), BY_YEAR, project()) == [("excluded_not_named", "E1, E2")]


def test_a_layer_excludes_even_for_a_reason_that_the_standard_does_not_name() -> None:
    frame = estates((1980, 1980, "expropriation"), (1980, 1980, "expropriation"), excluded_by=["征收.shp 80%", None])
    judged = judge_eligibility(frame, rule=BY_AGE, project=project())
    assert judged["eligibility"].tolist() == ["expropriation", "built_in_time"]
    assert judged["eligibility_note"].tolist() == ["征收.shp 80%", None]
    assert told(frame, BY_AGE, project()) == [("exclusion_unnamed", "E0"), ("excluded_not_named", "E1")]


def test_an_estate_where_everything_is_done_is_a_class_of_its_own() -> None:
    frame = estates(*[(1980, 1980, None)] * 3, (1980, 1980, "shantytown"), renovation=["whole", "part", None, "whole"])
    assert [key for key, _ in judge(frame, BY_YEAR)] == ["renovated", "built_in_time", "built_in_time", "shantytown"]


def test_a_year_that_the_project_sets_is_told_with_its_basis() -> None:
    frame = estates((1990, 1990, None), (2003, 2003, None), (1999, 2004, None), (2006, 2006, None))
    settings = project(built_by=2005, basis="市政府2021年标准")
    judged = judge_eligibility(frame, rule=BY_YEAR, project=settings)
    assert judged["eligibility"].tolist() == [
        "built_in_time", "built_in_time_as_set", "built_in_time_as_set", "built_later"
    ]  # fmt: skip
    assert judged["eligibility_by_standard"].tolist() == [
        "built_in_time", "built_later", "year_straddles", "built_later"
    ]  # fmt: skip
    assert judged["eligibility_note"].tolist() == [None, "市政府2021年标准", "市政府2021年标准", None]
    (problem,) = tell_departures(judged, rule=BY_YEAR, project=settings)
    assert (problem.code, problem.facts["more"], problem.facts["fewer"]) == ("eligibility_year_set", 2, 0)
    assert problem.facts["basis"] == "市政府2021年标准"


def test_a_stricter_year_leaves_out_what_the_standard_takes() -> None:
    frame = estates((1985, 1985, None), (1995, 1995, None))
    settings = project(min_age_years=40)
    assert judge(frame, BY_YEAR, settings) == [("built_in_time", True), ("built_later_as_set", False)]
    assert told(frame, BY_YEAR, settings) == [("eligibility_year_set", "")]


def test_the_year_of_the_standard_set_again_is_no_departure() -> None:
    assert told(estates((1985, 1985, None)), BY_YEAR, project(built_by=2000)) == []


def test_estates_are_included_and_left_out_by_identifier_or_name_with_the_reason() -> None:
    frame = estates(*[(2010, 2010, None)] * 2, *[(1990, 1990, None)] * 2)
    settings = project(include={"E0": "居民改造意愿强烈", "小区2": "已列入"}, exclude={"小区3": "拟整体搬迁"})
    judged = judge_eligibility(frame, rule=BY_YEAR, project=settings)
    assert judged["eligibility"].tolist() == ["included", "built_later", "built_in_time", "left_out"]
    assert judged["eligible"].tolist() == [True, False, True, False]
    assert judged["eligibility_note"].tolist() == ["居民改造意愿强烈", None, None, "拟整体搬迁"]
    assert told(frame, BY_YEAR, settings) == [
        ("eligibility_included", "E0 小区0"),
        ("eligibility_include_needless", "E2 小区2"),
        ("eligibility_left_out", "E3 小区3"),
    ]


def test_naming_an_estate_does_not_lift_what_excludes_it() -> None:
    frame, settings = estates((1990, 1990, "expropriation")), project(include=["E0"])
    assert judge(frame, BY_YEAR, settings) == [("expropriation", False)]
    assert told(frame, BY_YEAR, settings) == [("eligibility_include_barred", "E0 小区0")]


def test_an_estate_that_is_renovated_can_be_included_again() -> None:
    frame = estates((1990, 1990, None), renovation=["whole"])
    assert judge(frame, BY_YEAR, project(include={"E0": "管网仍不完善"})) == [("included", True)]


YEARS = st.one_of(st.just(NAN), st.integers(1900, 2030))
ROWS = st.lists(st.tuples(YEARS, YEARS, st.sampled_from([None, "shantytown", "dangerous_d"])), min_size=1)


@given(ROWS, st.randoms())
def test_each_estate_is_judged_by_itself(rows: list[Row], shuffle: Any) -> None:  # noqa: ANN401
    rows = [(min(a, b), max(a, b), why) if a == a and b == b else (a, b, why) for a, b, why in rows]
    frame = estates(*rows)
    order = list(range(len(frame)))
    shuffle.shuffle(order)
    one = judge_eligibility(frame, rule=BY_YEAR, project=project())
    other = judge_eligibility(frame.iloc[order], rule=BY_YEAR, project=project())
    pd.testing.assert_frame_equal(pd.DataFrame(one.iloc[order]), pd.DataFrame(other))
    assert (one["eligible"] == one["eligibility"].isin(TAKES_PART)).all()


@given(ROWS)
def test_including_the_unknown_adds_those_of_unknown_year_alone(rows: list[Row]) -> None:
    frame = estates(*rows, (1990, 1990, None))
    out, into = (judge(frame, BY_YEAR, project(include_unknown_year=included)) for included in (False, True))
    added = [now and not before for (_, before), (_, now) in zip(out, into, strict=True)]
    unknown = frame["built_year_max"].isna() & frame["built_year_min"].isna() & (frame["excluded"] != "shantytown")
    assert added == unknown.tolist()
