"""Whether the data can carry the conclusions: missing estates, assumed access, loose ends."""

import math
from collections.abc import Iterator, Sequence

import geopandas as gpd
import numpy as np
import shapely

from data.inputs import GIVEN_GATE
from data.problems import Problem, note, warning
from geo.access.access_points import ENTRANCE_REACH_M, sealed
from geo.access.connection import Connection
from geo.access.doors import open_lines, owners_of
from geo.access.snap_health import KEYS, away_m, share_across_streets, snap_distances
from geo.judgement.gaps import Question
from geo.streets.network import Network
from geo.streets.shut_gates import GATE_REACH_M
from geo.streets.snapping import snap_nearest

AROUND_ESTATES_M = 300.0
# Of the streets of a well mapped city at least half lie near a mapped estate.
FAR_STREETS_SHARE = 0.5
STREETS = ("residential", "living_street", "tertiary", "secondary", "unclassified")
ASSUMED_SHARE = 0.5
MEDIAN_CONNECTOR_M = 50.0
# A main street runs through few estates, unless one of the layers is shifted.
ACROSS_SHARE = 0.15
LEAST_FAULTY = 3


def far_streets_share(estates: gpd.GeoDataFrame, *, ways: gpd.GeoDataFrame) -> float:
    """Work out which share of the town's streets has no mapped estate near it.

    Parameters
    ----------
    estates : GeoDataFrame
        Polygons, metres.
    ways : GeoDataFrame
        ``highway``, ``length_mm``, lines.

    Returns
    -------
    float
        0..1 by length; NaN when there is no street. A high share says that estates are missing from the data.
    """
    streets = ways[ways["highway"].isin(STREETS)]
    if streets.empty:
        return float("nan")
    middle = shapely.line_interpolate_point(streets.geometry.to_numpy(), 0.5, normalized=True)
    near = np.unique(
        shapely.STRtree(estates.geometry.to_numpy()).query(middle, predicate="dwithin", distance=AROUND_ESTATES_M)[0]
    )
    length = streets["length_mm"].to_numpy(float)
    return float(1 - length[near].sum() / length.sum())


def check_estates(estates: gpd.GeoDataFrame, *, ways: gpd.GeoDataFrame) -> tuple[Problem, ...]:
    """Tell that estates are missing from data that should hold all of them.

    Parameters
    ----------
    estates, ways : GeoDataFrame
        As for :func:`far_streets_share`.

    Returns
    -------
    tuple of Problem
        One warning, or none.
    """
    share = far_streets_share(estates, ways=ways)
    if not share > FAR_STREETS_SHARE:
        return ()
    reach = f"{AROUND_ESTATES_M:.0f}"
    return (warning("estates_thin", value=f"{share:.0%}", count=len(estates), reach=reach),)


def check_completeness(
    questions: Sequence[Question],
    *,
    estates: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    gates: gpd.GeoDataFrame,
    access: Connection,
) -> tuple[Problem, ...]:
    """Tell what the data cannot carry.

    Parameters
    ----------
    questions : sequence of Question
        Services asked about.
    estates, facilities : GeoDataFrame
        Columns as in ``Plan``.
    gates : GeoDataFrame
        Points with ``gate_id``, ``osm_id`` and ``state``.
    access : Connection
        The network and the access points.

    Returns
    -------
    tuple of Problem
        Warnings and notes; none of them stops a run.
    """
    shut_in = frozenset(estates["estate_id"].iloc[sealed(estates, gates=gates)])
    return (
        *_nothing_asked(questions),
        *_unconnected(estates, "estate", access, shut_in),
        *_unconnected(facilities, "facility", access, frozenset()),
        *_guessed(estates, access.points),
        *_shifted(estates, facilities, access),
        *_gates_apart(gates, (estates, facilities), access),
        *_gates_unjoined(gates, estates, access),
        *_unclear(access),
        *_apart(access),
        *_scraps(access.around.network),
        *_left_out(access.points),
    )


def _nothing_asked(questions: Sequence[Question]) -> Iterator[Problem]:
    if not questions:
        yield warning("nothing_assessed")


def _unconnected(
    places: gpd.GeoDataFrame, owner: str, access: Connection, shut_in: frozenset[str]
) -> Iterator[Problem]:
    """Tell of places that are not connected, and why."""
    key, points = f"{owner}_id", access.points
    loose = places[~places[key].isin(points.loc[points["owner"] == owner, "owner_id"])]
    metres_off = away_m(loose.geometry.to_numpy(), around=access.around)
    labels = loose["name"].where(loose["name"].notna(), loose[key])
    limit_m = access.around.max_snap_m
    for identifier, label, metres in zip(loose[key], labels, metres_off, strict=True):
        if identifier in shut_in:
            yield warning("estate_sealed", feature=identifier, value=label)
        elif metres <= limit_m:
            yield warning(f"{owner}_cut_off", feature=identifier, value=label, metres=f"{metres:.0f}")
        else:
            # Rounded up, so that it never shows as within the limit.
            told_m = str(math.ceil(metres)) if math.isfinite(metres) else "—"
            told = {"metres": told_m, "limit": f"{limit_m:g}"}
            yield warning(f"{owner}_unconnected", feature=identifier, value=label, **told)


