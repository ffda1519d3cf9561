"""Which contents of which estates were renovated before, and which of them with central subsidies."""

import pandas as pd

from data.standards.model import Standard

FUNDED_COLUMNS = ["estate_id", "item", "category", "how"]


def funded_contents(estates: pd.DataFrame, *, standard: Standard) -> pd.DataFrame:
    """List the contents that were renovated before, so that none is funded twice.

    Parameters
    ----------
    estates : DataFrame
        ``estate_id``, ``done_items``, ``funded_items`` (str, keys joined by ``;``), ``subsidised``, ``renovation`` and
        ``items_unclear`` (str), each missing where nothing is known.
    standard : Standard
        Whose items they are.

    Returns
    -------
    DataFrame
        One row per estate and item, in the order of the estates and of the standard: ``estate_id``, ``item`` (str,
        missing where contents were renovated and nobody told which), ``category`` (str), ``how``: ``funded`` (a central
        subsidy paid for it), ``maybe_funded`` (done, in an estate that had a central subsidy for contents not told) or
        ``done`` (done, and nothing is said of a central subsidy).

    Notes
    -----
    赣府厅发〔2020〕37号 一(三): 同一改造内容不得重复使用中央补助资金.
    """
    categories = {service.key: service.category for service in standard.services}
    order = {key: place for place, key in enumerate(categories)}
    known = estates[["estate_id", "done_items", "funded_items", "subsidised"]]
    done, funded = (_exploded(known, f"{how}_items") for how in ("done", "funded"))
    not_told = (estates["subsidised"] == "yes") & estates["funded_items"].isna()
    unsure = set(estates.loc[not_told, "estate_id"])
    done = done.assign(how=["maybe_funded" if one in unsure else "done" for one in done["estate_id"]])
    rows = pd.concat([funded.assign(how="funded"), done, _not_told(estates, not_told)], ignore_index=True)
    rows = rows.drop_duplicates(["estate_id", "item"])
    place = pd.Series(range(len(estates)), estates["estate_id"])
    rows = rows.assign(category=rows["item"].map(categories).astype(object))
    rows = rows.iloc[
        pd.DataFrame({"estate": rows["estate_id"].map(place).to_numpy(), "item": rows["item"].map(order).to_numpy()})
        .sort_values(["estate", "item"], kind="stable")
        .index
    ]
    return rows[FUNDED_COLUMNS].reset_index(drop=True)


def _exploded(estates: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return a row per estate and item of a column."""
    items = estates[column].dropna().astype(str).str.split(";").explode()
    ids = estates.loc[items.index, "estate_id"]
    return pd.DataFrame({"estate_id": ids.to_numpy(object), "item": items.to_numpy(object)})


def _not_told(estates: pd.DataFrame, subsidised: pd.Series) -> pd.DataFrame:
    """Return a row without an item for each estate that was renovated or subsidised, of which no content is known."""
    bare = estates["done_items"].isna() & estates["funded_items"].isna()
    begun = estates["renovation"].isin(["part", "underway"]) | subsidised | estates["items_unclear"].notna()
    mine = estates.loc[bare & begun, "estate_id"]
    how = ["maybe_funded" if is_subsidised else "done" for is_subsidised in subsidised[mine.index]]
    return pd.DataFrame({"estate_id": mine.to_numpy(object), "item": None, "how": how})
