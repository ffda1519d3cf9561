"""Shortest straight connections from places to the lines of a network, never across a barrier."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

Ints = npt.NDArray[np.int64]
Geometries = npt.NDArray[np.object_]

FIRST_REACH_M = 40.0
END_CLEARANCE_M = 0.5
WALL_CLEARANCE_M = 3.0
# Rather the middle of a front than its corner, when the way is no farther from it than this.
FRONT_SLACK_M = 1.0


@dataclass(frozen=True)
class Snaps:
    """Hold where places meet lines; all arrays have one entry per row.

    Parameters
    ----------
    row : array of int
        Row of the place.
    line : array of int
        Row of the line.
    position_mm : array of int
        Distance along the line.
    connector_mm : array of int
        Straight distance from the place to the line.
    """

    row: Ints
    line: Ints
    position_mm: Ints
    connector_mm: Ints


def snap_nearest(
    places: Geometries,
    *,
    lines: Geometries,
    barriers: Geometries,
    own_walls: Geometries | None = None,
    max_m: float,
) -> Snaps:
    """Connect each place with the nearest line that is not behind a barrier.

    Parameters
    ----------
    places : array of geometry, shape (n,)
        Points or polygons, metres.
    lines : array of LineString, shape (m,)
        The lines.
    barriers : array of geometry
        What a connection may not cross.
    own_walls : array of geometry, optional
        What a connection may not cross but within 3 m of its start: the wall a polygon is drawn along, or a gate is in.
    max_m : float
        Longest connection.

    Returns
    -------
    Snaps
        At most one row per place, in the order of the places; a place without a row has no line in reach.
    """
    fences = [(shapely.STRtree(barriers), 0.0)]
    if own_walls is not None:
        fences.append((shapely.STRtree(own_walls), WALL_CLEARANCE_M))
    tree = shapely.STRtree(lines)
    pending = np.arange(len(places), dtype=np.int64)
    found: list[tuple[Ints, Ints]] = []
    for reach_m in (min(FIRST_REACH_M, max_m), max_m):
        row, line = tree.query(places[pending], predicate="dwithin", distance=reach_m)
        row, line = _best_free(pending[row], line, places, lines, fences)
        found.append((row, line))
        pending = np.setdiff1d(pending, row)
    row, line = (np.concatenate(part).astype(np.int64) for part in zip(*found, strict=True))
    order = np.argsort(row, kind="stable")
    return _measure(row[order], line[order], places, lines)


def _best_free(
    row: Ints, line: Ints, places: Geometries, lines: Geometries, fences: Sequence[tuple[shapely.STRtree, float]]
) -> tuple[Ints, Ints]:
    """Keep, for each place, the pair of least distance whose connection is free."""
    connectors = shapely.shortest_line(places[row], lines[line])
    # Of lines as near as each other the place decides, not the order they were read in.
    end = np.rint(shapely.get_coordinates(shapely.get_point(connectors, -1)) * 1000)
    order = np.lexsort((line, end[:, 1], end[:, 0], np.rint(shapely.length(connectors) * 1000), row))
    row, line = row[order], line[order]
    free = _free(connectors[order], fences)
    row, line = row[free], line[free]
    first = np.ones(len(row), bool)
    first[1:] = row[1:] != row[:-1]
    return row[first], line[first]


def _free(connectors: Geometries, fences: Sequence[tuple[shapely.STRtree, float]]) -> npt.NDArray[np.bool_]:
    free = np.ones(len(connectors), bool)
    for fence, clearance_m in fences:
        free &= ~_crosses(connectors, fence, clearance_m)
    return free


def snap_fronts(
    grounds: Geometries, *, lines: Geometries, barriers: Geometries, own_walls: Geometries, max_m: float
) -> Snaps:
    """Connect each polygon with the nearest line that is not behind a barrier, from the middle of its front.

    Parameters
    ----------
    grounds : array of Polygon or MultiPolygon, shape (n,)
        The polygons, metres.
    lines, barriers, own_walls, max_m
        As for :func:`snap_nearest`.

    Returns
    -------
    Snaps
        At most one row per polygon, in their order. Of all places on the lines that are at most 1 m farther off than
        the nearest it is the one nearest to the middle of the polygon, so that neither the corner a ring begins at nor
        the pieces a street is cut into decide. A line that leads into the polygon is met on the boundary.
    """
    nearest = snap_nearest(grounds, lines=lines, barriers=barriers, own_walls=own_walls, max_m=max_m)
    away_m = nearest.connector_mm / 1000
    reach_m = np.minimum(away_m + FRONT_SLACK_M, np.maximum(max_m, away_m))
    pair, line = shapely.STRtree(lines).query(grounds[nearest.row], predicate="dwithin", distance=reach_m)
    spot = _front_spots(grounds[nearest.row[pair]], lines[line], away_m[pair], reach_m[pair])
    connectors = shapely.shortest_line(grounds[nearest.row[pair]], spot)
    fences = [(shapely.STRtree(barriers), 0.0), (shapely.STRtree(own_walls), WALL_CLEARANCE_M)]
    kept = np.flatnonzero(_free(connectors, fences) & ~shapely.is_missing(connectors))
    pair, line, spot, connectors = pair[kept], line[kept], spot[kept], connectors[kept]
    middle_mm = np.rint(shapely.distance(spot, shapely.centroid(grounds[nearest.row[pair]])) * 1000)
    xy = np.rint(shapely.get_coordinates(spot) * 1000)
    order = np.lexsort((line, xy[:, 1], xy[:, 0], middle_mm, pair))
    best = order[np.append(True, np.diff(pair[order]) != 0)] if len(order) else order
    row, position, connector = nearest.line.copy(), nearest.position_mm.copy(), nearest.connector_mm.copy()
    row[pair[best]] = line[best]
    position[pair[best]] = np.rint(shapely.line_locate_point(lines[line[best]], spot[best]) * 1000)
    connector[pair[best]] = np.rint(shapely.length(connectors[best]) * 1000)
    return Snaps(nearest.row, row, position, connector)


def _front_spots(
    grounds: Geometries, lines: Geometries, away_m: npt.NDArray[np.float64], reach_m: npt.NDArray[np.float64]
) -> Geometries:
    """Return the place on each line that is nearest to the middle of the polygon, of those as near to it as allowed."""
    met = shapely.intersection(lines, shapely.boundary(grounds))
    touching = (away_m == 0) & ~shapely.is_empty(met)
    near = shapely.intersection(lines, shapely.buffer(grounds, np.maximum(reach_m, FRONT_SLACK_M)))
    stretch = np.where(touching, met, near)
    spots: Geometries = shapely.get_point(shapely.shortest_line(stretch, shapely.centroid(grounds)), 0)
    return spots


def _crosses(connectors: Geometries, fence: shapely.STRtree, clearance_m: float) -> npt.NDArray[np.bool_]:
    """Tell which connections cross a barrier, apart from their very ends."""
    length = shapely.length(connectors)
    blocked = np.zeros(len(connectors), bool)
    long = np.flatnonzero(length > clearance_m + END_CLEARANCE_M)
    if len(long) and len(fence):
        start = shapely.line_interpolate_point(connectors[long], clearance_m)
        stop = shapely.line_interpolate_point(connectors[long], length[long] - END_CLEARANCE_M)
        ends = np.stack([shapely.get_coordinates(start), shapely.get_coordinates(stop)], axis=1)
        hit, _ = fence.query(shapely.linestrings(ends), predicate="intersects")
        blocked[long[hit]] = True
    return blocked


def _measure(row: Ints, line: Ints, places: Geometries, lines: Geometries) -> Snaps:
    connectors = shapely.shortest_line(places[row], lines[line])
    ends = shapely.get_point(connectors, -1)
    position_mm = np.rint(shapely.line_locate_point(lines[line], ends) * 1000).astype(np.int64)
    connector_mm = np.rint(shapely.length(connectors) * 1000).astype(np.int64)
    return Snaps(row, line, position_mm, connector_mm)


def crossings(polygons: Geometries, *, lines: Geometries) -> Snaps:
    """Find where lines cross the boundaries of polygons.

    Parameters
    ----------
    polygons : array of Polygon or MultiPolygon, shape (n,)
        The polygons; other geometries have no crossing.
    lines : array of LineString, shape (m,)
        The lines.

    Returns
    -------
    Snaps
        One row per crossing point, ordered by polygon, line and position; connectors are zero. A line that runs along
        the boundary for a while counts once, in the middle of that stretch.
    """
    boundary = shapely.boundary(polygons)
    boundary[shapely.get_dimensions(polygons) != 2] = None
    line, row = shapely.STRtree(boundary).query(lines, predicate="intersects")
    spot, pair = _meeting_spots(shapely.intersection(lines[line], boundary[row]))
    position_mm = np.rint(shapely.line_locate_point(lines[line[pair]], spot) * 1000).astype(np.int64)
    keys = np.unique(np.column_stack([row[pair], line[pair], position_mm]), axis=0).astype(np.int64)
    return Snaps(keys[:, 0], keys[:, 1], keys[:, 2], np.zeros(len(keys), np.int64))


def _meeting_spots(met: Geometries) -> tuple[Geometries, Ints]:
    """Return the points of each intersection and the middles of its stretches, with the row each belongs to."""
    points, of_point = shapely.get_parts(met, return_index=True)
    # An intersection breaks a stretch at every corner of the boundary.
    stretches, of_stretch = shapely.get_parts(shapely.line_merge(met), return_index=True)
    alone, along = shapely.get_dimensions(points) == 0, shapely.get_dimensions(stretches) == 1
    middles = shapely.line_interpolate_point(stretches[along], 0.5, normalized=True)
    return np.concatenate([points[alone], middles]), np.concatenate([of_point[alone], of_stretch[along]])
