"""Where estates and facilities meet the walking network, and how that was resolved."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from data.assumed_outlines import is_assumed
from data.inputs import GIVEN_GATE
from geo.access.doors import (
    SHARED_DOOR_M,
    Surroundings,
    at_doors,
    common_private_lines,
    kept,
    open_lines,
    owners_of,
    raised_lines,
    snap_rows,
)
from geo.streets.shut_gates import GATE_REACH_M
from geo.streets.snapping import WALL_CLEARANCE_M, Geometries, crossings, snap_fronts, snap_nearest

Ints = npt.NDArray[np.int64]

ENTRANCE_REACH_M = 3.0
WALL_AT_HAND_M = 1.0
# A shop this near to the edge of its estate opens to the street.
FRONT_M = 15.0
COLUMNS = [
    "owner", "owner_id", "kind", "edge", "position_mm", "connector_mm", "resolved", "gate_id", "start_x", "start_y",
]  # fmt: skip


def estate_access(estates: gpd.GeoDataFrame, *, gates: gpd.GeoDataFrame, around: Surroundings) -> gpd.GeoDataFrame:
    """Find where each estate meets the network.

    Parameters
    ----------
    estates : GeoDataFrame
        Polygons with ``estate_id``.
    gates : GeoDataFrame
        Points with ``gate_id``, ``osm_id`` and ``state``; closed ones are no access.
    around : Surroundings
        The network and the barriers.

    Returns
    -------
    GeoDataFrame
        Columns as ``Plan.access_points``. An estate takes its gates and the places where a way crosses its boundary;
        one with a gate that the planner gave takes its gates alone; one with neither gets one assumed point on the
        nearest way in reach; one with no way in reach, or whose known gates are all closed, has no row.
    """
    places = estates.geometry.to_numpy()
    passable = gates[gates["state"] != "closed"]
    at_gates = at_doors(places, doors=passable, kind="gate", reach_m=GATE_REACH_M, around=around)
    given = gates[gates["osm_id"] == GIVEN_GATE]
    ruled = owners_of(places, doors=given, reach_m=GATE_REACH_M)[1]
    at_crossings = _crossing_rows(places, gates, around)
    at_crossings = at_crossings[~at_crossings["row"].isin(ruled)]
    # Where a way meets an outline that nobody drew, there is no more than an assumed way in.
    guessed = is_assumed(estates)[at_crossings["row"].to_numpy(np.int64)]
    at_crossings = at_crossings.assign(kind=at_crossings["kind"].mask(guessed, "assumed"))
    rows = pd.concat([at_gates, at_crossings])
    shut_in = np.setdiff1d(sealed(estates, gates=gates), rows["row"])
    missing = np.setdiff1d(np.arange(len(places)), np.union1d(rows["row"], shut_in))
    return _finish([rows, *_nearest(places, missing, around)], ("estate", estates["estate_id"]), around)


def sealed(estates: gpd.GeoDataFrame, *, gates: gpd.GeoDataFrame) -> Ints:
    """Return the rows of the estates that have gates, all of them closed; a gate of an extract stands in the wall."""
    places = estates.geometry.to_numpy()
    drawn = gates["osm_id"] < 0
    found = [
        (np.flatnonzero(kind.to_numpy()), owners_of(places, doors=gates[kind], reach_m=reach_m))
        for kind, reach_m in ((drawn, GATE_REACH_M), (~drawn, ENTRANCE_REACH_M))
    ]
    gate = np.concatenate([rows[pairs[0]] for rows, pairs in found])
    row = np.concatenate([pairs[1] for _, pairs in found])
    closed = (gates["state"] == "closed").to_numpy()[gate]
    return np.setdiff1d(row[closed], row[~closed])


def facility_access(
    facilities: gpd.GeoDataFrame,
    *,
    entrances: gpd.GeoDataFrame,
    gates: gpd.GeoDataFrame,
    around: Surroundings,
    estates: gpd.GeoDataFrame,
    estate_points: gpd.GeoDataFrame,
) -> gpd.GeoDataFrame:
    """Find where each facility meets the network.

    Parameters
    ----------
    facilities : GeoDataFrame
        Points or polygons with ``facility_id``.
    entrances, gates : GeoDataFrame
        Points with ``osm_id``; gates with ``gate_id`` and ``state``.
    around : Surroundings
        The network and the barriers.
    estates : GeoDataFrame
        Polygons with ``estate_id``.
    estate_points : GeoDataFrame
        Access points of the estates.

    Returns
    -------
    GeoDataFrame
        Columns as ``Plan.access_points``. A polygon takes its entrances, else its gates and the ways that cross its
        boundary; whatever has none of these, and any point, is joined to the nearest way in reach, and what lies behind
        the wall of an estate to the access points of that estate.
    """
    places = facilities.geometry.to_numpy()
    at_entrances = at_doors(places, doors=entrances, kind="entrance", reach_m=ENTRANCE_REACH_M, around=around)
    open_gates = gates[gates["state"] != "closed"]
    at_gates = at_doors(places, doors=open_gates, kind="gate", reach_m=ENTRANCE_REACH_M, around=around)
    others = pd.concat([at_gates, _crossing_rows(places, gates, around)])
    rows = pd.concat([at_entrances, others[~others["row"].isin(at_entrances["row"])]])
    missing = np.setdiff1d(np.arange(len(places)), rows["row"])
    behind = missing[_behind_ruled_walls(places[missing], estates, gates)]
    ruled = replace(around, walls=np.append(around.walls, shapely.boundary(_ruled(estates, gates))))
    parts = [rows, *_nearest(places, np.setdiff1d(missing, behind), around), *_nearest(places, behind, ruled)]
    left = np.setdiff1d(missing, pd.concat(parts)["row"])
    parts.append(_through_estates(places, left, estates, estate_points))
    return _finish(parts, ("facility", facilities["facility_id"]), around)


def _ruled(estates: gpd.GeoDataFrame, gates: gpd.GeoDataFrame) -> Geometries:
    """Return the estates whose gates a planner gave: nobody passes their boundaries anywhere else."""
    places = estates.geometry.to_numpy()
    rows = np.unique(owners_of(places, doors=gates[gates["osm_id"] == GIVEN_GATE], reach_m=GATE_REACH_M)[1])
    ruled: Geometries = places[rows]
    return ruled


def _behind_ruled_walls(places: Geometries, estates: gpd.GeoDataFrame, gates: gpd.GeoDataFrame) -> Ints:
    """Return the places that lie inside such an estate, away from its edge."""
    ruled = _ruled(estates, gates)
    place, ground = shapely.STRtree(ruled).query(shapely.point_on_surface(places), predicate="within")
    deep = shapely.distance(places[place], shapely.boundary(ruled[ground])) > FRONT_M
    return np.unique(place[deep])


def hosts(places: Geometries, *, estates: gpd.GeoDataFrame) -> tuple[Ints, Ints]:
    """Pair places with the estates they lie in.

    Parameters
    ----------
    places : array of geometry
        Points or polygons.
    estates : GeoDataFrame
        Polygons.

    Returns
    -------
    array of int, array of int
        Rows of the places and of the estates, sorted.
    """
    place, estate = shapely.STRtree(estates.geometry.to_numpy()).query(
        shapely.point_on_surface(places), predicate="within"
    )
    order = np.lexsort((estate, place))
    return place[order], estate[order]


def _through_estates(
    places: Geometries, left: Ints, estates: gpd.GeoDataFrame, points: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Lead places that lie in an estate out through its access points, straight across its ground."""
    at, estate = hosts(places[left], estates=estates)
    inside = pd.DataFrame({"row": left[at], "owner_id": estates["estate_id"].to_numpy()[estate]})
    pairs = inside.merge(points[[*COLUMNS[1:], "geometry"]], on="owner_id")
    start = shapely.centroid(places[pairs["row"]])
    gate = shapely.points(pairs["start_x"].to_numpy(float), pairs["start_y"].to_numpy(float))
    across_mm = np.rint(shapely.distance(start, gate) * 1000).astype(np.int64)
    connector_mm = pairs["connector_mm"].to_numpy(np.int64) + across_mm
    kept_columns = pairs[["row", "kind", "edge", "position_mm", "gate_id"]]
    return kept_columns.assign(connector_mm=connector_mm, resolved="through_estate", start=start)


