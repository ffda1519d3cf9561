"""What is wrong with reports on projects: cells that cannot be used, and rows that contradict each other."""

from collections.abc import Iterator

import pandas as pd

from data.problems import Problem, error, warning
from data.progress.cells import DONE, STATES, UNREADABLE
from data.progress.table import StatusTable, shown
from data.words import LANGUAGES, Language, words

DAYS = ("report_date", "planned_start", "planned_finish")
# A day of one project alone that comes so long after all others is most likely a slip; a convention of this tool.
ODD_DAYS = 366


def check_cells(table: StatusTable, rows: pd.DataFrame) -> Iterator[Problem]:
    """Tell of cells that cannot be used.

    Parameters
    ----------
    table : StatusTable
        The rows as they stand in the file.
    rows : DataFrame
        The same rows as read: ``reported``, ``no_<day>`` (bool), ``state``, ``percent``, ``fault``, ``as_fraction``,
        ``weight`` and ``no_weight``; only these rows are looked at.

    Yields
    ------
    Problem
        Cell by cell, an error for each that cannot be used.
    """
    for day in DAYS:
        yield from (table.tell(error, "progress_day", at=at, column=day) for at in rows.index[rows[f"no_{day}"]])
    reports = rows[rows["reported"]]
    empty = reports["report_date"].isna() & ~reports["no_report_date"]
    yield from (table.tell(error, "progress_no_day", at=at, column="report_date") for at in reports.index[empty])
    allowed = _state_words()
    for at in reports.index[reports["state"].isna()]:
        yield table.tell(error, "progress_no_state", at=at, column="state", allowed=allowed)
    for at in reports.index[reports["state"] == UNREADABLE]:
        yield table.tell(error, "progress_state", at=at, column="state", allowed=allowed)
    yield from _percents(table, rows)
    yield from (table.tell(error, "progress_weight", at=at, column="weight") for at in rows.index[rows["no_weight"]])
    yield from _contradictions(table, reports)
    before = rows["planned_finish"] < rows["planned_start"]
    for at in rows.index[before]:
        start = shown(rows.loc[at, "planned_start"].date())
        yield table.tell(error, "progress_finish_first", at=at, column="planned_finish", start=start)


def _state_words() -> dict[Language, str]:
    """Return the words of the states in each language."""
    said = {language: words(language) for language in LANGUAGES}
    return {one: say("cli.list_mark").join(say(f"progress.state.{state}") for state in STATES)
            for one, say in said.items()}  # fmt: skip


def _percents(table: StatusTable, rows: pd.DataFrame) -> Iterator[Problem]:
    for at in rows.index[rows["fault"].isin(("outside", UNREADABLE))]:
        yield table.tell(error, "progress_percent", at=at, column="percent")
    for at in rows.index[rows["fault"] == "fraction"]:
        facts = {"whole": f"{100 * float(shown(table.cells.loc[at, 'percent'])):g}"}
        yield table.tell(error, "progress_percent_fraction", at=at, column="percent", **facts)
    for sheet, found in table.cells.loc[rows.index[rows["as_fraction"]]].groupby("sheet", sort=False):
        first = found.index[0]
        yield warning(
            "progress_percents_as_fractions", file=table.file, layer=sheet, feature=table.rows(found.index[:5]),
            field=table.heading("percent"), value=shown(found.loc[first, "percent"]),
            taken=f"{rows.loc[first, 'percent']:g}", count=len(found),
        )  # fmt: skip


def _contradictions(table: StatusTable, reports: pd.DataFrame) -> Iterator[Problem]:
    """Tell of states and percents that cannot both be true, and of works under way without a percent."""
    state, percent = reports["state"], reports["percent"]
    wrong = {
        "whole": state.isin(DONE) & (percent < 100),
        "none": (state == "not_started") & (percent > 0),
        "part": (state == "in_progress") & (percent >= 100),
    }
    for kind, found in wrong.items():
        for at in reports.index[found]:
            said = shown(table.cells.loc[at, "state"])
            yield table.tell(error, f"progress_state_{kind}", at=at, column="percent", state=said)
    for at in reports.index[(state == "in_progress") & percent.isna() & (reports["fault"] == "")]:
        yield table.tell(warning, "progress_no_percent", at=at, column="percent")


def check_history(table: StatusTable, rows: pd.DataFrame) -> Iterator[Problem]:
    """Tell of rows that contradict each other.

    Parameters
    ----------
    table : StatusTable
        The rows as they stand in the file.
    rows : DataFrame
        Reports as read: ``project_id``, ``report_date``, ``state``, ``percent``, none of the first two missing.

    Yields
    ------
    Problem
        An error for two reports of one day and for a day far after all others, a warning for works that go backward.
    """
    for (name, day), found in rows.groupby(["project_id", "report_date"]):
        if len(found) > 1:
            facts = {"rows": table.rows(found.index), "project": name, "value": shown(day.date())}
            yield table.tell(error, "progress_twice", at=found.index[1], column="report_date", **facts)
    yield from _odd_days(table, rows)
    ordered = rows.sort_values(["project_id", "report_date"], kind="stable")
    before = ordered.groupby("project_id")[["percent", "state", "report_date"]].shift()
    falls = ordered["percent"] < before["percent"]
    for at in ordered.index[falls]:
        day = shown(before.loc[at, "report_date"].date())
        facts = {"before": f"{before.loc[at, 'percent']:g}", "day": day, "project": ordered.loc[at, "project_id"]}
        yield table.tell(warning, "progress_falls", at=at, column="percent", **facts)
    back = (before["state"] == "accepted") & (ordered["state"] == "finished")
    for at in ordered.index[back]:
        facts = {"day": shown(before.loc[at, "report_date"].date()), "project": ordered.loc[at, "project_id"]}
        yield table.tell(warning, "progress_state_back", at=at, column="state", **facts)


def _odd_days(table: StatusTable, rows: pd.DataFrame) -> Iterator[Problem]:
    """Tell of the newest day when it is that of one project alone and far after all the days of the others."""
    newest = rows[rows["report_date"] == rows["report_date"].max()]
    others = rows[~rows.index.isin(newest.index)]
    if len(newest) != 1 or set(others["project_id"]) <= set(newest["project_id"]):
        return
    last = others["report_date"].max()
    days = (newest["report_date"].iloc[0] - last).days
    if days > ODD_DAYS:
        facts = {"last": shown(last.date()), "days": days, "limit": ODD_DAYS}
        yield table.tell(error, "progress_day_odd", at=newest.index[0], column="report_date", **facts)
