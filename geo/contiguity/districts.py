"""Take a large piece of the town apart into districts that are searched one by one."""

import random
from collections.abc import Sequence

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from geo.contiguity.town import Bits, Ints, Piece, bits_of, units_of


def districts(piece: Piece, clusters: Sequence[Bits], *, count: int, chance: random.Random) -> list[list[int]]:
    """Divide a piece among centres that are drawn by lot, without dividing a cluster.

    Parameters
    ----------
    piece : Piece
        The piece of the town.
    clusters : sequence of Bits
        Disjoint clusters; each goes whole where its first unit belongs.
    count : int
        How many districts are wanted.
    chance : Random
        What is drawn by lot.

    Returns
    -------
    list of list of int
        Units of each district, sorted; each unit belongs to the centre that is the fewest neighbours away.
    """
    label = _nearest_centre(piece, sorted(chance.sample(range(len(piece)), min(count, len(piece)))))
    for cluster in clusters:
        units = list(units_of(cluster))
        label[units] = label[units[0]]
    return [np.flatnonzero(label == centre).tolist() for centre in np.unique(label)]


def _nearest_centre(piece: Piece, centres: list[int]) -> Ints:
    unit = np.repeat(np.arange(len(piece)), [len(row) for row in piece.neighbours])
    other = np.array([other for row in piece.neighbours for other, _ in row], np.int64)
    links = coo_array((np.ones(len(unit)), (unit, other)), shape=(len(piece),) * 2).tocsr()
    _, _, source = dijkstra(links, indices=centres, min_only=True, unweighted=True, return_predecessors=True)
    return np.asarray(source, dtype=np.int64)


def sub_piece(piece: Piece, units: Sequence[int]) -> Piece:
    """Cut some units out of a piece.

    Parameters
    ----------
    piece : Piece
        The piece of the town.
    units : sequence of int
        The units, sorted; they need not hang together.

    Returns
    -------
    Piece
        The units, numbered anew in the same order; ``rows`` are still those of the town.
    """
    place = {unit: number for number, unit in enumerate(units)}
    neighbours = [
        tuple((place[other], front) for other, front in piece.neighbours[unit] if other in place) for unit in units
    ]
    beside = [bits_of(other for other, _ in row) for row in neighbours]
    return Piece(
        [piece.rows[unit] for unit in units],
        [piece.size[unit] for unit in units],
        [piece.worth[unit] for unit in units],
        [piece.estates[unit] for unit in units],
        [piece.region[unit] for unit in units],
        [piece.resources[unit] for unit in units],
        neighbours,
        beside,
        _cut(piece, units),
    )


def _cut(piece: Piece, units: Sequence[int]) -> list[Bits]:
    """Return whom each unit reaches among the units alone."""
    width = (len(piece) + 7) // 8
    wanted = np.array(units)
    reach = []
    for unit in units:
        packed = np.frombuffer(piece.reach[unit].to_bytes(width, "little"), np.uint8)
        flags = packed[wanted >> 3] >> (wanted & 7) & 1
        reach.append(int.from_bytes(np.packbits(flags.astype(np.uint8), bitorder="little").tobytes(), "little"))
    return reach


def lift(clusters: Sequence[Bits], *, units: Sequence[int]) -> list[Bits]:
    """Return clusters of units cut out as clusters of the piece they were cut from."""
    return [bits_of(units[unit] for unit in units_of(cluster)) for cluster in clusters]
