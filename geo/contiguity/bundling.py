"""Bundle units of land until each bundle is large enough: arrays in, arrays out."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Units:
    """Hold the units of one subdistrict, in an order that settles every tie.

    Parameters
    ----------
    size : array of int64, shape (n,)
        What a bundle must have enough of, at least 0.
    xy : array of float, shape (n, 2)
        Middles, metres.
    neighbours : array of bool, shape (n, n)
        Which units border on each other; symmetric.
    walk : array of float, shape (n, n)
        Walk between two units, infinite where it is too long; symmetric.
    """

    size: Ints
    xy: Floats
    neighbours: Flags
    walk: Floats


def bundle_units(units: Units, *, least: int) -> Ints:
    """Bundle units until every bundle has at least ``least``, or all are in one.

    Parameters
    ----------
    units : Units
        The units.
    least : int
        What a bundle must have, in the unit of the sizes.

    Returns
    -------
    array of int64, shape (n,)
        Number of each unit's bundle, 0 that of the first unit, and so on in the order of their first units.

    Notes
    -----
    The smallest bundle below ``least`` joins another one, again and again: a neighbour before one that is not, of
    neighbours one that is itself too small before one that has enough, then the nearest, on foot before in a straight
    line. A bundle that has enough joins nobody, so that bundles stay as small as they may. Afterwards a unit moves to a
    neighbouring bundle where that brings it nearer to the middle of its bundle and leaves both large enough.
    """
    home = np.arange(len(units.size))
    state = _State(units.size.astype(np.int64), units.xy.astype(float), units.neighbours.copy(), units.walk.copy())
    alive = np.ones(len(home), bool)
    while alive.sum() > 1:
        small = np.flatnonzero(alive & (state.size < least))
        if not len(small):
            break
        one = int(small[np.argmin(state.size[small])])
        other = _partner(state, one, alive, least)
        keep, gone = min(one, other), max(one, other)
        state.merge(keep, gone)
        home[home == gone] = keep
        alive[gone] = False
    return _numbered(_settled(units, home, least))


class _State:
    """What is known of the bundles while they join: sizes, middles, borders and walks."""

    def __init__(self, size: Ints, xy: Floats, neighbours: Flags, walk: Floats) -> None:
        self.size, self.xy, self.neighbours, self.walk = size.copy(), xy.copy(), neighbours, walk
        self.count = np.ones(len(size), np.int64)

    def merge(self, keep: int, gone: int) -> None:
        """Join two bundles; the middle is that of their units."""
        total = self.count[keep] + self.count[gone]
        self.xy[keep] = (self.xy[keep] * self.count[keep] + self.xy[gone] * self.count[gone]) / total
        self.count[keep], self.size[keep] = total, self.size[keep] + self.size[gone]
        for matrix, join in ((self.neighbours, np.logical_or), (self.walk, np.minimum)):
            matrix[keep] = join(matrix[keep], matrix[gone])
            matrix[:, keep] = matrix[keep]


def _partner(state: _State, one: int, alive: Flags, least: int) -> int:
    """Return the bundle that a bundle joins; of equal ones the first."""
    others = np.flatnonzero(alive & (np.arange(len(alive)) != one))
    borders = state.neighbours[one, others]
    enough = borders & (state.size[others] >= least)
    away = np.hypot(*(state.xy[others] - state.xy[one]).T)
    walk = np.where(borders, 0.0, state.walk[one, others])
    # A millimetre is finer than any middle, and rounding takes away the order in which sums were made.
    order = np.lexsort((others, np.rint(away * 1000), walk, enough, ~borders))
    return int(others[order[0]])


def _settled(units: Units, home: Ints, least: int) -> Ints:
    """Move single units to neighbouring bundles as long as that makes bundles more compact."""
    for _ in range(len(home)):
        moved = False
        for unit in range(len(home)):
            better = _better_home(units, home, unit, least)
            if better != home[unit]:
                home = np.where(np.arange(len(home)) == unit, better, home)
                moved = True
        if not moved:
            break
    return home


def _better_home(units: Units, home: Ints, unit: int, least: int) -> int:
    """Return the neighbouring bundle to whose middle a unit lies nearest, its own where none is nearer."""
    mine = home == home[unit]
    if mine.sum() == 1 or units.size[mine].sum() - units.size[unit] < least:
        return int(home[unit])
    if not _holds_without(units.neighbours, np.flatnonzero(mine), unit):
        return int(home[unit])
    rest = mine.copy()
    rest[unit] = False
    best, least_added = int(home[unit]), _added(units.xy, rest, unit) - 0.001
    for bundle in np.unique(home[units.neighbours[unit] & ~mine]):
        added = _added(units.xy, home == bundle, unit)
        if added < least_added:
            best, least_added = int(bundle), added
    return best


def _added(xy: Floats, members: Flags, unit: int) -> float:
    """Return what a unit adds to the sum of squared distances of a bundle from its middle."""
    count = int(members.sum())
    apart = xy[members].mean(axis=0) - xy[unit]
    return float(count / (count + 1) * (apart @ apart))


def _holds_without(neighbours: Flags, members: Ints, unit: int) -> bool:
    """Tell whether the pieces of a bundle hang together without a unit as well as with it."""
    rest = members[members != unit]
    return _pieces(neighbours, rest) <= _pieces(neighbours, members)


def _pieces(neighbours: Flags, members: Ints) -> int:
    """Count the connected pieces of some units."""
    left, count = set(members.tolist()), 0
    while left:
        reached, count = [left.pop()], count + 1
        while reached:
            near = left.intersection(np.flatnonzero(neighbours[reached.pop()]).tolist())
            left -= near
            reached += sorted(near)
    return count


def _numbered(home: Ints) -> Ints:
    """Give bundles the numbers from 0 in the order of their first units."""
    _, first, back = np.unique(home, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[back].astype(np.int64)
