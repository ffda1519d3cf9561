"""Slopes of the walkways from a raster of elevations, and how much they slow a walk in each direction."""

import dataclasses
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError
from scipy.sparse import coo_array, csr_array, diags_array
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import spsolve

from data.errors import CrsError, InputError, MissingFileError, UnreadableFileError
from data.inputs import Walkways
from data.problems import Problem, error, warning

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

# A piece is as long as a pixel, within these: on shorter ones kerbs pass for slopes, longer ones cut off hills.
PIECE_M = (5.0, 30.0)
# Beyond this nobody walks; it also keeps a flaw of the raster from making a cost without bound.
STEEPEST = 1.0
# Heights outside are marks for "nothing known" that the file does not declare.
_POSSIBLE_M = (-500.0, 9_000.0)
_TILE = 2048


@dataclass(frozen=True)
class _Raster:
    """An open raster of elevations, and the way from the network to it."""

    dataset: Any
    forward: Transformer
    back: Transformer


def with_slopes(
    walkways: Walkways, *, crs: CRS, dem: Path | None, place: str
) -> tuple[Walkways, tuple[Problem, ...], dict[str, str]]:
    """Tell for each walkway how much its slope slows a walk.

    Parameters
    ----------
    walkways : Walkways
        Nodes and edges.
    crs : CRS
        Their coordinate system, metres.
    dem : Path or None
        Raster of elevations in metres, one band; without one all ways are level.
    place : str
        What messages call the raster.

    Returns
    -------
    Walkways
        The same, with ``slope_ahead``, ``slope_back`` and ``grade_max`` as :class:`data.inputs.Walkways` tells them.
    tuple of Problem
        How much of the network has no elevation.
    dict of str to str
        ``crs``, ``pixel_m``, ``without_elevation`` (share of the length) and ``rasterio`` (its version); empty without
        a raster.

    Raises
    ------
    MissingFileError
        When there is no such file.
    UnreadableFileError
        When it is no raster, or has more than one band.
    CrsError
        When it does not state a coordinate system that can be used.
    InputError
        When the package that reads rasters is not installed.

    Notes
    -----
    The elevation is read between the pixels (bilinear) at the vertices of each way, with more put in so that no piece
    is longer than a pixel. The factor of a way is the mean of :func:`slowdown` over its pieces, weighted by length.
    Of bridges and tunnels only the ends count, for the raster knows the ground and not the way; where several make up
    one, only the ends of the whole. Steps stay level, for their climb is in the factor of steps. A piece without
    elevation counts as level.
    """
    edges = walkways.edges
    if dem is None or edges.empty:
        return _level(walkways), (), {}
    with _opened(dem, place, crs) as raster:
        pixel_m = _pixel_m(raster, shapely.get_coordinates(edges.geometry.to_numpy()).mean(axis=0))
        pieces = _pieces(walkways, raster, float(np.clip(pixel_m, *PIECE_M)))
        said = {"crs": CRS.from_wkt(raster.dataset.crs.to_wkt()).name, "pixel_m": f"{pixel_m:.3g}"}
    unknown = ~np.isfinite(pieces["grade"].to_numpy())
    run = pieces["run"].to_numpy()
    share = run[unknown].sum() / run.sum() if len(run) else 0.0
    problems = (warning("dem_gaps", file=place, value=_percent(share)),) if share else ()
    sloped = dataclasses.replace(walkways, edges=edges.assign(**_by_edge(pieces, len(edges))))
    return sloped, problems, {**said, "without_elevation": _percent(share), "rasterio": _rasterio().__version__}


def slowdown(grade: Floats) -> Floats:
    """Return how many times slower a walk on a slope is than on the level.

    Parameters
    ----------
    grade : array of float
        Rise over run in the direction walked, negative downhill.

    Returns
    -------
    array of float
        At least 1. Walking gently downhill is a little faster than on the level (up to 1.19 times at -5 %), but that
        is left out, so that a limit in metres on the level stays an upper bound of the reach.

    Notes
    -----
    Speed is 6 km/h * exp(-3.5 * |grade + 0.05|) (Tobler 1993, Three presentations on geographical analysis and
    modeling, NCGIA technical report 93-1); the factor is its value on the level divided by that on the slope.
    """
    s = np.clip(grade, -STEEPEST, STEEPEST)
    factor: Floats = np.maximum(np.exp(3.5 * (np.abs(s + 0.05) - 0.05)), 1.0)
    return factor


def _level(walkways: Walkways) -> Walkways:
    return dataclasses.replace(walkways, edges=walkways.edges.assign(slope_ahead=1.0, slope_back=1.0, grade_max=0.0))


def _percent(share: float) -> str:
    return "<0.1 %" if 0 < share < 0.001 else f"{share * 100:.1f} %"


