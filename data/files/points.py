"""Tables of places: text tables and workbooks whose rows stand at a longitude and latitude, or at map coordinates."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd

from data.coordinates.degree_texts import NOWHERE, read_degrees, read_pair
from data.coordinates.gcj02 import Floats
from data.coordinates.strays import find_strays
from data.errors import InputError, MissingColumnError
from data.files.grids import TEXT_TABLES, WORKBOOKS, Grid, read_grids
from data.problems import Problem, error, note, warning
from data.tables.aliases import plain
from data.tables.columns import type_columns
from data.tables.headers import Header, find_header
from data.tables.matching import match_headings

TABLE_SUFFIXES = (*TEXT_TABLES, *WORKBOOKS)
Facts = Mapping[str, str]
_PAIR = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*[,，]\s*(-?\d+(?:\.\d+)?)\s*")
_SYSTEMS = {
    "wgs84": ("wgs84", "wgs-84", "wgs1984", "epsg:4326", "4326", "cgcs2000", "国家2000", "gps"),
    "gcj02": ("gcj02", "gcj-02", "gcj", "火星坐标", "火星坐标系", "高德", "高德坐标", "腾讯", "腾讯坐标"),
    "bd09": ("bd09", "bd-09", "bd09ll", "百度", "百度坐标", "百度坐标系"),
}
_SYSTEM_IN_BRACKETS = re.compile(
    r"[(（\[【][^()（）\[\]【】]*(?:gcj|bd-?09|wgs|cgcs|国家2000|火星|高德|百度|腾讯|经度|纬度)[^()（）\[\]【】]*[)）\]】]",
    flags=re.IGNORECASE,
)
_SCANNED = 40
_MAX_LON = 180.0
_MIN_PACKED = 12
_MIN_SPREAD = 20.0


def read_points(  # noqa: PLR0913 - these are the keys of one table of a project
    path: Path,
    *,
    layer: str = "facilities",
    sheet: str | None = None,
    encoding: str = "auto",
    coordinates: str = "auto",
    fields: Mapping[str, str] | None = None,
    place: str = "",
) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...], Facts]:
    """Read a table of places.

    Parameters
    ----------
    path : Path
        File of one of ``TABLE_SUFFIXES``.
    layer : str
        Whose columns to name: ``facilities``, ``sites``, ``gates``, ``estates`` or ``barriers``.
    sheet : str, optional
        Sheet to read; without it the one that has known headings, hidden ones aside.
    encoding : str
        ``"auto"`` or the encoding of a text table.
    coordinates : str
        What the project declares; ``"auto"`` lets a column such as 坐标系 declare it, when all its cells agree.
    fields : mapping of str to str, optional
        Heading in the file by column of the layer, or by ``lon``, ``lat`` and ``lonlat``.
    place : str
        What problems call the file; its name by default.

    Returns
    -------
    tuple of GeoDataFrame, tuple of Problem, and mapping
        Points with index 0..n-1, no ``crs``, ``row`` (int, number in the file, from 1), the columns of the layer and
        all others; what was found, with a line for each row that is left out; and the decisions ``format``, ``layer``,
        ``encoding``, ``rows`` (how many the file has) and ``coordinates``, the last one to be handed on to
        :func:`data.coordinates.crs.to_analysis`.

    Raises
    ------
    MissingFileError, UnreadableFileError
        When the file cannot be read.
    MissingColumnError
        When there are no headings or no coordinates.
    InputError
        When several sheets have headings and none is chosen.
    """
    place = place or path.name
    layers = [layer, "places"]
    grid, header = one_table(read_grids(path, sheet=sheet, encoding=encoding, place=place), layers, fields or {}, place)
    match, doubles = match_headings(header.headings, layers=layers, fields=fields or {}, place=place)
    body, long = table_body(grid, header, place)
    rows = pd.Series([f"#{number + 1}" for number in body.index], body.index)
    points, odd = row_places(body, header, match.columns, rows, place)
    kept = np.isfinite(points).all(axis=1)
    columns = [body[column][kept] for column in body.columns]
    typed, told = type_columns(columns, header.headings, match=match, layer=layer, rows=rows[kept], place=place)
    heads = place_heads(grid, header, match.columns)
    coordinates, stated = table_system(body, heads, match.columns, coordinates, place)
    shapes = gpd.points_from_xy(points[kept, 0], points[kept, 1])
    frame = gpd.GeoDataFrame(typed.assign(row=typed.index + 1), geometry=shapes).reset_index(drop=True)
    facts = {
        "format": path.suffix.lstrip(".").upper(),
        "layer": grid.name,
        "encoding": grid.encoding,
        "rows": str(len(body) + len(long)),
    }
    return (
        frame,
        (*grid.problems, *doubles, *long, *odd, *told, *stated),
        MappingProxyType({**facts, "coordinates": coordinates}),
    )


def one_table(
    grids: Sequence[Grid], layers: Sequence[str], fields: Mapping[str, str], place: str
) -> tuple[Grid, Header]:
    """Return the one sheet that has known headings, with them; raise where there is none or more than one."""
    bare = [replace(grid, rows=[*map(_without_system, grid.rows[:_SCANNED]), *grid.rows[_SCANNED:]]) for grid in grids]
    found = [
        (grid, find_header(plainer, layers=layers, fields=fields)) for grid, plainer in zip(grids, bare, strict=True)
    ]
    tables = [(grid, header) for grid, header in found if header is not None]
    if not tables:
        raise MissingColumnError(error("table_no_header", file=place))
    if len(tables) > 1:
        raise InputError(error("sheet_several", file=place, allowed=", ".join(grid.name for grid, _ in tables)))
    return tables[0]


def _without_system(row: Sequence[object]) -> list[object]:
    """Take out brackets that say in which system or order coordinates are: 经度（GCJ-02）."""
    return [_SYSTEM_IN_BRACKETS.sub("", cell) if isinstance(cell, str) else cell for cell in row]


def table_body(grid: Grid, header: Header, place: str) -> tuple[pd.DataFrame, list[Problem]]:
    """Return the rows below the headings that are not empty; the index is the row of the file, from 0."""
    rows = range(header.body_row, len(grid.rows))
    cells = [[None if cell == "" else cell for cell in grid.rows[row]] for row in rows]
    body = pd.DataFrame(cells, index=rows, columns=range(len(header.headings)), dtype=object)
    body = body[body.notna().any(axis=1)]
    last = max((column for column, heading in enumerate(header.headings) if heading.text), default=0)
    # In a text table a separator inside a text moves all that follows.
    is_long = body.loc[:, last + 1 :].notna().any(axis=1) & (not grid.name)
    problems = [
        warning("table_row_long", file=place, feature=f"#{row + 1}", value=" ".join(map(str, body.loc[row].dropna())))
        for row in body.index[is_long]
    ]
    return body[~is_long], problems


def row_places(
    body: pd.DataFrame, header: Header, columns: Mapping[str, int], rows: pd.Series, place: str
) -> tuple[Floats, list[Problem]]:
    """Return the coordinates, shape (n, 2), NaN where there are none that can be used."""
    if {"lon", "lat"} <= set(columns):
        used = [columns["lon"], columns["lat"]]
        points = np.column_stack([read_numbers(body[column]) for column in used])
    elif "lonlat" in columns:
        used = [columns["lonlat"]]
        points = _pairs(body[used[0]])
    else:
        allowed = ", ".join(heading.text for heading in header.headings if heading.text)
        raise MissingColumnError(error("table_no_coordinates", file=place, allowed=allowed))
    field = ", ".join(header.headings[column].text for column in used)
    return _checked(points, body[used], rows, field=field, place=place)


def read_numbers(cells: pd.Series) -> Floats:
    """Read numbers, and texts in degrees, minutes and seconds, each different text once."""
    numbers = pd.to_numeric(cells, errors="coerce").astype("float64")
    texts = cells[numbers.isna() & cells.notna()]
    read = {text: read_degrees(str(text)) for text in texts.unique()}
    return np.asarray(numbers.fillna(texts.map(read)), dtype=np.float64)


def _pairs(cells: pd.Series) -> Floats:
    """Read both coordinates of a cell, the plain ones at once and of the others each different text once."""
    found = cells.astype("str").str.extract(rf"^{_PAIR.pattern}$").astype("float64")
    points = np.array(found, dtype=np.float64)
    texts = cells[found.isna().any(axis=1) & cells.notna()]
    read = {text: read_pair(str(text)) for text in texts.unique()}
    points[cells.index.get_indexer(texts.index)] = [read.get(text, NOWHERE) for text in texts] or np.empty((0, 2))
    return points


def _checked(
    points: Floats, cells: pd.DataFrame, rows: pd.Series, *, field: str, place: str
) -> tuple[Floats, list[Problem]]:
    """Set aside what cannot be a place, and turn round the pairs whose numbers are exchanged."""
    strays, fixed = find_strays(points), points.copy()
    fixed[strays.swapped] = points[strays.swapped][:, ::-1]
    fixed[strays.lost] = np.nan
    missing = cells.isna().all(axis=1).to_numpy()
    texts = cells.map(lambda cell: "" if cell is None else str(cell)).agg(", ".join, axis=1)
    told = [
        (note if code == "point_swapped" else warning)(
            code, file=place, feature=rows.iloc[at], field=field, value=texts.iloc[at]
        )
        for code, rows_hit in (
            ("point_missing", missing),
            ("point_unusable", strays.lost & ~missing),
            ("point_swapped", strays.swapped),
        )
        for at in np.flatnonzero(rows_hit)
    ]
    kept = np.isfinite(fixed).all(axis=1)
    if (np.abs(fixed[kept]) <= _MAX_LON).all() and _may_be_packed(fixed[kept]):
        told.append(warning("points_maybe_packed", file=place, field=field, value=texts.iloc[np.flatnonzero(kept)[0]]))
    return fixed, told


def _may_be_packed(points: Floats) -> bool:
    """Tell whether all decimals could be minutes and seconds, as in 115.5324; few tables do by chance."""
    if len(points) < _MIN_PACKED:
        return False
    minutes = np.abs(points) % 1 * 100
    seconds = (minutes + 1e-7) % 1 * 100
    return bool(((minutes < 60) & (seconds < 60)).all() and np.ptp(seconds, axis=0).min() > _MIN_SPREAD)


def table_system(
    body: pd.DataFrame, heads: Sequence[str], columns: Mapping[str, int], coordinates: str, place: str
) -> tuple[str, list[Problem]]:
    """Return the system that the table declares itself, in a column or in its headings, when the project does not."""
    if coordinates != "auto":
        return coordinates, []
    said: list[str] = []
    if "system" in columns:
        said = list(dict.fromkeys(plain(str(cell)) for cell in body[columns["system"]].dropna()))
        if not all(any(word in words for words in _SYSTEMS.values()) for word in said):
            raise InputError(error("coordinates_unclear", file=place, value=", ".join(said)))
    known = {name for word in said for name, words in _SYSTEMS.items() if word in words}
    named = {name: head for head in heads for name, words in _SYSTEMS.items() if any(w in plain(head) for w in words)}
    said, known = [*said, *named.values()], known | set(named)
    if not said:
        return coordinates, []
    if len(known) != 1:
        raise InputError(error("coordinates_unclear", file=place, value=", ".join(said)))
    return known.pop(), [note("coordinates_stated", file=place, value=", ".join(said))]


def place_heads(grid: Grid, header: Header, columns: Mapping[str, int]) -> list[str]:
    """Return the whole headings of the columns that coordinates are read from."""
    used = ("lon", "lat") if {"lon", "lat"} <= set(columns) else ("lonlat",)
    rows = grid.rows[header.first_row : header.body_row]
    return [" ".join(str(row[columns[name]]) for row in rows).strip() for name in used if name in columns]
