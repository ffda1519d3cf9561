"""The ground within so many minutes on foot of an estate, a facility or a cluster, as nested polygons."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geo.reach.ground import measure_ground
from geo.reach.reach_field import Outline, ReachField
from geo.reach.straight_pieces import Pieces, Strands, barrier_areas, barrier_pieces, pieces_between, street_pieces
from geo.streets.sub_graphs import Atlas, make_atlas
from geo.walking.walk_times import Doors

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Geometries = npt.NDArray[np.object_]

US_PER_MINUTE = 60_000_000
TILE_M = 3_000.0
OWNERS_AT_ONCE = 128
# Rounding makes an arc up to so much shorter in time than it is in metres, and a whole walk of such arcs so much.
ROUNDING_ARC_M = 0.002
ROUNDING_WALK_M = 5.0
# Ground around a door that stands between barriers closer than the grid can tell.
DOORSTEP_M = 1.0


@dataclass(frozen=True)
class Streets:
    """Hold a walking graph and where its arcs run.

    Parameters
    ----------
    x, y : array of float, shape (n,)
        Nodes, metres.
    tail, head : array of int, shape (m,)
        Nodes of each arc, one arc per direction walked; parallel arcs are allowed.
    cost_us : array of int, shape (m,)
        Cost of each arc; 0 for a joint between layers of the graph.
    line : array of LineString or None, shape (m,)
        Way of each arc from tail to head, walked at an even pace; None for an arc without a way in the world.
    matrix : csr_array, shape (n, n)
        Cost from node to node, the least of parallel arcs.
    """

    x: Floats
    y: Floats
    tail: Ints
    head: Ints
    cost_us: Ints
    line: Geometries
    matrix: csr_array


@dataclass(frozen=True)
class IsochroneOptions:
    """Hold how isochrones are drawn.

    Parameters
    ----------
    width_m : float
        How far the ground counts as reached on either side of a street that is walked.
    cell_m : float
        Distance between the nodes of the grid on which the ground is measured, less than half of ``width_m``.
    """

    width_m: float = 25.0
    cell_m: float = 6.0


@dataclass(frozen=True)
class _Town:
    """Hold what is prepared once for all owners; ``tail`` and ``metres_per_us`` have one entry per strand."""

    streets: Streets
    atlas: Atlas
    pieces: Pieces
    strands: Strands
    tail: Ints
    metres_per_us: Floats
    walls: Pieces
    areas: Geometries
    reach_m: float
    limits_us: Ints
    options: IsochroneOptions


def isochrones(
    streets: Streets,
    *,
    origins: Doors,
    minutes: tuple[float, ...] = (5, 10, 15),
    barriers: Geometries,
    options: IsochroneOptions = IsochroneOptions(),
) -> tuple[Ints, Floats, Geometries]:
    """Draw the ground within reach of owners.

    Parameters
    ----------
    streets : Streets
        The streets.
    origins : Doors
        Doors of the owners; an owner reaches what any of its doors reaches.
    minutes : tuple of float
        Limits; what is walked in exactly that time is within.
    barriers : array of geometry
        Lines and polygons, in the CRS of the streets. Ground counts as reached only from a street that sees it: a
        barrier between hides it, so the far side belongs to the reach only where a street that is walked leads there.
    options : IsochroneOptions
        How they are drawn.

    Returns
    -------
    array of int, shape (k,)
        Row of the owner, ascending. An owner has no polygon for a limit in which it does not reach the street.
    array of float, shape (k,)
        The limit, ascending for each owner.
    array of MultiPolygon, shape (k,)
        All places within ``width_m`` of the streets walked within the limit and in sight of them. Each lies within that
        of the next limit, holds the doors of its owner, and keeps its holes.

    Notes
    -----
    Streets are walked to the exact metre. Distances are exact at the nodes of a grid and linear between, as in the
    isochrones of R5 and OpenTripPlanner; nothing is simplified. Ground ends right at a straight
    barrier; at corners, between barriers closer together than a cell, and along a bridge it may spill over by a cell.
    """
    town = _prepare(streets, minutes, barriers, options)
    owners, limits, shapes = [], [], []
    for part in _parts(town, origins):
        # Outlines become polygons part by part, so that their points are never held twice.
        drawn = list(_draw(town, part))
        owners += [owner for owner, _, _ in drawn]
        limits += [limit for _, limit, _ in drawn]
        shapes.append(_multipolygons([outline for _, _, outline in drawn]))
    order = np.lexsort((limits, owners))
    owner, limit = np.array(owners, np.int64)[order], np.array(limits, np.int64)[order]
    polygons = np.concatenate([np.zeros(0, object), *shapes])[order]
    _hold_doors(town, origins, (owner, limit), polygons)
    return owner, np.array(sorted(set(minutes)), np.float64)[limit], polygons


def _prepare(streets: Streets, minutes: tuple[float, ...], barriers: Geometries, options: IsochroneOptions) -> _Town:
    walls = barrier_pieces(barriers)
    pieces, strands = street_pieces(streets.line, barriers=walls)
    length_m = np.where(shapely.is_missing(streets.line), 0.0, shapely.length(streets.line))
    # An arc that costs nothing is walked at once.
    pace = length_m / np.maximum(streets.cost_us, 1e-6)
    limits_us = np.array([round(limit * US_PER_MINUTE) for limit in sorted(set(minutes))], np.int64)
    return _Town(
        streets,
        make_atlas(streets.matrix, xy=np.column_stack([streets.x, streets.y])),
        pieces,
        strands,
        streets.tail[strands.arc],
        pace[strands.arc],
        walls,
        barrier_areas(barriers),
        _reach_m(streets, limits_us),
        limits_us,
        options,
    )


def _reach_m(streets: Streets, limits_us: Ints) -> float:
    """Return how far a walk within the limits leads at most, as the crow flies."""
    step = np.hypot(
        streets.x[streets.head] - streets.x[streets.tail], streets.y[streets.head] - streets.y[streets.tail]
    )
    sure = np.maximum(step - ROUNDING_ARC_M, 0)
    speed = np.divide(sure, streets.cost_us, out=np.where(sure > 0, np.inf, 0.0), where=streets.cost_us > 0)
    return float(speed.max(initial=0) * limits_us.max(initial=0)) + ROUNDING_WALK_M


def _parts(town: _Town, origins: Doors) -> Iterator[Doors]:
    """Yield the doors of owners that are near each other, some owners at a time."""
    owners, first = np.unique(origins.owner, return_index=True)
    door = origins.node[first]
    tile = np.floor(np.column_stack([town.streets.x[door], town.streets.y[door]]) / TILE_M)
    order = np.lexsort(tile.T)
    ends = np.flatnonzero((np.diff(tile[order], axis=0) != 0).any(axis=1)) + 1
    for members in np.split(owners[order], ends):
        for start in range(0, len(members), OWNERS_AT_ONCE):
            keep = np.isin(origins.owner, members[start : start + OWNERS_AT_ONCE])
            yield Doors(origins.owner[keep], origins.node[keep], origins.cost_us[keep], origins.count)


def _draw(town: _Town, doors: Doors) -> Iterator[tuple[int, int, Outline]]:
    """Yield owner, row of the limit and outline for a few owners."""
    owners, row = np.unique(doors.owner, return_inverse=True)
    nodes, cost = _sweep(town, doors, row)
    soonest = np.full(len(town.streets.x), np.inf)
    soonest[nodes] = cost.min(axis=0, initial=np.inf)
    most = town.limits_us.max(initial=-1)
    met = np.flatnonzero(_walked_m(town, slice(None), soonest[town.tail], most) >= 0)
    used, piece = np.unique(town.strands.piece[met], return_inverse=True)
    place = np.column_stack([town.streets.x, town.streets.y])[doors.node]
    pieces = _joined(town.pieces.take(used), pieces_between(place, place))
    width_m, cell_m = town.options.width_m, town.options.cell_m
    ground = measure_ground(pieces, walls=town.walls, areas=town.areas, width_m=width_m, cell_m=cell_m)
    field = ReachField(ground, length_m=pieces.length, width_m=width_m)
    local = np.searchsorted(nodes, town.tail[met])
    for number, owner in enumerate(owners):
        mine = np.flatnonzero(row == number)
        at_tail = cost[number, local]
        near = np.flatnonzero(at_tail <= most)
        field.clear()
        for limit, limit_us in enumerate(town.limits_us):
            stood = mine[doors.cost_us[mine] <= limit_us]
            if len(stood):
                walked_m = _walked_m(town, met[near], at_tail[near], limit_us)
                _advance(field, town.strands.backward[met[near]], piece[near], walked_m, pieces.length)
                field.walk(len(used) + stood, ahead_m=np.zeros(len(stood)), back_m=np.zeros(len(stood)))
                yield int(owner), limit, field.outline()


def _sweep(town: _Town, doors: Doors, row: Ints) -> tuple[Ints, Floats]:
    """Return the nodes around doors, and the cost from each owner (``row`` of each door) to each of them."""
    corners = town.atlas.xy[doors.node]
    low, high = corners.min(axis=0) - town.reach_m, corners.max(axis=0) + town.reach_m
    nodes = np.sort(town.atlas.inside(low, high))
    place = np.full(len(town.streets.x), -1, np.int32)
    place[nodes] = np.arange(len(nodes))
    graph = town.atlas.cut(nodes, place=place)
    owners, n = int(row.max(initial=-1)) + 1, len(nodes)
    # One row per owner leads, one way, to its doors.
    order = np.lexsort((doors.cost_us, doors.node, row))
    links = np.append(0, np.cumsum(np.bincount(row, minlength=owners)))
    indptr = np.concatenate([graph.indptr, graph.indptr[-1] + links[1:]])
    indices = np.concatenate([graph.indices, np.searchsorted(nodes, doors.node[order])])
    data = np.concatenate([graph.data, doors.cost_us[order]])
    joined = csr_array((data, indices, indptr), shape=(n + owners, n + owners))
    limit = float(town.limits_us.max(initial=0))
    return nodes, dijkstra(joined, indices=n + np.arange(owners), limit=limit)[:, :n]


def _walked_m(town: _Town, strand: Ints | slice, at_tail_us: Floats, limit_us: int) -> Floats:
    """Return how far into strands a walker gets, negative when not even there."""
    left_us = np.maximum(limit_us - at_tail_us, -1.0)
    walked: Floats = np.where(left_us < 0, -1.0, left_us * town.metres_per_us[strand] - town.strands.from_m[strand])
    return walked


def _advance(
    field: ReachField, backward: npt.NDArray[np.bool_], piece: Ints, walked_m: Floats, length_m: Floats
) -> None:
    """Walk strands, which may lead over one piece from both ends."""
    sides = np.full((2, len(length_m)), -1.0)
    on = walked_m >= 0
    np.maximum.at(sides, (backward[on].astype(np.int64), piece[on]), np.minimum(walked_m[on], length_m[piece[on]]))
    met = np.flatnonzero((sides >= 0).any(axis=0))
    field.walk(met, ahead_m=sides[0, met], back_m=sides[1, met])


def _joined(first: Pieces, second: Pieces) -> Pieces:
    return Pieces(
        np.concatenate([first.start, second.start]),
        np.concatenate([first.along, second.along]),
        np.concatenate([first.length, second.length]),
    )


def _multipolygons(outlines: list[Outline]) -> Geometries:
    xy = np.concatenate([np.zeros((0, 2)), *(outline.xy for outline in outlines)])
    ring = _chained([outline.ring for outline in outlines])
    polygon = _chained([outline.polygon for outline in outlines])
    parts = np.append(0, np.cumsum([len(outline.polygon) - 1 for outline in outlines])).astype(np.int64)
    made: Geometries = shapely.from_ragged_array(shapely.GeometryType.MULTIPOLYGON, xy, (ring, polygon, parts))
    return made


def _chained(offsets: list[Ints]) -> Ints:
    """Join offsets that each start at 0."""
    steps = [np.diff(offset) for offset in offsets]
    return np.append(0, np.cumsum(np.concatenate([np.zeros(0, np.int64), *steps])))


def _hold_doors(town: _Town, origins: Doors, rows: tuple[Ints, Ints], polygons: Geometries) -> None:
    """Add, in place, the doorsteps that polygons miss: a door between two barriers may stand in no node's sight."""
    owner, limit = rows
    first, last = np.searchsorted(owner, origins.owner), np.searchsorted(owner, origins.owner, side="right")
    door = np.repeat(np.arange(len(origins.owner)), last - first)
    row = np.arange(len(door)) + np.repeat(first - np.append(0, np.cumsum(last - first))[:-1], last - first)
    stood = origins.cost_us[door] <= town.limits_us[limit[row]]
    door, row = door[stood], row[stood]
    node = origins.node[door]
    missed = ~shapely.intersects_xy(polygons[row], town.streets.x[node], town.streets.y[node])
    bare = np.isin(door, door[missed])
    for entry in np.flatnonzero(bare):
        step = shapely.Point(town.streets.x[node[entry]], town.streets.y[node[entry]]).buffer(DOORSTEP_M)
        joined = shapely.union(polygons[row[entry]], step)
        polygons[row[entry]] = shapely.multipolygons(shapely.get_parts(joined))
