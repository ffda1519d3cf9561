import dataclasses
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse.csgraph import dijkstra

from geo.network import Network, build_network, component_table, cost_matrix, insert_points, sparse_minimum
from tests.towns import Spot, network_of, street, walkways

NONE = np.zeros(0, np.int64)


def ints(*values: int) -> npt.NDArray[np.int64]:
    return np.array(values, np.int64)


def cost(network: Network, start: int, stop: int, *, pace: float = 1.0, private: bool = False) -> float:
    """Return the cheapest walk between two nodes, in millimetres unless told a pace."""
    matrix = cost_matrix(network, us_per_mm=pace, steps_pace=2.0, private=private)
    return float(dijkstra(matrix, indices=start)[stop])


def cut(*closed: int, ids: dict[Spot, int]) -> Network:
    """Build a street of 100 m and 100 m, with a node in its middle."""
    return build_network(walkways(street((0, 0), (100, 0), (200, 0)), ids=ids), closed_osm_ids=ints(*closed))


def test_edges_keep_the_order_and_the_flags_of_the_ways() -> None:
    network = network_of(
        street((0, 0), (10, 0), (10, 5)),
        street((10, 5), (20, 5), private=True),
        street((20, 5), (20, 9), steps=True, one_way=1),
        street((20, 9), (20, 10), one_way=-1),
    )
    assert network.length_mm.tolist() == [10_000, 5_000, 10_000, 4_000, 1_000]
    assert network.edge.tolist() == [0, 1, 2, 3, 4]
    assert network.private.tolist() == [False, False, True, False, False]
    assert network.steps.tolist() == [False, False, False, True, False]
    assert network.forward.tolist() == [True, True, True, True, False]
    assert network.backward.tolist() == [True, True, True, False, True]


def test_parallel_edges_count_as_the_shortest_one() -> None:
    network = dataclasses.replace(
        network_of(street((0, 0), (10, 0)), street((0, 0), (10, 0)), street((10, 0), (0, 0))),
        length_mm=ints(12_000, 10_000, 11_000),
    )
    matrix = cost_matrix(network, us_per_mm=1.0, steps_pace=1.0)
    assert matrix.toarray().tolist() == [[0, 10_000], [10_000, 0]]
    assert matrix.nnz == 2


def test_one_way_edges_lead_one_way() -> None:
    network = network_of(street((0, 0), (10, 0), one_way=1), street((10, 0), (20, 0), one_way=-1))
    assert cost(network, 0, 1) == 10_000
    assert cost(network, 1, 0) == np.inf
    assert cost(network, 2, 1) == 10_000
    assert cost(network, 1, 2) == np.inf


def test_edge_without_length_still_joins_its_ends() -> None:
    network = dataclasses.replace(network_of(street((0, 0), (10, 0), (20, 0))), length_mm=ints(0, 10_000))
    assert cost(network, 0, 2) == 10_001
    split, node = insert_points(network, edge=ints(0), position_mm=ints(0))
    assert node.tolist() == [0]
    assert split.length_mm.tolist() == [0, 10_000]


def test_pace_makes_fifteen_minutes_of_a_kilometre_and_slows_steps() -> None:
    network = network_of(street((0, 0), (1000, 0)), street((1000, 0), (1100, 0), steps=True))
    assert cost(network, 0, 1, pace=900) == 15 * 60_000_000
    assert cost(network, 1, 2, pace=900) == 2 * 90_000_000


def test_private_and_public_ways_stand_in_different_matrices() -> None:
    network = network_of(street((0, 0), (10, 0)), street((10, 0), (20, 0), private=True), street((20, 0), (30, 0)))
    assert cost(network, 0, 2) == np.inf
    assert cost(network, 1, 2) == np.inf
    assert cost(network, 1, 2, private=True) == 10_000
    assert cost(network, 0, 1, private=True) == np.inf


@pytest.mark.parametrize(
    ("closed", "walk_m"), [((), 200.0), ((8,), 200.0), ((-1,), 200.0), ((7,), np.inf), ((-1, 7), np.inf)]
)
def test_closed_node_cuts_the_way(closed: tuple[int, ...], walk_m: float) -> None:
    network = cut(*closed, ids={(100, 0): 7})
    ends = int(network.u[0]), int(network.v[1])
    assert cost(network, *ends) / 1000 == walk_m


def test_gate_without_identifier_cuts_no_node_without_identifier() -> None:
    assert cut(-1, ids={}).v[0] == cut(-1, ids={}).u[1]


def test_cut_node_keeps_its_place_and_identifier_on_each_side() -> None:
    network = cut(7, ids={(100, 0): 7})
    sides = [network.v[0], network.u[1]]
    assert sides[0] != sides[1]
    assert network.osm_id[sides].tolist() == [7, 7]
    assert network.x[sides].tolist() == [100, 100]


def test_cut_way_falls_into_two_components() -> None:
    assert cut(ids={(100, 0): 7}).component.tolist() == [0, 0]
    assert cut(7, ids={(100, 0): 7}).component.tolist() == [0, 1]


