"""Sweeps repaired after ways were opened, instead of made anew."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from geo.streets.sub_graphs import ranges

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

# Where more than this share of the arcs is out of date a new sweep is less work.
MOST_CHANGED = 0.05


@dataclass(frozen=True)
class NewArcs:
    """Hold arcs that are opened; all arrays have one entry per arc.

    Parameters
    ----------
    tail, head : array of int
        Nodes that each arc leads from and to.
    cost : array of float
        Cost, in the unit of the sweep.
    """

    tail: Ints
    head: Ints
    cost: Floats


@dataclass(frozen=True)
class Repaired:
    """Hold what became cheaper; all arrays have one entry per group and node that did.

    Parameters
    ----------
    group, node : array of int
        Which, sorted by both.
    cost : array of float
        The cost now.
    """

    group: Ints
    node: Ints
    cost: Floats


def repair(back: csr_array, *, cost: Floats, arcs: NewArcs) -> Repaired:
    """Repair sweeps after arcs were opened: only what becomes cheaper is walked again.

    Parameters
    ----------
    back : csr_array, shape (n, n)
        The reversed graph, without the new arcs: entry (i, j) is what the arc from j to i costs.
    cost : array of float, shape (g, n)
        For each group the cost from each node to its nearest target, infinite where none is reached. It is written to
        while the repair runs, and is as it was afterwards.
    arcs : NewArcs
        The new arcs.

    Returns
    -------
    Repaired
        The same that full sweeps over the graph with the new arcs give for these nodes; all others stay.

    Notes
    -----
    Labels are corrected round by round from the new arcs outwards. Costs only sink, and a node is looked at again only
    when its own cost sank, so the work grows with what changes and not with the town.
    """
    group_count, n = cost.shape
    flat = cost.reshape(-1)
    shift = np.arange(group_count)[:, None] * n
    tails, heads = (shift + arcs.tail).reshape(-1), (shift + arcs.head).reshape(-1)
    price = np.tile(arcs.cost, group_count)
    undo: list[tuple[Ints, Floats]] = []
    place, offer = tails, flat[heads] + price
    while len(place := _sink(flat, place, offer, undo)):
        first = back.indptr[place % n].astype(np.int64)
        counts = back.indptr[place % n + 1] - first
        entry = ranges(first, counts)
        onward = np.repeat(place - place % n, counts) + back.indices[entry]
        onward_offer = np.repeat(flat[place], counts) + back.data[entry]
        place, offer = np.concatenate([tails, onward]), np.concatenate([flat[heads] + price, onward_offer])
    touched = np.unique(np.concatenate([rows for rows, _ in undo])) if undo else tails[:0]
    now = flat[touched].copy()
    for rows, before in reversed(undo):
        flat[rows] = before
    return Repaired(*np.divmod(touched, n), now)


def _sink(flat: Floats, place: Ints, offer: Floats, undo: list[tuple[Ints, Floats]]) -> Ints:
    """Take the offers that are lower than what stands there; return where, and note what stood there."""
    better = np.flatnonzero(offer < flat[place])
    order = better[np.lexsort((offer[better], place[better]))]
    place, offer = place[order], offer[order]
    first = np.append(True, place[1:] != place[:-1])[: len(place)]
    place = place[first]
    undo.append((place, flat[place]))
    flat[place] = offer[first]
    return place


def mend(forward: csr_array, *, back: csr_array, bound: Floats, least: Floats) -> Floats | None:
    """Bring the sweep of another time up to date, where that is less work than a new one.

    Parameters
    ----------
    forward, back : csr_array, shape (n, n)
        The graph and its reverse.
    bound : array of float, shape (n,)
        What each node cost then, infinite where nothing is known of it.
    least : array of float, shape (n,)
        What the targets at each node cost, infinite where there is none.

    Returns
    -------
    array of float, shape (n,) or None
        The same as a new sweep; None when ways or targets are gone that walks took, or when too much has changed.

    Notes
    -----
    Costs are right when each is the least of its own targets and of every arc onward, as long as no circle costs
    nothing; this is checked at every node, so that a bound which was too low is never kept.
    """
    cost = np.minimum(bound, least)
    tail = np.repeat(np.arange(len(cost)), np.diff(forward.indptr))
    cheaper = np.flatnonzero(forward.data + cost[forward.indices] < cost[tail])
    if len(cheaper) > MOST_CHANGED * len(tail):
        return None
    arcs = NewArcs(tail[cheaper], forward.indices[cheaper].astype(np.int64), forward.data[cheaper])
    found = repair(back, cost=cost[None], arcs=arcs)
    cost[found.node] = found.cost
    return cost if np.array_equal(np.minimum(_onward(forward, cost), least), cost) else None


def _onward(forward: csr_array, cost: Floats) -> Floats:
    """Return the least cost over the arcs of each node."""
    offer = np.append(forward.data + cost[forward.indices], np.inf)
    best: Floats = np.minimum.reduceat(offer, np.minimum(forward.indptr[:-1], len(offer) - 1))
    best[np.diff(forward.indptr) == 0] = np.inf
    return best
