import itertools
import os
import random
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.contiguity.clusters import Clustering, find_clusters
from geo.contiguity.town import ClusterLimits, Town

ROOT = Path(__file__).parent.parent
Edge = tuple[int, int]


def town(
    people: Sequence[float],
    edges: Iterable[Edge],
    *,
    apart: Iterable[Edge] = (),
    facing: Mapping[Edge, float] | None = None,
    region: Sequence[int] | None = None,
) -> Town:
    """Make a town where everybody reaches everybody but the pairs that are apart."""
    drawn = np.array(sorted(set(edges)), np.int64).reshape(-1, 2)
    n, far = len(people), {tuple(sorted(pair)) for pair in apart}
    near = np.array([pair for pair in itertools.combinations(range(n), 2) if pair not in far], np.int64).reshape(-1, 2)
    size = np.rint(np.array(people, float) * 1000).astype(np.int64)
    fronts = [round((facing or {}).get((int(a), int(b)), 50.0) * 1000) for a, b in drawn]
    return Town(
        size=size,
        worth=size,
        estates=np.ones(n, np.int64),
        one=drawn[:, 0],
        other=drawn[:, 1],
        facing_mm=np.array(fronts, np.int64),
        reach=(near[:, 0], near[:, 1]),
        region=np.array(region if region is not None else [-1] * n, np.int64),
        resources=np.zeros(n, np.int64),
    )


def neighbours(made: Town) -> nx.Graph:
    graph = nx.Graph()
    graph.add_nodes_from(range(len(made.size)))
    graph.add_edges_from(zip(made.one.tolist(), made.other.tolist(), strict=True))
    return graph


def within(made: Town) -> list[set[int]]:
    assert made.reach is not None
    reach = [{i} for i in range(len(made.size))]
    for i, j in zip(*(side.tolist() for side in made.reach), strict=True):
        reach[i].add(j)
        reach[j].add(i)
    return reach


def grow(
    made: Town, *, floor: int = 1000, ceiling: int | None = 2000, rounds: int = 8, improvements: int = 4, seed: int = 0
) -> Clustering:
    top = None if ceiling is None else ceiling * 1000
    return find_clusters(made, limits=ClusterLimits(floor * 1000, top, rounds, improvements, seed))


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
        (town([300, 2500], path(2)), {0: "no_neighbour", 1: "above_ceiling"}),
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
        assert nx.is_connected(neighbours(made).subgraph(cluster))
        assert all(set(cluster) <= within(made)[i] for i in cluster)


