from collections.abc import Mapping
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point, Polygon, box

from data.standards.model import Standard
from geo.access.access_points import estate_access, facility_access
from geo.access.doors import Surroundings
from geo.access.inside import OwnGround
from geo.streets.graph import Pace
from geo.walking import walk_times
from geo.walking.walk_times import Pairs
from geo.walking.walks import Ends, WalkLimits, Walks, profile_paces, walk_town
from tests.towns import (
    Shapes,
    around,
    barriers,
    entrances,
    estates,
    facilities,
    gates,
    service,
    standard,
    street,
    walkways,
)

TWO = standard(service("market"), service("elder_care", profile="elderly"))
ROAD = street((0, 0), (2000, 0))
QUARTER = {"market": 15.0, "elder_care": 15.0}


def walk(
    surroundings: Surroundings,
    homes: Shapes,
    shops: Shapes,
    *,
    services: object = "market",
    minutes: Mapping[str, float] = QUARTER,
    reach_minutes: float = 15.0,
    steps_pace: float = 1.0,
    rules: Standard = TWO,
    doors: gpd.GeoDataFrame | None = None,
    ways_in: gpd.GeoDataFrame | None = None,
    turned: bool = False,
) -> Walks:
    """Find the access points of estates and facilities and walk between them."""
    passages = gates({}) if doors is None else doors
    inlets = entrances() if ways_in is None else ways_in
    places = facilities(shops, services)
    grounds = estates(homes)
    of_estates = estate_access(grounds, gates=passages, around=surroundings)
    of_facilities = facility_access(
        places, entrances=inlets, gates=passages, around=surroundings, estates=grounds, estate_points=of_estates
    )
    access = gpd.GeoDataFrame(pd.concat([of_estates, of_facilities], ignore_index=True)).assign(inside_m=np.nan)
    none = np.zeros(0, np.int64)
    ids = np.array(list(homes), object), places["facility_id"].to_numpy(object)
    profiles = {key: replace(one, steps=steps_pace) for key, one in rules.profiles.items()}
    return walk_town(
        surroundings.network,
        access=access[::-1] if turned else access,
        ends=Ends(*ids, places["service"].to_numpy(object), OwnGround(none, none, np.zeros(0))),
        standard=replace(rules, profiles=profiles),
        limits=WalkLimits(minutes, reach_minutes),
    )[0]


def pairs(found: Pairs) -> list[tuple[int, int, int]]:
    return list(zip(found.origin.tolist(), found.target.tolist(), found.cost_us.tolist(), strict=True))


def seconds(walks: Walks) -> list[list[float]]:
    found: list[list[float]] = (walks.cost_us / 1e6).tolist()
    return found


def plot(x: float, y: float = -10) -> Polygon:
    """Return a small plot that points at the road from 10 m off, so that its connection ends at x."""
    return Polygon([(x, y), (x + 1, y - 3), (x - 1, y - 3)])


def test_profiles_become_paces_in_the_order_of_their_names() -> None:
    paces = profile_paces(TWO)
    assert paces == {"adult": Pace(900.0, 2.0), "elderly": Pace(1125.0, 2.0)}
    assert list(paces) == ["adult", "elderly"]


def test_walk_is_the_way_and_each_connector_once() -> None:
    walks = walk(around(walkways(ROAD)), {"A": plot(100)}, {"F": Point(400, 20)})
    assert seconds(walks) == [[(10 + 300 + 20) * 0.9]]
    assert pairs(walks.within["market"]) == [(0, 0, 297_000_000)]


def test_estate_and_facility_on_one_edge_walk_straight_to_each_other() -> None:
    walks = walk(around(walkways(ROAD)), {"A": plot(900), "B": plot(300)}, {"F": Point(600, 0)})
    assert seconds(walks) == [[310 * 0.9], [310 * 0.9]]


