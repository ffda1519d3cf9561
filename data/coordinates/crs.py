"""Coordinate systems: which one a layer is in, and which one the analysis is done in.

A layer is brought to a sure system in one of three ways: the project declares it, the file states it and the numbers
agree, or the numbers admit one reading only. Anything else is an error that shows the readings.
"""

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS, Geod, Proj, Transformer
from pyproj.exceptions import CRSError as PyprojError

from data.coordinates.gcj02 import Floats, bd09_to_wgs84, gcj02_to_wgs84
from data.coordinates.readings import (
    GEOGRAPHIC,
    Box,
    Reading,
    in_china,
    is_in_degrees,
    is_possible,
    possible_readings,
    twin,
)
from data.coordinates.rules import coordinate_rules
from data.coordinates.street_test import shift_m
from data.errors import CrsError
from data.problems import Problem, error, note, warning

_SHIFTED = {"gcj02": gcj02_to_wgs84, "bd09": bd09_to_wgs84}
# No public transformation leads from these to CGCS2000: PROJ leaves the numbers as they are, tens of metres off.
_OLD_DATUMS = ("beijing", "xian")
_OLD_ELLIPSOIDS = ("krass", "krasovsky", "iag 1975", "iag_1975")
# What a GeoPackage calls a layer whose system nobody stated.
_UNDEFINED = "undefined"
_FIRST_ZONE, _FIRST_ZONE_EPSG = 25, 4534
# A step of the analysis must be true to length within 0.2 %; a zone of 3 degrees is within 0.04 %.
_MAX_SCALE_ERROR = 0.002
_ELLIPSOID = Geod(ellps="WGS84")


