import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point, box

from data.inputs import Inputs
from geo.access.connection import Connection, connect
from geo.judgement.people import fill_people
from geo.work_out import work_out
from tests.towns import barriers, buildings, estates, facilities, gates, layer, street, town, walkways

ROAD = street((0, 0), (100, 0), (400, 0))
DRIVE = street((100, 0), (100, 90), private=True)
YARD = {"A": box(60, 10, 140, 110)}


def made(**layers: gpd.GeoDataFrame) -> Inputs:
    given = {"estates": estates(YARD), "gates": gates({"G": (104, 11)}, state="residents"), **layers}
    return town(walkways(ROAD, DRIVE), given.pop("estates"), **given)


def connected(inputs: Inputs) -> Connection:
    people = fill_people(inputs.estates, buildings=inputs.buildings, assumed=inputs.project.estimates)
    return connect(inputs, estates=people)


def test_network_has_one_edge_for_each_piece_of_the_parted_ways() -> None:
    access = connected(made())
    assert access.walkways.edges["length_mm"].tolist() == [100_000, 300_000, 10_000, 80_000]
    assert access.around.network.length_mm.tolist() == access.walkways.edges["length_mm"].tolist()
    assert len(access.around.lines) == len(access.around.raised) == 4
    assert len(access.around.nodes) == len(access.walkways.nodes) == 5
    assert access.around.gate_nodes.to_dict() == {"G": 4}


def test_residents_leave_by_their_gate_on_the_side_of_the_street() -> None:
    access = connected(made())
    point = access.points.iloc[0]
    assert point[["owner", "owner_id", "kind", "resolved", "gate_id"]].tolist() == [
        "estate", "A", "gate", "gate_on_way", "G",
    ]  # fmt: skip
    assert point[["edge", "position_mm", "connector_mm"]].tolist() == [2, 10_000, 0]
    assert (point.geometry.x, point.geometry.y) == (100, 10)


def test_closed_gate_is_no_access_and_leaves_the_estate_sealed() -> None:
    access = connected(made(gates=gates({"G": (104, 11)}, state="closed")))
    assert len(access.points) == 0
    assert access.around.gate_nodes.to_dict() == {"G": 4}


def test_closed_gate_does_not_close_the_other_ways_out() -> None:
    doors = gates({"G": (104, 11), "H": (60, 50)}, state=["closed", "open"])
    points = connected(made(gates=doors)).points
    assert points["gate_id"].tolist() == ["H"]


def test_points_of_estates_come_before_those_of_facilities() -> None:
    access = connected(made(facilities=facilities({"F": Point(300, 20), "E": Point(200, -5)})))
    assert access.points["owner_id"].tolist() == ["A", "F", "E"]
    assert access.points["owner"].tolist() == ["estate", "facility", "facility"]
    assert access.points.index.tolist() == [0, 1, 2]
    assert access.points.crs == access.walkways.edges.crs
    assert access.points["inside_m"].isna().all()


def test_homes_and_what_lies_between_them_are_known() -> None:
    flats = buildings(box(90, 60, 110, 80), box(90, 80, 110, 100), box(0, -50, 20, -20), use=["apartments"] * 3)
    access = connected(made(buildings=flats, facilities=facilities({"F": Point(300, 20), "N": Point(100, 105)})))
    assert access.homes.estate.tolist() == [0, 0]
    assert access.homes.weight.tolist() == [400 * 6, 400 * 6]
    middle = np.hypot(4, 59), np.hypot(4, 79)
    assert access.points["inside_m"].iloc[0] == pytest.approx(sum(middle) / 2)
    assert (access.own.estate.tolist(), access.own.facility.tolist()) == ([0], [1])
    assert access.own.away_m.tolist() == [(35 + 15) / 2]


def test_walls_are_apart_from_the_barriers_that_nothing_crosses() -> None:
    lines = barriers(LineString([(0, 200), (9, 200)]), LineString([(0, 300), (9, 300)]), kind=["wall", "river"])
    around = connected(made(barriers=lines)).around
    assert [line.bounds[1] for line in around.walls] == [200]
    assert [line.bounds[1] for line in around.barriers] == [300]


def test_gate_of_which_nothing_tells_what_it_shuts_is_named() -> None:
    ways = walkways(ROAD, street((100, 0), (100, -90)), ids={(100, 0): 7})
    doors = gates({"G": (104, 50), "K": (100, 0)}, state=["open", "closed"], osm_id=[-1, 7])
    inputs = town(ways, estates({"A": box(160, 10, 240, 110)}), gates=doors)
    assert connected(inputs).unclear == ("K",)


def test_private_way_serves_its_estate() -> None:
    network = connected(made()).around.network
    assert network.private.tolist() == [False, False, True, True]
    assert network.ground.tolist() == [-1, -1, -1, 0]


def test_nothing_given_is_changed() -> None:
    inputs, untouched = made(), made()
    connected(inputs)
    for name in ("estates", "gates", "facilities", "buildings", "barriers"):
        pd.testing.assert_frame_equal(getattr(inputs, name), getattr(untouched, name))
    pd.testing.assert_frame_equal(inputs.walkways.edges, untouched.walkways.edges)
    pd.testing.assert_frame_equal(inputs.walkways.nodes, untouched.walkways.nodes)


def test_empty_town_is_connected_to_nothing() -> None:
    access = connect(town(walkways(), estates({})), estates=estates({}))
    assert len(access.points) == len(access.homes.estate) == len(access.own.estate) == 0
    assert access.unclear == ()
    assert "inside_m" in access.points


def test_plan_walks_out_by_the_gate_that_its_residents_open() -> None:
    shops = facilities({"F": Point(300, 20)})
    plan = work_out(made(facilities=shops, buildings=layer("buildings", [])))
    assert plan.walks[["from_m", "street_m", "to_m"]].to_numpy().tolist() == [[0, 10 + 200, 20]]
    assert len(plan.network) == 4
    assert plan.walk_edges["edge"].tolist() == [2, 1]
