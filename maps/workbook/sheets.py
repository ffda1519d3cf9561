"""A workbook of plain sheets: one heading row, typed cells, a row of totals, ready for A3 paper."""

import datetime
import math
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd
import xlsxwriter
from xlsxwriter.chart import Chart
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range
from xlsxwriter.worksheet import Worksheet

from maps.plain_text import plain_text
from maps.styles import Paint, styles

CELL_UNITS = 32_767  # most UTF-16 units of a cell
ROWS_PER_SHEET = 1_000_000  # below the 1,048,576 of the format, so that totals fit
NUMBER_FORMATS = {
    "integer": "#,##0",
    "year": "0",
    "one": "#,##0.0",
    "two": "#,##0.00",
    "share": "0.0%",
    "date": "yyyy-mm-dd",
    "change": "+#,##0;-#,##0;0",
    "change_one": "+#,##0.0;-#,##0.0;0.0",
    "change_share": "+0.0%;-0.0%;0.0%",
}
WIDTHS = (6.0, 50.0)
SCREEN_WIDTH = 170.0  # characters beside each other on a usual screen
HEAD_POINTS = 32
LINE_POINTS = 15
A3 = 8
CHART_SIZE = (480, 360)  # pixels; two beside each other and three below each other fill a page
CHART_ROWS, CHART_STEP = 19, 500  # rows and pixels from one chart to the next
CHART_MARGIN = 5  # days to the left and right of the first and last one


@dataclass(frozen=True)
class Column:
    """Describe one column of a sheet.

    Parameters
    ----------
    key : str
        Column of the frame.
    title : str
        What the heading says.
    kind : {"text", "state", "integer", "year", "one", "two", "share", "date", "change", "any", "remark"}
        How cells are written; ``state`` is a text that may have a colour, ``any`` is a text or a number, ``date`` the
        number of a day as spreadsheets count them, ``change`` (and ``change_one``, ``change_share``) a number with its
        sign, ``remark`` a text that keeps away from a number before it. A column of numbers may hold words instead of
        a number; it is one of objects then.
    total : bool
        Whether a total stands below.
    """

    key: str
    title: str
    kind: str
    total: bool = False


@dataclass(frozen=True)
class LineChart:
    """Describe a line chart of some rows of a sheet.

    Parameters
    ----------
    title : str
        What stands above it.
    x : str
        Column of the days along the bottom, as far apart as they are.
    series : mapping of str to str
        Colour of the line, as ``#rrggbb``, by column; the legend says the heading of the column.
    rows : tuple of int
        First and last row of the frame, both included.
    """

    title: str
    x: str
    series: Mapping[str, str]
    rows: tuple[int, int]


@dataclass(frozen=True)
class Sheet:
    """Describe one sheet.

    Parameters
    ----------
    name : str
        Name of the sheet, at most 31 characters; it is printed above the table, too.
    columns : tuple of Column
        Columns in order.
    frame : DataFrame
        The rows; text as ``str`` or missing, numbers as float, integer or missing.
    preface : tuple of str
        Lines above the heading row.
    charts : tuple of LineChart
        Charts to the right of the table, two beside each other; not of a sheet that goes on in further ones.
    """

    name: str
    columns: tuple[Column, ...]
    frame: pd.DataFrame
    preface: tuple[str, ...] = ()
    charts: tuple[LineChart, ...] = ()


@dataclass(frozen=True)
class Book:
    """Hold what belongs to the workbook as a whole.

    Parameters
    ----------
    title, author : str
        Document properties.
    date : date or None
        Day the workbook says it was made; the clock is never asked.
    total, empty, page, footer : str
        Words: label of totals, line of a sheet without rows, page number, left footer.
    paints : mapping of str to Paint
        Colours by the text of a ``state`` cell.
    category : str
        Document property that says what kind of workbook it is; empty where it says none.
    """

    title: str
    author: str
    date: datetime.date | None
    total: str
    empty: str
    page: str
    footer: str
    paints: Mapping[str, Paint] = field(default_factory=dict)
    category: str = ""