def analysis_crs(lon: float, lat: float, *, declared: str = "auto") -> CRS:
    """Choose the metric system of the analysis.

    Parameters
    ----------
    lon, lat : float
        Middle of the area, degrees.
    declared : str
        ``"auto"`` for the CGCS2000 3-degree zone inside China and the UTM zone elsewhere, or ``"EPSG:<n>"``.

    Returns
    -------
    CRS
        Projected, in metres. Inside China the variant without zone prefix, EPSG:4534 to EPSG:4554.

    Raises
    ------
    CrsError
        When the declared system is unknown, not projected in metres, of an old datum or not true to length there.
    """
    if declared != "auto":
        return _metric(declared, lon, lat)
    if in_china(lon, lat):
        return CRS.from_epsg(_FIRST_ZONE_EPSG + round(lon / 3) - _FIRST_ZONE)
    zone = int((lon + 180) // 6) % 60 + 1
    return CRS.from_epsg((32600 if lat >= 0 else 32700) + zone)


def analysis_note(crs: CRS, *, place: tuple[float, float], declared: str, file: str) -> Problem:
    """Tell which system the analysis is done in, and how it was chosen.

    Parameters
    ----------
    crs : CRS
        As :func:`analysis_crs` returns it.
    place : tuple of float
        Longitude and latitude that it was chosen for.
    declared : str
        What the project declares.
    file : str
        File of the project.

    Returns
    -------
    Problem
        A note.
    """
    lon, lat = place
    told = {"value": ":".join(crs.to_authority() or ("", "")), "name": crs.name, "place": f"{lon:.4f}°E {lat:.4f}°N"}
    if declared != "auto":
        return note("crs_analysis_declared", file=file, **told)
    return note("crs_analysis_zone" if in_china(lon, lat) else "crs_analysis_utm", file=file, **told)


def centre(frame: gpd.GeoDataFrame) -> tuple[float, float]:
    """Return the middle of a layer as longitude and latitude.

    Parameters
    ----------
    frame : GeoDataFrame
        With a coordinate system and at least one geometry.

    Returns
    -------
    tuple of float
        Degrees, WGS-84: the median of the centroids, so that one stray feature does not move it.
    """
    middles = gpd.GeoDataFrame(geometry=gpd.GeoSeries(shapely.centroid(frame.geometry.to_numpy()), crs=frame.crs))
    x, y = np.median(_coordinates(middles), axis=0)
    lon, lat = Transformer.from_crs(frame.crs, GEOGRAPHIC, always_xy=True).transform(x, y)
    return float(lon), float(lat)


def extent(frame: gpd.GeoDataFrame) -> Box:
    """Return where a layer lies, the outermost hundredths each way aside.

    Parameters
    ----------
    frame : GeoDataFrame
        With a coordinate system and at least one geometry.

    Returns
    -------
    tuple of float
        West, south, east, north in degrees, WGS-84.
    """
    middles = shapely.get_coordinates(shapely.centroid(frame.geometry.to_numpy()))
    to_degrees = Transformer.from_crs(frame.crs, GEOGRAPHIC, always_xy=True)
    lonlat = np.column_stack(to_degrees.transform(*middles.T))
    west, south, east, north = np.quantile(lonlat[np.isfinite(lonlat).all(axis=1)], (0.01, 0.99), axis=0).ravel()
    return float(west), float(south), float(east), float(north)


def to_analysis(
    frame: gpd.GeoDataFrame, *, coordinates: str, crs: CRS, place: str
) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    """Bring places that are too few to be compared with the streets to the system of the analysis.

    Parameters
    ----------
    frame : GeoDataFrame
        The layer as read; ``crs`` None where the file states none.
    coordinates : {"auto", "wgs84", "gcj02", "bd09", "EPSG:<n>"}
        What the project declares.
    crs : CRS
        System of the analysis.
    place : str
        File that problems name.

    Returns
    -------
    tuple of GeoDataFrame and Problem
        The layer in ``crs``, its rows and columns as given; see :func:`settle` for the problems, and a warning where
        degrees are taken as WGS-84 though nobody said so.

    Raises
    ------
    CrsError
        See :func:`settle`.
    """
    settled, problems = settle(frame, coordinates=coordinates, place=place)
    if coordinates == "auto" and is_in_degrees(settled.crs) and len(_coordinates(settled)):
        metres = shift_m(*centre(settled))
        if metres >= coordinate_rules().streets.min_shift_m:
            problems = (*problems, warning("crs_wgs84_assumed", file=place, metres=f"{metres:.0f}"))
    return settled.to_crs(crs), problems


def settle(
    frame: gpd.GeoDataFrame, *, coordinates: str, place: str, near: Box | None = None
) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    """Give a layer a coordinate system that is sure.

    Parameters
    ----------
    frame : GeoDataFrame
        The layer as read; ``crs`` None where the file states none.
    coordinates : {"auto", "wgs84", "gcj02", "bd09", "EPSG:<n>"}
        What the project declares.
    place : str
        File that problems name.
    near : tuple of float, optional
        West, south, east, north in degrees of where the layer is known to lie; it decides between several readings.

    Returns
    -------
    tuple of GeoDataFrame and Problem
        The layer in its own system, or in WGS-84 where a web map shift was taken off, and what was assumed or done.

    Raises
    ------
    CrsError
        When the system is of an old datum, impossible for the numbers, or open between several readings.
    """
    if frame.crs is not None and frame.crs.name.casefold().startswith(_UNDEFINED):
        frame = frame.set_crs(None, allow_override=True)
    if not len(_coordinates(frame)):
        return (frame if frame.crs else frame.set_crs(GEOGRAPHIC)), ()
    if coordinates.startswith("EPSG:"):
        return _declare(frame, CRS.from_user_input(_known_epsg(coordinates, place)), place)
    if frame.crs is not None:
        frame, problems = _stated(frame, coordinates, place, near)
    else:
        frame, problems = _read_numbers(frame, coordinates, place, near)
    if coordinates in _SHIFTED:
        frame, shift = _unshift(frame, coordinates, place)
        problems += (shift,)
    return frame, problems


def _coordinates(frame: gpd.GeoDataFrame) -> Floats:
    """Return the coordinates of a layer that are numbers, shape (n, 2)."""
    points: Floats = np.asarray(shapely.get_coordinates(frame.geometry.to_numpy()), dtype=np.float64)
    return points[np.isfinite(points).all(axis=1)]


def middle_half(frame: gpd.GeoDataFrame) -> Box:
    """Return the bounds of the middle half of a layer each way, so that a few stray features decide nothing.

    Parameters
    ----------
    frame : GeoDataFrame
        With at least one coordinate that is a number.

    Returns
    -------
    tuple of float
        West, south, east, north in the numbers of the layer.
    """
    west, south, east, north = np.quantile(_coordinates(frame), (0.25, 0.75), axis=0).ravel()
    return float(west), float(south), float(east), float(north)


def _metric(declared: str, lon: float, lat: float) -> CRS:
    crs = CRS.from_user_input(_known_epsg(declared, "project.toml"))
    told = {"field": "project.crs", "value": declared, "name": crs.name}
    if not crs.is_projected or any(axis.unit_name != "metre" for axis in crs.axis_info):
        raise CrsError(error("crs_not_metric", **told))
    _refuse_old_datum(crs, place="")
    factors = Proj(crs).get_factors(lon, lat)
    worst = max(abs(factors.meridional_scale - 1), abs(factors.parallel_scale - 1))
    # Written so that an infinite or undefined scale, far outside the zone, is refused as well.
    if not worst <= _MAX_SCALE_ERROR:
        raise CrsError(error("crs_not_true_to_length", **told, percent=f"{worst * 100:.3g}"))
    return crs


def _known_epsg(code: str, place: str) -> str:
    try:
        CRS.from_user_input(code)
    except PyprojError as fault:
        raise CrsError(error("crs_unknown", file=place, value=code)) from fault
    return code


def _refuse_old_datum(crs: CRS, *, place: str) -> None:
    datum = crs.geodetic_crs.datum.name.casefold() if crs.geodetic_crs and crs.geodetic_crs.datum else ""
    ellipsoid = crs.ellipsoid.name.casefold() if crs.ellipsoid else ""
    if any(word in datum for word in _OLD_DATUMS) or any(word in ellipsoid for word in _OLD_ELLIPSOIDS):
        raise CrsError(error("crs_old_datum", file=place, value=crs.name))
    if not (crs.is_projected or crs.is_geographic):
        raise CrsError(error("crs_local", file=place, value=crs.name))


def _declare(frame: gpd.GeoDataFrame, crs: CRS, place: str) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    """Put a layer into the system that the project declares, whatever its file states."""
    _refuse_old_datum(crs, place=place)
    bare = frame.set_crs(None, allow_override=True)
    fitted = _fitted(bare, crs, place)
    if fitted is None:
        raise _no_single_reading("crs_declared_impossible", middle_half(frame), place, value=crs.name)
    overridden = frame.crs is not None and not frame.crs.equals(crs, ignore_axis_order=True)
    told = (warning("crs_overridden", file=place, value=crs.name, stated=frame.crs.name),) if overridden else ()
    return fitted[0], told + fitted[1]


def _fitted(bare: gpd.GeoDataFrame, crs: CRS, place: str) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]] | None:
    """Put numbers into a system: as they are, or with the zone prefix, the order of the two, or both set right."""
    bounds, other = middle_half(bare), twin(crs)
    west, south, east, north = bounds
    for one in (crs, other):
        told = (warning("crs_prefix", file=place, value=crs.name, taken=one.name),) if one and one is not crs else ()
        if one is not None and is_possible(one, bounds):
            return bare.set_crs(one), told
        if one is not None and is_possible(one, (south, west, north, east)):
            turned = _swapped(bare).set_crs(one)
            return turned, (*told, warning("crs_swapped", file=place, value=_shown(turned)))
    return None


