"""How far the projects of a plan are: by state, in shares of the work, against their schedules and the target."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from data.progress.cells import DONE
from data.progress.cells import STATES as REPORTED_STATES
from data.progress.plan import FIGURES, ProgressPlan
from data.progress.reports import Reports
from geo.phasing.progress_schedule import judge_schedule
from geo.phasing.progress_shares import TargetResult, curve, judge_target, measure_of, percents_by_day, share_between

STATES = (*REPORTED_STATES, "unknown")
COUNTED = FIGURES[:-1]


@dataclass(frozen=True)
class Progress:
    """Hold how far the projects are.

    Parameters
    ----------
    day : Timestamp
        Day of the newest report.
    projects : DataFrame
        The planned projects in order, index 0..n-1, with ``state`` (one of ``STATES``), ``percent``, ``report_date``,
        ``note``, ``planned_start``, ``planned_finish``, ``weight``, ``share_of_year`` (float, percent of the work of
        its year) and the columns of :func:`geo.phasing.progress_schedule.judge_schedule`.
    by_state : DataFrame
        One row per year and state, then one per state of all years: ``year`` (float, NaN for all), ``state``,
        ``projects``, the figures (float, sum of what is known) and ``no_<figure>`` (int, projects without one).
    years : DataFrame
        One row per year, then one of all: ``year`` (float, NaN for all), ``projects``, one count per state, ``late``,
        ``overdue``, ``stale`` (int), ``basis``, ``low``, ``high``, ``expected`` and ``scheduled`` (float, percent, on
        ``day``).
    curve : DataFrame
        ``year`` (float, NaN for all) and the columns of :func:`geo.phasing.progress_shares.curve`.
    target : TargetResult or None
        What came of the target; None where the project sets none.
    """

    day: pd.Timestamp
    projects: pd.DataFrame
    by_state: pd.DataFrame
    years: pd.DataFrame
    curve: pd.DataFrame
    target: TargetResult | None


def work_out_progress(plan: ProgressPlan, *, reports: Reports) -> Progress:
    """Work out how far the projects of a plan are.

    Parameters
    ----------
    plan : ProgressPlan
        The planned projects and the target.
    reports : Reports
        What was reported; at least one report.

    Returns
    -------
    Progress
        The newest report of a project counts; a project without one is unknown.
    """
    rows = reports.rows
    day = rows["report_date"].max()
    newest = rows.sort_values("report_date", kind="stable").drop_duplicates("project_id", keep="last")
    projects = plan.projects.set_index("project_id", drop=False).rename_axis(None)
    projects = projects.join(newest.set_index("project_id")).join(reports.schedule)
    projects["state"] = projects["state"].astype(object).where(projects["state"].notna(), "unknown")
    projects["share_of_year"] = 0.0
    for _, own in projects.groupby("year"):
        projects.loc[own.index, "share_of_year"] = 100 * measure_of(own)[1]
    projects = projects.join(judge_schedule(projects, day=day))
    by_day = percents_by_day(rows, ids=projects.index)
    curves = [curve(own, by_day.loc[own.index]).assign(year=year) for year, own in _sets(projects)]
    years = [
        _year_row(own, year=year, at=line.iloc[-1]) for (year, own), line in zip(_sets(projects), curves, strict=True)
    ]
    return Progress(
        day=day,
        projects=projects.reset_index(drop=True),
        by_state=pd.concat([_by_state(own, year) for year, own in _sets(projects)], ignore_index=True),
        years=pd.DataFrame(years),
        curve=pd.concat(curves, ignore_index=True),
        target=judge_target(plan.target, projects=projects, rows=rows) if plan.target else None,
    )


def _sets(projects: pd.DataFrame) -> Iterator[tuple[float, pd.DataFrame]]:
    """Yield the projects of each year, and all of them with NaN for a year."""
    for year, own in projects.groupby("year", sort=True):
        yield float(year), own
    yield float("nan"), projects


def _by_state(projects: pd.DataFrame, year: float) -> pd.DataFrame:
    groups = projects.groupby(projects["state"].astype(str))
    table = groups[list(COUNTED)].sum().reindex(STATES, fill_value=0.0).astype(float)
    lacking = projects[list(COUNTED)].isna().groupby(projects["state"].astype(str)).sum()
    lacking = lacking.reindex(STATES, fill_value=0).astype(int).add_prefix("no_")
    counts = groups.size().reindex(STATES, fill_value=0)
    table = table.assign(projects=counts, year=year).join(lacking).rename_axis("state").reset_index()
    return table[["year", "state", "projects", *COUNTED, *lacking.columns]]


def _year_row(projects: pd.DataFrame, *, year: float, at: pd.Series) -> dict[str, object]:
    basis, shares = measure_of(projects)
    low, high = share_between(projects["percent"], shares)
    counts = projects["state"].value_counts()
    return {
        "year": year,
        "projects": len(projects),
        **{state: int(counts.get(state, 0)) for state in STATES},
        "done": int(projects["state"].isin(DONE).sum()),
        **{flag: int((projects["flag"] == flag).sum()) for flag in ("late", "overdue")},
        "stale": int(projects["stale"].sum()),
        "basis": basis,
        "low": low,
        "high": high,
        "expected": float(at["expected"]),
        "scheduled": float(at["scheduled"]),
    }
