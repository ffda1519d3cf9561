"""Which streets are drawn alike."""

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

MAIN_STREETS = frozenset(
    kind + link for kind in ("trunk", "primary", "secondary", "tertiary") for link in ("", "_link")
)
STREET_CLASSES = ("main", "named", "path", "isolated")


def street_classes(network: gpd.GeoDataFrame) -> NDArray[np.int64]:
    """Tell how each piece of the network is drawn.

    Parameters
    ----------
    network : GeoDataFrame
        Columns as ``Plan.network``.

    Returns
    -------
    array of int, shape (len(network),)
        Positions in ``STREET_CLASSES``; ``isolated`` are pieces that no access point may use.
    """
    main = network["highway"].isin(MAIN_STREETS).to_numpy()
    named = network["name"].notna().to_numpy()
    used = network["used"].to_numpy(dtype=bool)
    return np.select([~used, main, named], [3, 0, 1], default=2).astype(np.int64)