def _rasterio() -> Any:  # noqa: ANN401
    import rasterio

    return rasterio


@contextmanager
def _opened(dem: Path, place: str, crs: CRS) -> Iterator[_Raster]:
    """Open a raster and check that it holds elevations at known places."""
    if not dem.is_file():
        raise MissingFileError(error("missing_file", file=place))
    try:
        rasterio = _rasterio()
    except ImportError as fault:
        raise InputError(error("dem_no_reader", file=place)) from fault
    try:
        # A raster without a place on earth is told below, in our own words.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
            dataset = rasterio.open(dem)
        with dataset:
            yield _checked(dataset, place, crs)
    except rasterio.errors.RasterioError as fault:
        raise UnreadableFileError(error("dem_not_raster", file=place)) from fault


def _checked(dataset: Any, place: str, crs: CRS) -> _Raster:  # noqa: ANN401
    if dataset.count != 1:
        raise UnreadableFileError(error("dem_bands", file=place, value=dataset.count))
    if dataset.crs is None or dataset.transform.is_identity:
        raise CrsError(error("dem_no_crs", file=place))
    try:
        own = CRS.from_wkt(dataset.crs.to_wkt()).to_2d()
        return _Raster(
            dataset, Transformer.from_crs(crs, own, always_xy=True), Transformer.from_crs(own, crs, always_xy=True)
        )
    except (CRSError, ProjError) as fault:
        raise CrsError(error("dem_no_crs", file=place)) from fault


def _pixel_m(raster: _Raster, centre: Floats) -> float:
    """Return the shorter side of a pixel in the middle of the network, in metres."""
    step = raster.dataset.transform
    x, y = raster.forward.transform(*centre)
    xs, ys = raster.back.transform([x, x + step.a, x + step.b], [y, y + step.d, y + step.e])
    sides = np.hypot(np.subtract(xs[1:], xs[0]), np.subtract(ys[1:], ys[0]))
    return float(sides.min()) if np.isfinite(sides).all() else PIECE_M[1]


def _pieces(walkways: Walkways, raster: _Raster, longest_m: float) -> pd.DataFrame:
    """Cut the ways into pieces: ``edge`` (row), ``run`` (metres), ``grade`` (rise over run, NaN when unknown)."""
    edges = walkways.edges
    steps, span = edges["steps"].to_numpy(bool), _spans(edges)
    ground = _ground(edges.geometry.to_numpy(), np.flatnonzero(~steps & ~span), raster, longest_m)
    over = np.flatnonzero(~steps & span)
    height = _end_heights(walkways, raster) if len(over) else np.zeros(len(walkways.nodes))
    u, v, run = (edges[name].to_numpy()[over] for name in ("u", "v", "length_mm"))
    spans = pd.DataFrame({"edge": over, "run": run / 1000, "rise": height[v] - height[u]})
    pieces = pd.concat([ground, spans], ignore_index=True)
    pieces = pieces[pieces["run"] > 0]
    return pieces.assign(grade=pieces["rise"] / pieces["run"])


def _spans(edges: gpd.GeoDataFrame) -> Bools:
    """Tell which ways do not lie on the ground."""
    flags: Bools = (edges["bridge"] | edges["tunnel"]).to_numpy(bool)
    return flags


def _ground(lines: npt.NDArray[np.object_], rows: Ints, raster: _Raster, longest_m: float) -> pd.DataFrame:
    """Cut the ways on the ground into pieces: ``edge``, ``run`` and ``rise``."""
    xy, owner = shapely.get_coordinates(shapely.segmentize(lines[rows], longest_m), return_index=True)
    height = _heights(raster, xy)
    joined = owner[1:] == owner[:-1]
    run = np.hypot(*np.diff(xy, axis=0)[joined].T)
    return pd.DataFrame({"edge": rows[owner[1:][joined]], "run": run, "rise": np.diff(height)[joined]})


def _by_edge(pieces: pd.DataFrame, count: int) -> dict[str, Floats]:
    """Return the three columns of the edges; an edge without any piece is level."""
    edge, run = pieces["edge"].to_numpy(), pieces["run"].to_numpy()
    grade = pieces["grade"].fillna(0.0).to_numpy()
    length = np.bincount(edge, weights=run, minlength=count)
    factors = {}
    for name, signed in (("slope_ahead", grade), ("slope_back", -grade)):
        excess = np.bincount(edge, weights=run * (slowdown(signed) - 1.0), minlength=count)
        factors[name] = 1.0 + np.divide(excess, length, out=np.zeros(count), where=length > 0)
    steepest = np.zeros(count)
    np.maximum.at(steepest, edge, np.abs(grade))
    return {**factors, "grade_max": steepest}


