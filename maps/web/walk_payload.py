"""The walks of the interactive map: every piece of street once, every walk as a list of such pieces."""

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.plan import Plan
from maps.web.coding import LINE_TOLERANCE_M, numbers, shapes, whole_degrees
from maps.web.detail import Detail

# Positions on a piece of street are told in thousandths of its length.
SHARES = 1000


def walk_payload(plan: Plan, *, detail: Detail) -> dict[str, Any]:
    """Code the walks to the nearest facilities of the assessed services.

    Parameters
    ----------
    plan : Plan
        The plan.
    detail : Detail
        Which walks, and how fine.

    Returns
    -------
    dict
        ``walk_edges``: ``count`` and ``shapes`` of the pieces of the network that are walked, each once, in the order
        in which the walks first use them. ``walks``, one row per walk: ``gap`` (row of ``gaps``), ``gate`` and
        ``entrance`` (rows of ``access_points``, -1 when the facility lies in the estate), ``pieces`` (how many entries
        of ``refs`` are its own), ``first`` and ``last`` (where on its first and last piece it begins and ends, in
        thousandths of the piece as drawn). ``refs`` holds twice the number of each piece, plus one when it is walked
        backwards, as differences from the entry before.
    """
    gap = _gap_rows(plan)
    # The last one stands for walks of services that are not assessed, whose row is -1.
    wanted = np.append(plan.gaps["state"].isin(detail.walk_states).to_numpy(bool), False)
    gap = np.where(wanted[gap], gap, -1)
    shown = np.flatnonzero(gap >= 0)
    walked = plan.walk_edges[(gap >= 0)[plan.walk_edges["walk"].to_numpy(np.int64)]]
    piece, edge = pd.factorize(walked["edge"])
    lines = plan.network.geometry.iloc[np.asarray(edge, np.int64)]
    walks = plan.walks.iloc[shown]
    crs = plan.inputs.crs
    return {
        "walk_edges": {
            "count": len(lines),
            "shapes": shapes(lines, crs=crs, tolerance_m=LINE_TOLERANCE_M, unit=detail.unit),
        },
        "walks": {
            "count": len(walks),
            "gap": gap[shown].tolist(),
            "gate": walks["gate"].tolist(),
            "entrance": walks["entrance"].tolist(),
            **_pieces(walked, piece.astype(np.int64), shown, plan.network),
        },
    }


def access_starts(points: gpd.GeoDataFrame) -> dict[str, list[float | None] | list[int]]:
    """Code how each access point is joined to its estate or facility.

    Parameters
    ----------
    points : GeoDataFrame
        Columns as ``Plan.access_points``.

    Returns
    -------
    dict
        ``inside_m`` (mean distance of the homes) and ``start`` (longitude and latitude in turn, in millionths of a
        degree, from the point on the street to where the way to it begins), one and two entries per row.
    """
    starts = whole_degrees(points[["start_x", "start_y"]].to_numpy(float), crs=points.crs)
    on_street = whole_degrees(np.column_stack([points.geometry.x, points.geometry.y]), crs=points.crs)
    return {"inside_m": numbers(points["inside_m"], digits=0), "start": (starts - on_street).ravel().tolist()}


def _gap_rows(plan: Plan) -> NDArray[np.int64]:
    """Return the row of ``gaps`` that each walk belongs to, -1 when the service is not assessed."""
    keys = ["estate_id", "service"]
    rows = pd.MultiIndex.from_frame(plan.gaps[keys]).get_indexer(pd.MultiIndex.from_frame(plan.walks[keys]))
    return np.asarray(rows, np.int64)


def _pieces(
    walked: pd.DataFrame, piece: NDArray[np.int64], shown: NDArray[np.int64], network: gpd.GeoDataFrame
) -> dict[str, list[int]]:
    walk = np.searchsorted(shown, walked["walk"].to_numpy(np.int64))
    start, stop = walked["from_mm"].to_numpy(np.int64), walked["to_mm"].to_numpy(np.int64)
    length = network["length_mm"].to_numpy(np.int64)[walked["edge"].to_numpy(np.int64)]
    count = np.bincount(walk, minlength=len(shown))
    # A walk without any piece, from a gate to a door opposite, begins and ends nowhere on a street.
    first, last, some = np.cumsum(count) - count, np.cumsum(count) - 1, count > 0
    return {
        "pieces": count.tolist(),
        "refs": np.diff(2 * piece + (start > stop), prepend=0).tolist(),
        "first": _shares(start, length, first, some),
        "last": _shares(stop, length, last, some),
    }


def _shares(
    at_mm: NDArray[np.int64], length: NDArray[np.int64], rows: NDArray[np.int64], some: NDArray[np.bool_]
) -> list[int]:
    found = np.zeros(len(rows), np.int64)
    found[some] = np.rint(at_mm[rows[some]] / length[rows[some]] * SHARES)
    shares: list[int] = np.clip(found, 0, SHARES).tolist()
    return shares
