"""Whole towns through all stages, where the answer can be told from the map."""

import dataclasses
from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Geometry, MultiPolygon, Point, Polygon, box

from data.inputs import Inputs, Walkways
from geo.plan import Plan
from geo.work_out import work_out
from tests.towns import (
    Street,
    asked,
    barriers,
    estates,
    facilities,
    gates,
    moved,
    row_of,
    service,
    sites,
    standard,
    street,
    town,
    walkways,
)

ROAD = street((-50, -10), (106, -10), (900, -10), name="人民路")
BAND = {"clusters": {"floor_people": 500, "ceiling_people": 1000}}
RIVER = box(104, -500, 108, 500)
SIZED = standard(service("market", asked(), asked("floor_area_per_100_households", 30, "m2/100hh")))
MARKET = facilities({"F1": Point(400, -15)}, floor_area_m2=100.0)
NAMES = ("estates", "facilities", "gaps", "nearest", "services", "clusters", "pooled", "adjacency", "summary")


def row_town(*widths: float, clusters: Mapping[str, object] | None = None, **columns: object) -> Inputs:
    band = {"clusters": {**BAND["clusters"], **(clusters or {})}}
    return town(walkways(ROAD), estates(row_of(*widths), **columns), settings=band, facilities=MARKET)


def clusters(plan: Plan) -> list[str | None]:
    found = plan.estates["cluster_id"].astype(object)
    return list(found.where(found.notna(), None))


def reasons(plan: Plan) -> list[str | None]:
    found = plan.estates["reason"].astype(object)
    return list(found.where(found.notna(), None))


def test_two_estates_across_a_street_make_a_cluster() -> None:
    plan = work_out(row_town(100, 100))
    assert clusters(plan) == ["C001", "C001"]
    assert plan.clusters[["estates", "households", "people"]].to_numpy().tolist() == [[2, 200, 600]]
    assert plan.adjacency["kind"].tolist() == ["open_ground"]


@pytest.mark.parametrize(
    ("ways", "expected"),
    [
        ((), ["no_neighbour", "no_neighbour"]),
        ((street((90, 50), (122, 50), bridge=True),), [None, None]),
    ],
    ids=["river", "river with a footbridge"],
)
def test_barrier_cuts_a_cluster(ways: tuple[Street, ...], expected: list[str | None]) -> None:
    made = town(walkways(ROAD, *ways), estates(row_of(100, 100)), settings=BAND, barriers=barriers(RIVER))
    assert reasons(work_out(made)) == expected


@pytest.mark.parametrize(
    ("keep_within", "expected"),
    [
        ("subdistrict", ["other_subdistrict", None, None]),
        ("community", ["other_subdistrict"] * 3),  # communities of one name in two subdistricts are two
        ("none", [None, None, None]),
    ],
)
def test_clusters_keep_within_the_unit_that_was_named(keep_within: str, expected: list[str | None]) -> None:
    units = {"subdistrict": ["城南", "城北", "城北"], "community": ["一", "一", "二"]}
    assert reasons(work_out(row_town(80, 80, 80, clusters={"keep_within": keep_within}, **units))) == expected


def test_clusters_keep_within_a_community_of_one_subdistrict() -> None:
    places = row_town(80, 80, 80, clusters={"keep_within": "community"}, community=["一", "一", "二"])
    assert reasons(work_out(places)) == [None, None, "other_subdistrict"]


def test_estate_without_a_unit_may_join_any() -> None:
    plan = work_out(row_town(80, 80, 80, subdistrict=["城南", None, None]))
    assert clusters(plan) == ["C001"] * 3


def test_estate_that_may_not_be_renovated_joins_nobody_and_parts_its_neighbours() -> None:
    plan = work_out(row_town(80, 80, 80, built_year_max=[1990.0, 2010.0, 1990.0]))
    assert reasons(plan) == ["no_neighbour", "not_eligible", "no_neighbour"]


