"""What the words of a road layer mean: class, bridge, tunnel and level."""

import re
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import numpy as np
import pandas as pd

from data.osm.walkways import walk_rules
from data.problems import Problem, note, warning
from data.roads.contacts import Flags, Floats
from data.tables.aliases import aliases, plain

UNKNOWN_CLASS = "road"
_NOT_WALKED = ("motorway", "motorway_link")
_SHOWN_WORDS = 5


@cache
def road_words() -> Mapping[str, Any]:
    """Read ``roads.toml``."""
    return tomllib.loads(files("data.roads").joinpath("roads.toml").read_text("utf-8"))


def highways(classes: pd.Series) -> pd.Series:
    """Tell the value of OpenStreetMap's ``highway`` key that comes nearest to each class.

    Parameters
    ----------
    classes : Series of str
        Words of the file, missing where it has none.

    Returns
    -------
    Series of str
        Same index; ``"road"`` where the class says nothing.
    """
    return _each(classes, _highway, default=UNKNOWN_CLASS)


def flags_of(
    frame: pd.DataFrame, *, kind: Literal["bridge", "tunnel"], place: str
) -> tuple[Flags, tuple[Problem, ...]]:
    """Tell which roads are bridges, or tunnels.

    Parameters
    ----------
    frame : DataFrame
        Roads; columns of that name and ``class`` where the file has them.
    kind : {"bridge", "tunnel"}
        What is asked for.
    place : str
        What problems call the file.

    Returns
    -------
    tuple of array of bool and tuple of Problem
        One flag per road; a warning for words that say neither yes nor no, which are taken as no; and a note on roads
        that only their names tell of.
    """
    patterns = road_words()["flags"]
    empty = pd.Series(None, frame.index, dtype=object)
    said = _each(frame.get(kind, empty), lambda text: _flag(text, patterns, patterns[kind]), default="no")
    by_class = frame.get("class", empty).map(
        lambda text: isinstance(text, str) and re.search(patterns[f"class_{kind}"], plain(text)) is not None
    )
    sure = (said == "yes").to_numpy(bool) | by_class.to_numpy(bool)
    if kind == "bridge":
        # A column of levels that says yes means a road above another.
        sure |= frame.get("level", empty).map(_is_yes).to_numpy(bool)
    named = _named(frame, kind) & ~sure
    found: Flags = sure | named
    return found, (*_unread(frame, kind, said == "", place), *_told_names(frame[named], kind, place))


def _is_yes(text: object) -> bool:
    return isinstance(text, str) and plain(text) in aliases().words["yes"] and _number(plain(text)) is None


def _named(frame: pd.DataFrame, kind: str) -> Flags:
    """Tell which roads are named as bridges or tunnels, of those about which no column says anything."""
    pattern, missing = road_words()["flags"][f"name_{kind}"], {*aliases().words["missing"], ""}
    names = frame.get("name", pd.Series(None, frame.index, dtype=object))
    found = names.map(lambda text: isinstance(text, str) and re.search(pattern, plain(text)) is not None)
    for column in ("bridge", "tunnel", "level"):
        if column in frame:
            found &= frame[column].map(lambda text: not isinstance(text, str) or plain(text) in missing)
    flags: Flags = found.to_numpy(bool)
    return flags


def _told_names(rows: pd.DataFrame, kind: str, place: str) -> tuple[Problem, ...]:
    if rows.empty:
        return ()
    names = rows["name"].unique()
    shown = "、".join(names[:_SHOWN_WORDS]) + (" …" if len(names) > _SHOWN_WORDS else "")
    return (note(f"roads_named_{kind}", file=place, value=shown, count=len(rows)),)


def levels_of(frame: pd.DataFrame, *, place: str) -> tuple[Floats, tuple[Problem, ...]]:
    """Tell on which level each road runs.

    Parameters
    ----------
    frame : DataFrame
        Roads; a column ``level`` where the file has one.
    place : str
        What problems call the file.

    Returns
    -------
    tuple of array of float and tuple of Problem
        Zero on the ground, and a warning for words that tell no level; they are taken as the ground.
    """
    said = _each(frame.get("level", pd.Series(None, frame.index, dtype=object)), _level, default="0")
    return said.replace("", "0").astype(float).to_numpy(), _unread(frame, "level", said == "", place)


def _each(cells: pd.Series, tell: Callable[[str], str], *, default: str) -> pd.Series:
    """Ask for the meaning of each different word once."""
    missing = {*aliases().words["missing"], ""}
    meanings = {text: default if plain(text) in missing else tell(plain(text)) for text in cells.dropna().unique()}
    return pd.Series([meanings.get(text, default) for text in cells], cells.index, dtype=object)


def _highway(text: str) -> str:
    rules = walk_rules()
    if text in rules.walk or text in rules.walk_if_tagged or text in _NOT_WALKED:
        return text
    return next((row["highway"] for row in road_words()["class"] if re.search(row["words"], text)), UNKNOWN_CLASS)


def _flag(text: str, patterns: Mapping[str, Any], yes_words: str) -> str:
    words = aliases().words
    if text in words["no"] or text in patterns["no"] or re.search(patterns["no_words"], text):
        return "no"
    if text in words["yes"] or text in patterns["yes"] or re.search(yes_words, text):
        return "yes"
    number = _number(text)
    return "" if number is None else "yes" if number else "no"


def _level(text: str) -> str:
    number, words = _number(text), aliases().words
    if number is not None:
        return str(number)
    if text in words["yes"] or text in words["no"]:
        return "0"
    return next((str(row["level"]) for row in road_words()["level"] if re.search(row["words"], text)), "")


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if np.isfinite(number) else None


def _unread(frame: pd.DataFrame, column: str, odd: pd.Series, place: str) -> tuple[Problem, ...]:
    if not odd.any():
        return ()
    words = frame.loc[odd, column].unique()
    shown = "、".join(words[:_SHOWN_WORDS]) + (" …" if len(words) > _SHOWN_WORDS else "")
    return (warning("roads_word_unread", file=place, field=column, value=shown, count=int(odd.sum())),)
