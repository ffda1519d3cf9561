"""Lines taken apart at their cuts."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely

from data.roads.contacts import TOUCH_M, Flags, Floats, Ints, Levels, Shapes
from data.roads.cuts import Cuts


@dataclass(frozen=True)
class Pieces:
    """Hold what lies between the cuts of lines, each stretch once.

    Parameters
    ----------
    cuts : Cuts
        Where the lines are cut.
    shapes : array of LineString, shape (e,)
        From node to node, in the direction of the line.
    start : array of int, shape (e,)
        At which cut each starts; it stops at the next one.
    doubled_m : array of float
        Lengths of the stretches that were left out because an earlier one runs alike.
    """

    cuts: Cuts
    shapes: Shapes
    start: Ints
    doubled_m: Floats

    @cached_property
    def line(self) -> Ints:
        """Return the line each piece is of."""
        return self.cuts.line[self.start]

    @cached_property
    def u(self) -> Ints:
        """Return the node each piece starts at."""
        return self.cuts.node[self.start]

    @cached_property
    def v(self) -> Ints:
        """Return the node each piece stops at."""
        return self.cuts.node[self.start + 1]


def take_apart(lines: Shapes, cuts: Cuts, *, levels: Levels) -> Pieces:
    """Take lines apart at their cuts.

    Parameters
    ----------
    lines : array of LineString, shape (n,)
        The lines, in metres.
    cuts : Cuts
        Where they are cut.
    levels : Levels
        On which level each runs; what runs alike on two levels counts on both.

    Returns
    -------
    Pieces
        The pieces, by line and along it.
    """
    before, vertices = _inner_vertices(lines, cuts)
    start, stop = cuts.start, cuts.start + 1
    piece = np.full(len(cuts.line), -1)
    piece[start] = np.arange(len(start))
    far = np.hypot(*(cuts.spot - cuts.xy[cuts.node]).T) > 2 * TOUCH_M
    leaving, coming = far[start], far[stop]
    # Node, place of the cut where the node lies elsewhere, vertices, and the same at the other end.
    parts = [
        (piece[start], cuts.xy[cuts.node[start]]),
        (piece[start][leaving], cuts.spot[start][leaving]),
        (piece[before], vertices),
        (piece[start][coming], cuts.spot[stop][coming]),
        (piece[start], cuts.xy[cuts.node[stop]]),
    ]
    owners = np.concatenate([part[0] for part in parts])
    order = np.argsort(owners, kind="stable")
    pieces = shapely.linestrings(np.concatenate([part[1] for part in parts])[order], indices=owners[order])
    kept = _first_of_its_kind(pieces, cuts, levels)
    doubled_m = shapely.length(pieces[~kept])
    return Pieces(cuts, pieces[kept], cuts.start[kept], doubled_m[doubled_m > 10 * TOUCH_M])


def _inner_vertices(lines: Shapes, cuts: Cuts) -> tuple[Ints, Floats]:
    """Return the vertices that lie at no cut, and which cut comes before each."""
    vertices, owner = shapely.get_coordinates(lines, return_index=True)
    base = np.cumsum(cuts.length_m + 1) - cuts.length_m - 1
    steps = np.hypot(*np.diff(vertices, axis=0, prepend=vertices[:1]).T)
    first = np.searchsorted(owner, np.arange(len(lines)))
    run = np.cumsum(steps)
    place, cut_place = base[owner] + run - run[first[owner]], base[cuts.line] + cuts.at
    before = np.searchsorted(cut_place, place, side="right") - 1
    after = np.minimum(before + 1, len(cut_place) - 1)
    inner = (before >= 0) & (place - cut_place[before] > TOUCH_M) & (cut_place[after] - place > TOUCH_M)
    return before[inner], vertices[inner]


def _first_of_its_kind(pieces: Shapes, cuts: Cuts, levels: Levels) -> Flags:
    """Tell which pieces are neither a point nor run as an earlier piece of their level does."""
    start, line = cuts.start, cuts.line[cuts.start]
    nodes = np.sort(np.column_stack([cuts.node[start], cuts.node[start + 1]]), axis=1)
    kept: Flags = (nodes[:, 0] != nodes[:, 1]) | (shapely.length(pieces) > 10 * TOUCH_M)
    keys = np.column_stack([nodes, levels.level[line], levels.apart[line]])
    kind = np.unique(keys, axis=0, return_inverse=True)[1].reshape(-1)
    rest = np.flatnonzero(kept & (np.bincount(kind)[kind] > 1))
    while len(rest):
        chosen = np.unique(kind[rest], return_index=True)[1]
        model = np.empty(kind.max() + 1, np.int64)
        model[kind[rest[chosen]]] = rest[chosen]
        rest = np.delete(rest, chosen)
        alike = shapely.hausdorff_distance(pieces[rest], pieces[model[kind[rest]]]) <= 10 * TOUCH_M
        kept[rest[alike]] = False
        rest = rest[~alike]
    return kept
