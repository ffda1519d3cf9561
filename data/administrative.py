"""Districts and subdistricts that data are judged by."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

WHOLE = "whole"


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
