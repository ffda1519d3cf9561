import math

import numpy as np
import numpy.typing as npt
import pytest
import shapely
from hypothesis import example, given
from hypothesis import strategies as st
from shapely import Geometry, LineString, MultiPolygon, Polygon, box
from shapely.affinity import rotate, translate

from geo.contiguity.facing import Facing, facing_pairs

Pair = tuple[int, int, float, float]
A, B = box(0, 0, 100, 100), box(112, 0, 212, 100)
RIVER = box(105, -500, 107, 500)


def shapes(*given: Geometry) -> npt.NDArray[np.object_]:
    found = np.empty(len(given), object)
    found[:] = given
    return found


def face(
    *parcels: Geometry, barriers: tuple[Geometry, ...] = (), ways: tuple[Geometry, ...] = (), width: float = 30
) -> Facing:
    return facing_pairs(shapes(*parcels), barriers=shapes(*barriers), ways=shapes(*ways), max_width_m=width)


def pairs(found: Facing, digits: int = 6) -> list[Pair]:
    lengths = zip(found.facing_m.tolist(), found.width_m.tolist(), strict=True)
    ends = zip(found.a.tolist(), found.b.tolist(), strict=True)
    return [(*ab, *(round(value, digits) for value in values)) for ab, values in zip(ends, lengths, strict=True)]


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (B, [(0, 1, 100, 12)]),
        (box(112, 30, 212, 130), [(0, 1, 70, 12)]),
        (box(112, 40, 140, 60), [(0, 1, 20, 12)]),
        (box(100, 0, 200, 100), [(0, 1, 100, 0)]),
        (box(130, 0, 200, 100), [(0, 1, 100, 30)]),
        (box(130.01, 0, 200, 100), []),
        (box(100, 100, 200, 200), []),
        (box(105, 105, 200, 200), []),
        (box(105, 100, 200, 200), []),
        (box(30, -80, 60, -10), [(0, 1, 30, 10)]),
    ],
    ids=["across", "shifted", "small", "touching", "widest", "too wide", "corner", "apart", "in line", "south"],
)
def test_squares_face_each_other_over_the_length_they_share(other: Polygon, expected: list[Pair]) -> None:
    assert pairs(face(A, other)) == expected


def test_walls_at_an_angle_face_over_the_lesser_projection() -> None:
    # The slanted wall runs from (110, 0) to (130, 100); A's wall covers 9,800 / sqrt(10,400) metres of it.
    (found,) = pairs(face(A, Polygon([(110, 0), (200, 0), (200, 100), (130, 100)])))
    assert found[2] == pytest.approx(9_800 / math.sqrt(10_400), abs=1e-6)


def test_square_rotated_about_the_town_faces_as_before() -> None:
    turned = [rotate(shape, 37, origin=(0, 0)) for shape in (A, box(112, 30, 212, 130))]
    assert pairs(face(*turned)) == [(0, 1, 70, 12)]


@pytest.mark.parametrize(
    ("between", "facing_m"),
    [(box(104, 20, 108, 50), 70), (box(104, -20, 108, 50), 50), (box(104, 99, 108, 120), 99)],
    ids=["middle", "end", "edge"],
)
def test_parcel_in_between_hides_its_own_projection(between: Polygon, facing_m: float) -> None:
    found = {(a, b): length for a, b, length, _ in pairs(face(A, B, between))}
    assert found[0, 1] == facing_m


def test_parcel_all_along_in_between_leaves_no_pair() -> None:
    third = box(104, -10, 108, 110)
    assert [pair[:2] for pair in pairs(face(A, B, third))] == [(0, 2), (1, 2)]


@pytest.mark.parametrize(
    ("river", "bridge", "expected"),
    [
        (RIVER, None, []),
        (LineString([(106, -500), (106, 500)]), None, []),
        (RIVER, LineString([(101, 50), (111, 50)]), [(0, 1, 100, 12)]),
        (LineString([(106, -500), (106, 500)]), LineString([(101, 50), (111, 50)]), [(0, 1, 100, 12)]),
        (RIVER, LineString([(101, 140), (111, 140)]), []),
        (RIVER, LineString([(102, -50), (102, 150)]), []),
        (RIVER, LineString([(106, -50), (106, 150)]), []),
        (RIVER, LineString([(101, 50), (106, 50)]), []),
        (box(105, 0, 107, 40), None, [(0, 1, 60, 12)]),
    ],
    ids=[
        "river",
        "line",
        "footbridge",
        "level crossing",
        "bridge elsewhere",
        "way along the bank",
        "way in the riverbed",
        "way that ends in the river",
        "short",
    ],
)
def test_barrier_parts_unless_a_way_crosses_it_in_between(
    river: Geometry, bridge: LineString | None, expected: list[Pair]
) -> None:
    assert pairs(face(A, B, barriers=(river,), ways=(bridge,) if bridge else ())) == expected


