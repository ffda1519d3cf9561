"""What a scenario changes: walks and states before and after."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from geo.plan import Plan
from geo.what_if.changes import CHANGE_COLUMNS, compare_plans, sum_up_changes
from tests.tiny import tiny_plan

NAN = float("nan")
Row = tuple[str, str, str, float, str | None]


def plan_of(*rows: Row, walks: tuple[tuple[str, str, float, str], ...] = (), rank: int | None = None) -> Plan:
    """Make a plan of assessed rows (estate, service, state, minutes, facility), and of walks to other services."""
    gaps = pd.DataFrame(rows, columns=["estate_id", "service", "state", "walk_minutes", "facility_id"])
    columns = ["estate_id", "service", "walk_minutes", "facility_id"]
    reached = gaps[gaps["facility_id"].notna()][columns]
    nearest = pd.concat([reached, pd.DataFrame(walks, columns=columns)], ignore_index=True)
    if rank is not None:
        nearest = pd.concat([nearest.assign(rank=1), nearest.assign(rank=rank, walk_minutes=99.0)], ignore_index=True)
    return dataclasses.replace(tiny_plan(), gaps=gaps.astype({"walk_minutes": float}), nearest=nearest)


BEFORE: tuple[Row, ...] = (
    ("E1", "childcare", "gap", 20.0, "F1"),
    ("E2", "childcare", "gap", NAN, None),
    ("E3", "childcare", "met", 5.0, "F1"),
    ("E4", "childcare", "met", 10.0, "F1"),
    ("E5", "childcare", "gap", NAN, None),
)
AFTER: tuple[Row, ...] = (
    ("E1", "childcare", "borderline", 15.0, "N1"),
    ("E2", "childcare", "met", 4.0, "N1"),
    ("E3", "childcare", "met", 5.004, "F1"),
    ("E4", "childcare", "gap", 16.0, "F1"),
    ("E5", "childcare", "gap", NAN, None),
)


def test_only_rows_that_differ_are_listed() -> None:
    changes = compare_plans(plan_of(*BEFORE), plan_of(*AFTER))
    assert tuple(changes.columns) == CHANGE_COLUMNS
    assert changes["estate_id"].tolist() == ["E1", "E2", "E4"]
    assert changes.loc[0].tolist() == ["E1", "childcare", 20.0, 15.0, "F1", "N1", "gap", "borderline"]
    assert np.isnan(changes.loc[1, "minutes_before"])
    assert pd.isna(changes.loc[1, "facility_before"])


def test_a_plan_compared_with_itself_shows_nothing() -> None:
    plan = tiny_plan()
    assert compare_plans(plan, tiny_plan()).empty
    assert tuple(compare_plans(plan, plan).columns) == CHANGE_COLUMNS


@pytest.mark.parametrize(
    ("after", "listed"),
    [
        (("E1", "childcare", "met", 5.0, "F2"), True),
        (("E1", "childcare", "size_unknown", 5.0, "F1"), True),
        (("E1", "childcare", "met", 5.01, "F1"), True),
        (("E1", "childcare", "gap", NAN, None), True),
        (("E1", "childcare", "met", 5.0, "F1"), False),
    ],
    ids=["other facility", "other state", "longer", "out of reach", "the same"],
)
def test_what_counts_as_a_change(after: Row, listed: bool) -> None:
    changes = compare_plans(plan_of(("E1", "childcare", "met", 5.0, "F1")), plan_of(after))
    assert len(changes) == listed


@pytest.mark.parametrize("rank", [None, 2])
def test_services_that_are_not_assessed_have_walks_and_no_state(rank: int | None) -> None:
    before = plan_of(walks=(("E1", "market", 9.0, "F6"),), rank=rank)
    after = plan_of(walks=(("E1", "market", 3.0, "N1"), ("E2", "market", 4.0, "N1")), rank=rank)
    changes = compare_plans(before, after)
    assert changes[["minutes_before", "minutes_after"]].fillna(-1).to_numpy().tolist() == [[9, 3], [-1, 4]]
    assert changes[["state_before", "state_after"]].isna().all(axis=None)


def test_the_sums_by_hand() -> None:
    estates = pd.DataFrame({"estate_id": ["E1", "E2", "E3", "E4", "E5"], "people": [100.0, 200.0, 300.0, 400.0, 500.0]})
    changes = compare_plans(plan_of(*BEFORE), plan_of(*AFTER))
    assert sum_up_changes(changes, estates=estates).to_dict("records") == [
        {
            "service": "childcare",
            "people_gaining": 300.0,
            "people_losing": 400.0,
            "person_minutes_saved": 100 * 5.0 - 400 * 6.0,
            "gaps_closed": 2,
            "gaps_opened": 1,
        }
    ]


def test_no_change_sums_up_to_no_row() -> None:
    none = compare_plans(tiny_plan(), tiny_plan())
    assert sum_up_changes(none, estates=tiny_plan().estates).empty
