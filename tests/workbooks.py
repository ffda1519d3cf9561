"""Workbooks for tests, made cell by cell."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from data.problems import Problem


def write_book(
    path: Path,
    rows: Sequence[Sequence[object]] = (),
    *,
    merges: Sequence[str] = (),
    sheets: Mapping[str, Sequence[Sequence[object]]] | None = None,
    change: Callable[[Worksheet], None] = lambda _: None,
) -> Path:
    """Write rows to one sheet, or to several by name; an empty text is an empty cell."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, lines in (sheets or {"台账": rows}).items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append([None if cell == "" else cell for cell in line])
        for cells in merges:
            sheet.merge_cells(cells)
        change(sheet)
    book.save(path)
    return path


def told(problems: Sequence[Problem]) -> list[tuple[str, str, str]]:
    """Return code, row and value of each problem."""
    return [(problem.code, problem.feature, problem.value) for problem in problems]
