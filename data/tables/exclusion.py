"""What a table says against renovating an estate: columns of yes and no, and reasons in words."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from data.problems import Problem, warning
from data.tables.aliases import Reason, aliases, plain
from data.tables.cells import cell_text, listed
from data.tables.headers import Heading

# What an answer can be beside the keys of reasons.
_UNCLEAR, _VAGUE = "unclear", "vague"


@dataclass(frozen=True)
class _Said:
    """One column as texts and, row by row, what they mean: keys of reasons, nothing, unclear or vague."""

    field: str
    texts: pd.Series
    meanings: pd.Series


def read_exclusions(
    stated: pd.Series | None,
    columns: Mapping[str, tuple[pd.Series, Heading]],
    *,
    rows: pd.Series,
    place: str,
) -> tuple[dict[str, pd.Series], tuple[Problem, ...]]:
    """Read the reasons why estates may not be renovated.

    Parameters
    ----------
    stated : Series or None
        Reasons in words.
    columns : mapping of str to (Series, Heading)
        By the key of a reason the column that answers to it.
    rows : Series of str
        What problems call each row; the index is that of the columns.
    place : str
        What problems call the file.

    Returns
    -------
    tuple of dict of str to Series and tuple of Problem
        ``excluded`` (keys of all reasons joined by ``;``, None where there is none) and ``excluded_unclear`` (words
        that were not understood, None where all were); and one problem per word that was not understood.
    """
    known = {reason.key: reason for reason in aliases().reasons}
    said = [_answered(known[key], cells, heading) for key, (cells, heading) in columns.items()]
    if stated is not None:
        texts = stated.map(cell_text).astype(object)
        said.append(_Said("", texts, texts.map(_reasons_in, na_action="ignore")))
    excluded, unclear = (pd.Series("", rows.index, dtype=object) for _ in range(2))
    problems: list[Problem] = []
    for one in said:
        is_open = one.meanings.isin([_UNCLEAR, _VAGUE])
        excluded = excluded + (one.meanings.where(~is_open).fillna("").astype(object) + ";")
        unclear = unclear + (one.texts.where(is_open).fillna("").astype(object) + ";")
        problems += _problems(one, is_open, rows, place)
    return {"excluded": _distinct(excluded), "excluded_unclear": _distinct(unclear)}, tuple(problems)


def _answered(reason: Reason, cells: pd.Series, heading: Heading) -> _Said:
    texts = cells.map(cell_text).astype(object)
    vague = any(label in reason.vague_headers for label in heading.labels)
    return _Said(heading.text, texts, texts.map(lambda text: _answer(text, reason, vague=vague), na_action="ignore"))


def _answer(text: str, reason: Reason, *, vague: bool) -> str:
    """Return the key of the reason, nothing when it does not apply, or what kind of riddle the answer is."""
    words, said = aliases().words, plain(text)
    if said in words["yes"]:
        return _VAGUE if vague else reason.key
    # A stroke says no; 待定 and 不详 say that it is open.
    if said in words["no"] or not re.search(r"[^\W_]", said):
        return ""
    if said in _initials(reason.words):
        return reason.key
    if said in _initials(reason.other_words):
        return ""
    yes, no = (max((len(word) for word in known if word in said), default=0)
               for known in (reason.words, reason.other_words))  # fmt: skip
    if not yes and not no:
        return _UNCLEAR
    return reason.key if yes >= no and not said.startswith(words["denial"]) else ""


def _initials(words: tuple[str, ...]) -> set[str]:
    """Return the letters of grades: a cell under 危房等级 may hold no more than D."""
    return {word.removesuffix("级") for word in words if word.endswith("级")}


def _reasons_in(text: str) -> str:
    """Return the keys of all reasons that a text names."""
    words, said = aliases().words, plain(text)
    if said in words["no"] or said in words["missing"]:
        return ""
    if said.startswith(words["denial"]):
        return _UNCLEAR
    keys = [reason.key for reason in aliases().reasons if any(word in said for word in reason.words)]
    return ";".join(keys) or _UNCLEAR


def _problems(said: _Said, is_open: pd.Series, rows: pd.Series, place: str) -> list[Problem]:
    codes = {_UNCLEAR: "excluded_unclear", _VAGUE: "excluded_vague"}
    groups = said.texts[is_open].groupby([said.texts[is_open], said.meanings[is_open]], sort=False).groups
    return [
        warning(codes[meaning], file=place, feature=listed(rows[index]), field=said.field, value=text)
        for (text, meaning), index in groups.items()
    ]


def _distinct(joined: pd.Series) -> pd.Series:
    """Return each part once, None where there is none."""
    distinct = [";".join(dict.fromkeys(filter(None, text.split(";")))) or None for text in joined]
    return pd.Series(distinct, joined.index, dtype=object)
