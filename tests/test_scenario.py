"""Applying scenarios to a small town, whose walks are worked out by hand.

The town, in metres. A walk from E1 to the market is 20 m of driveway, 1,000 m of street and 10 m of path: 1,030 m, at
1,000 m in 15 min that is 15.45 min::

    E1 (0..100, 20..120), driveway at x 50              M market (1050, 10)
    ──┬─────────────────●─────────────────────────────────── y 0, from x 0 to 2000; a gate G1 stands at x 500
      └───────────────────────────────────────────────────── y -300, joined to the first street at x 0
                                                         C clinic (50, -310)
"""

import dataclasses
import pickle
from collections.abc import Mapping

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from shapely import LineString, Point

from data.errors import ScenarioError
from data.inputs import Inputs
from data.problems import Problem, Severity
from data.scenario import Scenario
from data.scenario_file import make_scenario
from geo.plan import Plan
from geo.what_if.scenario import apply_scenario
from geo.work_out import work_out
from tests.towns import (
    TOWN_CRS,
    asked,
    barriers,
    estates,
    facilities,
    gates,
    moved,
    service,
    standard,
    street,
    town,
    walkways,
)

Edit = Mapping[str, object]

EAST, NORTH = 500_000.0, 5_000_000.0
RULES = standard(service("market", asked()), service("clinic", asked()), service("court"))


def make_town(gate: str = "open", *, walls: tuple[LineString, ...] = (), driveway: bool = True) -> Inputs:
    """Make the town; its far lower left is where the coordinate system is at home."""
    ways = [
        street((0, 0), (50, 0), (500, 0), (2000, 0)),
        street((0, 0), (0, -300), (2000, -300)),
        *([street((50, 0), (50, 70))] if driveway else []),
    ]
    return shifted(
        town(
            walkways(*ways, ids={(500.0, 0.0): 7}),
            estates({"E1": shapely.box(0, 20, 100, 120)}),
            rules=RULES,
            facilities=facilities({"M": Point(1050, 10), "C": Point(50, -310)}, service=["market", "clinic"]),
            gates=gates({"G1": (500, 0)}, state=gate, osm_id=7),
            barriers=barriers(*walls, kind="wall"),
        )
    )


def shifted(inputs: Inputs) -> Inputs:
    """Move the town to where its coordinates can be told from others."""
    return moved(inputs, east=EAST, north=NORTH)


def spot(x: float, y: float) -> list[float]:
    return [EAST + x, NORTH + y]


def scenario(*edits: Edit) -> Scenario:
    return make_scenario({"name": "情景", "coordinates": "EPSG:4548", "edits": list(edits)}, file_name="s.toml")


def after(inputs: Inputs, *edits: Edit) -> Plan:
    return work_out(apply_scenario(inputs, scenario(*edits)))


def minutes(plan: Plan, service_key: str = "market", estate_id: str = "E1") -> float | None:
    """Return the nearest walk, None when no such facility is reached."""
    nearest = plan.nearest[plan.nearest["rank"] == 1] if "rank" in plan.nearest else plan.nearest
    mine = nearest[(nearest["estate_id"] == estate_id) & (nearest["service"] == service_key)]
    return float(mine["walk_minutes"].iloc[0]) if len(mine) else None


def metres(*parts: float) -> object:
    """Return the minutes of a walk at 1,000 m in 15 min."""
    return pytest.approx(sum(parts) * 15 / 1000, abs=0.011)


def told(inputs: Inputs, *edits: Edit) -> list[Problem]:
    with pytest.raises(ScenarioError, match=r"s\.toml") as caught:
        apply_scenario(inputs, scenario(*edits))
    return list(caught.value.problems)


def test_the_town_as_it_is() -> None:
    plan = work_out(make_town())
    assert minutes(plan) == metres(20, 1000, 10)
    assert minutes(plan, "clinic") == metres(20, 50, 300, 50, 10)


