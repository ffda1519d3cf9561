"""States of items, and their shares of estates and households."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.inputs import INVENTORY_COLUMNS
from data.standards.files import load_standard
from data.tables.states import STATES
from geo.judgement.inventory import count_items, judge_inventory, share_inventory

JIANGXI = load_standard("jiangxi_existing")
NAN = float("nan")
ESTATES = pd.DataFrame(
    {
        "estate_id": ["A", "B", "C", "D"],
        "district": None,
        "community": None,
        "subdistrict": ["城南", "城南", "城北", None],
        "cluster_id": ["C1", "C1", None, None],
        "households": [100.0, 300.0, 50.0, NAN],
        "estimated": [False, False, True, False],
    }
)
TOLD = (("A", "gas", "yes", "台账"), ("B", "gas", "no", "台账"), ("C", "gas", "not_applicable", "图"))


def inventory(*told: tuple[str, str, str, str], estates: pd.DataFrame = ESTATES) -> pd.DataFrame:
    frame = pd.DataFrame(list(told), columns=list(INVENTORY_COLUMNS), dtype=object)
    return judge_inventory(frame, estates=estates, standard=JIANGXI)


def of_gas(scale: str) -> pd.DataFrame:
    shares = share_inventory(inventory(*TOLD), estates=ESTATES)
    return shares[(shares["item"] == "gas") & (shares["scale"] == scale)].reset_index(drop=True)


def test_every_item_of_every_estate_has_a_row_and_what_nobody_told_is_unknown() -> None:
    rows = inventory(*TOLD)
    assert len(rows) == 4 * 31
    assert set(rows.loc[rows["item"] != "gas", "state"]) == {"unknown"}
    gas = rows[rows["item"] == "gas"]
    assert gas["state"].tolist() == ["yes", "no", "not_applicable", "unknown"]
    assert gas["source"].fillna("").tolist() == ["台账", "台账", "图", ""]


def test_each_row_names_the_list_its_words_and_its_clause() -> None:
    row = inventory().set_index("item").loc["roof"].iloc[0]
    assert (row["category"], row["wording"], row["clause"]) == ("basic", "屋面", "赣府厅发〔2020〕37号 二(一)1 基础类")


def test_items_of_an_estate_are_counted_by_list() -> None:
    told = [("A", "gas", "yes", "x"), ("A", "roof", "partial", "x"), ("A", "road", "no", "x"), ("A", "lift", "no", "x")]
    counts = count_items(inventory(*told)).set_index(["estate_id", "category"])
    basic = counts.loc[("A", "basic")]
    assert basic[["items", *STATES]].tolist() == [23, 1, 1, 1, 0, 20]
    assert basic["yes_share"] == pytest.approx(1 / 3)
    assert basic["unknown_share"] == pytest.approx(20 / 23)
    assert np.isnan(counts.loc[("B", "basic"), "yes_share"])


def test_shares_are_of_the_known_and_the_unknown_stands_beside() -> None:
    (row,) = of_gas("whole").to_dict("records")
    assert [row[state] for state in ("estates", *STATES)] == [4, 1, 0, 1, 1, 1]
    assert (row["yes_share"], row["no_share"], row["unknown_share"]) == (0.5, 0.5, 0.25)
    assert (row["yes_households"], row["no_households"], row["households"]) == (100, 300, 450)
    assert (row["yes_households_share"], row["unknown_households_share"]) == (0.25, 0.0)
    assert row["estimated"]


def test_estates_without_a_subdistrict_have_a_row_and_those_in_no_cluster_have_none() -> None:
    rows = of_gas("subdistrict")
    assert rows["unit"].fillna("").tolist() == ["城北", "城南", ""]
    assert rows["estates"].tolist() == [1, 2, 1]
    assert of_gas("cluster")[["unit", "estates", "yes", "no"]].to_numpy().tolist() == [["C1", 2, 1, 1]]


@given(st.lists(st.sampled_from([*STATES]), min_size=4, max_size=4))
def test_subdistricts_add_up_to_the_whole_and_states_to_the_estates(states: list[str]) -> None:
    told = [(one, "gas", state, "x") for one, state in zip("ABCD", states, strict=True) if state != "unknown"]
    shares = share_inventory(inventory(*told), estates=ESTATES)
    counted = ["estates", *STATES, "households", *(f"{state}_households" for state in STATES)]
    whole, parts = (
        shares[shares["scale"] == scale].groupby("item")[counted].sum() for scale in ("whole", "subdistrict")
    )
    pd.testing.assert_frame_equal(whole, parts)
    assert (shares[list(STATES)].sum(axis=1) == shares["estates"]).all()
