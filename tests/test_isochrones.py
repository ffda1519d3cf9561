import itertools
import math
from collections.abc import Sequence
from types import MappingProxyType

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from shapely import Geometry, LineString, MultiPolygon, Point, box
from shapely.ops import substring

from geo.reach.isochrones import IsochroneOptions, Streets, isochrones
from geo.walking.walk_times import Doors

Spot = tuple[float, float]
Way = tuple[Spot, Spot]
Door = tuple[int, int, float]
Drawn = dict[tuple[int, float], MultiPolygon]

WIDTH_M = 25.0
DISC_M2 = math.pi * WIDTH_M**2
US_PER_M = 900_000
MINUTE_M = 60_000_000 / US_PER_M
OPTIONS = IsochroneOptions()


def streets_of(*ways: Sequence[Spot], one_way: Sequence[Sequence[Spot]] = (), joints: Sequence[Way] = ()) -> Streets:
    """Lead streets through spots, walked both ways and one way, and join spots at no cost."""
    two_way = [leg for way in ways for leg in _legs(way)]
    legs = [*two_way, *(leg[::-1] for leg in two_way), *(leg for way in one_way for leg in _legs(way))]
    lines: list[LineString | None] = [LineString(leg) for leg in legs]
    cost = [round(shapely.length(line) * US_PER_M) for line in lines] + [0] * len(joints)
    return graph_of([(leg[0], leg[-1]) for leg in legs] + list(joints), lines + [None] * len(joints), cost)


def _legs(way: Sequence[Spot]) -> list[Way]:
    return list(itertools.pairwise(way))


def graph_of(arcs: Sequence[Way], lines: Sequence[LineString | None], cost: Sequence[int]) -> Streets:
    spots = sorted({spot for arc in arcs for spot in arc})
    xy = np.array(spots, float).reshape(-1, 2)
    tail, head = (np.array([spots.index(arc[end]) for arc in arcs], np.int64) for end in (0, 1))
    cheapest: dict[tuple[int, int], int] = {}
    for *ends, price in zip(tail.tolist(), head.tolist(), cost, strict=True):
        cheapest[ends[0], ends[1]] = min(price, cheapest.get((ends[0], ends[1]), price))
    rows, columns = np.array(list(cheapest), np.int64).reshape(-1, 2).T
    matrix = coo_array((np.array(list(cheapest.values()), float), (rows, columns)), shape=(len(spots),) * 2).tocsr()
    way = np.array([*lines, None], object)[:-1]
    return Streets(xy[:, 0], xy[:, 1], tail, head, np.array(cost, np.int64), way, matrix)


def node_of(streets: Streets, spot: Spot) -> int:
    return int(np.flatnonzero((streets.x == spot[0]) & (streets.y == spot[1]))[0])


def doors(streets: Streets, *entries: tuple[int, Spot, float], count: int | None = None) -> Doors:
    """Make doors of (owner, spot, minutes of the connector)."""
    rows = sorted((owner, node_of(streets, spot), round(minutes * 60_000_000)) for owner, spot, minutes in entries)
    owner, node, cost = np.array(rows, np.int64).reshape(-1, 3).T
    return Doors(owner, node, cost, count if count is not None else int(owner.max(initial=-1)) + 1)


def draw(
    streets: Streets,
    origins: Doors,
    *minutes: float,
    barriers: Sequence[Geometry] = (),
    options: IsochroneOptions = OPTIONS,
) -> Drawn:
    fence = np.array([*barriers, None], object)[:-1]
    owner, limit, polygon = isochrones(streets, origins=origins, minutes=minutes, barriers=fence, options=options)
    return dict(zip(zip(owner.tolist(), limit.tolist(), strict=True), polygon, strict=True))


def draw_one(streets: Streets, spot: Spot, minutes: float, *barriers: Geometry) -> MultiPolygon:
    return draw(streets, doors(streets, (0, spot, 0)), minutes, barriers=barriers)[0, minutes]


