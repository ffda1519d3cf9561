"""New ways in the walking network: straight links whose ends are joined to the ways that are there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely.ops import substring

from data.inputs import Walkways
from geo.streets.snapping import Geometries, Snaps, snap_nearest

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

JOIN_REACH_M = 15.0
# A link is a level footway that everybody walks both ways.
_LEVEL_WAY: Mapping[str, object] = MappingProxyType(
    {
        "way_id": -1,
        "highway": "footway",
        "name": None,
        "steps": False,
        "private": False,
        "bridge": False,
        "tunnel": False,
        "one_way": 0,
        "slope_ahead": 1.0,
        "slope_back": 1.0,
    }
)


@dataclass(frozen=True)
class Joints:
    """Tell how links are joined.

    Parameters
    ----------
    loose : array of bool, shape (k, 2)
        Ends that meet neither a way nor another link.
    apart : array of bool, shape (k,)
        Links that no way leads to, not even over other links.
    """

    loose: Bools
    apart: Bools


def add_links(
    walkways: Walkways, *, ends: Floats, names: Sequence[str | None], barriers: Geometries, walls: Geometries
) -> tuple[Walkways, Joints]:
    """Add straight links to the walkways.

    Each end is joined to the nearest way at grade within 15 m that is not behind a barrier, by a connector to a new
    node on that way; ends of links at the same place share a node. A link meets nothing between its ends.

    Parameters
    ----------
    walkways : Walkways
        The ways that are there.
    ends : array of float, shape (k, 2, 2)
        By link and end: x and y, metres. The ends of a link are not at the same place.
    names : sequence of str or None
        Name of each link.
    barriers, walls : array of geometry
        What no connector crosses; a wall may stand within 3 m of the end.

    Returns
    -------
    Walkways
        The old nodes and edges in their rows, an edge that was split being its first piece; new ones follow.
    Joints
        How the links are joined.
    """
    spots, at = _shared_spots(ends)
    snaps = _snap(spots, walkways.edges, barriers, walls)
    split, meeting = split_edges(walkways, edge=snaps.line, position_mm=snaps.position_mm)
    away = snaps.connector_mm > 0
    node = np.full(len(spots), -1, np.int64)
    node[snaps.row[~away]] = meeting[~away]
    fresh = np.flatnonzero(node < 0)
    node[fresh] = len(split.nodes) + np.arange(len(fresh))
    u = np.concatenate([node[at[:, 0]], node[snaps.row[away]]])
    v = np.concatenate([node[at[:, 1]], meeting[away]])
    called = pd.Series([*names, *([None] * int(away.sum()))], dtype=object)
    return _append(split, spots[fresh], (u, v), called), _joints(at, snaps.row, len(spots))


def _shared_spots(ends: Floats) -> tuple[Floats, Ints]:
    """Return the places where links end, and the place of each end; places closer than a millimetre are one."""
    flat = ends.reshape(-1, 2)
    _, first, at = np.unique(np.rint(flat * 1000), axis=0, return_index=True, return_inverse=True)
    return flat[first], at.reshape(-1, 2).astype(np.int64)


def _snap(spots: Floats, edges: gpd.GeoDataFrame, barriers: Geometries, walls: Geometries) -> Snaps:
    lines = edges.geometry.to_numpy().copy()
    lines[(edges["bridge"] | edges["tunnel"]).to_numpy(bool)] = None
    return snap_nearest(shapely.points(spots), lines=lines, barriers=barriers, own_walls=walls, max_m=JOIN_REACH_M)


def _append(walkways: Walkways, xy: Floats, joined: tuple[Ints, Ints], names: pd.Series) -> Walkways:
    """Append nodes, and straight ways between nodes."""
    nodes, edges = walkways.nodes, walkways.edges
    nodes = _with_nodes(nodes, xy)
    places = nodes[["x", "y"]].to_numpy(float)
    lines = shapely.linestrings(np.stack([places[joined[0]], places[joined[1]]], axis=1))
    known = {
        **_LEVEL_WAY,
        "u": joined[0],
        "v": joined[1],
        "name": names,
        "length_mm": np.maximum(np.rint(shapely.length(lines) * 1000), 1).astype(np.int64),
        edges.geometry.name: lines,
    }
    added = pd.DataFrame({column: known.get(column) for column in edges.columns}, index=range(len(lines)))
    return Walkways(nodes, _with_edges(edges, added))


def _with_nodes(nodes: pd.DataFrame, xy: Floats) -> pd.DataFrame:
    added = pd.DataFrame({"osm_id": np.full(len(xy), -1, np.int64), "x": xy[:, 0], "y": xy[:, 1]})
    return pd.concat([nodes, added], ignore_index=True)


def _with_edges(edges: gpd.GeoDataFrame, added: pd.DataFrame) -> gpd.GeoDataFrame:
    plain = {column: dtype for column, dtype in edges.dtypes.items() if column != edges.geometry.name}
    whole = pd.concat([pd.DataFrame(edges), added.astype(plain)], ignore_index=True)
    return gpd.GeoDataFrame(whole, geometry=edges.geometry.name, crs=edges.crs)


def split_edges(walkways: Walkways, *, edge: Ints, position_mm: Ints) -> tuple[Walkways, Ints]:
    """Split edges at points on them.

    Parameters
    ----------
    walkways : Walkways
        The ways.
    edge : array of int, shape (k,)
        Row of the edge that each point lies on.
    position_mm : array of int, shape (k,)
        Distance from ``u``.

    Returns
    -------
    Walkways
        The old nodes and edges in their rows, an edge that was split being its first piece; the other pieces follow.
        The pieces of an edge add up to its length.
    array of int, shape (k,)
        The node at each point; a point at the end of an edge is the node that is there.
    """
    nodes, edges = walkways.nodes, walkways.edges
    u, v, length = (edges[name].to_numpy(np.int64)[edge] for name in ("u", "v", "length_mm"))
    node = np.where(position_mm <= 0, u, np.where(position_mm >= length, v, -1))
    inside = np.flatnonzero(node < 0)
    cuts, which = np.unique(np.column_stack([edge, position_mm])[inside], axis=0, return_inverse=True)
    if not len(cuts):
        return walkways, node
    node[inside] = len(nodes) + which.reshape(-1)
    spots = shapely.line_interpolate_point(edges.geometry.to_numpy()[cuts[:, 0]], cuts[:, 1] / 1000)
    return Walkways(_with_nodes(nodes, shapely.get_coordinates(spots)), _cut(edges, cuts, len(nodes))), node


def _cut(edges: gpd.GeoDataFrame, cuts: Ints, first_node: int) -> gpd.GeoDataFrame:
    """Cut edges at places sorted by edge and position; the nodes there are numbered from the first one."""
    edge, position = cuts[:, 0], cuts[:, 1]
    node = first_node + np.arange(len(cuts))
    last = np.append(edge[1:] != edge[:-1], True)
    first = np.append(True, last[:-1])
    stop = np.where(last, edges["length_mm"].to_numpy(np.int64)[edge], np.append(position[1:], 0))
    beyond = pd.DataFrame(edges.iloc[edge]).assign(
        u=node, v=np.where(last, edges["v"].to_numpy(np.int64)[edge], np.append(node[1:], 0)), length_mm=stop - position
    )
    beyond[edges.geometry.name] = _substrings(edges, edge, position, np.where(last, np.inf, stop))
    heads = edges.copy()
    rows = edge[first]
    ends = {"v": node[first], "length_mm": position[first]}
    for name, values in ends.items():
        column = heads[name].to_numpy(np.int64).copy()
        column[rows] = values
        heads[name] = column
    lines = heads.geometry.to_numpy().copy()
    lines[rows] = _substrings(edges, rows, np.zeros(len(rows), np.int64), position[first])
    return _with_edges(heads.set_geometry(gpd.GeoSeries(lines, heads.index, crs=edges.crs)), beyond)


def _substrings(edges: gpd.GeoDataFrame, row: Ints, start_mm: Ints, stop_mm: Floats | Ints) -> Geometries:
    lines = edges.geometry.to_numpy()[row]
    length_m = shapely.length(lines)
    parts = np.empty(len(row), object)
    parts[:] = [
        substring(line, start, min(stop, length))
        for line, start, stop, length in zip(lines, start_mm / 1000, stop_mm / 1000, length_m, strict=True)
    ]
    return parts


def _joints(at: Ints, joined: Ints, count: int) -> Joints:
    """Tell which ends are loose and which links are apart; ``joined`` are the places that meet a way."""
    meets = np.zeros(count, bool)
    meets[joined] = True
    alone = np.bincount(at.reshape(-1), minlength=count) == 1
    links = coo_array((np.ones(len(at)), (at[:, 0], at[:, 1])), shape=(count, count))
    _, group = connected_components(links, directed=False)
    led_to = np.zeros(count, bool)
    led_to[group[meets]] = True
    return Joints(loose=(alone & ~meets)[at], apart=~led_to[group[at[:, 0]]])
