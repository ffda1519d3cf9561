"""Whether projects pay for themselves: present values worked out by hand."""

import pandas as pd
import pytest

from data.project_money import SOURCES, BalanceTable, CostsTable
from geo.phasing.balance import CASES, balance, yearly_flows

COSTS = CostsTable.model_validate(
    {"source": "甲", "items": {"market": {"yuan": 10, "per": "facility_m2", "revenue_yuan": 3, "running_yuan": 1}}}
)


def lines(cost: float = 1000, **paid: float) -> pd.DataFrame:
    sources = {f"{source}_yuan": [paid.get(source, 0.0)] for source in SOURCES}
    row = {"item": ["market"], "quantity": [100.0], "left_share": [1.0], "why": ["priced"], "cost_yuan": [cost]}
    return pd.DataFrame({**row, **sources})


def of_case(name: str, table: pd.DataFrame) -> pd.Series:
    return table[table["case"] == name].iloc[0]


def balanced(table: pd.DataFrame, rule: BalanceTable, *, rents: dict[str, float] | None = None) -> pd.DataFrame:
    own = pd.Series(["C1"] * len(table), table.index)
    return balance(table, project=own, rents=pd.Series(rents or {}, dtype=float), settings=(COSTS, rule))


def test_without_discount_the_years_are_counted() -> None:
    """300 in and 100 out a year: a thousand is back after five years, and doubled after ten."""
    found = of_case("base", balanced(lines(), BalanceTable(years=10, discount_rate=0)))
    assert found[["revenue_yuan", "running_yuan", "payback_years", "npv_yuan", "gap_yuan"]].tolist() == [
        300, 100, 5.0, 1000.0, 0.0,
    ]  # fmt: skip


def test_two_years_at_a_tenth_are_discounted_by_hand() -> None:
    """200 / 1.1 + 200 / 1.21 - 1000."""
    found = of_case("base", balanced(lines(), BalanceTable(years=2, discount_rate=0.1)))
    assert found["npv_yuan"] == pytest.approx(200 / 1.1 + 200 / 1.21 - 1000, abs=0.01)
    assert found["gap_yuan"] == pytest.approx(-found["npv_yuan"])
    assert pd.isna(found["payback_years"])


def test_grants_need_not_come_back_and_money_of_the_market_must() -> None:
    found = of_case("base", balanced(lines(city=300, market=500), BalanceTable(years=10, discount_rate=0)))
    assert found["invested_yuan"] == 700


def test_each_case_swings_its_own_side() -> None:
    table = balanced(lines(), BalanceTable(years=10, discount_rate=0, swing=0.2))
    assert table["case"].tolist() == list(CASES)
    assert of_case("revenue_low", table)["revenue_yuan"] == pytest.approx(240)
    assert of_case("cost_high", table)[["invested_yuan", "running_yuan"]].tolist() == pytest.approx([1200, 120])
    assert table["npv_yuan"].min() == of_case("worst", table)["npv_yuan"]


def test_rents_come_to_the_revenue() -> None:
    found = of_case("base", balanced(lines(), BalanceTable(years=10, discount_rate=0), rents={"C1": 50, "C9": 9}))
    assert found["revenue_yuan"] == 350


def test_a_project_without_revenue_is_not_balanced() -> None:
    assert balanced(lines().assign(item="roof"), BalanceTable()).empty


def test_what_is_not_priced_brings_nothing() -> None:
    assert yearly_flows(lines().assign(why="no_price"), settings=COSTS).sum().tolist() == [0, 0]
