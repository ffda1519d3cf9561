"""Shapes of the kinds that a layer can use; each of another kind is left out, with a line."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from data.problems import Problem, warning
from data.words import LANGUAGES, in_each_language, words

_POINT, _LINES, _AREAS = "point", "line", "area"
_KINDS: Mapping[str, tuple[shapely.GeometryType, ...]] = {
    _POINT: (shapely.GeometryType.POINT,),
    _LINES: (
        shapely.GeometryType.LINESTRING,
        shapely.GeometryType.LINEARRING,
        shapely.GeometryType.MULTILINESTRING,
    ),
    _AREAS: (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON),
}
# Estates and the boundary are not here: what is no polygon of theirs is told where outlines are mended.
_OF_ROLE: Mapping[str, tuple[str, ...]] = {
    "facilities": (_POINT, _AREAS),
    "sites": (_POINT, _AREAS),
    "gates": (_POINT,),
    "barriers": (_LINES, _AREAS),
    "hazards": (_POINT, _AREAS),
}


def usable_shapes(
    frame: gpd.GeoDataFrame, *, role: str, place: str, layer: str = ""
) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    """Leave out the rows whose shape cannot be used for what they are read as.

    Parameters
    ----------
    frame : GeoDataFrame
        As read; ``row`` (int, number in the file) names rows where there is one, their position otherwise.
    role : str
        ``facilities``, ``sites``, ``gates``, ``barriers`` or ``hazards``; a layer of another role is handed on as it
        is.
    place, layer : str
        What problems call the file and its layer.

    Returns
    -------
    tuple of GeoDataFrame and tuple of Problem
        Index 0..n-1 in the order given, with ``row`` where rows are missing, a multipoint of one point as that point; a
        warning for each row left out.
    """
    if role not in _OF_ROLE or frame.empty:
        return frame, ()
    shapes = _single(np.asarray(frame.geometry.to_numpy(), dtype=object))
    kinds = shapely.get_type_id(shapes)
    wanted = [kind for name in _OF_ROLE[role] for kind in _KINDS[name]]
    missing = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    codes = np.select(
        [missing, ~_finite(shapes), ~np.isin(kinds, wanted)],
        ["feature_without_shape", "repair_not_finite", "feature_wrong_shape"],
        "",
    )
    numbers = frame["row"].to_numpy() if "row" in frame else np.arange(1, len(frame) + 1)
    expected = {
        lang: words(lang)("cli.list_mark").join(words(lang)(f"report.shape.{name}") for name in _OF_ROLE[role])
        for lang in LANGUAGES
    }
    told = tuple(
        warning(str(codes[at]), file=place, layer=layer, feature=f"#{numbers[at]}", value=_kind(shapes[at]),
                shape=in_each_language(f"report.geometry.{_kind(shapes[at])}", default=_kind(shapes[at])),
                expected=expected)
        for at in np.flatnonzero(codes != "")
    )  # fmt: skip
    kept = frame.set_geometry(gpd.GeoSeries(shapes, frame.index, crs=frame.crs))[codes == ""]
    # What is left is still called by the number it has in the file.
    named = kept.assign(row=numbers[codes == ""]) if told else kept
    return named.reset_index(drop=True), told


def _single(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the one point of each multipoint that has one."""
    several = shapely.get_type_id(shapes) == shapely.GeometryType.MULTIPOINT
    single = several & (shapely.get_num_geometries(shapes) == 1)
    points = shapes.copy()
    points[single] = shapely.get_geometry(shapes[single], 0)
    return points


def _finite(shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
    points, rows = shapely.get_coordinates(shapes, return_index=True)
    finite = np.ones(len(shapes), np.bool_)
    finite[rows[~np.isfinite(points).all(axis=1)]] = False
    return finite


def _kind(shape: shapely.Geometry | None) -> str:
    return "" if shape is None else str(shape.geom_type)
