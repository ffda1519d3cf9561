"""Ends of lines that fall short of what they should meet."""

from dataclasses import dataclass

import numpy as np
import shapely

from data.roads.contacts import MAX_RISE_M, Contacts, Flags, Floats, Ints, Levels, Shapes, make_contacts
from data.roads.cuts import Cuts
from data.roads.pieces import Pieces

# A stub past a junction is no gap: it ends this many times nearer, along the line, than a road that falls short.
_STUB_TIMES = 3


@dataclass(frozen=True)
class Gaps:
    """Hold gaps between an end and the nearest line or end.

    Parameters
    ----------
    contacts : Contacts
        What would join them; the first side is the end that falls short.
    ends : array of int
        Their ends, numbered as :attr:`data.roads.cuts.Cuts.end`.
    width_m : array of float, shape (k,)
        How wide each gap is; one between two ends that fall short of each other counts once.
    xy : array of float, shape (k, 2)
        Where it is.
    """

    contacts: Contacts
    ends: Ints
    width_m: Floats
    xy: Floats


@dataclass(frozen=True)
class _Near:
    """What lies near ends that hang free: row of the cut, line, metres along it, and how far off."""

    cut: Ints
    line: Ints
    at: Floats
    gap_m: Floats
    rise_m: Floats

    def take(self, rows: Ints | Flags) -> "_Near":
        return _Near(self.cut[rows], self.line[rows], self.at[rows], self.gap_m[rows], self.rise_m[rows])


def find_gaps(lines: Shapes, pieces: Pieces, *, levels: Levels, reach_m: float) -> Gaps:
    """Find what each end that hangs free falls short of.

    Parameters
    ----------
    lines : array of LineString, shape (n,)
        The lines, in metres.
    pieces : Pieces
        The lines taken apart.
    levels : Levels
        On which level each runs; only an end of a bridge or a tunnel meets another level, or is met by it.
    reach_m : float
        The widest gap to look across.

    Returns
    -------
    Gaps
        The gaps; each end has the nearest one only, on its own level if there is one.
    """
    cuts = pieces.cuts
    degree = np.bincount(np.concatenate([pieces.u, pieces.v]), minlength=len(cuts.xy))
    near = _near(lines, cuts, np.flatnonzero(cuts.is_end & (degree[cuts.node] == 1)), reach_m)
    near = near.take(_is_apart(near, pieces) & _may_join(near, cuts, levels))
    other = levels.level[cuts.line[near.cut]] != levels.level[near.line]
    order = np.lexsort((near.at, near.line, near.gap_m, other, near.cut))
    near = near.take(order[np.unique(near.cut[order], return_index=True)[1]])
    contacts = make_contacts(
        lines,
        line=np.column_stack([cuts.line[near.cut], near.line]),
        at=np.column_stack([cuts.at[near.cut], near.at]),
        rise_m=near.rise_m,
    )
    once = _once(near, cuts)
    return Gaps(contacts, cuts.end[near.cut], near.gap_m[once], cuts.spot[near.cut[once]])


def _near(lines: Shapes, cuts: Cuts, free: Ints, reach_m: float) -> _Near:
    """Return the lines within reach of each free end, and the other end of its own line."""
    points = shapely.points(cuts.spot[free])
    which, line = shapely.STRtree(lines).query(points, predicate="dwithin", distance=reach_m)
    others = cuts.line[free][which] != line
    which, line = which[others], line[others].astype(np.int64)
    cut, at = free[which], shapely.line_locate_point(lines[line], points[which])
    own = cuts.line[free]
    far_end = np.where(cuts.at[free] > 0, 0.0, cuts.length_m[own])
    cut, line, at = (np.concatenate(pair) for pair in ((cut, free), (line, own), (at, far_end)))
    there = shapely.line_interpolate_point(lines[line], at)
    here = shapely.line_interpolate_point(lines[cuts.line[cut]], cuts.at[cut])
    gap_m = shapely.distance(here, there)
    rise_m = np.abs(shapely.get_z(here) - shapely.get_z(there))
    return _Near(cut, line, at, gap_m, rise_m).take(gap_m <= reach_m)


def _is_apart(near: _Near, pieces: Pieces) -> Flags:
    """Tell which lines an end does not meet already, at its place or just before it."""
    cuts, lines = pieces.cuts, len(pieces.cuts.length_m)
    piece = np.full(len(cuts.xy), -1)
    piece[pieces.u] = piece[pieces.v] = np.arange(len(pieces.u))
    node = cuts.node[near.cut]
    leads = piece[node]
    back = pieces.u[leads] + pieces.v[leads] - node
    passed = np.unique(cuts.node * lines + cuts.line)
    meets_here = np.isin(node * lines + near.line, passed) & (cuts.line[near.cut] != near.line)
    is_stub = shapely.length(pieces.shapes)[leads] <= _STUB_TIMES * near.gap_m
    meets_before = np.isin(back * lines + near.line, passed) & is_stub
    new: Flags = ~meets_here & ~meets_before
    return new


def _may_join(near: _Near, cuts: Cuts, levels: Levels) -> Flags:
    own = cuts.line[near.cut]
    ends = (near.at == 0) | (near.at == cuts.length_m[near.line])
    same = levels.level[own] == levels.level[near.line]
    lands = levels.apart[own] | (ends & levels.apart[near.line])
    may: Flags = (ends | ~levels.apart[near.line]) & (same | lands) & ~(near.rise_m > MAX_RISE_M)
    return may


def _once(near: _Near, cuts: Cuts) -> Ints:
    """Return the rows of different gaps: two ends may each be the nearest of the other."""
    one = cuts.end[near.cut]
    ends = (near.at == 0) | (near.at == cuts.length_m[near.line])
    two = np.where(ends, 2 * near.line + (near.at > 0), -1 - np.arange(len(one)))
    rows: Ints = np.sort(np.unique(np.sort(np.column_stack([one, two]), axis=1), axis=0, return_index=True)[1])
    return rows
