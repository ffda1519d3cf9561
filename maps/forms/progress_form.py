"""The form for the progress of planned projects: one row per project, lists to choose from, and how to fill it in."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name, xl_range_abs
from xlsxwriter.worksheet import Worksheet

from data.errors import ProjectError
from data.problems import error
from data.progress.cells import STATES
from data.progress.plan import COLUMNS, ProgressPlan
from data.words import Words
from maps.plain_text import plain_text
from maps.styles import styles
from maps.transaction import staging, take_place
from maps.workbook.sheets import A3, NUMBER_FORMATS, cell_text

GROUP_ROW, HEAD_ROW = 1, 2
# Rows below the last project in which further reports can be written.
FURTHER_ROWS = 2_000
_FILLED = ("report_date", "state", "percent", "planned_start", "planned_finish", "weight", "note")
_GROUPS = {
    **dict.fromkeys(COLUMNS, "plan"),
    **dict.fromkeys(_FILLED[:3], "report"),
    **dict.fromkeys(_FILLED[3:5], "schedule"),
    **dict.fromkeys(_FILLED[5:], "more"),
}
_WIDTHS = {
    "project_id": 12.0, "name": 24.0, "year": 7.0, "estates": 8.0, "buildings": 8.0, "households": 9.0, "state": 10.0,
    "floor_area_m2": 12.0, "cost_yuan": 14.0, "percent": 10.0, "weight": 9.0, "note": 30.0,
}  # fmt: skip
_DAY_WIDTH = 13.0
_DAYS = (datetime.date(2000, 1, 1), datetime.date(2099, 12, 31))
_GUIDE_WIDTHS = (14.0, 100.0)
_GUIDE = ("purpose", "fill", "blank", "history", "schedule", "percent", "weight", "keys", "back")
_HEAD_POINTS, _LINE_POINTS = 36, 32


@dataclass(frozen=True)
class _Formats:
    title: Format
    head: Format
    known: Mapping[str, Format]
    open: Mapping[str, Format]
    line: Format
    paints: Mapping[str, Format]


def write_progress_form(plan: ProgressPlan, *, path: Path, say: Words) -> None:
    """Write the form in which the progress of a plan is reported.

    Parameters
    ----------
    plan : ProgressPlan
        The planned projects.
    path : Path
        The .xlsx file; it must not be there, because it might be one that is filled in.
    say : Words
        The text catalogue in the language of the form.

    Raises
    ------
    ProjectError
        When the file is there already.
    OutputError
        When it cannot be written.
    """
    if path.exists():
        raise ProjectError(error("progress_exists", file=path.as_posix()))
    place = path.resolve()
    with staging(place) as folder:
        new = folder / "new.xlsx"
        _write(new, plan=plan, name=path.name, say=say)
        take_place(new, place)


def project_name(plan: ProgressPlan, *, say: Words) -> str:
    """Return what a plan is called: the name of the project, or else the title of its standard.

    Parameters
    ----------
    plan : ProgressPlan
        The plan.
    say : Words
        The text catalogue.

    Returns
    -------
    str
        The name.
    """
    about = plan.manifest["options"].get("project", {})
    return str(about.get("name") or plan.manifest["standard"]["title"][say.language])


def _write(path: Path, *, plan: ProgressPlan, name: str, say: Words) -> None:
    title = say("progress.title.form", project=project_name(plan, say=say))
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as workbook:
        about = plan.manifest["options"].get("project", {})
        date = datetime.date.fromisoformat(str(about.get("date") or "2000-01-01"))
        created = datetime.datetime.combine(date, datetime.time())
        workbook.set_properties({"title": plain_text(title), "author": "", "created": created})
        formats = _formats(workbook)
        sheet = workbook.add_worksheet(say("progress.sheet.form"))
        sheet.write_string(0, 0, cell_text(title), formats.title)
        _write_heads(sheet, formats, say)
        for number, key in enumerate(_GROUPS):
            _write_cells(sheet, number, plan.projects.get(key), formats=formats, rows=len(plan.projects))
        _set_rules(sheet, rows=len(plan.projects), formats=formats, say=say)
        _set_page(sheet, rows=len(plan.projects), say=say)
        _write_guide(workbook.add_worksheet(say("progress.sheet.guide")), file=name, format_=formats.line, say=say)


def _formats(workbook: xlsxwriter.Workbook) -> _Formats:
    type_ = styles().table
    base = {"font_name": type_.font, "font_size": type_.font_size, "valign": "vcenter", "border": 1}
    head = {**base, "font_name": type_.header_font, "text_wrap": True, "align": "center", "bg_color": type_.header_fill}
    known = {**base, "bg_color": type_.total_fill}
    text = {"num_format": "@", "text_wrap": True}
    day = {"num_format": NUMBER_FORMATS["date"], "align": "center"}
    return _Formats(
        title=workbook.add_format({"font_name": type_.header_font, "font_size": 14}),
        head=workbook.add_format(head),
        known={
            "text": workbook.add_format({**known, **text}),
            "year": workbook.add_format({**known, "num_format": NUMBER_FORMATS["year"]}),
            "integer": workbook.add_format({**known, "num_format": NUMBER_FORMATS["integer"]}),
        },
        open={
            "text": workbook.add_format({**base, **text}),
            "number": workbook.add_format(base),
            "day": workbook.add_format({**base, **day}),
        },
        line=workbook.add_format({**base, "border": 0, "valign": "top", "text_wrap": True}),
        paints={
            key: workbook.add_format({"bg_color": paint.fill, "font_color": paint.ink})
            for key, paint in styles().progress.items()
        },
    )


def _write_heads(sheet: Worksheet, formats: _Formats, say: Words) -> None:
    first = 0
    for group, keys in groupby(_GROUPS, key=lambda key: _GROUPS[key]):
        last = first + len(list(keys)) - 1
        sheet.merge_range(GROUP_ROW, first, GROUP_ROW, last, say(f"progress.group.{group}"), formats.head)
        first = last + 1
    for number, key in enumerate(_GROUPS):
        sheet.write_string(HEAD_ROW, number, say(f"progress.column.{key}"), formats.head)
        sheet.set_column(number, number, _WIDTHS.get(key, _DAY_WIDTH))


def _write_cells(sheet: Worksheet, number: int, values: pd.Series | None, *, formats: _Formats, rows: int) -> None:
    key = list(_GROUPS)[number]
    if values is None:
        kind = "day" if key in ("report_date", "planned_start", "planned_finish") else "text"
        cell = formats.open["number" if key in ("percent", "weight") else kind]
        for row in range(rows):
            sheet.write_blank(HEAD_ROW + 1 + row, number, None, cell)
        return
    cell = formats.known[{"project_id": "text", "name": "text", "year": "year"}.get(key, "integer")]
    for row, value in enumerate(values, HEAD_ROW + 1):
        if value is None or value != value:
            sheet.write_blank(row, number, None, cell)
        elif isinstance(value, str):
            sheet.write_string(row, number, cell_text(value), cell)
        else:
            sheet.write_number(row, number, float(value), cell)


def _set_rules(sheet: Worksheet, *, rows: int, formats: _Formats, say: Words) -> None:
    """Set what Excel lets into the cells, also of rows that are added below."""
    at = {key: number for number, key in enumerate(_GROUPS)}
    first, last = HEAD_ROW + 1, HEAD_ROW + rows + FURTHER_ROWS
    codes = xl_range_abs(first, at["project_id"], HEAD_ROW + rows, at["project_id"])
    for key, rule in _rules(at, say, codes=f"={codes}", row=first + 1).items():
        top = HEAD_ROW + rows + 1 if key == "project_id" else first
        sheet.data_validation(top, at[key], last, at[key], rule)
    for state, paint in formats.paints.items():
        word = say(f"progress.state.{state}")
        rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": paint}
        sheet.conditional_format(first, at["state"], last, at["state"], rule)


def _rules(at: Mapping[str, int], say: Words, *, codes: str, row: int) -> dict[str, dict[str, object]]:
    name = {key: f"{xl_col_to_name(number)}{row}" for key, number in at.items()}
    percent, start, finish = name["percent"], name["planned_start"], name["planned_finish"]
    day = {"validate": "date", "criteria": "between", "minimum": _DAYS[0], "maximum": _DAYS[1]}
    whole = f"=AND(ISNUMBER({percent}),OR({percent}=0,AND({percent}>=1,{percent}<=100)))"
    after = f"=AND(ISNUMBER({finish}),{finish}>=36526,{finish}<73051,{finish}>={start})"
    rules: dict[str, tuple[str, str, dict[str, object]]] = {
        "project_id": ("project", "project", {"validate": "list", "source": codes}),
        "report_date": ("day", "day", {**day}),
        "state": ("state", "state", {"validate": "list", "source": [say(f"progress.state.{one}") for one in STATES]}),
        "percent": ("percent", "percent", {"validate": "custom", "value": whole}),
        "planned_start": ("planned_start", "day", {**day}),
        "planned_finish": ("planned_finish", "finish", {"validate": "custom", "value": after}),
        "weight": ("weight", "weight", {"validate": "decimal", "criteria": ">=", "value": 0}),
    }
    said = say.entries
    return {
        key: {
            **rule,
            "input_message": said[f"progress.prompt.{asked}"],
            "error_message": said[f"progress.prompt.wrong_{wrong}"],
        }
        for key, (asked, wrong, rule) in rules.items()
    }


def _set_page(sheet: Worksheet, *, rows: int, say: Words) -> None:
    sheet.set_row(HEAD_ROW, _HEAD_POINTS)
    sheet.freeze_panes(HEAD_ROW + 1, 2)
    sheet.set_landscape()
    sheet.set_paper(A3)
    sheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(GROUP_ROW, HEAD_ROW)
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    sheet.set_footer(f"&R{say('tables.book.page')}")
    sheet.set_selection(HEAD_ROW + 1, len(COLUMNS), HEAD_ROW + 1, len(COLUMNS))
    if rows:
        sheet.autofilter(HEAD_ROW, 0, HEAD_ROW + rows, len(_GROUPS) - 1)


def _write_guide(sheet: Worksheet, *, file: str, format_: Format, say: Words) -> None:
    lines: Sequence[tuple[str, str]] = [
        *((say(f"progress.guide.{key}", file=file), "") for key in _GUIDE),
        (say("progress.guide.words"), ""),
        *((say(f"progress.state.{state}"), say(f"progress.meaning.{state}")) for state in STATES),
    ]
    for number, width in enumerate(_GUIDE_WIDTHS):
        sheet.set_column(number, number, width)
    for row, (text, meaning) in enumerate(lines):
        if meaning:
            sheet.write_string(row, 0, text, format_)
            sheet.write_string(row, 1, cell_text(meaning), format_)
        else:
            sheet.merge_range(row, 0, row, 1, cell_text(text), format_)
            sheet.set_row(row, _LINE_POINTS)
    sheet.set_landscape()
    sheet.set_paper(A3)
    sheet.fit_to_pages(1, 0)
