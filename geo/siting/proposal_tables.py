"""The proposals as tables: what is built where, whom it serves, which site would be next, and sums by service."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.siting.case import Case
from geo.siting.problem import NOISE, Siting

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

# A gap counts as closed when no more than this share of its people is left.
LEFT_SHARE = 0.001
FACILITY_COLUMNS = [
    "proposal_id", "service", "site_id", "site_name", "site_kind", "owner", "from_map", "together", "people_served",
    "estates_served", "gaps_closed", "floor_area_m2", "outdoor", "cost_yuan", "minutes_before", "minutes_after",
    "unreached_before", "next_site_id", "next_people", "estimated",
]  # fmt: skip
SERVED_COLUMNS = [
    "proposal_id", "estate_id", "service", "people_lacking", "people_served", "minutes_before", "minutes_after",
    "closes",
]  # fmt: skip
FIGURE_COLUMNS = [
    "service", "gaps", "people_lacking", "people_in_reach", "people_served", "gaps_closed", "facilities", "bound",
    "gap_share",
]  # fmt: skip


def proposal_tables(
    case: Case, found: Siting, estates: gpd.GeoDataFrame, sites: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Lay out the proposals, and whom each serves.

    Parameters
    ----------
    case : Case
        The problem.
    found : Siting
        Its answer.
    estates, sites : GeoDataFrame
        Rows of the case.

    Returns
    -------
    tuple of GeoDataFrame and DataFrame
        Columns ``FACILITY_COLUMNS`` and ``SERVED_COLUMNS``.
    """
    lacking, links = case.lacking, case.problem.links
    used = found.flow > NOISE
    rows = pd.DataFrame(
        {
            "option": links.option[used],
            "gap": links.demand[used],
            "people_served": found.flow[used],
            "minutes_after": links.minutes[used],
        }
    )
    rows["minutes_before"] = lacking.minutes[rows["gap"]]
    rows["estate"] = lacking.estate[rows["gap"]]
    rows["people_lacking"] = lacking.people[rows["gap"]]
    left = lacking.people - np.bincount(links.demand, weights=found.flow, minlength=len(lacking.people))
    rows["closes"] = (left <= LEFT_SHARE * lacking.people + NOISE)[rows["gap"]]
    served = rows.groupby("option")["people_served"].sum().sort_values(ascending=False, kind="stable")
    names = {option: f"P{number:03d}" for number, option in enumerate(served.index, 1)}
    facilities = _facilities(case, found, rows, names, (estates, sites))
    rows = rows.assign(
        proposal_id=rows["option"].map(names),
        estate_id=estates["estate_id"].to_numpy(object)[rows["estate"]],
        service=case.option_service[rows["option"]],
    ).sort_values(["proposal_id", "estate_id"], kind="stable", ignore_index=True)
    return facilities, rows[SERVED_COLUMNS]


def _facilities(
    case: Case,
    found: Siting,
    rows: pd.DataFrame,
    names: Mapping[int, str],
    places: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
) -> gpd.GeoDataFrame:
    estates, sites = places
    option = np.array(list(names), np.int64)
    place = sites.iloc[case.option_site[option]].reset_index(drop=True)
    by_option = rows.groupby("option")
    is_reached = rows["minutes_before"].notna()
    reached, unreached = rows[is_reached], rows[~is_reached]
    area = found.area_m2[option]
    next_site, next_people = _next_best(case, found, option)
    yuan = case.problem.options.yuan_per_m2[option]
    table = pd.DataFrame(
        {
            "proposal_id": [names[one] for one in option.tolist()],
            "service": case.option_service[option],
            "site_id": place["site_id"],
            "site_name": place["name"],
            "site_kind": place["kind"],
            "owner": place["owner"],
            "from_map": place["from_map"].to_numpy(bool),
            "together": pd.Series(case.option_site[option]).duplicated(keep=False).to_numpy(),
            "people_served": by_option["people_served"].sum().reindex(option).round(1).to_numpy(),
            "estates_served": by_option["gap"].nunique().reindex(option).to_numpy(np.int64),
            "gaps_closed": by_option["closes"].sum().reindex(option).to_numpy(np.int64),
            "floor_area_m2": np.ceil(area - NOISE),
            "outdoor": case.outdoor[option],
            "cost_yuan": np.where(case.priced[option], np.round(area * yuan), np.nan),
            "minutes_before": _weighted(reached, "minutes_before").reindex(option).round(2).to_numpy(),
            "minutes_after": _weighted(rows, "minutes_after").reindex(option).round(2).to_numpy(),
            "unreached_before": unreached.groupby("option")["gap"].nunique().reindex(option, fill_value=0).to_numpy(),
            "next_site_id": np.where(next_site >= 0, sites["site_id"].to_numpy(object)[next_site], None),
            "next_people": next_people,
            "estimated": _any_estimated(rows, estates).reindex(option).to_numpy(bool),
        }
    )
    return gpd.GeoDataFrame(
        table[FACILITY_COLUMNS], geometry=place.geometry.representative_point().to_numpy(), crs=sites.crs
    )


