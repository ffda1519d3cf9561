"""The street between parcels that face each other: the one that lies along most of the front."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.contiguity.facing import Stretches
from geo.contiguity.intervals import Intervals, merge

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

# A named street wins over ways without a name, such as its own pavements, unless they lie along twice as much.
NAMED_SHARE = 0.5
NOTHING_M = 1e-6


@dataclass(frozen=True)
class Streets:
    """Hold the street between each pair; all arrays have one entry per pair.

    Parameters
    ----------
    name : array of str or None
        Name of the street; None without a name or a street.
    highway : array of str or None
        Its class; None without a street.
    share : array of float
        Share of the front that any way lies along, 0..1.
    """

    name: npt.NDArray[np.object_]
    highway: npt.NDArray[np.object_]
    share: Floats


def streets_between(stretches: Stretches, *, ways: gpd.GeoDataFrame, count: int) -> Streets:
    """Find the street between the parcels of each pair.

    Parameters
    ----------
    stretches : Stretches
        The ground between the parcels.
    ways : GeoDataFrame
        Columns ``name`` and ``highway``; lines, metres.
    count : int
        Number of pairs.

    Returns
    -------
    Streets
        A way counts by how much of the front it lies along: one that only crosses the ground counts next to nothing.
    """
    front = np.linalg.norm(stretches.corners[:, 1] - stretches.corners[:, 0], axis=1)
    total = np.bincount(stretches.pair, weights=front, minlength=count)
    under, way = _under(stretches, ways)
    covered = merge(under)
    share = np.bincount(stretches.pair[covered.key], weights=covered.high - covered.low, minlength=count) / total
    table = _lengths(under, ways[["name", "highway"]].iloc[way], stretches.pair)
    best = _best(table).reindex(range(count))
    name, highway = (best[column].astype(object).where(best[column].notna(), None) for column in ("name", "highway"))
    return Streets(name.to_numpy(object), highway.to_numpy(object), share)


def _under(stretches: Stretches, ways: gpd.GeoDataFrame) -> tuple[Intervals, Ints]:
    """Return what part of each stretch each piece of a way lies along, and which way it is of."""
    xy, line = shapely.get_coordinates(ways.geometry.to_numpy(), return_index=True)
    here = np.flatnonzero(line[1:] == line[:-1])
    pieces = shapely.linestrings(np.stack([xy[here], xy[here + 1]], axis=1))
    low, high = stretches.corners.min(axis=1), stretches.corners.max(axis=1)
    stretch, piece = shapely.STRtree(pieces).query(shapely.box(*low.T, *high.T))
    start, stop = (_in_front(stretches, stretch, xy[here[piece] + end]) for end in (0, 1))
    ends = _clipped(start, stop, stretches.corners[stretch])
    low_m, high_m = ends.min(axis=0), ends.max(axis=0)
    kept = np.flatnonzero(high_m - low_m > NOTHING_M)
    return Intervals(stretch[kept], low_m[kept], high_m[kept]), line[here[piece[kept]]].astype(np.int64)


def _in_front(stretches: Stretches, stretch: Ints, point: Floats) -> Floats:
    """Return points as distance along and out of the wall of a stretch."""
    base, end = stretches.corners[stretch, 0], stretches.corners[stretch, 1]
    along = (end - base) / np.linalg.norm(end - base, axis=1)[:, None]
    off = point - base
    return np.column_stack([(off * along).sum(axis=1), off[:, 0] * along[:, 1] - off[:, 1] * along[:, 0]])


def _clipped(start: Floats, stop: Floats, corners: Floats) -> Floats:
    """Return the places along the wall where lines enter and leave the ground in front of it, shape (2, k)."""
    length = np.linalg.norm(corners[:, 1] - corners[:, 0], axis=1)
    depth_low = np.linalg.norm(corners[:, 3] - corners[:, 0], axis=1)
    slope = (np.linalg.norm(corners[:, 2] - corners[:, 1], axis=1) - depth_low) / length
    first, last = np.zeros(len(start)), np.ones(len(start))
    inside = [(x, length - x, y, depth_low + slope * x - y) for x, y in ((xy[:, 0], xy[:, 1]) for xy in (start, stop))]
    for near, far in zip(*inside, strict=True):
        with np.errstate(divide="ignore", invalid="ignore"):
            root = near / (near - far)
        first = np.where(near < 0, np.where(far < 0, np.inf, np.maximum(first, root)), first)
        last = np.where(far < 0, np.where(near < 0, -np.inf, np.minimum(last, root)), last)
    share = np.where(first < last, np.stack([first, last]), 0.0)
    places: Floats = start[:, 0] + (stop[:, 0] - start[:, 0]) * share
    return places


def _lengths(under: Intervals, told: pd.DataFrame, pair: Ints) -> pd.DataFrame:
    """Return how much of the front of each pair lies along ways of each name and class."""
    code, kinds = pd.MultiIndex.from_frame(told.astype(object)).factorize()
    width = max(len(kinds), 1)
    merged = merge(Intervals(under.key * width + code, under.low, under.high))
    columns = {"pair": pair[merged.key // width], "kind": merged.key % width, "length": merged.high - merged.low}
    summed = pd.DataFrame(columns).groupby(["pair", "kind"], sort=True)["length"].sum().reset_index()
    labels = (
        kinds.to_frame(index=False, name=["name", "highway"])
        if len(kinds)
        else pd.DataFrame(columns=["name", "highway"], dtype=object)
    )
    return summed.join(labels, on="kind")


def _best(table: pd.DataFrame) -> pd.DataFrame:
    """Return name and class of the street of each pair, by length and then by name."""
    table = table.assign(length=table["length"].round(3))
    named = table[table["name"].notna()]
    by_name = named.groupby(["pair", "name"], as_index=False)["length"].sum()
    by_name = by_name.sort_values(["length", "name"], ascending=[False, True]).drop_duplicates("pair").set_index("pair")
    order = ["length", "highway"]
    classes = named.sort_values(order, ascending=[False, True]).drop_duplicates(["pair", "name"])
    of_name = classes.set_index(["pair", "name"])["highway"]
    plain = table[table["name"].isna()].sort_values(order, ascending=[False, True])
    plain = plain.drop_duplicates("pair").set_index("pair")
    wins = by_name["length"] >= NAMED_SHARE * plain["length"].reindex(by_name.index).fillna(0)
    by_name = by_name[wins]
    keys = pd.MultiIndex.from_arrays([by_name.index, by_name["name"]])
    by_name = by_name.assign(highway=of_name.reindex(keys).to_numpy(object))
    return by_name[["name", "highway"]].combine_first(
        plain.loc[plain.index.difference(by_name.index), ["name", "highway"]]
    )
