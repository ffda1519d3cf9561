"""Growth of clusters, and when it is given up."""

import random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geo.contiguity.growth import grow_once
from geo.contiguity.town import ClusterLimits, Piece, Town, pieces_of

SIDE = 5
GRID = [(at, at + 1) for at in range(SIDE * SIDE) if (at + 1) % SIDE] + [(at, at + SIDE) for at in range(SIDE * 4)]


def block(people: list[int], limits: ClusterLimits) -> Piece:
    """Make a square of estates, each a neighbour of those beside it."""
    edges = np.array(sorted(GRID), np.int64)
    size, none = np.array(people, np.int64) * 1000, np.zeros(len(people), np.int64)
    fronts = np.full(len(edges), 50_000)
    made = Town(size, size, none + 1, edges[:, 0], edges[:, 1], fronts, None, none - 1, none)
    (piece,) = pieces_of(made, limits=limits)
    return piece


@given(
    people=st.lists(st.integers(100, 900), min_size=SIDE * SIDE, max_size=SIDE * SIDE),
    seed=st.integers(0, 5),
    least=st.integers(1, 12),
    ceiling=st.sampled_from([None, 1_500_000, 2_500_000]),
)
def test_growth_is_given_up_only_where_too_few_clusters_would_come(
    people: list[int], seed: int, least: int, ceiling: int | None
) -> None:
    limits = ClusterLimits(1_000_000, ceiling)
    piece, everyone = block(people, limits), (1 << len(people)) - 1
    whole = grow_once(piece, everyone, limits=limits, chance=random.Random(seed))
    found = grow_once(piece, everyone, limits=limits, chance=random.Random(seed), least=least)
    assert found == whole or (found == [] and len(whole) < least)
