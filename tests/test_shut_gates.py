from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from scipy.sparse.csgraph import dijkstra
from shapely import LineString, Point, Polygon, box

from data.inputs import Walkways
from geo.access.access_points import estate_access, facility_access
from geo.access.inside import OwnGround
from geo.streets.graph import Pace, build_graph, cost_matrix
from geo.streets.network import build_network
from geo.streets.shut_gates import Parted, part_at_gates
from geo.walking.walks import Ends, WalkLimits, Walks, walk_town
from tests.towns import (
    Shapes,
    Spot,
    Street,
    around,
    entrances,
    estates,
    facilities,
    gates,
    service,
    standard,
    street,
    walkways,
)

# A street along y = 0, and the way of an estate north of it whose boundary lies at y = 10.
YARD = {"A": box(60, 10, 140, 110)}
STREET = street((0, 0), (100, 0), (200, 0))
DRIVE = street((100, 0), (100, 60))


def part(ways: Walkways, doors: gpd.GeoDataFrame, grounds: Shapes | None = None) -> Parted:
    return part_at_gates(ways, gates=doors, estates=estates(grounds or {}))


def walk_m(found: Parted, start: Spot, stop: Spot) -> float:
    """Walk between two spots, by whichever of the nodes that stand there, everything else being open."""
    network = build_network(found.walkways, parted=found.ends)
    costs = dijkstra(cost_matrix(build_graph(network), pace=Pace(1.0, 1.0)))
    at = [np.flatnonzero((network.x == x) & (network.y == y)) for x, y in (start, stop)]
    return float(costs[np.ix_(*at)].min()) / 1000


def private_walk_m(found: Parted, start: Spot, stop: Spot) -> float:
    """Walk over private ways as if they were public."""
    public = found.walkways.edges.assign(private=False)
    return walk_m(replace(found, walkways=Walkways(found.walkways.nodes, public)), start, stop)


@pytest.mark.parametrize("state", ["closed", "residents"])
def test_gate_on_a_street_parts_it(state: str) -> None:
    ways = walkways(STREET, ids={(100, 0): 7})
    found = part(ways, gates({"G": (100, 0)}, state=state, osm_id=7))
    assert walk_m(found, (0, 0), (200, 0)) == np.inf
    assert walk_m(found, (0, 0), (100, 0)) == 100
    assert walk_m(found, (100, 0), (200, 0)) == 100
    assert found.gate.tolist() == [0]
    assert found.node.tolist() == [1]
    assert found.unclear.tolist() == []


def test_gate_that_is_open_parts_nothing() -> None:
    ways = walkways(STREET, DRIVE, ids={(100, 0): 7})
    found = part(ways, gates({"G": (100, 0), "H": (100, 10)}, state="open", osm_id=[7, -1]), YARD)
    assert found.walkways is ways
    assert len(found.ends) == len(found.node) == len(found.gate) == len(found.unclear) == 0


def test_gate_on_the_junction_of_a_street_parts_the_way_into_its_estate_alone() -> None:
    ways = walkways(STREET, DRIVE, ids={(100, 0): 7})
    found = part(ways, gates({"G": (100, 0)}, state="closed", osm_id=7), {"A": box(60, 1, 140, 110)})
    assert walk_m(found, (0, 0), (200, 0)) == 200
    assert walk_m(found, (0, 0), (100, 60)) == np.inf


def test_gate_on_a_junction_inside_leaves_the_street_beyond_an_estate_across_whole() -> None:
    """The estate across the street, too, has a way to the junction; the gate is that of neither more than the other."""
    across = street((100, 0), (100, -60))
    ways = walkways(STREET, DRIVE, across, ids={(100, 0): 7})
    grounds = {"A": box(60, 1, 140, 110), "B": box(60, -110, 140, -1)}
    found = part(ways, gates({"G": (100, 0)}, state="closed", osm_id=7), grounds)
    assert walk_m(found, (0, 0), (200, 0)) == 200
    assert walk_m(found, (100, 60), (100, -60)) == np.inf


def test_gate_on_a_junction_without_an_estate_parts_the_private_ways() -> None:
    ways = walkways(STREET, street((100, 0), (100, 60), private=True), ids={(100, 0): 7})
    found = part(ways, gates({"G": (100, 0)}, state="closed", osm_id=7))
    assert walk_m(found, (0, 0), (200, 0)) == 200
    assert private_walk_m(found, (0, 0), (100, 60)) == np.inf


