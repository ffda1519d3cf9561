"""Which project is done in which year: first by benefit per yuan, then exactly, never above the money of a year."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, vstack

from geo.solving import maximise

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

RESERVE = -1
# A year later is worth so much less; our own choice, so that of two plans that do as much the earlier one counts.
LATER = 0.03
NODES = 200
# How near to the best is near enough, in a plan of a district and in one of a large city.
GAP, WIDE_GAP = 1e-4, 2e-3
SMALL = 600
# Yuan: less than this above a budget is rounding.
ROUNDING = 0.005


@dataclass(frozen=True)
class Agenda:
    """Hold what is to be scheduled.

    Parameters
    ----------
    value, cost : array of float, shape (p,)
        Benefit and cost of each project, at least 0.
    ready : array of bool, shape (p,)
        Whether it may be scheduled.
    fixed : array of int, shape (p,)
        Year (row of ``budgets``) it must be done in, or ``RESERVE`` for any.
    budgets : array of float, shape (t,)
        Money of each year.
    carry_over : bool
        Whether what is left of a year may be spent in the next.
    """

    value: Floats
    cost: Floats
    ready: Bools
    fixed: Ints
    budgets: Floats
    carry_over: bool


@dataclass(frozen=True)
class Schedule:
    """Hold a schedule.

    Parameters
    ----------
    year : array of int, shape (p,)
        Row of the year, ``RESERVE`` for projects that are not scheduled.
    worth : float
        Benefit, a year later worth ``LATER`` less.
    bound : float
        No schedule is worth more; NaN where that is not known.
    """

    year: Ints
    worth: float
    bound: float = np.nan


def schedule_greedily(agenda: Agenda) -> Schedule:
    """Put projects into years one by one, the most benefit per yuan first, each into the first year that has the money.

    Parameters
    ----------
    agenda : Agenda
        The projects and the money; those with a year of their own come first.

    Returns
    -------
    Schedule
        The schedule.
    """
    years = len(agenda.budgets)
    left = np.cumsum(agenda.budgets) if agenda.carry_over else agenda.budgets.copy()
    year = np.full(len(agenda.cost), RESERVE, np.int64)
    density = agenda.value / np.maximum(agenda.cost, 1.0)
    order = np.lexsort((np.arange(len(density)), -density, agenda.fixed == RESERVE))
    for row in order[agenda.ready[order]].tolist():
        allowed = range(years) if agenda.fixed[row] == RESERVE else (int(agenda.fixed[row]),)
        for one in allowed:
            affected = slice(one, years) if agenda.carry_over else slice(one, one + 1)
            if (left[affected] >= agenda.cost[row] - ROUNDING).all():
                left[affected] -= agenda.cost[row]
                year[row] = one
                break
    return Schedule(year, worth_of(agenda, year=year))


def spread_evenly(agenda: Agenda) -> Schedule:
    """Spread projects over the years where no money limits them: by benefit per unit of cost, each year as much as any.

    Parameters
    ----------
    agenda : Agenda
        The projects; ``cost`` is what is spread, and only the number of ``budgets`` counts.

    Returns
    -------
    Schedule
        A project falls into the year that holds the middle of it.
    """
    years = len(agenda.budgets)
    density = agenda.value / np.maximum(agenda.cost, 1.0)
    order = np.lexsort((np.arange(len(density)), -density))
    order = order[agenda.ready[order]]
    cost = agenda.cost[order]
    middle = (np.cumsum(cost) - cost / 2) / max(float(cost.sum()), 1.0)
    year = np.full(len(agenda.cost), RESERVE, np.int64)
    year[order] = np.minimum(np.floor(middle * years), years - 1).astype(np.int64)
    year = np.where((agenda.fixed != RESERVE) & (year != RESERVE), agenda.fixed, year)
    return Schedule(year, worth_of(agenda, year=year))


def schedule_exactly(agenda: Agenda) -> Schedule | None:
    """Find the schedule of most worth: a knapsack of several years, by HiGHS.

    Parameters
    ----------
    agenda : Agenda
        The projects and the money.

    Returns
    -------
    Schedule or None
        The schedule with its bound; None when none was found.
    """
    projects, years = len(agenda.cost), len(agenda.budgets)
    if not projects or not years:
        return None
    allowed = agenda.ready[:, None] & ((agenda.fixed[:, None] == RESERVE) | (agenda.fixed[:, None] == np.arange(years)))
    worth = (agenda.value[:, None] * _weights(years)).ravel()
    scale = float(worth.max(initial=0.0)) or 1.0
    found = maximise(
        worth / scale,
        rows=_rows(agenda),
        upper=allowed.ravel().astype(float),
        whole=np.ones(projects * years),
        effort=(NODES, GAP if projects * years <= SMALL else WIDE_GAP),
    )
    if found.x is None:
        return None
    chosen = found.x.reshape(projects, years) > 0.5
    year = np.where(chosen.any(axis=1), chosen.argmax(axis=1), RESERVE)
    return Schedule(year, worth_of(agenda, year=year), -float(found.mip_dual_bound) * scale)


def _rows(agenda: Agenda) -> tuple[csr_array, Floats, Floats]:
    """Return that a project is done once, and that no year spends more than it has."""
    projects, years = len(agenda.cost), len(agenda.budgets)
    row, column = np.divmod(np.arange(projects * years), years)
    once = csr_array((np.ones(len(row)), (row, np.arange(len(row)))), shape=(projects, len(row)))
    spent = [column <= one if agenda.carry_over else column == one for one in range(years)]
    money = np.cumsum(agenda.budgets) if agenda.carry_over else agenda.budgets
    scale = float(agenda.cost.max(initial=0.0)) or 1.0
    rows = csr_array(np.array(spent, float) * agenda.cost[row] / scale)
    high = np.append(np.ones(projects), money / scale)
    return vstack([once, rows]).tocsr(), np.full(len(high), -np.inf), high


def worth_of(agenda: Agenda, *, year: Ints) -> float:
    """Return what a schedule is worth.

    Parameters
    ----------
    agenda : Agenda
        The projects.
    year : array of int, shape (p,)
        Their years, or ``RESERVE``.

    Returns
    -------
    float
        Benefit, a year later worth ``LATER`` less.
    """
    done = year != RESERVE
    return float((agenda.value[done] * _weights(len(agenda.budgets))[year[done]]).sum())


def _weights(years: int) -> Floats:
    return np.asarray((1.0 - LATER) ** np.arange(years), float)


def keeps_budgets(agenda: Agenda, *, year: Ints) -> bool:
    """Tell whether a schedule stays within the money of every year.

    Parameters
    ----------
    agenda : Agenda
        The projects and the money.
    year : array of int, shape (p,)
        Their years, or ``RESERVE``.

    Returns
    -------
    bool
        Whether it does.
    """
    done = year != RESERVE
    spent = np.bincount(year[done], weights=agenda.cost[done], minlength=len(agenda.budgets))
    if agenda.carry_over:
        spent, money = np.cumsum(spent), np.cumsum(agenda.budgets)
    else:
        money = agenda.budgets
    return bool((spent <= money + ROUNDING).all())
