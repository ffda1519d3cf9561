"""A good choice of sites, quickly: the most people first, then parts of the choice are given up and made anew."""

from dataclasses import dataclass

import numpy as np

from geo.siting.problem import NOISE, Bools, Floats, Ints, SitingProblem, shares_served

# Up to this many options are given up at once.
MOST_GIVEN_UP = 12
# How far chance bends the worth of an option when a part of the choice is made anew.
BEND = 0.3
# Links that are looked at in all rounds together: a large city is given fewer rounds.
EFFORT = 4e8


@dataclass
class _State:
    """Hold a choice in the making."""

    rest: Floats
    free_m2: Floats
    opened: Bools
    flow: Floats
    area_m2: Floats
    yuan: float

    def copy(self) -> "_State":
        return _State(
            self.rest.copy(), self.free_m2.copy(), self.opened.copy(), self.flow.copy(), self.area_m2.copy(), self.yuan
        )


def search(problem: SitingProblem) -> tuple[Bools, Floats, Floats]:
    """Choose what to open; the same problem gives the same choice.

    Parameters
    ----------
    problem : SitingProblem
        The problem; ``limits.rounds`` and ``limits.seed`` steer the search.

    Returns
    -------
    tuple of array of bool, array of float and array of float
        Which options are opened, the floor area of each, and the people served over each link; within every limit.

    Notes
    -----
    Greedy choice for capacitated maximal covering (Church and ReVelle 1974, with capacities: Current and Storbeck
    1988), improved by giving up a part and choosing anew (large neighbourhood search, Shaw 1998).
    """
    seeker = _Seeker(problem)
    best = seeker.fill(seeker.nothing(), bend=0.0)
    rank = seeker.rank(best)
    rounds = min(problem.limits.rounds, int(EFFORT / max(len(problem.links.demand), 1)))
    for _ in range(rounds if best.opened.any() else 0):
        tried = seeker.fill(seeker.without_some(best), bend=BEND)
        found = seeker.rank(tried)
        if found >= rank:
            best, rank = tried, found
    return best.opened, best.area_m2, best.flow