def test_components_are_ranked_by_length_and_scraps_are_not_used() -> None:
    network = network_of(
        street((0, 0), (4, 0)),
        street((0, 10), (5, 10)),
        street((0, 20), (60, 20), (100, 20)),
        street((0, 30), (50, 30)),
        street((50, 30), (50, 1030), private=True),
        street((60, 30), (60, 31), private=True),
    )
    assert network.component.tolist() == [3, 2, 0, 0, 1, 4, 5]
    # 5 m is exactly 5 % of the longest; a private way serves its estate however short it is.
    assert network.used.tolist() == [False, True, True, True, True, True, True]
    table = component_table(network)
    assert table["component"].tolist() == [0, 1, 2, 3]
    assert table["edges"].tolist() == [2, 1, 1, 1]
    assert table["length_m"].tolist() == [100, 50, 5, 4]
    assert table["used"].tolist() == [True, True, True, False]


def test_component_of_ten_kilometres_is_used_beside_a_large_one() -> None:
    far = street((0, 0), (900_000, 0)), street((0, 10), (10_000, 10)), street((0, 20), (9_999, 20))
    assert network_of(*far).used.tolist() == [True, True, False]


def test_public_streets_joined_by_a_private_way_alone_are_two_components() -> None:
    network = network_of(street((0, 0), (10, 0)), street((10, 0), (20, 0), private=True), street((20, 0), (30, 0)))
    assert len(component_table(network)) == 2


def test_points_at_the_ends_are_the_nodes_there() -> None:
    network = network_of(street((0, 0), (10, 0), (20, 0)))
    split, node = insert_points(network, edge=ints(0, 0, 1, 1), position_mm=ints(0, 10_000, 0, 10_000))
    assert node.tolist() == [0, 1, 1, 2]
    assert split.u.tolist() == network.u.tolist()
    assert split.v.tolist() == network.v.tolist()
    assert split.length_mm.tolist() == network.length_mm.tolist()


def test_two_points_on_one_edge_walk_straight_to_each_other() -> None:
    network = network_of(street((0, 0), (100, 0)))
    split, node = insert_points(network, edge=ints(0, 0, 0), position_mm=ints(70_000, 20_000, 70_000))
    assert node[0] == node[2]
    assert cost(split, int(node[0]), int(node[1])) == 50_000
    assert split.x[node].tolist() == [70, 20, 70]
    assert split.length_mm.tolist() == [20_000, 50_000, 30_000]


def test_pieces_of_an_edge_keep_its_direction_and_its_row() -> None:
    network = network_of(street((0, 0), (5, 0)), street((5, 0), (105, 0), one_way=1, steps=True))
    split, node = insert_points(network, edge=ints(1), position_mm=ints(40_000))
    assert split.edge.tolist() == [0, 1, 1]
    assert split.steps.tolist() == [False, True, True]
    assert cost(split, 1, int(node[0])) == 2 * 40_000
    assert cost(split, int(node[0]), 1) == np.inf


@given(
    lengths=st.lists(st.integers(1, 30), min_size=1, max_size=5),
    wanted=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 30)), max_size=12),
)
def test_pieces_add_up_and_no_distance_changes(lengths: list[int], wanted: list[tuple[int, int]]) -> None:
    network = dataclasses.replace(
        network_of(street(*((float(i), 0.0) for i in range(len(lengths) + 1)))), length_mm=ints(*lengths)
    )
    places = [(edge, min(position, lengths[edge])) for edge, position in wanted if edge < len(lengths)]
    split, node = insert_points(
        network, edge=ints(*(edge for edge, _ in places)), position_mm=ints(*(position for _, position in places))
    )
    assert np.bincount(split.edge, weights=split.length_mm).tolist() == lengths
    assert (split.length_mm > 0).all()
    along = [sum(lengths[:edge]) + position for edge, position in places]
    for at, stop in zip(node.tolist(), along, strict=True):
        assert cost(split, 0, at) == stop
    assert _costs_between(split, range(len(lengths) + 1)) == _costs_between(network, range(len(lengths) + 1))


def _costs_between(network: Network, nodes: Sequence[int]) -> list[list[float]]:
    matrix = cost_matrix(network, us_per_mm=1.0, steps_pace=1.0)
    found: list[list[float]] = dijkstra(matrix, indices=list(nodes))[:, list(nodes)].tolist()
    return found


def test_network_that_was_passed_in_stays_as_it_was() -> None:
    ways = walkways(street((0, 0), (10, 0), (20, 0)), ids={(10, 0): 7})
    network = build_network(ways, closed_osm_ids=ints(7))
    assert ways.edges["v"].tolist() == [1, 2]
    assert ways.edges["u"].tolist() == [0, 1]
    before = network.u.tolist()
    insert_points(network, edge=ints(0), position_mm=ints(5_000))
    assert network.u.tolist() == before


def test_no_way_at_all() -> None:
    network = network_of()
    assert len(network.u) == 0
    assert len(component_table(network)) == 0
    split, node = insert_points(network, edge=NONE, position_mm=NONE)
    assert len(node) == len(split.u) == 0
    assert cost_matrix(network, us_per_mm=900, steps_pace=1.0).shape == (0, 0)


def test_sparse_minimum_keeps_the_least_and_keeps_zeros() -> None:
    matrix = sparse_minimum(ints(1, 0, 1, 1), ints(2, 1, 2, 0), np.array([7.0, 0.0, 5.0, 3.0]), shape=(2, 3))
    assert matrix.nnz == 3
    assert matrix.indices.tolist() == [1, 0, 2]
    assert matrix.data.tolist() == [0, 3, 5]


def test_sparse_minimum_of_nothing_is_an_empty_matrix() -> None:
    matrix = sparse_minimum(NONE, NONE, np.zeros(0), shape=(2, 3))
    assert matrix.shape == (2, 3)
    assert matrix.nnz == 0
