"""Whether projects keep to their schedule: what is to be finished by a day, and how far behind each one is."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.progress.cells import DONE

# Conventions of this tool, none of them of a document: behind by more than this is late, older than this is stale.
LATE_POINTS = 10.0
STALE_DAYS = 31
FLAGS = ("overdue", "late", "unknown", "no_percent", "no_schedule", "on_time", "done")
_Floats = npt.NDArray[np.float64]
# Shares are rounded to this many digits, so that a share of just the target is one.
DIGITS = 6


def expected_percents(day: pd.Series, *, start: pd.Series, finish: pd.Series) -> pd.Series:
    """Work out what percent is to be finished on a day when the works go on evenly from start to finish.

    Parameters
    ----------
    day, start, finish : Series of datetime64
        Of one index; NaT where not known.

    Returns
    -------
    Series of float
        0 up to the day of the start, 100 from the day of the finish on; NaN where a day is not known.
    """
    gone, whole = _days(day - start), _days(finish - start)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(whole > 0, np.clip(gone / whole, 0, 1), (gone >= whole).astype(float))
    known = np.isfinite(gone) & np.isfinite(whole)
    return pd.Series(np.where(known, np.round(100 * share, DIGITS), np.nan), day.index)


def judge_schedule(projects: pd.DataFrame, *, day: pd.Timestamp) -> pd.DataFrame:
    """Tell of each project whether it keeps to its schedule on the day of its own newest report.

    Parameters
    ----------
    projects : DataFrame
        ``state``, ``percent``, ``report_date``, ``planned_start``, ``planned_finish``, ``first_finish``.
    day : Timestamp
        Day of the newest report of all.

    Returns
    -------
    DataFrame
        Index of ``projects``: ``expected_percent`` (float), ``points_behind`` (float, negative when ahead),
        ``days_behind`` (float, how long ago what is finished was due), ``days_overdue`` (float, NaN unless overdue),
        ``moved_days`` (float, by how much the planned finish was moved), ``age_days`` (float, age of the report on
        ``day``), ``stale`` (bool) and ``flag`` (one of ``FLAGS``).
    """
    start, finish, reported = projects["planned_start"], projects["planned_finish"], projects["report_date"]
    expected = expected_percents(reported, start=start, finish=finish)
    behind = (expected - projects["percent"]).round(DIGITS)
    past = pd.Series(_days(reported - finish), projects.index)
    age = pd.Series(_days(day - reported), projects.index)
    moved = pd.Series(_days(finish - projects["first_finish"]), projects.index)
    judged = pd.DataFrame({"expected_percent": expected, "points_behind": behind, "past": past})
    flag = _flags(projects, judged)
    done = flag == "done"
    return pd.DataFrame(
        {
            "expected_percent": expected,
            "points_behind": behind.mask(done),
            "days_behind": _days_behind(projects, behind).mask(done),
            "days_overdue": past.where(flag == "overdue"),
            "moved_days": moved,
            "age_days": age,
            "stale": age > STALE_DAYS,
            "flag": flag,
        }
    )


def projects_to_look_at(projects: pd.DataFrame) -> pd.DataFrame:
    """Return the projects that need a look, the worst first.

    Parameters
    ----------
    projects : DataFrame
        With the columns of :func:`judge_schedule`.

    Returns
    -------
    DataFrame
        Rows that are overdue, by days; late, by points; unknown; not to be judged; and those with an old report.
    """
    order = {flag: number for number, flag in enumerate(FLAGS[: FLAGS.index("on_time")])}
    listed = projects[projects["flag"].isin(order) | (projects["stale"] & (projects["flag"] != "done"))]
    place = listed["flag"].map(order).fillna(len(order))
    keys = listed.assign(place=place, overdue=-listed["days_overdue"], points=-listed["points_behind"])
    return listed.loc[keys.sort_values(["place", "overdue", "points"], kind="stable").index]


def _flags(projects: pd.DataFrame, judged: pd.DataFrame) -> pd.Series:
    """Name the first that holds of each project."""
    holds = {
        "done": projects["state"].isin(DONE),
        "unknown": projects["state"] == "unknown",
        "overdue": judged["past"] > 0,
        "no_percent": projects["percent"].isna(),
        "no_schedule": judged["expected_percent"].isna(),
        "late": judged["points_behind"] > LATE_POINTS,
    }
    named = np.select([one.to_numpy(bool) for one in holds.values()], list(holds), default="on_time")
    return pd.Series(named, projects.index, dtype=object)


def _days_behind(projects: pd.DataFrame, behind: pd.Series) -> pd.Series:
    """Return how many days before the report that what is finished was due; 0 where nothing is behind or ahead."""
    whole = _days(projects["planned_finish"] - projects["planned_start"])
    gone = _days(projects["report_date"] - projects["planned_start"])
    days = np.floor(gone - whole * projects["percent"].to_numpy(float) / 100 + 0.5)
    return pd.Series(days, projects.index).where(behind != 0, 0.0).where(behind.notna())


def _days(span: pd.Series) -> _Floats:
    """Return spans of time as days, NaN where there is none."""
    return np.asarray(span.dt.total_seconds().to_numpy(float) / 86_400, dtype=np.float64)
