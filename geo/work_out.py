"""From inputs to plan, stage by stage."""

from collections.abc import Callable
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd

from data.inputs import Inputs
from geo.access.connection import Connection, connect
from geo.assembly import assemble
from geo.contiguity.adjacency import AdjacencyLimits, find_neighbours
from geo.contiguity.join_curve import join_curve
from geo.contiguity.outlines import cluster_table
from geo.contiguity.packages import bundle_estates
from geo.contiguity.proposal import propose_clusters
from geo.contiguity.wishes import wished
from geo.findings import Found, Grouped, Walked
from geo.judgement.assessment import STATES, ask
from geo.judgement.completeness import far_streets_share
from geo.judgement.eligibility import judge_eligibility
from geo.judgement.gaps import GAP_COLUMNS, Question, judge_service
from geo.judgement.layer_trust import lay_out, trust_layers
from geo.judgement.people import fill_people
from geo.judgement.pooling import cluster_gaps, pool
from geo.judgement.survey import missing_facts
from geo.plan import Plan
from geo.walking.reaching import what_is_reached, with_served
from geo.walking.rim import assessed_reach_m, near_rim
from geo.walking.walk_tables import walk_tables
from geo.walking.walks import Ends, Sweeps, WalkLimits, Walks, walk_town

Stage = Callable[[str], None]


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
    estates, facilities = _with_access(estates, inputs.facilities, access.points)
    stage("walks")
    questions, completeness = _questions(inputs, estates)
    walked = _walk(inputs, access, (estates, facilities), questions, earlier)
    walks = walked.walks
    stage("gaps")
    gaps = _judge(questions, walks, estates, facilities)
    reach_m = assessed_reach_m(questions, profiles=inputs.standard.profiles)
    estates = estates.assign(near_rim=near_rim(estates, ways=inputs.walkways.edges, reach_m=reach_m))
    estates, facilities = _with_counts(estates, gaps), with_served(facilities, walks=walks, estates=estates)
    stage("neighbours")
    adjacency, curve = _neighbours(inputs, estates)
    stage("clusters")
    grouped = _group(inputs, questions, walks, (estates, facilities), gaps, adjacency)
    stage("reach")
    found = Found(access, walked, questions, completeness, facilities, gaps, adjacency, curve)
    return assemble(inputs, found=found, grouped=grouped)


def _group(
    inputs: Inputs,
    questions: tuple[Question, ...],
    walks: Walks,
    places: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
    gaps: pd.DataFrame,
    adjacency: gpd.GeoDataFrame,
) -> Grouped:
    """Propose clusters, judge what they have together, and bundle them for management."""
    (estates, facilities), settings = places, inputs.project.clusters
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
    return Grouped(wishes, proposal, estates, clusters, pooled, packages)


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
        districts=lay_out(estates, facilities=inputs.facilities, ways=inputs.walkways.edges),
        estates=estates,
        facilities=inputs.facilities,
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
) -> Walked:
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
    return Walked(walks, sweeps, tables, reached)


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
