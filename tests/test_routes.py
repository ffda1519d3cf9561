import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point

from data.inputs import Walkways
from geo.streets.graph import Graph, Pace, arc_costs, build_graph, cost_matrix
from geo.streets.network import build_network, insert_points
from geo.walking.routes import Trails, follow, lines_along, merge_pieces, street_steps, trails
from geo.walking.walk_times import Doors, Nearest, nearest_targets
from tests.towns import TOWN_CRS, walkways
from tests.towns import street as way

PACE = Pace(900.0, 2.0)
Door = tuple[int, int]


@dataclass(frozen=True)
class Walked:
    """Hold walks between points on edges: one from each origin, to the nearest of the targets."""

    ways: Walkways
    graph: Graph
    found: Nearest
    whole: Trails
    lines: np.ndarray
    starts: np.ndarray
    stops: np.ndarray


def bend(ways: Walkways, **bends: Sequence[tuple[float, float]]) -> Walkways:
    """Lead edges, named by their numbers, over further vertices."""
    lines = ways.edges.geometry.to_numpy().copy()
    for name, spots in bends.items():
        row = int(name[1:])
        ends = shapely.get_coordinates(lines[row])
        lines[row] = LineString([ends[0], *spots, ends[1]])
    length_mm = np.rint(shapely.length(lines) * 1000).astype(np.int64)
    edges = ways.edges.set_geometry(list(lines), crs=TOWN_CRS).assign(length_mm=length_mm)
    return Walkways(ways.nodes, edges)


def walk(ways: Walkways, origins: Sequence[Door], targets: Sequence[Door], pace: Pace = PACE) -> Walked:
    """Walk from points on edges, given as edge and millimetres, each the only door of its owner."""
    network = build_network(ways)
    edge, position = np.array([*origins, *targets], np.int64).T
    split, node = insert_points(network, edge=edge, position_mm=position)
    graph = build_graph(split)
    k, matrix = len(origins), cost_matrix(graph, pace=pace)
    leave, arrive = (
        Doors(np.arange(len(part)), part, np.zeros(len(part), np.int64), len(part)) for part in (node[:k], node[k:])
    )
    found = nearest_targets(matrix, origins=leave, targets=arrive, groups=np.zeros(len(targets), np.int64))
    reached = np.flatnonzero(found.door[:, 0] >= 0)
    numbers, nodes = follow(found, group=np.zeros(len(reached), np.int64), start=leave.node[reached])
    whole = merge_pieces(trails(graph, arc_cost_us=arc_costs(graph, pace=pace), walk=numbers, node=nodes))
    spots = shapely.line_interpolate_point(ways.edges.geometry.to_numpy()[edge], position / 1000)
    starts, stops = spots[:k][reached], spots[k:][found.target[reached, 0]]
    lines = lines_along(whole, lines=ways.edges.geometry.to_numpy(), starts=starts, stops=stops)
    return Walked(ways, graph, found, whole, lines, starts, stops)


def stretches(walked: Walked) -> list[tuple[int, int, int]]:
    whole = walked.whole
    return list(zip(whole.edge.tolist(), whole.from_mm.tolist(), whole.to_mm.tolist(), strict=True))


def drawn(walked: Walked) -> list[list[float]]:
    return [xy.tolist() for xy in shapely.get_coordinates(walked.lines[0])]


# Three edges in a row, the middle one over a corner; the last one is drawn towards the others.
HOOK = bend(walkways(way((0, 0), (100, 0), (200, 100)), way((300, 100), (200, 100))), e1=[(200, 0)])


def test_walk_begins_and_ends_within_edges() -> None:
    walked = walk(HOOK, [(0, 30_000)], [(2, 40_000)])
    assert stretches(walked) == [(0, 30_000, 100_000), (1, 0, 200_000), (2, 100_000, 40_000)]
    assert drawn(walked) == [[30, 0], [100, 0], [200, 0], [200, 100], [260, 100]]
    assert walked.whole.cost_us.tolist() == [63_000_000, 180_000_000, 54_000_000]


def test_walk_back_goes_through_the_same_vertices_in_turn() -> None:
    walked = walk(HOOK, [(2, 40_000)], [(0, 30_000)])
    assert stretches(walked) == [(2, 40_000, 100_000), (1, 200_000, 0), (0, 100_000, 30_000)]
    assert drawn(walked) == [[260, 100], [200, 100], [200, 0], [100, 0], [30, 0]]


