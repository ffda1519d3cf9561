"""How long two parcels face each other: exact lengths along their walls, with what stands between taken out.

A wall sees another along its own outward normal. The part of a wall that sees a neighbour is bounded by straight lines,
so its length follows from the coordinates; a thing that stands between hides exactly its own projection onto the wall.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from geo.contiguity.intervals import Intervals, merge, subtract

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Geometries = npt.NDArray[np.object_]

# Outlines of two sources overlap by metres; more than this is no shared boundary but the same ground drawn twice.
OVERLAP_M = 5.0
FACING_COSINE = -0.5
SKIN_M = 0.3
SIMPLIFY_M = 0.25
BANK_M = 0.05
# Shorter stretches are rounding.
NOTHING_M = 1e-6


@dataclass(frozen=True)
class Walls:
    """Hold the walls of parcels, walked with the parcel on the left; all arrays have one entry per wall.

    Parameters
    ----------
    parcel : array of int
        Row of the parcel.
    start, along, normal : array of float, shape (k, 2)
        First point, unit vector along the wall, unit vector outward.
    length : array of float
        Metres.
    """

    parcel: Ints
    start: Floats
    along: Floats
    normal: Floats
    length: Floats


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
    link : array of LineString
        From wall to wall, from ``a`` to ``b``, in the middle of the longest facing stretch.
    """

    a: Ints
    b: Ints
    facing_m: Floats
    width_m: Floats
    link: Geometries


@dataclass(frozen=True)
class _Strips:
    wall: Ints
    parcel: Ints
    other: Ints
    low: Floats
    high: Floats
    depth_low: Floats
    depth_high: Floats


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
    walls = _walls(parcels)
    strips = _strips(walls, max_width_m)
    blocked = _blocked(walls, strips, (parcels, barriers, ways))
    whole = Intervals(np.arange(len(strips.wall)), strips.low, strips.high)
    free = subtract(whole, blocked=blocked)
    long = free.high - free.low > NOTHING_M
    return _sum_up(walls, strips, Intervals(free.key[long], free.low[long], free.high[long]))


