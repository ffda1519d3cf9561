"""The inventory of each estate, as the map holds it."""

import numpy as np
import pandas as pd

from data.inventory import inventory_items
from data.tables.states import STATES
from geo.plan import Plan


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