def _weighted(rows: pd.DataFrame, column: str) -> pd.Series:
    """Return the mean over the people served, by option."""
    weighted = (rows[column] * rows["people_served"]).groupby(rows["option"]).sum()
    return weighted / rows.groupby("option")["people_served"].sum()


def _any_estimated(rows: pd.DataFrame, estates: gpd.GeoDataFrame) -> pd.Series:
    estimated = estates["estimated"].to_numpy(bool)[rows["estate"]]
    return pd.Series(estimated, rows.index).groupby(rows["option"]).any()


def _next_best(case: Case, found: Siting, option: Ints) -> tuple[Ints, Floats]:
    """Find, for each opened option, the row of the site that could serve most of its people instead, -1 for none."""
    problem, links, options = case.problem, case.problem.links, case.problem.options
    free = problem.site_m2 - np.bincount(options.site, weights=found.area_m2, minlength=len(problem.site_m2))
    room = free[options.site]
    usable = ~found.opened & (room >= options.least_m2)
    site, people = np.full(len(option), -1), np.full(len(option), np.nan)
    for place, one in enumerate(option.tolist()):
        own = links.option == one
        mine = np.bincount(links.demand[own], weights=found.flow[own], minlength=len(problem.demand.people))
        could = np.bincount(links.option, weights=mine[links.demand], minlength=options.count)
        could = np.minimum(could, np.maximum(room, 0) / options.m2_per_person)
        could = np.where(usable & (case.option_service == case.option_service[one]), could, 0.0)
        best = int(could.argmax())
        if could[best] > NOISE:
            site[place], people[place] = case.option_site[best], round(float(could[best]), 1)
    return site, people


def siting_figures(case: Case, found: Siting, facilities: gpd.GeoDataFrame, served: pd.DataFrame) -> pd.DataFrame:
    """Sum up each service, and all of them.

    Parameters
    ----------
    case : Case
        The problem.
    found : Siting
        Its answer.
    facilities, served : DataFrame
        As :func:`proposal_tables` lays them out.

    Returns
    -------
    DataFrame
        Columns ``FIGURE_COLUMNS``.
    """
    lacking, links = case.lacking, case.problem.links
    near = np.zeros(len(lacking.people), bool)
    near[links.demand] = True
    reached = lacking.people * near
    gaps = pd.DataFrame(
        {
            "service": lacking.service,
            "gaps": 1,
            "people_lacking": lacking.people,
            "people_in_reach": reached,
        }
    )
    table = gaps.groupby("service", sort=False).sum()
    closed = served[served["closes"].astype(bool)].drop_duplicates(["estate_id", "service"]).groupby("service").size()
    table = table.assign(
        people_served=served.groupby("service")["people_served"].sum(),
        gaps_closed=closed,
        facilities=facilities.groupby("service").size(),
    ).fillna(0.0)
    whole = table.sum().to_frame().T.assign(service=None, bound=found.bound, gap_share=found.gap)
    table = pd.concat([table.reset_index(), whole], ignore_index=True)
    counts = dict.fromkeys(["gaps", "gaps_closed", "facilities"], np.int64)
    return table.reindex(columns=FIGURE_COLUMNS).astype({**counts, "bound": float, "gap_share": float}).round(4)
