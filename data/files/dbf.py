"""The attribute table of a shapefile: in which encoding its texts are, decided by the bytes themselves."""

from pathlib import Path

import numpy as np

from data.errors import UnreadableFileError
from data.files.encodings import Encoding, decide_encoding, foreign, known_encoding
from data.problems import error

_LANGUAGE_BYTES = {0x4D: "gb18030", 0x7A: "gb18030", 0x4F: "big5", 0x78: "big5", 0x03: "iso-8859-1", 0x57: "iso-8859-1"}
_HEADER, _FIELD, _HEADER_END = 32, 32, 0x0D


def find_encoding(path: Path, *, encoding: str, place: str) -> Encoding:
    """Decide the encoding of the attribute table of a shapefile.

    What the .cpg file or the language byte says is a claim; see :func:`data.files.encodings.decide_encoding`.

    Parameters
    ----------
    path : Path
        The ``.dbf`` file.
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
    claim, source = _claim(path)
    # The format cuts names after 10 bytes, so they bear witness only where no cell does.
    return decide_encoding(cells or names, claim=claim, source=source, encoding=encoding, place=place)


def _claim(path: Path) -> tuple[str, str]:
    """Return the encoding that the .cpg file or the language byte names, and which of them does."""
    for suffix in (".cpg", ".CPG"):
        beside = path.with_suffix(suffix)
        if beside.is_file():
            return known_encoding(beside.read_text("ascii", errors="replace")), ".cpg"
    with path.open("rb") as file:
        head = file.read(_HEADER)
    return _LANGUAGE_BYTES.get(head[29], ""), ".dbf"


def _foreign_texts(raw: bytes, place: str) -> tuple[list[bytes], list[bytes]]:
    """Return the field names and the different cell texts that are not plain ASCII."""
    if len(raw) < _HEADER:
        raise UnreadableFileError(error("file_broken", file=place, why=".dbf"))
    rows, header, width = (int.from_bytes(raw[a:b], "little") for a, b in ((4, 8), (8, 10), (10, 12)))
    body = np.frombuffer(raw, np.uint8, offset=min(header, len(raw)))
    rows = min(rows, len(body) // max(width, 1))
    table = body[: rows * width].reshape(rows, width)
    names: list[bytes] = []
    cells: list[bytes] = []
    start = 1
    for at in range(_HEADER, min(header, len(raw)) - _FIELD + 1, _FIELD):
        if raw[at] == _HEADER_END:
            break
        names.append(raw[at : at + 11].split(b"\x00")[0])
        length = raw[at + 16]
        if raw[at + 11 : at + 12] == b"C" and length and start + length <= width:
            column = np.ascontiguousarray(table[:, start : start + length]).view(f"S{length}").ravel()
            cells.extend(cell.rstrip() for cell in np.unique(column).tolist())
        start += length
    return foreign(names), foreign(cells)
