"""What HiGHS tells of a siting problem: the most that can be, the best choice, and who is served from where."""

from dataclasses import replace

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import vstack

from geo.siting.model import Model, make_model
from geo.siting.problem import NOISE, Bools, Floats, SitingProblem, restricted
from geo.solving import maximise

# Up to so many links the best choice is looked for exactly, and up to so many the bound is a tight one.
EXACT_LINKS = 1_500
TIGHT_LINKS = 60_000
NODES = 400
GAP = 1e-6
# The share of what was reached that a later goal may give away, so that rounding does not make it impossible.
SLACK = 1e-7
_OPTIMAL = 0


def most_served(problem: SitingProblem) -> float:
    """Return how many people any choice serves at most, from the model without whole numbers.

    Parameters
    ----------
    problem : SitingProblem
        The problem.

    Returns
    -------
    float
        People, of each service; a tight bound where the problem is not too large for it.
    """
    demand, links = problem.demand, problem.links
    reached = float(demand.people[np.unique(links.demand)].sum())
    if not len(links.demand):
        return 0.0
    tight = len(links.demand) <= TIGHT_LINKS
    model = make_model(problem, tight=tight)
    found = _linear(model, model.people, method="highs-ipm" if tight else "highs-ds")
    return reached if found is None else min(reached, float(model.people @ found))


def choose_exactly(problem: SitingProblem) -> tuple[Bools, float] | None:
    """Choose what to open by branch and bound, where the problem is small.

    Parameters
    ----------
    problem : SitingProblem
        The problem.

    Returns
    -------
    tuple of array of bool and float, or None
        Which options are opened, and the most that any choice serves; None where the problem is too large, or nothing
        was found in as many nodes as are looked at.
    """
    if not 0 < len(problem.links.demand) <= EXACT_LINKS:
        return None
    model = make_model(problem, tight=True)
    whole = np.zeros(len(model.upper))
    whole[model.opened] = 1
    # Of two choices that serve as many people, the one with fewer facilities.
    goal = model.people.copy()
    goal[model.opened] -= NOISE
    if problem.limits.worst_first:
        # No total outweighs the share of the worst off.
        goal = np.append(goal[:-1], 2.0 * model.people.sum())
    rows = model.matrix, model.low, model.high
    found = maximise(goal, rows=rows, upper=model.upper, whole=whole, effort=(NODES, GAP))
    if found.x is None:
        return None
    served = float(model.people @ found.x)
    bound = served if problem.limits.worst_first else -float(found.mip_dual_bound) + NOISE * problem.options.count
    return found.x[model.opened] > 0.5, bound


def assign(problem: SitingProblem, *, opened: Bools) -> tuple[Floats, Floats]:
    """Share the people out among what is opened: as many as can be, then by the shortest walks.

    Parameters
    ----------
    problem : SitingProblem
        The problem.
    opened : array of bool, shape (o,)
        Which options are opened; together within every limit.

    Returns
    -------
    tuple of array of float and array of float
        Floor area of each option, and people served over each link; an estate may be split among several facilities.
        Where the worst off come first, their least share is kept.
    """
    links, options = problem.links, problem.options
    if not opened.any() or not len(links.demand):
        return np.zeros(options.count), np.zeros(len(links.demand))
    part = restricted(problem, kept=opened)
    model = _all_opened(make_model(part, tight=False))
    goals = [model.people, -model.minutes]
    if problem.limits.worst_first:
        goals.insert(0, np.append(np.zeros(len(model.upper) - 1), 1.0))
    found = np.zeros(len(model.upper))
    for goal in goals:
        best = _linear(model, goal, method="highs-ds")
        if best is None:
            break
        found = best
        model = _at_least(model, goal, float(goal @ best))
    # Rounding of the solver is not handed on; a thousandth of a person decides nothing.
    people = problem.demand.people[part.links.demand]
    flow = np.zeros(len(links.demand))
    flow[opened[links.option]] = np.round(people * np.clip(found[: model.links], 0, 1), 3)
    served = np.bincount(links.option, weights=flow, minlength=options.count)
    area = np.where(opened, np.maximum(options.least_m2, served * options.m2_per_person), 0.0)
    return area, flow


def _all_opened(model: Model) -> Model:
    """Fix that everything is opened."""
    columns = np.zeros(len(model.upper))
    columns[model.opened] = 1.0
    shift = model.matrix @ columns
    matrix = model.matrix.multiply(1.0 - columns).tocsr()
    return replace(model, matrix=matrix, low=model.low - shift, high=model.high - shift)


def _at_least(model: Model, goal: Floats, reached: float) -> Model:
    """Add the row that keeps a goal that was reached."""
    scale = float(np.abs(goal).max())
    row = goal[None, :] / scale
    floor = (reached - SLACK * max(abs(reached), 1.0)) / scale
    return replace(
        model,
        matrix=vstack([model.matrix, row]).tocsr(),
        low=np.append(model.low, floor),
        high=np.append(model.high, np.inf),
    )


def _linear(model: Model, goal: Floats, *, method: str) -> Floats | None:
    """Maximise a goal over the model without whole numbers; None when the solver gives up."""
    up, low = np.isfinite(model.high), np.isfinite(model.low)
    scale = float(np.abs(goal).max()) or 1.0
    found = linprog(
        -goal / scale,
        A_ub=vstack([model.matrix[up], -model.matrix[low]]).tocsr(),
        b_ub=np.append(model.high[up], -model.low[low]),
        bounds=np.column_stack([np.zeros(len(model.upper)), model.upper]),
        method=method,
    )
    return found.x if found.status == _OPTIMAL else None
