"""Where lines are cut, and which cuts are one node."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from data.roads.contacts import TOUCH_M, Contacts, Flags, Floats, Ints, Shapes


@dataclass(frozen=True)
class Cuts:
    """Hold the places where lines are cut, their ends among them, ordered by line and along it.

    Parameters
    ----------
    length_m : array of float, shape (n,)
        How long each line is.
    line : array of int, shape (m,)
        The line of each cut.
    at : array of float, shape (m,)
        Metres along it.
    spot : array of float, shape (m, 2)
        Where on the line it lies.
    node : array of int, shape (m,)
        Which node it belongs to.
    xy : array of float, shape (k, 2)
        The nodes, from west to east.
    """

    length_m: Floats
    line: Ints
    at: Floats
    spot: Floats
    node: Ints
    xy: Floats

    @cached_property
    def start(self) -> Ints:
        """Return the cuts at which a piece starts; it stops at the next one."""
        return np.flatnonzero(self.line[:-1] == self.line[1:])

    @cached_property
    def is_end(self) -> Flags:
        """Tell which cuts are the ends of their lines."""
        ends: Flags = np.ones(len(self.line), bool)
        ends[1:-1] = (self.line[1:-1] != self.line[:-2]) | (self.line[1:-1] != self.line[2:])
        return ends

    @property
    def end(self) -> Ints:
        """Return the number of each end: twice its line, and one more where the line stops."""
        return 2 * self.line + (self.at > 0)


def cut_lines(lines: Shapes, contacts: Contacts, *, moved: Ints) -> Cuts:
    """Cut lines at their ends and at their contacts.

    Parameters
    ----------
    lines : array of LineString, shape (n,)
        The lines.
    contacts : Contacts
        Places where they join.
    moved : array of int
        Ends, numbered as :attr:`Cuts.end`, that go to what they join instead of drawing it to themselves.

    Returns
    -------
    Cuts
        The cuts; those that are joined share a node.
    """
    length_m, every, count = shapely.length(lines), np.arange(len(lines)), len(contacts.line)
    line = np.concatenate([every, every, contacts.line[:, 0], contacts.line[:, 1]])
    at = np.concatenate([np.zeros(len(lines)), length_m, contacts.at[:, 0], contacts.at[:, 1]])
    order = np.lexsort((at, line))
    line, at = line[order], at[order]
    new = np.ones(len(order), bool)
    new[1:] = (line[1:] != line[:-1]) | (at[1:] - at[:-1] > TOUCH_M)
    cut = np.empty(len(order), np.int64)
    cut[order] = np.cumsum(new) - 1
    first = np.flatnonzero(new)
    last = np.append(first[1:], len(order))[: len(first)] - 1
    line, at = line[first], np.where(at[last] == length_m[line[last]], at[last], at[first])
    one, two = np.split(cut[2 * len(lines) :], [count])
    graph = coo_array((np.ones(count, np.int8), (one, two)), shape=(len(first), len(first)))
    group = connected_components(graph, directed=False)[1].astype(np.int64)
    spot = shapely.get_coordinates(shapely.line_interpolate_point(lines[line], at))
    end = (at == 0) | (at == length_m[line])
    xy, node = _nodes(spot, group, end & np.isin(2 * line + (at > 0), moved))
    return Cuts(length_m, line, at, spot, node, xy)


def _nodes(spot: Floats, group: Ints, is_moved: Flags) -> tuple[Floats, Ints]:
    """Place each node at its westernmost cut that was not moved, and number the nodes from west to east."""
    order = np.lexsort((spot[:, 1], spot[:, 0], is_moved, group))
    first = order[np.unique(group[order], return_index=True)[1]]
    rank = np.lexsort((spot[first, 1], spot[first, 0]))
    number = np.empty(len(rank), np.int64)
    number[rank] = np.arange(len(rank))
    return spot[first][rank], number[group]
