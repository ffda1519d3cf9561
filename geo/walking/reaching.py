"""What the estates reach: further facilities, how many within how far, and with how much room."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.walking.opportunities import (
    WITHIN_MINUTES,
    catchments,
    count_within,
    nearest_ranked,
    opportunity_table,
    served,
)
from geo.walking.walks import US_PER_MINUTE, Ends, Sweeps, Walks

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Reaching:
    """Hold what follows from all walks in reach.

    Parameters
    ----------
    further : DataFrame
        ``origin``, ``service``, ``rank``, ``target``, ``cost_us``: facilities by nearness.
    opportunities : DataFrame
        Columns as ``Plan.opportunities``.
    """

    further: pd.DataFrame
    opportunities: pd.DataFrame


def what_is_reached(
    walks: Walks, *, sweeps: Sweeps, ends: Ends, people: Floats, capacity: Floats, ranks: int
) -> Reaching:
    """Work out what the estates reach.

    Parameters
    ----------
    walks : Walks
        The walks.
    sweeps : Sweeps
        What they were found with.
    ends : Ends
        Estates and facilities.
    people : array of float, shape (estates,)
        People, NaN where nobody knows.
    capacity : array of float, shape (facilities,)
        Capacity, NaN where none is recorded.
    ranks : int
        How many facilities of a service are listed.

    Returns
    -------
    Reaching
        By estate and service.
    """
    limits = tuple(int(minutes * US_PER_MINUTE) for minutes in WITHIN_MINUTES)
    count = len(ends.estate_ids)
    within = np.zeros((count, len(walks.services), len(limits)), np.int64)
    access = np.full((count, len(walks.services)), np.nan)
    further = []
    for of in sweeps.by_profile.values():
        if not of.services:
            continue
        column = {service: place for place, service in enumerate(of.services)}
        group = np.array([column.get(service, -1) for service in ends.services], np.int64)
        columns = [walks.services.index(service) for service in of.services]
        groups = len(of.services)
        within[:, columns] = count_within(of.pairs, group=group, groups=groups, origins=count, limits_us=limits)
        room = catchments(of.pairs, group=group, groups=groups, supply=capacity, demand=people, zones_us=limits)
        # Of a service without any recorded capacity nothing is known, not even where nothing is in reach.
        recorded = np.bincount(group[(group >= 0) & ~np.isnan(capacity)], minlength=groups) > 0
        access[:, columns] = np.where(recorded, room, np.nan)
        listed = nearest_ranked(of.pairs, group=group, groups=groups, ranks=ranks)
        further.append(listed.assign(service=np.array(of.services, object)[listed["group"]]))
    table = opportunity_table(ends.estate_ids, services=walks.services, within=within, access=access)
    nothing = pd.DataFrame(columns=["origin", "service", "rank", "target", "cost_us"])
    return Reaching(pd.concat(further) if further else nothing, table)


def with_served(facilities: gpd.GeoDataFrame, *, walks: Walks, estates: pd.DataFrame) -> gpd.GeoDataFrame:
    """Add whom each facility serves.

    Parameters
    ----------
    facilities : GeoDataFrame
        The facilities, rows as in the walks.
    walks : Walks
        The walks.
    estates : DataFrame
        ``people``, ``households``, rows as in the walks.

    Returns
    -------
    GeoDataFrame
        With ``people_within`` and ``households_within`` (float): of the estates whose walk stays within the limit of
        the service; NaN for a service that is not assessed.
    """
    figures = ("people", "households")
    weights = estates[list(figures)].to_numpy(float).T
    sums = np.full((len(figures), len(facilities)), np.nan)
    always = np.full(len(facilities), np.inf)
    for service, pairs in walks.within.items():
        mine = (facilities["service"] == service).to_numpy()
        sums[:, mine] = served(pairs, weights=weights, targets=len(facilities), limit_us=always).total[:, mine]
    return facilities.assign(**{f"{name}_within": row for name, row in zip(figures, sums, strict=True)})
