"""Costs, projects and years of a town of four estates: every sum is worked out by hand."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import Point, box

from data.inputs import Inputs
from data.project import Project
from geo.judgement.inventory import judge_inventory
from geo.phasing.costs import quantities
from geo.phasing.funding import FUND_COLUMNS
from geo.phasing.programme import Programme, hosts_of, plan_programme
from geo.phasing.projects import split_lots
from geo.siting.proposal_tables import FACILITY_COLUMNS, SERVED_COLUMNS
from tests import towns

# A and B are one cluster, C and D stand alone; D may not be renovated.
IDS = ["A", "B", "C", "D"]
HOMES = {name: box(200 * row, 0, 200 * row + 100, 100) for row, name in enumerate(IDS)}
PRICES: dict[str, Any] = {"source": "甲", "items": {"roof": {"yuan": 10, "per": "floor_m2"}}}
YEARS: dict[str, Any] = {"years": [2026, 2027], "budget_yuan": 10_000}


def homes(**columns: Any) -> gpd.GeoDataFrame:  # noqa: ANN401 - columns of estates
    told = {"floor_area_m2": [100.0, 200.0, 300.0, 400.0], "buildings": 2.0, **columns}
    made = towns.estates(HOMES, **told)
    cluster = pd.Series(["C1", "C1", None, None], dtype=object)
    return made.assign(label=made["name"], cluster_id=cluster, eligible=[True, True, True, False], estimated=False)


def states(**of: Mapping[str, str]) -> pd.DataFrame:
    rows = [(estate, item, state, "台账.xlsx") for estate, items in of.items() for item, state in items.items()]
    return pd.DataFrame(rows, columns=["estate_id", "item", "state", "source"], dtype=object)


ROOFS = states(A={"roof": "no"}, B={"roof": "partial"}, C={"roof": "no"}, D={"roof": "no"})
NOTHING = {
    "funded": pd.DataFrame({"estate_id": [], "item": [], "how": []}, dtype=object),
    "priorities": pd.DataFrame(columns=["estate_id", "safety", "score"]),
    "proposals": gpd.GeoDataFrame(columns=[*FACILITY_COLUMNS, "geometry"], geometry="geometry", crs=towns.TOWN_CRS),
    "proposal_served": pd.DataFrame(columns=SERVED_COLUMNS),
}


def programme(
    estates: gpd.GeoDataFrame | None = None,
    *,
    inventory: pd.DataFrame = ROOFS,
    **tables: Any,  # noqa: ANN401
) -> Programme:
    found = {name: tables.pop(name, frame) for name, frame in NOTHING.items()}
    sites = tables.pop("sites", towns.layer("sites", []))
    own = homes() if estates is None else estates
    item = dataclasses.replace(towns.service("roof"), category="basic", measure="inventory")
    rules = towns.standard(item, towns.service("elder_care"))
    inputs: Inputs = towns.town(towns.walkways(towns.street((0, 0), (9, 0))), own, rules=rules, sites=sites)
    inputs = dataclasses.replace(inputs, project=Project.model_validate({"costs": PRICES, **tables}))
    found["inventory"] = judge_inventory(inventory, estates=own, standard=rules)
    clusters = pd.DataFrame({"cluster_id": ["C1"], "name": ["城南片区"]})
    return plan_programme(inputs, estates=own, clusters=clusters, found=found)


def test_lines_cost_what_is_left_of_them() -> None:
    lines = programme().costs
    assert lines[["estate_id", "left_share", "quantity", "cost_yuan", "project_id"]].to_numpy().tolist() == [
        ["A", 1.0, 100.0, 1000.0, "C1"],
        ["B", 0.5, 200.0, 1000.0, "C1"],
        ["C", 1.0, 300.0, 3000.0, "C"],
    ]
    assert (lines["source"] == "甲").all()


def test_what_nobody_surveyed_is_counted_and_costs_nothing_until_asked() -> None:
    known = states(A={"roof": "no"})
    left_out = programme(inventory=known)
    assert left_out.costs["estate_id"].tolist() == ["A"]
    assert left_out.phases.set_index("project_id")["unsurveyed"].to_dict() == {"C1": 1, "C": 1}
    taken = programme(inventory=known, costs={**PRICES, "unknown": "as_lacking"})
    assert taken.costs["cost_yuan"].tolist() == [1000.0, 2000.0, 3000.0]


@pytest.mark.parametrize(
    ("floor", "items", "why"),
    [
        pytest.param(100.0, {}, "no_price", id="no price"),
        pytest.param(np.nan, PRICES["items"], "quantity_unknown", id="nobody knows how much"),
        pytest.param(100.0, PRICES["items"], "priced", id="priced"),
    ],
)
def test_a_line_without_price_or_quantity_is_listed(floor: float, items: dict[str, Any], why: str) -> None:
    own = homes(floor_area_m2=[floor, 1.0, 1.0, 1.0])
    lines = programme(own, inventory=states(A={"roof": "no"}), costs={"source": "甲", "items": items}).costs
    assert lines["why"].tolist() == [why]
    assert lines["cost_yuan"].isna().tolist() == [why != "priced"]


def test_quantities_are_those_of_the_estates() -> None:
    own = homes(units=[6.0] * 4, lift_units=[2.0] * 4, parking_spaces=[40.0, 140.0, np.nan, 0.0])
    found = quantities(own)
    assert found.loc["A", ["walk_up_unit", "short_space", "ground_m2", "household"]].tolist() == [4, 60, 10_000, 100]
    assert found["short_space"].tolist()[1] == 0
    assert np.isnan(found["short_space"].tolist()[2])


def test_the_totals_of_years_projects_and_lines_agree() -> None:
    found = programme(phases=YEARS, funding={"shares": {"basic": {"central": 0.5, "city": 0.2}}})
    for column in ("cost_yuan", *FUND_COLUMNS, "unfunded_yuan"):
        whole = found.costs[column].sum()
        assert found.phases[column].sum() == pytest.approx(whole)
        assert found.phase_years[column].sum() == pytest.approx(whole)
    assert found.phase_years[["projects", "estates", "households"]].sum().tolist() == [2, 3, 300]
    assert found.phases["cost_yuan"].tolist() == pytest.approx(
        (found.phases[[*FUND_COLUMNS, "unfunded_yuan"]].sum(axis=1)).tolist()
    )


@pytest.mark.parametrize(
    ("phases", "years"),
    [
        pytest.param({}, {"C1": np.nan, "C": np.nan}, id="no years"),
        pytest.param({"years": [2026, 2027]}, {"C1": 2026, "C": 2027}, id="no budget: spread evenly"),
        pytest.param({**YEARS, "budget_yuan": 3000}, {"C1": 2026, "C": 2027}, id="a year for each"),
        pytest.param({**YEARS, "budget_yuan": [2000, 0]}, {"C1": 2026, "C": np.nan}, id="money for one"),
        pytest.param({**YEARS, "budget_yuan": 0, "split": False}, {"C1": np.nan, "C": np.nan}, id="no money"),
        pytest.param({**YEARS, "fixed": {"C1": 2027}}, {"C1": 2027, "C": 2026}, id="a year that is set"),
        pytest.param({**YEARS, "min_willing_percent": 60}, {"C1": 2026, "C": np.nan}, id="too few agree"),
    ],
)
def test_projects_go_into_the_years_that_can_pay(phases: dict[str, Any], years: dict[str, float]) -> None:
    own = homes(willing_percent=[90.0, 70.0, 50.0, 90.0])
    found = programme(own, phases=phases).phases.set_index("project_id")["year"]
    assert found.to_dict() == pytest.approx(years, nan_ok=True)


@pytest.mark.parametrize(
    ("phases", "why"),
    [
        pytest.param({}, "no_years", id="no years"),
        pytest.param({**YEARS, "budget_yuan": 2999, "carry_over": False}, "over_budget", id="dearer than a year"),
        pytest.param({**YEARS, "budget_yuan": [2000, 2999]}, "money_spent", id="others came first"),
        pytest.param({**YEARS, "min_willing_percent": 60}, "unwilling", id="too few agree"),
        pytest.param({**YEARS, "needs_management": True}, "unmanaged", id="no property company"),
    ],
)
def test_the_reserve_says_why(phases: dict[str, Any], why: str) -> None:
    own = homes(willing_percent=[90.0, 70.0, 50.0, 90.0], managed=["yes", "yes", "no", "no"])
    found = programme(own, phases=phases).phases.set_index("project_id")
    assert found.loc["C", ["status", "why"]].tolist() == ["reserve", why]


def test_an_unknown_willingness_is_ready_unless_the_project_is_strict() -> None:
    for unknown_ready, status in ((True, "planned"), (False, "reserve")):
        rule = {**YEARS, "min_willing_percent": 60, "unknown_ready": unknown_ready}
        assert set(programme(phases=rule).phases["status"]) == {status}


def test_a_cluster_that_no_year_can_pay_for_comes_in_lots() -> None:
    found = programme(phases={**YEARS, "budget_yuan": [1500, 1500]}).phases.set_index("project_id")
    assert found.loc[["C1-1", "C1-2"], "kind"].tolist() == ["lot", "lot"]
    assert found.loc[["C1-1", "C1-2"], "year"].tolist() == [2026, 2027]
    assert found.loc["C1-1", "cluster_id"] == "C1"


def test_lots_are_as_full_as_they_can_be_and_never_part_an_estate() -> None:
    project = pd.Series("C1", index=list("ABCD"), dtype=object)
    lots = split_lots(project, costs=pd.Series([4.0, 5.0, 2.0, 30.0], list("ABCD")), most_yuan=10)
    assert lots.tolist() == ["C1-1", "C1-1", "C1-2", "C1-3"]


@pytest.mark.parametrize(
    ("works", "year", "codes"),
    [
        pytest.param({"pipe_year": [2027.0, np.nan, np.nan, np.nan]}, 2027, [], id="pipes"),
        pytest.param(
            {"pipe_year": [2026.0] + [np.nan] * 3, "road_year": [2027.0] + [np.nan] * 3},
            2027,
            ["phase_dug_twice"],
            id="pipes before the road",
        ),
        pytest.param({"pipe_year": [2027.0, 2026.0, np.nan, np.nan]}, 2026, ["phase_works_differ"], id="two years"),
        pytest.param({"pipe_year": [2031.0] + [np.nan] * 3}, 2026, ["phase_works_outside"], id="outside the plan"),
    ],
)
def test_pipes_and_roads_set_the_year(works: dict[str, Any], year: int, codes: list[str]) -> None:
    found = programme(homes(**works), phases=YEARS)
    assert found.phases.set_index("project_id").loc["C1", "year"] == year
    assert [problem.code for problem in found.problems] == codes


def test_a_wish_for_a_project_that_is_not_there_is_told() -> None:
    found = programme(phases={**YEARS, "fixed": {"C9": 2026}})
    assert [problem.code for problem in found.problems] == ["phase_fixed_unknown"]


def test_no_year_spends_more_than_it_has() -> None:
    found = programme(phases={**YEARS, "budget_yuan": [2500, 2500]})
    years = found.phase_years
    assert (years["cost_yuan"] <= years["available_yuan"]).all()
    assert years["left_yuan"].tolist() == pytest.approx((years["available_yuan"] - years["cost_yuan"]).tolist())
    assert years["available_yuan"].tolist() == [2500, 2500 + years["left_yuan"].iloc[0]]


def proposals(site: str = "S1") -> dict[str, pd.DataFrame]:
    row = dict.fromkeys(FACILITY_COLUMNS) | {
        "proposal_id": "P001", "service": "elder_care", "site_id": site, "people_served": 90.0,
        "floor_area_m2": 100.0, "cost_yuan": 5000.0,
    }  # fmt: skip
    served = [
        ("P001", "B", "elder_care", 60.0, 60.0, 20.0, 5.0, True),
        ("P001", "C", "elder_care", 30.0, 30.0, 20.0, 5.0, True),
    ]
    return {
        "proposals": gpd.GeoDataFrame(pd.DataFrame([row]), geometry=[Point(250, 50)], crs=towns.TOWN_CRS),
        "proposal_served": pd.DataFrame(served, columns=SERVED_COLUMNS),
    }


def test_a_proposal_is_counted_with_the_estate_it_serves_most() -> None:
    found = programme(**proposals())
    line = found.costs[found.costs["proposal_id"].notna()].iloc[0]
    assert line[["estate_id", "project_id", "cost_yuan", "price_yuan"]].tolist() == ["B", "C1", 5000.0, 50.0]


def test_a_proposal_that_serves_no_project_has_no_host() -> None:
    served = proposals()["proposal_served"].assign(estate_id="D")
    assert hosts_of(served, project=pd.Series({"D": None, "B": "C1"}, dtype=object)) == {}


def test_a_proposal_without_a_project_is_told() -> None:
    given = proposals()
    found = programme(**{**given, "proposal_served": given["proposal_served"].assign(estate_id="D")})
    assert [(problem.code, problem.value) for problem in found.problems] == [("proposal_no_project", "P001")]


def test_the_rent_of_a_site_counts_as_far_as_no_proposal_takes_it() -> None:
    """A quarter of the 400 square metres is built on."""
    place = towns.layer(
        "sites", [Point(310, 50)], site_id=["S1"], kind="idle_room", area_m2=400.0, rent_yuan=1000.0, links=False
    )
    found = programme(sites=place, **proposals())
    base = found.balance[found.balance["case"] == "base"].set_index("project_id")
    assert base["revenue_yuan"].to_dict() == {"C1": 750.0}


def test_urgency_is_the_weighted_mean_of_what_is_known() -> None:
    own = homes(willing_percent=[80.0, 80.0, np.nan, 0.0], managed=["yes", "no", None, None])
    weights = {"willingness": 0.5, "management": 0.5, "safety": 0.0, "need": 0.0}
    found = programme(own, phases={**YEARS, "weights": weights}).phases.set_index("project_id")
    assert found.loc["C1", "urgency"] == pytest.approx(0.5 * 0.8 + 0.5 * 0.5)
    assert found.loc["C", "urgency"] == 0.5  # nothing is known of it
    assert found["rank"].to_dict() == {"C1": 1.0, "C": 2.0}


def test_the_same_town_gives_the_same_programme() -> None:
    one, two = (programme(phases=YEARS) for _ in range(2))
    pd.testing.assert_frame_equal(one.phases, two.phases)
    pd.testing.assert_frame_equal(one.costs, two.costs)
