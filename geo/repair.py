"""Sweeps repaired after ways were opened, instead of made anew."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from geo.sub_graphs import ranges

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


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
