"""Road lines cut where they meet: by hand, and by properties that hold for any lines."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from data.roads.contacts import Levels
from data.roads.noding import Noded, node_lines

CROSS = ["0 0, 10 0", "5 -5, 5 5"]


def node(
    lines: Sequence[str], *, level: Sequence[float] = (), apart: Sequence[bool] = (), join_gap_m: float = 0
) -> Noded:
    """Cut lines given as the inside of WKT; all on the ground unless said otherwise."""
    shapes = shapely.from_wkt([f"LINESTRING ({line})" for line in lines])
    levels = Levels(np.array(level or [0.0] * len(lines)), np.array(apart or [False] * len(lines), bool))
    return node_lines(np.asarray(shapes), levels=levels, join_gap_m=join_gap_m)


def drawn(noded: Noded) -> list[tuple[int, str]]:
    """Return line and course of each piece."""
    return [(int(line), shape.wkt[12:-1]) for line, shape in zip(noded.pieces.line, noded.pieces.shapes, strict=True)]


def components(noded: Noded) -> list[set[int]]:
    """Return the lines that hang together."""
    groups = [{int(u), int(v)} for u, v in zip(noded.pieces.u, noded.pieces.v, strict=True)]
    whole: list[set[int]] = []
    for group in groups:
        touching = [other for other in whole if other & group]
        whole = [other for other in whole if not other & group] + [group.union(*touching)]
    found = [
        {int(line) for line, u in zip(noded.pieces.line, noded.pieces.u, strict=True) if u in group} for group in whole
    ]
    return sorted(found, key=min)


def test_lines_are_cut_where_they_cross() -> None:
    noded = node(CROSS)
    assert drawn(noded) == [(0, "0 0, 5 0"), (0, "5 0, 10 0"), (1, "5 -5, 5 0"), (1, "5 0, 5 5")]
    assert noded.pieces.cuts.xy.tolist() == [[0, 0], [5, -5], [5, 0], [5, 5], [10, 0]]
    assert noded.pieces.u.tolist() == [0, 2, 1, 2]
    assert noded.pieces.v.tolist() == [2, 4, 2, 3]


def test_a_line_is_cut_where_another_ends_on_it() -> None:
    assert drawn(node(["0 0, 10 0", "4 0, 4 9"])) == [(0, "0 0, 4 0"), (0, "4 0, 10 0"), (1, "4 0, 4 9")]


def test_lines_meet_at_a_vertex_within_both() -> None:
    assert len(node(["0 0, 5 5, 10 0", "0 10, 5 5, 10 10"]).pieces.u) == 4


def test_a_line_may_cross_itself_and_close() -> None:
    assert drawn(node(["0 0, 10 0, 10 5, 5 5, 5 -5"])) == [
        (0, "0 0, 5 0"), (0, "5 0, 10 0, 10 5, 5 5, 5 0"), (0, "5 0, 5 -5")
    ]  # fmt: skip
    ring = node(["0 0, 9 0, 9 9, 0 0", "9 0, 20 0"])
    assert len(ring.pieces.cuts.xy) == 3
    assert [len(group) for group in components(ring)] == [2]


def test_a_stretch_that_two_lines_share_counts_once() -> None:
    noded = node(["0 0, 10 0", "4 0, 15 0", "12 0, 6 0, 6 5"])
    assert sorted(course for _, course in drawn(noded)) == [
        "0 0, 4 0", "10 0, 12 0", "12 0, 15 0", "4 0, 6 0", "6 0, 10 0", "6 0, 6 5"
    ]  # fmt: skip
    assert noded.pieces.doubled_m.tolist() == pytest.approx([2, 4, 2, 4])


def test_lines_that_lead_to_one_place_by_two_ways_both_count() -> None:
    assert len(node(["0 0, 10 0", "0 0, 5 5, 10 0"]).pieces.u) == 2


@pytest.mark.parametrize(
    ("level", "apart", "together"),
    [
        pytest.param([0, 0], [False, False], True, id="ground"),
        pytest.param([1, 1], [False, False], True, id="same level above"),
        pytest.param([0, 1], [False, False], False, id="one above"),
        pytest.param([0, 1], [False, True], False, id="bridge"),
        pytest.param([0, 0], [False, True], False, id="bridge on the ground level"),
        pytest.param([-1, 0], [True, False], False, id="tunnel"),
        pytest.param([1, 1], [True, True], False, id="two bridges"),
    ],
)
def test_lines_cross_by_their_levels(level: list[float], apart: list[bool], together: bool) -> None:
    assert (len(components(node(CROSS, level=level, apart=apart))) == 1) is together


def test_an_end_within_a_bridge_joins_nothing() -> None:
    assert len(components(node(["0 0, 10 0", "5 0, 5 5"], level=[1, 1], apart=[True, False]))) == 2


def test_a_bridge_lands_on_what_lies_at_its_ends() -> None:
    lines = ["0 0, 10 0", "0 0, 0 9", "10 -9, 10 9", "5 -5, 5 5"]
    noded = node(lines, level=[1, 0, 0, 0], apart=[True, False, False, False])
    assert components(noded) == [{0, 1, 2}, {3}]


def test_ends_join_their_own_level_first() -> None:
    # Two streets end under the joint of a bridge of two halves.
    lines = ["-9 0, 0 0", "0 0, 9 0", "0 -9, 0 0", "0 0, 0 9"]
    noded = node(lines, level=[0, 0, 1, 1], apart=[False, False, True, True])
    assert components(noded) == [{0, 1}, {2, 3}]


@pytest.mark.parametrize(
    ("levels", "found"),
    [
        pytest.param([0, 0, 1, 1, 2], [{0, 1}, {2, 3, 4}], id="nearest level"),
        pytest.param([0, 0, 2, 2, 1], [{0, 1, 4}, {2, 3}], id="ground first"),
        pytest.param([0, 1, 2, 3, 4], [{0, 1, 2, 3, 4}], id="all alone"),
    ],
)
def test_an_end_alone_on_its_level_lands_on_one_other(levels: list[float], found: list[set[int]]) -> None:
    lines = ["0 0, 9 0", "0 0, 0 9", "0 0, -9 0", "0 0, 0 -9", "0 0, 7 7"]
    assert components(node(lines, level=levels)) == found


@pytest.mark.parametrize(("height", "together"), [(2, True), (5, False)])
def test_lines_far_above_each_other_do_not_meet(height: float, together: bool) -> None:
    shapes = shapely.from_wkt(
        ["LINESTRING Z (0 0 30, 10 0 30)", f"LINESTRING Z (5 -5 {30 + height}, 5 5 {30 + height})"]
    )
    flat = Levels(np.zeros(2), np.zeros(2, bool))
    noded = node_lines(np.asarray(shapes), levels=flat, join_gap_m=1)
    assert (len(components(noded)) == 1) is together


def test_a_height_that_one_line_lacks_parts_nothing() -> None:
    shapes = shapely.from_wkt(["LINESTRING Z (0 0 30, 10 0 30)", "LINESTRING (5 -5, 5 5)"])
    noded = node_lines(np.asarray(shapes), levels=Levels(np.zeros(2), np.zeros(2, bool)), join_gap_m=1)
    assert len(noded.pieces.u) == 4


def test_an_end_that_falls_short_is_led_on_to_the_line() -> None:
    noded = node(["0 0, 20 0", "5 0.5, 5 9"], join_gap_m=1)
    assert drawn(noded) == [(0, "0 0, 5 0"), (0, "5 0, 20 0"), (1, "5 0, 5 0.5, 5 9")]
    assert noded.closed.width_m.tolist() == [0.5]
    assert noded.open.width_m.tolist() == []


def test_two_ends_that_fall_short_of_each_other_are_one_gap() -> None:
    noded = node(["0 0, 10 0", "10.4 0, 20 0"], join_gap_m=1)
    assert drawn(noded) == [(0, "0 0, 10 0"), (1, "10 0, 10.4 0, 20 0")]
    assert noded.closed.width_m.tolist() == pytest.approx([0.4])


def test_a_ring_that_is_not_quite_closed_is_closed() -> None:
    noded = node(["0 0, 50 0, 50 50, 0 0.8"], join_gap_m=1)
    assert (noded.pieces.u == noded.pieces.v).tolist() == [True]


def test_a_gap_that_is_too_wide_is_left_and_told() -> None:
    noded = node(["0 0, 100 0", "50 4, 50 90", "20 10, 20 90"], join_gap_m=1)
    assert components(noded) == [{0}, {1}, {2}]
    assert noded.open.width_m.tolist() == [4]
    assert noded.open.xy.tolist() == [[50, 4]]


def test_a_stub_past_a_junction_is_no_gap() -> None:
    noded = node(["0 0, 100 0", "50 -0.4, 50 90", "0 2, 0 -90"], join_gap_m=1)
    assert noded.closed.width_m.tolist() == []
    assert noded.open.width_m.tolist() == []


@pytest.mark.parametrize(
    ("level", "apart", "joined"),
    [
        pytest.param([0, 0], [False, False], 1, id="ground"),
        pytest.param([1, 0], [False, False], 0, id="another level"),
        pytest.param([1, 1], [True, False], 0, id="towards a bridge"),
        pytest.param([0, 1], [False, True], 1, id="from a bridge"),
    ],
)
def test_gaps_are_closed_by_level(level: list[float], apart: list[bool], joined: int) -> None:
    noded = node(["0 0, 20 0", "5 0.5, 5 30"], level=level, apart=apart, join_gap_m=1)
    assert len(noded.closed.width_m) == joined


def test_no_gap_is_closed_where_none_may_be() -> None:
    noded = node(["0 0, 20 0", "5 0.5, 5 9"])
    assert components(noded) == [{0}, {1}]
    assert len(noded.open.width_m) == 0


def test_no_lines_make_an_empty_network() -> None:
    noded = node([], join_gap_m=1)
    assert len(noded.pieces.cuts.xy) == len(noded.pieces.u) == len(noded.pieces.shapes) == 0


SPOT = st.tuples(st.integers(0, 12), st.integers(0, 12))
LINE = st.lists(SPOT, min_size=2, max_size=4).filter(lambda spots: all(map(tuple.__ne__, spots, spots[1:])))


def as_text(spots: Sequence[tuple[int, int]]) -> str:
    return ", ".join(f"{x} {y}" for x, y in spots)


@given(st.lists(LINE, min_size=1, max_size=7))
def test_all_ground_that_was_drawn_is_there_once(lines: list[list[tuple[int, int]]]) -> None:
    # Fold-backs within one line have no node at the turn, so that only straight parts are taken.
    parts = [as_text(pair) for line in lines for pair in pairwise(line)]
    noded = node(parts)
    whole = shapely.union_all(shapely.from_wkt([f"LINESTRING ({part})" for part in parts]))
    assert shapely.length(noded.pieces.shapes).sum() == pytest.approx(whole.length, abs=0.05)
    assert len(components(noded)) == len(shapely.get_parts(shapely.union_all(shapely.buffer(whole, 1e-4))))


@given(st.lists(st.tuples(LINE, st.integers(-1, 1)), min_size=1, max_size=6, unique_by=str), st.randoms())
def test_the_order_of_lines_decides_nothing(lines: list[tuple[list[tuple[int, int]], int]], random: object) -> None:
    turned = sorted(lines, key=lambda _: random.random())  # type: ignore[attr-defined]
    one, two = (
        node([as_text(spots) for spots, _ in rows], level=[level for _, level in rows], join_gap_m=0.3)
        for rows in (lines, turned)
    )
    assert spots_of(one) == spots_of(two)
    assert shapely.length(one.pieces.shapes).sum() == pytest.approx(shapely.length(two.pieces.shapes).sum(), abs=0.01)
    assert len(components(one)) == len(components(two))


def spots_of(noded: Noded) -> list[list[float]]:
    return sorted((noded.pieces.cuts.xy.round(6) + 0.0).tolist())


@given(st.lists(LINE, min_size=1, max_size=6))
def test_pieces_run_from_node_to_node(lines: list[list[tuple[int, int]]]) -> None:
    noded = node([as_text(line) for line in lines], join_gap_m=0.5)
    for nodes, end in ((noded.pieces.u, 0), (noded.pieces.v, -1)):
        assert (
            shapely.get_coordinates(shapely.get_point(noded.pieces.shapes, end)).tolist()
            == noded.pieces.cuts.xy[nodes].tolist()
        )
