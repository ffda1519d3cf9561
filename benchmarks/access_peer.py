"""Floating catchments with the access package of PySAL, which the extra ``bench`` installs."""

import time

import numpy as np
import pandas as pd
from access.fca import two_stage_fca
from access.weights import step_fn

from benchmarks.ours import ZONES_US, OursSnapped
from benchmarks.processes import Answer
from benchmarks.street_net import SERVICES, Town
from geo.walking.opportunities import ZONE_WEIGHTS


class Access:
    """Share out capacities with the access package of PySAL, from the same pairs."""

    def __init__(self, town: Town) -> None:
        self.town = town
        pairs = OursSnapped(town).pairs()
        self.costs = pd.DataFrame({"origin": pairs.origin, "dest": pairs.target, "cost": pairs.cost_us})

    def catchments(self) -> Answer:
        """Share out the capacity of the facilities, service by service."""
        weight = step_fn(dict(zip(ZONES_US, ZONE_WEIGHTS, strict=True)))
        demand = pd.DataFrame({"demand": self.town.people.astype(float)})
        supply = pd.DataFrame({"supply": self.town.capacity.astype(float)})
        result = np.zeros((len(demand), SERVICES))
        start = time.perf_counter()
        for service in range(SERVICES):
            mine = np.flatnonzero(self.town.snapped.group == service)
            costs = self.costs[self.costs["dest"].isin(mine)]
            found = two_stage_fca(
                demand, supply.loc[mine], costs, max_cost=ZONES_US[-1], demand_index=True, weight_fn=weight
            )
            result[found.index.to_numpy(), service] = found.to_numpy()
        return Answer(time.perf_counter() - start, arrays={"access": result})
