"""The tagged places of an extract: points, lines and areas with their tags."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import shapely

from data.osm.extract import Extract, reading
from data.problems import Problem, note, warning

# A feature without any of these keys is neither an estate, a place, a barrier nor a gate.
KEYS = (
    "landuse", "building", "natural", "water", "waterway", "railway", "highway", "barrier", "amenity", "shop",
    "leisure", "office", "healthcare", "social_facility", "craft", "entrance", "boundary", "tourism",
    "public_transport", "man_made", "disused:landuse", "abandoned:landuse",
)  # fmt: skip
_AREA_KEYS = tuple(key for key in KEYS if key not in ("highway", "railway", "barrier", "entrance"))
# Areas whose loss changes a figure; an open way of these is told.
_COUNTED_AREAS = ("landuse", "building", "amenity", "shop")
_LINE_KEYS = ("waterway", "railway", "highway", "barrier", "natural")


class _Tags(Protocol):
    def __contains__(self, key: str, /) -> bool: ...
    def __getitem__(self, key: str, /) -> str: ...


class _Way(Protocol):
    id: int
    nodes: Any
    tags: Any

    def is_closed(self) -> bool: ...


@dataclass
class _Rows:
    ids: list[int] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    tags: list[dict[str, str]] = field(default_factory=list)
    shapes: list[bytes] = field(default_factory=list)
    open_ways: list[tuple[int, str]] = field(default_factory=list)
    mended: list[tuple[int, str]] = field(default_factory=list)

    def add(self, osm_id: int, kind: str, tags: Iterable[tuple[str, str]], shape: str | bytes) -> None:
        self.ids.append(osm_id)
        self.kinds.append(kind)
        self.tags.append(dict(tags))
        self.shapes.append(bytes.fromhex(shape) if isinstance(shape, str) else shape)


def read_features(extract: Extract) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    """Read the tagged points, lines and areas of an extract.

    Parameters
    ----------
    extract : Extract
        The extract.

    Returns
    -------
    GeoDataFrame
        EPSG:4326, in the order of ``ref``. ``ref`` (str: ``n``, ``w`` or ``r`` and the number), ``osm_id`` (int64),
        ``shape`` (str: ``point``, ``line`` or ``area``), ``tags`` (dict), ``geometry``.
    tuple of Problem
        Multipolygons whose rings do not close; their member lines are read instead.

    Raises
    ------
    UnreadableFileError
        When the file is broken.
    """
    rows = _Rows()
    with reading(extract.name):
        closed = _read_shapes(extract, rows)
        problems = _read_open_rings(extract, rows, closed)
    frame = gpd.GeoDataFrame(
        {"osm_id": np.array(rows.ids, np.int64), "kind": rows.kinds, "tags": rows.tags},
        geometry=shapely.from_wkb(np.array(rows.shapes, object)),
        crs="EPSG:4326",
    )
    frame["ref"] = frame["kind"] + frame["osm_id"].astype(str)
    frame["shape"] = pd.Series(shapely.get_dimensions(frame.geometry.to_numpy())).map(
        {0: "point", 1: "line", 2: "area"}
    )
    order = frame.sort_values(["ref", "shape"], kind="stable").index
    for code, found in (("osm_open_way", rows.open_ways), ("osm_mended_area", rows.mended)):
        problems += tuple(note(code, file=extract.name, feature=f"w{way_id}", value=value) for way_id, value in found)
    return frame.loc[order, ["ref", "osm_id", "shape", "tags", "geometry"]].reset_index(drop=True), problems


def _read_shapes(extract: Extract, rows: _Rows) -> set[int]:
    """Add every point, line and area; return the relations that closed to an area."""
    wkb = osmium.geom.WKBFactory()
    closed: set[int] = set()
    features: Any = (
        osmium.FileProcessor(str(extract.path))
        .with_areas(osmium.filter.KeyFilter(*_AREA_KEYS))
        .with_filter(osmium.filter.KeyFilter(*KEYS))
    )
    for item in features:
        if item.is_area():
            if not item.from_way():
                rows.add(item.orig_id(), "r", item.tags, wkb.create_multipolygon(item))
                closed.add(item.orig_id())
        elif item.is_node():
            rows.add(item.id, "n", item.tags, wkb.create_point(item))
        elif item.is_way():
            _add_way(rows, item)
    return closed


def _add_way(rows: _Rows, way: _Way) -> None:
    """Add a way as an area or a line, as its tags say; keep in mind one that should be an area and is open."""
    is_area = any(key in way.tags for key in _AREA_KEYS) and way.tags.get("area") != "no"
    if is_area and way.is_closed():
        _add_ring(rows, way)
    elif any(key in way.tags for key in _LINE_KEYS):
        _add_line(rows, way)
    elif any(key in way.tags for key in _COUNTED_AREAS):
        rows.open_ways.append((way.id, _area_tags(way.tags)))


def _area_tags(tags: _Tags) -> str:
    return ", ".join(f"{key}={tags[key]}" for key in _AREA_KEYS if key in tags)


def _add_ring(rows: _Rows, way: _Way) -> None:
    """Add a closed way as an area; one that crosses itself is mended without losing a loop."""
    ring = _coordinates(way)
    if len(set(ring)) < 3:
        rows.open_ways.append((way.id, _area_tags(way.tags)))
        return
    shape = shapely.Polygon(ring)
    if not shape.is_valid:
        rows.mended.append((way.id, _area_tags(way.tags)))
        shape = shapely.make_valid(shape, method="structure")
    rows.add(way.id, "w", way.tags, shapely.to_wkb(shape))


def _add_line(rows: _Rows, way: _Way) -> None:
    """Add a way as a line, as far as its nodes are in the extract."""
    line = _coordinates(way)
    if len(set(line)) > 1:
        rows.add(way.id, "w", way.tags, shapely.to_wkb(shapely.LineString(line)))


def _coordinates(way: _Way) -> list[tuple[float, float]]:
    return [(node.lon, node.lat) for node in way.nodes if node.location.valid()]


def _read_open_rings(extract: Extract, rows: _Rows, closed: set[int]) -> tuple[Problem, ...]:
    """Add the member lines of multipolygons that did not close, under the tags of the relation."""
    members: dict[int, dict[str, str]] = {}
    problems: list[Problem] = []
    relations: Any = osmium.FileProcessor(str(extract.path), osmium.osm.RELATION).with_filter(
        osmium.filter.KeyFilter(*_AREA_KEYS)
    )
    for relation in relations:
        if relation.tags.get("type") == "multipolygon" and relation.id not in closed:
            tags = dict(relation.tags)
            members |= {member.ref: tags for member in relation.members if member.type == "w"}
            label = tags.get("name:zh") or tags.get("name") or ""
            make = warning if tags.get("landuse") == "residential" else note
            feature = f"r{relation.id} {label}".strip()
            problems.append(make("osm_open_ring", file=extract.name, feature=feature, value=_area_tags(tags)))
    _add_members(extract, rows, members)
    return tuple(problems)


def _add_members(extract: Extract, rows: _Rows, members: Mapping[int, Mapping[str, str]]) -> None:
    if not members:
        return
    tracker = osmium.IdTracker()
    for way_id in sorted(members):
        tracker.add_way(way_id)
    located = osmium.FileProcessor(str(extract.path), osmium.osm.NODE | osmium.osm.WAY).with_locations()
    ways: Any = located.with_filter(osmium.filter.EntityFilter(osmium.osm.WAY)).with_filter(tracker.id_filter())
    for way in ways:
        before = len(rows.ids)
        _add_line(rows, way)
        if len(rows.ids) > before:
            rows.tags[-1] = dict(members[way.id])
