"""Rings of numbered corners: parted, put in order, and nested into polygons."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from data.coordinates.gcj02 import Floats

_Texts = NDArray[np.object_]


@dataclass(frozen=True)
class Ring:
    """Hold the corners of one ring in the order of the rows.

    Parameters
    ----------
    points : array of float, shape (n, 2)
        Without the first corner repeated at the end.
    numbers : array of str, shape (n,)
        What each corner is called; None where it is not said.
    is_closed : bool
        Whether the rows ended with the first corner, so that their order is that of the ring.
    """

    points: Floats
    numbers: _Texts
    is_closed: bool


def split_rings(points: Floats, *, numbers: _Texts, labels: _Texts) -> list[Ring]:
    """Part the corners of one estate into rings.

    Parameters
    ----------
    points : array of float, shape (n, 2)
        In the order of the rows.
    numbers : array of str, shape (n,)
        Numbers of the corners; None where there are none.
    labels : array of str, shape (n,)
        Which ring each corner is of; empty where nothing says it. A number that comes again begins a ring as well,
        unless it is the first corner repeated to close the ring.

    Returns
    -------
    list of Ring
        In the order of their first rows.
    """
    rings: list[Ring] = []
    for label in dict.fromkeys(labels):
        own = np.flatnonzero([other == label for other in labels])
        start = 0
        while start < len(own):
            length, closed = _length(points[own[start:]], numbers[own[start:]])
            rows = own[start : start + length]
            rings.append(Ring(points[rows], numbers[rows], closed))
            start += length + closed
    return rings


def ordered_ring(ring: Ring) -> tuple[Floats, str]:
    """Put the corners of a ring in the order of their numbers.

    Numbers need not run around a ring: corners that two parcels share keep one number. So where the rows come back to
    the first corner, or where the order of the numbers crosses itself and that of the rows does not, the rows count.

    Parameters
    ----------
    ring : Ring
        The corners.

    Returns
    -------
    tuple of array and str
        Corners, shape (n, 2), without repeated ones; and ``corners_sorted`` where the numbers changed the order of the
        rows, ``corners_row_order`` where the rows counted against the numbers, empty otherwise.
    """
    order = _by_number(ring.numbers)
    if order is None or ring.is_closed or (order == np.arange(len(order))).all():
        return _distinct(ring.points), ""
    by_number, by_row = _distinct(ring.points[order]), _distinct(ring.points)
    if not _is_simple(by_number) and _is_simple(by_row):
        return by_row, "corners_row_order"
    return by_number, "" if _is_turned(order) else "corners_sorted"


def polygon_of(rings: Sequence[Floats]) -> tuple[shapely.Geometry, int]:
    """Make the rings of one estate a polygon; a ring inside another is a hole, one inside a hole is ground again.

    Parameters
    ----------
    rings : sequence of array
        Corners, shape (n, 2) with n at least 3, without the first one repeated.

    Returns
    -------
    tuple of Polygon or MultiPolygon, and int
        The shape, perhaps invalid where its rings cross; and how many rings are holes.
    """
    polygons = np.array([shapely.Polygon(ring) for ring in rings], dtype=object)
    if len(polygons) == 1:
        return polygons[0], 0
    solid = shapely.make_valid(polygons)
    outer, inner = np.meshgrid(solid, solid, indexing="ij")
    inside = shapely.contains(outer, inner) & (shapely.area(outer) > shapely.area(inner))
    depth = inside.sum(axis=0)
    holes = depth % 2 == 1
    parts = []
    for at in np.flatnonzero(~holes).tolist():
        own = holes & (depth == depth[at] + 1) & inside[at]
        parts.append(shapely.Polygon(rings[at], [rings[hole] for hole in np.flatnonzero(own).tolist()]))
    return (parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)), int(holes.sum())


def _length(points: Floats, numbers: _Texts) -> tuple[int, bool]:
    """Return how many rows the first ring has, and whether the row after them repeats its first corner."""
    seen: set[str] = set()
    for at, number in enumerate(numbers):
        back = at > 0 and bool((points[at] == points[0]).all())
        # Two corners enclose nothing, so a repeated place among them is a slip, not the end.
        if back and (at > 2 or number == numbers[0]):
            return at, True
        if number is not None and number in seen:
            return at, False
        if number is not None:
            seen.add(number)
    return len(numbers), False


def _by_number(numbers: _Texts) -> NDArray[np.int64] | None:
    """Return the order of the numbers, J2 before J10; None where a corner has none."""
    if any(number is None for number in numbers):
        return None
    keys = [[(part.isdigit(), int(part) if part.isdigit() else 0, part) for part in _parts(n)] for n in numbers]
    return np.array(sorted(range(len(keys)), key=keys.__getitem__), dtype=np.int64)


def _parts(number: str) -> list[str]:
    return re.findall(r"[0-9]+|[^0-9]+", number)


def _is_turned(order: NDArray[np.int64]) -> bool:
    """Tell whether an order is that of the rows but for where it begins or which way round it goes."""
    steps = np.diff(np.append(order, order[0])) % len(order)
    return bool((steps == 1).all() or (steps == len(order) - 1).all())


def _distinct(points: Floats) -> Floats:
    """Leave out corners that repeat the one before them."""
    if not len(points):
        return points
    same = (points == np.roll(points, 1, axis=0)).all(axis=1)
    return points if len(points) == 1 else points[~same]


def _is_simple(points: Floats) -> bool:
    return len(points) >= 3 and bool(shapely.is_valid(shapely.Polygon(points)))
