"""Better clusters out of good ones: take neighbours apart and grow them anew, and move units across their border."""

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from geo.contiguity.growth import (
    NOTHING,
    Value,
    absorb,
    cluster_value,
    first_aims,
    grow_once,
    is_compliant,
    is_whole,
    total,
)
from geo.contiguity.town import Bits, ClusterLimits, Piece, units_of

_MOST_TAKEN_APART = 8
# Households, size and number of clusters.
_FIRST_AIMS = 3
_EARLY = 0.7
# So many sweeps without one more cluster end the search for it; so many then see to fronts and lines.
_PATIENCE = 9
_LATE_SWEEPS = 3
# What is beyond the floor may be spread out again by this share at the most, lest the search be caught.
_MOST_SPREAD = 0.03
# How much chance has to say beside size in which clusters are taken apart, in floors.
_WHIM = 2


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
    does; what is worth less is put back. As in packing bins, of equal numbers one is liked better that leaves what is
    beyond the floor together, in few clusters, where it may become a cluster of its own. Then single units move to the
    cluster they fit better.
    """
    state = _State(piece, limits, list(clusters))
    early = round(limits.improvements * _EARLY)
    # At first fronts may get worse, so that units come to lie where one more cluster fits.
    most, quiet = 0, 0
    for _ in range(early):
        if quiet == _PATIENCE or is_whole(piece, list(state.clusters.values()), limits=limits):
            break
        _sweep(state, _FIRST_AIMS, chance)
        most, quiet = max(most, len(state.clusters)), quiet + 1 if len(state.clusters) <= most else 0
    for _ in range(min(limits.improvements - early, _LATE_SWEEPS)):
        _sweep(state, len(NOTHING), chance)
    units: Collection[int] = range(len(piece))
    while units:
        units = _move_all(state, units)
    return [state.clusters[number] for number in sorted(state.clusters)]


def _sweep(state: "_State", levels: int, chance: random.Random) -> None:
    """Take each cluster and some next to it apart once."""
    numbers = sorted(state.clusters)
    chance.shuffle(numbers)
    for number in numbers:
        if number in state.clusters:
            _regrow(state, number, levels, chance)


@dataclass
class _State:
    """Keep clusters by number while they change."""

    piece: Piece
    limits: ClusterLimits
    given: list[Bits]
    clusters: dict[int, Bits] = field(init=False)
    units: dict[int, list[int]] = field(init=False)
    size: dict[int, int] = field(init=False)
    home: dict[int, int] = field(init=False)
    values: dict[int, Value] = field(init=False)
    free: Bits = field(init=False)
    last: int = field(init=False)

    def __post_init__(self) -> None:
        self.clusters, self.units, self.size, self.home, self.values = {}, {}, {}, {}, {}
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
        units = list(units_of(cluster))
        self.clusters[number], self.units[number], self.size[number] = cluster, units, self.piece.size_of(units)
        self.values.pop(number, None)
        self.home.update(dict.fromkeys(units, number))

    def take(self, number: int) -> Bits:
        """Take a cluster out."""
        cluster = self.clusters.pop(number)
        self.values.pop(number, None)
        del self.size[number]
        for unit in self.units.pop(number):
            del self.home[unit]
        self.free |= cluster
        return cluster

    def value(self, number: int) -> Value:
        """Return what a cluster is worth."""
        if number not in self.values:
            self.values[number] = cluster_value(self.piece, self.clusters[number])
        return self.values[number]

    def together(self, numbers: Sequence[int], levels: int) -> tuple[int, ...]:
        """Return what some clusters are worth together, as far as it is asked."""
        if levels == _FIRST_AIMS:
            return first_aims(self.piece, [self.clusters[number] for number in numbers])
        return total([self.value(number) for number in numbers])

    def beside(self, number: int) -> list[int]:
        """Return the numbers of the clusters next to one."""
        around = {
            self.home[other]
            for unit in self.units[number]
            for other, _ in self.piece.neighbours[unit]
            if other in self.home
        }
        return sorted(around - {number})


def _regrow(state: _State, number: int, levels: int, chance: random.Random) -> None:
    """Take a cluster and some next to it apart, and keep what grows in their place if it is worth more."""
    numbers = _taken_apart(state, number, chance)
    ground = _with_free_around(state, numbers)
    held = sum([len(state.units[one]) for one in numbers]) == ground.bit_count()
    if held and len(numbers) == 1 and state.size[number] < 2 * state.limits.floor:
        return
    # Where every unit is held already, fewer clusters are worth less whatever they are.
    least = len(numbers) if held else 0
    grown = grow_once(state.piece, ground, limits=state.limits, chance=chance, least=least)
    if levels == _FIRST_AIMS and len(grown) == len(numbers) and _is_spread_out(state, numbers, grown, chance):
        return
    if _value(state.piece, grown, levels) >= state.together(numbers, levels):
        for one in numbers:
            state.take(one)
        state.put(grown)


def _taken_apart(state: _State, number: int, chance: random.Random) -> list[int]:
    """Choose what is taken apart with a cluster: rather those far above the floor, which have room for one more."""
    near = state.beside(number)
    count = min(len(near), chance.randrange(_MOST_TAKEN_APART))
    floors = _WHIM * state.limits.floor
    near.sort(key=lambda one: chance.random() * floors - state.size[one])
    return [number, *near[:count]]


def _is_spread_out(state: _State, numbers: Sequence[int], grown: Sequence[Bits], chance: random.Random) -> bool:
    """Tell whether sizes became more equal than chance lets pass."""
    was = sum([state.size[one] ** 2 for one in numbers])
    now = sum([state.piece.size_of(units_of(cluster)) ** 2 for cluster in grown])
    return now < (1 - _MOST_SPREAD * chance.random()) * was


def _value(piece: Piece, clusters: Sequence[Bits], levels: int) -> tuple[int, ...]:
    """Return what clusters are worth together, as far as it is asked."""
    if levels == _FIRST_AIMS:
        return first_aims(piece, clusters)
    return total([cluster_value(piece, cluster) for cluster in clusters])


def _with_free_around(state: _State, numbers: Sequence[int]) -> Bits:
    """Return the ground of some clusters, with the free units next to it."""
    ground = around = 0
    for number in numbers:
        ground |= state.clusters[number]
    if state.free:
        for number in numbers:
            for unit in state.units[number]:
                around |= state.piece.beside[unit]
    return ground | around & state.free


def _move_all(state: _State, units: Collection[int]) -> set[int]:
    """Move every given unit once that is better off in a cluster next to it; return the units to look at again."""
    moved: set[int] = set()
    for unit in sorted(units):
        if unit in state.home:
            moved |= _move(state, unit)
    numbers = sorted(state.clusters)
    taken = absorb(state.piece, [state.clusters[one] for one in numbers], state.free, limits=state.limits)
    for number, cluster in zip(numbers, taken, strict=True):
        if cluster != state.clusters[number]:
            state.set(number, cluster)
            state.free &= ~cluster
            moved.add(number)
    # What a unit is better off with hangs on its own cluster and on those it touches.
    changed = [unit for number in moved for unit in state.units[number]]
    return {*changed, *(other for unit in changed for other, _ in state.piece.neighbours[unit])}


def _move(state: _State, unit: int) -> set[int]:
    """Move a unit to the first cluster beside it where it is better off; return the numbers of the changed clusters."""
    piece, own = state.piece, state.home[unit]
    hosts = sorted({state.home.get(other, own) for other, _ in piece.neighbours[unit]} - {own})
    if not hosts or piece.size_of(state.units[own]) - piece.size[unit] < state.limits.floor:
        return set()
    rest = state.clusters[own] & ~(1 << unit)
    if not is_compliant(piece, rest, limits=state.limits):
        return set()
    rest_value = cluster_value(piece, rest)
    for host in hosts:
        larger = state.clusters[host] | 1 << unit
        if not is_compliant(piece, larger, limits=state.limits):
            continue
        now = total([rest_value, cluster_value(piece, larger)])
        if now > total([state.value(own), state.value(host)]):
            state.set(own, rest)
            state.set(host, larger)
            return {own, host}
    return set()
