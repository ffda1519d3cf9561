"""One record of the records of one place: whose name, sizes and shape it has."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from data.facilities.naming import name_parts

SIZES = ("capacity", "night_spaces", "floor_area_m2")
_BETWEEN = "; "
Ints = npt.NDArray[np.int64]


def ranked(places: gpd.GeoDataFrame, *, of_row: Ints) -> gpd.GeoDataFrame:
    """Put the records that share a group in the order in which they are believed; where they stand settles nothing.

    Parameters
    ----------
    places : GeoDataFrame
        Records.
    of_row : array of int64, shape (rows,)
        Group of each record.

    Returns
    -------
    GeoDataFrame
        The records of groups of more than one, with ``group``: by group, in it those with a name of their own first,
        then by trust, by what they know, and by what they say.
    """
    many = np.bincount(of_row, minlength=len(places) + 1)[of_row] > 1
    rows = places[many].assign(group=of_row[many])
    shapes = np.asarray(rows.geometry.array, dtype=object)
    middles = shapely.centroid(shapes)
    code, parts = name_parts(rows["name"])
    unnamed = np.array([part.unnamed for part in parts], bool)[code] if len(rows) else np.zeros(0, bool)
    keys = (
        rows["facility_id"].astype(str).to_numpy(object),
        shapely.get_y(middles),
        shapely.get_x(middles),
        code,
        -shapely.area(shapes),
        -rows[list(SIZES)].notna().sum(axis=1).to_numpy(),
        rows["trust"].to_numpy(np.int64),
        unnamed,
        rows["group"].to_numpy(np.int64),
    )
    return rows.iloc[np.lexsort(keys)]


def composed(places: gpd.GeoDataFrame, *, own: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Put the records of each group together.

    Parameters
    ----------
    places : GeoDataFrame
        All records, index 0..n-1.
    own : GeoDataFrame
        Those that share a group, as :func:`ranked` gives them.

    Returns
    -------
    GeoDataFrame
        One record per place, in the order of the first of each.
    """
    if own.empty:
        return places
    lead = own[~own["group"].duplicated()].set_index("group")
    # The first that is known, column by column.
    known = pd.DataFrame(own[["group", "name", "status", *SIZES]]).groupby("group", sort=False).first()
    sources: dict[int, list[str]] = {}
    for group, source in own[["group", "source"]].drop_duplicates().itertuples(index=False, name=None):
        sources.setdefault(group, []).append(source)
    joined = pd.Series({group: _BETWEEN.join(one) for group, one in sources.items()})
    made = lead.assign(**{name: known[name] for name in known}, source=joined)
    made["name"] = made["name"].astype(object).where(made["name"].notna(), None)
    made = made.set_geometry(gpd.GeoSeries(_shapes(own), index=lead.index, crs=places.crs))
    made.index = lead.index.to_numpy()
    rest = places[~places.index.isin(own.index)]
    whole = pd.concat([rest, made[places.columns]]).sort_index()
    return gpd.GeoDataFrame(whole, geometry="geometry", crs=places.crs)


def _shapes(own: gpd.GeoDataFrame) -> np.ndarray:
    """Return a shape for each group: the areas of the list that comes first, else the point that comes first."""
    shapes = np.asarray(own.geometry.array, dtype=object)
    group, lists = own["group"].to_numpy(np.int64), pd.factorize(own["list"])[0]
    starts = np.flatnonzero(np.append(True, np.diff(group) != 0))
    turn = np.cumsum(np.append(True, np.diff(group) != 0)) - 1
    chosen = shapes[starts].copy()
    areas = np.flatnonzero(shapely.get_dimensions(shapes) == 2)
    if not len(areas):
        return chosen
    _, first = np.unique(turn[areas], return_index=True)
    leading = np.full(len(starts), -1, np.int64)
    leading[turn[areas[first]]] = lists[areas[first]]
    pieces = areas[lists[areas] == leading[turn[areas]]]
    begins = np.flatnonzero(np.append(True, np.diff(turn[pieces]) != 0))
    for rows in np.split(pieces, begins[1:]):
        chosen[turn[rows[0]]] = shapes[rows[0]] if len(rows) == 1 else shapely.union_all(shapes[rows])
    return chosen
