"""What becomes of each estate and service from one result to the other, and the account of it by service."""

import numpy as np
import pandas as pd

STATES = ("met", "borderline", "gap", "size_unknown", "no_data")
_ENOUGH, _UNCLEAR = ("met", "borderline"), ("size_unknown", "no_data")
# Kinds of changes that the gaps of the second result follow from, with their sign.
ACCOUNT = {
    "closed": -1, "unclear": -1, "gone": -1, "not_assessed": -1,
    "opened": 1, "found": 1, "new": 1, "newly_assessed": 1,
}  # fmt: skip
CHANGE_COLUMNS = [
    "estate_id", "label", "subdistrict", "people", "service", "state_a", "state_b", "change", "walk_minutes_a",
    "walk_minutes_b", "facility_name_a", "facility_name_b",
]  # fmt: skip
_TOLD = ["state", "walk_minutes", "facility_name"]


def change_gaps(gaps_a: pd.DataFrame, *, gaps_b: pd.DataFrame, estates: pd.DataFrame) -> pd.DataFrame:
    """List every estate and service whose state is another one, and every gap that only one result can have.

    Parameters
    ----------
    gaps_a, gaps_b : DataFrame
        ``estate_id``, ``service``, ``state``, ``walk_minutes``, ``facility_name``.
    estates : DataFrame
        Estates of either result: ``estate_id``, ``label``, ``subdistrict``, ``people``, ``which`` (``both``,
        ``only_a``, ``only_b``).

    Returns
    -------
    DataFrame
        ``CHANGE_COLUMNS``, services in the order of the results, then by estate. ``change`` is ``closed`` (a gap that
        is met or borderline now), ``unclear`` (a gap that cannot be judged any more: nobody can say that it is
        closed), ``opened``, ``found`` (a gap that could not be judged before), ``gone``, ``new`` (a gap of an estate
        that is in one result only), ``not_assessed``, ``newly_assessed`` (a gap of a service that one result only
        assesses), or ``other``: judged by both, and no gap in either.
    """
    keys = ["estate_id", "service"]
    both = gaps_a[[*keys, *_TOLD]].merge(gaps_b[[*keys, *_TOLD]], on=keys, how="outer", suffixes=("_a", "_b"))
    both = both.merge(estates[["estate_id", "label", "subdistrict", "people", "which"]], on="estate_id", how="left")
    both["change"] = _kinds(both)
    in_both = both["state_a"].notna() & both["state_b"].notna()
    is_told = (both["change"] != "other") | in_both
    both = both[is_told & (both["state_a"].fillna("") != both["state_b"].fillna(""))]
    order = pd.unique(pd.concat([gaps_a["service"], gaps_b["service"]]))
    rank = both["service"].map({service: at for at, service in enumerate(order)})
    both = both.assign(rank=rank).sort_values(["rank", "estate_id"], kind="stable", ignore_index=True)
    return both[CHANGE_COLUMNS].astype({"change": object, "state_a": object, "state_b": object})


def _kinds(both: pd.DataFrame) -> np.ndarray:
    a, b = both["state_a"], both["state_b"]
    was_gap, is_gap = (a == "gap").to_numpy(), (b == "gap").to_numpy()
    in_both = (both["which"] == "both").to_numpy()
    lacks_a, lacks_b = a.isna().to_numpy(), b.isna().to_numpy()
    cases = {
        "closed": was_gap & b.isin(_ENOUGH).to_numpy(),
        "unclear": was_gap & b.isin(_UNCLEAR).to_numpy(),
        "gone": was_gap & lacks_b & ~in_both,
        "not_assessed": was_gap & lacks_b & in_both,
        "opened": is_gap & a.isin(_ENOUGH).to_numpy(),
        "found": is_gap & a.isin(_UNCLEAR).to_numpy(),
        "new": is_gap & lacks_a & ~in_both,
        "newly_assessed": is_gap & lacks_a & in_both,
    }
    return np.select(list(cases.values()), list(cases), "other")


def compare_services(
    sides: tuple[pd.DataFrame, pd.DataFrame], *, served: tuple[pd.Series, pd.Series], changes: pd.DataFrame
) -> pd.DataFrame:
    """Set the services of two results side by side.

    Parameters
    ----------
    sides : tuple of DataFrame
        ``services`` of both.
    served : tuple of Series of float
        Index ``service``: people whose estate has enough, of both.
    changes : DataFrame
        ``CHANGE_COLUMNS``.

    Returns
    -------
    DataFrame
        One row per service of either, in the order of the first result, then of the second: ``service``,
        ``category`` (str), with endings ``_a`` and ``_b`` ``facilities``, ``thin``, ``limit_minutes``, ``met``,
        ``borderline``, ``gap``, ``size_unknown``, ``no_data``, ``people_within``, ``people_share``,
        ``people_served`` (float, NaN where that result does not assess it), and a count (int) of each kind of change.
    """
    order = list(pd.unique(pd.concat([side["service"] for side in sides])))
    columns = ["facilities", "thin", "limit_minutes", *STATES, "people_within", "people_share"]
    table = pd.DataFrame({"service": pd.Series(order, dtype=object)})
    category = pd.concat(sides).drop_duplicates("service").set_index("service")["category"]
    table["category"] = table["service"].map(category).astype(object)
    for side, people, end in zip(sides, served, ("a", "b"), strict=True):
        own = side.set_index("service")[columns].astype(float).reindex(order)
        own["people_served"] = people.reindex(order).where(own["gap"].notna())
        table = table.assign(**{f"{name}_{end}": own[name].to_numpy(float) for name in own})
    counts = pd.crosstab(changes["service"], changes["change"]).reindex(index=order, columns=[*ACCOUNT, "other"])
    return table.assign(**{str(kind): counts[kind].fillna(0).to_numpy(np.int64) for kind in counts})


def people_served(gaps: pd.DataFrame, *, estates: pd.DataFrame) -> pd.Series:
    """Sum up the people of the estates that have enough of each service.

    Parameters
    ----------
    gaps : DataFrame
        ``estate_id``, ``service``, ``state``.
    estates : DataFrame
        ``estate_id``, ``people``.

    Returns
    -------
    Series of float
        By service: people of estates where it is met or borderline.
    """
    people = gaps["estate_id"].map(estates.set_index("estate_id")["people"]).fillna(0.0)
    return people.where(gaps["state"].isin(_ENOUGH), 0.0).groupby(gaps["service"]).sum()
