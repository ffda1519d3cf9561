import dataclasses

import numpy as np
import pytest
from scipy.sparse.csgraph import dijkstra
from shapely import box

from geo.streets.graph import Graph, Pace, arc_costs, build_graph, cost_matrix, sparse_minimum
from geo.streets.network import build_network
from tests.test_network import NONE, cost, ints
from tests.towns import Shapes, Street, network_of, street, walkways

LEVEL = Pace(1.0, 2.0)


def test_parallel_edges_count_as_the_shortest_one() -> None:
    network = dataclasses.replace(
        network_of(street((0, 0), (10, 0)), street((0, 0), (10, 0)), street((10, 0), (0, 0))),
        length_mm=ints(12_000, 10_000, 11_000),
    )
    matrix = cost_matrix(build_graph(network), pace=Pace(1.0, 1.0))
    assert matrix.toarray().tolist() == [[0, 10_000], [10_000, 0]]
    assert matrix.nnz == 2


def test_one_way_edges_lead_one_way() -> None:
    network = network_of(street((0, 0), (10, 0), one_way=1), street((10, 0), (20, 0), one_way=-1))
    assert cost(network, 0, 1) == 10_000
    assert cost(network, 1, 0) == np.inf
    assert cost(network, 2, 1) == 10_000
    assert cost(network, 1, 2) == np.inf


def test_pace_makes_fifteen_minutes_of_a_kilometre_and_slows_steps() -> None:
    network = network_of(street((0, 0), (1000, 0)), street((1000, 0), (1100, 0), steps=True))
    assert cost(network, 0, 1, pace=900) == 15 * 60_000_000
    assert cost(network, 1, 2, pace=900) == 2 * 90_000_000


def test_sparse_minimum_keeps_the_least_and_keeps_zeros() -> None:
    matrix = sparse_minimum(ints(1, 0, 1, 1), ints(2, 1, 2, 0), np.array([7.0, 0.0, 5.0, 3.0]), shape=(2, 3))
    assert matrix.nnz == 3
    assert matrix.indices.tolist() == [1, 0, 2]
    assert matrix.data.tolist() == [0, 3, 5]


def test_sparse_minimum_of_nothing_is_an_empty_matrix() -> None:
    matrix = sparse_minimum(NONE, NONE, np.zeros(0), shape=(2, 3))
    assert matrix.shape == (2, 3)
    assert matrix.nnz == 0


def test_way_that_is_not_walked_is_no_arc() -> None:
    network = network_of(street((0, 0), (10, 0)), street((10, 0), (20, 0), steps=True))
    assert dijkstra(cost_matrix(build_graph(network), pace=Pace(1.0, np.inf)), indices=0)[2] == np.inf
    steep = dataclasses.replace(network, grade_max=np.array([0.083, 0.084]))
    assert np.isinf(arc_costs(build_graph(steep), pace=Pace(1.0, 1.0, max_grade=0.0833))).tolist() == [
        False,
        True,
        False,
        True,
    ]


def test_slope_costs_by_direction() -> None:
    level = network_of(street((0, 0), (10, 0)))
    hill = build_graph(dataclasses.replace(level, slope_ahead=np.array([1.5]), slope_back=np.array([1.25])))
    assert cost_matrix(hill, pace=Pace(900.0, 1.0)).toarray().tolist() == [[0, 13_500_000], [11_250_000, 0]]
    assert cost_matrix(hill, pace=Pace(900.0, 1.0, slope=False)).toarray().tolist() == [[0, 9e6], [9e6, 0]]


def graph_of(*streets: Street, grounds: Shapes | None = None) -> Graph:
    shapes = np.array(list((grounds or {}).values()), object)
    return build_graph(build_network(walkways(*streets), grounds=shapes))


def walk_m(graph: Graph, start: tuple[int, int], stop: tuple[int, int]) -> float:
    """Walk from (node, edge) to (node, edge) of the network."""
    network = graph.network
    ends = [
        place(ints(node), private=network.private[[edge]], ground=network.ground[[edge]])
        for place, (node, edge) in ((graph.leaving, start), (graph.arriving, stop))
    ]
    return float(dijkstra(cost_matrix(graph, pace=LEVEL), indices=ends[0])[0, ends[1][0]]) / 1000


PUBLIC_PRIVATE_PUBLIC = (street((0, 0), (10, 0)), street((10, 0), (20, 0), private=True), street((20, 0), (30, 0)))


@pytest.mark.parametrize(
    ("start", "stop", "metres"),
    [
        ((0, 0), (3, 2), np.inf),
        ((0, 0), (1, 0), 10),
        ((1, 1), (0, 0), 10),
        ((2, 1), (0, 0), 20),
        ((0, 0), (2, 1), 20),
        ((1, 1), (2, 1), 10),
    ],
    ids=["through", "on the street", "out", "out at the far end", "in", "within"],
)
def test_private_way_is_walked_out_of_and_into_but_not_through(
    start: tuple[int, int], stop: tuple[int, int], metres: float
) -> None:
    assert walk_m(graph_of(*PUBLIC_PRIVATE_PUBLIC), start, stop) == metres


def test_one_way_and_steps_count_on_private_ways() -> None:
    graph = graph_of(street((0, 0), (10, 0)), street((10, 0), (20, 0), private=True, steps=True, one_way=1))
    assert walk_m(graph, (0, 0), (2, 1)) == 10 + 2 * 10
    assert walk_m(graph, (2, 1), (0, 0)) == np.inf


@pytest.mark.parametrize(("grounds", "metres"), [({}, 40), ({"A": box(0, -5, 20, 5), "B": box(20, -5, 40, 5)}, np.inf)])
def test_residents_do_not_leave_through_the_neighbours_private_way(grounds: Shapes, metres: float) -> None:
    ways = street((0, 0), (20, 0), (40, 0), private=True), street((40, 0), (50, 0))
    assert walk_m(graph_of(*ways, grounds=grounds), (0, 0), (2, 1)) == metres


def test_private_way_beyond_the_estate_leads_out_of_it_but_not_through_another() -> None:
    ways = street((0, 0), (20, 0), (40, 0), (60, 0), private=True), street((60, 0), (70, 0)), street((40, 0), (40, 9))
    graph = graph_of(*ways, grounds={"A": box(0, -5, 20, 5), "B": box(40, -5, 60, 5)})
    assert walk_m(graph, (0, 0), (5, 4)) == 49
    assert walk_m(graph, (0, 0), (4, 3)) == np.inf
    assert walk_m(graph, (5, 4), (1, 0)) == 29
