"""Shifted coordinates of Chinese web maps: WGS-84 to GCJ-02 and BD-09, and back.

GCJ-02 (Amap, Tencent) moves a place by 50 to 700 m; BD-09 (Baidu) moves it once more. The forward formulas are the
published ones that every web map library agrees on; the way back is found by iteration, as no closed form is exact.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_Shift = Callable[[Floats, Floats], tuple[Floats, Floats]]

# Krassowsky 1940, on which the shift is defined.
_SEMI_MAJOR_M = 6_378_245.0
_ECCENTRICITY_2 = 0.00669342162296594323
_LON_RANGE = (72.004, 137.8347)
_LAT_RANGE = (0.8293, 55.8271)
_BAIDU_PI = np.pi * 3000.0 / 180.0
_BAIDU_LON, _BAIDU_LAT = 0.0065, 0.006
# 1e-12 degrees is a ten-thousandth of a millimetre; five rounds are usual.
_TOLERANCE_DEG = 1e-12
_MAX_ROUNDS = 30


def wgs84_to_gcj02(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Shift WGS-84 to GCJ-02.

    Parameters
    ----------
    lon, lat : ndarray of float64
        Degrees, of the same shape; NaN stays NaN.

    Returns
    -------
    tuple of ndarray
        Longitude and latitude in degrees; places outside the shifted area are returned as they are.
    """
    lon, lat = _arrays(lon, lat)
    away_lon, away_lat = _gcj02_shift(lon, lat)
    inside = _is_shifted(lon, lat)
    return np.where(inside, lon + away_lon, lon), np.where(inside, lat + away_lat, lat)


def gcj02_to_wgs84(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Shift GCJ-02 back to WGS-84, to well under a millimetre.

    Parameters
    ----------
    lon, lat : ndarray of float64
        Degrees, of the same shape; NaN stays NaN.

    Returns
    -------
    tuple of ndarray
        Longitude and latitude in degrees; places outside the shifted area are returned as they are.
    """
    lon, lat = _arrays(lon, lat)
    back_lon, back_lat = _undo(_gcj02_shift, lon, lat)
    inside = _is_shifted(lon, lat)
    return np.where(inside, back_lon, lon), np.where(inside, back_lat, lat)


def gcj02_to_bd09(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Shift GCJ-02 to BD-09; see :func:`wgs84_to_gcj02` for the arrays."""
    lon, lat = _arrays(lon, lat)
    away_lon, away_lat = _bd09_shift(lon, lat)
    return lon + away_lon, lat + away_lat


def bd09_to_gcj02(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Shift BD-09 back to GCJ-02, to well under a millimetre; see :func:`wgs84_to_gcj02` for the arrays."""
    return _undo(_bd09_shift, *_arrays(lon, lat))


def bd09_to_wgs84(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Shift BD-09 back to WGS-84, to well under a millimetre; see :func:`wgs84_to_gcj02` for the arrays."""
    return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))


def _arrays(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    return np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)


def _is_shifted(lon: Floats, lat: Floats) -> NDArray[np.bool_]:
    """Tell which places lie in the rectangle that the web maps shift."""
    in_lon = (lon >= _LON_RANGE[0]) & (lon <= _LON_RANGE[1])
    return np.asarray(in_lon & (lat >= _LAT_RANGE[0]) & (lat <= _LAT_RANGE[1]))


def _gcj02_shift(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Return by how many degrees GCJ-02 moves a WGS-84 place."""
    x, y = lon - 105.0, lat - 35.0
    root, ripple = np.sqrt(np.abs(x)), 20.0 * (np.sin(6.0 * np.pi * x) + np.sin(2.0 * np.pi * x))
    east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east_m += (ripple + _waves(x, ((20.0, 1.0), (40.0, 3.0), (150.0, 12.0), (300.0, 30.0)))) * 2.0 / 3.0
    north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north_m += (ripple + _waves(y, ((20.0, 1.0), (40.0, 3.0), (160.0, 12.0), (320.0, 30.0)))) * 2.0 / 3.0
    sine = np.sin(np.radians(lat))
    bend = 1.0 - _ECCENTRICITY_2 * sine * sine
    meridian_m = _SEMI_MAJOR_M * (1.0 - _ECCENTRICITY_2) / (bend * np.sqrt(bend))
    parallel_m = _SEMI_MAJOR_M / np.sqrt(bend) * np.cos(np.radians(lat))
    return np.degrees(east_m / parallel_m), np.degrees(north_m / meridian_m)


def _waves(value: Floats, terms: tuple[tuple[float, float], ...]) -> Floats:
    total = np.zeros_like(value)
    for height, length in terms:
        total += height * np.sin(value * (np.pi / length))
    return total


def _bd09_shift(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Return by how many degrees BD-09 moves a GCJ-02 place."""
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BAIDU_PI)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BAIDU_PI)
    return radius * np.cos(angle) + _BAIDU_LON - lon, radius * np.sin(angle) + _BAIDU_LAT - lat


def _undo(shift: _Shift, lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Find the place that a shift moves to the place given."""
    back_lon, back_lat = lon, lat
    for _ in range(_MAX_ROUNDS):
        away_lon, away_lat = shift(back_lon, back_lat)
        moved = np.fmax(np.abs(lon - away_lon - back_lon), np.abs(lat - away_lat - back_lat))
        back_lon, back_lat = lon - away_lon, lat - away_lat
        # The last digit of a longitude of 100 degrees is 1.4e-14, so the tolerance is within reach.
        if not np.any(moved > _TOLERANCE_DEG):
            break
    return back_lon, back_lat
