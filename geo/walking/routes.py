"""The ways that walks take: which streets in which order, and the line on the map."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.streets.graph import Graph
from geo.streets.sub_graphs import ranges
from geo.walking.walk_times import Nearest

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Geometries = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Trails:
    """Hold walks as the arcs they take, in order; all arrays have one entry per arc walked.

    Parameters
    ----------
    walk : array of int
        Number of the walk, ascending.
    edge : array of int
        Row of the walkways' ``edges``.
    from_mm, to_mm : array of int
        Where on that row the arc begins and ends; backwards when the first is greater.
    cost_us : array of int
        Cost of the arc.
    """

    walk: Ints
    edge: Ints
    from_mm: Ints
    to_mm: Ints
    cost_us: Ints


def follow(found: Nearest, *, group: Ints, start: Ints) -> tuple[Ints, Ints]:
    """Follow walks from node to node until they reach their targets.

    Parameters
    ----------
    found : Nearest
        The sweeps.
    group : array of int, shape (k,)
        Group that each walk goes to.
    start : array of int, shape (k,)
        Node that each walk begins at, from where a target is reached.

    Returns
    -------
    array of int, array of int
        Number of the walk and node, in the order of walks and steps; the last node of each walk is where the connector
        of its target begins. Of equally short ways it is the one over the first node.
    """
    walks, nodes = [np.arange(len(start))], [start.astype(np.int64)]
    while len(nodes[-1]):
        following = _next_nodes(found, group[walks[-1]], nodes[-1])
        on = following >= 0
        walks.append(walks[-1][on])
        nodes.append(following[on])
    walk, node = np.concatenate(walks), np.concatenate(nodes)
    order = np.argsort(walk, kind="stable")
    return walk[order], node[order]


def _next_nodes(found: Nearest, group: Ints, node: Ints) -> Ints:
    """Return the first node over which the rank of each node holds, -1 where its target is reached."""
    ahead, here = found.forward, found.rank[group, node]
    first = ahead.indptr[node].astype(np.int64)
    counts = ahead.indptr[node + 1] - first
    arc, row = ranges(first, counts), np.repeat(np.arange(len(node)), counts)
    leads_on = ahead.data[arc] + found.rank[group[row], ahead.indices[arc]] == here[row]
    on_way = np.flatnonzero(leads_on & ~found.arrived[group, node][row])
    chosen = on_way[np.append(True, np.diff(row[on_way]) != 0)[: len(on_way)]]
    following = np.full(len(node), -1, np.int64)
    following[row[chosen]] = ahead.indices[arc[chosen]]
    return following


def trails(graph: Graph, *, arc_cost_us: Floats, walk: Ints, node: Ints) -> Trails:
    """Turn walks from node to node into the edges they take.

    Parameters
    ----------
    graph : Graph
        The graph.
    arc_cost_us : array of float, shape (arcs,)
        Cost of each arc at the pace of the walks.
    walk, node : array of int
        As :func:`follow` returns them.

    Returns
    -------
    Trails
        The arcs; changes between private and public ways at one place are left out.
    """
    steps = np.flatnonzero(walk[1:] == walk[:-1])
    n = len(graph.xy)
    order = np.lexsort((arc_cost_us, graph.head, graph.tail))
    key = graph.tail[order] * n + graph.head[order]
    arc = order[np.searchsorted(key, node[steps] * n + node[steps + 1])]
    real = graph.edge[arc] >= 0
    arc, steps = arc[real], steps[real]
    network, edge = graph.network, graph.edge[arc]
    low, ahead = network.offset_mm[edge], graph.ahead[arc]
    high = low + network.length_mm[edge]
    return Trails(
        walk[steps],
        network.edge[edge],
        np.where(ahead, low, high),
        np.where(ahead, high, low),
        arc_cost_us[arc].astype(np.int64),
    )


def merge_pieces(found: Trails) -> Trails:
    """Join the pieces of one edge that follow each other.

    Parameters
    ----------
    found : Trails
        Walks by arcs.

    Returns
    -------
    Trails
        The same walks, each edge once for each time that it is walked.
    """
    if not len(found.walk):
        return found
    fresh = np.ones(len(found.walk), bool)
    same = (found.walk[1:] == found.walk[:-1]) & (found.edge[1:] == found.edge[:-1])
    fresh[1:] = ~(same & (found.from_mm[1:] == found.to_mm[:-1]))
    first = np.flatnonzero(fresh)
    last = np.append(first[1:], len(fresh)) - 1
    return Trails(
        found.walk[first],
        found.edge[first],
        found.from_mm[first],
        found.to_mm[last],
        np.add.reduceat(found.cost_us, first),
    )


def lines_along(found: Trails, *, lines: Geometries, starts: Geometries, stops: Geometries) -> Geometries:
    """Draw walks as lines.

    Parameters
    ----------
    found : Trails
        The walks, numbered 0..k-1; one without an arc is drawn straight.
    lines : array of LineString, shape (m,)
        Geometry of the walkways' edges.
    starts, stops : array of Point, shape (k,)
        Where each walk begins and ends.

    Returns
    -------
    array of LineString, shape (k,)
        From start to stop along the edges.
    """
    count = len(starts)
    if not count:
        return np.zeros(0, object)
    walk, xy = _vertices(found, lines)
    ends = [np.arange(count), np.arange(count)]
    owner = np.concatenate([ends[0], walk, ends[1]])
    rank = np.concatenate([np.full(count, -1), np.arange(len(walk)), np.full(count, len(walk))])
    # To the millimetre, so that where two edges meet is one point.
    points = np.concatenate([shapely.get_coordinates(starts), xy, shapely.get_coordinates(stops)]).round(3)
    order = np.lexsort((rank, owner))
    owner, points = owner[order], points[order]
    repeated = np.append(False, (owner[1:] == owner[:-1]) & (points[1:] == points[:-1]).all(axis=1))
    # A line needs two points, even that of a walk without a length.
    repeated &= ~(
        np.append(owner[1:] != owner[:-1], True) & (np.bincount(owner[~repeated], minlength=count) < 2)[owner]
    )
    drawn: Geometries = shapely.linestrings(points[~repeated], indices=owner[~repeated])
    return drawn


def _vertices(found: Trails, lines: Geometries) -> tuple[Ints, Floats]:
    """Return the points of the stretches in the order they are walked, with the number of the walk."""
    used, row = np.unique(found.edge, return_inverse=True)
    xy, of_line = shapely.get_coordinates(lines[used], return_index=True)
    step = np.hypot(*np.diff(xy, axis=0).T) * 1000 if len(xy) else np.zeros(0)
    same = of_line[1:] == of_line[:-1]
    total = np.concatenate([[0.0], np.cumsum(np.where(same, step, 1.0))]) if len(xy) else np.zeros(0)
    begin = total[np.searchsorted(of_line, np.arange(len(used)))] if len(used) else total
    low, high = np.minimum(found.from_mm, found.to_mm), np.maximum(found.from_mm, found.to_mm)
    # Vertices within a millimetre of an end are that end.
    first = np.searchsorted(total, begin[row] + low + 1.0)
    stop = np.maximum(np.searchsorted(total, begin[row] + high - 1.0), first)
    inner = stop - first
    owner = np.repeat(np.arange(len(row)), inner)
    place = np.arange(inner.sum()) - np.repeat(np.cumsum(inner) - inner, inner)
    back = (found.from_mm > found.to_mm)[owner]
    vertex = np.where(back, stop[owner] - 1 - place, first[owner] + place)
    ends = [_points_at(begin[row] + at, total, xy, of_line, row) for at in (found.from_mm, found.to_mm)]
    stretch = np.concatenate([np.arange(len(row)), owner, np.arange(len(row))])
    rank = np.concatenate([np.full(len(row), -1), place, np.full(len(row), len(xy))])
    points = np.concatenate([ends[0], xy[vertex], ends[1]])
    order = np.lexsort((rank, stretch))
    return found.walk[stretch[order]], points[order]


def _points_at(along: Floats, total: Floats, xy: Floats, of_line: Ints, row: Ints) -> Floats:
    """Return the places so far along the chain of all lines, each on its own line."""
    low, high = np.searchsorted(of_line, row), np.searchsorted(of_line, row, side="right")
    start = np.clip(np.searchsorted(total, along, side="right") - 1, low, high - 2)
    step = np.maximum(total[start + 1] - total[start], 1e-9)
    share = np.clip((along - total[start]) / step, 0.0, 1.0)[:, None]
    points: Floats = xy[start] * (1 - share) + xy[start + 1] * share
    return points


def street_steps(found: Trails, *, edges: pd.DataFrame) -> pd.DataFrame:
    """Sum up walks by the streets they follow.

    Parameters
    ----------
    found : Trails
        The walks.
    edges : DataFrame
        The walkways' edges: ``name``, ``highway``, ``steps``.

    Returns
    -------
    DataFrame
        One row per stretch of one street, in the order walked: ``walk``, ``step`` (int, from 1), ``street``,
        ``highway`` (str), ``steps`` (bool), ``length_m`` (float), ``cost_us`` (int). Ways without a name that follow
        each other count as one stretch while their kind stays the same.
    """
    street, highway, steps = (edges[name].to_numpy()[found.edge] for name in ("name", "highway", "steps"))
    frame = pd.DataFrame(
        {"walk": found.walk, "street": street, "highway": highway, "steps": steps,
         "length_m": np.abs(found.to_mm - found.from_mm) / 1000, "cost_us": found.cost_us}
    )  # fmt: skip
    named = frame["street"].notna()
    keys = frame[["walk", "street", "highway", "steps"]].assign(
        street=frame["street"].where(named, ""), highway=frame["highway"].where(~named, "")
    )
    stretch = (keys != keys.shift()).any(axis=1).cumsum()
    summed = frame.groupby(stretch.to_numpy(), sort=False).agg(
        {"walk": "first", "street": "first", "highway": "first", "steps": "first", "length_m": "sum", "cost_us": "sum"}
    )
    summed.insert(1, "step", summed.groupby("walk").cumcount() + 1)
    return summed.reset_index(drop=True)