@given(people=SIZES, edges=PAIRS)
def test_bound_is_people_over_floor_by_component(people: list[int], edges: set[Edge]) -> None:
    made = town(people, sorted(edge for edge in edges if edge[1] < len(people)))
    fitting = neighbours(made).subgraph(i for i, count in enumerate(people) if count <= 1200)
    parts = nx.connected_components(fitting)
    found = grow(made, rounds=1, ceiling=1200)
    assert found.bound == sum(sum(people[i] for i in part) // 1000 for part in parts)
    assert found.bound == sum(part.bound for part in found.parts)


@given(people=SIZES, edges=PAIRS, seed=st.integers(0, 3))
def test_more_rounds_never_hold_fewer_people(people: list[int], edges: set[Edge], seed: int) -> None:
    made = town(people, sorted(edge for edge in edges if edge[1] < len(people)))
    held = [
        sum(people[i] for cluster in grow(made, rounds=rounds, improvements=0, seed=seed).members for i in cluster)
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
def test_order_of_the_pairs_changes_nothing(
    people: list[int], edges: set[Edge], apart: set[Edge], chance: random.Random
) -> None:
    drawn = sorted(edge for edge in edges if edge[1] < len(people))
    made = town(people, drawn, apart=apart, facing={edge: 0.1 * (edge[0] + 3 * edge[1]) for edge in drawn})
    assert made.reach is not None
    order = chance.sample(range(len(drawn)), len(drawn))
    turned = chance.sample(range(len(made.reach[0])), len(made.reach[0]))
    other = Town(
        made.size, made.worth, made.estates, made.one[order], made.other[order], made.facing_mm[order],
        (made.reach[1][turned], made.reach[0][turned]), made.region, made.resources,
    )  # fmt: skip
    assert grow(other, rounds=2) == grow(made, rounds=2)


@given(people=SIZES, edges=PAIRS, apart=PAIRS)
def test_reasons_hold(people: list[int], edges: set[Edge], apart: set[Edge]) -> None:
    made = town(people, sorted(edge for edge in edges if edge[1] < len(people)), apart=apart)
    found = grow(made, rounds=2)
    clustered = {i for cluster in found.members for i in cluster}
    graph = neighbours(made)
    alone = graph.subgraph(found.reasons)
    for i, reason in found.reasons.items():
        touched = set(graph.adj[i]) & clustered
        assert (reason == "above_ceiling") == (people[i] > 2000)
        assert (reason == "no_neighbour") == (people[i] <= 2000 and all(people[j] > 2000 for j in graph.adj[i]))
        if reason == "alone_above_floor":
            assert people[i] >= 1000
            assert not touched
        if reason == "below_floor":
            assert not touched
            assert sum(people[j] for j in nx.node_connected_component(alone, i)) < 1000
        if reason == "would_exceed_walk":
            connected = nx.node_connected_component(graph, i)
            assert any(not connected <= within(made)[j] for j in connected)
        if reason == "would_exceed_ceiling":
            assert sum(people[j] for j in nx.node_connected_component(graph, i)) > 2000


@pytest.mark.parametrize("seed", range(5))
def test_seed_decides_only_between_equals(seed: int) -> None:
    # One best split: 0-1 and 2-3. Around a ring of four equals there are two, and any of them will do.
    assert grow(town([700, 700, 900, 900], path(4)), seed=seed).members == ((0, 1), (2, 3))
    ring = grow(town([700] * 4, [*path(4), (0, 3)]), seed=seed)
    assert ring.members in (((0, 1), (2, 3)), ((0, 3), (1, 2)))
    assert grow(town([700] * 4, [*path(4), (0, 3)]), seed=seed) == ring


def test_every_unit_in_a_cluster_and_as_many_as_the_bound_needs_no_proof() -> None:
    found = grow(town([600] * 4, path(4)))
    assert [(part.proof, part.bound, part.clusters) for part in found.parts] == [("whole", 2, 2)]


def test_small_piece_is_proved_by_choosing_among_all_clusters() -> None:
    # A star of which only one pair can be a cluster: three times the floor, and one cluster at the most.
    found = grow(town([100, 990, 990, 990], [(0, 1), (0, 2), (0, 3)], apart=[(1, 2), (1, 3), (2, 3)]))
    assert [(part.proof, part.bound, part.clusters) for part in found.parts] == [("exact", 3, 1)]
    assert [part.proof for part in grow(town([300, 300], path(2))).parts] == ["none"]


def best_by_listing(made: Town) -> tuple[int, int]:
    """Return the most people in clusters, and the most clusters of these, by trying everything."""
    graph, reach = neighbours(made), within(made)
    rows = range(len(made.size))
    able = [
        (sum(1 << i for i in chosen), int(made.size[list(chosen)].sum()))
        for count in range(2, len(rows) + 1)
        for chosen in itertools.combinations(rows, count)
        if 1_000_000 <= made.size[list(chosen)].sum() <= 2_000_000
        and nx.is_connected(graph.subgraph(chosen))
        and all(set(chosen) <= reach[i] for i in chosen)
    ]
    best = {0: (0, 0)}
    for mask, size in able:
        for used, (people, count) in list(best.items()):
            if not used & mask:
                best[used | mask] = max(best.get(used | mask, (0, 0)), (people + size, count + 1))
    return max(best.values())


@given(people=st.lists(st.integers(100, 1500), min_size=1, max_size=7), edges=PAIRS, apart=PAIRS)
def test_proved_clusters_are_the_best_there_are(people: list[int], edges: set[Edge], apart: set[Edge]) -> None:
    made = town(people, sorted(edge for edge in edges if edge[1] < len(people)), apart=apart)
    found = grow(made, rounds=1, improvements=0)
    assert all(part.proof in ("none", "whole", "exact") for part in found.parts)
    held = sum(int(made.size[list(cluster)].sum()) for cluster in found.members)
    assert (held, len(found.members)) == best_by_listing(made)


def test_administrative_lines_are_avoided_among_equals() -> None:
    ring = [*path(4), (0, 3)]
    assert grow(town([700] * 4, ring, region=[0, 0, 1, 1]), improvements=24).members == ((0, 1), (2, 3))
    assert grow(town([700] * 4, ring, region=[0, 1, 1, 0]), improvements=24).members == ((0, 3), (1, 2))


def lattice(side: int, *, seed: int) -> Town:
    """Make a chequer of estates, a few streets too wide to cross."""
    chance = random.Random(seed)
    at = [[row * side + column for column in range(side)] for row in range(side)]
    edges = [(at[r][c], at[r][c + 1]) for r in range(side) for c in range(side - 1)]
    edges += [(at[r][c], at[r + 1][c]) for r in range(side - 1) for c in range(side)]
    people = [chance.randrange(150, 700) for _ in range(side * side)]
    kept = [edge for edge in edges if chance.random() > 0.2]
    made = town(people, kept, facing={edge: chance.randrange(20, 120) for edge in kept})
    place = np.array([(unit // side, unit % side) for unit in range(side * side)])
    near = np.array([(i, j) for i, j in itertools.combinations(range(side * side), 2)
                     if abs(place[i] - place[j]).sum() <= 6], np.int64)  # fmt: skip
    return Town(**{**vars(made), "reach": (near[:, 0], near[:, 1])})


def test_improving_finds_more_clusters_or_better_ones_in_a_chequer() -> None:
    made = lattice(12, seed=3)
    rough, better = (grow(made, rounds=1, improvements=count) for count in (0, 12))
    held = [sum(int(made.size[list(cluster)].sum()) for cluster in found.members) for found in (rough, better)]
    assert held[1] >= held[0]
    assert len(better.members) > len(rough.members)
    assert len(better.members) >= 0.8 * better.bound


def test_a_large_piece_is_searched_district_by_district_with_all_limits_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo.contiguity.clusters._UNITS_PER_DISTRICT", 40)
    made = lattice(12, seed=5)
    found = grow(made, improvements=6)
    graph, reach = neighbours(made), within(made)
    for cluster in found.members:
        assert 1_000_000 <= made.size[list(cluster)].sum() <= 2_000_000
        assert nx.is_connected(graph.subgraph(cluster))
        assert all(set(cluster) <= reach[i] for i in cluster)
    assert len(found.members) >= 0.8 * found.bound
    assert found == grow(made, improvements=6)


def test_without_a_ceiling_and_without_a_limit_of_walking_everybody_finds_a_place() -> None:
    made = lattice(8, seed=1)
    found = grow(Town(**{**vars(made), "reach": None}), ceiling=None)
    of_part = {unit: part for part in found.parts for unit in part.units}
    assert all(of_part[unit].proof == "none" for unit in found.reasons)
