"""How far the sites are from the estates, on foot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from data.inputs import Inputs
from data.standards.model import Standard
from geo.access.access_points import facility_access
from geo.access.connection import Connection
from geo.access.inside import own_ground
from geo.judgement.gaps import Question
from geo.walking.walk_times import Pairs
from geo.walking.walks import US_PER_MINUTE, Ends, WalkLimits, walk_town

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class SiteWalks:
    """Hold the walks between estates and sites.

    Parameters
    ----------
    within : mapping of str to Pairs
        By service: estates and sites (rows) whose walk stays within the limit of the service.
    road_m : array of float, shape (sites,)
        How far each site lies from the way that it is joined to; infinite where none is in reach.
    """

    within: Mapping[str, Pairs]
    road_m: Floats


def walk_to_sites(
    inputs: Inputs, *, access: Connection, estates: gpd.GeoDataFrame, questions: Sequence[Question]
) -> SiteWalks:
    """Walk from every estate to every site, at the pace of the users of each service.

    Parameters
    ----------
    inputs : Inputs
        The layers; the sites are those that are walked to.
    access : Connection
        The network, and the access points of the estates.
    estates : GeoDataFrame
        Rows of the results.
    questions : sequence of Question
        The services that sites are looked for, with their limits.

    Returns
    -------
    SiteWalks
        The walks.
    """
    sites = inputs.sites
    places = sites.assign(facility_id=sites["site_id"])
    of_estates = access.points[access.points["owner"] == "estate"]
    points = facility_access(
        places,
        entrances=inputs.entrances,
        gates=inputs.gates,
        around=access.around,
        estates=estates,
        estate_points=of_estates,
    )
    road_mm = points.groupby("owner_id")["connector_mm"].min()
    road_m = sites["site_id"].map(road_mm / 1000).fillna(np.inf).to_numpy(float)
    longest = _longest(questions)
    within = _walked(inputs.standard, access, places, (of_estates, points), estates, longest)
    chosen = {one.service.key: within[one.service.profile] for one in questions}
    limits = {one.service.key: one.limit_minutes for one in questions}
    return SiteWalks({key: _cut(pairs, limits[key]) for key, pairs in chosen.items()}, road_m)


def _longest(questions: Sequence[Question]) -> dict[str, tuple[str, float]]:
    """Return by profile one service that is walked to at its pace, and the longest limit of any."""
    found: dict[str, tuple[str, float]] = {}
    for one in questions:
        key, minutes = found.get(one.service.profile, (one.service.key, 0.0))
        found[one.service.profile] = (key, max(minutes, one.limit_minutes))
    return found


def _walked(
    standard: Standard,
    access: Connection,
    places: gpd.GeoDataFrame,
    points: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame],
    estates: gpd.GeoDataFrame,
    longest: Mapping[str, tuple[str, float]],
) -> dict[str, Pairs]:
    """Walk once for each profile, to every site as if it held one service of that profile."""
    sites, found = len(places), {}
    for profile, (service, minutes) in longest.items():
        ends = Ends(
            estates["estate_id"].to_numpy(object),
            places["facility_id"].to_numpy(object),
            np.full(sites, service, object),
            own_ground(places, estates=estates, homes=access.homes),
        )
        walks, _ = walk_town(
            access.around.network,
            access=gpd.GeoDataFrame(pd.concat(points, ignore_index=True), crs=estates.crs),
            ends=ends,
            standard=standard,
            limits=WalkLimits({service: minutes}, 0.0),
        )
        nobody = np.zeros(0, np.int64)
        found[profile] = walks.within.get(service, Pairs(nobody, nobody, nobody))
    return found


def _cut(pairs: Pairs, minutes: float) -> Pairs:
    kept = pairs.cost_us <= minutes * US_PER_MINUTE
    return Pairs(pairs.origin[kept], pairs.target[kept], pairs.cost_us[kept])
