from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.walking.opportunities import (
    catchments,
    count_within,
    floating_catchment,
    nearest_ranked,
    opportunity_table,
    served,
)
from geo.walking.walk_times import Pairs

Walk = tuple[int, int, int]

ORIGINS, TARGETS, GROUPS = 4, 5, 3
ZONES = (5, 10, 15)
NAN = float("nan")
WALKS = st.dictionaries(
    st.tuples(st.integers(0, ORIGINS - 1), st.integers(0, TARGETS - 1)), st.integers(0, 18), max_size=20
).map(lambda found: [(*pair, cost) for pair, cost in sorted(found.items())])
GROUP = st.lists(st.integers(-1, GROUPS - 1), min_size=TARGETS, max_size=TARGETS)
SUPPLY = st.lists(st.one_of(st.just(NAN), st.integers(0, 500).map(float)), min_size=TARGETS, max_size=TARGETS)
DEMAND = st.lists(st.integers(0, 500).map(float), min_size=ORIGINS, max_size=ORIGINS)


def pairs_of(walks: Sequence[Walk]) -> Pairs:
    table = np.array(sorted(walks), np.int64).reshape(-1, 3)
    return Pairs(table[:, 0], table[:, 1], table[:, 2])


def ints(*values: int) -> npt.NDArray[np.int64]:
    return np.array(values, np.int64)


def floats(*values: float) -> npt.NDArray[np.float64]:
    return np.array(values, float)


def ranked(walks: Sequence[Walk], group: Sequence[int], ranks: int = 3) -> list[list[int]]:
    frame = nearest_ranked(pairs_of(walks), group=ints(*group), groups=GROUPS, ranks=ranks)
    assert list(frame.columns) == ["origin", "group", "rank", "target", "cost_us"]
    return [list(row) for row in frame.to_numpy().tolist()]


@pytest.mark.parametrize(
    ("cost", "expected"), [(5, [1, 1, 1]), (6, [0, 1, 1]), (10, [0, 1, 1]), (15, [0, 0, 1]), (16, [0, 0, 0])]
)
def test_a_walk_of_exactly_the_limit_counts(cost: int, expected: list[int]) -> None:
    found = count_within(pairs_of([(1, 0, cost)]), group=ints(0), groups=1, origins=2, limits_us=ZONES)
    assert found.tolist() == [[[0, 0, 0]], [expected]]


@given(walks=WALKS, group=GROUP)
def test_counts_are_what_a_loop_counts(walks: list[Walk], group: list[int]) -> None:
    found = count_within(pairs_of(walks), group=ints(*group), groups=GROUPS, origins=ORIGINS, limits_us=ZONES)
    assert found.shape == (ORIGINS, GROUPS, 3)
    for origin, column, place in np.ndindex(*found.shape):
        counted = [w for w in walks if w[0] == origin and group[w[1]] == column and w[2] <= ZONES[place]]
        assert found[origin, column, place] == len(counted)


def test_people_and_households_are_summed_within_the_limit_of_each_facility() -> None:
    walks = [(0, 0, 10), (1, 0, 11), (0, 1, 10), (1, 1, 11)]
    figures = np.array([[300.0, 50.0], [100.0, 20.0]])
    found = served(pairs_of(walks), weights=figures, targets=3, limit_us=ints(10, 11, 99))
    assert found.total.tolist() == [[300, 350, 0], [100, 120, 0]]
    assert found.unknown.tolist() == [[0, 0, 0], [0, 0, 0]]


def test_an_estate_that_nobody_counted_is_unknown_and_not_empty() -> None:
    walks = [(0, 0, 1), (1, 0, 1), (1, 1, 1)]
    found = served(pairs_of(walks), weights=np.array([[300.0, NAN]]), targets=3, limit_us=ints(9, 9, 9))
    np.testing.assert_array_equal(found.total, [[300, NAN, 0]])
    assert found.unknown.tolist() == [[1, 1, 0]]


