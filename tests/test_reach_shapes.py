"""Ground within reach, drawn of small towns; a street that is walked counts 25 m to either side."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import LineString, Point, box

from data.inputs import Walkways
from geo.plan import Plan
from geo.work_out import work_out
from tests.towns import TOWN_CRS, asked, barriers, estates, facilities, gates, service, standard, street, town, walkways

# A road of 6 km. Gates are drawn on it, so that no connection counts.
ROAD = street((-3000, 0), (0, 0), (3000, 0))
SIDE = street((0, 0), (0, 400))
HOMES = {"A": box(-10, 2, 10, 22), "B": box(22, 2, 122, 22), "C": box(2000, 2, 2020, 22)}
DOORS = {"GA": (0.0, 0.0), "GB": (110.0, 0.0), "GC": (2010.0, 0.0)}
METRES = {5: 1000 / 3, 10: 2000 / 3, 15: 1000}


def made(of: str, *, ways: Walkways | None = None, **layers: gpd.GeoDataFrame) -> Plan:
    given = {"gates": gates(DOORS), "facilities": facilities({"F": Point(500, 0)}), **layers}
    homes = given.pop("estates", estates(HOMES))
    settings = {
        "walking": {"isochrones": of, "openings": False},
        "clusters": {"floor_people": 500, "ceiling_people": 10_000, "include_unknown_year": True},
        "project": {"date": "2026-03-01"},
    }
    streets = walkways(ROAD, SIDE) if ways is None else ways
    rules = standard(service("market", asked()), service("elder_care", profile="elderly"))
    return work_out(town(streets, homes, rules=rules, settings=settings, **given))


def reach(plan: Plan, owner: str, minutes: float) -> shapely.Geometry:
    rows = plan.isochrones.set_index(["owner_id", "minutes"])
    return rows.geometry.loc[(owner, minutes)]


def along(shape: shapely.Geometry) -> tuple[float, float]:
    """Return where a shape begins and ends on the road."""
    low, _, high, _ = shapely.intersection(shape, LineString([(-3000, 0), (3000, 0)])).bounds
    return low, high


def test_estates_reach_as_far_as_an_adult_walks() -> None:
    plan = made("estates")
    assert plan.isochrones[["owner", "owner_id", "minutes"]].to_numpy().tolist() == [
        ["estate", owner, minutes] for owner in "ABC" for minutes in (5, 10, 15)
    ]
    for minutes, metres in METRES.items():
        low, high = along(reach(plan, "A", minutes))
        assert [-low, high] == pytest.approx([metres + 25] * 2, abs=13)
    side = shapely.intersection(reach(plan, "A", 5), box(-25, 30, 25, 2000))
    assert side.bounds[3] == pytest.approx(METRES[5] + 25, abs=13)


def test_the_shapes_lie_in_each_other_and_hold_the_gates() -> None:
    plan = made("estates")
    assert plan.isochrones.crs == plan.inputs.crs
    assert plan.isochrones.is_valid.all()
    assert set(plan.isochrones.geom_type) == {"MultiPolygon"}
    for owner, gate in zip("ABC", DOORS.values(), strict=True):
        five, ten, quarter = (reach(plan, owner, minutes) for minutes in (5, 10, 15))
        assert five.area < ten.area < quarter.area
        assert shapely.difference(five, ten).area == pytest.approx(0, abs=1e-6)
        assert shapely.difference(ten, quarter).area == pytest.approx(0, abs=1e-6)
        assert five.contains(Point(gate))


def test_clusters_reach_what_any_member_reaches() -> None:
    plan = made("clusters")
    assert plan.clusters["estates"].tolist() == [2]
    name = plan.clusters["cluster_id"].iloc[0]
    assert plan.isochrones[["owner", "owner_id"]].drop_duplicates().to_numpy().tolist() == [["cluster", name]]
    low, high = along(reach(plan, name, 5))
    assert low == pytest.approx(-METRES[5] - 25, abs=13)
    assert high == pytest.approx(110 + METRES[5] + 25, abs=13)


def test_town_without_a_cluster_has_no_shapes_of_clusters() -> None:
    plan = made("clusters", estates=estates({"C": HOMES["C"]}))
    assert len(plan.clusters) == len(plan.isochrones) == 0
    assert {"owner", "owner_id", "minutes", "geometry"} <= set(plan.isochrones.columns)


def test_nothing_is_drawn_when_nothing_is_asked_for() -> None:
    plan = made("none")
    assert len(plan.isochrones) == 0
    assert plan.isochrones.crs == TOWN_CRS


def test_owner_that_is_not_connected_has_no_shape() -> None:
    homes = {**HOMES, "Z": box(0, 2500, 10, 2510)}
    plan = made("estates", estates=estates(homes))
    assert plan.estates.set_index("estate_id")["access_kind"]["Z"] == "none"
    assert set(plan.isochrones["owner_id"]) == {"A", "B", "C"}


@pytest.mark.parametrize(("one_way", "west_m", "east_m"), [(0, 1000, 1000), (1, 1000, 0), (-1, 0, 1000)])
def test_facility_is_reached_from_where_people_can_walk_to_it(one_way: int, west_m: float, east_m: float) -> None:
    ways = walkways(street((-3000, 0), (3000, 0), one_way=one_way))
    plan = made("facilities", ways=ways)
    assert plan.isochrones["owner"].unique().tolist() == ["facility"]
    low, high = along(reach(plan, "F", 15))
    assert 500 - low == pytest.approx(west_m + 25, abs=13)
    assert high - 500 == pytest.approx(east_m + 25, abs=13)


@pytest.mark.parametrize(("one_way", "west_m", "east_m"), [(1, 0, 1000), (-1, 1000, 0)])
def test_estate_reaches_where_its_residents_can_walk(one_way: int, west_m: float, east_m: float) -> None:
    plan = made("estates", ways=walkways(street((-3000, 0), (3000, 0), one_way=one_way)))
    low, high = along(reach(plan, "A", 15))
    assert -low == pytest.approx(west_m + 25, abs=13)
    assert high == pytest.approx(east_m + 25, abs=13)


def test_walk_to_the_gate_counts() -> None:
    plan = made(
        "estates", estates=estates({"A": box(-10, 98, 10, 122)}), ways=walkways(ROAD), gates=gates({"G": (0, 98)})
    )
    low, high = along(reach(plan, "A", 5))
    assert [-low, high] == pytest.approx([METRES[5] - 98 + 25] * 2, abs=13)


def test_river_hides_its_far_bank() -> None:
    plan = made("estates", barriers=barriers(LineString([(-4000, 10), (-5, 10)]), LineString([(5, 10), (4000, 10)])))
    shape = reach(plan, "A", 5)
    assert shape.contains(Point(-200, -20))
    assert not shape.intersects(Point(-200, 20))


def test_wall_hides_nothing() -> None:
    wall = barriers(LineString([(-4000, 10), (-5, 10)]), kind="wall")
    assert reach(made("estates", barriers=wall), "A", 5).contains(Point(-200, 20))


@pytest.mark.parametrize("of", ["estates", "facilities"])
def test_gate_in_the_middle_of_a_bent_way_stands_on_the_way(of: str) -> None:
    """The way leads round three sides of a square and has no node on them."""
    bent = LineString([(0, 0), (0, 400), (400, 400), (400, 0)])
    ways = walkways(street((0, 0), (400, 0)), street((0, 0), (0, -100)))
    edges = ways.edges.set_geometry([bent, ways.edges.geometry.iloc[1]], crs=TOWN_CRS)
    ways = Walkways(ways.nodes, edges.assign(length_mm=[1_200_000, 100_000]))
    plan = made(
        of,
        ways=ways,
        estates=estates({"A": box(190, 402, 210, 422)}),
        gates=gates({"G": (200, 400)}),
        facilities=facilities({"A": Point(200, 400)}),
    )
    for minutes in (5, 10, 15):
        shape = reach(plan, "A", minutes)
        assert shape.contains(Point(200, 400))
        assert shape.within(bent.buffer(40)) or minutes > 5
        assert not shape.intersects(Point(200, 0))
        assert not shape.intersects(Point(200, 200))


def test_same_town_gives_the_same_shapes() -> None:
    one, other = made("estates"), made("estates")
    assert shapely.to_wkb(one.isochrones.geometry.to_numpy()).tolist() == (
        shapely.to_wkb(other.isochrones.geometry.to_numpy()).tolist()
    )
    assert np.isfinite(one.isochrones.area).all()
