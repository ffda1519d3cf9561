"""Vector files as institutes keep them: shapefile, GeoPackage, FileGDB, GeoJSON, KML, FlatGeobuf, zipped shapefile."""

import shutil
import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import geopandas as gpd
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from data.errors import InputError, MissingFileError, UnreadableFileError
from data.files.shapefile import read_shapefile
from data.files.zips import ARCHIVE_SUFFIXES, unpacked
from data.problems import Problem, error, note

Facts = Mapping[str, str]
VECTOR_SUFFIXES = (".shp", ".gpkg", ".gdb", ".geojson", ".json", ".kml", ".fgb", *ARCHIVE_SUFFIXES)
# Formats whose folders are one layer to the person who drew them.
_FOLDERED = (".kml",)
_WAL_VERSION = 2


def read_vector(
    path: Path, *, layer: str | None = None, encoding: str = "auto", place: str = ""
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
            return read_vector(inner, layer=own, encoding=encoding, place=place)
    if suffix == ".shp":
        frame, problems, facts = read_shapefile(path, encoding=encoding, place=place)
        return frame, problems, _facts(frame, format="ESRI Shapefile", layer=path.stem, **facts)
    if _is_in_wal_mode(path, suffix):
        with tempfile.TemporaryDirectory() as folder:
            return _read(_copied(path, Path(folder)), layer=layer, place=place)
    return _read(path, layer=layer, place=place)


def _read(path: Path, *, layer: str | None, place: str) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...], Facts]:
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            names = _chosen(path, layer, place)
            frames = {name: pyogrio.read_dataframe(path, layer=name) for name in names}
            driver = pyogrio.read_info(path, layer=names[0])["driver"]
        except (DataSourceError, DataLayerError, UnicodeDecodeError) as fault:
            raise UnreadableFileError(error("file_broken", file=place, why=str(fault))) from fault
    problems = tuple(
        note("reader_said", file=place, value=text) for text in dict.fromkeys(str(w.message) for w in said)
    )
    frame = _joined(frames)
    return frame, problems, _facts(frame, format=driver, layer=", ".join(names), encoding="UTF-8")


def _chosen(path: Path, layer: str | None, place: str) -> list[str]:
    """Return the names of the layers to read."""
    names = [str(name) for name, kind in pyogrio.list_layers(path) if kind is not None]
    if layer is not None:
        if layer not in names:
            raise InputError(error("layer_unknown", file=place, value=layer, allowed=", ".join(names)))
        return [layer]
    if not names:
        raise InputError(error("layer_none", file=place))
    if len(names) > 1 and path.suffix.lower() not in _FOLDERED:
        raise InputError(error("layer_several", file=place, allowed=", ".join(names)))
    return names


def _joined(frames: Mapping[str, pd.DataFrame]) -> gpd.GeoDataFrame:
    """Put the layers one below the other; where there are several, ``folder`` says which one a row is from."""
    if len(frames) == 1:
        return gpd.GeoDataFrame(next(iter(frames.values())))
    parts = [frame.assign(folder=name) for name, frame in frames.items()]
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=parts[0].crs)


def _facts(frame: gpd.GeoDataFrame, **facts: str) -> Facts:
    return MappingProxyType({**facts, "crs": frame.crs.name if frame.crs else ""})


def _is_in_wal_mode(path: Path, suffix: str) -> bool:
    """Tell whether reading a GeoPackage in place would make SQLite write beside it."""
    if suffix != ".gpkg":
        return False
    with path.open("rb") as file:
        head = file.read(20)
    return len(head) == 20 and _WAL_VERSION in head[18:20]


def _copied(path: Path, folder: Path) -> Path:
    """Copy a database with its write-ahead log, which holds the newest rows."""
    for beside in (path, path.with_name(path.name + "-wal")):
        if beside.is_file():
            shutil.copy(beside, folder / beside.name)
    return folder / path.name
