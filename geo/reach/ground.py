"""The ground along streets: what a street sees, with the barriers that stand between taken into account."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from geo.reach.reach_raster import NODES_AT_ONCE, Beside, Grid, grid_around, nodes_beside
from geo.reach.straight_pieces import Pieces, expand_ranges

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
Geometries = npt.NDArray[np.object_]

# Nodes see a piece not at its very end, where it may touch a barrier, but this far inside.
INSIDE_M = 0.01
# A node counts as at least so far from a barrier, so that it is on one side.
LEAST_M = 0.01
# Squared distances are kept in single precision, and feet are a little inside their piece.
SLACK_M2 = 1.0
# Walls that meet at a corner leave no gap there.
CORNER_M = 1e-3
# The nodes around one that is right beside a piece are at most so many cells from the piece.
NEXT_CELLS = 2.2


@dataclass(frozen=True)
class Ground:
    """Hold what a part of the grid knows of streets and barriers.

    Parameters
    ----------
    grid : Grid
        The nodes.
    beside : Beside
        Nodes in sight of the pieces.
    room_m : array of float, shape (rows * columns,)
        Distance from each node to the nearest barrier, at most one cell.
    """

    grid: Grid
    beside: Beside
    room_m: Singles


def measure_ground(pieces: Pieces, *, walls: Pieces, areas: Geometries, width_m: float, cell_m: float) -> Ground:
    """Measure the ground around pieces of street.

    Parameters
    ----------
    pieces : Pieces
        Streets, cut where barriers cross them; at least one.
    walls : Pieces
        Barriers and the banks of barriers.
    areas : array of Polygon
        Barriers with an area: a node in one sees only what leads right over it.
    width_m : float
        How far the ground counts as reached from a street.
    cell_m : float
        Distance between nodes.

    Returns
    -------
    Ground
        The nodes within ``width_m`` and a cell of the pieces that they see.
    """
    reach_m = width_m + cell_m
    grid = grid_around(pieces, margin_m=reach_m, cell_m=cell_m)
    beside = nodes_beside(pieces, grid=grid, reach_m=reach_m)
    room_m = np.full(grid.rows * grid.columns, cell_m, np.float32)
    close = walls.take(_in_box(walls, grid, reach_m))
    if len(close.length):
        fence = nodes_beside(close, grid=grid, reach_m=reach_m)
        np.minimum.at(room_m, fence.node, np.sqrt(fence.away2))
        np.maximum(room_m, LEAST_M, out=room_m)
        hidden = _hidden(beside, pieces, (fence, close), grid)
        beside = beside.only(_in_sight(beside, hidden, _inside(beside, areas, grid), grid))
    return Ground(grid, beside, room_m)


def _in_box(walls: Pieces, grid: Grid, margin_m: float) -> Ints:
    low = np.array([grid.column, grid.row]) * grid.cell_m - margin_m
    high = low + np.array([grid.columns, grid.rows]) * grid.cell_m + 2 * margin_m
    ends = np.stack([walls.start, walls.end])
    return np.flatnonzero(((ends.max(axis=0) >= low) & (ends.min(axis=0) <= high)).all(axis=1))


def _hidden(beside: Beside, pieces: Pieces, fence: tuple[Beside, Pieces], grid: Grid) -> Bools:
    """Say which entries have a wall between the node and its foot on the piece."""
    walls_at, walls = fence
    by_node = np.argsort(walls_at.node, kind="stable")
    count = np.bincount(walls_at.node, minlength=grid.rows * grid.columns)
    first = np.cumsum(count) - count
    nearest2 = np.full(len(count), np.inf, np.float32)
    np.minimum.at(nearest2, walls_at.node, walls_at.away2)
    # A wall farther away than the foot cannot stand before it.
    fenced = np.flatnonzero(nearest2[beside.node] <= beside.away2 + SLACK_M2)
    hidden = np.zeros(len(beside.node), bool)
    owner, wall = beside.piece, walls_at.piece
    parts = np.cumsum(count[beside.node[fenced]]) // NODES_AT_ONCE
    for rows in np.split(fenced, np.flatnonzero(np.diff(parts)) + 1):
        feet = _feet(pieces, owner[rows], beside.along_m[rows])
        node = beside.node[rows]
        entry, place = expand_ranges(first[node], count[node])
        place = by_node[place]
        close = np.flatnonzero(walls_at.away2[place] <= beside.away2[rows][entry] + SLACK_M2)
        entry, place = entry[close], place[close]
        at_node = (walls_at.along_m[place], walls_at.across_m[place])
        hidden[rows[entry[_crossed(at_node, feet[entry], walls, wall[place])]]] = True
    return hidden


def _feet(pieces: Pieces, piece: Ints, along_m: Singles) -> Floats:
    length = pieces.length[piece]
    inside = np.minimum(INSIDE_M, length / 2)
    feet: Floats = pieces.start[piece] + pieces.along[piece] * np.clip(along_m, inside, length - inside)[:, None]
    return feet


def _crossed(at_node: tuple[Singles, Singles], foot: Floats, walls: Pieces, wall: Ints) -> Bools:
    """Say whether node and foot stand on either side of a wall, and the line between them meets it."""
    along_m, across_m = at_node
    start, along = walls.start[wall], walls.along[wall]
    east, north = foot[:, 0] - start[:, 0], foot[:, 1] - start[:, 1]
    foot_across = north * along[:, 0] - east * along[:, 1]
    apart = across_m * foot_across < 0
    foot_along = east * along[:, 0] + north * along[:, 1]
    share = np.divide(across_m, across_m - foot_across, out=np.zeros(len(wall)), where=apart)
    meets_m = along_m + (foot_along - along_m) * share
    crossed: Bools = apart & (meets_m >= -CORNER_M) & (meets_m <= walls.length[wall] + CORNER_M)
    return crossed


def _inside(beside: Beside, areas: Geometries, grid: Grid) -> Bools:
    """Say which entries have their node in an area that is a barrier."""
    wet = np.zeros(grid.rows * grid.columns, bool)
    low = np.array([grid.column, grid.row]) * grid.cell_m
    high = low + np.array([grid.columns, grid.rows]) * grid.cell_m
    near = areas[shapely.intersects(areas, shapely.box(*low, *high))]
    if not len(near):
        return np.zeros(len(beside.node), bool)
    met = np.zeros(len(wet), bool)
    met[beside.node] = True
    node = np.flatnonzero(met)
    place = grid.places(node)
    for area in near:
        west, south, east, north = area.bounds
        box = np.flatnonzero(
            (place[:, 0] >= west) & (place[:, 0] <= east) & (place[:, 1] >= south) & (place[:, 1] <= north)
        )
        wet[node[box]] |= _holds(area, place[box])
    return wet[beside.node]


def _holds(area: shapely.Polygon, place: Floats) -> Bools:
    shapely.prepare(area)
    held: Bools = shapely.contains_xy(area, place)
    return held


def _in_sight(beside: Beside, hidden: Bools, wet: Bools, grid: Grid) -> Bools:
    """Say which entries count: those in sight on dry land, and the ones that a street cannot do without.

    A bridge has the nodes right beside it. A street between two barriers closer than a cell has no node in sight; it
    too has the nodes right beside it, or there would be a gap in the ground where people walk.
    """
    seen = ~hidden & ~wet
    right_beside = beside.away2 <= grid.cell_m**2 / 2
    seen |= right_beside & wet & ~hidden
    tight = np.flatnonzero(right_beside & hidden)
    if len(tight):
        nodes = grid.rows * grid.columns
        owner = beside.piece
        asked = np.zeros(len(beside.first) - 1, bool)
        asked[owner[tight]] = True
        close = beside.away2 <= (NEXT_CELLS * grid.cell_m) ** 2
        known = (owner * nodes + beside.node)[seen & close & asked[owner]]
        around = (np.arange(-1, 2)[:, None] * grid.columns + np.arange(-1, 2)).reshape(-1)
        key = (owner[tight] * nodes + beside.node[tight])[:, None] + around
        seen[tight[~np.isin(key, known).any(axis=1)]] = True
    return seen
