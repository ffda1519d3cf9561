"""Grow clusters in a piece of the town, unit by unit, and take in what is left over."""

import heapq
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from geo.contiguity.town import Bits, ClusterLimits, Piece, units_of

Value = tuple[int, int, int, int, int, int]
Aims = tuple[int, int, int]
NOTHING: Value = (0, 0, 0, 0, 0, 0)
_MM_PER_FRONT = 100_000
_START_JITTER = 2.0


@dataclass(frozen=True)
class _Taste:
    """Say what one round of growth likes in the next unit.

    Parameters
    ----------
    front, open_sides, excess : float
        Weight of a long shared front, of free neighbours that would be left, and of size beyond the floor.
    jitter : mapping of int to float
        Whim, by unit.
    """

    front: float
    open_sides: float
    excess: float
    jitter: Mapping[int, float]


def cluster_value(piece: Piece, cluster: Bits) -> Value:
    """Tell what a cluster is worth, what matters most first.

    Parameters
    ----------
    piece : Piece
        The piece of the town.
    cluster : Bits
        The units of the cluster.

    Returns
    -------
    tuple of int
        Households weighted by need, size, one for the cluster itself (of equal coverage more blocks are better, for
        each is easier to carry out as one project), millimetres of fronts inside, administrative lines crossed
        (negative), and whether it borders on a resource that can help to balance its funds. Values of clusters add up.
    """
    units = set(units_of(cluster))
    inside = sum(front for unit in units for other, front in piece.neighbours[unit] if other in units)
    regions = {piece.region[unit] for unit in units} - {-1}
    resource = int(any(piece.resources[unit] for unit in units))
    return *first_aims(piece, [cluster]), inside // 2, -max(len(regions) - 1, 0), resource


def first_aims(piece: Piece, clusters: Sequence[Bits]) -> Aims:
    """Return the first three parts of what disjoint clusters are worth together: households, size and number."""
    together = 0
    for cluster in clusters:
        together |= cluster
    units = list(units_of(together))
    return sum([piece.worth[unit] for unit in units]), sum([piece.size[unit] for unit in units]), len(clusters)


def is_whole(piece: Piece, clusters: Sequence[Bits], *, limits: ClusterLimits) -> bool:
    """Tell whether disjoint clusters hold every unit and are as many as the size allows: no others surpass them.

    Parameters
    ----------
    piece : Piece
        The piece of the town.
    clusters : sequence of Bits
        Disjoint clusters.
    limits : ClusterLimits
        What a cluster must keep to.

    Returns
    -------
    bool
        Whether no more households, size or clusters are possible.
    """
    held = sum([cluster.bit_count() for cluster in clusters])
    return held == len(piece) and len(clusters) == sum(piece.size) // limits.floor


def total(values: Sequence[Value]) -> Value:
    """Add values up."""
    return tuple(map(sum, zip(NOTHING, *values, strict=True)))  # type: ignore[return-value]


def is_compliant(piece: Piece, cluster: Bits, *, limits: ClusterLimits) -> bool:
    """Tell whether units are within the band, within reach of each other, enough, and connected.

    Parameters
    ----------
    piece : Piece
        The piece of the town.
    cluster : Bits
        The units.
    limits : ClusterLimits
        What a cluster must keep to.

    Returns
    -------
    bool
        Whether they may be a cluster.
    """
    units = list(units_of(cluster))
    size, estates = piece.size_of(units), sum(piece.estates[unit] for unit in units)
    if size < limits.floor or limits.too_large(size) or estates < limits.least_estates:
        return False
    return all(cluster & ~piece.reach[unit] == 0 for unit in units) and is_connected(piece, cluster)


def is_connected(piece: Piece, cluster: Bits) -> bool:
    """Tell whether units hang together."""
    first = (cluster & -cluster).bit_length() - 1
    return hanging_together(piece, first, cluster) == cluster


def grow_once(piece: Piece, free: Bits, *, limits: ClusterLimits, chance: random.Random, least: int = 0) -> list[Bits]:
    """Grow clusters all over the free units once, and take in what is left over.

    Parameters
    ----------
    piece : Piece
        The piece of the town.
    free : Bits
        The units that may be used.
    limits : ClusterLimits
        What a cluster must keep to.
    chance : Random
        What is drawn by lot.
    least : int
        Fewest clusters that are of use; growth is given up once they cannot come together any more.

    Returns
    -------
    list of Bits
        Disjoint clusters, each of which keeps to the limits; none when growth was given up.

    Notes
    -----
    Growth starts where the fewest free neighbours are left, so that corners are not cut off before their turn.
    """
    units = list(units_of(free))
    jitter = {unit: chance.random() for unit in units}
    weights = (chance.uniform(0.1, 1.0), chance.uniform(0.3, 1.0), chance.uniform(2.0, 6.0))
    taste = _Taste(*weights, jitter)
    heap = [(_open_sides(piece, unit, free) + _START_JITTER * jitter[unit], unit) for unit in units]
    heapq.heapify(heap)
    clusters: list[Bits] = []
    tried = 0
    spare = piece.size_of(units) - least * limits.floor
    while heap:
        _, start = heapq.heappop(heap)
        if not (free & ~tried) >> start & 1:
            continue
        tried |= 1 << start
        cluster = grow_from(piece, start, free, limits=limits, taste=taste)
        if cluster:
            clusters.append(cluster)
            free &= ~cluster
            spare -= piece.size_of(units_of(cluster)) - limits.floor
            for unit in _around(piece, cluster, free & ~tried):
                heapq.heappush(heap, (_open_sides(piece, unit, free) + _START_JITTER * jitter[unit], unit))
        else:
            pocket = _too_small(piece, start, free, limits)
            tried |= pocket
            spare -= piece.size_of(units_of(pocket))
        if least and spare < 0:
            return []
    return absorb(piece, clusters, free, limits=limits)