def _shown(frame: gpd.GeoDataFrame) -> str:
    lon, lat = centre(frame)
    return Reading(frame.crs, True, lon, lat).text()


def _stated(
    frame: gpd.GeoDataFrame, coordinates: str, place: str, near: Box | None
) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    """Take the system that the file states, when the numbers agree."""
    _refuse_old_datum(frame.crs, place=place)
    if is_possible(frame.crs, middle_half(frame)):
        return frame, ()
    stated, bare = frame.crs, frame.set_crs(None, allow_override=True)
    try:
        frame, problems = _read_numbers(bare, coordinates, place, near)
    except CrsError:
        fitted = _fitted(bare, stated, place)
        if fitted is None:
            raise
        return fitted
    if frame.crs.equals(stated, ignore_axis_order=True):
        return frame, problems
    return frame, (warning("crs_contradicted", file=place, value=stated.name, taken=frame.crs.name), *problems)


def _read_numbers(
    frame: gpd.GeoDataFrame, coordinates: str, place: str, near: Box | None
) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    """Take the one system that the numbers admit, or the one of several that puts the layer where the others lie."""
    bounds = middle_half(frame)
    readings = possible_readings(bounds)
    if coordinates != "auto":
        readings = tuple(reading for reading in readings if is_in_degrees(reading.crs))
    told: tuple[Problem, ...] = ()
    if len(readings) > 1 and near is not None:
        count, readings = len(readings), _about(readings, near)
        if len(readings) == 1:
            km = f"{readings[0].km_from(near):.1f}"
            told = (warning("crs_by_neighbours", file=place, value=readings[0].text(), count=count, km=km),)
    if len(readings) != 1:
        raise _no_single_reading("crs_unknown_reading", bounds, place, value=coordinates)
    reading = readings[0]
    frame = _swapped(frame) if reading.swapped else frame
    return frame.set_crs(reading.crs), told + _assumptions(reading, place)


