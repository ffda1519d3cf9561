"""Whose gaps are to be closed: the people of each estate who lack a service."""

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]


def people_lacking(gaps: pd.DataFrame, *, people: pd.Series) -> Floats:
    """Return how many people lack the service of each gap.

    Parameters
    ----------
    gaps : DataFrame
        Columns as ``Plan.gaps``.
    people : Series of float
        Index ``estate_id``; 0 for estates whose gaps do not count.

    Returns
    -------
    array of float, shape (gaps,)
        All of them where the walk is too long or nothing is large enough, the share of the shortfall where a ratio
        falls short, 0 in any other state: what is borderline, of unknown size or without data is no reason to build.
    """
    is_gap = (gaps["state"] == "gap").to_numpy()
    ratio = gaps["metric"].str.contains("_per_", regex=False).to_numpy(bool)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.clip((gaps["shortfall"] / gaps["threshold"]).to_numpy(float), 0, 1)
    part = np.where(ratio, np.nan_to_num(share, nan=1.0), 1.0)
    lacking: Floats = np.where(is_gap, part * people.reindex(gaps["estate_id"]).fillna(0).to_numpy(float), 0.0)
    return lacking
