"""What an opening adds is one more way in: no walk gets longer by it, whatever was assumed before."""

from collections.abc import Mapping

import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, box

from data.inputs import Inputs
from data.scenario_file import make_scenario
from geo.plan import Plan
from geo.what_if.scenario import apply_scenario
from geo.work_out import work_out
from tests.towns import asked, barriers, estates, facilities, gates, moved, service, standard, street, town, walkways

Edit = Mapping[str, object]

EAST, NORTH = 500_000.0, 5_000_000.0
RULES = standard(service("market", asked()), service("clinic", asked(), profile="elderly"))
WALL = LineString([(190, 130), (190, 280)])


def three_estates() -> Inputs:
    """Draw three estates on a ring of streets: W has no gate, M one that is shut to others, E a wall along its side.

    The way through M is cut off behind its gate. The clinic stands in M, the market at the end of a lane to the north.
    """
    ways = [
        street((0, 0), (200, 0), (300, 0), (400, 0), (600, 0)),
        street((0, 0), (0, 400), (300, 400), (600, 400), (600, 0)),
        street((300, 0), (300, 30), (300, 120)),
        street((300, 400), (300, 700)),
    ]
    inputs = town(
        walkways(*ways, ids={(300.0, 30.0): 7}),
        estates({"W": box(20, 30, 180, 300), "M": box(200, 30, 400, 300), "E": box(420, 30, 580, 300)}),
        rules=RULES,
        facilities=facilities({"F": Point(310, 690), "C": Point(310, 110), "D": Point(610, 30)},
                              service=["market", "clinic", "clinic"]),
        gates=gates({"G": (300, 30)}, state="residents", osm_id=7),
        barriers=barriers(WALL, LineString([(410, 20), (410, 390)]), kind="wall"),
    )  # fmt: skip
    return moved(inputs, east=EAST, north=NORTH)


def spot(x: float, y: float) -> list[float]:
    return [EAST + x, NORTH + y]


def edited(*edits: Edit) -> Inputs:
    told = make_scenario({"name": "情景", "coordinates": "EPSG:4548", "edits": list(edits)})
    return apply_scenario(three_estates(), told)


def minutes(plan: Plan) -> pd.Series:
    first = plan.nearest[plan.nearest["rank"] == 1]
    return first.set_index(["estate_id", "service"])["walk_minutes"]


def points(plan: Plan, owner_id: str) -> list[tuple[str, float, float]]:
    mine = plan.access_points[plan.access_points["owner_id"] == owner_id]
    spots = shapely.get_coordinates(mine.geometry.to_numpy()) - [EAST, NORTH]
    return [(kind, *map(float, xy.round(3))) for kind, xy in zip(mine["kind"], spots, strict=True)]


BEFORE = work_out(three_estates())


def test_an_added_gate_stands_beside_the_way_in_that_was_assumed() -> None:
    assert points(BEFORE, "W") == [("assumed", 0, 165)]
    found = work_out(edited({"action": "add_gate", "at": spot(100, 30)}))
    assert points(found, "W") == [("gate", 100, 0), ("assumed", 0, 165)]
    assert found.estates["access_kind"].tolist() == ["assumed", "gate", "gate"]


def test_an_added_gate_for_residents_shuts_no_way_that_is_open() -> None:
    beside = {"action": "add_gate", "at": spot(290, 300), "state": "residents"}
    way = {"action": "add_link", "from": spot(300, 120), "to": spot(300, 400)}
    opened = {"action": "open_gate", "gate": "G"}
    assert (minutes(work_out(edited(opened, way, beside))) <= minutes(work_out(edited(opened, way)))).all()


def test_a_facility_keeps_the_way_in_it_had_when_a_nearer_way_is_opened() -> None:
    # The clinic in M is entered by the street until the way beside it, 10 m off, is open to all.
    assert points(BEFORE, "C")[0][0] == "assumed"
    found = work_out(edited({"action": "open_gate", "gate": "G"}))
    assert set(points(BEFORE, "C")) < set(points(found, "C"))


def test_what_is_closed_keeps_nothing() -> None:
    found = work_out(edited({"action": "close_gate", "gate": "G"}))
    assert points(found, "M") == []
    assert points(work_out(edited({"action": "remove_facility", "facility": "D"})), "D") == []


def test_a_scenario_upon_a_scenario_keeps_the_ways_in_of_both() -> None:
    first = edited({"action": "add_gate", "at": spot(100, 30)})
    more = make_scenario({"name": "又", "coordinates": "EPSG:4548",
                          "edits": [{"action": "add_gate", "at": spot(100, 300)}]})  # fmt: skip
    assert ("assumed", 0, 165) in points(work_out(apply_scenario(first, more)), "W")


X, Y = st.integers(-20, 620), st.integers(-20, 720)
OPENINGS = st.one_of(
    st.just({"action": "open_gate", "gate": "G"}),
    st.sampled_from([{"action": "remove_wall", "barrier": name} for name in ("B0", "B1")]),
    st.builds(lambda x, y: {"action": "add_facility", "service": "clinic", "at": spot(x, y)}, X, Y),
    st.builds(lambda x, y: {"action": "add_gate", "at": spot(x, y)}, st.integers(20, 580), st.sampled_from([30, 300])),
    st.builds(
        lambda x, other: {"action": "add_link", "from": spot(x, 0), "to": spot(other, 400)},
        st.integers(0, 600), st.integers(0, 600),
    ),
)  # fmt: skip


@given(edits=st.lists(OPENINGS, min_size=1, max_size=3, unique_by=repr))
@settings(max_examples=12, deadline=None)
def test_no_walk_gets_longer_by_any_opening(edits: list[Edit]) -> None:
    inputs = edited(*edits)
    found = work_out(inputs)
    known = minutes(BEFORE)
    assert (minutes(found).reindex(known.index) <= known).all()
    mended = work_out(inputs, earlier=BEFORE.sweeps)
    for name in ("gaps", "nearest", "walks", "opportunities", "access_points"):
        pd.testing.assert_frame_equal(getattr(found, name), getattr(mended, name))


@pytest.mark.parametrize("action", ["close_gate", "restrict_gate"])
def test_a_gate_that_is_shut_makes_no_walk_shorter(action: str) -> None:
    opened = work_out(edited({"action": "open_gate", "gate": "G"}))
    shut = minutes(work_out(edited({"action": action, "gate": "G"})))
    assert (shut >= minutes(opened).reindex(shut.index)).all()