def walked(streets: Streets, entries: Sequence[tuple[Spot, float]], minutes: float) -> Geometry:
    """Return the streets walked within a limit, by networkx and arc by arc."""
    graph = nx.DiGraph()
    for tail, head, cost in zip(streets.tail.tolist(), streets.head.tolist(), streets.cost_us.tolist(), strict=True):
        if not graph.has_edge(tail, head) or graph.edges[tail, head]["weight"] > cost:
            graph.add_edge(tail, head, weight=cost)
    for spot, minutes_out in entries:
        graph.add_edge("home", node_of(streets, spot), weight=round(minutes_out * 60_000_000))
    limit = minutes * 60_000_000
    cost_at = nx.single_source_dijkstra_path_length(graph, "home", cutoff=limit)
    parts: list[Geometry] = [Point(streets.x[node], streets.y[node]) for node in cost_at if node != "home"]
    for tail, line, cost in zip(streets.tail.tolist(), streets.line, streets.cost_us.tolist(), strict=True):
        if tail in cost_at and line is not None:
            parts.append(substring(line, 0, min((limit - cost_at[tail]) / cost, 1.0), normalized=True))
    return shapely.union_all(parts)


def ground(streets: Geometry, width_m: float = WIDTH_M) -> Geometry:
    return shapely.union_all(shapely.buffer(shapely.get_parts(streets), width_m, quad_segs=32))


def spread(polygon: Geometry, other: Geometry) -> float:
    return float(polygon.difference(other).area)


def test_a_straight_street_is_a_rectangle_and_two_half_discs() -> None:
    streets = streets_of([(-1000, 3), (0, 3), (1000, 3)])
    reach = draw_one(streets, (0, 3), 7.5)
    west, south, east, north = reach.bounds
    assert reach.area == pytest.approx(1000 * 2 * WIDTH_M + DISC_M2, rel=0.005)
    assert (west, south, east, north) == pytest.approx((-525, -22, 525, 28), abs=0.5)


@pytest.mark.parametrize("slant", [0.0, 0.3, math.pi / 4, math.pi / 2])
@pytest.mark.parametrize("metres", [1.0, 37.5, 100.0, 260.2])
def test_a_street_walked_in_part_ends_where_the_time_is_up(slant: float, metres: float) -> None:
    far = (4000.0 * math.cos(slant), 4000.0 * math.sin(slant))
    reach = draw_one(streets_of([(0.0, 0.0), far]), (0.0, 0.0), metres / MINUTE_M)
    tip = LineString([(0, 0), far]).intersection(reach).length
    assert tip == pytest.approx(metres + WIDTH_M, abs=0.6)
    assert reach.area == pytest.approx(metres * 2 * WIDTH_M + DISC_M2, rel=0.02)


def test_a_bent_street_is_followed_around_its_bends() -> None:
    line = LineString([(0, 0), (150, 0), (150, 200), (0, 200)])
    ends = ((0.0, 0.0), (0.0, 200.0))
    streets = graph_of([ends, ends[::-1]], [line, line.reverse()], [500 * US_PER_M] * 2)
    reach = draw_one(streets, (0, 0), 250 / MINUTE_M)
    assert reach.area == pytest.approx(ground(substring(line, 0, 250)).area, rel=0.02)


def test_a_slower_direction_is_walked_less_far() -> None:
    line = LineString([(0, 0), (1000, 0)])
    ends = ((0.0, 0.0), (1000.0, 0.0))
    streets = graph_of([ends, ends[::-1]], [line, line.reverse()], [1000 * US_PER_M, 4000 * US_PER_M])
    reach = draw(streets, doors(streets, (0, ends[0], 0), (1, ends[1], 0)), 3)
    assert reach[0, 3].bounds[2] == pytest.approx(3 * MINUTE_M + WIDTH_M, abs=0.6)
    assert reach[1, 3].bounds[0] == pytest.approx(1000 - 3 * MINUTE_M / 4 - WIDTH_M, abs=0.6)


