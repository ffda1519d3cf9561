"""One file of any kind as one layer of a project: shapes with named and typed columns."""

from collections.abc import Callable, Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from data.files.corners import CORNER_ROLES, read_corners
from data.files.drawings import DRAWING_SUFFIXES, LAYER_COLUMN
from data.files.drawn_layers import read_drawn_layer
from data.files.points import TABLE_SUFFIXES, read_points
from data.files.vectors import read_vector
from data.files.zips import ARCHIVE_SUFFIXES, unpacked
from data.problems import Problem
from data.project import LayerTable
from data.standards.classify import classify_words
from data.standards.rules import Rules, barrier_rules, facility_rules, hazard_rules, site_rules
from data.tables.columns import layer_columns

_KIND_COLUMN = "类型"
_RULES: Mapping[str, Callable[[], Rules]] = {
    "facilities": facility_rules,
    "sites": site_rules,
    "hazards": hazard_rules,
    "barriers": barrier_rules,
}
# Layers of which nothing but the ground counts.
_GROUND = ("boundary", "exclusions")
Layer = tuple[gpd.GeoDataFrame, tuple[Problem, ...], Mapping[str, str]]


def read_layer_file(path: Path, *, role: str, table: LayerTable) -> Layer:
    """Read one file as a layer of a project; what it is, its ending tells.

    Parameters
    ----------
    path : Path
        A vector file, a drawing, a table of places or of corners, or an archive that holds one of them.
    role : str
        ``estates``, ``facilities``, ``sites``, ``gates``, ``barriers``, ``boundary`` or ``exclusions``.
    table : LayerTable
        What the project says of it.

    Returns
    -------
    tuple of GeoDataFrame, tuple of Problem, and mapping
        The columns of the layer that the file has, and all others; ``crs`` None where the file states none. What was
        found; and the decisions ``format``, ``layer``, ``encoding``, and ``coordinates`` where a table states them.

    Raises
    ------
    MissingFileError, UnreadableFileError, MissingColumnError, InputError
        When the file, its layer or its columns cannot be read.
    """
    suffix = path.suffix.lower()
    if suffix in ARCHIVE_SUFFIXES:
        with unpacked(path, layer=table.layer, place=table.path) as (inner, layer):
            return read_layer_file(inner, role=role, table=table.model_copy(update={"layer": layer}))
    if suffix in TABLE_SUFFIXES:
        return _table(path, role, table)
    if suffix in DRAWING_SUFFIXES:
        raw, problems, facts = read_drawn_layer(
            path, role=role, layer=table.layer, encoding=table.encoding, place=table.path
        )
        raw = _with_kinds(raw, role)
    else:
        raw, problems, facts = read_vector(
            path, layer=table.layer, encoding=table.encoding, role=role, place=table.path
        )
    return _named(raw, problems, facts, role=role, table=table)


def _table(path: Path, role: str, table: LayerTable) -> Layer:
    """Read a table of corners or of places."""
    keys = {
        "sheet": table.layer,
        "encoding": table.encoding,
        "coordinates": table.coordinates,
        "fields": table.fields,
        "place": table.path,
    }
    if role in CORNER_ROLES:
        corners = read_corners(path, layer=role, **keys)  # type: ignore[arg-type]
        if corners is not None:
            return corners
    return read_points(path, layer=role, **keys)  # type: ignore[arg-type]


def _with_kinds(raw: gpd.GeoDataFrame, role: str) -> gpd.GeoDataFrame:
    """Take the layer of a drawing as the kind of what is on it, where its name is one; names count for the others."""
    if role not in _RULES:
        return raw
    layers = pd.Series(raw[LAYER_COLUMN].unique(), dtype=object)
    found = classify_words(layers, pd.Series("", layers.index), rules=_RULES[role]())
    known = raw[LAYER_COLUMN].isin(layers.iloc[found["row"]])
    return raw.assign(**{_KIND_COLUMN: np.where(known, raw[LAYER_COLUMN], None)})


def _named(
    raw: gpd.GeoDataFrame,
    problems: tuple[Problem, ...],
    facts: Mapping[str, str],
    *,
    role: str,
    table: LayerTable,
) -> Layer:
    if role in _GROUND:
        return raw, problems, facts
    columns, named = layer_columns(raw, layer=role, fields=table.fields, place=table.path)
    return gpd.GeoDataFrame(columns, geometry=raw.geometry.to_numpy(), crs=raw.crs), (*problems, *named), facts
