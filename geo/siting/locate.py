"""The choice of sites: searched, proved where that is quick, and the people shared out among what is opened."""

from geo.siting.exact import assign, choose_exactly, most_served
from geo.siting.problem import Bools, Siting, SitingProblem, shares_served
from geo.siting.search import search


def locate(problem: SitingProblem) -> Siting:
    """Choose what to open, so that as many people with a gap as can be are served.

    Parameters
    ----------
    problem : SitingProblem
        The problem.

    Returns
    -------
    Siting
        The choice, within every limit; ``bound`` tells how far from the best it can be at most. The same problem gives
        the same choice.

    Notes
    -----
    Capacitated maximal covering with split assignment: the greedy choice is improved by a large neighbourhood search,
    small problems are solved exactly by HiGHS, and the bound of large ones is that of the linear relaxation.
    """
    opened, area, flow = search(problem)
    exact = choose_exactly(problem)
    bound = most_served(problem) if exact is None else exact[1]
    answers = [Siting(opened, area, flow, bound)] + [
        _shared_out(problem, choice, bound) for choice in (opened, *([] if exact is None else [exact[0]]))
    ]
    best = max(enumerate(answers), key=lambda pair: (*_worth(problem, pair[1]), pair[0]))[1]
    return Siting(best.opened, best.area_m2, best.flow, max(bound, best.served))


def _shared_out(problem: SitingProblem, opened: Bools, bound: float) -> Siting:
    area, flow = assign(problem, opened=opened)
    return Siting(opened, area, flow, bound)


def _worth(problem: SitingProblem, answer: Siting) -> tuple[float, float, int]:
    """Return what answers are compared by; of those that serve as many, the one with fewest facilities."""
    worst = float(shares_served(problem, flow=answer.flow).min(initial=1.0)) if problem.limits.worst_first else 0.0
    return round(worst, 6), round(answer.served, 2), -int(answer.opened.sum())
