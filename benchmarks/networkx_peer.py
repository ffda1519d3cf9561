"""The same measures with networkx."""

import time

import networkx as nx
import numpy as np
import pandas as pd

from benchmarks.ours import timed
from benchmarks.processes import Answer
from benchmarks.samples import estate_sample, facilities_by_node, sampled_pairs
from benchmarks.street_net import LIMIT_M, SERVICES, Town

SAMPLE = 150


class Networkx:
    """Solve the snapped town on a directed graph of whole millimetres."""

    def __init__(self, town: Town) -> None:
        self.problem = town.snapped
        network = self.problem.network
        self.graph = nx.DiGraph()
        self.graph.add_nodes_from(range(len(network.x)))
        for first, second in ((network.u, network.v), (network.v, network.u)):
            triples = zip(first.tolist(), second.tolist(), network.length_mm.tolist(), strict=True)
            self.graph.add_weighted_edges_from(triples, weight="mm")

    def nearest(self) -> Answer:
        """Find the nearest facility of each service, by one search from all facilities of it."""
        of = self.problem
        nodes = [set(of.facilities.node[of.group == service].tolist()) for service in range(SERVICES)]
        search = nx.multi_source_dijkstra_path_length
        seconds, found = timed(lambda: [search(self.graph, places, weight="mm") for places in nodes])
        columns = [[reached.get(node, np.inf) for node in of.estates.node.tolist()] for reached in found]
        return Answer(seconds, arrays={"metres": np.array(columns).T / 1000})

    def within(self) -> Answer:
        """Find the pairs within the limit, by one search from each estate of a sample."""
        sample = estate_sample(self.problem, SAMPLE)
        facilities = facilities_by_node(self.problem)
        found: list[tuple[int, int, float]] = []
        start = time.perf_counter()
        for estate in sample.tolist():
            node = int(self.problem.estates.node[estate])
            reached = nx.single_source_dijkstra_path_length(self.graph, node, cutoff=LIMIT_M * 1000, weight="mm")
            for near in reached.keys() & facilities.keys():
                found += [(estate, facility, reached[near] / 1000) for facility in facilities[near]]
        seconds = time.perf_counter() - start
        return sampled_pairs(seconds, self.problem, sample, pd.DataFrame(found, columns=["origin", "target", "metres"]))
