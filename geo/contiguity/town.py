"""What clusters are found in: units with their sizes, their neighbours and whom they reach, and connected pieces.

A unit is an estate, or several that belong together. Sets of the units of a piece are whole numbers, one bit a unit, so
that a set of thousands is combined with another in one step.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Ints = npt.NDArray[np.int64]
Bits = int
# One estate alone is no block.
LEAST_ESTATES = 2


@dataclass(frozen=True)
class Town:
    """Hold the units that take part, by rows 0..n-1 in an order that does not depend on that of any file.

    Parameters
    ----------
    size : array of int, shape (n,)
        What the band limits (people, households or floor area), in thousandths.
    worth : array of int, shape (n,)
        Households weighted by need: what is wanted inside clusters most.
    estates : array of int, shape (n,)
        Estates of each unit.
    one, other : array of int, shape (m,)
        Neighbours that may share a cluster, each pair once, ``one`` the lesser.
    facing_mm : array of int, shape (m,)
        How long they face each other.
    reach : tuple of two arrays of int, shape (k,), or None
        Pairs within walking reach of each other both ways, in any order; None when everybody reaches everybody.
    region : array of int, shape (n,)
        Label of the subdistrict or community, -1 when unknown.
    resources : array of int, shape (n,)
        Square metres of resources that a unit borders on.
    """

    size: Ints
    worth: Ints
    estates: Ints
    one: Ints
    other: Ints
    facing_mm: Ints
    reach: tuple[Ints, Ints] | None
    region: Ints
    resources: Ints


@dataclass(frozen=True)
class ClusterLimits:
    """Hold what a cluster must keep to, and how long is searched.

    Parameters
    ----------
    floor : int
        Least size, in thousandths.
    ceiling : int or None
        Greatest size, in thousandths; None when there is none.
    rounds : int
        How many times growth starts anew; the best round counts.
    improvements : int
        How many times each cluster and its neighbours are taken apart and grown anew, at the most.
    seed : int
        Seed of everything that is drawn by lot.
    least_estates : int
        Fewest estates that make a cluster.
    """

    floor: int
    ceiling: int | None
    rounds: int = 4
    improvements: int = 24
    seed: int = 0
    least_estates: int = LEAST_ESTATES

    @property
    def most(self) -> float:
        """Return the greatest size, infinite when there is none."""
        return math.inf if self.ceiling is None else self.ceiling

    def too_large(self, size: int) -> bool:
        """Tell whether a size is beyond the ceiling."""
        return self.ceiling is not None and size > self.ceiling


@dataclass(frozen=True)
class Piece:
    """Hold the units of one connected piece of the town, numbered 0..m-1 in the order of their rows.

    Parameters
    ----------
    rows : sequence of int
        Row of each unit in the town.
    size, worth, estates, region, resources : sequence of int
        As those of the town.
    neighbours : sequence of tuple of (int, int)
        Neighbour and millimetres they face each other, of each unit, in the order of the neighbours.
    beside : sequence of Bits
        The neighbours of each unit as a set.
    reach : sequence of Bits
        The units within walking reach of each unit, itself included.
    """

    rows: Sequence[int]
    size: Sequence[int]
    worth: Sequence[int]
    estates: Sequence[int]
    region: Sequence[int]
    resources: Sequence[int]
    neighbours: Sequence[tuple[tuple[int, int], ...]]
    beside: Sequence[Bits]
    reach: Sequence[Bits]

    def __len__(self) -> int:
        return len(self.rows)

    def size_of(self, units: Iterable[int]) -> int:
        """Return the size of some units together."""
        return sum([self.size[unit] for unit in units])


def units_of(bits: Bits) -> Iterator[int]:
    """Yield the units of a set, in order."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def bits_of(units: Iterable[int]) -> Bits:
    """Return units as a set."""
    bits = 0
    for unit in units:
        bits |= 1 << unit
    return bits


def pieces_of(town: Town, *, limits: ClusterLimits) -> list[Piece]:
    """Take a town apart into connected pieces.

    Parameters
    ----------
    town : Town
        The town.
    limits : ClusterLimits
        Units above the ceiling belong to no piece, for no cluster can hold them.

    Returns
    -------
    list of Piece
        In the order of their first units.
    """
    n = len(town.size)
    fits = np.ones(n, bool) if limits.ceiling is None else town.size <= limits.ceiling
    kept = fits[town.one] & fits[town.other]
    one, other, facing = town.one[kept], town.other[kept], town.facing_mm[kept]
    links = coo_array((np.ones(len(one), np.int8), (one, other)), shape=(n, n))
    label = connected_components(links, directed=False)[1]
    order = np.lexsort((np.arange(n), label))
    order = order[fits[order]]
    starts = np.flatnonzero(np.append(True, np.diff(label[order]) != 0)[: len(order)])
    parts = sorted(np.split(order, starts[1:]), key=lambda rows: int(rows[0])) if len(order) else []
    place = np.full(n, -1, np.int64)
    for rows in parts:
        place[rows] = np.arange(len(rows))
    adjacent = _by_unit(np.concatenate([one, other]), np.concatenate([other, one]), n, np.concatenate([facing, facing]))
    near = None if town.reach is None else _both_ways(*town.reach, label)
    return [_piece(town, rows, place, adjacent, near) for rows in parts]


def _both_ways(first: Ints, second: Ints, label: Ints) -> "_Lists":
    within = label[first] == label[second]
    first, second = first[within], second[within]
    return _by_unit(np.concatenate([first, second]), np.concatenate([second, first]), len(label))


@dataclass(frozen=True)
class _Lists:
    """Hold what belongs to each unit, one list after the other."""

    start: Ints
    unit: Ints
    value: Ints


def _by_unit(unit: Ints, other: Ints, n: int, value: Ints | None = None) -> _Lists:
    order = np.lexsort((other, unit))
    start = np.searchsorted(unit[order], np.arange(n + 1))
    return _Lists(start, other[order], np.zeros(0, np.int64) if value is None else value[order])


def _piece(town: Town, rows: Ints, place: Ints, adjacent: _Lists, near: _Lists | None) -> Piece:
    neighbours, beside, reach = [], [], []
    everyone = (1 << len(rows)) - 1
    for unit, row in enumerate(rows.tolist()):
        mine = slice(adjacent.start[row], adjacent.start[row + 1])
        others = place[adjacent.unit[mine]].tolist()
        neighbours.append(tuple(zip(others, adjacent.value[mine].tolist(), strict=True)))
        beside.append(bits_of(others))
        if near is None:
            reach.append(everyone)
            continue
        within = place[near.unit[near.start[row] : near.start[row + 1]]]
        reach.append(_packed(within, len(rows)) | 1 << unit)
    return Piece(
        rows.tolist(),
        town.size[rows].tolist(),
        town.worth[rows].tolist(),
        town.estates[rows].tolist(),
        town.region[rows].tolist(),
        town.resources[rows].tolist(),
        neighbours,
        beside,
        reach,
    )


def _packed(units: Ints, count: int) -> Bits:
    """Return units as a set; the same as :func:`bits_of`, for many at once."""
    flags = np.zeros(count, np.uint8)
    flags[units[units >= 0]] = 1
    return int.from_bytes(np.packbits(flags, bitorder="little").tobytes(), "little")
