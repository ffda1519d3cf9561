"""Control points of a local grid: the table read and checked, the fit made, told of and used."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS, Proj

from data.coordinates.control import Fit, fit, odd_one, spread
from data.coordinates.crs import analysis_crs, centre, settle
from data.coordinates.gcj02 import Floats
from data.coordinates.readings import Box, is_in_degrees
from data.coordinates.rules import coordinate_rules
from data.errors import CrsError, MissingColumnError
from data.files.grids import read_grids
from data.files.points import one_table, read_numbers, table_body
from data.problems import Problem, error, note, warning
from data.project import ControlTable
from data.tables.cells import cell_text
from data.tables.headers import Header
from data.tables.matching import match_headings

_LAYER = "control"
# How many extents of the points a layer may lie beyond them and still be among them.
_AMONG = 0.1
_KNOWN = (("known_x", "known_y"), ("lon", "lat"))
# Longitudes and latitudes of China, with a margin; nothing is both.
_LON, _LAT = (70.0, 140.0), (3.0, 55.0)


@dataclass(frozen=True)
class ControlPoints:
    """Hold points known in a local grid and in a sure system.

    Parameters
    ----------
    names : tuple of str
        What problems call them.
    local : ndarray of float64, shape (n, 2)
        As they stand in the table.
    known : ndarray of float64, shape (n, 2)
        East and north in ``crs``.
    crs : CRS
        Projected, metres.
    file : str
        What problems call the table.
    """

    names: tuple[str, ...]
    local: Floats
    known: Floats
    crs: CRS
    file: str


def read_control_points(
    path: Path, *, table: ControlTable, coordinates: str, near: Box | None = None
) -> tuple[ControlPoints, tuple[Problem, ...], Mapping[str, str]]:
    """Read a table of control points.

    Parameters
    ----------
    path : Path
        A text table or workbook with the local x and y, and the known x and y or longitude and latitude.
    table : ControlTable
        What the project says of it.
    coordinates : str
        System of the known places where the table of the project says none, as :class:`data.project.LayerTable`.
    near : tuple of float, optional
        West, south, east, north in degrees of where the town is known to lie.

    Returns
    -------
    tuple of ControlPoints, tuple of Problem, and mapping
        The points; a warning for each row that could not be used; and the decisions ``format``, ``layer``, ``encoding``
        and ``crs``.

    Raises
    ------
    MissingFileError, UnreadableFileError, MissingColumnError
        When the table cannot be read.
    CrsError
        When the points are too few or lie on one line, or the system of the known places is not sure.
    """
    place = table.path
    grids = read_grids(path, sheet=table.layer, encoding=table.encoding, place=place)
    grid, header = one_table(grids, [_LAYER], table.fields, place)
    match, told = match_headings(header.headings, layers=[_LAYER], fields=table.fields, place=place)
    body, long = table_body(grid, header, place)
    local, known = (_pairs(body, header, match.columns, pairs, place) for pairs in ((("x", "y"),), _KNOWN))
    sound = np.asarray(np.isfinite(np.hstack((local, known))).all(axis=1))
    names = _names(body, match.columns)
    lost = tuple(
        warning("control_row_unusable", file=place, feature=names[at], value=_shown(body.iloc[at]))
        for at in np.flatnonzero(~sound)
    )
    declared = table.coordinates if table.coordinates != "auto" else coordinates
    _check_places(local[sound], len(body), place)
    frame = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*known[sound].T))
    settled, moved = settle(frame, coordinates=declared, place=place, near=near)
    crs = analysis_crs(*centre(settled)) if is_in_degrees(settled.crs) else settled.crs
    xy = shapely.get_coordinates(settled.to_crs(crs).geometry.to_numpy())
    kept = tuple(name for name, good in zip(names, sound, strict=True) if good)
    facts = {"format": path.suffix.lstrip(".").upper(), "layer": grid.name, "encoding": grid.encoding, "crs": crs.name}
    return ControlPoints(kept, local[sound], xy, crs, place), (*grid.problems, *told, *long, *lost, *moved), facts


def fit_layer(
    frame: gpd.GeoDataFrame, points: ControlPoints, *, place: str, is_table: bool = False
) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    """Bring a layer in a local grid to the system of its control points.

    Parameters
    ----------
    frame : GeoDataFrame
        The layer as read; what its file states of its system does not count.
    points : ControlPoints
        The points.
    place : str
        What problems call the layer's file.
    is_table : bool
        Whether the layer is a table of numbers, which then has north first where its points have; a drawing has east
        first. It counts only where the numbers leave the order open.

    Returns
    -------
    tuple of GeoDataFrame and tuple of Problem
        The layer in ``points.crs``; the fit with the residual of each point.

    Raises
    ------
    CrsError
        When a point is grossly off, the points do not go together, or the layer lies nowhere near them.
    """
    rules = coordinate_rules().control
    xy = shapely.get_coordinates(frame.geometry.to_numpy())
    xy = xy[np.isfinite(xy).all(axis=1)]
    if not len(xy):
        return frame.set_crs(points.crs, allow_override=True), ()
    to_plane = _plane(points.local)
    local = to_plane(points.local)
    fitted = fit(local, points.known, rules=rules)
    _check_fit(points, local, fitted)
    if _in_degrees(xy) != _in_degrees(points.local):
        raise CrsError(error("control_other_unit", file=place, value=points.file))
    order = _order(to_plane(xy), local, fitted, is_table)
    if order.reach > rules.max_reach:
        raise CrsError(error("control_far", file=place, value=points.file, times=f"{order.reach:.1f}"))

    def move(given: Floats) -> Floats:
        plane = to_plane(given)
        return fitted.apply(plane[:, ::-1] if order.north_first else plane)

    moved = shapely.transform(frame.geometry.to_numpy(), move)
    result = frame.set_crs(None, allow_override=True)
    result = result.set_geometry(gpd.GeoSeries(moved, frame.index, crs=points.crs))
    return result, (*_told_fit(points, fitted, place), *_told_order(points, fitted, order, place))


def _pairs(
    body: pd.DataFrame, header: Header, columns: Mapping[str, int], pairs: tuple[tuple[str, str], ...], place: str
) -> Floats:
    """Return the numbers of the first pair of columns that is there, shape (n, 2)."""
    pair = next((pair for pair in pairs if set(pair) <= set(columns)), None)
    if pair is None:
        allowed = ", ".join(heading.text for heading in header.headings if heading.text)
        wanted = " / ".join(", ".join(one) for one in pairs)
        raise MissingColumnError(error("control_no_columns", file=place, value=wanted, allowed=allowed))
    return np.column_stack([read_numbers(body[columns[name]]) for name in pair])


def _names(body: pd.DataFrame, columns: Mapping[str, int]) -> list[str]:
    """Return the names of the points, or the rows where there are none."""
    rows = [f"#{number + 1}" for number in body.index]
    named = body[columns["point"]].map(cell_text) if "point" in columns else [None] * len(body)
    return [f"{row} {name}" if name else row for row, name in zip(rows, named, strict=True)]


def _shown(row: pd.Series) -> str:
    return ", ".join(str(cell) for cell in row if cell is not None)


def _check_places(local: Floats, rows: int, place: str) -> None:
    rules = coordinate_rules().control
    different = np.unique(local, axis=0)
    if len(different) < rules.min_points:
        told = {"value": len(different), "needed": rules.min_points, "rows": rows}
        raise CrsError(error("control_too_few", file=place, **told))
    if spread(different) < rules.min_spread:
        raise CrsError(error("control_on_a_line", file=place, value=len(different)))


def _in_degrees(xy: Floats) -> bool:
    """Tell whether numbers are degrees in China, in either order."""
    middle = np.median(xy, axis=0)
    return bool(_LON[0] <= middle.max() <= _LON[1] and _LAT[0] <= middle.min() <= _LAT[1])


@dataclass(frozen=True)
class _Plane:
    """Lay degrees out in metres about the middle of the control points; metres are left as they are."""

    proj: Proj | None

    def __call__(self, xy: Floats) -> Floats:
        if self.proj is None:
            return xy
        first, second = np.nanmedian(xy, axis=0)
        lon, lat = xy.T if first > second else xy.T[::-1]
        return np.column_stack(self.proj(lon, lat))


def _plane(local: Floats) -> _Plane:
    if not _in_degrees(local):
        return _Plane(None)
    lon = float(np.median(local, axis=0).max())
    # The ellipsoids of the old datums differ by some ten millionths, which the scale of the fit takes up.
    return _Plane(Proj(proj="tmerc", lon_0=lon, ellps="krass"))


def _check_fit(points: ControlPoints, local: Floats, fitted: Fit) -> None:
    """Refuse points that do not go together; name the one that is off where there is one."""
    rules = coordinate_rules().control
    told = {"file": points.file, "residuals": _residuals(points, fitted), "limit": f"{rules.gross_m:g}"}
    odd = odd_one(local, points.known, rules=rules)
    if odd is not None:
        raise CrsError(error("control_point_off", feature=points.names[odd[0]], metres=f"{odd[1]:.1f}", **told))
    if fitted.residuals_m.max() > rules.gross_m:
        raise CrsError(error("control_unfit", value=f"{fitted.rms_m:.2f}", **told))


@dataclass(frozen=True)
class _Order:
    """Hold whether a layer has north first, and how many extents of the points it lies beyond them."""

    north_first: bool
    reach: float
    open: bool


def _order(layer: Floats, local: Floats, fitted: Fit, is_table: bool) -> _Order:
    """Tell in which order a layer has its numbers: the one that puts it among the points, if that is only one."""
    same, turned = _reach(layer, local), _reach(layer[:, ::-1], local)
    open_ = max(same, turned) <= _AMONG
    as_table = (is_table or not fitted.north_first) if open_ else same <= turned
    return _Order(fitted.north_first == as_table, same if as_table else turned, open_)


def _reach(layer: Floats, local: Floats) -> float:
    low, high = local.min(axis=0), local.max(axis=0)
    near, far = np.quantile(layer, (0.25, 0.75), axis=0)
    return float(max(np.max(low - near), np.max(far - high), 0.0) / np.max(high - low))


def _told_order(points: ControlPoints, fitted: Fit, order: _Order, place: str) -> Iterator[Problem]:
    if order.open:
        yield note("control_order_open", file=place, value=points.file)
    elif order.north_first != fitted.north_first:
        yield warning("control_swapped", file=place, value=points.file)
    if order.reach > 1:
        yield warning("control_beyond", file=place, value=points.file, times=f"{order.reach:.1f}")


def _residuals(points: ControlPoints, fitted: Fit) -> str:
    named = zip(points.names, fitted.residuals_m, strict=True)
    return "; ".join(f"{name} {off_m:.3f} m" for name, off_m in named)


def _told_fit(points: ControlPoints, fitted: Fit, place: str) -> Iterator[Problem]:
    rules = coordinate_rules().control
    told = {
        "value": points.file,
        "name": points.crs.name,
        "count": len(points.names),
        "residuals": _residuals(points, fitted),
        "rms": f"{fitted.rms_m:.3f}",
        "similarity_rms": f"{fitted.similarity_rms_m:.3f}",
        "scale": " / ".join(dict.fromkeys(f"{scale:.7f}" for scale in fitted.scales)),
        "turn": f"{fitted.turn_deg:.5f}",
    }
    yield note(f"control_fitted_{fitted.kind}", file=place, **told)
    if fitted.rms_m > rules.tolerance_m:
        worst = int(np.argmax(fitted.residuals_m))
        metres = f"{fitted.residuals_m[worst]:.2f}"
        limit = f"{rules.tolerance_m:g}"
        yield warning("control_loose", file=points.file, feature=points.names[worst], value=metres, limit=limit,
                      rms=told["rms"])  # fmt: skip
    if max(abs(scale - 1) for scale in fitted.scales) > rules.scale_error:
        yield warning("control_scale", file=points.file, value=told["scale"])
