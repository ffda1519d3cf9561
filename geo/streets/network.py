"""The walking network as arrays: components, ways parted at shut gates, points inserted on edges."""

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from data.inputs import Walkways

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Geometries = npt.NDArray[np.object_]

MIN_SHARE = 0.05
MIN_LENGTH_M = 10_000.0
# What is shorter leads to nothing, however small the town.
SCRAP_M = 100.0
NOBODY = -1


@dataclass(frozen=True)
class Network:
    """Hold the edges a person walks; lengths are integer millimetres.

    Parameters
    ----------
    x, y : array of float, shape (n,)
        Nodes, metres.
    place : array of int, shape (n,)
        Row of the walkways' ``nodes``, -1 for an inserted point; nodes parted at a shut gate share it.
    u, v : array of int, shape (m,)
        Ends of each edge, as rows of ``x``.
    length_mm : array of int, shape (m,)
        Length of each edge, at least 1.
    edge : array of int, shape (m,)
        Row of the walkways' ``edges`` that the edge is, or is part of.
    offset_mm : array of int, shape (m,)
        Where on that row the edge begins.
    forward, backward : array of bool, shape (m,)
        Whether it is walked from u to v and from v to u.
    private : array of bool, shape (m,)
        Whether it is a private way, which carries no through traffic.
    ground : array of int, shape (m,)
        Row of the estate that a private way lies in, -1 for none and for public ways.
    steps : array of bool, shape (m,)
        Whether it is a flight of steps.
    slope_ahead, slope_back : array of float, shape (m,)
        How many times longer the walk takes than on the level, from u to v and back.
    grade_max : array of float, shape (m,)
        Steepest grade on it, 0..1.
    component : array of int, shape (m,)
        Component of the edge among the public or the private edges; 0 is the longest public one.
    used : array of bool, shape (m,)
        Whether access points may lie on it: the component is no isolated scrap.
    """

    x: Floats
    y: Floats
    place: Ints
    u: Ints
    v: Ints
    length_mm: Ints
    edge: Ints
    offset_mm: Ints
    forward: Bools
    backward: Bools
    private: Bools
    ground: Ints
    steps: Bools
    slope_ahead: Floats
    slope_back: Floats
    grade_max: Floats
    component: Ints
    used: Bools


_INHERITED = (
    "edge", "forward", "backward", "private", "ground", "steps", "slope_ahead", "slope_back", "grade_max", "component",
    "used",
)  # fmt: skip


def build_network(walkways: Walkways, *, parted: Ints | None = None, grounds: Geometries | None = None) -> Network:
    """Build the network of the walkways.

    Parameters
    ----------
    walkways : Walkways
        Nodes and edges as read.
    parted : array of int, optional
        Ends of edges that do not join what meets there, because a gate is shut: row of the edge for its end ``u``,
        row plus the number of edges for its end ``v``.
    grounds : array of Polygon, optional
        Estates; a private way serves the one that its middle lies in.

    Returns
    -------
    Network
        One edge per row of ``walkways.edges``, in that order.

    Notes
    -----
    A component takes access points when it has at least 5 % of the length of the longest one and 100 m, or 10 km: a
    footway drawn in a yard and joined to nothing would otherwise swallow its estate. Private ways take them when they
    lead to such a component.
    """
    edges, nodes = walkways.edges, walkways.nodes
    u, v, node = _part(edges["u"].to_numpy(np.int64), edges["v"].to_numpy(np.int64), len(nodes), parted)
    private = edges["private"].to_numpy(bool)
    length_mm = edges["length_mm"].to_numpy(np.int64)
    one_way = edges["one_way"].to_numpy(np.int64)
    component, used = _components(u, v, length_mm, private, len(node))
    return Network(
        x=nodes["x"].to_numpy(float)[node],
        y=nodes["y"].to_numpy(float)[node],
        place=node,
        u=u,
        v=v,
        length_mm=length_mm,
        edge=np.arange(len(u), dtype=np.int64),
        offset_mm=np.zeros(len(u), np.int64),
        forward=one_way >= 0,
        backward=one_way <= 0,
        private=private,
        ground=_grounds(edges.geometry.to_numpy(), private, grounds),
        steps=edges["steps"].to_numpy(bool),
        slope_ahead=edges["slope_ahead"].to_numpy(float),
        slope_back=edges["slope_back"].to_numpy(float),
        grade_max=edges["grade_max"].to_numpy(float),
        component=component,
        used=used,
    )


