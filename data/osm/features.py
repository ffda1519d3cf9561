"""The tagged places of an extract: points, lines and areas with their tags."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Protocol

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import shapely

from data.errors import UnreadableFileError
from data.osm.extract import Extract, reading
from data.problems import Problem, error, note, warning

# A feature without any of these keys is neither an estate, a place, a barrier nor a gate.
KEYS = (
    "landuse", "building", "natural", "water", "waterway", "railway", "highway", "barrier", "amenity", "shop",
    "leisure", "office", "healthcare", "social_facility", "craft", "entrance", "boundary", "tourism",
    "public_transport", "man_made", "disused:landuse", "abandoned:landuse",
    # What offered a service once, or is to offer one.
    *(f"{prefix}:{key}" for prefix in ("disused", "abandoned", "was", "closed", "proposed", "planned", "construction")
      for key in ("amenity", "shop", "leisure", "office", "healthcare", "social_facility", "craft")),
)  # fmt: skip
_AREA_KEYS = tuple(key for key in KEYS if key not in ("highway", "railway", "barrier", "entrance"))
# Areas whose loss changes a figure; an open way of these is told.
_COUNTED_AREAS = ("landuse", "building", "amenity", "shop")
_LINE_KEYS = ("waterway", "railway", "highway", "barrier", "natural")


Spots = list[tuple[float, float]]


class _Way(Protocol):
    id: int
    nodes: Any
    tags: Any

    def is_closed(self) -> bool: ...


@dataclass
class _Rows:
    file: str
    ids: list[int] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    tags: list[dict[str, str]] = field(default_factory=list)
    shapes: list[bytes] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    ways: int = 0
    unplaced: int = 0
    through_new: int = 0

    def add(self, osm_id: int, kind: str, tags: Mapping[str, str], shape: str | bytes) -> None:
        self.ids.append(osm_id)
        self.kinds.append(kind)
        self.tags.append(dict(tags))
        self.shapes.append(bytes.fromhex(shape) if isinstance(shape, str) else shape)

    def tell(self, code: str, feature: str, tags: Mapping[str, str]) -> None:
        """Tell of an area that is not whole; one that would be an estate changes figures."""
        make = warning if tags.get("landuse") == "residential" else note
        value = ", ".join(f"{key}={tags[key]}" for key in _AREA_KEYS if key in tags)
        self.problems.append(make(code, file=self.file, feature=feature, value=value))


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
        Areas that cross themselves, that are cut off or that do not close; the member lines of a multipolygon that
        does not close are read instead.

    Raises
    ------
    UnreadableFileError
        When the file is broken, or its ways have no positions.
    """
    rows = _Rows(extract.name)
    with reading(extract.name):
        closed = _read_shapes(extract, rows)
        _read_open_rings(extract, rows, closed)
    _check_positions(rows)
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
    return frame.loc[order, ["ref", "osm_id", "shape", "tags", "geometry"]].reset_index(drop=True), tuple(rows.problems)


def _check_positions(rows: _Rows) -> None:
    if rows.through_new:
        raise UnreadableFileError(error("osm_new_nodes", file=rows.file, value=rows.through_new))
    if 2 * rows.unplaced > rows.ways:
        raise UnreadableFileError(error("osm_without_positions", file=rows.file, value=rows.ways, count=rows.unplaced))


def _read_shapes(extract: Extract, rows: _Rows) -> set[int]:
    """Add every point, line and area; return the relations that closed to an area."""
    wkb = osmium.geom.WKBFactory()
    closed: set[int] = set()
    features: Any = (
        osmium.FileProcessor(extract.source())
        .with_areas(osmium.filter.KeyFilter(*_AREA_KEYS))
        .with_filter(osmium.filter.KeyFilter(*KEYS))
    )
    for item in features:
        if item.is_area():
            # An area whose rings do not close comes without any ring.
            if not item.from_way() and item.num_rings()[0]:
                rows.add(item.orig_id(), "r", dict(item.tags), wkb.create_multipolygon(item))
                closed.add(item.orig_id())
        elif item.is_node():
            rows.add(item.id, "n", dict(item.tags), wkb.create_point(item))
        elif item.is_way():
            _add_way(rows, item)
    return closed