def test_site_ties_estates_too_far_apart_to_face_each_other() -> None:
    made = town(walkways(ROAD), estates(row_of(100, 100, gap=80)), settings=BAND)
    assert clusters(work_out(made)) == [None, None]
    tied = dataclasses.replace(made, sites=sites({"S1": box(100, 0, 180, 100)}))
    assert clusters(work_out(tied)) == ["C001", "C001"]


HOLED = Polygon(box(112, 0, 212, 100).exterior.coords, [box(140, 30, 180, 60).exterior.coords])
ODD: dict[str, Mapping[str, Geometry]] = {
    "no estate": {},
    "one estate": row_of(100),
    "of two parts": {"E1": MultiPolygon([box(0, 0, 40, 100), box(60, 0, 100, 100)]), "E2": box(112, 0, 212, 100)},
    "with a hole": {"E1": box(0, 0, 100, 100), "E2": HOLED},
    "one in the hole of another": {"E1": box(140, 30, 180, 60), "E2": HOLED},
    "a point": {"E1": Point(3, 3), "E2": box(112, 0, 212, 100)},
    "one on top of another": {"E1": box(0, 0, 100, 100), "E2": box(0, 0, 100, 100)},
}


@pytest.mark.parametrize("shapes", ODD.values(), ids=ODD.keys())
def test_town_of_odd_estates_runs_through(shapes: Mapping[str, Geometry]) -> None:
    plan = work_out(town(walkways(ROAD), estates(shapes), settings=BAND, facilities=MARKET, rules=SIZED))
    assert plan.estates["estate_id"].tolist() == sorted(shapes)
    assert len(plan.gaps) == len(shapes)


@pytest.mark.parametrize(
    ("columns", "counted", "state"),
    [
        ({"households": 0.0, "people": 300.0}, 600, "size_unknown"),
        ({"households": 0.0, "people": 0.0}, 0, "size_unknown"),
        ({"households": np.nan, "people": np.nan}, 864, "borderline"),
    ],
    ids=["no households", "nobody", "nobody counted"],
)
def test_estates_of_odd_figures_run_through(columns: dict[str, float], counted: float, state: str) -> None:
    # Nobody counted: 10,000 m2 of ground * 1.4 / 85 m2 are 165 households of 2.62 people, 432 in each estate; 100 m2
    # for 330 households are 30.3 for 100 of them, where 30 are asked.
    made = town(walkways(ROAD), estates(row_of(100, 100), **columns), settings=BAND, facilities=MARKET, rules=SIZED)
    plan = work_out(made)
    assert plan.estates["people"].sum() == counted
    assert plan.gaps["state"].tolist() == [state, state]


def test_where_nobody_is_counted_no_ratio_is_called_met_or_short() -> None:
    made = town(walkways(ROAD), estates(row_of(100, 100), households=0.0), settings=BAND, facilities=MARKET)
    plan = work_out(dataclasses.replace(made, standard=SIZED))
    assert plan.pooled["state"].tolist() == ["size_unknown"]
    assert plan.pooled["measured"].isna().all()


@pytest.mark.parametrize(
    "ways",
    [walkways(), walkways(street((5000, 5000), (6000, 5000))), walkways(street((-50, -10), (900, -10), private=True))],
    ids=["no way", "far away", "private ways alone"],
)
def test_estates_without_access_have_no_data_and_no_cluster(ways: Walkways) -> None:
    plan = work_out(town(ways, estates(row_of(100, 100)), settings=BAND, facilities=MARKET, rules=SIZED))
    assert plan.estates["access_kind"].tolist() == ["none", "none"]
    assert reasons(plan) == ["no_access", "no_access"]
    assert plan.gaps["state"].tolist() == ["no_data", "no_data"]


