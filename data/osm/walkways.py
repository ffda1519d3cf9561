"""The walking network of an extract: one pass, split with numpy at the nodes that ways share."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby
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
        ways, strands, gate_ids = _read_ways(extract)
    x, y = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(*strands.lonlat.T)
    node_ids, first, at = np.unique(strands.refs, return_index=True, return_inverse=True)
    gate = np.isin(node_ids, gate_ids)
    run = np.repeat(np.arange(len(strands.count)), strands.count)
    return _split(ways.iloc[strands.row], run, at, (node_ids, x[first], y[first], gate), crs)


@dataclass(frozen=True)
class _Strands:
    """Runs of nodes: the row of the way each belongs to, how many nodes it has, and all the nodes in one row."""

    row: Ints
    count: Ints
    refs: Ints
    lonlat: Floats


def _read_ways(extract: Extract) -> tuple[pd.DataFrame, _Strands, Ints]:
    """Return the attributes of the ways walked, their nodes, and the nodes that are gates, in one pass."""
    rules = walk_rules()
    wkb = osmium.geom.WKBFactory()
    rows: list[tuple[object, ...]] = []
    runs: list[tuple[int, int]] = []
    refs: list[int] = []
    shapes: list[str] = []
    gates: list[int] = []
    both = osmium.osm.NODE | osmium.osm.WAY
    tagged = osmium.filter.KeyFilter("highway", "barrier")
    items: Any = osmium.FileProcessor(extract.source(), both).with_locations().with_filter(tagged)
    for item in items:
        if item.is_node():
            if item.tags.get("barrier") in rules.gates:
                gates.append(item.id)
        elif may_walk(tags := dict(item.tags), rules=rules):
            for found, shape in _runs(item, wkb):
                runs.append((len(rows), len(found)))
                refs += found
                shapes.append(shape)
            rows.append(_attributes(item.id, tags, rules))
    columns = ["way_id", "highway", "name", "steps", "private", "bridge", "tunnel", "one_way"]
    row, count = np.array(runs, np.int64).reshape(-1, 2).T
    strands = _Strands(row, count, np.array(refs, np.int64), _coordinates(shapes, count))
    return pd.DataFrame(rows, columns=columns), strands, np.array(gates, np.int64)


def _runs(way: Any, wkb: "osmium.geom.WKBFactory") -> Iterator[tuple[list[int], str]]:  # noqa: ANN401
    """Yield the nodes of a way and its shape as WKB; a way with nodes missing from the extract breaks there."""
    if len(way.nodes) < 2:
        return
    try:
        shape = wkb.create_linestring(way, osmium.geom.ALL)
    except osmium.InvalidLocationError:
        yield from _known_runs(way)
    else:
        yield [node.ref for node in way.nodes], shape


def _known_runs(way: Any) -> Iterator[tuple[list[int], str]]:  # noqa: ANN401
    for known, run in groupby(way.nodes, key=lambda node: node.location.valid()):
        places = [(node.ref, node.lon, node.lat) for node in run] if known else []
        if len(places) > 1:
            line = shapely.LineString([(lon, lat) for _, lon, lat in places])
            yield [ref for ref, _, _ in places], shapely.to_wkb(line, hex=True, byte_order=1)


def _coordinates(shapes: list[str], count: Ints) -> Floats:
    """Take the coordinates out of line strings in little-endian WKB, whose header has nine bytes."""
    raw = np.frombuffer(bytes.fromhex("".join(shapes)), np.uint8)
    starts = np.cumsum(9 + 16 * count) - (9 + 16 * count)
    body = np.ones(len(raw), bool)
    body[(starts[:, None] + np.arange(9)).reshape(-1)] = False
    return raw[body].view("<f8").reshape(-1, 2)


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


def _split(
    ways: pd.DataFrame,
    run: Ints,
    at: Ints,
    nodes: tuple[Ints, Floats, Floats, npt.NDArray[np.bool_]],
    crs: CRS,
) -> Walkways:
    """Cut each run of nodes at its ends, at nodes used more than once and at gates."""
    node_ids, x, y, gate = nodes
    run, at = _without_repeats(run, at)
    ends = np.ones(len(at), bool)
    ends[1:-1] = (run[1:-1] != run[:-2]) | (run[1:-1] != run[2:])
    used = np.bincount(at, minlength=len(node_ids))
    cut = np.flatnonzero(ends | (used[at] > 1) | gate[at]) if len(at) else np.zeros(0, np.int64)
    pieces = np.flatnonzero(run[cut[:-1]] == run[cut[1:]]) if len(cut) else cut
    start, stop = cut[pieces], cut[pieces + 1]
    kept, flat = np.unique(np.concatenate([at[start], at[stop]]), return_inverse=True)
    lines, length_mm = _lines(x[at], y[at], start, stop)
    edges = ways.iloc[run[start]].reset_index(drop=True)
    edges = edges.assign(u=flat[: len(start)], v=flat[len(start) :], length_mm=length_mm)
    frame = gpd.GeoDataFrame(edges, geometry=lines, crs=crs)
    return Walkways(pd.DataFrame({"osm_id": node_ids[kept], "x": x[kept], "y": y[kept]}), frame)


def _without_repeats(run: Ints, at: Ints) -> tuple[Ints, Ints]:
    """Drop a node that stands twice in a row."""
    keep = np.ones(len(at), bool)
    keep[1:] = (at[1:] != at[:-1]) | (run[1:] != run[:-1])
    return run[keep], at[keep]


def _lines(x: Floats, y: Floats, start: Ints, stop: Ints) -> tuple[npt.NDArray[np.object_], Ints]:
    """Return the line of each run of positions and its length in millimetres, at least one."""
    counts = stop - start + 1
    owner = np.repeat(np.arange(len(start)), counts)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    take = np.repeat(start, counts) + np.arange(len(owner)) - first
    lines = shapely.linestrings(np.column_stack([x[take], y[take]]), indices=owner)
    return lines, np.maximum(np.rint(shapely.length(lines) * 1000).astype(np.int64), 1)
