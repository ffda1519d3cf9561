"""Sheets of the items that are counted in an estate: which estate has what, and how many have it."""

import pandas as pd

from data.inventory import LISTS
from data.tables.states import STATES
from data.words import Words
from geo.judgement.amounts import LIFT_STOREYS
from geo.plan import Plan
from maps.workbook.cell_words import named_units, names_of_services, service_names
from maps.workbook.sheets import Column, Sheet

# The one item of the upgrade list that is counted stands behind those of the improvement list.
_MATRICES = {"inventory_basic": ("basic",), "inventory_improvement": ("improvement", "upgrade")}
_ABOUT_ESTATE = ("estate_id", "label", "subdistrict", "cluster_id")


def inventory_sheets(plan: Plan, *, say: Words) -> list[Sheet]:
    """Show what each estate has, one sheet per list.

    Parameters
    ----------
    plan : Plan
        The results.
    say : Words
        The text catalogue.

    Returns
    -------
    list of Sheet
        One row per estate, one column per item; no sheet where nobody told the state of anything.
    """
    if not is_surveyed(plan):
        return []
    sheets = [_matrix(plan, key, categories, say) for key, categories in _MATRICES.items()]
    return [sheet for sheet in sheets if sheet is not None]


def is_surveyed(plan: Plan) -> bool:
    """Tell whether anybody told the state of any item.

    Parameters
    ----------
    plan : Plan
        The results.

    Returns
    -------
    bool
        Whether anybody did.
    """
    return bool((plan.inventory["state"] != "unknown").any())


def shares_frame(plan: Plan, say: Words) -> pd.DataFrame:
    """Return the rows of the sheet of shares.

    Parameters
    ----------
    plan : Plan
        The results.
    say : Words
        The text catalogue.

    Returns
    -------
    DataFrame
        Columns as ``Plan.inventory_shares`` with words in place of keys; those of the whole alone where nobody told
        the state of anything.
    """
    rows = plan.inventory_shares
    if not is_surveyed(plan):
        rows = rows[rows["scale"] == "whole"]
    rows = rows.reset_index(drop=True)
    return named_units(rows, say).assign(item=service_names(rows["item"], plan, say))


def amounts_frame(plan: Plan, say: Words) -> pd.DataFrame:
    """Return the rows of the sheet of parking, lifts and green space.

    Parameters
    ----------
    plan : Plan
        The results.
    say : Words
        The text catalogue.

    Returns
    -------
    DataFrame
        Columns as ``Plan.amounts`` with words in place of keys.
    """
    labels = plan.estates.set_index("estate_id")["label"]
    rows = plan.amounts
    of_estates = rows["scale"] == "estate"
    unit = rows["unit"].astype(object).where(~of_estates, rows["unit"].map(labels))
    code = rows["unit"].astype(object).where(of_estates, None)
    return named_units(rows.assign(unit=unit), say).assign(estate_id=code)


def preface_facts(plan: Plan) -> dict[str, object]:
    """Return the figures that the lines above the sheets name.

    Parameters
    ----------
    plan : Plan
        The results.

    Returns
    -------
    dict of str to object
        ``all`` and ``known`` (states), ``storeys`` (from which on stairwells without a lift are told).
    """
    known = int((plan.inventory["state"] != "unknown").sum())
    return {"all": f"{len(plan.inventory):,}", "known": f"{known:,}", "storeys": LIFT_STOREYS}


def _matrix(plan: Plan, key: str, categories: tuple[str, ...], say: Words) -> Sheet | None:
    rows = plan.inventory[plan.inventory["category"].isin(categories)]
    if rows.empty:
        return None
    names = names_of_services(plan, say)
    items = list(
        dict.fromkeys(rows.sort_values("category", key=lambda one: one.map(LISTS.index), kind="stable")["item"])
    )
    ids = plan.estates["estate_id"]
    states = rows.pivot(index="estate_id", columns="item", values="state").reindex(ids).reset_index(drop=True)
    words = {state: say(f"terms.inventory.{state}") for state in STATES}
    counts = {f"count_{state}": (states[items] == state).sum(axis=1) for state in STATES}
    about = pd.DataFrame(plan.estates[list(_ABOUT_ESTATE)]).reset_index(drop=True)
    frame = about.assign(**{item: states[item].map(words).astype("str") for item in items}, **counts)
    columns = (
        *(Column(one, say(f"tables.column.{one}"), "text") for one in _ABOUT_ESTATE),
        *(Column(item, names.get(item, item), "state") for item in items),
        *(Column(one, say(f"tables.column.{one}"), "integer", total=True) for one in counts),
    )
    clauses = [clause for clause in dict.fromkeys(rows["clause"]) if clause]
    cited = say("tables.inventory.clause", clauses=say("tables.book.separator").join(clauses)) if clauses else ""
    said = say("tables.inventory.states", **preface_facts(plan))
    return Sheet(say(f"tables.sheet.{key}"), columns, frame, tuple(line for line in (cited, said) if line))