def _too_small(piece: Piece, start: int, free: Bits, limits: ClusterLimits) -> Bits:
    """Return the free units that hang together with one when they are too few for any cluster, else none."""
    pocket = hanging_together(piece, start, free)
    return pocket if piece.size_of(units_of(pocket)) < limits.floor else 0


def hanging_together(piece: Piece, start: int, among: Bits) -> Bits:
    """Return the units of a set that hang together with one of them."""
    seen = edge = 1 << start
    while edge:
        around = 0
        for unit in units_of(edge):
            around |= piece.beside[unit]
        edge = around & among & ~seen
        seen |= edge
    return seen


def _open_sides(piece: Piece, unit: int, free: Bits) -> int:
    return (piece.beside[unit] & free).bit_count()


def _around(piece: Piece, cluster: Bits, allowed: Bits) -> list[int]:
    around = 0
    for unit in units_of(cluster):
        around |= piece.beside[unit]
    return list(units_of(around & allowed))


def grow_from(piece: Piece, start: int, free: Bits, *, limits: ClusterLimits, taste: _Taste | None = None) -> Bits:
    """Add neighbours to a unit until the floor is reached and it is no estate alone.

    Parameters
    ----------
    piece : Piece
        The piece of the town.
    start : int
        The first unit.
    free : Bits
        The units that may be used, the first among them.
    limits : ClusterLimits
        What a cluster must keep to.
    taste : _Taste, optional
        What is liked; the longest front without one.

    Returns
    -------
    Bits
        The cluster, empty when none can be grown.
    """
    liking = taste or _Taste(1.0, 0.0, 0.0, {})
    cluster, size, estates = 1 << start, piece.size[start], piece.estates[start]
    common = piece.reach[start] & free & ~cluster
    fronts: dict[int, int] = dict(piece.neighbours[start])
    while size < limits.floor or estates < limits.least_estates:
        chosen = _best(piece, fronts, (common, size), limits, liking)
        if chosen < 0:
            return 0
        cluster |= 1 << chosen
        size, estates = size + piece.size[chosen], estates + piece.estates[chosen]
        common &= piece.reach[chosen] & ~(1 << chosen)
        for unit, front in piece.neighbours[chosen]:
            if common >> unit & 1:
                fronts[unit] = fronts.get(unit, 0) + front
    return cluster if not limits.too_large(size) else 0


def _best(piece: Piece, fronts: dict[int, int], state: tuple[Bits, int], limits: ClusterLimits, taste: _Taste) -> int:
    """Return the unit that is liked best among those that fit, -1 when none does."""
    common, size = state
    best, chosen = -float("inf"), -1
    sizes, beside, jitter = piece.size, piece.beside, taste.jitter
    floor, most = limits.floor, limits.most
    for unit, front in fronts.items():
        if not common >> unit & 1:
            continue
        grown = size + sizes[unit]
        if grown > most:
            continue
        liked = taste.front * front / _MM_PER_FRONT + jitter.get(unit, 0.0)
        liked -= taste.open_sides * (beside[unit] & common).bit_count()
        if grown > floor:
            liked -= taste.excess * (grown - floor) / floor
        if liked > best or (liked == best and unit < chosen):
            best, chosen = liked, unit
    return chosen


def absorb(piece: Piece, clusters: Sequence[Bits], free: Bits, *, limits: ClusterLimits) -> list[Bits]:
    """Add what is left over to the cluster it faces longest, until nothing fits any more.

    Parameters
    ----------
    piece : Piece
        The piece of the town.
    clusters : sequence of Bits
        Disjoint clusters.
    free : Bits
        The units in none of them that may be used.
    limits : ClusterLimits
        What a cluster must keep to.

    Returns
    -------
    list of Bits
        The clusters, in the same order.
    """
    grown = list(clusters)
    if not free:
        return grown
    home = {unit: number for number, cluster in enumerate(grown) for unit in units_of(cluster)}
    sizes = [piece.size_of(units_of(cluster)) for cluster in grown]
    waiting = list(units_of(free))
    while waiting:
        left = []
        for unit in waiting:
            number = _host(piece, unit, (grown, sizes, home), limits)
            if number < 0:
                left.append(unit)
                continue
            grown[number] |= 1 << unit
            sizes[number] += piece.size[unit]
            home[unit] = number
        if len(left) == len(waiting):
            break
        waiting = left
    return grown


def _host(piece: Piece, unit: int, state: tuple[list[Bits], list[int], dict[int, int]], limits: ClusterLimits) -> int:
    """Return the cluster that a unit faces longest among those it fits into, -1 when there is none."""
    clusters, sizes, home = state
    fronts: dict[int, int] = {}
    for other, front in piece.neighbours[unit]:
        if other in home:
            fronts[home[other]] = fronts.get(home[other], 0) + front
    fits = [
        (front, -number)
        for number, front in fronts.items()
        if not limits.too_large(sizes[number] + piece.size[unit]) and clusters[number] & ~piece.reach[unit] == 0
    ]
    return -max(fits)[1] if fits else -1