def _add_way(rows: _Rows, way: _Way) -> None:
    """Add a way as an area or a line, as its tags say; tell of one that should be an area and is open."""
    tags, runs = dict(way.tags), _runs(way)
    rows.ways += 1
    rows.unplaced += not runs
    # The reader has no place for nodes that an editor numbered below zero, because they were never uploaded.
    if sum(map(len, runs)) < len(way.nodes):
        rows.through_new += any(node.ref < 0 for node in way.nodes)
    is_area = any(key in tags for key in _AREA_KEYS) and tags.get("area") != "no"
    if is_area and way.is_closed():
        _add_ring(rows, way, tags, [spot for run in runs for spot in run])
    elif any(key in tags for key in _LINE_KEYS):
        _add_line(rows, way, tags, runs)
    elif any(key in tags for key in _COUNTED_AREAS):
        rows.tell("osm_open_way", f"w{way.id}", tags)


def _runs(way: _Way) -> list[Spots]:
    """Return the coordinates of a way; it breaks where nodes are missing from the extract."""
    runs = groupby(way.nodes, key=lambda node: node.location.valid())
    return [[(node.lon, node.lat) for node in run] for known, run in runs if known]


def _add_ring(rows: _Rows, way: _Way, tags: Mapping[str, str], ring: Spots) -> None:
    """Add a closed way as an area; one that crosses itself is mended without losing a loop."""
    ref = f"w{way.id}"
    drawn = shapely.Polygon(ring) if len(ring) > 2 else shapely.Polygon()
    shape = drawn if drawn.is_valid else shapely.make_valid(drawn, method="structure", keep_collapsed=False)
    if shape.is_empty:
        rows.tell("osm_open_way", ref, tags)
        return
    if len(ring) < len(way.nodes):
        rows.tell("osm_cut_area", ref, tags)
    elif not drawn.is_valid:
        rows.tell("osm_mended_area", ref, tags)
    rows.add(way.id, "w", tags, shapely.to_wkb(shape))


def _add_line(rows: _Rows, way: _Way, tags: Mapping[str, str], runs: list[Spots]) -> None:
    """Add a way as a line, as far as its nodes are in the extract."""
    lines = [shapely.LineString(run) for run in runs if len(set(run)) > 1]
    if lines:
        rows.add(way.id, "w", tags, shapely.to_wkb(lines[0] if len(lines) == 1 else shapely.MultiLineString(lines)))


def _read_open_rings(extract: Extract, rows: _Rows, closed: set[int]) -> None:
    """Add the member lines of multipolygons that did not close, under the tags of the relation."""
    members: dict[int, list[dict[str, str]]] = {}
    relations: Any = osmium.FileProcessor(extract.source(), osmium.osm.RELATION).with_filter(
        osmium.filter.KeyFilter(*_AREA_KEYS)
    )
    for relation in relations:
        if relation.tags.get("type") == "multipolygon" and relation.id not in closed:
            tags = dict(relation.tags)
            for member in relation.members:
                if member.type == "w":
                    members.setdefault(member.ref, []).append(tags)
            label = tags.get("name:zh") or tags.get("name") or ""
            rows.tell("osm_open_ring", f"r{relation.id} {label}".strip(), tags)
    _add_members(extract, rows, members)


def _add_members(extract: Extract, rows: _Rows, members: Mapping[int, Sequence[Mapping[str, str]]]) -> None:
    if not members:
        return
    located: Any = osmium.FileProcessor(extract.source(), osmium.osm.NODE | osmium.osm.WAY).with_locations()
    for way in located.with_filter(osmium.filter.EntityFilter(osmium.osm.WAY)):
        for tags in members.get(way.id, ()):
            _add_line(rows, way, tags, _runs(way))