SHOP: Edit = {"action": "add_facility", "service": "market", "at": spot(250, 10), "name": "新菜场", "capacity": 30}
LINK: Edit = {"action": "add_link", "from": spot(50, -3), "to": spot(50, -297)}
WALL = LineString([(1000, 5), (1100, 5)])
ACTIONS: dict[str, tuple[Inputs, Edit, str, tuple[float, ...] | None, tuple[float, ...] | None]] = {
    "open_gate": (make_town("closed"), {"action": "open_gate", "gate": "G1"}, "market", None, (20, 1000, 10)),
    "close_gate": (make_town(), {"action": "close_gate", "gate": "G1"}, "market", (20, 1000, 10), None),
    "restrict_gate": (make_town(), {"action": "restrict_gate", "gate": "G1"}, "market", (20, 1000, 10), None),
    "remove_wall": (
        make_town(walls=(WALL,)),
        {"action": "remove_wall", "barrier": "B0"},
        "market",
        None,
        (20, 1000, 10),
    ),
    "add_link": (make_town(), LINK, "clinic", (20, 50, 300, 50, 10), (20, 3, 294, 3, 10)),
    "add_facility": (make_town(), SHOP, "market", (20, 1000, 10), (20, 200, 10)),
    "remove_facility": (
        make_town(),
        {"action": "remove_facility", "facility": "C"},
        "clinic",
        (20, 50, 300, 50, 10),
        None,
    ),
}


@pytest.mark.parametrize("action", ACTIONS)
def test_each_action_changes_the_walk_as_worked_out_by_hand(action: str) -> None:
    inputs, edit, key, before, afterwards = ACTIONS[action]
    assert minutes(work_out(inputs), key) == (metres(*before) if before else None)
    assert minutes(after(inputs, edit), key) == (metres(*afterwards) if afterwards else None)


def test_a_new_gate_lets_the_estate_out_where_it_stands() -> None:
    inputs = make_town(driveway=False)
    assert minutes(work_out(inputs), "clinic") == metres(20, 50, 300, 50, 10)
    edit = {"action": "add_gate", "at": spot(90, 20), "name": "东门"}
    gates_after = apply_scenario(inputs, scenario(edit)).gates
    assert gates_after.iloc[-1][["gate_id", "name", "state", "osm_id"]].tolist() == ["NG1", "东门", "residents", -2]
    assert minutes(after(inputs, edit)) == metres(20, 960, 10)


def test_a_resized_facility_keeps_what_is_not_named() -> None:
    inputs = make_town()
    inputs = dataclasses.replace(inputs, facilities=inputs.facilities.assign(floor_area_m2=500.0))
    made = apply_scenario(inputs, scenario({"action": "resize_facility", "facility": "M", "capacity": 12}))
    assert made.facilities.set_index("facility_id").loc["M", ["capacity", "floor_area_m2"]].tolist() == [12, 500]
    assert made.facilities.set_index("facility_id")["capacity"].isna().tolist() == [False, True]


def test_new_facilities_stand_at_the_end_with_identifiers_of_their_own() -> None:
    inputs = make_town()
    inputs = dataclasses.replace(inputs, facilities=inputs.facilities.replace({"facility_id": {"C": "N1"}}))
    other = {**SHOP, "id": "东", "at": spot(300, 10)}
    made = apply_scenario(inputs, scenario(other, SHOP)).facilities
    assert made["facility_id"].tolist()[:2] == ["M", "N1"]
    assert sorted(made["facility_id"].tolist()[2:]) == ["N2", "东"]
    assert made.set_index("facility_id").loc["N2", ["name", "service", "capacity", "source"]].tolist() == [
        "新菜场", "market", 30, "s.toml"
    ]  # fmt: skip


def test_the_scenario_is_among_the_sources_with_its_edits() -> None:
    source = apply_scenario(make_town(), scenario(SHOP, LINK)).sources[-1]
    assert (source.role, source.name, source.facts["name"]) == ("scenario", "s.toml", "情景")
    assert '"action":"add_link"' in source.facts["edits[2]"]


def test_a_link_may_end_loose_in_an_estate_and_that_is_told() -> None:
    inputs = make_town(driveway=False)
    made = apply_scenario(inputs, scenario({"action": "add_link", "from": spot(80, 0), "to": spot(80, 60)}))
    assert [(one.code, one.field, one.severity) for one in made.problems] == [
        ("scenario_link_loose", "edits[1].to", Severity.WARNING)
    ]
    assert minutes(work_out(made)) == metres(20, 970, 10)


