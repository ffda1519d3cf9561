"""Gates that are shut now: what opening each of them to everybody would bring."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.access.connection import Connection
from geo.opening.openings import COLUMNS, Bools, Residents
from geo.streets.graph import Graph
from geo.walking.repair import NewArcs, repair
from geo.walking.walk_times import Doors, Floats
from geo.walking.walks import US_PER_MINUTE, Ints, ProfileWalks, Sweeps


@dataclass(frozen=True)
class _Copies:
    """Hold the nodes of a graph that stand at one place: on public ways, on the way out and on the way in."""

    public: Ints
    out: tuple[tuple[int, int], ...]
    into: tuple[tuple[int, int], ...]


def reopened(access: Connection, *, sweeps: Sweeps, gates: gpd.GeoDataFrame, residents: Residents) -> gpd.GeoDataFrame:
    """Work out what opening each shut gate would save everybody.

    Parameters
    ----------
    access : Connection
        The network and its shut gates.
    sweeps : Sweeps
        What the walks were found with.
    gates : GeoDataFrame
        Points with ``gate_id``.
    residents : Residents
        The estates and how far the services are from them now.

    Returns
    -------
    GeoDataFrame
        Columns as ``Plan.openings`` without ``opening_id``, in the order of the gates; only gates that save time. An
        estate that has no other access than its closed gate still has none here: only the ways are opened.
    """
    network = sweeps.graph.network
    rows, points = [], gates.set_index("gate_id").geometry
    for gate_id, place in access.around.gate_nodes.items():
        arcs = joining_arcs(sweeps.graph, copies=np.flatnonzero(network.place == place))
        if not len(arcs[0]):
            continue
        minutes, closed = _gain(sweeps, arcs, residents)
        ids = residents.estates["estate_id"].to_numpy(object)
        closes = ";".join(f"{ids[row]}@{residents.services[column]}" for row, column in np.argwhere(closed))
        if minutes.sum() > 0:
            order = np.argsort(-minutes, kind="stable")
            helped = [residents.services[one] for one in order if minutes[one] > 0]
            rows.append(
                (
                    "reopen",
                    None,
                    None,
                    round(float(minutes.sum()), 1),
                    int(closed.sum()),
                    ";".join(helped),
                    closes,
                    gate_id,
                )
            )
    frame = pd.DataFrame(rows, columns=[*COLUMNS[1:], "gate_id"])
    return gpd.GeoDataFrame(frame, geometry=points.reindex(frame["gate_id"]).to_numpy(), crs=gates.crs)


def joining_arcs(graph: Graph, *, copies: Ints) -> tuple[Ints, Ints]:
    """Return the arcs that join the nodes that a shut gate keeps apart.

    Parameters
    ----------
    graph : Graph
        The graph.
    copies : array of int
        The nodes of the network at the place of the gate.

    Returns
    -------
    array of int, array of int
        Tails and heads; their cost is nothing. Between private ways they follow the rules of :class:`Graph`.
    """
    at = _copies(graph, copies)
    free = [(a, b) for a in at.public for b in at.public if a != b]
    free += [(a, b) for a, _ in at.out for b in at.public] + [(a, b) for a in at.public for b, _ in at.into]
    free += [(a, b) for a, own in at.out for b, other in at.out if a != b and other in (own, -1)]
    free += [(b, a) for a, own in at.into for b, other in at.into if a != b and other in (own, -1)]
    tails, heads = np.array(free, np.int64).reshape(-1, 2).T
    return tails, heads


def _copies(graph: Graph, nodes: Ints) -> _Copies:
    network, n, k = graph.network, len(graph.network.x), len(graph.inner_key)
    public = ~network.private
    on_street = np.intersect1d(nodes, np.concatenate([network.u[public], network.v[public]]))
    node, ground = np.divmod(graph.inner_key, graph.grounds + 1)
    rows = np.flatnonzero(np.isin(node, nodes))
    out = tuple((int(n + row), int(ground[row]) - 1) for row in rows)
    return _Copies(on_street, out, tuple((inner + k, own) for inner, own in out))


def _gain(sweeps: Sweeps, arcs: tuple[Ints, Ints], residents: Residents) -> tuple[Floats, Bools]:
    """Return the person-minutes saved by service, and which walks of which estates come within the limit."""
    minutes, closed = np.zeros(len(residents.services)), np.zeros(residents.cost_us.shape, bool)
    people = residents.estates["people"].to_numpy(float)
    for of in sweeps.by_profile.values():
        columns = [place for place, service in enumerate(residents.services) if service in of.services]
        if not columns:
            continue
        groups = [of.services.index(residents.services[column]) for column in columns]
        now = residents.cost_us[:, columns]
        after = np.minimum(now, _costs_after(of, arcs)[:, groups])
        limit = residents.limits_us[columns]
        # Who reached nothing gains from the limit.
        before = np.where(np.isfinite(now), now, np.maximum(limit, np.where(np.isfinite(after), after, 0)))
        saved = np.where(after < now, before - np.minimum(after, before), 0.0) / US_PER_MINUTE
        minutes[columns] = people @ saved
        closed[:, columns] = (now > limit) & (after <= limit)
    return minutes, closed


def _costs_after(of: ProfileWalks, arcs: tuple[Ints, Ints]) -> Floats:
    """Return what the walk of each estate to each service costs where it became cheaper, else infinity."""
    found = repair(of.nearest.back, cost=of.nearest.rank, arcs=NewArcs(*arcs, np.zeros(len(arcs[0]))))
    cost = np.full((of.origins.count, len(of.services)), np.inf)
    through = np.full(of.nearest.rank.shape, np.inf)
    through[found.group, found.node] = np.floor_divide(found.cost, of.nearest.count)
    _take_least(cost, of.origins, through)
    return cost


def _take_least(cost: Floats, origins: Doors, through: Floats) -> None:
    """Write the least over the doors of each origin into ``cost``."""
    for group, at in enumerate(through[:, origins.node] + origins.cost_us):
        np.minimum.at(cost[:, group], origins.owner, at)