@pytest.mark.parametrize(("last_m", "found"), [(333.334, 1), (333.335, 0)])
def test_no_edge_of_a_walk_is_rounded(last_m: float, found: int) -> None:
    spots = [(0.0, 0.0), (333.333, 0.0), (666.666, 0.0), (666.666 + last_m, 0.0)]
    home, shop = plot(0, -0.0001), Point(spots[-1])
    walks = walk(around(walkways(street(*spots))), {"A": home}, {"F": shop})
    assert len(walks.within["market"].origin) == found


@pytest.mark.parametrize(("off_m", "found"), [(0.0, 1), (-0.001, 1), (0.001, 0)])
def test_fifteen_minutes_are_a_kilometre_to_the_last(off_m: float, found: int) -> None:
    walks = walk(around(walkways(ROAD)), {"A": plot(100)}, {"F": Point(1090 + off_m, 0)})
    assert len(walks.within["market"].origin) == found
    assert np.isfinite(walks.cost_us).all()


def test_each_service_is_walked_at_its_own_pace_and_cut_at_its_own_limit() -> None:
    walks = walk(
        around(walkways(ROAD)),
        {"A": plot(100)},
        {"F": Point(490, 0), "G": Point(490, 0), "H": Point(890, 0), "I": Point(891, 0)},
        services=["market", "elder_care", "elder_care", "elder_care"],
        minutes={"market": 5.0, "elder_care": 15.0},
    )
    assert walks.services == ("elder_care", "market")
    assert seconds(walks) == [[400 * 1.125, 400 * 0.9]]
    assert walks.facility.tolist() == [[1, 0]]
    assert pairs(walks.within["elder_care"]) == [(0, 1, 450_000_000), (0, 2, 900_000_000)]
    assert pairs(walks.within["market"]) == []


def test_services_of_one_pace_keep_their_own_limits() -> None:
    rules = standard(service("clinic"), service("market"))
    shops, kinds = {"F": Point(390, 0), "G": Point(390, 0)}, ["market", "clinic"]
    limits = {"market": 15.0, "clinic": 4.0}
    walks = walk(around(walkways(ROAD)), {"A": plot(100)}, shops, services=kinds, minutes=limits, rules=rules)
    assert pairs(walks.within["market"]) == [(0, 0, 270_000_000)]
    assert pairs(walks.within["clinic"]) == []


def test_order_of_the_access_points_does_not_matter() -> None:
    homes = {"A": plot(100, -30), "B": plot(700, -10), "C": plot(400, -50)}
    shops = {"F": Point(600, 7), "G": Point(200, 3), "H": Point(900, 40)}
    ahead, turned = (walk(around(walkways(ROAD)), homes, shops, turned=turned) for turned in (False, True))
    assert turned.cost_us.tolist() == ahead.cost_us.tolist() == [[133 * 0.9e6], [117 * 0.9e6], [253 * 0.9e6]]
    assert turned.facility.tolist() == ahead.facility.tolist() == [[1], [0], [1]]
    assert pairs(turned.within["market"]) == pairs(ahead.within["market"])
    assert pairs(turned.reach) == pairs(ahead.reach)


def test_service_that_is_not_assessed_has_a_nearest_but_no_pairs() -> None:
    walks = walk(around(walkways(ROAD)), {"A": plot(100)}, {"F": Point(400, 0)}, minutes={})
    assert seconds(walks) == [[310 * 0.9]]
    assert walks.within == {}


def test_service_without_a_facility_has_no_column() -> None:
    walks = walk(around(walkways(ROAD)), {"A": plot(100)}, {"F": Point(400, 0)})
    assert walks.services == ("market",)
    assert set(walks.within) == {"market"}


def test_polygon_facility_with_several_entrances_counts_once_by_the_nearest() -> None:
    school = box(400, 3, 600, 80)
    walks = walk(
        around(walkways(ROAD)), {"A": plot(100)}, {"F": school}, ways_in=entrances((500, 3), (590, 3), (410, 3))
    )
    assert pairs(walks.within["market"]) == [(0, 0, (10 + 310 + 3) * 900_000)]


