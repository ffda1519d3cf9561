"""Places of a layer that cannot be where their numbers put them: the two numbers exchanged, or no place at all.

The middle of the layer tells: a place far from it whose numbers lie about it when they are exchanged was written the
other way round. Where most places are exchanged the layer as a whole is, which is not told here.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.coordinates.gcj02 import Floats

_Flags = NDArray[np.bool_]
_MAX_LON, _MAX_LAT = 180.0, 90.0
# No town and no district is as wide; in degrees and in metres.
_NEAR = {True: 3.0, False: 300_000.0}
# What lies farther off has lost or won a digit, unless many places do.
_LOST = {True: 10.0, False: 1_500_000.0}
_MAX_LOST_SHARE = 0.1


@dataclass(frozen=True)
class Strays:
    """Hold which places are wrong.

    Parameters
    ----------
    swapped : ndarray of bool, shape (n,)
        The two numbers are exchanged.
    lost : ndarray of bool, shape (n,)
        There is no place: not a number, 0 and 0, or beyond what can be meant.
    """

    swapped: _Flags
    lost: _Flags


def find_strays(xy: Floats) -> Strays:
    """Find the places of a layer that cannot be meant.

    Parameters
    ----------
    xy : ndarray of float64, shape (n, 2)
        One place per row, in the numbers of the file.

    Returns
    -------
    Strays
        No place is both.
    """
    sound = np.isfinite(xy).all(axis=1)
    zero = (xy == 0).all(axis=1)
    in_degrees = (np.abs(xy) <= _MAX_LON).all(axis=1)
    usual = sound & ~zero
    # A layer is in degrees when most of it is; then a number beyond is a slip of the hand.
    degrees = bool(2 * (usual & in_degrees).sum() >= usual.sum())
    known = usual & in_degrees if degrees else usual
    if not known.any():
        return Strays(np.zeros(len(xy), bool), ~usual)
    middle = np.median(xy[known], axis=0)
    off, turned = np.abs(xy - middle).max(axis=1), np.abs(xy[:, ::-1] - middle).max(axis=1)
    swapped = known & (off > _NEAR[degrees]) & (turned <= _NEAR[degrees])
    far = known & (off > _LOST[degrees])
    lost = ~usual | (~in_degrees & degrees) | (far & (far.sum() <= _MAX_LOST_SHARE * known.sum()))
    if degrees:
        beyond = known & (np.abs(xy[:, 1]) > _MAX_LAT)
        # Where all are exchanged the layer as a whole is, and none of them is wrong by itself.
        some = beyond if beyond.sum() < known.sum() else np.zeros(len(xy), bool)
        swapped |= some & (np.abs(xy[:, 0]) <= _MAX_LAT)
        lost |= some
    return Strays(swapped, lost & ~swapped)
