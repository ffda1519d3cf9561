import itertools
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.contiguity.intervals import Intervals, merge, subtract

Row = tuple[int, float, float]
Cells = set[tuple[int, int]]


def intervals(*rows: Row) -> Intervals:
    keys, lows, highs = zip(*rows, strict=True) if rows else ((), (), ())
    return Intervals(np.array(keys, np.int64), np.array(lows, float), np.array(highs, float))


def rows(found: Intervals) -> list[Row]:
    return list(zip(found.key.tolist(), found.low.tolist(), found.high.tolist(), strict=True))


@pytest.mark.parametrize(
    ("given_rows", "expected"),
    [
        ([], []),
        ([(0, 1, 2)], [(0, 1, 2)]),
        ([(0, 1, 2), (0, 2, 3)], [(0, 1, 3)]),
        ([(0, 1, 9), (0, 2, 3), (0, 8, 10)], [(0, 1, 10)]),
        ([(0, 4, 5), (0, 1, 2)], [(0, 1, 2), (0, 4, 5)]),
        ([(1, 1, 3), (0, 2, 4)], [(0, 2, 4), (1, 1, 3)]),
        ([(0, -9, -7), (0, -8, -1)], [(0, -9, -1)]),
        ([(7, 0, 1), (2, 0, 1), (7, 1, 2)], [(2, 0, 1), (7, 0, 2)]),
    ],
    ids=["none", "one", "touching", "nested", "apart", "on two lines", "negative", "lines far apart"],
)
def test_intervals_that_touch_are_joined_line_by_line(given_rows: list[Row], expected: list[Row]) -> None:
    assert rows(merge(intervals(*given_rows))) == expected


@pytest.mark.parametrize(
    ("blocked", "expected"),
    [
        ([], [(0, 0, 10), (1, 0, 10)]),
        ([(0, 2, 3)], [(0, 0, 2), (0, 3, 10), (1, 0, 10)]),
        ([(0, -5, 3), (1, 8, 99)], [(0, 3, 10), (1, 0, 8)]),
        ([(0, 0, 10)], [(1, 0, 10)]),
        ([(1, -1, 11), (0, -1, 11)], []),
        ([(0, 2, 5), (0, 4, 6), (0, 9, 10)], [(0, 0, 2), (0, 6, 9), (1, 0, 10)]),
        ([(0, 11, 12), (0, -3, -1)], [(0, 0, 10), (1, 0, 10)]),
    ],
    ids=["nothing", "middle", "ends", "one whole", "both whole", "overlapping", "beyond"],
)
def test_what_is_blocked_is_taken_out(blocked: list[Row], expected: list[Row]) -> None:
    assert rows(subtract(intervals((0, 0, 10), (1, 0, 10)), blocked=intervals(*blocked))) == expected


ROWS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(-5, 14), st.integers(1, 9)).map(lambda r: (r[0], r[1], r[1] + r[2])),
    max_size=12,
)


def cells(found: list[Row]) -> Cells:
    """Return the unit cells that intervals between whole numbers cover."""
    return {(key, cell) for key, low, high in found for cell in range(int(low), int(high))}


@given(ROWS)
def test_merged_intervals_cover_the_same_and_stay_apart(given_rows: list[Row]) -> None:
    found = rows(merge(intervals(*given_rows)))
    assert cells(found) == cells(given_rows)
    assert all(a[0] < b[0] or a[2] < b[1] for a, b in itertools.pairwise(found))


@given(ROWS)
def test_what_is_left_is_what_was_not_blocked(blocked: list[Row]) -> None:
    whole: list[Row] = [(key, 0, 10) for key in (2, 0, 3, 1)]
    found = rows(subtract(intervals(*whole), blocked=intervals(*blocked)))
    assert cells(found) == cells(whole) - cells(blocked)
    assert found == sorted(found)


@given(ROWS, st.randoms())
def test_merging_does_not_depend_on_the_order(given_rows: list[Row], chance: random.Random) -> None:
    shuffled = chance.sample(given_rows, len(given_rows))
    merged = rows(merge(intervals(*given_rows)))
    assert rows(merge(intervals(*shuffled))) == merged
    assert rows(merge(intervals(*merged))) == merged


@given(ROWS, ROWS)
def test_intervals_and_what_blocks_them_may_lie_on_different_lines(given_rows: list[Row], blocked: list[Row]) -> None:
    one_a_line = list({row[0]: row for row in given_rows}.values())
    left = rows(subtract(intervals(*one_a_line), blocked=intervals(*blocked)))
    assert cells(left) == cells(one_a_line) - cells(blocked)


def test_intervals_that_touch_are_joined_on_lines_of_high_number() -> None:
    keys, ends = (123_456, 789_123), ((0.1, 0.3), (0.3, 0.7), (0.8, 50.9))
    found = rows(merge(intervals(*((key, low, high) for key in keys for low, high in ends))))
    assert found == [(key, *joined) for key in keys for joined in ((0.1, 0.7), (0.8, 50.9))]
