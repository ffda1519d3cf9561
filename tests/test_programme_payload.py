import dataclasses

import pandas as pd

from maps.web.programme_payload import SUMMED, programme_payload
from maps.web.proposal_payload import proposal_payload
from tests.tiny import tiny_plan


def test_sums_of_the_years_are_those_of_the_programme() -> None:
    plan = tiny_plan()
    years = programme_payload(plan)["years"]
    for name in SUMMED:
        assert years[name] == plan.programme.phase_years[name].tolist()
        assert years[f"{name}_by"] == plan.programme.phase_years[name].cumsum().tolist()


def test_every_estate_points_at_its_project() -> None:
    plan = tiny_plan()
    data = programme_payload(plan)
    ids = [data["phases"]["project_id"][row] if row >= 0 else None for row in data["phase_of"]]
    assert ids == ["C1-1", "C1-2", None, "C2", "C2"]


def test_proposal_points_at_its_site_and_its_project() -> None:
    plan = tiny_plan()
    proposals = proposal_payload(plan)["proposals"]
    costs = plan.programme.costs
    project = costs.loc[costs["proposal_id"] == "P001", "project_id"].iloc[0]
    assert plan.inputs.sites["site_id"].iloc[proposals["site"][0]] == "S1"
    assert plan.programme.phases["project_id"].iloc[proposals["phase"][0]] == project
    assert proposals["next"] == [-1]


def test_scenario_tells_how_it_was_before_and_leaves_out_what_is_not_assessed() -> None:
    plan = tiny_plan()
    rows = [("E2", "childcare", 19.5, 2.4, "F3", "F3", "gap", "met"), ("E2", "bank", 9.0, 8.0, "X", "Y", None, None)]
    changes = pd.DataFrame(rows, columns=plan.changes.columns)
    after = proposal_payload(dataclasses.replace(plan, changes=changes, scenario="西门"))["after"]
    assert [(one["key"], one["told"]) for one in after] == [("scenario", "before"), ("proposals", "after")]
    (row,) = after[0]["gap"]
    assert plan.gaps[["estate_id", "service"]].iloc[row].tolist() == ["E2", "childcare"]
    assert (after[0]["state"], after[0]["minutes"]) == (["gap"], [19.5])
