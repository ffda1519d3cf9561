"""Tables as Word draws them: typed figures as text, widths by what stands in the columns, headings on each page."""

import unicodedata
from collections.abc import Sequence

import numpy as np
import pandas as pd
from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Emu
from docx.table import _Cell

from maps.plain_text import plain_text
from maps.report.blocks import Table
from maps.report.fields import fill_cell, keep_row, repeat_row
from maps.report.settings import layout
from maps.report.styling import style_name
from maps.workbook.sheets import NUMBER_FORMATS, Column

_DIGITS = {"integer": 0, "one": 1, "two": 2}
# Characters: a column is at least so wide, and what is longer than the most wraps.
_NARROWEST, _WIDEST = 7.0, 40.0


def add_grid(document: Document, *, table: Table, width: int) -> None:
    """Write a table.

    Parameters
    ----------
    document : Document
        The document.
    table : Table
        The table.
    width : int
        Width of the text in English metric units.
    """
    texts = cell_texts(table)
    grid = document.add_table(rows=0, cols=len(table.columns), style=style_name("table"))
    grid.alignment, grid.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    widths = _widths(texts, width)
    for column, share in zip(grid.columns, widths, strict=True):
        column.width = Emu(share)
    last = len(texts) - 1
    for number, line in enumerate(texts):
        row = grid.add_row()
        keep_row(row)
        if number == 0:
            repeat_row(row)
        fill = "header_fill" if number == 0 else "total_fill" if table.total and number == last else ""
        for cell, text, column, share in zip(row.cells, line, table.columns, widths, strict=True):
            cell.width = Emu(share)
            _write_cell(cell, text, centred=number == 0, figure=column.kind in NUMBER_FORMATS, fill=fill)


def cell_texts(table: Table) -> list[list[str]]:
    """Print a table.

    Parameters
    ----------
    table : Table
        The table.

    Returns
    -------
    list of list of str
        The headings, then the rows, then the totals where it has such.
    """
    heads = [column.title for column in table.columns]
    columns = [_column_texts(table.frame[column.key], column.kind) for column in table.columns]
    rows = [list(row) for row in zip(*columns, strict=True)]
    return [heads, *rows, *([_totals(table)] if table.total else [])]


def _column_texts(values: pd.Series, kind: str) -> list[str]:
    return [figure_text(value, kind=kind) if known else "" for value, known in zip(values, values.notna(), strict=True)]


def figure_text(value: object, *, kind: str) -> str:
    """Print one cell.

    Parameters
    ----------
    value : object
        A text or a number.
    kind : str
        Kind of the column; see :class:`maps.workbook.sheets.Column`.

    Returns
    -------
    str
        A text without control characters, a number as the annex tables show it; nothing where it is not finite.
    """
    if isinstance(value, str):
        return plain_text(value)
    figure = float(str(value))
    if not np.isfinite(figure):
        return ""
    if kind == "share":
        return f"{figure:.1%}"
    if kind == "year":
        return f"{figure:.0f}"
    return f"{figure:,.{_DIGITS[kind]}f}" if kind in _DIGITS else f"{figure:,.10g}"


def _totals(table: Table) -> list[str]:
    """Print the sums of the columns that have them, the label in the first; a sum of nothing known is left empty."""
    return [table.total if number == 0 else _sum(table.frame, column) for number, column in enumerate(table.columns)]


def _sum(frame: pd.DataFrame, column: Column) -> str:
    if not column.total:
        return ""
    figures = frame[column.key].to_numpy(float, na_value=np.nan)
    known = figures[np.isfinite(figures)]
    return figure_text(float(known.sum()), kind=column.kind) if len(known) else ""


def _widths(texts: Sequence[Sequence[str]], width: int) -> list[int]:
    """Share the width out by the longest text of each column; a heading may take two lines."""
    columns = list(zip(*texts, strict=True))
    wanted = [
        min(max(_breadth(column[0]) / 2 + 1, *map(_breadth, column[1:]), _NARROWEST), _WIDEST) + 2 for column in columns
    ]
    return [int(width * one / sum(wanted)) for one in wanted]


def _breadth(text: str) -> float:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text[:200])


def _write_cell(cell: _Cell, text: str, *, centred: bool, figure: bool, fill: str) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.style = style_name("cell")
    paragraph.add_run(text)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif figure:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    if fill:
        fill_cell(cell, layout()["type"][fill])
