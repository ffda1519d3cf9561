"""Walking networks that lead naive tools astray: the shared cases, and further towns of the same kind."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point, box

import lianpian
from data.problems import Problem
from data.project import Project
from geo.plan import Plan
from tests.osm_files import Parts, at, write_osm
from tests.shared_cases import case
from tests.test_project_inputs import Row, write_layer

# F1 is asked for as a market, F2 as a canteen; both walks are also asked for on wheels.
STANDARD = """
title = { zh = "测试标准" }
scope = "existing"
[[documents]]
name = "文件"
title = "文件"
[[items]]
key = "market"
category = "upgrade"
item = "市场"
[[items]]
key = "canteen"
category = "upgrade"
item = "助餐"
profile = "adult"
[[items]]
key = "elder_care"
category = "upgrade"
item = "养老"
profile = "wheels"
[[thresholds]]
service = ["market", "canteen", "elder_care"]
metric = "walk_minutes"
op = "le"
value = 15
unit = "min"
document = "文件"
clause = "一"
scope = "any"
role = "gap"
confidence = "verified"
"""
STREET = {"highway": "residential"}
FOOTWAY = {"highway": "footway"}
Spot = tuple[float, float]


def planned(folder: Path, given: Mapping[str, object], **walking: object) -> Plan:
    """Plan a project whose absence of facilities is never taken for thin data."""
    (folder / "标准.toml").write_text(STANDARD, encoding="utf-8")
    settings = {
        **given,
        "project": {"standard": "标准.toml"},
        "gaps": {"thin_share": 0},
        "walking": {"openings": False, "isochrones": "none", **walking},
        "folder": folder,
        "file_name": "project.toml",
    }
    return lianpian.plan(lianpian.load(Project.model_validate(settings)))


def shared(folder: Path, source: Path, *, gates: bool = True, **walking: object) -> Plan:
    """Plan a shared case; each service asks for one of its facilities."""
    rows = list(csv.reader((source / "facilities.csv").read_text("utf-8-sig").splitlines()))
    facilities = []
    for name, service in (("F1", "market"), ("F2", "canteen"), ("F2", "elder_care")):
        mine = [row for row in rows[1:] if row[0].startswith(name)]
        if mine:
            with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([rows[0], *mine])
            facilities.append({"path": f"{name}.csv", "service": service, "coordinates": "wgs84"})
    given = {
        "estates": {"path": str(source / "estates.geojson"), "coordinates": "wgs84"},
        "facilities": facilities,
        "network": {"path": str(source / "network.osm")},
        "gates": [{"path": str(source / "gates.csv"), "coordinates": "wgs84"}] if gates else [],
    }
    return planned(folder, given, **walking)


def made(
    folder: Path,
    *ways: tuple[Sequence[Spot], Mapping[str, str]],
    estate: Row,
    facilities: Mapping[str, Row],
    gate: Spot | None = None,
    tags: Mapping[Spot, Mapping[str, str]] | None = None,
) -> Plan:
    """Plan a town drawn in metres; ways meet where they name the same spot, and a service has one facility."""
    spots = list(dict.fromkeys(spot for way, _ in ways for spot in way))
    number = {spot: row for row, spot in enumerate(spots, start=1)}
    nodes: Parts = [(number[spot], *at(*spot), dict((tags or {}).get(spot, {}))) for spot in spots]
    drawn: Parts = [(100 + row, [number[spot] for spot in way], dict(kind)) for row, (way, kind) in enumerate(ways)]
    write_osm(folder / "net.osm", nodes=nodes, ways=drawn)
    write_layer(folder / "小区.geojson", estate)
    write_layer(folder / "门.geojson", (Point(gate or (0, 0)), {}))
    for service, row in facilities.items():
        write_layer(folder / f"{service}.geojson", row)
    wgs84 = {"coordinates": "wgs84"}
    given = {
        "estates": {"path": "小区.geojson", **wgs84},
        "facilities": [{"path": f"{service}.geojson", "service": service, **wgs84} for service in facilities],
        "network": {"path": "net.osm"},
        "gates": [{"path": "门.geojson", **wgs84}] if gate else [],
    }
    return planned(folder, given)


def facility(x: float, y: float, name: str = "F1") -> Row:
    return Point(x, y), {"name": name}


def walked(plan: Plan, service: str = "market") -> float:
    """Return the metres of the walk from the estate to the nearest facility of a service."""
    found = plan.nearest[(plan.nearest["service"] == service) & (plan.nearest["rank"] == 1)]
    assert len(found) == 1
    row = plan.walks[plan.walks["service"] == service].iloc[0]
    assert found["walk_m"].iloc[0] == pytest.approx(row["from_m"] + row["street_m"] + row["to_m"], abs=0.06)
    return float(found["walk_m"].iloc[0])


def metres(value: float) -> object:
    """Match what is as exact as the cases ask for: 2 % or 10 m."""
    return pytest.approx(value, rel=0.02, abs=10)


def told(plan: Plan, code: str) -> list[Problem]:
    return [problem for problem in plan.problems if problem.code == code]


def state(plan: Plan, service: str = "market") -> str:
    return str(plan.gaps.set_index("service").at[service, "state"])


# 26: pieces of the network that meet nothing.


def test_an_estate_is_not_joined_to_a_footway_that_leads_nowhere(tmp_path: Path) -> None:
    source, expect = case("26-isolated-component-snap")
    plan = shared(tmp_path, source)
    assert walked(plan) == metres(expect["E1_to_F1_m"])
    assert int((~plan.components["used"]).sum()) == expect["isolated_components"]
    assert [one.value for one in told(plan, "network_scraps")] == ["1"]


def park_across_the_river(folder: Path) -> Plan:
    """Draw a street of few nodes, and a park of many nodes and more metres that no bridge leads to."""
    steps = [30.0 * i for i in range(7)]
    along = [([(300 + x, 200 + y) for x in steps], FOOTWAY) for y in steps]
    across = [([(300 + x, 200 + y) for y in steps], FOOTWAY) for x in steps]
    street = ([(0.0, 0.0), (400.0, 0.0), (800.0, 0.0)], STREET)
    return made(
        folder,
        street,
        *along,
        *across,
        estate=(box(100, 10, 180, 90), {"id": "E1"}),
        facilities={"market": facility(700, -10), "canteen": facility(390, 285, "F2")},
        gate=(140, 10),
    )


def test_streets_stay_beside_a_park_that_is_the_larger_component(tmp_path: Path) -> None:
    plan = park_across_the_river(tmp_path)
    assert walked(plan) == pytest.approx(10 + 560 + 10, abs=1)
    assert plan.components["used"].tolist() == [True, True]
    assert plan.components["edges"].tolist() == [84, 1]


def test_what_lies_across_the_river_is_out_of_reach_and_it_is_said_why(tmp_path: Path) -> None:
    plan = park_across_the_river(tmp_path)
    assert "canteen" not in set(plan.nearest["service"])
    assert plan.facilities.set_index("service").at["canteen", "access_kind"] == "assumed"
    assert state(plan, "canteen") == "gap"
    (problem,) = told(plan, "network_apart")
    # The park is the longest part; the estate and F1 lie on the street.
    assert (problem.value, problem.facts) == ("1", {"km": "0.8", "estates": 1, "facilities": 1})


# 27: a wall with one gate.

GROUND: Row = (box(0, 0, 200, 200), {"id": "E1"})
SOUTH = [(-100.0, -20.0), (100.0, -20.0), (700.0, -20.0)]
NORTH = [(700.0, -20.0), (700.0, 260.0), (188.0, 260.0)]
WALL = [(0.0, 0.0), (200.0, 0.0), (200.0, 200.0), (188.0, 200.0), (0.0, 200.0), (0.0, 0.0)]
DRIVE = ([(188.0, 200.0), (188.0, 260.0)], {"highway": "service"})
# Along the drive, the north and the east street, and back along the south street.
ALL_AROUND = 60 + 512 + 280 + 600 + 10


@pytest.mark.parametrize("gates", [True, False], ids=["gate given", "gate on the wall"])
def test_an_estate_is_left_by_its_only_gate(tmp_path: Path, *, gates: bool) -> None:
    source, expect = case("27-walled-estate-single-gate")
    plan = shared(tmp_path, source, gates=gates, profiles={"adult": {"metres": 1200, "minutes": 15}})
    assert walked(plan) == metres(expect["E1_to_F1_m"])
    assert walked(plan) > 2 * expect["wrong_if_wall_ignored_m"]
    assert plan.estates["access_kind"].tolist() == ["gate"]
    within = plan.nearest["walk_minutes"].iloc[0] <= 15
    assert within == expect["within_15min_at_80_m_per_min"] == bool(plan.opportunities["within_15"].iloc[0])
    assert state(plan) == "gap"


def walled(folder: Path, **known: object) -> Plan:
    ways = [(SOUTH, STREET), (NORTH, STREET), DRIVE, (WALL, {"barrier": "wall"})]
    return made(folder, *ways, estate=GROUND, facilities={"market": facility(100, -30)}, **known)  # type: ignore[arg-type]


def test_a_gate_on_the_wall_is_found_without_a_list_of_gates(tmp_path: Path) -> None:
    plan = walled(tmp_path, tags={(188.0, 200.0): {"barrier": "gate"}})
    assert plan.estates["access_kind"].tolist() == ["gate"]
    assert walked(plan) == pytest.approx(ALL_AROUND, abs=1)
    assert told(plan, "access_assumed") == []


def test_with_neither_gate_nor_way_it_is_warned_that_access_is_assumed(tmp_path: Path) -> None:
    ways = [(SOUTH, STREET), (NORTH, STREET), (WALL, {"barrier": "wall"})]
    plan = made(tmp_path, *ways, estate=GROUND, facilities={"market": facility(100, -30)})
    assert plan.estates["access_kind"].tolist() == ["assumed"]
    assert [one.value for one in told(plan, "access_assumed")] == ["100%"]


def test_an_estate_whose_gate_is_locked_is_shut_in_and_has_no_data(tmp_path: Path) -> None:
    plan = walled(tmp_path, tags={(188.0, 200.0): {"barrier": "gate", "locked": "yes"}})
    assert plan.estates["access_kind"].tolist() == ["none"]
    assert [one.feature for one in told(plan, "estate_sealed")] == ["E1"]
    assert (plan.nearest.empty, state(plan)) == (True, "no_data")


def test_a_locked_gate_on_a_junction_is_told_to_cut_nothing(tmp_path: Path) -> None:
    junction = (300.0, 0.0)
    plan = made(
        tmp_path,
        ([(0.0, 0.0), junction, (600.0, 0.0)], STREET),
        ([junction, (300.0, 300.0)], STREET),
        estate=(box(50, 10, 150, 90), {"id": "E1"}),
        facilities={"market": facility(500, -10)},
        gate=(100, 10),
        tags={junction: {"barrier": "gate", "locked": "yes"}},
    )
    assert [one.feature for one in told(plan, "gate_unclear")] == ["n2"]
    assert walked(plan) == pytest.approx(10 + 400 + 10, abs=1)


# A street of 1 km with a barrier in its middle, and a way of 100 m on either side to a street beside it.
ON_STREET, BESIDE = 10 + 750 + 10, 10 + 150 + 100 + 1000 + 100 + 100 + 10


@pytest.mark.parametrize(
    ("barrier", "walk_m"),
    [
        ({"barrier": "bollard"}, ON_STREET),
        ({"barrier": "stile"}, ON_STREET),
        ({"barrier": "lift_gate", "access": "no", "foot": "yes"}, ON_STREET),
        ({"barrier": "gate", "access": "private", "foot": "designated"}, ON_STREET),
        ({"barrier": "gate", "motor_vehicle": "no"}, ON_STREET),
        ({"barrier": "gate", "foot": "no"}, BESIDE),
        ({"barrier": "gate", "access": "yes", "foot": "private"}, BESIDE),
        ({"barrier": "cycle_barrier", "foot": "no"}, BESIDE),
        ({"barrier": "sliding_gate", "access": "private"}, BESIDE),
    ],
    ids=lambda value: "-".join(f"{key}={word}" for key, word in value.items()) if isinstance(value, dict) else None,
)
def test_a_barrier_on_a_street_stops_whom_it_says(tmp_path: Path, barrier: Mapping[str, str], walk_m: float) -> None:
    plan = made(
        tmp_path,
        ([(0.0, 0.0), (500.0, 0.0), (1000.0, 0.0)], STREET),
        ([(0.0, 0.0), (0.0, 100.0), (1000.0, 100.0), (1000.0, 0.0)], STREET),
        estate=(box(100, 10, 200, 90), {"id": "E1"}),
        facilities={"market": facility(900, -10)},
        gate=(150, 10),
        tags={(500.0, 0.0): barrier},
    )
    assert walked(plan) == pytest.approx(walk_m, abs=1)


# 29: expressways, and ways that are not for walking.


def test_an_expressway_near_by_is_no_way_to_walk(tmp_path: Path) -> None:
    source, expect = case("29-motorway-foot-no-snap")
    plan = shared(tmp_path, source)
    assert walked(plan) == metres(expect["E1_to_F1_m"])
    assert set(plan.network["highway"]) == {"footway"}


@pytest.mark.parametrize(
    ("crossing", "walk_m"),
    [
        ({"highway": "cycleway", "foot": "designated"}, 10 + 400 + 30 + 10),
        ({"highway": "cycleway", "foot": "yes"}, 10 + 400 + 30 + 10),
        ({"highway": "footway", "footway": "crossing"}, 10 + 400 + 30 + 10),
        ({"highway": "trunk", "sidewalk": "both"}, 10 + 400 + 30 + 10),
        # Not to be walked, so that the bridge further on is taken.
        ({"highway": "cycleway", "foot": "no"}, 10 + 600 + 30 + 200 + 10),
        ({"highway": "trunk"}, 10 + 600 + 30 + 200 + 10),
        ({"highway": "motorway_link"}, 10 + 600 + 30 + 200 + 10),
    ],
    ids=lambda value: "-".join(value.values()) if isinstance(value, dict) else None,
)
def test_the_crossing_is_walked_when_it_is_for_walking(
    tmp_path: Path, crossing: Mapping[str, str], walk_m: float
) -> None:
    plan = made(
        tmp_path,
        ([(0.0, 0.0), (500.0, 0.0), (700.0, 0.0)], FOOTWAY),
        ([(0.0, 15.0), (700.0, 15.0)], {"highway": "motorway", "bridge": "yes", "layer": "1"}),
        ([(0.0, 30.0), (500.0, 30.0), (700.0, 30.0)], FOOTWAY),
        ([(500.0, 0.0), (500.0, 30.0)], crossing),
        ([(700.0, 0.0), (700.0, 30.0)], {"highway": "footway", "bridge": "yes"}),
        estate=(box(60, -90, 140, -10), {"id": "E1"}),
        facilities={"market": facility(500, 40)},
        gate=(100, -10),
    )
    assert walked(plan) == pytest.approx(walk_m, abs=1)


# 30: one-way streets and steps.


def test_one_way_streets_and_steps_are_walked(tmp_path: Path) -> None:
    source, expect = case("30-oneway-and-steps")
    plan = shared(tmp_path, source)
    assert walked(plan) == metres(expect["E1_to_F1_m"])
    assert walked(plan, "canteen") == metres(expect["E1_to_F2_m"])
    assert walked(plan, "elder_care") == metres(expect["E1_to_F2_step_free_m"])
    stairs = plan.walk_steps[plan.walk_steps["steps"]]
    assert (stairs["service"].tolist(), stairs["length_m"].tolist()) == (["canteen"], [metres(80)])


def test_the_way_back_is_as_long_against_the_one_way_street(tmp_path: Path) -> None:
    source, expect = case("30-oneway-and-steps")
    lon, lat = (pd.read_csv(source / "facilities.csv", encoding="utf-8-sig").loc[0, name] for name in ("lon", "lat"))
    # A ground of some 20 m around the facility, which is its gate.
    ground = box(lon - 1e-4, lat - 1e-4, lon + 1e-4, lat + 1e-4)
    gpd.GeoDataFrame({"id": ["E1"]}, geometry=[ground], crs=4326).to_file(tmp_path / "家.geojson")
    (tmp_path / "门.csv").write_text(f"lon,lat\n{lon},{lat}\n", "utf-8")
    wgs84 = {"coordinates": "wgs84"}
    given = {
        "estates": {"path": "家.geojson", **wgs84},
        "facilities": [{"path": str(source / "gates.csv"), "service": "market", **wgs84}],
        "gates": [{"path": "门.csv", **wgs84}],
        "network": {"path": str(source / "network.osm")},
    }
    assert walked(planned(tmp_path, given)) == metres(expect["F1_to_E1_m"])


def there_and_back(folder: Path, *ways: tuple[Sequence[Spot], Mapping[str, str]], ends: Sequence[Spot]) -> list[float]:
    """Return the metres from a home beside the first spot to a market beside the second, and the other way around."""
    found = []
    for way, ((x0, y0), (x1, y1)) in zip(("there", "back"), (ends, ends[::-1]), strict=True):
        (folder / way).mkdir()
        ground = box(x0 - 5, y0 - 20, x0 + 5, y0 - 10)
        market = {"market": facility(x1, y1 - 10)}
        plan = made(folder / way, *ways, estate=(ground, {"id": "E1"}), facilities=market, gate=(x0, y0 - 10))
        found.append(walked(plan))
    return found


# A circle of traffic, drawn as a square of 100 m, with a street on either side.
ROUND = [(100.0, 0.0), (150.0, -50.0), (200.0, 0.0), (150.0, 50.0), (100.0, 0.0)]


@pytest.mark.parametrize("turn", [1, -1], ids=["anticlockwise", "clockwise"])
def test_a_roundabout_is_walked_the_short_way_around_in_both_directions(tmp_path: Path, turn: int) -> None:
    ways = [
        (ROUND[::turn], {**STREET, "junction": "roundabout"}),
        ([(-200.0, 0.0), (100.0, 0.0)], STREET),
        ([(200.0, 0.0), (500.0, 0.0)], STREET),
        ([(150.0, 50.0), (150.0, 400.0)], STREET),
    ]
    half = 2 * 50 * 2**0.5
    assert there_and_back(tmp_path, *ways, ends=[(0, 0), (300, 0)]) == pytest.approx([10 + 200 + half + 10] * 2, abs=1)


@pytest.mark.parametrize(
    ("tags", "back_m"),
    [
        ({"oneway": "yes"}, 220),
        ({"oneway": "-1"}, 220),
        ({"oneway": "yes", "oneway:foot": "no"}, 220),
        ({"oneway:foot": "yes"}, 10 + 50 + 100 + 300 + 100 + 50 + 10),
    ],
    ids=lambda value: "-".join(f"{key}={word}" for key, word in value.items()) if isinstance(value, dict) else None,
)
def test_one_way_binds_those_on_foot_only_where_it_is_said_of_them(
    tmp_path: Path, tags: Mapping[str, str], back_m: float
) -> None:
    ways = [
        ([(0.0, 0.0), (300.0, 0.0)], {**STREET, **tags}),
        ([(0.0, 0.0), (0.0, 100.0), (300.0, 100.0), (300.0, 0.0)], STREET),
    ]
    found = there_and_back(tmp_path, *ways, ends=[(50, 0), (250, 0)])
    assert found == pytest.approx([220, back_m], abs=1)


# 33: a long street without junctions.


def test_places_on_a_long_street_are_joined_to_it_where_they_lie(tmp_path: Path) -> None:
    source, expect = case("33-long-edge-nearest-node")
    plan = shared(tmp_path, source)
    assert walked(plan) == metres(expect["E1_to_F1_m"])
    assert plan.walks["from_m"].tolist() == [metres(10)]
    assert plan.walks["to_m"].tolist() == [metres(12)]


@pytest.mark.parametrize(("x", "walk_m"), [(500, 22), (501, 23), (460, 62), (980, 502)])
def test_both_ends_of_a_walk_may_lie_on_one_long_street(tmp_path: Path, x: float, walk_m: float) -> None:
    plan = made(
        tmp_path,
        ([(0.0, 0.0), (1000.0, 0.0)], STREET),
        estate=(box(450, 10, 550, 90), {"id": "E1"}),
        facilities={"market": facility(x, -12)},
        gate=(500, 10),
    )
    assert walked(plan) == pytest.approx(walk_m, abs=0.1)


# 34: places off the network.


def test_a_facility_off_the_network_is_named_with_its_distance_and_reached_by_nobody(tmp_path: Path) -> None:
    source, expect = case("34-facility-outside-network")
    plan = shared(tmp_path, source)
    off = plan.facilities[plan.facilities["access_kind"] == "none"]
    assert [name.split()[0] for name in off["name"]] == expect["off_network"]
    (problem,) = told(plan, "facility_unconnected")
    assert problem.value == off["name"].iloc[0]
    assert float(str(problem.facts["metres"])) == metres(expect["F1_distance_to_network_m"])
    assert walked(plan, "canteen") == metres(expect["E1_to_F2_m"])
    reached = plan.opportunities.set_index("service")["within_15"]
    assert bool(reached["market"]) == expect["E1_F1_reachable_15min"]
    assert ("market" in set(plan.nearest["service"]), state(plan)) == (False, "gap")


def test_an_estate_off_the_network_has_no_data_rather_than_a_gap_or_a_zero(tmp_path: Path) -> None:
    plan = made(
        tmp_path,
        ([(0.0, 0.0), (600.0, 0.0)], STREET),
        estate=(box(300, 1000, 400, 1100), {"id": "E1"}),
        facilities={"market": facility(300, -10)},
        gate=(350, 1000),
    )
    row = plan.gaps.set_index("service").loc["market"]
    assert (row["state"], plan.estates["access_kind"].tolist()) == ("no_data", ["none"])
    assert pd.isna(row[["walk_minutes", "walk_m", "measured", "shortfall"]]).all()
    assert (plan.nearest.empty, plan.walks.empty) == (True, True)
    (problem,) = told(plan, "estate_unconnected")
    assert (problem.severity, problem.feature, problem.facts) == ("warning", "E1", {"metres": "1000", "limit": "200"})


def test_an_estate_across_a_river_from_every_way_is_cut_off(tmp_path: Path) -> None:
    plan = made(
        tmp_path,
        ([(0.0, 0.0), (600.0, 0.0)], STREET),
        ([(-500.0, 20.0), (1100.0, 20.0)], {"waterway": "river"}),
        estate=(box(300, 40, 400, 100), {"id": "E1"}),
        facilities={"market": facility(300, -10)},
    )
    (problem,) = told(plan, "estate_cut_off")
    assert (problem.feature, problem.facts) == ("E1", {"metres": "40"})
    assert state(plan) == "no_data"