def _crossing_rows(places: Geometries, gates: gpd.GeoDataFrame, around: Surroundings) -> pd.DataFrame:
    """Return where a way of use crosses a boundary at grade, unless at a wall or a closed gate; gates count apart."""
    lines = kept(around.lines, around.network.used & ~around.raised)
    found = crossings(places, lines=lines)
    spot = shapely.line_interpolate_point(around.lines[found.line], found.position_mm / 1000)
    walled = np.zeros(len(spot), bool)
    hit, wall = shapely.STRtree(around.walls).query(spot, predicate="dwithin", distance=WALL_CLEARANCE_M)
    behind = shapely.crosses(around.lines[found.line[hit]], around.walls[wall])
    touching = shapely.distance(spot[hit], around.walls[wall]) <= WALL_AT_HAND_M
    walled[hit[behind | touching]] = True
    closed = gates[(gates["state"] == "closed").to_numpy()]
    nodes = around.nodes.iloc[closed["gate_id"].map(around.gate_nodes).dropna().to_numpy(np.int64)]
    shut = np.concatenate([closed.geometry.to_numpy(), shapely.points(nodes["x"].to_numpy(), nodes["y"].to_numpy())])
    walled[shapely.STRtree(shut).query(spot, predicate="dwithin", distance=SHARED_DOOR_M)[0]] = True
    rows = snap_rows(found, found.row).assign(kind="crossing", resolved="way_crosses", gate_id=None, start=spot)
    return rows[~walled]


