"""Where estates and facilities meet the walking network, and how that was resolved."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS
from scipy.sparse.csgraph import dijkstra

from geo.network import Network, cost_matrix, insert_points
from geo.snapping import WALL_CLEARANCE_M, Geometries, Snaps, crossings, snap_nearest
from geo.walk_times import SOURCES_AT_ONCE

Ints = npt.NDArray[np.int64]

GATE_REACH_M = 15.0
ENTRANCE_REACH_M = 3.0
SHARED_DOOR_M = 2.0
WALL_AT_HAND_M = 1.0
COLUMNS = ["owner", "owner_id", "kind", "edge", "position_mm", "connector_mm", "resolved"]


@dataclass(frozen=True)
class Surroundings:
    """Hold what lies around the owners.

    Parameters
    ----------
    network : Network
        The network, one edge per line.
    lines : array of LineString, shape (m,)
        Geometry of the network's edges.
    raised : array of bool, shape (m,)
        Edges on a bridge or in a tunnel, which do not meet what they cross.
    barriers : array of geometry
        What no connection crosses, but for walls.
    walls : array of geometry
        Walls; an estate may be drawn along its own.
    max_snap_m : float
        Longest connection to the network.
    crs : CRS
        Coordinate system of all of it.
    """

    network: Network
    lines: Geometries
    raised: npt.NDArray[np.bool_]
    barriers: Geometries
    walls: Geometries
    max_snap_m: float
    crs: CRS


def estate_access(estates: gpd.GeoDataFrame, *, gates: gpd.GeoDataFrame, around: Surroundings) -> gpd.GeoDataFrame:
    """Find where each estate meets the network.

    Parameters
    ----------
    estates : GeoDataFrame
        Polygons with ``estate_id``.
    gates : GeoDataFrame
        Points with ``osm_id`` and ``state``; closed ones are no access.
    around : Surroundings
        The network and the barriers.

    Returns
    -------
    GeoDataFrame
        Columns as ``Plan.access_points``. An estate takes its gates and the places where a way crosses its boundary;
        one with a gate that the planner gave takes its gates alone; one with neither gets one assumed point on the
        nearest way in reach; one with no way in reach has no row.
    """
    places = estates.geometry.to_numpy()
    passable = gates[gates["state"] != "closed"]
    at_gates = _doors(places, passable, "gate", GATE_REACH_M, around)
    given = np.unique(at_gates.loc[at_gates["resolved"] == "gate_given", "row"])
    at_crossings = _crossing_rows(places, gates, around)
    at_crossings = at_crossings[~at_crossings["row"].isin(given)]
    return _finish(pd.concat([at_gates, at_crossings]), places, ("estate", estates["estate_id"]), around)


def facility_access(
    facilities: gpd.GeoDataFrame, *, entrances: gpd.GeoDataFrame, gates: gpd.GeoDataFrame, around: Surroundings
) -> gpd.GeoDataFrame:
    """Find where each facility meets the network.

    Parameters
    ----------
    facilities : GeoDataFrame
        Points or polygons with ``facility_id``.
    entrances, gates : GeoDataFrame
        Points with ``osm_id``; gates with ``state``.
    around : Surroundings
        The network and the barriers.

    Returns
    -------
    GeoDataFrame
        Columns as ``Plan.access_points``. A polygon takes its entrances, else its gates and the ways that cross its
        boundary; whatever has none of these, and any point, is joined to the nearest way in reach.
    """
    places = facilities.geometry.to_numpy()
    at_entrances = _doors(places, entrances, "entrance", ENTRANCE_REACH_M, around)
    at_gates = _doors(places, gates[gates["state"] != "closed"], "gate", ENTRANCE_REACH_M, around)
    others = pd.concat([at_gates, _crossing_rows(places, gates, around)])
    others = others[~others["row"].isin(at_entrances["row"])]
    return _finish(pd.concat([at_entrances, others]), places, ("facility", facilities["facility_id"]), around)


def _doors(
    places: Geometries, doors: gpd.GeoDataFrame, kind: str, reach_m: float, around: Surroundings
) -> pd.DataFrame:
    """Return the doors on the boundaries of the polygons: on the way they stand on, else on the nearest way."""
    points = doors.geometry.to_numpy()
    boundary = _kept(shapely.boundary(places), shapely.get_dimensions(places) == 2)
    door, row = _nearest_owners(points, boundary, reach_m)
    osm_id = doors["osm_id"].to_numpy(np.int64)[door]
    edge, position_mm = _edge_at(osm_id, places[row], around)
    on_way = edge >= 0
    standing = pd.DataFrame({"row": row, "edge": edge, "position_mm": position_mm, "connector_mm": 0})[on_way]
    standing = standing.assign(kind=kind, resolved=f"{kind}_on_way")
    snaps = snap_nearest(
        points[door[~on_way]],
        lines=_open_lines(around),
        barriers=around.barriers,
        own_walls=around.walls,
        max_m=around.max_snap_m,
    )
    off = np.flatnonzero(~on_way)[snaps.row]
    how = np.where(osm_id[off] < 0, f"{kind}_given", f"{kind}_snapped")
    return pd.concat([standing, _rows(snaps, row[off]).assign(kind=kind, resolved=how)])


def _nearest_owners(points: Geometries, boundary: Geometries, reach_m: float) -> tuple[Ints, Ints]:
    """Pair each door with the boundary it stands on; one on a shared boundary belongs to both sides."""
    door, row = shapely.STRtree(boundary).query(points, predicate="dwithin", distance=reach_m)
    distance = shapely.distance(points[door], boundary[row])
    nearest = np.full(len(points), np.inf)
    np.minimum.at(nearest, door, distance)
    mine = distance <= nearest[door] + SHARED_DOOR_M
    return door[mine], row[mine]


def _rows(snaps: Snaps, row: Ints) -> pd.DataFrame:
    columns = {"row": row, "edge": snaps.line, "position_mm": snaps.position_mm, "connector_mm": snaps.connector_mm}
    return pd.DataFrame(columns)


def _edge_at(osm_id: Ints, places: Geometries, around: Surroundings) -> tuple[Ints, Ints]:
    """Return an edge that ends at each node, best one outside the place and public, with the position of the node."""
    network = around.network
    ends = np.concatenate([network.u, network.v])
    ids = network.osm_id[ends]
    edge = np.tile(np.arange(len(network.u)), 2)
    position = np.concatenate([np.zeros(len(network.u), np.int64), network.length_mm])
    wanted = pd.DataFrame({"order": np.arange(len(osm_id)), "osm_id": osm_id})[osm_id >= 0]
    ends_at = pd.DataFrame({"osm_id": ids, "edge": edge, "position": position})[network.used[edge]]
    pairs = wanted.merge(ends_at, on="osm_id")
    middle = shapely.line_interpolate_point(around.lines[pairs["edge"]], 0.5, normalized=True)
    inside = shapely.intersects(places[pairs["order"]], middle)
    pairs = pairs.assign(inside=inside, private=network.private[pairs["edge"]])
    best = pairs.sort_values(["order", "inside", "private", "edge"]).drop_duplicates("order")
    found, at = np.full(len(osm_id), -1, np.int64), np.zeros(len(osm_id), np.int64)
    found[best["order"]], at[best["order"]] = best["edge"], best["position"]
    return found, at


def _open_lines(around: Surroundings) -> Geometries:
    """Return the lines that a connection may end on; the others are missing, so that rows stay the same."""
    allowed = around.network.used & ~around.network.private & ~around.raised
    return _kept(around.lines, allowed)


def _kept(shapes: Geometries, keep: npt.NDArray[np.bool_]) -> Geometries:
    """Return the shapes with those that are not kept missing."""
    kept = shapes.copy()
    kept[~keep] = None
    return kept


def _crossing_rows(places: Geometries, gates: gpd.GeoDataFrame, around: Surroundings) -> pd.DataFrame:
    """Return where a way of use crosses a boundary at grade, unless at a wall or a closed gate; gates count apart."""
    lines = _kept(around.lines, around.network.used & ~around.raised)
    found = crossings(places, lines=lines)
    spot = shapely.line_interpolate_point(around.lines[found.line], found.position_mm / 1000)
    walled = np.zeros(len(spot), bool)
    hit, wall = shapely.STRtree(around.walls).query(spot, predicate="dwithin", distance=WALL_CLEARANCE_M)
    behind = shapely.crosses(around.lines[found.line[hit]], around.walls[wall])
    touching = shapely.distance(spot[hit], around.walls[wall]) <= WALL_AT_HAND_M
    walled[hit[behind | touching]] = True
    closed = gates.geometry.to_numpy()[(gates["state"] == "closed").to_numpy()]
    walled[shapely.STRtree(closed).query(spot, predicate="dwithin", distance=SHARED_DOOR_M)[0]] = True
    rows = _rows(found, found.row).assign(kind="crossing", resolved="way_crosses")
    return rows[~walled]


def _finish(
    rows: pd.DataFrame, places: Geometries, owner: tuple[str, pd.Series], around: Surroundings
) -> gpd.GeoDataFrame:
    """Lead private ways out to the public network, join the rest to the nearest way, and name the owners."""
    rows = _lead_out(rows.reset_index(drop=True), around.network)
    missing = np.setdiff1d(np.arange(len(places)), rows["row"])
    walled = shapely.get_dimensions(places[missing]) == 2
    nearest = [
        _nearest_rows(places, missing[part], around, walled=own) for part, own in ((walled, True), (~walled, False))
    ]
    rows = pd.concat([rows, *nearest]).astype(
        {"row": np.int64, "edge": np.int64, "position_mm": np.int64, "connector_mm": np.int64}
    )
    rows = rows.sort_values(["row", "edge", "position_mm", "connector_mm"]).drop_duplicates(
        ["row", "edge", "position_mm"]
    )
    rows = rows.assign(owner=owner[0], owner_id=owner[1].to_numpy()[rows["row"]])
    spot = shapely.line_interpolate_point(around.lines[rows["edge"]], rows["position_mm"].to_numpy() / 1000)
    return gpd.GeoDataFrame(rows[COLUMNS].reset_index(drop=True), geometry=spot, crs=around.crs)


def _nearest_rows(places: Geometries, missing: Ints, around: Surroundings, *, walled: bool) -> pd.DataFrame:
    """Join places to the nearest way; a wall is in the way but for the one that a ground is drawn along."""
    snaps = snap_nearest(
        places[missing],
        lines=_open_lines(around),
        barriers=around.barriers if walled else np.concatenate([around.barriers, around.walls]),
        own_walls=around.walls if walled else None,
        max_m=around.max_snap_m,
    )
    return _rows(snaps, missing[snaps.row]).assign(kind="assumed", resolved="nearest_way")


def _lead_out(rows: pd.DataFrame, network: Network) -> pd.DataFrame:
    """Replace each point on a private way by the places where that way reaches the public network."""
    inner = network.private[rows["edge"].to_numpy(np.int64)] if len(rows) else np.zeros(0, bool)
    if not inner.any():
        return rows
    edge, position = (rows.loc[inner, name].to_numpy(np.int64) for name in ("edge", "position_mm"))
    split, node = insert_points(network, edge=edge, position_mm=position)
    doors, door_edge, door_position = _public_doors(network)
    point, door, walk_mm = _private_walk(split, node, doors)
    out = rows[inner].iloc[point].reset_index(drop=True)
    out = out.assign(edge=door_edge[door], position_mm=door_position[door], resolved="private_way")
    out["connector_mm"] = out["connector_mm"].to_numpy(np.int64) + walk_mm
    return pd.concat([rows[~inner], out], ignore_index=True)


def _private_walk(network: Network, start: Ints, stop: Ints) -> tuple[Ints, Ints, Ints]:
    """Return the starts (places in the array) and stops that private ways alone join, with the millimetres between."""
    nodes = np.unique(np.concatenate([network.u[network.private], network.v[network.private]]))
    inner = cost_matrix(network, us_per_mm=1.0, steps_pace=1.0, private=True)[nodes][:, nodes]
    sources, targets = np.searchsorted(nodes, start), np.searchsorted(nodes, stop)
    found = []
    for first in range(0, len(sources), SOURCES_AT_ONCE):
        walk_mm = dijkstra(inner, indices=sources[first : first + SOURCES_AT_ONCE])[:, targets]
        at, door = np.nonzero(np.isfinite(walk_mm))
        found.append((first + at, door, walk_mm[at, door].astype(np.int64)))
    point, door, length_mm = (np.concatenate(column) for column in zip(*found, strict=True))
    return point, door, length_mm


def _public_doors(network: Network) -> tuple[Ints, Ints, Ints]:
    """Return the nodes where private and public ways meet, each with a public edge and its position on that."""
    public = np.flatnonzero(~network.private & network.used)
    ends = np.concatenate([network.u[public], network.v[public]])
    edges = np.tile(public, 2)
    position = np.concatenate([np.zeros(len(public), np.int64), network.length_mm[public]])
    private_nodes = np.union1d(network.u[network.private], network.v[network.private])
    nodes, first = np.unique(ends, return_index=True)
    shared = np.isin(nodes, private_nodes)
    return nodes[shared], edges[first[shared]], position[first[shared]]
