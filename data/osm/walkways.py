"""The walking network of an extract, split with numpy at the nodes that ways share."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS, Transformer

from data.inputs import Walkways
from data.osm.extract import Extract, reading
from data.osm.strands import read_strands

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

ATTRIBUTES = ["way_id", "highway", "name", "steps", "private", "bridge", "tunnel", "one_way"]


@dataclass(frozen=True)
class WalkRules:
    """Hold the sets of ``walking.toml`` that decide on a way.

    Parameters
    ----------
    ahead, back : mapping of str to frozenset of str
        Values by tag that let people walk a way only as it is drawn, or only against it.
    walk, walk_if_tagged : frozenset of str
        Values of ``highway``.
    foot_yes, foot_no, sidewalk_yes, access_no, access_private, motorroad, gates : frozenset of str
        Values of the tags they name.
    """

    ahead: Mapping[str, frozenset[str]]
    back: Mapping[str, frozenset[str]]
    walk: frozenset[str]
    walk_if_tagged: frozenset[str]
    foot_yes: frozenset[str]
    foot_no: frozenset[str]
    sidewalk_yes: frozenset[str]
    access_no: frozenset[str]
    access_private: frozenset[str]
    motorroad: frozenset[str]
    gates: frozenset[str]


@cache
def walk_rules() -> WalkRules:
    """Read the rules that say which ways a person may walk."""
    table = tomllib.loads(files("data").joinpath("walking.toml").read_text("utf-8"))
    tags = table["tags"]
    names = ("foot_yes", "foot_no", "sidewalk_yes", "access_no", "access_private", "motorroad", "gates")
    ahead, back = ({key: frozenset(values) for key, values in tags[side].items()} for side in ("ahead", "back"))
    return WalkRules(
        ahead,
        back,
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
    tagged = highway in rules.walk_if_tagged or (highway in rules.walk and tags.get("motorroad") in rules.motorroad)
    if highway in rules.walk and not tagged:
        return foot in rules.foot_yes or tags.get("access") not in rules.access_no
    if tagged:
        sides = (tags.get(f"sidewalk{side}") for side in ("", ":both", ":left", ":right"))
        return foot in rules.foot_yes or any(side in rules.sidewalk_yes for side in sides)
    return False


def is_gate(tags: Mapping[str, str], *, rules: WalkRules) -> bool:
    """Tell whether a barrier is a gate: it is built as one, or says of people on foot that they do not all pass.

    Parameters
    ----------
    tags : mapping of str to str
        Tags of the barrier.
    rules : WalkRules
        The rules.

    Returns
    -------
    bool
        False for what is no barrier.
    """
    if "barrier" not in tags:
        return False
    return tags["barrier"] in rules.gates or tags.get("foot") in rules.foot_no | rules.access_private


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
    rules = walk_rules()
    rows: list[tuple[object, ...]] = []

    def take(way_id: int, tags: Mapping[str, str]) -> bool:
        walked = may_walk(tags, rules=rules)
        if walked:
            rows.append(_attributes(way_id, tags, rules))
        return walked

    with reading(extract.name):
        strands = read_strands(extract, take=take, is_gate=lambda tags: is_gate(tags, rules=rules))
    ways = pd.DataFrame(rows, columns=ATTRIBUTES)
    x, y = Transformer.from_crs("EPSG:4326", crs, always_xy=True).transform(*strands.lonlat.T)
    node_ids, first, at = np.unique(strands.refs, return_index=True, return_inverse=True)
    run = np.repeat(np.arange(len(strands.count)), strands.count)
    gate = np.isin(node_ids, strands.gates)
    return _split(ways.iloc[strands.way], run, at, (node_ids, x[first], y[first], gate), crs)


def _attributes(way_id: int, tags: Mapping[str, str], rules: WalkRules) -> tuple[object, ...]:
    foot = tags.get("foot")
    private = tags.get("access") in rules.access_private and foot not in rules.foot_yes
    return (
        way_id,
        tags["highway"],
        tags.get("name"),
        tags["highway"] == "steps",
        private or foot in rules.access_private,
        tags.get("bridge", "no") != "no",
        tags.get("tunnel", "no") not in ("no", "building_passage"),
        _one_way(tags, rules),
    )


def _one_way(tags: Mapping[str, str], rules: WalkRules) -> int:
    """Tell which way people walk: 1 only as the way is drawn, -1 only against it, 0 both."""
    ahead, back = (any(tags.get(key) in values for key, values in side.items()) for side in (rules.ahead, rules.back))
    return ahead - back


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
