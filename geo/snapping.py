"""Shortest straight connections from places to the lines of a network, never across a barrier."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

Ints = npt.NDArray[np.int64]
Geometries = npt.NDArray[np.object_]

FIRST_REACH_M = 40.0
END_CLEARANCE_M = 0.5


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
    max_m: float,
    start_clearance_m: float = END_CLEARANCE_M,
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
    max_m : float
        Longest connection.
    start_clearance_m : float
        Length of the start of a connection that may touch a barrier: the wall a polygon is drawn along does not block.

    Returns
    -------
    Snaps
        At most one row per place, in the order of the places; a place without a row has no line in reach.
    """
    fence = shapely.STRtree(barriers)
    tree = shapely.STRtree(lines)
    pending = np.arange(len(places), dtype=np.int64)
    found: list[tuple[Ints, Ints]] = []
    for reach_m in (min(FIRST_REACH_M, max_m), max_m):
        row, line = tree.query(places[pending], predicate="dwithin", distance=reach_m)
        row, line = _best_free(pending[row], line, places, lines, fence, start_clearance_m)
        found.append((row, line))
        pending = np.setdiff1d(pending, row)
    row, line = (np.concatenate(part).astype(np.int64) for part in zip(*found, strict=True))
    order = np.argsort(row, kind="stable")
    return _measure(row[order], line[order], places, lines)


def _best_free(
    row: Ints, line: Ints, places: Geometries, lines: Geometries, fence: shapely.STRtree, clearance_m: float
) -> tuple[Ints, Ints]:
    """Keep, for each place, the pair of least distance whose connection is free."""
    distance = shapely.distance(places[row], lines[line])
    order = np.lexsort((line, distance, row))
    row, line = row[order], line[order]
    connectors = shapely.shortest_line(places[row], lines[line])
    free = ~_crosses(connectors, fence, clearance_m)
    row, line = row[free], line[free]
    first = np.ones(len(row), bool)
    first[1:] = row[1:] != row[:-1]
    return row[first], line[first]


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
    parts, pair = shapely.get_parts(shapely.intersection(lines[line], boundary[row]), return_index=True)
    along = shapely.get_dimensions(parts) == 1
    parts[along] = shapely.line_interpolate_point(parts[along], 0.5, normalized=True)
    position_mm = np.rint(shapely.line_locate_point(lines[line[pair]], parts) * 1000).astype(np.int64)
    keys = np.unique(np.column_stack([row[pair], line[pair], position_mm]), axis=0).astype(np.int64)
    return Snaps(keys[:, 0], keys[:, 1], keys[:, 2], np.zeros(len(keys), np.int64))
