"""Reports on the projects of a plan, read from a sheet that people filled in."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from data.errors import InputError
from data.problems import Problem, blocking, error, warning
from data.progress.cells import DONE, read_days, read_percents, read_progress_states
from data.progress.checks import DAYS, check_cells, check_history
from data.progress.plan import ProgressPlan
from data.progress.table import REPORTED, StatusTable, read_status_table, shown
from data.tables.aliases import plain
from data.tables.columns import code_text
from data.tables.values import parse_numbers

_SHOWN = 5
_STATE_PERCENTS = {"not_started": 0.0, **dict.fromkeys(DONE, 100.0)}


@dataclass(frozen=True)
class Reports:
    """Hold what was reported.

    Parameters
    ----------
    file : str
        Name of the sheet's file.
    rows : DataFrame
        One row per report, by project and day, index 0..n-1: ``project_id`` (str), ``report_date`` (datetime64),
        ``state`` (str), ``percent`` (float, NaN where works are under way and nobody said how far), ``note`` (str or
        None).
    schedule : DataFrame
        One row per project that has any row, index ``project_id``: ``planned_start``, ``planned_finish``,
        ``first_finish`` (datetime64, the finish that was planned at first) and ``weight`` (float), the newest that was
        said; NaT or NaN where nothing was.
    problems : tuple of Problem
        Warnings and notes.
    """

    file: str
    rows: pd.DataFrame
    schedule: pd.DataFrame
    problems: tuple[Problem, ...]


def read_reports(path: Path, *, plan: ProgressPlan) -> Reports:
    """Read the reports on the projects of a plan.

    Parameters
    ----------
    path : Path
        The form that was filled in, or an own table with its headings or usual other ones; several days of one project
        are its history.
    plan : ProgressPlan
        The projects.

    Returns
    -------
    Reports
        Every report; projects without one are told in a warning.

    Raises
    ------
    MissingFileError, UnreadableFileError, MissingColumnError
        When the file cannot be read.
    InputError
        With a problem for every cell that cannot be used and all rows that contradict each other, or when nothing is
        filled in.
    """
    table = read_status_table(path)
    ids, told = _projects(table, plan)
    rows = _typed(table).assign(project_id=ids)
    asked = rows[~ids.isin(plan.reserve)]
    problems = [*table.problems, *told, *check_cells(table, asked)]
    dated = asked[asked["reported"] & asked["report_date"].notna() & asked["project_id"].notna()]
    problems += check_history(table, dated)
    schedule = _schedule(asked[asked["project_id"].notna()])
    if not blocking(problems):
        problems += _late_contradictions(table, asked, schedule)
        problems += [*_missing(table, plan, dated), *_weights(table, plan, schedule)]
    if blocking(problems):
        raise InputError(*problems)
    order = {one: number for number, one in enumerate(plan.projects["project_id"])}
    ordered = dated.assign(order=dated["project_id"].map(order)).sort_values(["order", "report_date"])
    columns = ["project_id", "report_date", "state", "percent", "note"]
    return Reports(table.file, ordered[columns].reset_index(drop=True), schedule, tuple(problems))


def _projects(table: StatusTable, plan: ProgressPlan) -> tuple[pd.Series, list[Problem]]:
    """Return the project of each row, by its code or, where a row has none, by its name."""
    known = [*plan.projects["project_id"], *plan.reserve]
    names = plan.projects.groupby(plan.projects["name"].map(lambda name: plain(shown(name))))["project_id"].agg(list)
    codes = [code_text(cell) for cell in table.cells["project_id"]]
    found: dict[int, str | None] = {}
    problems: list[Problem] = []
    for at, code, name in zip(table.cells.index, codes, table.cells["name"].map(shown), strict=True):
        fitting: list[str] = [code] if code and code in known else [] if code else names.get(plain(name), [])
        found[at] = fitting[0] if len(fitting) == 1 else None
        if len(fitting) != 1:
            problems.append(_not_found(table, at, code or "", known, fitting))
        elif fitting[0] in plan.reserve:
            problems.append(table.tell(warning, "progress_reserve", at=at, column="project_id"))
    return pd.Series(found, table.cells.index, dtype=object), problems


def _not_found(table: StatusTable, at: int, code: str, known: list[str], fitting: list[str]) -> Problem:
    column = "project_id" if code or not shown(table.cells.loc[at, "name"]) else "name"
    if fitting:
        return table.tell(error, "progress_name_twice", at=at, column=column, allowed=", ".join(fitting))
    near = difflib.get_close_matches(code, known, n=3) or known[:3]
    if not shown(table.cells.loc[at, column]):
        return table.tell(error, "progress_no_project", at=at, column=column, allowed=", ".join(near))
    return table.tell(error, "progress_project", at=at, column=column, allowed=", ".join(near))


def _typed(table: StatusTable) -> pd.DataFrame:
    """Return the cells as days, states, percents and figures, with what is wrong with them."""
    cells = table.cells
    read: dict[str, pd.Series] = {}
    for day in DAYS:
        read[day], read[f"no_{day}"] = read_days(cells[day])
    read["state"] = read_progress_states(cells["state"])
    done = read["state"].isin(DONE)
    percents = [read_percents(part, done=done[part.index]) for _, part in cells["percent"].groupby(cells["sheet"])]
    frame = pd.DataFrame(read, index=cells.index).join(pd.concat(percents) if percents else read_percents(
        cells["percent"], done=done))  # fmt: skip
    by_state = frame["state"].map(_STATE_PERCENTS).where(frame["fault"] == "")
    frame["percent"] = frame["percent"].fillna(by_state.astype(float))
    weights = parse_numbers(cells["weight"], measure="percent")
    frame["weight"] = weights["low"].where(weights["low"] == weights["high"])
    frame["no_weight"] = frame["weight"].isna() & (weights["quality"] != "missing")
    frame["note"] = pd.Series([shown(cell) or None for cell in cells["note"]], cells.index, dtype=object)
    frame["reported"] = cells[list(REPORTED)].map(shown).ne("").any(axis=1)
    return frame


def _schedule(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the newest planned days and weight of each project; rows without a day of report are the oldest."""
    ordered = rows.sort_values("report_date", kind="stable", na_position="first").groupby("project_id")
    newest = ordered[["planned_start", "planned_finish", "weight"]].last()
    return newest.assign(first_finish=ordered["planned_finish"].first())