def _part(u: Ints, v: Ints, count: int, parted: Ints | None) -> tuple[Ints, Ints, Ints]:
    """Give each parted end a node of its own; return the ends and the old node of each node."""
    ends = np.concatenate([u, v])
    alone = np.zeros(0, np.int64) if parted is None else parted
    node = np.append(np.arange(count, dtype=np.int64), ends[alone])
    ends[alone] = count + np.arange(len(alone))
    return ends[: len(u)], ends[len(u) :], node


def node_rows(osm_id: Ints, *, nodes: pd.DataFrame) -> Ints:
    """Return the row of the nodes that has each OpenStreetMap identifier, -1 for none."""
    known = nodes["osm_id"].to_numpy(np.int64)
    order = np.argsort(known, kind="stable")
    at = np.minimum(np.searchsorted(known[order], osm_id), max(len(known) - 1, 0))
    if not len(known):
        return np.full(len(osm_id), -1, np.int64)
    found: Ints = np.where((known[order][at] == osm_id) & (osm_id >= 0), order[at], -1)
    return found


def _grounds(lines: Geometries, private: Bools, grounds: Geometries | None) -> Ints:
    """Return the first estate that the middle of each private way lies in."""
    ground = np.full(len(lines), NOBODY, np.int64)
    rows = np.flatnonzero(private)
    if grounds is None or not len(rows):
        return ground
    middle = shapely.line_interpolate_point(lines[rows], 0.5, normalized=True)
    at, estate = shapely.STRtree(grounds).query(middle, predicate="intersects")
    order = np.lexsort((estate, at))[::-1]
    ground[rows[at[order]]] = estate[order]
    return ground


def _components(u: Ints, v: Ints, length_mm: Ints, private: Bools, n: int) -> tuple[Ints, Bools]:
    """Count off the components of the public edges, longest first, then those of the private edges."""
    component = np.zeros(len(u), np.int64)
    used = np.zeros(len(u), bool)
    offset = 0
    for chosen in (np.flatnonzero(~private), np.flatnonzero(private)):
        if not len(chosen):
            continue
        links = coo_array((np.ones(len(chosen)), (u[chosen], v[chosen])), shape=(n, n))
        label = connected_components(links, directed=False)[1][u[chosen]]
        _, label = np.unique(label, return_inverse=True)
        length = np.bincount(label, weights=length_mm[chosen])
        rank = np.empty(len(length), np.int64)
        rank[np.argsort(-length, kind="stable")] = np.arange(len(length))
        component[chosen] = offset + rank[label]
        least = np.clip(MIN_SHARE * length.max(), SCRAP_M * 1000, MIN_LENGTH_M * 1000)
        used[chosen] = (length >= min(least, length.max()))[label]
        offset += len(length)
    used[private] = _leading_out(u, v, component, used, private)
    return component, used


def _leading_out(u: Ints, v: Ints, component: Ints, used: Bools, private: Bools) -> Bools:
    """Tell of each private edge whether its component meets a public one of use."""
    public = np.union1d(u[used & ~private], v[used & ~private])
    meets = np.isin(u[private], public) | np.isin(v[private], public)
    return np.isin(component[private], component[private][meets])


