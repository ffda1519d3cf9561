import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.judgement.measures import largest, shared_ratio
from geo.walking.walk_times import Pairs

NAN = float("nan")
Floats = npt.NDArray[np.float64]


def pairs(*links: tuple[int, int]) -> Pairs:
    """Return pairs of an estate and a facility."""
    origin, target = np.array(sorted(links), np.int64).reshape(-1, 2).T
    return Pairs(origin, target, np.zeros(len(origin), np.int64))


# Estate 0 reaches facility 0, estate 1 both, estate 2 none.
LINKS = pairs((0, 0), (1, 0), (1, 1))


def ratio(links: Pairs, supply: list[float], demand: list[float], per: float = 100) -> tuple[list[float], list[bool]]:
    found = shared_ratio(links, supply=np.array(supply), demand=np.array(demand), per=per)
    return found.value.tolist(), found.complete.tolist()


def test_a_facility_is_shared_by_all_within_its_limit() -> None:
    # 800 m² for 100 + 300 households: 200 by hundred; 600 m² for 300 alone: 200 more.
    assert ratio(LINKS, [800, 600], [100, 300, 50]) == ([200, 400, 0], [True, True, True])


def test_unknown_sizes_leave_a_lower_limit_or_nothing_known() -> None:
    value, complete = ratio(LINKS, [NAN, 600], [100, 300, 50])
    np.testing.assert_array_equal(value, [NAN, 200, 0])
    assert complete == [False, False, True]


def test_a_recorded_size_of_zero_is_known() -> None:
    assert ratio(LINKS, [0, 0], [100, 300, 50]) == ([0, 0, 0], [True, True, True])


def test_a_facility_that_nobody_lives_near_has_no_ratio() -> None:
    value, complete = ratio(pairs((0, 0)), [500], [0])
    np.testing.assert_array_equal(value, [NAN])
    assert complete == [False]


@pytest.mark.parametrize(
    ("supply", "value", "complete"),
    [
        ([300, 500], [300, 500, 0], [True, True, True]),
        ([500, 300], [500, 500, 0], [True, True, True]),
        ([300, NAN], [300, 300, 0], [True, False, True]),
        ([NAN, NAN], [NAN, NAN, 0], [False, False, True]),
    ],
)
def test_the_largest_single_facility_in_reach(supply: list[float], value: list[float], complete: list[bool]) -> None:
    found = largest(LINKS, supply=np.array(supply), count=3)
    np.testing.assert_array_equal(found.value, value)
    assert found.complete.tolist() == complete


def test_nothing_in_reach_of_anybody_is_zero_and_known() -> None:
    none = pairs()
    assert ratio(none, [800], [100, 300]) == ([0, 0], [True, True])
    assert largest(none, supply=np.array([800.0]), count=2).value.tolist() == [0, 0]


@st.composite
def towns(draw: st.DrawFn) -> tuple[Pairs, Floats, Floats]:
    estates, facilities = draw(st.integers(1, 8)), draw(st.integers(1, 8))
    spots = st.tuples(st.integers(0, estates - 1), st.integers(0, facilities - 1))
    links = draw(st.sets(spots))
    amounts = st.integers(1, 5000).map(float)
    supply = draw(st.lists(amounts, min_size=facilities, max_size=facilities))
    demand = draw(st.lists(amounts, min_size=estates, max_size=estates))
    return pairs(*links), np.array(supply), np.array(demand)


@given(towns(), st.sampled_from([1.0, 100.0, 1000.0]))
def test_supply_is_neither_lost_nor_doubled(town: tuple[Pairs, Floats, Floats], per: float) -> None:
    links, supply, demand = town
    found = shared_ratio(links, supply=supply, demand=demand, per=per)
    reached = supply[np.unique(links.target)].sum()
    assert (found.value * demand).sum() / per == pytest.approx(reached)
    assert found.complete.all()


@given(towns(), st.data())
def test_forgetting_a_size_never_raises_a_figure(town: tuple[Pairs, Floats, Floats], data: st.DataObject) -> None:
    links, supply, demand = town
    forgotten = supply.copy()
    forgotten[data.draw(st.integers(0, len(supply) - 1))] = NAN
    for full, part in (
        (shared_ratio(links, supply=size, demand=demand, per=100) for size in (supply, forgotten)),
        (largest(links, supply=size, count=len(demand)) for size in (supply, forgotten)),
    ):
        known = np.isfinite(part.value)
        assert (part.value[known] <= full.value[known] + 1e-9).all()
        np.testing.assert_allclose(part.value[part.complete], full.value[part.complete])
