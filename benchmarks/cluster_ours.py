"""Our clusters of the mosaics: within the band and reach, and, as the peers, with a floor only."""

import time

import numpy as np
from scipy.spatial import KDTree

from benchmarks.cluster_problem import CEILING, FLOOR, REACH_M, Problem
from benchmarks.processes import Answer
from geo.contiguity.clusters import find_clusters
from geo.contiguity.town import ClusterLimits, Town

# Households of three, in thousandths as the people are.
PEOPLE_PER_HOUSEHOLD = 3


class Ours:
    """Solve with the kernel of the tool, with the efforts that a project has unless told otherwise."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem

    def band(self, seed: float) -> Answer:
        """Keep to floor, ceiling, reach, and at least two estates."""
        pairs = KDTree(self.problem.centroids).query_pairs(REACH_M, output_type="ndarray")
        reach = pairs[:, 0].astype(np.int64), pairs[:, 1].astype(np.int64)
        return self._solve(reach, ClusterLimits(FLOOR, CEILING, seed=int(seed)))

    def floor(self, seed: float) -> Answer:
        """Keep to the floor, which one estate alone may reach."""
        return self._solve(None, ClusterLimits(FLOOR, None, seed=int(seed), least_estates=1))

    def _solve(self, reach: tuple[np.ndarray, np.ndarray] | None, limits: ClusterLimits) -> Answer:
        of, n = self.problem, len(self.problem.size)
        start, cpu = time.perf_counter(), time.process_time()
        town = Town(
            size=of.size,
            worth=of.size // PEOPLE_PER_HOUSEHOLD,
            estates=np.ones(n, np.int64),
            one=of.one,
            other=of.other,
            facing_mm=of.facing_mm,
            reach=reach,
            region=np.full(n, -1, np.int64),
            resources=np.zeros(n, np.int64),
        )
        found = find_clusters(town, limits=limits)
        seconds, cpu_s = time.perf_counter() - start, time.process_time() - cpu
        label = np.full(n, -1, np.int64)
        for number, members in enumerate(found.members):
            label[list(members)] = number
        return Answer(seconds, arrays={"label": label}, cpu_s=cpu_s)
