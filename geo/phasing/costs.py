"""What it costs to put right what each estate lacks, line by line, at the prices of the project."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd

from data.assumed_outlines import is_assumed
from data.project_money import CostsTable, PriceTable
from data.standards.model import Standard

COST_COLUMNS = [
    "estate_id", "item", "category", "proposal_id", "state", "left_share", "per", "quantity", "price_yuan", "cost_yuan",
    "why", "source", "date",
]  # fmt: skip
_LISTS = ("basic", "improvement", "upgrade")
_BUILT = "facility_m2"


def quantities(estates: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return how much of each thing that prices are for every estate has.

    Parameters
    ----------
    estates : GeoDataFrame
        ``households``, ``people``, ``floor_area_m2``, ``buildings``, ``units``, ``lift_units``, ``parking_spaces``,
        ``outline``.

    Returns
    -------
    DataFrame
        Index ``estate_id``; a column per key of :data:`data.project_money.Per` but ``facility_m2``, NaN where unknown.
        ``short_space`` are the households without a space in the estate, ``ground_m2`` the area of the outline.
    """
    numbers = {name: estates[name].to_numpy(float) for name in _NUMBERS}
    table = {
        "estate": np.ones(len(estates)),
        "household": numbers["households"],
        "person": numbers["people"],
        "floor_m2": numbers["floor_area_m2"],
        "building": numbers["buildings"],
        "unit": numbers["units"],
        "walk_up_unit": np.maximum(numbers["units"] - numbers["lift_units"], 0),
        "ground_m2": np.where(is_assumed(estates), np.nan, estates.geometry.area.to_numpy(float)),
        "short_space": np.maximum(numbers["households"] - numbers["parking_spaces"], 0),
    }
    return pd.DataFrame(table, index=estates["estate_id"].to_numpy(object))


_NUMBERS = ("households", "people", "floor_area_m2", "buildings", "units", "lift_units", "parking_spaces")


def cost_lines(
    inventory: pd.DataFrame,
    *,
    estates: gpd.GeoDataFrame,
    proposals: pd.DataFrame,
    hosts: Mapping[str, str],
    standard: Standard,
    settings: CostsTable,
) -> pd.DataFrame:
    """List what is to be done and what it costs.

    Parameters
    ----------
    inventory : DataFrame
        Columns as ``Plan.inventory``.
    estates : GeoDataFrame
        The estates; those that are not eligible have no lines.
    proposals : DataFrame
        Columns as ``Plan.proposals``.
    hosts : mapping of str to str
        Estate that each proposal is counted with.
    standard : Standard
        Whose items they are.
    settings : CostsTable
        The prices.

    Returns
    -------
    DataFrame
        Columns ``COST_COLUMNS``: one row per estate and item that it lacks in whole or in part, and with ``unknown``
        ``as_lacking`` that nobody surveyed; per estate and figure that has a price, such as spaces; and per proposal.
        ``why`` is ``priced``, ``no_price`` or ``quantity_unknown``; ``cost_yuan`` is NaN unless priced.
    """
    lines = pd.concat(
        [_of_inventory(inventory, settings), _of_figures(inventory, estates, standard, settings)], ignore_index=True
    )
    lines = lines[lines["estate_id"].isin(estates.loc[estates["eligible"].astype(bool), "estate_id"])]
    priced = _priced(lines, quantities(estates), settings)
    built = _of_proposals(proposals, hosts, standard, settings)
    table = pd.concat([frame for frame in (priced, built) if len(frame)], ignore_index=True) if len(built) else priced
    place = {key: row for row, key in enumerate(estates["estate_id"])}
    order = {service.key: row for row, service in enumerate(standard.services)}
    keys = pd.DataFrame({"estate": table["estate_id"].map(place), "item": table["item"].map(order)}, table.index)
    keys["proposal"] = table["proposal_id"].fillna("").astype(str)
    rows = keys.sort_values(["estate", "item", "proposal"], kind="stable").index
    return table.loc[rows, COST_COLUMNS].reset_index(drop=True)


