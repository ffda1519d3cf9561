import numpy as np
import numpy.typing as npt
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import Geometry, LineString, MultiPolygon, Point, Polygon, box

from geo.streets.snapping import Snaps, crossings, snap_fronts, snap_nearest

Row = tuple[int, int, int, int]


def shapes(*given: Geometry | None) -> npt.NDArray[np.object_]:
    found = np.empty(len(given), object)
    found[:] = given
    return found


def line(*spots: tuple[float, float]) -> LineString:
    return LineString(spots)


def rows(snaps: Snaps) -> list[Row]:
    columns = (snaps.row, snaps.line, snaps.position_mm, snaps.connector_mm)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def snap(
    *places: Geometry,
    lines: tuple[Geometry | None, ...],
    barriers: tuple[Geometry, ...] = (),
    max_m: float = 200,
    own_walls: tuple[Geometry, ...] | None = None,
) -> list[Row]:
    found = snap_nearest(
        shapes(*places),
        lines=shapes(*lines),
        barriers=shapes(*barriers),
        own_walls=None if own_walls is None else shapes(*own_walls),
        max_m=max_m,
    )
    return rows(found)


def cross(*polygons: Geometry, lines: tuple[Geometry | None, ...]) -> list[tuple[int, int, int]]:
    found = rows(crossings(shapes(*polygons), lines=shapes(*lines)))
    assert all(connector == 0 for *_, connector in found)
    return [(row, way, position) for row, way, position, _ in found]


ROAD = line((0, 0), (100, 0))
LANE = line((0, 60), (100, 60))
WALL = line((-500, 5), (500, 5))


def test_place_meets_the_nearest_line_at_its_nearest_spot() -> None:
    assert snap(Point(30, 20), Point(30, 50), lines=(ROAD, LANE)) == [(0, 0, 30_000, 20_000), (1, 1, 30_000, 10_000)]


def test_polygon_is_measured_from_its_edge() -> None:
    corner = Polygon([(30, 7), (40, 30), (20, 30)])
    assert snap(corner, lines=(ROAD,)) == [(0, 0, 30_000, 7_000)]


def test_polygon_that_a_line_runs_through_needs_no_connection() -> None:
    (found,) = snap(box(20, -5, 40, 30), lines=(ROAD,))
    assert found[3] == 0
    assert 20_000 <= found[2] <= 40_000


@pytest.mark.parametrize("barrier", [WALL, box(-500, 4, 500, 8), line((30, 0.5), (30, 19.5))])
def test_connection_never_crosses_a_barrier(barrier: Geometry) -> None:
    assert snap(Point(30, 20), lines=(ROAD,), barriers=(barrier,)) == []


def test_barrier_sends_a_place_to_a_farther_line() -> None:
    assert snap(Point(30, 20), lines=(ROAD, LANE), barriers=(WALL,)) == [(0, 1, 30_000, 40_000)]


def test_free_line_beyond_the_first_reach_is_found() -> None:
    far = line((0, 150), (100, 150))
    assert snap(Point(30, 20), lines=(ROAD, far), barriers=(WALL,)) == [(0, 1, 30_000, 130_000)]


@pytest.mark.parametrize(("max_m", "found"), [(20, 1), (19.999, 0), (50, 1)])
def test_longest_connection_is_within(max_m: float, found: int) -> None:
    assert len(snap(Point(30, 20), lines=(ROAD,), max_m=max_m)) == found


@pytest.mark.parametrize(("barrier_y", "found"), [(0.4, 1), (0.6, 0), (19.6, 0)])
def test_barrier_along_the_line_itself_does_not_block(barrier_y: float, found: int) -> None:
    kerb = line((-500, barrier_y), (500, barrier_y))
    assert len(snap(Point(30, 20), lines=(ROAD,), barriers=(kerb,))) == found


@pytest.mark.parametrize(("wall_y", "found"), [(20, 1), (18, 1), (17.1, 1), (16.9, 0), (10, 0)])
def test_estate_leaves_its_own_wall_but_no_wall_farther_off(wall_y: float, found: int) -> None:
    wall = line((0, wall_y), (100, wall_y))
    assert len(snap(box(20, 20, 40, 50), lines=(ROAD,), own_walls=(wall,))) == found


@pytest.mark.parametrize("river", [box(-500, 5, 500, 15), line((-500, 18), (500, 18)), box(-500, 18, 500, 19)])
def test_nobody_leaves_across_a_river_however_near_it_runs(river: Geometry) -> None:
    assert snap(box(20, 20, 40, 50), lines=(ROAD,), barriers=(river,), own_walls=()) == []


