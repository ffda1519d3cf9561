"""Where a gate could be opened in the boundary of an estate, and a passage between two estates."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Geometries = npt.NDArray[np.object_]

SIMPLIFY_M = 0.25
# Lines drawn along each other meet at their very ends.
END_CLEARANCE_M = 0.5
# Rather the middle of a stretch than its corner, when the way is no farther from it than this.
MIDDLE_SLACK_M = 1.0
# A gate leads out of its wall, within 60 degrees of the straight way.
MIN_SINE = 0.5
MAX_PASSAGE_M = 12.0


@dataclass(frozen=True)
class GateLimits:
    """Hold the limits of candidate gates.

    Parameters
    ----------
    spacing_m : float
        Length of boundary that has at most one candidate.
    max_connector_m : float
        Farthest way that a gate would be joined to.
    clear_m : float
        No candidate stands as near as this to an exit that the estate has.
    """

    spacing_m: float = 25.0
    max_connector_m: float = 30.0
    clear_m: float = 50.0


@dataclass(frozen=True)
class Exits:
    """Hold the access points that the estates have; all arrays have one entry per access point.

    Parameters
    ----------
    estate : array of int
        Row of the estate.
    node : array of int
        Node of the graph at which a walk out of the estate begins there.
    connector_mm : array of int
        Length between boundary and network.
    spot : array of float, shape (k, 2)
        Place, metres.
    """

    estate: Ints
    node: Ints
    connector_mm: Ints
    spot: Floats


@dataclass(frozen=True)
class GateCandidates:
    """Hold places for a gate, sorted by estate, ring and place on it; all arrays have one entry per place.

    Parameters
    ----------
    estate : array of int
        Row of the estate.
    edge, position_mm : array of int
        Way that the gate would lead to, and where on it.
    connector_mm : array of int
        Length between boundary and way.
    inside_mm : array of int
        Mean distance from the homes to the gate, 0 when it is not known.
    ring : array of int
        Ring of the boundary, counted over all estates.
    along_m, ring_m : array of float
        Where on the ring, and the length of the ring.
    spot : array of float, shape (k, 2)
        Place on the boundary, metres.
    """

    estate: Ints
    edge: Ints
    position_mm: Ints
    connector_mm: Ints
    inside_mm: Ints
    ring: Ints
    along_m: Floats
    ring_m: Floats
    spot: Floats


@dataclass(frozen=True)
class PassageCandidates:
    """Hold places for a passage, in the order of the adjacency; all arrays have one entry per pair of estates.

    Parameters
    ----------
    a, b : array of int
        Rows of the estates.
    inside_a_mm, inside_b_mm : array of int
        Mean distance from the homes of each to the passage, 0 when it is not known.
    spot : array of float, shape (k, 2)
        Place, metres.
    """

    a: Ints
    b: Ints
    inside_a_mm: Ints
    inside_b_mm: Ints
    spot: Floats


@dataclass(frozen=True)
class _Stretches:
    estate: Ints
    ring: Ints
    along_m: Floats
    ring_m: Floats
    line: Geometries


def gate_candidates(
    estates: Geometries,
    *,
    lines: Geometries,
    usable: Bools,
    exits: Exits,
    barriers: Geometries,
    limits: GateLimits | None = None,
) -> GateCandidates:
    """Find places on the boundaries of estates where a gate would lead to a public way.

    Parameters
    ----------
    estates : array of Polygon or MultiPolygon, shape (n,)
        The estates, metres.
    lines : array of LineString, shape (m,)
        The ways.
    usable : array of bool, shape (m,)
        Ways that a gate may lead to: public, at grade, no isolated scrap.
    exits : Exits
        Access points that the estates have.
    barriers : array of geometry
        What no gate leads across; without walls, for it is walls that are opened.
    limits : GateLimits, optional
        The limits.

    Returns
    -------
    GateCandidates
        At most one place per stretch of boundary: the one nearest to a way, the connection free of barriers and of the
        ground of any estate. ``edge`` is a row of ``lines``; ``inside_mm`` is 0.
    """
    asked = limits or GateLimits()
    stretches = _stretches(estates, asked.spacing_m)
    open_lines = lines.copy()
    open_lines[~usable] = None
    stretch, edge = shapely.STRtree(open_lines).query(
        stretches.line, predicate="dwithin", distance=asked.max_connector_m
    )
    ends = _connectors(stretches.line[stretch], lines[edge])
    free = _length_m(ends) <= asked.max_connector_m
    free &= _leads_out(ends, stretches.line[stretch])
    free &= ~_near_exit(ends[:, 0], stretches.estate[stretch], exits, asked.clear_m)
    stretch, edge, ends = stretch[free], edge[free], ends[free]
    shut = _blocked(ends, barriers, skin_m=0.0) | _blocked(ends, estates, skin_m=END_CLEARANCE_M)
    found = _measure(stretches, stretch[~shut], ends[~shut], (lines, edge[~shut]))
    return _best_of_stretch(found, ends[~shut, 1], asked.spacing_m)


def _stretches(estates: Geometries, spacing_m: float) -> _Stretches:
    """Cut the boundaries into straight stretches with the outside on their left; their place is that of their start."""
    # Normalised, so that where a ring begins does not depend on who drew it.
    parts, owner = shapely.get_parts(shapely.simplify(shapely.normalize(estates), SIMPLIFY_M), return_index=True)
    polygon = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    parts, owner = parts[polygon], owner[polygon]
    rings, part = shapely.get_rings(
        shapely.orient_polygons(shapely.segmentize(parts, spacing_m), exterior_cw=True), return_index=True
    )
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    here = np.flatnonzero(ring[1:] == ring[:-1])
    step_m = np.hypot(*(xy[here + 1] - xy[here]).T)
    ring = ring[here].astype(np.int64)
    ring_m = np.bincount(ring, weights=step_m, minlength=len(rings))
    along_m = np.cumsum(step_m) - step_m - (np.cumsum(ring_m) - ring_m)[ring]
    line = shapely.linestrings(np.stack([xy[here], xy[here + 1]], axis=1))
    return _Stretches(owner[part[ring]].astype(np.int64), ring, along_m, ring_m[ring], line)


def _connectors(stretch: Geometries, line: Geometries) -> Floats:
    """Join stretches with ways, from the middle of the stretch unless another place is plainly nearer."""
    middle = shapely.points(shapely.get_coordinates(stretch).reshape(-1, 2, 2).mean(axis=1))
    shortest, from_middle = (
        shapely.get_coordinates(shapely.shortest_line(start, line)).reshape(-1, 2, 2) for start in (stretch, middle)
    )
    near = _length_m(from_middle) <= _length_m(shortest) + MIDDLE_SLACK_M
    ends: Floats = np.where(near[:, None, None], from_middle, shortest)
    return ends


def _length_m(ends: Floats) -> Floats:
    """Return the lengths of straight lines of shape (k, 2, 2)."""
    length: Floats = np.hypot(*(ends[:, 1] - ends[:, 0]).T)
    return length


def _leads_out(ends: Floats, stretch: Geometries) -> Bools:
    """Tell which connections lead out of the wall they begin at, rather than in or along it."""
    walls = shapely.get_coordinates(stretch).reshape(-1, 2, 2)
    wall, way = walls[:, 1] - walls[:, 0], ends[:, 1] - ends[:, 0]
    leftward = wall[:, 0] * way[:, 1] - wall[:, 1] * way[:, 0]
    out: Bools = leftward >= MIN_SINE * _length_m(walls) * _length_m(ends)
    return out


def _near_exit(spot: Floats, estate: Ints, exits: Exits, clear_m: float) -> Bools:
    """Tell which places are near an exit that their estate has."""
    near = np.zeros(len(spot), bool)
    tree = shapely.STRtree(shapely.points(exits.spot))
    row, other = tree.query(shapely.points(spot), predicate="dwithin", distance=clear_m)
    near[row[estate[row] == exits.estate[other]]] = True
    return near


def _blocked(ends: Floats, shapes: Geometries, *, skin_m: float) -> Bools:
    """Tell which connections meet a shape, apart from a skin at their start and from their very end."""
    length = _length_m(ends)
    long = np.flatnonzero(length > skin_m + END_CLEARANCE_M)
    along = (ends[long, 1] - ends[long, 0]) / length[long, None]
    inner = np.stack([ends[long, 0] + along * skin_m, ends[long, 1] - along * END_CLEARANCE_M], axis=1)
    hit, _ = shapely.STRtree(shapes).query(shapely.linestrings(inner), predicate="intersects")
    blocked = np.zeros(len(ends), bool)
    blocked[long[hit]] = True
    return blocked


def _measure(stretches: _Stretches, stretch: Ints, ends: Floats, ways: tuple[Geometries, Ints]) -> GateCandidates:
    lines, edge = ways
    begin = shapely.get_coordinates(stretches.line[stretch])[::2]
    position_m = shapely.line_locate_point(lines[edge], shapely.points(ends[:, 1]))
    return GateCandidates(
        estate=stretches.estate[stretch],
        edge=edge.astype(np.int64),
        position_mm=np.rint(position_m * 1000).astype(np.int64),
        connector_mm=np.rint(_length_m(ends) * 1000).astype(np.int64),
        inside_mm=np.zeros(len(stretch), np.int64),
        ring=stretches.ring[stretch],
        along_m=stretches.along_m[stretch] + np.hypot(*(ends[:, 0] - begin).T),
        ring_m=stretches.ring_m[stretch],
        spot=ends[:, 0],
    )


def _best_of_stretch(found: GateCandidates, stop: Floats, spacing_m: float) -> GateCandidates:
    """Keep the shortest connection of each stretch; of equal ones the places decide, not the order of the rows."""
    stretch = np.floor(found.along_m / spacing_m)
    places = np.column_stack([found.spot, stop]).round(3).T
    order = np.lexsort((*places[::-1], found.connector_mm, stretch, found.ring))
    keys = np.column_stack([found.ring, stretch])[order]
    first = np.ones(len(order), bool)
    first[1:] = (keys[1:] != keys[:-1]).any(axis=1)
    return GateCandidates(*(column[order[first]] for column in vars(found).values()))


def passage_candidates(
    estate_ids: npt.NDArray[np.object_],
    *,
    adjacency: gpd.GeoDataFrame,
    barriers: Geometries,
    max_width_m: float = MAX_PASSAGE_M,
) -> PassageCandidates:
    """Find the places for a passage between neighbours: the middle of the line between them.

    Parameters
    ----------
    estate_ids : array of str, shape (n,)
        The estates.
    adjacency : GeoDataFrame
        Columns as ``Plan.adjacency``.
    barriers : array of geometry
        What no passage leads across; without walls.
    max_width_m : float
        Neighbours as far apart as this, or joined only through a site, get none.

    Returns
    -------
    PassageCandidates
        One row per pair of near neighbours with no barrier between; the distances inside are 0.
    """
    rows = adjacency[(adjacency["kind"] != "site") & (adjacency["width_m"] < max_width_m)]
    links = rows.geometry.to_numpy()
    shut, _ = shapely.STRtree(barriers).query(links, predicate="dwithin", distance=END_CLEARANCE_M)
    kept = np.setdiff1d(np.arange(len(rows)), shut)
    row_of = pd.Index(estate_ids)
    a, b = (row_of.get_indexer(rows[name].iloc[kept]).astype(np.int64) for name in ("estate_a", "estate_b"))
    middle = shapely.line_interpolate_point(links[kept], 0.5, normalized=True)
    nothing = np.zeros(len(kept), np.int64)
    return PassageCandidates(a, b, nothing, nothing, shapely.get_coordinates(middle))
