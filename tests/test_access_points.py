from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import Geometry, LineString, Point, box

from geo.access.access_points import COLUMNS, estate_access, facility_access
from geo.access.doors import Surroundings
from tests.towns import (
    TOWN_CRS,
    Street,
    around,
    barriers,
    entrances,
    estates,
    facilities,
    gates,
    row_of,
    street,
    walkways,
)

Row = tuple[str, str, int, int, int]

E1 = {"E1": box(0, 0, 100, 100)}
NO_GATES = gates({})
MAIN = street((-200, -20), (50, -20), (300, -20))
PATH = street((50, -20), (50, 0), (50, 50))


def of_estates(
    shapes: Mapping[str, Geometry], surroundings: Surroundings, doors: gpd.GeoDataFrame = NO_GATES
) -> list[Row]:
    """Return owner, how it was resolved, edge, position and connector in metres."""
    return rows(estate_access(estates(shapes), gates=doors, around=surroundings))


def of_facilities(
    shapes: Mapping[str, Geometry],
    surroundings: Surroundings,
    doors: gpd.GeoDataFrame = NO_GATES,
    ways_in: gpd.GeoDataFrame | None = None,
    within: Mapping[str, Geometry] | None = None,
) -> list[Row]:
    inlets = entrances() if ways_in is None else ways_in
    homes = estates(within or {})
    found = facility_access(
        facilities(shapes),
        entrances=inlets,
        gates=doors,
        around=surroundings,
        estates=homes,
        estate_points=estate_access(homes, gates=doors, around=surroundings),
    )
    return rows(found)


