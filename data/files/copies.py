"""Copies to read instead of the file itself: a database that is open elsewhere, a text in another encoding."""

import contextlib
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from data.errors import UnreadableFileError
from data.files.encodings import known_encoding
from data.files.grids import decode_text
from data.problems import Problem, error, note

_TEXTS = (".geojson", ".geojsonl", ".json", ".kml")
_DECLARED = re.compile(r"""^(\s*<\?xml[^>]*?encoding\s*=\s*["'])([^"']+)""")
_WAL_VERSION = 2
# Logs that a database needs to be read as it stands now.
_LOGS = ("-wal", "-journal")
_HEAD_BYTES = 20


@contextlib.contextmanager
def readable(path: Path, *, encoding: str, place: str) -> Iterator[tuple[Path, tuple[Problem, ...], str]]:
    """Give a file that can be read without changing anything beside the one asked for.

    Parameters
    ----------
    path : Path
        The file; a database with a log, and a text that is not UTF-8, are copied.
    encoding : str
        ``"auto"`` or the encoding of a text.
    place : str
        What problems call the file.

    Yields
    ------
    tuple of Path, tuple of Problem and str
        The file or a copy that is gone afterwards, what was found, and the encoding of its texts.

    Raises
    ------
    UnreadableFileError
        When a text is in no known encoding, or not in the one declared.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        if path.suffix.lower() == ".gpkg" and _has_log(path):
            yield copy, _copy_database(path, copy, place), "UTF-8"
        elif path.suffix.lower() in _TEXTS:
            yield _in_utf8(path, copy, encoding, place)
        else:
            yield path, (), "UTF-8"


def _has_log(path: Path) -> bool:
    """Tell whether reading a database in place would make SQLite write beside it."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    in_wal_mode = len(head) == _HEAD_BYTES and _WAL_VERSION in head[18:20]
    return in_wal_mode or any(_beside(path, log).is_file() for log in _LOGS)


def _copy_database(path: Path, copy: Path, place: str) -> tuple[Problem, ...]:
    """Copy a database with its log, which holds the newest rows."""
    shutil.copy(path, copy)
    logs = [log for log in _LOGS if _beside(path, log).is_file() and _beside(path, log).stat().st_size]
    for log in logs:
        shutil.copy(_beside(path, log), _beside(copy, log))
    return tuple(note("database_log", file=place, value=path.name + log) for log in logs)


def _beside(path: Path, log: str) -> Path:
    return path.with_name(path.name + log)


def _in_utf8(path: Path, copy: Path, encoding: str, place: str) -> tuple[Path, tuple[Problem, ...], str]:
    """Return a text as it is when it is UTF-8 and says nothing else, and a copy in UTF-8 otherwise."""
    raw = path.read_bytes()
    text, label = decode_text(raw, encoding=known_encoding(encoding) or encoding, place=place)
    declared = _DECLARED.match(text[:200])
    if declared and known_encoding(declared[2]) not in ("", known_encoding(label)) and encoding == "auto":
        # Bytes that are UTF-8 are UTF-8; others are what the head says, when they agree.
        with contextlib.suppress(UnreadableFileError):
            said = known_encoding(declared[2])
            text, label = (text, label) if label == "UTF-8" else decode_text(raw, encoding=said, place=place)
    if label == "UTF-8" and not (declared and known_encoding(declared[2]) != "utf-8"):
        return path, (), label
    if "\x00" in text:
        raise UnreadableFileError(error("encoding_unknown", file=place))
    copy.write_text(_DECLARED.sub(r"\g<1>UTF-8", text, count=1), "utf-8", newline="")
    is_said = declared is not None or encoding != "auto"
    return copy, () if is_said else (note("encoding_detected", file=place, value=label),), label
