"""Why a unit is in no cluster."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from geo.contiguity.growth import grow_from, hanging_together
from geo.contiguity.town import Bits, ClusterLimits, Piece, bits_of, units_of


def why_alone(piece: Piece, clusters: Sequence[Bits], *, limits: ClusterLimits) -> Mapping[int, str]:
    """Tell why each unit of a piece that is in none of the clusters stands alone.

    Parameters
    ----------
    piece : Piece
        The piece of the town.
    clusters : sequence of Bits
        Its clusters.
    limits : ClusterLimits
        What a cluster must keep to.

    Returns
    -------
    mapping of int to str
        ``no_neighbour``, ``alone_above_floor``, ``would_exceed_ceiling``, ``would_exceed_walk`` or ``below_floor`` by
        unit.
    """
    home = {unit: cluster for cluster in clusters for unit in units_of(cluster)}
    alone = bits_of(unit for unit in range(len(piece)) if unit not in home)
    return {
        unit: _beside_others(piece, unit, home, limits) or _together(piece, unit, alone, limits)
        for unit in units_of(alone)
    }


def hindrance(piece: Piece, unit: int, cluster: Bits, *, limits: ClusterLimits) -> str:
    """Tell what keeps a unit out of a cluster it touches.

    Parameters
    ----------
    piece : Piece
        The piece of the town.
    unit : int
        The unit.
    cluster : Bits
        The cluster.
    limits : ClusterLimits
        What a cluster must keep to.

    Returns
    -------
    str
        ``would_exceed_walk``, ``would_exceed_ceiling``, or empty when nothing does.
    """
    if cluster & ~piece.reach[unit]:
        return "would_exceed_walk"
    if limits.too_large(piece.size[unit] + piece.size_of(units_of(cluster))):
        return "would_exceed_ceiling"
    return ""


def _beside_others(piece: Piece, unit: int, home: Mapping[int, Bits], limits: ClusterLimits) -> str:
    """Return why as far as the unit and the clusters it touches tell; empty when they do not."""
    if not piece.neighbours[unit]:
        return "no_neighbour"
    touched = {home[other] for other, _ in piece.neighbours[unit] if other in home}
    if not touched and piece.size[unit] >= limits.floor:
        return "alone_above_floor"
    hindrances = {hindrance(piece, unit, cluster, limits=limits) for cluster in touched}
    if "would_exceed_ceiling" in hindrances:
        return "would_exceed_ceiling"
    return "would_exceed_walk" if hindrances else ""


def _together(piece: Piece, unit: int, alone: Bits, limits: ClusterLimits) -> str:
    """Return why it makes no cluster with the others that stand alone."""
    together = hanging_together(piece, unit, alone)
    if piece.size_of(units_of(together)) < limits.floor:
        return "below_floor"
    if not grow_from(piece, unit, together, limits=replace(limits, ceiling=None)):
        return "would_exceed_walk"
    return "would_exceed_ceiling"
