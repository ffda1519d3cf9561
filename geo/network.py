"""The walking network as arrays: components, closed gates, points inserted on edges, sparse cost matrices."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from data.inputs import Walkways

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

MIN_SHARE = 0.05
MIN_LENGTH_M = 10_000.0


@dataclass(frozen=True)
class Network:
    """Hold the edges a person walks; lengths are integer millimetres.

    Parameters
    ----------
    x, y : array of float, shape (n,)
        Nodes, metres.
    osm_id : array of int, shape (n,)
        OpenStreetMap identifier of each node, -1 for none; a node cut at a closed gate keeps it.
    u, v : array of int, shape (m,)
        Ends of each edge, as rows of ``x``.
    length_mm : array of int, shape (m,)
        Length of each edge, at least 1.
    edge : array of int, shape (m,)
        Row of the walkways' ``edges`` that the edge is, or is part of.
    forward, backward : array of bool, shape (m,)
        Whether it is walked from u to v and from v to u.
    private : array of bool, shape (m,)
        Whether it is a private way, which carries no through traffic.
    steps : array of bool, shape (m,)
        Whether it is a flight of steps.
    component : array of int, shape (m,)
        Component of the edge among the public or the private edges; 0 is the longest public one.
    used : array of bool, shape (m,)
        Whether access points may lie on it: the component is no isolated scrap.
    """

    x: Floats
    y: Floats
    osm_id: Ints
    u: Ints
    v: Ints
    length_mm: Ints
    edge: Ints
    forward: Bools
    backward: Bools
    private: Bools
    steps: Bools
    component: Ints
    used: Bools


def build_network(walkways: Walkways, *, closed_osm_ids: Ints) -> Network:
    """Build the network of the walkways, cut at gates that do not let everybody through.

    Parameters
    ----------
    walkways : Walkways
        Nodes and edges as read.
    closed_osm_ids : array of int
        OpenStreetMap nodes nobody, or only residents, may pass.

    Returns
    -------
    Network
        One edge per row of ``walkways.edges``, in that order.

    Notes
    -----
    A component takes access points when it has at least 5 % of the length of the longest one or 10 km: a footway drawn
    in a yard and joined to nothing would otherwise swallow its estate.
    """
    edges, nodes = walkways.edges, walkways.nodes
    u, v, node = _cut(edges["u"].to_numpy(np.int64), edges["v"].to_numpy(np.int64), nodes, closed_osm_ids)
    x, y, osm_id = (nodes[name].to_numpy()[node] for name in ("x", "y", "osm_id"))
    length_mm = edges["length_mm"].to_numpy(np.int64)
    one_way = edges["one_way"].to_numpy(np.int64)
    private = edges["private"].to_numpy(bool)
    component, used = _components(u, v, length_mm, private, len(x))
    steps = edges["steps"].to_numpy(bool)
    rows = np.arange(len(u), dtype=np.int64)
    return Network(x, y, osm_id, u, v, length_mm, rows, one_way >= 0, one_way <= 0, private, steps, component, used)


def _cut(u: Ints, v: Ints, nodes: pd.DataFrame, closed: Ints) -> tuple[Ints, Ints, Ints]:
    """Give each edge that ends at a closed node its own node there; return the ends and the old node of each node."""
    shut = np.isin(nodes["osm_id"].to_numpy(np.int64), closed[closed >= 0])
    node = np.arange(len(nodes), dtype=np.int64)
    ends = np.concatenate([u, v])
    hit = np.flatnonzero(shut[ends]) if len(ends) else ends
    node = np.append(node, ends[hit])
    ends[hit] = len(nodes) + np.arange(len(hit))
    return ends[: len(u)], ends[len(u) :], node


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
        used[chosen] = (length >= min(MIN_SHARE * length.max(), MIN_LENGTH_M * 1000))[label]
        offset += len(length)
    used[private] = True
    return component, used


def component_table(network: Network) -> pd.DataFrame:
    """List the components of the public network.

    Parameters
    ----------
    network : Network
        The network.

    Returns
    -------
    DataFrame
        One row per component, longest first: ``component``, ``edges`` (int), ``length_m`` (float), ``used`` (bool).
    """
    public = ~network.private
    frame = pd.DataFrame(
        {"component": network.component, "length_m": network.length_mm / 1000, "used": network.used, "edges": 1}
    )[public]
    return frame.groupby("component", as_index=False).agg({"edges": "sum", "length_m": "sum", "used": "first"})


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
    return Network(
        np.append(network.x, x),
        np.append(network.y, y),
        np.append(network.osm_id, np.full(len(edge), -1, np.int64)),
        first,
        second,
        stop - start,
        network.edge[owner],
        network.forward[owner],
        network.backward[owner],
        network.private[owner],
        network.steps[owner],
        network.component[owner],
        network.used[owner],
    )


def cost_matrix(network: Network, *, us_per_mm: float, steps_pace: float, private: bool = False) -> csr_array:
    """Build the matrix of walking costs.

    Parameters
    ----------
    network : Network
        The network.
    us_per_mm : float
        Pace of the profile: 15 min for 1,000 m is 0.9.
    steps_pace : float
        How many times slower a metre of steps is.
    private : bool
        Take the private edges instead of the public ones.

    Returns
    -------
    csr_array of float64 that holds integers, shape (n, n)
        Entry (i, j): microseconds from node i to node j over the cheapest edge between them.
    """
    take = np.flatnonzero(network.private == private)
    pace = np.where(network.steps[take], steps_pace, 1.0) * us_per_mm
    cost = np.maximum(np.rint(network.length_mm[take] * pace), 1.0)
    u, v = network.u[take], network.v[take]
    ahead, back = network.forward[take], network.backward[take]
    tails = np.concatenate([u[ahead], v[back]])
    heads = np.concatenate([v[ahead], u[back]])
    return sparse_minimum(tails, heads, np.concatenate([cost[ahead], cost[back]]), shape=(len(network.x),) * 2)


def sparse_minimum(tails: Ints, heads: Ints, cost: Floats, *, shape: tuple[int, int]) -> csr_array:
    """Build a sparse matrix that keeps the least of several entries at one place.

    Parameters
    ----------
    tails, heads : array of int, shape (k,)
        Rows and columns.
    cost : array of float, shape (k,)
        Entries; a zero is kept as an entry.
    shape : (int, int)
        Rows and columns of the matrix.

    Returns
    -------
    csr_array
        The matrix, columns sorted in each row.

    Notes
    -----
    scipy adds up entries that share a place; two parallel streets of 5 and 7 minutes would become one of 12.
    """
    order = np.lexsort((cost, heads, tails))
    tails, heads, cost = tails[order], heads[order], cost[order]
    fresh = np.ones(len(tails), bool)
    fresh[1:] = (tails[1:] != tails[:-1]) | (heads[1:] != heads[:-1])
    starts = np.concatenate([[0], np.cumsum(np.bincount(tails[fresh], minlength=shape[0]))])
    return csr_array((cost[fresh], heads[fresh], starts), shape=shape)