@pytest.mark.parametrize("area_m2", [20.0, 100.0])
def test_an_estate_off_the_network_lacks_nothing_by_what_stands_on_its_own_ground(area_m2: float) -> None:
    # What it shares with others is not known, so that 20 m² of 30 prove no gap.
    own = facilities({"F1": Point(50, 50)}, floor_area_m2=area_m2)
    plan = work_out(town(walkways(), estates(row_of(100)), settings=BAND, facilities=own, rules=SIZED))
    assert plan.gaps[["state", "walk_minutes"]].to_numpy().tolist() == [["no_data", 0.0]]


def test_service_that_the_standard_does_not_list_is_told_with_its_nearest() -> None:
    made = town(walkways(ROAD), estates(row_of(100)), facilities=facilities({"F1": Point(300, -10)}, "moon_port"))
    plan = work_out(made)
    assert plan.nearest["service"].tolist() == ["moon_port"]
    assert plan.nearest["walk_m"].tolist() == [pytest.approx(plan.nearest["walk_minutes"].iloc[0] / 15 * 1000, abs=1)]
    assert plan.gaps["service"].tolist() == ["market"]


def test_gate_that_is_shut_cuts_the_way_for_everybody() -> None:
    ways = walkways(ROAD, ids={(106, -10): 7})
    made = town(ways, estates(row_of(100, 100)), settings=BAND, facilities=MARKET)
    shut = dataclasses.replace(made, gates=gates({"G1": (106, -10)}, "closed", 7))
    assert clusters(work_out(made)) == ["C001", "C001"]
    assert reasons(work_out(shut)) == ["would_exceed_walk", "would_exceed_walk"]


def assert_same(one: Plan, other: Plan) -> None:
    for name in NAMES:
        here, there = (
            frame.drop(columns=frame.geometry.name) if "geometry" in frame else frame
            for frame in (getattr(one, name), getattr(other, name))
        )
        pd.testing.assert_frame_equal(here, there, obj=name)


@pytest.mark.parametrize(("east", "north"), [(1_000_000, 4_000_000), (-1_000_000, 0), (500_000.25, 3_150_000.5)])
def test_town_elsewhere_has_the_same_plan(east: float, north: float) -> None:
    made = town(
        walkways(ROAD, street((106, -10), (106, 150), (300, 150))),
        estates(row_of(90, 80, 110, 70)),
        settings=BAND,
        facilities=facilities({"F1": Point(310, -15), "F2": box(215, 110, 240, 140)}, floor_area_m2=200.0),
        sites=sites({"S1": box(0, 105, 200, 140)}),
        barriers=barriers(box(200, 102, 320, 104)),
        rules=SIZED,
    )
    assert_same(work_out(made), work_out(moved(made, east=east, north=north)))


BLOCK = st.tuples(st.integers(0, 4), st.integers(0, 3))


@settings(max_examples=25, deadline=None)
@given(blocks=st.sets(BLOCK, min_size=1, max_size=10), wall=st.integers(0, 4), people=st.integers(50, 700))
def test_every_estate_is_in_one_cluster_or_has_its_reason(blocks: set[tuple[int, int]], wall: int, people: int) -> None:
    shapes = {f"E{x}{y}": box(112 * x, 112 * y, 112 * x + 100, 112 * y + 100) for x, y in sorted(blocks)}
    river = barriers(box(112 * wall - 10, -50, 112 * wall - 4, 600))
    made = town(walkways(ROAD), estates(shapes, people=float(people)), settings=BAND, barriers=river)
    plan = work_out(made)
    assert (plan.estates["cluster_id"].isna() == plan.estates["reason"].notna()).all()
    for _, members in plan.estates.groupby("cluster_id"):
        assert 500 <= members["people"].sum() <= 1000
        outline = shapely.union_all(shapely.buffer(members.geometry.to_numpy(), 6.5))
        assert outline.geom_type == "Polygon"
        assert not outline.buffer(-6.6).intersects(river.geometry.iloc[0])