def component_table(network: Network, *, edges: gpd.GeoDataFrame) -> pd.DataFrame:
    """List the components of the public network.

    Parameters
    ----------
    network : Network
        The network.
    edges : GeoDataFrame
        The walkways' edges, with ``name`` and ``length_mm``.

    Returns
    -------
    DataFrame
        Columns as ``Plan.components``, one row per component, longest first.
    """
    public = ~network.private
    frame = pd.DataFrame(
        {"component": network.component, "length_m": network.length_mm / 1000, "used": network.used, "edges": 1,
         "x": (network.x[network.u] + network.x[network.v]) / 2, "y": (network.y[network.u] + network.y[network.v]) / 2,
         "street": edges["name"].to_numpy(object)[network.edge]}
    )[public]  # fmt: skip
    sums = {"edges": "sum", "length_m": "sum", "used": "first", "x": "mean", "y": "mean"}
    table = frame.groupby("component", as_index=False).agg(sums)
    streets = frame.groupby(["component", "street"])["length_m"].sum().reset_index()
    longest = streets.sort_values(["component", "length_m"], kind="stable").drop_duplicates("component", keep="last")
    named = table["component"].map(longest.set_index("component")["street"]).astype(object)
    middle = gpd.GeoSeries(gpd.points_from_xy(table["x"], table["y"]), crs=edges.crs).to_crs(4326)
    place = {"street": named.where(named.notna(), None), "lon": middle.x.round(6), "lat": middle.y.round(6)}
    return table.drop(columns=["x", "y"]).assign(**place)


def insert_points(network: Network, *, edge: Ints, position_mm: Ints) -> tuple[Network, Ints]:
    """Insert points on edges and split the edges there.

    Parameters
    ----------
    network : Network
        The network.
    edge : array of int, shape (k,)
        Row of the network's edges that each point lies on.
    position_mm : array of int, shape (k,)
        Distance from ``u``, between 0 and the length of the edge.

    Returns
    -------
    Network
        The network with the edges split; the pieces of an edge add up to its length.
    array of int, shape (k,)
        The node of each point. A point at the end of an edge is the node that is there.
    """
    length = network.length_mm[edge]
    node = np.where(position_mm <= 0, network.u[edge], np.where(position_mm >= length, network.v[edge], -1))
    inside = np.flatnonzero(node < 0)
    keys = np.column_stack([edge[inside], position_mm[inside]])
    cuts, which = np.unique(keys, axis=0, return_inverse=True)
    node[inside] = len(network.x) + which.reshape(-1)
    return _split_edges(network, cuts[:, 0], cuts[:, 1]), node


def _split_edges(network: Network, edge: Ints, position_mm: Ints) -> Network:
    """Replace each edge that has cuts, sorted by edge and position, by its pieces."""
    m, n = len(network.u), len(network.x)
    ratio = position_mm / network.length_mm[edge]
    x = network.x[network.u[edge]] * (1 - ratio) + network.x[network.v[edge]] * ratio
    y = network.y[network.u[edge]] * (1 - ratio) + network.y[network.v[edge]] * ratio
    owner = np.concatenate([np.arange(m), edge])
    start = np.concatenate([np.zeros(m, np.int64), position_mm])
    first = np.concatenate([network.u, n + np.arange(len(edge))])
    order = np.lexsort((start, owner))
    owner, start, first = owner[order], start[order], first[order]
    last = np.append(owner[1:] != owner[:-1], True) if len(owner) else np.zeros(0, bool)
    stop = np.where(last, network.length_mm[owner], np.append(start[1:], 0) if len(start) else start)
    second = np.where(last, network.v[owner], np.append(first[1:], 0) if len(first) else first)
    return replace(
        network,
        x=np.append(network.x, x),
        y=np.append(network.y, y),
        place=np.append(network.place, np.full(len(edge), -1, np.int64)),
        u=first,
        v=second,
        length_mm=stop - start,
        offset_mm=network.offset_mm[owner] + start,
        **{name: getattr(network, name)[owner] for name in _INHERITED},
    )
