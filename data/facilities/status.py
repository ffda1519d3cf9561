"""Whether a facility is in operation: what columns, names, types and tags say of it."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd

from data.tables.aliases import aliases, plain

OPEN, CLOSED, PLANNED = "open", "closed", "planned"
_DAY = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
Tags = Mapping[str, str]


@cache
def status_rules() -> dict[str, Any]:
    """Read the words that tell of operation."""
    return tomllib.loads(files("data.facilities").joinpath("status.toml").read_text("utf-8"))


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    rules = status_rules()
    made = {f"word_{key}": re.compile(pattern) for key, pattern in rules["words"].items()}
    for key, pattern in rules["names"].items():
        made[key] = re.compile(
            rf"[(（\[【〔]\s*(?:{pattern})\s*[)）\]】〕]|[-—–_·\s]+(?:{pattern})$|(?<=[一-龥])(?:已|现已)(?:{pattern})$"
        )
    made["to_come"] = re.compile(f"^(?:{status_rules()['prefix']['planned']})")
    return made


def status_of_words(cells: "pd.Series[str]", *, column: str = "status") -> "pd.Series[str]":
    """Tell from the cells of a column of states whether places are in operation.

    Parameters
    ----------
    cells : Series of str
        ``正常营业``, ``暂停``, ``规划``, or the answer to what the column asks; may be missing.
    column : str
        What it asks, a key of ``asked`` in ``status.toml``.

    Returns
    -------
    Series of str
        ``open``, ``closed``, ``planned``, ``unclear`` where the words tell nothing, None where there are none.
    """
    meant = status_rules()["asked"][column]
    known = {cell: _of_word(str(cell), meant) for cell in cells.dropna().unique()}
    return pd.Series([known.get(cell) for cell in cells], cells.index, dtype=object)


def _of_word(cell: str, meant: Mapping[str, str]) -> str | None:
    said, words = plain(cell), aliases().words
    if said in words["missing"]:
        return None
    for answer in ("yes", "no"):
        if said in words[answer]:
            return meant[answer]
    for key in ("asked", PLANNED, CLOSED, OPEN):
        if _patterns()[f"word_{key}"].search(cell):
            return "unclear" if key == "asked" else key
    return "unclear"


def status_of_names(names: "pd.Series[str]") -> "pd.Series[str]":
    """Tell from names or types whether places are in operation: 和平养老院(暂停营业), 规划幼儿园.

    Parameters
    ----------
    names : Series of str
        Names; may be missing.

    Returns
    -------
    Series of str
        ``closed``, ``planned``, or None where the name says nothing.
    """
    known = {name: _of_name(str(name)) for name in names.dropna().unique()}
    return pd.Series([known.get(name) for name in names], names.index, dtype=object)


def _of_name(name: str) -> str | None:
    if _patterns()[CLOSED].search(name):
        return CLOSED
    is_planned = _patterns()[PLANNED].search(name) or _patterns()["to_come"].search(name)
    return PLANNED if is_planned else None


def without_status(name: str) -> str:
    """Return a name without what it says of operation.

    Parameters
    ----------
    name : str
        The name.

    Returns
    -------
    str
        Half-width; 和平养老院 of 和平养老院（暂停营业）.
    """
    text = unicodedata.normalize("NFKC", name)
    for key in (CLOSED, PLANNED, "to_come"):
        text = _patterns()[key].sub("", text) or text
    return text


def living_tags(tags: Sequence[Tags], *, date: str) -> tuple[list[Tags], np.ndarray]:
    """Read the life cycle of features, and their tags as if they were in operation.

    Parameters
    ----------
    tags : sequence of mapping
        Tags of each feature.
    date : str
        Day of the data, ISO; empty where it is not known. A day of opening that lies behind it is past.

    Returns
    -------
    tuple of list of mapping and array of object
        The tags with ``disused:amenity`` and the like as ``amenity``, unless the feature has that key by itself; and
        ``closed``, ``planned`` or None for each.
    """
    read = [_living(own, date) for own in tags]
    said = np.full(len(read), None, object)
    said[:] = [status for _, status in read]
    return [own for own, _ in read], said


@cache
def _life() -> tuple[dict[str, tuple[str, str]], tuple[tuple[str, frozenset[str], str], ...]]:
    """Return key and state by key with a life cycle in front, and what keys beside that of the service say."""
    rules = status_rules()["osm"]
    states = (CLOSED, PLANNED)
    before = {
        f"{prefix}:{key}": (key, state)
        for state in states
        for prefix in rules[f"{state}_prefixes"]
        for key in rules["keys"]
    }
    beside = tuple((key, frozenset(values), state) for state in states for key, values in rules[f"{state}_if"].items())
    return before, beside


def _living(tags: Tags, date: str) -> tuple[Tags, str | None]:
    before, beside = _life()
    for key, values, state in beside:
        if tags.get(key) in values:
            return tags, state
    if "end_date" in tags or "opening_date" in tags:
        dated = _dated(tags, date)
        if dated is not None:
            return tags, dated
    past = before.keys() & tags.keys()
    # What a place is now comes before what it was.
    if not past or any(key in tags for key in status_rules()["osm"]["keys"]):
        return tags, None
    state = min(before[key][1] for key in past)
    return {**tags, **{before[key][0]: tags[key] for key in sorted(past) if before[key][1] == state}}, state


def _dated(tags: Tags, date: str) -> str | None:
    """Return what a day of opening or of the end says, as far as the day of the data is known."""
    begin, end = (_DAY.match(tags.get(key, "")) for key in ("opening_date", "end_date"))
    if end and date and end[0] <= date[: len(end[0])]:
        return CLOSED
    return PLANNED if begin and not (date and begin[0] <= date[: len(begin[0])]) else None
