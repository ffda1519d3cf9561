"""From inputs to plan, stage by stage."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.inputs import Inputs
from data.problems import Problem, warning
from data.standards.thresholds import expired_thresholds
from data.words import in_each_language
from geo.access.connection import Connection, connect
from geo.access.snap_health import access_figures
from geo.contiguity.adjacency import AdjacencyLimits, find_neighbours
from geo.contiguity.corners import tell_corners
from geo.contiguity.join_curve import join_curve
from geo.contiguity.membership import memberships
from geo.contiguity.outlines import cluster_table
from geo.contiguity.packages import bundle_estates, tell_packages
from geo.contiguity.proposal import propose_clusters
from geo.contiguity.wishes import check_kept, moves, wished
from geo.judgement.amounts import sum_amounts, tell_lifts
from geo.judgement.assessment import STATES, ask, nearest_table, service_table
from geo.judgement.completeness import check_completeness, check_estates, far_streets_share
from geo.judgement.departures import tell_departures
from geo.judgement.eligibility import judge_eligibility, rule_as_set
from geo.judgement.funding import funded_contents
from geo.judgement.gaps import GAP_COLUMNS, Question, judge_service
from geo.judgement.inventory import count_items, judge_inventory, share_inventory
from geo.judgement.layer_trust import tell_layers, trust_layers
from geo.judgement.people import fill_people
from geo.judgement.pooling import cluster_gaps, pool
from geo.judgement.survey import missing_facts
from geo.judgement.town_figures import town_figures
from geo.opening.worth_opening import worth_opening
from geo.plan import Plan
from geo.reach.reach_shapes import draw_reach
from geo.streets.network import component_table
from geo.summary import AtMost, summarise
from geo.walking.reaching import Reaching, what_is_reached, with_served
from geo.walking.rim import assessed_reach_m, check_rim, near_rim
from geo.walking.walk_tables import WalkTables, walk_tables
from geo.walking.walks import Ends, Sweeps, WalkLimits, Walks, walk_town
from geo.what_if.changes import CHANGE_COLUMNS

Stage = Callable[[str], None]


@dataclass(frozen=True)
class _Walked:
    walks: Walks
    sweeps: Sweeps
    tables: WalkTables
    reached: Reaching


def work_out(inputs: Inputs, *, stage: Stage = lambda _: None, earlier: Sweeps | None = None) -> Plan:
    """Work out the plan.

    Parameters
    ----------
    inputs : Inputs
        What was read.
    stage : callable
        Called with the key of each stage as it begins, for a progress bar.
    earlier : Sweeps, optional
        Those of the plan before an edit of the inputs.

    Returns
    -------
    Plan
        Every figure that any output shows.
    """
    stage("access")
    inputs = _in_order(inputs)
    estates = _prepare(inputs)
    access = connect(inputs, estates=estates)
    edges = access.walkways.edges
    estates, facilities = _with_access(estates, inputs.facilities, access.points)
    stage("walks")
    questions, completeness = _questions(inputs, estates)
    walked = _walk(inputs, access, (estates, facilities), questions, earlier)
    walks, sweeps = walked.walks, walked.sweeps
    stage("gaps")
    gaps = _judge(questions, walks, estates, facilities)
    reach_m = assessed_reach_m(questions, profiles=inputs.standard.profiles)
    estates = estates.assign(near_rim=near_rim(estates, ways=inputs.walkways.edges, reach_m=reach_m))
    estates, facilities = _with_counts(estates, gaps), with_served(facilities, walks=walks, estates=estates)
    stage("neighbours")
    adjacency, curve = _neighbours(inputs, estates)
    stage("clusters")
    settings = inputs.project.clusters
    wishes = wished(settings, estates=estates, earlier=inputs.earlier)
    proposal = propose_clusters(
        estates, adjacency=adjacency, reach=walks.reach, sites=inputs.sites, settings=settings, wishes=wishes
    )
    estates = proposal.estates
    clusters = cluster_table(estates, members=proposal.members, reach=walks.reach, limits=settings)
    clusters = clusters.assign(fixed=list(proposal.fixed), proof=list(proposal.proof))
    pooled = pool(
        questions, walks=walks, estates=estates, facilities=facilities, cluster_ids=clusters["cluster_id"].tolist()
    )
    clusters = _with_gaps(clusters, cluster_gaps(gaps, estates=estates, pooled=pooled))
    estates, packages = bundle_estates(
        estates, clusters=clusters, adjacency=adjacency, reach=walks.reach, rule=inputs.standard.management
    )
    inventory = judge_inventory(inputs.inventory, estates=estates, standard=inputs.standard)
    figures = town_figures(
        inputs,
        places=(estates, facilities),
        answers=(questions, walks),
        found=(gaps, inventory, walked.reached.opportunities),
    )
    stage("reach")
    services = service_table(questions, walks=walks, gaps=gaps, facilities=facilities, estates=estates)
    problems = check_kept(wishes, estates=estates, adjacency=adjacency, settings=settings)
    problems += tell_layers(completeness, standard=inputs.standard, project=inputs.project)
    problems += _problems(inputs, questions, access, estates, facilities)
    problems += tell_corners(estates, adjacency=adjacency, min_facing_m=settings.min_facing_m)
    problems += tell_packages(packages, estates=estates)
    problems += tell_lifts(estates)
    problems += inputs.problems
    nearest = _nearest(inputs, walked, estates, facilities)
    return Plan(
        inputs=inputs,
        estates=estates,
        facilities=facilities,
        gaps=gaps,
        nearest=nearest,
        services=services,
        coverage=figures.coverage,
        sharing=figures.sharing,
        equity=figures.equity,
        priorities=figures.priorities,
        priority_tests=figures.priority_tests,
        completeness=completeness,
        clusters=clusters,
        cluster_parts=proposal.parts,
        moves=moves(estates, earlier=inputs.earlier),
        memberships=memberships(
            proposal, adjacency=adjacency, reach=walks.reach, gaps=gaps, settings=settings, wishes=wishes
        ),
        pooled=pooled,
        adjacency=adjacency,
        join_curve=curve,
        access_points=access.points,
        network=edges.assign(component=access.around.network.component, used=access.around.network.used),
        components=component_table(access.around.network, edges=edges),
        walks=walked.tables.walks,
        walk_steps=walked.tables.steps,
        walk_edges=walked.tables.edges,
        opportunities=walked.reached.opportunities,
        isochrones=draw_reach(inputs, access=access, sweeps=sweeps, estates=estates, clusters=clusters),
        openings=worth_opening(
            inputs,
            access=access,
            walks=(walks, sweeps),
            estates=estates,
            adjacency=adjacency,
            questions=questions,
        ),
        changes=pd.DataFrame(columns=list(CHANGE_COLUMNS)),
        scenario="",
        summary=pd.concat(
            [
                summarise(
                    estates,
                    clusters=clusters,
                    packages=packages,
                    services=services,
                    at_most=AtMost(proposal.bound, curve.loc[curve["in_use"], "people"].sum()),
                    problems=problems,
                ),
                access_figures(estates, facilities=facilities, points=access.points, around=access.around),
            ],
            ignore_index=True,
        ),
        problems=problems,
        sweeps=sweeps,
        funded=funded_contents(estates, standard=inputs.standard),
        packages=packages,
        inventory=inventory,
        inventory_counts=count_items(inventory),
        inventory_shares=share_inventory(inventory, estates=estates),
        amounts=sum_amounts(estates, nearest=nearest, facilities=facilities),
    )


def _in_order(inputs: Inputs) -> Inputs:
    """Put every layer in the order of its identifiers, which also settles every tie between its rows."""
    keys = {
        "estates": ["estate_id"],
        "facilities": ["facility_id", "service"],
        "sites": ["site_id"],
        "gates": ["gate_id"],
        "barriers": ["barrier_id"],
    }
    layers = {
        name: getattr(inputs, name).sort_values(key, kind="stable", ignore_index=True) for name, key in keys.items()
    }
    return replace(inputs, **layers)


def _prepare(inputs: Inputs) -> gpd.GeoDataFrame:
    """Estimate what nobody counted, judge who takes part, and give everybody a label."""
    project = inputs.project
    estates = fill_people(inputs.estates, buildings=inputs.buildings, assumed=project.estimates)
    estates = judge_eligibility(estates, rule=inputs.standard.eligibility, project=project)
    label = estates["name"].where(estates["name"].notna(), estates["estate_id"])
    return estates.assign(label=label, missing=missing_facts(estates, recorded=inputs.estates))


def _with_access(
    estates: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame, points: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Tell each owner how it is connected, by the surest kind it has."""
    rank = points["kind"].map({"gate": 0, "entrance": 0, "crossing": 1, "assumed": 2})
    best = points.assign(rank=rank).sort_values("rank", kind="stable").drop_duplicates(["owner", "owner_id"])
    kinds = best.set_index(["owner", "owner_id"])["kind"]
    frames = []
    for frame, owner, key in ((estates, "estate", "estate_id"), (facilities, "facility", "facility_id")):
        mine = kinds[kinds.index.get_level_values(0) == owner].droplevel(0)
        frames.append(frame.assign(access_kind=frame[key].map(mine).astype(object).fillna("none")))
    return frames[0], frames[1]