def _end_heights(walkways: Walkways, raster: _Raster) -> Floats:
    """Return the height of each node; where bridges meet above the ground it follows from where they land."""
    edges = walkways.edges
    height = _heights(raster, walkways.nodes[["x", "y"]].to_numpy(float))
    ends = edges[["u", "v"]].to_numpy(np.int64).T
    steps, span = edges["steps"].to_numpy(bool), _spans(edges)
    nearness = 1000 / edges["length_mm"].to_numpy(float)[span]
    both = np.hstack([ends[:, span], ends[::-1, span]])
    links = coo_array((np.r_[nearness, nearness], (both[0], both[1])), shape=(len(height),) * 2).tocsr()
    bridge = connected_components(links, directed=False)[1]
    met = [np.bincount(ends[:, kind].ravel(), minlength=len(height)) for kind in (span, ~span & ~steps, steps)]
    hung = (met[0] > 1) & (met[1] == 0)
    # Steps may lead down from the middle of a bridge: they are a landing only where there is no other.
    landless = np.bincount(bridge, weights=(met[0] > 0) & ~hung) == 0
    hung &= ~(landless[bridge] & (met[2] > 0))
    return _hang(height, hung, (met[0] > 0) & ~hung, links, bridge) if hung.any() else height


def _hang(height: Floats, hung: Bools, landing: Bools, links: csr_array, bridge: Ints) -> Floats:
    """Let the hung nodes rise evenly between the landings of their bridge; NaN when one of these has no height."""
    lost = np.bincount(bridge, weights=landing & ~np.isfinite(height)) > 0
    held = ((np.bincount(bridge, weights=landing) > 0) & ~lost)[bridge]
    solved, fixed = np.flatnonzero(hung & held), np.flatnonzero(landing & held)
    result = np.where(hung, np.nan, height)
    if len(solved):
        balance = (diags_array(links.sum(axis=1)) - links).tocsc()[solved][:, solved]
        result[solved] = spsolve(balance.tocsc(), links[solved][:, fixed] @ height[fixed])
    return result


def _heights(raster: _Raster, xy: Floats) -> Floats:
    """Return the height at each place, NaN where none is known."""
    dataset = raster.dataset
    x, y = (np.asarray(values, float) for values in raster.forward.transform(*xy.T))
    to_pixel = ~dataset.transform
    column = to_pixel.a * x + to_pixel.b * y + to_pixel.c
    row = to_pixel.d * x + to_pixel.e * y + to_pixel.f
    inside = (column >= 0) & (column <= dataset.width) & (row >= 0) & (row <= dataset.height)
    height = np.full(len(xy), np.nan)
    if not inside.any():
        return height
    # The value of a pixel is that of its middle; within half a pixel of the edge of the raster it is taken as it is.
    column, row = np.clip(column[inside] - 0.5, 0, dataset.width - 1), np.clip(row[inside] - 0.5, 0, dataset.height - 1)
    height[inside] = _between_pixels(dataset, row, column)
    return height


def _between_pixels(dataset: Any, row: Floats, column: Floats) -> Floats:  # noqa: ANN401
    """Read tile by tile, and only the tiles asked for: the raster may be far larger than the town."""
    tiles = np.column_stack([row, column]).astype(np.int64) // _TILE
    kinds, which = np.unique(tiles, axis=0, return_inverse=True)
    height = np.full(len(row), np.nan)
    for number, (down, across) in enumerate(kinds * _TILE):
        mine = np.flatnonzero(which.reshape(-1) == number)
        tile = _tile(dataset, int(down), int(across))
        height[mine] = _bilinear(tile, row[mine] - down, column[mine] - across)
    return height


def _tile(dataset: Any, down: int, across: int) -> Floats:  # noqa: ANN401
    window = ((down, min(down + _TILE + 1, dataset.height)), (across, min(across + _TILE + 1, dataset.width)))
    values = dataset.read(1, window=window, masked=True).astype(np.float64).filled(np.nan)
    values = values * dataset.scales[0] + dataset.offsets[0]
    tile: Floats = np.where((values >= _POSSIBLE_M[0]) & (values <= _POSSIBLE_M[1]), values, np.nan)
    return tile


def _bilinear(tile: Floats, row: Floats, column: Floats) -> Floats:
    """Interpolate between four pixels; one that is not known counts only where it has any weight."""
    top, left = row.astype(np.int64), column.astype(np.int64)
    bottom, right = np.minimum(top + 1, tile.shape[0] - 1), np.minimum(left + 1, tile.shape[1] - 1)
    south, east = row - top, column - left
    corners = (
        (top, left, (1 - south) * (1 - east)),
        (top, right, (1 - south) * east),
        (bottom, left, south * (1 - east)),
        (bottom, right, south * east),
    )
    height = np.zeros(len(row))
    for i, j, weight in corners:
        height += np.where(weight > 0, weight * tile[i, j], 0.0)
    return height
