"""Files that are one thing as a whole: extracts of OpenStreetMap, graphs, drawings and rasters."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import geopandas as gpd
import pandas as pd

from data.coordinates.crs import settle
from data.errors import CrsError, InputError, LianpianError, UnreadableFileError
from data.files.drawings import drawing_rules
from data.files.drawn_layers import read_drawn_layer
from data.folder.files import FoundFile, folder_rules
from data.folder.looks import Decisions, Look
from data.layer_accounts import bounds_of
from data.osm.extract import open_extract
from data.osm.features import read_features
from data.osm.places import facility_records_of
from data.problems import Problem, error
from data.roads.drawings import read_road_drawing
from data.roads.words import road_words
from data.tables.aliases import plain

_DRAWN = {"estates": "area", "boundary": "area", "barriers": "line", "gates": "point", "sites": "area",
          "facilities": "point"}  # fmt: skip
_OSM = Decisions("OSM", crs="WGS 84 (EPSG:4326)", crs_by="stated")
_CRS = re.compile(rb'key="[^"]*"[^>]*>\s*(?:\{[^<]*)?(?:epsg:)?(\d{4,6})', re.IGNORECASE)


def look_at_osm(found: FoundFile) -> Iterator[Look]:
    """Look at an extract of OpenStreetMap.

    Parameters
    ----------
    found : FoundFile
        The file.

    Yields
    ------
    Look
        Of kind ``osm``; ``rows`` has ``what`` and ``count``: residential areas, facilities, ways. A large one is not
        read.

    Raises
    ------
    InputError
        When it cannot be read.
    """
    if found.path.stat().st_size > folder_rules()["limits"]["head_mb"] * 2**20:
        yield Look(found.name, "", "osm", how=_OSM, is_whole=False)
        return
    extract = open_extract(found.path, name=found.name)
    features, _ = read_features(extract)
    tags = features["tags"]
    ways = int(sum("highway" in own for own in tags))
    homes = int((tags.map(lambda own: own.get("landuse") == "residential") & (features["shape"] == "area")).sum())
    records = facility_records_of(features, crs=features.crs, date=extract.date, source=found.name)
    rows = pd.DataFrame({"what": ["ways", "homes", "facilities"], "count": [ways, homes, len(records)]})
    yield Look(found.name, "", "osm", how=_OSM, count=ways, rows=rows, frame=features, bounds=bounds_of(features))


def look_at_graph(found: FoundFile) -> Iterator[Look]:
    """Look at the head of a GraphML file; see :func:`look_at_osm`."""
    with found.path.open("rb") as file:
        head = file.read(2**16)
    if b"<graphml" not in head:
        raise UnreadableFileError(error("graph_unreadable", file=found.name, detail="graphml"))
    code = _CRS.search(head)
    crs = f"EPSG:{code[1].decode()}" if code else ""
    how = Decisions("GraphML", crs=crs, crs_by="stated" if code else "")
    yield Look(found.name, "", "graph", how=how, is_whole=False)


def look_at_drawing(found: FoundFile) -> Iterator[Look]:
    """Look at a drawing once for each role that the names of its layers speak of; see :func:`look_at_osm`."""
    looks = [look for role in _DRAWN if (look := _drawn(found, role)) is not None]
    roads = _roads(found)
    if not looks and roads is None:
        # A drawing that cannot be read at all says so.
        read_drawn_layer(found.path, role="estates", layer=None, encoding="auto", place=found.name)
    taken: set[str] = set()
    for look in [*looks, *([roads] if roads else [])]:
        layers = set(look.layer.split(", "))
        # What a layer of a drawing holds is one thing, even where its name speaks of several.
        if not layers <= taken:
            yield look
        taken |= layers


def look_at_raster(found: FoundFile) -> Iterator[Look]:
    """Name a raster; its kind is told by its name alone."""
    yield Look(found.name, "", "raster", how=Decisions(found.path.suffix.lstrip(".").upper()))


def look_at_settings(found: FoundFile) -> Iterator[Look]:
    """Tell a scenario from other settings."""
    try:
        tables = tomllib.loads(found.path.read_bytes().decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        tables = {}
    role = "scenario" if "edits" in tables else "project" if {"estates", "osm", "network"} & tables.keys() else "other"
    yield Look(found.name, "", "settings", how=Decisions("TOML"), role=role)


def _drawn(found: FoundFile, role: str) -> Look | None:
    try:
        frame, problems, facts = read_drawn_layer(found.path, role=role, layer=None, encoding="auto", place=found.name)
    except InputError:
        return None
    rules = drawing_rules()["layers"][role]
    named = [name for name in facts["layer"].split(", ") if re.search(f"{rules['best']}|{rules['good']}", plain(name))]
    if frame.empty or not named:
        return None
    return _placed(frame, problems, facts, role=role, found=found)


def _roads(found: FoundFile) -> Look | None:
    try:
        frame, problems, facts = read_road_drawing(found.path, layer=None, encoding="auto", place=found.name)
    except LianpianError:
        return None
    roads = [name for name in facts["layer"].split(", ") if re.search(road_words()["drawing"]["roads"], plain(name))]
    if frame.empty or not roads:
        return None
    return _placed(frame, problems, facts, role="network", found=found)


def _placed(
    frame: gpd.GeoDataFrame,
    problems: Sequence[Problem],
    facts: Mapping[str, str],
    *,
    role: str,
    found: FoundFile,
) -> Look:
    look = Look(
        found.name,
        facts["layer"],
        _DRAWN.get(role, "line"),
        how=Decisions("DXF", facts["encoding"], "bytes"),
        count=len(frame),
        role=role,
        problems=tuple(problems),
    )
    try:
        settled, _ = settle(frame, coordinates="auto", place=look.file)
    except CrsError as fault:
        readings = next((str(one.facts["readings"]) for one in fault.problems if "readings" in one.facts), "")
        return replace(look, readings=readings)
    code = settled.crs.to_epsg()
    name = f"{settled.crs.name} (EPSG:{code})" if code else settled.crs.name
    how = replace(look.how, crs=name, crs_by="numbers")
    return replace(look, frame=settled, bounds=bounds_of(settled), how=how)
