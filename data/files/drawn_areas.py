"""Areas in a drawing: closed outlines and fillings made polygons, and a line for each outline that is not closed."""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Geometry

from data.files.drawings import drawing_rules
from data.problems import Problem, note, warning

_LINE, _POLYGON = shapely.GeometryType.LINESTRING, shapely.GeometryType.POLYGON
_SHOWN = 20
# Ends are compared on a grid of a millimetre, below anything that is plotted.
_GRID_M = 0.001
# A ring has its first point twice.
_MIN_RING_POINTS = 4
_Shapes = NDArray[np.object_]


@dataclass(frozen=True)
class Areas:
    """Hold the areas of one drawing.

    Parameters
    ----------
    shapes : array of Polygon, shape (n,)
        As they are drawn, perhaps invalid; in the order of the file, then those joined of several lines.
    layers : array of str, shape (n,)
        Where each is drawn.
    problems : tuple of Problem
        What is not closed, what was joined, and which holes were cut out.
    """

    shapes: _Shapes
    layers: NDArray[np.object_]
    problems: tuple[Problem, ...]


def closed_outlines(entities: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Tell which objects of a drawing enclose ground by themselves.

    Parameters
    ----------
    entities : GeoDataFrame
        See :class:`data.files.drawings.Drawing`.

    Returns
    -------
    array of bool, shape (n,)
        True for lines that end where they begin, and for fillings.
    """
    shapes = np.asarray(entities.geometry.to_numpy(), dtype=object)
    return (_are_lines(shapes) & (_gaps_m(shapes) <= _tolerance("closed_m")) & _are_rings(shapes)) | _fillings(entities)


def read_areas(entities: gpd.GeoDataFrame, *, place: str) -> Areas:
    """Make polygons of the outlines and fillings of a drawing.

    A filling that covers an outline tells which outlines inside it are holes; an outline inside another is otherwise an
    area of its own, because nothing says that it is none.

    Parameters
    ----------
    entities : GeoDataFrame
        Objects of the layers chosen; see :class:`data.files.drawings.Drawing`.
    place : str
        What problems call the file.

    Returns
    -------
    Areas
        The polygons.
    """
    shapes = np.asarray(entities.geometry.to_numpy(), dtype=object)
    layers = entities["layer"].to_numpy(object)
    closed = closed_outlines(entities)
    is_filling = _fillings(entities)
    open_ = _are_lines(shapes) & ~closed
    joined, joined_layers, left = _joined(shapes[open_], layers[open_])
    rings = np.array([*_rings(shapes[closed & ~is_filling]), *_rings(joined)], dtype=object)
    ring_layers = np.array([*layers[closed & ~is_filling], *joined_layers], dtype=object)
    told = [note("drawing_joined", file=place, value=len(joined))] if len(joined) else []
    told += _not_closed(*left, place) + _others(entities[~closed & ~open_ & ~_texts(entities)], place)
    fillings = np.array([part for shape in shapes[is_filling] for part in shapely.get_parts(shape)], dtype=object)
    filled_layers = np.repeat(layers[is_filling], shapely.get_num_geometries(shapes[is_filling]))
    outlines, kept, cut = _with_fillings(rings, fillings)
    told += [note("drawing_holes", file=place, value=cut)] if cut else []
    own = ~_same_as_any(fillings, rings)
    return Areas(
        np.array([*outlines[kept], *fillings[own]], dtype=object),
        np.array([*ring_layers[kept], *filled_layers[own]], dtype=object),
        tuple(told),
    )


def _tolerance(name: str) -> float:
    return float(drawing_rules()["tolerance"][name])


def _are_lines(shapes: _Shapes) -> NDArray[np.bool_]:
    return np.asarray(shapely.get_type_id(shapes) == _LINE)


def _texts(entities: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    points = shapely.get_type_id(entities.geometry.to_numpy()) == shapely.GeometryType.POINT
    return np.asarray(points & entities["text"].notna().to_numpy(bool))


def _fillings(entities: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Tell which objects are hatches; a solid is an arrow head or a mark, and encloses no ground that is meant."""
    is_hatch = entities["kind"].str.contains("Hatch").to_numpy(bool)
    return np.asarray(is_hatch & (shapely.area(entities.geometry.to_numpy()) > 0))


def _gaps_m(lines: _Shapes) -> NDArray[np.float64]:
    """Return how far the ends of each line lie apart; NaN for what is no line."""
    return np.asarray(shapely.distance(shapely.get_point(lines, 0), shapely.get_point(lines, -1)))


def _are_rings(lines: _Shapes) -> NDArray[np.bool_]:
    return np.asarray(shapely.get_num_points(lines) >= _MIN_RING_POINTS)


def _rings(lines: _Shapes) -> _Shapes:
    """Make polygons of lines whose ends are one point within the tolerance."""
    points, rows = shapely.get_coordinates(lines, return_index=True)
    if not len(lines):
        return lines
    first = np.searchsorted(rows, np.arange(len(lines)))
    last = np.searchsorted(rows, np.arange(len(lines)), side="right") - 1
    points[last] = points[first]
    return np.asarray(shapely.polygons(shapely.linearrings(points, indices=rows)))


def _joined(lines: _Shapes, layers: NDArray[np.object_]) -> tuple[_Shapes, list[str], tuple[_Shapes, list[str]]]:
    """Join open lines of a layer that meet end to end, two and two, into rings; return them and what stays open."""
    rings: list[Geometry] = []
    ring_layers: list[str] = []
    left: list[Geometry] = []
    left_layers: list[str] = []
    for layer in dict.fromkeys(layers):
        own = lines[layers == layer]
        merged = _merged(own)
        closes = (_gaps_m(merged) == 0) & _are_rings(merged)
        rings += list(merged[closes])
        ring_layers += [layer] * int(closes.sum())
        left += list(merged[~closes])
        left_layers += [layer] * int((~closes).sum())
    return np.array(rings, dtype=object), ring_layers, (np.array(left, dtype=object), left_layers)


def _merged(lines: _Shapes) -> _Shapes:
    """Join lines whose ends agree to a millimetre; where more than two meet nothing is certain, nor joined."""
    if not len(lines):
        return lines
    points, rows = shapely.get_coordinates(lines, return_index=True)
    ends = np.zeros(len(points), bool)
    ends[np.searchsorted(rows, np.arange(len(lines)))] = True
    ends[np.searchsorted(rows, np.arange(len(lines)), side="right") - 1] = True
    points[ends] = np.round(points[ends] / _GRID_M) * _GRID_M
    snapped = shapely.linestrings(points, indices=rows)
    return np.asarray(shapely.get_parts(shapely.line_merge(shapely.multilinestrings(snapped))))


def _not_closed(lines: _Shapes, layers: Sequence[str], place: str) -> list[Problem]:
    """Tell of the open lines: those that nearly close by how far, the rest by their places."""
    gaps = _gaps_m(lines)
    nearly = (gaps <= _tolerance("nearly_closed_m")) & _are_rings(lines)
    starts = shapely.get_coordinates(shapely.get_point(lines, 0))
    told: list[Problem] = []
    for at in np.flatnonzero(nearly)[:_SHOWN].tolist():
        spot = f"({starts[at, 0]:.2f}, {starts[at, 1]:.2f})"
        told.append(warning("drawing_nearly_closed", file=place, layer=layers[at], value=f"{gaps[at]:.3f}", spot=spot))
    more = int(nearly.sum()) - len(told)
    if more:
        told.append(warning("drawing_nearly_more", file=place, value=more))
    rest = np.flatnonzero(~nearly).tolist()
    if rest:
        spots = "; ".join(f"({starts[at, 0]:.2f}, {starts[at, 1]:.2f})" for at in rest[:_SHOWN])
        named = ", ".join(dict.fromkeys(layers[at] for at in rest))
        told.append(warning("drawing_not_closed", file=place, layer=named, value=len(rest), spots=spots))
    return told


def _others(entities: gpd.GeoDataFrame, place: str) -> list[Problem]:
    """Tell, by kind, of what is neither line nor filling nor text."""
    kinds = entities["kind"].str.split(":").str[-1].str.removeprefix("AcDb").replace("", "-")
    return [
        note("drawing_no_outline", file=place, value=kind, count=int(count))
        for kind, count in kinds.value_counts(sort=False).sort_index().items()
    ]


def _with_fillings(rings: _Shapes, fillings: _Shapes) -> tuple[_Shapes, NDArray[np.bool_], int]:
    """Cut out of each outline those that its filling leaves out; return which are left, and how many were cut."""
    outlines, kept, cut = rings.copy(), np.ones(len(rings), bool), 0
    if not len(rings) or not len(fillings):
        return outlines, kept, cut
    filled = _same_as_any(rings, _shells(fillings))
    for filling in fillings:
        shell = _same_as_any(rings, _shells(np.array([filling], dtype=object)))
        gaps = np.array([shapely.Polygon(hole) for hole in filling.interiors], dtype=object)
        holes = _same_as_any(rings, gaps) & ~filled
        for at in np.flatnonzero(shell):
            outlines[at] = shapely.Polygon(rings[at].exterior, [hole.exterior for hole in rings[holes]])
        kept &= ~holes
        cut += int(holes.sum())
    return outlines, kept, cut


def _shells(polygons: _Shapes) -> _Shapes:
    return np.asarray(shapely.polygons(shapely.get_exterior_ring(polygons)))


def _same_as_any(shapes: _Shapes, others: _Shapes) -> NDArray[np.bool_]:
    """Tell which polygons cover the same ground, holes aside, as one of the others."""
    same = np.zeros(len(shapes), bool)
    if not len(shapes) or not len(others):
        return same
    mine, theirs = shapely.make_valid(_shells(shapes)), shapely.make_valid(_shells(others))
    one, other = shapely.STRtree(theirs).query(mine, predicate="intersects")
    apart = shapely.area(shapely.symmetric_difference(mine[one], theirs[other]))
    same[one[apart <= _tolerance("same_ground_share") * shapely.area(mine[one])]] = True
    return same
