"""The siting problem: people with a gap, sites that could serve them, and what limits the choice."""

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

# Less than a thousandth of a person is noise of the solver.
NOISE = 1e-3


@dataclass(frozen=True)
class Demand:
    """Hold the people with a gap, one entry per estate and service.

    Parameters
    ----------
    people : array of float, shape (d,)
        People who lack the service there, at least 0.
    group : array of int, shape (d,)
        Subdistrict, 0..g-1; of use only where the worst off come first.
    """

    people: Floats
    group: Ints


@dataclass(frozen=True)
class Options:
    """Hold what could be opened, one entry per site and service that fits it.

    Parameters
    ----------
    site : array of int, shape (o,)
        Row of the site.
    least_m2 : array of float, shape (o,)
        Floor area of the smallest facility of the service, at least 0.
    m2_per_person : array of float, shape (o,)
        Floor area that each person served takes, greater than 0.
    least_people : array of float, shape (o,)
        Fewer people than this are not worth a facility of their own.
    fixed_yuan, yuan_per_m2 : array of float, shape (o,)
        Cost of the opening, and of each square metre.
    """

    site: Ints
    least_m2: Floats
    m2_per_person: Floats
    least_people: Floats
    fixed_yuan: Floats
    yuan_per_m2: Floats

    @property
    def count(self) -> int:
        """Return the number of options."""
        return len(self.site)


@dataclass(frozen=True)
class Links:
    """Hold who could be served from where, sorted by option and minutes; all arrays have one entry per pair.

    Parameters
    ----------
    demand, option : array of int, shape (k,)
        Row of the demand, and of the option.
    minutes : array of float, shape (k,)
        The walk.
    """

    demand: Ints
    option: Ints
    minutes: Floats


@dataclass(frozen=True)
class SitingLimits:
    """Hold what limits the choice.

    Parameters
    ----------
    facilities : int or None
        How many facilities are opened at most; None for any number.
    budget_yuan : float
        What they may cost together; infinite without a limit.
    worst_first : bool
        Whether the share served of the worst off group is raised before the total.
    rounds : int
        Rounds of improvement.
    seed : int
        Start of the random choices.
    """

    facilities: int | None = None
    budget_yuan: float = np.inf
    worst_first: bool = False
    rounds: int = 4_000
    seed: int = 0


@dataclass(frozen=True)
class SitingProblem:
    """Hold one siting problem, whole.

    Parameters
    ----------
    demand : Demand
        The people with a gap.
    options : Options
        What could be opened.
    links : Links
        Who could be served from where.
    site_m2 : array of float, shape (sites,)
        Floor area that each site offers to all its services together.
    limits : SitingLimits
        What limits the choice.
    """

    demand: Demand
    options: Options
    links: Links
    site_m2: Floats
    limits: SitingLimits = field(default_factory=SitingLimits)


@dataclass(frozen=True)
class Siting:
    """Hold the answer.

    Parameters
    ----------
    opened : array of bool, shape (o,)
        Which options are opened.
    area_m2 : array of float, shape (o,)
        Floor area of each, 0 where it is not opened.
    flow : array of float, shape (k,)
        People served over each link.
    bound : float
        No choice serves more people than this.
    """

    opened: Bools
    area_m2: Floats
    flow: Floats
    bound: float

    @property
    def served(self) -> float:
        """Return the people served, of each service."""
        return float(self.flow.sum())

    @property
    def gap(self) -> float:
        """Return by what share of the bound the best choice could be better at most, 0..1."""
        return max(0.0, 1.0 - self.served / self.bound) if self.bound > NOISE else 0.0


def sorted_links(*, demand: Ints, option: Ints, minutes: Floats) -> Links:
    """Put pairs in the order that the kernels ask for.

    Parameters
    ----------
    demand, option : array of int, shape (k,)
        Rows.
    minutes : array of float, shape (k,)
        The walk.

    Returns
    -------
    Links
        Sorted by option, minutes and demand.
    """
    order = np.lexsort((demand, minutes, option))
    return Links(demand[order], option[order], minutes[order])


def restricted(problem: SitingProblem, *, kept: Bools) -> SitingProblem:
    """Return the problem with some of its options alone.

    Parameters
    ----------
    problem : SitingProblem
        The problem.
    kept : array of bool, shape (o,)
        The options that stay.

    Returns
    -------
    SitingProblem
        Its options and links are those that stay, in their order.
    """
    options, links = problem.options, problem.links
    row = np.cumsum(kept) - 1
    mine = kept[links.option]
    fewer = Options(
        options.site[kept],
        options.least_m2[kept],
        options.m2_per_person[kept],
        options.least_people[kept],
        options.fixed_yuan[kept],
        options.yuan_per_m2[kept],
    )
    return replace(
        problem, options=fewer, links=Links(links.demand[mine], row[links.option[mine]], links.minutes[mine])
    )


def shares_served(problem: SitingProblem, *, flow: Floats) -> Floats:
    """Return what share of the people of each group is served.

    Parameters
    ----------
    problem : SitingProblem
        The problem.
    flow : array of float, shape (k,)
        People served over each link.

    Returns
    -------
    array of float, shape (g,)
        0..1; 1 for a group without people.
    """
    demand = problem.demand
    groups = int(demand.group.max(initial=-1)) + 1
    asked = np.bincount(demand.group, weights=demand.people, minlength=groups)
    got = np.bincount(demand.group[problem.links.demand], weights=flow, minlength=groups)
    share: Floats = np.where(asked > 0, got / np.where(asked > 0, asked, 1), 1.0)
    return share
