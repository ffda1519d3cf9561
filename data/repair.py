"""Polygons as they were drawn: made valid without losing ground, and checked for overlaps."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely import Geometry, LinearRing, Polygon

from data.coordinates.crs import analysis_crs, centre
from data.problems import Problem, note, warning

# One square metre is less than any ground a survey can tell apart.
_MIN_AREA_M2 = 1.0
_MAX_PAIRS = 50
# Two outlines that share this much of both are one estate drawn twice.
_SAME_SHARE = 0.95

_POLYGONS = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)
_POINTS = (shapely.GeometryType.POINT, shapely.GeometryType.MULTIPOINT)
_LINES = (
    shapely.GeometryType.LINESTRING,
    shapely.GeometryType.LINEARRING,
    shapely.GeometryType.MULTILINESTRING,
)
_COLLECTIONS = (shapely.GeometryType.MULTIPOLYGON, shapely.GeometryType.GEOMETRYCOLLECTION)
# Only structure can drop what collapses to a line by itself.
_COLLAPSE: dict[str, dict[str, bool]] = {"structure": {"keep_collapsed": False}, "linework": {}}
_Shapes = NDArray[np.object_]


def repair_polygons(
    frame: gpd.GeoDataFrame, *, place: str, min_area_m2: float = _MIN_AREA_M2, with_points: bool = False
) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    """Make every polygon valid, and take out the rows that have none.

    Self-crossing outlines are repaired by structure: rings become shells and holes, each lobe is kept, and only ground
    that was covered twice counts once; where that would lose ground, ring by ring.

    Parameters
    ----------
    frame : GeoDataFrame
        With a coordinate system; ``estate_id`` and ``name`` are used to name rows, otherwise their numbers from 1.
    place : str
        What problems call the file.
    min_area_m2 : float
        Below this area a polygon is no ground.
    with_points : bool
        Whether points are handed on as they are; otherwise they are taken out.

    Returns
    -------
    tuple of GeoDataFrame and tuple of Problem
        Valid two-dimensional polygons and multipolygons, index 0..n-1 in the order given; a line for each row that was
        repaired, stands twice or was taken out.
    """
    labels = np.array(row_labels(frame), dtype=object)
    shapes = np.asarray(shapely.force_2d(frame.geometry.to_numpy()), dtype=object)
    reasons = _reasons_to_drop(shapes)
    points = (reasons == "repair_wrong_type") & np.isin(shapely.get_type_id(shapes), _POINTS) & with_points
    mended, told = _mended(shapes, reasons == "")
    areas = _square_metres(mended, frame)
    reasons = np.where((reasons == "") & ~(areas >= min_area_m2), "repair_no_area", reasons)
    reasons = np.where(points, "", reasons)
    kept = reasons == ""
    problems = [
        note(code, file=place, feature=labels[at], value=where, area_m2=f"{areas[at]:.1f}")
        for at, code, where in told
        if kept[at]
    ]
    problems += [
        warning(str(reasons[at]), file=place, feature=labels[at], value=_kind(shapes[at]))
        for at in np.flatnonzero(~kept)
    ]
    result = frame[kept].set_geometry(gpd.GeoSeries(mended[kept], frame.index[kept], crs=frame.crs))
    return result.reset_index(drop=True), (*problems, *_doubles(mended[kept], labels[kept], place))


def overlaps(frame: gpd.GeoDataFrame, *, place: str, min_area_m2: float = _MIN_AREA_M2) -> tuple[Problem, ...]:
    """Tell which polygons lie upon each other.

    Parameters
    ----------
    frame : GeoDataFrame
        Valid polygons in metres; ``estate_id`` and ``name`` are used to name them, otherwise their numbers from 1.
    place : str
        What problems call the file.
    min_area_m2 : float
        A smaller shared area is not told of.

    Returns
    -------
    tuple of Problem
        One warning for each pair, the largest shared area first; after 50 pairs one line for the rest.
    """
    shapes = np.asarray(frame.geometry.to_numpy(), dtype=object)
    one, other = _crossing_pairs(shapes)
    shared = shapely.area(shapely.intersection(shapes[one], shapes[other]))
    largest = np.flatnonzero(shared >= min_area_m2)
    largest = largest[np.lexsort((other[largest], one[largest], -shared[largest]))]
    labels, areas = row_labels(frame), shapely.area(shapes)
    told = []
    for at in largest[:_MAX_PAIRS]:
        a, b = int(one[at]), int(other[at])
        share = float(shared[at] / max(areas[a], areas[b]))
        facts = {"area_m2": f"{shared[at]:.1f}", "other": labels[b], "percent": f"{share * 100:.1f}"}
        code = "overlap_same_ground" if share >= _SAME_SHARE else "overlap"
        told.append(warning(code, file=place, feature=labels[a], value=f"{shared[at]:.1f}", **facts))
    if len(largest) > _MAX_PAIRS:
        rest = largest[_MAX_PAIRS:]
        told.append(warning("overlap_more", file=place, value=len(rest), area_m2=f"{shared[rest].sum():.1f}"))
    return tuple(told)


def row_labels(frame: gpd.GeoDataFrame) -> list[str]:
    """Return what messages call each row.

    Parameters
    ----------
    frame : GeoDataFrame
        ``estate_id``, ``site_id`` and ``name``, as far as it has them.

    Returns
    -------
    list of str
        What is known of these, else the number of the row from 1.
    """
    numbers = [f"#{number}" for number in range(1, len(frame) + 1)]
    columns = [frame[column] for column in ("estate_id", "site_id", "name") if column in frame]
    parts = zip(*columns, strict=True) if columns else ((),) * len(frame)
    named = [" ".join(str(part) for part in row if not pd.isna(part)) for row in parts]
    return [name or number for name, number in zip(named, numbers, strict=True)]


def _reasons_to_drop(shapes: _Shapes) -> NDArray[np.str_]:
    """Return the code of what is wrong with each row, empty where it is a polygon."""
    kinds = shapely.get_type_id(shapes)
    closed = np.isin(kinds, _LINES) & shapely.is_closed(shapes)
    polygonal = np.isin(kinds, _POLYGONS)
    polygonal |= (kinds == shapely.GeometryType.GEOMETRYCOLLECTION) & (shapely.area(shapes) > 0)
    conditions = [kinds == -1, shapely.is_empty(shapes), _not_finite(shapes), polygonal, closed]
    codes = ["repair_null", "repair_empty", "repair_not_finite", "", "repair_closed_line"]
    return np.select(conditions, codes, "repair_wrong_type")


def _not_finite(shapes: _Shapes) -> NDArray[np.bool_]:
    """Tell which shapes have a coordinate that is no number."""
    points, rows = shapely.get_coordinates(shapes, return_index=True)
    found = np.zeros(len(shapes), dtype=np.bool_)
    found[rows[~np.isfinite(points).all(axis=1)]] = True
    return found


def _square_metres(shapes: _Shapes, frame: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Measure shapes; degrees are projected first."""
    areas = np.asarray(shapely.area(shapes))
    if frame.crs is None or frame.crs.is_projected or not (areas > 0).any():
        return areas
    series = gpd.GeoSeries(shapes, crs=frame.crs)
    metric = analysis_crs(*centre(gpd.GeoDataFrame(geometry=series[areas > 0])))
    return np.asarray(series.to_crs(metric).area)


