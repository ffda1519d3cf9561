"""Walks inside the estates: from the homes to the gates, and to facilities on the same ground."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.access.access_points import hosts

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Points = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Homes:
    """Hold the residential buildings of the estates.

    Parameters
    ----------
    estate : array of int, shape (k,)
        Row of the estate of each building.
    middle : array of Point, shape (k,)
        Where it stands.
    weight : array of float, shape (k,)
        Its floor area.
    """

    estate: Ints
    middle: Points
    weight: Floats


@dataclass(frozen=True)
class OwnGround:
    """Hold the facilities that lie in an estate, sorted by estate and facility.

    Parameters
    ----------
    estate, facility : array of int, shape (k,)
        Rows of both.
    away_m : array of float, shape (k,)
        Mean distance of the homes from the facility, NaN where no home is known.
    """

    estate: Ints
    facility: Ints
    away_m: Floats


def mean_distances(homes: Homes, *, estate: Ints, spots: Points) -> Floats:
    """Work out how far the homes of estates are from spots, as the mean over their floor area.

    Parameters
    ----------
    homes : Homes
        The homes.
    estate : array of int, shape (k,)
        Row of the estate that each spot belongs to.
    spots : array of Point, shape (k,)
        The spots.

    Returns
    -------
    array of float, shape (k,)
        Metres along the straight line, NaN for an estate none of whose homes is known.
    """
    wanted = pd.DataFrame({"estate": estate, "spot": np.arange(len(estate))})
    known = pd.DataFrame({"estate": homes.estate, "home": np.arange(len(homes.estate))})
    pairs = wanted.merge(known, on="estate")
    spot, home = pairs["spot"].to_numpy(np.int64), pairs["home"].to_numpy(np.int64)
    weight = homes.weight[home]
    away_m = shapely.distance(homes.middle[home], spots[spot])
    total = np.bincount(spot, weights=away_m * weight, minlength=len(estate))
    share = np.bincount(spot, weights=weight, minlength=len(estate))
    mean: Floats = np.divide(total, share, out=np.full(len(estate), np.nan), where=share > 0)
    return mean


def with_inside(points: gpd.GeoDataFrame, *, estates: gpd.GeoDataFrame, homes: Homes) -> gpd.GeoDataFrame:
    """Add how far the homes of each estate are from its access points.

    Parameters
    ----------
    points : GeoDataFrame
        Access points with ``owner``, ``owner_id``, ``start_x``, ``start_y``.
    estates : GeoDataFrame
        ``estate_id``.
    homes : Homes
        The homes.

    Returns
    -------
    GeoDataFrame
        The points with ``inside_m`` (float): NaN where no home is known, and for facilities.
    """
    row = pd.Series(np.arange(len(estates)), index=estates["estate_id"])
    mine = np.flatnonzero((points["owner"] == "estate").to_numpy())
    of_estates = points.iloc[mine]
    spots = shapely.points(of_estates["start_x"].to_numpy(float), of_estates["start_y"].to_numpy(float))
    inside_m = np.full(len(points), np.nan)
    inside_m[mine] = mean_distances(homes, estate=row[of_estates["owner_id"]].to_numpy(np.int64), spots=spots)
    return points.assign(inside_m=inside_m)


def own_ground(facilities: gpd.GeoDataFrame, *, estates: gpd.GeoDataFrame, homes: Homes) -> OwnGround:
    """Find the facilities that lie in an estate, which its residents reach without leaving it.

    Parameters
    ----------
    facilities : GeoDataFrame
        Points or polygons.
    estates : GeoDataFrame
        Polygons.
    homes : Homes
        The homes.

    Returns
    -------
    OwnGround
        The facilities.
    """
    facility, estate = hosts(facilities.geometry.to_numpy(), estates=estates)
    order = np.lexsort((facility, estate))
    estate, facility = estate[order], facility[order]
    spots = shapely.centroid(facilities.geometry.to_numpy()[facility])
    return OwnGround(estate, facility, mean_distances(homes, estate=estate, spots=spots))
