"""Whether the data can carry the conclusions: thin layers, missing estates, assumed access, loose ends."""

import math
from collections.abc import Iterator, Sequence

import geopandas as gpd
import numpy as np
import shapely

from data.problems import Problem, note, warning
from geo.access.access_points import sealed
from geo.access.connection import Connection
from geo.access.doors import Surroundings, open_lines
from geo.judgement.gaps import Question
from geo.streets.network import Network

AROUND_ESTATES_M = 300.0
# Of the streets of a well mapped city at least half lie near a mapped estate.
FAR_STREETS_SHARE = 0.5
STREETS = ("residential", "living_street", "tertiary", "secondary", "unclassified")
ASSUMED_SHARE = 0.5
MEDIAN_CONNECTOR_M = 50.0


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
        *_thin_layers(questions, facilities),
        *_unconnected(estates, "estate", access, shut_in),
        *_unconnected(facilities, "facility", access, frozenset()),
        *_guessed(estates, access.points),
        *_unclear(access),
        *_apart(access),
        *_scraps(access.around.network),
        *_left_out(access.points),
    )


def _nothing_asked(questions: Sequence[Question]) -> Iterator[Problem]:
    if not questions:
        yield warning("nothing_assessed")


def _thin_layers(questions: Sequence[Question], facilities: gpd.GeoDataFrame) -> Iterator[Problem]:
    found = facilities["service"].value_counts()
    for question in questions:
        if question.thin:
            count = int(found.get(question.service.key, 0))
            yield warning(
                "service_thin", service=question.service.name, value=count, expected=f"{question.expected:.0f}"
            )


def _unconnected(
    places: gpd.GeoDataFrame, owner: str, access: Connection, shut_in: frozenset[str]
) -> Iterator[Problem]:
    """Tell of places that are not connected, and why."""
    key, points = f"{owner}_id", access.points
    loose = places[~places[key].isin(points.loc[points["owner"] == owner, "owner_id"])]
    away_m = _to_nearest_way(loose.geometry.to_numpy(), access.around)
    labels = loose["name"].where(loose["name"].notna(), loose[key])
    limit_m = access.around.max_snap_m
    for identifier, label, metres in zip(loose[key], labels, away_m, strict=True):
        if identifier in shut_in:
            yield warning("estate_sealed", feature=identifier, value=label)
        elif metres <= limit_m:
            yield warning(f"{owner}_cut_off", feature=identifier, value=label, metres=f"{metres:.0f}")
        else:
            # Rounded up, so that it never shows as within the limit.
            told_m = str(math.ceil(metres)) if math.isfinite(metres) else "—"
            told = {"metres": told_m, "limit": f"{limit_m:g}"}
            yield warning(f"{owner}_unconnected", feature=identifier, value=label, **told)


def _to_nearest_way(places: np.ndarray, around: Surroundings) -> np.ndarray:
    """Return how far each place is from the nearest way that a connection may end on, infinite without any."""
    away_m = np.full(len(places), np.inf)
    tree = shapely.STRtree(open_lines(around))
    (place, _), distance = tree.query_nearest(places, return_distance=True, all_matches=False)
    away_m[place] = distance
    return away_m


def _guessed(estates: gpd.GeoDataFrame, points: gpd.GeoDataFrame) -> Iterator[Problem]:
    """Tell of guessed access, and of layers that may be shifted."""
    mine = points[points["owner"] == "estate"]
    assumed = mine.loc[mine["kind"] == "assumed", "owner_id"].nunique() / max(len(estates), 1)
    if assumed > ASSUMED_SHARE:
        yield warning("access_assumed", value=f"{assumed:.0%}")
    median_m = mine["connector_mm"].median() / 1000
    if median_m > MEDIAN_CONNECTOR_M:
        yield warning("layers_shifted", value=f"{median_m:.0f}")


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
