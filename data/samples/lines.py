"""Plain geometry on centimetre coordinates: the few steps the sample town is drawn with."""

import itertools
import math
from collections.abc import Iterable, Sequence

import numpy as np
import shapely
from shapely import LineString, Point, Polygon

Spot = tuple[float, float]


def rounded(spot: Iterable[float]) -> Spot:
    """Return a spot on the centimetre grid."""
    x, y = spot
    return (round(float(x), 2), round(float(y), 2))


def smooth(points: Sequence[Spot], *, rounds: int = 2) -> list[Spot]:
    """Cut the corners of a line as Chaikin does.

    Parameters
    ----------
    points : sequence of Spot
        The line, metres; its two ends stay.
    rounds : int
        How often the corners are cut.

    Returns
    -------
    list of Spot
        The smooth line, on the centimetre grid.
    """
    for _ in range(rounds):
        inner = [
            (a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part)
            for a, b in itertools.pairwise(points)
            for part in (0.25, 0.75)
        ]
        points = [points[0], *inner[1:-1], points[-1]]
    return [rounded(point) for point in points]


def beside(points: Sequence[Spot], *, left_m: float) -> list[Spot]:
    """Return the line that runs beside another one.

    Parameters
    ----------
    points : sequence of Spot
        A line without tight bends, metres.
    left_m : float
        How far to the left of its direction; negative for the right.

    Returns
    -------
    list of Spot
        One point per point of the line.
    """
    found = []
    for index, (x, y) in enumerate(points):
        before, after = points[max(index - 1, 0)], points[min(index + 1, len(points) - 1)]
        dx, dy = after[0] - before[0], after[1] - before[1]
        length = math.hypot(dx, dy)
        found.append(rounded((x - dy / length * left_m, y + dx / length * left_m)))
    return found


def on_grid(polygon: Polygon) -> Polygon:
    """Return a polygon on the centimetre grid, without needless vertices, its ring started at the same place always."""
    simple = polygon.simplify(0.08)
    return shapely.normalize(shapely.transform(simple, lambda xy: np.round(xy, 2)))


def largest(shape: shapely.Geometry) -> Polygon:
    """Return the largest polygon of a shape."""
    polygons = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return max(polygons, key=lambda part: part.area, default=Polygon())


def frame(polygon: Polygon) -> tuple[Point, Spot, float, float]:
    """Return the middle, the long direction, the length and the width of the smallest box around a polygon.

    Parameters
    ----------
    polygon : Polygon
        The polygon, metres.

    Returns
    -------
    tuple
        Middle of the box, unit vector of its long side, long side and short side in metres.
    """
    corners = shapely.get_coordinates(shapely.oriented_envelope(polygon))
    sides = corners[1:3] - corners[:2]
    length = np.hypot(sides[:, 0], sides[:, 1])
    long = int(length[1] > length[0])
    direction = sides[long] / length[long]
    if direction[0] < 0 or (direction[0] == 0 and direction[1] < 0):
        direction = -direction
    middle = Point((corners[0] + corners[2]) / 2)
    return middle, (float(direction[0]), float(direction[1])), float(length[long]), float(length[1 - long])


def ray(start: Spot, direction: Spot, *, reach_m: float) -> LineString:
    """Return the straight line from a spot into a direction."""
    return LineString([start, (start[0] + direction[0] * reach_m, start[1] + direction[1] * reach_m)])


def split(polygon: Polygon, cut: LineString) -> list[Polygon]:
    """Split a polygon along a line that reaches across it; the larger parts come first."""
    edges = shapely.union_all([polygon.boundary, cut])
    parts = [
        part for part in shapely.get_parts(shapely.polygonize([edges])) if polygon.contains(part.representative_point())
    ]
    return sorted(parts, key=lambda part: (-round(part.area, 2), part.bounds))
