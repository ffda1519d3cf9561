"""What each estate would have with the proposals built."""

import geopandas as gpd
import numpy as np
import pandas as pd

_KEY = ["estate_id", "service"]
PROSPECT_COLUMNS = (*_KEY, "state", "state_proposed", "walk_minutes", "walk_minutes_proposed", "proposal_id")


def prospects(gaps: pd.DataFrame, *, served: pd.DataFrame) -> pd.DataFrame:
    """Set beside the state of each gap what it would be with the proposals built.

    Parameters
    ----------
    gaps : DataFrame
        Columns as ``Plan.gaps``.
    served : DataFrame
        Columns as ``Plan.proposal_served``.

    Returns
    -------
    DataFrame
        Rows of ``gaps``; columns as ``Plan.prospects``. An estate of which only some find room keeps its state; those
        of it who are served walk to the proposal, which is also the nearest then.
    """
    most = served.sort_values([*_KEY, "people_served", "proposal_id"], ascending=[True, True, False, True])
    by_gap = most.groupby(_KEY, sort=False)
    then = pd.DataFrame(
        {
            "closes": by_gap["closes"].any(),
            "minutes": by_gap["minutes_after"].min(),
            "proposal_id": by_gap["proposal_id"].first(),
        }
    )
    found = then.reindex(pd.MultiIndex.from_frame(gaps[_KEY])).reset_index(drop=True)
    rows = gaps.reset_index(drop=True)
    closed = found["closes"].eq(True).to_numpy()
    return pd.DataFrame(
        {
            **{name: rows[name] for name in (*_KEY, "state")},
            "state_proposed": rows["state"].mask(closed, "met"),
            "walk_minutes": rows["walk_minutes"],
            "walk_minutes_proposed": np.fmin(rows["walk_minutes"].to_numpy(float), found["minutes"].to_numpy(float)),
            "proposal_id": found["proposal_id"].astype("str"),
        }
    )


def count_prospects(estates: gpd.GeoDataFrame, *, table: pd.DataFrame) -> gpd.GeoDataFrame:
    """Count the gaps that each estate would still have with the proposals built.

    Parameters
    ----------
    estates : GeoDataFrame
        With ``estate_id``.
    table : DataFrame
        Columns as of :func:`prospects`.

    Returns
    -------
    GeoDataFrame
        The estates with ``gap_count_proposed`` (int).
    """
    left = table.loc[table["state_proposed"] == "gap", "estate_id"].value_counts()
    counts = estates["estate_id"].map(left).fillna(0).astype("int64")
    return estates.assign(gap_count_proposed=counts)