def test_a_street_walked_from_both_ends_keeps_its_unwalked_middle() -> None:
    streets = streets_of([(0, 0), (1000, 0)])
    reach = draw(streets, doors(streets, (0, (0, 0), 0), (0, (1000, 0), 0)), 5)[0, 5]
    assert len(reach.geoms) == 2
    assert reach.area == pytest.approx(2 * (5 * MINUTE_M * 2 * WIDTH_M + DISC_M2), rel=0.01)
    whole = draw(streets, doors(streets, (0, (0, 0), 0), (0, (1000, 0), 0)), 7.5)[0, 7.5]
    assert whole.area == pytest.approx(1000 * 2 * WIDTH_M + DISC_M2, rel=0.01)


def test_a_one_way_street_is_walked_one_way() -> None:
    streets = streets_of(one_way=[[(0, 0), (300, 0)]])
    reach = draw(streets, doors(streets, (0, (0, 0), 0), (1, (300, 0), 0)), 3)
    assert reach[0, 3].area == pytest.approx(3 * MINUTE_M * 2 * WIDTH_M + DISC_M2, rel=0.01)
    assert reach[1, 3].area == pytest.approx(DISC_M2, rel=0.02)


def test_an_owner_reaches_what_any_of_its_doors_reaches() -> None:
    streets = streets_of([(0, 0), (2000, 0)], [(0, 500), (2000, 500)])
    reach = draw(streets, doors(streets, (0, (0, 0), 0), (0, (2000, 500), 2)), 1, 3)
    assert reach[0, 1].area == pytest.approx(MINUTE_M * 2 * WIDTH_M + DISC_M2, rel=0.01)
    assert reach[0, 3].area == pytest.approx(4 * MINUTE_M * 2 * WIDTH_M + 2 * DISC_M2, rel=0.01)


def test_the_cheapest_of_parallel_arcs_counts_for_the_walk_and_each_for_itself() -> None:
    ends = ((0.0, 0.0), (100.0, 0.0))
    lines = [LineString(ends), LineString([ends[0], (50, 120), ends[1]])]
    streets = graph_of([ends, ends], lines, [100 * US_PER_M, round(lines[1].length * US_PER_M)])
    reach = draw_one(streets, (0, 0), 130 / MINUTE_M)
    expected = ground(shapely.union(lines[0], substring(lines[1], 0, 130)))
    assert reach.area == pytest.approx(expected.area, rel=0.02)


def test_a_joint_leads_on_at_no_cost() -> None:
    streets = streets_of([(0, 0), (100, 0)], [(100, 0.001), (300, 0)], joints=[((100, 0), (100, 0.001))])
    assert draw_one(streets, (0, 0), 3).area == pytest.approx(3 * MINUTE_M * 2 * WIDTH_M + DISC_M2, rel=0.01)


def test_what_is_walked_in_exactly_the_limit_is_within() -> None:
    streets = streets_of([(0, 0), (200, 0)])
    reach = draw(streets, doors(streets, (0, (0, 0), 5)), 4.999, 5)
    assert list(reach) == [(0, 5)]
    assert reach[0, 5].area == pytest.approx(DISC_M2, rel=0.02)


RIVER = box(-500, 40, 500, 80)
BANKS = MappingProxyType({"area": RIVER, "line": LineString([(-500, 60), (500, 60)])})