def _guessed(estates: gpd.GeoDataFrame, points: gpd.GeoDataFrame) -> Iterator[Problem]:
    """Tell of guessed access."""
    mine = points[points["owner"] == "estate"]
    assumed = mine.loc[mine["kind"] == "assumed", "owner_id"].nunique() / max(len(estates), 1)
    if assumed > ASSUMED_SHARE:
        yield warning("access_assumed", value=f"{assumed:.0%}")


def _shifted(estates: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame, access: Connection) -> Iterator[Problem]:
    """Tell of layers that do not fit the network, as if they were in another coordinate system."""
    for code, owner, places in (("layers_shifted", "estate", estates), ("facilities_shifted", "facility", facilities)):
        metres = snap_distances(places, owner=owner, points=access.points, around=access.around)
        loose = ~places[KEYS[owner]].isin(access.points.loc[access.points["owner"] == owner, "owner_id"])
        # A few places off the network are told one by one; many of them are a fault of the layer.
        metres = metres if loose.sum() >= LEAST_FAULTY else metres[~loose]
        median_m = float(np.median(metres)) if len(metres) else 0.0
        if math.isfinite(median_m) and median_m > MEDIAN_CONNECTOR_M:
            yield warning(code, value=f"{median_m:.0f}")
    count, share = share_across_streets(estates, ways=access.walkways.edges)
    if count >= LEAST_FAULTY and share > ACROSS_SHARE:
        yield warning("estates_across_streets", value=f"{share:.0%}", count=count)


def _gates_apart(
    gates: gpd.GeoDataFrame, places: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame], access: Connection
) -> Iterator[Problem]:
    """Tell of gates that a planner drew and that neither an estate nor a facility has, and that part no way."""
    given = gates[(gates["osm_id"] == GIVEN_GATE) & ~gates["gate_id"].isin(access.around.gate_nodes.index)]
    grounds, grounds_of_facilities = (frame.geometry.to_numpy() for frame in places)
    owned = [
        owners_of(shapes, doors=given, reach_m=reach_m)[0]
        for shapes, reach_m in ((grounds, GATE_REACH_M), (grounds_of_facilities, ENTRANCE_REACH_M))
    ]
    alone = given.drop(index=given.index[np.unique(np.concatenate(owned))])
    (row, _), metres = shapely.STRtree(shapely.boundary(grounds)).query_nearest(
        alone.geometry.to_numpy(), return_distance=True, all_matches=False
    )
    for gate_id, off_m in zip(alone["gate_id"].iloc[row], metres, strict=True):
        told = {"metres": str(math.ceil(off_m)), "limit": f"{GATE_REACH_M:g}"}
        yield warning("gate_apart", feature=gate_id, value=gate_id, **told)


def _gates_unjoined(gates: gpd.GeoDataFrame, estates: gpd.GeoDataFrame, access: Connection) -> Iterator[Problem]:
    """Tell of gates of estates that a planner drew, that let people through and that no way leads to."""
    around = access.around
    drawn = gates[(gates["osm_id"] < 0) & (gates["state"] != "closed")]
    of_estates = np.unique(owners_of(estates.geometry.to_numpy(), doors=drawn, reach_m=GATE_REACH_M)[0])
    asked = drawn.iloc[of_estates]
    asked = asked[~asked["gate_id"].isin([*access.points["gate_id"].dropna(), *around.gate_nodes.index])]
    snaps = snap_nearest(
        asked.geometry.to_numpy(),
        lines=open_lines(around),
        barriers=around.barriers,
        own_walls=around.walls,
        max_m=around.max_snap_m,
    )
    for gate_id in asked["gate_id"].drop(index=asked.index[snaps.row]):
        yield warning("gate_unjoined", feature=gate_id, value=gate_id, metres=f"{around.max_snap_m:g}")


def _unclear(access: Connection) -> Iterator[Problem]:
    for gate_id in access.unclear:
        yield warning("gate_unclear", feature=gate_id, value=gate_id)


def _apart(access: Connection) -> Iterator[Problem]:
    """Tell that places lie on parts of the network between which no way leads."""
    network, points = access.around.network, access.points
    apart = network.used & ~network.private & (network.component > 0)
    apart &= ~np.isin(network.component, _behind_gates(network))
    there = points[apart[points["edge"].to_numpy(np.int64)]]
    if len(there):
        counts = there.groupby("owner")["owner_id"].nunique()
        yield warning(
            "network_apart",
            value=len(np.unique(network.component[apart])),
            km=f"{network.length_mm[apart].sum() / 1e6:.1f}",
            estates=int(counts.get("estate", 0)),
            facilities=int(counts.get("facility", 0)),
        )


def _scraps(network: Network) -> Iterator[Problem]:
    scrap = ~network.used & ~np.isin(network.component, _behind_gates(network))
    if scrap.any():
        count = len(np.unique(network.component[scrap]))
        km = network.length_mm[scrap].sum() / 1e6
        yield note("network_scraps", value=count, km=f"{km:.1f}")


def _left_out(points: gpd.GeoDataFrame) -> Iterator[Problem]:
    """Tell how many estates have no known building, so that their walks start at the gate."""
    known = points[points["owner"] == "estate"].groupby("owner_id")["inside_m"].count()
    if (known == 0).any():
        yield note("inside_left_out", value=int((known == 0).sum()))


def _behind_gates(network: Network) -> np.ndarray:
    """Return the components that a gate cuts off: a place that was parted has more than one node."""
    places, count = np.unique(network.place[network.place >= 0], return_counts=True)
    cut = np.isin(network.place, places[count > 1])
    return np.unique(network.component[cut[network.u] | cut[network.v]])
