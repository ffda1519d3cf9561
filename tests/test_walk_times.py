import dataclasses
from collections.abc import Sequence

import networkx as nx
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from geo.streets.graph import Pace, build_graph, cost_matrix, sparse_minimum
from geo.streets.network import insert_points
from geo.walking import walk_times
from geo.walking.walk_times import Doors, Pairs, nearest_targets, pairs_within
from tests.towns import network_of, street

Edge = tuple[int, int, int]
Door = tuple[int, int, int]
Triple = tuple[int, int, int]

NODES = 7
EDGES = st.lists(st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1), st.integers(0, 9)), max_size=16)
DOORS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, NODES - 1), st.integers(0, 5)), max_size=7)


def ints(*values: int) -> npt.NDArray[np.int64]:
    return np.array(values, np.int64)


def matrix_of(edges: Sequence[Edge], n: int = NODES) -> csr_array:
    """Make the matrix of one-way edges (from, to, microseconds)."""
    table = np.array(edges, np.int64).reshape(-1, 3)
    return sparse_minimum(table[:, 0], table[:, 1], table[:, 2].astype(float), shape=(n, n))


def doors(*entries: Door, count: int = 4) -> Doors:
    """Make doors of (owner, node, microseconds)."""
    table = np.array(sorted(entries), np.int64).reshape(-1, 3)
    return Doors(table[:, 0], table[:, 1], table[:, 2], count)


def street_of(*lengths_ms: int) -> csr_array:
    """Make a street through nodes 0, 1, 2, ... that is walked both ways."""
    there = [(i, i + 1, length) for i, length in enumerate(lengths_ms)]
    return matrix_of([*there, *((v, u, length) for u, v, length in there)], len(lengths_ms) + 1)


def nearest(
    matrix: csr_array, origins: Doors, targets: Doors, *groups: int
) -> tuple[list[list[float]], list[list[int]]]:
    found = nearest_targets(matrix, origins=origins, targets=targets, groups=ints(*groups))
    return found.cost_us.tolist(), found.target.tolist()


def within(
    matrix: csr_array, origins: Doors, targets: Doors, limit: float, xy: npt.NDArray[np.float64] | None = None
) -> list[Triple]:
    """Return the pairs; all nodes stand at one place unless told where."""
    places = np.zeros((matrix.shape[0], 2)) if xy is None else xy
    return triples(pairs_within(matrix, xy=places, origins=origins, targets=targets, limit_us=limit, metres_per_us=1.0))


def triples(pairs: Pairs) -> list[Triple]:
    return list(zip(pairs.origin.tolist(), pairs.target.tolist(), pairs.cost_us.tolist(), strict=True))


def oracle(edges: Sequence[Edge], origins: Sequence[Door], targets: Sequence[Door]) -> dict[tuple[int, int], int]:
    """Return the cost of every pair that a walk joins, by networkx."""
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(NODES))
    graph.add_weighted_edges_from(edges)
    found: dict[tuple[int, int], int] = {}
    for origin, start, out in origins:
        walk = nx.single_source_dijkstra_path_length(graph, start)
        for target, stop, in_ in targets:
            if stop in walk:
                total = out + walk[stop] + in_
                found[origin, target] = min(total, found.get((origin, target), total))
    return found


def test_nearest_counts_both_connectors_once() -> None:
    assert nearest(street_of(100), doors((0, 0, 7), count=1), doors((0, 1, 5), count=1), 0) == ([[112]], [[0]])
    assert within(street_of(100), doors((0, 0, 7), count=1), doors((0, 1, 5), count=1), 112) == [(0, 0, 112)]


def test_owners_at_one_node_walk_their_connectors_alone() -> None:
    assert nearest(street_of(100), doors((0, 0, 0), count=1), doors((0, 0, 0), count=1), 0) == ([[0]], [[0]])
    assert within(street_of(100), doors((0, 0, 0), count=1), doors((0, 0, 0), count=1), 0) == [(0, 0, 0)]


def test_explicit_zero_connector_and_zero_edge_survive() -> None:
    matrix = matrix_of([(0, 1, 0), (1, 2, 0)], 3)
    assert nearest(matrix, doors((0, 0, 0), count=1), doors((0, 2, 0), count=1), 0) == ([[0]], [[0]])
    assert within(matrix, doors((0, 0, 0), count=1), doors((0, 2, 0), count=1), 0) == [(0, 0, 0)]


def test_facility_with_several_entrances_counts_once_by_its_nearest() -> None:
    origins, targets = doors((0, 0, 0), count=1), doors((0, 1, 0), (0, 2, 0), (0, 3, 0), count=1)
    assert within(street_of(10, 10, 10), origins, targets, 100) == [(0, 0, 10)]
    assert nearest(street_of(10, 10, 10), origins, targets, 0) == ([[10]], [[0]])


