import itertools
import os
import random
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.contiguity.clusters import Clustering, ClusterLimits, Town, grow_clusters

ROOT = Path(__file__).parent.parent
Edge = tuple[int, int]


def town(
    people: Sequence[float],
    edges: Iterable[Edge],
    *,
    apart: Iterable[Edge] = (),
    facing: Mapping[Edge, float] | None = None,
) -> Town:
    """Make a town where everybody reaches everybody but the pairs that are apart."""
    graph = nx.Graph()
    graph.add_nodes_from(range(len(people)))
    for edge in edges:
        graph.add_edge(*edge, facing_m=(facing or {}).get(edge, 50.0))
    far = {frozenset(pair) for pair in apart}
    rows = range(len(people))
    return Town(people, graph, [frozenset(j for j in rows if j == i or frozenset((i, j)) not in far) for i in rows])


def grow(made: Town, *, floor: float = 1000, ceiling: float = 2000, rounds: int = 8, seed: int = 0) -> Clustering:
    return grow_clusters(made, limits=ClusterLimits(floor, ceiling, rounds, seed))


def path(count: int) -> list[Edge]:
    return list(itertools.pairwise(range(count)))


def test_row_of_estates_falls_into_two_clusters() -> None:
    found = grow(town([600] * 4, path(4)))
    assert found.members == ((0, 1), (2, 3))
    assert found.reasons == {}
    assert found.bound == 2


def test_rest_joins_the_cluster_it_touches() -> None:
    found = grow(town([600, 600, 500], path(3)))
    assert found.members == ((0, 1, 2),)


@pytest.mark.parametrize(
    ("people", "members"),
    [([500, 500], ((0, 1),)), ([500, 499], ()), ([1000, 1000], ((0, 1),)), ([1000, 1001], ())],
    ids=["at the floor", "below the floor", "at the ceiling", "above the ceiling"],
)
def test_band_includes_its_ends(people: list[float], members: tuple[Edge, ...]) -> None:
    assert grow(town(people, path(2))).members == members


@pytest.mark.parametrize(
    ("made", "reasons"),
    [
        (town([600, 600, 300], [(0, 1)]), {2: "no_neighbour"}),
        (town([600, 600, 2500], path(3)), {2: "above_ceiling"}),
        (town([1500, 600], []), {0: "no_neighbour", 1: "no_neighbour"}),
        (town([1500, 900], path(2)), {0: "alone_above_floor", 1: "would_exceed_ceiling"}),
        (town([900, 900], path(2)), {}),
        (town([300, 2500], path(2)), {0: "would_exceed_ceiling", 1: "above_ceiling"}),
        (town([1000, 900, 50, 300], path(4)), {3: "would_exceed_ceiling"}),
        (town([1000, 900, 200, 300], path(4)), {2: "would_exceed_ceiling", 3: "below_floor"}),
        (town([300, 300], path(2)), {0: "below_floor", 1: "below_floor"}),
        (town([1000, 900, 400], path(3)), {2: "would_exceed_ceiling"}),
        (town([600, 600, 300], path(3), apart=[(0, 2)]), {2: "would_exceed_walk"}),
        (town([600, 600], path(2), apart=[(0, 1)]), {0: "would_exceed_walk", 1: "would_exceed_walk"}),
        (town([0, 0], path(2)), {0: "below_floor", 1: "below_floor"}),
    ],
    ids=[
        "no neighbour", "too large", "nobody near", "large alone", "fits", "beside one too large", "last in the row",
        "behind one that does not fit", "too few", "would be too many", "too far",
        "two too far", "nobody lives there",
    ],
)  # fmt: skip
def test_estate_in_no_cluster_has_its_reason(made: Town, reasons: dict[int, str]) -> None:
    assert grow(made).reasons == reasons


def test_longest_front_is_taken_first() -> None:
    # Four around one: only with the neighbour it faces longest does the middle keep the rest within the ceiling.
    made = town([500, 500, 900], [(0, 1), (0, 2)], facing={(0, 1): 500.0, (0, 2): 1.0})
    assert grow(made, ceiling=1400).members in (((0, 1),), ((0, 2),))
    assert grow(made, ceiling=1200).members == ((0, 1),)


def test_every_two_estates_of_a_cluster_reach_each_other_not_only_the_one_it_grew_from() -> None:
    assert grow(town([400] * 3, path(3))).members == ((0, 1, 2),)
    assert grow(town([400] * 3, path(3), apart=[(0, 2)])).members == ()


def test_nobody_makes_no_cluster() -> None:
    found = grow(town([], []))
    assert (found.members, found.reasons, found.bound) == ((), {}, 0)


def test_estates_that_do_not_take_part_are_left_out() -> None:
    made = town([600] * 4, path(4))
    made.neighbours.remove_node(1)
    found = grow(made)
    assert found.members == ((2, 3),)
    assert found.reasons == {0: "no_neighbour"}
    assert found.bound == 1


SIZES = st.lists(st.integers(0, 1500), min_size=1, max_size=9)
PAIRS = st.sets(st.tuples(st.integers(0, 8), st.integers(0, 8)).filter(lambda pair: pair[0] < pair[1]), max_size=16)


