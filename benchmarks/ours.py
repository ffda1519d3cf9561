"""The access measures of this package, and the bare sweeps they are built on."""

import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from benchmarks.processes import Answer
from benchmarks.street_net import ADULT_US_PER_MM, LIMIT_MINUTES, SERVICES, Problem, Town
from geo.reach.isochrones import Streets, isochrones
from geo.streets.graph import Graph, Pace, arc_costs, build_graph, cost_matrix, sparse_minimum
from geo.walking.opportunities import catchments, count_within, served
from geo.walking.repair import NewArcs, repair
from geo.walking.walk_times import Doors, Nearest, Pairs, nearest_targets, pairs_within

Ints = npt.NDArray[np.int64]
T = TypeVar("T")
PACE = Pace(us_per_mm=ADULT_US_PER_MM, steps=1.0)
US_PER_M = ADULT_US_PER_MM * 1000
US_PER_MINUTE = 60_000_000
ZONES_US = tuple(minutes * US_PER_MINUTE for minutes in (5, 10, 15))


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Return the seconds that a piece of work takes, and its result."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


class Ours:
    """Solve the town, its streets taken as they are."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.problem = self._problem()
        self.graph, self.matrix = walking_matrix(self.problem)
        self.found: Pairs | None = None

    def _problem(self) -> Problem:
        return self.town.exact

    def nearest(self) -> Answer:
        """Find the nearest facility of each service."""
        of = self.problem
        seconds, found = timed(
            lambda: nearest_targets(self.matrix, origins=of.estates, targets=of.facilities, groups=of.group)
        )
        return Answer(seconds, arrays={"metres": found.cost_us / US_PER_M})

    def within(self) -> Answer:
        """Find all pairs within the limit."""
        of = self.problem
        seconds, pairs = timed(
            lambda: pairs_within(
                self.matrix,
                xy=self.graph.xy,
                origins=of.estates,
                targets=of.facilities,
                limit_us=LIMIT_MINUTES * US_PER_MINUTE,
                metres_per_us=1 / US_PER_M,
            )
        )
        self.found = pairs
        metres = pairs.cost_us / US_PER_M
        return Answer(seconds, arrays={"origin": pairs.origin, "target": pairs.target, "metres": metres})

    def catchments(self) -> Answer:
        """Share out the capacity of the facilities, from the pairs."""
        seconds, access = timed(lambda: _catchments(self.pairs(), self.town))
        return Answer(seconds, arrays={"access": access})

    def figures(self) -> Answer:
        """Count, add up the people served, and share out the capacity, from the pairs."""
        pairs, town = self.pairs(), self.town
        weights = town.people[None].astype(float)
        limit_us = np.full(len(town.capacity), ZONES_US[-1])

        def work() -> None:
            group = self.problem.group
            count_within(pairs, group=group, groups=SERVICES, origins=len(town.people), limits_us=ZONES_US)
            served(pairs, weights=weights, targets=len(town.capacity), limit_us=limit_us)
            _catchments(pairs, town)

        return Answer(timed(work)[0])

    def pairs(self) -> Pairs:
        """Return the pairs, found before or now."""
        if self.found is None:
            self.within()
        assert self.found is not None
        return self.found


class OursSnapped(Ours):
    """Solve the town simplified to nodes."""

    def _problem(self) -> Problem:
        return self.town.snapped

    def gates_opened_anew(self) -> Answer:
        """Work out the nearest facilities once more with all gates opened."""
        graph, of = self.graph, self.problem
        tail, head, cost_us = self._gates()

        def work() -> Nearest:
            cost = np.concatenate([arc_costs(graph, pace=PACE), cost_us])
            tails, heads = np.concatenate([graph.tail, tail]), np.concatenate([graph.head, head])
            matrix = sparse_minimum(tails, heads, cost, shape=self.matrix.shape)
            return nearest_targets(matrix, origins=of.estates, targets=of.facilities, groups=of.group)

        seconds, found = timed(work)
        return Answer(seconds, arrays={"rank": found.rank})

    def gates_opened(self) -> Answer:
        """Repair what was found before with all gates shut."""
        of = self.problem
        before = nearest_targets(self.matrix, origins=of.estates, targets=of.facilities, groups=of.group)
        back = self.matrix.T.tocsr() * before.count
        tail, head, cost_us = self._gates()
        arcs = NewArcs(tail, head, (cost_us * before.count).astype(np.float64))
        seconds, found = timed(lambda: repair(back, cost=before.rank, arcs=arcs))
        before.rank[found.group, found.node] = found.cost
        return Answer(seconds, arrays={"rank": before.rank})

    def _gates(self) -> tuple[Ints, Ints, Ints]:
        """Return the arcs through the gates, both ways."""
        a, b = self.town.shut_gates.T
        apart_mm = np.ceil(np.hypot(*(self.graph.xy[a] - self.graph.xy[b]).T) * 1000).astype(np.int64)
        return np.concatenate([a, b]), np.concatenate([b, a]), np.tile(apart_mm * ADULT_US_PER_MM, 2)

    def isochrones(self) -> Answer:
        """Draw nested isochrones."""
        first = self.town.isochrones
        doors = self.problem.estates
        origins = Doors(doors.owner[:first], doors.node[:first], doors.cost_us[:first], first)
        streets = walking_streets(self.graph, self.town.lines, self.matrix)
        none = np.zeros(0, object)
        seconds, (owner, minutes, shape) = timed(lambda: isochrones(streets, origins=origins, barriers=none))
        return Answer(seconds, arrays={"owner": owner, "minutes": minutes, "area_m2": shapely.area(shape)})


class Bare:
    """Sweep with nothing around it: the least that any tool built on scipy takes."""

    def __init__(self, town: Town) -> None:
        self.problem = self._problem(town)
        self.back = walking_matrix(self.problem)[1].T.tocsr()

    def _problem(self, town: Town) -> Problem:
        return town.exact

    def nearest(self) -> Answer:
        """Sweep once for each service; connectors and the answer to which facility are left out."""
        doors, group = self.problem.facilities, self.problem.group
        nodes = [np.unique(doors.node[group[doors.owner] == service]) for service in range(SERVICES)]
        seconds, swept = timed(lambda: [dijkstra(self.back, indices=places, min_only=True) for places in nodes])
        metres = np.column_stack(swept)[self.problem.estates.node] / US_PER_M
        return Answer(seconds, arrays={"metres": metres})


class BareSnapped(Bare):
    """The same for the town simplified to nodes."""

    def _problem(self, town: Town) -> Problem:
        return town.snapped


def walking_matrix(problem: Problem) -> tuple[Graph, csr_array]:
    """Build the graph and its costs at the pace of an adult."""
    graph = build_graph(problem.network)
    return graph, cost_matrix(graph, pace=PACE)


def walking_streets(graph: Graph, lines: npt.NDArray[np.object_], matrix: csr_array) -> Streets:
    """Lay the arcs of the graph along the lines of its edges."""
    line = np.where(graph.ahead, lines[graph.edge], shapely.reverse(lines[graph.edge]))
    cost_us = graph.network.length_mm[graph.edge] * ADULT_US_PER_MM
    return Streets(graph.xy[:, 0], graph.xy[:, 1], graph.tail, graph.head, cost_us, line, matrix)


def _catchments(pairs: Pairs, town: Town) -> npt.NDArray[np.float64]:
    return catchments(
        pairs,
        group=town.snapped.group,
        groups=SERVICES,
        supply=town.capacity.astype(float),
        demand=town.people.astype(float),
        zones_us=ZONES_US,
    )