def test_a_facility_without_a_limit_serves_nobody() -> None:
    found = served(pairs_of([(0, 0, 0)]), weights=np.array([[7.0]]), targets=1, limit_us=floats(NAN))
    assert (found.total.tolist(), found.unknown.tolist()) == ([[0]], [[0]])


def test_catchment_by_hand() -> None:
    """Two estates share 60 places: 60 / (100 * 1 + 200 * 0.68) each, the farther one at 0.68 of that."""
    found = floating_catchment(
        pairs_of([(0, 0, 5), (1, 0, 6)]), supply=floats(60), demand=floats(100, 200), zones_us=ZONES
    )
    assert found.ratio.tolist() == pytest.approx([60 / 236])
    assert found.access.tolist() == pytest.approx([60 / 236, 0.68 * 60 / 236])


@pytest.mark.parametrize(("cost", "weight"), [(0, 1.0), (5, 1.0), (6, 0.68), (10, 0.68), (11, 0.22), (15, 0.22)])
def test_zones_include_their_outer_limit(cost: int, weight: float) -> None:
    walks = pairs_of([(0, 0, 0), (1, 0, cost)])
    found = floating_catchment(walks, supply=floats(1), demand=floats(1, 0), zones_us=ZONES)
    assert found.access.tolist() == pytest.approx([1, weight])


def test_beyond_the_last_zone_nothing_is_reached() -> None:
    found = floating_catchment(pairs_of([(0, 0, 16)]), supply=floats(9), demand=floats(9), zones_us=ZONES)
    assert found.access.tolist() == [0]
    assert np.isnan(found.ratio).all()


def test_no_capacity_recorded_is_not_no_capacity() -> None:
    walks = [(0, 0, 1), (1, 0, 1), (1, 1, 1), (2, 2, 1)]
    found = floating_catchment(
        pairs_of(walks), supply=floats(NAN, 50, 0), demand=floats(10, 10, 10, 10), zones_us=ZONES
    )
    np.testing.assert_array_equal(found.access, [NAN, 5, 0, 0])
    np.testing.assert_array_equal(found.ratio, [NAN, 5, 0])


def test_places_that_nobody_lives_near_are_nobodys() -> None:
    found = floating_catchment(pairs_of([(0, 0, 1)]), supply=floats(50), demand=floats(0), zones_us=ZONES)
    assert np.isnan(found.access).all()
    assert np.isnan(found.ratio).all()


def test_an_uncounted_estate_makes_what_it_shares_unknown() -> None:
    walks = [(0, 0, 1), (1, 0, 1), (1, 1, 1)]
    found = floating_catchment(pairs_of(walks), supply=floats(50, 50), demand=floats(NAN, 10), zones_us=ZONES)
    np.testing.assert_array_equal(found.access, [NAN, 5])


def test_the_walk_leads_from_the_estate_to_the_facility() -> None:
    """Rows of estates and facilities that are mixed up would put the demand of estate 1 where none is in reach."""
    found = floating_catchment(pairs_of([(0, 1, 1)]), supply=floats(7, 50), demand=floats(10, 1000), zones_us=ZONES)
    np.testing.assert_array_equal(found.ratio, [NAN, 5])
    assert found.access.tolist() == [5, 0]


@given(walks=WALKS, supply=SUPPLY, demand=DEMAND)
def test_what_is_given_out_is_what_there_is(walks: list[Walk], supply: list[float], demand: list[float]) -> None:
    found = floating_catchment(pairs_of(walks), supply=floats(*supply), demand=floats(*demand), zones_us=ZONES)
    asked = {target for origin, target, cost in walks if cost <= ZONES[-1] and demand[origin] > 0}
    given_out = np.nansum(found.access * floats(*demand))
    assert given_out == pytest.approx(sum(supply[target] for target in asked if not np.isnan(supply[target])))