@pytest.mark.parametrize("river", BANKS.values(), ids=BANKS)
def test_the_far_bank_is_reached_over_a_bridge_only(river: Geometry) -> None:
    near, far, bridge = [(-300, 20), (0, 20), (300, 20)], [(-300, 95), (0, 95), (300, 95)], [(0, 20), (0, 95)]
    south_of_it, north_of_it = box(-500, -100, 500, 40), box(-500, 80, 500, 200)
    without = draw_one(streets_of(near, far), (0, 20), 4, river)
    across = draw_one(streets_of(near, far, bridge), (0, 20), 4, river)
    assert without.intersection(north_of_it).area == 0
    assert without.intersection(south_of_it).area > 0.95 * (2 * 4 * MINUTE_M) * 45
    length_m = 2 * (4 * MINUTE_M - 75)
    assert across.intersection(north_of_it).area == pytest.approx(length_m * 40 + DISC_M2 - 500, rel=0.05)
    assert across.contains(LineString(bridge))


def test_only_the_bridge_crosses_the_water() -> None:
    streets = streets_of([(-300, 20), (0, 20), (300, 20)], [(0, 20), (0, 120)])
    wet = draw_one(streets, (0, 20), 4, RIVER).intersection(RIVER.buffer(-1))
    assert wet.bounds[2] - wet.bounds[0] < 30
    assert 38 * 5 < wet.area < 38 * 15


def test_a_bridge_walked_in_part_does_not_reach_the_far_bank() -> None:
    streets = streets_of([(0, 20), (0, 120)])
    reach = draw_one(streets, (0, 20), 55 / MINUTE_M, RIVER)
    assert reach.intersection(box(-500, 80.1, 500, 200)).area == 0


@pytest.mark.parametrize("offset", [0.0, 2.7, 4.0, 6.1])
def test_the_ground_ends_at_a_wall(offset: float) -> None:
    wall = LineString([(-500, offset + 5), (500, offset + 5)])
    reach = draw_one(streets_of([(-400, offset), (0, offset), (400, offset)]), (0, offset), 3, wall)
    assert reach.bounds[3] == pytest.approx(offset + 5, abs=0.1)
    assert reach.area == pytest.approx(6 * MINUTE_M * 30 + DISC_M2 / 2 + 250, rel=0.02)


def test_a_wall_with_a_passage_is_open_where_the_street_leads_through() -> None:
    wall = LineString([(-500, 50), (500, 50)])
    streets = streets_of([(-300, 0), (0, 0), (300, 0)], [(0, 0), (0, 200)], [(-300, 65), (-200, 65)])
    reach = draw_one(streets, (0, 0), 5, wall)
    assert reach.contains(LineString([(0, 0), (0, 200)]))
    assert reach.intersection(box(-500, 50, 500, 300)).area == pytest.approx(150 * 50 + DISC_M2 / 2, rel=0.02)


def test_an_alley_narrower_than_the_grid_keeps_its_ground() -> None:
    walls = [LineString([(-300, y), (300, y)]) for y in (2.5, 5.5)]
    reach = draw_one(streets_of([(-200, 4), (0, 4), (200, 4)]), (0, 4), 2, *walls)
    assert reach.contains(Point(0, 4))
    assert reach.intersection(LineString([(-200, 4), (200, 4)])).length > 0.9 * 4 * MINUTE_M
    assert reach.bounds[3] - reach.bounds[1] < 12


def test_a_door_between_walls_stands_in_its_polygon() -> None:
    pen = box(3.1, 3.1, 4.9, 4.9).boundary
    streets = streets_of([(4, 4), (4.5, 4.5)])
    reach = draw(streets, doors(streets, (0, (4, 4), 0)), 1, 2, barriers=[pen])
    assert all(polygon.contains(Point(4, 4)) for polygon in reach.values())
    assert reach[0, 1].difference(reach[0, 2]).area == 0


def test_barriers_of_many_parts_and_of_no_parts_are_taken_apart() -> None:
    wall = LineString([(-500, 5), (500, 5)])
    many = shapely.GeometryCollection(
        [shapely.MultiLineString([wall]), Point(0, 0), MultiPolygon([box(50, 50, 60, 60)])]
    )
    streets = streets_of([(-400, 0), (0, 0), (400, 0)])
    plain = draw_one(streets, (0, 0), 3, wall)
    assert draw_one(streets, (0, 0), 3, many, LineString()).equals(plain)


