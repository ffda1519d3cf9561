"""Facing lengths against rays cast every few centimetres from each wall: an oracle that shares no formula with it."""

import itertools
import math

import numpy as np
import numpy.typing as npt
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Geometry, LineString, MultiPolygon, Polygon, box
from shapely.affinity import rotate

from geo.contiguity.facing import facing_pairs

SKIN_M, OVERLAP_M, WIDTH_M = 0.3, 5.0, 30.0
Lengths = dict[tuple[int, int], float]
Wall = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]


def array(shapes: list[Geometry]) -> npt.NDArray[np.object_]:
    found = np.empty(len(shapes), object)
    found[:] = shapes
    return found


def walls(parcel: Geometry) -> list[Wall]:
    rings = [ring for part in shapely.get_parts(parcel) for ring in shapely.get_rings(shapely.orient_polygons(part))]
    corners = [shapely.get_coordinates(ring) for ring in rings]
    return [ends for xy in corners for ends in itertools.pairwise(xy)]


def cast(parcels: list[Geometry], barriers: list[Geometry], step_m: float) -> Lengths:
    """Return how long each pair sees each other, by rays: the lesser of both sides."""
    seen: Lengths = {}
    for a, parcel in enumerate(parcels):
        for start, stop in walls(parcel):
            length = float(np.hypot(*(stop - start)))
            along = (stop - start) / length
            normal = np.array([along[1], -along[0]])
            count = math.ceil(length / step_m)
            feet = start + ((np.arange(count) + 0.5) * length / count)[:, None] * along
            for b in range(len(parcels)):
                if b != a:
                    hit = sees(feet, (along, normal), b, parcels, barriers)
                    seen[a, b] = seen.get((a, b), 0.0) + hit.sum() * length / count
    both = {(a, b): min(length, seen[b, a]) for (a, b), length in seen.items() if a < b}
    return {pair: length for pair, length in both.items() if length}


def sees(
    feet: npt.NDArray[np.float64], frame: Wall, b: int, parcels: list[Geometry], barriers: list[Geometry]
) -> npt.NDArray[np.bool_]:
    """Tell which feet of rays see a wall of another parcel with nothing in between."""
    along, normal = frame
    hit = np.zeros(len(feet), bool)
    for start, stop in walls(parcels[b]):
        step = stop - start
        if along @ step > -0.5 * np.hypot(*step):
            continue
        cross = normal[0] * step[1] - normal[1] * step[0]
        off = start - feet
        depth = (off[:, 0] * step[1] - off[:, 1] * step[0]) / cross
        place = (off[:, 0] * normal[1] - off[:, 1] * normal[0]) / cross
        near = (place >= 0) & (place <= 1) & (depth >= -OVERLAP_M) & (depth <= WIDTH_M)
        for row in np.flatnonzero(near & ~hit):
            low, high = (feet[row] + normal * out for out in (SKIN_M, depth[row] - SKIN_M))
            clear = depth[row] < 2 * SKIN_M or not any(LineString([low, high]).intersects(p) for p in parcels)
            ends = min(depth[row], 0) - SKIN_M, max(depth[row], 0) + SKIN_M
            whole = LineString([feet[row] + normal * out for out in ends])
            hit[row] = clear and not any(whole.intersects(barrier) for barrier in barriers)
    return hit


def measured(parcels: list[Geometry], barriers: list[Geometry]) -> Lengths:
    found = facing_pairs(array(parcels), barriers=array(barriers), ways=array([]), max_width_m=WIDTH_M)
    return dict(zip(zip(found.a.tolist(), found.b.tolist(), strict=True), found.facing_m.tolist(), strict=True))


def assert_alike(parcels: list[Geometry], barriers: list[Geometry], step_m: float) -> None:
    """Compare both; every end of a stretch may be off by half a step of the rays."""
    ours, rays = measured(parcels, barriers), cast(parcels, barriers, step_m)
    slack = step_m * sum(len(walls(parcel)) for parcel in parcels)
    for pair in ours.keys() | rays.keys():
        assert ours.get(pair, 0.0) == pytest.approx(rays.get(pair, 0.0), abs=slack), pair


