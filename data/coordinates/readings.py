"""What plain numbers can mean: the coordinate systems that a pair of ranges admits."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from pyproj import CRS, Geod, Proj

GEOGRAPHIC = CRS.from_epsg(4326)
Box = tuple[float, float, float, float]
_WEB_MERCATOR = 3857
_ELLIPSOID = Geod(ellps="WGS84")

# Box of EPSG:4490; a neighbour's town within it gets a CGCS2000 zone too, which is just as true to length there.
_CHINA = (73.62, 16.7, 134.77, 53.56)
# Nobody lives beyond; a larger "latitude" is a longitude.
_MAX_LATITUDE = 80.0
_NORTHING_M = (1_500_000.0, 6_200_000.0)
_EASTING_M = (100_000.0, 900_000.0)
_MILLION = 1_000_000.0
# West of it, 72° E, lies nothing of China.
_MERCATOR_X_M = 8_000_000.0
_ZONES = range(25, 46)
_SIX_DEGREE_ZONES = range(13, 24)
# First code with prefix, first code without, number of zones: of 3 degrees and of 6.
_TWINS = ((4513, 4534, 21), (4491, 4502, 11))
# How far beyond its area of use, in degrees, a system may still be meant.
_MARGIN_DEG = 4.0


@dataclass(frozen=True)
class Reading:
    """Hold one possible meaning of the numbers of a layer.

    Parameters
    ----------
    crs : CRS
        The system.
    swapped : bool
        Whether the first number is the northern one.
    lon, lat : float
        Where the middle of the layer would lie, degrees.
    """

    crs: CRS
    swapped: bool
    lon: float
    lat: float

    def km_from(self, box: Box) -> float:
        """Return how far the middle of the layer would lie from a box: west, south, east, north in degrees."""
        return km_between(self.lon, self.lat, box)

    def text(self) -> str:
        """Return the reading as code, order and place."""
        order = " x⇄y" if self.swapped else ""
        return f"EPSG:{self.crs.to_epsg()}{order} = {self.lon:.2f}°E {self.lat:.2f}°N"


def km_between(lon: float, lat: float, box: Box) -> float:
    """Return how far a place lies from a box.

    Parameters
    ----------
    lon, lat : float
        Degrees.
    box : tuple of float
        West, south, east, north in degrees.

    Returns
    -------
    float
        Kilometres; 0 within.
    """
    west, south, east, north = box
    nearest = min(max(lon, west), east), min(max(lat, south), north)
    return float(_ELLIPSOID.inv(lon, lat, *nearest)[2]) / 1000


def in_china(lon: float, lat: float) -> bool:
    """Tell whether a place lies in the box of China's geodetic system, EPSG:4490.

    Parameters
    ----------
    lon, lat : float
        Degrees.

    Returns
    -------
    bool
        Whether it does.
    """
    west, south, east, north = _CHINA
    return west <= lon <= east and south <= lat <= north


def is_possible(crs: CRS, bounds: Sequence[float]) -> bool:
    """Tell whether a layer with these bounds can be in a coordinate system.

    Parameters
    ----------
    crs : CRS
        The system.
    bounds : sequence of float
        West, south, east, north, in the numbers of the file.

    Returns
    -------
    bool
        Whether the numbers are degrees for a geographic system, and lie about its area of use for a projected one.
    """
    if not np.isfinite(bounds).all():
        return False
    if crs.is_geographic:
        return _are_degrees(bounds) and max(abs(bounds[1]), abs(bounds[3])) <= _MAX_LATITUDE
    if _are_degrees(bounds):
        return False
    lon, lat = _middle(crs, bounds)
    if not (np.isfinite(lon) and np.isfinite(lat)):
        return False
    area = crs.area_of_use
    if area is None:
        return abs(lat) <= _MAX_LATITUDE
    in_lon = area.west - _MARGIN_DEG <= lon <= area.east + _MARGIN_DEG
    return bool(in_lon and area.south - _MARGIN_DEG <= lat <= area.north + _MARGIN_DEG)


def is_in_degrees(crs: CRS) -> bool:
    """Tell whether a system is in degrees, or is that of web maps, which are degrees drawn out.

    Parameters
    ----------
    crs : CRS
        The system.

    Returns
    -------
    bool
        Whether web map shifts may lie in its numbers unseen.
    """
    operation = crs.coordinate_operation
    return bool(crs.is_geographic or (operation is not None and "Pseudo" in operation.method_name))


def twin(crs: CRS) -> CRS | None:
    """Return the CGCS2000 zone of the same central meridian whose eastings are written the other way.

    Parameters
    ----------
    crs : CRS
        The system.

    Returns
    -------
    CRS or None
        The zone without prefix for one with, and the other way round; None for any other system.
    """
    code = crs.to_epsg() or 0
    for first, other, count in _TWINS:
        if first <= code < first + count:
            return CRS.from_epsg(code - first + other)
        if other <= code < other + count:
            return CRS.from_epsg(code - other + first)
    return None


def possible_readings(bounds: Sequence[float]) -> tuple[Reading, ...]:
    """List what numbers without a coordinate system can mean.

    Parameters
    ----------
    bounds : sequence of float
        West, south, east, north, in the numbers of the file.

    Returns
    -------
    tuple of Reading
        Degrees first, then CGCS2000 zones and the metres of web maps inside China, in both orders of the numbers.
    """
    if not np.isfinite(bounds).all():
        return ()
    west, south, east, north = bounds
    straight = tuple(_readings(bounds, swapped=False))
    turned = tuple(_readings((south, west, north, east), swapped=True))
    return straight + tuple(reading for reading in turned if _adds(reading, straight))


def _adds(turned: Reading, straight: Sequence[Reading]) -> bool:
    """Tell whether a swapped reading is worth showing: inside China, with no straight one there."""
    if not in_china(turned.lon, turned.lat):
        return False
    return not any(in_china(reading.lon, reading.lat) for reading in straight)


def _readings(bounds: Sequence[float], *, swapped: bool) -> Iterator[Reading]:
    west, south, east, north = bounds
    if _are_degrees(bounds) and max(abs(south), abs(north)) <= _MAX_LATITUDE:
        yield Reading(GEOGRAPHIC, swapped, (west + east) / 2, (south + north) / 2)
    zones = _candidates(west, east) if _NORTHING_M[0] <= south and north <= _NORTHING_M[1] else []
    for epsg in (*zones, *([_WEB_MERCATOR] if west >= _MERCATOR_X_M else [])):
        crs = CRS.from_epsg(epsg)
        lon, lat = _middle(crs, bounds)
        if in_china(lon, lat):
            yield Reading(crs, swapped, lon, lat)


def _candidates(west: float, east: float) -> list[int]:
    """Return the codes of the CGCS2000 systems that eastings can be in."""
    prefix = int(west // _MILLION)
    if prefix != int(east // _MILLION):
        return []
    if not (_EASTING_M[0] <= west - prefix * _MILLION and east - prefix * _MILLION <= _EASTING_M[1]):
        return []
    if prefix == 0:
        return [4534 + zone - _ZONES[0] for zone in _ZONES]
    if prefix in _SIX_DEGREE_ZONES:
        return [4491 + prefix - _SIX_DEGREE_ZONES[0]]
    return [4513 + prefix - _ZONES[0]] if prefix in _ZONES else []


def _are_degrees(bounds: Sequence[float]) -> bool:
    west, south, east, north = bounds
    return west >= -180 and east <= 180 and south >= -90 and north <= 90


def _middle(crs: CRS, bounds: Sequence[float]) -> tuple[float, float]:
    """Return where the middle of bounds lies on the ellipsoid of the system, which is near enough to judge by."""
    west, south, east, north = bounds
    lon, lat = _projection(crs)((west + east) / 2, (south + north) / 2, inverse=True)
    return float(lon), float(lat)


@lru_cache(maxsize=64)
def _projection(crs: CRS) -> Proj:
    return Proj(crs)
