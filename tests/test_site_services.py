"""Sites of a street town: every walk is read off the coordinates, every fit off the rules."""

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import Point, box

from data.standards.siting import siting_rules
from geo.plan import Plan
from geo.siting.candidates import judge_sites, usable_m2
from geo.siting.demand import people_lacking
from geo.work_out import work_out
from tests.towns import asked, estates, facilities, layer, service, standard, street, town, walkways

RULES = siting_rules()
Hazard = tuple[str, tuple[float, float]]
# One street of two kilometres; the only market stands at its far end.
STREET = walkways(street((0, 0), (400, 0), (800, 0), (1200, 0), (2000, 0), name="长街"))
HOMES = {"A": box(50, 10, 150, 90), "B": box(350, 10, 450, 90)}
MARKET = facilities({"M1": Point(1990, 5)}, capacity=None)


def sites(*rows: Mapping[str, Any]) -> gpd.GeoDataFrame:
    usual = {"kind": "idle_land", "area_m2": 2000.0, "at": (700, 5)}
    told = [{**usual, **row} for row in rows]
    columns: dict[str, Any] = {name: [row.get(name) for row in told] for name in ("kind", "area_m2", "allows", "owner")}
    numbers = {name: [row.get(name, np.nan) for row in told] for name in ("storey", "cost_yuan", "rent_yuan")}
    ids = [f"S{number}" for number in range(1, len(told) + 1)]
    names = [f"资源{number}" for number in range(1, len(told) + 1)]
    shapes = [Point(row["at"]) for row in told]
    return layer("sites", shapes, site_id=ids, name=names, links=False, from_map=False, **columns, **numbers)


def planned(
    places: gpd.GeoDataFrame,
    *,
    siting: Mapping[str, Any] | None = None,
    costs: Mapping[str, Any] | None = None,
    **changed: Any,  # noqa: ANN401 - people, estates
) -> Plan:
    people = changed.pop("people", 3000.0)
    settings = {"siting": siting or {}, "costs": costs or {}, "clusters": {"floor_people": 10, "ceiling_people": 9e4}}
    homes = changed.pop("homes", estates(HOMES, people=people))
    return work_out(town(STREET, homes, facilities=MARKET, sites=places, settings=settings, **changed))


def test_a_market_is_proposed_where_both_estates_reach_it() -> None:
    plan = planned(sites({"at": (700, 5)}))
    row = plan.proposals.iloc[0]
    assert row[["service", "site_id", "people_served", "gaps_closed"]].tolist() == ["market", "S1", 6000.0, 2]
    assert row["floor_area_m2"] == 600  # a tenth of a square metre for each of the six thousand
    served = plan.proposal_served.set_index("estate_id")
    assert served["closes"].all()
    # From the gate at (150, ..) it is farther than from (450, ..).
    assert served.loc["A", "minutes_after"] > served.loc["B", "minutes_after"]
    assert (served["minutes_before"] > 15).all()


def test_the_next_best_site_is_told_with_whom_it_would_serve() -> None:
    """S2 holds 500 square metres, which is five thousand people."""
    plan = planned(sites({}, {"area_m2": 500.0, "at": (720, 5)}))
    assert plan.proposals[["site_id", "next_site_id", "next_people"]].iloc[0].tolist() == ["S1", "S2", 5000.0]


def test_one_site_takes_two_services_that_share_its_area() -> None:
    rules = standard(service("market", asked()), service("elder_care", asked()))
    elders = facilities({"M1": Point(1990, 5), "F1": Point(1980, 5)}, service=["market", "elder_care"])
    settings = {"clusters": {"floor_people": 10, "ceiling_people": 9e4}}
    homes = estates(HOMES, people=3000.0)
    inputs = town(STREET, homes, facilities=elders, sites=sites({"area_m2": 1000.0}), rules=rules, settings=settings)
    plan = work_out(inputs)
    assert set(plan.proposals["service"]) == {"market", "elder_care"}
    assert plan.proposals["together"].all()
    assert plan.proposals["floor_area_m2"].sum() == pytest.approx(1000, abs=2)


@pytest.mark.parametrize(
    ("siting", "count"),
    [
        pytest.param({"facilities": 0}, 0, id="none allowed"),
        pytest.param({"enabled": False}, 0, id="not asked for"),
        pytest.param({"services": ["elder_care"]}, 0, id="another service asked for"),
        pytest.param({}, 1, id="as it comes"),
    ],
)
def test_the_settings_limit_the_proposals(siting: dict[str, Any], count: int) -> None:
    assert len(planned(sites({}), siting=siting).proposals) == count


