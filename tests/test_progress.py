"""How far projects are, worked out by hand."""

import datetime
import math
from typing import Any

import pandas as pd
import pytest

from data.progress.plan import Target
from geo.phasing.progress import STATES, Progress, work_out_progress
from geo.phasing.progress_schedule import LATE_POINTS, STALE_DAYS
from geo.phasing.progress_shares import measure_of
from tests.progress_cases import NAN, reports, small_plan

Rows = tuple[tuple[str, str, str, float], ...]
# A hundred days, so that one day is one point.
SPAN = ("2023-03-01", "2023-06-09")


def of_year(progress: Progress, year: int | None) -> pd.Series:
    years = progress.years
    (row,) = years[years["year"].isna() if year is None else years["year"] == year].index
    return years.loc[row]


def judged(day: str, state: str, percent: float, span: tuple[str | None, str | None] = SPAN) -> pd.Series:
    """Judge one project."""
    found = work_out_progress(small_plan(), reports=reports(("C1", day, state, percent), plans={"C1": span}))
    return found.projects.iloc[0]


@pytest.mark.parametrize("state", STATES[:-1])
def test_each_state_is_counted_by_projects_estates_and_figures(state: str) -> None:
    percent = {"not_started": 0.0, "in_progress": 40.0}.get(state, 100.0)
    found = work_out_progress(small_plan(), reports=reports(("C1", "2023-06-30", state, percent)))
    table = found.by_state.set_index(["year", "state"])
    assert table.loc[(2023.0, state), ["projects", "estates", "buildings", "households"]].tolist() == [1, 3, 12, 300]
    assert table.loc[(2023.0, "unknown"), ["projects", "estates", "floor_area_m2"]].tolist() == [1, 2, 8000]
    everything = found.by_state[found.by_state["year"].isna()].set_index("state")
    assert everything["projects"].to_dict() == {**dict.fromkeys(STATES, 0), state: 1, "unknown": 2}
    assert everything.loc["unknown", "no_buildings"] == 1


def test_the_share_lies_between_what_is_known_and_what_may_be() -> None:
    found = work_out_progress(small_plan(), reports=reports(("C1", "2023-06-30", "in_progress", 50.0)))
    assert of_year(found, 2023)[["basis", "low", "high"]].tolist() == ["cost_yuan", 30.0, 70.0]
    # In total one project has no cost: households 300, 100 and 50.
    assert of_year(found, None)[["basis", "low"]].tolist() == ["households", pytest.approx(100 / 3, abs=1e-6)]


@pytest.mark.parametrize(
    ("columns", "basis", "first"),
    [
        pytest.param({}, "cost_yuan", 0.6, id="cost"),
        pytest.param({"weight": [1.0, 3.0]}, "weight", 0.25, id="own weights"),
        pytest.param({"weight": [1.0, NAN]}, "cost_yuan", 0.6, id="weights in part"),
        pytest.param({"cost_yuan": [6e6, NAN]}, "households", 0.75, id="a cost is missing"),
        pytest.param({"cost_yuan": [0.0, 0.0]}, "households", 0.75, id="costs of nothing"),
        pytest.param({"cost_yuan": [NAN, 1.0], "households": [NAN, 1.0]}, "projects", 0.5, id="nothing is whole"),
    ],
)
def test_what_the_work_is_measured_by(columns: dict[str, list[Any]], basis: str, first: float) -> None:
    projects = small_plan().projects.iloc[:2].assign(weight=NAN).assign(**columns)
    chosen, shares = measure_of(projects)
    assert (chosen, shares.iloc[0], shares.sum()) == (basis, pytest.approx(first), pytest.approx(1))


@pytest.mark.parametrize(
    ("day", "percent", "flag", "points", "days"),
    [
        pytest.param("2023-04-20", 50.0, "on_time", 0.0, 0.0, id="as planned"),
        pytest.param("2023-04-20", 40.0, "on_time", 10.0, 10.0, id="just at the limit"),
        pytest.param("2023-04-20", 39.9, "late", 10.1, 10.0, id="beyond the limit"),
        pytest.param("2023-04-20", 70.0, "on_time", -20.0, -20.0, id="ahead"),
        pytest.param("2023-06-09", 95.0, "on_time", 5.0, 5.0, id="on the last day"),
        pytest.param("2023-06-10", 95.0, "overdue", 5.0, 6.0, id="a day after"),
        pytest.param("2023-02-01", 0.0, "on_time", 0.0, 0.0, id="before the start"),
    ],
)
def test_works_are_late_behind_their_own_schedule(
    day: str, percent: float, flag: str, points: float, days: float
) -> None:
    row = judged(day, "in_progress", percent)
    assert row[["flag", "points_behind", "days_behind"]].tolist() == [flag, pytest.approx(points), days]
    assert LATE_POINTS == 10


