"""The items that are counted in an estate: the state of each, and how many estates and households are in which."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from data.inventory import inventory_items
from data.standards.model import Standard
from data.tables.states import STATES
from geo.judgement.scales import scale_units

# What a share is of: neither what nobody surveyed nor what does not apply.
_KNOWN = ["yes", "partial", "no"]
# What estates are summed up over; of clusters, estates in none are in no row.
SCALES = ("whole", "subdistrict", "cluster")


def judge_inventory(told: pd.DataFrame, *, estates: pd.DataFrame, standard: Standard) -> pd.DataFrame:
    """Give every item of every estate its state.

    Parameters
    ----------
    told : DataFrame
        Columns as ``Inputs.inventory``: the states that somebody told.
    estates : DataFrame
        ``estate_id``.
    standard : Standard
        Whose items they are, and where it lists them.

    Returns
    -------
    DataFrame
        One row per estate and item, in the order of the estates and of the standard, index 0..n-1: ``estate_id``,
        ``category``, ``item``, ``state`` (one of ``STATES``; what nobody told is ``unknown``, never ``no``),
        ``source`` (str: the file, missing where unknown), ``wording`` (str: the words of the document), ``clause``.
    """
    items = pd.DataFrame(
        [(one.category, one.key, one.item, standard.lists.get(one.category, "")) for one in inventory_items(standard)],
        columns=["category", "item", "wording", "clause"],
        dtype=object,
    )
    rows = estates[["estate_id"]].astype(object).merge(items, how="cross")
    rows = rows.merge(told, on=["estate_id", "item"], how="left", validate="one_to_one")
    rows["state"] = rows["state"].astype(object).fillna("unknown")
    return rows[["estate_id", "category", "item", "state", "source", "wording", "clause"]]


def count_items(inventory: pd.DataFrame) -> pd.DataFrame:
    """Count the items of each estate by their state.

    Parameters
    ----------
    inventory : DataFrame
        Columns as of :func:`judge_inventory`.

    Returns
    -------
    DataFrame
        One row per estate and category: ``estate_id``, ``category``, ``items``, ``yes``, ``partial``, ``no``,
        ``not_applicable``, ``unknown`` (int), ``yes_share`` (float, 0..1: of the items known to apply, NaN when none
        is), ``unknown_share`` (float, 0..1: of all items), ``clause``.
    """
    rows = inventory.assign(**_flags(inventory["state"]), items=1)
    keys = ["estate_id", "category", "clause"]
    counts = rows.groupby(keys, sort=False)[["items", *STATES]].sum().reset_index()
    counts["yes_share"] = _share(counts["yes"], counts[_KNOWN].sum(axis=1))
    counts["unknown_share"] = _share(counts["unknown"], counts["items"])
    shares = ["yes_share", "unknown_share"]
    return counts[["estate_id", "category", "items", *STATES, *shares, "clause"]]


def share_inventory(inventory: pd.DataFrame, *, estates: pd.DataFrame) -> pd.DataFrame:
    """Count estates and households by the state of each item.

    Parameters
    ----------
    inventory : DataFrame
        Columns as of :func:`judge_inventory`.
    estates : DataFrame
        ``estate_id``, the places of :func:`geo.judgement.scales.scale_units`, ``households`` (float, NaN when unknown),
        ``estimated`` (bool).

    Returns
    -------
    DataFrame
        One row per unit and item, the whole first, then subdistricts and clusters by name: ``scale`` (``whole``,
        ``subdistrict``, ``cluster``), ``unit`` (str, missing of the whole and of estates without a subdistrict),
        ``category``, ``item``, ``estates``, ``yes``, ``partial``, ``no``, ``not_applicable``, ``unknown`` (int:
        estates), ``yes_share``, ``partial_share``, ``no_share`` (float, 0..1: of the estates known to need the item,
        NaN when none is), ``unknown_share`` (float, 0..1: of all estates), ``households`` (float), and for each state
        ``<state>_households``, ``yes_households_share`` and ``unknown_households_share`` likewise, ``estimated`` (bool:
        some of the households are), ``clause``. Households that nobody knows count as none.
    """
    flags = _flags(inventory["state"])
    units = scale_units(estates, scales=SCALES)
    of_estate = estates[["estate_id", "households", "estimated"]].assign(**units).set_index("estate_id")
    rows = inventory[["estate_id", "category", "item", "clause"]].join(of_estate, on="estate_id")
    homes = {f"{state}_households": rows["households"].fillna(0.0) * flag for state, flag in flags.items()}
    rows = rows.assign(**flags, **homes, estates=1, households=rows["households"].fillna(0.0))
    rows["place"] = pd.factorize(rows["item"])[0]
    return _with_shares(pd.concat(list(_scaled(rows)), ignore_index=True))


def _scaled(rows: pd.DataFrame) -> Iterator[pd.DataFrame]:
    counted = ["estates", *STATES, "households", *(f"{state}_households" for state in STATES)]
    for scale in SCALES:
        placed = rows.assign(scale=scale, unit=rows[scale].astype(object))
        if scale == "cluster":
            placed = placed[placed["unit"].notna()]
        keys = ["scale", "unit", "place", "category", "item", "clause"]
        sums = placed.groupby(keys, dropna=False, sort=True)[counted].sum()
        marks = placed.groupby(keys, dropna=False, sort=True)["estimated"].any()
        yield sums.assign(estimated=marks).reset_index().drop(columns="place")


def _with_shares(rows: pd.DataFrame) -> pd.DataFrame:
    known = rows[_KNOWN].sum(axis=1)
    known_homes = rows[[f"{state}_households" for state in _KNOWN]].sum(axis=1)
    shares = {f"{state}_share": _share(rows[state], known) for state in _KNOWN}
    shares["unknown_share"] = _share(rows["unknown"], rows["estates"])
    homes = {
        "yes_households_share": _share(rows["yes_households"], known_homes),
        "unknown_households_share": _share(rows["unknown_households"], rows["households"]),
    }
    order = ["scale", "unit", "category", "item", "estates", *STATES, *shares, "households"]
    order += [*(f"{state}_households" for state in STATES), *homes, "estimated", "clause"]
    return rows.assign(**shares, **homes)[order]


def _flags(states: pd.Series) -> dict[str, pd.Series]:
    return {state: (states == state).astype(np.int64) for state in STATES}


def _share(part: pd.Series, whole: pd.Series) -> pd.Series:
    return part.astype(float) / whole.astype(float).where(whole > 0)