def test_the_block_between_streets_stays_a_hole() -> None:
    ring = [(0, 0), (200, 0), (200, 200), (0, 200), (0, 0)]
    reach = draw_one(streets_of(ring), (0, 0), 10)
    assert [len(part.interiors) for part in reach.geoms] == [1]
    assert shapely.Polygon(reach.geoms[0].interiors[0]).area == pytest.approx(150 * 150, rel=0.01)


def test_an_owner_that_reaches_no_street_has_no_polygon() -> None:
    streets = streets_of([(0, 0), (100, 0)])
    reach = draw(streets, doors(streets, (1, (0, 0), 0), (2, (100, 0), 7), count=4), 5, 10)
    assert list(reach) == [(1, 5), (1, 10), (2, 10)]


@pytest.mark.parametrize("minutes", [(), (5.0,)])
def test_no_owners_and_no_limits_give_nothing(minutes: tuple[float, ...]) -> None:
    streets = streets_of([(0, 0), (100, 0)])
    assert draw(streets, doors(streets, count=3), *minutes) == {}
    assert draw(streets, doors(streets, (0, (0, 0), 0)), *minutes[1:]) == {}


def test_limits_come_back_once_and_in_order() -> None:
    streets = streets_of([(0, 0), (2000, 0)])
    assert list(draw(streets, doors(streets, (0, (0, 0), 0)), 9, 3, 9)) == [(0, 3), (0, 9)]


def town(spacing: float, slant: float) -> Streets:
    """Lay a square net of streets, 13 by 13 crossings."""
    turn = np.array([[math.cos(slant), math.sin(slant)], [-math.sin(slant), math.cos(slant)]])
    spot = {
        (i, j): tuple(((np.array([i, j]) - 6) * spacing @ turn).round(3).tolist()) for i in range(13) for j in range(13)
    }
    ways = [[spot[i, j] for i in range(13)] for j in range(13)] + [[spot[i, j] for j in range(13)] for i in range(13)]
    return streets_of(*ways)


def random_town(seed: int) -> Streets:
    chance = np.random.default_rng(seed)
    xy = [tuple(spot) for spot in chance.uniform(-600, 600, (160, 2)).round(2).tolist()]
    xy[0] = (0.0, 0.0)
    mesh = shapely.delaunay_triangles(shapely.multipoints(xy), only_edges=True)
    edges = [list(line.coords) for line in shapely.get_parts(mesh)]
    return streets_of(*(edge for edge in edges if chance.random() < 0.7))


TOWNS = MappingProxyType(
    {
        "close": town(52, 0.2),
        "square": town(63, 0),
        "slanting": town(80, 0.4),
        "wide": town(140, 0.7),
        "random": random_town(1),
        "another": random_town(2),
    }
)


@pytest.mark.parametrize("streets", TOWNS.values(), ids=TOWNS)
@pytest.mark.parametrize("minutes", [1, 3, 5, 8])
def test_the_area_is_that_of_the_exact_buffer(streets: Streets, minutes: float) -> None:
    reach = draw_one(streets, (0, 0), minutes)
    exact = ground(walked(streets, [((0, 0), 0)], minutes))
    assert reach.area == pytest.approx(exact.area, rel=0.02)
    assert spread(reach, exact.buffer(5)) == 0
    assert spread(exact, reach.buffer(2)) == 0