@pytest.mark.parametrize(
    ("start", "stop", "spots"),
    [
        (20_000, 150_000, [[120, 0], [200, 0], [200, 50]]),
        (150_000, 20_000, [[200, 50], [200, 0], [120, 0]]),
        (20_000, 80_000, [[120, 0], [180, 0]]),
        (120_000, 180_000, [[200, 20], [200, 80]]),
        (100_000, 180_000, [[200, 0], [200, 80]]),
    ],
)
def test_walk_along_a_part_of_one_edge(start: int, stop: int, spots: list[list[float]]) -> None:
    walked = walk(HOOK, [(1, start)], [(1, stop)])
    assert stretches(walked) == [(1, start, stop)]
    assert drawn(walked) == spots


def test_points_of_others_on_the_way_do_not_show() -> None:
    walked = walk(HOOK, [(0, 10_000), (0, 50_000), (1, 70_000), (1, 120_000)], [(2, 0)])
    assert stretches(walked)[:3] == [(0, 10_000, 100_000), (1, 0, 200_000), (2, 100_000, 0)]
    assert walked.whole.walk.tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 3, 3]
    assert drawn(walked) == [[10, 0], [100, 0], [200, 0], [200, 100], [300, 100]]


def test_walk_to_where_it_begins_has_no_stretch_and_is_still_a_line() -> None:
    walked = walk(HOOK, [(0, 30_000)], [(0, 30_000)])
    assert stretches(walked) == []
    assert drawn(walked) == [[30, 0], [30, 0]]
    assert walked.found.cost_us.tolist() == [[0]]


def test_line_leads_from_the_gate_to_the_facility_off_the_street() -> None:
    walked = walk(HOOK, [(0, 30_000), (0, 60_000)], [(0, 60_000)])
    line = lines_along(
        walked.whole,
        lines=HOOK.edges.geometry.to_numpy(),
        starts=shapely.points([[30, 8], [60, 5]]),
        stops=shapely.points([[60, -7], [60, -7]]),
    )
    assert shapely.get_coordinates(line[0]).tolist() == [[30, 8], [30, 0], [60, 0], [60, -7]]
    assert shapely.get_coordinates(line[1]).tolist() == [[60, 5], [60, -7]]


def test_no_walks() -> None:
    none = np.zeros(0, np.int64)
    graph = build_graph(build_network(HOOK))
    nobody = Doors(none, none, none, 0)
    swept = nearest_targets(cost_matrix(graph, pace=PACE), origins=nobody, targets=nobody, groups=none)
    number, node = follow(swept, group=none, start=none)
    assert number.tolist() == node.tolist() == []
    found = merge_pieces(trails(graph, arc_cost_us=arc_costs(graph, pace=PACE), walk=number, node=node))
    assert found.edge.tolist() == []
    empty = np.zeros(0, object)
    assert lines_along(found, lines=HOOK.edges.geometry.to_numpy(), starts=empty, stops=empty).tolist() == []
    assert len(street_steps(found, edges=HOOK.edges)) == 0


def test_of_parallel_ways_the_cheapest_is_taken() -> None:
    ways = bend(walkways(way((0, 0), (100, 0)), way((0, 0), (100, 0)), way((100, 0), (200, 0))), e0=[(50, 1)])
    assert stretches(walk(ways, [(0, 0)], [(2, 100_000)])) == [(1, 0, 100_000), (2, 0, 100_000)]
    steps = Walkways(ways.nodes, ways.edges.assign(steps=[False, True, False]))
    long_mm = int(ways.edges["length_mm"].iloc[0])
    assert stretches(walk(steps, [(0, 0)], [(2, 100_000)])) == [(0, 0, long_mm), (2, 0, 100_000)]


def test_private_ways_are_followed_out_and_in() -> None:
    ways = walkways(way((0, 50), (0, 0), private=True), way((0, 0), (100, 0)), way((100, 0), (100, 50), private=True))
    network = build_network(ways)
    graph = build_graph(network)
    yes, nobody = np.array([True]), np.array([-1])
    start = graph.leaving(np.array([0]), private=yes, ground=nobody)
    stop = graph.arriving(np.array([3]), private=yes, ground=nobody)
    nothing = np.zeros(1, np.int64)
    found = nearest_targets(
        cost_matrix(graph, pace=PACE),
        origins=Doors(nothing, start, nothing, 1),
        targets=Doors(nothing, stop, nothing, 1),
        groups=nothing,
    )
    number, node = follow(found, group=nothing, start=start)
    whole = trails(graph, arc_cost_us=arc_costs(graph, pace=PACE), walk=number, node=node)
    assert whole.edge.tolist() == [0, 1, 2]
    assert whole.cost_us.sum() == found.cost_us[0, 0] == 200 * 900_000


