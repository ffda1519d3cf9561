"""The clusters of two results side by side."""

import pandas as pd

from geo.comparing.matching import match_groups

CLUSTER_FIGURES = ["estates", "households", "people"]


def compare_clusters(
    sides: tuple[pd.DataFrame, pd.DataFrame], *, members: tuple[pd.Series, pd.Series], people: pd.Series
) -> pd.DataFrame:
    """Set the clusters of two results side by side, each beside the one that it shares most people with.

    Parameters
    ----------
    sides : tuple of DataFrame
        ``clusters`` of both: ``cluster_id``, ``name``, ``estates``, ``households``, ``people``.
    members : tuple of Series of str
        Index ``estate_id``: the cluster of each estate, of both.
    people : Series of float
        Index ``estate_id``: people of each estate of either.

    Returns
    -------
    DataFrame
        Columns of :func:`geo.comparing.matching.match_groups`, and with endings ``_a`` and ``_b`` ``name`` (str),
        ``estates``, ``households``, ``people`` (float), missing where there is no cluster.
    """
    table = match_groups(members[0], groups_b=members[1], people=people)
    for side, end in zip(sides, ("a", "b"), strict=True):
        own = side.set_index("cluster_id")[["name", *CLUSTER_FIGURES]].reindex(table[f"group_{end}"])
        table[f"name_{end}"] = own["name"].to_numpy(object)
        for name in CLUSTER_FIGURES:
            table[f"{name}_{end}"] = own[name].to_numpy(float)
    return table
