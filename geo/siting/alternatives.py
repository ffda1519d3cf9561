"""What closes gaps without building: opening a gate or wall, sharing a facility in a cluster, sharing parking."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.siting.problem import NOISE

ALTERNATIVE_COLUMNS = [
    "alternative_id", "kind", "service", "estate_id", "cluster_id", "means_id", "people", "gaps_closed", "minutes",
    "amount", "amount_unit",
]  # fmt: skip
_KINDS = ("gate", "passage", "reopen", "share_facility", "share_parking")
Floats = npt.NDArray[np.float64]


def closed_by_openings(gaps: pd.DataFrame, *, openings: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Tell which gaps an opening worth making closes.

    Parameters
    ----------
    gaps : DataFrame
        Columns as ``Plan.gaps``.
    openings : DataFrame
        ``closes``.

    Returns
    -------
    array of bool, shape (gaps,)
        Only gaps of the walk; a facility that is too small is not made larger by a gate.
    """
    closed = _closed_pairs(openings)
    key = gaps["estate_id"].astype(str) + "@" + gaps["service"].astype(str)
    walk = gaps["metric"].isin(["walk_minutes", "walk_m"])
    found: npt.NDArray[np.bool_] = (key.isin(closed["key"]) & walk & (gaps["state"] == "gap")).to_numpy(bool)
    return found


def list_alternatives(
    gaps: pd.DataFrame, *, lacking: Floats, estates: gpd.GeoDataFrame, found: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """List what closes gaps without building, the kind that costs least first.

    Parameters
    ----------
    gaps : DataFrame
        Columns as ``Plan.gaps``.
    lacking : array of float, shape (gaps,)
        People who lack each.
    estates : GeoDataFrame
        ``estate_id``, ``cluster_id``, ``households``, ``parking_spaces``.
    found : mapping of str to DataFrame
        ``openings``, ``sharing``, ``nearest`` as in ``Plan``, and ``facilities``.

    Returns
    -------
    DataFrame
        Columns as ``Plan.alternatives``.
    """
    key = gaps["estate_id"].astype(str) + "@" + gaps["service"].astype(str)
    people = pd.Series(lacking, key.to_numpy(object))
    walk = pd.Series(gaps["metric"].isin(["walk_minutes", "walk_m"]).to_numpy(), key.to_numpy(object))
    parts = [
        _openings(found["openings"], people[walk.to_numpy(bool)]),
        _shared_facilities(gaps, lacking, estates, found["sharing"]),
        _shared_parking(estates, found["nearest"], found["facilities"]),
    ]
    table = pd.concat([part for part in parts if len(part)], ignore_index=True) if any(map(len, parts)) else parts[0]
    order = table["kind"].map({kind: rank for rank, kind in enumerate(_KINDS)})
    table = table.assign(order=order).sort_values(
        ["order", "people", "estate_id", "cluster_id", "service"],
        ascending=[True, False, True, True, True], kind="stable", ignore_index=True,
    )  # fmt: skip
    table["alternative_id"] = [f"A{number:03d}" for number in range(1, len(table) + 1)]
    return table.reindex(columns=ALTERNATIVE_COLUMNS)


def _closed_pairs(openings: pd.DataFrame) -> pd.DataFrame:
    """Return a row per opening and gap that it closes: ``opening`` (row) and ``key``."""
    closes = openings["closes"].fillna("").astype(str) if len(openings) else pd.Series([], dtype=object)
    keys = closes[closes != ""].str.split(";").explode()
    return pd.DataFrame({"opening": keys.index, "key": keys.to_numpy(object)})


def _openings(openings: pd.DataFrame, people: pd.Series) -> pd.DataFrame:
    """List the openings that close a gap which counts, once for each service."""
    pairs = _closed_pairs(openings)
    pairs = pairs.assign(people=people.reindex(pairs["key"]).to_numpy(float))
    pairs = pairs[pairs["people"] > NOISE].assign(service=lambda rows: rows["key"].str.rsplit("@", n=1).str[1])
    # Of several gates that close the same gap, the one that is worth most.
    pairs = pairs.assign(kind=openings["kind"].reindex(pairs["opening"]).to_numpy(object))
    pairs = pairs.drop_duplicates(["key", "kind"])
    groups = pairs.groupby(["opening", "service"], as_index=False)
    sums = groups["people"].sum().merge(groups.size(), on=["opening", "service"])
    of = openings.loc[sums["opening"]]
    return pd.DataFrame(
        {
            "kind": of["kind"].to_numpy(object),
            "service": sums["service"].to_numpy(object),
            "estate_id": of["estate_id"].to_numpy(object),
            "cluster_id": None,
            "means_id": of["opening_id"].to_numpy(object),
            "people": sums["people"].to_numpy(float).round(1),
            "gaps_closed": sums["size"].to_numpy(np.int64),
        }
    )


def _shared_facilities(
    gaps: pd.DataFrame, lacking: Floats, estates: gpd.GeoDataFrame, sharing: pd.DataFrame
) -> pd.DataFrame:
    """List the clusters that have enough of a service together, though some of their estates fall short singly."""
    shared = sharing[sharing["shared"].astype(bool) & (sharing["scale"] == "cluster")]
    cluster = gaps["estate_id"].map(estates.set_index("estate_id")["cluster_id"])
    ratio = gaps["metric"].isin(shared["metric"].unique())
    kept = pd.DataFrame({"unit": cluster, "service": gaps["service"], "metric": gaps["metric"], "people": lacking})
    kept = kept[ratio.to_numpy(bool) & (lacking > NOISE)]
    sums = kept.groupby(["unit", "service", "metric"], as_index=False).agg(
        people=("people", "sum"), gaps_closed=("people", "size")
    )
    key = ["unit", "service", "metric"]
    texts = dict.fromkeys(key, object)
    rows = shared[[*key, "measured", "metric_unit"]].astype(texts).merge(sums.astype(texts), on=key)
    return pd.DataFrame(
        {
            "kind": "share_facility",
            "service": rows["service"],
            "estate_id": None,
            "cluster_id": rows["unit"],
            "means_id": None,
            "people": rows["people"].round(1),
            "gaps_closed": rows["gaps_closed"],
            "amount": rows["measured"],
            "amount_unit": rows["metric_unit"],
        }
    )


def _shared_parking(estates: gpd.GeoDataFrame, nearest: pd.DataFrame, facilities: pd.DataFrame) -> pd.DataFrame:
    """List the estates short of spaces that reach a car park with spaces free at night."""
    short = estates[estates["parking_spaces"] < estates["households"]].set_index("estate_id")
    night = facilities[facilities["service"] == "parking"].set_index("facility_id")["night_spaces"].dropna()
    reach = nearest[(nearest["service"] == "parking") & nearest["facility_id"].isin(night[night > 0].index)]
    reach = reach[reach["estate_id"].isin(short.index)]
    reach = reach.sort_values(["estate_id", "walk_minutes"], kind="stable").drop_duplicates("estate_id")
    return pd.DataFrame(
        {
            "kind": "share_parking",
            "service": "parking",
            "estate_id": reach["estate_id"],
            "cluster_id": reach["estate_id"].map(short["cluster_id"]),
            "means_id": reach["facility_id"],
            "people": reach["estate_id"].map(short["people"]).round(1),
            "gaps_closed": 0,
            "minutes": reach["walk_minutes"],
            "amount": reach["facility_id"].map(night),
            "amount_unit": "spaces",
        }
    )
