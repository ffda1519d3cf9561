"""Who pays for which line, within what each source has, and with no central subsidy twice for one content."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.project_money import SOURCES, FundingTable, Source

Floats = npt.NDArray[np.float64]

FUND_COLUMNS = [f"{source}_yuan" for source in SOURCES]
# The lists in the order that money goes to them.
_FIRST = {"basic": 0, "improvement": 1, "upgrade": 2}


def fund_lines(lines: pd.DataFrame, *, rank: pd.Series, funded: pd.DataFrame, settings: FundingTable) -> pd.DataFrame:
    """Part the cost of each line among the sources.

    Parameters
    ----------
    lines : DataFrame
        Columns as :func:`geo.phasing.costs.cost_lines` gives them.
    rank : Series of float
        Index of the lines: order in which projects get money, the first first; NaN last.
    funded : DataFrame
        Columns as ``Plan.funded``.
    settings : FundingTable
        Shares and what each source has.

    Returns
    -------
    DataFrame
        The lines with ``<source>_yuan`` of each source, ``unfunded_yuan`` (float: what nobody pays) and ``central``
        (str: ``allowed``, ``twice`` where a central subsidy paid for that content before, ``perhaps_twice`` where one
        may have). The columns of sources and ``unfunded_yuan`` add up to the cost; NaN where there is none.

    Notes
    -----
    赣府厅发〔2020〕37号 一(三): 同一改造内容不得重复使用中央补助资金; 二(一)1: 中央财政资金重点支持基础类. Money of a
    source that has not enough goes to the basic list first, then to improvement, then to upgrade, and within a list by
    the order of the projects.
    """
    central = _central(lines, funded)
    cost = lines["cost_yuan"].to_numpy(float)
    order = np.lexsort((np.arange(len(lines)), rank.fillna(np.inf).to_numpy(float), lines["category"].map(_FIRST)))
    paid = {}
    for source, column in zip(SOURCES, FUND_COLUMNS, strict=True):
        wanted = np.nan_to_num(cost) * _shares(lines, settings, source)
        if source == "central":
            wanted = np.where(central == "allowed", wanted, 0.0)
        paid[column] = _within(wanted, order, settings.caps_yuan.get(source, np.inf))
    table = pd.DataFrame(paid, index=lines.index).round(2)
    table.loc[np.isnan(cost)] = np.nan
    unfunded = np.maximum(np.round(cost - table.sum(axis=1).to_numpy(float), 2), 0.0)
    return lines.assign(**table, unfunded_yuan=np.where(np.isfinite(cost), unfunded, np.nan), central=central)


def _shares(lines: pd.DataFrame, settings: FundingTable, source: Source) -> Floats:
    """Return the share of one source in each line: that of the item where it has one, else that of its list."""
    by_list = {str(key): shares.get(source, 0.0) for key, shares in settings.shares.items()}
    by_item = {key: shares.get(source, 0.0) for key, shares in settings.items.items()}
    share = lines["item"].map(by_item).astype(float).fillna(lines["category"].map(by_list).astype(float)).fillna(0.0)
    found: Floats = share.to_numpy(float)
    return found


def _within(wanted: Floats, order: npt.NDArray[np.int64], cap: float) -> Floats:
    """Hand out money in order until there is none left."""
    before = np.minimum(np.cumsum(wanted[order]), cap)
    paid = np.empty(len(wanted))
    paid[order] = np.diff(before, prepend=0.0)
    return paid


def _central(lines: pd.DataFrame, funded: pd.DataFrame) -> npt.NDArray[np.object_]:
    """Tell which lines may have a central subsidy."""
    spent = funded[funded["how"].isin(["funded", "maybe_funded"])]
    key = spent["estate_id"].astype(str) + "@" + spent["item"].astype(object).fillna("").astype(str)
    sure = set(key[spent["how"] == "funded"])
    perhaps = set(key[spent["how"] == "maybe_funded"])
    mine = lines["estate_id"].astype(str) + "@" + lines["item"].astype(str)
    whole = lines["estate_id"].astype(str) + "@"
    # What is built new was never paid for before.
    built = lines["proposal_id"].notna()
    twice = mine.isin(sure) & ~built
    unsure = (mine.isin(perhaps) | whole.isin(sure | perhaps)) & ~built
    return np.select([twice, unsure], ["twice", "perhaps_twice"], "allowed").astype(object)