@dataclass(frozen=True)
class _Formats:
    head: Format
    preface: Format
    left: Format
    label: Format
    cells: Mapping[str, Format]
    totals: Mapping[str, Format]
    paints: Mapping[str, Format]


def write_workbook(path: Path, *, book: Book, sheets: Sequence[Sheet]) -> None:
    """Write sheets to a new workbook; the same sheets give the same bytes.

    Parameters
    ----------
    path : Path
        The .xlsx file; overwritten.
    book : Book
        What belongs to the workbook as a whole.
    sheets : sequence of Sheet
        The sheets in order. One with more rows than a sheet can hold goes on in further sheets.
    """
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as workbook:
        created = datetime.datetime.combine(book.date or datetime.date(2000, 1, 1), datetime.time())
        about = {"title": plain_text(book.title), "author": plain_text(book.author), "category": book.category}
        workbook.set_properties({**about, "created": created})
        formats = _formats(workbook, book)
        for sheet in sheets:
            for part in _parts(sheet):
                worksheet = workbook.add_worksheet(part.name)
                _write_sheet(worksheet, sheet=part, book=book, formats=formats)
                for number, chart in enumerate(part.charts):
                    drawn = _chart(workbook.add_chart({"type": "scatter", "subtype": "straight"}), chart, part)
                    _place_chart(worksheet, drawn, sheet=part, number=number)


def cell_text(text: str) -> str:
    """Make a text fit into a cell.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        The text without control characters; one that is longer than a cell ends in an ellipsis.
    """
    clean = plain_text(text)
    if len(clean) * 2 <= CELL_UNITS:
        return clean
    units = clean.encode("utf-16-le")
    if len(units) <= CELL_UNITS * 2:
        return clean
    return units[: (CELL_UNITS - 1) * 2].decode("utf-16-le", "ignore") + "…"


def _formats(workbook: xlsxwriter.Workbook, book: Book) -> _Formats:
    type_ = styles().table
    base = {"font_name": type_.font, "font_size": type_.font_size, "valign": "vcenter"}
    head = {**base, "font_name": type_.header_font, "text_wrap": True, "align": "center", "bottom": 1}
    sums = {**base, "bold": True, "bg_color": type_.total_fill, "top": 1}
    text = workbook.add_format({**base, "text_wrap": True, "num_format": "@"})
    remark = workbook.add_format({**base, "text_wrap": True, "num_format": "@", "indent": 1})
    word = workbook.add_format({**base, "text_wrap": True, "num_format": "@", "align": "right"})
    numbers = {kind: {"num_format": pattern} for kind, pattern in NUMBER_FORMATS.items()}
    cells = {kind: workbook.add_format({**base, **pattern}) for kind, pattern in numbers.items()}
    return _Formats(
        head=workbook.add_format({**head, "bg_color": type_.header_fill}),
        preface=workbook.add_format({**base, "text_wrap": True}),
        left=workbook.add_format({**base, "align": "left"}),
        label=workbook.add_format(sums),
        cells={**cells, "text": text, "state": text, "any": text, "remark": remark, "word": word},
        totals={kind: workbook.add_format({**sums, **pattern}) for kind, pattern in numbers.items()},
        paints={
            word: workbook.add_format({**base, "bg_color": paint.fill, "font_color": paint.ink, "align": "center"})
            for word, paint in book.paints.items()
        },
    )


def _parts(sheet: Sheet) -> list[Sheet]:
    starts = range(0, max(len(sheet.frame), 1), ROWS_PER_SHEET)
    names = [sheet.name if number == 0 else f"{sheet.name[:27]} ({number + 1})" for number in range(len(starts))]
    return [
        replace(sheet, name=name, frame=sheet.frame.iloc[start : start + ROWS_PER_SHEET])
        for name, start in zip(names, starts, strict=True)
    ]


