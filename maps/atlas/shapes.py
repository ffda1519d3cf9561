"""Geometries as what matplotlib draws, cut to the map and as fine as paper shows."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import shapely
from matplotlib.path import Path
from numpy.typing import NDArray

from maps.atlas.scaling import View

# What is finer than this cannot be seen on paper.
FINE_MM = 0.06
_AREA = 2

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


def side_by_side(points: Geometries, *, step_m: float) -> Geometries:
    """Move points of one place apart, so that each sign is seen.

    Parameters
    ----------
    points : array of Point
        In metres.
    step_m : float
        How far from one to the next.

    Returns
    -------
    array of Point
        Those of one place in a row that is centred on it; the others as they were.
    """
    xy = shapely.get_coordinates(points)
    _, place, together = np.unique(xy.round(3), axis=0, return_inverse=True, return_counts=True)
    place = place.reshape(-1)
    order = pd.Series(place).groupby(place).cumcount().to_numpy()
    shift = (order - (together[place] - 1) / 2) * step_m
    moved: Geometries = shapely.points(xy + np.column_stack([shift, np.zeros(len(shift))]))
    return moved


def area_path(polygons: Geometries) -> Path:
    """Make one path of areas, holes included.

    Parameters
    ----------
    polygons : array of Polygon or MultiPolygon
        Areas; empty ones add nothing.

    Returns
    -------
    Path
        Outer rings run one way and holes the other, so that a hole stays one wherever it is filled.
    """
    parts = shapely.get_parts(polygons)
    rings = shapely.get_rings(shapely.orient_polygons(parts[shapely.get_dimensions(parts) == _AREA]))
    return _compound([shapely.get_coordinates(ring) for ring in rings], closed=True)


def line_path(lines: Geometries) -> Path:
    """Make one path of lines.

    Parameters
    ----------
    lines : array of LineString or MultiLineString
        Lines; empty ones add nothing.

    Returns
    -------
    Path
        In metres.
    """
    parts = shapely.get_parts(lines)
    parts = parts[(shapely.get_dimensions(parts) == 1) & ~shapely.is_empty(parts)]
    return _compound([shapely.get_coordinates(part) for part in parts], closed=False)


def _compound(pieces: Sequence[NDArray[np.float64]], *, closed: bool) -> Path:
    if not pieces:
        return Path(np.zeros((0, 2)))
    return Path(np.concatenate(pieces), np.concatenate([_codes(len(piece), closed=closed) for piece in pieces]))


def _codes(count: int, *, closed: bool) -> NDArray[np.uint8]:
    codes = np.full(count, Path.LINETO, dtype=np.uint8)
    codes[0] = Path.MOVETO
    if closed:
        codes[-1] = Path.CLOSEPOLY
    return codes
