"""Openings of whole towns: what is predicted is what a full run with the opening finds."""

from collections.abc import Mapping
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import Point, box

from data.inputs import Inputs
from data.standards.model import Standard
from geo.plan import Plan
from geo.work_out import work_out
from tests.towns import (
    Shapes,
    Spot,
    Street,
    asked,
    buildings,
    estates,
    facilities,
    gates,
    service,
    standard,
    street,
    town,
    walkways,
)

# A walled block of 400 m by 200 m. Its gate lies in the west, the market across its eastern wall.
BLOCK = {"A": box(0, 0, 400, 200)}
WEST, EAST = street((-10, -300), (-10, 100), (-10, 300)), street((410, -300), (410, 300))
SOUTH = street((-10, -300), (410, -300))
RING = (WEST, EAST, SOUTH)
GATE = {"G": (0.0, 100.0)}
MARKET = {"F": Point(420, 90)}
ROUND_M = 10 + 400 + 420 + 390 + 10
RULES = standard(service("market", asked()), service("elder_care", asked(), profile="elderly"))
COLUMNS = ["opening_id", "kind", "estate_id", "other_id", "person_minutes", "gaps_closed", "services", "closes"]


def block(
    *streets: Street,
    grounds: Shapes = BLOCK,
    doors: Mapping[str, Spot] = GATE,
    shops: Shapes = MARKET,
    kinds: object = "market",
    rules: Standard = RULES,
    openings: bool = True,
    **layers: gpd.GeoDataFrame,
) -> Inputs:
    homes = estates(grounds, people=[300.0, 500.0, 700.0][: len(grounds)])
    return town(
        walkways(*(streets or RING)),
        homes,
        rules=rules,
        settings={"walking": {"openings": openings, "isochrones": "none"}, "gaps": {"thin_share": 0.0}},
        facilities=facilities(shops, kinds),
        gates=gates(doors),
        **layers,
    )


def opened(inputs: Inputs, spot: Point) -> Inputs:
    """Draw one more open gate."""
    extra = inputs.gates.iloc[:1].assign(gate_id="NEW").set_geometry([spot], crs=inputs.crs)
    return replace(inputs, gates=pd.concat([inputs.gates, extra], ignore_index=True))


def minutes(plan: Plan) -> pd.Series:
    return plan.walks.set_index(["estate_id", "service"])["walk_minutes"]


def saved(before: Plan, after: Plan) -> float:
    people = before.estates.set_index("estate_id")["people"]
    less = minutes(before) - minutes(after)
    return float((less * people.loc[less.index.get_level_values(0)].to_numpy()).sum())


def gaps(plan: Plan) -> int:
    return int((plan.gaps["state"] == "gap").sum())


def test_the_gate_towards_the_market_is_named() -> None:
    plan = work_out(block())
    best = plan.openings.iloc[0]
    assert best[["opening_id", "kind", "estate_id", "gaps_closed", "services"]].tolist() == [
        "O001",
        "gate",
        "A",
        1,
        "market",
    ]
    assert best.geometry.x == 400
    assert abs(best.geometry.y - 90) <= 12.5
    new_m = 10 + abs(best.geometry.y - 90) + 10
    # People who walked longer than the limit save from what they walked.
    assert best["person_minutes"] == pytest.approx(300 * (ROUND_M - new_m) * 0.9 / 60, abs=0.01)


@pytest.mark.parametrize(
    ("kinds", "homes"),
    [
        (["market"], None),
        (["market"], [box(20, 90, 40, 110)]),
        (["market", "elder_care"], [box(20, 90, 40, 110), box(360, 20, 380, 60)]),
    ],
    ids=["no_homes", "one_home", "two_paces"],
)
@pytest.mark.parametrize("row", [0, 1, -1])
def test_what_a_gate_is_said_to_save_it_saves(kinds: list[str], homes: list[shapely.Geometry] | None, row: int) -> None:
    shops = dict(zip("FG", (Point(420, 90), Point(425, -150)), strict=True))
    layers = {} if homes is None else {"buildings": buildings(*homes, use="apartments", levels=6.0)}
    inputs = block(shops={key: shops[key] for key in "FG"[: len(kinds)]}, kinds=kinds, **layers)
    before = work_out(inputs)
    found = before.openings.iloc[row]
    after = work_out(opened(inputs, found.geometry))
    # Minutes are shown to the hundredth, rounded up; places to the millimetre.
    assert found["person_minutes"] == pytest.approx(saved(before, after), abs=0.011 * 300 * len(kinds))
    assert found["gaps_closed"] == gaps(before) - gaps(after)
    fell = minutes(before) - minutes(after)
    assert set(found["services"].split(";")) == set(fell[fell > 0.011].index.get_level_values(1))