def _kind(shape: Geometry | None) -> str:
    return "" if shape is None else shape.geom_type


def _mended(shapes: _Shapes, polygonal: NDArray[np.bool_]) -> tuple[_Shapes, list[tuple[int, str, str]]]:
    """Return valid polygons, and for each that was touched its row, the code of what was done, and where."""
    collections = polygonal & ~np.isin(shapely.get_type_id(shapes), _POLYGONS)
    mended = shapes.copy()
    mended[collections] = [_ground(shape) for shape in shapes[collections]]
    broken = polygonal & ~shapely.is_valid(mended)
    told = [(int(at), "repair_collection", "") for at in np.flatnonzero(collections)]
    where = shapely.is_valid_reason(mended[broken])
    told += [(int(at), "repair_made_valid", place) for at, place in zip(np.flatnonzero(broken), where, strict=True)]
    mended[broken] = [_made_valid(shape) for shape in mended[broken]]
    return mended, told


def _made_valid(shape: Geometry) -> Geometry:
    """Repair an outline by structure; where lines keep more ground, each ring is repaired for itself."""
    by_structure = _valid_ground(shape, method="structure")
    if by_structure.area >= _valid_ground(shape, method="linework").area:
        return by_structure
    parts = [
        shapely.difference(_inside(part.exterior), shapely.union_all([_inside(hole) for hole in part.interiors]))
        for part in shapely.get_parts(shape)
    ]
    return _ground(shapely.union_all(parts))


def _inside(ring: LinearRing) -> Geometry:
    """Return all ground that a ring encloses: structure drops a face where the ring touches itself, lines do not."""
    outline = Polygon(ring)
    return shapely.union(_valid_ground(outline, method="structure"), _valid_ground(outline, method="linework"))


def _valid_ground(shape: Geometry, *, method: str) -> Geometry:
    """Return the polygons of a repaired shape; put together, because GEOS leaves parts that share an edge."""
    return shapely.union_all(shapely.get_parts(_ground(shapely.make_valid(shape, method=method, **_COLLAPSE[method]))))


def _ground(shape: Geometry) -> Geometry:
    """Return the polygons of a shape side by side; lines and points have no ground."""
    if shapely.get_type_id(shape) in _POLYGONS:
        return shape
    parts = shapely.get_parts(shape)
    while np.isin(shapely.get_type_id(parts), _COLLECTIONS).any():
        parts = shapely.get_parts(parts)
    polygons = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    return polygons[0] if len(polygons) == 1 else shapely.multipolygons(polygons)


def _doubles(shapes: _Shapes, labels: NDArray[np.object_], place: str) -> list[Problem]:
    """Tell of rows that share a shape to the last digit."""
    codes, _ = pd.factorize(np.asarray(shapely.to_wkb(shapely.normalize(shapes)), dtype=object))
    rows = np.arange(len(codes))
    first = pd.Series(rows).groupby(codes).transform("first").to_numpy()
    twice = np.flatnonzero(first != rows)
    return [warning("repair_same_shape", file=place, feature=labels[at], value=labels[first[at]]) for at in twice]


def _crossing_pairs(shapes: _Shapes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pairs, each once, whose insides may meet."""
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    later = one < other
    return one[later], other[later]
