"""The max-p heuristics of spopt and pygeoda, which the extra ``bench`` installs: a floor, no ceiling, no reach."""

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pygeoda
import shapely
from libpysal.weights import W
from spopt.region import MaxPHeuristic

from benchmarks.cluster_problem import FLOOR, THOUSAND, Problem
from benchmarks.processes import Answer

Labels = npt.NDArray[np.int64]
NAMES = ["age", "height", "rent"]
CONSTRUCTIONS, IMPROVEMENTS = 99, 10


class Spopt:
    """Solve with spopt; the islands of a raw graph are left to its own policy."""

    def __init__(self, problem: Problem) -> None:
        points = shapely.points(problem.centroids)
        people = problem.size / THOUSAND
        frame = pd.DataFrame(problem.attributes, columns=NAMES).assign(people=people)
        self.frame = gpd.GeoDataFrame(frame, geometry=points)
        self.weights = W(_neighbours(problem), silence_warnings=True)

    def one(self, seed: float) -> Answer:
        """Improve each construction once."""
        return _timed(lambda: self._solve(seed, CONSTRUCTIONS, 1))

    def five(self, seed: float) -> Answer:
        """Improve each construction five times."""
        return _timed(lambda: self._solve(seed, CONSTRUCTIONS, 5))

    def default(self, seed: float) -> Answer:
        """Leave all efforts as spopt has them: 99 constructions, each improved ten times."""
        return _timed(lambda: self._solve(seed, CONSTRUCTIONS, IMPROVEMENTS))

    def within(self, seed: float, seconds: float) -> Answer:
        """Try single constructions until a time is up, at least one, and keep the best."""
        return _timed(lambda: _best(lambda number: self._solve(seed + number, 1, 1), seconds))

    def _solve(self, seed: float, constructions: int, improvements: int) -> Labels:
        # There is no other way to give it a seed.
        np.random.seed(int(seed))  # noqa: NPY002
        model = MaxPHeuristic(
            self.frame,
            self.weights,
            NAMES,
            "people",
            FLOOR / THOUSAND,
            2,
            max_iterations_construction=constructions,
            max_iterations_sa=improvements,
        )
        model.solve()
        return np.array(model.labels_, np.int64)


class Pygeoda:
    """Solve with the greedy max-p of pygeoda."""

    def __init__(self, problem: Problem) -> None:
        ids = [str(number) for number in range(len(problem.size))]
        lines = [f"0 {len(ids)} mosaic id"]
        for number, others in _neighbours(problem).items():
            lines += [f"{number} {len(others)}", " ".join(str(other) for other in others)]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "mosaic.gal"
            path.write_text("\n".join(lines) + "\n", "utf-8")
            self.weights = pygeoda.read_gal(os.fspath(path), ids)
        self.people = (problem.size / THOUSAND).tolist()
        self.columns = [column.tolist() for column in problem.attributes.T]

    def default(self, seed: float) -> Answer:
        """Run 99 iterations."""
        return _timed(lambda: self._solve(seed, CONSTRUCTIONS))

    def within(self, seed: float, seconds: float) -> Answer:
        """Run single iterations until a time is up, at least one, and keep the best."""
        return _timed(lambda: _best(lambda number: self._solve(seed + number, 1), seconds))

    def _solve(self, seed: float, iterations: int) -> Labels:
        found = pygeoda.maxp_greedy(
            self.weights,
            self.columns,
            self.people,
            FLOOR / THOUSAND,
            iterations=iterations,
            random_seed=int(seed) + 1,
        )
        return np.array(found["Clusters"], np.int64)


def _neighbours(problem: Problem) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {number: [] for number in range(len(problem.size))}
    for one, other in zip(problem.one.tolist(), problem.other.tolist(), strict=True):
        found[one].append(other)
        found[other].append(one)
    return found


def _best(solve: Callable[[int], Labels], seconds: float) -> Labels:
    start, number = time.perf_counter(), 0
    best = solve(number)
    while time.perf_counter() - start < seconds:
        number += 1
        other = solve(number)
        best = max(best, other, key=lambda label: len(np.unique(label)))
    return best


def _timed(solve: Callable[[], Labels]) -> Answer:
    start, cpu = time.perf_counter(), time.process_time()
    label = solve()
    seconds, cpu_s = time.perf_counter() - start, time.process_time() - cpu
    return Answer(seconds, arrays={"label": label}, cpu_s=cpu_s)
