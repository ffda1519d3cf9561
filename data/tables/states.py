"""Whether an estate has what it should, as people write it into the cells of a ledger."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import pandas as pd

from data.tables.aliases import aliases, plain
from data.tables.cells import cell_text

STATES = ("yes", "partial", "no", "not_applicable", "unknown")
UNREADABLE = "unreadable"
_PARTS = re.compile(r"[,;、。()\[\]]+")
# What the word of presence means of a fitting, and of a nuisance.
_MEANS = {"has": ("yes", "no"), "some": ("partial", "partial"), "lacks": ("no", "yes")}


def read_states(cells: pd.Series, *, is_nuisance: bool) -> pd.Series:
    """Read a column of states.

    Parameters
    ----------
    cells : Series
        Texts, ticks, numbers 0 and 1, truth values.
    is_nuisance : bool
        Whether the heading names something bad, so that 有 says that the estate has not what it should.

    Returns
    -------
    Series of str
        ``yes``, ``partial``, ``no``, ``not_applicable``, None for an empty cell and for one that says
        that nobody knows, ``unreadable`` for any other. Index of ``cells``.
    """
    texts = cells.map(_text).astype(object)
    known = {text: _state(text, is_nuisance=is_nuisance) for text in texts.dropna().unique()}
    return pd.Series([known.get(text) for text in texts], cells.index, dtype=object)


def _text(cell: object) -> str | None:
    if isinstance(cell, bool):
        return str(cell).lower()
    return cell_text(cell)


def _state(text: str, *, is_nuisance: bool) -> str | None:
    """Read one cell: a word of state says more than one of presence, and parts that differ say nothing."""
    said = plain(text)
    parts = [said] if said in _known_words() else [part for part in _PARTS.split(said) if part]
    states = {_states_by_word()[part] for part in parts if part in _states_by_word()}
    present = {_MEANS[_presence_by_word()[part]][is_nuisance] for part in parts if part in _presence_by_word()}
    if not parts or any(part not in _known_words() for part in parts):
        return UNREADABLE
    found = states - {"unknown"} or present
    if len(found) > 1:
        return UNREADABLE
    return next(iter(found), None)


@cache
def _words() -> Mapping[str, Any]:
    return tomllib.loads(files("data.tables").joinpath("inventory.toml").read_text("utf-8"))


@cache
def _states_by_word() -> Mapping[str, str]:
    return MappingProxyType({plain(word): state for state, words in _words()["states"].items() for word in words})


@cache
def _presence_by_word() -> Mapping[str, str]:
    own = {plain(word): presence for presence, words in _words()["presence"].items() for word in words}
    answers = aliases().words
    return MappingProxyType({**dict.fromkeys(answers["yes"], "has"), **dict.fromkeys(answers["no"], "lacks"), **own})


@cache
def _known_words() -> frozenset[str]:
    return frozenset((*_states_by_word(), *_presence_by_word(), *aliases().words["missing"]))
