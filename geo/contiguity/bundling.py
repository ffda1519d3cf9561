"""Bundle units of land until each bundle is large enough: arrays in, arrays out."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
# Units that no bundle has tried yet, and those that were tried and found nobody.
_FREE, _LEFT = -1, -2


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
    This is the max-p-regions problem (Duque, Anselin and Rey 2012, https://doi.org/10.1111/j.1467-9787.2011.00743.x),
    but that neighbours are preferred and not required. A unit that has enough is a bundle. The others are grown into
    bundles one after the other, each from a seed at the edge of what is left, by the free neighbour nearest to the
    middle of the bundle, until it has enough; without a free neighbour, by the nearest unit, on foot before in a
    straight line, unless it borders on bundles that can take its units. What is left at the end joins the bundles it
    borders on, or the nearest ones. Of six orders of seeds the one with most bundles counts, and of those the most
    compact. At last single units move to a bundle nearby where that brings them nearer to its middle and leaves both
    large enough.
    """
    grown = [_grown(units, seeds, least) for seeds in _seed_orders(units)]
    best = min(range(len(grown)), key=lambda turn: (-len(np.unique(grown[turn])), _spread(units, grown[turn]), turn))
    return _numbered(_settled(units, grown[best], least))


def _seed_orders(units: Units) -> list[Floats]:
    """Return for each order of seeds what a unit counts; the least one that is free is the next seed."""
    x, y = units.xy.T
    middle = units.xy.mean(axis=0)
    return [-np.hypot(*(units.xy - middle).T), units.neighbours.sum(axis=1).astype(float), x, -x, y, -y]


def _grown(units: Units, seeds: Floats, least: int) -> Ints:
    """Grow bundles from seeds in an order; a bundle is called by its seed."""
    home = np.where(units.size >= least, np.arange(len(seeds)), _FREE)
    while (home == _FREE).any():
        free = np.flatnonzero(home == _FREE)
        seed = int(free[np.lexsort((free, np.rint(seeds[free] * 1000)))[0]])
        members = _grow(units, seed, home, least)
        home[members] = seed if units.size[members].sum() >= least else _LEFT
    return _joined(units, home) if (home >= 0).any() else np.zeros(len(home), np.int64)


def _grow(units: Units, seed: int, home: Ints, least: int) -> list[int]:
    """Return the units of one bundle; fewer than enough where nobody is left to join it."""
    members = [seed]
    while units.size[members].sum() < least:
        free = np.setdiff1d(np.flatnonzero(home == _FREE), members)
        near = np.logical_or.reduce(units.neighbours[members])
        if not len(free) or (not near[free].any() and near[home >= 0].any()):
            break
        members.append(int(free[_nearest(units, members, free)[0]]))
    return members


def _nearest(units: Units, bundle: list[int], others: Ints) -> Ints:
    """Order units by how well they join a bundle: neighbours, then on foot, then in a straight line."""
    members = np.array(bundle, np.int64)
    borders = units.neighbours[np.ix_(members, others)].any(axis=0)
    walk = np.where(borders, 0.0, units.walk[np.ix_(members, others)].min(axis=0))
    away = np.hypot(*(units.xy[others] - units.xy[members].mean(axis=0)).T)
    # A millimetre is finer than any middle, and rounding takes away the order in which sums were made.
    order: Ints = np.lexsort((others, np.rint(away * 1000), walk, ~borders))
    return order


def _joined(units: Units, home: Ints) -> Ints:
    """Let what is left join bundles, round by round: those that border on one, or else those that border on nobody."""
    while (home == _LEFT).any():
        left, taken = np.flatnonzero(home == _LEFT), np.flatnonzero(home >= 0)
        chosen = units.neighbours[np.ix_(left, taken)].any(axis=1)
        if not chosen.any():
            chosen = ~units.neighbours[np.ix_(left, left)].any(axis=1)
        mine = left[chosen] if chosen.any() else left[:1]
        best = [int(home[taken[_nearest(units, [unit], taken)[0]]]) for unit in mine.tolist()]
        home = home.copy()
        home[mine] = best
    return home


def _spread(units: Units, home: Ints) -> float:
    """Return the sum of squared distances from the middles of the bundles, in whole square metres."""
    parts = (units.xy[home == bundle] for bundle in np.unique(home))
    return float(np.rint(sum(float(((xy - xy.mean(axis=0)) ** 2).sum()) for xy in parts)))


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
    """Return the bundle nearby to whose middle a unit lies nearest, its own where none is nearer."""
    mine = home == home[unit]
    if units.size[unit] >= least or units.size[mine].sum() - units.size[unit] < least:
        return int(home[unit])
    if not _holds_without(units.neighbours, np.flatnonzero(mine), unit):
        return int(home[unit])
    rest = mine.copy()
    rest[unit] = False
    best, least_added = int(home[unit]), _added(units.xy, rest, unit) - 0.001
    near = next(part for part in (units.neighbours[unit], np.isfinite(units.walk[unit]), ~rest) if part.any())
    for bundle in np.unique(home[near & ~mine]):
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