PRICE = {"source": "甲", "items": {"market": {"yuan": 1000, "per": "facility_m2"}}}


@pytest.mark.parametrize(
    ("budget", "people"),
    [
        pytest.param(0, None, id="a budget of nothing"),
        pytest.param(499_000, None, id="less than the smallest market"),
        pytest.param(550_000, 5500.0, id="a market for some"),
        pytest.param(600_000, 6000.0, id="a market for all"),
    ],
)
def test_a_budget_buys_square_metres(budget: float, people: float | None) -> None:
    plan = planned(sites({}), siting={"budget_yuan": budget}, costs=PRICE)
    assert plan.proposals["people_served"].tolist() == ([] if people is None else [people])


def test_without_a_price_a_budget_cannot_be_kept_and_that_is_told() -> None:
    plan = planned(sites({}), siting={"budget_yuan": 1e9})
    assert plan.proposals.empty
    assert "siting_unpriced" in [problem.code for problem in plan.problems]


def test_what_the_site_itself_costs_counts_by_the_part_taken() -> None:
    """600 of 2,000 square metres of a site of a million."""
    plan = planned(sites({"cost_yuan": 1_000_000.0}), costs=PRICE)
    assert plan.proposals["cost_yuan"].iloc[0] == pytest.approx(600 * 1000 + 300_000, abs=1)


def test_residents_of_estates_that_may_not_be_renovated_count_only_when_asked() -> None:
    new = estates(HOMES, people=3000.0, built_year_max=[1990.0, 2015.0])
    for people, served in (("eligible", 3000.0), ("all", 6000.0)):
        assert planned(sites({}), homes=new, siting={"people": people}).proposals["people_served"].sum() == served


def test_coverage_and_equity_are_told_with_the_proposals_built() -> None:
    plan = planned(sites({}))
    whole = plan.coverage[(plan.coverage["scale"] == "whole") & (plan.coverage["minutes"] == 15)].iloc[0]
    assert whole[["people_share", "people_share_proposed"]].tolist() == [0.0, 1.0]
    spread = plan.equity[(plan.equity["scale"] == "whole") & (plan.equity["measure"] == "walk_minutes")].iloc[0]
    assert spread["mean_proposed"] < spread["mean"]


def test_without_proposals_nothing_is_told_of_afterwards() -> None:
    plan = planned(sites())
    assert plan.coverage["people_share_proposed"].isna().all()
    assert plan.equity["gini_proposed"].isna().all()
    assert plan.candidates.empty


def judged(
    places: gpd.GeoDataFrame,
    key: str = "childcare",
    *,
    road_m: float = 5.0,
    hazard: tuple[str, tuple[float, float]] | None = None,
) -> pd.DataFrame:
    kinds = [] if hazard is None else [hazard[0]]
    shapes = [] if hazard is None else [Point(hazard[1])]
    hazards = layer("hazards", shapes, hazard_id=[f"D{i}" for i in range(len(kinds))], kind=kinds)
    return judge_sites(places, services=[key], rules=RULES, hazards=hazards, road_m=np.full(len(places), road_m))


@pytest.mark.parametrize(
    ("site", "around", "why"),
    [
        pytest.param({}, {}, "fits", id="a site that fits"),
        pytest.param({"kind": "green_corner"}, {}, "kind", id="a kind that does not suit"),
        pytest.param({"kind": "green_corner", "allows": "childcare", "area_m2": 9e4}, {}, "too_small", id="no floor"),
        pytest.param({"allows": "market;canteen"}, {}, "not_allowed", id="other services allowed"),
        pytest.param({"allows": "canteen;childcare"}, {}, "fits", id="allowed by name"),
        pytest.param({"area_m2": np.nan}, {}, "area_unknown", id="no area recorded"),
        pytest.param({"area_m2": 199.9}, {}, "too_small", id="a tenth of a square metre too small"),
        pytest.param({"area_m2": 200.0}, {}, "fits", id="just large enough"),
        pytest.param({"storey": 4.0}, {}, "storey", id="too high"),
        pytest.param({"storey": -1.0}, {}, "storey", id="under the ground"),
        pytest.param({"storey": 3.0}, {}, "fits", id="the highest allowed"),
        pytest.param({}, {"hazard": ("petrol_station", (790, 5))}, "hazard", id="beside a petrol station"),
        pytest.param({}, {"hazard": ("petrol_station", (800, 5))}, "fits", id="a hundred metres from one"),
        pytest.param({}, {"hazard": ("waste_transfer", (700, 90))}, "hazard", id="beside a waste station"),
        pytest.param({}, {"road_m": 100.1}, "off_road", id="off the road"),
        pytest.param({}, {"road_m": np.inf}, "off_road", id="no way in reach"),
    ],
)
def test_the_first_reason_against_a_site_is_told(site: dict[str, Any], around: dict[str, Any], why: str) -> None:
    found = judged(sites(site), **around)
    assert found["why"].tolist() == [why]
    assert found["fits"].tolist() == [why == "fits"]


