import numpy as np
import pytest
from shapely import Geometry, LineString, Polygon, box
from shapely.affinity import rotate

from geo.contiguity.overlapping import overlapping_pairs

A = box(0, 0, 100, 100)


def found(*parcels: Geometry, barriers: tuple[Geometry, ...] = ()) -> list[tuple[int, int, float]]:
    shapes, solid = np.empty(len(parcels), object), np.empty(len(barriers), object)
    shapes[:], solid[:] = parcels, barriers
    told = overlapping_pairs(shapes, barriers=solid)
    for a, b, link in zip(told.a, told.b, told.link, strict=True):
        assert shapes[a].intersection(shapes[b]).buffer(0.1).contains(link)
    return list(zip(told.a.tolist(), told.b.tolist(), told.length_m.round(6).tolist(), strict=True))


@pytest.mark.parametrize(
    ("other", "length"),
    [
        (box(92, 0, 200, 100), 100),
        (box(92, 92, 200, 200), 8),
        (box(20, 20, 60, 50), 40),
        (A, 100),
        (Polygon([(90, 0), (200, 0), (200, 100), (90, 100), (90, 70), (120, 70), (120, 30), (90, 30)]), 60),
        (box(100, 0, 200, 100), None),
        (box(100, 100, 200, 200), None),
        (box(112, 0, 200, 100), None),
    ],
    ids=["strip", "corner", "inside", "same ground", "two pieces", "wall", "touching corners", "apart"],
)
def test_length_of_the_ground_that_parcels_share(other: Polygon, length: float | None) -> None:
    assert found(A, other) == ([(0, 1, length)] if length else [])
    turned = found(*(rotate(shape, 30, origin=(0, 0)) for shape in (A, other)))
    assert [pair[2] for pair in turned] == ([length] if length else [])


@pytest.mark.parametrize(
    ("other", "barrier", "length"),
    [
        (box(92, 0, 200, 100), LineString([(96, -50), (96, 150)]), None),
        (box(92, 0, 200, 100), box(90, -50, 110, 150), None),
        (box(92, 0, 200, 100), LineString([(-50, 50), (250, 50)]), 99),
        (box(20, 20, 60, 50), LineString([(40, -50), (40, 150)]), 60),
    ],
    ids=["along the strip", "over the strip", "across both", "through one inside another"],
)
def test_barrier_parts_what_it_cuts_from_the_rest(other: Polygon, barrier: Geometry, length: float | None) -> None:
    assert found(A, other, barriers=(barrier,)) == ([(0, 1, length)] if length else [])


def test_pairs_are_sorted_and_none_is_told_twice() -> None:
    row = [box(x, 0, x + 60, 100) for x in (100, 0, 50)]
    assert [pair[:2] for pair in found(*row)] == [(0, 2), (1, 2)]
    assert found() == []