def test_no_gate_is_named_where_openings_are_not_looked_for() -> None:
    plan = work_out(block(openings=False))
    assert len(plan.openings) == 0
    assert set(COLUMNS) <= set(plan.openings.columns)
    assert plan.openings.crs == plan.inputs.crs


def test_layer_too_thin_to_judge_is_no_reason_for_a_gate() -> None:
    """One market where twenty would be expected."""
    thin = standard(service("market", asked(), people_per_place=15.0))
    inputs = block(rules=thin)
    inputs = replace(
        inputs,
        project=inputs.project.model_copy(update={"gaps": inputs.project.gaps.model_copy(update={"thin_share": 0.5})}),
    )
    plan = work_out(inputs)
    assert plan.services["thin"].tolist() == [True]
    assert len(plan.openings) == 0
    sure = work_out(replace(inputs, standard=RULES))
    assert len(sure.openings) > 0


def test_service_that_nothing_is_asked_of_is_no_reason_for_a_gate() -> None:
    assert len(work_out(block(rules=standard(service("market")))).openings) == 0


def test_without_facilities_or_estates_there_is_nothing_to_open() -> None:
    assert len(work_out(block(shops={})).openings) == 0
    assert len(work_out(block(grounds={}, doors={})).openings) == 0


def test_gate_beside_the_one_there_is_brings_nothing() -> None:
    plan = work_out(block(shops={"F": Point(-20, 100)}))
    assert len(plan.openings) == 0


def test_one_way_street_is_walked_its_way_to_the_new_gates_facility() -> None:
    """The street along the eastern wall leads north alone, so that only gates south of the market help."""
    east = street((410, -300), (410, 300), one_way=1)
    plan = work_out(block(WEST, east, SOUTH))
    eastern = plan.openings[plan.openings.geometry.x == 400]
    assert len(eastern) > 0
    assert (eastern.geometry.y <= 90).all()


def test_passage_through_a_neighbour_saves_what_its_gate_would() -> None:
    """B lies between A and the market, with a gate in the east; the walls stand 4 m apart."""
    grounds = {"A": box(0, 0, 200, 200), "B": box(204, 0, 400, 200)}
    doors = {"G": (0.0, 100.0), "H": (400.0, 100.0)}
    plan = work_out(block(grounds=grounds, doors=doors))
    passage = plan.openings[plan.openings["kind"] == "passage"].iloc[0]
    assert passage[["estate_id", "other_id", "gaps_closed", "services"]].tolist() == ["A", "B", 1, "market"]
    through_m = passage.geometry.distance(Point(400, 100)) + 10 + 10 + 10
    assert passage["person_minutes"] == pytest.approx(300 * (ROUND_M - through_m) * 0.9 / 60, abs=0.02)


def test_order_of_the_rows_read_does_not_matter() -> None:
    grounds = {"A": box(0, 0, 200, 200), "B": box(204, 0, 400, 200)}
    inputs = block(grounds=grounds, doors={"G": (0.0, 100.0), "H": (400.0, 190.0)})
    turned = replace(
        inputs, estates=inputs.estates[::-1].reset_index(drop=True), gates=inputs.gates[::-1].reset_index(drop=True)
    )
    one, other = work_out(inputs).openings, work_out(turned).openings
    pd.testing.assert_frame_equal(one, other)
    assert len(one) > 1
    assert np.all(np.diff(one["gaps_closed"]) <= 0)
    assert one["opening_id"].tolist() == [f"O{number:03d}" for number in range(1, len(one) + 1)]


@pytest.mark.parametrize("state", ["closed", "residents"])
def test_opening_a_shut_gate_saves_what_a_full_run_finds(state: str) -> None:
    """A lane runs through the block, shut at its eastern end; Z lies west of the block and walks round it."""
    lane = street((-10, 100), (410, 100))
    east = street((410, -300), (410, 100), (410, 300))
    grounds = {**BLOCK, "Z": box(-60, 90, -30, 110)}
    inputs = block(WEST, east, SOUTH, lane, grounds=grounds, doors={**GATE, "S": (400.0, 100.0)})
    shut = replace(inputs, gates=inputs.gates.assign(state=["open", state]))
    before, after = work_out(shut), work_out(inputs)
    found = before.openings[before.openings["kind"] == "reopen"]
    assert found["gate_id"].tolist() == ["S"]
    # Of a closed gate the ways alone are opened: its own residents walk there from their other gate, 400 m off.
    less = {"closed": 300 * 400 * 0.9 / 60, "residents": 0.0}[state]
    assert found["person_minutes"].iloc[0] == pytest.approx(saved(before, after) - less, abs=0.011 * 800)
    assert found["gaps_closed"].iloc[0] == gaps(before) - gaps(after)
