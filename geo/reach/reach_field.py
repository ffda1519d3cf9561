"""The ground reached by one walker: distance to the streets walked so far, and its outline."""

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from contourpy import FillType, contour_generator

from geo.reach.ground import Ground
from geo.reach.straight_pieces import NOTHING_M, expand_ranges

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

# A contour right through a node would make a polygon touch itself.
NUDGE_M = 1e-3


@dataclass(frozen=True)
class Outline:
    """Hold polygons as coordinates and offsets.

    Parameters
    ----------
    xy : array of float, shape (k, 2)
        Vertices of all rings, metres.
    ring : array of int, shape (rings + 1,)
        First vertex of each ring.
    polygon : array of int, shape (polygons + 1,)
        First ring of each polygon, its outer one.
    """

    xy: Floats
    ring: Ints
    polygon: Ints


class ReachField:
    """Keep the squared distance from each node of the grid to what has been walked.

    Parameters
    ----------
    ground : Ground
        Nodes in sight of pieces of street.
    length_m : array of float
        Length of the pieces.
    width_m : float
        How far the ground counts as reached from a street.
    """

    def __init__(self, ground: Ground, *, length_m: Floats, width_m: float) -> None:
        self._ground = ground
        self._length_m = length_m
        self._width_m = width_m
        self._away2 = np.full(len(ground.room_m), np.inf, np.float32)
        self._walked = np.zeros(len(length_m), bool)
        self._touched: list[npt.NDArray[np.int32]] = []

    def clear(self) -> None:
        """Forget what has been walked."""
        for nodes in self._touched:
            self._away2[nodes] = np.inf
        self._touched.clear()
        self._walked[:] = False

    def walk(self, piece: Ints, *, ahead_m: Floats, back_m: Floats) -> None:
        """Add what has been walked, which never becomes less until the field is cleared.

        Parameters
        ----------
        piece : array of int, shape (k,)
            Pieces that a walker has met.
        ahead_m, back_m : array of float, shape (k,)
            Metres walked of the piece from its start and from its end, negative when the walker has not met that end.
        """
        length = self._length_m[piece]
        whole = np.maximum(np.maximum(ahead_m, back_m), ahead_m + back_m) >= length - NOTHING_M
        fresh = piece[whole & ~self._walked[piece]]
        self._walked[fresh] = True
        beside = self._ground.beside
        _, entry = self._entries(fresh)
        self._lower(beside.node[entry], beside.away2[entry])
        row, entry = self._entries(piece[~whole])
        ahead, back, end = (part[~whole].astype(np.float32)[row] for part in (ahead_m, back_m, length))
        along = beside.along_m[entry]
        first = np.where(ahead >= 0, along - np.clip(along, 0, ahead), np.inf)
        second = np.where(back >= 0, along - np.clip(along, end - back, end), np.inf)
        self._lower(beside.node[entry], beside.across_m[entry] ** 2 + np.minimum(first**2, second**2))

    def _entries(self, piece: Ints) -> tuple[Ints, Ints]:
        first = self._ground.beside.first
        return expand_ranges(first[piece], first[piece + 1] - first[piece])

    def _lower(self, node: npt.NDArray[np.int32], away2: Singles) -> None:
        np.minimum.at(self._away2, node, away2)
        self._touched.append(node)

    def outline(self) -> Outline:
        """Draw the outline of the ground around what has been walked.

        Returns
        -------
        Outline
            Valid polygons; ground that has been walked before lies within.

        Notes
        -----
        The value of a node is its distance to the street. Near a barrier it is drawn towards the contour until it is as
        far from it as the node is from the barrier, so that the contour between a node in sight and one behind the
        barrier runs along the barrier. No value ever grows as more is walked, so the outlines are nested.
        """
        low, high = self._window()
        grid = self._ground.grid
        box = np.s_[low[0] : high[0] + 1, low[1] : high[1] + 1]
        room = self._ground.room_m.reshape(grid.rows, grid.columns)[box]
        away = np.sqrt(self._away2.reshape(grid.rows, grid.columns)[box])
        value = np.clip(away, self._width_m - room, self._width_m + room)
        value[np.abs(value - self._width_m) < NUDGE_M] = self._width_m + NUDGE_M
        contours = contour_generator(z=value, name="serial", fill_type=FillType.ChunkCombinedOffsetOffset)
        # One chunk: its vertices, the first vertex of each ring, the first ring of each polygon.
        found = cast("tuple[list[Any], list[Any], list[Any]]", contours.filled(-np.inf, self._width_m))
        (points,), (rings,), (polygons,) = found
        if points is None:
            return Outline(np.zeros((0, 2)), np.zeros(1, np.int64), np.zeros(1, np.int64))
        corner = np.array([grid.column + low[1], grid.row + low[0]])
        return Outline((points + corner) * grid.cell_m, rings.astype(np.int64), polygons.astype(np.int64))

    def _window(self) -> tuple[Ints, Ints]:
        """Return first and last row and column of the nodes touched, with a rim of untouched ones."""
        nodes = np.concatenate(self._touched)
        if not len(nodes):
            return np.zeros(2, np.int64), np.ones(2, np.int64)
        row, column = np.divmod(nodes, self._ground.grid.columns)
        low, high = np.array([row.min(), column.min()]), np.array([row.max(), column.max()])
        return low - 1, high + 1
