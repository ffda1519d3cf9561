"""Road lines cut where they meet, so that they become a network."""

from dataclasses import dataclass

import numpy as np

from data.roads.contacts import Levels, Shapes, find_contacts, joining
from data.roads.cuts import cut_lines
from data.roads.gaps import Gaps, find_gaps
from data.roads.pieces import Pieces, take_apart

# A gap up to this many times the width that is closed may be an error of the drawing.
TOLD_TIMES = 10


@dataclass(frozen=True)
class Noded:
    """Hold a network of lines.

    Parameters
    ----------
    pieces : Pieces
        The lines taken apart; ``pieces.cuts.xy`` are the nodes.
    closed : Gaps
        The gaps that were closed; they are part of the length of their pieces.
    open : Gaps
        Those too wide to be closed, up to ``TOLD_TIMES`` the width that is.
    """

    pieces: Pieces
    closed: Gaps
    open: Gaps


def node_lines(lines: Shapes, *, levels: Levels, join_gap_m: float) -> Noded:
    """Cut lines where they meet on one level, and join ends that fall short of what they should meet.

    Parameters
    ----------
    lines : array of LineString, shape (n,)
        In metres, without repeated points, with or without heights, no two of them alike.
    levels : Levels
        On which level each runs.
    join_gap_m : float
        The widest gap that is closed.

    Returns
    -------
    Noded
        The network.
    """
    contacts = find_contacts(lines)
    contacts = contacts.take(joining(contacts, levels=levels))
    pieces = take_apart(lines, cut_lines(lines, contacts, moved=np.zeros(0, np.int64)), levels=levels)
    closed = find_gaps(lines, pieces, levels=levels, reach_m=join_gap_m)
    if len(closed.ends):
        cuts = cut_lines(lines, contacts.with_(closed.contacts), moved=closed.ends)
        pieces = take_apart(lines, cuts, levels=levels)
    below = float(np.nextafter(TOLD_TIMES * join_gap_m, 0))
    return Noded(pieces, closed, find_gaps(lines, pieces, levels=levels, reach_m=below))
