"""The parts of a shapefile: found in whatever case they are written, held against each other, and made up for."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data.errors import UnreadableFileError
from data.files.dbf import TableHead, table_head
from data.problems import Problem, error, note, warning

_HEADER_BYTES = 100
_RECORD_HEAD_BYTES = 8
_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_Ints = NDArray[np.int64]


def parts_of(path: Path) -> Mapping[str, Path]:
    """Find the parts of a shapefile.

    Parameters
    ----------
    path : Path
        The ``.shp`` file.

    Returns
    -------
    mapping of str to Path
        Those that are there by their suffixes in small letters.
    """
    wanted = {path.stem.casefold() + suffix: suffix for suffix in _PARTS}
    found = {wanted[file.name.casefold()]: file for file in sorted(path.parent.iterdir()) if _is_part(file, wanted)}
    return {**found, ".shp": path}


@contextlib.contextmanager
def whole_shapefile(path: Path, parts: Mapping[str, Path], *, place: str) -> Iterator[tuple[Path, list[Problem]]]:
    """Give a shapefile whose parts are all there and fit each other.

    Parameters
    ----------
    path : Path
        The ``.shp`` file.
    parts : mapping of str to Path
        See :func:`parts_of`.
    place : str
        What problems call the file.

    Yields
    ------
    tuple of Path and list of Problem
        The file, or a copy with a new index that is gone afterwards; and what was wrong.

    Raises
    ------
    UnreadableFileError
        When the shapes are broken off, or shapes and rows do not go together.
    """
    head = table_head(parts[".dbf"].read_bytes(), place=place) if ".dbf" in parts else None
    shapes = path.read_bytes()
    given = _sound_index(parts.get(".shx"), shapes)
    # The index counts, because editors leave records that were replaced in the file; unless the table contradicts it.
    is_index_used = given is not None and (head is None or len(given) == head.rows)
    records = given if given is not None and is_index_used else _records(shapes, place)
    code = "shapefile_index_wrong" if ".shx" in parts else "shapefile_no_index"
    told = [] if is_index_used else [warning(code, file=place, value=".shx")]
    if head is not None:
        told += _table_told(head, len(records), place)
    if is_index_used and all(file.suffix in (suffix, suffix.upper()) for suffix, file in parts.items()):
        yield path, told
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / f"{path.stem}.shp"
        for suffix, file in parts.items():
            shutil.copy(file, copy.with_suffix(suffix))
        copy.with_suffix(".shx").write_bytes(_index(shapes, records))
        yield copy, told


def _is_part(file: Path, wanted: Mapping[str, str]) -> bool:
    return file.name.casefold() in wanted and file.is_file()


def _sound_index(index: Path | None, shapes: bytes) -> _Ints | None:
    """Return where the records are and how long, as the index says; None when that is not what stands in the .shp."""
    if index is None:
        return None
    content = index.read_bytes()[_HEADER_BYTES:]
    rows = np.frombuffer(content[: len(content) // 8 * 8], ">i4").reshape(-1, 2).astype(np.int64)
    starts, lengths = 2 * rows[:, 0], rows[:, 1]
    if (starts < _HEADER_BYTES).any() or (starts + _RECORD_HEAD_BYTES + 2 * lengths > len(shapes)).any():
        return None
    raw = np.frombuffer(shapes, np.uint8)
    stated = raw[starts[:, None] + np.arange(4, 8)].astype(np.int64) @ np.array([1 << 24, 1 << 16, 1 << 8, 1])
    return rows if (stated == lengths).all() else None


def _records(shapes: bytes, place: str) -> _Ints:
    """Return where each record of a .shp file begins and how long it is, in words of two bytes, shape (n, 2)."""
    if len(shapes) < _HEADER_BYTES:
        raise UnreadableFileError(error("file_broken", file=place, why=".shp"))
    records, at = [], _HEADER_BYTES
    end = 2 * int.from_bytes(shapes[24:28], "big")
    while at + _RECORD_HEAD_BYTES <= min(end, len(shapes)):
        length = int.from_bytes(shapes[at + 4 : at + 8], "big", signed=True)
        if length <= 0 or at + _RECORD_HEAD_BYTES + 2 * length > len(shapes):
            break
        records.append((at // 2, length))
        at += _RECORD_HEAD_BYTES + 2 * length
    if at < end:
        raise UnreadableFileError(error("shapefile_broken_off", file=place, value=len(records)))
    return np.array(records, dtype=np.int64).reshape(-1, 2)


def _index(shapes: bytes, records: _Ints) -> bytes:
    """Return the index of a .shp file."""
    length = (_HEADER_BYTES + _RECORD_HEAD_BYTES * len(records)) // 2
    return shapes[:24] + length.to_bytes(4, "big") + shapes[28:_HEADER_BYTES] + records.astype(">i4").tobytes()


def _table_told(head: TableHead, shapes: int, place: str) -> list[Problem]:
    """Hold the rows of the table against the shapes."""
    if head.rows != shapes or head.rows_there < head.rows:
        rows = min(head.rows, head.rows_there)
        raise UnreadableFileError(error("shapefile_rows_differ", file=place, shapes=shapes, rows=rows))
    return [note("shapefile_deleted", file=place, value=head.deleted)] if head.deleted else []
