import dataclasses
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse.csgraph import dijkstra
from shapely import box

from geo.streets.graph import Pace, build_graph, cost_matrix
from geo.streets.network import Network, build_network, component_table, insert_points, node_rows
from tests.towns import network_of, street, walkways

NONE = np.zeros(0, np.int64)


def ints(*values: int) -> npt.NDArray[np.int64]:
    return np.array(values, np.int64)


def cost(network: Network, start: int, stop: int, *, pace: float = 1.0) -> float:
    """Return the cheapest walk between two nodes, in millimetres unless told a pace."""
    matrix = cost_matrix(build_graph(network), pace=Pace(pace, 2.0))
    return float(dijkstra(matrix, indices=start)[stop])


def parted(*ends: int) -> Network:
    """Build a street of 100 m and 100 m whose ends 0 to 3 may be parted from the node in its middle."""
    return build_network(walkways(street((0, 0), (100, 0), (200, 0))), parted=ints(*ends))


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


def test_edge_without_length_still_joins_its_ends() -> None:
    network = dataclasses.replace(network_of(street((0, 0), (10, 0), (20, 0))), length_mm=ints(0, 10_000))
    assert cost(network, 0, 2) == 10_001
    split, node = insert_points(network, edge=ints(0), position_mm=ints(0))
    assert node.tolist() == [0]
    assert split.length_mm.tolist() == [0, 10_000]


@pytest.mark.parametrize(("ends", "walk_m"), [((), 200), ((1,), np.inf), ((2,), np.inf), ((1, 2), np.inf), ((0,), 200)])
def test_parted_end_joins_nothing_there(ends: tuple[int, ...], walk_m: float) -> None:
    network = parted(*ends)
    assert cost(network, int(network.u[0]), int(network.v[1])) / 1000 == walk_m


def test_parted_node_keeps_its_place_on_each_side() -> None:
    network = parted(1)
    sides = [network.v[0], network.u[1]]
    assert sides[0] != sides[1]
    assert network.place[sides].tolist() == [1, 1]
    assert network.x[sides].tolist() == [100, 100]


def test_parted_way_falls_into_two_components() -> None:
    assert parted().component.tolist() == [0, 0]
    assert parted(1).component.tolist() == [0, 1]


@pytest.mark.parametrize(("osm_id", "row"), [(7, 1), (8, -1), (-1, -1)])
def test_nodes_are_found_by_their_identifier(osm_id: int, row: int) -> None:
    nodes = walkways(street((0, 0), (10, 0), (20, 0)), ids={(10, 0): 7}).nodes
    assert node_rows(ints(osm_id), nodes=nodes).tolist() == [row]


def test_private_way_serves_the_estate_that_its_middle_lies_in() -> None:
    ways = walkways(street((0, 0), (10, 0), (20, 0), private=True), street((0, 0), (0, 5)))
    grounds = np.array([box(50, 0, 60, 5), box(8, -5, 30, 5)], object)
    assert build_network(ways, grounds=grounds).ground.tolist() == [-1, 1, -1]


def test_components_are_ranked_by_length_and_scraps_are_not_used() -> None:
    network = network_of(
        street((0, 0), (499, 0)),
        street((0, 10), (500, 10)),
        street((0, 20), (6_000, 20), (10_000, 20)),
        street((0, 30), (5_000, 30)),
        street((5_000, 30), (5_000, 1030), private=True),
        street((6_000, 30), (6_000, 31), private=True),
    )
    assert network.component.tolist() == [3, 2, 0, 0, 1, 4, 5]
    # 500 m is exactly 5 % of the longest; a private way counts when it leads out to a public one.
    assert network.used.tolist() == [False, True, True, True, True, True, False]


@pytest.mark.parametrize(("yard_m", "used"), [(99, False), (100, True)])
def test_a_loose_piece_of_less_than_a_hundred_metres_is_a_scrap_in_any_town(yard_m: float, *, used: bool) -> None:
    assert network_of(street((0, 0), (800, 0)), street((0, 10), (yard_m, 10))).used.tolist() == [True, used]


def test_the_longest_piece_is_used_however_short() -> None:
    assert network_of(street((0, 0), (30, 0)), street((0, 10), (20, 10))).used.tolist() == [True, False]


def test_components_are_listed_with_their_size_and_place() -> None:
    ways = walkways(
        street((500_000, 4_000_000), (500_060, 4_000_000), name="长街"),
        street((500_060, 4_000_000), (500_100, 4_000_000)),
        street((500_000, 4_000_030), (500_050, 4_000_030)),
        street((500_000, 4_000_010), (500_004, 4_000_010)),
    )
    table = component_table(build_network(ways), edges=ways.edges)
    assert table["component"].tolist() == [0, 1, 2]
    assert table["edges"].tolist() == [2, 1, 1]
    assert table["length_m"].tolist() == [100, 50, 4]
    assert table["used"].tolist() == [True, False, False]
    assert table["street"].tolist() == ["长街", None, None]
    # The false easting of the zone is its middle meridian.
    assert table["lon"].tolist() == pytest.approx([117.0005, 117.0003, 117.0], abs=2e-4)
    assert table["lat"].tolist() == pytest.approx([36.13] * 3, abs=0.01)


def test_component_of_ten_kilometres_is_used_beside_a_large_one() -> None:
    far = street((0, 0), (900_000, 0)), street((0, 10), (10_000, 10)), street((0, 20), (9_999, 20))
    assert network_of(*far).used.tolist() == [True, True, False]


def test_public_streets_joined_by_a_private_way_alone_are_two_components() -> None:
    network = network_of(street((0, 0), (10, 0)), street((10, 0), (20, 0), private=True), street((20, 0), (30, 0)))
    assert network.component.tolist() == [0, 2, 1]


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
    matrix = cost_matrix(build_graph(network), pace=Pace(1.0, 1.0))
    found: list[list[float]] = dijkstra(matrix, indices=list(nodes))[:, list(nodes)].tolist()
    return found


def test_network_that_was_passed_in_stays_as_it_was() -> None:
    ways = walkways(street((0, 0), (10, 0), (20, 0)), ids={(10, 0): 7})
    network = build_network(ways, parted=ints(1))
    assert ways.edges["v"].tolist() == [1, 2]
    assert ways.edges["u"].tolist() == [0, 1]
    before = network.u.tolist()
    insert_points(network, edge=ints(0), position_mm=ints(5_000))
    assert network.u.tolist() == before


def test_no_way_at_all() -> None:
    network = network_of()
    assert len(network.u) == 0
    assert len(component_table(network, edges=walkways().edges)) == 0
    split, node = insert_points(network, edge=NONE, position_mm=NONE)
    assert len(node) == len(split.u) == 0
    assert cost_matrix(build_graph(network), pace=Pace(900.0, 1.0)).shape == (0, 0)
