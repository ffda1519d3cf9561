"""Archives: the one file in a zip that is meant, also with member names that a Chinese Windows wrote."""

import contextlib
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from data.errors import InputError, UnreadableFileError
from data.problems import error

ARCHIVE_SUFFIXES = (".zip", ".kmz")
# Looked for one group after the other: a sheet or a text beside a layer is most often an explanation of it.
_WANTED = (
    (".shp", ".gpkg", ".gdb", ".geojson", ".geojsonl", ".kml", ".fgb", ".tab", ".mif", ".dxf"),
    (".json", ".zip", ".kmz"),
    (".csv", ".xlsx", ".xls", ".xlsm", ".ods", ".et"),
    (".txt", ".tsv", ".dwg"),
)
_UTF8_FLAG = 0x800
_UNSAFE = re.compile(r'[<>:"|?*\x00-\x1f]')


@contextlib.contextmanager
def unpacked(path: Path, *, layer: str | None, place: str) -> Iterator[tuple[Path, str | None]]:
    """Unpack an archive into a folder that is gone afterwards.

    Parameters
    ----------
    path : Path
        File of one of ``ARCHIVE_SUFFIXES``.
    layer : str or None
        What the project names as the layer: a file inside, with or without its ending, or a layer of the one file.
    place : str
        File that problems name.

    Yields
    ------
    tuple of Path and str or None
        The file inside, and the layer of it to read.

    Raises
    ------
    UnreadableFileError
        When it is no zip file, is broken or is locked.
    InputError
        When it holds nothing that can be read, or several files and none is chosen.
    """
    with tempfile.TemporaryDirectory() as folder:
        try:
            members = _extract(path, Path(folder))
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as fault:
            raise UnreadableFileError(error("file_broken", file=place, why=str(fault))) from fault
        inner, layer = _chosen(members, layer, place)
        if inner.suffix.lower() in ARCHIVE_SUFFIXES:
            with unpacked(inner, layer=layer, place=place) as found:
                yield found
        else:
            yield inner, layer


def _chosen(members: dict[str, Path], layer: str | None, place: str) -> tuple[Path, str | None]:
    """Return the file that is meant, and what the layer says of it."""
    groups = [{name: path for name, path in members.items() if path.suffix.lower() in group} for group in _WANTED]
    found = next((group for group in groups if group), {})
    named = [path for name, path in members.items() if layer is not None and _is_called(name, layer)]
    named = [path for path in named if any(path in group.values() for group in groups)]
    if len(named) == 1:
        return named[0], None
    if not found:
        wanted = " ".join(suffix for group in _WANTED for suffix in group)
        raise InputError(error("zip_no_layer", file=place, allowed=wanted))
    if len(found) == 1:
        return next(iter(found.values())), layer
    listed = ", ".join(sorted(found))
    if layer is not None:
        raise InputError(error("layer_unknown", file=place, value=layer, allowed=listed))
    raise InputError(error("zip_several_layers", file=place, allowed=listed))


def _is_called(name: str, layer: str) -> bool:
    whole = PurePosixPath(name)
    return layer in (name, whole.name, whole.stem, whole.with_suffix("").as_posix())


def _extract(path: Path, folder: Path) -> dict[str, Path]:
    """Write the members into numbered folders, one per folder of the archive; return where each one is by its name.

    Nothing is written outside, whatever the names say. A FileGDB is a folder, and is one member.
    """
    written: dict[str, Path] = {}
    with zipfile.ZipFile(path) as archive:
        parents: dict[PurePosixPath, Path] = {}
        inner = {member.filename: PurePosixPath(_name(member).replace("\\", "/")) for member in archive.infolist()}
        databases = {inside.parent for inside in inner.values() if inside.suffix.lower() == ".gdbtable"}
        for member in archive.infolist():
            inside = inner[member.filename]
            if member.is_dir() or "__MACOSX" in inside.parts or inside.name.startswith(("._", "..")):
                continue
            if inside.parent not in parents:
                number = folder / str(len(parents))
                parents[inside.parent] = (
                    number / _database(inside.parent, path) if inside.parent in databases else number
                )
                parents[inside.parent].mkdir(parents=True)
            target = parents[inside.parent] / _safe(inside.name)
            with archive.open(member) as source, target.open("wb") as copy:
                shutil.copyfileobj(source, copy)
            if inside.parent in databases:
                written[target.parent.name] = target.parent
            else:
                written[inside.as_posix()] = target
    return written


def _database(inside: PurePosixPath, archive: Path) -> str:
    """Return the name of the folder of a FileGDB; zipped without it, it has that of the archive."""
    name = _safe(inside.name or archive.name.split(".")[0])
    return name if name.lower().endswith(".gdb") else f"{name}.gdb"


def _safe(name: str) -> str:
    """Return a file name without the signs that mean something to Windows."""
    return _UNSAFE.sub("_", name).rstrip(". ") or "_"


def _name(member: zipfile.ZipInfo) -> str:
    """Return the name of a member; without the UTF-8 flag it is UTF-8 all the same, or GB18030."""
    if member.flag_bits & _UTF8_FLAG:
        return member.filename
    raw = member.filename.encode("cp437", errors="replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", errors="replace")
