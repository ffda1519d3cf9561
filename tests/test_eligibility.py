import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point

from data.standards.model import Eligibility
from geo.judgement.eligibility import judge_eligibility
from tests.tiny import TINY_CRS

NAN = float("nan")
BY_YEAR = Eligibility(2000, None, ("expropriation", "shantytown"), "文件", "一")
BY_AGE = Eligibility(None, 20, (), "文件", "一")


def estates(*rows: tuple[float, str | None]) -> gpd.GeoDataFrame:
    years, excluded = zip(*rows, strict=True)
    columns = {"built_year_max": np.array(years, float), "excluded": np.array(excluded, object)}
    return gpd.GeoDataFrame(columns, geometry=[Point(0, 0)] * len(rows), crs=TINY_CRS)


def judge(
    frame: gpd.GeoDataFrame, rule: Eligibility, *, year: int | None = 2026, include_unknown_year: bool = False
) -> list[tuple[str, bool]]:
    found = judge_eligibility(frame, rule=rule, year=year, include_unknown_year=include_unknown_year)
    return list(found[["eligibility", "eligible"]].itertuples(index=False, name=None))


@pytest.mark.parametrize(
    ("rule", "year", "expected"),
    [
        (BY_YEAR, 2000, ("built_in_time", True)),
        (BY_YEAR, 2001, ("built_later", False)),
        # Twenty years old in the year of the plan, and nineteen.
        (BY_AGE, 2006, ("built_in_time", True)),
        (BY_AGE, 2007, ("built_later", False)),
    ],
)
def test_the_last_year_that_counts(rule: Eligibility, year: int, expected: tuple[str, bool]) -> None:
    assert judge(estates((year, None)), rule) == [expected]


@pytest.mark.parametrize("rule", [BY_AGE, Eligibility(None, None, (), "", "")], ids=["no plan year", "no rule"])
@pytest.mark.parametrize(
    ("included", "expected"), [(True, ("year_unknown_included", True)), (False, ("year_unknown", False))]
)
def test_without_a_year_to_compare_with_the_age_is_unknown(
    rule: Eligibility, included: bool, expected: tuple[str, bool]
) -> None:
    assert judge(estates((1980, None)), rule, year=None, include_unknown_year=included) == [expected]


@pytest.mark.parametrize(
    ("included", "expected"), [(True, ("year_unknown_included", True)), (False, ("year_unknown", False))]
)
def test_an_estate_of_unknown_year_takes_part_when_asked(included: bool, expected: tuple[str, bool]) -> None:
    assert judge(estates((NAN, None)), BY_YEAR, include_unknown_year=included) == [expected]


def test_the_year_of_the_plan_does_not_matter_to_a_rule_that_names_a_year() -> None:
    assert judge(estates((2000, None)), BY_YEAR, year=None) == [("built_in_time", True)]


def test_only_what_the_rule_names_excludes() -> None:
    frame = estates((1980, "expropriation"), (1980, "dangerous_d"), (NAN, "shantytown"), (2010, "dangerous_d"))
    assert judge(frame, BY_YEAR, include_unknown_year=True) == [
        ("expropriation", False), ("built_in_time", True), ("shantytown", False), ("built_later", False)
    ]  # fmt: skip


@given(st.lists(st.tuples(st.one_of(st.just(NAN), st.integers(1900, 2030)), st.sampled_from([None, "shantytown"]))))
def test_including_the_unknown_adds_those_of_unknown_year_alone(rows: list[tuple[float, str | None]]) -> None:
    frame = estates(*rows, (1990, None))
    out, into = (judge(frame, BY_YEAR, include_unknown_year=included) for included in (False, True))
    added = [now and not before for (_, before), (_, now) in zip(out, into, strict=True)]
    unknown = (frame["built_year_max"].isna() & frame["excluded"].isna()).tolist()
    assert added == unknown