@pytest.mark.parametrize(
    ("state", "percent", "span", "flag"),
    [
        pytest.param("finished", 100.0, SPAN, "done", id="finished"),
        pytest.param("accepted", 100.0, (None, None), "done", id="accepted"),
        pytest.param("in_progress", 10.0, (None, None), "no_schedule", id="nothing planned"),
        pytest.param("in_progress", 10.0, (None, "2023-06-09"), "overdue", id="a finish alone"),
        pytest.param("not_started", 0.0, SPAN, "overdue", id="not started"),
        pytest.param("in_progress", NAN, ("2023-03-01", "2024-03-01"), "no_percent", id="no percent"),
        pytest.param("in_progress", NAN, SPAN, "overdue", id="no percent, past the finish"),
        pytest.param("in_progress", 10.0, ("2023-07-09", "2023-07-09"), "on_time", id="works of one day, before"),
        pytest.param("in_progress", 10.0, ("2023-07-01", "2023-07-01"), "late", id="works of one day, on it"),
    ],
)
def test_flags(state: str, percent: float, span: tuple[str | None, str | None], flag: str) -> None:
    row = judged("2023-07-01", state, percent, span)
    assert row["flag"] == flag
    assert row["days_overdue"] == (22 if flag == "overdue" else pytest.approx(NAN, nan_ok=True))


def test_a_project_nobody_reported_on_is_unknown_and_never_not_started() -> None:
    row = work_out_progress(small_plan(), reports=reports(("C1", "2023-06-30", "finished", 100.0))).projects.iloc[1]
    assert row[["state", "flag", "stale"]].tolist() == ["unknown", "unknown", False]
    assert math.isnan(row["percent"])


@pytest.mark.parametrize(("first", "stale"), [("2023-05-30", False), ("2023-05-29", True)])
def test_reports_older_than_a_month_are_stale(first: str, stale: bool) -> None:
    told = reports(("C1", first, "in_progress", 10.0), ("C2", "2023-06-30", "in_progress", 20.0))
    found = work_out_progress(small_plan(), reports=told)
    assert found.projects["stale"].tolist() == [stale, False, False]
    assert (of_year(found, 2023)["stale"], STALE_DAYS) == (stale, 31)


def test_the_newest_row_counts_and_the_others_are_the_history() -> None:
    told = reports(
        ("C1", "2023-04-20", "in_progress", 20.0),
        ("C1", "2023-06-09", "in_progress", 80.0),
        ("C2", "2023-06-09", "in_progress", 50.0),
        plans={"C1": SPAN},
    )
    found = work_out_progress(small_plan(), reports=told)
    line = found.curve[found.curve["year"] == 2023]
    assert line["day"].dt.strftime("%m-%d").tolist() == ["04-20", "06-09"]
    assert line["known"].tolist() == [1, 2]
    assert line["low"].tolist() == [12.0, 68.0]
    assert line["high"].tolist() == [52.0, 68.0]
    assert line["expected"].tolist() == [50.0, 100.0]
    assert line["scheduled"].tolist() == [60.0, 60.0]


def test_a_percent_that_is_no_longer_said_is_unknown() -> None:
    told = reports(("C1", "2023-04-20", "in_progress", 20.0), ("C1", "2023-06-09", "in_progress", NAN))
    line = work_out_progress(small_plan(), reports=told).curve.query("year == 2023")
    assert line[["known", "low", "high"]].to_numpy().tolist() == [[1, 12.0, 52.0], [0, 0.0, 100.0]]


def target(by: str, percent: float = 50.0, year: int = 2023) -> Target:
    return Target(percent, datetime.date.fromisoformat(by), year)


def both(day: str, first: float, second: float) -> Rows:
    return ("C1", day, "in_progress", first), ("C2", day, "in_progress", second)


@pytest.mark.parametrize(
    ("rows", "by", "verdict", "bounds"),
    [
        pytest.param(both("2023-12-31", 50, 50), "2023-12-31", "reached", (50, 50), id="just reached on the day"),
        pytest.param(both("2023-12-31", 50, 49.9), "2023-12-31", "missed", (49.96, 49.96), id="just missed on the day"),
        pytest.param(both("2023-12-30", 50, 49.9), "2023-12-31", "not_yet", (49.96, 49.96), id="a day left"),
        pytest.param(both("2023-12-30", 50, 50), "2023-12-31", "reached", (50, 50), id="reached before"),
        pytest.param(both("2023-12-31", 80, 80)[:1], "2023-12-31", "unclear", (48, 88), id="one is unknown"),
        pytest.param(both("2024-01-31", 40, 40), "2023-12-31", "missed", (0, 40), id="less even a month later"),
        pytest.param((*both("2023-12-15", 40, 40), *both("2024-01-15", 60, 60)), "2023-12-31", "unclear", (40, 60),
                     id="between two reports"),
        pytest.param((*both("2023-12-15", 50, 50), *both("2024-01-15", 90, 90)), "2023-12-31", "reached", (50, 90),
                     id="reached at the report before"),
    ],
)  # fmt: skip
def test_the_target(rows: Rows, by: str, verdict: str, bounds: tuple[float, float]) -> None:
    found = work_out_progress(small_plan(target(by)), reports=reports(*rows)).target
    assert found is not None
    assert (found.verdict, found.basis) == (verdict, "cost_yuan")
    assert (found.low, found.high) == pytest.approx(bounds)


def test_a_target_of_a_year_without_projects_and_no_target() -> None:
    told = reports(*both("2023-12-31", 50, 50))
    found = work_out_progress(small_plan(target("2025-12-31", year=2025)), reports=told).target
    assert found is not None
    assert (found.verdict, found.projects, found.days_left) == ("nothing", 0, 731)
    assert work_out_progress(small_plan(), reports=told).target is None