def _nearest(places: Geometries, missing: Ints, around: Surroundings) -> list[pd.DataFrame]:
    """Join places to the nearest way; a wall is in the way but for the one that a ground is drawn along."""
    found = []
    # Who has no public way at grade in reach stands by a private one that serves no estate, else by a bridge or tunnel.
    ways = (
        (open_lines(around), "nearest_way"),
        (common_private_lines(around), "private_way"),
        (raised_lines(around), "raised_way"),
    )
    for lines, how in ways:
        grounds = shapely.get_dimensions(places[missing]) == 2
        for part, walled in ((grounds, True), (~grounds, False)):
            found.append(_nearest_rows(places, missing[part], around, lines, walled=walled).assign(resolved=how))
        missing = np.setdiff1d(missing, pd.concat(found)["row"])
    return found


def _nearest_rows(
    places: Geometries, missing: Ints, around: Surroundings, lines: Geometries, *, walled: bool
) -> pd.DataFrame:
    mine, max_m = places[missing], around.max_snap_m
    if walled:
        snaps = snap_fronts(mine, lines=lines, barriers=around.barriers, own_walls=around.walls, max_m=max_m)
    else:
        fences = np.concatenate([around.barriers, around.walls])
        snaps = snap_nearest(mine, lines=lines, barriers=fences, max_m=max_m)
    row = missing[snaps.row]
    spot = shapely.line_interpolate_point(lines[snaps.line], snaps.position_mm / 1000)
    start = shapely.get_point(shapely.shortest_line(places[row], spot), 0)
    return snap_rows(snaps, row).assign(kind="assumed", gate_id=None, start=start)


def _finish(parts: list[pd.DataFrame], owner: tuple[str, pd.Series], around: Surroundings) -> gpd.GeoDataFrame:
    """Put the rows of all kinds in order and name the owners; a place that two rows name counts once."""
    whole = dict.fromkeys(["row", "edge", "position_mm", "connector_mm"], np.int64)
    rows = pd.concat([part.astype({"gate_id": object}) for part in parts], ignore_index=True).astype(whole)
    keys = ["row", "edge", "position_mm", "connector_mm"]
    rows = rows.sort_values(keys, kind="stable").drop_duplicates(keys[:3])
    start = rows["start"].to_numpy(object)
    rows = rows.assign(
        owner=owner[0],
        owner_id=owner[1].to_numpy()[rows["row"]],
        start_x=shapely.get_x(start),
        start_y=shapely.get_y(start),
    )
    spot = shapely.line_interpolate_point(around.lines[rows["edge"]], rows["position_mm"].to_numpy() / 1000)
    return gpd.GeoDataFrame(rows[COLUMNS].reset_index(drop=True), geometry=spot, crs=around.crs)
