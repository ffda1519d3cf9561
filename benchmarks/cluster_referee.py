"""A referee that trusts no tool: everything is worked out anew from the labels and the neighbours."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import pdist

from benchmarks.cluster_problem import CEILING, FLOOR, REACH_M, Problem

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Verdict:
    """Hold what is to be said of one answer.

    Parameters
    ----------
    clusters, bound : int
        How many there are, and can be at most.
    apart, small, large, far : int
        Clusters that do not hang together, do not reach the floor, go beyond the ceiling, or beyond the reach; the
        last two are 0 where they are not asked for.
    lost : int
        Estates without a label where there should be one; -1 for none is a label.
    people_share : float
        Share of the people in clusters that keep to all that is asked for.
    """

    clusters: int
    bound: int
    apart: int
    small: int
    large: int
    far: int
    lost: int
    people_share: float

    @property
    def violations(self) -> int:
        """Return how often the answer breaks what was asked for."""
        return self.apart + self.small + self.large + self.far + self.lost


def judge(label: Ints, *, problem: Problem, banded: bool) -> Verdict:
    """Judge an answer.

    Parameters
    ----------
    label : array of int
        Cluster of each estate, -1 for none.
    problem : Problem
        What was to be solved.
    banded : bool
        Whether ceiling and reach were asked for, besides the floor.

    Returns
    -------
    Verdict
        Of an answer with more or fewer labels than estates, nothing counts but that.
    """
    n = len(problem.size)
    if len(label) != n:
        return Verdict(0, problem.bound(), 0, 0, 0, 0, abs(n - len(label)), 0.0)
    mine = np.flatnonzero(label >= 0)
    names, cluster = np.unique(label[mine], return_inverse=True)
    of = np.full(n, -1)
    of[mine] = cluster.reshape(-1)
    people = np.bincount(of[mine], weights=problem.size[mine].astype(float), minlength=len(names))
    apart, small = _pieces(of, problem, len(names)) > 1, people < FLOOR
    large = people > CEILING if banded else np.zeros(len(names), bool)
    far = _far(of, problem, len(names)) if banded else np.zeros(len(names), bool)
    kept = people[~(apart | small | large | far)].sum()
    loose, under, over, wide = (int(broken.sum()) for broken in (apart, small, large, far))
    share = float(kept / problem.size.sum())
    return Verdict(len(names), problem.bound(), loose, under, over, wide, 0, share)


def _pieces(of: Ints, problem: Problem, count: int) -> Ints:
    """Return how many connected pieces each cluster falls into."""
    inside = (of[problem.one] == of[problem.other]) & (of[problem.one] >= 0)
    ends = problem.one[inside], problem.other[inside]
    links = coo_array((np.ones(len(ends[0])), ends), shape=(len(of), len(of)))
    component = connected_components(links, directed=False)[1]
    mine = np.flatnonzero(of >= 0)
    piece = np.unique(np.column_stack([of[mine], component[mine]]), axis=0)
    return np.bincount(piece[:, 0], minlength=count).astype(np.int64)


def _far(of: Ints, problem: Problem, count: int) -> npt.NDArray[np.bool_]:
    """Tell in which clusters two estates are too far from each other."""
    order = np.argsort(of, kind="stable")
    groups = np.split(order, np.searchsorted(of[order], np.arange(count)))[1:]
    widest = [pdist(problem.centroids[group]).max(initial=0.0) for group in groups]
    return np.array(widest, float) > REACH_M
