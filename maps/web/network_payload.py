"""The streets of the interactive map."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from maps.street_classes import STREET_CLASSES, street_classes
from maps.web.coding import LINE_TOLERANCE_M, shapes
from maps.web.detail import Detail


def network_payload(network: gpd.GeoDataFrame, *, crs: CRS, detail: Detail) -> dict[str, Any]:
    """Code the network as it is drawn: pieces that look and are named alike become one feature.

    Parameters
    ----------
    network : GeoDataFrame
        Columns as ``Plan.network``.
    crs : CRS
        Its coordinate system.
    detail : Detail
        Which classes of streets, and how fine.

    Returns
    -------
    dict
        ``count``, ``drawn`` (place in ``STREET_CLASSES``), ``name``, ``shapes``, and ``pieces``: how many pieces of
        each class the network has.
    """
    drawn = street_classes(network)
    pieces = np.bincount(drawn, minlength=len(STREET_CLASSES)).tolist()
    kept = np.isin(drawn, [STREET_CLASSES.index(name) for name in detail.street_classes])
    drawn, network = drawn[kept], network[kept]
    # This halves the vertices and gives names room.
    name = network["name"].where(drawn < STREET_CLASSES.index("path")).fillna("").astype(str)
    group, keys = pd.MultiIndex.from_arrays([drawn, name]).factorize(sort=True)
    order = np.argsort(group, kind="stable")
    lines = np.asarray(network.geometry.array, dtype=object)[order]
    merged = shapely.line_merge(shapely.multilinestrings(lines, indices=group[order])) if len(order) else lines
    features = gpd.GeoSeries(merged, crs=crs)
    return {
        "count": len(merged),
        "drawn": [int(key[0]) for key in keys],
        "name": [str(key[1]) for key in keys],
        "pieces": pieces,
        "shapes": shapes(features, crs=crs, tolerance_m=LINE_TOLERANCE_M, unit=detail.unit),
    }