def _write_sheet(worksheet: Worksheet, *, sheet: Sheet, book: Book, formats: _Formats) -> None:
    head = len(sheet.preface)
    for number, column in enumerate(sheet.columns):
        worksheet.write_string(head, number, column.title, formats.head)
        _write_cells(worksheet, sheet.frame[column.key], at=(head + 1, number), kind=column.kind, formats=formats)
    widths = [_width(column, sheet.frame[column.key]) for column in sheet.columns]
    for number, width in enumerate(widths):
        worksheet.set_column(number, number, width)
    _write_preface(worksheet, lines=sheet.preface, widths=widths, formats=formats)
    _fit_rows(worksheet, sheet=sheet, first=head + 1, widths=widths)
    if sheet.frame.empty:
        worksheet.write_string(head + 1, 0, book.empty, formats.preface)
    else:
        _write_totals(worksheet, sheet=sheet, head=head, label=book.total, formats=formats)
    _set_page(worksheet, sheet=sheet, head=head, book=book)


def _write_preface(worksheet: Worksheet, *, lines: Sequence[str], widths: Sequence[float], formats: _Formats) -> None:
    """Write lines across the columns that a screen shows, and let them wrap: a line beyond the last is not printed."""
    last = max(int(np.searchsorted(np.cumsum(widths), SCREEN_WIDTH)), 1)
    last = min(last, len(widths)) - 1
    for row, line in enumerate(lines):
        if last > 0:
            worksheet.merge_range(row, 0, row, last, None, formats.preface)
        worksheet.write_string(row, 0, cell_text(line), formats.preface)
        # Words are not cut in two, so that a line holds a little less than its width.
        needed = math.ceil(_breadth(line) * 1.1 / sum(widths[: last + 1]))
        worksheet.set_row(row, LINE_POINTS * needed)


def _write_cells(worksheet: Worksheet, values: pd.Series, *, at: tuple[int, int], kind: str, formats: _Formats) -> None:
    row, number = at
    cell = formats.cells[kind]
    is_figure = kind in NUMBER_FORMATS
    if is_figure and values.dtype != object:
        figures = values.to_numpy(float, na_value=np.nan)
        for offset in np.flatnonzero(np.isfinite(figures)).tolist():
            worksheet.write_number(row + offset, number, float(figures[offset]), cell)
        return
    known = np.flatnonzero((values.notna() & (values != "")).to_numpy())
    for offset, value in zip(known.tolist(), values.iloc[known].tolist(), strict=True):
        if isinstance(value, str):
            clean = cell_text(value)
            plain = formats.cells["word"] if is_figure else cell
            worksheet.write_string(
                row + offset, number, clean, formats.paints.get(clean, plain) if kind == "state" else plain
            )
        else:
            worksheet.write_number(row + offset, number, float(value), cell if is_figure else formats.left)


def _fit_rows(worksheet: Worksheet, *, sheet: Sheet, first: int, widths: Sequence[float]) -> None:
    """Make rows high enough for the texts that wrap: not every program does so by itself."""
    lines = np.ones(len(sheet.frame))
    for column, width in zip(sheet.columns, widths, strict=True):
        if column.kind not in NUMBER_FORMATS and width >= WIDTHS[1]:
            texts = sheet.frame[column.key].astype("str").fillna("")
            lines = np.maximum(lines, np.ceil(texts.map(_breadth).to_numpy(float) / (width - 2)))
    for row in np.flatnonzero(lines > 1).tolist():
        worksheet.set_row(first + row, LINE_POINTS * lines[row])


def _write_totals(worksheet: Worksheet, *, sheet: Sheet, head: int, label: str, formats: _Formats) -> None:
    if not any(column.total for column in sheet.columns):
        return
    first, last = head + 1, head + len(sheet.frame)
    for number, column in enumerate(sheet.columns):
        figures = sheet.frame[column.key].to_numpy(float, na_value=np.nan) if column.total else np.array([])
        known = figures[np.isfinite(figures)]
        if len(known):
            formula = f"=SUBTOTAL(109,{xl_range(first, number, last, number)})"
            worksheet.write_formula(last + 1, number, formula, formats.totals[column.kind], float(known.sum()))
        else:
            worksheet.write(last + 1, number, label if number == 0 else None, formats.label)


