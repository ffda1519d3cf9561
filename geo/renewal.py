"""What is to be done: sites, ways without building, costs, years, and the figures of a town with it done."""

from dataclasses import dataclass, replace

import geopandas as gpd
import pandas as pd

from data.inputs import Inputs
from geo.findings import Found, Grouped, Walked
from geo.judgement.assessment import nearest_table
from geo.judgement.funding import funded_contents
from geo.judgement.inventory import judge_inventory
from geo.judgement.town_figures import TownFigures, town_figures
from geo.opening.worth_opening import worth_opening
from geo.phasing.programme import Programme, plan_programme
from geo.siting.afterwards import walks_afterwards, with_coverage, with_equity
from geo.siting.stage import Sited, site_services


@dataclass(frozen=True)
class Renewal:
    """Hold what is to be done, and what it follows from; frames as in ``Plan``.

    Parameters
    ----------
    figures : TownFigures
        Those of the town, coverage and equity with the proposals built beside them.
    inventory, funded, nearest : DataFrame
        Items of the lists, what was paid for before, and the nearest facilities.
    openings : GeoDataFrame
        Openings worth making.
    sited : Sited
        Candidates, alternatives and proposals.
    programme : Programme
        Costs, sources, projects, years and balances.
    """

    figures: TownFigures
    inventory: pd.DataFrame
    funded: pd.DataFrame
    nearest: pd.DataFrame
    openings: gpd.GeoDataFrame
    sited: Sited
    programme: Programme


def plan_renewal(inputs: Inputs, *, found: Found, grouped: Grouped) -> Renewal:
    """Plan what is to be done about what was found.

    Parameters
    ----------
    inputs : Inputs
        The layers and settings.
    found : Found
        What was found of each estate.
    grouped : Grouped
        The clusters and packages.

    Returns
    -------
    Renewal
        What is to be done.
    """
    estates, gaps = grouped.estates, found.gaps
    inventory = judge_inventory(inputs.inventory, estates=estates, standard=inputs.standard)
    funded = funded_contents(estates, standard=inputs.standard)
    figures = town_figures(
        inputs,
        places=(estates, found.facilities),
        answers=(found.questions, found.walked.walks),
        found=(gaps, inventory, found.walked.reached.opportunities),
    )
    nearest, openings = _nearest(inputs, found.walked, estates, found.facilities), _openings(inputs, found, estates)
    known = {"gaps": gaps, "openings": openings, "nearest": nearest}
    sited = site_services(
        inputs,
        access=found.access,
        estates=estates,
        questions=found.questions,
        found={**known, "sharing": figures.sharing, "facilities": found.facilities},
    )
    proposed = {"proposals": sited.proposed.facilities, "proposal_served": sited.proposed.served}
    programme = plan_programme(
        inputs,
        estates=estates,
        clusters=grouped.clusters,
        found={"inventory": inventory, "funded": funded, "priorities": figures.priorities, **proposed},
    )
    figures = _afterwards(found, estates, figures, sited.proposed.served)
    return Renewal(figures, inventory, funded, nearest, openings, sited, programme)


def _afterwards(found: Found, estates: gpd.GeoDataFrame, figures: TownFigures, served: pd.DataFrame) -> TownFigures:
    """Set coverage and equity beside those with the proposals built."""
    if served.empty:
        return figures
    ids = estates["estate_id"].tolist()
    after = walks_afterwards(found.walked.walks, served=served, estate_ids=ids)
    return replace(
        figures,
        coverage=with_coverage(figures.coverage, questions=found.questions, after=after, estates=estates),
        equity=with_equity(figures.equity, questions=found.questions, after=after, estates=estates),
    )


def _nearest(inputs: Inputs, walked: Walked, estates: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame) -> pd.DataFrame:
    return nearest_table(
        walked.walks,
        further=walked.reached.further,
        estate_ids=estates["estate_id"].tolist(),
        facilities=facilities,
        standard=inputs.standard,
    )


def _openings(inputs: Inputs, found: Found, estates: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return worth_opening(
        inputs,
        access=found.access,
        walks=(found.walked.walks, found.walked.sweeps),
        estates=estates,
        adjacency=found.adjacency,
        questions=found.questions,
    )