def test_gate_on_a_junction_of_public_ways_alone_is_unclear() -> None:
    ways = walkways(STREET, DRIVE, ids={(100, 0): 7})
    found = part(ways, gates({"F": (0, 0), "G": (100, 0)}, state=["open", "closed"], osm_id=[-1, 7]))
    assert found.unclear.tolist() == [1]
    assert walk_m(found, (0, 0), (100, 60)) == 160


def test_gate_at_a_dead_end_parts_nothing_and_is_clear() -> None:
    found = part(walkways(STREET, ids={(200, 0): 7}), gates({"G": (200, 0)}, state="closed", osm_id=7))
    assert found.ends.tolist() == found.unclear.tolist() == []


@pytest.mark.parametrize(("x", "y"), [(100, 10), (112, 14), (88, 4), (100, 24.9)])
def test_gate_drawn_by_hand_stands_where_the_way_crosses_the_boundary(x: float, y: float) -> None:
    ways = walkways(STREET, DRIVE)
    found = part(ways, gates({"G": (x, y)}, state="closed"), YARD)
    node = found.walkways.nodes.iloc[found.node[0]]
    assert (node["x"], node["y"], node["osm_id"]) == (100, 10, -1)
    assert walk_m(found, (0, 0), (100, 10)) == 110
    assert walk_m(found, (100, 10), (100, 60)) == 50
    assert walk_m(found, (0, 0), (100, 60)) == np.inf
    assert walk_m(found, (0, 0), (200, 0)) == 200


@pytest.mark.parametrize(("spot", "shut"), [((115, 10), True), ((115.1, 10), False), ((104, 25.1), False)])
def test_gate_drawn_by_hand_is_at_most_15_m_off(spot: Spot, *, shut: bool) -> None:
    found = part(walkways(STREET, DRIVE), gates({"G": spot}, state="closed"), YARD)
    assert (walk_m(found, (0, 0), (100, 60)) == np.inf) == shut


@pytest.mark.parametrize(("off_m", "shut"), [(0, True), (3, True), (3.01, False), (30, False)])
def test_gate_without_an_estate_stands_on_a_way_within_3_m(off_m: float, *, shut: bool) -> None:
    ways = walkways(STREET)
    found = part(ways, gates({"G": (150, off_m)}, state="closed"))
    assert (walk_m(found, (0, 0), (200, 0)) == np.inf) == shut
    assert len(found.node) == shut
    assert (found.walkways is ways) == (not shut)


@pytest.mark.parametrize("edge_y", [0, 2, -0.5], ids=["on_it", "beside_it", "over_it"])
@pytest.mark.parametrize("x", [100, 104, 112])
def test_street_along_the_boundary_stays_whole(edge_y: float, x: float) -> None:
    found = part(walkways(STREET, DRIVE), gates({"G": (x, edge_y)}, state="closed"), {"A": box(60, edge_y, 140, 110)})
    assert walk_m(found, (0, 0), (200, 0)) == 200
    # Where the street lies in the estate, no way crosses the boundary.
    assert (walk_m(found, (0, 0), (100, 60)) == np.inf) == (edge_y >= 0)


@pytest.mark.parametrize("sag_m", [0.3, -0.3])
def test_street_that_weaves_over_the_boundary_stays_whole(sag_m: float) -> None:
    weaving = street((0, 0), (98, -sag_m), (106, sag_m), (114, -sag_m), (200, 0))
    drive = street((106, sag_m), (106, 60))
    found = part(walkways(weaving, drive), gates({"G": (110, 0)}, state="closed"), {"A": box(60, 0, 140, 110)})
    assert np.isfinite(walk_m(found, (0, 0), (200, 0)))
    assert (walk_m(found, (0, 0), (106, 60)) == np.inf) == (sag_m < 0)


def test_gate_on_a_junction_of_a_street_on_the_boundary_parts_the_way_in() -> None:
    ways = walkways(STREET, DRIVE, ids={(100, 0): 7})
    found = part(ways, gates({"G": (100, 0)}, state="closed", osm_id=7), {"A": box(60, -0.3, 140, 110)})
    assert walk_m(found, (0, 0), (200, 0)) == 200
    assert walk_m(found, (0, 0), (100, 60)) == np.inf


