"""Which row of the ledger belongs to which estate: by code, else by name, and never by guessing."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import geopandas as gpd
import pandas as pd

from data.tables.aliases import plain
from data.tables.name_likeness import are_alike
from data.tables.names import full_name_keys, name_keys, other_name_keys, place_keys

# Numbers of lines are short; codes of estates are not.
_MAX_LINE_NUMBER = 6


@dataclass(frozen=True)
class _Search:
    """Hold what is compared: a key per estate and per ledger row, empty where there is none, and what to call it."""

    kind: str
    own: pd.Series
    other: pd.Series


@dataclass(frozen=True)
class Shared:
    """Hold estates and ledger rows that are alike, more than one of either.

    Parameters
    ----------
    estates, rows : Index
        Of the frames.
    """

    estates: pd.Index
    rows: pd.Index


@dataclass(frozen=True)
class Pairs:
    """Hold the ledger row of each estate.

    Parameters
    ----------
    found : Series of int
        Index of the ledger row by estate, -1 without one.
    kinds : Series of str
        How each was found: ``code``, ``code_zeros``, ``name``, ``short_name`` or ``other_name``; empty without one.
    shared : tuple of Shared
        What could not be told apart at one search or another.
    line_numbers : int
        How many pairs were given up because their codes are nothing but numbers of lines.
    """

    found: pd.Series
    kinds: pd.Series
    shared: tuple[Shared, ...] = ()
    line_numbers: int = 0


def pair_rows(estates: gpd.GeoDataFrame, ledger: pd.DataFrame, *, code: str, is_declared: bool) -> Pairs:
    """Find the ledger row of each estate: by code, then by name within the subdistrict.

    Parameters
    ----------
    estates : GeoDataFrame
        ``estate_id`` and ``name``; ``subdistrict`` where known.
    ledger : DataFrame
        Rows with the same columns, as far as there are any.
    code : str
        Column of the code.
    is_declared : bool
        Whether the project says so; otherwise codes that are short and contradict most names are numbers of lines.

    Returns
    -------
    Pairs
        One row to one estate at most.
    """
    nothing = Pairs(pd.Series(-1, estates.index, dtype="int64"), pd.Series("", estates.index, dtype=object))
    pairs = _run(_by_codes(estates, ledger, code), nothing)
    if not is_declared and _are_line_numbers(pairs, estates, ledger, code):
        pairs = replace(nothing, line_numbers=int((pairs.found != -1).sum()))
    return _run(_by_names(estates, ledger), pairs)


def _by_codes(estates: gpd.GeoDataFrame, ledger: pd.DataFrame, code: str) -> Iterator[_Search]:
    """Yield what codes are compared by, the surest first; an empty text is compared with nothing."""
    if code in estates and code in ledger:
        own, other = plain_codes(estates[code]), plain_codes(ledger[code])
        yield _Search("code", own, other)
        yield _Search("code_zeros", _without_zeros(own), _without_zeros(other))


def _by_names(estates: gpd.GeoDataFrame, ledger: pd.DataFrame) -> Iterator[_Search]:
    """Yield what names are compared by, the surest first."""
    if "name" not in estates or "name" not in ledger:
        return
    names = estates["name"], ledger["name"]
    here, there = (
        place_keys(frame["subdistrict"]) if "subdistrict" in frame else pd.Series("", frame.index, dtype="str")
        for frame in (estates, ledger)
    )
    keys = {make: tuple(make(side) for side in names) for make in (full_name_keys, name_keys, other_name_keys)}
    whole, short, former = keys[full_name_keys], keys[name_keys], keys[other_name_keys]
    pairs = (
        ("name", whole), ("short_name", short),
        ("other_name", (short[0], former[1])), ("other_name", (former[0], short[1])), ("other_name", former),
    )  # fmt: skip
    for kind, (own, other) in pairs:
        yield from _by_place(kind, own, other, (here, there))


def _by_place(kind: str, own: pd.Series, other: pd.Series, places: tuple[pd.Series, pd.Series]) -> Iterator[_Search]:
    """Compare names within the same subdistrict; by themselves only where one side does not say where it lies."""
    here, there = places
    yield _Search(
        kind,
        (here + "|" + own).where((here != "") & (own != ""), ""),
        (there + "|" + other).where((there != "") & (other != ""), ""),
    )
    vague = set(own[here == ""]), set(other[there == ""])
    yield _Search(
        kind,
        own.where((here == "") | own.isin(vague[1]), ""),
        other.where((there == "") | other.isin(vague[0]), ""),
    )


def plain_codes(codes: pd.Series) -> pd.Series:
    """Return codes without blanks, in half-width.

    Parameters
    ----------
    codes : Series
        Codes; may be missing.

    Returns
    -------
    Series of str
        Empty where there is none.
    """
    return codes.map(lambda code: "" if pd.isna(code) else re.sub(r"(?<=\d)\.0+$", "", plain(str(code)))).astype("str")


def _without_zeros(codes: pd.Series) -> pd.Series:
    """Return codes of digits as a spreadsheet leaves them when it takes them for numbers."""
    return codes.where(codes.str.fullmatch(r"\d+"), "").str.lstrip("0")


def _run(searches: Iterable[_Search], pairs: Pairs) -> Pairs:
    for search in searches:
        found, several = _matched(pairs.found, search.own, search.other)
        is_new = (found != -1) & (pairs.found == -1)
        kinds = pairs.kinds.mask(is_new, search.kind)
        pairs = replace(pairs, found=found, kinds=kinds, shared=(*pairs.shared, *several))
    return pairs


def _matched(found: pd.Series, own: pd.Series, other: pd.Series) -> tuple[pd.Series, list[Shared]]:
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
    return result, [Shared(open_own.index[open_own == name], open_other.index[open_other == name]) for name in several]


def _are_line_numbers(pairs: Pairs, estates: gpd.GeoDataFrame, ledger: pd.DataFrame, code: str) -> bool:
    """Tell whether codes that were joined are nothing but numbers of lines: short, and at odds with most names."""
    joined = pairs.found[pairs.found != -1]
    if joined.empty or not {"name"} <= set(estates) & set(ledger):
        return False
    if not (plain_codes(ledger.loc[joined, code]).str.len() <= _MAX_LINE_NUMBER).all():
        return False
    unlike = unlike_names(joined, estates, ledger)
    return bool(2 * unlike.sum() > len(unlike))


def unlike_names(pairs: pd.Series, estates: gpd.GeoDataFrame, ledger: pd.DataFrame) -> pd.Series:
    """Tell for which pairs both sides have names, and those have nothing in common.

    Parameters
    ----------
    pairs : Series of int
        Index of the ledger row by estate.
    estates, ledger : DataFrame
        Both with names.

    Returns
    -------
    Series of bool
        By estate.
    """
    own, other = estates.loc[pairs.index, "name"], ledger.loc[pairs, "name"].set_axis(pairs.index)
    keys, others = name_keys(own), name_keys(other)
    odd = (keys != others) & (keys != "") & (others != "")
    alike = [are_alike(one, two) for one, two in zip(keys[odd], others[odd], strict=True)]
    return odd & ~pd.Series(alike, keys.index[odd], dtype=bool).reindex(odd.index, fill_value=False)
