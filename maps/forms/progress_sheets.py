"""The report on the progress of a plan as a workbook."""

import datetime
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from data.errors import ProjectError
from data.problems import Problem, error
from data.progress.plan import ProgressPlan
from data.progress.reports import Reports
from data.words import Words
from geo.phasing.progress import COUNTED, STATES, Progress
from geo.phasing.progress_schedule import LATE_POINTS, STALE_DAYS, projects_to_look_at
from geo.phasing.progress_shares import TargetResult
from maps.forms.progress_form import project_name
from maps.styles import Paint, styles
from maps.transaction import staging, take_place
from maps.workbook.sheets import Book, Column, LineChart, Sheet, write_workbook

# Stands in the properties of every report, so that no other file is ever overwritten.
CATEGORY = "lianpian progress report"
_KINDS = {
    **dict.fromkeys(("project_id", "name"), "text"),
    **dict.fromkeys(("basis", "unrecorded", "stale", "note"), "remark"),
    **dict.fromkeys(("state", "flag"), "state"),
    **dict.fromkeys(("report_date", "planned_start", "planned_finish", "day"), "date"),
    **dict.fromkeys(("percent", "share_of_year", "expected_percent", "points_behind", "low", "high", "expected",
                     "scheduled", "target"), "one"),
    "year": "any",
}  # fmt: skip
_WHICH, _REPORTED = ("project_id", "name", "year"), ("state", "percent", "report_date")
_JUDGED = ("flag", "expected_percent", "points_behind", "days_behind", "days_overdue")
_PLANNED = ("planned_start", "planned_finish", "moved_days")
_SHARES = ("low", "high", "expected", "scheduled")
_LINES = {"low": "#0072b2", "high": "#9ecae1", "expected": "#d55e00", "target": "#404040"}
_SPREADSHEET_START = pd.Timestamp(1899, 12, 30)


def write_progress(progress: Progress, *, plan: ProgressPlan, reports: Reports, path: Path, say: Words) -> None:
    """Write the report.

    Parameters
    ----------
    progress : Progress
        How far the projects are.
    plan : ProgressPlan
        The plan.
    reports : Reports
        What was reported.
    path : Path
        The .xlsx file; an earlier report is replaced, any other file is not.
    say : Words
        The text catalogue in the language of the report.

    Raises
    ------
    ProjectError
        When a file is there that is no report.
    OutputError
        When it cannot be written.
    """
    check_place(path)
    sheets = [
        _overview(progress, reports, say), _states(progress, say), _late(progress, say), _projects(progress, say),
        _curve(progress, say),
    ]  # fmt: skip
    if reports.problems:
        sheets.append(_problems(reports.problems, say))
    place = path.resolve()
    with staging(place) as folder:
        new = folder / "new.xlsx"
        write_workbook(new, book=_book(progress, plan, say), sheets=sheets)
        take_place(new, place)


def check_place(path: Path) -> None:
    """Refuse a place where something else than an earlier report stands.

    Parameters
    ----------
    path : Path
        Where the report is to be.

    Raises
    ------
    ProjectError
        When a file is there that is no report.
    """
    if not path.exists():
        return
    try:
        with zipfile.ZipFile(path) as book:
            is_ours = f">{CATEGORY}<".encode() in book.read("docProps/core.xml")
    except (OSError, KeyError, zipfile.BadZipFile):
        is_ours = False
    if not is_ours:
        raise ProjectError(error("progress_not_ours", file=path.as_posix()))


def target_line(found: TargetResult | None, *, say: Words) -> str:
    """Say what came of the target in one sentence.

    Parameters
    ----------
    found : TargetResult or None
        The target; None where there is none.
    say : Words
        The text catalogue.

    Returns
    -------
    str
        The sentence.
    """
    if found is None:
        return say("progress.target.none")
    kind = "exact" if found.low == found.high else "between"
    return say(
        f"progress.target.{found.verdict}",
        year=found.target.year,
        count=found.projects,
        by=found.target.by.isoformat(),
        percent=f"{found.target.percent:g}",
        basis=say(f"progress.basis.{found.basis}"),
        day=found.day.date().isoformat(),
        share=say(f"progress.share.{kind}", low=f"{found.low:.4g}", high=f"{found.high:.4g}"),
        points=f"{found.target.percent - found.high:.4g}",
        days=found.days_left,
    )


def _overview(progress: Progress, reports: Reports, say: Words) -> Sheet:
    years = progress.years.assign(
        year=_years(progress.years["year"], say),
        basis=[say(f"progress.basis.{basis}") for basis in progress.years["basis"]],
        stale_count=progress.years["stale"],
    )
    lines = [
        say("progress.convention.source", file=reports.file, day=progress.day.date().isoformat()),
        target_line(progress.target, say=say),
        say("progress.convention.linear"),
        say("progress.convention.late", points=f"{LATE_POINTS:g}"),
        say("progress.convention.stale", days=STALE_DAYS),
        say("progress.convention.unknown"),
        say("progress.convention.basis"),
        say("progress.convention.scheduled"),
    ]
    states = tuple(Column(state, say(f"progress.state.{state}"), "integer") for state in STATES)
    behind = ("late", "overdue", "stale_count", "basis")
    columns = (*_columns(("year", "projects"), say), *states, *_columns((*_SHARES, *behind), say))
    return Sheet(say("progress.sheet.overview"), columns, years, tuple(lines))


