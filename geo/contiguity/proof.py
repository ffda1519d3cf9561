"""Prove the clusters of a small piece best: list every possible cluster and choose among them exactly."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csc_array

from geo.contiguity.growth import cluster_value
from geo.contiguity.town import Bits, ClusterLimits, Piece, units_of

MOST_CANDIDATES = 1_500
MOST_LOOKED_AT = 20_000
# Roots come in order and later ones have fewer sets, so a start that foretells so many times too many ends the listing.
_SURE_AFTER = 2_000
_HOPELESS = 4
# Households, size and number of clusters are settled exactly, one after the other.
_LEVELS = 3
# A piece that is not settled within so many branches is left to searching.
_MOST_NODES = 50


def prove(piece: Piece, *, limits: ClusterLimits, found: Sequence[Bits] = ()) -> list[Bits] | None:
    """Choose the best clusters of a piece exactly.

    Parameters
    ----------
    piece : Piece
        The piece of the town.
    limits : ClusterLimits
        What a cluster must keep to.
    found : sequence of Bits
        Disjoint clusters that keep to the limits; where they hold every unit, their number alone can be surpassed.

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
    everyone = sum(cluster.bit_count() for cluster in found) == len(piece)
    chosen = _pack(_membership(piece, candidates), values[:, -1:] if everyone else values, least=int(everyone))
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
        stack = [_Set(1 << root, piece.size[root], piece.estates[root], piece.beside[root] & later, later)]
        while stack:
            one = stack.pop()
            looked_at += 1
            if looked_at > MOST_LOOKED_AT or len(found) > MOST_CANDIDATES:
                return None
            if one.size >= limits.floor and one.estates >= limits.least_estates:
                found.append(one.units)
            stack.extend(_larger(piece, one, limits))
        if looked_at > _SURE_AFTER and looked_at * len(piece) > _HOPELESS * MOST_LOOKED_AT * (root + 1):
            return None
    return found


class _Set(NamedTuple):
    """Hold connected units, and what may still be added to them."""

    units: Bits
    size: int
    estates: int
    ahead: Bits
    allowed: Bits


def _larger(piece: Piece, one: _Set, limits: ClusterLimits) -> list[_Set]:
    """Add each neighbour in turn; one that was added before its siblings is not added below them again."""
    allowed, larger = one.allowed, []
    for unit in units_of(one.ahead):
        bit = 1 << unit
        allowed &= ~bit
        size = one.size + piece.size[unit]
        if size > limits.most:
            continue
        within = allowed & piece.reach[unit]
        ahead = (one.ahead | piece.beside[unit]) & within
        larger.append(_Set(one.units | bit, size, one.estates + piece.estates[unit], ahead, within))
    return larger


def _membership(piece: Piece, candidates: Sequence[Bits]) -> csc_array:
    pairs = [(unit, column) for column, cluster in enumerate(candidates) for unit in units_of(cluster)]
    unit, column = np.array(pairs, np.int64).T
    shape = (len(piece), len(candidates))
    return coo_array((np.ones(len(pairs)), (unit, column)), shape=shape).tocsc()


def _pack(membership: csc_array, values: np.ndarray, *, least: int) -> list[int] | None:
    """Choose disjoint columns, best in the first value, of these in the second, and so on; None when not solved."""
    once = LinearConstraint(membership, least, 1)
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
