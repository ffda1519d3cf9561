"""The items of the three lists that are counted in an estate: what the files say of each, and which file."""

from collections.abc import Sequence

import pandas as pd

from data.inputs import INVENTORY_COLUMNS, no_inventory
from data.standards.model import Service, Standard
from data.tables.aliases import item_keys

LISTS = ("basic", "improvement", "upgrade")
_SOURCE = "source of {}"


def inventory_items(standard: Standard) -> tuple[Service, ...]:
    """List the items that are counted in an estate.

    Parameters
    ----------
    standard : Standard
        The standard.

    Returns
    -------
    tuple of Service
        In the order of the standard; services that are reached on foot are none.
    """
    return tuple(one for one in standard.services if one.measure == "inventory" and one.category in LISTS)


def with_sources(frame: pd.DataFrame, *, place: str) -> pd.DataFrame:
    """Keep beside each state which file told it.

    Parameters
    ----------
    frame : DataFrame
        Rows of estates with any columns of states, as of :func:`data.tables.columns.layer_columns`.
    place : str
        The file.

    Returns
    -------
    DataFrame
        With a column of sources beside each column of states, missing where the state is.
    """
    told = [key for key in item_keys() if key in frame]
    sources = {_SOURCE.format(key): frame[key].where(frame[key].isna(), place).astype(object) for key in told}
    return frame.assign(**sources)


def read_inventory(estates: pd.DataFrame, *, standard: Standard) -> pd.DataFrame:
    """List what the files say of the items of a standard.

    Parameters
    ----------
    estates : DataFrame
        ``estate_id`` and any columns of states with their sources, as of :func:`with_sources`.
    standard : Standard
        Whose items they are; others are left out.

    Returns
    -------
    DataFrame
        Columns as ``Inputs.inventory``, by the order of the estates and of the standard.
    """
    keys = [item.key for item in inventory_items(standard) if item.key in estates]
    rows = [_rows(estates, key, number) for number, key in enumerate(keys)]
    if not rows:
        return no_inventory()
    return _ordered(rows)


def _rows(estates: pd.DataFrame, key: str, number: int) -> pd.DataFrame:
    known = estates[estates[key].notna()]
    columns = {"estate_id": known["estate_id"], "item": key, "state": known[key], "source": known[_SOURCE.format(key)]}
    return pd.DataFrame(columns).astype(object).assign(row=known.index, number=number)


def _ordered(rows: Sequence[pd.DataFrame]) -> pd.DataFrame:
    whole = pd.concat(rows).sort_values(["row", "number"], kind="stable")
    return whole[list(INVENTORY_COLUMNS)].reset_index(drop=True)
