"""What was renovated before and what central subsidies paid for, so that no content is funded twice."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

import geopandas as gpd
import pandas as pd

from data.problems import Problem, note, warning
from data.standards.model import Standard
from data.tables.aliases import aliases, plain, usual_heading
from data.tables.cells import listed
from data.tables.contents import ContentReader, Contents, renovation_words

Read = TypeVar("Read")
# Texts, by column, that were not understood: index of the estates, missing where all was.
Open = Mapping[str, pd.Series]

_NOTHING = Contents((), whole=False, unclear=(), unlisted=())
_COLUMNS = ("renovation", "done_items", "funded_items")
_UNCLEAR = "unclear"


def read_renovation(
    estates: gpd.GeoDataFrame, *, standard: Standard, place: str
) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    """Turn what is written about earlier renovation into items of the standard.

    Parameters
    ----------
    estates : GeoDataFrame
        ``estate_id``, ``name``, and as texts ``renovation``, ``subsidised``, ``done_items``, ``funded_items``.
    standard : Standard
        Whose items are looked for.
    place : str
        What problems call the file.

    Returns
    -------
    tuple of GeoDataFrame and tuple of Problem
        The estates with ``renovation`` (``none``, ``part``, ``underway``, ``whole``), ``subsidised`` (``yes``, ``no``),
        ``done_items`` and ``funded_items`` (keys of items joined by ``;``) and ``items_unclear`` (words that were not
        understood), each None where nothing is known; and one problem per text that was not understood or names no item
        of the standard, and per contradiction.

    Notes
    -----
    赣府厅发〔2020〕37号 一(三): 同一改造内容不得重复使用中央补助资金. An estate that was renovated may take part
    again; one where everything is done has nothing left to fund.
    """
    if estates[["subsidised", *_COLUMNS]].isna().all(axis=None):
        return estates, ()
    reader = ContentReader(standard.services)
    read = {name: _each(estates[name], reader.read, _NOTHING) for name in _COLUMNS}
    states = _states(read, _each(estates["renovation"], _state, None))
    subsidised = _each(estates["subsidised"], _subsidy, None)
    done = zip(states, read["renovation"], read["done_items"], strict=True)
    riddles = _riddles(estates, read, states, subsidised)
    made = estates.assign(
        renovation=_known(states),
        subsidised=_known(subsidised),
        done_items=_column(
            [_joined(reader, (own, more), whole=state == "whole") for state, own, more in done], estates
        ),
        funded_items=_column([_joined(reader, (one,), whole=False) for one in read["funded_items"]], estates),
        items_unclear=_column(_rows_joined(riddles.values()), estates),
    )
    labels = (
        estates["estate_id"].astype(str) + " " + estates["name"].astype(object).fillna("").astype(str)
    ).str.strip()
    unlisted = {name: read[name].map(lambda one: "、".join(one.unlisted) or None) for name in _COLUMNS}
    problems = [
        *_told(riddles, labels, code="renovation_unclear", say=warning, place=place),
        *_told(unlisted, labels, code="renovation_unlisted", say=note, place=place),
        *_contradictions(made, labels, place),
    ]
    return made, tuple(problems)


def _each(texts: pd.Series, read: Callable[[str], Read], default: Read) -> pd.Series:
    """Read every different text once."""
    known = {text: read(text) for text in texts.dropna().unique()}
    return pd.Series([known.get(text, default) for text in texts], texts.index, dtype=object)


def _column(values: list[str | None], estates: gpd.GeoDataFrame) -> pd.Series:
    return pd.Series(values, estates.index, dtype=object)


def _state(text: str) -> str | None:
    """Return how far an estate is renovated, by the longest word; a word of one letter counts alone only."""
    said = plain(text)
    if said in aliases().words["missing"] and said not in aliases().words["no"]:
        return None
    found = [
        (len(word), state)
        for state, words in renovation_words()["state"].items()
        for word in map(plain, words)
        if said == word or (len(word) > 1 and word in said)
    ]
    if not found and said in aliases().words["no"]:
        return "none"
    return max(found)[1] if found else _UNCLEAR


def _subsidy(text: str) -> str | None:
    words, own, said = aliases().words, renovation_words()["subsidy"], plain(text)
    for answer in ("no", "yes"):
        if said in words[answer] or any(plain(word) in said for word in own[answer]):
            return answer
    return None if said in words["missing"] else _UNCLEAR


def _states(read: Mapping[str, pd.Series], by_word: pd.Series) -> pd.Series:
    """Return how far each estate is renovated; contents that are named say more than a word such as 已完成."""
    rows = zip(by_word, *(read[name] for name in _COLUMNS), strict=True)
    return pd.Series([_state_of(*row) for row in rows], by_word.index, dtype=object)


def _state_of(word: str | None, own: Contents, done: Contents, funded: Contents) -> str | None:
    if any(one.whole for one in (own, done, funded)):
        return "whole"
    if own.keys or own.unlisted:
        return "part"
    if word is None and (done.keys or funded.keys):
        return "part"
    return word


def _riddles(
    estates: gpd.GeoDataFrame, read: Mapping[str, pd.Series], states: pd.Series, subsidised: pd.Series
) -> dict[str, pd.Series]:
    """Return by column what was not understood; 未改造 is no riddle, though it names no content."""
    phrases = {name: read[name].map(lambda one: "、".join(one.unclear) or None) for name in _COLUMNS}
    named = read["renovation"].map(lambda one: bool(one.keys))
    phrases["renovation"] = phrases["renovation"].where(named, estates["renovation"].where(states == _UNCLEAR, None))
    return {**phrases, "subsidised": estates["subsidised"].where(subsidised == _UNCLEAR, None)}


def _known(states: pd.Series) -> pd.Series:
    return states.where(states.notna() & (states != _UNCLEAR), None).astype(object)


def _joined(reader: ContentReader, contents: Iterable[Contents], *, whole: bool) -> str | None:
    keys = {key for one in contents for key in one.keys} | (set(reader.all_keys) if whole else set())
    return ";".join(key for key in reader.listed if key in keys) or None


def _rows_joined(columns: Iterable[pd.Series]) -> list[str | None]:
    rows = zip(*columns, strict=True)
    return ["；".join(part for part in row if isinstance(part, str)) or None for row in rows]


def _told(texts: Open, labels: pd.Series, *, code: str, say: Callable[..., Problem], place: str) -> list[Problem]:
    """Tell every text once, with the estates it stands for."""
    return [
        say(code, file=place, feature=listed(labels[index]), field=usual_heading(name, layer="estates"), value=text)
        for name, column in texts.items()
        for text, index in column.dropna().groupby(column.dropna(), sort=False).groups.items()
    ]


def _contradictions(made: gpd.GeoDataFrame, labels: pd.Series, place: str) -> list[Problem]:
    """Tell of estates that are said not to be renovated, or not subsidised, and yet have contents that were."""
    any_done = made["done_items"].notna() | made["funded_items"].notna()
    cases = {
        "renovation": (made["renovation"] == "none") & any_done,
        "subsidised": (made["subsidised"] == "no") & made["funded_items"].notna(),
    }
    return [
        warning(
            "renovation_contradicts",
            file=place,
            feature=listed(labels[case]),
            field=usual_heading(name, layer="estates"),
            value=int(case.sum()),
        )
        for name, case in cases.items()
        if case.any()
    ]
