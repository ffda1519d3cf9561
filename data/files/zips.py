"""Zipped layers, also with member names that a Chinese Windows wrote."""

import contextlib
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from data.errors import InputError, UnreadableFileError
from data.problems import error

_LAYERS = (".shp", ".gpkg", ".geojson", ".kml", ".fgb")
_UTF8_FLAG = 0x800


@contextlib.contextmanager
def unpacked(path: Path, *, place: str) -> Iterator[Path]:
    """Unpack the one layer of a zip file into a folder that is gone afterwards.

    Parameters
    ----------
    path : Path
        The zip file.
    place : str
        File that problems name.

    Yields
    ------
    Path
        The layer inside.

    Raises
    ------
    UnreadableFileError
        When it is no zip file, is broken or is locked.
    InputError
        When it holds no layer, or several.
    """
    with tempfile.TemporaryDirectory() as folder:
        try:
            members = _extract(path, Path(folder))
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as fault:
            raise UnreadableFileError(error("file_broken", file=place, why=str(fault))) from fault
        layers = [member for member in members if member.suffix.lower() in _LAYERS]
        if not layers:
            raise InputError(error("zip_no_layer", file=place, allowed=" ".join(_LAYERS)))
        if len(layers) > 1:
            raise InputError(error("zip_several_layers", file=place, allowed=", ".join(layer.name for layer in layers)))
        yield layers[0]


def _extract(path: Path, folder: Path) -> list[Path]:
    """Write the members into numbered folders, one per folder of the archive, by their own last names."""
    written = []
    with zipfile.ZipFile(path) as archive:
        parents: dict[PurePosixPath, Path] = {}
        for member in archive.infolist():
            inside = PurePosixPath(_name(member).replace("\\", "/"))
            if member.is_dir() or inside.parts[:1] == ("__MACOSX",):
                continue
            parent = parents.setdefault(inside.parent, folder / str(len(parents)))
            parent.mkdir(exist_ok=True)
            written.append(parent / inside.name)
            written[-1].write_bytes(archive.read(member))
    return written


def _name(member: zipfile.ZipInfo) -> str:
    """Return the name of a member; without the UTF-8 flag it is UTF-8 all the same, or GB18030."""
    if member.flag_bits & _UTF8_FLAG:
        return member.filename
    raw = member.filename.encode("cp437", errors="replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", errors="replace")
