"""The state of gates that a planner drew, out of the words of the layer."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.problems import Problem, warning
from data.tables.aliases import aliases, plain
from data.words import in_each_language

_SHOWN_WORDS = 5


def gate_states(said: "pd.Series[str]", *, place: str) -> tuple[npt.NDArray[np.object_], tuple[Problem, ...]]:
    """Tell whether each gate is open, for residents, or closed.

    Parameters
    ----------
    said : Series of str
        Words of the layer, missing where it has none.
    place : str
        What problems call the file.

    Returns
    -------
    array of str
        ``open``, ``residents`` or ``closed``; a gate about which nothing is written is open.
    tuple of Problem
        Words that say no state, or two; and states that hold for some hours alone.
    """
    texts = said.fillna("").astype(str)
    meanings = {text: _meaning(plain(text)) for text in texts.unique()}
    table = pd.DataFrame([meanings[text] for text in texts], columns=["state", "sure", "hours"], index=texts.index)
    problems: list[Problem] = []
    unread = ~table["sure"].to_numpy(bool)
    if unread.any():
        problems.append(warning("gate_state_unread", file=place, value=_shown(texts[unread]), count=int(unread.sum())))
    partly = table[table["sure"] & table["hours"]]
    for state, rows in partly.groupby("state", sort=True):
        name = in_each_language(f"terms.gate.{state}", default=str(state))
        problems.append(warning("gate_hours", file=place, value=_shown(texts[rows.index]), count=len(rows), state=name))
    return table["state"].to_numpy(object), tuple(problems)


@cache
def _patterns() -> Mapping[str, str]:
    return tomllib.loads(files("data").joinpath("layers.toml").read_text("utf-8"))["gate_words"]  # type: ignore[no-any-return]


def _meaning(text: str) -> tuple[str, bool, bool]:
    """Return the state, whether it is sure, and whether it holds for some hours."""
    words, patterns = aliases().words, _patterns()
    if not text:
        return "open", True, False
    # A number is a code of the file's own.
    if not text.isdecimal() and text in (*words["yes"], *words["no"]):
        return ("open" if text in words["yes"] else "closed"), True, False
    left = re.sub(patterns["denied"], "", text)
    found = [name for name in ("closed", "residents") if re.search(patterns[name], left)]
    opened = re.search(patterns["open"], re.sub(patterns["closed"], "", left)) is not None or left != text
    hours = re.search(patterns["hours"], text) is not None
    if found and found[0] == "closed":
        # Open and closed in one breath, such as of two wings of one gate, is no state.
        return ("closed", True, hours) if not opened or hours else ("open", False, False)
    return (found[0], True, hours) if found else ("open", opened, hours)


def _shown(texts: "pd.Series[str]") -> str:
    words = texts.unique()
    return "、".join(words[:_SHOWN_WORDS]) + (" …" if len(words) > _SHOWN_WORDS else "")