def test_of_equally_near_facilities_the_first_is_named() -> None:
    shops = {"F": Point(900, 0), "G": Point(100, 0), "H": Point(900, 0)}
    assert walk(around(walkways(ROAD)), {"A": plot(500)}, shops).facility.tolist() == [[0]]


def test_estate_without_access_reaches_nothing_and_keeps_its_row() -> None:
    walks = walk(around(walkways(ROAD)), {"A": plot(100, -900), "B": plot(100)}, {"F": Point(400, 0)})
    assert seconds(walks) == [[np.inf], [310 * 0.9]]
    assert walks.facility.tolist() == [[-1], [0]]
    assert pairs(walks.within["market"]) == [(1, 0, 279_000_000)]


def test_facility_in_another_component_is_not_reached() -> None:
    apart = around(walkways(ROAD, street((0, 500), (2000, 500))))
    walks = walk(apart, {"A": plot(100)}, {"F": Point(100, 510)})
    assert seconds(walks) == [[np.inf]]
    assert pairs(walks.within["market"]) == []


# A way of 200 m joins two roads through an estate; the other way round is 4,000 m.
SHORT_M, LONG_M = 200.0, 2 * 1900 + 200.0


@pytest.mark.parametrize(
    ("private", "state", "walk_m"),
    [
        (False, "open", SHORT_M),
        (True, "open", LONG_M),
        (False, "residents", LONG_M),
        (False, "closed", LONG_M),
    ],
)
def test_nobody_walks_through_an_estate_by_private_ways_or_shut_gates(
    *, private: bool, state: str, walk_m: float
) -> None:
    through = street((100, 0), (100, 100), (100, 200), private=private)
    roads = street((0, 0), (100, 0), (2000, 0)), street((2000, 0), (2000, 200), (100, 200), (0, 200))
    ways = walkways(*roads, through, ids={(100, 100): 7})
    doors = gates({"G": (100, 100)}, state=state, osm_id=7)
    surroundings = around(ways, closed=[] if state == "open" else [7])
    homes = {"A": plot(100), "M": box(60, 100, 140, 150)}
    walks = walk(surroundings, homes, {"F": Point(100, 210)}, doors=doors)
    assert seconds(walks)[0] == [pytest.approx((walk_m + 20) * 0.9)]


@pytest.mark.parametrize(("state", "walk_m"), [("open", 100), ("residents", 100), ("closed", 50 + 2 * 1900 + 200)])
def test_residents_pass_their_own_gate(state: str, walk_m: float) -> None:
    """The estate is left by its gate in the south and by the way that crosses its boundary in the north."""
    roads = street((0, 0), (100, 0), (2000, 0)), street((2000, 0), (2000, 200), (100, 200), (0, 200))
    ways = walkways(*roads, street((100, 0), (100, 100), (100, 200)), ids={(100, 100): 7})
    surroundings = around(ways, closed=[] if state == "open" else [7])
    homes = {"M": box(60, 100, 140, 150)}
    walks = walk(surroundings, homes, {"F": Point(100, 0)}, doors=gates({"G": (100, 100)}, state=state, osm_id=7))
    assert seconds(walks) == [[pytest.approx(walk_m * 0.9)]]


def test_residents_of_a_private_way_leave_by_it_on_both_sides() -> None:
    roads = street((0, 0), (100, 0), (2000, 0)), street((0, 200), (100, 200), (2000, 200))
    through = street((100, 0), (100, 200), private=True)
    homes = {"M": box(60, 80, 140, 150)}
    walks = walk(around(walkways(*roads, through)), homes, {"F": Point(100, 0), "G": Point(100, 200)})
    assert pairs(walks.within["market"]) == [(0, 0, 80 * 900_000), (0, 1, 50 * 900_000)]


def test_steps_are_slower() -> None:
    ways = walkways(street((0, 0), (100, 0)), street((100, 0), (200, 0), steps=True))
    walks = walk(around(ways), {"A": plot(0)}, {"F": Point(200, 0)}, steps_pace=2.0)
    assert seconds(walks) == [[(10 + 100 + 2 * 100) * 0.9]]


