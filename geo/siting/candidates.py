"""Which service could come to which site, and why not."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from data.standards.siting import SitingRule, SitingRules

CANDIDATE_COLUMNS = ["site_id", "service", "fits", "why", "usable_m2", "outdoor"]
Floats = npt.NDArray[np.float64]


def judge_sites(
    sites: gpd.GeoDataFrame,
    *,
    services: Sequence[str],
    rules: SitingRules,
    hazards: gpd.GeoDataFrame,
    road_m: Floats,
) -> pd.DataFrame:
    """Judge every site for every service.

    Parameters
    ----------
    sites : GeoDataFrame
        ``site_id``, ``kind``, ``area_m2``, ``allows``, ``storey``.
    services : sequence of str
        The services that sites are looked for.
    rules : SitingRules
        What each asks of a site.
    hazards : GeoDataFrame
        ``kind``.
    road_m : array of float, shape (sites,)
        How far each lies from a walkable way; infinite where none is in reach.

    Returns
    -------
    DataFrame
        One row per site and service, in the order of the sites: ``site_id``, ``service``, ``fits`` (bool), ``why``
        (str: ``fits``, or the first of ``not_allowed``, ``kind``, ``area_unknown``, ``too_small``, ``storey``,
        ``hazard``, ``off_road`` that holds), ``usable_m2`` (float: what the site offers a service of that sort, NaN
        unknown), ``outdoor`` (bool).
    """
    apart = {kind: _distance_m(sites, hazards[hazards["kind"] == kind]) for kind in _kinds(services, rules)}
    tables = [_judged(sites, rules.services[key], rules, apart, road_m) for key in services if key in rules.services]
    if not tables:
        return pd.DataFrame({name: np.empty(0, object) for name in CANDIDATE_COLUMNS})
    order = np.tile(np.arange(len(sites)), len(tables))
    return pd.concat(tables, ignore_index=True).iloc[np.argsort(order, kind="stable")].reset_index(drop=True)


def _kinds(services: Sequence[str], rules: SitingRules) -> set[str]:
    return {kind for key in services if key in rules.services for kind in rules.services[key].keep_away_m}


def _distance_m(sites: gpd.GeoDataFrame, hazards: gpd.GeoDataFrame) -> Floats:
    """Return the distance to the nearest hazard, infinite without any."""
    away = np.full(len(sites), np.inf)
    if len(hazards) and len(sites):
        (site, _), found = shapely.STRtree(hazards.geometry.to_numpy()).query_nearest(
            sites.geometry.to_numpy(), all_matches=False, return_distance=True
        )
        away[site] = found
    return away


def _judged(
    sites: gpd.GeoDataFrame, rule: SitingRule, rules: SitingRules, apart: dict[str, Floats], road_m: Floats
) -> pd.DataFrame:
    """Judge every site for one service; the first reason that holds is told."""
    usable = usable_m2(sites, rules=rules, outdoor=rule.outdoor)
    named = sites["allows"].notna().to_numpy()
    listed = (";" + sites["allows"].fillna("").astype(str) + ";").str.contains(f";{rule.service};", regex=False)
    near = np.zeros(len(sites), bool)
    for kind, least_m in rule.keep_away_m.items():
        near |= apart[kind] < least_m
    reasons = {
        "not_allowed": named & ~listed.to_numpy(bool),
        "kind": ~named & ~sites["kind"].isin(rule.kinds).to_numpy(bool),
        "area_unknown": np.isnan(usable),
        "too_small": usable < rule.least_m2,
        "storey": sites["storey"].to_numpy(float) > rule.most_storey,
        "hazard": near,
        "off_road": ~(road_m <= rule.max_road_m),
    }
    # Under the ground nobody looks after people.
    if np.isfinite(rule.most_storey):
        reasons["storey"] |= sites["storey"].to_numpy(float) < 1
    why = np.select(list(reasons.values()), list(reasons), "fits")
    return pd.DataFrame(
        {
            "site_id": sites["site_id"].to_numpy(object),
            "service": rule.service,
            "fits": why == "fits",
            "why": why.astype(object),
            "usable_m2": usable,
            "outdoor": rule.outdoor,
        }
    )


def usable_m2(sites: gpd.GeoDataFrame, *, rules: SitingRules, outdoor: bool) -> Floats:
    """Return the floor area, or the open ground, that each site offers.

    Parameters
    ----------
    sites : GeoDataFrame
        ``kind``, ``area_m2`` (float, NaN unknown).
    rules : SitingRules
        What share of its area a kind of site offers.
    outdoor : bool
        Whether open ground is asked for.

    Returns
    -------
    array of float, shape (sites,)
        Square metres, NaN where the area is not known.
    """
    share = sites["kind"].map(rules.ground_share if outdoor else rules.floor_share).fillna(0.0).to_numpy(float)
    usable: Floats = sites["area_m2"].to_numpy(float) * share
    return usable
