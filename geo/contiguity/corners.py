"""Estates that meet at a corner, or over too short a front, and so are no neighbours though they touch."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from data.problems import Problem, note
from geo.contiguity.adjacency import SHARED_BOUNDARY_M
from geo.contiguity.facing import facing_pairs
from geo.contiguity.overlapping import overlapping_pairs

Ints = npt.NDArray[np.int64]

_NAMED = 5


def corner_contacts(estates: gpd.GeoDataFrame, *, adjacency: pd.DataFrame, min_facing_m: float) -> Ints:
    """Find the estates that touch and yet are no neighbours for want of a front, not for a barrier between them.

    Parameters
    ----------
    estates : GeoDataFrame
        Polygons with ``estate_id``.
    adjacency : DataFrame
        Columns as ``Plan.adjacency``.
    min_facing_m : float
        Least length of a front.

    Returns
    -------
    array of int, shape (pairs, 2)
        Rows of estates within two metres of each other, the lesser one first, sorted.
    """
    shapes, n = estates.geometry.to_numpy(), max(len(estates), 1)
    one, other = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=SHARED_BOUNDARY_M)
    row = pd.Index(estates["estate_id"])
    ends = np.sort([row.get_indexer(adjacency[name]) for name in ("estate_a", "estate_b")], axis=0)
    met = np.setdiff1d(one[one < other] * n + other[one < other], ends[0] * n + ends[1])
    touching = np.unique(np.concatenate(np.divmod(met, n)))
    fronts = _with_front(shapes[touching], min_facing_m)
    barred = touching[fronts[:, 0]] * n + touching[fronts[:, 1]]
    return np.column_stack(np.divmod(np.setdiff1d(met, barred), n))


def _with_front(shapes: npt.NDArray[np.object_], min_facing_m: float) -> Ints:
    """Return the pairs that would be neighbours if nothing stood between them."""
    nothing = np.zeros(0, object)
    found = facing_pairs(shapes, barriers=nothing, ways=nothing, max_width_m=SHARED_BOUNDARY_M)
    laid = overlapping_pairs(shapes, barriers=nothing)
    ends = np.column_stack([np.append(found.a, laid.a), np.append(found.b, laid.b)])
    length = np.append(found.facing_m, laid.length_m)
    return ends[length.round(3) >= min_facing_m].astype(np.int64)


def tell_corners(estates: gpd.GeoDataFrame, *, adjacency: pd.DataFrame, min_facing_m: float) -> tuple[Problem, ...]:
    """Tell of the estates that touch and are no neighbours.

    Parameters
    ----------
    estates : GeoDataFrame
        ``estate_id`` and ``label``.
    adjacency : DataFrame
        Columns as ``Plan.adjacency``.
    min_facing_m : float
        Least length of a front.

    Returns
    -------
    tuple of Problem
        One note that names the first pairs, or none.
    """
    pairs = corner_contacts(estates, adjacency=adjacency, min_facing_m=min_facing_m)
    if not len(pairs):
        return ()
    label = estates["label"].to_numpy(object)
    named = "; ".join(f"{label[one]} – {label[other]}" for one, other in pairs[:_NAMED])
    more = "" if len(pairs) <= _NAMED else "; …"
    return (note("corner_contacts", value=len(pairs), pairs=named + more, metres=f"{min_facing_m:g}"),)