def test_neither_the_order_nor_the_number_of_owners_matters() -> None:
    streets = random_town(3)
    spots = list(zip(streets.x.tolist(), streets.y.tolist(), strict=True))[:40]
    all_of_them = draw(streets, doors(streets, *((row, spot, 0.1) for row, spot in enumerate(spots))), 2, 4)
    backwards = draw(streets, doors(streets, *((row, spot, 0.1) for row, spot in enumerate(spots[::-1]))), 2, 4)
    for row, spot in enumerate(spots[:5]):
        alone = draw(streets, doors(streets, (0, spot, 0.1)), 2, 4)
        for minutes in (2, 4):
            assert shapely.equals_identical(all_of_them[row, minutes], backwards[39 - row, minutes])
            assert shapely.equals_identical(all_of_them[row, minutes], alone[0, minutes])


def test_owners_far_apart_are_drawn_as_if_alone() -> None:
    ways = [[(x, 0), (x + 700, 0), (x + 700, 300)] for x in range(0, 20_000, 4_000)]
    streets = streets_of(*ways)
    reach = draw(streets, doors(streets, *((row, way[0], 0) for row, way in enumerate(ways))), 5)
    assert [polygon.bounds[0] for polygon in reach.values()] == pytest.approx(
        [way[0][0] - WIDTH_M for way in ways], abs=0.5
    )
    assert len(reach) == 5


SPOTS = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(lambda spot: (spot[0] * 10.0 + 3, spot[1] * 10.0 + 4))
WAYS = st.lists(st.lists(SPOTS, min_size=2, max_size=3, unique=True), min_size=1, max_size=6)
BAND = st.tuples(st.integers(20, 260), st.integers(5, 50)).map(lambda y: box(-200, y[0], 600, y[0] + y[1]))
LIMITS = st.lists(st.integers(5, 60).map(lambda tenths: tenths / 10), min_size=2, max_size=3, unique=True)


@settings(max_examples=60, deadline=None)
@given(ways=WAYS, one_way=st.lists(st.lists(SPOTS, min_size=2, max_size=2, unique=True), max_size=3), limits=LIMITS)
def test_outlines_are_nested_valid_and_hold_their_origin(
    ways: list[list[Spot]], one_way: list[list[Spot]], limits: list[float]
) -> None:
    streets = streets_of(*ways, one_way=one_way)
    reach = [draw(streets, doors(streets, (0, ways[0][0], 0)), *limits)[0, limit] for limit in sorted(limits)]
    assert all(polygon.is_valid and polygon.contains(Point(ways[0][0])) for polygon in reach)
    assert all(spread(a, b) <= 1e-6 * a.area for a, b in itertools.pairwise(reach))
    exact = ground(walked(streets, [(ways[0][0], 0)], max(limits)))
    assert reach[-1].area == pytest.approx(exact.area, rel=0.02)


@settings(max_examples=60, deadline=None)
@given(ways=WAYS, river=BAND, limits=LIMITS)
def test_no_outline_crosses_water_but_along_a_street(
    ways: list[list[Spot]], river: shapely.Polygon, limits: list[float]
) -> None:
    streets = streets_of(*ways)
    reach = draw(streets, doors(streets, (0, ways[0][0], 0)), *limits, barriers=[river])
    _, south, _, north = river.bounds
    for (_, limit), polygon in reach.items():
        way = walked(streets, [(ways[0][0], 0)], limit)
        # Ground may spill over the bank by less than a cell where a street ends there.
        shore = river.buffer(OPTIONS.cell_m)
        for bank in (box(-200, -200, 600, south), box(-200, north, 600, 600)):
            dry = polygon.intersection(bank).difference(shore)
            assert spread(dry, ground(way.intersection(bank), WIDTH_M + 5)) < 1
        deep = river.buffer(-OPTIONS.cell_m)
        bridges = shapely.union_all([line for line in streets.line if line is not None]).intersection(river)
        assert spread(polygon.intersection(deep), ground(bridges, 2 * OPTIONS.cell_m)) < 1
        assert spread(polygon.intersection(deep), ground(way.intersection(river), WIDTH_M + 5)) < 1
    smaller, larger = (reach[0, limit] for limit in sorted(limits)[:2])
    assert spread(smaller, larger) <= 1e-6 * smaller.area