def test_wall_of_others_blocks_at_the_start_as_well() -> None:
    assert snap(box(20, 20, 40, 50), lines=(ROAD,), barriers=(line((0, 18), (100, 18)),)) == []


def test_of_two_equally_near_lines_the_place_decides_and_not_their_order() -> None:
    assert snap(Point(50, 30), lines=(LANE, ROAD)) == [(0, 1, 50_000, 30_000)]
    assert snap(Point(50, 30), lines=(ROAD, LANE)) == [(0, 0, 50_000, 30_000)]


def front(ground: Geometry, *lines: Geometry, walls: tuple[Geometry, ...] = (), max_m: float = 200) -> list[Row]:
    nothing = shapes()
    found = snap_fronts(shapes(ground), lines=shapes(*lines), barriers=nothing, own_walls=shapes(*walls), max_m=max_m)
    return rows(found)


PLOT = box(20, 10, 80, 50)


@pytest.mark.parametrize("turn", range(4))
def test_a_ground_meets_the_street_along_it_at_the_middle_of_its_front(turn: int) -> None:
    corners = list(PLOT.exterior.coords)[:-1]
    assert front(Polygon(corners[turn:] + corners[:turn]), ROAD) == [(0, 0, 50_000, 10_000)]


def test_neither_the_pieces_of_a_street_nor_their_order_move_the_middle_of_a_front() -> None:
    west, east = line((0, 0), (30, 0)), line((30, 0), (100, 0))
    assert front(PLOT, west, east) == [(0, 1, 20_000, 10_000)]
    assert front(PLOT, east, west) == [(0, 0, 20_000, 10_000)]


def test_a_street_at_an_angle_is_met_no_more_than_a_metre_farther_than_where_it_is_nearest() -> None:
    # It runs along x + y = 9, nearest to the corner (20, 10).
    ((_, _, position_mm, connector_mm),) = front(PLOT, line((0, 9), (100, -91)))
    assert 21 / 2**0.5 <= connector_mm / 1000 <= 21 / 2**0.5 + 1
    assert position_mm / 1000 == pytest.approx(9.5 * 2**0.5, abs=6)


def test_the_middle_of_a_front_behind_a_wall_is_left_for_the_nearest_free_place() -> None:
    (found,) = front(PLOT, ROAD, walls=(line((-100, 4), (60, 4)),))
    assert found[2] > 60_000
    assert front(PLOT, ROAD, walls=(line((-100, 4), (160, 4)),)) == []


def test_a_way_that_leads_in_is_met_on_the_boundary() -> None:
    assert front(PLOT, line((50, 0), (50, 30))) == [(0, 0, 10_000, 0)]
    assert front(PLOT, line((40, 20), (40, 40))) == [(0, 0, 10_000, 0)]


def test_no_front_is_farther_than_the_longest_connection() -> None:
    assert front(PLOT, ROAD, max_m=10) == [(0, 0, 50_000, 10_000)]
    assert front(PLOT, ROAD, max_m=9) == []


def test_missing_lines_keep_the_rows_of_the_others() -> None:
    assert snap(Point(30, 20), lines=(None, ROAD)) == [(0, 1, 30_000, 20_000)]


def test_rows_follow_the_places_whichever_reach_found_them() -> None:
    found = snap(Point(10, 100), Point(10, 10), Point(10, 900), Point(20, 100), lines=(ROAD,))
    assert found == [(0, 0, 10_000, 100_000), (1, 0, 10_000, 10_000), (3, 0, 20_000, 100_000)]


@pytest.mark.parametrize(("places", "lines"), [((), (ROAD,)), ((Point(0, 0),), ()), ((), ())])
def test_no_place_or_no_line_gives_no_row(places: tuple[Geometry, ...], lines: tuple[Geometry, ...]) -> None:
    assert snap(*places, lines=lines, barriers=(WALL,)) == []


COORDINATE = st.integers(-60, 60).map(float)
SPOT = st.tuples(COORDINATE, COORDINATE)
SEGMENT = st.tuples(SPOT, SPOT).filter(lambda ends: ends[0] != ends[1]).map(LineString)


