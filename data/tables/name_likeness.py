"""How much two names have in common, for suggestions and doubts; nothing is ever joined by it."""

import difflib
from collections import Counter, defaultdict
from collections.abc import Sequence

_MIN_ALIKE = 0.5
_MIN_NEAR = 0.5
_SHOWN = 2
_CANDIDATES = 8
_MAX_HOLDERS = 100


def are_alike(one: str, other: str) -> bool:
    """Tell whether two keys may be spellings of one name.

    Parameters
    ----------
    one, other : str
        As of :func:`data.tables.names.name_keys`.

    Returns
    -------
    bool
        Whether one holds the other, or more than half of their characters agree in order.
    """
    return one in other or other in one or difflib.SequenceMatcher(None, one, other).ratio() > _MIN_ALIKE


def nearest_names(wanted: Sequence[str], keys: Sequence[str]) -> list[list[int]]:
    """Find the names most like each of those wanted.

    Parameters
    ----------
    wanted, keys : sequence of str
        As of :func:`data.tables.names.name_keys`.

    Returns
    -------
    list of list of int
        Positions in ``keys`` for each name wanted, the nearest first; empty where none is near.
    """
    holders: dict[str, list[int]] = defaultdict(list)
    for position, key in enumerate(keys):
        for pair in _pairs(key):
            holders[pair].append(position)
    return [_nearest(name, keys, holders) for name in wanted]


def _nearest(name: str, keys: Sequence[str], holders: dict[str, list[int]]) -> list[int]:
    # Pairs that half the town shares tell nothing apart.
    telling = sorted((pair for pair in _pairs(name) if pair in holders), key=lambda pair: (len(holders[pair]), pair))
    shared = Counter(position for pair in telling for position in holders[pair][:_MAX_HOLDERS])
    likeness = {
        position: difflib.SequenceMatcher(None, name, keys[position]).ratio()
        for position, _ in sorted(shared.items(), key=lambda item: (-item[1], item[0]))[:_CANDIDATES]
    }
    near = [position for position, ratio in likeness.items() if ratio >= _MIN_NEAR]
    return sorted(near, key=lambda position: (-likeness[position], position))[:_SHOWN]


def _pairs(text: str) -> set[str]:
    """Return the pairs of neighbouring characters, by which likely names are found quickly."""
    return {text[at : at + 2] for at in range(len(text) - 1)} or {text}