def _questions(inputs: Inputs, estates: gpd.GeoDataFrame) -> tuple[tuple[Question, ...], pd.DataFrame]:
    """List what is asked, and how far the layers of each district can answer."""
    settings, people = inputs.project, _people_served(inputs, estates)
    questions = ask(
        inputs.standard,
        facilities=inputs.facilities,
        people=people,
        on=settings.project.date,
        use_unverified=settings.gaps.use_unverified,
        thin_share=settings.gaps.thin_share,
    )
    return trust_layers(
        questions,
        estates=estates,
        facilities=inputs.facilities,
        ways=inputs.walkways.edges,
        people=people,
        settings=settings.gaps,
    )


def _people_served(inputs: Inputs, estates: gpd.GeoDataFrame) -> float:
    """Return the people of the estates; of an extract, those of the streets without a mapped estate, too."""
    people = float(estates["people"].sum())
    far = far_streets_share(estates, ways=inputs.walkways.edges) if inputs.project.osm is not None else 0.0
    return people / (1 - far) if far < 1 else people


def _walk(
    inputs: Inputs,
    access: Connection,
    places: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
    questions: tuple[Question, ...],
    earlier: Sweeps | None,
) -> _Walked:
    """Walk the town, trace the walks, and sum up what is reached."""
    estates, facilities = places
    ids = estates["estate_id"].to_numpy(object), facilities["facility_id"].to_numpy(object)
    ends = Ends(*ids, facilities["service"].to_numpy(object), access.own)
    limits = {question.service.key: question.limit_minutes for question in questions}
    walks, sweeps = walk_town(
        access.around.network,
        access=access.points,
        ends=ends,
        standard=inputs.standard,
        limits=WalkLimits(limits, inputs.project.clusters.max_walk_minutes),
        earlier=earlier,
    )
    tables = walk_tables(walks, sweeps=sweeps, access=access.points, edges=access.walkways.edges, ends=ends)
    walks = replace(walks, walk_m=tables.walk_m)
    reached = what_is_reached(
        walks,
        sweeps=sweeps,
        ends=ends,
        people=estates["people"].to_numpy(float),
        capacity=facilities["capacity"].to_numpy(float),
        ranks=inputs.project.walking.nearest,
    )
    return _Walked(walks, sweeps, tables, reached)


