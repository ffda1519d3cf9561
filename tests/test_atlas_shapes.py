"""Geometries as they are drawn on paper."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from maps.atlas.paper import Box
from maps.atlas.scaling import View
from maps.atlas.shapes import FINE_MM, area_path, line_path, side_by_side, simpler, within

VIEW = View(1000, 0, 0, 100, 100, Box(0, 0, 100, 100))


def objects(*shapes: shapely.Geometry) -> np.ndarray:
    made = np.empty(len(shapes), dtype=object)
    made[:] = shapes
    return made


@pytest.mark.parametrize("turned", [False, True], ids=["hole runs the same way", "hole runs the other way"])
def test_a_hole_stays_a_hole(turned: bool) -> None:
    ring = [(4, 4), (6, 4), (6, 6), (4, 6)]
    area = shapely.Polygon([(0, 0), (10, 0), (10, 10), (0, 10)], [ring[::-1] if turned else ring])
    path = area_path(objects(area))
    corners = [np.asarray(ring) for ring in path.to_polygons()]
    assert len(corners) == 2
    signed = [0.5 * np.sum(xy[:-1, 0] * xy[1:, 1] - xy[1:, 0] * xy[:-1, 1]) for xy in corners]
    assert sum(signed) == pytest.approx(96)


def test_nothing_to_draw_is_an_empty_path() -> None:
    for path in (area_path(objects()), line_path(objects(shapely.LineString()))):
        assert np.asarray(path.vertices).shape == (0, 2)


def test_what_lies_beyond_the_map_is_cut_a_little_outside_its_frame() -> None:
    cut = simpler(objects(shapely.LineString([(50, 50), (500, 50)])), view=VIEW)
    assert shapely.total_bounds(cut).tolist() == [50, 50, 105, 50]


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), min_size=2, max_size=30))
def test_no_vertex_that_paper_shows_is_lost(places: list[tuple[float, float]]) -> None:
    line = shapely.LineString(places)
    fine = simpler(objects(line), view=VIEW)[0]
    assert shapely.hausdorff_distance(line, fine) <= FINE_MM * VIEW.metres_per_mm + 1e-9


@pytest.mark.parametrize(
    ("shape", "shown"),
    [(shapely.Point(5, 5), True), (shapely.Point(200, 5), False), (None, False), (shapely.box(90, 90, 300, 300), True)],
    ids=["inside", "outside", "missing", "in part"],
)
def test_only_what_the_map_shows_is_drawn(shape: shapely.Geometry | None, shown: bool) -> None:
    assert within(objects(shape), view=VIEW).tolist() == [shown]


@pytest.mark.parametrize(
    ("count", "xs"), [(1, [5.0]), (2, [4.0, 6.0]), (3, [3.0, 5.0, 7.0])], ids=["alone", "a pair", "three"]
)
def test_signs_at_one_place_stand_in_a_row_around_it(count: int, xs: list[float]) -> None:
    points = objects(*[shapely.Point(5, 5)] * count, shapely.Point(50, 50))
    moved = shapely.get_coordinates(side_by_side(points, step_m=2.0))
    assert moved[:count, 0].tolist() == xs
    assert moved[:count, 1].tolist() == [5.0] * count
    assert moved[-1].tolist() == [50, 50]