def _place_chart(worksheet: Worksheet, drawn: Chart, *, sheet: Sheet, number: int) -> None:
    row, column = divmod(number, 2)
    at = (len(sheet.preface) + row * CHART_ROWS, len(sheet.columns))
    worksheet.insert_chart(*at, drawn, {"x_offset": 20 + column * CHART_STEP})


def _chart(drawn: Chart, chart: LineChart, sheet: Sheet) -> Chart:
    """Fill in a chart with what stands in the columns of its sheet."""
    head = len(sheet.preface)
    first, last = (head + 1 + row for row in chart.rows)
    at = {column.key: number for number, column in enumerate(sheet.columns)}
    type_ = styles().table
    font = {"name": type_.font, "size": type_.font_size, "bold": False}
    for key, colour in chart.series.items():
        series = {
            "name": [sheet.name, head, at[key]],
            "categories": [sheet.name, first, at[chart.x], last, at[chart.x]],
            "values": [sheet.name, first, at[key], last, at[key]],
            "line": {"color": colour, "width": 2},
            "marker": {"type": "circle", "size": 5, "fill": {"color": colour}, "border": {"color": colour}},
        }
        drawn.add_series(series)
    drawn.set_title({"name": chart.title, "name_font": {**font, "size": 12}, "overlay": False})
    days = sheet.frame[chart.x].iloc[chart.rows[0] : chart.rows[1] + 1]
    span = {"min": float(days.min()) - CHART_MARGIN, "max": float(days.max()) + CHART_MARGIN}
    grid = {"visible": True, "line": {"color": type_.header_fill}}
    axis = {"num_format": NUMBER_FORMATS["date"], "num_font": {**font, "rotation": -45}, "major_gridlines": grid}
    drawn.set_x_axis({**axis, **span})
    drawn.set_y_axis({"min": 0, "max": 100, "num_font": font, "major_gridlines": grid})
    drawn.set_legend({"position": "bottom", "font": font})
    drawn.set_size({"width": CHART_SIZE[0], "height": CHART_SIZE[1]})
    return drawn


def _set_page(worksheet: Worksheet, *, sheet: Sheet, head: int, book: Book) -> None:
    last = head + len(sheet.frame)
    worksheet.set_row(head, HEAD_POINTS)
    worksheet.freeze_panes(head + 1, min(2, len(sheet.columns) - 1))
    worksheet.autofilter(head, 0, max(last, head + 1), len(sheet.columns) - 1)
    worksheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    worksheet.set_landscape()
    worksheet.set_paper(A3)
    worksheet.set_margins(left=0.6, right=0.6, top=0.9, bottom=0.7)
    worksheet.fit_to_pages(1, 0)
    worksheet.repeat_rows(head)
    worksheet.set_header(f'&C&"{styles().table.header_font}"&14{sheet.name}')
    worksheet.set_footer(f"&L{plain_text(book.footer).replace('&', '&&')[:120]}&R{book.page}")


def _width(column: Column, values: pd.Series) -> float:
    """Give the width in characters; a Chinese character takes two."""
    low, high = WIDTHS
    head = _breadth(column.title) / 2 + 3 if len(column.title) > 6 else _breadth(column.title) + 3
    if column.kind in NUMBER_FORMATS and values.dtype != object:
        return max(low, head, 11.0)
    texts = (text for text in values.dropna().unique() if isinstance(text, str))
    widest = max((_breadth(line) for text in texts for line in text[:200].split("\n")), default=0)
    least = max(low, head, 11.0) if column.kind in NUMBER_FORMATS else max(low, head)
    return float(min(max(least, widest + 2), high))


def _breadth(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
