"""Prove the clusters of a small piece best: list every possible cluster and choose among them exactly."""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csc_array

from geo.contiguity.growth import cluster_value
from geo.contiguity.town import Bits, ClusterLimits, Piece, units_of

MOST_CANDIDATES = 1_500
MOST_LOOKED_AT = 20_000
# Households, size and number of clusters are settled exactly, one after the other.
_LEVELS = 3
# A piece that is not settled within so many branches is left to searching.
_MOST_NODES = 50


def prove(piece: Piece, *, limits: ClusterLimits) -> list[Bits] | None:
    """Choose the best clusters of a piece exactly.

    Parameters
    ----------
    piece : Piece
        The piece of the town.
    limits : ClusterLimits
        What a cluster must keep to.

    Returns
    -------
    list of Bits or None
        Clusters that no other choice surpasses in households, then size, then number; None when there are too many
        possible clusters to list, or to choose among.

    Notes
    -----
    Choosing disjoint sets out of a list is set packing, solved by HiGHS once for each aim with the earlier ones kept.
    """
    candidates = possible_clusters(piece, limits=limits)
    if candidates is None:
        return None
    if not candidates:
        return []
    values = np.array([cluster_value(piece, cluster)[:_LEVELS] for cluster in candidates], float)
    chosen = _pack(_membership(piece, candidates), values)
    return None if chosen is None else [candidates[number] for number in chosen]


def possible_clusters(piece: Piece, *, limits: ClusterLimits) -> list[Bits] | None:
    """List every set of units that keeps to the limits.

    Parameters
    ----------
    piece : Piece
        The piece of the town.
    limits : ClusterLimits
        What a cluster must keep to.

    Returns
    -------
    list of Bits or None
        The sets; None when there are too many.
    """
    found: list[Bits] = []
    looked_at = 0
    for root in range(len(piece)):
        later = piece.reach[root] & ~((1 << root + 1) - 1)
        stack = [(1 << root, piece.beside[root] & later, later)]
        while stack:
            cluster, ahead, allowed = stack.pop()
            looked_at += 1
            if looked_at > MOST_LOOKED_AT or len(found) > MOST_CANDIDATES:
                return None
            if _is_enough(piece, cluster, limits):
                found.append(cluster)
            stack.extend(_larger(piece, cluster, ahead, allowed, limits))
    return found


def _is_enough(piece: Piece, cluster: Bits, limits: ClusterLimits) -> bool:
    units = list(units_of(cluster))
    return piece.size_of(units) >= limits.floor and sum(piece.estates[unit] for unit in units) >= limits.least_estates


def _larger(
    piece: Piece, cluster: Bits, ahead: Bits, allowed: Bits, limits: ClusterLimits
) -> list[tuple[Bits, Bits, Bits]]:
    """Add each neighbour in turn; one that was added before its siblings is not added below them again."""
    size = piece.size_of(units_of(cluster))
    larger = []
    for unit in units_of(ahead):
        allowed &= ~(1 << unit)
        if limits.too_large(size + piece.size[unit]):
            continue
        within = allowed & piece.reach[unit]
        larger.append((cluster | 1 << unit, (ahead | piece.beside[unit]) & within, within))
    return larger


def _membership(piece: Piece, candidates: Sequence[Bits]) -> csc_array:
    pairs = [(unit, column) for column, cluster in enumerate(candidates) for unit in units_of(cluster)]
    unit, column = np.array(pairs, np.int64).T
    shape = (len(piece), len(candidates))
    return coo_array((np.ones(len(pairs)), (unit, column)), shape=shape).tocsc()


def _pack(membership: csc_array, values: np.ndarray) -> list[int] | None:
    """Choose disjoint columns, best in the first value, of these in the second, and so on; None when not solved."""
    once = LinearConstraint(membership, -np.inf, 1)
    kept: list[LinearConstraint] = []
    chosen = np.zeros(len(values))
    for level in range(values.shape[1]):
        scale = max(values[:, level].max(), 1.0)
        wanted = values[:, level] / scale
        found = milp(
            -wanted,
            integrality=np.ones(len(values)),
            bounds=Bounds(0, 1),
            constraints=[once, *kept],
            options={"mip_rel_gap": 0, "node_limit": _MOST_NODES},
        )
        if not found.success:
            return None
        chosen = np.round(found.x)
        # Half a whole unit of slack: the figures are whole, the solver's are not quite.
        kept.append(LinearConstraint(wanted[None], wanted @ chosen - 0.5 / scale, np.inf))
    return [int(column) for column in np.flatnonzero(chosen)]
