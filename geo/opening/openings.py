"""Openings worth making: what a gate or a passage would save the residents, from the sweeps that were made anyway."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.opening.opening_candidates import Exits, GateCandidates, PassageCandidates
from geo.streets.network import Network

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

US_PER_MINUTE = 60_000_000
APART_M = 100.0
TOP = 200
_OF_GAINS = ("person_minutes", "closed", "here", "there")
COLUMNS = ["opening_id", "kind", "estate_id", "other_id", "person_minutes", "gaps_closed", "services", "closes"]


@dataclass(frozen=True)
class WalkField:
    """Hold what one sweep per service tells of every place on the network.

    Parameters
    ----------
    potential_us : array of float, shape (services, n)
        Microseconds from each node to the nearest facility of the service, infinite where none is reached.
    u, v, length_mm : array of int, shape (m,)
        Edges between those nodes; a facility stands at a node, never within an edge.
    ahead_us, back_us : array of float, shape (profiles, m)
        Microseconds over the edge from u to v and back, infinite where it is not walked.
    profile : array of int, shape (services,)
        Row of the walking profile of each service.
    us_per_mm : array of float, shape (profiles,)
        Pace of each profile on the level.
    """

    potential_us: Floats
    u: Ints
    v: Ints
    length_mm: Ints
    ahead_us: Floats
    back_us: Floats
    profile: Ints
    us_per_mm: Floats


@dataclass(frozen=True)
class Residents:
    """Hold the estates and how far the assessed services are from them now.

    Parameters
    ----------
    estates : GeoDataFrame
        ``estate_id`` and ``people``.
    services : tuple of str
        The assessed services.
    cost_us : array of float, shape (estates, services)
        Microseconds to the nearest facility, infinite when none is reached.
    limits_us : array of float, shape (services,)
        Limit of each service.
    """

    estates: gpd.GeoDataFrame
    services: tuple[str, ...]
    cost_us: Floats
    limits_us: Floats


@dataclass(frozen=True)
class Gains:
    """Hold what openings bring.

    Parameters
    ----------
    person_minutes : array of float, shape (k, services)
        Minutes saved on one walk by each resident, summed up.
    closed : array of int, shape (k, services)
        Estates whose walk comes within the limit.
    here, there : array of bool, shape (k, services)
        Whether that of the first, and of the other estate does.
    """

    person_minutes: Floats
    closed: Ints
    here: Bools
    there: Bools


def pieces_at(network: Network, *, edge: Ints, position_mm: Ints) -> tuple[Ints, Ints]:
    """Find the pieces of split edges that positions on the whole edges lie on.

    Parameters
    ----------
    network : Network
        A network with points inserted.
    edge, position_mm : array of int, shape (k,)
        Row of the walkways' edges, and distance from its start.

    Returns
    -------
    array of int, shape (k,)
        Row of the network's edges.
    array of int, shape (k,)
        Distance from the ``u`` of that piece.
    """
    span = int(max(network.offset_mm.max(initial=0), position_mm.max(initial=0))) + 1
    start = network.edge * span + network.offset_mm
    order = np.argsort(start, kind="stable")
    piece = order[np.searchsorted(start[order], edge * span + position_mm, side="right") - 1]
    return piece, np.minimum(position_mm - network.offset_mm[piece], network.length_mm[piece])


def potential_at(field: WalkField, *, edge: Ints, position_mm: Ints) -> Floats:
    """Work out the walk to each service from places on edges: over the one end or over the other.

    Parameters
    ----------
    field : WalkField
        The field.
    edge, position_mm : array of int, shape (k,)
        Row of the field's edges, and distance from its ``u``.

    Returns
    -------
    array of float, shape (services, k)
        Microseconds to the nearest facility, infinite where none is reached.
    """
    whole = field.length_mm[edge]
    over_u = _part(field.back_us[:, edge], position_mm, whole)[field.profile]
    over_v = _part(field.ahead_us[:, edge], whole - position_mm, whole)[field.profile]
    potential: Floats = np.minimum(
        over_u + field.potential_us[:, field.u[edge]], over_v + field.potential_us[:, field.v[edge]]
    )
    return potential


def _part(cost_us: Floats, part_mm: Ints, whole_mm: Ints) -> Floats:
    """Return the cost of a part of an edge; no part costs nothing, also where the edge is not walked."""
    return np.where(part_mm > 0, np.rint(cost_us * (np.maximum(part_mm, 1) / whole_mm)), 0.0)


def gate_gains(gates: GateCandidates, *, field: WalkField, residents: Residents) -> Gains:
    """Work out what each candidate gate would bring the residents of its estate.

    Parameters
    ----------
    gates : GateCandidates
        The candidates; ``edge`` and ``position_mm`` are of the field's edges.
    field : WalkField
        The field.
    residents : Residents
        The estates.

    Returns
    -------
    Gains
        One row per candidate.
    """
    out_mm = gates.inside_mm + gates.connector_mm
    new_us = _walk_us(out_mm, field) + potential_at(field, edge=gates.edge, position_mm=gates.position_mm)
    return _gains(new_us.T, gates.estate, residents)


def passage_gains(passages: PassageCandidates, *, exits: Exits, field: WalkField, residents: Residents) -> Gains:
    """Work out what each candidate passage would bring the residents of both estates.

    Parameters
    ----------
    passages : PassageCandidates
        The candidates.
    exits : Exits
        Access points of the estates, whose nodes are the field's.
    field : WalkField
        The field.
    residents : Residents
        The estates.

    Returns
    -------
    Gains
        One row per candidate: the residents of either walk straight through the other to any of its exits.
    """
    to_a = _through(passages.spot, passages.b, passages.inside_a_mm, (exits, field))
    to_b = _through(passages.spot, passages.a, passages.inside_b_mm, (exits, field))
    a, b = _gains(to_a, passages.a, residents), _gains(to_b, passages.b, residents)
    return Gains(a.person_minutes + b.person_minutes, a.closed + b.closed, a.here, b.here)


def _through(spot: Floats, other: Ints, inside_mm: Ints, ways_out: tuple[Exits, WalkField]) -> Floats:
    """Return the cost from the homes through a passage and the other estate, by its best exit, to each service."""
    exits, field = ways_out
    order = np.argsort(exits.estate, kind="stable")
    low, high = (np.searchsorted(exits.estate[order], other, side=side) for side in ("left", "right"))
    count = high - low
    row = np.repeat(np.arange(len(other)), count)
    begin = np.cumsum(count) - count
    exit_ = order[np.arange(len(row)) - begin[row] + low[row]]
    straight_mm = np.rint(np.hypot(*(exits.spot[exit_] - spot[row]).T) * 1000).astype(np.int64)
    walk_mm = inside_mm[row] + straight_mm + exits.connector_mm[exit_]
    cost = (_walk_us(walk_mm, field) + field.potential_us[:, exits.node[exit_]]).T
    best = np.full((len(other), cost.shape[1]), np.inf)
    if len(row):
        best[count > 0] = np.minimum.reduceat(cost, begin[count > 0], axis=0)
    return best


def _walk_us(walk_mm: Ints, field: WalkField) -> Floats:
    """Return the cost of walking off the network, at the pace of each service."""
    cost: Floats = np.rint(field.us_per_mm[field.profile][:, None] * walk_mm)
    return cost


def _gains(new_us: Floats, estate: Ints, residents: Residents) -> Gains:
    """Compare the walks from estates, newly possible ones with a walk of just the limit."""
    old_us, limit_us = residents.cost_us[estate], residents.limits_us[None, :]
    people = residents.estates["people"].to_numpy(float)[estate]
    saved_us = np.maximum(np.where(np.isfinite(old_us), old_us, limit_us) - new_us, 0.0)
    closed = (old_us > limit_us) & (new_us <= limit_us)
    return Gains(people[:, None] * saved_us / US_PER_MINUTE, closed.astype(np.int64), closed, np.zeros_like(closed))


def rank_openings(
    gates: GateCandidates,
    *,
    passages: PassageCandidates,
    exits: Exits,
    field: WalkField,
    residents: Residents,
    top: int = TOP,
) -> gpd.GeoDataFrame:
    """Rank the openings by the gaps they close and the minutes they save.

    Parameters
    ----------
    gates : GateCandidates
        Candidate gates; ``edge`` and ``position_mm`` are of the field's edges.
    passages : PassageCandidates
        Candidate passages.
    exits : Exits
        Access points that the estates have.
    field : WalkField
        What the sweeps tell.
    residents : Residents
        The estates and how far they walk now.
    top : int
        How many openings to list at most.

    Returns
    -------
    GeoDataFrame
        Columns as ``Plan.openings``, best first: by gaps closed, person-minutes, then estate and place. ``services``
        are those that come nearer, the one that gains most first, ``closes`` the gaps that close. Of gates less than
        100 m apart along one boundary the best is listed.

    Notes
    -----
    A gain is that of the residents of the opened estates alone, of one walk to each service by each of them; people of
    other estates whom a passage would help are not counted. Gains are not additive: two openings may save the same
    minutes. An estate that reached no facility at all gains from the limit of the service. Inside the estates the
    walk is a straight line; where no building is known it begins at the opening, as walks do at gates. Whether an
    opening can be built is for the planner to see.
    """
    parts = (
        gate_gains(gates, field=field, residents=residents),
        passage_gains(passages, exits=exits, field=field, residents=residents),
    )
    gains = Gains(*(np.concatenate([getattr(part, name) for part in parts]) for name in _OF_GAINS))
    frame = _frame(gates, passages, gains, residents.estates["estate_id"].to_numpy(object))
    frame = frame[frame["person_minutes"] > 0].sort_values(
        ["gaps_closed", "person_minutes", "estate_id", "other_id", "x", "y"],
        ascending=[False, False, True, True, True, True],
        kind="stable",
    )
    frame = _apart(frame, top)
    frame = frame.assign(
        opening_id=[f"O{number:03d}" for number in range(1, len(frame) + 1)],
        other_id=frame["other_id"].where(frame["kind"] == "passage"),
        services=_helped(gains.person_minutes[frame.index], residents.services),
        closes=_closing(frame, gains, residents.services),
    )
    spots = shapely.points(frame[["x", "y"]].to_numpy(float))
    return gpd.GeoDataFrame(frame[COLUMNS].reset_index(drop=True), geometry=spots, crs=residents.estates.crs)


def _frame(
    gates: GateCandidates, passages: PassageCandidates, gains: Gains, estate_ids: npt.NDArray[np.object_]
) -> pd.DataFrame:
    """Lay out gates and passages in one table, in the order of the gains."""
    count = len(passages.a)
    spot = np.concatenate([gates.spot, passages.spot]).round(3)
    return pd.DataFrame(
        {
            "kind": np.repeat(np.array(["gate", "passage"], object), [len(gates.estate), count]),
            "estate_id": estate_ids[np.concatenate([gates.estate, passages.a])],
            "other_id": np.append(np.full(len(gates.estate), "", object), estate_ids[passages.b]),
            "person_minutes": gains.person_minutes.sum(axis=1).round(2),
            "gaps_closed": gains.closed.sum(axis=1),
            "ring": np.append(gates.ring, np.full(count, -1)),
            "along_m": np.append(gates.along_m, np.zeros(count)),
            "ring_m": np.append(gates.ring_m, np.zeros(count)),
            "x": spot[:, 0],
            "y": spot[:, 1],
        }
    )


def _apart(frame: pd.DataFrame, top: int) -> pd.DataFrame:
    """Keep the first rows, without gates that a better one on the same boundary is too near to."""
    kept: list[int] = []
    taken: dict[int, list[float]] = {}
    columns = (frame[name].tolist() for name in ("ring", "along_m", "ring_m"))
    for row, (ring, along_m, ring_m) in enumerate(zip(*columns, strict=True)):
        if len(kept) == top:
            break
        apart = (abs(along_m - other) for other in taken.get(ring, ()))
        if ring < 0 or all(min(gap, ring_m - gap) >= APART_M for gap in apart):
            kept.append(row)
            taken.setdefault(ring, []).append(along_m)
    return frame.iloc[kept]


def _closing(frame: pd.DataFrame, gains: Gains, services: tuple[str, ...]) -> list[str]:
    """Name the gaps of each row that close, as ``estate@service``."""
    closing = []
    for row, ids in zip(frame.index, frame[["estate_id", "other_id"]].to_numpy(object), strict=True):
        sides = zip(ids, (gains.here[row], gains.there[row]), strict=True)
        closing.append(";".join(f"{one}@{services[column]}" for one, near in sides for column in np.flatnonzero(near)))
    return closing


def _helped(person_minutes: Floats, services: tuple[str, ...]) -> list[str]:
    """Name the services of each row that come nearer, the one that gains most first."""
    order = np.argsort(-person_minutes, axis=1, kind="stable")
    return [
        ";".join(services[column] for column in columns if minutes[column] > 0)
        for columns, minutes in zip(order.tolist(), person_minutes, strict=True)
    ]
