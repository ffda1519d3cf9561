"""What a workbook says beside its values: errors, formulas that were never worked out, hidden rows and columns."""

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from posixpath import join, normpath

Cell = tuple[int, int]
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s([^>]*)>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s([^>]*)>")
_ATTRIBUTE = re.compile(rb"([\w:]+)\s*=\s*[\"']([^\"']*)[\"']")
_HIDDEN = rb"[^>]*\shidden=\"(?:1|true)\"[^>]*>"
_HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row(?=\s)" + _HIDDEN)
_HIDDEN_COLUMN = re.compile(rb"<(?:\w+:)?col(?=\s)" + _HIDDEN)
_ERROR = re.compile(
    rb"<(?:\w+:)?c(\s[^>]*\bt=\"e\"[^>]*)>(?:<(?:\w+:)?f[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>))?<(?:\w+:)?v>([^<]*)<"
)
_NOT_WORKED_OUT = re.compile(
    rb"<(?:\w+:)?c(\s[^>]*)><(?:\w+:)?f[^>]*?(?:/>|>([^<]*)</(?:\w+:)?f>)(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?"
    rb"</(?:\w+:)?c>"
)


@dataclass(frozen=True)
class Marks:
    """Hold what a sheet says beside its values; rows and columns are counted from 0.

    Parameters
    ----------
    texts : mapping of (int, int) to str
        By row and column: the error that a cell shows, or the formula that has no value.
    hidden_rows, hidden_columns : tuple of int
        What the sheet does not show.
    """

    texts: Mapping[Cell, str]
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()


def sheet_marks(raw: bytes) -> Mapping[str, Marks]:
    """Look through the sheets of an .xlsx or .xlsm workbook.

    Parameters
    ----------
    raw : bytes
        The file.

    Returns
    -------
    mapping of str to Marks
        By the name of the sheet; empty for workbooks of other formats.
    """
    try:
        with zipfile.ZipFile(BytesIO(raw)) as book:
            return {name: _marks(book.read(part)) for name, part in _parts(book).items() if part in book.namelist()}
    except (zipfile.BadZipFile, KeyError):
        return {}


def _parts(book: zipfile.ZipFile) -> dict[str, str]:
    """Return the part of the file that holds each sheet."""
    relations = [_attributes(found) for found in _RELATION.findall(book.read("xl/_rels/workbook.xml.rels"))]
    targets = {row["Id"]: row["Target"] for row in relations if "Target" in row and "Id" in row}
    sheets = [_attributes(found) for found in _SHEET.findall(book.read("xl/workbook.xml"))]
    return {
        row["name"]: _part(targets[row["r:id"]]) for row in sheets if "name" in row and row.get("r:id", "") in targets
    }


def _part(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))


def _attributes(text: bytes) -> dict[str, str]:
    return {name.decode(): unescape(value.decode("utf-8", "replace")) for name, value in _ATTRIBUTE.findall(text)}


def _marks(xml: bytes) -> Marks:
    texts: dict[Cell, str] = {}
    if b'"e"' in xml:
        texts |= {_cell(found[1]): found[2].decode() for found in _ERROR.finditer(xml)}
    for found in _NOT_WORKED_OUT.finditer(xml) if b"<f" in xml or b":f" in xml else ():
        # An empty text is a value as well: =IF(A1="","",A1).
        if b't="str"' not in found[1]:
            texts[_cell(found[1])] = "=" + unescape((found[2] or b"").decode("utf-8", "replace"))
    is_hidden = b"hidden=" in xml
    rows = [_attributes(found.group()) for found in _HIDDEN_ROW.finditer(xml)] if is_hidden else []
    columns = [_attributes(found.group()) for found in _HIDDEN_COLUMN.finditer(xml)] if is_hidden else []
    texts.pop((-1, -1), None)
    return Marks(
        texts,
        tuple(int(row["r"]) - 1 for row in rows if "r" in row),
        tuple(number - 1 for row in columns for number in range(int(row["min"]), min(int(row["max"]), 1_000) + 1)),
    )


def _cell(attributes: bytes) -> Cell:
    found = re.fullmatch(r"([A-Z]+)(\d+)", _attributes(attributes).get("r", ""))
    if not found:
        return (-1, -1)
    column = 0
    for letter in found[1]:
        column = 26 * column + ord(letter) - 64
    return (int(found[2]) - 1, column - 1)