def test_one_way_street_is_walked_its_way_from_the_estate() -> None:
    ways = walkways(street((0, 0), (1000, 0), one_way=1))
    walks = walk(around(ways), {"A": plot(500)}, {"F": Point(100, 0), "G": Point(900, 0)})
    assert walks.facility.tolist() == [[1]]
    assert pairs(walks.within["market"]) == [(0, 1, 410 * 900_000)]
    assert pairs(walk(around(ways), {"A": plot(500), "B": plot(700)}, {}).reach) == [
        (0, 0, 18_000_000),
        (0, 1, 220 * 900_000),
        (1, 1, 18_000_000),
    ]


def test_estates_reach_each_other_at_the_pace_of_an_adult() -> None:
    homes = {"A": plot(100), "B": plot(180), "C": plot(181)}
    found = pairs(walk(around(walkways(ROAD)), homes, {}, reach_minutes=1.5).reach)
    assert [row for row in found if row[0] != row[1]] == [
        (0, 1, 90_000_000),
        (1, 0, 90_000_000),
        (1, 2, 18_900_000),
        (2, 1, 18_900_000),
    ]


def test_river_without_a_bridge_is_walked_round() -> None:
    river = barriers(LineString([(-500, 5), (1500, 5)]))
    ways = walkways(ROAD, street((2000, 0), (2000, 40), (0, 40)))
    walks = walk(around(ways, barriers=river), {"A": plot(100)}, {"F": Point(100, 10)})
    assert seconds(walks) == [[pytest.approx((10 + 1900 + 40 + 1900 + 30) * 0.9)]]


def test_tiles_do_not_change_the_walks(monkeypatch: pytest.MonkeyPatch) -> None:
    ways = walkways(ROAD, street((0, 0), (0, 1500)), street((2000, 0), (0, 1500)))
    homes = {f"E{i}": plot(50 + 190 * i) for i in range(10)}
    shops = {f"F{i}": Point(7, 90 * i) for i in range(15)} | {f"G{i}": Point(300 * i, 9) for i in range(7)}
    whole = walk(around(ways), homes, shops)
    monkeypatch.setattr(walk_times, "TILE_M", 100.0)
    monkeypatch.setattr(walk_times, "SOURCES_AT_ONCE", 1)
    parts = walk(around(ways), homes, shops)
    assert pairs(parts.within["market"]) == pairs(whole.within["market"])
    assert pairs(parts.reach) == pairs(whole.reach)
    assert 0 < len(whole.reach.origin) < 100


def test_within_and_nearest_agree_to_the_digit() -> None:
    ways = walkways(ROAD, street((0, 0), (333.333, 777.777)), street((2000, 0), (333.333, 777.777), steps=True))
    homes = {f"E{i}": plot(50.123 + 190.77 * i) for i in range(9)}
    shops = {f"F{i}": Point(7 + i * 31.77, 90.1 * i) for i in range(9)}
    walks = walk(around(ways), homes, shops, steps_pace=1.7, minutes={"market": 1000.0})
    least = np.full(9, np.inf)
    np.minimum.at(least, walks.within["market"].origin, walks.within["market"].cost_us)
    assert least.tolist() == walks.cost_us[:, 0].tolist()


def test_town_without_facilities() -> None:
    walks = walk(around(walkways(ROAD)), {"A": plot(100)}, {})
    assert walks.services == ()
    assert walks.cost_us.shape == walks.facility.shape == (1, 0)
    assert walks.within == {}


def test_town_without_estates() -> None:
    walks = walk(around(walkways(ROAD)), {}, {"F": Point(400, 0)})
    assert walks.cost_us.shape == (0, 1)
    assert pairs(walks.within["market"]) == []
    assert pairs(walks.reach) == []


def test_town_without_streets() -> None:
    walks = walk(around(walkways()), {"A": plot(100)}, {"F": Point(400, 0)})
    assert seconds(walks) == [[np.inf]]
    assert walks.facility.tolist() == [[-1]]
    assert pairs(walks.within["market"]) == []
    assert pairs(walks.reach) == []
