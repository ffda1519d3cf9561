"""The walks of a town: from each estate to the nearest facility of each service, and to all that is in reach."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from data.standards.model import Standard
from geo.network import Network, cost_matrix, insert_points
from geo.walk_times import Doors, Pairs, nearest_targets, pairs_within

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

COMMON_PROFILE = "adult"


@dataclass(frozen=True)
class Pace:
    """Hold the pace of a walking profile.

    Parameters
    ----------
    us_per_mm : float
        Microseconds for a millimetre on the level.
    steps : float
        How many times slower steps are.
    """

    us_per_mm: float
    steps: float


@dataclass(frozen=True)
class Walks:
    """Hold the walks from the estates.

    Parameters
    ----------
    services : tuple of str
        Services with any facility, sorted; the columns of ``cost_us`` and ``facility``.
    cost_us : array of float, shape (estates, services)
        Microseconds to the nearest facility, infinite when none is reached.
    facility : array of int, shape (estates, services)
        Row of that facility, -1 when none is reached.
    within : mapping of str to Pairs
        By service: estates and facilities (rows) whose walk stays within the limit of the service.
    paces : mapping of str to Pace
        By profile.
    reach : Pairs
        Estates whose walk to each other stays within the limit for clusters.
    """

    services: tuple[str, ...]
    cost_us: Floats
    facility: Ints
    within: Mapping[str, Pairs]
    paces: Mapping[str, Pace]
    reach: Pairs


@dataclass(frozen=True)
class WalkLimits:
    """Hold the limits of the walks.

    Parameters
    ----------
    service_minutes : mapping of str to float
        Limit of each service that is assessed.
    reach_minutes : float
        Limit between estates of one cluster.
    steps_pace : float
        How many times slower steps are.
    """

    service_minutes: Mapping[str, float]
    reach_minutes: float
    steps_pace: float


def profile_paces(standard: Standard, *, steps_pace: float) -> dict[str, Pace]:
    """Turn the walking profiles of a standard, such as 1,000 m in 15 min, into paces."""
    return {
        key: Pace(minutes * 60_000.0 / metres, steps_pace)
        for key, (metres, minutes) in sorted(standard.profiles.items())
    }


def service_profiles(standard: Standard, *, services: Iterable[str]) -> dict[str, str]:
    """Return the profile of each service; one that the standard does not list is walked to at the pace of an adult."""
    listed = {service.key: service.profile for service in standard.services}
    return {service: listed.get(service, COMMON_PROFILE) for service in services}


def shown_minutes(cost_us: Floats) -> Floats:
    """Turn costs into minutes of two decimals, rounded up: a walk over the limit never shows as within it.

    Parameters
    ----------
    cost_us : array of float
        Whole microseconds, infinite when out of reach.

    Returns
    -------
    array of float
        Minutes, NaN when out of reach.
    """
    hundredths = np.ceil(np.where(np.isfinite(cost_us), cost_us, np.nan) / 600_000)
    minutes: Floats = hundredths / 100
    return minutes


def walk_town(
    network: Network,
    *,
    access: gpd.GeoDataFrame,
    estate_ids: npt.NDArray[np.object_],
    facilities: gpd.GeoDataFrame,
    standard: Standard,
    limits: WalkLimits,
) -> Walks:
    """Walk from every estate to every service.

    Parameters
    ----------
    network : Network
        The network.
    access : GeoDataFrame
        Columns as ``Plan.access_points``.
    estate_ids : array of str
        Estates in the order of the rows of the result.
    facilities : GeoDataFrame
        ``facility_id``, ``service``.
    standard : Standard
        Walking profiles, and which profile each service is walked with.
    limits : WalkLimits
        The limits.

    Returns
    -------
    Walks
        The walks.
    """
    split, node = insert_points(
        network, edge=access["edge"].to_numpy(np.int64), position_mm=access["position_mm"].to_numpy(np.int64)
    )
    facility_ids = facilities["facility_id"].to_numpy()
    owners = {"estate": estate_ids, "facility": facility_ids}
    paces = profile_paces(standard, steps_pace=limits.steps_pace)
    services = tuple(sorted(facilities["service"].unique()))
    profiles = service_profiles(standard, services=services)
    column = {service: i for i, service in enumerate(services)}
    group = facilities["service"].map(column).to_numpy(np.int64)
    cost_us = np.full((len(estate_ids), len(services)), np.inf)
    facility = np.full(cost_us.shape, -1, np.int64)
    within: dict[str, Pairs] = {}
    for profile, pace in paces.items():
        matrix = cost_matrix(split, us_per_mm=pace.us_per_mm, steps_pace=pace.steps)
        doors = {name: _doors(access, node, (name, ids), pace) for name, ids in owners.items()}
        mine = [column[service] for service in services if profiles[service] == profile]
        found = nearest_targets(matrix, origins=doors["estate"], targets=doors["facility"], groups=_only(group, mine))
        for place, service in enumerate(mine):
            cost_us[:, service], facility[:, service] = found[0][:, place], found[1][:, place]
        asked = {
            service: limits.service_minutes[service]
            for service in services
            if column[service] in mine and service in limits.service_minutes
        }
        pairs = _pairs(split, matrix, doors, pace, max(asked.values(), default=0.0))
        within |= {service: _select(pairs, group == column[service], minutes) for service, minutes in asked.items()}
    reach = _reach(split, access, node, estate_ids, paces, limits.reach_minutes)
    return Walks(services, cost_us, facility, within, paces, reach)


def _doors(access: gpd.GeoDataFrame, node: Ints, owner: tuple[str, npt.NDArray[np.object_]], pace: Pace) -> Doors:
    """Return the nodes of the access points of one kind of owner, sorted by owner."""
    name, ids = owner
    row_of = {identifier: row for row, identifier in enumerate(ids)}
    mine = np.flatnonzero((access["owner"] == name).to_numpy())
    rows = access["owner_id"].iloc[mine].map(row_of).to_numpy(np.int64)
    cost = np.rint(access["connector_mm"].to_numpy(np.int64)[mine] * pace.us_per_mm).astype(np.int64)
    order = np.lexsort((node[mine], rows))
    return Doors(rows[order], node[mine][order], cost[order], len(ids))


def _only(group: Ints, kept: list[int]) -> Ints:
    """Turn the kept groups into 0..k-1 in their order, and all others into -1."""
    place = np.full(int(group.max(initial=0)) + 1, -1, np.int64)
    place[kept] = np.arange(len(kept))
    return place[group]


def _pairs(network: Network, matrix: csr_array, doors: Mapping[str, Doors], pace: Pace, minutes: float) -> Pairs:
    return pairs_within(
        matrix,
        xy=np.column_stack([network.x, network.y]),
        origins=doors["estate"],
        targets=doors["facility"],
        limit_us=minutes * 60_000_000,
        metres_per_us=1 / (1000 * pace.us_per_mm),
    )


def _select(pairs: Pairs, target_kept: npt.NDArray[np.bool_], minutes: float) -> Pairs:
    keep = target_kept[pairs.target] & (pairs.cost_us <= minutes * 60_000_000)
    return Pairs(pairs.origin[keep], pairs.target[keep], pairs.cost_us[keep])


def _reach(
    network: Network,
    access: gpd.GeoDataFrame,
    node: Ints,
    estate_ids: npt.NDArray[np.object_],
    paces: Mapping[str, Pace],
    minutes: float,
) -> Pairs:
    """Return the pairs of estates within reach of each other, at the pace of an adult."""
    pace = paces[COMMON_PROFILE]
    matrix = cost_matrix(network, us_per_mm=pace.us_per_mm, steps_pace=pace.steps)
    estates = _doors(access, node, ("estate", estate_ids), pace)
    return _pairs(network, matrix, {"estate": estates, "facility": estates}, pace, minutes)
