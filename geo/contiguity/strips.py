"""Strips of ground between the walls of parcels, each bounded by straight lines that follow from the coordinates."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Geometries = npt.NDArray[np.object_]

# Outlines of two sources overlap by metres; what overlaps by more is told by the ground they share, not by the walls.
OVERLAP_M = 5.0
# Walls turned away from each other by more than 60 degrees are an end, a corner or a side, not a front.
FACING_COSINE = -0.5
SKIN_M = 0.3
SIMPLIFY_M = 0.25
# Distances are compared to the millimetre: 30 m across is 30 m wherever the town lies.
WIDTH_TOLERANCE_M = 0.0005
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
class Strips:
    """Hold strips between a wall and one of another parcel; all arrays have one entry per strip.

    Parameters
    ----------
    wall : array of int
        Row of the wall it lies in front of.
    parcel, other : array of int
        Parcel of that wall, and the one it sees.
    low, high : array of float
        Ends along the wall.
    depth_low, depth_high : array of float
        Distance of the other wall at the ends, along the normal; below 0 where the parcels overlap.
    """

    wall: Ints
    parcel: Ints
    other: Ints
    low: Floats
    high: Floats
    depth_low: Floats
    depth_high: Floats


def walls_of(parcels: Geometries) -> Walls:
    """Take parcels apart into walls; details below a quarter of a metre are smoothed.

    Parameters
    ----------
    parcels : array of Polygon or MultiPolygon, shape (n,)
        The parcels, metres.

    Returns
    -------
    Walls
        The walls, of holes too: a parcel in the hole of another borders on it.
    """
    # In normal form a ring starts at the same corner however it was drawn.
    smooth = shapely.simplify(shapely.normalize(parcels), SIMPLIFY_M)
    parts, owner = shapely.get_parts(smooth, return_index=True)
    rings, part = shapely.get_rings(shapely.orient_polygons(parts, exterior_cw=False), return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    here = np.flatnonzero(ring[1:] == ring[:-1])
    step = xy[here + 1] - xy[here]
    length = np.hypot(step[:, 0], step[:, 1])
    here, step, length = here[length > 0], step[length > 0], length[length > 0]
    along = step / length[:, None]
    normal = np.column_stack([along[:, 1], -along[:, 0]])
    return Walls(owner[part[ring[here]]].astype(np.int64), xy[here], along, normal, length)


def strips_between(walls: Walls, *, max_width_m: float) -> Strips:
    """Find, for walls of different parcels that face each other, the stretch of the first that sees the second.

    Parameters
    ----------
    walls : Walls
        The walls.
    max_width_m : float
        Greatest distance across which they face each other.

    Returns
    -------
    Strips
        One or two per pair of walls and direction: none changes from overlap to distance.
    """
    farthest = max_width_m + WIDTH_TOLERANCE_M
    stop = walls.start + walls.along * walls.length[:, None]
    lines = shapely.linestrings(np.stack([walls.start, stop], axis=1))
    wall, other = shapely.STRtree(lines).query(lines, predicate="dwithin", distance=farthest)
    cosine = (walls.along[wall] * walls.along[other]).sum(axis=1)
    keep = (walls.parcel[wall] != walls.parcel[other]) & (cosine <= FACING_COSINE)
    wall, other = wall[keep], other[keep]
    near, far = (in_frame(walls, wall, point[other]) for point in (stop, walls.start))
    slope = (far[:, 1] - near[:, 1]) / (far[:, 0] - near[:, 0])
    whole = np.maximum(near[:, 0], 0), np.minimum(far[:, 0], walls.length[wall])
    parts = []
    for limits in (((-OVERLAP_M, 1.0), (0.0, -1.0)), ((0.0, 1.0), (farthest, -1.0))):
        low, high = within_depth(whole, near, slope, limits)
        seen = np.flatnonzero(high - low > NOTHING_M)
        depths = (near[seen, 1] + slope[seen] * (end[seen] - near[seen, 0]) for end in (low, high))
        ends = (walls.parcel[wall[seen]], walls.parcel[other[seen]])
        parts.append((wall[seen], *ends, low[seen], high[seen], *depths))
    return Strips(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def narrowed(strips: Strips, *, max_width_m: float) -> tuple[Strips, Ints]:
    """Shorten strips to where the other wall is within a lesser distance.

    Parameters
    ----------
    strips : Strips
        The strips.
    max_width_m : float
        That distance.

    Returns
    -------
    tuple of Strips and array of int
        What is left, and which strip each is part of.
    """
    near = np.column_stack([strips.low, strips.depth_low])
    slope = (strips.depth_high - strips.depth_low) / (strips.high - strips.low)
    limit = ((max_width_m + WIDTH_TOLERANCE_M, -1.0),)
    low, high = within_depth((strips.low, strips.high), near, slope, limit)
    kept = np.flatnonzero(high - low > NOTHING_M)
    depths = (near[kept, 1] + slope[kept] * (end[kept] - near[kept, 0]) for end in (low, high))
    ends = strips.wall[kept], strips.parcel[kept], strips.other[kept]
    return Strips(*ends, low[kept], high[kept], *depths), kept


def in_frame(walls: Walls, wall: Ints, point: Floats) -> Floats:
    """Return points as distance along and out of a wall."""
    off = point - walls.start[wall]
    return np.column_stack([(off * walls.along[wall]).sum(axis=1), (off * walls.normal[wall]).sum(axis=1)])


def within_depth(
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


def open_ground(walls: Walls, strips: Strips) -> Geometries:
    """Return the ground between the walls of each strip, less a skin at either end; missing where the walls touch."""
    near = np.column_stack([strips.low, strips.depth_low])
    slope = (strips.depth_high - strips.depth_low) / (strips.high - strips.low)
    low, high = within_depth((strips.low, strips.high), near, slope, ((2 * SKIN_M, 1.0),))
    wide = high - low > NOTHING_M
    tops = tuple(near[:, 1] + slope * (end - near[:, 0]) - SKIN_M for end in (low, high))
    base = np.full(len(low), SKIN_M)
    shapes = np.full(len(low), None, object)
    shapes[wide] = shapely.polygons(_corners(walls, strips.wall, (low, high), ((base, base), tops)))[wide]
    return shapes


def seam(walls: Walls, strips: Strips) -> Geometries:
    """Return the ground between the walls of each strip with a skin of both, for a barrier may run along a wall."""
    depths = strips.depth_low, strips.depth_high
    base = tuple(np.minimum(depth, 0) - SKIN_M for depth in depths)
    tops = tuple(np.maximum(depth, 0) + SKIN_M for depth in depths)
    shapes: Geometries = shapely.polygons(_corners(walls, strips.wall, (strips.low, strips.high), (base, tops)))
    return shapes


def corners(walls: Walls, strips: Strips) -> Floats:
    """Return the corners of each strip, shape (k, 4, 2): two on its wall, two on the other, in a ring."""
    base = np.zeros(len(strips.low))
    depths = np.maximum(strips.depth_low, 0), np.maximum(strips.depth_high, 0)
    return _corners(walls, strips.wall, (strips.low, strips.high), ((base, base), depths))


def _corners(
    walls: Walls, wall: Ints, ends: tuple[Floats, Floats], depths: tuple[tuple[Floats, ...], tuple[Floats, ...]]
) -> Floats:
    """Return the ground over stretches of walls, from depths at their two ends to others."""
    (low, high), (base, tops) = ends, depths
    spots = ((low, base[0]), (high, base[1]), (high, tops[1]), (low, tops[0]))
    start, along, normal = walls.start[wall], walls.along[wall], walls.normal[wall]
    return np.stack([start + along * place[:, None] + normal * out[:, None] for place, out in spots], axis=1)
