"""Households, people and floor area of estates, estimated where nobody counted them."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from data.project import EstimatesTable

Floats = npt.NDArray[np.float64]


def fill_people(estates: gpd.GeoDataFrame, *, buildings: gpd.GeoDataFrame, assumed: EstimatesTable) -> gpd.GeoDataFrame:
    """Fill in households, people and floor area that nobody recorded.

    Parameters
    ----------
    estates : GeoDataFrame
        Polygons with ``households``, ``people``, ``floor_area_m2``, ``buildings`` (NaN where nobody recorded them).
    buildings : GeoDataFrame
        Footprints with ``use``, ``levels``, ``flats``.
    assumed : EstimatesTable
        What is assumed.

    Returns
    -------
    GeoDataFrame
        The estates with those columns filled in, ``estimated`` (bool) and ``estimate_method`` (str).

    Notes
    -----
    Floor area is the footprint times the storeys of the residential buildings that stand in the estate, or else the
    plot times an assumed floor area ratio; households are people by size, or else the flats where every building of
    the estate has them recorded, or else floor area by household; people are households by size. A figure that was
    recorded is never replaced. Ground that several estates share counts for the smallest alone, as its buildings do.
    """
    built = _built(estates, buildings, assumed)
    recorded = estates[["households", "people", "floor_area_m2"]].notna()
    plot_m2 = _own_ground_m2(estates.geometry.to_numpy()) * assumed.plot_ratio
    guessed_m2 = np.where(built["floor_area_m2"] > 0, built["floor_area_m2"], plot_m2)
    floor_area_m2 = estates["floor_area_m2"].fillna(pd.Series(guessed_m2, estates.index).round())
    flats = built["flats"].where(built["flats"] > 0)
    guessed = (estates["people"] / assumed.household_people).fillna(flats)
    guessed = guessed.fillna(floor_area_m2 / assumed.household_floor_area_m2)
    households = estates["households"].fillna(guessed.round())
    people = estates["people"].fillna((households * assumed.household_people).round())
    count = estates["buildings"].where(estates["buildings"].notna() | (built["count"] == 0), built["count"])
    return estates.assign(
        floor_area_m2=floor_area_m2,
        households=households,
        people=people,
        buildings=count,
        estimated=~(recorded["households"] & recorded["people"]),
        estimate_method=_method(recorded, built),
    )


def _own_ground_m2(places: npt.NDArray[np.object_]) -> Floats:
    """Return the area of each estate without the ground that it shares with a smaller one."""
    area_m2: Floats = shapely.area(places)
    rank = np.argsort(np.lexsort((np.arange(len(places)), area_m2)))
    larger, smaller = shapely.STRtree(places).query(places, predicate="intersects")
    over = rank[larger] > rank[smaller]
    shared = shapely.area(shapely.intersection(places[larger[over]], places[smaller[over]])) > 0
    larger, smaller = larger[over][shared], smaller[over][shared]
    for row in np.unique(larger):
        area_m2[row] = shapely.area(shapely.difference(places[row], shapely.union_all(places[smaller[larger == row]])))
    return area_m2


def _built(estates: gpd.GeoDataFrame, buildings: gpd.GeoDataFrame, assumed: EstimatesTable) -> pd.DataFrame:
    """Sum up the residential buildings of each estate."""
    found = homes_of(estates, buildings=buildings, assumed=assumed)
    area = found["floor_area_m2"].to_numpy()
    sums = {"floor_area_m2": area, "known_m2": area * found["levels_known"], "count": np.ones(len(found))}
    # One building without a figure makes the sum NaN: the flats of some buildings are not those of the estate.
    sums["flats"] = buildings["flats"].to_numpy(float)[found["building"]]
    estate = found["estate"].to_numpy()
    table = {name: np.bincount(estate, weights=value, minlength=len(estates)) for name, value in sums.items()}
    return pd.DataFrame(table, index=estates.index)


def _method(recorded: pd.DataFrame, built: pd.DataFrame) -> npt.NDArray[np.object_]:
    """Name how the households and people of each estate came about."""
    cases = [
        recorded["households"] & recorded["people"],
        recorded["households"] | recorded["people"],
        recorded["floor_area_m2"],
        (built["floor_area_m2"] > 0) & (built["known_m2"] >= 0.5 * built["floor_area_m2"]),
        built["floor_area_m2"] > 0,
    ]
    names = ["surveyed", "household_size", "floor_area", "levels", "default_levels"]
    return np.select(cases, names, default="plot_ratio").astype(object)


def homes_of(estates: gpd.GeoDataFrame, *, buildings: gpd.GeoDataFrame, assumed: EstimatesTable) -> pd.DataFrame:
    """Find the residential buildings of the estates.

    Parameters
    ----------
    estates : GeoDataFrame
        Polygons.
    buildings : GeoDataFrame
        Footprints with ``use`` and ``levels``.
    assumed : EstimatesTable
        Storeys by use, and the least footprint of a residential building.

    Returns
    -------
    DataFrame
        One row per building that stands in an estate, by the smallest estate that holds it: ``building``, ``estate``
        (int, rows), ``floor_area_m2`` (float), ``levels_known`` (bool).
    """
    footprint_m2 = shapely.area(buildings.geometry.to_numpy())
    default = buildings["use"].map(assumed.levels).astype(float)
    homes = np.flatnonzero(default.notna().to_numpy() & (footprint_m2 >= assumed.min_footprint_m2))
    points = shapely.point_on_surface(buildings.geometry.to_numpy()[homes])
    places = estates.geometry.to_numpy()
    home, estate = shapely.STRtree(places).query(points, predicate="within")
    order = np.lexsort((estate, shapely.area(places[estate]), home))
    first = order[np.append(True, np.diff(home[order]) != 0)] if len(order) else order
    home, estate = homes[home[first]], estate[first]
    levels = buildings["levels"].to_numpy(float)[home]
    known = np.isfinite(levels)
    area = footprint_m2[home] * np.where(known, levels, default.to_numpy()[home])
    return pd.DataFrame({"building": home, "estate": estate, "floor_area_m2": area, "levels_known": known})
