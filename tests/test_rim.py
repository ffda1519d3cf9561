import dataclasses
import math

import geopandas as gpd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Point, Polygon, affinity, box

from data.problems import Problem, note, warning
from data.profiles import load_profiles
from data.words import words
from geo.judgement.gaps import Question
from geo.walking.rim import assessed_reach_m, check_rim, near_rim
from geo.work_out import work_out
from tests.towns import TOWN_CRS, asked, estates, facilities, row_of, service, street, town, walkways

# Streets around a square of 4 by 4 km.
RING = street((0, 0), (4000, 0), (4000, 4000), (0, 4000), (0, 0))
WAYS = walkways(RING).edges
PLACES = {
    "inner": box(1900, 1900, 2100, 2100),
    "at_1000": box(1000, 1500, 1100, 1600),
    "at_999": box(999, 1500, 1100, 1600),
    "outer": box(9000, 0, 9100, 100),
}


def question(minutes: float, profile: str = "adult") -> Question:
    return Question(service("market", asked(), profile=profile), asked(), (), minutes, False)


def lines(*shapes: LineString) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=list(shapes), crs=TOWN_CRS)


def rim(
    boundary: Polygon | None, *, near: object = False, found: gpd.GeoDataFrame | None = None, reach_m: float = 1000
) -> tuple[Problem, ...]:
    places = estates({"A": box(0, 0, 9, 9), "B": box(9, 9, 18, 18)}).assign(near_rim=near)
    shops = facilities({"F": Point(-500, 0)}) if found is None else found
    return check_rim(places, facilities=shops, ways=WAYS, boundary=boundary, reach_m=reach_m)


@pytest.mark.parametrize(
    ("questions", "reach_m"),
    [
        ((), 0),
        ((question(15),), 1000),
        ((question(5), question(15), question(10)), 1000),
        # The elderly walk 800 m in 15 minutes.
        ((question(5), question(15, "elderly")), 800),
    ],
    ids=["none", "one", "longest", "slow"],
)
def test_the_reach_is_the_longest_walk_that_meets_a_limit(questions: tuple[Question, ...], reach_m: float) -> None:
    assert assessed_reach_m(questions, profiles=load_profiles()) == pytest.approx(reach_m)


def test_estates_are_near_the_rim_by_the_edge_of_their_ground() -> None:
    near = near_rim(estates(PLACES), ways=WAYS, reach_m=1000)
    assert dict(zip(PLACES, near.tolist(), strict=True)) == {
        "inner": False, "at_1000": False, "at_999": True, "outer": True,
    }  # fmt: skip


def test_without_a_question_nobody_is_near_the_rim() -> None:
    assert not near_rim(estates(PLACES), ways=WAYS, reach_m=0).any()


@pytest.mark.parametrize(
    "ways", [lines(), lines(LineString([(0, 0), (5000, 0)])), lines(LineString([(5, 5), (5, 5)]))], ids=len
)
def test_ways_that_span_no_ground_have_every_estate_at_their_rim(ways: gpd.GeoDataFrame) -> None:
    assert near_rim(estates(PLACES), ways=ways, reach_m=100).all()


def test_a_rim_is_that_of_all_ways_not_of_the_longest() -> None:
    corners = [(0, 0), (4000, 0), (4000, 4000), (0, 4000)]
    stubs = lines(*(LineString([corner, (2000, 2000)]) for corner in corners))
    assert near_rim(estates(PLACES), ways=stubs, reach_m=1000).tolist() == [False, False, True, True]


def test_ways_that_go_on_far_enough_are_not_told() -> None:
    assert rim(box(1000, 1000, 3000, 3000)) == ()


def test_ways_that_end_a_street_block_too_soon_pass() -> None:
    assert rim(box(950, 950, 3050, 3050)) == ()


def test_the_side_on_which_ways_end_too_soon_is_named_with_the_metres() -> None:
    (found,) = rim(box(1000, 1000, 3300, 3000), near=[True, False])
    sides = {"zh": "东侧缺 300 米", "en": "east by 300 m"}
    assert found == warning("rim_needed", value="1000", count=1, sides=sides)


def test_several_sides_are_named_in_turn() -> None:
    (found,) = rim(box(400, 1000, 3000, 3800))
    # Towards the north-west: (-400 + 3800) / sqrt 2 + 1000 against 4000 / sqrt 2; (3000 + 3800) to the north-east.
    north_east, north_west = 1000 - 1200 / math.sqrt(2), 1000 - 600 / math.sqrt(2)
    assert found.line(words("en")).split(": ")[1].split(". What")[0] == (
        f"north-east by {north_east:.0f} m, north by 800 m, north-west by {north_west:.0f} m, west by 600 m"
    )


@given(
    angle=st.floats(0, 360),
    east=st.floats(-500, 500),
    north=st.floats(-500, 500),
    width=st.floats(10, 1500),
    height=st.floats(10, 1500),
)
def test_what_is_told_lacking_is_not_covered(
    angle: float, east: float, north: float, width: float, height: float
) -> None:
    ground = affinity.rotate(box(0, 0, width, height), angle)
    ground = affinity.translate(ground, 2000 - width / 2 + east, 2000 - height / 2 + north)
    wanted, hull = ground.buffer(1000, quad_segs=64), box(0, 0, 4000, 4000)
    told = rim(ground)
    if told:
        assert not shapely.covers(hull, wanted)
    else:
        # Of a square the four sides decide, and 50 m are let pass.
        assert shapely.covers(hull.buffer(50.01, join_style="mitre"), wanted)


def test_facilities_that_end_at_the_planning_area_are_told() -> None:
    area = box(1000, 1000, 3000, 3000)
    inside = facilities({"F": Point(1500, 1500), "G": Point(3000, 3000)})
    assert rim(area, found=inside) == (warning("rim_facilities", value="1000"),)
    assert rim(area, found=inside.iloc[:0]) == ()


def test_without_a_planning_area_the_estates_near_the_rim_are_counted() -> None:
    assert rim(None, near=[True, False]) == (note("rim_near", value=1, share="50%", metres="1000"),)
    assert rim(None) == ()


def test_without_a_question_nothing_is_told() -> None:
    assert rim(None, near=True, reach_m=0) == rim(box(0, 0, 9, 9), reach_m=0) == ()


def test_the_plan_has_the_column_and_tells_of_it() -> None:
    ways = walkways(RING, street((0, 0), (2000, 2000), (4000, 4000)))
    grounds = {"E1": box(1950, 1960, 1990, 2000), **{"E2": row_of(50)["E1"]}}
    inputs = town(ways, estates(grounds), facilities=facilities({"F": Point(2010, 2000)}))
    plan = work_out(inputs)
    assert plan.estates["near_rim"].tolist() == [False, True]
    assert note("rim_near", value=1, share="50%", metres="1000") in plan.problems
    bounded = work_out(dataclasses.replace(inputs, boundary=box(1500, 1500, 2500, 2500)))
    told = [one.code for one in bounded.problems if one.code.startswith("rim")]
    assert told == ["rim_facilities"]
