"""What each estate is known to lack of the three lists of the guideline."""

import numpy as np
import pandas as pd

from data.inventory import LISTS, inventory_items
from data.tables.states import STATES
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


def inventory_payload(plan: Plan) -> dict[str, object]:
    """Code the state of every item that is counted in an estate.

    Parameters
    ----------
    plan : Plan
        The plan.

    Returns
    -------
    dict
        ``items`` and ``categories`` (keys, in the order of the standard), ``states`` (keys), and ``rows``: per estate
        one digit per item, the place of its state in ``states``; empty where nobody surveyed any.
    """
    items = inventory_items(plan.inputs.standard)
    keys = [item.key for item in items]
    code = plan.inventory["state"].map({state: place for place, state in enumerate(STATES)})
    cells = pd.DataFrame({"estate": plan.inventory["estate_id"], "item": plan.inventory["item"], "code": code})
    unknown = STATES.index("unknown")
    grid = cells.pivot(index="estate", columns="item", values="code")
    digits = grid.reindex(index=plan.estates["estate_id"], columns=keys).fillna(unknown).to_numpy(np.int64)
    told = (digits != unknown).any(axis=1) if keys else np.zeros(len(digits), dtype=bool)
    letters = (digits + ord("0")).astype(np.uint8)
    rows = ["" if not known else row.tobytes().decode("ascii") for row, known in zip(letters, told, strict=True)]
    return {"items": keys, "categories": [item.category for item in items], "states": list(STATES), "rows": rows}
