"""Walking costs over the network: nearest facility of each service, and all pairs within a limit."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geo.network import sparse_minimum

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

TILE_M = 1_200.0
SOURCES_AT_ONCE = 128
# Whole millimetres and microseconds make a walk up to about 1 mm an edge shorter than its straight line.
ROUNDING_M = 2.0


@dataclass(frozen=True)
class Doors:
    """Hold the nodes through which owners meet the network, one entry per access point, sorted by owner.

    Parameters
    ----------
    owner : array of int, shape (k,)
        Row of the owner, ascending.
    node : array of int, shape (k,)
        Node of the network.
    cost_us : array of int, shape (k,)
        Cost of the connector between them.
    count : int
        Number of owners, also of those without an entry.
    """

    owner: Ints
    node: Ints
    cost_us: Ints
    count: int


@dataclass(frozen=True)
class Pairs:
    """Hold the pairs of owners within a limit, sorted by origin and target.

    Parameters
    ----------
    origin, target : array of int, shape (k,)
        Rows of the owners.
    cost_us : array of int, shape (k,)
        Cost of the cheapest walk, both connectors included.
    """

    origin: Ints
    target: Ints
    cost_us: Ints


def nearest_targets(matrix: csr_array, *, origins: Doors, targets: Doors, groups: Ints) -> tuple[Floats, Ints]:
    """Find, for each origin, the nearest target of each group, by one reversed sweep per group.

    Parameters
    ----------
    matrix : csr_array, shape (n, n)
        Microseconds from node to node.
    origins, targets : Doors
        Where the owners meet the network.
    groups : array of int, shape (targets.count,)
        Group of each target, 0..g-1.

    Returns
    -------
    array of float, shape (origins.count, g)
        Microseconds to the nearest target, infinite when there is none.
    array of int, shape (origins.count, g)
        Row of that target, -1 when there is none. Of two equally near ones it is the first.
    """
    # Of equal costs the first target counts: a sweep over cost * count + row settles both at once, exact below 2**53.
    count = max(targets.count, 1)
    ranked = Doors(targets.owner, targets.node, targets.cost_us * count + targets.owner, targets.count)
    n = matrix.shape[0]
    back = _with_sources(matrix.T.tocsr() * count, ranked)
    group_count = int(groups.max()) + 1 if len(groups) else 0
    cost = np.full((origins.count, group_count), np.inf)
    which = np.full((origins.count, group_count), -1, np.int64)
    reachable = np.zeros(targets.count, bool)
    reachable[targets.owner] = True
    for group in range(group_count):
        sources = n + np.flatnonzero((groups == group) & reachable)
        if len(sources) and len(origins.node):
            swept = dijkstra(back, indices=sources, min_only=True)
            best = _best_door(origins, swept, count)
            reached = np.isfinite(best)
            cost[reached, group], which[reached, group] = np.divmod(best[reached], count)
    return cost, which


def _with_sources(matrix: csr_array, doors: Doors) -> csr_array:
    """Append one row per owner that leads, one way, to its doors; no walk leads through an owner."""
    n = matrix.shape[0]
    links = sparse_minimum(doors.owner, doors.node, doors.cost_us.astype(np.float64), shape=(doors.count, n))
    indptr = np.concatenate([matrix.indptr, matrix.indptr[-1] + links.indptr[1:]])
    data = np.concatenate([matrix.data, links.data])
    indices = np.concatenate([matrix.indices, links.indices])
    return csr_array((data, indices, indptr), shape=(n + doors.count, n + doors.count))


def _best_door(origins: Doors, swept: Floats, count: int) -> Floats:
    """Take the least over the doors of each origin."""
    best = np.full(origins.count, np.inf)
    np.minimum.at(best, origins.owner, swept[origins.node] + origins.cost_us * float(count))
    return best


def pairs_within(
    matrix: csr_array, *, xy: Floats, origins: Doors, targets: Doors, limit_us: float, metres_per_us: float
) -> Pairs:
    """Find all pairs of an origin and a target whose walk stays within a limit.

    Parameters
    ----------
    matrix : csr_array, shape (n, n)
        Microseconds from node to node.
    xy : array of float, shape (n, 2)
        Nodes, metres.
    origins, targets : Doors
        Where the owners meet the network.
    limit_us : float
        The limit; a walk of exactly the limit is within.
    metres_per_us : float
        Greatest speed of a walk: no walk within the limit leaves the circle of ``limit_us * metres_per_us``.

    Returns
    -------
    Pairs
        The pairs.

    Notes
    -----
    Origins are swept tile by tile on the part of the network around the tile, so that no array is ever as wide as the
    network of a whole city.
    """
    found: list[tuple[Ints, Ints, Floats]] = [_no_pairs()]
    reach_m = limit_us * metres_per_us + ROUNDING_M
    first = (
        np.flatnonzero(np.append(True, origins.owner[1:] != origins.owner[:-1]))
        if len(origins.owner)
        else origins.owner
    )
    tile = np.floor(xy[origins.node[first]] / TILE_M)
    _, label = np.unique(tile, axis=0, return_inverse=True)
    order = np.argsort(label.reshape(-1), kind="stable")
    for members in np.split(origins.owner[first][order], np.flatnonzero(np.diff(label.reshape(-1)[order])) + 1):
        parts = np.array_split(members, -(-len(members) // SOURCES_AT_ONCE) or 1)
        found += [_sweep_tile(matrix, xy, _only(origins, part), targets, (limit_us, reach_m)) for part in parts]
    origin, target, cost = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.lexsort((target, origin))
    return Pairs(origin[order], target[order], cost[order].astype(np.int64))


def _no_pairs() -> tuple[Ints, Ints, Floats]:
    return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)


def _only(doors: Doors, owners: Ints) -> Doors:
    keep = np.isin(doors.owner, owners)
    return Doors(doors.owner[keep], doors.node[keep], doors.cost_us[keep], doors.count)


def _sweep_tile(
    matrix: csr_array, xy: Floats, origins: Doors, targets: Doors, limits: tuple[float, float]
) -> tuple[Ints, Ints, Floats]:
    """Sweep from a few origins over the nodes in reach of them."""
    limit_us, reach_m = limits
    if not len(origins.owner):
        return _no_pairs()
    corner = xy[origins.node]
    inside = ((xy >= corner.min(axis=0) - reach_m) & (xy <= corner.max(axis=0) + reach_m)).all(axis=1)
    nodes = np.flatnonzero(inside)
    near = np.flatnonzero(inside[targets.node])
    if not len(near):
        return _no_pairs()
    owners, row = np.unique(origins.owner, return_inverse=True)
    local = Doors(row, np.searchsorted(nodes, origins.node), origins.cost_us, len(owners))
    graph = _with_sources(matrix[nodes][:, nodes], local)
    swept = dijkstra(graph, indices=len(nodes) + np.arange(len(owners)), limit=limit_us)
    total = swept[:, np.searchsorted(nodes, targets.node[near])] + targets.cost_us[near]
    starts = np.flatnonzero(np.append(True, np.diff(targets.owner[near]) != 0))
    best = np.minimum.reduceat(total, starts, axis=1)
    at, to = np.nonzero(best <= limit_us)
    return owners[at], targets.owner[near][starts][to], best[at, to]
