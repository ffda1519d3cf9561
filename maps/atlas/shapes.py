"""Geometries as what matplotlib draws, cut to the map and as fine as paper shows."""

from collections.abc import Sequence

import numpy as np
import shapely
from matplotlib.path import Path
from numpy.typing import NDArray

from maps.atlas.scaling import View

# What is finer than this cannot be seen on paper.
FINE_MM = 0.06
_CORNERS = 3

Geometries = NDArray[np.object_]


def within(geometries: Geometries, *, view: View) -> NDArray[np.bool_]:
    """Tell which geometries the map shows some of.

    Parameters
    ----------
    geometries : array of Geometry
        In the metres of the view; missing ones are not shown.
    view : View
        The map.

    Returns
    -------
    array of bool
        One for each.
    """
    return np.asarray(shapely.intersects(geometries, shapely.box(*view.bounds)), dtype=bool)


def simpler(geometries: Geometries, *, view: View) -> Geometries:
    """Leave out vertices that paper does not show, and what lies outside the map.

    Parameters
    ----------
    geometries : array of Geometry
        In the metres of the view.
    view : View
        The map.

    Returns
    -------
    array of Geometry
        One for each, maybe empty.
    """
    simple: Geometries = shapely.simplify(geometries, FINE_MM * view.metres_per_mm, preserve_topology=False)
    # A little more than the map, so that no cut edge is drawn; matplotlib clips the rest.
    rim = 5 * view.metres_per_mm
    west, south, east, north = view.bounds
    crossing = ~np.asarray(shapely.covered_by(simple, shapely.box(*view.bounds)), dtype=bool)
    cut: Geometries = simple.copy()
    cut[crossing] = shapely.clip_by_rect(simple[crossing], west - rim, south - rim, east + rim, north + rim)
    return cut


def area_paths(polygons: Geometries) -> list[Path]:
    """Make a path of each area, holes included.

    Parameters
    ----------
    polygons : array of Polygon or MultiPolygon
        Areas; empty ones are left out.

    Returns
    -------
    list of Path
        One for each area that is not empty.
    """
    parts, owner = shapely.get_parts(polygons, return_index=True)
    rings, ring_of = shapely.get_rings(parts[shapely.get_type_id(parts) == _CORNERS], return_index=True)
    owners = owner[shapely.get_type_id(parts) == _CORNERS][ring_of] if len(rings) else np.zeros(0, np.int64)
    return _joined([shapely.get_coordinates(ring) for ring in rings], owners)


def _joined(rings: Sequence[NDArray[np.float64]], owners: NDArray[np.int64]) -> list[Path]:
    found: dict[int, list[int]] = {}
    for at, one in enumerate(owners.tolist()):
        found.setdefault(one, []).append(at)
    return [
        Path(np.concatenate([rings[at] for at in rows]), np.concatenate([_codes(len(rings[at])) for at in rows]))
        for _, rows in sorted(found.items())
    ]


def _codes(count: int) -> NDArray[np.uint8]:
    codes = np.full(count, Path.LINETO, dtype=np.uint8)
    codes[0], codes[-1] = Path.MOVETO, Path.CLOSEPOLY
    return codes


def line_segments(lines: Geometries) -> list[NDArray[np.float64]]:
    """List the coordinates of every line.

    Parameters
    ----------
    lines : array of LineString or MultiLineString
        Lines; empty ones are left out.

    Returns
    -------
    list of array of float, shape (n, 2)
        Coordinates in metres.
    """
    parts = shapely.get_parts(lines)
    parts = parts[shapely.get_dimensions(parts) == 1]
    return [shapely.get_coordinates(part) for part in parts if not part.is_empty]
