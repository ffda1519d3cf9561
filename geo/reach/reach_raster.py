"""The grid on which the ground around streets is measured: where each node stands beside each piece of street.

A grid node keeps, for each piece of street near it, where it stands beside the piece. From that follows the exact
distance to any part of the piece, so that a street walked in part needs no other measure than one walked whole.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo.reach.straight_pieces import Pieces, expand_ranges

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
Nodes = npt.NDArray[np.int32]

NODES_AT_ONCE = 400_000
# Longer pieces are measured bit by bit, so that the box around a bit is not much wider than the bit.
BIT_M = 60.0


@dataclass(frozen=True)
class Grid:
    """Hold a part of the grid whose nodes stand at whole multiples of the cell.

    Parameters
    ----------
    column, row : int
        First column and row.
    columns, rows : int
        How many.
    cell_m : float
        Distance between nodes.
    """

    column: int
    row: int
    columns: int
    rows: int
    cell_m: float

    def places(self, node: Ints | Nodes) -> Floats:
        """Return where nodes stand, metres."""
        row, column = np.divmod(node, self.columns)
        xy: Floats = np.column_stack([column + self.column, row + self.row]) * self.cell_m
        return xy


@dataclass(frozen=True)
class Beside:
    """Hold which nodes stand beside which pieces, sorted by piece; all arrays have one entry per pair but ``first``.

    Parameters
    ----------
    first : array of int, shape (pieces + 1,)
        First entry of each piece.
    node : array of int
        Node of the grid.
    along_m : array of float
        Metres from the start of the piece to the foot of the node, also beyond its ends.
    across_m : array of float
        Metres from the line of the piece to the node, positive on its left.
    away2 : array of float
        Squared distance to the piece, square metres.
    """

    first: Ints
    node: npt.NDArray[np.int32]
    along_m: Singles
    across_m: Singles
    away2: Singles

    @property
    def piece(self) -> Ints:
        """Return the piece of each entry."""
        return np.repeat(np.arange(len(self.first) - 1), np.diff(self.first))

    def only(self, keep: Bools) -> "Beside":
        """Return some of the entries."""
        first = np.append(0, np.cumsum(keep))[self.first]
        return Beside(first, self.node[keep], self.along_m[keep], self.across_m[keep], self.away2[keep])


def grid_around(pieces: Pieces, *, margin_m: float, cell_m: float) -> Grid:
    """Return the part of the grid that holds pieces and a margin."""
    xy = np.concatenate([pieces.start, pieces.end])
    low = np.floor((xy.min(axis=0) - margin_m) / cell_m).astype(int) - 1
    size = np.ceil((xy.max(axis=0) + margin_m) / cell_m).astype(int) + 2 - low
    return Grid(int(low[0]), int(low[1]), int(size[0]), int(size[1]), cell_m)


def nodes_beside(pieces: Pieces, *, grid: Grid, reach_m: float) -> Beside:
    """Find the nodes of a grid within reach of pieces.

    Parameters
    ----------
    pieces : Pieces
        The pieces, also outside the grid.
    grid : Grid
        The nodes.
    reach_m : float
        How far a node may be from a piece.

    Returns
    -------
    Beside
        Nodes and pieces.
    """
    bits = _bits(pieces, grid, reach_m)
    parts = np.cumsum(bits.size.prod(axis=1)) // NODES_AT_ONCE
    batches = np.split(np.arange(len(parts)), np.flatnonzero(np.diff(parts)) + 1)
    found = [_empty(), *(_measure(pieces, bits, rows, (grid, reach_m)) for rows in batches)]
    owner, node, along_m, across_m, away2 = (np.concatenate(column) for column in zip(*found, strict=True))
    first = np.append(0, np.cumsum(np.bincount(owner, minlength=len(pieces.length))))
    return Beside(first, node, along_m, across_m, away2)


@dataclass(frozen=True)
class _Bits:
    """Hold bits of pieces, from and to so many metres of the piece, and the box of nodes (column, row) around each."""

    piece: Ints
    from_m: Singles
    to_m: Singles
    low: Ints
    size: Ints


def _bits(pieces: Pieces, grid: Grid, reach_m: float) -> _Bits:
    count = np.maximum(np.ceil(pieces.length / BIT_M), 1).astype(np.int64)
    piece, bit = expand_ranges(np.zeros(len(count), np.int64), count)
    ends_m = (pieces.length / count)[piece] * np.stack([bit, bit + 1])
    ends = pieces.start[piece] + pieces.along[piece] * ends_m[:, :, None]
    low = np.ceil((ends.min(axis=0) - reach_m) / grid.cell_m).astype(np.int64)
    high = np.floor((ends.max(axis=0) + reach_m) / grid.cell_m).astype(np.int64)
    corner = np.array([grid.column, grid.row])
    met = ((high >= corner) & (low - corner < (grid.columns, grid.rows))).all(axis=1)
    from_m = np.where(bit == 0, -np.inf, ends_m[0])
    to_m = np.where(bit == count[piece] - 1, np.inf, ends_m[1])
    size = np.maximum(high - low + 1, 0)
    return _Bits(piece[met], from_m[met].astype(np.float32), to_m[met].astype(np.float32), low[met], size[met])


def _empty() -> tuple[Ints, Nodes, Singles, Singles, Singles]:
    none = np.zeros(0, np.float32)
    return np.zeros(0, np.int64), np.zeros(0, np.int32), none, none, none


def _measure(
    pieces: Pieces, bits: _Bits, rows: Ints, within: tuple[Grid, float]
) -> tuple[Ints, Nodes, Singles, Singles, Singles]:
    """Measure the nodes in the boxes of bits; a node belongs to the bit that its foot lies on."""
    grid, reach_m = within
    low, size, piece = bits.low[rows], bits.size[rows].astype(np.int32), bits.piece[rows]
    owner, number = expand_ranges(np.zeros(len(rows), np.int64), bits.size[rows].prod(axis=1))
    row, column = np.divmod(number.astype(np.int32), size[owner, 0])
    # From the corner of each box, so that single precision is enough.
    step = (pieces.along[piece] * grid.cell_m).astype(np.float32)[owner]
    corner = low * grid.cell_m - pieces.start[piece]
    along = pieces.along[piece]
    east, north = column.astype(np.float32), row.astype(np.float32)
    along_m = _dot(along, corner).astype(np.float32)[owner] + east * step[:, 0] + north * step[:, 1]
    across_m = _cross(along, corner).astype(np.float32)[owner] + north * step[:, 0] - east * step[:, 1]
    foot_m = np.clip(along_m, 0, pieces.length[piece].astype(np.float32)[owner])
    away2 = across_m**2 + (along_m - foot_m) ** 2
    near = away2 <= reach_m**2
    near &= (foot_m >= bits.from_m[rows][owner]) & (foot_m < bits.to_m[rows][owner])
    row, column = row + (low[:, 1] - grid.row)[owner], column + (low[:, 0] - grid.column)[owner]
    near &= (row >= 0) & (row < grid.rows) & (column >= 0) & (column < grid.columns)
    node = (row * grid.columns + column)[near].astype(np.int32)
    return piece[owner[near]], node, along_m[near], across_m[near], away2[near]


def _dot(a: Floats, b: Floats) -> Floats:
    """Return the dot product of each row of two arrays."""
    product: Floats = a[:, 0] * b[:, 0] + a[:, 1] * b[:, 1]
    return product


def _cross(a: Floats, b: Floats) -> Floats:
    """Return the cross product of each row of two arrays."""
    product: Floats = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
    return product