def _about(readings: tuple[Reading, ...], near: Box) -> tuple[Reading, ...]:
    """Return the readings that put a layer about a place."""
    max_km = coordinate_rules().neighbours.max_km
    return tuple(reading for reading in readings if reading.km_from(near) <= max_km)


def _no_single_reading(code: str, bounds: tuple[float, ...], place: str, *, value: str) -> CrsError:
    readings = "; ".join(reading.text() for reading in possible_readings(bounds)) or "-"
    numbers = f"x {bounds[0]:.8g} - {bounds[2]:.8g}, y {bounds[1]:.8g} - {bounds[3]:.8g}"
    return CrsError(error(code, file=place, value=value, numbers=numbers, readings=readings))


def _swapped(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return frame.set_geometry(shapely.transform(frame.geometry.to_numpy(), lambda points: points[:, ::-1]))


def _assumptions(reading: Reading, place: str) -> tuple[Problem, ...]:
    """Tell what was taken for granted; of what kind degrees are, the streets may tell later."""
    told = (warning("crs_swapped", file=place, value=reading.text()),) if reading.swapped else ()
    if reading.crs != GEOGRAPHIC:
        return (*told, warning("crs_assumed", file=place, value=reading.text(), name=reading.crs.name))
    return told


def _unshift(frame: gpd.GeoDataFrame, coordinates: str, place: str) -> tuple[gpd.GeoDataFrame, Problem]:
    """Take a web map shift off, and tell how far it was."""
    frame = frame.to_crs(GEOGRAPHIC)
    before = shapely.get_coordinates(frame.geometry.to_numpy())
    undo = _SHIFTED[coordinates]
    moved = shapely.transform(frame.geometry.to_numpy(), lambda points: np.column_stack(undo(*points.T)))
    after = shapely.get_coordinates(moved)
    metres = np.median(_ELLIPSOID.inv(*before.T, *after.T)[2])
    told = note("crs_shift_removed", file=place, value=coordinates.upper().replace("0", "-0"), metres=f"{metres:.0f}")
    return frame.set_geometry(gpd.GeoSeries(moved, frame.index, crs=GEOGRAPHIC)), told
