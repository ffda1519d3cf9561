"""What share of the work is finished: by which measure, how sure that is, on each day, and against the target."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.progress.plan import Target
from geo.phasing.progress_schedule import DIGITS, expected_percents

# Measures of the work in the order in which they are used; each one needs a figure for every project.
BASES = ("weight", "cost_yuan", "households", "projects")
VERDICTS = ("reached", "missed", "not_yet", "unclear", "nothing")


@dataclass(frozen=True)
class TargetResult:
    """Hold what came of the target.

    Parameters
    ----------
    target : Target
        What was set.
    basis : str
        One of ``BASES``.
    projects : int
        Projects of the year.
    day : Timestamp
        The day that counts: the newest report, or the day of the target when that is past.
    low, high : float
        Least and most percent that can be finished; NaN where the year has no project.
    days_left : int
        From the newest report to the day of the target; negative when it is past.
    verdict : str
        One of ``VERDICTS``: ``unclear`` where it depends on what nobody reported.
    """

    target: Target
    basis: str
    projects: int
    day: pd.Timestamp
    low: float
    high: float
    days_left: int
    verdict: str


def measure_of(projects: pd.DataFrame) -> tuple[str, pd.Series]:
    """Choose what the work of projects is measured by.

    Parameters
    ----------
    projects : DataFrame
        ``weight``, ``cost_yuan`` and ``households`` (float).

    Returns
    -------
    tuple of str and Series of float
        One of ``BASES``: the first that is known of every project and not 0 in sum, else one per project; and the
        share of each project, 1 in sum.
    """
    for basis in BASES[:-1]:
        amounts = projects[basis].astype(float)
        if amounts.notna().all() and amounts.sum() > 0:
            return basis, amounts / amounts.sum()
    return BASES[-1], pd.Series(1 / max(len(projects), 1), projects.index)


def percents_by_day(rows: pd.DataFrame, *, ids: pd.Index) -> pd.DataFrame:
    """Lay out the newest percent of each project on each day of a report.

    Parameters
    ----------
    rows : DataFrame
        Reports: ``project_id``, ``report_date`` and ``percent``.
    ids : Index
        Every project.

    Returns
    -------
    DataFrame
        One row per project, one column per day in order; NaN before the first report, and where the newest one does
        not say how far the works are.
    """
    # A percent that was not said takes the place of an earlier one, which a plain fill would keep.
    said = rows.assign(percent=rows["percent"].fillna(-1.0))
    table = said.pivot(index="project_id", columns="report_date", values="percent").reindex(ids)
    return table.sort_index(axis=1).ffill(axis=1).where(lambda percents: percents >= 0)


def share_between(percents: pd.Series, shares: pd.Series) -> tuple[float, float]:
    """Return least and most percent of the work that can be finished; what is unknown may be nothing or all.

    Parameters
    ----------
    percents : Series of float
        By project, NaN where not known.
    shares : Series of float
        Share of the work by project, 1 in sum.

    Returns
    -------
    tuple of float
        Both alike where everything is known.
    """
    return _mean(percents.fillna(0.0), shares), _mean(percents.fillna(100.0), shares)


def curve(projects: pd.DataFrame, by_day: pd.DataFrame) -> pd.DataFrame:
    """Work out the shares of a set of projects on each day of a report.

    Parameters
    ----------
    projects : DataFrame
        Index ``project_id``: ``planned_start``, ``planned_finish`` and what :func:`measure_of` needs.
    by_day : DataFrame
        As of :func:`percents_by_day`, the same index.

    Returns
    -------
    DataFrame
        ``day`` (datetime64), ``known`` (int, projects whose percent is known), ``low``, ``high`` (float, percent
        finished), ``expected`` (float, percent to be finished by the schedules of the projects that have one, NaN when
        none has) and ``scheduled`` (float, percent of the work that has a schedule).
    """
    _, shares = measure_of(projects)
    rows = []
    for day in by_day.columns:
        low, high = share_between(by_day[day], shares)
        expected, scheduled = expected_share(projects, shares, day=day)
        known = int(by_day[day].notna().sum())
        rows.append((day, known, low, high, expected, scheduled))
    frame = pd.DataFrame(rows, columns=["day", "known", "low", "high", "expected", "scheduled"])
    return frame.astype({"day": "datetime64[s]", "known": int, **dict.fromkeys(("low", "high", "expected"), float)})


def expected_share(projects: pd.DataFrame, shares: pd.Series, *, day: pd.Timestamp) -> tuple[float, float]:
    """Return what percent of the work that has a schedule is due by a day, and what percent of the work has one."""
    days = pd.Series(day, projects.index)
    due = expected_percents(days, start=projects["planned_start"], finish=projects["planned_finish"])
    own = shares[due.notna()]
    scheduled = round(100 * float(own.sum()), DIGITS)
    return (_mean(due.dropna(), own / own.sum()) if own.sum() > 0 else float("nan")), scheduled


def judge_target(target: Target, *, projects: pd.DataFrame, rows: pd.DataFrame) -> TargetResult:
    """Judge the target by the reports up to its day.

    Parameters
    ----------
    target : Target
        What is set.
    projects : DataFrame
        Index ``project_id``: ``year`` and what :func:`measure_of` needs.
    rows : DataFrame
        Reports on all projects.

    Returns
    -------
    TargetResult
        When the newest report is later than the day of the target, what a project had finished on the day lies between
        its last report before and its first one after it.
    """
    by, newest = pd.Timestamp(target.by), rows["report_date"].max()
    own = projects[projects["year"] == target.year]
    basis, shares = measure_of(own)
    left, day = (by - newest).days, min(by, newest)
    if own.empty:
        return TargetResult(target, basis, 0, day, float("nan"), float("nan"), left, "nothing")
    before = _last(rows[rows["report_date"] <= day], own.index)
    after = before if newest <= by else _first(rows[rows["report_date"] >= by], own.index)
    low, high = _mean(before.fillna(0.0), shares), _mean(after.fillna(100.0), shares)
    # Works that go backward would turn the bounds round.
    low, high = min(low, high), max(low, high)
    return TargetResult(target, basis, len(own), day, low, high, left, _verdict(target.percent, low, high, left))


def _verdict(percent: float, low: float, high: float, left: int) -> str:
    if low >= percent:
        return "reached"
    if high < percent:
        return "not_yet" if left > 0 else "missed"
    return "unclear"


def _last(rows: pd.DataFrame, ids: pd.Index) -> pd.Series:
    newest = rows.sort_values("report_date", kind="stable").drop_duplicates("project_id", keep="last")
    return newest.set_index("project_id")["percent"].reindex(ids)


def _first(rows: pd.DataFrame, ids: pd.Index) -> pd.Series:
    oldest = rows.sort_values("report_date", kind="stable").drop_duplicates("project_id", keep="first")
    return oldest.set_index("project_id")["percent"].reindex(ids)


def _mean(percents: pd.Series, shares: pd.Series) -> float:
    return round(float(np.dot(percents.to_numpy(float), shares.to_numpy(float))), DIGITS)
