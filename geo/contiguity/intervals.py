"""Sets of intervals on many lines at once, as sorted arrays."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Intervals:
    """Hold intervals; all arrays have one entry per interval.

    Parameters
    ----------
    key : array of int
        Line that the interval lies on.
    low, high : array of float
        Ends along that line.
    """

    key: Ints
    low: Floats
    high: Floats


def merge(intervals: Intervals) -> Intervals:
    """Join the intervals of each line that touch or overlap.

    Parameters
    ----------
    intervals : Intervals
        In any order.

    Returns
    -------
    Intervals
        Disjoint, sorted by line and place.
    """
    order = np.lexsort((intervals.low, intervals.key))
    key, low, high = intervals.key[order], intervals.low[order], intervals.high[order]
    if not len(key):
        return Intervals(key, low, high)
    turn = key[1:] != key[:-1]
    # Ranks, not metres, carry the reach along a line: whole numbers stay exact however many lines there are.
    ends, rank = np.unique(high, return_inverse=True)
    base = np.append(0, np.cumsum(turn)) * len(ends)
    reach = ends[np.maximum.accumulate(rank + base) - base]
    fresh = np.append(True, turn | (low[1:] > reach[:-1]))
    starts = np.flatnonzero(fresh)
    return Intervals(key[starts], low[starts], np.maximum.reduceat(high, starts))


def subtract(intervals: Intervals, *, blocked: Intervals) -> Intervals:
    """Take intervals out of others.

    Parameters
    ----------
    intervals : Intervals
        One per line.
    blocked : Intervals
        What is taken out; any number per line, also on lines without an interval.

    Returns
    -------
    Intervals
        What is left, sorted by line and place.
    """
    order = np.argsort(intervals.key, kind="stable")
    key, low, high = intervals.key[order], intervals.low[order], intervals.high[order]
    known = np.isin(blocked.key, key)
    cut = merge(Intervals(blocked.key[known], blocked.low[known], blocked.high[known]))
    at = np.searchsorted(key, cut.key)
    lows = np.concatenate([low, np.clip(cut.high, low[at], high[at])])
    highs = np.concatenate([np.clip(cut.low, low[at], high[at]), high])
    starts_of = np.concatenate([key, cut.key])
    ends_of = np.concatenate([cut.key, key])
    start = np.lexsort((lows, starts_of))
    stop = np.lexsort((highs, ends_of))
    keys, lows, highs = starts_of[start], lows[start], highs[stop]
    left = highs > lows
    return Intervals(keys[left], lows[left], highs[left])
