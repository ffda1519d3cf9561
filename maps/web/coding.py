"""Compact codes for the columns and geometries of the interactive map: plain lists that JSON can hold."""

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer

STEPS_PER_DEGREE = 1_000_000
# A vertex of a street may be left out when it lies this near to the line that is drawn.
LINE_TOLERANCE_M = 0.5
WGS84 = CRS.from_epsg(4326)
_POLYGON = 3

Kind = int | str


def table(frame: pd.DataFrame, columns: Mapping[str, Kind]) -> dict[str, Any]:
    """Code the columns of a frame.

    Parameters
    ----------
    frame : DataFrame
        Any frame that has the columns.
    columns : mapping of str to int or str
        For each column its number of decimals, or ``"text"``, or ``"flag"``.

    Returns
    -------
    dict
        ``count`` (rows) and one code per column.
    """
    coded: dict[str, Any] = {"count": len(frame)}
    for name, kind in columns.items():
        coded[name] = _column(frame[name], kind)
    return coded


def _column(column: pd.Series, kind: Kind) -> list[Any] | dict[str, Any]:
    if isinstance(kind, int):
        return numbers(column, digits=kind)
    return texts(column) if kind == "text" else [int(flag) for flag in column]


def numbers(column: pd.Series, *, digits: int) -> list[int | float | None]:
    """Code numbers; whatever is not finite becomes None, and whole numbers lose their point.

    Parameters
    ----------
    column : Series of float
        The numbers.
    digits : int
        Decimals to keep.

    Returns
    -------
    list of int, float or None
        One entry per row.
    """
    values = np.round(column.to_numpy(dtype=float, na_value=np.nan), digits).tolist()
    return [None if value - value != 0 else int(value) if value.is_integer() else value for value in values]


def texts(column: pd.Series) -> list[str | None] | dict[str, Any]:
    """Code texts: as they are, or as row numbers of a short list when many repeat.

    Parameters
    ----------
    column : Series of str
        The texts; missing ones become None, or -1 as a row number.

    Returns
    -------
    list of str or None, or dict
        ``{"of": [...], "at": [...]}`` when that is shorter.
    """
    codes, values = pd.factorize(column)
    distinct = [str(value) for value in values]
    if 2 * len(distinct) > len(column):
        return [distinct[code] if code >= 0 else None for code in codes.tolist()]
    return {"of": distinct, "at": codes.tolist()}


def shapes(geometries: gpd.GeoSeries, *, crs: CRS, tolerance_m: float = 0.0, unit: int = 1) -> dict[str, Any]:
    """Code geometries as steps of so many millionths of a degree (one is about 0.1 m) from one vertex to the next.

    Parameters
    ----------
    geometries : GeoSeries
        Points, lines or polygons, in ``crs``; missing and empty ones are coded as no ring at all.
    crs : CRS
        Their coordinate system, in metres.
    tolerance_m : float
        How far a vertex that is left out may lie from the line that replaces it.
    unit : int
        Millionths of a degree that places are rounded to.

    Returns
    -------
    dict
        ``unit``, ``dim`` (0, 1, 2 or -1 per geometry), ``rings`` (rings per geometry; the holes and parts of a polygon
        are told apart by even-odd filling), ``points`` (vertices per ring, the closing one left out) and ``steps``
        (longitude and latitude in turn, WGS-84, the first from zero).
    """
    shapes = np.asarray(geometries.array, dtype=object)
    lines, owner, closed = _rings(shapes, tolerance_m)
    xy, ring = shapely.get_coordinates(lines, return_index=True)
    kept = ~(closed[ring] & np.append(ring[1:] != ring[:-1], np.ones(min(len(ring), 1), dtype=bool)))
    return {
        "unit": unit,
        "dim": np.where(shapely.is_empty(shapes), -1, shapely.get_dimensions(shapes)).tolist(),
        "rings": np.bincount(owner, minlength=len(shapes)).tolist(),
        "points": np.bincount(ring[kept], minlength=len(lines)).tolist(),
        "steps": _steps(xy[kept], crs, unit),
    }


def _rings(shapes: NDArray[Any], tolerance_m: float) -> tuple[NDArray[Any], NDArray[np.intp], NDArray[np.bool_]]:
    parts, owner = shapely.get_parts(shapes, return_index=True)
    # One part at a time: a collection of many thousand lines takes seconds to simplify as a whole.
    parts = shapely.simplify(parts, tolerance_m) if tolerance_m else parts
    polygons = shapely.get_type_id(parts) == _POLYGON
    rings, part = shapely.get_rings(parts[polygons], return_index=True)
    lines = np.concatenate([parts[~polygons], rings])
    owners = np.concatenate([owner[~polygons], owner[polygons][part]]).astype(np.intp)
    closed = np.arange(len(lines)) >= np.count_nonzero(~polygons)
    order = np.argsort(owners, kind="stable")
    return lines[order], owners[order], closed[order]


def _steps(xy: NDArray[np.float64], crs: CRS, unit: int) -> list[int]:
    whole = np.rint(whole_degrees(xy, crs=crs) / unit).astype(np.int64)
    steps: list[int] = np.diff(whole, axis=0, prepend=np.zeros((1, 2), np.int64)).ravel().tolist()
    return steps


def whole_degrees(xy: NDArray[np.float64], *, crs: CRS) -> NDArray[np.int64]:
    """Turn metres into whole millionths of a degree.

    Parameters
    ----------
    xy : array of float, shape (n, 2)
        Places in ``crs``.
    crs : CRS
        Their coordinate system.

    Returns
    -------
    array of int, shape (n, 2)
        Longitude and latitude, WGS-84.
    """
    if not len(xy):
        return np.zeros((0, 2), np.int64)
    lonlat = Transformer.from_crs(crs, WGS84, always_xy=True).transform(xy[:, 0], xy[:, 1])
    whole: NDArray[np.int64] = np.rint(np.column_stack(lonlat) * STEPS_PER_DEGREE).astype(np.int64)
    return whole


def layer(
    frame: gpd.GeoDataFrame, columns: Mapping[str, Kind], *, crs: CRS, tolerance_m: float = 0.0, unit: int = 1
) -> dict[str, Any]:
    """Code the columns and the geometries of a frame.

    Parameters
    ----------
    frame : GeoDataFrame
        The frame.
    columns, crs, tolerance_m, unit
        As of :func:`table` and :func:`shapes`.

    Returns
    -------
    dict
        That of :func:`table`, with ``shapes``.
    """
    return {**table(frame, columns), "shapes": shapes(frame.geometry, crs=crs, tolerance_m=tolerance_m, unit=unit)}


def rows_of(keys: pd.Series, *, index: pd.Series) -> list[int]:
    """Find the rows that keys stand in.

    Parameters
    ----------
    keys : Series of str
        The keys, some may be missing.
    index : Series of str
        The column they are looked for in; each occurs once.

    Returns
    -------
    list of int
        Row numbers, -1 where there is none.
    """
    rows: list[int] = pd.Index(index).get_indexer(pd.Index(keys)).tolist()
    return rows
