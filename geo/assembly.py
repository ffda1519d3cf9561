"""The plan, put together from what each stage found."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.inputs import Inputs
from data.problems import Problem, warning
from data.standards.thresholds import expired_thresholds
from data.words import in_each_language
from geo.access.connection import Connection
from geo.access.snap_health import access_figures
from geo.contiguity.corners import tell_corners
from geo.contiguity.membership import memberships
from geo.contiguity.packages import tell_packages
from geo.contiguity.wishes import check_kept, moves
from geo.findings import Found, Grouped
from geo.judgement.amounts import sum_amounts, tell_lifts
from geo.judgement.assessment import service_table
from geo.judgement.completeness import check_completeness, check_estates
from geo.judgement.departures import tell_departures
from geo.judgement.eligibility import rule_as_set
from geo.judgement.gaps import Question
from geo.judgement.inventory import count_items, share_inventory
from geo.judgement.layer_trust import tell_layers
from geo.plan import Plan
from geo.reach.reach_shapes import draw_reach
from geo.renewal import Renewal, plan_renewal
from geo.siting.prospects import count_prospects, prospects
from geo.streets.network import component_table
from geo.summary import AtMost, summarise, summarise_programme
from geo.walking.rim import assessed_reach_m, check_rim
from geo.what_if.changes import CHANGE_COLUMNS


def assemble(inputs: Inputs, *, found: Found, grouped: Grouped) -> Plan:
    """Put the plan together: the frames of each stage, and what follows from several of them.

    Parameters
    ----------
    inputs : Inputs
        What was read, in order.
    found : Found
        What was found of each estate.
    grouped : Grouped
        The clusters and packages.

    Returns
    -------
    Plan
        Every figure that any output shows.
    """
    estates, facilities, walked = grouped.estates, found.facilities, found.walked
    services = service_table(
        found.questions, walks=walked.walks, gaps=found.gaps, facilities=facilities, estates=estates
    )
    renewal = plan_renewal(inputs, found=found, grouped=grouped)
    problems = (*renewal.sited.problems, *renewal.programme.problems, *_told(inputs, found, grouped))
    figures, proposed, inventory = renewal.figures, renewal.sited.proposed, renewal.inventory
    network = found.access.around.network
    then = prospects(found.gaps, served=proposed.served)
    return Plan(
        inputs=inputs,
        estates=count_prospects(_numbered(estates), table=then),
        facilities=facilities,
        gaps=found.gaps,
        nearest=renewal.nearest,
        services=services,
        coverage=figures.coverage,
        sharing=figures.sharing,
        equity=figures.equity,
        priorities=figures.priorities,
        priority_tests=figures.priority_tests,
        completeness=found.completeness,
        clusters=grouped.clusters,
        cluster_parts=grouped.proposal.parts,
        moves=moves(estates, earlier=inputs.earlier),
        memberships=_memberships(inputs, found, grouped),
        pooled=grouped.pooled,
        adjacency=found.adjacency,
        join_curve=found.curve,
        access_points=found.access.points,
        network=found.access.walkways.edges.assign(component=network.component, used=network.used),
        components=component_table(network, edges=found.access.walkways.edges),
        walks=walked.tables.walks,
        walk_steps=walked.tables.steps,
        walk_edges=walked.tables.edges,
        opportunities=walked.reached.opportunities,
        isochrones=_isochrones(inputs, found, grouped),
        openings=renewal.openings,
        changes=pd.DataFrame(columns=list(CHANGE_COLUMNS)),
        scenario="",
        summary=_summary(found, grouped, services, renewal, problems),
        problems=problems,
        sweeps=walked.sweeps,
        funded=renewal.funded,
        packages=grouped.packages,
        inventory=inventory,
        inventory_counts=count_items(inventory),
        inventory_shares=share_inventory(inventory, estates=estates),
        candidates=renewal.sited.candidates,
        proposals=proposed.facilities,
        proposal_served=proposed.served,
        prospects=then,
        siting_figures=proposed.figures,
        alternatives=renewal.sited.alternatives,
        programme=renewal.programme,
        amounts=sum_amounts(estates, nearest=renewal.nearest, facilities=facilities),
    )


def _numbered(estates: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give each estate a number, for maps on which names find no room."""
    return estates.assign(number=np.arange(1, len(estates) + 1))


