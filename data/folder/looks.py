"""What each layer of each file is like, at a glance: its shapes, its columns, its first rows and where it lies."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from data.coordinates.crs import settle
from data.errors import CrsError, InputError, LianpianError
from data.files.copies import readable
from data.files.corners import read_corners
from data.files.dbf import find_encoding
from data.files.grids import TEXT_TABLES, Grid, read_grids
from data.files.points import TABLE_SUFFIXES, read_points
from data.files.reading import READ_FAULTS, as_geo, unreadable
from data.files.shapefile_parts import parts_of
from data.files.vectors import read_vector
from data.files.zips import ARCHIVE_SUFFIXES, unpacked
from data.folder.files import FoundFile, folder_rules
from data.layer_accounts import Bounds, Declared, bounds_of, crs_decision, encoding_decision
from data.problems import Problem
from data.tables.headers import Heading, find_header, heading_of
from data.tables.matching import match_headings

ROLES = ("estates", "facilities", "sites", "gates", "barriers")
_POINTS = (shapely.GeometryType.POINT, shapely.GeometryType.MULTIPOINT)
_AREAS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
_BESIDE = ("geometry", "row", "folder")


@dataclass(frozen=True)
class Decisions:
    """Hold how a layer is to be read; see :class:`data.layer_accounts.LayerAccount`."""

    format: str = ""
    encoding: str = ""
    encoding_by: str = ""
    crs: str = ""
    crs_by: str = ""


@dataclass(frozen=True)
class Look:
    """Hold what one layer is like.

    Parameters
    ----------
    file : str
        Its file, from the folder.
    layer : str
        Layer or sheet that must be named to read it; empty where there is but one.
    kind : str
        ``point``, ``line``, ``area``, ``table`` (without places), ``osm``, ``graph``, ``raster``.
    how : Decisions
        Format, encoding and coordinate system.
    count : int
        Rows or features; -1 where nobody counted.
    is_whole : bool
        Whether all of it was looked at.
    rows : DataFrame
        The first rows, the columns in the order of the headings.
    headings : tuple of Heading
        One per column of the rows.
    frame : GeoDataFrame or None
        The shapes, settled in a coordinate system where that is sure.
    bounds : tuple of float or None
        West, south, east, north in degrees.
    readings : str
        Systems that the numbers may be in, where that is open.
    role : str
        What it is where nothing but that comes into question.
    problems : tuple of Problem
        What the reader said.
    """

    file: str
    layer: str
    kind: str
    how: Decisions = field(default_factory=Decisions)
    count: int = -1
    is_whole: bool = True
    rows: pd.DataFrame = field(default_factory=pd.DataFrame)
    headings: tuple[Heading, ...] = ()
    frame: gpd.GeoDataFrame | None = None
    bounds: Bounds | None = None
    readings: str = ""
    role: str = ""
    problems: tuple[Problem, ...] = ()


def look_at_vector(found: FoundFile) -> Iterator[Look]:
    """Look at the layers of a vector file or an archive.

    Parameters
    ----------
    found : FoundFile
        The file.

    Yields
    ------
    Look
        One per layer; those without rows, too.

    Raises
    ------
    InputError
        When it cannot be read.
    """
    if found.path.suffix.lower() in ARCHIVE_SUFFIXES:
        yield from _in_archive(found)
        return
    for layer in _layers(found.path, found.name):
        yield _vector(found.path, found.name, layer)


def look_at_table(found: FoundFile) -> Iterator[Look]:
    """Look at the sheets of a workbook, or at a text table; see :func:`look_at_vector`."""
    path = found.path
    if path.suffix.lower() in TEXT_TABLES and _is_large(path):
        with tempfile.TemporaryDirectory() as folder:
            head = Path(folder) / path.name
            head.write_bytes(_first_lines(path))
            yield from _sheets(head, found.name, is_whole=False)
        return
    yield from _sheets(path, found.name, is_whole=True)


def _is_large(path: Path) -> bool:
    parts = path.iterdir() if path.is_dir() else [path]
    return sum(part.stat().st_size for part in parts) > float(folder_rules()["limits"]["head_mb"]) * 2**20


def _first_lines(path: Path) -> bytes:
    with path.open("rb") as file:
        head = file.read(2**18)
    return head[: head.rfind(b"\n") + 1] or head


def _layers(path: Path, name: str) -> list[str]:
    """Return the layers to name one by one; an empty name stands for all there is."""
    if path.suffix.lower() not in (".gpkg", ".gdb"):
        return [""]
    try:
        # Of a database that is open in another program a copy is listed, so that nothing is written beside it.
        with readable(path, encoding="auto", place=name) as (copy, _, _):
            names = [str(layer) for layer, kind in pyogrio.list_layers(copy) if kind is not None]
    except READ_FAULTS:
        # The reader of the layer says what is wrong.
        return [""]
    return names if len(names) > 1 else [""]


def _in_archive(found: FoundFile) -> Iterator[Look]:
    try:
        with unpacked(found.path, layer=None, place=found.name) as (inner, layer):
            yield from _inside(inner, found.name, layer or "")
    except InputError as fault:
        names = next((one.facts["allowed"] for one in fault.problems if one.code == "zip_several_layers"), None)
        if names is None:
            raise
        for name in str(names).split(", "):
            with unpacked(found.path, layer=name, place=found.name) as (inner, _):
                yield from _inside(inner, found.name, name)


def _inside(path: Path, name: str, layer: str) -> Iterator[Look]:
    if path.suffix.lower() in TABLE_SUFFIXES:
        yield from _sheets(path, name, is_whole=True)
    elif path.suffix.lower() not in (".dxf", ".dwg"):
        yield replace(_vector(path, name, ""), layer=layer)


def _vector(path: Path, name: str, layer: str) -> Look:
    is_whole = not _is_large(path)
    if is_whole:
        raw, problems, facts = read_vector(path, layer=layer or None, role="estates", place=name)
        count = len(raw)
    else:
        raw, problems, facts, count = _head(path, layer, name)
    columns = [column for column in raw.columns if column not in _BESIDE]
    rows = pd.DataFrame(raw[columns]).head(folder_rules()["limits"]["rows"])
    settled, told, readings = _settled(raw, name)
    return Look(
        name,
        layer,
        _shape(raw),
        how=_decisions(facts, (*problems, *told), name, settled),
        count=count,
        is_whole=is_whole,
        rows=rows,
        headings=tuple(heading_of(str(column)) for column in columns),
        frame=settled,
        bounds=bounds_of(settled) if settled is not None else None,
        readings=readings,
        problems=(*problems, *told),
    )


def _head(path: Path, layer: str, name: str) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...], Mapping[str, str], int]:
    """Read the first features of a large file."""
    chosen = {"layer": layer} if layer else {}
    most = folder_rules()["limits"]["head_rows"]
    encoding = {"encoding": _shapefile_encoding(path, name)} if path.suffix.lower() == ".shp" else {}
    try:
        with readable(path, encoding="auto", place=name) as (copy, _, _):
            info = pyogrio.read_info(copy, **chosen)
            raw = as_geo(pyogrio.read_dataframe(copy, max_features=most, **chosen, **encoding))
    except READ_FAULTS as fault:
        raise unreadable(fault, path, name) from fault
    facts = {"format": str(info["driver"]), "crs": raw.crs.name if raw.crs else "", **encoding}
    return raw, (), facts, int(info["features"])


def _shapefile_encoding(path: Path, name: str) -> str:
    parts = parts_of(path)
    if ".dbf" not in parts:
        return "UTF-8"
    return find_encoding(parts[".dbf"], claim=parts.get(".cpg"), encoding="auto", place=name).name


def _settled(
    raw: gpd.GeoDataFrame, name: str, *, coordinates: str = "auto"
) -> tuple[gpd.GeoDataFrame | None, tuple[Problem, ...], str]:
    """Give shapes a coordinate system where that is sure; else return what they may be in."""
    try:
        settled, told = settle(raw, coordinates=coordinates, place=name)
    except CrsError as fault:
        readings = next((str(one.facts["readings"]) for one in fault.problems if "readings" in one.facts), "")
        return None, fault.problems, readings
    return settled, told, ""


def _decisions(
    facts: Mapping[str, str], problems: Sequence[Problem], name: str, settled: gpd.GeoDataFrame | None
) -> Decisions:
    declared = Declared("", name)
    crs = settled.crs if settled is not None else None
    code = crs.to_epsg() if crs is not None else None
    return Decisions(
        format=facts.get("format", ""),
        encoding=facts.get("encoding", ""),
        encoding_by=encoding_decision(declared, facts=facts, problems=problems),
        crs="" if crs is None else f"{crs.name} (EPSG:{code})" if code else str(crs.name),
        crs_by=crs_decision(declared, facts=facts, problems=problems) if crs is not None else "",
    )


def _shape(frame: gpd.GeoDataFrame) -> str:
    """Return which kind most shapes are of."""
    kinds = shapely.get_type_id(np.asarray(frame.geometry.to_numpy(), dtype=object))
    counts = {"point": int(np.isin(kinds, _POINTS).sum()), "area": int(np.isin(kinds, _AREAS).sum())}
    counts["line"] = int((kinds >= 0).sum()) - sum(counts.values())
    return max(counts, key=lambda kind: counts[kind]) if any(counts.values()) else "none"


def _sheets(path: Path, name: str, *, is_whole: bool) -> Iterator[Look]:
    grids = read_grids(path, place=name)
    found = [(grid, find_header(grid, layers=[*ROLES, "corners", "places"], fields={})) for grid in grids]
    tables = [(grid, header) for grid, header in found if header is not None]
    for grid, header in tables:
        sheet = grid.name if len(tables) > 1 else ""
        yield _table(path, name, (grid, header.headings, header.body_row), sheet=sheet, is_whole=is_whole)


def _table(path: Path, name: str, table: tuple[Grid, tuple[Heading, ...], int], *, sheet: str, is_whole: bool) -> Look:
    grid, headings, body_row = table
    body = [row for row in grid.rows[body_row:] if any(cell != "" for cell in row)]
    cells = [[None if cell == "" else cell for cell in row[: len(headings)]] for row in body]
    rows = pd.DataFrame(cells[: folder_rules()["limits"]["rows"]], columns=range(len(headings)), dtype=object)
    facts = {"format": Path(name).suffix.lstrip(".").upper(), "encoding": grid.encoding}
    count = len(body) if is_whole else -1
    bare = Look(
        name,
        sheet,
        "table",
        how=_decisions(facts, (), name, None),
        count=count,
        is_whole=is_whole,
        rows=rows,
        headings=headings,
    )
    corners = _corners(path, bare)
    if corners is not None:
        return corners
    try:
        points, problems, read = read_points(path, layer="facilities", sheet=grid.name or None, place=name)
    except LianpianError:
        return bare
    coordinates = read["coordinates"]
    settled, told, readings = _settled(points, name, coordinates=coordinates)
    return replace(
        bare,
        kind="point",
        how=_decisions({**facts, "coordinates": coordinates}, (*problems, *told), name, settled),
        frame=settled,
        bounds=bounds_of(settled) if settled is not None else None,
        readings=readings,
        problems=(*problems, *told),
    )


def _corners(path: Path, bare: Look) -> Look | None:
    """Look at a table of corners as the outlines they make; None when its rows are no corners."""
    match, _ = match_headings(bare.headings, layers=["estates", "corners", "places"], fields={}, place=bare.file)
    if "number" not in match.columns or not ({"lon", "lat"} <= set(match.columns) or "lonlat" in match.columns):
        return None
    # Corners of which nothing says what they enclose are those of the planning area.
    role = "estates" if {"estate_id", "name", "parcel"} & set(match.columns) else "boundary"
    look = replace(bare, kind="area", role=role)
    try:
        found = read_corners(
            path, layer=role, sheet=bare.layer or None, encoding="auto", coordinates="auto", fields={}, place=bare.file
        )
    except InputError as fault:
        return replace(look, problems=fault.problems)
    if found is None:
        return None
    outlines, problems, facts = found
    settled, told, readings = _settled(outlines, bare.file, coordinates=facts["coordinates"])
    return replace(
        look,
        how=_decisions({**facts, "format": bare.how.format}, (*problems, *told), bare.file, settled),
        count=len(outlines),
        frame=settled,
        bounds=bounds_of(settled) if settled is not None else None,
        readings=readings,
        problems=(*problems, *told),
    )
