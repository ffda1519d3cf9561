"""Districts and subdistricts that data are judged by."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

WHOLE = "whole"
# The larger ones first.
LEVELS = ("district", "subdistrict", "community")


@dataclass(frozen=True)
class Units:
    """Hold the districts that layers are judged by.

    Parameters
    ----------
    kind : {"district", "subdistrict", "whole"}
        What they are.
    names : tuple of str
        Their names in alphabetical order.
    estate : array of int, one per estate
        Row of the name, -1 for an estate of none.
    """

    kind: str
    names: tuple[str, ...]
    estate: npt.NDArray[np.int64]


def find_units(estates: pd.DataFrame) -> Units:
    """Choose what layers are judged by: districts where there are several, else subdistricts, else the whole.

    Parameters
    ----------
    estates : DataFrame
        ``district``, ``subdistrict`` (str, may be missing).

    Returns
    -------
    Units
        The districts.
    """
    for kind in ("district", "subdistrict"):
        rows, names = pd.factorize(estates[kind].where(estates[kind] != ""), sort=True)
        if len(names) > 1:
            return Units(kind, tuple(map(str, names)), rows.astype(np.int64))
    return Units(WHOLE, (), np.full(len(estates), -1))


def place_codes(estates: pd.DataFrame, *, level: str) -> npt.NDArray[np.int64]:
    """Give the places of one level numbers, those of one name in two larger places different ones.

    Parameters
    ----------
    estates : DataFrame
        As for :func:`place_names`.
    level : {"district", "subdistrict", "community"}
        The level.

    Returns
    -------
    array of int, shape (estates,)
        The number of the place of each estate, -1 where nobody recorded it.
    """
    return np.asarray(pd.factorize(place_names(estates)[level])[0], np.int64)


def place_names(estates: pd.DataFrame) -> pd.DataFrame:
    """Name district, subdistrict and community of each estate so that no name stands for two places.

    Parameters
    ----------
    estates : DataFrame
        ``district``, ``subdistrict``, ``community`` (str, may be missing or empty).

    Returns
    -------
    DataFrame
        The same columns, None where nobody recorded it; a name that places of several larger ones share has that of
        the larger one before it. Index of ``estates``.
    """
    names = {
        level: estates[level].astype(object).where(estates[level].notna() & (estates[level] != "")) for level in LEVELS
    }
    for larger, smaller in pairwise(LEVELS):
        several = names[larger].groupby(names[smaller]).nunique() > 1
        shared = names[smaller].map(several).eq(True) & names[larger].notna()
        both = names[larger].astype("str") + " " + names[smaller].astype("str")
        names[smaller] = names[smaller].mask(shared, both)
    return pd.DataFrame({level: name.where(name.notna(), None) for level, name in names.items()}, estates.index)