def rows(found: gpd.GeoDataFrame) -> list[Row]:
    assert list(found.columns) == [*COLUMNS, "geometry"]
    table = found.assign(position=found["position_mm"] // 1000, connector=found["connector_mm"] // 1000)
    columns = ["owner_id", "resolved", "edge", "position", "connector"]
    return [tuple(row) for row in table[columns].itertuples(index=False)]


def town_of(*streets: Street, fences: gpd.GeoDataFrame | None = None) -> Surroundings:
    return around(walkways(*streets), barriers=fences)


def test_estate_takes_the_places_where_ways_cross_its_boundary() -> None:
    found = of_estates(E1, town_of(street((-50, 50), (150, 50)), MAIN))
    assert found == [("E1", "way_crosses", 0, 50, 0), ("E1", "way_crosses", 0, 150, 0)]


def test_access_points_lie_on_the_network_in_its_coordinates() -> None:
    found = estate_access(estates(E1), gates=NO_GATES, around=town_of(street((-50, 50), (150, 50))))
    assert found.geometry.tolist() == [Point(0, 50), Point(100, 50)]
    assert found.crs == TOWN_CRS
    assert found["owner"].tolist() == ["estate", "estate"]
    assert found["kind"].tolist() == ["crossing", "crossing"]
    assert {found[name].dtype for name in ("edge", "position_mm", "connector_mm")} == {np.dtype(np.int64)}


def test_estate_that_no_way_enters_is_joined_to_the_nearest_way() -> None:
    ((owner, how, edge, _, connector),) = of_estates(
        E1, town_of(street((-200, -50), (300, -50)), street((0, 120), (9, 120)))
    )
    assert (owner, how, edge, connector) == ("E1", "nearest_way", 0, 50)


def test_estate_beyond_the_longest_connection_has_no_access() -> None:
    assert of_estates(E1, town_of(street((-200, -201), (300, -201)))) == []


def test_bridge_overhead_is_neither_crossed_nor_joined() -> None:
    flyover = street((-200, 50), (300, 50), bridge=True)
    assert [row[1:3] for row in of_estates(E1, town_of(flyover, MAIN))] == [("nearest_way", 1)]


def test_bridge_is_joined_for_want_of_a_way_at_grade() -> None:
    flyover = street((-200, -20), (300, -20), bridge=True)
    far = street((-200, -250), (300, -250)), street((-200, -20), (-200, -250))
    found = of_estates(E1, around(walkways(flyover, *far), max_snap_m=100))
    assert [(row[1], row[2], row[4]) for row in found] == [("raised_way", 0, 20)]


@pytest.mark.parametrize("inside", [True, False])
def test_scrap_joined_to_nothing_takes_no_estate(*, inside: bool) -> None:
    scrap = street((90, 50), (105, 50)) if inside else street((10, -5), (25, -5))
    ((_, how, edge, _, _),) = of_estates(E1, town_of(scrap, MAIN))
    assert (how, edge) == ("nearest_way", 1)


@pytest.mark.parametrize("kind", ["river", "wall"])
def test_estate_is_not_joined_across_a_river_or_a_wall(kind: str) -> None:
    fence = barriers(LineString([(-500, -10), (500, -10)]), kind=kind)
    assert of_estates(E1, town_of(MAIN, fences=fence)) == []
    ((_, _, edge, _, connector),) = of_estates(E1, town_of(MAIN, street((-300, 130), (300, 130)), fences=fence))
    assert (edge, connector) == (2, 30)


def test_estate_leaves_the_wall_it_is_drawn_along() -> None:
    wall = barriers(box(0, 0, 100, 100).boundary, kind="wall")
    ((_, how, _, _, connector),) = of_estates(E1, town_of(MAIN, fences=wall))
    assert (how, connector) == ("nearest_way", 20)


@pytest.mark.parametrize("wall_x", [0, 0.9, 2.5], ids=["at the wall", "at hand", "behind the wall"])
def test_crossing_at_a_wall_is_none(wall_x: float) -> None:
    wall = barriers(LineString([(wall_x, -10), (wall_x, 110)]), kind="wall")
    found = of_estates(E1, town_of(street((-50, 50), (50, 50)), MAIN, fences=wall))
    assert "way_crosses" not in [row[1] for row in found]


def test_crossing_beside_a_wall_that_the_way_does_not_pass_counts() -> None:
    wall = barriers(LineString([(0, 52), (0, 110)]), kind="wall")
    assert of_estates(E1, town_of(street((-50, 50), (50, 50)), fences=wall)) == [("E1", "way_crosses", 0, 50, 0)]


def test_gate_in_the_wall_is_the_access() -> None:
    ways = walkways(MAIN, PATH, ids={(50, 0): 7})
    wall = barriers(LineString([(0, 0), (100, 0)]), kind="wall")
    found = of_estates(E1, around(ways, barriers=wall), gates({"G": (50, 0)}, osm_id=7))
    assert found == [("E1", "gate_on_way", 2, 20, 0)]


def test_residents_gate_is_met_from_the_street_side() -> None:
    """The way is cut there, so that the inner side alone would lead nowhere."""
    ways = walkways(street((50, 0), (50, 50)), street((50, -20), (50, 0)), MAIN, ids={(50, 0): 7})
    found = of_estates(E1, around(ways, closed=[7]), gates({"G": (50, 0)}, state="residents", osm_id=7))
    assert ("E1", "gate_on_way", 1, 20, 0) in found


def test_gate_where_a_private_way_and_a_street_meet_is_met_on_the_street() -> None:
    drive, road = street((20, -20), (50, 0), private=True), street((50, -20), (50, 0))
    found = of_estates(E1, around(walkways(drive, road, ids={(50, 0): 7})), gates({"G": (50, 0)}, osm_id=7))
    assert ("E1", "gate_on_way", 1, 20, 0) in found


def test_gate_on_a_scrap_is_joined_to_a_way_that_matters() -> None:
    ways = walkways(street((50, 0), (50, 10)), MAIN, ids={(50, 0): 7})
    ((_, how, edge, _, connector),) = of_estates(E1, around(ways), gates({"G": (50, 0)}, osm_id=7))
    assert (how, edge in (1, 2), connector) == ("gate_snapped", True, 20)


@pytest.mark.parametrize("osm_id", [7, -1], ids=["of the extract", "given"])
def test_estate_whose_gates_are_all_closed_has_no_access(osm_id: int) -> None:
    ways = walkways(MAIN, PATH, ids={(50, 0): 7})
    shut = gates({"G": (50, 0), "H": (0, 50)}, state="closed", osm_id=[osm_id, -1])
    assert of_estates(E1, around(ways, closed=[7], grounds=E1), shut) == []


def test_closed_gate_beside_an_open_one_is_no_access() -> None:
    surroundings = town_of(MAIN, street((-50, 50), (150, 50)))
    found = of_estates(E1, surroundings, gates({"G": (20, 0), "H": (80, 0)}, state=["open", "closed"]))
    assert found == [("E1", "gate_given", 0, 220, 20)]


def test_a_gate_is_named_and_its_connector_begins_there() -> None:
    found = estate_access(estates(E1), gates=gates({"G": (20, 0)}), around=town_of(MAIN))
    assert found[["gate_id", "start_x", "start_y"]].to_numpy().tolist() == [["G", 20, 0]]


def test_given_gates_replace_the_crossings_and_carry_their_connector() -> None:
    surroundings = town_of(MAIN, street((-50, 50), (150, 50)))
    found = of_estates(E1, surroundings, gates({"G": (20, 0)}))
    assert found == [("E1", "gate_given", 0, 220, 20)]


def test_gate_of_the_extract_off_the_ways_is_joined_and_crossings_stay() -> None:
    found = of_estates(E1, town_of(MAIN, street((50, 50), (150, 50))), gates({"G": (20, 0)}, osm_id=99))
    assert found == [("E1", "gate_snapped", 0, 220, 20), ("E1", "way_crosses", 2, 50, 0)]


def test_gate_across_a_street_does_not_belong_to_the_estate_opposite() -> None:
    shapes = row_of(100, 100, gap=12)
    surroundings = town_of(street((106, -300), (106, 300)))
    found = estate_access(estates(shapes), gates=gates({"G": (100, 50)}), around=surroundings)
    assert dict(zip(found["owner_id"], found["resolved"], strict=True)) == {"E1": "gate_given", "E2": "nearest_way"}


def test_gate_on_a_shared_boundary_belongs_to_both() -> None:
    found = of_estates(row_of(100, 100, gap=0), town_of(street((-300, -20), (300, -20))), gates({"G": (100, 0)}))
    assert [row[:2] for row in found] == [("E1", "gate_given"), ("E2", "gate_given")]


@pytest.mark.parametrize(("south", "how"), [(15, "gate_given"), (15.1, "nearest_way")])
def test_gate_farther_off_than_its_reach_belongs_to_nobody(south: float, how: str) -> None:
    assert [row[1] for row in of_estates(E1, town_of(MAIN), gates({"G": (50, -south)}))] == [how]


def test_private_way_is_an_access_where_it_crosses_the_boundary() -> None:
    inner = street((50, -20), (50, 50), private=True)
    assert of_estates(E1, town_of(MAIN, inner)) == [("E1", "way_crosses", 2, 20, 0)]


@pytest.mark.parametrize("gap_m", [1, 40])
def test_private_way_that_meets_no_street_leaves_the_nearest_way(gap_m: float) -> None:
    ways = walkways(MAIN, street((50, -20 + gap_m), (50, 50), private=True))
    assert [row[1] for row in of_estates(E1, around(ways))] == ["nearest_way"]


def test_a_place_among_private_ways_that_serve_no_estate_is_joined_to_them_for_want_of_others() -> None:
    campus = street((50, -20), (50, 300), private=True)
    beside = {"F": Point(60, 290)}
    assert of_facilities(beside, around(walkways(MAIN, campus))) == [("F", "private_way", 2, 310, 10)]
    # A public way in reach goes first, and the private ways of an estate serve it alone.
    assert of_facilities(beside, around(walkways(MAIN, campus), max_snap_m=400)) == [("F", "nearest_way", 1, 10, 310)]
    held = around(walkways(MAIN, campus), grounds={"E": box(0, 0, 45, 310).union(box(45, 0, 55, 310))})
    assert of_facilities(beside, held) == []


def test_private_way_to_a_scrap_leads_nowhere() -> None:
    yard, drive = street((50, 110), (60, 110)), street((50, 50), (50, 110), private=True)
    assert [row[1] for row in of_estates(E1, town_of(MAIN, yard, drive))] == ["nearest_way"]


def test_point_facility_is_joined_to_the_nearest_public_way() -> None:
    yard = street((50, 5), (60, 5), private=True)
    assert of_facilities({"F": Point(50, 0)}, town_of(yard, street((-200, -20), (300, -20)))) == [
        ("F", "nearest_way", 1, 250, 20)
    ]


def test_point_facility_is_not_joined_across_a_wall_however_near() -> None:
    wall = barriers(LineString([(-500, -0.7), (500, -0.7)]), kind="wall")
    assert of_facilities({"F": Point(50, 0)}, town_of(MAIN, fences=wall)) == []


WALL = barriers(box(0, 0, 100, 100).boundary, kind="wall")


def test_facility_behind_the_wall_of_an_estate_is_entered_by_its_gates() -> None:
    doors = gates({"G": (20, 0), "H": (50, 0)})
    found = of_facilities({"F": Point(50, 60)}, town_of(MAIN, fences=WALL), doors, within=E1)
    # 67.082 m from the one gate, 60 m from the other, and 20 m from each to the street.
    assert [(row[1], row[4]) for row in found] == [("through_estate", 87), ("through_estate", 80)]


@pytest.mark.parametrize(("y", "how"), [(15, "nearest_way"), (15.1, "through_estate")])
def test_given_gates_are_the_only_way_to_a_facility_away_from_the_edge(y: float, how: str) -> None:
    found = of_facilities({"F": Point(50, y)}, town_of(MAIN), gates({"G": (20, 0)}), within=E1)
    assert [row[1] for row in found] == [how]


def test_facility_in_an_estate_without_known_gates_is_joined_to_the_street() -> None:
    assert of_facilities({"F": Point(50, 50)}, town_of(MAIN), within=E1) == [("F", "nearest_way", 0, 250, 70)]


def test_facility_is_joined_to_a_way_inside_its_estate() -> None:
    yard = street((20, -20), (20, 50))
    found = of_facilities(
        {"F": Point(50, 40)}, town_of(MAIN, street((20, -20), (50, -20)), yard), gates({"G": (20, 0)}), within=E1
    )
    assert [row[1:] for row in found] == [("nearest_way", 3, 60, 30)]


def test_polygon_facility_takes_every_entrance_and_no_crossing() -> None:
    surroundings = town_of(MAIN, street((-50, 50), (150, 50)))
    found = of_facilities(E1, surroundings, ways_in=entrances((20, 0), (60, 0)))
    assert found == [("E1", "entrance_given", 0, 220, 20), ("E1", "entrance_given", 1, 10, 20)]


def test_polygon_facility_without_entrances_takes_gates_and_crossings() -> None:
    surroundings = town_of(MAIN, street((50, 50), (150, 50)))
    found = of_facilities(E1, surroundings, doors=gates({"G": (20, 0), "H": (30, 0)}, state=["open", "closed"]))
    assert found == [("E1", "gate_given", 0, 220, 20), ("E1", "way_crosses", 2, 50, 0)]


@pytest.mark.parametrize(("south", "how"), [(3, "entrance_given"), (3.1, "nearest_way")])
def test_entrance_must_stand_on_the_facility(south: float, how: str) -> None:
    assert [row[1] for row in of_facilities(E1, town_of(MAIN), ways_in=entrances((50, -south)))] == [how]


def test_entrance_that_is_a_node_of_a_way_needs_no_connector() -> None:
    ways = walkways(MAIN, PATH, ids={(50, 0): 7})
    assert of_facilities(E1, around(ways), ways_in=entrances((50, 0), osm_id=7)) == [
        ("E1", "entrance_on_way", 2, 20, 0)
    ]


def test_rows_follow_the_owners() -> None:
    shapes = {"Z": box(200, 0, 220, 20), "A": box(0, 0, 20, 20)}
    assert [row[0] for row in of_estates(shapes, town_of(MAIN))] == ["Z", "A"]


@pytest.mark.parametrize("streets", [(MAIN,), ()], ids=["streets", "no street"])
def test_no_owner_gives_no_row(streets: tuple[Street, ...]) -> None:
    assert of_estates({}, town_of(*streets)) == []
    assert of_facilities({}, town_of(*streets)) == []


def test_no_street_gives_no_row() -> None:
    assert of_estates(E1, town_of(), gates({"G": (50, 0)}, osm_id=7)) == []
    assert of_facilities({"F": Point(0, 0), **E1}, town_of(), ways_in=entrances((50, 0))) == []


def test_layers_that_were_passed_in_stay() -> None:
    surroundings = town_of(MAIN, PATH)
    shapes, before = estates(E1), surroundings.lines.tolist()
    estate_access(shapes, gates=NO_GATES, around=surroundings)
    assert surroundings.lines.tolist() == before
    assert shapes.equals(estates(E1))
    assert shapely.is_valid(shapes.geometry.to_numpy()).all()
