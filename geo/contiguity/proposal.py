"""Propose clusters for a town: those that are fixed, those that are found, and why every other estate is in none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.administrative import place_codes
from data.project import ClustersTable
from geo.contiguity.clusters import Clustering, find_clusters
from geo.contiguity.town import ClusterLimits, Ints
from geo.contiguity.units import Flags, Links, Wishes, group_units, make_town
from geo.contiguity.wishes import cluster_names
from geo.walking.walk_times import Pairs

_THOUSANDTHS = 1000


@dataclass(frozen=True)
class Proposal:
    """Hold proposed clusters.

    Parameters
    ----------
    estates : GeoDataFrame
        As given, with ``resources_m2`` (float), ``cluster_id`` (str, missing when in none) and ``reason`` (str: why it
        is in none, missing when it is in one).
    members : tuple of tuple of int
        Rows of the estates of each cluster, in the order of the identifiers.
    fixed : tuple of bool
        Whether each cluster was given.
    proof : tuple of str
        How sure it is that there are no better ones where it lies, as :class:`geo.contiguity.clusters.Part` says;
        ``fixed`` for one that was given.
    parts : DataFrame
        One row per connected part of the estates that could make a cluster: ``part`` (int, from 1), ``estates`` (int),
        ``size`` (float), ``unit`` (str), ``bound``, ``clusters`` (int), ``proof`` (str).
    """

    estates: gpd.GeoDataFrame
    members: tuple[tuple[int, ...], ...]
    fixed: tuple[bool, ...]
    proof: tuple[str, ...]
    parts: pd.DataFrame

    @property
    def bound(self) -> int:
        """Return how many clusters are possible at the most, the fixed ones included."""
        return int(self.parts["bound"].sum()) + sum(self.fixed)


def propose_clusters(
    estates: gpd.GeoDataFrame,
    *,
    adjacency: gpd.GeoDataFrame,
    reach: Pairs,
    sites: gpd.GeoDataFrame,
    settings: ClustersTable,
    wishes: Wishes,
) -> Proposal:
    """Propose clusters.

    Parameters
    ----------
    estates : GeoDataFrame
        Columns as ``Plan.estates`` up to ``gap_count`` and ``access_kind``, in the order of their identifiers.
    adjacency : GeoDataFrame
        Columns as ``Plan.adjacency``.
    reach : Pairs
        Walks between estates within the greatest walk of a cluster.
    sites : GeoDataFrame
        ``area_m2``; what a cluster that borders on it may use to balance its funds.
    settings : ClustersTable
        Settings of the run.
    wishes : Wishes
        What the planner settled beforehand.

    Returns
    -------
    Proposal
        Clusters and reasons: every estate is in exactly one cluster or has exactly one reason.
    """
    estates = estates.assign(resources_m2=_resources(estates, sites, settings.max_street_width_m))
    joined = (estates["eligible"] & (estates["access_kind"] != "none")).to_numpy(copy=True)
    joined[[row for rows in wishes.fixed for row in rows]] = False
    links, parted = _links(estates, adjacency, joined, settings.keep_within)
    units = group_units(joined, keep=wishes.keep)
    town = make_town(estates, units=units, links=links, reach=both_ways(reach), apart=wishes.apart, settings=settings)
    found = find_clusters(town, limits=_limits(settings))
    members = [tuple(sorted(row for unit in cluster for row in units[unit])) for cluster in found.members]
    proofs = {unit: part.proof for part in found.parts for unit in part.units}
    rows = sorted(
        [(tuple(sorted(rows)), True, "fixed") for rows in wishes.fixed]
        + [(mine, False, proofs[cluster[0]]) for mine, cluster in zip(members, found.members, strict=True)]
    )
    size = np.nan_to_num(estates[settings.band.of].to_numpy(float)).tolist()
    names = cluster_names([mine for mine, _, _ in rows], size=size, before=wishes.before)
    named = sorted(zip(names, rows, strict=True))
    reasons = {row: why for unit, why in found.reasons.items() for row in units[unit]}
    return Proposal(
        _placed(estates, {name: mine for name, (mine, _, _) in named}, reasons, parted),
        members=tuple(mine for _, (mine, _, _) in named),
        fixed=tuple(given for _, (_, given, _) in named),
        proof=tuple(how for _, (_, _, how) in named),
        parts=_parts(found, units, settings),
    )


def _limits(settings: ClustersTable) -> ClusterLimits:
    band = settings.band
    ceiling = None if np.isinf(band.ceiling) else round(band.ceiling * _THOUSANDTHS)
    return ClusterLimits(
        round(band.floor * _THOUSANDTHS), ceiling, settings.rounds, settings.improvements, settings.seed
    )


def _resources(estates: gpd.GeoDataFrame, sites: gpd.GeoDataFrame, within_m: float) -> np.ndarray:
    """Return the square metres of the sites near each estate; what nobody measured counts as nothing."""
    site, estate = shapely.STRtree(estates.geometry.to_numpy()).query(
        sites.geometry.to_numpy(), predicate="dwithin", distance=within_m
    )
    area = np.nan_to_num(sites["area_m2"].to_numpy(float))
    return np.bincount(estate, weights=area[site], minlength=len(estates))


def _links(
    estates: gpd.GeoDataFrame, adjacency: gpd.GeoDataFrame, joined: Flags, keep_within: str
) -> tuple[Links, set[int]]:
    """Return the neighbours that may share a cluster, and the estates that lost one to an administrative line."""
    row = pd.Series(np.arange(len(estates)), estates["estate_id"].to_numpy(object))
    pairs = np.column_stack([row.loc[adjacency[name]].to_numpy() for name in ("estate_a", "estate_b")])
    pairs = np.sort(pairs, axis=1)
    both = joined[pairs].all(axis=1)
    divided = np.zeros(len(pairs), bool)
    if keep_within != "none":
        label = place_codes(estates, level=keep_within)[pairs]
        divided = (label >= 0).all(axis=1) & (label[:, 0] != label[:, 1])
    facing = np.rint(adjacency["facing_m"].to_numpy(float) * 1000).astype(np.int64)
    kept = both & ~divided
    return Links(pairs[kept, 0], pairs[kept, 1], facing[kept]), set(pairs[both & divided].ravel().tolist())


def both_ways(reach: Pairs) -> tuple[Ints, Ints]:
    """Return the pairs that reach each other both ways.

    Parameters
    ----------
    reach : Pairs
        Walks between estates.

    Returns
    -------
    tuple of array of int
        Rows of either side, each pair in both orders.
    """
    n = int(max(reach.origin.max(initial=0), reach.target.max(initial=0))) + 1
    there, back = reach.origin * n + reach.target, reach.target * n + reach.origin
    mutual = np.isin(there, back) & (reach.origin != reach.target)
    return reach.origin[mutual], reach.target[mutual]


def _placed(
    estates: gpd.GeoDataFrame, clusters: Mapping[str, Sequence[int]], reasons: Mapping[int, str], parted: set[int]
) -> gpd.GeoDataFrame:
    """Write into each estate where it belongs, or why it stands alone."""
    reason = pd.Series(None, estates.index, dtype=object)
    reason[~estates["eligible"]] = "not_eligible"
    reason[estates["eligible"] & (estates["access_kind"] == "none")] = "no_access"
    for row, why in reasons.items():
        reason[row] = "other_subdistrict" if why in ("no_neighbour", "below_floor") and row in parted else why
    cluster_id = pd.Series(None, estates.index, dtype=object)
    for name, rows in clusters.items():
        cluster_id[list(rows)] = name
        reason[list(rows)] = None
    return estates.assign(cluster_id=cluster_id, reason=reason)


def _parts(found: Clustering, units: Sequence[Sequence[int]], settings: ClustersTable) -> pd.DataFrame:
    could = [part for part in found.parts if part.proof != "none"]
    return pd.DataFrame(
        {
            "part": np.arange(1, len(could) + 1),
            "estates": np.array([sum(len(units[unit]) for unit in part.units) for part in could], np.int64),
            "size": np.array([part.size / _THOUSANDTHS for part in could], float),
            "unit": pd.Series([settings.band.of] * len(could), dtype=object),
            "bound": np.array([part.bound for part in could], np.int64),
            "clusters": np.array([part.clusters for part in could], np.int64),
            "proof": pd.Series([part.proof for part in could], dtype=object),
        }
    )