def arc(low_m: float, high_m: float, first: float, last: float) -> Polygon:
    turn = np.radians(np.linspace(first, last, 25))
    circle = np.column_stack([np.cos(turn), np.sin(turn)])
    return Polygon(np.concatenate([circle * low_m, circle[::-1] * high_m]))


def teeth(depth_m: float) -> Polygon:
    return Polygon([(170, 0), *((112 + depth_m * (i % 2), 5 * i) for i in range(21)), (170, 100)])


A = box(0, 0, 100, 100)
L_SHAPE = Polygon([(0, 0), (100, 0), (100, 20), (20, 20), (20, 100), (0, 100)])
RING = Polygon(box(0, 0, 100, 100).exterior.coords, [box(30, 30, 80, 80).exterior.coords])


@pytest.mark.parametrize(
    ("parcels", "barriers"),
    [
        ([arc(100, 188, 10, 80), arc(200, 300, 30, 100)], []),
        ([arc(100, 188, 10, 80), arc(200, 300, 30, 100)], [arc(192, 196, 50, 120)]),
        ([A, teeth(3)], []),
        ([A, teeth(7)], []),
        ([L_SHAPE, box(30, 30, 100, 100), box(50, 22, 90, 27)], []),
        ([RING, rotate(box(40, 40, 70, 70), 10)], []),
        ([MultiPolygon([box(0, 0, 40, 40), box(0, 60, 40, 100)]), box(50, 10, 90, 90), box(0, 42, 40, 58)], []),
        ([A, box(97, 30, 200, 130), rotate(box(208, 0, 300, 100), 5)], []),
        ([A, box(112, 0, 200, 100), rotate(box(104, -10, 106, 50), 4)], []),
        ([A, rotate(box(112, 0, 200, 100), 8)], [LineString([(101, -20), (120, 60)])]),
        ([A, box(125, 0, 225, 100)], [LineString([(112, 40), (112, 300)])]),
    ],
    ids=[
        "curved street", "river ends in a curved street", "shallow teeth", "steep teeth", "elbow with a third",
        "in a hole", "two parts", "overlapping", "thin third", "barrier askew", "barrier ends",
    ],
)  # fmt: skip
def test_drawn_towns(parcels: list[Geometry], barriers: list[Geometry]) -> None:
    assert measured(parcels, barriers)
    assert_alike(parcels, barriers, 0.02)


def test_rays_converge_to_the_analytic_length() -> None:
    town = [A, rotate(box(110, 20, 200, 90), 7), rotate(box(104, 30, 106, 45), 15)]
    exact = measured(town, [])
    off = [abs(cast(town, [], step)[0, 1] - exact[0, 1]) for step in (4.0, 0.5, 0.05)]
    assert off[2] < 0.05
    assert off[2] < off[0]


TURNED = st.tuples(
    *[st.integers(-70, 70)] * 2, *[st.integers(10, 60)] * 2, st.sampled_from([0, 3, 17, 45, 80, 133])
).map(lambda r: rotate(box(r[0], r[1], r[0] + r[2], r[1] + r[3]), r[4]))


@settings(max_examples=40)
@given(
    drawn=st.lists(TURNED, min_size=2, max_size=4),
    river=st.none() | st.tuples(*[st.integers(-90, 90)] * 4).filter(lambda r: r[:2] != r[2:]),
)
def test_turned_rectangles(drawn: list[Polygon], river: tuple[int, int, int, int] | None) -> None:
    apart = [shape for i, shape in enumerate(drawn) if all(shape.distance(other) > 1 for other in drawn[:i])]
    assert_alike(apart, [LineString([river[:2], river[2:]])] if river else [], 0.5)
