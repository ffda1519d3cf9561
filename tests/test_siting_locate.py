"""Siting on towns small enough to settle by hand, and against every choice there is."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.siting.exact import assign, choose_exactly, most_served
from geo.siting.locate import locate
from geo.siting.problem import Demand, Options, SitingLimits, SitingProblem, shares_served, sorted_links
from geo.siting.search import search


def town(
    people: Sequence[float],
    site_m2: Sequence[float],
    links: Sequence[tuple[float, ...]],
    *,
    least_m2: float = 10.0,
    least_people: float = 1.0,
    sites: Sequence[int] | None = None,
    group: Sequence[int] | None = None,
    **limits: Any,  # noqa: ANN401 - those of the limits
) -> SitingProblem:
    """Make a problem of one option per site unless ``sites`` tells the site of each option; links are (who, option)."""
    site = np.arange(len(site_m2)) if sites is None else np.array(sites)
    count = len(site)
    least = np.broadcast_to(np.asarray(least_m2, float), count)
    options = Options(
        site,
        least,
        np.ones(count),
        np.full(count, float(least_people)),
        np.full(count, float(limits.pop("fixed_yuan", 0.0))),
        np.full(count, float(limits.pop("yuan_per_m2", 0.0))),
    )
    pairs = np.array([(*pair, 5.0)[:3] for pair in links], float).reshape(-1, 3)
    demand = Demand(np.array(people, float), np.zeros(len(people), int) if group is None else np.array(group))
    whole = pairs[:, :2].astype(int)
    return SitingProblem(
        demand,
        options,
        sorted_links(demand=whole[:, 0], option=whole[:, 1], minutes=pairs[:, 2]),
        np.array(site_m2, float),
        SitingLimits(rounds=50, **limits),
    )


def test_the_one_facility_goes_where_most_people_lack_it() -> None:
    found = locate(town([100, 60, 70], [500, 500], [(0, 0), (1, 1), (2, 1)], facilities=1))
    assert found.opened.tolist() == [False, True]
    assert (found.served, found.bound, found.gap) == pytest.approx((130, 130, 0), abs=0.01)


def test_capacity_makes_the_nearest_site_wrong() -> None:
    """The near site holds 40 of the 100, the far one all of them."""
    found = locate(town([100], [40, 200], [(0, 0, 2.0), (0, 1, 14.0)], facilities=1))
    assert found.opened.tolist() == [False, True]
    assert found.flow.sum() == pytest.approx(100)


def test_an_estate_is_split_among_facilities_that_are_full() -> None:
    found = locate(town([100], [40, 70], [(0, 0, 2.0), (0, 1, 14.0)]))
    assert found.flow.tolist() == pytest.approx([40, 60])
    assert found.area_m2.tolist() == pytest.approx([40, 60])


def test_one_facility_is_built_where_one_will_do() -> None:
    found = locate(town([100], [40, 200], [(0, 0, 2.0), (0, 1, 14.0)]))
    assert found.opened.tolist() == [False, True]


def test_people_walk_to_the_nearer_of_two_that_are_open() -> None:
    found = locate(town([30, 30], [40, 40], [(0, 0, 2.0), (0, 1, 9.0), (1, 0, 9.0), (1, 1, 2.0)], least_people=30))
    assert found.flow.tolist() == pytest.approx([30, 0, 30, 0], abs=1e-3)


@pytest.mark.parametrize(
    ("changed", "opened"),
    [
        pytest.param({"least_m2": 501.0}, 0, id="the site is a square metre too small"),
        pytest.param({"least_m2": 500.0}, 1, id="the site is just large enough"),
        pytest.param({"budget_yuan": 0.0, "fixed_yuan": 1.0}, 0, id="a budget of nothing"),
        pytest.param({"budget_yuan": 1.0, "fixed_yuan": 1.0}, 1, id="a budget that just pays"),
        pytest.param({"facilities": 0}, 0, id="no facility allowed"),
        pytest.param({"least_people": 101.0}, 0, id="too few people for a facility"),
        pytest.param({"least_people": 100.0}, 1, id="just enough people"),
    ],
)
def test_limits_are_kept_to_the_last_unit(changed: dict[str, Any], opened: int) -> None:
    found = locate(town([100], [500], [(0, 0)], **changed))
    assert found.opened.sum() == opened
    assert found.served == pytest.approx(100.0 * opened, abs=1e-3)


def test_money_pays_for_square_metres() -> None:
    found = locate(town([100], [500], [(0, 0)], budget_yuan=1_040.0, fixed_yuan=1_000.0, yuan_per_m2=1.0))
    assert found.served == pytest.approx(40, abs=1e-3)


def test_two_services_on_one_site_share_its_area() -> None:
    """Each service alone would take 80 of the 100 square metres; together 100 people are served."""
    found = locate(town([80, 80], [100], [(0, 0), (1, 1)], sites=[0, 0], least_m2=20.0))
    assert found.opened.all()
    assert found.area_m2.sum() == pytest.approx(100, abs=1e-3)


def test_two_services_that_do_not_fit_one_site_leave_the_better_one() -> None:
    found = locate(town([80, 70], [100], [(0, 0), (1, 1)], sites=[0, 0], least_m2=60.0))
    assert found.opened.tolist() == [True, False]


def test_worst_first_serves_the_group_that_has_least() -> None:
    """The larger group is left as it is: the smaller one has nobody served otherwise."""
    links = [(0, 0), (1, 0), (2, 1)]
    free = locate(town([100, 100, 50], [300, 300], links, group=[0, 0, 1], facilities=1))
    fair = town([100, 100, 50], [300, 300], [*links, (0, 1)], group=[0, 0, 1], facilities=1, worst_first=True)
    assert free.opened.tolist() == [True, False]
    assert locate(fair).opened.tolist() == [False, True]
    assert shares_served(fair, flow=locate(fair).flow).tolist() == pytest.approx([0.5, 1.0], abs=1e-3)


@pytest.mark.parametrize("links", [[], [(0, 0)]], ids=["nobody in reach", "nobody with a gap"])
def test_nothing_to_serve_opens_nothing(links: list[tuple[int, int]]) -> None:
    found = locate(town([0] if links else [100], [500], links))
    assert not found.opened.any()
    assert (found.served, found.gap) == (0, 0)


def some_problems() -> st.SearchStrategy[SitingProblem]:
    def build(people: list[int], areas: list[int], reach: list[bool], facilities: int) -> SitingProblem:
        links = [(i, j, float(1 + (3 * i + 5 * j) % 14)) for i in range(len(people)) for j in range(len(areas))]
        kept = [link for link, is_near in zip(links, reach, strict=False) if is_near]
        return town(people, areas, kept, facilities=facilities, least_m2=20.0, least_people=5.0)

    return st.builds(
        build,
        st.lists(st.integers(0, 90), min_size=1, max_size=5),
        st.lists(st.integers(10, 120), min_size=1, max_size=5),
        st.lists(st.booleans(), min_size=25, max_size=25),
        st.integers(0, 4),
    )


def _best_of_all(problem: SitingProblem) -> float:
    """Try every choice, and share the people out by the assignment."""
    best, count = 0.0, problem.options.count
    for size in range(1, min(count, problem.limits.facilities or 0) + 1):
        for chosen in combinations(range(count), size):
            opened = np.isin(np.arange(count), chosen)
            if (problem.site_m2[problem.options.site][opened] < problem.options.least_m2[opened]).any():
                continue
            best = max(best, float(assign(problem, opened=opened)[1].sum()))
    return best


@settings(max_examples=60, deadline=None)
@given(some_problems())
def test_small_problems_are_solved_to_the_optimum(problem: SitingProblem) -> None:
    found = locate(problem)
    assert found.served == pytest.approx(_best_of_all(problem), abs=0.02)
    assert found.served <= found.bound + 0.02


@settings(max_examples=60, deadline=None)
@given(some_problems())
def test_no_limit_is_broken_and_nobody_served_twice(problem: SitingProblem) -> None:
    found, links, options = locate(problem), problem.links, problem.options
    served = np.bincount(links.demand, weights=found.flow, minlength=len(problem.demand.people))
    assert (served <= problem.demand.people + 0.01).all()
    by_option = np.bincount(links.option, weights=found.flow, minlength=options.count)
    assert (by_option * options.m2_per_person <= found.area_m2 + 0.01).all()
    used = np.bincount(options.site, weights=found.area_m2, minlength=len(problem.site_m2))
    assert (used <= problem.site_m2 + 0.01).all()
    assert (by_option[found.opened] >= options.least_people[found.opened] - 0.01).all()
    assert found.opened.sum() <= problem.limits.facilities


@settings(max_examples=40, deadline=None)
@given(some_problems())
def test_the_bound_holds_for_the_search_too(problem: SitingProblem) -> None:
    assert search(problem)[2].sum() <= most_served(problem) + 0.01


def test_the_same_problem_gives_the_same_choice() -> None:
    chance = np.random.default_rng(7)
    links = [(i, j, float(chance.integers(1, 15))) for i in range(40) for j in range(12) if chance.random() < 0.3]
    problem = town(chance.integers(10, 90, 40).tolist(), chance.integers(50, 400, 12).tolist(), links, facilities=5)
    one, two = locate(problem), locate(problem)
    assert one.flow.tobytes() == two.flow.tobytes()
    assert choose_exactly(problem) is not None
