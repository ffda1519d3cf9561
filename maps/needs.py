"""What each estate is known to lack of the three lists of the guideline."""

import pandas as pd

from data.inventory import LISTS
from geo.plan import Plan

_LACKING = ("no", "partial")
# States of gaps that settle nothing.
_OPEN = ("no_data", "size_unknown")


def needs(plan: Plan) -> pd.DataFrame:
    """Count what each estate lacks of each list, by its inventory and by its gaps.

    Parameters
    ----------
    plan : Plan
        The plan.

    Returns
    -------
    DataFrame
        In the order of the estates, for each list ``lacks_<list>`` (int: items not or partly in place, and services
        with a gap, each once) and ``open_<list>`` (int: those of which nobody knows).
    """
    items = plan.inventory[["estate_id", "category", "item", "state"]]
    services = plan.gaps[["estate_id", "category", "service", "state"]].rename(columns={"service": "item"})
    rows = pd.concat([items.astype(object), services.astype(object)], ignore_index=True)
    lacks = _per_list(rows[rows["state"].isin((*_LACKING, "gap"))], plan.estates["estate_id"])
    is_open = _per_list(rows[rows["state"].isin(("unknown", *_OPEN))], plan.estates["estate_id"])
    return pd.DataFrame(
        {f"{name}_{one}": counts[one] for name, counts in (("lacks", lacks), ("open", is_open)) for one in LISTS}
    )


def _per_list(rows: pd.DataFrame, estates: pd.Series) -> pd.DataFrame:
    """Count the different items of each estate and list."""
    once = rows.drop_duplicates(["estate_id", "category", "item"])
    counts = pd.crosstab(once["estate_id"], once["category"]) if len(once) else pd.DataFrame()
    return counts.reindex(index=estates, columns=list(LISTS), fill_value=0).reset_index(drop=True)