@given(walks=WALKS, supply=SUPPLY, demand=DEMAND)
def test_catchments_are_what_a_loop_finds(walks: list[Walk], supply: list[float], demand: list[float]) -> None:
    found = floating_catchment(pairs_of(walks), supply=floats(*supply), demand=floats(*demand), zones_us=ZONES)
    weight = {
        (o, t): next(w for z, w in zip(ZONES, (1, 0.68, 0.22), strict=True) if c <= z) for o, t, c in walks if c <= 15
    }
    crowd = {t: sum(w * demand[o] for (o, to), w in weight.items() if to == t) for t in range(TARGETS)}
    for origin in range(ORIGINS):
        reached = [t for o, t in weight if o == origin]
        known = [t for t in reached if crowd[t] > 0 and not np.isnan(supply[t])]
        expected = sum(weight[origin, t] * supply[t] / crowd[t] for t in known) if known or not reached else NAN
        assert found.access[origin] == pytest.approx(expected, nan_ok=True)


@given(walks=WALKS, group=GROUP, supply=SUPPLY, demand=DEMAND)
def test_services_are_shared_out_apart(
    walks: list[Walk], group: list[int], supply: list[float], demand: list[float]
) -> None:
    room, people = floats(*supply), floats(*demand)
    together = catchments(
        pairs_of(walks), group=ints(*group), groups=GROUPS, supply=room, demand=people, zones_us=ZONES
    )
    for column in range(GROUPS):
        mine = pairs_of([walk for walk in walks if group[walk[1]] == column])
        alone = floating_catchment(mine, supply=room, demand=people, zones_us=ZONES).access
        np.testing.assert_array_equal(together[:, column], alone)


def test_of_equally_near_facilities_the_first_ranks_first() -> None:
    assert ranked([(0, 2, 7), (0, 0, 9), (0, 1, 7), (0, 3, 7)], [0, 0, 0, 0]) == [
        [0, 0, 1, 1, 7],
        [0, 0, 2, 2, 7],
        [0, 0, 3, 3, 7],
    ]


@given(walks=WALKS, group=GROUP, ranks=st.integers(1, 3))
def test_ranks_are_what_sorting_finds(walks: list[Walk], group: list[int], ranks: int) -> None:
    expected = []
    for origin in range(ORIGINS):
        for column in range(GROUPS):
            near = sorted((cost, target) for o, target, cost in walks if o == origin and group[target] == column)
            expected += [[origin, column, r, t, c] for r, (c, t) in enumerate(near[:ranks], start=1)]
    assert ranked(walks, group, ranks) == expected


def test_table_has_a_row_for_each_estate_and_service() -> None:
    within = np.arange(12).reshape(2, 2, 3)
    access = np.array([[0.0301234, NAN], [0.0, 1.5]])
    table = opportunity_table(
        np.array(["E1", "E2"], object), services=("clinic", "market"), within=within, access=access
    )
    assert list(table.columns) == ["estate_id", "service", "within_5", "within_10", "within_15", "per_1000"]
    assert table["estate_id"].tolist() == ["E1", "E1", "E2", "E2"]
    assert table["service"].tolist() == ["clinic", "market"] * 2
    assert table[["within_5", "within_10", "within_15"]].to_numpy().tolist() == within.reshape(4, 3).tolist()
    np.testing.assert_array_equal(table["per_1000"], [30.123, NAN, 0, 1500])


def test_nobody_anywhere() -> None:
    none = pairs_of([])
    assert count_within(none, group=ints(), groups=2, origins=0, limits_us=ZONES).shape == (0, 2, 3)
    assert served(none, weights=np.zeros((1, 0)), targets=0, limit_us=ints()).total.shape == (1, 0)
    assert catchments(none, group=ints(), groups=2, supply=floats(), demand=floats(), zones_us=ZONES).shape == (0, 2)
    assert ranked([], []) == []
    empty = np.zeros((0, 2, 3), np.int64)
    table = opportunity_table(np.array([], object), services=("a", "b"), within=empty, access=np.zeros((0, 2)))
    assert len(table) == 0
