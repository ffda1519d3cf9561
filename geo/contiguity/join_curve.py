"""How many people could join a cluster at all, by the width of the streets that neighbours face each other across."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from data.administrative import place_codes
from data.project import ClustersTable
from geo.contiguity.adjacency import neighbours_at_widths

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

WIDTHS_M = (10.0, 20.0, 30.0, 40.0)
_THOUSANDTHS = 1000


@dataclass(frozen=True)
class Joining:
    """Hold who could join whom; all arrays have one entry per estate.

    Parameters
    ----------
    people : array of float
        People.
    size : array of float
        What the floor limits.
    fits : array of bool
        Who may be in a cluster: takes part and is not above the ceiling.
    area : array of int
        Label of the subdistrict or community that clusters are kept within, -1 when unknown or not kept within any.
    """

    people: Floats
    size: Floats
    fits: Bools
    area: Ints


def join_curve(
    estates: gpd.GeoDataFrame,
    *,
    sites: gpd.GeoDataFrame,
    barriers: gpd.GeoDataFrame,
    ways: gpd.GeoDataFrame,
    settings: ClustersTable,
) -> pd.DataFrame:
    """Work out what share of the people could join a cluster at several widths and at the one in use.

    Parameters
    ----------
    estates : GeoDataFrame
        Columns as ``Plan.estates`` up to ``gap_count`` and ``access_kind``.
    sites, barriers, ways : GeoDataFrame
        As for :func:`geo.contiguity.adjacency.find_neighbours`, which each width gives the neighbours of.
    settings : ClustersTable
        Settings of the run.

    Returns
    -------
    DataFrame
        Columns as ``Plan.join_curve``, by width. It is an upper limit: the ceiling and the walk within a cluster leave
        out more.
    """
    widths = sorted({*WIDTHS_M, settings.max_street_width_m})
    found = neighbours_at_widths(
        estates, sites=sites, barriers=barriers, ways=ways, widths_m=widths, min_facing_m=settings.min_facing_m
    )
    curve = joining_at_widths(
        dict(zip(widths, found, strict=True)), joining=_joining(estates, settings), floor=settings.band.floor
    )
    total = estates.loc[estates["eligible"].astype(bool), "people"].sum()
    share = curve["people"] / total if total else np.full(len(curve), np.nan)
    curve.insert(1, "in_use", curve["width_m"] == settings.max_street_width_m)
    return curve.assign(people_share=share)


def joining_at_widths(neighbours: Mapping[float, Ints], *, joining: Joining, floor: float) -> pd.DataFrame:
    """Count who could join a cluster at each width.

    Parameters
    ----------
    neighbours : mapping of float to array of int, shape (pairs, 2)
        Rows of the estates that are neighbours, by the greatest width across which they face each other.
    joining : Joining
        Who could join whom.
    floor : float
        Least size of a cluster.

    Returns
    -------
    DataFrame
        ``width_m``, ``pairs`` (that may share a cluster), ``estates`` and ``people`` (of the estates in components of
        at least two neighbours whose size reaches the floor), by width.
    """
    rows = []
    for width in sorted(neighbours):
        pairs = _allowed(neighbours[width], joining)
        enough = _in_enough(pairs, np.where(joining.fits, joining.size, 0.0), floor)
        rows.append((float(width), len(pairs), int(enough.sum()), float(joining.people[enough].sum())))
    return pd.DataFrame(rows, columns=["width_m", "pairs", "estates", "people"])


def _joining(estates: gpd.GeoDataFrame, settings: ClustersTable) -> Joining:
    size = np.nan_to_num(estates[settings.band.of].to_numpy(float))
    joins = (estates["eligible"].astype(bool) & (estates["access_kind"] != "none")).to_numpy(bool)
    area = np.full(len(estates), -1, np.int64)
    if settings.keep_within != "none":
        area = place_codes(estates, level=settings.keep_within)
    people = np.nan_to_num(estates["people"].to_numpy(float))
    return Joining(people, size, joins & (size <= settings.band.ceiling), area)


def _allowed(pairs: Ints, joining: Joining) -> Ints:
    """Return the pairs that may share a cluster."""
    label = joining.area[pairs]
    parted = (label >= 0).all(axis=1) & (label[:, 0] != label[:, 1])
    allowed: Ints = pairs[joining.fits[pairs].all(axis=1) & ~parted]
    return allowed


def _in_enough(pairs: Ints, size: Floats, floor: float) -> Bools:
    """Tell who is in a component of at least two whose size reaches the floor, to the thousandth."""
    n = len(size)
    links = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    component = connected_components(links, directed=False)[1]
    sums = np.bincount(component, weights=np.rint(size * _THOUSANDTHS))
    enough = (sums >= np.rint(floor * _THOUSANDTHS)) & (np.bincount(component) > 1)
    found: Bools = enough[component]
    return found
