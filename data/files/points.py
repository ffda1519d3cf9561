"""Tables of places: text tables and workbooks whose rows stand at a longitude and latitude, or at map coordinates."""

import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd

from data.coordinates.gcj02 import Floats
from data.coordinates.strays import find_strays
from data.errors import InputError, MissingColumnError
from data.files.grids import TEXT_TABLES, WORKBOOKS, Grid, read_grids
from data.problems import Problem, error, note, warning
from data.tables.aliases import plain
from data.tables.columns import type_columns
from data.tables.headers import Header, find_header, match_headings

TABLE_SUFFIXES = (*TEXT_TABLES, *WORKBOOKS)
Facts = Mapping[str, str]
_PAIR = re.compile(r"\s*[(（\[]?\s*(-?\d+(?:\.\d+)?)\s*[,，;；\s]\s*(-?\d+(?:\.\d+)?)\s*[)）\]]?\s*")
_DEGREES = re.compile(
    r"([ewns东西南北]?[经纬]?)(-?\d+(?:\.\d+)?)"
    r"(?:[°度º](?:(\d+(?:\.\d+)?)['′’分])?(?:(\d+(?:\.\d+)?)(?:′′|''|’’|\"|”|秒))?)?([ewns]?)"
)
_NEGATIVE = {"w", "s", "西", "南"}
_SYSTEMS = {
    "wgs84": ("wgs84", "wgs-84", "wgs1984", "epsg:4326", "4326", "cgcs2000", "国家2000", "gps"),
    "gcj02": ("gcj02", "gcj-02", "gcj", "火星坐标", "火星坐标系", "高德", "高德坐标", "腾讯", "腾讯坐标"),
    "bd09": ("bd09", "bd-09", "bd09ll", "百度", "百度坐标", "百度坐标系"),
}


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
        ``encoding`` and ``coordinates``, the last one to be handed on to :func:`data.coordinates.crs.to_analysis`.

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
    body = table_body(grid, header)
    rows = pd.Series([f"#{number + 1}" for number in body.index], body.index)
    points, odd = _points(body, header, match.columns, rows, place)
    kept = np.isfinite(points).all(axis=1)
    columns = [body[column][kept] for column in body.columns]
    typed, told = type_columns(columns, header.headings, match=match, layer=layer, rows=rows[kept], place=place)
    coordinates, stated = _system(body, match.columns, coordinates, place)
    shapes = gpd.points_from_xy(points[kept, 0], points[kept, 1])
    frame = gpd.GeoDataFrame(typed.assign(row=typed.index + 1), geometry=shapes).reset_index(drop=True)
    facts = {"format": path.suffix.lstrip(".").upper(), "layer": grid.name, "encoding": grid.encoding}
    return frame, (*doubles, *odd, *told, *stated), MappingProxyType({**facts, "coordinates": coordinates})


def one_table(
    grids: Sequence[Grid], layers: Sequence[str], fields: Mapping[str, str], place: str
) -> tuple[Grid, Header]:
    """Return the one sheet that has known headings, with them; raise where there is none or more than one."""
    found = [(grid, find_header(grid, layers=layers, fields=fields)) for grid in grids]
    tables = [(grid, header) for grid, header in found if header is not None]
    if not tables:
        raise MissingColumnError(error("table_no_header", file=place))
    if len(tables) > 1:
        raise InputError(error("sheet_several", file=place, allowed=", ".join(grid.name for grid, _ in tables)))
    return tables[0]


def table_body(grid: Grid, header: Header) -> pd.DataFrame:
    """Return the rows below the headings that are not empty; the index is the row of the file, from 0."""
    rows = range(header.body_row, len(grid.rows))
    cells = [[None if cell == "" else cell for cell in grid.rows[row]] for row in rows]
    body = pd.DataFrame(cells, index=rows, columns=range(len(header.headings)), dtype=object)
    return body[body.notna().any(axis=1)]


def _points(
    body: pd.DataFrame, header: Header, columns: Mapping[str, int], rows: pd.Series, place: str
) -> tuple[Floats, list[Problem]]:
    """Return the coordinates, shape (n, 2), NaN where there are none that can be used."""
    if {"lon", "lat"} <= set(columns):
        used = [columns["lon"], columns["lat"]]
        points = np.column_stack([read_degrees(body[column]) for column in used])
    elif "lonlat" in columns:
        used = [columns["lonlat"]]
        points = _pairs(body[used[0]])
    else:
        allowed = ", ".join(heading.text for heading in header.headings if heading.text)
        raise MissingColumnError(error("table_no_coordinates", file=place, allowed=allowed))
    field = ", ".join(header.headings[column].text for column in used)
    return _checked(points, body[used], rows, field=field, place=place)


def read_degrees(cells: pd.Series) -> Floats:
    """Read numbers, and texts such as 115°53′24″, E115.89 or 115度53分, each different text once."""
    numbers = pd.to_numeric(cells, errors="coerce").astype("float64")
    texts = cells[numbers.isna() & cells.notna()]
    read = {text: _degrees(text) for text in texts.unique()}
    return np.asarray(numbers.fillna(texts.map(read)), dtype=np.float64)


def _degrees(cell: object) -> float:
    found = _DEGREES.fullmatch(plain(str(cell)))
    if not found:
        return math.nan
    before, whole, minutes, seconds, after = found.groups()
    size = float(whole) + float(minutes or 0) / 60 + float(seconds or 0) / 3600
    return -size if {before[:1], after} & _NEGATIVE else size


def _pairs(cells: pd.Series) -> Floats:
    found = cells.astype("str").str.extract(rf"^{_PAIR.pattern}$")
    return np.asarray(found.astype("float64"), dtype=np.float64)


def _checked(
    points: Floats, cells: pd.DataFrame, rows: pd.Series, *, field: str, place: str
) -> tuple[Floats, list[Problem]]:
    """Set aside what cannot be a place, and turn round the pairs whose numbers are exchanged."""
    strays, fixed = find_strays(points), points.copy()
    fixed[strays.swapped] = points[strays.swapped][:, ::-1]
    fixed[strays.lost] = np.nan
    texts = cells.map(lambda cell: "" if cell is None else str(cell)).agg(", ".join, axis=1)
    told = [
        (warning if code == "point_unusable" else note)(
            code, file=place, feature=rows.iloc[at], field=field, value=texts.iloc[at]
        )
        for code, rows_hit in (("point_unusable", strays.lost), ("point_swapped", strays.swapped))
        for at in np.flatnonzero(rows_hit)
    ]
    return fixed, told


def _system(body: pd.DataFrame, columns: Mapping[str, int], coordinates: str, place: str) -> tuple[str, list[Problem]]:
    """Return the system that the table declares itself, when the project does not."""
    if coordinates != "auto" or "system" not in columns:
        return coordinates, []
    said = list(dict.fromkeys(plain(str(cell)) for cell in body[columns["system"]].dropna()))
    known = {name for word in said for name, words in _SYSTEMS.items() if word in words}
    if len(known) == 1 and all(any(word in words for words in _SYSTEMS.values()) for word in said):
        system = known.pop()
        return system, [note("coordinates_stated", file=place, value=", ".join(said))]
    raise InputError(error("coordinates_unclear", file=place, value=", ".join(said)))
