"""Our clusters of the mosaics: within the band and reach, and, as the peers, with a floor only."""

import math
import time

import networkx as nx
import numpy as np
from scipy.spatial import KDTree

from benchmarks.cluster_problem import CEILING, FLOOR, REACH_M, THOUSAND, Problem
from benchmarks.processes import Answer
from geo.contiguity.clusters import ClusterLimits, Town, grow_clusters

ROUNDS = 24


class Ours:
    """Solve with the kernel of the tool."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem

    def band(self, seed: float) -> Answer:
        """Keep to floor, ceiling and reach."""
        pairs = KDTree(self.problem.centroids).query_pairs(REACH_M)
        reach: list[set[int]] = [{i} for i in range(len(self.problem.size))]
        for i, j in pairs:
            reach[i].add(j)
            reach[j].add(i)
        return self._solve([frozenset(near) for near in reach], CEILING / THOUSAND, seed)

    def floor(self, seed: float) -> Answer:
        """Keep to the floor."""
        everybody = frozenset(range(len(self.problem.size)))
        return self._solve([everybody] * len(self.problem.size), math.inf, seed)

    def _solve(self, reach: list[frozenset[int]], ceiling: float, seed: float) -> Answer:
        of = self.problem
        start = time.perf_counter()
        graph = nx.Graph()
        graph.add_nodes_from(range(len(of.size)))
        ends = zip(of.one.tolist(), of.other.tolist(), (of.facing_mm / THOUSAND).tolist(), strict=True)
        graph.add_weighted_edges_from(ends, weight="facing_m")
        limits = ClusterLimits(FLOOR / THOUSAND, ceiling, ROUNDS, int(seed))
        found = grow_clusters(Town((of.size / THOUSAND).tolist(), graph, reach), limits=limits)
        seconds = time.perf_counter() - start
        label = np.full(len(of.size), -1)
        for number, members in enumerate(found.members):
            label[list(members)] = number
        return Answer(seconds, arrays={"label": label})
