"""Years of projects: small agendas settled by hand, and against every schedule there is."""

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.phasing.schedule import (
    RESERVE,
    Agenda,
    keeps_budgets,
    schedule_exactly,
    schedule_greedily,
    spread_evenly,
    worth_of,
)


def agenda(value: list[float], cost: list[float], budgets: list[float], **changed: Any) -> Agenda:  # noqa: ANN401
    count = len(value)
    ready = np.array(changed.pop("ready", [True] * count), bool)
    fixed = np.array(changed.pop("fixed", [RESERVE] * count), np.int64)
    money = np.array(budgets, float)
    return Agenda(np.array(value, float), np.array(cost, float), ready, fixed, money, changed.pop("carry_over", True))


def test_the_most_benefit_per_yuan_comes_first() -> None:
    found = schedule_greedily(agenda([10, 30, 20], [10, 10, 10], [10, 10]))
    assert found.year.tolist() == [RESERVE, 0, 1]


def test_the_knapsack_beats_greed_where_one_large_project_is_worth_more_than_a_small_one() -> None:
    """Greed takes the small one and has no money left for the large one."""
    case = agenda([11, 90], [10, 90], [90])
    greedy, exact = schedule_greedily(case), schedule_exactly(case)
    assert greedy.year.tolist() == [0, RESERVE]
    assert exact is not None
    assert exact.year.tolist() == [RESERVE, 0]
    assert exact.worth == pytest.approx(exact.bound)


@pytest.mark.parametrize(
    ("changed", "years"),
    [
        pytest.param({}, [1], id="money of the first year waits for the second"),
        pytest.param({"carry_over": False}, [RESERVE], id="money that is not carried over is lost"),
        pytest.param({"ready": [False]}, [RESERVE], id="a project that is not ready waits"),
        pytest.param({"fixed": [0]}, [RESERVE], id="the fixed year cannot pay"),
        pytest.param({"fixed": [1]}, [1], id="the fixed year can pay"),
    ],
)
@pytest.mark.parametrize("method", [schedule_greedily, schedule_exactly], ids=["greedy", "exact"])
def test_one_project_dearer_than_a_year(method: Any, changed: dict[str, Any], years: list[int]) -> None:  # noqa: ANN401
    found = method(agenda([5], [15], [10, 10], **changed))
    assert found.year.tolist() == years


@pytest.mark.parametrize("method", [schedule_greedily, schedule_exactly], ids=["greedy", "exact"])
def test_a_budget_of_nothing_plans_nothing_that_costs(method: Any) -> None:  # noqa: ANN401
    assert method(agenda([5, 4], [1, 0], [0, 0])).year.tolist() == [RESERVE, 0]


@pytest.mark.parametrize("cost", [10.0, 10.004], ids=["to the yuan", "within rounding"])
def test_a_year_may_be_spent_to_the_last_yuan(cost: float) -> None:
    assert schedule_greedily(agenda([5], [cost], [10])).year.tolist() == [0]


def test_without_a_project_or_a_year_there_is_no_knapsack() -> None:
    assert schedule_exactly(agenda([], [], [10])) is None
    assert schedule_exactly(agenda([5], [1], [])) is None


def test_projects_are_spread_evenly_where_no_money_limits_them() -> None:
    """Ten, ten and twenty households over two years: the dearer half by benefit comes first."""
    case = agenda([30, 20, 10], [10, 10, 20], [np.inf, np.inf], fixed=[RESERVE, RESERVE, RESERVE])
    assert spread_evenly(case).year.tolist() == [0, 0, 1]
    held = agenda([30, 20, 10], [10, 10, 20], [np.inf, np.inf], fixed=[1, RESERVE, RESERVE])
    assert spread_evenly(held).year.tolist() == [1, 0, 1]


def agendas() -> st.SearchStrategy[Agenda]:
    def build(rows: list[tuple[int, int, bool]], budgets: list[int], *, carry: bool) -> Agenda:
        value, cost, ready = (list(column) for column in zip(*rows, strict=True))
        return agenda(value, cost, [float(one) for one in budgets], ready=ready, carry_over=carry)

    rows = st.lists(st.tuples(st.integers(1, 20), st.integers(0, 20), st.booleans()), min_size=1, max_size=5)
    return st.builds(build, rows, st.lists(st.integers(0, 25), min_size=1, max_size=3), carry=st.booleans())


def _best_of_all(case: Agenda) -> float:
    years = [[RESERVE, *(range(len(case.budgets)) if ready else ())] for ready in case.ready]
    tried = (np.array(one) for one in product(*years))
    return max(worth_of(case, year=one) for one in tried if keeps_budgets(case, year=one))


@settings(max_examples=60, deadline=None)
@given(agendas())
def test_the_knapsack_is_the_best_of_all_schedules(case: Agenda) -> None:
    exact = schedule_exactly(case)
    assert exact is not None
    assert exact.worth == pytest.approx(_best_of_all(case), rel=2e-4)
    assert exact.worth <= exact.bound + 1e-6


@settings(max_examples=60, deadline=None)
@given(agendas())
def test_no_year_spends_more_than_it_has_and_nothing_unready_is_done(case: Agenda) -> None:
    for found in (schedule_greedily(case), schedule_exactly(case)):
        assert found is not None
        assert keeps_budgets(case, year=found.year)
        assert (found.year[~case.ready] == RESERVE).all()
