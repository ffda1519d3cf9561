from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import Point, box

from geo.access.inside import Homes, mean_distances, own_ground, with_inside
from geo.plan import Plan
from geo.work_out import work_out
from tests.towns import buildings, estates, facilities, gates, layer, service, standard, street, town, walkways

NOBODY = Homes(np.zeros(0, np.int64), np.zeros(0, object), np.zeros(0))
# Estate 0 has a house of 300 m² and one of 100 m², estate 2 has one of 50 m².
HOMES = Homes(np.array([2, 0, 0]), shapely.points([[7, 0], [0, 30], [40, 0]]), np.array([50.0, 300.0, 100.0]))
YARDS = {"A": box(0, 0, 100, 100), "B": box(50, 0, 150, 100), "C": box(200, 0, 300, 100)}


def points(*xy: tuple[float, float]) -> np.ndarray:
    return np.array([Point(spot) for spot in xy], object)


def test_mean_distance_weighs_homes_by_their_floor_area() -> None:
    away_m = mean_distances(HOMES, estate=np.array([0, 2, 0]), spots=points((0, 0), (7, 24), (40, 30)))
    assert away_m.tolist() == [(300 * 30 + 100 * 40) / 400, 24, (300 * 40 + 100 * 30) / 400]


def test_estate_without_a_home_has_no_mean_distance() -> None:
    assert np.isnan(mean_distances(HOMES, estate=np.array([1]), spots=points((0, 0)))).tolist() == [True]
    assert np.isnan(mean_distances(NOBODY, estate=np.array([0]), spots=points((0, 0)))).tolist() == [True]
    assert mean_distances(HOMES, estate=np.zeros(0, np.int64), spots=points()).tolist() == []


def test_access_points_get_the_distance_of_their_own_estates_homes() -> None:
    table = pd.DataFrame(
        {
            "owner": ["facility", "estate", "estate", "estate"],
            "owner_id": ["A", "C", "B", "A"],
            "start_x": [0.0, 7.0, 0.0, 0.0],
            "start_y": [0.0, 24.0, 0.0, 0.0],
        }
    )
    given = gpd.GeoDataFrame(table, geometry=points((1, 1), (2, 2), (3, 3), (4, 4)))
    found = with_inside(given, estates=estates(YARDS), homes=HOMES)
    np.testing.assert_array_equal(found["inside_m"], [np.nan, 24, np.nan, 32.5])
    assert "inside_m" not in given


def test_facilities_lie_on_the_ground_of_every_estate_that_holds_them() -> None:
    shops = {"X": Point(75, 50), "Y": box(80, 40, 100, 60), "Z": Point(250, 1), "N": Point(175, 50), "O": Point(10, 10)}
    own = own_ground(facilities(shops), estates=estates(YARDS), homes=HOMES)
    assert list(zip(own.estate.tolist(), own.facility.tolist(), strict=True)) == [
        (0, 0), (0, 1), (0, 4), (1, 0), (1, 1), (2, 2),
    ]  # fmt: skip
    assert np.isnan(own.away_m).tolist() == [False, False, False, True, True, False]
    assert own.away_m[2] == pytest.approx((300 * np.hypot(10, 20) + 100 * np.hypot(30, 10)) / 400)
    assert own.away_m[5] == pytest.approx(np.hypot(243, 1))


def test_no_facilities_lie_on_no_ground() -> None:
    own = own_ground(facilities({}), estates=estates(YARDS), homes=HOMES)
    assert own.estate.tolist() == own.facility.tolist() == own.away_m.tolist() == []
    own = own_ground(facilities({"X": Point(0, 0)}), estates=estates({}), homes=NOBODY)
    assert own.estate.tolist() == []


# An estate whose gate lies on the road; one house of 40 m by 10 m, its middle 60 m north of the gate.
ROAD = street((-1000, 0), (2000, 0), name="解放路")
YARD = {"A": box(0, 10, 100, 110)}
HOUSE = buildings(box(30, 65, 70, 75), use="apartments", levels=6.0)
GATE = gates({"G": (50, 10)})
TWO = standard(service("market"), service("elder_care", profile="elderly"))


