"""The command for progress: the form to fill in, and the report on what was filled in."""

from collections import Counter
from pathlib import Path

from data.progress.plan import ProgressPlan, read_progress_plan
from data.progress.reports import read_reports
from data.words import Words
from geo.phasing.progress import STATES, Progress, work_out_progress
from geo.phasing.progress_schedule import projects_to_look_at
from lianpian.screen import Screen
from maps.forms.progress_form import write_progress_form
from maps.forms.progress_sheets import check_place, target_line, write_progress

FORM, REPORT = Path("progress-form.xlsx"), "progress.xlsx"
_FIRST = 8


def make_form(out: Path, *, path: Path | None, screen: Screen) -> None:
    """Write the form for the projects of a result, and say what to do with it.

    Parameters
    ----------
    out : Path
        Folder of the result.
    path : Path or None
        The form; ``progress-form.xlsx`` where it is None.
    screen : Screen
        Where it is told.

    Raises
    ------
    LianpianError
        When the result cannot be read, or the form is there already or cannot be written.
    """
    plan, place = read_progress_plan(out), path or FORM
    write_progress_form(plan, path=place, say=screen.words)
    years = screen.words("cli.list_mark").join(str(year) for year in plan.projects["year"].unique())
    screen.say("progress.screen.form", path=place, projects=len(plan.projects), years=years)
    screen.say("progress.screen.next", out=out, path=place)


def make_report(out: Path, *, status: Path, path: Path | None, screen: Screen) -> None:
    """Write the report on a sheet that was filled in, and show what matters.

    Parameters
    ----------
    out : Path
        Folder of the result.
    status : Path
        The sheet.
    path : Path or None
        The report; ``progress.xlsx`` beside the sheet where it is None.
    screen : Screen
        Where it is told.

    Raises
    ------
    LianpianError
        When the result or the sheet cannot be read or used, or the report cannot be written.
    """
    place = path or status.parent / REPORT
    check_place(place)
    plan = read_progress_plan(out)
    reports = read_reports(status, plan=plan)
    progress = work_out_progress(plan, reports=reports)
    write_progress(progress, plan=plan, reports=reports, path=place, say=screen.words)
    kinds = Counter(one.code for one in reports.problems)
    first = {one.code: one for one in reversed(reports.problems)}
    told = [(first[code], count) for code, count in kinds.items()]
    screen.kinds(reports.problems, kinds=told, most=_FIRST, path=place)
    if not screen.quiet:
        _tell(progress, plan=plan, path=place, screen=screen)
    screen.say("progress.screen.written", path=place)


def _tell(progress: Progress, *, plan: ProgressPlan, path: Path, screen: Screen) -> None:
    say = screen.words
    last = progress.years.iloc[-1]
    screen.say("progress.screen.day", day=progress.day.date().isoformat(), basis=say(f"progress.basis.{last['basis']}"))
    several = plan.projects["year"].nunique() > 1
    rows = progress.years.to_dict("records")
    screen.table([_year_row(row, say) for row in (rows if several else rows[:1])])
    screen.heading(target_line(progress.target, say=say))
    listed = projects_to_look_at(progress.projects)
    told = listed[listed["flag"].isin(("late", "overdue", "unknown"))]
    for row in told.head(_FIRST).to_dict("records"):
        facts = {
            "flag": say(f"progress.flag.{row['flag']}"),
            "project": row["project_id"],
            "name": row["name"] or "",
            "percent": _figure(row["percent"]),
            "points": _figure(row["points_behind"]),
            "days": _figure(row["days_overdue"] if row["flag"] == "overdue" else row["days_behind"]),
        }
        screen.say(f"progress.screen.{row['flag']}", **facts)
    if len(told) > _FIRST:
        screen.say("progress.screen.more", count=len(told) - _FIRST, path=path)


def _year_row(row: dict[str, object], say: Words) -> dict[str, str]:
    """Return a year as a row of the table on the screen."""
    low, high, year = _figure(row["low"]), _figure(row["high"]), row["year"]
    return {
        say("progress.column.year"): say("progress.all.years") if year != year else f"{year:.0f}",
        say("progress.column.projects"): str(row["projects"]),
        **{say(f"progress.state.{state}"): str(row[state]) for state in STATES},
        say("progress.screen.finished"): low if low == high else f"{low}–{high}",
        say("progress.column.expected"): _figure(row["expected"]),
        say("progress.column.basis"): say(f"progress.basis.{row['basis']}"),
        say("progress.column.late"): str(row["late"]),
        say("progress.column.overdue"): str(row["overdue"]),
    }


def _figure(value: object) -> str:
    """Return a figure with one digit where it needs one; a dash for what is not known."""
    number = float(str(value))
    return "—" if number != number else f"{number:.1f}".removesuffix(".0")
