"""Who pays for which line: shares, what each source has, and no central subsidy twice."""

import numpy as np
import pandas as pd
import pytest

from data.project_money import SOURCES, FundingTable
from geo.phasing.funding import FUND_COLUMNS, fund_lines

NOBODY = pd.DataFrame({"estate_id": [], "item": [], "how": []}, dtype=object)


def lines(*rows: tuple[str, str, str, float]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["estate_id", "item", "category", "cost_yuan"])
    return table.assign(proposal_id=None)


def funding(**tables: object) -> FundingTable:
    return FundingTable.model_validate(tables)


def fund(table: pd.DataFrame, settings: FundingTable, *, spent: pd.DataFrame = NOBODY) -> pd.DataFrame:
    rank = pd.Series(np.arange(1.0, len(table) + 1), table.index)
    return fund_lines(table, rank=rank, funded=spent, settings=settings)


def test_the_share_of_an_item_goes_before_that_of_its_list() -> None:
    settings = funding(shares={"basic": {"central": 0.4}}, items={"water": {"utilities": 1.0}})
    found = fund(lines(("A", "roof", "basic", 100), ("A", "water", "basic", 50)), settings)
    assert found["central_yuan"].tolist() == [40, 0]
    assert found["utilities_yuan"].tolist() == [0, 50]
    assert found["unfunded_yuan"].tolist() == [60, 0]


def test_the_basic_list_comes_first_where_a_source_has_not_enough() -> None:
    """The project of the lift ranks first; the roof is of the basic list."""
    settings = funding(shares={"basic": {"central": 0.5}, "improvement": {"central": 0.5}}, caps_yuan={"central": 60})
    found = fund(lines(("A", "lift", "improvement", 100), ("B", "roof", "basic", 100)), settings)
    assert found["central_yuan"].tolist() == [10, 50]


def test_within_a_list_the_first_project_gets_the_money() -> None:
    settings = funding(shares={"basic": {"city": 1.0}}, caps_yuan={"city": 150})
    found = fund(lines(("A", "roof", "basic", 100), ("B", "roof", "basic", 100)), settings)
    assert found["city_yuan"].tolist() == [100, 50]
    assert found["unfunded_yuan"].tolist() == [0, 50]


@pytest.mark.parametrize(
    ("item", "how", "central", "why"),
    [
        pytest.param("roof", "funded", 0, "twice", id="paid for before"),
        pytest.param("roof", "maybe_funded", 0, "perhaps_twice", id="perhaps paid for before"),
        pytest.param(None, "funded", 0, "perhaps_twice", id="nobody told what was paid for"),
        pytest.param("roof", "done", 50, "allowed", id="done without a subsidy"),
        pytest.param("road", "funded", 50, "allowed", id="something else was paid for"),
    ],
)
def test_no_central_subsidy_pays_twice_for_one_content(item: str | None, how: str, central: float, why: str) -> None:
    spent = pd.DataFrame({"estate_id": ["A"], "item": [item], "how": [how]}, dtype=object)
    found = fund(lines(("A", "roof", "basic", 100)), funding(shares={"basic": {"central": 0.5}}), spent=spent)
    assert found["central_yuan"].tolist() == [central]
    assert found["central"].tolist() == [why]
    assert found["unfunded_yuan"].tolist() == [100 - central]


def test_a_new_facility_was_never_paid_for_before() -> None:
    spent = pd.DataFrame({"estate_id": ["A"], "item": [None], "how": ["funded"]}, dtype=object)
    built = lines(("A", "elder_care", "upgrade", 100)).assign(proposal_id="P001")
    assert fund(built, funding(shares={"upgrade": {"central": 0.5}}), spent=spent)["central_yuan"].tolist() == [50]


def test_a_line_without_a_price_has_no_sources() -> None:
    found = fund(lines(("A", "roof", "basic", np.nan)), funding(shares={"basic": {"central": 0.5}}))
    assert found[[*FUND_COLUMNS, "unfunded_yuan"]].isna().all(axis=None)


def test_sources_and_the_rest_add_up_to_the_cost() -> None:
    shares = dict.fromkeys(SOURCES, 1 / 7)
    found = fund(lines(("A", "roof", "basic", 99.99), ("B", "roof", "basic", 0.01)), funding(shares={"basic": shares}))
    whole = found[[*FUND_COLUMNS, "unfunded_yuan"]].sum(axis=1)
    assert whole.tolist() == pytest.approx([99.99, 0.01], abs=0.05)
