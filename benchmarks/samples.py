"""Samples of estates for tools too slow to be asked about all of them."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.processes import Answer
from benchmarks.street_net import Problem


def estate_sample(problem: Problem, size: int) -> npt.NDArray[np.int64]:
    """Spread a sample over the estates."""
    return np.linspace(0, problem.estates.count - 1, size).astype(np.int64)


def facilities_by_node(problem: Problem) -> dict[int, list[int]]:
    """Return the facilities at each node that has any."""
    doors = problem.facilities
    found: dict[int, list[int]] = {}
    for node, owner in zip(doors.node.tolist(), doors.owner.tolist(), strict=True):
        found.setdefault(node, []).append(owner)
    return found


def sampled_pairs(seconds: float, problem: Problem, sample: npt.NDArray[np.int64], found: pd.DataFrame) -> Answer:
    """Return the pairs found for a sample, and the time scaled up to all estates."""
    arrays = {name: found[name].to_numpy() for name in ("origin", "target", "metres")}
    return Answer(seconds * problem.estates.count / len(sample), len(sample), {"sample": sample, **arrays})
