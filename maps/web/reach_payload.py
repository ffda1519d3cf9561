"""The reaches of the interactive map: how far one walks from each cluster."""

from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo.plan import Plan
from maps.web.coding import layer, rows_of
from maps.web.detail import Detail


def reach_payload(plan: Plan, *, detail: Detail) -> dict[str, Any]:
    """Code the isochrones of the clusters.

    Parameters
    ----------
    plan : Plan
        The plan.
    detail : Detail
        How fine and how many.

    Returns
    -------
    dict
        ``minutes``, ``shapes`` and ``cluster`` (row of ``clusters``), the widest reach of each cluster first.
    """
    reach = plan.isochrones[plan.isochrones["owner"] == "cluster"].sort_values(
        ["owner_id", "minutes"], ascending=[True, False], kind="stable"
    )
    reach = reach[(reach.groupby("owner_id").cumcount() < detail.reach_rings).to_numpy()]
    drawn = reach.set_geometry(_drawn(reach, detail), crs=reach.crs)
    return {
        **layer(drawn, {"minutes": 0}, crs=plan.inputs.crs, unit=detail.unit),
        "cluster": rows_of(reach["owner_id"], index=plan.clusters["cluster_id"]),
    }


def _drawn(reach: gpd.GeoDataFrame, detail: Detail) -> NDArray[Any]:
    # Topology is of no use to a drawing, and costs seconds to keep.
    shapes = shapely.simplify(reach.geometry.to_numpy(), detail.reach_tolerance_m, preserve_topology=False)
    if not detail.reach_hole_m2:
        return np.asarray(shapes, dtype=object)
    parts, owner = shapely.get_parts(shapes, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    areas = shapely.polygons(rings)
    kept = shapely.area(areas) > detail.reach_hole_m2
    # The map fills by the even-odd rule, so a hole may be told as one more polygon.
    return np.asarray(
        shapely.multipolygons(areas[kept], indices=owner[part][kept], out=_empty(len(shapes))), dtype=object
    )


def _empty(count: int) -> NDArray[Any]:
    return np.full(count, shapely.MultiPolygon(), dtype=object)