def plan_of(shops: Mapping[str, shapely.Geometry], *, homes: gpd.GeoDataFrame = HOUSE, kind: str = "market") -> Plan:
    inputs = town(
        walkways(ROAD), estates(YARD), rules=TWO, buildings=homes, facilities=facilities(shops, kind), gates=GATE
    )
    return work_out(inputs)


def walk_of(plan: Plan) -> pd.Series:
    assert len(plan.walks) == 1
    return plan.walks.iloc[0]


@pytest.mark.parametrize(("kind", "per_m"), [("market", 0.9 / 60), ("elder_care", 1.125 / 60)])
def test_the_way_inside_is_part_of_the_walk(kind: str, per_m: float) -> None:
    walk = walk_of(plan_of({"F": Point(450, -20)}, kind=kind))
    assert walk[["inside_m", "from_m", "street_m", "to_m"]].tolist() == [60, 10, 400, 20]
    assert walk["walk_m"] == 490
    assert walk["walk_minutes"] == np.ceil(round(490 * per_m * 100, 6)) / 100


def test_homes_of_more_floors_count_for_more() -> None:
    homes = buildings(box(45, 65, 55, 75), box(45, 35, 55, 45), use="apartments", levels=[6.0, 2.0])
    assert walk_of(plan_of({"F": Point(450, -20)}, homes=homes))["inside_m"] == (6 * 60 + 2 * 30) / 8


def test_without_a_home_the_walk_begins_at_the_gate() -> None:
    walk = walk_of(plan_of({"F": Point(450, -20)}, homes=layer("buildings", [])))
    assert np.isnan(walk["inside_m"])
    assert walk["walk_m"] == 430
    assert walk["walk_minutes"] == 6.45


def test_what_lies_in_the_estate_is_reached_without_leaving_it() -> None:
    plan = plan_of({"F": Point(450, -20), "H": Point(50, 100)})
    walk = walk_of(plan)
    assert walk["facility_id"] == "H"
    assert (walk["gate"], walk["entrance"]) == (-1, -1)
    assert walk[["inside_m", "from_m", "street_m", "to_m", "walk_m"]].tolist() == [30, 0, 0, 0, 30]
    assert walk["walk_minutes"] == 0.45
    assert walk["geometry"] is None
    assert len(plan.walk_edges) == len(plan.walk_steps) == 0
    assert plan.nearest["facility_id"].tolist() == ["H", "F"]
    assert plan.nearest["walk_minutes"].tolist() == [0.45, 7.35]
    assert plan.opportunities[["within_5", "within_10"]].to_numpy().tolist() == [[1, 2]]


def test_what_lies_nearer_outside_wins() -> None:
    """The far corner of the yard is 63 m from the house; the kiosk by the gate of a small yard is nearer."""
    homes = buildings(box(40, 12, 60, 32), use="apartments", levels=6.0)
    walk = walk_of(plan_of({"F": Point(50, -2), "H": Point(50, 109)}, homes=homes))
    assert walk["facility_id"] == "F"
    assert walk[["inside_m", "from_m", "street_m", "to_m"]].tolist() == [12, 10, 0, 2]
    assert walk["gate"] >= 0


def test_of_equally_near_ones_inside_and_outside_the_first_is_named() -> None:
    """Both are 80 m off."""
    homes = buildings(box(40, 25, 60, 35), use="apartments", levels=6.0)
    shops = {"F": Point(50, -50), "H": Point(50, 109.999)}
    both = walk_of(plan_of({**shops, "H": Point(50, 110 - 1e-7)}, homes=homes))
    assert (both["facility_id"], both["walk_m"]) == ("F", 80)
    turned = walk_of(plan_of({"A": Point(50, 110 - 1e-7), "F": Point(50, -50)}, homes=homes))
    assert (turned["facility_id"], turned["gate"], turned["walk_m"]) == ("A", -1, 80)


def test_what_only_touches_an_estate_does_not_lie_in_it() -> None:
    own = own_ground(facilities({"F": box(100, 20, 120, 40)}), estates=estates({"A": YARDS["A"]}), homes=NOBODY)
    assert own.facility.tolist() == []