def _memberships(inputs: Inputs, found: Found, grouped: Grouped) -> pd.DataFrame:
    return memberships(
        grouped.proposal,
        adjacency=found.adjacency,
        reach=found.walked.walks.reach,
        gaps=found.gaps,
        settings=inputs.project.clusters,
        wishes=grouped.wishes,
    )


def _isochrones(inputs: Inputs, found: Found, grouped: Grouped) -> gpd.GeoDataFrame:
    return draw_reach(
        inputs, access=found.access, sweeps=found.walked.sweeps, estates=grouped.estates, clusters=grouped.clusters
    )


def _told(inputs: Inputs, found: Found, grouped: Grouped) -> tuple[Problem, ...]:
    """List what is to be told: of the settings and the data first, of single rows last."""
    estates, settings = grouped.estates, inputs.project.clusters
    return (
        *check_kept(grouped.wishes, estates=estates, adjacency=found.adjacency, settings=settings),
        *tell_layers(found.completeness, standard=inputs.standard, project=inputs.project),
        *_problems(inputs, found.questions, found.access, estates, found.facilities),
        *tell_corners(estates, adjacency=found.adjacency, min_facing_m=settings.min_facing_m),
        *tell_packages(grouped.packages, estates=estates),
        *tell_lifts(estates),
        *inputs.problems,
    )


def _problems(
    inputs: Inputs,
    questions: tuple[Question, ...],
    access: Connection,
    estates: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
) -> tuple[Problem, ...]:
    found = check_completeness(
        questions,
        estates=estates,
        facilities=facilities,
        gates=inputs.gates,
        access=access,
    )
    settings = inputs.project
    past_due = expired_thresholds(
        inputs.standard, on=settings.project.date, use_unverified=settings.gaps.use_unverified
    )
    expired = tuple(
        warning(
            "threshold_expired",
            service=service.name,
            value=f"{past.value:g}",
            unit=in_each_language(f"terms.unit.{past.unit}", default=past.unit),
            clause=past.source,
            day=past.valid_to,
        )
        for service, past in past_due
    )
    points = shapely.get_dimensions(inputs.sites.geometry.to_numpy()) == 0
    unlinked = inputs.sites[points & inputs.sites["links"].to_numpy(bool)]
    sites = (warning("site_points", value=len(unlinked)),) if len(unlinked) else ()
    missing = check_estates(estates, ways=inputs.walkways.edges) if inputs.project.osm is not None else ()
    rim = check_rim(
        estates,
        facilities=facilities,
        ways=inputs.walkways.edges,
        boundary=inputs.boundary,
        reach_m=assessed_reach_m(questions, profiles=inputs.standard.profiles),
    )
    # These bear on the figures; what was done to single rows comes after them.
    departures = tell_departures(estates, rule=inputs.standard.eligibility, project=inputs.project)
    return missing + found + rim + _undated(inputs) + departures + expired + sites


def _undated(inputs: Inputs) -> tuple[Problem, ...]:
    """Tell that no age can be judged because the plan has no date."""
    rule = rule_as_set(inputs.standard.eligibility, inputs.project)
    if inputs.project.project.date is not None or rule.built_by is not None or rule.min_age_years is None:
        return ()
    return (warning("plan_undated", field="project.date", value=rule.min_age_years),)


def _summary(
    found: Found, grouped: Grouped, services: pd.DataFrame, renewal: Renewal, problems: tuple[Problem, ...]
) -> pd.DataFrame:
    joinable = found.curve.loc[found.curve["in_use"], "people"].sum()
    figures = summarise(
        grouped.estates,
        clusters=grouped.clusters,
        packages=grouped.packages,
        services=services,
        at_most=AtMost(grouped.proposal.bound, joinable),
        problems=problems,
    )
    access = access_figures(
        grouped.estates, facilities=found.facilities, points=found.access.points, around=found.access.around
    )
    ahead = summarise_programme(renewal.sited.proposed.facilities, phases=renewal.programme.phases)
    return pd.concat([figures, access, ahead], ignore_index=True)
