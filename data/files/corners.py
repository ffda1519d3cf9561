"""Tables of corners: the boundary points of estates, one row each, made polygons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from data.coordinates.gcj02 import Floats
from data.errors import InputError
from data.files.grids import read_grids
from data.files.points import one_table, place_heads, row_places, table_body, table_system
from data.files.rings import Ring, ordered_ring, polygon_of, split_rings
from data.layers import COLUMNS
from data.problems import Problem, error, note, warning
from data.tables.cells import cell_text
from data.tables.columns import type_columns
from data.tables.matching import Match, match_headings

# Roles whose rows are areas, so that several rows of one name are the corners of one.
CORNER_ROLES = ("estates", "sites", "boundary", "exclusions")
# Whose columns the rows may have where a layer has none of its own.
_COLUMNS_OF: Mapping[str, str] = {"boundary": "estates", "exclusions": "sites"}
_MIN_CORNERS = 3
_SHOWN = 5
Facts = Mapping[str, str]


@dataclass(frozen=True)
class _Table:
    """Hold the rows of a table of corners.

    Parameters
    ----------
    body : DataFrame
        Cells by position of the column; the index is the row of the file, from 0.
    match : Match
        Which column is which.
    layer : str
        Layer whose columns are named.
    place : str
        What problems call the file.
    """

    body: pd.DataFrame
    match: Match
    layer: str
    place: str

    def texts(self, name: str) -> pd.Series:
        """Return a column as texts, None where empty; all None where there is no such column."""
        if name not in self.match.columns:
            return pd.Series([None] * len(self.body), self.body.index, dtype=object)
        texts = [cell_text(cell) for cell in self.body[self.match.columns[name]]]
        return pd.Series(texts, self.body.index, dtype=object)


def read_corners(  # noqa: PLR0913 - these are the keys of one table of a project
    path: Path,
    *,
    layer: str,
    sheet: str | None,
    encoding: str,
    coordinates: str,
    fields: Mapping[str, str],
    place: str,
) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...], Facts] | None:
    """Read a table whose rows are the corners of outlines, when it is one.

    It is one when it has a column of corner numbers; or, for estates, when most rows share their name with two others;
    or when it is the boundary or a layer of exclusions.

    Parameters
    ----------
    path : Path
        File of one of :data:`data.files.points.TABLE_SUFFIXES`.
    layer : str
        One of ``CORNER_ROLES``.
    sheet : str or None
        Sheet to read; without it the one that has known headings.
    encoding, coordinates, fields, place
        See :func:`data.files.points.read_points`; ``fields`` may name ``number``, ``ring`` and ``parcel`` as well.

    Returns
    -------
    tuple of GeoDataFrame, tuple of Problem, and mapping, or None
        Polygons as for :func:`data.files.points.read_points`, one per estate in the order of the file, with the columns
        of its first row that says something; None when the rows are places.

    Raises
    ------
    MissingFileError, UnreadableFileError, MissingColumnError
        See :func:`data.files.points.read_points`.
    InputError
        When coordinates of corners cannot be used, or nothing says which corners belong together.
    """
    columns_of = _COLUMNS_OF.get(layer, layer)
    layers = [columns_of, "corners", "places"]
    grids = read_grids(path, sheet=sheet, encoding=encoding, place=place)
    grid, header = one_table(grids, layers, fields, place)
    match, doubles = match_headings(header.headings, layers=layers, fields=fields, place=place)
    body, long = table_body(grid, header, place)
    table = _Table(body, match, columns_of, place)
    owners, told = _owners(table, is_boundary=layer == "boundary")
    if not _is_of_corners(table, owners, layer):
        return None
    rows = pd.Series([f"#{number + 1}" for number in table.body.index], table.body.index)
    points, odd = row_places(table.body, header, match.columns, rows, place)
    is_corner = _check_rows(points, odd, table)
    told += _skipped(rows[~is_corner], table.place)
    shapes, said = _polygons(table, owners, points=points, is_corner=is_corner, is_boundary=layer == "boundary")
    typed, named = type_columns(
        [table.body[column] for column in table.body.columns],
        header.headings, match=match, layer=columns_of, rows=rows, place=place,
    )  # fmt: skip
    values, differing = _first_values(typed, owners, layer=columns_of, place=place)
    heads = place_heads(grid, header, match.columns)
    system, stated = table_system(table.body, heads, match.columns, coordinates, place)
    values = values.loc[list(shapes)]
    frame = gpd.GeoDataFrame(values.reset_index(drop=True), geometry=list(shapes.values()))
    facts = {
        "format": path.suffix.lstrip(".").upper(),
        "layer": grid.name,
        "encoding": grid.encoding,
        "rows": str(owners[is_corner].nunique()),
    }
    swapped = [problem for problem in odd if problem.code == "point_swapped"]
    problems = (*grid.problems, *doubles, *long, *told, *swapped, *said, *_once(named), *differing, *stated)
    return frame, problems, MappingProxyType({**facts, "coordinates": system})


def _is_of_corners(table: _Table, owners: pd.Series, layer: str) -> bool:
    if layer in _COLUMNS_OF or "number" in table.match.columns:
        return True
    sizes = owners.groupby(owners).transform("size")
    return layer == "estates" and bool(2 * (sizes >= _MIN_CORNERS).sum() > len(owners))


def _owners(table: _Table, *, is_boundary: bool) -> tuple[pd.Series, list[Problem]]:
    """Return what each row is a corner of; an empty cell repeats the one above it."""
    if is_boundary:
        return pd.Series("", table.body.index, dtype=object), []
    columns = {name: table.texts(name) for name in _keys(table.layer) if name in table.match.columns}
    if not columns:
        return pd.Series("", table.body.index, dtype=object), []
    # A column that differs from row to row numbers the corners, and tells no estates apart.
    repeating = [name for name, texts in columns.items() if not texts.dropna().is_unique or texts.isna().any()]
    code = (repeating or list(columns))[0]
    texts = columns[code]
    filled = texts.ffill()
    count = int((texts.isna() & filled.notna() & table.texts("number").notna()).sum())
    told = [note("corners_filled", file=table.place, field=code, value=count)] if count else []
    return filled.fillna(""), told


def _keys(layer: str) -> tuple[str, ...]:
    return ("estate_id", "name", "parcel") if layer == "estates" else ("site_id", "name", "parcel")


def _check_rows(points: Floats, odd: Sequence[Problem], table: _Table) -> NDArray[np.bool_]:
    """Tell which rows are corners; raise when one that should be has no place, so that its outline is unknown."""
    usable = np.isfinite(points).all(axis=1)
    places = [table.match.columns[name] for name in ("lon", "lat", "lonlat") if name in table.match.columns]
    is_remark = table.body[places].isna().all(axis=1).to_numpy(bool) & table.texts("number").isna().to_numpy(bool)
    lacking = ~usable & ~is_remark
    if lacking.any():
        labels = {f"#{row + 1}" for row in table.body.index[lacking]}
        raise InputError(
            *(
                error("corner_unusable", file=table.place, feature=one.feature, field=one.field, value=one.value)
                for one in odd
                if one.code == "point_unusable" and one.feature in labels
            )
        )
    return np.asarray(usable)


def _skipped(rows: pd.Series, place: str) -> list[Problem]:
    listed = ", ".join(rows[:_SHOWN]) + (" …" if len(rows) > _SHOWN else "")
    return [note("corners_rows_skipped", file=place, feature=listed, value=len(rows))] if len(rows) else []


def _polygons(
    table: _Table, owners: pd.Series, *, points: Floats, is_corner: NDArray[np.bool_], is_boundary: bool
) -> tuple[dict[str, shapely.Geometry], list[Problem]]:
    """Make one polygon for each owner, in the order of the file."""
    numbers, labels = table.texts("number").to_numpy(object), table.texts("ring").ffill().fillna("").to_numpy(object)
    shapes: dict[str, shapely.Geometry] = {}
    told: list[Problem] = []
    for owner, rows in pd.Series(np.arange(len(owners))).groupby(owners.to_numpy(object), sort=False):
        at = rows.to_numpy()[is_corner[rows.to_numpy()]]
        rings = split_rings(points[at], numbers=numbers[at], labels=labels[at])
        if not is_boundary:
            _refuse_unnamed(str(owner), rings, table)
        made = []
        for ring in rings:
            corners, code = ordered_ring(ring)
            if len(corners) < _MIN_CORNERS:
                told.append(warning("corners_too_few", file=table.place, feature=owner, value=len(corners)))
                continue
            made.append(corners)
            if code:
                told.append(_order_told(code, str(owner), ring, table.place))
        if made:
            shapes[str(owner)], holes = polygon_of(made)
            parts = len(made) - holes
            told += [note("corners_parts", file=table.place, feature=owner, value=parts)] if parts > 1 and owner else []
            told += [note("corners_holes", file=table.place, feature=owner, value=holes)] if holes else []
    unnumbered = "number" not in table.match.columns
    if unnumbered and shapes:
        told.insert(0, note("corners_by_rows", file=table.place, value=len(shapes)))
    return shapes, told


def _refuse_unnamed(owner: str, rings: Sequence[Ring], table: _Table) -> None:
    """Refuse several rings of which nothing says whether they are one estate or several."""
    if owner or len(rings) <= 1 or any(name in table.match.columns for name in ("ring", *_keys(table.layer))):
        return
    raise InputError(error("corners_without_owner", file=table.place, value=len(rings)))


def _order_told(code: str, owner: str, ring: Ring, place: str) -> Problem:
    shown = ", ".join(str(number) for number in ring.numbers[:_SHOWN])
    say = warning if code == "corners_row_order" else note
    return say(code, file=place, feature=owner, value=shown + (" …" if len(ring.numbers) > _SHOWN else ""))


def _first_values(
    typed: pd.DataFrame, owners: pd.Series, *, layer: str, place: str
) -> tuple[pd.DataFrame, list[Problem]]:
    """Return, for each owner, the first value of each column; tell where a column of the layer has several."""
    groups = typed.groupby(owners, sort=False)
    counts = groups.nunique()
    told = []
    for column in [name for name in counts if name in COLUMNS[layer]]:
        several = counts.index[counts[column] > 1]
        if len(several):
            listed = ", ".join(several[:_SHOWN]) + (" …" if len(several) > _SHOWN else "")
            told.append(warning("corners_values_differ", file=place, field=column, value=listed))
    return groups.first(), told


def _once(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    return tuple(dict.fromkeys(problems))
