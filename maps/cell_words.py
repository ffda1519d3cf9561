"""Words in place of the keys in cells, and marks of what rests on estimates."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from data.words import Words
from geo.plan import Plan


def mapped(values: pd.Series, word: Callable[[str], str]) -> pd.Series:
    """Turn keys into words, each key once.

    Parameters
    ----------
    values : Series of str
        Keys, missing ones stay missing.
    word : callable
        The word of a key.

    Returns
    -------
    Series of str
        Index of ``values``.
    """
    known = {str(key): word(str(key)) for key in values.dropna().unique()}
    return values.map(known).astype("str")


def service_names(keys: pd.Series, plan: Plan, say: Words) -> pd.Series:
    """Turn keys of services into their names; a key that the standard does not have is shown as it is.

    Parameters
    ----------
    keys : Series of str
        Keys of services.
    plan : Plan
        The results.
    say : Words
        Language of the words.

    Returns
    -------
    Series of str
        Index of ``keys``.
    """
    names = {service.key: service.name[say.language] for service in plan.inputs.standard.services}
    return mapped(keys, lambda key: names.get(key, key))


def marks(rests: np.ndarray, mark: str) -> list[str | None]:
    """Mark the rows that rest on estimates.

    Parameters
    ----------
    rests : array of bool
        Whether a row does.
    mark : str
        Key of the mark.

    Returns
    -------
    list of str or None
        The mark, None in other rows.
    """
    return [mark if rest else None for rest in rests.tolist()]