class _Seeker:
    """Make and unmake choices of one problem."""

    def __init__(self, problem: SitingProblem) -> None:
        self.problem = problem
        options, links = problem.options, problem.links
        self.start = np.searchsorted(links.option, np.arange(options.count + 1))
        self.chance = np.random.default_rng(problem.limits.seed)
        self.most = options.count if problem.limits.facilities is None else problem.limits.facilities
        people = np.bincount(links.demand, minlength=len(problem.demand.people)) > 0
        self.reached = np.unique(problem.demand.group[people & (problem.demand.people > 0)])

    def nothing(self) -> _State:
        """Return the choice of nothing."""
        problem = self.problem
        count = problem.options.count
        return _State(
            problem.demand.people.copy(),
            problem.site_m2.copy(),
            np.zeros(count, bool),
            np.zeros(len(problem.links.demand)),
            np.zeros(count),
            0.0,
        )

    def rank(self, state: _State) -> tuple[float, ...]:
        """Return what a choice is judged by; more is better."""
        total = round(float(state.flow.sum()) - NOISE * int(state.opened.sum()), 6)
        if not self.problem.limits.worst_first:
            return (total,)
        shares = shares_served(self.problem, flow=state.flow)[self.reached]
        return (*np.sort(shares).round(9).tolist(), total)

    def fill(self, state: _State, *, bend: float) -> _State:
        """Open one option after the other, until none is worth it."""
        while int(state.opened.sum()) < self.most:
            room = self._room_m2(state)
            worth = self._worth(state, room)
            if bend:
                worth = worth * (1 - bend * self.chance.random(len(worth)))
            best = int(worth.argmax()) if len(worth) else -1
            if best < 0 or worth[best] <= NOISE:
                break
            self._open(state, best, float(room[best]))
        return state

    def _room_m2(self, state: _State) -> Floats:
        """Return how large each option could become on its site and for the money that is left."""
        options = self.problem.options
        room = state.free_m2[options.site]
        left = self.problem.limits.budget_yuan - state.yuan - options.fixed_yuan
        if np.isfinite(self.problem.limits.budget_yuan):
            paid = np.where(
                options.yuan_per_m2 > 0, left / np.where(options.yuan_per_m2 > 0, options.yuan_per_m2, 1), np.inf
            )
            room = np.minimum(room, np.where(left >= 0, paid, -1.0))
        return np.where(room >= options.least_m2, room, -1.0)

    def _worth(self, state: _State, room: Floats) -> Floats:
        """Return the people each option would serve, by yuan where money is short; nothing for what is not worth it."""
        problem, options = self.problem, self.problem.options
        if not problem.limits.worst_first:
            return self._priced(self._gain(state.rest, room, state.opened), room)
        # The group that is worst off is helped first, of those that anything can still help.
        shares = shares_served(problem, flow=state.flow)
        whole = self._gain(state.rest, room, state.opened)
        for group in self.reached[np.argsort(shares[self.reached], kind="stable")]:
            mine = np.where(problem.demand.group == group, state.rest, 0.0)
            gain = np.where(whole > 0, self._people_near(mine), 0.0)
            gain = np.minimum(gain, np.maximum(room, 0) / options.m2_per_person)
            if gain.max(initial=0.0) > NOISE:
                return self._priced(gain, room)
        return np.zeros(options.count)

    def _people_near(self, rest: Floats) -> Floats:
        links = self.problem.links
        count = self.problem.options.count
        return np.asarray(np.bincount(links.option, weights=rest[links.demand], minlength=count), float)

    def _gain(self, rest: Floats, room: Floats, opened: Bools) -> Floats:
        options = self.problem.options
        gain = np.minimum(self._people_near(rest), room / options.m2_per_person)
        return np.where((room >= 0) & ~opened & (gain >= options.least_people - NOISE), gain, 0.0)

    def _priced(self, gain: Floats, room: Floats) -> Floats:
        """Weigh people against yuan where the money does not pay for all."""
        options, budget = self.problem.options, self.problem.limits.budget_yuan
        if not np.isfinite(budget):
            return gain
        area = np.maximum(options.least_m2, np.minimum(np.maximum(room, 0), gain * options.m2_per_person))
        yuan = options.fixed_yuan + area * options.yuan_per_m2
        return gain / np.maximum(yuan, 1.0)

    def _open(self, state: _State, option: int, room: float) -> None:
        """Open an option for the nearest people with a gap, as far as its room goes."""
        options, links = self.problem.options, self.problem.links
        mine = slice(self.start[option], self.start[option + 1])
        rows = links.demand[mine]
        taken = np.minimum(np.cumsum(state.rest[rows]), room / options.m2_per_person[option])
        flow = np.diff(taken, prepend=0.0)
        area = max(float(options.least_m2[option]), float(flow.sum() * options.m2_per_person[option]))
        state.flow[mine] = flow
        state.rest[rows] = np.maximum(state.rest[rows] - flow, 0.0)
        state.area_m2[option] = area
        state.free_m2[options.site[option]] -= area
        state.opened[option] = True
        state.yuan += float(options.fixed_yuan[option] + area * options.yuan_per_m2[option])

    def without_some(self, state: _State) -> _State:
        """Return the choice without some of what it opened: by chance, or what serves the same people."""
        left = state.copy()
        opened: Ints = np.flatnonzero(state.opened)
        count = int(self.chance.integers(1, min(MOST_GIVEN_UP, len(opened)) + 1))
        out = self.chance.permutation(opened)[:count] if self.chance.random() < 0.5 else self._akin(opened, count)
        for option in out.tolist():
            self._close(left, option)
        return left

    def _akin(self, opened: Ints, count: int) -> Ints:
        """Return an opened option and those that reach most of the people in its reach."""
        links = self.problem.links
        one = int(self.chance.choice(opened))
        reached = np.zeros(len(self.problem.demand.people))
        reached[links.demand[self.start[one] : self.start[one + 1]]] = 1.0
        shared = self._people_near(reached)[opened]
        order: Ints = opened[np.lexsort((opened != one, -shared))]
        return order[:count]

    def _close(self, state: _State, option: int) -> None:
        options, links = self.problem.options, self.problem.links
        mine = slice(self.start[option], self.start[option + 1])
        area = float(state.area_m2[option])
        state.rest[links.demand[mine]] += state.flow[mine]
        state.flow[mine] = 0.0
        state.free_m2[options.site[option]] += area
        state.area_m2[option] = 0.0
        state.opened[option] = False
        state.yuan -= float(options.fixed_yuan[option] + area * options.yuan_per_m2[option])
