"""Estates given as points: an outline is assumed for each, and marked so that no figure on it passes as surveyed."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from data.problems import Problem, warning
from data.project import EstimatesTable
from data.repair import row_labels

SURVEYED, ASSUMED = "surveyed", "assumed"
_POINTS = (shapely.GeometryType.POINT, shapely.GeometryType.MULTIPOINT)
# Buildings of one estate stand closer together than twice this; half of it is the ground around them.
_JOIN_M, _MARGIN_M = 15.0, 10.0
_MAX_NAMES = 5
_Shapes = NDArray[np.object_]
_Floats = NDArray[np.float64]


def is_assumed(estates: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Tell which estates have an outline that nobody drew.

    Parameters
    ----------
    estates : GeoDataFrame
        With ``outline`` where that is known.

    Returns
    -------
    ndarray of bool
        One per row.
    """
    if "outline" not in estates:
        return np.zeros(len(estates), np.bool_)
    return np.asarray(estates["outline"].eq(ASSUMED), np.bool_)


def without_label_points(frame: gpd.GeoDataFrame, *, place: str) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    """Leave out the points that lie inside an outline of the same layer: they are labels, or the estate drawn twice.

    Parameters
    ----------
    frame : GeoDataFrame
        Polygons and points; ``estate_id`` and ``name`` name the rows, where they are there.
    place : str
        What problems call the file.

    Returns
    -------
    tuple of GeoDataFrame and tuple of Problem
        The other rows, index 0..n-1; a warning for each row left out.
    """
    shapes = np.asarray(frame.geometry.to_numpy(), dtype=object)
    points = np.flatnonzero(np.isin(shapely.get_type_id(shapes), _POINTS))
    areas = np.flatnonzero(~np.isin(shapely.get_type_id(shapes), _POINTS))
    pairs = shapely.STRtree(shapes[areas]).query(shapes[points], predicate="intersects")
    inside = pd.Series(areas[pairs[1]], points[pairs[0]]).groupby(level=0).min()
    labels = row_labels(frame)
    told = tuple(
        warning("estate_point_inside", file=place, feature=labels[point], value=labels[area])
        for point, area in inside.items()
    )
    return frame.drop(index=frame.index[inside.index]).reset_index(drop=True), told


def assume_outlines(
    estates: gpd.GeoDataFrame, *, buildings: gpd.GeoDataFrame, assumed: EstimatesTable, place: str
) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    """Give each estate that is a point the outline it may have.

    Parameters
    ----------
    estates : GeoDataFrame
        Layer ``estates`` in metres, polygons and points.
    buildings : GeoDataFrame
        Footprints with ``use``, in the same system; may be empty.
    assumed : EstimatesTable
        Floor area ratio, sizes of households, and the plot of an estate of which nothing is known.
    place : str
        What problems call the file.

    Returns
    -------
    tuple of GeoDataFrame and tuple of Problem
        Polygons with ``outline``: ``surveyed`` or ``assumed``; one warning that names those assumed.

    Notes
    -----
    The plot is the recorded floor area, or that of the recorded households or people, divided by the floor area ratio,
    else ``point_area_m2``; the outline is a circle of that size. Where residential buildings stand in it, and at least
    ``min_footprint_m2`` each, the outline is the ground around these. Ground of a drawn outline, and ground nearer to
    another point, is left out.
    """
    shapes = np.asarray(estates.geometry.to_numpy(), dtype=object)
    points = np.isin(shapely.get_type_id(shapes), _POINTS)
    estates = estates.assign(outline=np.where(points, ASSUMED, SURVEYED).astype(object))
    if not points.any():
        return estates, ()
    spots = shapely.centroid(shapes[points])
    plots_m2, is_known = _plots(estates[points], assumed)
    circles = _parted(shapely.buffer(spots, np.sqrt(plots_m2 / np.pi)), spots, shapes[~points])
    footprints = _footprints(buildings, assumed, shapes[~points])
    grounds, is_built = _built(circles, footprints)
    made = shapes.copy()
    made[points] = grounds
    counts = {
        "buildings": int(is_built.sum()),
        "sizes": int((~is_built & is_known).sum()),
        "default": int((~is_built & ~is_known).sum()),
        "area_m2": f"{assumed.point_area_m2:g}",
        "names": _listed(np.array(row_labels(estates), dtype=object)[points]),
    }
    told = warning("estates_are_points", file=place, value=int(points.sum()), **counts)
    return estates.set_geometry(gpd.GeoSeries(made, estates.index, crs=estates.crs)), (told,)


def _plots(estates: pd.DataFrame, assumed: EstimatesTable) -> tuple[_Floats, NDArray[np.bool_]]:
    """Return the plot of each estate, and whether anything recorded tells it."""
    households = estates["households"].fillna(estates["people"] / assumed.household_people)
    floor_area_m2 = estates["floor_area_m2"].fillna(households * assumed.household_floor_area_m2)
    known = (floor_area_m2 > 0).to_numpy(bool)
    plots = (floor_area_m2 / assumed.plot_ratio).to_numpy(float)
    return np.where(known, plots, assumed.point_area_m2), known


def _parted(circles: _Shapes, spots: _Shapes, drawn: _Shapes) -> _Shapes:
    """Take from each circle what is nearer to another point or drawn as another estate, unless that is all of it."""
    left = circles.copy()
    if len(np.unique(shapely.to_wkb(spots))) > 1:
        reach = shapely.union_all(shapely.box(*shapely.bounds(circles).T))
        cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(spots), extend_to=reach))
        spot, cell = shapely.STRtree(cells).query(spots, predicate="intersects")
        first = pd.Series(cell, spot).groupby(level=0).min().sort_index().to_numpy()
        left = shapely.intersection(left, cells[first])
    left = shapely.difference(left, shapely.union_all(drawn))
    return np.where(shapely.area(left) > 0, left, circles)


def _footprints(buildings: gpd.GeoDataFrame, assumed: EstimatesTable, drawn: _Shapes) -> _Shapes:
    """Return the residential buildings that stand in no drawn estate."""
    shapes = np.asarray(buildings.geometry.to_numpy(), dtype=object)
    is_home = buildings["use"].isin(list(assumed.levels)).to_numpy(bool)
    homes = is_home & (shapely.area(shapes) >= assumed.min_footprint_m2)
    taken, _ = shapely.STRtree(drawn).query(shapely.point_on_surface(shapes), predicate="intersects")
    homes[taken] = False
    return np.asarray(shapes[homes], dtype=object)


def _built(circles: _Shapes, footprints: _Shapes) -> tuple[_Shapes, NDArray[np.bool_]]:
    """Draw the ground around the buildings whose middle lies in a circle; a circle without any stays."""
    building, circle = shapely.STRtree(circles).query(shapely.point_on_surface(footprints), predicate="within")
    grounds, is_built = circles.copy(), np.zeros(len(circles), np.bool_)
    for at, rows in pd.Series(building).groupby(circle):
        joined = shapely.buffer(shapely.union_all(footprints[rows.to_numpy()]), _JOIN_M)
        grounds[int(at)] = shapely.buffer(joined, _MARGIN_M - _JOIN_M)
        is_built[int(at)] = True
    return grounds, is_built


def _listed(labels: _Shapes) -> str:
    shown = ", ".join(labels[:_MAX_NAMES])
    return shown + (" …" if len(labels) > _MAX_NAMES else "")