def steps_of(ways: Walkways, walk_numbers: Sequence[int] | None = None) -> list[tuple[object, ...]]:
    """Sum up a walk over all edges, each 10 m long."""
    count = len(ways.edges)
    zero, whole = np.zeros(count, np.int64), np.full(count, 10_000)
    numbers = zero if walk_numbers is None else np.array(walk_numbers)
    found = street_steps(Trails(numbers, np.arange(count), zero, whole, whole * 900), edges=ways.edges)
    named = found["street"].where(found["street"].notna(), "-")
    columns = (named, found["highway"], found["steps"], found["length_m"], found["cost_us"] / 9e6)
    return list(zip(found["walk"], found["step"], *columns, strict=True))


def row(*, count: int, **columns: object) -> Walkways:
    ways = walkways(way(*[(10 * number, 0) for number in range(count + 1)]))
    frame = ways.edges.assign(**{key: pd.Series(value, range(count), dtype=object) for key, value in columns.items()})
    return Walkways(ways.nodes, frame.assign(steps=frame["steps"].astype(bool)))


def test_street_is_one_stretch_until_another_begins() -> None:
    ways = row(count=5, name=["南街", "南街", "北街", "南街", "南街"], highway=["primary", "footway"] + ["service"] * 3)
    assert steps_of(ways) == [
        (0, 1, "南街", "primary", False, 20, 2),
        (0, 2, "北街", "service", False, 10, 1),
        (0, 3, "南街", "service", False, 20, 2),
    ]


def test_ways_without_a_name_are_told_apart_by_their_kind() -> None:
    ways = row(count=4, name=None, highway=["service", "service", "footway", "service"])
    assert steps_of(ways) == [
        (0, 1, "-", "service", False, 20, 2),
        (0, 2, "-", "footway", False, 10, 1),
        (0, 3, "-", "service", False, 10, 1),
    ]


def test_street_named_like_a_kind_is_not_that_kind() -> None:
    assert len(steps_of(row(count=2, name=["service", None], highway="service"))) == 2


def test_flight_of_steps_is_a_stretch_of_its_own() -> None:
    ways = row(count=3, name="石阶巷", steps=[False, True, False])
    assert [(step, steps) for _, step, _, _, steps, _, _ in steps_of(ways)] == [(1, False), (2, True), (3, False)]


def test_walks_are_counted_apart() -> None:
    assert [found[:3] for found in steps_of(row(count=4, name="南街"), [0, 0, 2, 2])] == [
        (0, 1, "南街"),
        (2, 1, "南街"),
    ]


@st.composite
def nets(draw: st.DrawFn) -> tuple[Walkways, list[Door], list[Door]]:
    """Draw ways between a few spots, some bent, some with steps, some walked one way; and doors on them."""
    spots = draw(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), min_size=3, max_size=7, unique=True))
    ends = st.lists(st.sampled_from(spots), min_size=2, max_size=2, unique=True)
    pieces = draw(st.lists(ends, min_size=2, max_size=12))
    ways = walkways(
        *(way(*piece, steps=draw(st.booleans()), one_way=draw(st.sampled_from([0, 0, 0, 1, -1]))) for piece in pieces)
    )
    corners = {}
    for number, (start, stop) in enumerate(pieces):
        corner = draw(st.tuples(st.integers(0, 400), st.integers(0, 400)))
        if draw(st.booleans()) and corner not in (start, stop):
            corners[f"e{number}"] = [corner]
    ways = bend(ways, **corners)
    length = ways.edges["length_mm"].tolist()
    doors = [
        draw(
            st.lists(
                st.integers(0, len(length) - 1).flatmap(
                    lambda edge: st.tuples(st.just(edge), st.integers(0, length[edge]))
                ),
                min_size=1,
                max_size=4,
            )
        )
        for _ in range(2)
    ]
    return ways, doors[0], doors[1]


