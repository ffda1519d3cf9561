import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geo.streets.graph import sparse_minimum
from geo.walking.repair import NewArcs, repair

Arc = tuple[int, int, int]
INF = np.inf


def graph(arcs: list[Arc], count: int) -> csr_array:
    tail, head, cost = np.array(arcs, np.int64).reshape(-1, 3).T
    return sparse_minimum(tail, head, cost.astype(float), shape=(count, count))


def sweep(arcs: list[Arc], count: int, targets: list[list[int]]) -> npt.NDArray[np.float64]:
    """Return the cost from each node to the nearest target of each group."""
    back = graph(arcs, count).T.tocsr()
    return np.array([dijkstra(back, indices=group, min_only=True) for group in targets]).reshape(len(targets), count)


def mend(arcs: list[Arc], added: list[Arc], count: int, targets: list[list[int]]) -> npt.NDArray[np.float64]:
    cost = sweep(arcs, count, targets)
    before = cost.copy()
    tail, head, price = np.array(added, np.int64).reshape(-1, 3).T
    found = repair(graph(arcs, count).T.tocsr(), cost=cost, arcs=NewArcs(tail, head, price.astype(float)))
    assert np.array_equal(cost, before)
    cost[found.group, found.node] = found.cost
    assert (found.cost < before[found.group, found.node]).all()
    return cost


STREET = [(0, 1, 10), (1, 2, 10), (2, 3, 10), (3, 4, 10)]
BOTH_WAYS = [*STREET, *((head, tail, cost) for tail, head, cost in STREET)]


@pytest.mark.parametrize(
    ("added", "cost"),
    [
        ([], [40, 30, 20, 10, 0]),
        ([(0, 4, 5)], [5, 15, 20, 10, 0]),
        ([(0, 4, 40)], [40, 30, 20, 10, 0]),
        ([(0, 2, 0)], [20, 30, 20, 10, 0]),
        ([(0, 3, 1), (3, 4, 1)], [2, 12, 11, 1, 0]),
        ([(4, 0, 1)], [40, 30, 20, 10, 0]),
    ],
    ids=[
        "none",
        "a short cut",
        "no shorter",
        "a joint without length",
        "two that follow each other",
        "from the target",
    ],
)
def test_what_becomes_nearer_is_found(added: list[Arc], cost: list[float]) -> None:
    assert mend(BOTH_WAYS, added, 5, [[4]]).tolist() == [cost]


def test_a_gate_joins_what_was_apart() -> None:
    assert mend([(0, 1, 10)], [(1, 2, 0)], 3, [[2], [0]]).tolist() == [[10, 0, 0], [0, INF, INF]]


ARCS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 30)), max_size=40)
TARGETS = st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=3), min_size=1, max_size=3)


@given(
    arcs=ARCS,
    added=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 30)), max_size=6),
    targets=TARGETS,
)
def test_repair_is_the_full_run(arcs: list[Arc], added: list[Arc], targets: list[list[int]]) -> None:
    mended = mend(arcs, added, 10, targets)
    assert np.array_equal(mended, sweep([*arcs, *added], 10, targets))
