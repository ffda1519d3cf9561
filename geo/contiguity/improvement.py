"""Better clusters out of good ones: take neighbours apart and grow them anew, and move units across their border."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from geo.contiguity.growth import NOTHING, Value, absorb, cluster_value, grow_once, is_compliant, total
from geo.contiguity.town import Bits, ClusterLimits, Piece, units_of

_MOST_TAKEN_APART = 8
# Households, size and number of clusters.
_FIRST_AIMS = 3
_EARLY = 0.7


def improve(piece: Piece, clusters: Sequence[Bits], *, limits: ClusterLimits, chance: random.Random) -> list[Bits]:
    """Improve clusters as far as trying goes.

    Parameters
    ----------
    piece : Piece
        The piece of the town.
    clusters : sequence of Bits
        Disjoint clusters that keep to the limits.
    limits : ClusterLimits
        What a cluster must keep to, and how often is tried.
    chance : Random
        What is drawn by lot.

    Returns
    -------
    list of Bits
        Clusters worth at least as much.

    Notes
    -----
    A cluster and up to seven next to it are taken apart and grown anew, as the recombination of districting chains
    does; what is worth less is put back. Then single units move to the cluster they fit better.
    """
    state = _State(piece, limits, list(clusters))
    for sweep in range(limits.improvements):
        numbers = sorted(state.clusters)
        chance.shuffle(numbers)
        # At first fronts may get worse, so that units come to lie where one more cluster fits.
        levels = _FIRST_AIMS if sweep < limits.improvements * _EARLY else len(NOTHING)
        for number in numbers:
            if number in state.clusters:
                _regrow(state, number, levels, chance)
    while _move_all(state):
        pass
    return [state.clusters[number] for number in sorted(state.clusters)]


@dataclass
class _State:
    """Keep clusters by number while they change."""

    piece: Piece
    limits: ClusterLimits
    given: list[Bits]
    clusters: dict[int, Bits] = field(init=False)
    home: dict[int, int] = field(init=False)
    values: dict[int, Value] = field(init=False)
    free: Bits = field(init=False)
    last: int = field(init=False)

    def __post_init__(self) -> None:
        self.clusters, self.home, self.values = {}, {}, {}
        self.free, self.last = (1 << len(self.piece)) - 1, -1
        self.put(self.given)

    def put(self, clusters: Sequence[Bits]) -> None:
        """Take clusters in under new numbers."""
        for cluster in clusters:
            self.last += 1
            self.set(self.last, cluster)
            self.free &= ~cluster

    def set(self, number: int, cluster: Bits) -> None:
        """Let a number stand for a cluster."""
        self.clusters[number] = cluster
        self.values[number] = cluster_value(self.piece, cluster)
        self.home.update(dict.fromkeys(units_of(cluster), number))

    def take(self, number: int) -> Bits:
        """Take a cluster out."""
        cluster = self.clusters.pop(number)
        self.values.pop(number)
        for unit in units_of(cluster):
            del self.home[unit]
        self.free |= cluster
        return cluster

    def beside(self, number: int) -> list[int]:
        """Return the numbers of the clusters next to one."""
        around = {
            self.home[other]
            for unit in units_of(self.clusters[number])
            for other, _ in self.piece.neighbours[unit]
            if other in self.home
        }
        return sorted(around - {number})


def _regrow(state: _State, number: int, levels: int, chance: random.Random) -> None:
    """Take a cluster and some next to it apart, and keep what grows in their place if it is worth more."""
    near = state.beside(number)
    count = min(len(near), chance.randrange(_MOST_TAKEN_APART))
    numbers = [number, *chance.sample(near, count)]
    before = [state.clusters[one] for one in numbers]
    ground = _with_free_around(state, before)
    worth = total([state.values[one] for one in numbers])
    grown = grow_once(state.piece, ground, limits=state.limits, chance=chance)
    now = total([cluster_value(state.piece, cluster) for cluster in grown])
    if now > worth or now[:levels] == worth[:levels]:
        for one in numbers:
            state.take(one)
        state.put(grown)


def _with_free_around(state: _State, clusters: Sequence[Bits]) -> Bits:
    """Return the ground of some clusters, with the free units next to it."""
    ground = 0
    for cluster in clusters:
        ground |= cluster
    around = 0
    for unit in units_of(ground):
        around |= state.piece.beside[unit]
    return ground | around & state.free


def _move_all(state: _State) -> bool:
    """Move every unit once that is better off in a cluster next to it; tell whether any did."""
    moved = False
    for unit in sorted(state.home):
        moved |= _move(state, unit)
    taken = absorb(
        state.piece, [state.clusters[one] for one in sorted(state.clusters)], state.free, limits=state.limits
    )
    for number, cluster in zip(sorted(state.clusters), taken, strict=True):
        if cluster != state.clusters[number]:
            state.set(number, cluster)
            state.free &= ~cluster
            moved = True
    return moved


def _move(state: _State, unit: int) -> bool:
    piece, own = state.piece, state.home[unit]
    hosts = sorted({state.home.get(other, own) for other, _ in piece.neighbours[unit]} - {own})
    if not hosts:
        return False
    rest = state.clusters[own] & ~(1 << unit)
    if not is_compliant(piece, rest, limits=state.limits):
        return False
    rest_value = cluster_value(piece, rest)
    for host in hosts:
        larger = state.clusters[host] | 1 << unit
        if not is_compliant(piece, larger, limits=state.limits):
            continue
        now = total([rest_value, cluster_value(piece, larger)])
        if now > total([state.values[own], state.values[host]]):
            state.set(own, rest)
            state.set(host, larger)
            return True
    return False
