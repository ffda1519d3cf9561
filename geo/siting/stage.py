"""The siting of a town: candidates, cheap alternatives, and proposals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd

from data.inputs import Inputs
from data.problems import Problem, note, warning
from geo.access.connection import Connection
from geo.judgement.gaps import Question
from geo.siting.alternatives import closed_by_openings, list_alternatives
from geo.siting.candidates import judge_sites
from geo.siting.case import Prices, lacking_of
from geo.siting.demand import people_lacking
from geo.siting.problem import NOISE
from geo.siting.proposing import Proposed, propose
from geo.siting.site_walks import SiteWalks, walk_to_sites


@dataclass(frozen=True)
class Sited:
    """Hold what the siting found.

    Parameters
    ----------
    candidates : DataFrame
        Columns as ``Plan.candidates``.
    alternatives : DataFrame
        Columns as ``Plan.alternatives``.
    proposed : Proposed
        The proposals.
    problems : tuple of Problem
        What is to be told.
    """

    candidates: pd.DataFrame
    alternatives: pd.DataFrame
    proposed: Proposed
    problems: tuple[Problem, ...]


def site_services(
    inputs: Inputs,
    *,
    access: Connection,
    estates: gpd.GeoDataFrame,
    questions: Sequence[Question],
    found: Mapping[str, pd.DataFrame],
) -> Sited:
    """Look for sites for what is missing.

    Parameters
    ----------
    inputs : Inputs
        The layers and settings.
    access : Connection
        The network and the access points.
    estates : GeoDataFrame
        The estates with clusters.
    questions : sequence of Question
        The services that are assessed.
    found : mapping of str to DataFrame
        ``gaps``, ``openings``, ``sharing``, ``nearest``, as in ``Plan``, and ``facilities``.

    Returns
    -------
    Sited
        What was found; the cheap ways to close a gap come before building.
    """
    settings, rules, gaps = inputs.project.siting, inputs.siting_rules, found["gaps"]
    asked = _asked(inputs, questions)
    counts = estates["people"].where(estates["eligible"].astype(bool) | (settings.people == "all"), 0.0)
    people = pd.Series(counts.to_numpy(float), estates["estate_id"])
    lacking = people_lacking(gaps, people=people)
    alternatives = list_alternatives(gaps, lacking=lacking, estates=estates, found=found)
    closed = closed_by_openings(gaps, openings=found["openings"]) & (lacking > NOISE) & settings.openings_first
    lacking = np.where(closed, 0.0, lacking)
    services = [one.service.key for one in asked]
    walks = _walks(inputs, access, estates, asked)
    candidates = judge_sites(inputs.sites, services=services, rules=rules, hazards=inputs.hazards, road_m=walks.road_m)
    proposed = propose(
        lacking_of(gaps, people=lacking, estate_ids=estates["estate_id"].tolist(), services=services),
        places=(estates, inputs.sites),
        candidates=candidates,
        within=walks.within,
        rules=rules,
        settings=(settings, prices_of(inputs)),
    )
    figures = _with_openings(proposed.figures, gaps.loc[closed, "service"])
    proposed = replace(proposed, figures=figures)
    return Sited(candidates, alternatives, proposed, _told(inputs, candidates, proposed))


def _with_openings(figures: pd.DataFrame, closed: pd.Series) -> pd.DataFrame:
    """Count the gaps that are left to openings, by service and in all."""
    count = closed.value_counts()
    left = figures["service"].map(count).fillna(0).where(figures["service"].notna(), len(closed))
    return figures.assign(left_to_openings=left.astype(np.int64))


def prices_of(inputs: Inputs) -> Prices:
    """Return what a square metre of each service costs to build.

    Parameters
    ----------
    inputs : Inputs
        The settings, which hold the prices.

    Returns
    -------
    Prices
        Those of a square metre of a facility; services without one are left out.
    """
    items = inputs.project.costs.items
    return Prices({key: one.yuan for key, one in items.items() if one.per == "facility_m2"})


def _asked(inputs: Inputs, questions: Sequence[Question]) -> list[Question]:
    settings, rules = inputs.project.siting, inputs.siting_rules.services
    if not settings.enabled:
        return []
    wanted = settings.services or tuple(rules)
    return [one for one in questions if one.service.key in wanted and one.service.key in rules]


def _walks(inputs: Inputs, access: Connection, estates: gpd.GeoDataFrame, asked: Sequence[Question]) -> SiteWalks:
    if inputs.sites.empty or not asked:
        return SiteWalks({}, np.full(len(inputs.sites), np.inf))
    return walk_to_sites(inputs, access=access, estates=estates, questions=asked)


def _told(inputs: Inputs, candidates: pd.DataFrame, proposed: Proposed) -> tuple[Problem, ...]:
    """Tell what was left out, and what has to be checked on the spot."""
    names = {service.key: service.name for service in inputs.standard.services}
    told = [warning("siting_unpriced", field="costs.items", service=names[key]) for key in proposed.unpriced]
    unknown = candidates.loc[candidates["why"] == "area_unknown", "site_id"].nunique()
    if unknown:
        told.append(warning("siting_area_unknown", value=int(unknown)))
    guessed = int(proposed.facilities["from_map"].sum())
    if guessed:
        told.append(note("siting_from_map", value=guessed, count=len(proposed.facilities)))
    whole = proposed.figures.iloc[-1:] if len(proposed.figures) else proposed.figures
    for served, bound, share in whole[["people_served", "bound", "gap_share"]].to_numpy(float):
        if share > 0.0005:
            told.append(
                note(
                    "siting_gap",
                    value=f"{served:,.0f}",
                    bound=f"{bound:,.0f}",
                    share=f"{share:.1%}",
                )
            )
    return tuple(told)
