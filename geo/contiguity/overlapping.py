"""Parcels drawn over each other: what the ground they share tells of their being neighbours."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Geometries = npt.NDArray[np.object_]

BARRIER_HALF_M = 0.5
LINK_M = 0.01
TOUCH_M = 0.001


@dataclass(frozen=True)
class Overlaps:
    """Hold pairs of parcels that share ground; all arrays have one entry per pair.

    Parameters
    ----------
    a, b : array of int
        Rows of the parcels, a < b.
    length_m : array of float
        How long the ground they share is.
    link : array of LineString
        A mark inside the longest piece of it.
    """

    a: Ints
    b: Ints
    length_m: Floats
    link: Geometries


def overlapping_pairs(parcels: Geometries, *, barriers: Geometries) -> Overlaps:
    """Find the parcels that overlap, one inside another among them.

    Parameters
    ----------
    parcels : array of Polygon or MultiPolygon, shape (n,)
        The parcels, metres.
    barriers : array of geometry
        What parts ground.

    Returns
    -------
    Overlaps
        Sorted by parcel. The length of a piece of ground shared is the longer side of the least rectangle around it,
        and several pieces add up; a piece that a barrier cuts from the rest of either parcel counts nothing.
    """
    a, b = shapely.STRtree(parcels).query(parcels, predicate="intersects")
    a, b = a[a < b], b[a < b]
    order = np.lexsort((b, a))
    a, b = a[order], b[order]
    pieces, pair = shapely.get_parts(shapely.intersection(parcels[a], parcels[b]), return_index=True)
    flat = shapely.get_dimensions(pieces) == 2
    pieces, pair, was_cut = _cut(pieces[flat], pair[flat], barriers)
    joins = ~was_cut
    for row in np.flatnonzero(was_cut):
        joins[row] = _joins_both(pieces[row], parcels[a[pair[row]]], parcels[b[pair[row]]])
    pieces, pair = pieces[joins], pair[joins]
    length = _length(pieces)
    order = np.lexsort((-length, pair))
    longest = order[np.append(True, np.diff(pair[order]) != 0)] if len(order) else order
    total = np.bincount(pair, weights=length, minlength=len(a)).astype(np.float64)
    found = pair[longest]
    return Overlaps(a[found], b[found], total[found], _marks(pieces[longest]))


def _cut(pieces: Geometries, pair: Ints, barriers: Geometries) -> tuple[Geometries, Ints, npt.NDArray[np.bool_]]:
    """Cut pieces at the barriers that run through them, and tell which are what a barrier left."""
    barrier, piece = shapely.STRtree(pieces).query(barriers, predicate="intersects")
    rows = np.unique(piece)
    pieces, was_cut = pieces.copy(), np.isin(np.arange(len(pieces)), rows)
    for row in rows:
        through = shapely.union_all(shapely.buffer(barriers[barrier[piece == row]], BARRIER_HALF_M))
        pieces[row] = shapely.difference(pieces[row], through)
    parts, index = shapely.get_parts(pieces, return_index=True)
    return parts, pair[index], was_cut[index]


def _joins_both(piece: shapely.Geometry, one: shapely.Geometry, other: shapely.Geometry) -> bool:
    """Tell whether a piece borders on what each parcel has for itself, if it has any."""
    own = (shapely.difference(one, other), shapely.difference(other, one))
    return all(side.is_empty or piece.distance(side) < TOUCH_M for side in own)


def _length(pieces: Geometries) -> Floats:
    """Return the longer side of the least rectangle around each piece."""
    corners = shapely.get_coordinates(shapely.minimum_rotated_rectangle(pieces)).reshape(-1, 5, 2)
    sides: Floats = np.linalg.norm(np.diff(corners[:, :3], axis=1), axis=2).max(axis=1)
    return sides


def _marks(pieces: Geometries) -> Geometries:
    spot = shapely.get_coordinates(shapely.point_on_surface(pieces))
    lines: Geometries = shapely.linestrings(np.stack([spot, spot + np.array([LINK_M, 0.0])], axis=1))
    return lines
