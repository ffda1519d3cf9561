"""Walking costs over the network: nearest facility of each service, and all pairs within a limit."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geo.streets.graph import sparse_minimum
from geo.streets.sub_graphs import Atlas, make_atlas, ranges
from geo.walking.repair import mend

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

TILE_M = 2_400.0
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


@dataclass(frozen=True)
class Nearest:
    """Hold the nearest target of each group.

    Parameters
    ----------
    cost_us : array of float, shape (origins, g)
        Microseconds to the nearest target, infinite when there is none.
    target : array of int, shape (origins, g)
        Row of that target, -1 when there is none. Of two equally near ones it is the first.
    door : array of int, shape (origins, g)
        Entry of the origins' doors that the walk leaves by, -1 when there is none.
    rank : array of float, shape (g, n)
        For each node its cost times the number of targets, plus the row of the target; infinite when there is none.
    arrived : array of bool, shape (g, n)
        Whether the way to the target leaves the network at this node.
    count : int
        Number of targets.
    forward, back : csr_array, shape (n, n)
        The graph and its reverse, which was swept, in the unit of ``rank``.
    """

    cost_us: Floats
    target: Ints
    door: Ints
    rank: Floats
    arrived: npt.NDArray[np.bool_]
    count: int
    forward: csr_array
    back: csr_array


def potentials(nearest: Nearest) -> Floats:
    """Return what it costs from each node to the nearest target of each group.

    Parameters
    ----------
    nearest : Nearest
        The sweeps.

    Returns
    -------
    array of float, shape (g, n)
        Microseconds, infinite where no target is reached.
    """
    reached = np.isfinite(nearest.rank)
    cost = np.floor_divide(np.where(reached, nearest.rank, 0), nearest.count)
    return np.where(reached, cost, np.inf)


def nearest_targets(
    matrix: csr_array, *, origins: Doors, targets: Doors, groups: Ints, bounds: Floats | None = None
) -> Nearest:
    """Find, for each origin, the nearest target of each group, by one reversed sweep per group.

    Parameters
    ----------
    matrix : csr_array, shape (n, n)
        Microseconds from node to node.
    origins, targets : Doors
        Where the owners meet the network.
    groups : array of int, shape (targets.count,)
        Group of each target, 0..g-1; a target of group -1 takes no part.
    bounds : array of float, shape (g, n), optional
        Ranks of an earlier run, infinite where nothing is known; where they can be mended nothing is swept anew.

    Returns
    -------
    Nearest
        Costs, targets and what leads to them; circles of arcs that cost nothing are not allowed.
    """
    # Of equal costs the first target counts: a sweep over cost * count + row settles both at once, exact below 2**53.
    count, n = max(targets.count, 1), matrix.shape[0]
    ranked = Doors(targets.owner, targets.node, targets.cost_us * count + targets.owner, targets.count)
    forward = matrix * count
    back = forward.T.tocsr()
    swept_on = _with_sources(back, ranked)
    group_count = int(groups.max(initial=-1)) + 1
    rank = np.full((group_count, n), np.inf)
    arrived = np.zeros((group_count, n), bool)
    reachable = np.zeros(targets.count, bool)
    reachable[targets.owner] = True
    for group in range(group_count):
        mine = (groups == group) & reachable
        if not mine.any():
            continue
        at_doors = _at_doors(ranked, mine, n)
        mended = None if bounds is None else mend(forward, back=back, bound=bounds[group], least=at_doors)
        swept = dijkstra(swept_on, indices=n + np.flatnonzero(mine), min_only=True)[:n] if mended is None else mended
        rank[group], arrived[group] = swept, np.isfinite(at_doors) & (swept == at_doors)
    return Nearest(*_from_origins(origins, rank, count), rank, arrived, count, forward, back)


def _at_doors(ranked: Doors, mine: npt.NDArray[np.bool_], n: int) -> Floats:
    """Return the rank of the best of some targets at each node, infinite where none has a door."""
    least = np.full(n, np.inf)
    chosen = mine[ranked.owner]
    np.minimum.at(least, ranked.node[chosen], ranked.cost_us[chosen].astype(np.float64))
    return least


def _from_origins(origins: Doors, rank: Floats, count: int) -> tuple[Floats, Ints, Ints]:
    """Take the best door of each origin: return cost, target and door."""
    cost = np.full((origins.count, len(rank)), np.inf)
    which, door = np.full(cost.shape, -1, np.int64), np.full(cost.shape, -1, np.int64)
    if len(origins.node):
        first = np.flatnonzero(np.append(True, origins.owner[1:] != origins.owner[:-1]))
        owners = origins.owner[first]
        through = rank[:, origins.node] + origins.cost_us * float(count)
        best = np.minimum.reduceat(through, first, axis=1)
        entry = np.where(through == np.repeat(best, np.diff(np.append(first, len(origins.owner))), axis=1),
                         np.arange(len(origins.owner)), len(origins.owner))  # fmt: skip
        leaves = np.minimum.reduceat(entry, first, axis=1)
        reached = np.isfinite(best)
        divided = np.divmod(np.where(reached, best, 0), count)
        cost[owners] = np.where(reached, divided[0], np.inf).T
        which[owners] = np.where(reached, divided[1], -1).astype(np.int64).T
        door[owners] = np.where(reached, leaves, -1).T
    return cost, which, door


def _with_sources(matrix: csr_array, doors: Doors) -> csr_array:
    """Append one row per owner that leads, one way, to its doors; no walk leads through an owner."""
    n = matrix.shape[0]
    links = sparse_minimum(doors.owner, doors.node, doors.cost_us.astype(np.float64), shape=(doors.count, n))
    indptr = np.concatenate([matrix.indptr, matrix.indptr[-1] + links.indptr[1:]])
    data = np.concatenate([matrix.data, links.data])
    indices = np.concatenate([matrix.indices, links.indices])
    return csr_array((data, indices, indptr), shape=(n + doors.count, n + doors.count))


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
    atlas = make_atlas(_with_sources(matrix, origins), xy=xy)
    place = np.full(atlas.graph.shape[0], -1, np.int32)
    limits = limit_us, limit_us * metres_per_us + ROUNDING_M
    found = [
        _no_pairs(),
        *(_sweep_tile(atlas, place, (origins, targets), part, limits) for part in _tiles(xy, origins)),
    ]
    origin, target, cost = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.argsort(origin * max(targets.count, 1) + target)
    return Pairs(origin[order], target[order], cost[order].astype(np.int64))


def _no_pairs() -> tuple[Ints, Ints, Floats]:
    return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)


def _tiles(xy: Floats, doors: Doors) -> list[Ints]:
    """Return the entries of the doors tile by tile, those of an owner together in the tile of the first."""
    if not len(doors.owner):
        return []
    first = np.flatnonzero(np.append(True, doors.owner[1:] != doors.owner[:-1]))
    counts = np.diff(np.append(first, len(doors.owner)))
    tile = np.floor(xy[doors.node[first]] / TILE_M)
    _, label = np.unique(tile, axis=0, return_inverse=True)
    order = np.argsort(label.reshape(-1), kind="stable")
    tiles = np.split(order, np.flatnonzero(np.diff(label.reshape(-1)[order])) + 1)
    parts = [part for owners in tiles for part in np.array_split(owners, -(-len(owners) // SOURCES_AT_ONCE))]
    return [ranges(first[part], counts[part]) for part in parts]


def _sweep_tile(
    atlas: Atlas, place: npt.NDArray[np.int32], doors: tuple[Doors, Doors], part: Ints, limits: tuple[float, float]
) -> tuple[Ints, Ints, Floats]:
    """Sweep from a few origins over the nodes in reach of them; ``place`` is scratch that is left as it was."""
    (origins, targets), (limit_us, reach_m) = doors, limits
    n = len(atlas.order)
    corner = atlas.xy[origins.node[part]]
    nodes = atlas.inside(corner.min(axis=0) - reach_m, corner.max(axis=0) + reach_m)
    owners = np.unique(origins.owner[part])
    rows = np.concatenate([nodes, n + owners])
    place[rows] = np.arange(len(rows))
    local, at_target = atlas.cut(rows, place=place), place[targets.node]
    place[rows] = -1
    near = np.flatnonzero(at_target >= 0)
    if not len(near):
        return _no_pairs()
    swept = dijkstra(local, indices=np.arange(len(nodes), len(rows)), limit=limit_us)
    total = swept[:, at_target[near]] + targets.cost_us[near]
    starts = np.flatnonzero(np.append(True, np.diff(targets.owner[near]) != 0))
    best = np.minimum.reduceat(total, starts, axis=1)
    at, to = np.nonzero(best <= limit_us)
    return owners[at], targets.owner[near][starts][to], best[at, to]
