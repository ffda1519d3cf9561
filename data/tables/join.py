"""Join the ledger to the estates: by code, else by name within the subdistrict, and never by guessing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from data.problems import Problem, note, warning
from data.tables.names import name_keys, place_keys

_KEEP = ("estate_id", "name", "geometry", "source")
_NOT_TAKEN = ("row",)


@dataclass(frozen=True)
class _Shared:
    """Estates and ledger rows that are alike, more than one of either."""

    estates: pd.Index
    rows: pd.Index


def join_ledger(
    estates: gpd.GeoDataFrame, ledger: pd.DataFrame, *, key: str | None = None, place: str = ""
) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    """Join ledger rows to estates, one to one.

    Estates that are still without a row after the codes are looked up by name: inside the same subdistrict when both
    sides name one, across the town when one side does not. A name or code that stands twice on either side joins
    nothing.

    Parameters
    ----------
    estates : GeoDataFrame
        ``estate_id`` and ``name``; ``subdistrict`` where known.
    ledger : DataFrame
        As of :func:`data.tables.ledgers.read_ledger`: ``row`` and the columns of the estates.
    key : str, optional
        Column of the code, ``estate_id`` by default; other columns must be in both frames.
    place : str
        What problems call the ledger.

    Returns
    -------
    tuple of GeoDataFrame and tuple of Problem
        The estates, rows and index as given, with the ledger's columns; where both have a column the ledger's value
        counts, the estate's own fills its gaps. One problem for each row and estate that was not joined, and for each
        that could be joined to several.
    """
    found = pd.Series(-1, estates.index, dtype="int64")
    shared: list[_Shared] = []
    for own, other in _searches(estates, ledger, key or "estate_id"):
        found, several = _matched(found, own, other)
        shared += several
    problems = _left_over(found, estates, ledger, place) + _ambiguous(shared, found, estates, ledger, place)
    return _filled(estates, ledger, found), tuple(problems)


def _searches(estates: gpd.GeoDataFrame, ledger: pd.DataFrame, code: str) -> Iterator[tuple[pd.Series, pd.Series]]:
    """Yield what is compared, the surest first; an empty text is compared with nothing."""
    if code in estates and code in ledger:
        yield _codes(estates[code]), _codes(ledger[code])
    if "name" not in estates or "name" not in ledger:
        return
    own, other = name_keys(estates["name"]), name_keys(ledger["name"])
    here, there = (
        place_keys(frame["subdistrict"]) if "subdistrict" in frame else pd.Series("", frame.index, dtype="str")
        for frame in (estates, ledger)
    )
    yield (
        (here + "|" + own).where((here != "") & (own != ""), ""),
        (there + "|" + other).where((there != "") & (other != ""), ""),
    )
    # By the bare name only where one side does not say in which subdistrict it lies.
    vague = set(own[here == ""]), set(other[there == ""])
    yield own.where((here == "") | own.isin(vague[1]), ""), other.where((there == "") | other.isin(vague[0]), "")


def _codes(codes: pd.Series) -> pd.Series:
    return codes.map(lambda code: "" if pd.isna(code) else str(code).strip()).astype("str")


def _matched(found: pd.Series, own: pd.Series, other: pd.Series) -> tuple[pd.Series, list[_Shared]]:
    """Join what is still open and stands once on both sides; return what stands more often."""
    open_own = own[(found == -1) & (own != "")]
    open_other = other[~other.index.isin(found) & (other != "")]
    counts_own, counts_other = open_own.value_counts(), open_other.value_counts()
    shared = counts_own.index.intersection(counts_other.index)
    is_single = (counts_own[shared] == 1) & (counts_other[shared] == 1)
    once = shared[is_single.to_numpy()]
    rows = open_other[open_other.isin(once)]
    rows = pd.Series(rows.index, rows.to_numpy())
    joined = open_own[open_own.isin(once)]
    result = found.copy()
    result[joined.index] = rows.reindex(joined.to_numpy()).to_numpy()
    several = open_own[open_own.isin(shared.difference(once))].drop_duplicates()
    return result, [_Shared(open_own.index[open_own == name], open_other.index[open_other == name]) for name in several]


def _ambiguous(
    shared: Sequence[_Shared], found: pd.Series, estates: gpd.GeoDataFrame, ledger: pd.DataFrame, place: str
) -> list[Problem]:
    """Tell of rows and estates that match several times and were not told apart by a later search."""
    told: dict[tuple[str, str], Problem] = {}
    for group in shared:
        own = group.estates[found[group.estates] == -1]
        rows = ", ".join(f"#{row}" for row in ledger.loc[group.rows.difference(found), "row"])
        names = ", ".join(_labels(estates, own))
        if rows and names:
            told[rows, names] = warning("join_ambiguous", file=place, feature=rows, value=names)
    return list(told.values())


def _left_over(found: pd.Series, estates: gpd.GeoDataFrame, ledger: pd.DataFrame, place: str) -> list[Problem]:
    """Count what was joined, and list what is left over on both sides."""
    rows = ledger.loc[~ledger.index.isin(found)]
    names = rows["name"] if "name" in rows else pd.Series("", rows.index)
    left_rows = [
        warning("join_row_left", file=place, feature=f"#{row}", value="" if pd.isna(name) else name)
        for row, name in zip(rows["row"], names, strict=True)
    ]
    left_estates = [
        warning("join_estate_left", file=place, feature=label) for label in _labels(estates, found.index[found == -1])
    ]
    count = len(found) - len(left_estates)
    summary = note("join_result", file=place, value=count, estates=len(found), rows=len(ledger))
    return [summary, *left_rows, *left_estates]


def _labels(estates: gpd.GeoDataFrame, index: pd.Index) -> list[str]:
    columns = [column for column in ("estate_id", "name") if column in estates]
    chosen = estates.loc[index, columns]
    return [" ".join(str(part) for part in row if not pd.isna(part)) for row in chosen.itertuples(index=False)]


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
