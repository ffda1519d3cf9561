"""What the street between neighbours is called."""

import pandas as pd

from data.words import Words


def street_names(pairs: pd.DataFrame, say: Words) -> pd.Series:
    """Return the name of the street of each pair, or words for its class when it has none.

    Parameters
    ----------
    pairs : DataFrame
        Columns as ``Plan.adjacency``.
    say : Words
        Language of the words.

    Returns
    -------
    Series of str
        Missing where no street lies between.
    """
    unnamed = {key: say.get(f"explain.way.{key}", say("explain.way.other")) for key in pairs["street_class"].dropna()}
    return pairs["street"].astype(object).where(pairs["street"].notna(), pairs["street_class"].map(unnamed))
