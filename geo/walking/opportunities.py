"""What follows from the pairs in reach: how many facilities, for how many people, with how much room, which next."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.walking.walk_times import Pairs

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

WITHIN_MINUTES = (5, 10, 15)
ZONE_WEIGHTS = (1.0, 0.68, 0.22)


@dataclass(frozen=True)
class Served:
    """Hold what each facility serves.

    Parameters
    ----------
    total : array of float, shape (k, targets)
        Sum over the estates in reach that have the figure; 0 when no estate is in reach, NaN when none of those in
        reach has it.
    unknown : array of int, shape (k, targets)
        Estates in reach that do not have the figure.
    """

    total: Floats
    unknown: Ints


@dataclass(frozen=True)
class Catchment:
    """Hold the floating catchments.

    Parameters
    ----------
    access : array of float, shape (origins,)
        Capacity per unit of demand at each origin: 0 when it reaches no target, NaN when it reaches only targets
        whose ratio is not known.
    ratio : array of float, shape (targets,)
        Capacity per unit of weighted demand at each target; NaN without a recorded capacity, without demand in reach,
        or when the demand of an origin in reach is not known.
    """

    access: Floats
    ratio: Floats


def count_within(pairs: Pairs, *, group: Ints, groups: int, origins: int, limits_us: tuple[int, ...]) -> Ints:
    """Count the targets of each group within each limit.

    Parameters
    ----------
    pairs : Pairs
        Pairs up to the greatest limit at least.
    group : array of int, shape (targets,)
        Group of each target, 0..groups-1; targets of a negative group are not counted.
    groups, origins : int
        Number of groups and of origins.
    limits_us : tuple of int
        Limits in microseconds, ascending; a walk of exactly the limit is within.

    Returns
    -------
    array of int, shape (origins, groups, limits)
        Targets within the limit.
    """
    column = group[pairs.target]
    step = np.searchsorted(np.array(limits_us), pairs.cost_us, side="left")
    counted = (column >= 0) & (step < len(limits_us))
    place = (pairs.origin * groups + column) * len(limits_us) + step
    counts = np.bincount(place[counted], minlength=origins * groups * len(limits_us))
    within: Ints = counts.reshape(origins, groups, len(limits_us)).cumsum(axis=2)
    return within


def served(pairs: Pairs, *, weights: Floats, targets: int, limit_us: Floats | Ints) -> Served:
    """Add up people, households or the like over the estates in reach of each facility.

    Parameters
    ----------
    pairs : Pairs
        Pairs up to the greatest limit at least.
    weights : array of float, shape (k, origins)
        One row per figure; NaN where nobody knows it.
    targets : int
        Number of facilities.
    limit_us : array, shape (targets,)
        Limit of each facility in microseconds; a walk of exactly the limit is within. NaN serves nobody.

    Returns
    -------
    Served
        The sums, and how many estates in reach are missing from them.
    """
    within = pairs.cost_us <= limit_us[pairs.target]
    origin, target = pairs.origin[within], pairs.target[within]
    total, unknown = np.zeros((len(weights), targets)), np.zeros((len(weights), targets), np.int64)
    reached = np.bincount(target, minlength=targets)
    for row, weight in enumerate(weights):
        missing = np.isnan(weight)
        total[row] = np.bincount(target, weights=np.where(missing, 0.0, weight)[origin], minlength=targets)
        unknown[row] = np.bincount(target[missing[origin]], minlength=targets)
    total[(unknown == reached) & (unknown > 0)] = np.nan
    return Served(total, unknown)


def floating_catchment(
    pairs: Pairs,
    *,
    supply: Floats,
    demand: Floats,
    zones_us: tuple[int, ...],
    weights: tuple[float, ...] = ZONE_WEIGHTS,
) -> Catchment:
    """Share out the capacity of each target among the origins in reach: enhanced two-step floating catchment area.

    Parameters
    ----------
    pairs : Pairs
        Walks from origin to target, up to the last zone at least.
    supply : array of float, shape (targets,)
        Capacity; NaN when none is recorded, and such a target takes no part.
    demand : array of float, shape (origins,)
        People; an origin of unknown demand (NaN) makes the ratio of every target in its reach unknown.
    zones_us : tuple of int
        Outer limits of the zones in microseconds, ascending; a walk of exactly the limit is within.
    weights : tuple of float
        Weight of each zone.

    Returns
    -------
    Catchment
        Access of the origins and ratios of the targets.

    Notes
    -----
    Luo, W. and Qi, Y. (2009), An enhanced two-step floating catchment area (E2SFCA) method for measuring spatial
    accessibility to primary care physicians, Health & Place 15(4), 1100-1107. The weights are the paper's, of a
    Gaussian decay over three zones of equal width; its zones are drives, those of a walk of 5, 10 and 15 minutes are
    taken in their stead. What the origins get, access times demand, adds up to the capacity of the targets that have
    any demand in reach.
    """
    zone = np.searchsorted(np.array(zones_us), pairs.cost_us, side="left")
    near = zone < len(zones_us)
    origin, target = pairs.origin[near], pairs.target[near]
    weight = np.array(weights)[zone[near]]
    crowd = np.bincount(target, weights=weight * demand[origin], minlength=len(supply))
    ratio = np.full(len(supply), np.nan)
    np.divide(supply, crowd, out=ratio, where=crowd > 0)
    known = ~np.isnan(ratio[target])
    shares = (weight * ratio[target])[known]
    access = np.bincount(origin[known], weights=shares, minlength=len(demand)).astype(np.float64)
    only_unknown = np.bincount(origin, minlength=len(demand)) > 0
    only_unknown[origin[known]] = False
    access[only_unknown] = np.nan
    return Catchment(access, ratio)


def catchments(
    pairs: Pairs, *, group: Ints, groups: int, supply: Floats, demand: Floats, zones_us: tuple[int, ...]
) -> Floats:
    """Work out the access of each origin to the targets of each group; see :func:`floating_catchment`.

    Parameters
    ----------
    pairs : Pairs
        Walks from origin to target, up to the last zone at least.
    group : array of int, shape (targets,)
        Group of each target, 0..groups-1; targets of a negative group take no part.
    groups : int
        Number of groups.
    supply, demand, zones_us : array, array, tuple
        As for :func:`floating_catchment`.

    Returns
    -------
    array of float, shape (origins, groups)
        Capacity of the group per unit of demand.
    """
    column = group[pairs.target]
    take = column >= 0
    # Each origin stands once per group, so that one pass serves all groups.
    apart = Pairs(pairs.origin[take] * groups + column[take], pairs.target[take], pairs.cost_us[take])
    found = floating_catchment(apart, supply=supply, demand=np.repeat(demand, groups), zones_us=zones_us)
    return found.access.reshape(len(demand), groups)


def nearest_ranked(pairs: Pairs, *, group: Ints, groups: int, ranks: int) -> pd.DataFrame:
    """List the nearest targets of each group for each origin.

    Parameters
    ----------
    pairs : Pairs
        The pairs, sorted by origin and target.
    group : array of int, shape (targets,)
        Group of each target, 0..groups-1; targets of a negative group are left out.
    groups : int
        Number of groups.
    ranks : int
        Most targets per origin and group.

    Returns
    -------
    DataFrame
        Columns ``origin``, ``group``, ``rank`` (1 = nearest), ``target``, ``cost_us`` (int), sorted by the first
        three; of equally near targets the one of the lower row comes first.
    """
    column = group[pairs.target]
    rows = np.flatnonzero(column >= 0)
    place = pairs.origin[rows] * groups + column[rows]
    # The sort is stable and the pairs come sorted by target, so the target settles a tie.
    span = int(pairs.cost_us.max(initial=0)) + 1
    order = np.argsort(place * span + pairs.cost_us[rows], kind="stable")
    rows, place = rows[order], place[order]
    first = np.flatnonzero(np.append(True, np.diff(place) != 0)) if len(rows) else rows
    rank = np.arange(len(rows)) - np.repeat(first, np.diff(np.append(first, len(rows)))) + 1
    rows, rank = rows[rank <= ranks], rank[rank <= ranks]
    target = pairs.target[rows]
    return pd.DataFrame(
        {
            "origin": pairs.origin[rows],
            "group": group[target],
            "rank": rank,
            "target": target,
            "cost_us": pairs.cost_us[rows],
        }
    )


def opportunity_table(
    estate_ids: npt.NDArray[np.object_], *, services: tuple[str, ...], within: Ints, access: Floats
) -> pd.DataFrame:
    """Lay out counts and catchments as a table.

    Parameters
    ----------
    estate_ids : array of str, shape (n,)
        The estates.
    services : tuple of str
        The services that have any facility.
    within : array of int, shape (n, services, 3)
        Facilities within 5, 10 and 15 minutes.
    access : array of float, shape (n, services)
        Capacity per person, NaN when not known.

    Returns
    -------
    DataFrame
        Columns as ``Plan.opportunities``, one row per estate and service, in the order given.
    """
    frame = pd.DataFrame(
        {
            "estate_id": np.repeat(np.asarray(estate_ids, object), len(services)),
            "service": np.tile(np.array(services, object), len(estate_ids)),
        }
    )
    counts = within.reshape(len(frame), len(WITHIN_MINUTES))
    columns = {f"within_{minutes}": counts[:, place] for place, minutes in enumerate(WITHIN_MINUTES)}
    return frame.assign(**columns, per_1000=(access * 1000).round(3).reshape(-1))