def test_a_link_across_a_railway_or_a_wall_is_told_and_counts() -> None:
    inputs = make_town()
    across = [LineString([(0, -50), (500, -50)]), LineString([(0, -60), (500, -60)]), LineString([(0, -90), (9, -90)])]
    kinds = ["railway", "railway", "wall"]
    fence = moved(dataclasses.replace(inputs, barriers=barriers(*across, kind=kinds)), east=EAST, north=NORTH).barriers
    fence = fence.assign(name=["京九线", "京九线", None])
    made = apply_scenario(dataclasses.replace(inputs, barriers=fence), scenario(LINK, {**SHOP, "name": "新"}))
    found = [(one.code, one.field, one.value, one.severity) for one in made.problems]
    assert found == [("scenario_link_crosses", "edits[1].from", "京九线", Severity.WARNING)]
    assert minutes(work_out(made), "clinic") == metres(20, 300, 10)


def test_an_added_gate_leaves_the_other_ways_in() -> None:
    inputs = make_town()
    made = apply_scenario(inputs, scenario({"action": "add_gate", "at": spot(90, 20)}))
    before, after = (work_out(one).access_points for one in (inputs, made))
    assert len(after) == len(before) + 1
    assert made.problems == ()


def test_places_in_other_systems_are_read_as_declared() -> None:
    lon, lat = Transformer.from_crs(TOWN_CRS, 4326, always_xy=True).transform(EAST + 250, NORTH + 10)
    moved = {**SHOP, "at": [lon, lat], "coordinates": "wgs84"}
    spots = [apply_scenario(make_town(), scenario(edit)).facilities.geometry.iloc[-1] for edit in (SHOP, moved)]
    assert spots[0].distance(spots[1]) < 0.001
    shift = apply_scenario(make_town(), scenario({**moved, "coordinates": "gcj02"}))
    assert 100 < spots[0].distance(shift.facilities.geometry.iloc[-1]) < 1000
    assert [one.code for one in shift.problems] == ["crs_shift_removed"]


FAULTS: dict[str, tuple[Edit, tuple[str, str], str]] = {
    "gate": ({"action": "open_gate", "gate": "G11"}, ("scenario_no_gate", "edits[1].gate"), "G1"),
    "barrier": ({"action": "remove_wall", "barrier": "B9"}, ("scenario_no_barrier", "edits[1].barrier"), "B0"),
    "facility by its name": (
        {"action": "remove_facility", "facility": "人民菜场"},
        ("scenario_no_facility", "edits[1].facility"),
        "M (人民菜场)",
    ),
    "river": ({"action": "remove_wall", "barrier": "B1"}, ("scenario_not_a_wall", "edits[1].barrier"), "river"),
    "service": ({**SHOP, "service": "mall"}, ("service_undeclarable", "edits[1].service"), "clinic (clinic)"),
    "identifier": ({**SHOP, "id": "M"}, ("scenario_id_taken", "edits[1].id"), "M"),
    "far away": ({**SHOP, "at": spot(5200, 0)}, ("scenario_far_away", "edits[1].at"), "5.1 km"),
    "degrees for metres": (
        {**SHOP, "at": [117.0, 45.1]},
        ("crs_declared_impossible", "edits[1].coordinates"),
        "117.00°E",
    ),
    "no gate of an estate": (
        {"action": "add_gate", "at": spot(300, 20)},
        ("scenario_gate_apart", "edits[1].at"),
        "200 m",
    ),
    "no length": ({**LINK, "to": LINK["from"]}, ("scenario_link_short", "edits[1].to"), "same place"),
    "nowhere": ({**LINK, "to": spot(50, -100)}, ("scenario_link_nowhere", "edits[1].to"), "no estate"),
    "apart": (
        {**LINK, "from": spot(50, -200), "to": spot(50, -100)},
        ("scenario_link_apart", "edits[1].from"),
        "nobody gets there",
    ),
}


