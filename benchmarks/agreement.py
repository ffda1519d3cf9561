"""Whether two tools found the same: walks that differ by more than a metre end the run."""

import numpy as np
import numpy.typing as npt

from benchmarks.processes import Arrays
from benchmarks.street_net import LIMIT_M

TOLERANCE_M = 1.0


def same_nearest(name: str, ours: Arrays, theirs: Arrays) -> None:
    """Fail when the walk to a nearest facility is not as long for both."""
    apart = _apart(ours["metres"], theirs["metres"])
    if apart > TOLERANCE_M:
        raise SystemExit(f"{name} and ours differ by {apart:.1f} m on a nearest facility")


def same_pairs(name: str, ours: Arrays, theirs: Arrays) -> None:
    """Fail when a pair of the sample is not as far for both, or is found by one only and is no close call."""
    mine = np.isin(ours["origin"], theirs["sample"])
    wide = 1 + int(max(ours["target"].max(initial=0), theirs["target"].max(initial=0)))
    keys = [side["origin"][keep] * wide + side["target"][keep] for side, keep in ((ours, mine), (theirs, slice(None)))]
    every = np.union1d(*keys)
    metres = []
    for key, found in zip(keys, (ours["metres"][mine], theirs["metres"]), strict=True):
        column = np.full(len(every), LIMIT_M)
        column[np.searchsorted(every, key)] = found
        metres.append(column)
    apart = _apart(*metres)
    if apart > TOLERANCE_M:
        raise SystemExit(f"{name} and ours differ by {apart:.1f} m on a pair")


def _apart(a: npt.NDArray[np.float64], b: npt.NDArray[np.float64]) -> float:
    both = np.isfinite(a) & np.isfinite(b)
    if not np.array_equal(np.isfinite(a), np.isfinite(b)):
        return np.inf
    return float(np.abs(a[both] - b[both]).max(initial=0))
