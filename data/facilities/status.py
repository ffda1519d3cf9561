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


def status_of_words(cells: "pd.Series[str]") -> "pd.Series[str]":
    """Tell from the cells of a column of states whether places are in operation.

    Parameters
    ----------
    cells : Series of str
        ``正常营业``, ``暂停``, ``规划``, or the answer to whether it is in operation; may be missing.

    Returns
    -------
    Series of str
        ``open``, ``closed``, ``planned``, ``unclear`` where the words tell nothing, None where there are none.
    """
    known = {cell: _of_word(str(cell)) for cell in cells.dropna().unique()}
    return pd.Series([known.get(cell) for cell in cells], cells.index, dtype=object)


def _of_word(cell: str) -> str | None:
    said, words = plain(cell), aliases().words
    if said in words["yes"]:
        return OPEN
    if said in ("无", "没有", "不详", "未知", "") or (said in words["missing"] and said not in words["no"]):
        return None
    if said in words["no"]:
        return CLOSED
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


def _living(tags: Tags, date: str) -> tuple[Tags, str | None]:
    rules = status_rules()["osm"]
    beside = _beside(tags, date)
    if beside is not None:
        return tags, beside
    for status in (CLOSED, PLANNED):
        for prefix in rules[f"{status}_prefixes"]:
            found = {key: tags[f"{prefix}:{key}"] for key in rules["keys"] if f"{prefix}:{key}" in tags}
            # What a place is now comes before what it was.
            if found and not any(key in tags for key in rules["keys"]):
                return {**tags, **found}, status
    return tags, None


def _beside(tags: Tags, date: str) -> str | None:
    """Return what tags beside the key of the service say."""
    rules = status_rules()["osm"]
    for status in (CLOSED, PLANNED):
        if any(tags.get(key) in values for key, values in rules[f"{status}_if"].items()):
            return status
    begin, end = _DAY.match(tags.get("opening_date", "")), _DAY.match(tags.get("end_date", ""))
    if end and date and end[0] <= date[: len(end[0])]:
        return CLOSED
    return PLANNED if begin and not (date and begin[0] <= date[: len(begin[0])]) else None
