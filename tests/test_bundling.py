from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.contiguity.bundling import Units, bundle_units


def units(
    *sizes: int,
    xy: list[tuple[float, float]] | None = None,
    neighbours: list[tuple[int, int]] | None = None,
    walks: dict[tuple[int, int], float] | None = None,
) -> Units:
    """Make units in a row, 100 m apart, each the neighbour of the next, unless told otherwise."""
    n = len(sizes)
    borders, walk = np.zeros((n, n), bool), np.full((n, n), np.inf)
    for i, j in [(i, i + 1) for i in range(n - 1)] if neighbours is None else neighbours:
        borders[i, j] = borders[j, i] = True
    for (i, j), cost in (walks or {}).items():
        walk[i, j] = walk[j, i] = cost
    middles = xy or [(100.0 * i, 0.0) for i in range(n)]
    return Units(np.array(sizes, np.int64), np.array(middles, float).reshape(n, 2), borders, walk)


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        pytest.param((60,), [0], id="one that has enough"),
        pytest.param((20,), [0], id="one that has too little"),
        pytest.param((50, 50), [0, 1], id="each has just enough"),
        pytest.param((49, 1), [0, 0], id="just enough together"),
        pytest.param((10, 10, 10), [0, 0, 0], id="too little together"),
        # The smallest, 0, joins 1; both have enough, and so do 2 and 3 together.
        pytest.param((20, 30, 30, 20), [0, 0, 1, 1], id="two pairs"),
        # 4 has nobody left but the bundle beside it.
        pytest.param((30, 30, 30, 30, 5), [0, 0, 1, 1, 1], id="none is left over"),
        # 1 joins 2, that is too small itself, rather than 0, that has enough.
        pytest.param((60, 20, 40), [0, 1, 1], id="a small neighbour first"),
    ],
)
def test_units_in_a_row(sizes: tuple[int, ...], expected: list[int]) -> None:
    assert bundle_units(units(*sizes), least=50).tolist() == expected


def test_a_neighbour_comes_before_one_that_is_nearer() -> None:
    town = units(30, 30, 60, xy=[(0, 0), (500, 0), (10, 0)], neighbours=[(0, 1)])
    assert bundle_units(town, least=50).tolist() == [0, 0, 1]


def test_without_neighbours_the_walk_counts_before_the_straight_line() -> None:
    # Unit 2 lies nearer, but across a river; 1 is reached on foot.
    town = units(30, 60, 60, xy=[(0, 0), (400, 0), (100, 0)], neighbours=[], walks={(0, 1): 6.0})
    assert bundle_units(town, least=50).tolist() == [0, 0, 1]
    nearest = units(30, 60, 60, xy=[(0, 0), (400, 0), (100, 0)], neighbours=[])
    assert bundle_units(nearest, least=50).tolist() == [0, 1, 0]


def test_a_unit_moves_to_the_bundle_whose_middle_is_nearer() -> None:
    # 0 joins 1, and 2 joins 3; then 1 stands nearer to 3 than to 0, but leaving would make 0 too small alone.
    line = [(0.0, 0.0), (900.0, 0.0), (1000.0, 0.0), (1100.0, 0.0)]
    kept = units(10, 45, 60, 60, xy=line)
    assert bundle_units(kept, least=50).tolist() == [0, 0, 1, 2]
    # With 0 large enough it never joins at all; a third unit beside it lets 1 go.
    free = units(40, 10, 45, 60, xy=[(0.0, 0.0), (50.0, 0.0), (800.0, 0.0), (900.0, 0.0)])
    assert bundle_units(free, least=50).tolist() == [0, 0, 1, 1]


SIZES = st.lists(st.integers(0, 90), min_size=1, max_size=12)
CORNERS = st.tuples(st.integers(0, 20), st.integers(0, 20))


@st.composite
def towns(draw: Any) -> Units:  # noqa: ANN401
    sizes = draw(SIZES)
    n = len(sizes)
    pairs = [(i, j) for i in range(n) for j in range(i)]
    borders = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    walks = {pair: draw(st.integers(1, 15)) for pair in borders}
    xy = [(50.0 * x, 50.0 * y) for x, y in (draw(CORNERS) for _ in sizes)]
    return units(*sizes, xy=xy, neighbours=borders, walks=walks)


@given(towns(), st.integers(1, 120))
def test_every_bundle_has_enough_or_is_the_only_one(town: Units, least: int) -> None:
    home = bundle_units(town, least=least)
    sizes = np.bincount(home, town.size)
    assert len(home) == len(town.size)
    assert (sizes >= least).all() or len(sizes) == 1
    # Numbers follow the order of the first units, without a hole.
    assert home[np.sort(np.unique(home, return_index=True)[1])].tolist() == list(range(len(sizes)))


@given(towns(), st.integers(1, 120))
def test_a_bundle_that_had_enough_alone_holds_nobody_who_did_too(town: Units, least: int) -> None:
    home = bundle_units(town, least=least)
    large = town.size >= least
    assert np.bincount(home, large).max() <= 1


@given(towns(), st.integers(1, 120))
def test_what_is_given_is_not_changed(town: Units, least: int) -> None:
    before = [town.size.copy(), town.xy.copy(), town.neighbours.copy(), town.walk.copy()]
    bundle_units(town, least=least)
    for old, now in zip(before, (town.size, town.xy, town.neighbours, town.walk), strict=True):
        np.testing.assert_array_equal(old, now)