def _late_contradictions(table: StatusTable, rows: pd.DataFrame, schedule: pd.DataFrame) -> Iterator[Problem]:
    """Tell of a finish before the start where the two were said in different rows."""
    for name in schedule.index[schedule["planned_finish"] < schedule["planned_start"]]:
        own = rows[(rows["project_id"] == name) & rows["planned_finish"].notna()]
        start = shown(schedule.loc[name, "planned_start"].date())
        yield table.tell(error, "progress_finish_first", at=own.index[-1], column="planned_finish", start=start)


def _missing(table: StatusTable, plan: ProgressPlan, dated: pd.DataFrame) -> Iterator[Problem]:
    """Tell of projects nobody reported on."""
    if dated.empty:
        yield error("progress_empty", file=table.file, value=len(plan.projects))
        return
    ids = plan.projects["project_id"]
    missing = ids[~ids.isin(dated["project_id"])]
    for name in missing:
        yield warning("progress_missing", file=table.file, feature=name, field=table.heading("state"))


def _weights(table: StatusTable, plan: ProgressPlan, schedule: pd.DataFrame) -> Iterator[Problem]:
    """Tell of years in which some projects have a weight and some have none."""
    weights = plan.projects["project_id"].map(schedule["weight"])
    for year, own in weights.groupby(plan.projects["year"]):
        lacking = plan.projects.loc[own.index[own.isna()], "project_id"]
        if 0 < len(lacking) < len(own):
            value = ", ".join(lacking[:_SHOWN])
            facts = {"value": value, "year": year, "count": len(lacking)}
            yield warning("progress_weights_part", file=table.file, field=table.heading("weight"), **facts)