@given(people=SIZES, edges=PAIRS, apart=PAIRS, seed=st.integers(0, 3))
def test_clusters_keep_to_every_limit(people: list[int], edges: set[Edge], apart: set[Edge], seed: int) -> None:
    made = town(people, sorted(edge for edge in edges if edge[1] < len(people)), apart=apart)
    found = grow(made, rounds=3, seed=seed)
    members = [i for cluster in found.members for i in cluster]
    assert sorted([*members, *found.reasons]) == list(range(len(people)))
    assert len(found.members) <= found.bound
    for cluster in found.members:
        assert len(cluster) >= 2
        assert 1000 <= sum(people[i] for i in cluster) <= 2000
        assert nx.is_connected(made.neighbours.subgraph(cluster))
        assert all(set(cluster) <= made.reach[i] for i in cluster)


@given(people=SIZES, edges=PAIRS)
def test_bound_is_people_over_floor_by_component(people: list[int], edges: set[Edge]) -> None:
    made = town(people, sorted(edge for edge in edges if edge[1] < len(people)))
    parts = nx.connected_components(made.neighbours)
    assert grow(made, rounds=1).bound == sum(sum(people[i] for i in part) // 1000 for part in parts)


@given(people=SIZES, edges=PAIRS, seed=st.integers(0, 3))
def test_more_rounds_never_hold_fewer_people(people: list[int], edges: set[Edge], seed: int) -> None:
    made = town(people, sorted(edge for edge in edges if edge[1] < len(people)))
    held = [
        sum(people[i] for cluster in grow(made, rounds=rounds, seed=seed).members for i in cluster)
        for rounds in (1, 2, 6)
    ]
    assert held == sorted(held)


SCRIPT = """
from tests.test_clusters import grow, town
import random
chance = random.Random(1)
edges = sorted({tuple(sorted(chance.sample(range(40), 2))) for _ in range(90)})
print(grow(town([chance.randrange(200, 900) for _ in range(40)], edges)))
"""


def test_hash_seed_of_the_process_changes_nothing() -> None:
    told = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            encoding="utf-8",
        ).stdout
        for seed in ("1", "77")
    }
    assert len(told) == 1
    assert "members=((" in told.pop()


@given(people=SIZES, edges=PAIRS, apart=PAIRS, chance=st.randoms())
def test_order_in_which_the_graph_was_made_changes_nothing(
    people: list[int], edges: set[Edge], apart: set[Edge], chance: random.Random
) -> None:
    drawn = sorted(edge for edge in edges if edge[1] < len(people))
    made = town(people, drawn, apart=apart, facing={edge: 0.1 * (edge[0] + 3 * edge[1]) for edge in drawn})
    other = nx.Graph()
    other.add_nodes_from(chance.sample(range(len(people)), len(people)))
    for a, b in chance.sample(drawn, len(drawn)):
        other.add_edge(b, a, facing_m=made.neighbours.edges[a, b]["facing_m"])
    assert grow(Town(people, other, made.reach), rounds=2) == grow(made, rounds=2)


@given(people=SIZES, edges=PAIRS, apart=PAIRS)
def test_reasons_hold(people: list[int], edges: set[Edge], apart: set[Edge]) -> None:
    made = town(people, sorted(edge for edge in edges if edge[1] < len(people)), apart=apart)
    found = grow(made, rounds=2)
    clustered = {i for cluster in found.members for i in cluster}
    alone = made.neighbours.subgraph(found.reasons)
    for i, reason in found.reasons.items():
        touched = set(made.neighbours.adj[i]) & clustered
        assert (reason == "above_ceiling") == (people[i] > 2000)
        assert (reason == "no_neighbour") == (not made.neighbours.adj[i] and people[i] <= 2000)
        if reason == "alone_above_floor":
            assert people[i] >= 1000
            assert not touched
        if reason == "below_floor":
            assert not touched
            assert sum(people[j] for j in nx.node_connected_component(alone, i)) < 1000
        if reason == "would_exceed_walk":
            connected = nx.node_connected_component(made.neighbours, i)
            assert any(not connected <= made.reach[j] for j in connected)
        if reason == "would_exceed_ceiling":
            assert sum(people[j] for j in nx.node_connected_component(made.neighbours, i)) > 2000


@pytest.mark.parametrize("seed", range(5))
def test_seed_decides_only_between_equals(seed: int) -> None:
    # One best split: 0-1 and 2-3. Around a ring of four equals there are two, and any of them will do.
    assert grow(town([700, 700, 900, 900], path(4)), seed=seed).members == ((0, 1), (2, 3))
    ring = grow(town([700] * 4, [*path(4), (0, 3)]), seed=seed)
    assert ring.members in (((0, 1), (2, 3)), ((0, 3), (1, 2)))
    assert grow(town([700] * 4, [*path(4), (0, 3)]), seed=seed) == ring


def test_rings_are_split_in_more_than_one_way() -> None:
    rings = {grow(town([700] * 4, [*path(4), (0, 3)]), seed=seed, rounds=1).members for seed in range(20)}
    assert len(rings) > 1
