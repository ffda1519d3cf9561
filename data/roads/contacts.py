"""Where lines meet: every place at which two lines touch or cross, and which of these places join them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Shapes = npt.NDArray[np.object_]

# What lies closer lies at one place: far below any survey, far above the rounding of a change of system.
TOUCH_M = 0.001
# A clearance that a person walks under; of two lines further apart in height one is above the other.
MAX_RISE_M = 2.5


@dataclass(frozen=True)
class Levels:
    """Hold on which level each line runs.

    Parameters
    ----------
    level : array of float, shape (n,)
        Zero on the ground.
    apart : array of bool, shape (n,)
        Whether it is a bridge or a tunnel, whose interior joins nothing.
    """

    level: Floats
    apart: Flags


@dataclass(frozen=True)
class Contacts:
    """Hold places where a line meets another line or itself; the columns of ``line`` and ``at`` are its two sides.

    Parameters
    ----------
    line : array of int, shape (k, 2)
        The lines.
    at : array of float, shape (k, 2)
        Metres along each; exactly zero or the length at an end.
    is_end : array of bool, shape (k, 2)
        Whether the line ends there.
    rise_m : array of float, shape (k,)
        How far one lies above the other; NaN where a height is not known.
    """

    line: Ints
    at: Floats
    is_end: Flags
    rise_m: Floats

    def take(self, rows: Ints | Flags) -> "Contacts":
        """Return some of the places."""
        return Contacts(self.line[rows], self.at[rows], self.is_end[rows], self.rise_m[rows])

    def with_(self, more: "Contacts") -> "Contacts":
        """Return these places and others."""
        return Contacts(
            np.concatenate([self.line, more.line]),
            np.concatenate([self.at, more.at]),
            np.concatenate([self.is_end, more.is_end]),
            np.concatenate([self.rise_m, more.rise_m]),
        )


@dataclass(frozen=True)
class _Segments:
    line: Ints
    start: Floats
    stop: Floats
    along: Floats


def find_contacts(lines: Shapes) -> Contacts:
    """Find every place where lines touch or cross.

    Lines that run upon each other have a place at every vertex of the stretch they share.

    Parameters
    ----------
    lines : array of LineString, shape (n,)
        In metres, with or without heights.

    Returns
    -------
    Contacts
        The places, some of them more than once.
    """
    segments = _segments(lines)
    one, two = _near(segments)
    parts = [_vertex_contacts(segments, one, two, stop=False), _vertex_contacts(segments, one, two, stop=True)]
    parts += [_vertex_contacts(segments, two, one, stop=False), _vertex_contacts(segments, two, one, stop=True)]
    touching = np.logical_or.reduce([part[0] for part in parts])
    parts.append(_crossings(segments, one, two, ~touching))
    line, at, rise = (np.concatenate([part[place] for part in parts]) for place in (1, 2, 3))
    return _with_ends(line, at, rise, shapely.length(lines))


def make_contacts(lines: Shapes, *, line: Ints, at: Floats, rise_m: Floats) -> Contacts:
    """Make contacts of known places, each within reach of an end brought to it.

    Parameters
    ----------
    lines : array of LineString, shape (n,)
        The lines.
    line, at : array, shape (k, 2)
        See :class:`Contacts`.
    rise_m : array of float, shape (k,)
        See :class:`Contacts`.

    Returns
    -------
    Contacts
        The places.
    """
    return _with_ends(line, at, rise_m, shapely.length(lines))


def joining(contacts: Contacts, *, levels: Levels) -> Flags:
    """Tell which contacts join their lines.

    Lines of one level join, but not in the interior of a bridge or a tunnel. An end that has no partner of its own
    level at its place lands on the nearest other level there; the ground goes first where two are as near.

    Parameters
    ----------
    contacts : Contacts
        Places where lines meet.
    levels : Levels
        The level of each line.

    Returns
    -------
    array of bool, shape (k,)
        Whether the lines join there.
    """
    level, apart = levels.level[contacts.line], levels.apart[contacts.line]
    open_ = ~(contacts.rise_m > MAX_RISE_M) & (contacts.is_end | ~apart).all(axis=1)
    same = level[:, 0] == level[:, 1]
    own = open_ & same
    end = 2 * contacts.line + (contacts.at > 0)
    supplied = np.unique(end[own][contacts.is_end[own]])
    landing = (open_ & ~same)[:, None] & contacts.is_end & ~np.isin(end, supplied)
    joins: Flags = own | _nearest_level(end, level, landing)
    return joins


def _nearest_level(end: Ints, level: Floats, landing: Flags) -> Flags:
    """Tell which contacts let an end land: those on the level that is nearest to its own."""
    row, side = np.nonzero(landing)
    which, own, other = end[row, side], level[row, side], level[row, 1 - side]
    order = np.lexsort((-other, np.abs(other), np.abs(other - own), which))
    first = np.ones(len(order), bool)
    first[1:] = which[order][1:] != which[order][:-1]
    chosen = np.repeat(other[order][first], np.diff(np.append(np.flatnonzero(first), len(order))))
    found = np.zeros(len(end), bool)
    found[row[order][other[order] == chosen]] = True
    return found


def _segments(lines: Shapes) -> _Segments:
    points, owner = shapely.get_coordinates(lines, include_z=True, return_index=True)
    first = np.flatnonzero(owner[1:] == owner[:-1])
    start, stop, line = points[first], points[first + 1], owner[first].astype(np.int64)
    run = np.concatenate([[0.0], np.cumsum(np.hypot(*(stop - start)[:, :2].T))])
    begins = np.searchsorted(line, np.arange(len(lines)))
    return _Segments(line, start, stop, run[:-1] - run[begins[line]])


def _near(segments: _Segments) -> tuple[Ints, Ints]:
    """Return pairs of segments whose boxes meet; neighbours within a line are left out."""
    low = np.minimum(segments.start, segments.stop)[:, :2]
    high = np.maximum(segments.start, segments.stop)[:, :2]
    tree = shapely.STRtree(shapely.box(*low.T, *high.T))
    one, two = tree.query(shapely.box(*(low - TOUCH_M).T, *(high + TOUCH_M).T))
    kept = (one < two) & ((two - one > 1) | (segments.line[one] != segments.line[two]))
    return one[kept].astype(np.int64), two[kept].astype(np.int64)


def _vertex_contacts(segments: _Segments, one: Ints, two: Ints, *, stop: bool) -> tuple[Flags, Ints, Floats, Floats]:
    """Find where an end of one segment lies on the other; the flags are per pair, the rest per place found."""
    point = (segments.stop if stop else segments.start)[one]
    start = segments.start[two]
    way = segments.stop[two] - start
    square = (way[:, :2] ** 2).sum(axis=1)
    share = np.clip(((point - start)[:, :2] * way[:, :2]).sum(axis=1) / square, 0, 1)
    foot = start + share[:, None] * way
    found = np.hypot(*(point - foot)[:, :2].T) <= TOUCH_M
    one, two, share = one[found], two[found], share[found]
    length = np.hypot(*(segments.stop - segments.start)[:, :2].T)
    at = np.column_stack(
        [segments.along[one] + (length[one] if stop else 0), segments.along[two] + share * length[two]]
    )
    rise = np.abs(point - foot)[found, 2]
    return found, np.column_stack([segments.line[one], segments.line[two]]), at, rise


def _crossings(segments: _Segments, one: Ints, two: Ints, free: Flags) -> tuple[Flags, Ints, Floats, Floats]:
    """Find where segments cross that touch at none of their ends."""
    way_1, way_2 = segments.stop[one] - segments.start[one], segments.stop[two] - segments.start[two]
    between = segments.start[two] - segments.start[one]
    area = _cross(way_1, way_2)
    with np.errstate(divide="ignore", invalid="ignore"):
        share_1, share_2 = _cross(between, way_2) / area, _cross(between, way_1) / area
    found = free & (area != 0) & (share_1 > 0) & (share_1 < 1) & (share_2 > 0) & (share_2 < 1)
    one, two, share_1, share_2 = one[found], two[found], share_1[found], share_2[found]
    length_1, length_2 = (np.hypot(*way[found][:, :2].T) for way in (way_1, way_2))
    at = np.column_stack([segments.along[one] + share_1 * length_1, segments.along[two] + share_2 * length_2])
    high = between[found, 2] + share_2 * way_2[found, 2] - share_1 * way_1[found, 2]
    return found, np.column_stack([segments.line[one], segments.line[two]]), at, np.abs(high)


def _cross(one: Floats, two: Floats) -> Floats:
    product: Floats = one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0]
    return product


def _with_ends(line: Ints, at: Floats, rise: Floats, length_m: Floats) -> Contacts:
    """Bring places within reach of an end to that end, and drop those where a line meets itself in no other place."""
    length = length_m[line]
    at = np.where(at <= TOUCH_M, 0.0, np.where(at >= length - TOUCH_M, length, at))
    other = (line[:, 0] != line[:, 1]) | (np.abs(at[:, 0] - at[:, 1]) > 10 * TOUCH_M)
    is_end = (at == 0) | (at == length)
    return Contacts(line, at, is_end, rise).take(other)