def test_pieces_of_a_way_that_meet_on_the_bridge_lead_across() -> None:
    halves = LineString([(101, 50), (106, 50)]), LineString([(106, 50), (111, 50)])
    assert pairs(face(A, B, barriers=(RIVER,), ways=halves)) == [(0, 1, 100, 12)]
    assert pairs(face(A, B, barriers=(RIVER,), ways=halves[:1])) == []


def test_parts_of_a_parcel_add_up() -> None:
    parts = MultiPolygon([box(112, 0, 150, 30), box(112, 60, 150, 100)])
    assert pairs(face(A, parts)) == [(0, 1, 70, 12)]


def test_own_parts_do_not_face_each_other() -> None:
    assert pairs(face(MultiPolygon([box(0, 0, 10, 50), box(15, 0, 25, 50)]))) == []


def test_parcel_in_the_hole_of_another_borders_on_it() -> None:
    ring = Polygon(box(0, 0, 100, 100).exterior.coords, [box(30, 30, 70, 70).exterior.coords])
    assert pairs(face(ring, box(30, 30, 70, 70))) == [(0, 1, 160, 0)]
    assert pairs(face(ring, box(40, 40, 60, 60))) == [(0, 1, 80, 10)]


def test_link_runs_from_wall_to_wall_in_the_middle_of_what_is_free() -> None:
    found = face(A, B, box(104, 20, 108, 50))
    (link,) = (link for a, b, link in zip(found.a, found.b, found.link, strict=True) if (a, b) == (0, 1))
    assert sorted(link.coords) == [(100, 75), (112, 75)]


@pytest.mark.parametrize("parcels", [(), (A,), (A, box(1_000, 0, 1_100, 100))], ids=["none", "one", "far apart"])
def test_nobody_to_face(parcels: tuple[Polygon, ...]) -> None:
    assert pairs(face(*parcels, barriers=(RIVER,))) == []


RECTANGLE = st.tuples(*[st.integers(-150, 150)] * 2, *[st.integers(5, 90)] * 2).map(
    lambda r: box(r[0], r[1], r[0] + r[2], r[1] + r[3])
)


def facing_length(a: Polygon, b: Polygon, width: float) -> float:
    """Return how much of the sides of two upright rectangles sees the other: what both project onto one axis."""
    (ax0, ay0, ax1, ay1), (bx0, by0, bx1, by1) = a.bounds, b.bounds
    east, north = max(bx0 - ax1, ax0 - bx1), max(by0 - ay1, ay0 - by1)
    shared_y = shapely.intersection(LineString([(0, ay0), (0, ay1)]), LineString([(0, by0), (0, by1)])).length
    shared_x = shapely.intersection(LineString([(ax0, 0), (ax1, 0)]), LineString([(bx0, 0), (bx1, 0)])).length
    if 0 <= east <= width:
        return float(shared_y)
    return float(shared_x) if 0 <= north <= width else 0.0


@given(a=RECTANGLE, b=RECTANGLE)
def test_upright_rectangles_face_over_the_projection_they_share(a: Polygon, b: Polygon) -> None:
    if a.intersection(b).area:
        return
    expected = facing_length(a, b, 30)
    assert [pair[2] for pair in pairs(face(a, b))] == ([expected] if expected else [])


@given(
    parcels=st.lists(RECTANGLE, min_size=2, max_size=5),
    order=st.permutations(range(5)),
    shift=st.tuples(st.integers(-900_000, 900_000), st.integers(-900_000, 4_000_000)),
)
def test_order_and_place_of_the_town_change_nothing(
    parcels: list[Polygon], order: list[int], shift: tuple[int, int]
) -> None:
    rows = [row for row in order if row < len(parcels)]
    elsewhere = face(*(translate(parcels[row], *shift) for row in rows), barriers=(translate(RIVER, *shift),))
    here = pairs(face(*parcels, barriers=(RIVER,)), digits=3)
    there = [(*sorted((rows[a], rows[b])), *values) for a, b, *values in pairs(elsewhere, digits=3)]
    assert sorted(there) == [pytest.approx(pair, abs=2e-3) for pair in here]


# The slanted wall leaves A at the corner (100, 0) and is 30 m away at the other end.
WEDGE = Polygon([(100, 0), (200, 0), (200, 100), (130, 100)])


