"""Read with GDAL: its faults become problems, its warnings are gathered."""

import re
import warnings
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, GeometryError
from shapely.errors import ShapelyError

from data.errors import UnreadableFileError
from data.problems import Problem, error, note

READ_FAULTS = (DataLayerError, DataSourceError, FeatureError, GeometryError, UnicodeDecodeError, ShapelyError)


def read_frame(path: Path, *, place: str, **options: object) -> tuple[gpd.GeoDataFrame, list[Problem]]:
    """Read one layer.

    Parameters
    ----------
    path : Path
        File to read.
    place : str
        What problems call it.
    **options : object
        As pyogrio takes them.

    Returns
    -------
    tuple of GeoDataFrame and list of Problem
        Features; and what the reader said.

    Raises
    ------
    UnreadableFileError
        When the file is broken or holds what cannot be read.
    """
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            frame = pyogrio.read_dataframe(path, **options)
        except READ_FAULTS as fault:
            raise unreadable(fault, path, place) from fault
    texts = dict.fromkeys(str(warning.message) for warning in said)
    return as_geo(frame), [note("reader_said", file=place, value=shortened(text, path)) for text in texts]


def as_geo(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return a frame with geometry; where no row has any, all of it is missing."""
    if "geometry" in frame:
        return gpd.GeoDataFrame(frame)
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries([None] * len(frame), frame.index))


def unreadable(fault: Exception, path: Path, place: str) -> UnreadableFileError:
    """Return the error that says why a file cannot be read."""
    return UnreadableFileError(error("file_broken", file=place, why=shortened(str(fault), path)))


def shortened(text: str, path: Path) -> str:
    """Return what the reader says without its hints to programmers and without the folder, which may be a copy's."""
    plain = text.split("; It might help")[0].replace(str(path.parent) + "/", "").replace(str(path.parent) + "\\", "")
    return re.sub(r"\s+", " ", plain).strip().rstrip(".")
