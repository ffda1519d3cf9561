"""Access points that an edit of the town leaves in place: what was assumed before stays a way in beside new ones."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.access.doors import Surroundings, kept
from geo.streets.network import NOBODY

Ints = npt.NDArray[np.int64]

# Places that are the same but for rounding.
SAME_M = 0.005


def keep_points(
    points: gpd.GeoDataFrame, *, earlier: gpd.GeoDataFrame, owners: pd.MultiIndex, around: Surroundings
) -> gpd.GeoDataFrame:
    """Add the assumed access points of a town before an edit to those after it.

    A gate that is added, a wall that is taken down or a link tells more of how a place is entered, and never that it is
    not entered where it was. Without this the nearest way may become another one, and a walk longer by an opening.

    Parameters
    ----------
    points, earlier : GeoDataFrame
        Access points after and before, columns as ``Plan.access_points`` but ``inside_m``.
    owners : MultiIndex of (owner, owner_id)
        Whose points are kept, in the order of the result; owners of other rows of ``points`` must be among them.
    around : Surroundings
        The network after the edit.

    Returns
    -------
    GeoDataFrame
        The points by owner: first those after the edit, then those before it that are not among them. What was reached
        through an estate is kept as long as that access of the estate is there, all else on a way of use.
    """
    assumed = earlier[(earlier["kind"] == "assumed") & (earlier["resolved"] != "through_estate")]
    through = earlier[earlier["resolved"] == "through_estate"]
    open_ = kept(around.lines, around.network.used & (around.network.ground == NOBODY))
    edge, position_mm = _on_lines(assumed.geometry.to_numpy(), open_)
    at = _same_place(through.geometry.to_numpy(), points)
    places = points[["edge", "position_mm"]].to_numpy(np.int64)[at]
    found = pd.concat(
        [
            assumed.assign(edge=edge, position_mm=position_mm)[edge >= 0],
            through.assign(edge=places[:, 0], position_mm=places[:, 1])[at >= 0],
        ]
    )
    whole = pd.concat([points, found], ignore_index=True)
    rank = owners.get_indexer(pd.MultiIndex.from_frame(whole[["owner", "owner_id"]]))
    whole = whole.iloc[np.argsort(rank, kind="stable")][np.sort(rank) >= 0]
    alone = ~whole.duplicated(["owner", "owner_id", "edge", "position_mm"])
    return gpd.GeoDataFrame(whole[alone].reset_index(drop=True), crs=points.crs)


def _on_lines(spots: npt.NDArray[np.object_], lines: npt.NDArray[np.object_]) -> tuple[Ints, Ints]:
    """Return the line that each spot lies on, -1 for none, and where on it."""
    spot, line = shapely.STRtree(lines).query(spots, predicate="dwithin", distance=SAME_M)
    order = np.lexsort((line, spot))
    spot, line = spot[order], line[order]
    edge, position_mm = np.full(len(spots), -1, np.int64), np.zeros(len(spots), np.int64)
    # Written backwards, so that the first line counts.
    edge[spot[::-1]] = line[::-1]
    on = np.flatnonzero(edge >= 0)
    position_mm[on] = np.rint(shapely.line_locate_point(lines[edge[on]], spots[on]) * 1000)
    return edge, position_mm


def _same_place(spots: npt.NDArray[np.object_], points: gpd.GeoDataFrame) -> Ints:
    """Return the row of an access point of an estate at the place of each spot, -1 for none."""
    mine = np.flatnonzero((points["owner"] == "estate").to_numpy())
    tree = shapely.STRtree(points.geometry.to_numpy()[mine])
    spot, row = tree.query(spots, predicate="dwithin", distance=SAME_M)
    at = np.full(len(spots), -1, np.int64)
    order = np.lexsort((row, spot))[::-1]
    at[spot[order]] = mine[row[order]]
    return at
