"""One OpenStreetMap extract on disk: is it there, is it one, is it whole."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import osmium

from data.errors import MissingFileError, UnreadableFileError
from data.problems import error

SUFFIXES = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2")
_FORMATS = {".pbf": "pbf", ".osm": "osm", ".osm.gz": "osm.gz", ".osm.bz2": "osm.bz2"}


@dataclass(frozen=True)
class Extract:
    """Name an extract that can be read.

    Parameters
    ----------
    name : str
        What messages call it.
    content : bytes
        The file as it was read, once.
    format : str
        What its content is, as the suffix tells.
    date : str
        Day of the data, ISO form, as the file tells it; empty when it does not.
    """

    name: str
    content: bytes = field(repr=False)
    format: str
    date: str = ""

    def source(self) -> osmium.io.FileBuffer:
        """Return the content as the reader wants it: on Windows it opens no path with Chinese names by itself."""
        return osmium.io.FileBuffer(self.content, self.format)

    def sha256(self) -> str:
        """Return the checksum of the content."""
        return hashlib.sha256(self.content).hexdigest()


def open_extract(path: Path, *, name: str | None = None) -> Extract:
    """Open an extract and look at its header.

    Parameters
    ----------
    path : Path
        A ``.osm.pbf``, ``.osm``, ``.osm.gz`` or ``.osm.bz2`` file.
    name : str, optional
        What messages call the file; its own name by default.

    Returns
    -------
    Extract
        The extract.

    Raises
    ------
    MissingFileError
        When there is no such file.
    UnreadableFileError
        When it is not an OpenStreetMap file.
    """
    shown = name or path.name
    if not path.is_file():
        raise MissingFileError(error("missing_file", file=shown))
    suffix = next((suffix for suffix in _FORMATS if path.name.lower().endswith(suffix)), None)
    if suffix is None:
        raise UnreadableFileError(error("osm_suffix", file=shown, allowed=" ".join(SUFFIXES)))
    with reading(shown):
        extract = Extract(shown, path.read_bytes(), _FORMATS[suffix])
        with osmium.io.Reader(extract.source()) as reader:
            header = reader.header()
    stamp = header.get("osmosis_replication_timestamp") or header.get("timestamp") or ""
    return replace(extract, date=stamp[:10])


@contextmanager
def reading(name: str) -> Iterator[None]:
    """Turn what the reader says of a broken file into an error that names the file.

    Parameters
    ----------
    name : str
        What messages call the file.

    Raises
    ------
    UnreadableFileError
        When the file is not an OpenStreetMap file, or is broken off.
    """
    try:
        yield
    except (RuntimeError, ValueError, OSError, osmium.InvalidLocationError) as fault:
        raise UnreadableFileError(error("osm_unreadable", file=name, detail=str(fault))) from fault