def _walls(parcels: Geometries) -> Walls:
    parts, owner = shapely.get_parts(shapely.simplify(parcels, SIMPLIFY_M), return_index=True)
    # Rings of holes too: a parcel in the hole of another borders on it.
    rings, part = shapely.get_rings(shapely.orient_polygons(parts, exterior_cw=False), return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    here = np.flatnonzero(ring[1:] == ring[:-1])
    step = xy[here + 1] - xy[here]
    length = np.hypot(step[:, 0], step[:, 1])
    here, step, length = here[length > 0], step[length > 0], length[length > 0]
    along = step / length[:, None]
    normal = np.column_stack([along[:, 1], -along[:, 0]])
    return Walls(owner[part[ring[here]]].astype(np.int64), xy[here], along, normal, length)


def _strips(walls: Walls, max_width_m: float) -> _Strips:
    """Return, for walls of different parcels that face each other, the stretch of the first that sees the second."""
    stop = walls.start + walls.along * walls.length[:, None]
    lines = shapely.linestrings(np.stack([walls.start, stop], axis=1))
    wall, other = shapely.STRtree(lines).query(lines, predicate="dwithin", distance=max_width_m)
    cosine = (walls.along[wall] * walls.along[other]).sum(axis=1)
    keep = (walls.parcel[wall] != walls.parcel[other]) & (cosine <= FACING_COSINE)
    wall, other = wall[keep], other[keep]
    near, far = (_in_frame(walls, wall, point[other]) for point in (stop, walls.start))
    slope = (far[:, 1] - near[:, 1]) / (far[:, 0] - near[:, 0])
    low, high = np.maximum(near[:, 0], 0), np.minimum(far[:, 0], walls.length[wall])
    low, high = _within_depth((low, high), near, slope, ((-OVERLAP_M, 1.0), (max_width_m, -1.0)))
    seen = np.flatnonzero(high - low > NOTHING_M)
    low, high, wall, other, near, slope = low[seen], high[seen], wall[seen], other[seen], near[seen], slope[seen]
    depth_low, depth_high = (near[:, 1] + slope * (end - near[:, 0]) for end in (low, high))
    return _Strips(wall, walls.parcel[wall], walls.parcel[other], low, high, depth_low, depth_high)


def _in_frame(walls: Walls, wall: Ints, point: Floats) -> Floats:
    """Return points as distance along and out of a wall."""
    off = point - walls.start[wall]
    return np.column_stack([(off * walls.along[wall]).sum(axis=1), (off * walls.normal[wall]).sum(axis=1)])


def _within_depth(
    ends: tuple[Floats, Floats], near: Floats, slope: Floats, limits: Sequence[tuple[float, float]]
) -> tuple[Floats, Floats]:
    """Shorten stretches to where the other wall is no nearer (sign 1) or no farther (sign -1) than each limit."""
    low, high = ends
    for limit, sign in limits:
        start = sign * (near[:, 1] + slope * (low - near[:, 0]) - limit)
        stop = sign * (near[:, 1] + slope * (high - near[:, 0]) - limit)
        with np.errstate(divide="ignore", invalid="ignore"):
            root = near[:, 0] + (limit - near[:, 1]) / slope
        out = (start < 0) & (stop < 0)
        low = np.where((start < 0) & ~out, np.maximum(low, root), low)
        high = np.where(out, low, np.where(stop < 0, np.minimum(high, root), high))
    return low, high


def _ground(walls: Walls, strips: _Strips) -> Geometries:
    """Return the ground between the walls of each strip, less a skin at either end; missing where the walls touch."""
    near = np.column_stack([strips.low, strips.depth_low])
    slope = (strips.depth_high - strips.depth_low) / (strips.high - strips.low)
    low, high = _within_depth((strips.low, strips.high), near, slope, ((2 * SKIN_M, 1.0),))
    open_ground = high - low > NOTHING_M
    over_low, over_high = (near[:, 1] + slope * (end - near[:, 0]) - SKIN_M for end in (low, high))
    shapes = np.full(len(low), None, object)
    shapes[open_ground] = _quads(walls, strips.wall, (low, high), (SKIN_M, over_low, over_high))[open_ground]
    return shapes


def _seam(walls: Walls, strips: _Strips) -> Geometries:
    """Return the ground between the walls of each strip with a skin of both, for a barrier may run along a wall."""
    over_low, over_high = (np.maximum(depth, 0) + SKIN_M for depth in (strips.depth_low, strips.depth_high))
    return _quads(walls, strips.wall, (strips.low, strips.high), (-SKIN_M, over_low, over_high))


def _quads(walls: Walls, wall: Ints, ends: tuple[Floats, Floats], depths: tuple[float, Floats, Floats]) -> Geometries:
    """Return the ground over stretches of walls, from one depth in front of the wall to others at its two ends."""
    low, high = ends
    base, over_low, over_high = depths
    corners = []
    for place, out in (
        (low, np.full(len(low), base)),
        (high, np.full(len(low), base)),
        (high, over_high),
        (low, over_low),
    ):
        corners.append(walls.start[wall] + walls.along[wall] * place[:, None] + walls.normal[wall] * out[:, None])
    shapes: Geometries = shapely.polygons(np.stack(corners, axis=1))
    return shapes


def _blocked(walls: Walls, strips: _Strips, around: tuple[Geometries, Geometries, Geometries]) -> Intervals:
    """Return the stretches of each strip's wall that something in between hides."""
    parcels, barriers, ways = around
    ground = _ground(walls, strips)
    strip, thing = shapely.STRtree(parcels).query(ground, predicate="intersects")
    pieces, owners = shapely.intersection(ground[strip], parcels[thing]), strip
    seam = _seam(walls, strips)
    strip, thing = shapely.STRtree(barriers).query(seam, predicate="intersects")
    hidden = shapely.intersection(seam[strip], barriers[thing])
    shut = ~_crossed(hidden, seam[strip], ways)
    parts, index = shapely.get_parts(np.concatenate([pieces, hidden[shut]]), return_index=True)
    owner = np.concatenate([owners, strip[shut]])[index]
    return _shadows(walls, strips, parts, owner)


def _crossed(hidden: Geometries, seam: Geometries, ways: Geometries) -> npt.NDArray[np.bool_]:
    """Tell which barriers a way leads across: one that ends at a bank, or runs along it, does not."""
    crossed = np.zeros(len(hidden), bool)
    row, way = shapely.STRtree(ways).query(hidden, predicate="intersects")
    order = np.argsort(row, kind="stable")
    for mine in np.split(order, np.flatnonzero(np.diff(row[order])) + 1) if len(order) else ():
        one = row[mine[0]]
        banks = shapely.get_parts(shapely.difference(seam[one], shapely.buffer(hidden[one], BANK_M)))
        # Pieces of a way that meet on the bridge are one path.
        paths = shapely.get_parts(shapely.buffer(shapely.union_all(ways[way[mine]]), BANK_M))
        reached = shapely.intersects(paths[:, None], banks[None, :]).sum(axis=1)
        crossed[one] = bool((reached > 1).any())
    return crossed


def _shadows(walls: Walls, strips: _Strips, parts: Geometries, owner: Ints) -> Intervals:
    """Project pieces onto the walls of the strips they stand in."""
    xy, part = shapely.get_coordinates(parts, return_index=True)
    s = _in_frame(walls, strips.wall[owner[part]], xy)[:, 0]
    if not len(part):
        return Intervals(np.zeros(0, np.int64), np.zeros(0), np.zeros(0))
    first = np.flatnonzero(np.append(True, part[1:] != part[:-1]))
    return Intervals(owner[part[first]], np.minimum.reduceat(s, first), np.maximum.reduceat(s, first))


def _sum_up(walls: Walls, strips: _Strips, free: Intervals) -> Facing:
    """Add up what is seen, wall by wall and then parcel by parcel."""
    pair = np.column_stack([strips.parcel, strips.other])[free.key]
    _, line = np.unique(np.column_stack([strips.wall[free.key], pair[:, 1]]), axis=0, return_inverse=True)
    line = line.reshape(-1)
    seen = merge(Intervals(line, free.low, free.high))
    length = np.bincount(seen.key, weights=seen.high - seen.low)
    _, first = np.unique(line, return_index=True)
    sides, side = np.unique(pair[first], axis=0, return_inverse=True)
    facing = np.bincount(side.reshape(-1), weights=length).astype(np.float64)
    middle = (free.low + free.high) / 2
    span = strips.high[free.key] - strips.low[free.key]
    share = (middle - strips.low[free.key]) / span
    depth = strips.depth_low[free.key] * (1 - share) + strips.depth_high[free.key] * share
    return _both_sides(
        sides, facing, (pair, free.high - free.low, depth, _links(walls, strips, free.key, middle, depth))
    )


def _links(walls: Walls, strips: _Strips, key: Ints, middle: Floats, depth: Floats) -> Geometries:
    start = walls.start[strips.wall[key]] + walls.along[strips.wall[key]] * middle[:, None]
    stop = start + walls.normal[strips.wall[key]] * np.maximum(depth, 0.01)[:, None]
    lines: Geometries = shapely.linestrings(np.stack([start, stop], axis=1))
    return lines


def _both_sides(sides: Ints, facing: Floats, free: tuple[Ints, Floats, Floats, Geometries]) -> Facing:
    """Keep the pairs that see each other from both sides, with the lesser length and the mean width."""
    pair, length, depth, link = free
    table = {(int(a), int(b)): value for (a, b), value in zip(sides, facing, strict=True)}
    kept = [key for key in table if key[0] < key[1] and key[::-1] in table]
    a, b = (np.array([key[i] for key in kept], np.int64) for i in (0, 1))
    facing_m = np.array([min(table[key], table[key[::-1]]) for key in kept])
    keys = np.sort(pair, axis=1)
    n = int(keys.max()) + 1 if len(keys) else 1
    code, mine = keys[:, 0] * n + keys[:, 1], a * n + b
    at = np.searchsorted(mine, code)
    ok = (at < len(mine)) & (mine[np.minimum(at, max(len(mine) - 1, 0))] == code) if len(mine) else at < 0
    weight = np.bincount(at[ok], weights=length[ok], minlength=len(mine))
    width = np.bincount(at[ok], weights=(length * np.maximum(depth, 0))[ok], minlength=len(mine)) / weight
    forward = np.where(pair[ok, 0] < pair[ok, 1], link[ok], shapely.reverse(link[ok]))
    # Of stretches of one length the place decides, not the order of the rows.
    x, y = shapely.get_coordinates(shapely.line_interpolate_point(forward, 0.5, normalized=True)).round(3).T
    order = np.lexsort((y, x, -length[ok].round(6), at[ok]))
    longest = order[np.append(True, np.diff(at[ok][order]) != 0)] if len(order) else order
    return Facing(a, b, facing_m, width, forward[longest])
