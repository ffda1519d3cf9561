"""Tables as they lie on paper: the cells of a worksheet or a text table, before anything is made of them."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO, StringIO
from pathlib import Path
from xml.etree.ElementTree import ParseError

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from data.errors import InputError, MissingFileError, UnreadableFileError
from data.files.markup_tables import Merge, Table, html_tables, xml_tables
from data.files.sheet_marks import Marks, sheet_marks
from data.problems import Problem, error, note

WORKBOOKS = (".xlsx", ".xls", ".xlsm", ".xlsb", ".xltx", ".ods", ".et")
TEXT_TABLES = (".csv", ".txt", ".tsv")
_DELIMITERS = ("\t", ";", ",", "，", "|")
_SNIFFED_LINES = 30
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f]")
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_LOCKED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True)
class Grid:
    """Hold the cells of one table.

    Parameters
    ----------
    name : str
        Name of the sheet; empty for a text table.
    rows : sequence of sequence
        Cells from the first row of the sheet on; an empty cell is ``""``. All rows are equally long.
    merges : tuple of ((int, int), (int, int))
        First and last cell, row before column, of each merged range.
    encoding : str
        Of a text table.
    hidden_rows, hidden_columns : tuple of int
        Numbers, from 0, of rows and columns that the sheet does not show.
    problems : tuple of Problem
        What was found as the file was opened.
    """

    name: str
    rows: Sequence[Sequence[object]]
    merges: tuple[Merge, ...]
    encoding: str = ""
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_grids(path: Path, *, sheet: str | None = None, encoding: str = "auto", place: str = "") -> list[Grid]:
    """Read the tables of a workbook, or the one of a text file.

    What a file is, is told by its content: what systems export as .xls is often HTML, XML or text.

    Parameters
    ----------
    path : Path
        File of one of ``WORKBOOKS`` or ``TEXT_TABLES``.
    sheet : str, optional
        The only sheet to read; without it all that are not hidden.
    encoding : str
        ``"auto"`` or the encoding of a text table.
    place : str
        What problems call the file; its name by default.

    Returns
    -------
    list of Grid
        In the order of the sheets; sheets without any cell are left out. An error that a cell shows is its text, and so
        is a formula that was never worked out.

    Raises
    ------
    MissingFileError
        When the file is missing.
    UnreadableFileError
        When it is of another format, broken or locked by a password.
    InputError
        When the sheet is not there.
    """
    place = place or path.name
    suffix = path.suffix.lower()
    if not path.is_file():
        raise MissingFileError(error("missing_file", file=place))
    if suffix not in (*TEXT_TABLES, *WORKBOOKS):
        allowed = " ".join((*WORKBOOKS, *TEXT_TABLES))
        raise UnreadableFileError(error("format_unknown", file=place, value=suffix, allowed=allowed))
    raw = path.read_bytes()
    if raw.startswith((_ZIP, _OLE)):
        grids = _sheets(raw, sheet, place)
        told = _misnamed(place, suffix, "Excel") if suffix in TEXT_TABLES else ()
    else:
        grids, told = _text_grids(raw, suffix, encoding, place)
    return [replace(grid, problems=told) for grid in grids]


def _misnamed(place: str, suffix: str, kind: str) -> tuple[Problem, ...]:
    return (note("format_by_content", file=place, value=suffix, kind=kind),)


def _sheets(raw: bytes, sheet: str | None, place: str) -> list[Grid]:
    if raw.startswith(_OLE) and _LOCKED in raw:
        raise UnreadableFileError(error("file_locked", file=place))
    try:
        with CalamineWorkbook.from_filelike(BytesIO(raw)) as book:
            names = [meta.name for meta in book.sheets_metadata if meta.typ is SheetTypeEnum.WorkSheet]
            if sheet is not None and sheet not in names:
                raise InputError(error("sheet_unknown", file=place, value=sheet, allowed=", ".join(names)))
            shown = [meta.name for meta in book.sheets_metadata if meta.visible is SheetVisibleEnum.Visible]
            wanted = [sheet] if sheet is not None else [name for name in names if name in shown]
            marks = sheet_marks(raw)
            grids = [_sheet_grid(name, book.get_sheet_by_name(name), marks.get(name, Marks({}))) for name in wanted]
    except PasswordError as fault:
        raise UnreadableFileError(error("file_locked", file=place)) from fault
    except (CalamineError, OSError) as fault:
        raise UnreadableFileError(error("file_broken", file=place, why=str(fault))) from fault
    return [grid for grid in grids if grid.rows]


def _sheet_grid(name: str, sheet: CalamineSheet, marks: Marks) -> Grid:
    rows = sheet.to_python(skip_empty_area=False) if sheet.end else []
    for (row, column), text in marks.texts.items():
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = text
    merges = tuple(sorted(sheet.merged_cell_ranges or ()))
    return Grid(name, rows, merges, hidden_rows=marks.hidden_rows, hidden_columns=marks.hidden_columns)


def _text_grids(raw: bytes, suffix: str, encoding: str, place: str) -> tuple[list[Grid], tuple[Problem, ...]]:
    text, label = decode_text(raw, encoding=encoding, place=place)
    # A workbook that is none may be a text all the same, but not one that holds controls or is UTF-16 by guess alone.
    if suffix in WORKBOOKS and (label in ("UTF-16-LE", "UTF-16-BE") or _CONTROLS.search(text[:4_000])):
        raise UnreadableFileError(error("file_no_workbook", file=place))
    start = text[:4_000].lstrip().lower()
    try:
        if "urn:schemas-microsoft-com:office:spreadsheet" in start and start.startswith("<?xml"):
            return _markup(xml_tables(text.lstrip()), label), _misnamed(place, suffix, "XML 2003")
        if start.startswith("<") and "<t" in text[:100_000].lower():
            return _markup(html_tables(text), label), _misnamed(place, suffix, "HTML")
        told = _misnamed(place, suffix, "CSV") if suffix in WORKBOOKS else ()
        return [_text_grid(text, label)], told
    except (csv.Error, ParseError) as fault:
        raise UnreadableFileError(error("file_broken", file=place, why=str(fault))) from fault


def _markup(tables: Sequence[Table], label: str) -> list[Grid]:
    return [Grid(name, rows, merges, label) for name, rows, merges in tables if rows]


def _text_grid(text: str, label: str) -> Grid:
    rows: list[list[object]] = [
        [cell.strip() for cell in row] for row in csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text))
    ]
    width = max(map(len, rows), default=0)
    return Grid("", [row + [""] * (width - len(row)) for row in rows], (), label)


def decode_text(raw: bytes, *, encoding: str, place: str) -> tuple[str, str]:
    """Decode a text file.

    Parameters
    ----------
    raw : bytes
        Its content.
    encoding : str
        ``"auto"`` for UTF-8, UTF-16 or, when it is neither, GB18030, which holds GBK; or the name of an encoding.
    place : str
        What problems call the file.

    Returns
    -------
    tuple of str
        The text and the name of its encoding.

    Raises
    ------
    UnreadableFileError
        When it is in none of them, or not in the one declared.
    """
    names = _likely_encodings(raw) if encoding == "auto" else [encoding]
    for name in names:
        try:
            text = raw.decode(name).removeprefix("\ufeff")
            if name == "utf-8-sig" and len(names) > 1 and _is_chinese_misread(text, raw):
                continue
            return text, name.upper().removesuffix("-SIG")
        except UnicodeDecodeError:
            continue
        except LookupError as fault:
            raise UnreadableFileError(error("encoding_no_such", file=place, value=encoding)) from fault
    if encoding != "auto":
        raise UnreadableFileError(error("encoding_does_not_fit", file=place, value=encoding))
    raise UnreadableFileError(error("encoding_unknown", file=place))


def _likely_encodings(raw: bytes) -> list[str]:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return ["utf-16"]
    # Every second byte of Latin text in UTF-16 is zero; no other encoding has zeros at all.
    if b"\x00" in raw[:2_000]:
        return ["utf-16-le" if raw[1:2_000:2].count(0) >= raw[0:2_000:2].count(0) else "utf-16-be"]
    return ["utf-8-sig", "gb18030"]


def _is_chinese_misread(text: str, raw: bytes) -> bool:
    """Tell whether a text is UTF-8 by chance: the bytes of 目 in GBK are those of Ŀ in UTF-8."""
    if text.isascii() or raw.startswith(b"\xef\xbb\xbf"):
        return False
    foreign = set(re.findall(r"[^\x00-\x7f]", text))
    # Signs such as ° and · stand in Chinese tables; letters of Europe and Arabia do not.
    if not all(sign < "\u0800" for sign in foreign) or not any(sign >= "\u0100" and sign.isalpha() for sign in foreign):
        return False
    try:
        raw.decode("gb18030")
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(text: str) -> str:
    """Choose the sign that parts most lines into as many cells as the usual line has."""
    lines = [line for line in text.splitlines()[: 2 * _SNIFFED_LINES] if line.strip()][:_SNIFFED_LINES]

    def fit(sign: str) -> tuple[bool, int, int]:
        counts = Counter(len(row) for row in csv.reader(lines, delimiter=sign) if row)
        cells, agreeing = max(counts.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        return cells > 1, agreeing, cells

    return max(_DELIMITERS, key=fit)
