"""The graph that walks are found on: the public ways, and the private ones on the way out and on the way in."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from geo.streets.network import NOBODY, Network

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Pace:
    """Hold the pace of a walking profile.

    Parameters
    ----------
    us_per_mm : float
        Microseconds for a millimetre on the level: 15 min for 1,000 m is 900.
    steps : float
        How many times slower a metre of steps is, infinite when steps are not walked.
    slope : bool
        Whether slopes slow it down.
    max_grade : float
        Steepest way that is walked, 0..1 and beyond.
    """

    us_per_mm: float
    steps: float
    slope: bool = True
    max_grade: float = np.inf


@dataclass(frozen=True)
class Graph:
    """Hold the arcs of a network, one for each direction that an edge is walked in.

    A private way carries no through traffic. It therefore stands in the graph twice: once on the way out, which ends
    where it meets a public way, and once on the way in, which never leads back to one. The private ways of two estates
    do not meet, neither on the way out nor on the way in.

    Parameters
    ----------
    network : Network
        The network; its nodes are the first of the graph.
    xy : array of float, shape (n, 2)
        Nodes, metres.
    tail, head : array of int, shape (a,)
        Nodes that each arc leads from and to.
    edge : array of int, shape (a,)
        Row of the network's edge that the arc is, -1 where it changes between public and private ways at one place.
    ahead : array of bool, shape (a,)
        Whether it is walked from u to v.
    inner_key : array of int, shape (k,)
        Nodes of private ways as ``node * (estates + 1) + ground + 1``, sorted; the i-th of them is node
        ``len(network.x) + i`` on the way out, and ``len(network.x) + k + i`` on the way in.
    grounds : int
        Number of estates that private ways may lie in.
    """

    network: Network
    xy: Floats
    tail: Ints
    head: Ints
    edge: Ints
    ahead: Bools
    inner_key: Ints
    grounds: int

    def leaving(self, node: Ints, *, private: Bools, ground: Ints) -> Ints:
        """Return the nodes at which walks begin that leave through nodes of the network, on ways of this kind."""
        return self._at(node, private, ground, 0)

    def arriving(self, node: Ints, *, private: Bools, ground: Ints) -> Ints:
        """Return the nodes at which walks end that arrive through nodes of the network, on ways of this kind."""
        return self._at(node, private, ground, len(self.inner_key))

    def _at(self, node: Ints, private: Bools, ground: Ints, layer: int) -> Ints:
        place = len(self.network.x) + layer + np.searchsorted(self.inner_key, _key(node, ground, self.grounds))
        return np.where(private, place, node)


def build_graph(network: Network) -> Graph:
    """Build the graph of a network.

    Parameters
    ----------
    network : Network
        The network, with all points inserted that walks begin and end at.

    Returns
    -------
    Graph
        The graph.
    """
    grounds = int(network.ground.max(initial=NOBODY)) + 1
    public, private = np.flatnonzero(~network.private), np.flatnonzero(network.private)
    keys = [_key(end[private], network.ground[private], grounds) for end in (network.u, network.v)]
    inner = np.unique(np.concatenate(keys))
    u, v = (len(network.x) + np.searchsorted(inner, key) for key in keys)
    rows = np.concatenate([public, private, private])
    first = np.concatenate([network.u[public], u, u + len(inner)])
    second = np.concatenate([network.v[public], v, v + len(inner)])
    there, back = network.forward[rows], network.backward[rows]
    joints = _joints(inner, network, public, grounds)
    node, still = np.concatenate([np.arange(len(network.x)), *[inner // (grounds + 1)] * 2]), len(joints[0])
    return Graph(
        network=network,
        xy=np.column_stack([network.x[node], network.y[node]]),
        tail=np.concatenate([first[there], second[back], joints[0]]),
        head=np.concatenate([second[there], first[back], joints[1]]),
        edge=np.concatenate([rows[there], rows[back], np.full(still, -1, np.int64)]),
        ahead=np.concatenate([np.ones(there.sum(), bool), np.zeros(back.sum(), bool), np.ones(still, bool)]),
        inner_key=inner,
        grounds=grounds,
    )


def _key(node: Ints, ground: Ints, grounds: int) -> Ints:
    return node * (grounds + 1) + ground + 1


def _joints(inner: Ints, network: Network, public: Ints, grounds: int) -> tuple[Ints, Ints]:
    """Join the layers: out to the public ways, from them in, straight in from out, and grounds to what is nobody's."""
    n, k = len(network.x), len(inner)
    node, ground = np.divmod(inner, grounds + 1)
    out, into = n + np.arange(k), n + k + np.arange(k)
    open_to = np.isin(node, np.union1d(network.u[public], network.v[public]))
    common = np.searchsorted(inner, node * (grounds + 1))
    beside = np.flatnonzero((ground > 0) & (inner[np.minimum(common, k - 1)] == node * (grounds + 1)))
    tails = [out[open_to], node[open_to], out, out[beside], into[common[beside]]]
    heads = [node[open_to], into[open_to], into, out[common[beside]], into[beside]]
    return np.concatenate(tails), np.concatenate(heads)


def arc_costs(graph: Graph, *, pace: Pace) -> Floats:
    """Work out what each arc costs.

    Parameters
    ----------
    graph : Graph
        The graph.
    pace : Pace
        The pace.

    Returns
    -------
    array of float that holds integers, shape (a,)
        Microseconds, at least 1 for an arc on an edge; infinite where it is not walked at this pace.
    """
    network, on_edge = graph.network, graph.edge >= 0
    edge = np.where(on_edge, graph.edge, 0)
    if not len(network.u):
        return np.zeros(len(graph.tail))
    factor = np.where(network.steps[edge], pace.steps, 1.0)
    if pace.slope:
        factor = factor * np.where(graph.ahead, network.slope_ahead[edge], network.slope_back[edge])
    cost = np.maximum(np.rint(network.length_mm[edge] * (factor * pace.us_per_mm)), 1.0)
    cost = np.where(network.grade_max[edge] > pace.max_grade, np.inf, cost)
    return np.where(on_edge, cost, 0.0)


def cost_matrix(graph: Graph, *, pace: Pace) -> csr_array:
    """Build the matrix of walking costs.

    Parameters
    ----------
    graph : Graph
        The graph.
    pace : Pace
        The pace.

    Returns
    -------
    csr_array of float64 that holds integers, shape (n, n)
        Entry (i, j): microseconds from node i to node j over the cheapest arc between them.
    """
    cost = arc_costs(graph, pace=pace)
    walked = np.isfinite(cost)
    return sparse_minimum(graph.tail[walked], graph.head[walked], cost[walked], shape=(len(graph.xy),) * 2)


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
    key = tails * shape[1] + heads
    order = np.argsort(key)
    first = np.flatnonzero(np.append(True, np.diff(key[order]) != 0)) if len(key) else key
    least = np.minimum.reduceat(cost[order], first) if len(key) else cost
    tail, head = np.divmod(key[order][first], max(shape[1], 1))
    starts = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=shape[0]))])
    return csr_array((least, head, starts), shape=shape)
