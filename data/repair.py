"""Polygons as they were drawn: made valid without losing ground, and checked for overlaps."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from data.crs import analysis_crs, centre
from data.problems import Problem, note, warning

# One square metre is less than any ground a survey can tell apart.
_MIN_AREA_M2 = 1.0
_MAX_PAIRS = 50
# Two outlines that share this much of both are one estate drawn twice.
_SAME_SHARE = 0.95

_Shapes = NDArray[np.object_]


def repair_polygons(
    frame: gpd.GeoDataFrame, *, place: str, min_area_m2: float = _MIN_AREA_M2
) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    """Make every polygon valid, and take out the rows that have none.

    Self-crossing outlines are repaired by structure: rings become shells and holes, each lobe is kept, and only ground
    that was covered twice counts once; where that would lose ground, by lines: every enclosed face is kept.

    Parameters
    ----------
    frame : GeoDataFrame
        With a coordinate system; ``estate_id`` and ``name`` are used to name rows, otherwise their numbers from 1.
    place : str
        What problems call the file.
    min_area_m2 : float
        Below this area a polygon is no ground.

    Returns
    -------
    tuple of GeoDataFrame and tuple of Problem
        Valid two-dimensional polygons and multipolygons, index 0..n-1 in the order given; a line for each row that was
        repaired, stands twice or was taken out.
    """
    labels = _labels(frame)
    shapes = np.asarray(shapely.force_2d(frame.geometry.to_numpy()), dtype=object)
    reasons = _reasons_to_drop(shapes)
    polygonal = reasons == ""
    broken = polygonal & ~shapely.is_valid(shapes)
    places = shapely.is_valid_reason(shapes[broken])
    repaired = shapes.copy()
    repaired[broken] = _made_valid(shapes[broken])
    areas = _square_metres(repaired, frame)
    reasons = np.where(polygonal & ~(areas >= min_area_m2), "repair_no_area", reasons)
    told = [
        note("repair_made_valid", file=place, feature=labels[at], value=where, area_m2=f"{areas[at]:.1f}")
        for at, where in zip(np.flatnonzero(broken), places, strict=True)
        if reasons[at] == ""
    ]
    told += [
        warning(str(reasons[at]), file=place, feature=labels[at], value=_kind(shapes[at]))
        for at in np.flatnonzero(reasons != "")
    ]
    kept = reasons == ""
    result = frame[kept].set_geometry(gpd.GeoSeries(repaired[kept], frame.index[kept], crs=frame.crs))
    told += _doubles(repaired[kept], np.array(labels)[kept], place)
    return result.reset_index(drop=True), tuple(told)


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
    labels, areas = _labels(frame), shapely.area(shapes)
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


def _labels(frame: gpd.GeoDataFrame) -> list[str]:
    """Return what messages call each row."""
    numbers = [f"#{number}" for number in range(1, len(frame) + 1)]
    columns = [frame[column] for column in ("estate_id", "site_id", "name") if column in frame]
    parts = zip(*columns, strict=True) if columns else ((),) * len(frame)
    named = [" ".join(str(part) for part in row if not pd.isna(part)) for row in parts]
    return [name or number for name, number in zip(named, numbers, strict=True)]


def _reasons_to_drop(shapes: _Shapes) -> NDArray[np.str_]:
    """Return the code of what is wrong with each row, empty where it is a polygon."""
    kinds = shapely.get_type_id(shapes)
    open_line = np.isin(kinds, (shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING))
    closed = open_line & shapely.is_closed(shapes)
    polygonal = np.isin(kinds, (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON))
    polygonal |= (kinds == shapely.GeometryType.GEOMETRYCOLLECTION) & (shapely.area(shapes) > 0)
    conditions = [kinds == -1, shapely.is_empty(shapes), polygonal, closed]
    return np.select(conditions, ["repair_null", "repair_empty", "", "repair_closed_line"], "repair_wrong_type")


def _square_metres(shapes: _Shapes, frame: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Measure shapes; degrees are projected first."""
    areas = np.asarray(shapely.area(shapes))
    if frame.crs is None or frame.crs.is_projected or not (areas > 0).any():
        return areas
    series = gpd.GeoSeries(shapes, crs=frame.crs)
    metric = analysis_crs(*centre(gpd.GeoDataFrame(geometry=series[areas > 0])))
    return np.asarray(series.to_crs(metric).area)


def _kind(shape: shapely.Geometry | None) -> str:
    return "" if shape is None else shape.geom_type


def _made_valid(shapes: _Shapes) -> _Shapes:
    """Repair outlines by structure, and by lines where that keeps more ground; keep the polygons of the outcome."""
    structure = _polygons(shapely.make_valid(shapes, method="structure", keep_collapsed=False))
    lines = _polygons(shapely.make_valid(shapes, method="linework"))
    return np.where(shapely.area(structure) >= shapely.area(lines), structure, lines)


def _polygons(shapes: _Shapes) -> _Shapes:
    """Return the polygons of each shape, put together; what is left of lines and points has no ground."""
    mixed = np.flatnonzero(
        ~np.isin(shapely.get_type_id(shapes), (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON))
    )
    result = shapes.copy()
    for at in mixed:
        parts = shapely.get_parts(shapely.get_parts(shapes[at]))
        result[at] = shapely.union_all(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])
    return result


def _doubles(shapes: _Shapes, labels: NDArray[np.str_], place: str) -> list[Problem]:
    """Tell of rows that share a shape to the last digit."""
    keys = pd.Series(shapely.to_wkb(shapely.normalize(shapes)), dtype=object)
    first = keys.groupby(keys, sort=False).transform(lambda group: group.index[0])
    twice = np.flatnonzero(first.to_numpy() != np.arange(len(keys)))
    return [warning("repair_same_shape", file=place, feature=labels[at], value=labels[first.iloc[at]]) for at in twice]


def _crossing_pairs(shapes: _Shapes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pairs, each once, whose insides may meet."""
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    later = one < other
    return one[later], other[later]