def least_costs(walked: Walked, origins: Sequence[Door], targets: Sequence[Door]) -> list[float]:
    """Find the cheapest walks by hand: every door is a node on its edge, the pieces between are arcs."""
    edges, graph = walked.ways.edges, nx.MultiDiGraph()
    for number, edge in enumerate(edges.itertuples()):
        marks: dict[int, tuple[object, ...]] = {0: ("n", edge.u), edge.length_mm: ("n", edge.v)}
        inner = {at for on, at in [*origins, *targets] if on == number and 0 < at < edge.length_mm}
        marks.update({at: ("d", number, at) for at in inner})
        pace = 900 * (2 if edge.steps else 1)
        order = sorted(marks)
        for low, high in itertools.pairwise(order):
            if edge.one_way >= 0:
                graph.add_edge(marks[low], marks[high], weight=(high - low) * pace)
            if edge.one_way <= 0:
                graph.add_edge(marks[high], marks[low], weight=(high - low) * pace)

    def node(door: Door) -> tuple[object, ...]:
        edge = edges.iloc[door[0]]
        if door[1] in (0, edge["length_mm"]):
            return ("n", edge["u"] if door[1] == 0 else edge["v"])
        return ("d", *door)

    stops = {node(target) for target in targets}
    swept = [nx.single_source_dijkstra_path_length(graph, node(origin)) for origin in origins]
    return [min((cost[stop] for stop in stops if stop in cost), default=np.inf) for cost in swept]


@settings(max_examples=30, deadline=None)
@given(nets())
def test_trails_are_shortest_paths(net: tuple[Walkways, list[Door], list[Door]]) -> None:
    ways, origins, targets = net
    walked = walk(ways, origins, targets)
    assert walked.found.cost_us[:, 0].tolist() == least_costs(walked, origins, targets)
    reached = walked.found.cost_us[np.isfinite(walked.found.cost_us[:, 0]), 0]
    count, whole = len(reached), walked.whole
    assert np.bincount(whole.walk, weights=whole.cost_us, minlength=count).tolist() == reached.tolist()
    metres = np.bincount(whole.walk, weights=np.abs(whole.to_mm - whole.from_mm) / 1000, minlength=count)
    # The points on a line are rounded to the millimetre.
    np.testing.assert_allclose(shapely.length(walked.lines), metres, atol=0.02)
    for line, start, stop in zip(walked.lines, walked.starts, walked.stops, strict=True):
        assert Point(line.coords[0]).distance(start) < 0.002
        assert Point(line.coords[-1]).distance(stop) < 0.002
    follow_on = (whole.walk[1:] == whole.walk[:-1]) & (whole.edge[1:] == whole.edge[:-1])
    assert not (follow_on & (whole.from_mm[1:] == whole.to_mm[:-1])).any()


@settings(max_examples=15, deadline=None)
@given(nets())
def test_trails_hold_together_and_are_walked_the_way_that_is_open(
    net: tuple[Walkways, list[Door], list[Door]],
) -> None:
    walked = walk(*net)
    whole, edges = walked.whole, walked.ways.edges.iloc[walked.whole.edge]
    ahead = whole.to_mm > whole.from_mm
    assert (edges["one_way"].to_numpy() * np.where(ahead, 1, -1) >= 0).all()
    lines = edges.geometry.to_numpy()
    first, last = (shapely.line_interpolate_point(lines, at / 1000) for at in (whole.from_mm, whole.to_mm))
    same = whole.walk[1:] == whole.walk[:-1]
    assert (shapely.distance(last[:-1], first[1:])[same] < 0.002).all()


def test_merged_pieces_are_the_same_walk() -> None:
    one, two = np.array([0, 0, 0, 1]), np.array([5, 5, 6, 6])
    pieces = Trails(one, two, np.array([0, 10, 9, 4]), np.array([10, 30, 4, 0]), np.array([1, 2, 3, 4]))
    merged = merge_pieces(pieces)
    assert merged.walk.tolist() == [0, 0, 1]
    assert merged.edge.tolist() == [5, 6, 6]
    assert merged.from_mm.tolist() == [0, 9, 4]
    assert merged.to_mm.tolist() == [30, 4, 0]
    assert merged.cost_us.tolist() == [3, 3, 4]
    assert merge_pieces(merged).cost_us.tolist() == [3, 3, 4]