def test_estate_with_several_gates_leaves_by_the_best() -> None:
    origins, targets = doors((0, 0, 0), (0, 2, 3), count=1), doors((0, 3, 0), count=1)
    assert within(street_of(10, 10, 10), origins, targets, 100) == [(0, 0, 13)]
    assert nearest(street_of(10, 10, 10), origins, targets, 0) == ([[13]], [[0]])


def test_several_doors_at_one_node_are_the_least_of_them_not_their_sum() -> None:
    origins, targets = doors((0, 0, 4), (0, 0, 9), count=1), doors((0, 1, 5), (0, 1, 8), count=1)
    assert within(street_of(10), origins, targets, 100) == [(0, 0, 19)]
    assert nearest(street_of(10), origins, targets, 0) == ([[19]], [[0]])


def test_no_walk_leads_through_an_owner() -> None:
    """Two streets that nothing but an estate with a gate on each joins are not joined for others."""
    matrix = matrix_of([(0, 1, 10), (1, 0, 10), (2, 3, 10), (3, 2, 10)], 4)
    between, ends = [(1, 1, 0), (1, 2, 0)], [(0, 0, 0)]
    assert within(matrix, doors(*ends, *between, count=2), doors((0, 3, 0), count=1), 100) == [(1, 0, 10)]
    assert nearest(matrix, doors(*ends, count=1), doors((0, 3, 0), (1, 1, 0), (1, 2, 0), count=2), 0, 1) == (
        [[np.inf, 10]],
        [[-1, 1]],
    )


def test_one_way_is_walked_from_the_estate_to_the_facility() -> None:
    origins, targets = doors((0, 0, 0), (1, 1, 0), count=2), doors((0, 1, 0), (1, 0, 0), count=2)
    assert nearest(matrix_of([(0, 1, 10)], 2), origins, targets, 0, 1) == ([[10, 0], [0, np.inf]], [[0, 1], [0, -1]])
    assert within(matrix_of([(0, 1, 10)], 2), origins, targets, 100) == [(0, 0, 10), (0, 1, 0), (1, 0, 0)]


@pytest.mark.parametrize("swap", [False, True], ids=["first on the left", "first on the right"])
@pytest.mark.parametrize("length", [1, 10])
def test_of_two_equally_near_targets_the_first_is_taken(*, swap: bool, length: int) -> None:
    ends = (4, 0) if swap else (0, 4)
    targets = doors((0, ends[0], 0), (1, ends[1], 0), count=2)
    assert nearest(street_of(*[length] * 4), doors((0, 2, 0), count=1), targets, 0, 0) == ([[2 * length]], [[0]])


def test_of_several_targets_behind_one_door_the_first_is_taken() -> None:
    targets = doors(*((owner, 2, 0) for owner in range(6)), count=6)
    assert nearest(street_of(5, 5), doors((0, 0, 0), count=1), targets, *[0] * 6)[1] == [[0]]


def test_groups_are_searched_apart_and_negative_ones_not_at_all() -> None:
    targets = doors((0, 1, 0), (1, 2, 0), (2, 0, 0), (3, 3, 0))
    found = nearest(street_of(10, 10, 10), doors((0, 0, 0), count=1), targets, 1, 0, -1, 0)
    assert found == ([[20, 10]], [[1, 0]])


def test_owner_without_a_door_is_never_reached_and_reaches_nothing() -> None:
    origins, targets = doors((1, 0, 0), count=3), doors((1, 1, 0), count=3)
    assert nearest(street_of(10), origins, targets, 0, 0, 1) == (
        [[np.inf, np.inf], [10, np.inf], [np.inf, np.inf]],
        [[-1, -1], [1, -1], [-1, -1]],
    )
    assert within(street_of(10), origins, targets, 100) == [(1, 1, 10)]


@pytest.mark.parametrize(("length_mm", "found"), [(1_000_000, [(0, 0, 900_000_000)]), (1_000_001, [])])
def test_limit_of_fifteen_minutes_is_a_kilometre_to_the_millimetre(length_mm: int, found: list[Triple]) -> None:
    network = dataclasses.replace(network_of(street((0, 0), (1000, 0))), length_mm=ints(length_mm))
    pairs = pairs_within(
        cost_matrix(build_graph(network), pace=Pace(900.0, 1.0)),
        xy=np.column_stack([network.x, network.y]),
        origins=doors((0, 0, 0), count=1),
        targets=doors((0, 1, 0), count=1),
        limit_us=15 * 60_000_000,
        metres_per_us=1 / 900_000,
    )
    assert triples(pairs) == found


def test_limit_counts_the_connectors() -> None:
    origins, targets = doors((0, 0, 3), count=1), doors((0, 1, 4), count=1)
    assert within(street_of(10), origins, targets, 17) == [(0, 0, 17)]
    assert within(street_of(10), origins, targets, 16.9) == []