def _of_inventory(inventory: pd.DataFrame, settings: CostsTable) -> pd.DataFrame:
    left = {"no": 1.0, "partial": settings.partial_share}
    if settings.unknown == "as_lacking":
        left["unknown"] = 1.0
    rows = inventory[inventory["state"].isin(list(left)) & inventory["category"].isin(_LISTS)]
    lines = rows[["estate_id", "item", "category", "state"]]
    return lines.assign(left_share=lines["state"].map(left).astype(float))


def _of_figures(
    inventory: pd.DataFrame, estates: gpd.GeoDataFrame, standard: Standard, settings: CostsTable
) -> pd.DataFrame:
    """Return lines of the items that are no state of an estate, and that have a price by something that it has."""
    states = set(inventory["item"])
    keys = [
        service
        for service in standard.services
        if service.key in settings.items
        and settings.items[service.key].per != _BUILT
        and service.key not in states
        and service.category in _LISTS
    ]
    ids = estates["estate_id"].to_numpy(object)
    return pd.DataFrame(
        {
            "estate_id": np.tile(ids, len(keys)),
            "item": np.repeat(np.array([one.key for one in keys], object), len(ids)),
            "category": np.repeat(np.array([one.category for one in keys], object), len(ids)),
            "state": "figure",
            "left_share": 1.0,
        }
    )


def _priced(lines: pd.DataFrame, amounts: pd.DataFrame, settings: CostsTable) -> pd.DataFrame:
    """Put quantities and prices to the lines of estates; a line of nothing is left out."""
    prices = {key: one for key, one in settings.items.items() if one.per != _BUILT}
    per = lines["item"].map({key: one.per for key, one in prices.items()}).astype(object)
    price = lines["item"].map({key: one.yuan for key, one in prices.items()}).astype(float).to_numpy(float)
    row = amounts.index.get_indexer(lines["estate_id"])
    column = np.where(per.notna(), amounts.columns.get_indexer(per.fillna("estate")), 0)
    quantity = np.where(per.notna(), amounts.to_numpy(float)[row, column], np.nan)
    why = np.select(
        [per.isna().to_numpy(), np.isnan(quantity)],
        ["no_price", "quantity_unknown"],
        "priced",
    )
    cost = np.where(why == "priced", quantity * price * lines["left_share"].to_numpy(float), np.nan)
    made = lines.assign(
        proposal_id=None,
        per=per.where(per.notna(), None),
        quantity=quantity,
        price_yuan=price,
        cost_yuan=np.round(cost, 2),
        why=why.astype(object),
        source=_told(lines["item"], settings, "source"),
        date=_told(lines["item"], settings, "date"),
    )
    return made[~((made["why"] == "priced") & (made["quantity"] == 0))]


def _of_proposals(
    proposals: pd.DataFrame, hosts: Mapping[str, str], standard: Standard, settings: CostsTable
) -> pd.DataFrame:
    category = {service.key: service.category for service in standard.services}
    item, cost = proposals["service"], proposals["cost_yuan"].to_numpy(float)
    return pd.DataFrame(
        {
            "estate_id": proposals["proposal_id"].map(hosts).astype(object),
            "item": item,
            "category": item.map(category),
            "proposal_id": proposals["proposal_id"],
            "state": "proposal",
            "left_share": 1.0,
            "per": _BUILT,
            "quantity": proposals["floor_area_m2"],
            "price_yuan": np.where(np.isfinite(cost), cost / proposals["floor_area_m2"], np.nan).round(2),
            "cost_yuan": cost,
            "why": np.where(np.isfinite(cost), "priced", "no_price").astype(object),
            "source": _told(item, settings, "source"),
            "date": _told(item, settings, "date"),
        }
    )


def _told(items: pd.Series, settings: CostsTable, name: str) -> pd.Series:
    """Return whose figure the price of each item is, and of when."""

    def of(price: PriceTable) -> str | None:
        own = getattr(price, name) or getattr(settings, name)
        return str(own) if own else None

    found = {key: of(price) for key, price in settings.items.items()}
    said = items.map(found).astype(object)
    return said.where(said.notna(), None)
