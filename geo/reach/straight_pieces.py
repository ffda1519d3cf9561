"""Streets and barriers as straight pieces: each stretch of street once, cut where a barrier crosses it."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from geo.streets.sub_graphs import ranges

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Geometries = npt.NDArray[np.object_]

# A cut this close to an end would leave nothing but rounding.
NOTHING_M = 1e-6


@dataclass(frozen=True)
class Pieces:
    """Hold straight pieces; all arrays have one entry per piece.

    Parameters
    ----------
    start, along : array of float, shape (k, 2)
        First point, metres, and the unit vector from it; a piece without length has any.
    length : array of float, shape (k,)
        Metres.
    """

    start: Floats
    along: Floats
    length: Floats

    def take(self, rows: Ints) -> "Pieces":
        """Return some of the pieces, in the order of ``rows``."""
        return Pieces(self.start[rows], self.along[rows], self.length[rows])

    @property
    def end(self) -> Floats:
        """Return the last points."""
        last: Floats = self.start + self.along * self.length[:, None]
        return last


@dataclass(frozen=True)
class Strands:
    """Hold which piece lies where along which arc; all arrays have one entry per arc and piece, sorted by arc.

    Parameters
    ----------
    arc, piece : array of int
        Rows of the arcs and of the pieces.
    from_m : array of float
        Metres from the tail of the arc to where a walker meets the piece.
    backward : array of bool
        Whether the walker meets the end of the piece first.
    """

    arc: Ints
    piece: Ints
    from_m: Floats
    backward: Bools


def pieces_between(first: Floats, last: Floats) -> Pieces:
    """Lay pieces between points.

    Parameters
    ----------
    first, last : array of float, shape (k, 2)
        Ends, metres; a piece may have none but one place.

    Returns
    -------
    Pieces
        One for each row.
    """
    step = last - first
    length = np.hypot(step[:, 0], step[:, 1])
    along = np.tile([1.0, 0.0], (len(step), 1))
    np.divide(step, length[:, None], out=along, where=length[:, None] > 0)
    return Pieces(first, along, length)


def barrier_pieces(barriers: Geometries) -> Pieces:
    """Take barriers apart: lines, and the banks of polygons.

    Parameters
    ----------
    barriers : array of geometry
        Lines and polygons, of one part or many, also in collections; anything else has no pieces.

    Returns
    -------
    Pieces
        Those with a length.
    """
    parts = _flat_parts(barriers)
    kind = shapely.get_type_id(parts)
    banks = shapely.get_parts(shapely.boundary(parts[kind == shapely.GeometryType.POLYGON]))
    lines = np.concatenate(
        [parts[np.isin(kind, [shapely.GeometryType.LINESTRING, shapely.GeometryType.LINEARRING])], banks]
    )
    first, last, _ = _steps(lines)
    found = pieces_between(first, last)
    return found.take(np.flatnonzero(found.length > 0))


def barrier_areas(barriers: Geometries) -> Geometries:
    """Return the polygons among barriers, of one part each."""
    parts = _flat_parts(barriers)
    areas: Geometries = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    return areas


def _flat_parts(geometries: Geometries) -> Geometries:
    parts: Geometries = np.asarray(geometries, object)
    parts = parts[~(shapely.is_missing(parts) | shapely.is_empty(parts))]
    while (shapely.get_type_id(parts) > shapely.GeometryType.POLYGON).any():
        parts = shapely.get_parts(parts)
    return parts


def _steps(lines: Geometries) -> tuple[Floats, Floats, Ints]:
    """Return first and last point of each straight step of lines, and the row of the line."""
    xy, row = shapely.get_coordinates(lines, return_index=True)
    same = np.flatnonzero(row[1:] == row[:-1])
    return xy[same], xy[same + 1], row[same]


def street_pieces(lines: Geometries, *, barriers: Pieces) -> tuple[Pieces, Strands]:
    """Take the lines of arcs apart.

    Parameters
    ----------
    lines : array of LineString or None, shape (m,)
        Way of each arc from its tail to its head; None for an arc without a way in the world.
    barriers : Pieces
        What cuts a piece in two where it crosses it, so that each piece lies on one side.

    Returns
    -------
    Pieces
        Each stretch once, however many arcs lead over it and in whichever direction.
    Strands
        Where they lie along the arcs.
    """
    first, last, arc = _steps(lines)
    length = np.hypot(*(last - first).T)
    before = np.cumsum(length) - length
    opens = np.flatnonzero(np.append(True, arc[1:] != arc[:-1])) if len(arc) else arc
    from_m = before - np.repeat(before[opens], np.diff(np.append(opens, len(arc))))
    # Either direction of a street has the same two points; the lesser one starts the piece.
    backward = (first[:, 0] > last[:, 0]) | ((first[:, 0] == last[:, 0]) & (first[:, 1] > last[:, 1]))
    ends = np.where(backward[:, None], np.hstack([last, first]), np.hstack([first, last]))
    row, piece = _unique_rows(ends)
    whole = pieces_between(ends[row, :2], ends[row, 2:])
    return _cut(whole, Strands(arc, piece, from_m, backward), barriers)


def _unique_rows(table: Floats) -> tuple[Ints, Ints]:
    """Return one row of each kind, in sorted order, and the kind of each row."""
    order = np.lexsort(table.T)
    ranked = table[order]
    fresh = np.append(True, (ranked[1:] != ranked[:-1]).any(axis=1)) if len(table) else np.zeros(0, bool)
    kind = np.empty(len(table), np.int64)
    kind[order] = np.cumsum(fresh) - 1
    return order[fresh], kind


def _cut(pieces: Pieces, strands: Strands, barriers: Pieces) -> tuple[Pieces, Strands]:
    """Cut pieces where barriers cross them."""
    row, at_m = _crossings(pieces, barriers)
    if not len(row):
        return pieces, strands
    owner = np.concatenate([np.arange(len(pieces.length)), row])
    lower = np.concatenate([np.zeros(len(pieces.length)), at_m])
    order = np.lexsort((lower, owner))
    owner, lower = owner[order], lower[order]
    last = np.append(owner[1:] != owner[:-1], True)
    upper = np.where(last, pieces.length[owner], np.append(lower[1:], 0.0))
    parts = Pieces(pieces.start[owner] + pieces.along[owner] * lower[:, None], pieces.along[owner], upper - lower)
    count = np.bincount(owner, minlength=len(pieces.length))
    strand, part = expand_ranges((np.cumsum(count) - count)[strands.piece], count[strands.piece])
    ahead_m, back_m = lower[part], pieces.length[owner[part]] - upper[part]
    backward = strands.backward[strand]
    from_m = strands.from_m[strand] + np.where(backward, back_m, ahead_m)
    return parts, Strands(strands.arc[strand], part, from_m, backward)


def _crossings(pieces: Pieces, barriers: Pieces) -> tuple[Ints, Floats]:
    """Return the pieces that cross a barrier, and how far along."""
    if not len(barriers.length) or not len(pieces.length):
        return np.zeros(0, np.int64), np.zeros(0)
    tree = shapely.STRtree(shapely.linestrings(np.stack([pieces.start, pieces.end], axis=1)))
    wall, piece = tree.query(shapely.linestrings(np.stack([barriers.start, barriers.end], axis=1)))
    gap = barriers.start[wall] - pieces.start[piece]
    along, across = pieces.along[piece], barriers.along[wall]
    slant = along[:, 0] * across[:, 1] - along[:, 1] * across[:, 0]
    crossing = slant != 0
    slant = np.where(crossing, slant, 1.0)
    at_m = (gap[:, 0] * across[:, 1] - gap[:, 1] * across[:, 0]) / slant
    wall_m = (gap[:, 0] * along[:, 1] - gap[:, 1] * along[:, 0]) / slant
    crossing &= (at_m > NOTHING_M) & (at_m < pieces.length[piece] - NOTHING_M)
    crossing &= (wall_m >= -NOTHING_M) & (wall_m <= barriers.length[wall] + NOTHING_M)
    return piece[crossing], at_m[crossing]


def expand_ranges(first: Ints, count: Ints) -> tuple[Ints, Ints]:
    """Count through ranges.

    Parameters
    ----------
    first, count : array of int, shape (k,)
        First number and how many there are.

    Returns
    -------
    array of int, shape (count.sum(),)
        Row of the range.
    array of int, shape (count.sum(),)
        The number.
    """
    return np.repeat(np.arange(len(count)), count), ranges(first, count)
