"""One layer of a project out of a CAD drawing: areas, lines or places, as its role asks."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from data.errors import InputError
from data.files.drawings import LAYER_COLUMN, Drawing, likely_layers, named_layers, read_drawing
from data.files.drawn_areas import closed_outlines, read_areas
from data.files.drawn_names import attribute_name, name_areas
from data.problems import Problem, error, note

NAME_COLUMN = "名称"
_POINT = shapely.GeometryType.POINT
_LINES = (shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING)
Flags = NDArray[np.bool_]
_Maker = Callable[[Drawing, Sequence[str], str], tuple[gpd.GeoDataFrame, tuple[Problem, ...]]]


def read_drawn_layer(
    path: Path, *, role: str, layer: str | None, encoding: str, place: str
) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...], Mapping[str, str]]:
    """Read what a drawing holds for one layer of a project.

    Parameters
    ----------
    path : Path
        A ``.dxf`` file.
    role : str
        ``estates`` or ``boundary`` for closed outlines, ``sites`` or ``facilities`` for outlines, points and blocks,
        ``gates`` for points and blocks, ``barriers`` for lines.
    layer : str, optional
        Layer of the drawing, or several with commas between; without it those whose names speak of the role.
    encoding : str
        ``"auto"`` or the encoding of the texts of the drawing.
    place : str
        What problems call the file.

    Returns
    -------
    tuple of GeoDataFrame, tuple of Problem, and mapping
        Shapes without ``crs``, their name under ``NAME_COLUMN`` (missing where none is written) and their layer under
        ``LAYER_COLUMN``; what was found; and the decisions ``format``, ``layer`` and ``encoding``.

    Raises
    ------
    MissingFileError, UnreadableFileError
        When the file is not there or not a drawing.
    InputError
        When a layer is not there, or it is open which one is meant.
    """
    wanted, make = _ROLES[role]
    drawing = read_drawing(path, encoding=encoding, place=place, blocks_as_places=make in (_places, _gates))
    drawn = drawing.entities
    chosen = _layers(drawing, wanted(drawn), (role, layer), place)
    own = drawn[drawn["layer"].isin(chosen).to_numpy(bool)]
    frame, told = make(drawing, chosen, place)
    rest = drawn.loc[~drawn.index.isin(own.index), "layer"].value_counts(sort=False).sort_index()
    if len(rest):
        listed = ", ".join(f"{name} ({count})" for name, count in rest.items())
        told = (*told, note("drawing_layers_left", file=place, value=listed))
    return frame, (*drawing.encoding.problems, *drawing.unread_on(chosen, place), *told), drawing.facts(chosen)


def _layers(drawing: Drawing, wanted: Flags, asked: tuple[str, str | None], place: str) -> list[str]:
    """Return the layers to read."""
    role, layer = asked
    names = sorted(set(drawing.entities["layer"]) | {name for _, name in drawing.unread})
    if layer is not None:
        return named_layers(layer, known=names, place=place)
    shapes = drawing.entities.geometry.to_numpy()
    drawn = np.isin(shapely.get_type_id(shapes), _LINES) | wanted
    counts = dict.fromkeys(drawing.entities.loc[drawn, "layer"], 0)
    counts |= drawing.entities.loc[wanted, "layer"].value_counts().to_dict()
    if not counts:
        raise InputError(error("layer_none", file=place), *drawing.unread_on(names, place))
    return likely_layers(counts, role=role, place=place)


def _areas(drawing: Drawing, layers: Sequence[str], place: str) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    """Return the closed outlines of some layers, with the names written in them."""
    drawn = drawing.entities
    return _named_areas(drawn[drawn["layer"].isin(layers)], drawn, place)


def _named_areas(
    own: gpd.GeoDataFrame, drawn: gpd.GeoDataFrame, place: str
) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    areas = read_areas(own, place=place)
    names, told = name_areas(areas.shapes, drawn, layers=areas.layers.tolist(), place=place)
    return _frame(areas.shapes, areas.layers, names), (*areas.problems, *told)


def _outline(drawing: Drawing, layers: Sequence[str], place: str) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    """Return the closed outlines of some layers, names aside."""
    drawn = drawing.entities
    areas = read_areas(drawn[drawn["layer"].isin(layers)], place=place)
    return _frame(areas.shapes, areas.layers, [None] * len(areas.shapes)), areas.problems


def _lines(drawing: Drawing, layers: Sequence[str], place: str) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    """Return lines as they are drawn, closed ones too, and fillings: a wall around an estate is no area."""
    own = drawing.entities[drawing.entities["layer"].isin(layers)]
    shapes = own.geometry.to_numpy()
    kept = np.isin(shapely.get_type_id(shapes), _LINES) | closed_outlines(own)
    left = int((~kept & own["text"].isna().to_numpy(bool)).sum())
    told = (note("drawing_no_line", file=place, value=left),) if left else ()
    return _frame(shapes[kept], own.loc[kept, "layer"].to_numpy(object), [None] * int(kept.sum())), told


def _places(drawing: Drawing, layers: Sequence[str], place: str) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    """Return closed outlines, points and blocks; where there are none of them, the texts stand for the places."""
    drawn = drawing.entities
    own = drawn[drawn["layer"].isin(layers)]
    marks, told = _marks(own, place)
    closed = closed_outlines(own)
    if not closed.any():
        return marks, told
    areas, said = _named_areas(own[~_are_marks(own)], drawn, place)
    names = [*areas[NAME_COLUMN], *marks[NAME_COLUMN]]
    shapes = np.array([*areas.geometry, *marks.geometry], dtype=object)
    return _frame(shapes, np.array([*areas[LAYER_COLUMN], *marks[LAYER_COLUMN]], dtype=object), names), (*told, *said)


def _gates(drawing: Drawing, layers: Sequence[str], place: str) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    own = drawing.entities[drawing.entities["layer"].isin(layers)]
    frame, told = _marks(own, place)
    left = int((~_are_marks(own) & own["text"].isna().to_numpy(bool)).sum())
    return frame, (*told, *((note("drawing_no_point", file=place, value=left),) if left else ()))


def _marks(own: gpd.GeoDataFrame, place: str) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    """Return points and blocks, or the texts where there is nothing else on the layers."""
    marks = own[_are_marks(own)]
    told: tuple[Problem, ...] = ()
    names = [attribute_name(tags) for tags in marks["tags"]]
    shapes = own.geometry.to_numpy()
    texts = own["text"].notna().to_numpy(bool) & (shapely.get_type_id(shapes) == _POINT)
    if marks.empty and not closed_outlines(own).any() and texts.any():
        marks = own[texts]
        names = [" ".join(text.split()) for text in marks["text"]]
        told = (note("drawing_texts_are_places", file=place, value=len(marks)),)
    return _frame(marks.geometry.to_numpy(), marks["layer"].to_numpy(object), names), told


def _are_marks(entities: gpd.GeoDataFrame) -> Flags:
    points = shapely.get_type_id(entities.geometry.to_numpy()) == _POINT
    return np.asarray(points & entities["text"].isna().to_numpy(bool))


def _are_lines(entities: gpd.GeoDataFrame) -> Flags:
    return np.asarray(np.isin(shapely.get_type_id(entities.geometry.to_numpy()), _LINES))


def _are_places(entities: gpd.GeoDataFrame) -> Flags:
    points = shapely.get_type_id(entities.geometry.to_numpy()) == _POINT
    return np.asarray(points | closed_outlines(entities))


def _frame(shapes: NDArray[np.object_], layers: NDArray[np.object_], names: Sequence[str | None]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({NAME_COLUMN: np.array(names, dtype=object), LAYER_COLUMN: layers}, geometry=shapes)


_ROLES: Mapping[str, tuple[Callable[[gpd.GeoDataFrame], Flags], _Maker]] = {
    "estates": (closed_outlines, _areas),
    "boundary": (closed_outlines, _outline),
    "exclusions": (closed_outlines, _areas),
    "sites": (_are_places, _places),
    "facilities": (_are_places, _places),
    "gates": (_are_places, _gates),
    "barriers": (_are_lines, _lines),
}
