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
    names = names_of_services(plan, say)
    return mapped(keys, lambda key: names.get(key, key))


def names_of_services(plan: Plan, say: Words) -> dict[str, str]:
    """Return the name of every service and item of the standard.

    Parameters
    ----------
    plan : Plan
        The results.
    say : Words
        Language of the words.

    Returns
    -------
    dict of str to str
        By key.
    """
    return {service.key: service.name[say.language] for service in plan.inputs.standard.services}


def named_units(frame: pd.DataFrame, say: Words) -> pd.DataFrame:
    """Name the whole and what has no name, and mark what rests on estimates.

    Parameters
    ----------
    frame : DataFrame
        ``scale``, ``unit``, ``estimated`` among its columns.
    say : Words
        Language of the words.

    Returns
    -------
    DataFrame
        The same rows; estates of no cluster are said to stand alone, places nobody recorded to be unknown.
    """
    nameless = frame["scale"].map({"whole": say("terms.trust.whole"), "cluster": say("terms.trust.alone")})
    unit = frame["unit"].astype(object).where(frame["unit"].notna(), nameless.fillna(say("tables.book.unknown")))
    return frame.assign(unit=unit, estimated=marks(frame["estimated"].to_numpy(bool), "partly"))


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
