"""The walking network of an extract: two passes, split with numpy at the nodes that ways share."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import osmium
import pandas as pd
import shapely
from pyproj import CRS, Transformer

from data.inputs import Walkways
from data.osm.extract import Extract, reading

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class WalkRules:
    """Hold the sets of ``walking.toml`` that decide on a way.

    Parameters
    ----------
    walk, walk_if_tagged : frozenset of str
        Values of ``highway``.
    foot_yes, foot_no, sidewalk_yes, access_no, access_private, gates : frozenset of str
        Values of the tags they name.
    """

    walk: frozenset[str]
    walk_if_tagged: frozenset[str]
    foot_yes: frozenset[str]
    foot_no: frozenset[str]
    sidewalk_yes: frozenset[str]
    access_no: frozenset[str]
    access_private: frozenset[str]
    gates: frozenset[str]


@cache
def walk_rules() -> WalkRules:
    """Read the rules that say which ways a person may walk."""
    table = tomllib.loads(files("data").joinpath("walking.toml").read_text("utf-8"))
    tags = table["tags"]
    names = ("foot_yes", "foot_no", "sidewalk_yes", "access_no", "access_private", "gates")
    return WalkRules(
        frozenset(table["highway"]["walk"]),
        frozenset(table["highway"]["walk_if_tagged"]),
        *(frozenset(tags[name]) for name in names),
    )


def may_walk(tags: Mapping[str, str], *, rules: WalkRules) -> bool:
    """Tell whether a person may walk a way.

    Parameters
    ----------
    tags : mapping of str to str
        Tags of the way.
    rules : WalkRules
        The rules.

    Returns
    -------
    bool
        True for a way that is walked, be it private or not.
    """
    highway, foot = tags.get("highway"), tags.get("foot")
    if foot in rules.foot_no:
        return False
    if highway in rules.walk:
        return foot in rules.foot_yes or tags.get("access") not in rules.access_no
    if highway in rules.walk_if_tagged:
        sides = (tags.get(f"sidewalk{side}") for side in ("", ":both", ":left", ":right"))
        return foot in rules.foot_yes or any(side in rules.sidewalk_yes for side in sides)
    return False


def read_walkways(extract: Extract, *, crs: CRS) -> Walkways:
    """Read the ways a person may walk and split them where they meet.

    Ways meet only at a node they share, never because two nodes lie at one place, so that a bridge does not join what
    it crosses. Gate nodes split their way, too.

    Parameters
    ----------
    extract : Extract
        The extract.
    crs : CRS
        Projected coordinate system, metres.

    Returns
    -------
    Walkways
        Nodes and pieces in ``crs``; without any row when no way can be walked.

    Raises
    ------
    UnreadableFileError
        When the file is broken.
    """
    with reading(extract.name):
        ways, refs, counts = _read_ways(extract)
        node_ids, lon, lat, gate = _read_nodes(extract, refs)
    x, y = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(lon, lat)
    at = np.searchsorted(node_ids, refs)
    known = (
        (at < len(node_ids)) & (node_ids[np.minimum(at, max(len(node_ids) - 1, 0))] == refs)
        if len(node_ids)
        else at < 0
    )
    way = np.repeat(np.arange(len(counts)), counts)
    return _split(ways, way[known], at[known], (node_ids, np.asarray(x), np.asarray(y), gate), crs)


def _read_ways(extract: Extract) -> tuple[pd.DataFrame, Ints, Ints]:
    """Return the attributes of the ways walked, their node references in one run, and how many each has."""
    rules = walk_rules()
    rows: list[tuple[object, ...]] = []
    refs: list[int] = []
    counts: list[int] = []
    with_highway: Any = osmium.FileProcessor(str(extract.path), osmium.osm.WAY).with_filter(
        osmium.filter.KeyFilter("highway")
    )
    for way in with_highway:
        tags = dict(way.tags)
        if may_walk(tags, rules=rules):
            found = [node.ref for node in way.nodes]
            refs += found
            counts.append(len(found))
            rows.append(_attributes(way.id, tags, rules))
    columns = ["way_id", "highway", "name", "steps", "private", "bridge", "tunnel", "one_way"]
    return pd.DataFrame(rows, columns=columns), np.array(refs, np.int64), np.array(counts, np.int64)


def _attributes(way_id: int, tags: Mapping[str, str], rules: WalkRules) -> tuple[object, ...]:
    foot = tags.get("foot")
    private = tags.get("access") in rules.access_private and foot not in rules.foot_yes
    one_way = {"yes": 1, "-1": -1}.get(tags.get("oneway:foot", ""), 0)
    return (
        way_id,
        tags["highway"],
        tags.get("name"),
        tags["highway"] == "steps",
        private or foot in rules.access_private,
        tags.get("bridge", "no") != "no",
        tags.get("tunnel", "no") not in ("no", "building_passage"),
        one_way,
    )


def _read_nodes(extract: Extract, refs: Ints) -> tuple[Ints, Floats, Floats, npt.NDArray[np.bool_]]:
    """Return identifier, lon, lat and whether it is a gate of each node that the references name, by identifier."""
    wanted = np.unique(refs)
    tracker = osmium.IdTracker()
    for ref in wanted.tolist():
        tracker.add_node(ref)
    gates = walk_rules().gates
    ids: list[int] = []
    lonlat: list[float] = []
    gate_ids: list[int] = []
    nodes: Any = osmium.FileProcessor(str(extract.path), osmium.osm.NODE).with_filter(tracker.id_filter())
    for node in nodes:
        place = node.location
        ids.append(node.id)
        lonlat += (place.lon, place.lat)
        if node.tags and node.tags.get("barrier") in gates:
            gate_ids.append(node.id)
    found, first = np.unique(np.array(ids, np.int64), return_index=True)
    pairs = np.array(lonlat, np.float64).reshape(-1, 2)[first]
    return found, pairs[:, 0], pairs[:, 1], np.isin(found, np.array(gate_ids, np.int64))


def _split(
    ways: pd.DataFrame,
    way: Ints,
    at: Ints,
    nodes: tuple[Ints, Floats, Floats, npt.NDArray[np.bool_]],
    crs: CRS,
) -> Walkways:
    """Cut each way at its ends, at nodes used more than once and at gates."""
    node_ids, x, y, gate = nodes
    way, at = _without_repeats(way, at)
    ends = np.ones(len(at), bool)
    ends[1:-1] = (way[1:-1] != way[:-2]) | (way[1:-1] != way[2:])
    used = np.bincount(at, minlength=len(node_ids))
    cut = np.flatnonzero(ends | (used[at] > 1) | gate[at]) if len(at) else np.zeros(0, np.int64)
    pieces = np.flatnonzero(way[cut[:-1]] == way[cut[1:]]) if len(cut) else cut
    start, stop = cut[pieces], cut[pieces + 1]
    kept, flat = np.unique(np.concatenate([at[start], at[stop]]), return_inverse=True)
    lines, length_mm = _lines(x[at], y[at], start, stop)
    edges = ways.iloc[way[start]].reset_index(drop=True)
    edges = edges.assign(u=flat[: len(start)], v=flat[len(start) :], length_mm=length_mm)
    frame = gpd.GeoDataFrame(edges, geometry=lines, crs=crs)
    return Walkways(pd.DataFrame({"osm_id": node_ids[kept], "x": x[kept], "y": y[kept]}), frame)


def _without_repeats(way: Ints, at: Ints) -> tuple[Ints, Ints]:
    """Drop a node that stands twice in a row in one way."""
    keep = np.ones(len(at), bool)
    keep[1:] = (at[1:] != at[:-1]) | (way[1:] != way[:-1])
    return way[keep], at[keep]


def _lines(x: Floats, y: Floats, start: Ints, stop: Ints) -> tuple[npt.NDArray[np.object_], Ints]:
    """Return the line of each run of positions and its length in millimetres, at least one."""
    counts = stop - start + 1
    owner = np.repeat(np.arange(len(start)), counts)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    take = np.repeat(start, counts) + np.arange(len(owner)) - first
    lines = shapely.linestrings(np.column_stack([x[take], y[take]]), indices=owner)
    return lines, np.maximum(np.rint(shapely.length(lines) * 1000).astype(np.int64), 1)
