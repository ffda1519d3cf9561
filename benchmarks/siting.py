"""Sites for what is missing against the covering model of spopt, and years of projects, in one run."""

import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from geo.phasing.schedule import RESERVE, Agenda, keeps_budgets, schedule_exactly, schedule_greedily
from geo.siting.exact import assign
from geo.siting.locate import locate
from geo.siting.problem import Demand, Options, Siting, SitingLimits, SitingProblem, sorted_links
from geo.siting.search import search

Floats = npt.NDArray[np.float64]
DEMAND, SITES, SERVICES, SIDE_M, REACH_M = 1_600, 235, 5, 6_000.0, 1_000.0
FACILITIES = (40, 100)
LOCATE_S, PHASES_S = 60.0, 5.0
PROJECTS, YEARS = 500, 5
LEAST_M2 = np.array([300.0, 200.0, 200.0, 80.0, 500.0])
M2_PER_PERSON = np.array([0.12, 0.12, 0.05, 0.02, 0.1])


@dataclass(frozen=True)
class Town:
    """Hold a town of estates and sites, and how far they are apart."""

    people: Floats
    need: npt.NDArray[np.bool_]
    away_m: Floats
    site_m2: Floats


def siting(_: Path, *, small: bool) -> None:
    """Print how many people the proposals serve, how near to the best that is, and how long it takes.

    Parameters
    ----------
    _ : Path
        Not used; nothing is read.
    small : bool
        A tenth of the town.
    """
    town = _town(DEMAND // (10 if small else 1), SITES // (10 if small else 1))
    shape = f"{len(town.people):,} estates, {len(town.site_m2)} sites, {SERVICES} services"
    print(f"\nSites with capacities: {shape}; people served, each service counted\n")
    print(f"{'facilities':>10}  {'tool':<34}{'people':>12}{'of the bound':>14}{'seconds':>9}")
    for total in FACILITIES:
        count = total // (10 if small else 1)
        _race(town, count)
    _phases(PROJECTS // (10 if small else 1))


def _race(town: Town, facilities: int) -> None:
    """Compare with the same number of facilities, those of each service as many as the covering model is given."""
    problem = _problem(town, facilities)
    start = time.perf_counter()
    ours = locate(problem)
    seconds = time.perf_counter() - start
    _print(facilities, "ours, with capacities", ours.served, ours.bound, seconds)
    if seconds > LOCATE_S:
        print(f"{'':<12}slower than the target of {LOCATE_S:.0f} s")
    try:
        chosen, peer_s = _spopt(town, problem, facilities)
    except ImportError:
        print(f"{'':<12}spopt is not installed here; make bench installs it")
        return
    theirs = _as_they_chose(problem, chosen)
    _print(facilities, "spopt MCLP, then the same shares", theirs.served, ours.bound, peer_s)
    if theirs.served > ours.served:
        raise SystemExit(f"spopt serves more: {theirs.served:,.0f} against {ours.served:,.0f}")


def _print(facilities: int, name: str, people: float, bound: float, seconds: float) -> None:
    print(f"{facilities:>10}  {name:<34}{people:>12,.0f}{people / bound:>14.1%}{seconds:>9.1f}", flush=True)


def _town(estates: int, sites: int) -> Town:
    rng = np.random.default_rng(0)
    side = SIDE_M * np.sqrt(estates / DEMAND)
    at, to = rng.uniform(0, side, (estates, 2)), rng.uniform(0, side, (sites, 2))
    away_m = np.abs(at[:, None] - to[None]).sum(axis=2)
    need = rng.random((estates, SERVICES)) < 0.6
    return Town(rng.integers(200, 1_500, estates).astype(float), need, away_m, rng.uniform(200, 2_000, sites))


def _problem(town: Town, facilities: int) -> SitingProblem:
    sites = len(town.site_m2)
    site, service = np.repeat(np.arange(sites), SERVICES), np.tile(np.arange(SERVICES), sites)
    fits = town.site_m2[site] >= LEAST_M2[service]
    site, service = site[fits], service[fits]
    row = np.full((sites, SERVICES), -1)
    row[site, service] = np.arange(len(site))
    near = town.away_m <= REACH_M
    estate, other, kind = np.nonzero(near[:, :, None] & town.need[:, None, :] & (row >= 0)[None])
    links = sorted_links(
        demand=estate * SERVICES + kind, option=row[other, kind], minutes=town.away_m[estate, other] / 1000 * 15
    )
    nothing = np.zeros(len(site))
    options = Options(site, LEAST_M2[service], M2_PER_PERSON[service], nothing + 100.0, nothing, nothing)
    people = (town.people[:, None] * town.need).ravel()
    demand = Demand(people, np.zeros(len(people), np.int64))
    return SitingProblem(demand, options, links, town.site_m2, SitingLimits(facilities))


def _spopt(town: Town, problem: SitingProblem, facilities: int) -> tuple[npt.NDArray[np.bool_], float]:
    """Choose the sites of each service by the uncapacitated model, an equal number for each."""
    import pulp
    from spopt.locate import MCLP

    start = time.perf_counter()
    chosen = np.zeros(problem.options.count, bool)
    for service in range(SERVICES):
        fits = np.flatnonzero(town.site_m2 >= LEAST_M2[service])
        needy = np.flatnonzero(town.need[:, service])
        model = MCLP.from_cost_matrix(
            town.away_m[np.ix_(needy, fits)],
            town.people[needy],
            REACH_M,
            p_facilities=facilities // SERVICES,
        ).solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=20))
        own = [place for place, variable in enumerate(model.fac_vars) if variable.value() > 0.5]
        chosen |= np.isin(problem.options.site, fits[own]) & (_service_of(problem) == service)
    return chosen, time.perf_counter() - start