def _states(progress: Progress, say: Words) -> Sheet:
    table = progress.by_state
    lacking = [_unrecorded(row, say) for row in table[[f"no_{figure}" for figure in COUNTED]].to_dict("records")]
    frame = table.assign(
        year=_years(table["year"], say), state=_words(table["state"], "state", say), unrecorded=lacking
    )
    columns = _columns(("year", "state", "projects", *COUNTED, "unrecorded"), say)
    return Sheet(say("progress.sheet.by_state"), columns, frame, (say("progress.convention.sums"),))


def _unrecorded(row: dict[str, int], say: Words) -> str:
    named = {figure: row[f"no_{figure}"] for figure in COUNTED if row[f"no_{figure}"]}
    parts = [say("progress.unrecorded.part", figure=say(f"progress.column.{figure}"), count=count)
             for figure, count in named.items()]  # fmt: skip
    return say("cli.list_mark").join(parts)


def _late(progress: Progress, say: Words) -> Sheet:
    keys = (
        "project_id",
        "name",
        "year",
        "state",
        "percent",
        "report_date",
        *_JUDGED,
        *_PLANNED,
        "age_days",
        "stale",
        "note",
    )
    lines = (
        say("progress.convention.late", points=f"{LATE_POINTS:g}"),
        say("progress.convention.stale", days=STALE_DAYS),
    )
    return Sheet(
        say("progress.sheet.late"), _columns(keys, say), _shown(projects_to_look_at(progress.projects), say), lines
    )


def _projects(progress: Progress, say: Words) -> Sheet:
    keys = (*_WHICH, "households", "share_of_year", *_REPORTED, *_PLANNED, *_JUDGED, "note")
    return Sheet(say("progress.sheet.projects"), _columns(keys, say), _shown(progress.projects, say))


def _shown(projects: pd.DataFrame, say: Words) -> pd.DataFrame:
    """Return projects as their cells show them."""
    days = {day: _serial(projects[day]) for day in ("report_date", "planned_start", "planned_finish")}
    return projects.assign(
        **days,
        year=projects["year"].astype(str),
        state=_words(projects["state"], "state", say),
        flag=_words(projects["flag"], "flag", say),
        stale=[say("progress.all.yes") if stale else "" for stale in projects["stale"]],
    )


def _curve(progress: Progress, say: Words) -> Sheet:
    curve, target = progress.curve, progress.target
    aimed = curve["year"] == target.target.year if target else pd.Series(False, curve.index)
    frame = curve.assign(
        day=_serial(curve["day"]),
        target=pd.Series(target.target.percent if target else float("nan"), curve.index).where(aimed),
        label=_years(curve["year"], say),
    )
    charts = []
    for label, rows in frame.groupby("label", sort=False):
        drawn = {key: colour for key, colour in _LINES.items() if rows[key].notna().any()}
        span = (int(rows.index[0]), int(rows.index[-1]))
        charts.append(LineChart(say("progress.chart.title", year=label), "day", drawn, span))
    keys = ("year", "day", "known", *_SHARES, *(("target",) if aimed.any() else ()))
    lines = (say("progress.convention.unknown"), say("progress.convention.linear"))
    # With one year the chart of all years would say the same again.
    kept = charts[:1] if len(charts) == 2 else charts
    return Sheet(
        say("progress.sheet.curve"), _columns(keys, say), frame.assign(year=frame["label"]), lines, tuple(kept)
    )


def _problems(problems: Sequence[Problem], say: Words) -> Sheet:
    keys = ("severity", "file", "layer", "feature", "field", "value", "what", "done", "remedy")
    rows = [
        (say(f"terms.severity.{one.severity}"), one.file, one.layer, one.feature, one.field, one.value, one.what(say),
         one.done(say), one.remedy(say))
        for one in problems
    ]  # fmt: skip
    columns = tuple(Column(key, say(f"tables.column.{key}"), "text") for key in keys)
    return Sheet(say("progress.sheet.problems"), columns, pd.DataFrame(rows, columns=list(keys), dtype="str"))


def _columns(keys: Sequence[str], say: Words) -> tuple[Column, ...]:
    return tuple(Column(key, say(f"progress.column.{key}"), _KINDS.get(key, "integer")) for key in keys)


def _words(values: pd.Series, table: str, say: Words) -> list[str]:
    return [say(f"progress.{table}.{value}") for value in values]


def _years(years: pd.Series, say: Words) -> list[str]:
    return [say("progress.all.years") if year != year else f"{year:.0f}" for year in years]


def _serial(days: pd.Series) -> pd.Series:
    """Return days as spreadsheets count them."""
    return (days - _SPREADSHEET_START).dt.days.astype(float)


def _book(progress: Progress, plan: ProgressPlan, say: Words) -> Book:
    about = plan.manifest["options"].get("project", {})
    paints: dict[str, Paint] = {say(f"progress.flag.{key}"): paint for key, paint in styles().schedule.items()}
    paints |= {say(f"progress.state.{key}"): paint for key, paint in styles().progress.items()}
    title = say("progress.title.report", project=project_name(plan, say=say), day=progress.day.date().isoformat())
    return Book(
        title=title,
        author=str(about.get("author") or ""),
        date=datetime.date.fromisoformat(str(about["date"])) if about.get("date") else progress.day.date(),
        total=say("progress.all.sum"),
        empty=say("progress.all.none"),
        page=say("tables.book.page"),
        footer=title,
        paints=paints,
        category=CATEGORY,
    )