@given(places=st.lists(SPOT.map(Point), max_size=5), lines=st.lists(SEGMENT, max_size=5), max_m=st.integers(1, 90))
def test_connections_are_the_shortest_there_are(places: list[Point], lines: list[LineString], max_m: int) -> None:
    found = {row: (way, connector) for row, way, _, connector in snap(*places, lines=tuple(lines), max_m=max_m)}
    for row, place in enumerate(places):
        distances = [place.distance(way) for way in lines]
        if min(distances, default=np.inf) > max_m:
            assert row not in found
        else:
            assert found[row] == (int(np.argmin(distances)), round(min(distances) * 1000))


@given(place=SPOT.map(Point), lines=st.lists(SEGMENT, min_size=1, max_size=4), fences=st.lists(SEGMENT, max_size=4))
def test_no_connection_meets_a_barrier_between_its_ends(
    place: Point, lines: list[LineString], fences: list[LineString]
) -> None:
    for _, way, position, connector in snap(place, lines=tuple(lines), barriers=tuple(fences)):
        whole = shapely.shortest_line(place, lines[way])
        assert abs(whole.length * 1000 - connector) <= 0.5
        assert abs(lines[way].interpolate(position / 1000).distance(place) * 1000 - connector) <= 2
        if connector > 1_100:
            middle = line(*(whole.interpolate(at).coords[0] for at in (0.51, whole.length - 0.51)))
            assert not any(middle.crosses(fence) for fence in fences)


SQUARE = box(20, -50, 60, 50)


def test_line_through_a_polygon_crosses_twice() -> None:
    assert cross(SQUARE, lines=(ROAD,)) == [(0, 0, 20_000), (0, 0, 60_000)]


def test_line_that_ends_on_the_boundary_crosses_there() -> None:
    assert cross(SQUARE, lines=(line((0, 0), (20, 0)),)) == [(0, 0, 20_000)]


def test_line_inside_or_outside_does_not_cross() -> None:
    assert cross(SQUARE, lines=(line((30, 0), (50, 0)), line((0, 0), (19, 0)))) == []


@pytest.mark.parametrize(
    "polygon",
    [
        box(20, 0, 60, 50),
        # The same square with more corners on the side, and with its ring begun in the middle of it.
        Polygon([(20, 0), (40, 0), (60, 0), (60, 50), (20, 50)]),
        Polygon([(30, 0), (60, 0), (60, 50), (20, 50), (20, 0)]),
    ],
    ids=["plain", "corner on the side", "ring begun on the side"],
)
def test_line_along_the_boundary_counts_once_in_the_middle(polygon: Geometry) -> None:
    assert cross(polygon, lines=(ROAD,)) == [(0, 0, 40_000)]


def test_line_that_runs_along_and_then_leaves_through_the_other_side() -> None:
    bent = line((20, 0), (40, 0), (40, 80))
    assert cross(box(20, 0, 60, 50), lines=(bent,)) == [(0, 0, 10_000), (0, 0, 70_000)]


def test_line_that_touches_a_corner_and_crosses_and_runs_along_a_side_meets_the_boundary_thrice() -> None:
    """The intersection is a mixture of two points and a stretch in two pieces."""
    bent = line((10, 50), (20, 50), (20, 0), (40, 0), (40, -50), (60, -50), (70, -50))
    shape = Polygon([(20, 50), (10, 60), (20, 70), (80, 70), (80, -50), (50, -50), (30, -50), (30, 40)])
    assert cross(shape, lines=(bent,)) == [(0, 0, 10_000), (0, 0, 70_000), (0, 0, 145_000)]


def test_every_part_of_a_polygon_is_crossed() -> None:
    parts = MultiPolygon([box(10, -5, 20, 5), box(30, -5, 40, 5)])
    assert [position for *_, position in cross(parts, lines=(ROAD,))] == [10_000, 20_000, 30_000, 40_000]


def test_points_and_missing_lines_have_no_crossing() -> None:
    assert cross(Point(30, 0), SQUARE, lines=(None, ROAD)) == [(1, 1, 20_000), (1, 1, 60_000)]


@pytest.mark.parametrize(("polygons", "lines"), [((), (ROAD,)), ((SQUARE,), ()), ((), ())])
def test_no_polygon_or_no_line_gives_no_crossing(polygons: tuple[Geometry, ...], lines: tuple[Geometry, ...]) -> None:
    assert cross(*polygons, lines=lines) == []


def test_polygons_that_were_passed_in_stay() -> None:
    polygons = shapes(Point(0, 0), SQUARE)
    crossings(polygons, lines=shapes(ROAD))
    assert polygons.tolist() == [Point(0, 0), SQUARE]