def _nearest(inputs: Inputs, walked: _Walked, estates: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame) -> pd.DataFrame:
    return nearest_table(
        walked.walks,
        further=walked.reached.further,
        estate_ids=estates["estate_id"].tolist(),
        facilities=facilities,
        standard=inputs.standard,
    )


def _with_gaps(clusters: gpd.GeoDataFrame, lacks: pd.DataFrame) -> gpd.GeoDataFrame:
    """Add what each cluster as a whole lacks."""
    mine = lacks.reindex(clusters["cluster_id"])
    count = mine["gap_count"].fillna(0).astype(int).to_numpy()
    return clusters.assign(gap_count=count, gaps=mine["gaps"].fillna("").to_numpy())


def _judge(
    questions: tuple[Question, ...], walks: Walks, estates: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame
) -> pd.DataFrame:
    tables = [judge_service(question, walks=walks, estates=estates, facilities=facilities) for question in questions]
    if not tables:
        numbers = ["walk_minutes", "walk_m", "measured", "threshold", "shortfall"]
        return pd.DataFrame(columns=GAP_COLUMNS).astype(dict.fromkeys(numbers, float))
    return pd.concat(tables, ignore_index=True).sort_values("estate_id", kind="stable").reset_index(drop=True)


def _with_counts(estates: gpd.GeoDataFrame, gaps: pd.DataFrame) -> gpd.GeoDataFrame:
    counts = gaps.groupby(["estate_id", "state"]).size().unstack(fill_value=0)
    counts = counts.reindex(index=estates["estate_id"], columns=list(STATES), fill_value=0)
    return estates.assign(**{f"{state}_count": counts[state].to_numpy(np.int64) for state in STATES})


def _neighbours(inputs: Inputs, estates: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Find the neighbours, and how many people could join a cluster at other widths than the one in use."""
    edges, settings = inputs.walkways.edges, inputs.project.clusters
    around = {"sites": inputs.sites, "barriers": inputs.barriers, "ways": edges[~edges["private"]]}
    limits = AdjacencyLimits(settings.max_street_width_m, settings.min_facing_m)
    return find_neighbours(estates, **around, limits=limits), join_curve(estates, **around, settings=settings)


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
