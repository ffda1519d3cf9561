"""Road lines out of a CAD drawing (DXF)."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import geopandas as gpd

from data.errors import InputError
from data.files.drawings import LAYER_COLUMN, named_layers, read_drawing
from data.problems import Problem, error, note
from data.roads.words import road_words
from data.tables.aliases import plain


def read_road_drawing(
    path: Path, *, layer: str | None, encoding: str, place: str
) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...], Mapping[str, str]]:
    """Read the road lines of a drawing.

    Parameters
    ----------
    path : Path
        A ``.dxf`` file.
    layer : str, optional
        Layer of the drawing, or several with commas between; without it those whose names speak of roads, or the only
        one that has lines.
    encoding : str
        ``"auto"`` or the encoding of the texts of the drawing.
    place : str
        What problems call the file.

    Returns
    -------
    tuple of GeoDataFrame, tuple of Problem, and mapping
        Lines of the model space, closed ones among them, with their layer under ``LAYER_COLUMN``; without ``crs``.
        What was found; and the decisions ``format``, ``layer`` and ``encoding``.

    Raises
    ------
    MissingFileError, UnreadableFileError
        When the file is not there or not a drawing.
    InputError
        When the layer is not there, or it is open which layers are roads.
    """
    drawing = read_drawing(path, encoding=encoding, place=place)
    drawn = drawing.entities
    lines = drawn[drawn.geom_type.isin(["LineString", "MultiLineString"])]
    chosen = _chosen(lines["layer"].unique(), layer, place)
    rest = sorted(set(drawn["layer"]) - set(chosen))
    told = [note("drawing_layers_left", file=place, value=", ".join(rest))] if rest else []
    kept = lines[lines["layer"].isin(chosen)]
    frame = gpd.GeoDataFrame({LAYER_COLUMN: kept["layer"].to_numpy(object)}, geometry=kept.geometry.to_numpy())
    problems = (*drawing.encoding.problems, *told, *drawing.unread_on(chosen, place))
    return frame, problems, drawing.facts(chosen)


def _chosen(layers: Iterable[str], layer: str | None, place: str) -> list[str]:
    """Return the layers to read."""
    names = sorted(layers)
    if layer is not None:
        return named_layers(layer, known=names, place=place)
    if not names:
        raise InputError(error("layer_none", file=place))
    words = road_words()["drawing"]
    roads = [
        name
        for name in names
        if re.search(words["roads"], plain(name)) and not re.search(words["not_roads"], plain(name))
    ]
    if not roads and len(names) > 1:
        raise InputError(error("layer_several", file=place, allowed=", ".join(names)))
    return roads or names
