"""Which two records may be one place: pairs that are near, and how alike their names are."""

import difflib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.sparse
import shapely

from data.facilities.naming import Parts, name_parts, name_rules

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
# What two names say of each other.
APART, UNLIKE, ASK, ALIKE, NAMELESS = range(5)


@dataclass(frozen=True)
class Limits:
    """Hold how near and how alike two records of one place are; see ``merging.toml``.

    Parameters
    ----------
    distance_m : mapping of str to float
        By service; ``any`` for all others.
    same, doubtful : float
        Likeness from which two are one place, and from which the planner is asked.
    unnamed_m : float
        Distance within which a record without a name is the one next to it.
    far_factor : float
        How many times the distance two of one name may be apart for the planner to be asked.
    """

    distance_m: Mapping[str, float]
    same: float
    doubtful: float
    unnamed_m: float
    far_factor: float

    def reach_m(self, service: str) -> float:
        """Return the distance of a service."""
        return self.distance_m.get(service, self.distance_m["any"])


def near_pairs(places: pd.DataFrame, *, limits: Limits) -> pd.DataFrame:
    """List the pairs of records of one service that stand near each other.

    Parameters
    ----------
    places : GeoDataFrame
        ``service`` and the geometry, in metres; index 0..n-1.
    limits : Limits
        How near.

    Returns
    -------
    DataFrame
        ``a`` and ``b`` (int64, rows, a < b), ``metres`` (float, between the shapes) and ``reach_m`` (float).
    """
    shapes = np.asarray(places.geometry.array, dtype=object)
    usable = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    found = [np.empty((0, 4))]
    for service, rows in places[usable].groupby("service", sort=True).indices.items():
        own = np.flatnonzero(usable)[rows]
        reach_m = limits.reach_m(str(service))
        widest_m = max(reach_m * limits.far_factor, limits.unnamed_m)
        a, b = shapely.STRtree(shapes[own]).query(shapes[own], predicate="dwithin", distance=widest_m)
        a, b = own[a[a < b]], own[b[a < b]]
        found.append(np.column_stack((a, b, shapely.distance(shapes[a], shapes[b]), np.full(len(a), reach_m))))
    pairs = pd.DataFrame(np.concatenate(found), columns=["a", "b", "metres", "reach_m"])
    return pairs.astype({"a": np.int64, "b": np.int64})


def name_verdicts(names: "pd.Series[str]", *, a: Ints, b: Ints, limits: Limits) -> pd.DataFrame:
    """Tell how alike the names of pairs are.

    Parameters
    ----------
    names : Series of str
        Names, row by row; may be missing.
    a, b : array of int64, shape (pairs,)
        Rows of each pair.
    limits : Limits
        From which likeness on two names are one.

    Returns
    -------
    DataFrame
        ``likeness`` (float, 0..1), ``verdict`` (int8: one of ``APART``, ``UNLIKE``, ``ASK``, ``ALIKE``, ``NAMELESS``),
        ``why`` (str: what is to be asked, a key of the doubts) and ``equal`` (bool: the same but for mere form).
    """
    used, row = np.unique(np.concatenate((a, b)), return_inverse=True)
    code, parts = name_parts(names.iloc[used])
    # Codes stand in the order of the writing, so that a pair is compared the same way whichever row comes first.
    keys = np.sort(code[row.reshape(2, -1)].T, axis=1)
    pairs, inverse = np.unique(keys, axis=0, return_inverse=True)
    bound = _bounds(parts, pairs)
    read = [
        _compared(parts[one], parts[other], most, limits)
        for (one, other), most in zip(pairs.tolist(), bound.tolist(), strict=True)
    ]
    table = pd.DataFrame(read, columns=["likeness", "verdict", "why", "equal"])
    table = table.astype({"likeness": float, "verdict": np.int8, "why": object, "equal": bool})
    return table.iloc[inverse.reshape(-1)].reset_index(drop=True)


def _bounds(parts: Sequence[Parts], pairs: Ints) -> Floats:
    """Return what the likeness of two texts is at the most, by the characters they share."""
    texts = [part.text for part in parts]
    rows = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    letters = np.array([ord(letter) for text in texts for letter in text], np.int64)
    shape = (len(texts), int(letters.max(initial=0)) + 1)
    counts = scipy.sparse.csr_matrix((np.ones(len(letters)), (rows, letters)), shape=shape)
    shared = counts[pairs[:, 0]].minimum(counts[pairs[:, 1]]).sum(axis=1)
    lengths = np.array([len(text) for text in texts], float)
    total = np.maximum(lengths[pairs].sum(axis=1), 1)
    bound: Floats = 2 * np.asarray(shared, float).reshape(-1) / total
    return bound


def _compared(one: Parts, other: Parts, most: float, limits: Limits) -> tuple[float, int, str, bool]:
    """Compare two names."""
    if one.unnamed or other.unnamed:
        # 篮球场 is no tennis court, and may be the court of 和平篮球场.
        fits = one.text in other.text or other.text in one.text
        return math.nan, NAMELESS if fits else UNLIKE, "", one.text == other.text
    # A name in front of which only the town stands may be that much longer, so it is never ruled out by its length.
    if (1 + most) / 2 < limits.doubtful and not _is_longer(one, other):
        return 0.0, UNLIKE, "", False
    if one == other:
        return 1.0, ALIKE, "", True
    asked = _set_apart(one, other)
    if asked == "apart":
        return 0.0, APART, "", False
    likeness = _likeness(one, other)
    if likeness < limits.doubtful:
        return likeness, UNLIKE, "", False
    if likeness < limits.same or asked:
        return likeness, ASK, asked or "name", False
    return likeness, ALIKE, "", one.core == other.core


def _set_apart(one: Parts, other: Parts) -> str:
    """Return ``apart`` when the names set two places apart, what is to be asked, or nothing."""
    rules = name_rules()
    if one.label and other.label and one.label not in other.label and other.label not in one.label:
        return "apart"
    asked = ""
    for (_, sure), words, others in zip(rules.contrasts, one.words, other.words, strict=True):
        if words and others and not words & others:
            if sure:
                return "apart"
            asked = "level"
    if one.marks != other.marks:
        lone = one.marks ^ other.marks
        beside = not (one.marks <= other.marks or other.marks <= one.marks)
        if beside or any(rules.patterns["branch"].search(mark) for mark in lone):
            return "apart"
        asked = "mark"
    return asked


def _is_longer(one: Parts, other: Parts) -> bool:
    return one.core.endswith(other.core) or other.core.endswith(one.core)


def _likeness(one: Parts, other: Parts) -> float:
    """Return the mean likeness of the proper parts and of the whole names."""
    longer, shorter = (one, other) if len(one.core) >= len(other.core) else (other, one)
    surplus = longer.core.removesuffix(shorter.core)
    if surplus and surplus != longer.core and name_rules().patterns["unit"].search(surplus):
        return (1 + _ratio(longer.text.removeprefix(surplus), shorter.text)) / 2
    return (_ratio(one.core, other.core) + _ratio(one.text, other.text)) / 2


def _ratio(one: str, other: str) -> float:
    first, second = sorted((one, other))
    return difflib.SequenceMatcher(None, first, second, autojunk=False).ratio()
