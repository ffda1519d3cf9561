"""Names of facilities taken apart: what is proper to a place, what sets it off from its like, what is mere form."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd

from data.facilities.status import without_status

_BRACKETS = re.compile(r"[(\[【〔]([^()\[\]【】〔〕]*)[)\]】〕]")
_SIGNS = re.compile(r"[^\w]|_")
_NUMERALS = re.compile(r"[〇零一二三四五六七八九十]+")
_DIGITS = dict(zip("〇零一二三四五六七八九", "00123456789", strict=True))


@dataclass(frozen=True)
class Parts:
    """Hold what a name says.

    Parameters
    ----------
    text : str
        The name without brackets, signs, administrative units in front and legal forms behind; digits for numerals.
    core : str
        The same without the words of the service at its end; the text where nothing else is left.
    marks : frozenset of str
        Numbers, directions and the like that set the place off from others of the name.
    label : str
        Label of a branch or shop: 和平路 of 美宜佳(和平路店); empty where there is none.
    words : tuple of frozenset of str
        Which words of each row of contrasts it holds.
    unnamed : bool
        Whether it says no more than the service.
    """

    text: str
    core: str
    marks: frozenset[str]
    label: str
    words: tuple[frozenset[str], ...]
    unnamed: bool


@dataclass(frozen=True)
class NameRules:
    """Hold the rules on names of ``merging.toml``, compiled."""

    patterns: Mapping[str, re.Pattern[str]]
    spellings: tuple[tuple[re.Pattern[str], str], ...]
    contrasts: tuple[tuple[tuple[str, ...], bool], ...]


@cache
def merging_rules() -> dict[str, Any]:
    """Read the rules that say which records are one place."""
    return tomllib.loads(files("data.facilities").joinpath("merging.toml").read_text("utf-8"))


@cache
def name_rules() -> NameRules:
    """Compile the rules on names.

    Returns
    -------
    NameRules
        The same object at each call.
    """
    rules = merging_rules()
    patterns = {key: re.compile(pattern) for key, pattern in rules["names"].items()}
    spellings = tuple((re.compile(row["written"]), str(row["meant"])) for row in rules["spelling"])
    return NameRules(patterns, spellings, tuple((tuple(row["words"]), bool(row["sure"])) for row in rules["contrast"]))


def name_parts(names: "pd.Series[str]") -> tuple[np.ndarray, Sequence[Parts]]:
    """Take names apart, each different one once.

    Parameters
    ----------
    names : Series of str
        Names; may be missing.

    Returns
    -------
    tuple of array of int64 and sequence of Parts
        Row of each name in the sequence, and the parts of the different names in the order of their writing.
    """
    texts = names.astype(object).where(names.notna(), "").astype(str).to_numpy(object)
    different, code = np.unique(texts, return_inverse=True)
    return code.astype(np.int64), [parts_of(name) for name in different.tolist()]


@lru_cache(maxsize=1 << 16)
def parts_of(name: str) -> Parts:
    """Take one name apart.

    Parameters
    ----------
    name : str
        As the source writes it; empty for none.

    Returns
    -------
    Parts
        What it says.
    """
    rules = name_rules()
    rule = rules.patterns
    written = rule["translation"].sub("", unicodedata.normalize("NFKC", without_status(name)).casefold())
    written = _NUMERALS.sub(lambda found: _number(found[0]), rule["noise"].sub("", written))
    notes = [_SIGNS.sub("", note) for note in _BRACKETS.findall(written)]
    whole = _SIGNS.sub("", _BRACKETS.sub("", written))
    label, written = _label(written, rule["label"])
    text = _without_form(_SIGNS.sub("", _BRACKETS.sub("", written)) or "".join(notes), rule)
    marks = {mark for part in (_without_form(whole, rule), label, *notes) for mark in rule["mark"].findall(part)}
    words = tuple(frozenset(word for word in row if word in text) for row, _ in rules.contrasts)
    for pattern, meant in rules.spellings:
        text = pattern.sub(meant, text)
    return Parts(
        text=text,
        core=_stripped(text, rule["service"]),
        marks=frozenset(marks),
        label=label,
        words=words,
        unnamed=rule["unnamed"].fullmatch(text) is not None or not text,
    )


def _label(written: str, rule: re.Pattern[str]) -> tuple[str, str]:
    """Return the label of a branch, and the name without it where it stands behind the brand."""
    found = rule.search(written)
    if found is None:
        return "", written
    group = next((number for number in range(1, len(found.groups()) + 1) if found[number] is not None), 1)
    label = _SIGNS.sub("", found[group] or "")
    return label, (written[: found.start(group)] if group > 1 else written)


def _without_form(main: str, rule: Mapping[str, re.Pattern[str]]) -> str:
    """Leave out legal forms and administrative units, unless that leaves nothing."""
    text = rule["company"].sub("", main) or main
    text = rule["prefix"].sub("", text) or text
    return rule["seat"].sub("", text)


def _stripped(text: str, service: re.Pattern[str]) -> str:
    """Take words of services off the end as long as there are any; what is left must be more than one character."""
    core = text
    while (shorter := service.sub("", core)) != core:
        core = shorter
    return core if len(core) > 1 else text


def _number(numerals: str) -> str:
    """Return 十二 as 12 and 一二 as 12."""
    tens, ten, ones = numerals.partition("十")
    if ten and len(tens) <= 1 and len(ones) <= 1:
        return str(int(_DIGITS.get(tens, "1")) * 10 + int(_DIGITS.get(ones, "0")))
    return "".join(_DIGITS.get(numeral, "10") for numeral in numerals)
