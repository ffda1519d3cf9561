"""The survey form as a workbook: one row per estate, lists to choose from, and how to fill it in."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from data.errors import ProjectError
from data.problems import error
from data.results import SurveyResults
from data.tables.states import STATES
from data.words import Words
from maps.forms.survey_columns import Form, FormColumn, guide_lines, make_form
from maps.plain_text import plain_text
from maps.styles import styles
from maps.transaction import staging, take_place
from maps.workbook.sheets import A3, cell_text

HEAD_ROW, GROUP_ROW = 2, 1
_WIDTHS = {"text": 16.0, "number": 9.0, "state": 9.0, "choice": 11.0}
_GUIDE_WIDTHS = (14.0, 90.0)
_HEAD_POINTS = 78
_LINE_POINTS = 32
# Excel takes prompts of at most 255 characters, and titles of 32.
_PROMPT = 255


@dataclass(frozen=True)
class _Formats:
    title: Format
    group: Format
    head: Format
    text: Format
    number: Format
    bold: Format
    paints: Mapping[str, Format]


def write_survey(results: SurveyResults, *, path: Path, say: Words) -> Form:
    """Write the survey form of a result.

    Parameters
    ----------
    results : SurveyResults
        What is known of the estates.
    path : Path
        The .xlsx file; it must not be there, because it might be one that is filled in.
    say : Words
        The text catalogue in the language of the form.

    Returns
    -------
    Form
        What was written.

    Raises
    ------
    ProjectError
        When the file is there already.
    OutputError
        When it cannot be written.
    """
    if path.exists():
        raise ProjectError(error("survey_exists", file=path.as_posix()))
    form = make_form(results, say=say)
    place = path.resolve()
    with staging(place) as folder:
        new = folder / "new.xlsx"
        _write(new, form=form, results=results, name=path.name, say=say)
        take_place(new, place)
    return form


def _write(path: Path, *, form: Form, results: SurveyResults, name: str, say: Words) -> None:
    about = results.manifest["options"].get("project", {})
    title = say("survey.title.form", project=about.get("name") or results.manifest["standard"]["title"][say.language])
    facts = {
        "standard": results.manifest["standard"]["title"][say.language],
        "file": name,
        "code": say("survey.column.estate_id"),
    }
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as workbook:
        date = datetime.date.fromisoformat(str(about.get("date") or "2000-01-01"))
        created = datetime.datetime.combine(date, datetime.time())
        workbook.set_properties({"title": plain_text(title), "author": "", "created": created})
        formats = _formats(workbook)
        sheet = workbook.add_worksheet(say("survey.sheet.form"))
        sheet.write_string(0, 0, cell_text(title), formats.title)
        _write_heads(sheet, form.columns, formats)
        for number, column in enumerate(form.columns):
            _write_column(sheet, number, column, formats=formats, say=say)
        _set_page(sheet, form=form, say=say)
        _write_guide(
            workbook.add_worksheet(say("survey.sheet.guide")), guide_lines(form, facts=facts, say=say), formats
        )


def _formats(workbook: xlsxwriter.Workbook) -> _Formats:
    type_ = styles().table
    base = {"font_name": type_.font, "font_size": type_.font_size, "valign": "vcenter", "border": 1}
    plain = {**base, "border": 0, "valign": "top", "text_wrap": True}
    head = {**base, "font_name": type_.header_font, "text_wrap": True, "align": "center", "bg_color": type_.header_fill}
    return _Formats(
        title=workbook.add_format({"font_name": type_.header_font, "font_size": 14}),
        group=workbook.add_format(head),
        head=workbook.add_format(head),
        text=workbook.add_format({**base, "num_format": "@", "text_wrap": True}),
        number=workbook.add_format({**base, "num_format": "General"}),
        bold=workbook.add_format(plain),
        paints={
            key: workbook.add_format({"bg_color": paint.fill, "font_color": paint.ink})
            for key, paint in styles().inventory.items()
        },
    )


def _write_heads(sheet: Worksheet, columns: Sequence[FormColumn], formats: _Formats) -> None:
    first = 0
    for group, members in groupby(columns, key=lambda column: column.group):
        last = first + len(list(members)) - 1
        if last > first:
            sheet.merge_range(GROUP_ROW, first, GROUP_ROW, last, group, formats.group)
        else:
            sheet.write_string(GROUP_ROW, first, group, formats.group)
        first = last + 1
    for number, column in enumerate(columns):
        sheet.write_string(HEAD_ROW, number, column.title, formats.head)
        sheet.set_column(number, number, _WIDTHS[column.kind])


def _write_column(sheet: Worksheet, number: int, column: FormColumn, *, formats: _Formats, say: Words) -> None:
    cell = formats.number if column.kind == "number" else formats.text
    for row, value in enumerate(column.values, HEAD_ROW + 1):
        if value is None:
            sheet.write_blank(row, number, None, cell)
        elif isinstance(value, str):
            sheet.write_string(row, number, cell_text(value), cell)
        else:
            sheet.write_number(row, number, float(str(value)), cell)
    if not column.values:
        return
    first, last = HEAD_ROW + 1, HEAD_ROW + len(column.values)
    if rule := _rule(column, say):
        sheet.data_validation(first, number, last, number, rule)
    if column.kind == "state":
        words = dict(zip(STATES, column.choices, strict=True))
        for key, paint in formats.paints.items():
            criteria = {"type": "cell", "criteria": "==", "value": f'"{words[key]}"', "format": paint}
            sheet.conditional_format(first, number, last, number, criteria)


def _rule(column: FormColumn, say: Words) -> dict[str, object] | None:
    """Return what Excel lets into the cells of a column; None where it is any text."""
    if column.kind == "number":
        prompt, wrong = say("survey.prompt.number"), say("survey.prompt.wrong_number")
        return {"validate": "decimal", "criteria": ">=", "value": 0, "input_message": prompt, "error_message": wrong}
    if not column.choices:
        return None
    rule: dict[str, object] = {"validate": "list", "source": list(column.choices)}
    rule["error_message"] = say("survey.prompt.wrong_state")
    if column.kind == "state":
        rule["input_message"] = say("survey.prompt.state", item=column.title)[:_PROMPT]
    return rule


def _set_page(sheet: Worksheet, *, form: Form, say: Words) -> None:
    count = len(form.columns[0].values)
    sheet.set_row(HEAD_ROW, _HEAD_POINTS)
    sheet.freeze_panes(HEAD_ROW + 1, 2)
    sheet.set_landscape()
    sheet.set_paper(A3)
    sheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
    sheet.fit_to_pages(2, 0)
    sheet.repeat_rows(GROUP_ROW, HEAD_ROW)
    sheet.repeat_columns(0, 1)
    sheet.print_area(0, 0, HEAD_ROW + count, len(form.columns) - 1)
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    sheet.set_footer(f"&R{say('tables.book.page')}")


def _write_guide(sheet: Worksheet, lines: Sequence[tuple[str, str]], formats: _Formats) -> None:
    for number, width in enumerate(_GUIDE_WIDTHS):
        sheet.set_column(number, number, width)
    for row, (text, meaning) in enumerate(lines):
        if meaning:
            sheet.write_string(row, 0, text, formats.bold)
            sheet.write_string(row, 1, cell_text(meaning), formats.bold)
        else:
            sheet.merge_range(row, 0, row, 1, cell_text(text), formats.bold)
            sheet.set_row(row, _LINE_POINTS if len(text) > _GUIDE_WIDTHS[0] else None)
    sheet.set_paper(A3)
    sheet.fit_to_pages(1, 0)
