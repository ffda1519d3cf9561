"""The files of a folder: those that may be read, and those that are passed by, each with its reason."""

import json
import os
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from data.files.drawings import DRAWING_SUFFIXES
from data.files.points import TABLE_SUFFIXES
from data.files.vectors import VECTOR_SUFFIXES
from data.osm.extract import SUFFIXES as OSM_SUFFIXES
from data.roads.graphml import GRAPH_SUFFIX

RASTER_SUFFIXES = (".tif", ".tiff", ".img", ".asc", ".vrt")
_SETTINGS = (".toml",)
_DATABASE = ".gdb"
_MANIFEST = "manifest.json"


@dataclass(frozen=True)
class FoundFile:
    """Name one file that may be read.

    Parameters
    ----------
    path : Path
        Where it is.
    name : str
        Its path from the folder, with forward slashes.
    kind : str
        ``vector``, ``table``, ``drawing``, ``osm``, ``graph``, ``raster`` or ``settings``.
    """

    path: Path
    name: str
    kind: str


@dataclass(frozen=True)
class PassedBy:
    """Name one file or folder that is not read.

    Parameters
    ----------
    name : str
        Its path from the folder, with forward slashes.
    why : str
        Key of ``init.passed_by``: ``hidden``, ``temporary``, ``result``, ``unknown``, ``closed``, ``name``.
    """

    name: str
    why: str


@cache
def folder_rules() -> Mapping[str, Any]:
    """Return the rules of ``roles.toml``.

    Returns
    -------
    mapping
        The same object at each call.
    """
    return tomllib.loads(files("data.folder").joinpath("roles.toml").read_text("utf-8"))


def find_files(folder: Path) -> tuple[tuple[FoundFile, ...], tuple[PassedBy, ...]]:
    """Walk through a folder and all folders in it.

    Parameters
    ----------
    folder : Path
        The folder.

    Returns
    -------
    tuple of FoundFile and tuple of PassedBy
        Both in the order of their names; what merely belongs to a file that was found is in neither.
    """
    found: list[FoundFile] = []
    passed: list[PassedBy] = []
    rest: list[Path] = []
    for path in _walk(folder, folder, passed):
        name, kind = path.relative_to(folder).as_posix(), _kind(path)
        if _is_temporary(path.name):
            passed.append(PassedBy(name, "hidden" if path.name.startswith(".") else "temporary"))
        elif not _is_text(name):
            passed.append(PassedBy(name.encode("utf-8", "replace").decode(), "name"))
        elif kind:
            found.append(FoundFile(path, name, kind))
        else:
            rest.append(path)
    known = {(one.path.parent, one.path.stem.lower()) for one in found}
    passed += [PassedBy(path.relative_to(folder).as_posix(), "unknown") for path in rest if not _is_beside(path, known)]
    return tuple(sorted(found, key=lambda one: one.name)), tuple(sorted(passed, key=lambda one: one.name))


def _walk(folder: Path, top: Path, passed: list[PassedBy]) -> Iterator[Path]:
    """Yield the files, and the databases that are folders; links to folders are not followed."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        passed.append(PassedBy(folder.relative_to(top).as_posix(), "closed"))
        return
    for entry in entries:
        path = folder / entry.name
        if not entry.is_dir() or path.suffix.lower() == _DATABASE:
            yield path
        elif entry.name.startswith((".", "~")) or entry.is_symlink():
            passed.append(PassedBy(f"{path.relative_to(top).as_posix()}/", "hidden"))
        elif _is_result(path):
            passed.append(PassedBy(f"{path.relative_to(top).as_posix()}/", "result"))
        else:
            yield from _walk(path, top, passed)


def _is_result(folder: Path) -> bool:
    """Tell whether a folder holds the results of a plan."""
    try:
        return "lianpian" in json.loads(folder.joinpath(_MANIFEST).read_text("utf-8"))["versions"]
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _kind(path: Path) -> str:
    name = path.name.lower()
    kinds: Sequence[tuple[str, Sequence[str]]] = (
        ("osm", OSM_SUFFIXES),
        ("graph", (GRAPH_SUFFIX,)),
        ("drawing", DRAWING_SUFFIXES),
        ("vector", VECTOR_SUFFIXES),
        ("table", TABLE_SUFFIXES),
        ("raster", RASTER_SUFFIXES),
        ("settings", _SETTINGS),
    )
    return next((kind for kind, suffixes in kinds if name.endswith(tuple(suffixes))), "")


def _is_temporary(name: str) -> bool:
    return name.startswith(".") or re.search(folder_rules()["skipped"]["temporary"], name.lower()) is not None


def _is_text(name: str) -> bool:
    """Tell whether a name can stand in a text file: one in a foreign encoding cannot."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _is_beside(path: Path, known: Collection[tuple[Path, str]]) -> bool:
    """Tell whether a file is a part of another one that stands beside it, by folder and stem."""
    name = path.name.lower()
    endings = [ending for ending in folder_rules()["skipped"]["beside"] if name.endswith(ending)]
    stems = [name.removesuffix(ending) for ending in endings]
    # The part of 小区.shp may be called 小区.shp.xml.
    return any((path.parent, stem) in known or (path.parent, Path(stem).stem) in known for stem in stems)