def test_gate_in_a_wall_along_a_street_parts_nothing() -> None:
    ways = walkways(STREET)
    found = part(ways, gates({"G": (150, 1)}, state="closed"), {"A": box(60, 1, 190, 110)})
    assert found.walkways is ways
    assert len(found.ends) == 0


def test_pieces_of_a_split_way_are_the_whole() -> None:
    bent = LineString([(0, 0), (50, 0), (50, 40), (90, 40)])
    ways = walkways(street((0, 0), (90, 40), name="南巷", steps=True, one_way=1))
    edges = ways.edges.set_geometry([bent], crs=ways.edges.crs).assign(length_mm=130_000, grade_max=0.25, slope_back=2)
    ways = Walkways(ways.nodes, edges)
    found = part(ways, gates({"G": (52, 5), "H": (50.5, 40)}, state="closed"))
    pieces = found.walkways.edges.sort_values("u", key=lambda u: [[0, 2, 3].index(one) for one in u])
    assert pieces["length_mm"].tolist() == [55_000, 35_500, 39_500]
    assert pieces[["u", "v"]].to_numpy().tolist() == [[0, 2], [2, 3], [3, 1]]
    assert shapely.get_coordinates(shapely.line_merge(shapely.union_all(pieces.geometry))).tolist() == [
        [0, 0], [50, 0], [50, 5], [50, 40], [50.5, 40], [90, 40],
    ]  # fmt: skip
    for name in ["way_id", "highway", "name", "private", "steps", "bridge", "tunnel", "one_way", "slope_ahead",
                 "slope_back", "grade_max"]:  # fmt: skip
        assert pieces[name].tolist() == edges[name].tolist() * 3
    assert pieces.dtypes.equals(edges.dtypes)
    assert pieces.crs == edges.crs


def test_two_gates_on_one_way_close_what_lies_between_them() -> None:
    ways = walkways(street((0, 0), (300, 0)), street((0, 0), (0, 50)))
    found = part(ways, gates({"G": (200, 1), "H": (100, 1)}, state="closed"))
    assert found.walkways.edges["length_mm"].sum() == 350_000
    assert walk_m(found, (0, 0), (300, 0)) == np.inf
    assert walk_m(found, (100, 0), (200, 0)) == 100
    assert walk_m(found, (0, 0), (100, 0)) == 100
    xy = found.walkways.nodes[["x", "y"]].to_numpy()[found.node]
    assert xy.tolist() == [[200, 0], [100, 0]]


def test_two_gates_at_one_place_are_one_cut() -> None:
    found = part(walkways(STREET), gates({"G": (50, 1), "H": (50, -2)}, state=["closed", "residents"]))
    assert len(found.walkways.nodes) == 4
    assert found.gate.tolist() == [0, 1]
    assert found.node.tolist() == [3, 3]
    assert walk_m(found, (0, 0), (200, 0)) == np.inf


def test_gate_drawn_at_the_end_of_a_way_stands_on_the_node_there() -> None:
    ways = walkways(STREET)
    found = part(ways, gates({"G": (100, 2)}, state="closed"))
    assert found.walkways is ways
    assert found.node.tolist() == [1]
    assert walk_m(found, (0, 0), (200, 0)) == np.inf


def test_order_of_the_gates_does_not_matter() -> None:
    ways = walkways(STREET, DRIVE, street((0, 80), (200, 80)), ids={(100, 0): 7})
    spots = {"G": (100.0, 0.0), "H": (102.0, 9.0), "I": (30.0, 81.0), "J": (60.0, 78.0), "K": (500.0, 0.0)}
    doors = gates(spots, state=["closed", "residents", "closed", "open", "closed"], osm_id=[7, -1, -1, -1, -1])
    ahead, back = part(ways, doors, YARD), part(ways, doors[::-1].reset_index(drop=True), YARD)
    pd.testing.assert_frame_equal(ahead.walkways.edges, back.walkways.edges)
    pd.testing.assert_frame_equal(ahead.walkways.nodes, back.walkways.nodes)
    assert ahead.ends.tolist() == back.ends.tolist()
    assert dict(zip(ahead.gate, ahead.node, strict=True)) == dict(zip(4 - back.gate, back.node, strict=True))


