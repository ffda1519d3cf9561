"""Synthetic towns of plain polygons: superblocks cut into parcels, streets as gaps, rivers with few bridges."""

from collections.abc import Iterator
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Rectangle = tuple[float, float, float, float]
Line = tuple[Floats, str | None]

CRS_OF_TOWN = CRS.from_epsg(4548)
ORIGIN = (400_000.0, 3_200_000.0)
BLOCK_M = (320.0, 520.0)
PARCEL_M2 = (8_000.0, 26_000.0)
PARCELS_PER_BLOCK = 10.0
CUT = (0.36, 0.64)
NOTCHED = 0.12  # share of the parcels that something else takes a corner of
SKEW_M = 4.0
CORRIDOR_M, WATER_M, BRIDGED = 26.0, 12.0, 0.3
PEOPLE_MEDIAN, PEOPLE_SIGMA = 600.0, 0.6


@dataclass(frozen=True)
class Kind:
    """Hold what makes one town unlike another.

    Parameters
    ----------
    missing : float
        Share of the parcels that are not residential.
    lanes_m, avenues_m : tuple of float
        Widths of the ways inside and between superblocks; each is as frequent as it is named.
    turned_deg : float
        How far the town is turned.
    rivers : int
        How many rivers take the place of an avenue.
    """

    missing: float
    lanes_m: tuple[float, ...]
    avenues_m: tuple[float, ...]
    turned_deg: float
    rivers: int


KINDS = {
    "plain": Kind(0.2, (0, 4, 7, 9, 12), (18, 22, 26, 30, 40), 0.0, 1),
    "turned": Kind(0.25, (0, 4, 6, 9, 14), (16, 20, 24, 36), 23.0, 1),
    "sparse": Kind(0.4, (4, 7, 9, 12, 18), (18, 22, 26, 30, 40), 8.0, 1),
    "dense": Kind(0.08, (0, 0, 3, 5, 7), (14, 18, 22, 24), -12.0, 1),
    "rivers": Kind(0.25, (0, 4, 7, 9, 12), (18, 24, 28, 34, 50), 41.0, 3),
}


@dataclass(frozen=True)
class Mosaic:
    """Hold a town of estates.

    Parameters
    ----------
    estates : GeoDataFrame
        Polygons with ``estate_id``, ``people`` and three attributes without unit, ``age``, ``height``, ``rent``.
    barriers : GeoDataFrame
        Rivers, ``kind``.
    ways : GeoDataFrame
        Middle lines of the streets and bridges, ``name`` and ``highway``.
    """

    estates: gpd.GeoDataFrame
    barriers: gpd.GeoDataFrame
    ways: gpd.GeoDataFrame


def make_mosaic(kind: str, *, estates: int, seed: int) -> Mosaic:
    """Make a town of about so many estates.

    Parameters
    ----------
    kind : str
        Key of ``KINDS``.
    estates : int
        About how many estates.
    seed : int
        Another seed makes another town.

    Returns
    -------
    Mosaic
        The same for the same arguments.
    """
    chance, of = np.random.default_rng([seed, *kind.encode()]), KINDS[kind]
    side = max(round((estates / (1 - of.missing) / PARCELS_PER_BLOCK) ** 0.5), 2)
    columns, rows = _bands(side, of, of.rivers, chance), _bands(side, of, 0, chance)
    parcels: list[Floats] = []
    lines: list[Line] = []
    for column in columns.blocks:
        for row in rows.blocks:
            shapes, lanes = _block((column[0], row[0], column[1], row[1]), of, chance)
            parcels += shapes
            lines += [(lane, None) for lane in lanes]
    lines += [*_avenues(columns, rows, upright=True), *_avenues(rows, columns, upright=False)]
    lines += [(bridge, None) for bridge in _bridges(columns, rows, chance)]
    rivers = shapely.box(columns.rivers - WATER_M / 2, -500.0, columns.rivers + WATER_M / 2, rows.end + 500.0)
    kept = chance.random(len(parcels)) >= of.missing
    homes = np.array([shapely.Polygon(ring) for ring, keep in zip(parcels, kept, strict=True) if keep], object)
    return Mosaic(
        _estates(_placed(homes, of.turned_deg), chance),
        gpd.GeoDataFrame({"kind": "river"}, index=range(len(rivers)), geometry=_placed(rivers, of.turned_deg)),
        _ways(lines, of.turned_deg),
    )


@dataclass(frozen=True)
class _Bands:
    blocks: list[tuple[float, float]]
    avenues: Floats
    rivers: Floats
    end: float


def _bands(count: int, of: Kind, rivers: int, chance: np.random.Generator) -> _Bands:
    """Lay superblocks in a line, with avenues or rivers between."""
    wet = {round((number + 1) * count / (rivers + 1)) for number in range(rivers)} - {0, count}
    place = 0.0
    blocks: list[tuple[float, float]] = []
    middles: list[float] = []
    waters: list[float] = []
    for number in range(count):
        if number:
            width = CORRIDOR_M if number in wet else float(chance.choice(of.avenues_m))
            (waters if number in wet else middles).append(place + width / 2)
            place += width
        length = chance.uniform(*BLOCK_M)
        blocks.append((place, place + length))
        place += length
    return _Bands(blocks, np.array(middles), np.array(waters), place)