def _service_of(problem: SitingProblem) -> npt.NDArray[np.int64]:
    """Return the service of each option, which its smallest facility and its room for each person tell apart."""
    keys = np.column_stack([problem.options.least_m2, problem.options.m2_per_person])
    own = np.column_stack([LEAST_M2, M2_PER_PERSON])
    found: npt.NDArray[np.int64] = (keys[:, None] == own[None]).all(axis=2).argmax(axis=1)
    return found


def _as_they_chose(problem: SitingProblem, chosen: npt.NDArray[np.bool_]) -> Siting:
    """Share the people out among what a peer chose: the best that its sites have room for."""
    links, options = problem.links, problem.options
    mine, kept = np.flatnonzero(chosen), chosen[links.option]
    row = np.full(options.count, -1)
    row[mine] = np.arange(len(mine))
    own = Options(*(getattr(options, name)[mine] for name in Options.__dataclass_fields__))
    part = replace(
        problem,
        options=own,
        links=sorted_links(demand=links.demand[kept], option=row[links.option[kept]], minutes=links.minutes[kept]),
    )
    opened, _, flow = search(part)
    area, shared = assign(part, opened=opened)
    return Siting(opened, area, max(flow, shared, key=lambda one: float(one.sum())), np.nan)


def _phases(projects: int) -> None:
    """Print what the years of many projects are worth by either method."""
    rng = np.random.default_rng(3)
    cost, value = rng.uniform(2e6, 4e7, projects), rng.uniform(500, 12_000, projects) * rng.uniform(0.2, 1, projects)
    budgets = np.full(YEARS, 6e5 * projects)
    print(
        f"\nYears: {projects} projects, {YEARS} years\n\n{'method':<34}{'worth':>12}{'of the bound':>14}{'seconds':>9}"
    )
    for carry_over in (True, False):
        case = Agenda(value, cost, np.ones(projects, bool), np.full(projects, RESERVE), budgets, carry_over)
        start = time.perf_counter()
        greedy = schedule_greedily(case)
        middle = time.perf_counter()
        exact = schedule_exactly(case)
        end = time.perf_counter()
        if exact is None or not all(keeps_budgets(case, year=one.year) for one in (greedy, exact)):
            raise SystemExit("a schedule spends more than there is")
        name = "money carried over" if carry_over else "money lost at the end of a year"
        print(f"one by one, {name:<22}{greedy.worth:>12,.0f}{greedy.worth / exact.bound:>14.2%}{middle - start:>9.2f}")
        print(f"all at once{'':<23}{exact.worth:>12,.0f}{exact.worth / exact.bound:>14.2%}{end - middle:>9.2f}")
        if end - start > PHASES_S:
            print(f"{'':<12}slower than the target of {PHASES_S:.0f} s")
