"""The table of clusters with the ground each covers."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from data.project import ClustersTable
from geo.walking.walk_times import Pairs

Floats = npt.NDArray[np.float64]
Geometries = npt.NDArray[np.object_]
_COLUMNS = [
    "cluster_id", "name", "estates", "households", "people", "floor_area_m2", "diameter_minutes", "subdistricts",
    "estimated", "geometry",
]  # fmt: skip


def cluster_table(
    estates: gpd.GeoDataFrame, *, members: Sequence[Sequence[int]], reach: Pairs, limits: ClustersTable
) -> gpd.GeoDataFrame:
    """Sum up each cluster.

    Parameters
    ----------
    estates : GeoDataFrame
        Columns as ``Plan.estates``.
    members : sequence of sequence of int
        Rows of the estates of each cluster.
    reach : Pairs
        Walks between estates.
    limits : ClustersTable
        Settings of the run.

    Returns
    -------
    GeoDataFrame
        Columns as ``Plan.clusters`` but for the gaps. The name is that of the estate with most people; the geometry is
        the estates with the ground between those that face each other, less that of other estates.
    """
    diameter = _diameters(members, reach, len(estates))
    rows = []
    for number, cluster in enumerate(members):
        mine = estates.iloc[list(cluster)]
        largest = mine.sort_values(["people", "estate_id"], ascending=[False, True]).iloc[0]
        rows.append(
            {
                "cluster_id": mine["cluster_id"].iloc[0],
                "name": largest["label"],
                "estates": len(mine),
                "households": mine["households"].sum(),
                "people": mine["people"].sum(),
                "floor_area_m2": mine["floor_area_m2"].sum(),
                "diameter_minutes": round(diameter[number], 2),
                "subdistricts": ";".join(sorted(mine["subdistrict"].dropna().unique())),
                "estimated": bool(mine["estimated"].any()),
                "geometry": _outline(estates.geometry.to_numpy(), cluster, limits.max_street_width_m),
            }
        )
    return gpd.GeoDataFrame(rows, columns=_COLUMNS, geometry="geometry", crs=estates.crs)


def _diameters(members: Sequence[Sequence[int]], reach: Pairs, n: int) -> Floats:
    """Return the longest walk between two estates of each cluster, in minutes."""
    home = np.full(n, -1)
    for number, cluster in enumerate(members):
        home[list(cluster)] = number
    inside = (home[reach.origin] >= 0) & (home[reach.origin] == home[reach.target]) & (reach.origin != reach.target)
    diameter = np.zeros(len(members))
    np.maximum.at(diameter, home[reach.origin[inside]], reach.cost_us[inside] / 60_000_000)
    return diameter


def _outline(polygons: Geometries, cluster: Sequence[int], max_street_width_m: float) -> shapely.MultiPolygon:
    """Close the ground between the estates of a cluster, but for the ground of other estates."""
    half, mine = max_street_width_m / 2, polygons[list(cluster)]
    wide = shapely.buffer(shapely.union_all(mine), half, join_style="mitre")
    closed = shapely.buffer(wide, -half, join_style="mitre")
    others = np.setdiff1d(shapely.STRtree(polygons).query(closed, predicate="intersects"), list(cluster))
    ground = shapely.get_parts(shapely.difference(closed, shapely.union_all(polygons[others])))
    outline = shapely.union_all([*ground[shapely.get_dimensions(ground) == 2], *mine])
    return shapely.multipolygons(shapely.get_parts(outline)) if outline.geom_type != "MultiPolygon" else outline