def test_nothing_given_is_changed() -> None:
    ways, doors, grounds = walkways(STREET, DRIVE), gates({"G": (100, 12)}, state="closed"), estates(YARD)
    copies = ways.edges.copy(), ways.nodes.copy(), doors.copy(), grounds.copy()
    part_at_gates(ways, gates=doors, estates=grounds)
    for given, copy in zip((ways.edges, ways.nodes, doors, grounds), copies, strict=True):
        pd.testing.assert_frame_equal(given, copy)


@pytest.mark.parametrize(
    ("ways", "doors"),
    [
        (walkways(), gates({"G": (0, 0), "H": (1, 0)}, state="closed", osm_id=[7, -1])),
        (walkways(STREET), gates({})),
        (walkways(), gates({})),
    ],
    ids=["no_ways", "no_gates", "nothing"],
)
@pytest.mark.parametrize("grounds", [{}, YARD], ids=["no_estates", "estates"])
def test_where_there_is_nothing_nothing_is_parted(ways: Walkways, doors: gpd.GeoDataFrame, grounds: Shapes) -> None:
    found = part(ways, doors, grounds)
    assert found.walkways is ways
    assert found.ends.tolist() == found.node.tolist() == found.unclear.tolist() == []


# The way of 200 m through the estate joins two roads; the way round is 4,000 m long.
ROADS = street((0, 0), (100, 0), (2000, 0)), street((2000, 0), (2000, 200), (100, 200), (0, 200))
BLOCK = {"A": box(60, 20, 140, 180)}


def walk(*streets: Street, doors: gpd.GeoDataFrame, shops: Shapes, homes: Shapes) -> Walks:
    """Walk from estates to markets with the gates standing where they part the ways."""
    ways, grounds, places = walkways(*streets), estates(homes), facilities(shops)
    parted = part_at_gates(ways, gates=doors, estates=grounds)
    near = replace(
        around(parted.walkways),
        network=build_network(parted.walkways, parted=parted.ends, grounds=grounds.geometry.to_numpy()),
        gate_nodes=pd.Series(parted.node, index=doors["gate_id"].iloc[parted.gate], dtype=np.int64),
    )
    of_estates = estate_access(grounds, gates=doors, around=near)
    of_shops = facility_access(
        places, entrances=entrances(), gates=doors, around=near, estates=grounds, estate_points=of_estates
    )
    access = gpd.GeoDataFrame(pd.concat([of_estates, of_shops], ignore_index=True)).assign(inside_m=np.nan)
    none = np.zeros(0, np.int64)
    homes_ids, places_ids, kinds = (
        one.to_numpy(object) for one in (grounds["estate_id"], places["facility_id"], places["service"])
    )
    return walk_town(
        near.network,
        access=access,
        ends=Ends(homes_ids, places_ids, kinds, OwnGround(none, none, np.zeros(0))),
        standard=standard(service("market")),
        limits=WalkLimits({"market": 15.0}, 15.0),
    )[0]


@pytest.mark.parametrize(
    ("state", "through_m", "south_m", "north_m"),
    # An open gate is joined to the way where it is drawn, 4 m off.
    [("open", 210, 26, 20), ("residents", 4010, 20, 20), ("closed", 4010, 4020, 20)],
)
def test_residents_leave_by_the_gate_that_parts_through_traffic(
    state: str, through_m: float, south_m: float, north_m: float
) -> None:
    """Z lies south of the estate and walks north; A has a gate in the south and one in the north that stays open."""
    through = street((100, 0), (100, 200))
    doors = gates({"G": (104, 22), "H": (100, 180)}, state=[state, "open"])
    homes = {**BLOCK, "Z": Polygon([(100, -10), (105, -20), (95, -20)])}
    north = walk(*ROADS, through, doors=doors, shops={"N": Point(100, 200)}, homes=homes)
    south = walk(*ROADS, through, doors=doors, shops={"S": Point(100, 0)}, homes=homes)
    assert north.walk_m[1, 0] == pytest.approx(through_m, abs=0.01)
    assert north.walk_m[0, 0] == pytest.approx(north_m, abs=0.01)
    assert south.walk_m[0, 0] == pytest.approx(south_m, abs=0.01)
