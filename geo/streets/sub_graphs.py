"""Parts of a large graph, cut out in the time that the part takes and not the whole."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Atlas:
    """Hold a graph whose first nodes lie on the plane, ready to cut parts out of it.

    Parameters
    ----------
    graph : csr_array, shape (m, m)
        The graph.
    xy : array of float, shape (n, 2)
        Where its first nodes lie.
    order : array of int, shape (n,)
        These nodes from west to east.
    x, y : array of float, shape (n,)
        Where they lie, in that order.
    """

    graph: csr_array
    xy: Floats
    order: Ints
    x: Floats
    y: Floats

    def inside(self, low: Floats, high: Floats) -> Ints:
        """Return the nodes in a box, its edges included."""
        west = np.searchsorted(self.x, low[0], side="left")
        east = np.searchsorted(self.x, high[0], side="right")
        strip = self.y[west:east]
        inside: Ints = self.order[west:east][(strip >= low[1]) & (strip <= high[1])]
        return inside

    def cut(self, rows: Ints, *, place: npt.NDArray[np.int32]) -> csr_array:
        """Return the part of the graph between some nodes; ``place`` holds the row of each in it, -1 for all others."""
        first = self.graph.indptr[rows].astype(np.int64)
        counts = self.graph.indptr[rows + 1] - first
        entry = ranges(first, counts)
        heads = place[self.graph.indices[entry]]
        keep = heads >= 0
        kept = np.concatenate([[0], np.cumsum(keep)])
        indptr = kept[np.concatenate([[0], np.cumsum(counts)])].astype(np.int32)
        return csr_array((self.graph.data[entry[keep]], heads[keep], indptr), shape=(len(rows), len(rows)))


def make_atlas(graph: csr_array, *, xy: Floats) -> Atlas:
    """Prepare a graph for cutting.

    Parameters
    ----------
    graph : csr_array, shape (m, m)
        The graph.
    xy : array of float, shape (n, 2)
        Where its first n nodes lie.

    Returns
    -------
    Atlas
        The graph with its nodes in order.
    """
    order = np.argsort(xy[:, 0], kind="stable")
    return Atlas(graph, xy, order, xy[order, 0], xy[order, 1])


def ranges(starts: Ints, counts: Ints) -> Ints:
    """Return the whole numbers of several ranges, one range after the other."""
    stops = np.cumsum(counts)
    total = int(stops[-1]) if len(stops) else 0
    spread: Ints = np.repeat(starts - stops + counts, counts) + np.arange(total)
    return spread
