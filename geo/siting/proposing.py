"""From gaps and sites to proposals: what is built where, and whom it serves."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from data.project import SitingTable
from data.standards.siting import SitingRules
from geo.siting.case import Lacking, Prices, make_case
from geo.siting.locate import locate
from geo.siting.proposal_tables import proposal_tables, siting_figures
from geo.walking.walk_times import Pairs


@dataclass(frozen=True)
class Proposed:
    """Hold the proposals.

    Parameters
    ----------
    facilities : GeoDataFrame
        Columns ``FACILITY_COLUMNS``, the one that serves most people first.
    served : DataFrame
        Columns ``SERVED_COLUMNS``: one row per proposal and estate that it serves.
    figures : DataFrame
        Columns ``FIGURE_COLUMNS``: one row per service, and one of all with ``bound`` and ``gap_share``.
    unpriced : tuple of str
        Services left out because the money is limited and nobody told what they cost.
    """

    facilities: gpd.GeoDataFrame
    served: pd.DataFrame
    figures: pd.DataFrame
    unpriced: tuple[str, ...]


def propose(
    lacking: Lacking,
    *,
    places: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
    candidates: pd.DataFrame,
    within: Mapping[str, Pairs],
    rules: SitingRules,
    settings: tuple[SitingTable, Prices],
) -> Proposed:
    """Propose what is built where.

    Parameters
    ----------
    lacking : Lacking
        The gaps to be closed.
    places : (GeoDataFrame, GeoDataFrame)
        The estates (``estate_id``, ``subdistrict``, ``estimated``) and the sites.
    candidates : DataFrame
        Which service fits which site, as :func:`geo.siting.candidates.judge_sites` tells.
    within : mapping of str to Pairs
        By service: estates and sites (rows) within its limit.
    rules : SitingRules
        What each service asks of a site.
    settings : (SitingTable, Prices)
        What limits the choice, and what facilities cost.

    Returns
    -------
    Proposed
        The proposals; facilities that exist are as they are.
    """
    (estates, sites), (table, prices) = places, settings
    chosen = candidates[candidates["fits"].astype(bool)]
    limited = table.budget_yuan is not None
    unpriced = tuple(key for key in dict.fromkeys(chosen["service"]) if limited and key not in prices.yuan_per_m2)
    case = make_case(lacking, (estates, sites), chosen[~chosen["service"].isin(unpriced)], within, rules, settings)
    found = locate(case.problem)
    facilities, served = proposal_tables(case, found, estates, sites)
    return Proposed(facilities, served, siting_figures(case, found, facilities, served), unpriced)
