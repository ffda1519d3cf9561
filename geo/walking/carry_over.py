"""What the sweeps of an earlier run tell of a town whose streets or facilities were edited."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.streets.graph import Graph

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Names = npt.NDArray[np.object_]


def same_nodes(before: Graph, *, after: Graph) -> Ints:
    """Find the nodes of one graph in another.

    Parameters
    ----------
    before, after : Graph
        The graphs.

    Returns
    -------
    array of int, shape (nodes of ``after``,)
        Node of ``before`` at the same place on the same kind of way; -1 where there is none, or more than one.
    """
    keys = [_keys(graph) for graph in (before, after)]
    known = keys[0].drop_duplicates(keep=False)
    alone = keys[1].drop_duplicates(keep=False)
    pairs = alone.reset_index().merge(known.reset_index(), on=list(known.columns), suffixes=("_after", "_before"))
    found = np.full(len(after.xy), -1, np.int64)
    found[pairs["index_after"]] = pairs["index_before"]
    return found


def _keys(graph: Graph) -> pd.DataFrame:
    """Return what tells nodes apart: the millimetre they stand at, way out or in, and the estate of private ways."""
    n, inner = len(graph.network.x), len(graph.inner_key)
    ground = graph.inner_key % (graph.grounds + 1)
    millimetres = np.rint(graph.xy * 1000).astype(np.int64)
    return pd.DataFrame(
        {
            "x": millimetres[:, 0],
            "y": millimetres[:, 1],
            "layer": np.repeat([0, 1, 2], [n, inner, inner]),
            "ground": np.concatenate([np.zeros(n, np.int64), ground, ground]),
        }
    )


def carry_ranks(rank: Floats, *, counts: tuple[int, int], targets: tuple[Names, Names], node: Ints) -> Floats:
    """Write the ranks of an earlier run for the nodes and targets of another.

    Parameters
    ----------
    rank : array of float, shape (g, nodes before)
        As in :class:`geo.walking.walk_times.Nearest`.
    counts : (int, int)
        What the ranks count targets by, before and after.
    targets : (array of str, array of str)
        Identifiers of the targets, before and after.
    node : array of int, shape (nodes after,)
        As :func:`same_nodes` returns it.

    Returns
    -------
    array of float, shape (g, nodes after)
        The ranks, infinite for nodes that are new and where the target is gone.
    """
    row = pd.Index(targets[1]).get_indexer(targets[0]).astype(np.float64)
    row[row < 0] = np.inf
    reached = np.isfinite(rank)
    cost, target = np.divmod(np.where(reached, rank, 0), counts[0])
    if not len(row):
        return np.full((len(rank), len(node)), np.inf)
    carried = np.where(reached, cost * counts[1] + row[target.astype(np.int64)], np.inf)
    return np.where(node >= 0, carried[:, node], np.inf)