def _block(block: Rectangle, of: Kind, chance: np.random.Generator) -> tuple[list[Floats], list[Floats]]:
    """Cut a superblock into parcels and lanes, and push its corners about."""
    west, south, east, north = block
    corners = np.array([[west, south], [east, south], [east, north], [west, north]])
    corners += chance.uniform(-SKEW_M, SKEW_M, (4, 2))
    parcels, lanes = [], []
    for part, lane in _cuts(block, of, chance):
        if lane:
            lanes.append(np.array([part[:2], part[2:]]))
        else:
            parcels.append(_ring(part, chance))
    return [_bent(ring, block, corners) for ring in parcels], [_bent(lane, block, corners) for lane in lanes]


def _cuts(part: Rectangle, of: Kind, chance: np.random.Generator) -> Iterator[tuple[Rectangle, bool]]:
    """Cut a rectangle across its longer side until the parts are as small as parcels; yield lanes as middle lines."""
    west, south, east, north = part
    width, height = east - west, north - south
    if width * height <= chance.uniform(*PARCEL_M2) * 1.5:
        yield part, False
        return
    half, at = float(chance.choice(of.lanes_m)) / 2, chance.uniform(*CUT)
    if width >= height:
        middle = west + at * width
        parts = (west, south, middle - half, north), (middle + half, south, east, north)
        lane = (middle, south, middle, north)
    else:
        middle = south + at * height
        parts = (west, south, east, middle - half), (west, middle + half, east, north)
        lane = (west, middle, east, middle)
    if half > 0:
        yield lane, True
    for smaller in parts:
        yield from _cuts(smaller, of, chance)


def _ring(part: Rectangle, chance: np.random.Generator) -> Floats:
    west, south, east, north = part
    if chance.random() >= NOTCHED:
        return np.array([[west, south], [east, south], [east, north], [west, north]])
    x, y = (low + chance.uniform(0.55, 0.8) * (high - low) for low, high in ((west, east), (south, north)))
    return np.array([[west, south], [east, south], [east, y], [x, y], [x, north], [west, north]])


def _bent(points: Floats, block: Rectangle, corners: Floats) -> Floats:
    """Move points with the corners of their superblock; straight lines along its sides stay straight."""
    west, south, east, north = block
    x, y = (points[:, 0] - west) / (east - west), (points[:, 1] - south) / (north - south)
    weights = np.column_stack([(1 - x) * (1 - y), x * (1 - y), x * y, (1 - x) * y])
    moved: Floats = weights @ corners
    return moved


def _avenues(across: _Bands, along: _Bands, *, upright: bool) -> Iterator[Line]:
    """Lead a way along each avenue, block by block."""
    for number, place in enumerate(across.avenues.tolist(), start=1):
        for low, high in along.blocks:
            ends = np.array([[place, low], [place, high]])
            yield ends if upright else ends[:, ::-1], f"{'NS' if upright else 'EW'} {number}"


def _bridges(columns: _Bands, rows: _Bands, chance: np.random.Generator) -> Iterator[Floats]:
    """Lead a way over the rivers in front of some of the superblocks."""
    half = CORRIDOR_M / 2
    for river in columns.rivers.tolist():
        for low, high in rows.blocks:
            if chance.random() < BRIDGED:
                y = chance.uniform(low, high)
                yield np.array([[river - half, y], [river + half, y]])


def _placed(shapes: npt.NDArray[np.object_], turned_deg: float) -> npt.NDArray[np.object_]:
    angle = np.radians(turned_deg)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    placed: npt.NDArray[np.object_] = shapely.transform(shapes, lambda xy: xy @ turn + ORIGIN)
    return placed


def _estates(homes: npt.NDArray[np.object_], chance: np.random.Generator) -> gpd.GeoDataFrame:
    n = len(homes)
    return gpd.GeoDataFrame(
        {
            "estate_id": pd.Series([f"E{number:06d}" for number in range(1, n + 1)], dtype=object),
            "people": np.rint(np.exp(chance.normal(np.log(PEOPLE_MEDIAN), PEOPLE_SIGMA, n))).astype(np.int64),
            "age": chance.normal(size=n),
            "height": chance.normal(size=n),
            "rent": chance.normal(size=n),
        },
        geometry=homes,
        crs=CRS_OF_TOWN,
    )


def _ways(lines: list[Line], turned_deg: float) -> gpd.GeoDataFrame:
    shapes = np.array([shapely.LineString(line) for line, _ in lines], object)
    names = [name for _, name in lines]
    return gpd.GeoDataFrame(
        {
            "name": pd.Series(names, dtype=object),
            "highway": pd.Series(["secondary" if name else "residential" for name in names], dtype=object),
        },
        geometry=_placed(shapes, turned_deg),
        crs=CRS_OF_TOWN,
    )
