"""Join the ledger to the estates, and tell of every row and estate that is left, doubtful or at odds."""

import geopandas as gpd
import pandas as pd

from data.problems import Problem
from data.tables.join_problems import pairing_problems
from data.tables.pairing import pair_rows

_KEEP = ("estate_id", "name", "geometry", "source")
_NOT_TAKEN = ("row", "sheet")


def join_ledger(
    estates: gpd.GeoDataFrame,
    ledger: pd.DataFrame,
    *,
    key: str | None = None,
    is_key_declared: bool = False,
    place: str = "",
) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    """Join ledger rows to estates, one to one.

    Estates that are still without a row after the codes are looked up by name: inside the same subdistrict when both
    sides name one, across the town when one side does not; first by the whole name, then without an ending such as
    小区, then by a former name that either side states. A name or code that stands twice on either side joins nothing.
    Codes that are short and contradict most names are numbers of lines and join nothing.

    Parameters
    ----------
    estates : GeoDataFrame
        ``estate_id`` and ``name``; ``subdistrict`` where known.
    ledger : DataFrame
        As of :func:`data.tables.ledgers.read_ledger`: ``row`` and the columns of the estates.
    key : str, optional
        Column of the code, ``estate_id`` by default; other columns must be in both frames.
    is_key_declared : bool
        Whether the project names the column of codes, so that they are no numbers of lines.
    place : str
        What problems call the ledger.

    Returns
    -------
    tuple of GeoDataFrame and tuple of Problem
        The estates, rows and index as given, with the ledger's columns; where both have a column the ledger's value
        counts, the estate's own fills its gaps, and differences are told. One problem for each row and estate that was
        not joined, and for each that could be joined to several.
    """
    code = key or "estate_id"
    pairs = pair_rows(estates, ledger, code=code, is_declared=is_key_declared)
    problems = pairing_problems(pairs, estates, ledger, code=code, place=place)
    return _filled(estates, ledger, pairs.found), problems


def _filled(estates: gpd.GeoDataFrame, ledger: pd.DataFrame, found: pd.Series) -> gpd.GeoDataFrame:
    """Put the ledger's values beside the estates."""
    joined = estates.copy()
    rows = ledger.reindex(found.to_numpy()).set_axis(estates.index)
    for column in ledger.columns:
        if column in _NOT_TAKEN or (column in _KEEP and column in estates):
            continue
        joined[column] = (
            rows[column].where(rows[column].notna(), estates[column]) if column in estates else rows[column]
        )
    return joined
