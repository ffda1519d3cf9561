"""Shapefiles: texts decoded by evidence, and parts that are missing made up for or named."""

import contextlib
import shutil
import struct
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
from pyogrio.errors import DataSourceError

from data.errors import MissingFileError, UnreadableFileError
from data.files.dbf import find_encoding
from data.files.encodings import Encoding
from data.problems import Problem, error, note, warning

_HEADER_BYTES = 100


def read_shapefile(
    path: Path, *, encoding: str, place: str
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
    table, index = _beside(path, ".dbf"), _beside(path, ".shx")
    if not path.is_file():
        raise MissingFileError(error("missing_file", file=place))
    decided = find_encoding(table, encoding=encoding, place=place) if table else Encoding("utf-8", ())
    problems = list(decided.problems)
    with contextlib.nullcontext(path) if index else _with_index(path, place) as whole:
        frame = _read(whole, place)
    if not index:
        problems.append(warning("shapefile_no_index", file=place, value=".shx"))
    if not table:
        problems.append(warning("shapefile_no_table", file=place, value=".dbf"))
        return frame[["geometry"]], tuple(problems), {"encoding": ""}
    frame, cut = _decoded(frame, decided, place)
    return frame, (*problems, *cut), {"encoding": decided.label}


def _beside(path: Path, suffix: str) -> Path | None:
    """Return another part of the shapefile, in whatever case its suffix is written."""
    candidates = (path.with_suffix(suffix), path.with_suffix(suffix.upper()))
    return next((candidate for candidate in candidates if candidate.is_file()), None)


def _read(path: Path, place: str) -> gpd.GeoDataFrame:
    """Read the bytes of all texts as Latin-1, which loses none of them."""
    with warnings.catch_warnings():
        # GDAL warns of rings it turns round; the shapes are checked later, one by one.
        warnings.simplefilter("ignore", RuntimeWarning)
        try:
            return gpd.GeoDataFrame(pyogrio.read_dataframe(path, encoding="ISO-8859-1"))
        except DataSourceError as fault:
            raise UnreadableFileError(error("file_broken", file=place, why=str(fault))) from fault


def _decoded(frame: gpd.GeoDataFrame, encoding: Encoding, place: str) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    """Turn column names and texts into what they are in their encoding."""
    raw_names = [name.encode("latin-1") for name in frame.columns.drop("geometry")]
    names = _unique([encoding.text(raw) for raw in raw_names])
    columns = {name: _texts(frame[old], encoding) for name, old in zip(names, frame.columns, strict=False)}
    cut = [name for name, raw in zip(names, raw_names, strict=True) if encoding.is_cut(raw)]
    told = (note("shapefile_names_cut", file=place, value=", ".join(cut)),) if cut else ()
    return gpd.GeoDataFrame(columns, geometry=frame.geometry.to_numpy(), crs=frame.crs), told


def _texts(column: pd.Series, encoding: Encoding) -> pd.Series:
    if not pd.api.types.is_string_dtype(column.dtype):
        return column
    decoded = {text: encoding.text(text.encode("latin-1")) for text in column.dropna().unique()}
    return column.map(decoded)


def _unique(names: list[str]) -> list[str]:
    """Return the names with numbers where they came out alike, so that no column takes the place of another."""
    seen: dict[str, int] = {}
    unique = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        unique.append(name if seen[name] == 1 else f"{name}~{seen[name]}")
    return unique


@contextlib.contextmanager
def _with_index(path: Path, place: str) -> Iterator[Path]:
    """Give a copy of the shapefile that has an index."""
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / path.name
        for suffix in (".shp", ".dbf", ".prj"):
            part = _beside(path, suffix)
            if part:
                shutil.copy(part, whole.with_suffix(suffix))
        whole.with_suffix(".shx").write_bytes(_index(path.read_bytes(), place))
        yield whole


def _index(shapes: bytes, place: str) -> bytes:
    """Return the index of a .shp file: where each record begins and how long it is, in words of two bytes."""
    if len(shapes) < _HEADER_BYTES:
        raise UnreadableFileError(error("file_broken", file=place, why=".shp"))
    records, at = [], _HEADER_BYTES
    while at + 8 <= len(shapes):
        words = struct.unpack(">i", shapes[at + 4 : at + 8])[0]
        if words <= 0:
            break
        records.append(struct.pack(">2i", at // 2, words))
        at += 8 + 2 * words
    length = (_HEADER_BYTES + 8 * len(records)) // 2
    return shapes[:24] + struct.pack(">i", length) + shapes[28:_HEADER_BYTES] + b"".join(records)
