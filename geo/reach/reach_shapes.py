"""The ground that estates, facilities or clusters reach on foot, as nested polygons."""

from typing import Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from data.inputs import Inputs
from geo.access.connection import Connection
from geo.reach.isochrones import IsochroneOptions, Streets, isochrones
from geo.streets.graph import Graph, Pace, arc_costs, cost_matrix
from geo.walking.routes import Trails, lines_along
from geo.walking.walk_times import Doors
from geo.walking.walks import COMMON_PROFILE, ProfileWalks, Sweeps

Owner = Literal["estate", "facility", "cluster"]
COLUMNS = ["owner", "owner_id", "minutes", "geometry"]
MINUTES = (5.0, 10.0, 15.0)
_OWNERS: dict[str, Owner] = {"estates": "estate", "facilities": "facility", "clusters": "cluster"}


def draw_reach(
    inputs: Inputs, *, access: Connection, sweeps: Sweeps, estates: pd.DataFrame, clusters: pd.DataFrame
) -> gpd.GeoDataFrame:
    """Draw what is reached on foot within 5, 10 and 15 minutes at the pace of an adult.

    Parameters
    ----------
    inputs : Inputs
        The layers; ``walking.isochrones`` says for whom.
    access : Connection
        The network and the access points.
    sweeps : Sweeps
        What the walks were found with.
    estates : DataFrame
        ``estate_id``, ``cluster_id``, rows as in the walks.
    clusters : DataFrame
        ``cluster_id``.

    Returns
    -------
    GeoDataFrame
        Columns as ``Plan.isochrones``; none for an owner that is not connected. To a facility it is where people come
        from. The barriers are those that no connection crosses.
    """
    asked = inputs.project.walking.isochrones
    if asked == "none":
        return gpd.GeoDataFrame(columns=COLUMNS, geometry="geometry", crs=inputs.crs)
    owner = _OWNERS[asked]
    of = sweeps.by_profile[COMMON_PROFILE]
    streets = _streets(sweeps.graph, of.pace, access.around.lines, towards=owner == "facility")
    doors, ids = _doors(owner, of, estates, clusters, inputs.facilities)
    row, minutes, polygons = isochrones(
        streets, origins=doors, minutes=MINUTES, barriers=access.around.barriers, options=IsochroneOptions()
    )
    table = {"owner": owner, "owner_id": ids[row], "minutes": minutes}
    return gpd.GeoDataFrame(pd.DataFrame(table), geometry=polygons, crs=inputs.crs)[COLUMNS]


def _doors(
    owner: Owner, of: ProfileWalks, estates: pd.DataFrame, clusters: pd.DataFrame, facilities: pd.DataFrame
) -> tuple[Doors, npt.NDArray[np.object_]]:
    """Return where the owners meet the network, sorted by owner, and their identifiers."""
    if owner == "facility":
        return of.targets, facilities["facility_id"].to_numpy(object)
    if owner == "estate":
        return of.origins, estates["estate_id"].to_numpy(object)
    ids = clusters["cluster_id"].to_numpy(object)
    rows = estates["cluster_id"].map({identifier: row for row, identifier in enumerate(ids)})
    member = rows.fillna(-1).to_numpy(np.int64)[of.origins.owner]
    order = np.argsort(member, kind="stable")
    order = order[member[order] >= 0]
    return Doors(member[order], of.origins.node[order], of.origins.cost_us[order], len(ids)), ids


def _streets(graph: Graph, pace: Pace, lines: npt.NDArray[np.object_], *, towards: bool) -> Streets:
    """Return the arcs with the lines they run along, turned round for walks towards the owners."""
    cost = arc_costs(graph, pace=pace)
    walked = np.isfinite(cost)
    tail, head, edge = graph.tail[walked], graph.head[walked], graph.edge[walked]
    ahead, cost_us = graph.ahead[walked], cost[walked].astype(np.int64)
    drawn = np.full(len(tail), None, object)
    on_edge = np.flatnonzero(edge >= 0)
    network, row = graph.network, edge[on_edge]
    low = network.offset_mm[row]
    high = low + network.length_mm[row]
    forward = ahead[on_edge] != towards
    start, stop = np.where(forward, low, high), np.where(forward, high, low)
    parent = network.edge[row]
    pieces = Trails(np.arange(len(row)), parent, start, stop, cost_us[on_edge])
    ends = [shapely.line_interpolate_point(lines[parent], at / 1000) for at in (start, stop)]
    drawn[on_edge] = lines_along(pieces, lines=lines, starts=ends[0], stops=ends[1])
    matrix = cost_matrix(graph, pace=pace)
    if towards:
        tail, head, matrix = head, tail, matrix.T.tocsr()
    # The network knows a point on a bent edge only as one on the straight line between its ends.
    xy = graph.xy.copy()
    xy[tail[on_edge]], xy[head[on_edge]] = (shapely.get_coordinates(end) for end in ends)
    return Streets(xy[:, 0], xy[:, 1], tail, head, cost_us, drawn, matrix)
