"""Gates that do not let everybody through: where they part the ways."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from data.inputs import ADDED_GATE, Walkways
from geo.streets.links import split_edges
from geo.streets.network import node_rows

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Geometries = npt.NDArray[np.object_]

# How far from its wall, and from its way, a gate may be drawn by hand.
GATE_REACH_M = 15.0
ON_WAY_M = 3.0
# How far behind a gate a way is looked at to tell whether it leads into the estate.
BEHIND_GATE_M = 5.0
# A way leads in when it leaves the boundary at more than about 12 degrees; drawn ones run along it less exactly.
MIN_SINE = 0.2


@dataclass(frozen=True)
class Parted:
    """Hold the ways with a node at each shut gate, and the ends that the gates part from it.

    Parameters
    ----------
    walkways : Walkways
        The ways; those that a gate stands on are split there.
    ends : array of int
        Row of an edge for its end ``u``, row plus the number of edges for its end ``v``.
    node : array of int
        Nodes that shut gates stand on.
    gate : array of int
        Row of the gate that stands on each.
    unclear : array of int
        Rows of the gates that part nothing because they stand on a junction and nothing tells the estate's side.
    """

    walkways: Walkways
    ends: Ints
    node: Ints
    gate: Ints
    unclear: Ints


def part_at_gates(walkways: Walkways, *, gates: gpd.GeoDataFrame, estates: gpd.GeoDataFrame) -> Parted:
    """Part the ways at the gates that are shut, or open to residents alone.

    Parameters
    ----------
    walkways : Walkways
        The ways as read.
    gates : GeoDataFrame
        Points with ``osm_id`` and ``state``.
    estates : GeoDataFrame
        Polygons.

    Returns
    -------
    Parted
        The ways. A gate that is a node of the ways stands there; one drawn within 15 m of an estate stands where a way
        crosses the boundary next to it, or else on a way within 3 m of it.

    Notes
    -----
    A gate parts what leads into its estate, so that a street passing by stays whole where a gate is drawn on its
    junction. Where no estate is near it parts the private ways, or else the way that runs straight through it.
    """
    # A gate that a scenario adds is one more way in: it shuts nothing that is open now.
    shut = np.flatnonzero((gates["state"] != "open").to_numpy() & (gates["osm_id"] != ADDED_GATE).to_numpy())
    points = gates.geometry.to_numpy()[shut]
    grounds = estates.geometry.to_numpy()
    node = node_rows(gates["osm_id"].to_numpy(np.int64)[shut], nodes=walkways.nodes)
    loose = np.flatnonzero(node < 0)
    edge, position_m = _places(points[loose], walkways.edges.geometry.to_numpy(), grounds)
    placed = edge >= 0
    position_mm = np.rint(position_m[placed] * 1000).astype(np.int64)
    walkways, node[loose[placed]] = split_edges(walkways, edge=edge[placed], position_mm=position_mm)
    rows = np.flatnonzero(node >= 0)
    ends, unclear = _ends_behind(walkways, node[rows], points[rows], grounds)
    return Parted(walkways, ends, node[rows], shut[rows], shut[rows[unclear]])


def _places(points: Geometries, lines: Geometries, grounds: Geometries) -> tuple[Ints, npt.NDArray[np.float64]]:
    """Return the way that each gate stands on, -1 for none, and where on it, metres."""
    gate, line = shapely.STRtree(lines).query(points, predicate="dwithin", distance=GATE_REACH_M)
    at, ground = shapely.STRtree(shapely.boundary(grounds)).query(points, predicate="dwithin", distance=GATE_REACH_M)
    pairs = pd.DataFrame({"gate": gate, "line": line}).merge(pd.DataFrame({"gate": at, "ground": ground}), on="gate")
    # A street that passes by the wall is not shut by a gate in it.
    alone = ~np.isin(gate, at)
    gate, line = gate[alone], line[alone]
    met = shapely.intersection(lines[pairs["line"]], shapely.boundary(grounds[pairs["ground"]]))
    crossing = shapely.get_point(shapely.shortest_line(met, points[pairs["gate"]]), 0)
    leads_in = _leads_in(lines[pairs["line"]], crossing, grounds[pairs["ground"]])
    pairs, crossing = pairs[leads_in], crossing[leads_in]
    spots = pd.DataFrame(
        {
            "gate": np.concatenate([pairs["gate"], gate]),
            "line": np.concatenate([pairs["line"], line]),
            "rank": np.repeat([0, 1], [len(pairs), len(gate)]),
            "spot": np.concatenate([crossing, points[gate]]),
        }
    )
    apart = shapely.distance(points[spots["gate"]], spots["spot"].to_numpy(object))
    apart = np.where(spots["rank"] == 0, apart, shapely.distance(points[spots["gate"]], lines[spots["line"]]))
    spots = spots.assign(apart=apart)[apart <= np.where(spots["rank"] == 0, GATE_REACH_M, ON_WAY_M)]
    best = spots.sort_values(["gate", "rank", "apart", "line"]).drop_duplicates("gate")
    edge, position_m = np.full(len(points), -1, np.int64), np.zeros(len(points))
    edge[best["gate"]] = best["line"]
    position_m[best["gate"]] = shapely.line_locate_point(lines[best["line"]], best["spot"].to_numpy(object))
    return edge, position_m


def _ends_behind(walkways: Walkways, node: Ints, points: Geometries, grounds: Geometries) -> tuple[Ints, Ints]:
    """Return the ends that the gates part from their nodes, and the gates of which nothing tells what they part."""
    edges = walkways.edges
    ends = np.concatenate([edges["u"], edges["v"]]).astype(np.int64)
    at = pd.DataFrame({"gate": np.arange(len(node)), "node": node}).merge(
        pd.DataFrame({"node": ends, "end": np.arange(len(ends))}), on="node"
    )
    gate, end = at["gate"].to_numpy(np.int64), at["end"].to_numpy(np.int64)
    row = end % len(edges) if len(edges) else end
    inside = _leads_inside(edges.geometry.to_numpy()[row], end >= len(edges), points[gate], grounds)
    private = edges["private"].to_numpy(bool)[row]
    degree = np.bincount(gate, minlength=len(node))
    last = np.append(gate[1:] != gate[:-1], True) if len(gate) else private
    # Of the ways at a gate those count that lead inside, else the private ones, else one of the two of a thoroughfare.
    rank = np.select([inside, private, last & (degree[gate] == 2)], [0, 1, 2], default=3)
    best = np.full(len(node), 3)
    np.minimum.at(best, gate, rank)
    cut = (rank == best[gate]) & (rank < 3) & (degree[gate] > 1)
    return np.unique(end[cut]), np.flatnonzero((degree > 2) & (best == 3))


def _leads_in(lines: Geometries, crossing: Geometries, grounds: Geometries) -> Bools:
    """Tell which lines lead into a ground at a place on its boundary, rather than along it."""
    met = np.flatnonzero(~shapely.is_missing(crossing))
    lines, grounds = lines[met], grounds[met]
    at = shapely.line_locate_point(lines, crossing[met])
    ends = np.maximum(at - BEHIND_GATE_M, 0.0), np.minimum(at + BEHIND_GATE_M, shapely.length(lines))
    sides = [_deep(shapely.line_interpolate_point(lines, end), grounds, np.abs(end - at)) for end in ends]
    found = np.zeros(len(crossing), bool)
    found[met] = sides[0] != sides[1]
    return found


def _deep(spots: Geometries, grounds: Geometries, walked_m: npt.NDArray[np.float64]) -> Bools:
    """Tell which spots lie so far inside that the way to them leads in and not along the boundary."""
    deep: Bools = shapely.contains(grounds, spots)
    deep &= shapely.distance(shapely.boundary(grounds), spots) >= MIN_SINE * walked_m
    return deep


def _leads_inside(lines: Geometries, backward: Bools, points: Geometries, grounds: Geometries) -> Bools:
    """Tell which lines lead from a gate into an estate that the gate belongs to."""
    ahead = np.minimum(BEHIND_GATE_M, shapely.length(lines) / 2)
    behind = shapely.line_interpolate_point(lines, np.where(backward, -ahead, ahead))
    inside = np.zeros(len(lines), bool)
    row, ground = shapely.STRtree(grounds).query(behind, predicate="within")
    own = shapely.distance(points[row], grounds[ground]) <= GATE_REACH_M
    inside[row[own & _deep(behind[row], grounds[ground], ahead[row])]] = True
    return inside
