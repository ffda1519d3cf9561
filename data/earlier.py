"""Clusters of an earlier result, and whether what the settings say of clusters fits the estates."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from data.errors import MissingFileError, UnreadableFileError
from data.inputs import EARLIER_COLUMNS
from data.problems import Problem, error
from data.project import ClustersTable

PACKAGE, LAYER = "plan.gpkg", "estates"


def read_earlier(path: Path, *, place: str) -> pd.DataFrame:
    """Read which estate was in which cluster.

    Parameters
    ----------
    path : Path
        Folder of an earlier result, or its ``plan.gpkg``.
    place : str
        What problems call it.

    Returns
    -------
    DataFrame
        ``estate_id`` and ``cluster_id`` (str, missing when in none), in the order of the file.

    Raises
    ------
    MissingFileError
        When there is no such result.
    UnreadableFileError
        When it holds no estates with their clusters.
    """
    package = path / PACKAGE if path.is_dir() else path
    if not package.is_file():
        raise MissingFileError(error("earlier_missing", file=place, field="clusters.earlier"))
    try:
        found = pyogrio.read_dataframe(package, layer=LAYER, columns=list(EARLIER_COLUMNS), read_geometry=False)
    except (DataSourceError, DataLayerError) as fault:
        raise UnreadableFileError(error("file_broken", file=place, why=str(fault))) from fault
    if not set(EARLIER_COLUMNS) <= set(found.columns):
        raise UnreadableFileError(error("earlier_no_clusters", file=place, field="clusters.earlier"))
    texts = found[list(EARLIER_COLUMNS)].astype(object)
    return texts.where(texts.notna(), None)


def check_wishes(
    settings: ClustersTable, *, estate_ids: "pd.Series[str]", earlier: pd.DataFrame, file: str
) -> tuple[Problem, ...]:
    """Tell what the settings say of clusters that does not fit the estates, or itself.

    Parameters
    ----------
    settings : ClustersTable
        The settings.
    estate_ids : Series of str
        Every estate there is.
    earlier : DataFrame
        As of :func:`read_earlier`.
    file : str
        The project file.

    Returns
    -------
    tuple of Problem
        An error for each estate or cluster that is not there, and for each wish that contradicts another one.
    """
    known, named = set(estate_ids), set(earlier["cluster_id"].dropna())
    problems = [
        error("wish_estate_unknown", file=file, field=field, value=name)
        for field, group in _groups(settings)
        for name in group
        if name not in known
    ]
    problems += [
        error("wish_cluster_unknown", file=file, field=f"clusters.fixed[{number}]", value=one)
        for number, one in enumerate(settings.fixed, 1)
        if isinstance(one, str) and one not in named
    ]
    return (*problems, *_contradictions(settings, earlier, file))


def _groups(settings: ClustersTable) -> Iterator[tuple[str, tuple[str, ...]]]:
    for key in ("keep", "apart", "fixed"):
        for number, group in enumerate(getattr(settings, key), 1):
            if not isinstance(group, str):
                yield f"clusters.{key}[{number}]", group


def _contradictions(settings: ClustersTable, earlier: pd.DataFrame, file: str) -> Iterator[Problem]:
    """Yield estates that are kept together and apart, and such that are fixed twice."""
    for number, apart in enumerate(settings.apart, 1):
        for group in settings.keep:
            both = sorted(set(apart).intersection(group))
            if len(both) > 1:
                yield error(
                    "wish_together_and_apart", file=file, field=f"clusters.apart[{number}]", value="、".join(both)
                )
    members = [
        list(earlier.loc[earlier["cluster_id"] == one, "estate_id"]) if isinstance(one, str) else one
        for one in settings.fixed
    ]
    placed = pd.Series([name for group in members for name in group], dtype=object)
    for name in placed[placed.duplicated()].unique():
        yield error("wish_fixed_twice", file=file, field="clusters.fixed", value=name)
