"""Gaps, sites and walks written as one siting problem, with the names of its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from data.project import SitingTable
from data.standards.siting import SitingRules
from geo.judgement.scales import scale_units
from geo.siting.problem import NOISE, Demand, Links, Options, SitingLimits, SitingProblem, sorted_links
from geo.walking.walk_times import Pairs
from geo.walking.walks import shown_minutes

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Names = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Lacking:
    """Hold the gaps that sites are looked for; all arrays have one entry per gap.

    Parameters
    ----------
    estate : array of int
        Row of the estate.
    service : array of str
        The service.
    people : array of float
        Who lack it, greater than 0.
    minutes : array of float
        The walk now, NaN where none is reached.
    """

    estate: Ints
    service: Names
    people: Floats
    minutes: Floats


@dataclass(frozen=True)
class Prices:
    """Hold what facilities cost: yuan for a square metre by service, left out where nobody told."""

    yuan_per_m2: Mapping[str, float]


@dataclass(frozen=True)
class Case:
    """Hold one problem with the names of its rows.

    Parameters
    ----------
    problem : SitingProblem
        The problem; its demand has one entry per gap.
    lacking : Lacking
        The gaps.
    option_site : array of int, shape (o,)
        Row of the site of each option.
    option_service : array of str, shape (o,)
        Its service.
    outdoor, priced : array of bool, shape (o,)
        Whether it takes open ground, and whether somebody told what it costs.
    """

    problem: SitingProblem
    lacking: Lacking
    option_site: Ints
    option_service: Names
    outdoor: npt.NDArray[np.bool_]
    priced: npt.NDArray[np.bool_]


def make_case(
    lacking: Lacking,
    places: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
    chosen: pd.DataFrame,
    within: Mapping[str, Pairs],
    rules: SitingRules,
    settings: tuple[SitingTable, Prices],
) -> Case:
    """Write the problem in arrays; floor area and open ground of a site are two places.

    Parameters
    ----------
    lacking, places, within, rules, settings
        As for :func:`geo.siting.proposing.propose`.
    chosen : DataFrame
        The candidates that fit.

    Returns
    -------
    Case
        The problem.
    """
    (estates, sites), (table, prices) = places, settings
    row = {site_id: number for number, site_id in enumerate(sites["site_id"])}
    site = chosen["site_id"].map(row).to_numpy(np.int64)
    service, outdoor = chosen["service"].to_numpy(object), chosen["outdoor"].to_numpy(bool)
    usable = np.zeros(2 * len(sites))
    usable[2 * site + outdoor] = chosen["usable_m2"].to_numpy(float)
    own = np.array([_numbers(rules, key) for key in service], float).reshape(-1, 3)
    price = np.array([prices.yuan_per_m2.get(key, 0.0) for key in service], float)
    had = np.nan_to_num(sites["cost_yuan"].to_numpy(float))[site]
    options = Options(
        2 * site + outdoor,
        own[:, 0],
        own[:, 1],
        own[:, 2],
        np.zeros(len(site)),
        # What the site itself costs is counted by the part of it that is taken.
        price + had / np.maximum(chosen["usable_m2"].to_numpy(float), 1.0),
    )
    links = _links(lacking, site=site, service=service, within=within)
    named = scale_units(estates, scales=("subdistrict",))["subdistrict"].fillna("")
    group = pd.factorize(named)[0][lacking.estate]
    limits = SitingLimits(
        table.facilities,
        np.inf if table.budget_yuan is None else table.budget_yuan,
        table.objective == "worst_first",
        table.rounds,
        table.seed,
    )
    problem = SitingProblem(Demand(lacking.people, group.astype(np.int64)), options, links, usable, limits)
    priced = np.array([key in prices.yuan_per_m2 for key in service], bool)
    return Case(problem, lacking, site, service, outdoor, priced)


def _numbers(rules: SitingRules, key: str) -> tuple[float, float, float]:
    rule = rules.services[key]
    return rule.least_m2, rule.m2_per_person, rule.least_people


def _links(lacking: Lacking, *, site: Ints, service: Names, within: Mapping[str, Pairs]) -> Links:
    """Join gaps and options of one service by the walks between their estates and sites."""
    parts: list[tuple[Ints, Ints, Floats]] = []
    for key in dict.fromkeys(service.tolist()):
        pairs = within[key]
        gap, option = np.flatnonzero(lacking.service == key), np.flatnonzero(service == key)
        walks = pd.DataFrame({"estate": pairs.origin, "site": pairs.target, "us": pairs.cost_us})
        joined = walks.merge(pd.DataFrame({"estate": lacking.estate[gap], "gap": gap}), on="estate").merge(
            pd.DataFrame({"site": site[option], "option": option}), on="site"
        )
        columns = joined["gap"].to_numpy(np.int64), joined["option"].to_numpy(np.int64)
        parts.append((*columns, shown_minutes(joined["us"].to_numpy(float))))
    demand, options, minutes = (
        (np.concatenate(column) for column in zip(*parts, strict=True))
        if parts
        else (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
    )
    return sorted_links(demand=demand, option=options, minutes=minutes)


def lacking_of(gaps: pd.DataFrame, *, people: Floats, estate_ids: Sequence[str], services: Sequence[str]) -> Lacking:
    """Take the gaps of some services that anybody has.

    Parameters
    ----------
    gaps : DataFrame
        Columns as ``Plan.gaps``.
    people : array of float, shape (gaps,)
        Who lack each.
    estate_ids : sequence of str
        Estates in the order of the rows of the results.
    services : sequence of str
        The services.

    Returns
    -------
    Lacking
        The gaps, in the order of the services and estates.
    """
    row = {one: number for number, one in enumerate(estate_ids)}
    kept = gaps.assign(people=people)[(people > NOISE) & gaps["service"].isin(services).to_numpy(bool)]
    order = kept["service"].map({key: place for place, key in enumerate(services)})
    kept = kept.assign(order=order, row=kept["estate_id"].map(row)).sort_values(["order", "row"], kind="stable")
    return Lacking(
        kept["row"].to_numpy(np.int64),
        kept["service"].to_numpy(object),
        kept["people"].to_numpy(float),
        kept["walk_minutes"].to_numpy(float),
    )
