"""How long two parcels face each other: exact lengths along their walls, with what stands between taken out.

A wall sees another along its own outward normal. The part of a wall that sees a neighbour is bounded by straight lines,
so its length follows from the coordinates; a thing that stands between hides exactly its own projection onto the wall.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from geo.contiguity.crossings import crossed_between
from geo.contiguity.intervals import Intervals, merge, subtract
from geo.contiguity.strips import (
    NOTHING_M,
    Strips,
    Walls,
    corners,
    in_frame,
    narrowed,
    open_ground,
    seam,
    strips_between,
    walls_of,
)

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Geometries = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Stretches:
    """Hold the ground over which parcels see each other, from either side; all arrays have one entry per stretch.

    Parameters
    ----------
    pair : array of int
        Row of the pair.
    corners : array of float, shape (k, 4, 2)
        Two corners on the wall that sees, low and high, and two on the one seen, high and low.
    """

    pair: Ints
    corners: Floats


@dataclass(frozen=True)
class Facing:
    """Hold pairs of parcels that face each other, sorted by parcel; all arrays have one entry per pair.

    Parameters
    ----------
    a, b : array of int
        Rows of the parcels, a < b.
    facing_m : array of float
        Length over which they see each other, the lesser of the two sides.
    width_m : array of float
        Mean distance over that length.
    bridged : array of float
        Share of that length which lies behind a barrier that a way crosses, 0..1.
    link : array of LineString
        From wall to wall, from ``a`` to ``b``, in the middle of the longest facing stretch.
    stretches : Stretches
        The ground between them.
    """

    a: Ints
    b: Ints
    facing_m: Floats
    width_m: Floats
    bridged: Floats
    link: Geometries
    stretches: Stretches


@dataclass(frozen=True)
class _Scene:
    """Hold the strips up to the greatest width with what stands in them; intervals are keyed by strip."""

    walls: Walls
    strips: Strips
    behind_parcels: Intervals
    behind_barriers: Intervals


def facing_pairs(parcels: Geometries, *, barriers: Geometries, ways: Geometries, max_width_m: float) -> Facing:
    """Find the parcels that face each other.

    Parameters
    ----------
    parcels : array of Polygon or MultiPolygon, shape (n,)
        The parcels, metres.
    barriers : array of geometry
        What hides a neighbour, also where it runs along the wall they share, unless a way crosses it in between.
    ways : array of LineString
        Where people walk.
    max_width_m : float
        Greatest distance across which parcels face each other.

    Returns
    -------
    Facing
        The pairs with any facing length. Parcels that meet at a corner only are no pair.
    """
    return facing_at_widths(parcels, barriers=barriers, ways=ways, widths_m=(max_width_m,))[0]


def facing_at_widths(
    parcels: Geometries, *, barriers: Geometries, ways: Geometries, widths_m: Sequence[float]
) -> tuple[Facing, ...]:
    """Find the parcels that face each other across each of several widths.

    Parameters
    ----------
    parcels, barriers, ways : array of geometry
        As for ``facing_pairs``.
    widths_m : sequence of float
        Greatest distances across which parcels face each other.

    Returns
    -------
    tuple of Facing
        What ``facing_pairs`` finds at each width; what stands between is looked up once, for the greatest.
    """
    scene = _scene(parcels, barriers, max(widths_m))
    return tuple(_facing(scene, (parcels, barriers, ways), width) for width in widths_m)


def _scene(parcels: Geometries, barriers: Geometries, max_width_m: float) -> _Scene:
    walls = walls_of(parcels)
    strips = strips_between(walls, max_width_m=max_width_m)
    hidden = []
    for ground, things in ((open_ground(walls, strips), parcels), (seam(walls, strips), barriers)):
        strip, thing = shapely.STRtree(things).query(ground, predicate="intersects")
        pieces = shapely.intersection(ground[strip], things[thing])
        parts, index = shapely.get_parts(pieces, return_index=True)
        hidden.append(_shadows(walls, strips, parts, strip[index]))
    return _Scene(walls, strips, *hidden)


def _shadows(walls: Walls, strips: Strips, parts: Geometries, owner: Ints) -> Intervals:
    """Project pieces onto the walls of the strips they stand in."""
    xy, part = shapely.get_coordinates(parts, return_index=True)
    s = in_frame(walls, strips.wall[owner[part]], xy)[:, 0]
    if not len(part):
        return Intervals(np.zeros(0, np.int64), np.zeros(0), np.zeros(0))
    first = np.flatnonzero(np.append(True, part[1:] != part[:-1]))
    return Intervals(owner[part[first]], np.minimum.reduceat(s, first), np.maximum.reduceat(s, first))


def _facing(scene: _Scene, around: tuple[Geometries, Geometries, Geometries], width_m: float) -> Facing:
    """Find what is seen across a width that is at most that of the scene."""
    strips, kept = narrowed(scene.strips, max_width_m=width_m)
    whole = Intervals(np.arange(len(kept)), strips.low, strips.high)
    parcels, barriers = (_of_kept(hidden, kept) for hidden in (scene.behind_parcels, scene.behind_barriers))
    crossed = _crossed(scene.walls, strips, np.unique(barriers.key), around)[barriers.key]
    shut = Intervals(barriers.key[~crossed], barriers.low[~crossed], barriers.high[~crossed])
    free, dry = (subtract(whole, blocked=_joined(parcels, hidden)) for hidden in (shut, barriers))
    long = free.high - free.low > NOTHING_M
    free = Intervals(free.key[long], free.low[long], free.high[long])
    return _sum_up(scene.walls, strips, free, dry)


def _of_kept(hidden: Intervals, kept: Ints) -> Intervals:
    """Return the intervals on the strips that are kept, keyed by their new rows."""
    row = np.full(int(max(kept.max(initial=-1), hidden.key.max(initial=-1))) + 1, -1)
    row[kept] = np.arange(len(kept))
    mine = row[hidden.key] >= 0
    return Intervals(row[hidden.key[mine]], hidden.low[mine], hidden.high[mine])


def _joined(one: Intervals, other: Intervals) -> Intervals:
    return Intervals(*(np.append(*ends) for ends in zip(vars(one).values(), vars(other).values(), strict=True)))


def _crossed(walls: Walls, strips: Strips, hit: Ints, around: tuple[Geometries, Geometries, Geometries]) -> Bools:
    """Tell which strips lie in a front whose barriers a way leads across."""
    parcels, barriers, ways = around
    sides = np.sort(np.column_stack([strips.parcel, strips.other]), axis=1)
    code = sides[:, 0] * len(parcels) + sides[:, 1]
    mine = np.flatnonzero(np.isin(code, code[hit]))
    mine = mine[np.argsort(code[mine], kind="stable")]
    pairs, pair = np.unique(code[mine], return_inverse=True)
    ground = seam(walls, Strips(*(column[mine] for column in vars(strips).values())))
    ends = parcels[pairs // max(len(parcels), 1)], parcels[pairs % max(len(parcels), 1)]
    crossed = np.zeros(len(code), bool)
    crossed[mine] = crossed_between(ground, pair=pair.reshape(-1), barriers=barriers, sides=ends, ways=ways)
    return crossed


def _sum_up(walls: Walls, strips: Strips, free: Intervals, dry: Intervals) -> Facing:
    """Add up what is seen, wall by wall and then parcel by parcel; keep the pairs that see each other from both sides.

    The lesser length of the two sides counts.
    """
    n = int(max(strips.parcel.max(initial=0), strips.other.max(initial=0))) + 1
    side = (strips.parcel * n + strips.other)[free.key]
    _, line = np.unique(np.column_stack([strips.wall[free.key], side]), axis=0, return_inverse=True)
    seen = merge(Intervals(line.reshape(-1), free.low, free.high))
    side_of = np.zeros(int(line.max(initial=-1)) + 1, np.int64)
    side_of[line.reshape(-1)] = side
    sides, of = np.unique(side_of[seen.key], return_inverse=True)
    length = np.bincount(of.reshape(-1), weights=seen.high - seen.low, minlength=len(sides))
    a, b = sides // n, sides % n
    back = np.minimum(np.searchsorted(sides, b * n + a), max(len(sides) - 1, 0))
    both = np.flatnonzero((a < b) & (sides[back] == b * n + a)) if len(sides) else np.zeros(0, np.int64)
    a, b, facing_m = a[both], b[both], np.minimum(length[both], length[back[both]])
    pair = _row_of_pair(strips, a * n + b, n)
    mine = pair[free.key] >= 0
    free = Intervals(free.key[mine], free.low[mine], free.high[mine])
    return _described((a, b, facing_m), walls, _cut(strips, free), (pair[free.key], _dry_length(pair, dry, len(a))))


def _row_of_pair(strips: Strips, code: Ints, n: int) -> Ints:
    """Return the row of the pair of each strip, -1 where its parcels are none."""
    mine = np.minimum(strips.parcel, strips.other) * n + np.maximum(strips.parcel, strips.other)
    row = np.minimum(np.searchsorted(code, mine), max(len(code) - 1, 0))
    return np.where(code[row] == mine, row, -1) if len(code) else np.full(len(mine), -1)


def _dry_length(pair: Ints, dry: Intervals, count: int) -> Floats:
    mine = pair[dry.key] >= 0
    return np.bincount(pair[dry.key[mine]], weights=(dry.high - dry.low)[mine], minlength=count).astype(np.float64)


def _cut(strips: Strips, free: Intervals) -> Strips:
    """Return the parts of strips that are free."""
    key = free.key
    slope = (strips.depth_high[key] - strips.depth_low[key]) / (strips.high[key] - strips.low[key])
    depths = (strips.depth_low[key] + slope * (end - strips.low[key]) for end in (free.low, free.high))
    return Strips(strips.wall[key], strips.parcel[key], strips.other[key], free.low, free.high, *depths)


def _described(found: tuple[Ints, Ints, Floats], walls: Walls, parts: Strips, of: tuple[Ints, Floats]) -> Facing:
    """Tell how wide the ground between the parcels of each pair is, what of it is bridged, and where it is longest."""
    (pair, dry_m), count = of, len(found[0])
    length = parts.high - parts.low
    depth = np.maximum((parts.depth_low + parts.depth_high) / 2, 0)
    total = np.bincount(pair, weights=length, minlength=count)
    width = np.bincount(pair, weights=length * depth, minlength=count) / total
    links = _links(walls, parts, depth)
    # Of stretches of one length the place decides, not the order of the rows.
    x, y = shapely.get_coordinates(shapely.line_interpolate_point(links, 0.5, normalized=True)).round(3).T
    order = np.lexsort((y, x, -length.round(6), pair))
    longest = order[np.append(True, np.diff(pair[order]) != 0)] if len(order) else order
    bridged = np.clip(1 - dry_m / total, 0, 1)
    return Facing(*found, width, bridged, links[longest], Stretches(pair, corners(walls, parts)))


def _links(walls: Walls, parts: Strips, depth: Floats) -> Geometries:
    """Return a line from wall to wall in the middle of each strip, from the parcel with the lower row."""
    middle = (parts.low + parts.high) / 2
    start = walls.start[parts.wall] + walls.along[parts.wall] * middle[:, None]
    stop = start + walls.normal[parts.wall] * np.maximum(depth, 0.01)[:, None]
    lines: Geometries = shapely.linestrings(np.stack([start, stop], axis=1))
    return np.where(parts.parcel < parts.other, lines, shapely.reverse(lines))
