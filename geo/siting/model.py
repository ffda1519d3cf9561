"""The siting problem as a linear model: its rows and columns, for HiGHS."""

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, diags_array, vstack

from geo.siting.problem import Floats, Ints, SitingProblem

FREE = np.inf


@dataclass(frozen=True)
class Model:
    """Hold rows ``low <= matrix @ x <= high`` and the columns of the model.

    The columns are, in this order: for each link the share of the people who are served over it, for each option
    whether it is opened, for each option the share of its site that it takes, and the least share served of any group.

    Parameters
    ----------
    matrix : csr_array, shape (rows, columns)
        The rows, each scaled by its greatest figure.
    low, high : array of float, shape (rows,)
        Limits of the rows.
    upper : array of float, shape (columns,)
        Upper limits of the columns; the lower ones are 0.
    people : array of float, shape (columns,)
        People that a column serves.
    minutes : array of float, shape (columns,)
        Minutes that those walk together.
    links, options : int
        Numbers of both.
    """

    matrix: csr_array
    low: Floats
    high: Floats
    upper: Floats
    people: Floats
    minutes: Floats
    links: int
    options: int

    @property
    def opened(self) -> slice:
        """Return the columns that say what is opened."""
        return slice(self.links, self.links + self.options)

    @property
    def area(self) -> slice:
        """Return the columns that say how much of a site is taken."""
        return slice(self.links + self.options, self.links + 2 * self.options)


class _Rows:
    """Gather rows of one width."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.parts: list[csr_array] = []
        self.low: list[Floats] = []
        self.high: list[Floats] = []

    def add(self, row: Ints, column: Ints, value: Floats, *, low: float | Floats, high: float | Floats) -> None:
        """Add the rows of some entries; a row without an entry is left out."""
        if not len(row):
            return
        count = int(row.max()) + 1
        part = csr_array((value, (row, column)), shape=(count, self.width))
        kept = np.diff(part.indptr) > 0
        self.parts.append(part[kept])
        self.low.append(np.broadcast_to(np.asarray(low, float), count)[kept])
        self.high.append(np.broadcast_to(np.asarray(high, float), count)[kept])


def make_model(problem: SitingProblem, *, tight: bool) -> Model:
    """Write a siting problem as a linear model.

    Parameters
    ----------
    problem : SitingProblem
        The problem.
    tight : bool
        Whether every link has a row of its own that nobody is served over it unless its option is opened; that makes
        the model larger, and what it tells without whole numbers far nearer to the truth.

    Returns
    -------
    Model
        The model.
    """
    demand, options, links = problem.demand, problem.options, problem.links
    k, o = len(links.demand), options.count
    rows = _Rows(k + 2 * o + 1)
    flow, opened, taken = np.arange(k), k + np.arange(o), k + o + np.arange(o)
    people, site_m2 = demand.people[links.demand], problem.site_m2[options.site]
    ones, each = np.ones(o), np.arange(o)
    rows.add(links.demand, flow, np.ones(k), low=-FREE, high=1.0)
    room = -site_m2 / options.m2_per_person
    rows.add(np.append(links.option, each), np.append(flow, taken), np.append(people, room), low=-FREE, high=0.0)
    if tight:
        rows.add(np.append(flow, flow), np.append(flow, k + links.option), np.repeat([1.0, -1.0], k), low=-FREE, high=0)
    rows.add(np.append(each, each), np.append(taken, opened), np.append(ones, -ones), low=-FREE, high=0.0)
    least = np.append(site_m2, -options.least_m2)
    rows.add(np.append(each, each), np.append(taken, opened), least, low=0.0, high=FREE)
    rows.add(options.site, taken, ones, low=-FREE, high=1.0)
    worth = np.append(people, -options.least_people)
    rows.add(np.append(links.option, each), np.append(flow, opened), worth, low=0.0, high=FREE)
    _add_limits(rows, problem)
    _add_groups(rows, problem)
    usable = (site_m2 >= options.least_m2) & (site_m2 > 0)
    upper = np.concatenate([usable[links.option].astype(float), usable, usable, [1.0]]).astype(float)
    served = np.concatenate([people, np.zeros(2 * o + 1)])
    walked = np.concatenate([people * links.minutes, np.zeros(2 * o + 1)])
    return Model(*_scaled(rows), upper, served, walked, k, o)


def _add_limits(rows: _Rows, problem: SitingProblem) -> None:
    """Add the rows of how many facilities, and of what they cost."""
    options, limits, k = problem.options, problem.limits, len(problem.links.demand)
    o = options.count
    one = np.zeros(o, np.int64)
    if limits.facilities is not None:
        rows.add(one, k + np.arange(o), np.ones(o), low=-FREE, high=float(limits.facilities))
    if np.isfinite(limits.budget_yuan):
        yuan = np.append(options.fixed_yuan, options.yuan_per_m2 * problem.site_m2[options.site])
        rows.add(np.append(one, one), k + np.arange(2 * o), yuan, low=-FREE, high=limits.budget_yuan)


def _add_groups(rows: _Rows, problem: SitingProblem) -> None:
    """Add, where the worst off come first, that every group which can be helped is served at least the least share."""
    if not problem.limits.worst_first or not len(problem.links.demand):
        return
    demand, links = problem.demand, problem.links
    people = np.bincount(demand.group, weights=demand.people)
    group = demand.group[links.demand]
    helped = np.flatnonzero(np.bincount(group, weights=demand.people[links.demand], minlength=len(people)) > 0)
    column = np.full(len(helped), len(links.demand) + 2 * problem.options.count)
    rows.add(
        np.append(group, helped),
        np.append(np.arange(len(group)), column),
        np.append(demand.people[links.demand], -people[helped]),
        low=0.0,
        high=FREE,
    )


def _scaled(rows: _Rows) -> tuple[csr_array, Floats, Floats]:
    """Scale every row by its greatest figure, so that people, yuan and square metres weigh alike in the solver."""
    if not rows.parts:
        return csr_array((0, rows.width)), np.zeros(0), np.zeros(0)
    matrix, low, high = vstack(rows.parts).tocsr(), np.concatenate(rows.low), np.concatenate(rows.high)
    greatest = np.asarray(abs(matrix).max(axis=1).todense()).reshape(-1)
    scale = 1.0 / np.where(greatest > 0, greatest, 1.0)
    return csr_array(diags_array(scale) @ matrix), low * scale, high * scale
