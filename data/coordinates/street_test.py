"""Which system unlabelled degrees are in, as the streets tell: places lie along streets, and shifted ones do not.

Each reading of a layer (WGS-84, GCJ-02, BD-09) is scored by the median distance of its places to the nearest street.
The nearest reading alone proves little: clinics and schools that stand deep inside their blocks lie farther from the
streets than chance would have it, so that a wrong reading wins. The best reading must therefore also be nearer than the
same layer moved about at random, and no other reading may keep off the streets more than such moves do. Thresholds:
``coordinates.toml``.

Measured, 150 to 200 draws of 100 places each, on OpenStreetMap of Harbin (23,304 streets; a clip of 4 km;
© OpenStreetMap contributors) and on the sample town, for all three truths. The nearest reading with the ratio alone was
clear and wrong in up to 97 % of draws for facilities and middles of estates; with the comparison to chance in 0 to
1.5 %, 4.5 % for middles of buildings; with all three rules in none. Shops and offices were told rightly in 87 to 100 %.
Of polygons the corners separate the readings (right in 95 to 100 %; from 20 estates on in 90 % and more), the middles
do not.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Geod, Transformer

from data.coordinates.gcj02 import Floats, bd09_to_wgs84, gcj02_to_bd09, gcj02_to_wgs84, wgs84_to_gcj02
from data.coordinates.readings import GEOGRAPHIC, Box
from data.coordinates.rules import StreetRules

_Row = TypeVar("_Row", np.float64, np.intp)
_Move = Callable[[Floats, Floats], tuple[Floats, Floats]]
# A place counts once, within about a metre.
_SAME_PLACE_DEG, _SQUARE_DEG = 1e-5, 2.5e-3
# Successive moves turn by the golden angle, so that any number of them lies evenly about.
_GOLDEN_ANGLE = np.pi * (3 - 5**0.5)
# Places drawn upon the streets are no farther off than this.
_LEAST_M = 0.01
# More than BD-09 moves any place.
_ROOM_DEG = 0.03
# So many times more places are looked at than compared, as many may lie beyond the streets.
_SIFTED = 5
_ELLIPSOID = Geod(ellps="WGS84")


def _as_they_are(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    return lon, lat


def _to_bd09(lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))


SYSTEMS: Mapping[str, _Move] = {"wgs84": _as_they_are, "gcj02": gcj02_to_wgs84, "bd09": bd09_to_wgs84}
# Where it is the streets that are shifted, the layer has to be shifted likewise to lie along them.
STREET_SYSTEMS: Mapping[str, _Move] = {"streets_gcj02": wgs84_to_gcj02, "streets_bd09": _to_bd09}

# Distances below a micrometre are none.


@dataclass(frozen=True)
class Streets:
    """Hold streets that layers are compared with.

    Parameters
    ----------
    tree : STRtree
        Their lines.
    crs : CRS
        Their system, in metres.
    sure : bool
        Whether it is known which system their degrees are in; else it may be the streets that are shifted.
    about : tuple of float
        West, south, east, north in degrees of where they lie, with room for any web map shift.
    """

    tree: shapely.STRtree
    crs: CRS
    sure: bool
    about: Box


@dataclass(frozen=True)
class Evidence:
    """Hold what the streets say of a layer.

    Parameters
    ----------
    medians_m : mapping of str to float
        Median distance to the nearest street by reading; empty where no place lies near a street.
    places, squares : int
        Different places compared, and squares of 250 m they lie in.
    best : str
        Reading with the least distance; empty where there is none.
    ratio : float
        How many times farther the second-best reading is.
    chance_m : float
        Distance that only ``chance_share`` of random moves fall below; NaN where that was not needed.
    enough, clear : bool
        Whether there are places enough, and whether the best reading stands out.
    """

    medians_m: Mapping[str, float]
    places: int
    squares: int
    best: str = ""
    ratio: float = float("nan")
    chance_m: float = float("nan")
    enough: bool = False
    clear: bool = False


def streets_of(edges: gpd.GeoDataFrame, *, sure: bool) -> Streets:
    """Make streets that layers can be compared with.

    Parameters
    ----------
    edges : GeoDataFrame
        Lines in a projected system, metres.
    sure : bool
        Whether it is known which system they were in.

    Returns
    -------
    Streets
        The streets.
    """
    tree = shapely.STRtree(edges.geometry.to_numpy())
    if edges.empty:
        return Streets(tree, edges.crs, sure, (0.0, 0.0, 0.0, 0.0))
    west, south, east, north = Transformer.from_crs(edges.crs, GEOGRAPHIC, always_xy=True).transform_bounds(
        *edges.total_bounds
    )
    about = (west - _ROOM_DEG, south - _ROOM_DEG, east + _ROOM_DEG, north + _ROOM_DEG)
    return Streets(tree, edges.crs, sure, about)


def weigh(lonlat: Floats, *, shapes: int | None, streets: Streets, rules: StreetRules) -> Evidence:
    """Compare the readings of a layer by how near to the streets they put it.

    Parameters
    ----------
    lonlat : ndarray of float64, shape (n, 2)
        Places as they stand in the file, degrees; corners of lines and polygons.
    shapes : int, optional
        Number of lines and polygons that the places are corners of; None for points.
    streets : Streets
        The streets.
    rules : StreetRules
        Thresholds.

    Returns
    -------
    Evidence
        The same for any order of the rows.
    """
    systems = SYSTEMS if streets.sure else {**SYSTEMS, **STREET_SYSTEMS}
    places = _even(_different(lonlat, streets.about), _SIFTED * rules.max_places)
    if not len(places) or not len(streets.tree):
        return Evidence({}, 0, 0)
    readings = np.array([_metres(places, move, streets.crs) for move in systems.values()])
    distances = np.array([_distances(xy, streets.tree) for xy in readings])
    covered = _even(np.flatnonzero(distances.min(axis=0) <= rules.reach_m), rules.max_places)
    if not len(covered):
        return Evidence({}, 0, 0)
    places, readings, distances = places[covered], readings[:, covered], distances[:, covered]
    medians = np.median(distances, axis=1)
    best, second = np.argsort(medians, kind="stable")[:2]
    ratio = float(medians[second] / max(medians[best], _LEAST_M))
    count, squares = len(places), len(np.unique(np.floor(places / _SQUARE_DEG), axis=0))
    enough = count >= rules.min_places and squares >= rules.min_squares
    enough &= shapes is None or shapes >= rules.min_shapes
    chance_m = _chance(readings[best], streets.tree, rules) if enough else np.nan
    clear = enough and ratio >= rules.min_ratio and bool(medians[best] * rules.min_chance_ratio <= chance_m)
    if clear:
        core = distances.max(axis=0) <= rules.core_m
        others = [index for index in range(len(systems)) if index != best]
        clear = not any(_stands_back(readings[index][core], streets.tree, rules) for index in others)
    return Evidence(
        medians_m=dict(zip(systems, map(float, medians), strict=True)),
        places=count,
        squares=squares,
        best=tuple(systems)[best],
        ratio=ratio,
        chance_m=chance_m,
        enough=enough,
        clear=clear,
    )


def unsettled(lonlat: Floats, *, system: str) -> Floats:
    """Put a web map shift back on.

    Parameters
    ----------
    lonlat : ndarray of float64, shape (n, 2)
        WGS-84, degrees.
    system : str
        ``"gcj02"`` or ``"bd09"``; anything else moves nothing.

    Returns
    -------
    ndarray of float64, shape (n, 2)
        Degrees of that system.
    """
    move = {"gcj02": wgs84_to_gcj02, "bd09": _to_bd09}.get(system, _as_they_are)
    return np.column_stack(move(*lonlat.T))


def settled(shapes: np.ndarray, *, system: str) -> np.ndarray:
    """Take a web map shift off geometries.

    Parameters
    ----------
    shapes : ndarray of Geometry
        In degrees of ``system``.
    system : {"wgs84", "gcj02", "bd09"}
        The system.

    Returns
    -------
    ndarray of Geometry
        WGS-84, degrees.
    """
    return np.asarray(shapely.transform(shapes, lambda points: np.column_stack(SYSTEMS[system](*points.T))))


def distances_m(one: Floats, other: Floats) -> Floats:
    """Return how far places lie from others.

    Parameters
    ----------
    one, other : ndarray of float64, shape (n, 2)
        Longitude and latitude, degrees.

    Returns
    -------
    ndarray of float64, shape (n,)
        Metres on the ellipsoid.
    """
    return np.asarray(_ELLIPSOID.inv(*one.T, *other.T)[2], dtype=np.float64)


def shift_m(lon: float, lat: float) -> float:
    """Return how far GCJ-02 moves a place.

    Parameters
    ----------
    lon, lat : float
        Degrees, WGS-84.

    Returns
    -------
    float
        Metres; 0 outside China.
    """
    here = np.array([[lon, lat]])
    return float(distances_m(here, unsettled(here, system="gcj02"))[0])


def _different(lonlat: Floats, about: Box) -> Floats:
    """Return the different places in a box, in an order of their own."""
    west, south, east, north = about
    inside = ((lonlat >= (west, south)) & (lonlat <= (east, north))).all(axis=1)
    ordered = lonlat[inside]
    ordered = ordered[np.lexsort(ordered.T[::-1])]
    _, first = np.unique(np.floor(ordered / _SAME_PLACE_DEG), axis=0, return_index=True)
    return np.asarray(ordered[np.sort(first)], dtype=np.float64)


def _even(rows: NDArray[_Row], most: int) -> NDArray[_Row]:
    """Return some of the rows, evenly spread, where there are more than wanted."""
    return rows if len(rows) <= most else rows[np.linspace(0, len(rows) - 1, most).astype(np.intp)]


def _metres(lonlat: Floats, move: _Move, crs: CRS) -> Floats:
    to_metres = Transformer.from_crs(GEOGRAPHIC, crs, always_xy=True)
    return np.column_stack(to_metres.transform(*move(*lonlat.T)))


def _distances(xy: Floats, tree: shapely.STRtree) -> Floats:
    """Return the distance to the nearest street; infinite for what a system does not reach."""
    distances = np.full(len(xy), np.inf)
    sound = np.flatnonzero(np.isfinite(xy).all(axis=1))
    _, found = tree.query_nearest(shapely.points(xy[sound]), all_matches=False, return_distance=True)
    distances[sound] = found
    return distances


def _moved(xy: Floats, tree: shapely.STRtree, rules: StreetRules) -> Floats:
    """Return the distances of a layer moved about, shape (moves, n)."""
    rank = (np.arange(rules.chance_moves) + 0.5) / rules.chance_moves
    near, far = rules.chance_from_m**2, rules.chance_to_m**2
    angle, away_m = np.arange(rules.chance_moves) * _GOLDEN_ANGLE, np.sqrt(near + (far - near) * rank)
    moves = np.column_stack((np.cos(angle), np.sin(angle))) * away_m[:, None]
    moved = (xy[None, :, :] + moves[:, None, :]).reshape(-1, 2)
    return _distances(moved, tree).reshape(rules.chance_moves, -1)


def _chance(xy: Floats, tree: shapely.STRtree, rules: StreetRules) -> float:
    """Return the median distance that few of the moves of a layer fall below."""
    return float(np.quantile(np.median(_moved(xy, tree, rules), axis=1), rules.chance_share))


def _stands_back(xy: Floats, tree: shapely.STRtree, rules: StreetRules) -> bool:
    """Tell whether a reading keeps off the streets as chance would not: then places inside their blocks lie right."""
    if len(xy) < rules.min_core:
        return False
    distances = _moved(xy, tree, rules)
    # Moves off the edge of the streets say nothing of keeping off them.
    kept = np.where(distances <= rules.core_m, distances, np.nan)
    sound = np.isfinite(kept).sum(axis=1) >= rules.min_core
    if not sound.any():
        return False
    usual = np.nanquantile(kept[sound], rules.back_share, axis=1)
    own = np.quantile(_distances(xy, tree), rules.back_share)
    return bool(own > rules.min_back_ratio * np.quantile(usual, 1 - rules.chance_share / 2))