def test_land_offers_ground_to_what_needs_no_roof() -> None:
    places = sites({"kind": "green_corner", "area_m2": 1000.0}, {"kind": "idle_room", "area_m2": 1000.0})
    assert usable_m2(places, rules=RULES, outdoor=True).tolist() == [800, 0]
    assert usable_m2(places, rules=RULES, outdoor=False).tolist() == [0, 1000]


@pytest.mark.parametrize(
    ("state", "metric", "shortfall", "people"),
    [
        pytest.param("gap", "walk_minutes", 5.0, 300.0, id="too far is everybody"),
        pytest.param("gap", "beds_per_1000_elderly", 5.0, 75.0, id="a quarter short is a quarter of them"),
        pytest.param("gap", "facility_floor_area_m2", 5.0, 300.0, id="none large enough is everybody"),
        pytest.param("borderline", "walk_minutes", 0.1, 0.0, id="borderline is no reason to build"),
        pytest.param("size_unknown", "beds_per_1000_elderly", np.nan, 0.0, id="size unknown is none either"),
        pytest.param("no_data", "walk_minutes", np.nan, 0.0, id="nor is missing data"),
    ],
)
def test_people_who_lack_a_service(state: str, metric: str, shortfall: float, people: float) -> None:
    gaps = pd.DataFrame(
        {"estate_id": ["A"], "state": [state], "metric": [metric], "shortfall": [shortfall], "threshold": [20.0]}
    )
    assert people_lacking(gaps, people=pd.Series([300.0], ["A"])).tolist() == [people]


def test_a_gap_that_a_gate_closes_is_not_built_for() -> None:
    """The wall of A lies on the far street; a gate in it brings the market within reach."""
    ways = walkways(street((0, 0), (400, 0), (2600, 0), (2600, 120), (0, 120)))
    homes = estates({"A": box(50, 10, 150, 110)}, people=3000.0)
    given = layer("gates", [Point(100, 10)], gate_id=["G1"], state="open", osm_id=-1)
    market = facilities({"M1": Point(500, 125)})
    settings = {"clusters": {"floor_people": 10, "ceiling_people": 9e4}}
    layers = {"facilities": market, "sites": sites({"at": (300, -5)}), "gates": given}
    plan = work_out(town(ways, homes, settings=settings, **layers))
    assert plan.gaps["state"].tolist() == ["gap"]
    first = plan.alternatives.iloc[0]
    assert first[["kind", "service", "estate_id", "people"]].tolist() == ["gate", "market", "A", 3000.0]
    assert plan.proposals.empty
    assert plan.siting_figures["left_to_openings"].tolist() == [1]
    always = {**settings, "siting": {"openings_first": False}}
    built = work_out(town(ways, homes, settings=always, **layers))
    assert len(built.proposals) == 1


def test_a_car_park_with_spaces_at_night_is_shared_by_an_estate_short_of_spaces() -> None:
    homes = estates(HOMES, parking_spaces=[20.0, 100.0])
    parks = facilities({"K1": Point(300, 5)}, service="parking", capacity=50.0, night_spaces=30.0)
    rules = standard(service("parking", asked()))
    plan = work_out(town(STREET, homes, facilities=parks, rules=rules))
    shared = plan.alternatives[plan.alternatives["kind"] == "share_parking"]
    assert shared[["estate_id", "means_id", "amount"]].to_numpy().tolist() == [["A", "K1", 30.0]]
