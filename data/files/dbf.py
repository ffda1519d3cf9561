"""The attribute table of a shapefile: in which encoding its texts are, decided by the bytes themselves."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from data.errors import UnreadableFileError
from data.files.encodings import Encoding, decide_encoding, foreign, known_encoding
from data.problems import error

_LANGUAGE_BYTES = {0x4D: "gb18030", 0x7A: "gb18030", 0x4F: "big5", 0x78: "big5", 0x03: "iso-8859-1", 0x57: "iso-8859-1"}
_HEADER, _FIELD, _HEADER_END, _DELETED = 32, 32, 0x0D, 0x2A
# Kinds of columns that hold no content but where it stands in another file.
_ELSEWHERE = (b"M", b"G", b"B", b"P")


@dataclass(frozen=True)
class TableHead:
    """Hold how many rows a table has.

    Parameters
    ----------
    rows : int
        How many there should be.
    rows_there : int
        How many the file is long enough for.
    deleted : int
        How many are marked as deleted.
    """

    rows: int
    rows_there: int
    deleted: int


def find_encoding(path: Path, *, claim: Path | None, encoding: str, place: str) -> Encoding:
    """Decide the encoding of the attribute table of a shapefile.

    What the .cpg file or the language byte says is a claim; see :func:`data.files.encodings.decide_encoding`.

    Parameters
    ----------
    path : Path
        The ``.dbf`` file.
    claim : Path or None
        The ``.cpg`` file, where there is one.
    encoding : str
        ``"auto"``, or the name of an encoding that the project declares.
    place : str
        File that problems name.

    Returns
    -------
    Encoding
        The decision.

    Raises
    ------
    UnreadableFileError
        When the table is broken off, or its texts are not in the declared encoding or in any known one.
    """
    names, cells = _foreign_texts(path.read_bytes(), place)
    said, source = _claim(path, claim)
    # The format cuts names after 10 bytes, so they bear witness only where no cell does.
    return decide_encoding(cells or names, claim=said, source=source, encoding=encoding, place=place)


def table_head(raw: bytes, *, place: str) -> TableHead:
    """Read how many rows a table has.

    Parameters
    ----------
    raw : bytes
        The ``.dbf`` file.
    place : str
        File that problems name.

    Returns
    -------
    TableHead
        The counts.

    Raises
    ------
    UnreadableFileError
        When the table is broken off before its rows.
    """
    if len(raw) < _HEADER:
        raise UnreadableFileError(error("file_broken", file=place, why=".dbf"))
    rows, header, width = _sizes(raw)
    marks = np.frombuffer(raw, np.uint8, offset=min(header, len(raw)))[:: max(width, 1)][:rows]
    there = min(rows, max(len(raw) - header, 0) // max(width, 1))
    return TableHead(rows, there, int((marks[:there] == _DELETED).sum()))


def memo_columns(raw: bytes, *, place: str) -> list[str]:
    """Return the names, as Latin-1, of the columns whose content stands in another file.

    Parameters
    ----------
    raw : bytes
        The ``.dbf`` file.
    place : str
        File that problems name.

    Returns
    -------
    list of str
        In the order of the table.

    Raises
    ------
    UnreadableFileError
        When the table is broken off before its rows.
    """
    if len(raw) < _HEADER:
        raise UnreadableFileError(error("file_broken", file=place, why=".dbf"))
    return [name.decode("latin-1") for name, kind, _ in _fields(raw) if kind in _ELSEWHERE]


def _sizes(raw: bytes) -> tuple[int, int, int]:
    """Return how many rows there should be, and how many bytes the head and each row have."""
    rows, header, width = (int.from_bytes(raw[a:b], "little") for a, b in ((4, 8), (8, 10), (10, 12)))
    return rows, header, width


def _fields(raw: bytes) -> Iterator[tuple[bytes, bytes, int]]:
    """Yield name, kind and length of each column."""
    _, header, _ = _sizes(raw)
    for at in range(_HEADER, min(header, len(raw)) - _FIELD + 1, _FIELD):
        if raw[at] == _HEADER_END:
            return
        yield raw[at : at + 11].split(b"\x00")[0], raw[at + 11 : at + 12], raw[at + 16]


def _claim(path: Path, claim: Path | None) -> tuple[str, str]:
    """Return the encoding that the .cpg file or the language byte names, and which of them does."""
    if claim is not None:
        text = claim.read_text("ascii", errors="replace").strip()
        return known_encoding(text), f".cpg ({text})"
    with path.open("rb") as file:
        head = file.read(_HEADER)
    return _LANGUAGE_BYTES.get(head[29], ""), ".dbf"


def _foreign_texts(raw: bytes, place: str) -> tuple[list[bytes], list[bytes]]:
    """Return the field names and the different cell texts that are not plain ASCII."""
    if len(raw) < _HEADER:
        raise UnreadableFileError(error("file_broken", file=place, why=".dbf"))
    rows, header, width = _sizes(raw)
    body = np.frombuffer(raw, np.uint8, offset=min(header, len(raw)))
    rows = min(rows, len(body) // max(width, 1))
    table = body[: rows * width].reshape(rows, width)
    names: list[bytes] = []
    cells: list[bytes] = []
    start = 1
    for name, kind, length in _fields(raw):
        names.append(name)
        if kind == b"C" and length and start + length <= width:
            column = np.ascontiguousarray(table[:, start : start + length]).view(f"S{length}").ravel()
            cells.extend(cell.rstrip() for cell in np.unique(column).tolist())
        start += length
    return foreign(names), foreign(cells)
