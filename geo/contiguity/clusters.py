"""Contiguous clusters within a band and within walking reach, how good they are, and why others stand alone."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from geo.contiguity.districts import districts, lift, sub_piece
from geo.contiguity.growth import cluster_value, grow_once, is_whole, total
from geo.contiguity.improvement import improve
from geo.contiguity.proof import prove
from geo.contiguity.standing_alone import why_alone
from geo.contiguity.town import Bits, ClusterLimits, Piece, Town, bits_of, pieces_of, units_of

# So many units are grown over in all rounds together; a piece of the size of a city gets fewer rounds.
_UNITS_IN_ALL_ROUNDS = 16_000
_LEAST_ROUNDS = 2
# Work grows with the square of what is searched at once.
_UNITS_PER_DISTRICT = 1_500
_TURNS = 3


@dataclass(frozen=True)
class Part:
    """Tell of one connected piece of the town how good its clusters are.

    Parameters
    ----------
    units : tuple of int
        Rows of its units.
    size : int
        Their size, in thousandths.
    bound : int
        No more clusters than this are possible: size over floor.
    clusters : int
        How many were found.
    proof : {"none", "whole", "exact", "searched"}
        ``none``: too small for any cluster. ``whole``: every unit is in a cluster and there are as many as the bound,
        so that nothing surpasses it in households, size and number. ``exact``: chosen among all possible clusters.
        ``searched``: found by trying.
    """

    units: tuple[int, ...]
    size: int
    bound: int
    clusters: int
    proof: str


@dataclass(frozen=True)
class Clustering:
    """Hold a set of clusters.

    Parameters
    ----------
    members : tuple of tuple of int
        Rows of the units of each cluster, sorted.
    reasons : mapping of int to str
        Why each other unit is in none.
    parts : tuple of Part
        The connected pieces, in the order of their first units.
    """

    members: tuple[tuple[int, ...], ...]
    reasons: Mapping[int, str]
    parts: tuple[Part, ...]

    @property
    def bound(self) -> int:
        """Return how many clusters are possible at the most."""
        return sum(part.bound for part in self.parts)


def find_clusters(town: Town, *, limits: ClusterLimits) -> Clustering:
    """Propose clusters that hold as many households as possible.

    Parameters
    ----------
    town : Town
        The units that take part.
    limits : ClusterLimits
        What a cluster must keep to.

    Returns
    -------
    Clustering
        Disjoint connected clusters, each within the band and with every two units within reach; the same for the same
        town and limits on any machine. What is wanted, in this order, see :func:`geo.contiguity.growth.cluster_value`.
    """
    pieces = pieces_of(town, limits=limits)
    found = [_clusters_of(piece, limits) for piece in pieces]
    members = [
        tuple(piece.rows[unit] for unit in units_of(cluster))
        for piece, (clusters, _) in zip(pieces, found, strict=True)
        for cluster in clusters
    ]
    parts = [_part(piece, clusters, proof, limits) for piece, (clusters, proof) in zip(pieces, found, strict=True)]
    reasons = {int(row): "above_ceiling" for row in np.flatnonzero([limits.too_large(size) for size in town.size])}
    for piece, (clusters, _) in zip(pieces, found, strict=True):
        alone = why_alone(piece, clusters, limits=limits)
        reasons |= {piece.rows[unit]: why for unit, why in alone.items()}
    return Clustering(tuple(sorted(members)), dict(sorted(reasons.items())), tuple(parts))


def _clusters_of(piece: Piece, limits: ClusterLimits) -> tuple[list[Bits], str]:
    """Return the clusters of a piece and how sure it is that there are no better ones."""
    if sum(piece.size) < limits.floor or sum(piece.estates) < limits.least_estates:
        return [], "none"
    clusters = _search(piece, limits)
    if is_whole(piece, clusters, limits=limits):
        return clusters, "whole"
    exact = prove(piece, limits=limits, found=clusters)
    if exact is None:
        return clusters, "searched"
    return max((clusters, exact), key=lambda choice: _worth(piece, choice)), "exact"


def _search(piece: Piece, limits: ClusterLimits) -> list[Bits]:
    """Grow clusters, and improve them; a large piece is searched district by district, three times over."""
    count = -(-len(piece) // _UNITS_PER_DISTRICT)
    if count == 1:
        return improve(piece, _grown(piece, limits), limits=limits, chance=random.Random(f"{limits.seed}/improve"))
    clusters: list[Bits] = []
    for turn in range(_TURNS):
        chance = random.Random(f"{limits.seed}/district/{turn}")
        parts = districts(piece, clusters, count=count, chance=chance)
        clusters = [cluster for units in parts for cluster in _search_district(piece, units, clusters, limits, chance)]
    return clusters


def _search_district(
    piece: Piece, units: Sequence[int], clusters: Sequence[Bits], limits: ClusterLimits, chance: random.Random
) -> list[Bits]:
    part, ground = sub_piece(piece, units), bits_of(units)
    place = {unit: number for number, unit in enumerate(units)}
    inside = [bits_of(place[unit] for unit in units_of(cluster)) for cluster in clusters if cluster & ground]
    fewer = replace(limits, improvements=-(-limits.improvements // _TURNS))
    better = improve(part, inside or _grown(part, limits), limits=fewer, chance=chance)
    return lift(better, units=units)


def _grown(piece: Piece, limits: ClusterLimits) -> list[Bits]:
    """Return the best of some rounds of growth."""
    everyone = (1 << len(piece)) - 1
    rounds = min(limits.rounds, max(_UNITS_IN_ALL_ROUNDS // len(piece), _LEAST_ROUNDS))
    grown: list[list[Bits]] = []
    for number in range(rounds):
        chance = random.Random(f"{limits.seed}/{number}")
        grown.append(grow_once(piece, everyone, limits=limits, chance=chance))
        if is_whole(piece, grown[-1], limits=limits):
            break
    return max(grown, key=lambda clusters: _worth(piece, clusters))


def _worth(piece: Piece, clusters: Sequence[Bits]) -> tuple[int, ...]:
    return total([cluster_value(piece, cluster) for cluster in clusters])


def _part(piece: Piece, clusters: Sequence[Bits], proof: str, limits: ClusterLimits) -> Part:
    size = sum(piece.size)
    return Part(tuple(piece.rows), size, size // limits.floor, len(clusters), proof)
