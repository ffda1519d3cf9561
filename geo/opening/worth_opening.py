"""Openings worth making in a town, from the walks that were found anyway."""

from collections.abc import Sequence
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.inputs import Inputs
from geo.access.connection import Connection
from geo.access.doors import open_lines
from geo.access.inside import Homes, mean_distances
from geo.judgement.gaps import Question
from geo.opening.opening_candidates import Exits, GateCandidates, PassageCandidates, gate_candidates, passage_candidates
from geo.opening.openings import COLUMNS, Residents, WalkField, pieces_at, rank_openings
from geo.opening.reopening import reopened
from geo.streets.graph import Graph, Pace, arc_costs
from geo.walking.walk_times import potentials
from geo.walking.walks import US_PER_MINUTE, Ints, Sweeps, Walks

OPENING_COLUMNS = [*COLUMNS, "gate_id", "geometry"]


def worth_opening(
    inputs: Inputs,
    *,
    access: Connection,
    walks: tuple[Walks, Sweeps],
    estates: gpd.GeoDataFrame,
    adjacency: gpd.GeoDataFrame,
    questions: Sequence[Question],
) -> gpd.GeoDataFrame:
    """Rank new gates, passages, and gates that are shut now, by what opening them would save.

    Parameters
    ----------
    inputs : Inputs
        The layers; ``walking.openings`` says whether to look.
    access : Connection
        The network and the access points.
    walks : (Walks, Sweeps)
        The walks and what they were found with.
    estates : GeoDataFrame
        ``estate_id``, ``people``, rows as in the walks.
    adjacency : GeoDataFrame
        Columns as ``Plan.adjacency``.
    questions : sequence of Question
        The services that are assessed; those of too thin a layer do not count.

    Returns
    -------
    GeoDataFrame
        Columns as ``Plan.openings``. What a new gate or passage saves is for the residents of the estates that it
        opens, what opening a shut gate saves is for everybody; what two openings save does not add up.
    """
    found, sweeps = walks
    sure = {question.service.key: question for question in questions if not np.all(question.thin)}
    services = tuple(service for service in found.services if service in sure)
    if not inputs.project.walking.openings or not services or not len(estates):
        return gpd.GeoDataFrame(columns=OPENING_COLUMNS, geometry="geometry", crs=inputs.crs)
    columns = [found.services.index(service) for service in services]
    limits = np.array([sure[service].limit_minutes for service in services]) * US_PER_MINUTE
    thin = [np.broadcast_to(sure[service].thin, len(estates)) for service in services]
    # Where a layer is too thin a shorter walk to it proves nothing; one of no length cannot become shorter.
    now_us = np.where(np.column_stack(thin), 0.0, found.cost_us[:, columns])
    residents = Residents(estates, services, now_us, limits)
    exits = _exits(access, sweeps)
    gates, passages = _candidates(access, sweeps.graph, estates, adjacency, exits)
    fresh = rank_openings(gates, passages=passages, exits=exits, field=_field(sweeps, services), residents=residents)
    return _together(fresh, reopened(access, sweeps=sweeps, gates=inputs.gates, residents=residents))


def _together(fresh: gpd.GeoDataFrame, shut: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Rank new openings and gates that are shut now in one list."""
    rows = [frame for frame in (fresh.assign(gate_id=None), shut.assign(opening_id="")) if len(frame)]
    if not rows:
        return fresh.assign(gate_id=None)[OPENING_COLUMNS]
    both = pd.concat(rows, ignore_index=True).sort_values(
        ["gaps_closed", "person_minutes"], ascending=False, kind="stable", ignore_index=True
    )
    both["opening_id"] = [f"O{number:03d}" for number in range(1, len(both) + 1)]
    return both[OPENING_COLUMNS]


def _exits(access: Connection, sweeps: Sweeps) -> Exits:
    """Return where the residents leave their estates now."""
    of = next(iter(sweeps.by_profile.values()))
    points = access.points.iloc[of.origin_row]
    spot = points[["start_x", "start_y"]].to_numpy(float)
    return Exits(of.origins.owner, of.origins.node, points["connector_mm"].to_numpy(np.int64), spot)


def _candidates(
    access: Connection, graph: Graph, estates: gpd.GeoDataFrame, adjacency: gpd.GeoDataFrame, exits: Exits
) -> tuple[GateCandidates, PassageCandidates]:
    """Return the places for gates, on the pieces of the split network, and for passages."""
    around = access.around
    lines = open_lines(around)
    gates = gate_candidates(
        estates.geometry.to_numpy(),
        lines=around.lines,
        usable=~shapely.is_missing(lines),
        exits=exits,
        barriers=around.barriers,
    )
    edge, position_mm = pieces_at(graph.network, edge=gates.edge, position_mm=gates.position_mm)
    inside = _inside_mm(access.homes, gates.estate, gates.spot)
    gates = replace(gates, edge=edge, position_mm=position_mm, inside_mm=inside)
    passages = passage_candidates(estates["estate_id"].to_numpy(object), adjacency=adjacency, barriers=around.barriers)
    inside_a, inside_b = (_inside_mm(access.homes, side, passages.spot) for side in (passages.a, passages.b))
    return gates, replace(passages, inside_a_mm=inside_a, inside_b_mm=inside_b)


def _inside_mm(homes: Homes, estate: Ints, spot: np.ndarray) -> Ints:
    away_m = mean_distances(homes, estate=estate, spots=shapely.points(spot))
    return np.rint(np.nan_to_num(away_m) * 1000).astype(np.int64)


def _field(sweeps: Sweeps, services: tuple[str, ...]) -> WalkField:
    """Return what the sweeps tell of every place on the network."""
    graph, profiles = sweeps.graph, list(sweeps.by_profile)
    home = {service: profile for profile, of in sweeps.by_profile.items() for service in of.services}
    potential = [
        potentials(of.nearest)[of.services.index(service)]
        for service in services
        for of in (sweeps.by_profile[home[service]],)
    ]
    paces = [of.pace for of in sweeps.by_profile.values()]
    costs = [_edge_costs(graph, pace) for pace in paces]
    return WalkField(
        np.array(potential),
        graph.network.u,
        graph.network.v,
        graph.network.length_mm,
        np.array([ahead for ahead, _ in costs]),
        np.array([back for _, back in costs]),
        np.array([profiles.index(home[service]) for service in services], np.int64),
        np.array([pace.us_per_mm for pace in paces]),
    )


def _edge_costs(graph: Graph, pace: Pace) -> tuple[np.ndarray, np.ndarray]:
    """Return what each edge costs from u to v and back, infinite where it is not walked."""
    cost = arc_costs(graph, pace=pace)
    sides = []
    for ahead in (True, False):
        side = np.full(len(graph.network.u), np.inf)
        mine = (graph.edge >= 0) & (graph.ahead == ahead)
        side[graph.edge[mine]] = cost[mine]
        sides.append(side)
    return sides[0], sides[1]
