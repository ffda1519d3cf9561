import numpy as np
import pytest
from shapely import Geometry, LineString, Polygon, box

from geo.contiguity.crossings import crossed_between

A, B = box(0, 0, 100, 100), box(130, 0, 230, 100)
GROUND = box(99.7, 0, 130.3, 100)
RIVER = box(110, -500, 118, 500)
TRACKS = LineString([(112, -500), (112, 500)]), LineString([(118, -500), (118, 500)])


def crossed(
    *ways: LineString, barriers: tuple[Geometry, ...] = (RIVER,), ground: tuple[Polygon, ...] = (GROUND,)
) -> list[bool]:
    arrays = []
    for shapes in (ground, barriers, (A,), (B,), ways):
        arrays.append(np.empty(len(shapes), object))
        arrays[-1][:] = shapes
    pieces, solid, one, other, lines = arrays
    pair = np.zeros(len(pieces), np.int64)
    found = crossed_between(pieces, pair=pair, barriers=solid, sides=(one, other), ways=lines)
    return [bool(each) for each in found]


def line(*spots: tuple[float, float]) -> LineString:
    return LineString(spots)


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        (line((90, 50), (140, 50)), True),
        (line((108, 50), (120, 50)), True),
        (line((105, 20), (125, 80)), True),
        (line((103, 103), (125, 103)), True),
        (line((90, 50), (114, 50)), False),
        (line((90, 50), (110, 50)), False),
        (line((105, -50), (105, 150)), False),
        (line((114, -50), (114, 150)), False),
        (line((90, 300), (140, 300)), False),
        (line((105, 20), (114, 30), (114, 60), (105, 70)), False),
    ],
    ids=[
        "bridge", "bank to bank", "askew", "lands beside the front", "ends in the river", "ends at the bank",
        "along the bank", "along the riverbed", "200 m off", "in and out again",
    ],
)  # fmt: skip
def test_way_that_leads_from_bank_to_bank_crosses(way: LineString, expected: bool) -> None:
    assert crossed(way) == [expected]


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        (line((99, 50), (131, 50)), True),
        (line((99, 50), (115, 50)), False),
        (line((112, -50), (112, 150)), False),
        (line((112.1, -50), (111.9, 150)), False),
        (line((115, -50), (115, 150)), False),
    ],
    ids=["level crossing", "ends between the tracks", "under a track", "a hand off it", "between the tracks"],
)
def test_all_barriers_in_between_must_be_crossed(way: LineString, expected: bool) -> None:
    assert crossed(way, barriers=TRACKS) == [expected]


def test_pieces_of_a_way_that_meet_on_the_bridge_are_one_path() -> None:
    halves = line((105, 50), (114, 50)), line((114, 50), (125, 50))
    assert crossed(*halves) == [True]
    assert crossed(*halves[:1]) == [False]


def test_bridge_serves_the_whole_front_and_no_other() -> None:
    parts = (box(99.7, 0, 130.3, 40), box(99.7, 40, 130.3, 100), box(99.7, 400, 130.3, 500))
    assert crossed(line((90, 50), (140, 50)), ground=parts) == [True, True, False]


def test_river_drawn_in_two_pieces_is_crossed_once() -> None:
    halves = box(110, -500, 118, 50), box(110, 50, 118, 500)
    assert crossed(line((90, 20), (140, 20)), barriers=halves) == [True]


def test_nothing_in_between() -> None:
    assert crossed(line((90, 50), (140, 50)), barriers=()) == [False]
    assert crossed() == [False]
    assert crossed(ground=()) == []
