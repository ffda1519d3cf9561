"""Shapefiles: texts decoded by evidence, and parts that are missing made up for or named."""

from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd

from data.errors import MissingFileError
from data.files.cut_names import complete_names
from data.files.dbf import find_encoding, memo_columns
from data.files.encodings import Encoding
from data.files.reading import read_frame
from data.files.shapefile_parts import parts_of, whole_shapefile
from data.problems import Problem, error, warning


def read_shapefile(
    path: Path, *, encoding: str, known: Mapping[str, str], place: str
) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...], Mapping[str, str]]:
    """Read a shapefile.

    The index (.shx) is made anew in a copy when it is missing; without the table (.dbf) there are shapes and no
    attributes; without the .prj the coordinate system stays open.

    Parameters
    ----------
    path : Path
        The ``.shp`` file.
    encoding : str
        ``"auto"`` or the encoding of its texts.
    known : mapping of str to str
        Column of the layer by each heading it can have; names that were cut are completed by it.
    place : str
        File that problems name.

    Returns
    -------
    tuple of GeoDataFrame, tuple of Problem, and mapping
        Features, what was found, and the fact ``encoding``.

    Raises
    ------
    MissingFileError
        When the ``.shp`` is missing.
    UnreadableFileError
        When a part is broken, or the texts are in no known encoding.
    """
    if not path.is_file():
        raise MissingFileError(error("missing_file", file=place))
    parts = parts_of(path)
    with whole_shapefile(path, parts, place=place) as (whole, problems):
        # The bytes of all texts are read as Latin-1, which loses none of them; rings that the reader turns round are
        # of no interest, because the shapes are checked later one by one.
        frame, _ = read_frame(whole, place=place, encoding="ISO-8859-1")
    if ".dbf" not in parts:
        problems.append(warning("shapefile_no_table", file=place, value=".dbf"))
        return frame[["geometry"]], tuple(problems), {"encoding": ""}
    decided = find_encoding(parts[".dbf"], claim=parts.get(".cpg"), encoding=encoding, place=place)
    memos = [name for name in memo_columns(parts[".dbf"].read_bytes(), place=place) if name in frame]
    frame, told = _decoded(frame.drop(columns=memos), decided, known, place)
    if memos:
        listed = ", ".join(decided.text(name.encode("latin-1")) for name in memos)
        told = (*told, warning("shapefile_memo", file=place, value=listed))
    return frame, (*decided.problems, *problems, *told), {"encoding": decided.label}


def _decoded(
    frame: gpd.GeoDataFrame, encoding: Encoding, known: Mapping[str, str], place: str
) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    """Turn column names and texts into what they are in their encoding."""
    raw_names = [name.encode("latin-1") for name in frame.columns.drop("geometry")]
    names, told = complete_names(raw_names, encoding=encoding, known=known, place=place)
    columns = {name: _texts(frame[old], encoding) for name, old in zip(names, frame.columns, strict=False)}
    return gpd.GeoDataFrame(columns, geometry=frame.geometry.to_numpy(), crs=frame.crs), told


def _texts(column: pd.Series, encoding: Encoding) -> pd.Series:
    if not pd.api.types.is_string_dtype(column.dtype):
        return column
    decoded = {text: encoding.text(text.encode("latin-1")) for text in column.dropna().unique()}
    return column.map(decoded)
