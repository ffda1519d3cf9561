"""The walks of a town: from each estate to the nearest facility of each service, and to all that is in reach."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from data.standards.model import Standard
from geo.access.inside import OwnGround
from geo.streets.graph import Graph, Pace, build_graph, cost_matrix
from geo.streets.network import Network, insert_points
from geo.walking.carry_over import carry_ranks, same_nodes
from geo.walking.walk_times import Doors, Nearest, Pairs, nearest_targets, pairs_within

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Names = npt.NDArray[np.object_]

COMMON_PROFILE = "adult"
US_PER_MINUTE = 60_000_000
# Facilities are listed up to this far, whatever the standard asks.
LISTED_MINUTES = 30.0
DIRECT = -1


@dataclass(frozen=True)
class Ends:
    """Hold what walks begin and end at.

    Parameters
    ----------
    estate_ids, facility_ids : array of str
        Owners of the access points, in the order of the rows of the results.
    services : array of str
        Service of each facility.
    own : OwnGround
        Facilities that lie in an estate.
    """

    estate_ids: Names
    facility_ids: Names
    services: Names
    own: OwnGround


@dataclass(frozen=True)
class WalkLimits:
    """Hold the limits of the walks.

    Parameters
    ----------
    service_minutes : mapping of str to float
        Limit of each service that is assessed.
    reach_minutes : float
        Limit between estates of one cluster.
    """

    service_minutes: Mapping[str, float]
    reach_minutes: float


@dataclass(frozen=True)
class ProfileWalks:
    """Hold the walks at one pace.

    Parameters
    ----------
    pace : Pace
        The pace.
    services : tuple of str
        Services that are walked to at it.
    origins, targets : Doors
        Estates and facilities; an entry per access point of each.
    origin_row, target_row : array of int
        Row of the access points that each entry is.
    nearest : Nearest
        Over the network, one group per service; what lies in the estate itself is left out.
    pairs : Pairs
        Estates and facilities of these services up to the greatest limit.
    """

    pace: Pace
    services: tuple[str, ...]
    origins: Doors
    targets: Doors
    origin_row: Ints
    target_row: Ints
    nearest: Nearest
    pairs: Pairs


@dataclass(frozen=True)
class Walks:
    """Hold the walks from the estates.

    Parameters
    ----------
    services : tuple of str
        Services with any facility, sorted; the columns of ``cost_us`` and ``facility``.
    cost_us : array of float, shape (estates, services)
        Microseconds to the nearest facility, infinite when none is reached.
    walk_m : array of float, shape (estates, services)
        Metres of that walk, NaN when none is reached.
    facility : array of int, shape (estates, services)
        Row of that facility, -1 when none is reached.
    within : mapping of str to Pairs
        By service that is assessed: estates and facilities (rows) whose walk stays within its limit.
    paces : mapping of str to Pace
        By profile.
    reach : Pairs
        Estates whose walk to each other, gate to gate, stays within the limit for clusters.
    """

    services: tuple[str, ...]
    cost_us: Floats
    walk_m: Floats
    facility: Ints
    within: Mapping[str, Pairs]
    paces: Mapping[str, Pace]
    reach: Pairs


@dataclass(frozen=True)
class Sweeps:
    """Hold what the walks were found with, so that they can be traced and repaired.

    Parameters
    ----------
    graph : Graph
        What was walked on.
    by_profile : mapping of str to ProfileWalks
        The walks by profile.
    door : array of int, shape (estates, services)
        Row of the access points that the walk leaves by, -1 when the facility lies in the estate or none is reached.
    facility_ids : array of str
        The facilities, in the order of their rows.
    """

    graph: Graph
    by_profile: Mapping[str, ProfileWalks]
    door: Ints
    facility_ids: Names


def profile_paces(standard: Standard) -> dict[str, Pace]:
    """Turn the walking profiles that a standard uses, such as 1,000 m in 15 min, into paces."""
    used = {COMMON_PROFILE, *(service.profile for service in standard.services)}
    return {
        key: Pace(
            us_per_mm=profile.minutes * 60_000.0 / profile.metres,
            steps=profile.steps,
            slope=profile.slope,
            max_grade=np.inf if profile.max_grade is None else profile.max_grade,
        )
        for key, profile in sorted(standard.profiles.items())
        if key in used
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
    ends: Ends,
    standard: Standard,
    limits: WalkLimits,
    earlier: Sweeps | None = None,
) -> tuple[Walks, Sweeps]:
    """Walk from every estate to every service.

    Parameters
    ----------
    network : Network
        The network.
    access : GeoDataFrame
        Columns as ``Plan.access_points``.
    ends : Ends
        Estates and facilities.
    standard : Standard
        Walking profiles, and which profile each service is walked with.
    limits : WalkLimits
        The limits.
    earlier : Sweeps, optional
        Those of the town before an edit; they are mended instead of made anew, where that is less work.

    Returns
    -------
    Walks
        The walks; their metres are those on the level that take as long.
    Sweeps
        What they were found with.
    """
    edge = access["edge"].to_numpy(np.int64)
    split, node = insert_points(network, edge=edge, position_mm=access["position_mm"].to_numpy(np.int64))
    graph = build_graph(split)
    walker = _Walker(graph, access, node, network.private[edge], network.ground[edge], ends)
    same = np.zeros(0, np.int64) if earlier is None else same_nodes(earlier.graph, after=graph)
    services = tuple(sorted(set(ends.services)))
    profiles = service_profiles(standard, services=services)
    paces = profile_paces(standard)
    by_profile = {}
    for profile, pace in paces.items():
        mine = tuple(service for service in services if profiles[service] == profile)
        minutes = max([LISTED_MINUTES, *(limits.service_minutes.get(service, 0.0) for service in mine)])
        bounds = None if earlier is None else _carried(earlier, profile, mine, ends.facility_ids, same)
        by_profile[profile] = walker.walk(pace, mine, minutes, bounds)
    cost, facility, door = _gather(by_profile, services, ends)
    us_per_m = np.array([paces[profiles[service]].us_per_mm for service in services]) * 1000
    level_m = np.where(np.isfinite(cost), cost, np.nan) / us_per_m
    within = {
        service: _select(by_profile[profiles[service]].pairs, ends.services == service, limits.service_minutes[service])
        for service in services
        if service in limits.service_minutes
    }
    reach = walker.reach(paces[COMMON_PROFILE], limits.reach_minutes)
    walks = Walks(services, cost, level_m, facility, within, paces, reach)
    return walks, Sweeps(graph, by_profile, door, ends.facility_ids)


def _carried(
    earlier: Sweeps, profile: str, services: tuple[str, ...], facility_ids: Names, same: Ints
) -> Floats | None:
    """Return what earlier sweeps at the same pace tell of the services, infinite where they tell nothing."""
    of = earlier.by_profile.get(profile)
    if of is None:
        return None
    counts = of.nearest.count, max(len(facility_ids), 1)
    found = carry_ranks(of.nearest.rank, counts=counts, targets=(earlier.facility_ids, facility_ids), node=same)
    bounds = np.full((len(services), len(same)), np.inf)
    for row, service in enumerate(services):
        if service in of.services:
            bounds[row] = found[of.services.index(service)]
    return bounds


@dataclass(frozen=True)
class _Walker:
    """Hold what all profiles walk on; ``node``, ``private`` and ``ground`` have one entry per access point."""

    graph: Graph
    access: gpd.GeoDataFrame
    node: Ints
    private: npt.NDArray[np.bool_]
    ground: Ints
    ends: Ends

    def walk(self, pace: Pace, services: tuple[str, ...], minutes: float, bounds: Floats | None) -> ProfileWalks:
        """Walk to some services at one pace."""
        matrix = cost_matrix(self.graph, pace=pace)
        origins, origin_row = self._doors("estate", pace, inside=True)
        targets, target_row = self._doors("facility", pace, inside=False)
        column = {service: i for i, service in enumerate(services)}
        groups = np.array([column.get(service, -1) for service in self.ends.services], np.int64)
        nearest = nearest_targets(matrix, origins=origins, targets=targets, groups=groups, bounds=bounds)
        asked = np.isin(targets.owner, np.flatnonzero(groups >= 0))
        some = Doors(targets.owner[asked], targets.node[asked], targets.cost_us[asked], targets.count)
        pairs = self._pairs(matrix, (origins, some), pace, minutes)
        pairs = _with_own(pairs, self.ends.own, _own_us(self.ends.own, pace), groups >= 0, minutes)
        return ProfileWalks(pace, services, origins, targets, origin_row, target_row, nearest, pairs)

    def reach(self, pace: Pace, minutes: float) -> Pairs:
        """Return the pairs of estates within reach of each other, gate to gate."""
        matrix = cost_matrix(self.graph, pace=pace)
        leaving, _ = self._doors("estate", pace, inside=False)
        arriving = self._doors("estate", pace, inside=False, arriving=True)[0]
        return self._pairs(matrix, (leaving, arriving), pace, minutes)

    def _doors(self, owner: str, pace: Pace, *, inside: bool, arriving: bool = False) -> tuple[Doors, Ints]:
        """Return the nodes of the access points of one kind of owner, sorted by owner, and the rows they are."""
        ids = self.ends.estate_ids if owner == "estate" else self.ends.facility_ids
        row_of = {identifier: row for row, identifier in enumerate(ids)}
        mine = np.flatnonzero((self.access["owner"] == owner).to_numpy())
        rows = self.access["owner_id"].iloc[mine].map(row_of).to_numpy(np.int64)
        length_mm = self.access["connector_mm"].to_numpy(float)[mine]
        if inside:
            length_mm = length_mm + np.rint(np.nan_to_num(self.access["inside_m"].to_numpy(float)[mine]) * 1000)
        cost = np.rint(length_mm * pace.us_per_mm).astype(np.int64)
        place = self.graph.arriving if arriving or owner == "facility" else self.graph.leaving
        node = place(self.node[mine], private=self.private[mine], ground=self.ground[mine])
        order = np.lexsort((node, rows))
        return Doors(rows[order], node[order], cost[order], len(ids)), mine[order]

    def _pairs(self, matrix: csr_array, doors: tuple[Doors, Doors], pace: Pace, minutes: float) -> Pairs:
        return pairs_within(
            matrix,
            xy=self.graph.xy,
            origins=doors[0],
            targets=doors[1],
            limit_us=minutes * US_PER_MINUTE,
            metres_per_us=1 / (1000 * pace.us_per_mm),
        )


def _own_us(own: OwnGround, pace: Pace) -> Ints:
    return np.rint(np.rint(np.nan_to_num(own.away_m) * 1000) * pace.us_per_mm).astype(np.int64)


def _with_own(pairs: Pairs, own: OwnGround, cost_us: Ints, asked: npt.NDArray[np.bool_], minutes: float) -> Pairs:
    """Add the pairs of an estate and a facility in it; the nearer way counts."""
    near = asked[own.facility] & (cost_us <= minutes * US_PER_MINUTE)
    origin = np.concatenate([pairs.origin, own.estate[near]])
    target = np.concatenate([pairs.target, own.facility[near]])
    cost = np.concatenate([pairs.cost_us, cost_us[near]])
    order = np.lexsort((cost, target, origin))
    origin, target, cost = origin[order], target[order], cost[order]
    first = np.append(True, (origin[1:] != origin[:-1]) | (target[1:] != target[:-1]))[: len(origin)]
    return Pairs(origin[first], target[first], cost[first])


def _gather(by_profile: Mapping[str, ProfileWalks], services: tuple[str, ...], ends: Ends) -> tuple[Floats, Ints, Ints]:
    """Put the profiles together; what lies in the estate itself counts where it is nearer."""
    cost = np.full((len(ends.estate_ids), len(services)), np.inf)
    facility, door = np.full(cost.shape, -1, np.int64), np.full(cost.shape, DIRECT, np.int64)
    for walks in by_profile.values():
        own_us = _own_us(ends.own, walks.pace)
        for group, service in enumerate(walks.services):
            column, found = services.index(service), walks.nearest
            cost[:, column], facility[:, column] = found.cost_us[:, group], found.target[:, group]
            left = found.door[:, group]
            door[:, column] = np.where(left >= 0, np.append(walks.origin_row, DIRECT)[left], DIRECT)
            mine = np.flatnonzero(ends.services[ends.own.facility] == service)
            order = mine[np.lexsort((ends.own.facility[mine], own_us[mine], ends.own.estate[mine]))]
            estate, first = np.unique(ends.own.estate[order], return_index=True)
            best, row = own_us[order[first]], ends.own.facility[order[first]]
            known = cost[estate, column]
            nearer = (best < known) | ((best == known) & (row < facility[estate, column]))
            cost[estate[nearer], column] = best[nearer]
            facility[estate[nearer], column], door[estate[nearer], column] = row[nearer], DIRECT
    return cost, facility, door


def _select(pairs: Pairs, target_kept: npt.NDArray[np.bool_], minutes: float) -> Pairs:
    keep = target_kept[pairs.target] & (pairs.cost_us <= minutes * US_PER_MINUTE)
    return Pairs(pairs.origin[keep], pairs.target[keep], pairs.cost_us[keep])
