"""Vector files as institutes keep them: shapefile, GeoPackage, FileGDB, GeoJSON, KML, FlatGeobuf, MapInfo, zipped."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio

from data.errors import InputError, MissingFileError, UnreadableFileError
from data.files.copies import readable
from data.files.drawings import drawing_rules
from data.files.reading import READ_FAULTS, read_frame, unreadable
from data.files.shapefile import read_shapefile
from data.files.zips import ARCHIVE_SUFFIXES, unpacked
from data.problems import Problem, error
from data.tables.aliases import known_headings, plain

Facts = Mapping[str, str]
VECTOR_SUFFIXES = (
    ".shp", ".gpkg", ".gdb", ".geojson", ".geojsonl", ".json", ".kml", ".fgb", ".tab", ".mif", *ARCHIVE_SUFFIXES
)  # fmt: skip
# Formats whose folders are one layer to the person who drew them.
_FOLDERED = (".kml",)
# What the reader adds to the name of a folder that another one has as well.
_NUMBERED_FOLDER = re.compile(r" \(#\d+\)$")


def read_vector(
    path: Path,
    *,
    layer: str | None = None,
    encoding: str = "auto",
    role: str = "",
    place: str = "",
) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...], Facts]:
    """Read one layer of a vector file.

    Parameters
    ----------
    path : Path
        File of one of ``VECTOR_SUFFIXES``; a FileGDB is a folder. Nothing beside it is written or changed.
    layer : str, optional
        Layer to read; needed when there are several. All folders of a KML file are read when none is given.
    encoding : str
        ``"auto"`` or the encoding of a shapefile's texts; the other formats fix their own.
    role : str
        What the layer is read as, such as ``"estates"``: column names that a shapefile has cut are completed by what
        such a layer can have, and of several layers those that sound like it are proposed.
    place : str
        What problems call the file; its name by default.

    Returns
    -------
    tuple of GeoDataFrame, tuple of Problem, and mapping
        Features with index 0..n-1 as they stand in the file, ``crs`` None where the file states none; what was found;
        and the decisions ``format``, ``layer``, ``encoding`` and ``crs``.

    Raises
    ------
    MissingFileError
        When the file or a part of it that cannot be done without is missing.
    UnreadableFileError
        When the format is not known, or the file is broken.
    InputError
        When the layer is not there, or there are several and none is chosen.
    """
    place = place or path.name
    suffix = path.suffix.lower()
    if not path.exists():
        raise MissingFileError(error("missing_file", file=place))
    if suffix not in VECTOR_SUFFIXES:
        raise UnreadableFileError(error("format_unknown", file=place, value=suffix, allowed=" ".join(VECTOR_SUFFIXES)))
    if suffix in ARCHIVE_SUFFIXES:
        with unpacked(path, layer=layer, place=place) as (inner, own):
            return read_vector(inner, layer=own, encoding=encoding, role=role, place=place)
    if suffix == ".shp":
        frame, problems, facts = read_shapefile(path, encoding=encoding, known=known_headings(role), place=place)
        return frame, problems, _facts(frame, format="ESRI Shapefile", layer=path.stem, **facts)
    with readable(path, encoding=encoding, place=place) as (copy, problems, label):
        frame, said, facts = _read(copy, layer=layer, role=role, place=place)
    return frame, (*problems, *said), MappingProxyType({**facts, "encoding": label})


def _read(path: Path, *, layer: str | None, role: str, place: str) -> tuple[gpd.GeoDataFrame, list[Problem], Facts]:
    try:
        names = _chosen(path, layer, role, place)
        driver = str(pyogrio.read_info(path, layer=names[0])["driver"])
    except READ_FAULTS as fault:
        raise unreadable(fault, path, place) from fault
    parts, told = [], []
    for name in names:
        frame, said = read_frame(path, place=place, layer=name)
        parts.append(frame)
        told += said
    frame = _joined(names, parts) if path.suffix.lower() in _FOLDERED else parts[0]
    return frame, list(dict.fromkeys(told)), _facts(frame, format=driver, layer=", ".join(names))


def _chosen(path: Path, layer: str | None, role: str, place: str) -> list[str]:
    """Return the names of the layers to read."""
    kinds = {str(name): str(kind) for name, kind in pyogrio.list_layers(path) if kind is not None}
    names = list(kinds)
    if layer is not None:
        if layer not in names:
            raise InputError(error("layer_unknown", file=place, value=layer, allowed=", ".join(names)))
        return [layer]
    if not names:
        raise InputError(error("layer_none", file=place))
    if len(names) > 1 and path.suffix.lower() not in _FOLDERED:
        raise InputError(_several(path, names, role, place))
    return names


def _several(path: Path, names: Sequence[str], role: str, place: str) -> Problem:
    """Ask for one of several layers, and propose those that sound like what is wanted."""
    infos = {name: pyogrio.read_info(path, layer=name, force_feature_count=True) for name in names}
    listed = ", ".join(f"{name} ({infos[name]['features']})" for name in names)
    likely = [name for name in names if _sounds_like(name, infos[name], role)]
    if likely:
        return error("layer_several_likely", file=place, allowed=listed, likely=", ".join(likely))
    return error("layer_several", file=place, allowed=listed)


def _sounds_like(name: str, info: Mapping[str, Any], role: str) -> bool:
    """Tell whether the name of a layer, or its columns, speak of a role."""
    rules = drawing_rules()["layers"].get(role)
    if rules is None or re.search(rules["not"], plain(name)):
        return False
    own = {plain(str(field)) for field in info["fields"]} & known_headings(role).keys()
    return re.search(f"{rules['best']}|{rules['good']}", plain(name)) is not None or len(own) > 1


def _joined(names: Sequence[str], parts: Sequence[pd.DataFrame]) -> gpd.GeoDataFrame:
    """Put the layers one below the other; ``folder`` says which one a row is from."""
    folders = [_NUMBERED_FOLDER.sub("", name) for name in names]
    filled = [frame.assign(folder=name) for name, frame in zip(folders, parts, strict=True) if len(frame)]
    if not filled:
        return gpd.GeoDataFrame(parts[0])
    return gpd.GeoDataFrame(pd.concat(filled, ignore_index=True), crs=filled[0].crs)


def _facts(frame: gpd.GeoDataFrame, **facts: str) -> Facts:
    return MappingProxyType({**facts, "crs": frame.crs.name if frame.crs else ""})