@pytest.mark.parametrize("case", FAULTS)
def test_an_edit_that_does_not_fit_is_told(case: str) -> None:
    edit, problem, said = FAULTS[case]
    inputs = make_town(walls=(WALL,))
    fence = barriers(WALL, LineString([(0, -100), (9, -100)]), kind=["wall", "river"])
    named = inputs.facilities.assign(name=["人民菜场", None])
    found = told(dataclasses.replace(inputs, barriers=fence, facilities=named), edit)
    assert [(one.code, one.field) for one in found] == [problem]
    assert said in str(ScenarioError(*found))


def test_all_that_does_not_fit_is_told_at_once_in_the_order_of_the_file() -> None:
    edits = [FAULTS[case][0] for case in ("nowhere", "gate", "service", "facility by its name", "no gate of an estate")]
    fields = [one.field for one in told(make_town(), *edits)]
    assert sorted(fields) == ["edits[1].to", "edits[2].gate", "edits[3].service", "edits[4].facility", "edits[5].at"]


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        ({"action": "open_gate", "gate": "G1"}, "scenario_gate_unchanged"),
        ({**SHOP, "service": "court"}, "scenario_not_assessed"),
    ],
)
def test_an_edit_without_effect_is_told_and_done(edit: Edit, code: str) -> None:
    made = apply_scenario(make_town(), scenario(edit))
    assert [(one.code, one.severity) for one in made.problems] == [(code, Severity.WARNING)]


ALL: list[Edit] = [
    SHOP,
    {**SHOP, "at": spot(1500, 10)},
    LINK,
    {"action": "add_gate", "at": spot(90, 20)},
    {"action": "add_gate", "at": spot(0, 90)},
    {"action": "close_gate", "gate": "G1"},
    {"action": "remove_wall", "barrier": "B0"},
    {"action": "remove_facility", "facility": "C"},
    {"action": "resize_facility", "facility": "M", "capacity": 5},
]


def same(one: Inputs, other: Inputs) -> bool:
    """Tell whether two inputs hold the same rows in the same order."""
    names = [field.name for field in dataclasses.fields(one)]
    frames = [name for name in names if isinstance(getattr(one, name), gpd.GeoDataFrame)]
    alike = all(getattr(one, name).equals(getattr(other, name)) for name in frames)
    ways = all(getattr(one.walkways, name).equals(getattr(other.walkways, name)) for name in ("nodes", "edges"))
    return alike and ways


def test_applying_leaves_the_inputs_as_they_are() -> None:
    inputs = make_town(walls=(WALL,))
    kept: Inputs = pickle.loads(pickle.dumps(inputs))
    assert not same(apply_scenario(inputs, scenario(*ALL)), kept)
    assert same(inputs, kept)
    assert inputs.sources == kept.sources


@given(st.permutations(ALL))
@settings(max_examples=5)
def test_the_order_of_edits_does_not_matter(edits: list[Edit]) -> None:
    inputs = make_town(walls=(WALL,))
    assert same(apply_scenario(inputs, scenario(*edits)), apply_scenario(inputs, scenario(*ALL)))


def test_identifiers_and_rows_of_what_stays_are_the_same() -> None:
    inputs = make_town(walls=(WALL,))
    made = apply_scenario(inputs, scenario(*ALL))
    assert made.gates["gate_id"].tolist() == ["G1", "NG1", "NG2"]
    assert made.facilities["facility_id"].tolist() == ["M", "N1", "N2"]
    ends = ["x", "y", "osm_id"]
    pd.testing.assert_frame_equal(
        made.walkways.nodes[ends].iloc[: len(inputs.walkways.nodes)], inputs.walkways.nodes[ends]
    )


@given(x=st.integers(0, 2000), y=st.sampled_from([-310, -290, -10, 10]), gate=st.booleans())
@settings(max_examples=8)
def test_no_walk_gets_longer_by_a_facility_more_or_a_gate_opened(x: int, y: int, gate: bool) -> None:
    inputs = make_town("closed")
    opened: list[Edit] = [{"action": "open_gate", "gate": "G1"}] if gate else []
    plan, more = work_out(inputs), after(inputs, {**SHOP, "at": spot(x, y)}, *opened)
    for key in ("market", "clinic"):
        before, afterwards = minutes(plan, key), minutes(more, key)
        assert before is None or (afterwards is not None and afterwards <= before)
