"""The same measures with pandana, which the extra ``bench`` installs."""

import time
from typing import Any

import numpy as np
import pandana
import pandas as pd

from benchmarks.ours import timed
from benchmarks.processes import Answer
from benchmarks.samples import estate_sample, sampled_pairs
from benchmarks.street_net import LIMIT_M, PANDANA_NEAREST_M, SERVICES, Town

SAMPLE = 500


class Pandana:
    """Solve the snapped town with contraction hierarchies."""

    def __init__(self, town: Town) -> None:
        self.problem = town.snapped
        self.network: Any = None

    def build(self) -> Answer:
        """Build the hierarchies."""
        network = self.problem.network
        frame = pd.DataFrame({"m": network.length_mm / 1000.0})
        x, y = pd.Series(network.x), pd.Series(network.y)
        seconds, self.network = timed(
            lambda: pandana.Network(x, y, pd.Series(network.u), pd.Series(network.v), frame, twoway=True)
        )
        return Answer(seconds)

    def nearest(self) -> Answer:
        """Find the nearest facility of each service, from all nodes, as pandana always does."""
        of, network = self.problem, self.problem.network
        start = time.perf_counter()
        columns = []
        for service in range(SERVICES):
            node = of.facilities.node[of.group == service]
            name = f"service {service}"
            self.network.set_pois(name, PANDANA_NEAREST_M, 1, pd.Series(network.x[node]), pd.Series(network.y[node]))
            found = self.network.nearest_pois(PANDANA_NEAREST_M, name, num_pois=1, max_distance=np.inf)
            columns.append(found[1].to_numpy()[of.estates.node])
        return Answer(time.perf_counter() - start, arrays={"metres": np.column_stack(columns)})

    def within(self) -> Answer:
        """Find the pairs within the limit for a sample of estates, by the nodes in range."""
        sample = estate_sample(self.problem, SAMPLE)
        estates = pd.DataFrame({"origin": sample, "source": self.problem.estates.node[sample]})
        facilities = pd.DataFrame(
            {"destination": self.problem.facilities.node, "target": self.problem.facilities.owner}
        )
        start = time.perf_counter()
        nodes = np.unique(estates["source"].to_numpy())
        ranges = self.network.nodes_in_range(nodes, LIMIT_M)
        found = ranges.merge(facilities, on="destination").merge(estates, on="source")
        seconds = time.perf_counter() - start
        return sampled_pairs(seconds, self.problem, sample, found.rename(columns={"m": "metres"}))
