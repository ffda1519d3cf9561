"""What has to be found out about each estate before its figures can be signed."""

import numpy as np
import pandas as pd

# Figures and names without which an estate is surveyed, by the column that holds them.
_RECORDED = ("name", "subdistrict", "households", "people", "floor_area_m2")
_STRADDLING = ("year_straddles", "year_straddles_included")


def missing_facts(estates: pd.DataFrame, *, recorded: pd.DataFrame) -> pd.Series:
    """Name what is missing, estate by estate.

    Parameters
    ----------
    estates : DataFrame
        ``estate_id`` and ``eligibility``.
    recorded : DataFrame
        The same estates as they were read, before anything was estimated; rows in any order.

    Returns
    -------
    Series of str
        Keys joined by ``;``, missing where nothing is: ``built_year``, ``built_year_straddles`` (the limit lies within
        the years that are known), ``name``, ``subdistrict``, ``households``, ``people``, ``floor_area_m2``,
        ``excluded`` (words about an exclusion were not understood), ``contents`` (something was renovated or
        subsidised, and it is not known what). Index of ``estates``.
    """
    read = recorded.set_index("estate_id").loc[estates["estate_id"]].reset_index()
    lacks = {
        "built_year": read["built_year_min"].isna() & read["built_year_max"].isna(),
        "built_year_straddles": estates["eligibility"].isin(_STRADDLING).reset_index(drop=True),
        **{key: read[key].isna() | (read[key].astype(object) == "") for key in _RECORDED},
        "excluded": read["excluded_unclear"].notna(),
        "contents": _contents_missing(read),
    }
    names = np.array(list(lacks), dtype=object)
    missing = [";".join(names[row]) or None for row in pd.DataFrame(lacks).to_numpy(bool)]
    return pd.Series(missing, estates.index, dtype=object)


def _contents_missing(read: pd.DataFrame) -> pd.Series:
    """Tell where something was renovated or subsidised and it is not known, or not understood, what."""
    bare = read["done_items"].isna() & read["funded_items"].isna()
    begun = read["renovation"].isin(["part", "underway"]) & bare
    subsidised = (read["subsidised"] == "yes") & read["funded_items"].isna()
    return begun | subsidised | read["items_unclear"].notna()