def test_node_a_rounding_farther_off_than_the_walk_is_long_is_not_lost() -> None:
    """The streets are 10.4 mm each, written down as 10 mm; straight, their end is 20.8 mm away."""
    xy = np.array([(0, 0), (0.0104, 0), (0.0208, 0)])
    pairs = pairs_within(
        street_of(10, 10),
        xy=xy,
        origins=doors((0, 0, 0), count=1),
        targets=doors((0, 2, 0), count=1),
        limit_us=20,
        metres_per_us=0.001,
    )
    assert triples(pairs) == [(0, 0, 20)]


@given(edges=EDGES, origins=DOORS, targets=DOORS, groups=st.lists(st.integers(0, 2), min_size=4, max_size=4))
def test_nearest_is_what_networkx_finds(
    edges: list[Edge], origins: list[Door], targets: list[Door], groups: list[int]
) -> None:
    cost, which = nearest(matrix_of(edges), doors(*origins), doors(*targets), *groups)
    truth = oracle(edges, origins, targets)
    for origin in range(4):
        for group in range(max(groups) + 1):
            ways = [
                (ms, target) for (start, target), ms in truth.items() if start == origin and groups[target] == group
            ]
            assert (cost[origin][group], which[origin][group]) == min(ways, default=(np.inf, -1))


@given(edges=EDGES, origins=DOORS, targets=DOORS, limit=st.integers(0, 30))
def test_pairs_are_what_networkx_finds(edges: list[Edge], origins: list[Door], targets: list[Door], limit: int) -> None:
    truth = oracle(edges, origins, targets)
    expected = [(*pair, ms) for pair, ms in sorted(truth.items()) if ms <= limit]
    assert within(matrix_of(edges), doors(*origins), doors(*targets), limit) == expected


@given(edges=EDGES, origins=DOORS, targets=DOORS)
def test_pairs_forward_and_nearest_backward_agree_to_the_digit(
    edges: list[Edge], origins: list[Door], targets: list[Door]
) -> None:
    cost, _ = nearest(matrix_of(edges), doors(*origins), doors(*targets), 0, 1, 2, 3)
    ahead = np.full((4, 4), np.inf)
    for origin, target, ms in within(matrix_of(edges), doors(*origins), doors(*targets), 10_000):
        ahead[origin, target] = ms
    assert ahead.tolist() == cost


@pytest.mark.parametrize(("tile_m", "sources"), [(1e9, 128), (1e9, 1), (150.0, 128), (40.0, 2), (150.0, 1)])
@pytest.mark.parametrize("limit", [0, 130, 250, 5000])
def test_tiles_do_not_change_the_pairs(
    monkeypatch: pytest.MonkeyPatch, tile_m: float, sources: int, limit: float
) -> None:
    random = np.random.default_rng(7)
    xy = np.array([(east * 50.0, north * 50.0) for east in range(-5, 6) for north in range(-5, 6)])
    near = [(i, j) for i, a in enumerate(xy) for j, b in enumerate(xy) if i < j and np.abs(a - b).sum() == 50]
    sides = [(i, j, 50 + int(random.integers(30))) for i, j in near if random.random() < 0.8]
    matrix = matrix_of([*sides, *((j, i, ms) for i, j, ms in sides)], len(xy))
    places = [(int(owner), int(node), int(ms)) for owner, node, ms in random.integers(0, (40, len(xy), 30), (60, 3))]
    homes, shops = doors(*places[:30], count=40), doors(*places[30:], count=40)
    whole = within(matrix, homes, shops, limit, xy)
    monkeypatch.setattr(walk_times, "TILE_M", tile_m)
    monkeypatch.setattr(walk_times, "SOURCES_AT_ONCE", sources)
    assert within(matrix, homes, shops, limit, xy) == whole
    assert bool(whole) == (limit > 0)


def test_points_on_one_edge_walk_straight_to_each_other() -> None:
    network = network_of(street((0, 0), (100, 0)))
    split, node = insert_points(network, edge=ints(0, 0), position_mm=ints(20_000, 70_000))
    matrix = cost_matrix(build_graph(split), pace=Pace(900.0, 1.0))
    home, shop = doors((0, int(node[0]), 0), count=1), doors((0, int(node[1]), 0), count=1)
    assert nearest(matrix, home, shop, 0) == ([[45_000_000]], [[0]])


def test_nobody_anywhere() -> None:
    empty = doors(count=0)
    found = nearest_targets(matrix_of([], 0), origins=empty, targets=empty, groups=ints())
    assert found.cost_us.shape == found.target.shape == (0, 0)
    assert within(matrix_of([], 0), empty, empty, 100) == []


@pytest.mark.parametrize(("origins", "targets"), [(doors((0, 0, 0)), doors()), (doors(), doors((0, 0, 0)))])
def test_estates_without_facilities_and_facilities_without_estates(origins: Doors, targets: Doors) -> None:
    assert within(street_of(10), origins, targets, 100) == []
    cost, which = nearest(street_of(10), origins, targets, 0, 0, 0, 0)
    assert cost == [[np.inf]] * 4
    assert which == [[-1]] * 4