@pytest.mark.parametrize("thing", ["river", "parcel"])
def test_what_stands_in_a_wedge_hides_though_the_walls_touch_at_its_tip(thing: str) -> None:
    # All that lies farther up than 50 is behind it, seen from A; the tip below stays free.
    between = Polygon([(104, 50), (112, 50), (124, 90), (124, 99.9), (104, 99.9)])
    found = face(A, WEDGE, *((between,) if thing == "parcel" else ()), barriers=(between,) if thing == "river" else ())
    (free,) = (length for a, b, length, _ in pairs(face(A, WEDGE)) if (a, b) == (0, 1))
    (left,) = (length for a, b, length, _ in pairs(found) if (a, b) == (0, 1))
    assert free == pytest.approx(100 / math.hypot(1, 0.3), abs=1e-6)
    assert 45 < left <= 50.2


def test_slanted_walls_face_over_their_projections_and_at_their_mean_distance() -> None:
    # From A all 100 m see the slant; its own normal leads 100 / sqrt(1.09) m of it to A.
    (pair,) = pairs(face(A, WEDGE))
    assert pair[2] == pytest.approx(100 / math.hypot(1, 0.3), abs=1e-6)
    from_a, from_slant = (100, 15), (100 / math.hypot(1, 0.3), 50 * 0.3 * math.hypot(1, 0.3) / 1.09)
    mean = (from_a[0] * from_a[1] + from_slant[0] * from_slant[1]) / (from_a[0] + from_slant[0])
    assert pair[3] == pytest.approx(mean, abs=1e-6)


@pytest.mark.parametrize(
    ("barrier", "crossing", "facing_m"),
    [
        (LineString([(100, -50), (100, 150)]), None, None),
        (LineString([(100.2, -50), (100.2, 40)]), None, 60),
        (box(98, -50, 102, 150), None, None),
        (LineString([(100, -50), (100, 150)]), LineString([(90, 50), (110, 50)]), 100),
        (LineString([(50, 50), (150, 50)]), None, 100),
        (LineString([(90, -50), (90, 150)]), None, 100),
    ],
    ids=["railway", "part of it", "canal drawn over both", "level crossing", "railway through both", "inside one"],
)
def test_barrier_along_a_shared_wall_parts(barrier: Geometry, crossing: LineString | None, facing_m: float) -> None:
    found = face(A, box(100, 0, 200, 100), barriers=(barrier,), ways=(crossing,) if crossing else ())
    assert pairs(found) == ([(0, 1, facing_m, 0)] if facing_m else [])


def test_l_shape_faces_with_both_arms_and_hides_itself() -> None:
    elbow = Polygon([(0, 0), (100, 0), (100, 20), (20, 20), (20, 100), (0, 100)])
    assert pairs(face(elbow, box(30, 30, 100, 100))) == [(0, 1, 140, 10)]
    # Seen from below, the upper arm of a U stands behind the lower one.
    bracket = Polygon([(0, 0), (100, 0), (100, 8), (10, 8), (10, 16), (100, 16), (100, 24), (0, 24)])
    assert pairs(face(bracket, box(0, -5, 100, -2))) == [(0, 1, 100, 2)]


def test_link_leads_from_the_first_to_the_second() -> None:
    for parcels in ((A, B), (B, A)):
        found = face(*parcels)
        start, stop = (shapely.Point(xy) for xy in found.link[0].coords)
        assert parcels[0].distance(start) < 1e-9
        assert parcels[1].distance(stop) < 1e-9


@example(parcels=[box(0, 7, 75, 12), box(105, 4, 110, 9)], angle=1.0)
@given(parcels=st.lists(RECTANGLE, min_size=2, max_size=5), angle=st.floats(0, 360))
def test_turning_the_town_changes_nothing(parcels: list[Polygon], angle: float) -> None:
    apart = [shape for i, shape in enumerate(parcels) if all(shape.distance(other) > 1 for other in parcels[:i])]
    here = pairs(face(*apart, barriers=(RIVER,), width=30.5), digits=9)
    river, *turned = (rotate(shape, angle, origin=(0, 0)) for shape in (RIVER, *apart))
    there = pairs(face(*turned, barriers=(river,), width=30.5), digits=9)
    assert there == [pytest.approx(pair, abs=2e-6) for pair in here]


@pytest.mark.parametrize(("overlap", "facing_m"), [(0.5, 100), (3, 100), (5, 100), (5.5, None)])
def test_parcels_drawn_over_each_other_by_some_metres_still_border(overlap: float, facing_m: float | None) -> None:
    found = pairs(face(A, box(100 - overlap, 0, 200, 100)))
    assert found == ([(0, 1, facing_m, 0)] if facing_m else [])
