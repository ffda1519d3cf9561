"""Doors: gates and entrances on the boundaries of places, and where they meet the network."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS

from geo.streets.network import NOBODY, Network, node_rows
from geo.streets.snapping import Geometries, Snaps, snap_nearest

Ints = npt.NDArray[np.int64]

SHARED_DOOR_M = 2.0


@dataclass(frozen=True)
class Surroundings:
    """Hold what lies around the owners of access points.

    Parameters
    ----------
    network : Network
        The network, one edge per line.
    nodes : DataFrame
        Nodes of the walkways, with ``osm_id``.
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
    gate_nodes : Series of int
        Row of the walkways' nodes that a shut gate stands on, by ``gate_id``.
    """

    network: Network
    nodes: pd.DataFrame
    lines: Geometries
    raised: npt.NDArray[np.bool_]
    barriers: Geometries
    walls: Geometries
    max_snap_m: float
    crs: CRS
    gate_nodes: pd.Series


def at_doors(
    places: Geometries, *, doors: gpd.GeoDataFrame, kind: str, reach_m: float, around: Surroundings
) -> pd.DataFrame:
    """Find the doors of polygons: on the way they stand on, else joined to the nearest way.

    Parameters
    ----------
    places : array of geometry
        Grounds; anything but a polygon has no door.
    doors : GeoDataFrame
        Points with ``osm_id`` and, if they are gates, ``gate_id``.
    kind : {"gate", "entrance"}
        What they are.
    reach_m : float
        How far from the boundary a door may be drawn.
    around : Surroundings
        The network and the barriers.

    Returns
    -------
    DataFrame
        ``row`` (of the place), ``edge``, ``position_mm``, ``connector_mm``, ``kind``, ``resolved`` (``..._on_way``,
        ``..._given``, ``..._snapped``), ``gate_id``, ``start`` (Point: the door).
    """
    points = doors.geometry.to_numpy()
    boundary = kept(shapely.boundary(places), shapely.get_dimensions(places) == 2)
    door, row = _nearest_owners(points, boundary, reach_m)
    node = _nodes(doors, around)[door]
    edge, position_mm = _edge_at(node, places[row], around)
    on_way = edge >= 0
    standing = pd.DataFrame({"row": row, "edge": edge, "position_mm": position_mm, "connector_mm": 0, "door": door})
    snaps = snap_nearest(
        points[door[~on_way]],
        lines=open_lines(around),
        barriers=around.barriers,
        own_walls=around.walls,
        max_m=around.max_snap_m,
    )
    off = np.flatnonzero(~on_way)[snaps.row]
    how = np.where(_given(doors)[door[off]], f"{kind}_given", f"{kind}_snapped")
    found = pd.concat(
        [
            standing[on_way].assign(resolved=f"{kind}_on_way"),
            snap_rows(snaps, row[off]).assign(door=door[off], resolved=how),
        ]
    )
    at = found["door"].to_numpy(np.int64)
    ids = doors["gate_id"].to_numpy(object) if "gate_id" in doors else np.full(len(doors), None, object)
    return found.drop(columns="door").assign(kind=kind, gate_id=ids[at], start=points[at])


def owners_of(places: Geometries, *, doors: gpd.GeoDataFrame, reach_m: float) -> tuple[Ints, Ints]:
    """Pair doors with the polygons whose boundaries they stand on."""
    boundary = kept(shapely.boundary(places), shapely.get_dimensions(places) == 2)
    return _nearest_owners(doors.geometry.to_numpy(), boundary, reach_m)


def _given(doors: gpd.GeoDataFrame) -> npt.NDArray[np.bool_]:
    """Tell which doors a planner drew, rather than an extract."""
    drawn: npt.NDArray[np.bool_] = doors["osm_id"].to_numpy(np.int64) < 0
    return drawn


def _nodes(doors: gpd.GeoDataFrame, around: Surroundings) -> Ints:
    """Return the row of the walkways' nodes that each door stands on, -1 for none."""
    node = node_rows(doors["osm_id"].to_numpy(np.int64), nodes=around.nodes)
    if "gate_id" not in doors:
        return node
    standing = doors["gate_id"].map(around.gate_nodes).fillna(-1).to_numpy(np.int64)
    return np.where(node < 0, standing, node)


def _nearest_owners(points: Geometries, boundary: Geometries, reach_m: float) -> tuple[Ints, Ints]:
    """Pair each door with the boundary it stands on; one on a shared boundary belongs to both sides."""
    door, row = shapely.STRtree(boundary).query(points, predicate="dwithin", distance=reach_m)
    distance = shapely.distance(points[door], boundary[row])
    nearest = np.full(len(points), np.inf)
    np.minimum.at(nearest, door, distance)
    mine = distance <= nearest[door] + SHARED_DOOR_M
    return door[mine], row[mine]


def _edge_at(node: Ints, places: Geometries, around: Surroundings) -> tuple[Ints, Ints]:
    """Return an edge that ends at each node, best one outside the place and public, with the position of the node."""
    network = around.network
    ends = np.concatenate([network.u, network.v])
    edge = np.tile(np.arange(len(network.u)), 2)
    position = np.concatenate([np.zeros(len(network.u), np.int64), network.length_mm])
    wanted = pd.DataFrame({"order": np.arange(len(node)), "place": node})[node >= 0]
    ends_at = pd.DataFrame({"place": network.place[ends], "edge": edge, "position": position})[network.used[edge]]
    pairs = wanted.merge(ends_at, on="place")
    middle = shapely.line_interpolate_point(around.lines[pairs["edge"]], 0.5, normalized=True)
    inside = shapely.intersects(places[pairs["order"]], middle)
    pairs = pairs.assign(inside=inside, private=network.private[pairs["edge"]])
    best = pairs.sort_values(["order", "inside", "private", "edge"]).drop_duplicates("order")
    found, at = np.full(len(node), -1, np.int64), np.zeros(len(node), np.int64)
    found[best["order"]], at[best["order"]] = best["edge"], best["position"]
    return found, at


def open_lines(around: Surroundings) -> Geometries:
    """Return the lines that a connection may end on; the others are missing, so that rows stay the same."""
    return kept(around.lines, around.network.used & ~around.network.private & ~around.raised)


def raised_lines(around: Surroundings) -> Geometries:
    """Return the bridges and tunnels that a connection may end on for want of anything better."""
    return kept(around.lines, around.network.used & ~around.network.private & around.raised)


def common_private_lines(around: Surroundings) -> Geometries:
    """Return the private ways in no estate, such as those of a hospital; a connection ends there for want of others."""
    network = around.network
    return kept(around.lines, network.used & network.private & (network.ground == NOBODY) & ~around.raised)


def kept(shapes: Geometries, keep: npt.NDArray[np.bool_]) -> Geometries:
    """Return the shapes with those that are not kept missing."""
    chosen = shapes.copy()
    chosen[~keep] = None
    return chosen


def snap_rows(snaps: Snaps, row: Ints) -> pd.DataFrame:
    """Turn connections into rows of access points of the given owners."""
    columns = {"row": row, "edge": snaps.line, "position_mm": snaps.position_mm, "connector_mm": snaps.connector_mm}
    return pd.DataFrame(columns)
