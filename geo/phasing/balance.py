"""Whether a project pays for itself: what it brings in a year against what it costs, over the years it runs."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.project_money import BalanceTable, CostsTable

Floats = npt.NDArray[np.float64]

BALANCE_COLUMNS = [
    "project_id", "case", "invested_yuan", "revenue_yuan", "running_yuan", "years", "discount_rate", "npv_yuan",
    "payback_years", "gap_yuan",
]  # fmt: skip
# Revenue and cost in each case, in swings.
CASES = {
    "base": (0, 0),
    "revenue_low": (-1, 0),
    "revenue_high": (1, 0),
    "cost_low": (0, -1),
    "cost_high": (0, 1),
    "worst": (-1, 1),
}
# Money that need not come back.
GRANTS = ("central", "provincial", "city", "owners", "utilities", "maintenance_fund")


def yearly_flows(lines: pd.DataFrame, *, settings: CostsTable) -> pd.DataFrame:
    """Return what the things that lines build bring and cost in a year.

    Parameters
    ----------
    lines : DataFrame
        ``item``, ``quantity``, ``left_share``, ``why``.
    settings : CostsTable
        ``revenue_yuan`` and ``running_yuan`` of a unit of each item.

    Returns
    -------
    DataFrame
        Index of the lines: ``revenue_yuan``, ``running_yuan`` (float, 0 where nothing is told).
    """
    built = (lines["quantity"] * lines["left_share"]).where(lines["why"] == "priced", 0.0).fillna(0.0)
    return pd.DataFrame(
        {
            name: built
            * lines["item"]
            .map({key: getattr(one, name) for key, one in settings.items.items()})
            .fillna(0.0)
            .astype(float)
            for name in ("revenue_yuan", "running_yuan")
        },
        index=lines.index,
    )


def balance(
    lines: pd.DataFrame, *, project: pd.Series, rents: pd.Series, settings: tuple[CostsTable, BalanceTable]
) -> pd.DataFrame:
    """Set the revenue of each project against its cost, and again with both a swing higher and lower.

    Parameters
    ----------
    lines : DataFrame
        Columns as :func:`geo.phasing.funding.fund_lines` gives them.
    project : Series of str
        Index of the lines: the project of each, missing for none.
    rents : Series of float
        Index ``project_id``: yearly rent of sites that are let.
    settings : (CostsTable, BalanceTable)
        Yearly figures, years, rate and swing.

    Returns
    -------
    DataFrame
        Columns ``BALANCE_COLUMNS``, one row per project with any revenue and case: ``invested_yuan`` is the cost that
        no grant pays, ``npv_yuan`` the present value of all years without it, ``payback_years`` (float) counts without
        discount and is NaN when it never comes back within the years, ``gap_yuan`` is what has to be added so that the
        present value is nothing.

    Notes
    -----
    赣府厅发〔2020〕37号 二(三): 通过项目内部资源搭配，实现资金回报平衡. Net present value of an even yearly flow:
    flow * (1 - (1 + rate) ** -years) / rate.
    """
    costs, rule = settings
    flows = yearly_flows(lines, settings=costs)
    granted = lines[[f"{source}_yuan" for source in GRANTS]].sum(axis=1)
    invested = (lines["cost_yuan"] - granted).fillna(0.0)
    sums = pd.DataFrame({"invested_yuan": invested, **flows}).groupby(project).sum()
    rent = rents.reindex(sums.index).fillna(0.0)
    sums["revenue_yuan"] = sums["revenue_yuan"] + rent
    sums = sums[sums["revenue_yuan"] > 0].reset_index(names="project_id")
    tables = [_case(sums, name, swings, rule) for name, swings in CASES.items()]
    table = pd.concat(tables, ignore_index=True)
    order = np.argsort(np.tile(np.arange(len(sums)), len(tables)), kind="stable")
    return table.iloc[order].reset_index(drop=True)[BALANCE_COLUMNS]


def _case(sums: pd.DataFrame, name: str, swings: tuple[int, int], rule: BalanceTable) -> pd.DataFrame:
    revenue = sums["revenue_yuan"] * (1 + swings[0] * rule.swing)
    invested = sums["invested_yuan"] * (1 + swings[1] * rule.swing)
    running = sums["running_yuan"] * (1 + swings[1] * rule.swing)
    yearly = (revenue - running).to_numpy(float)
    npv = yearly * _annuity(rule) - invested.to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        payback = np.where(yearly > 0, invested.to_numpy(float) / yearly, np.inf)
    return pd.DataFrame(
        {
            "project_id": sums["project_id"],
            "case": name,
            "invested_yuan": invested.round(2),
            "revenue_yuan": revenue.round(2),
            "running_yuan": running.round(2),
            "years": rule.years,
            "discount_rate": rule.discount_rate,
            "npv_yuan": npv.round(2),
            "payback_years": np.where(payback <= rule.years, payback.round(2), np.nan),
            "gap_yuan": np.maximum(-npv, 0.0).round(2),
        }
    )


def _annuity(rule: BalanceTable) -> float:
    """Return the present value of one yuan in each of the years."""
    if rule.discount_rate == 0:
        return float(rule.years)
    return (1 - (1 + rule.discount_rate) ** -rule.years) / rule.discount_rate
