"""Which estates are neighbours: across a shared boundary, a street, open ground, or through a site."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.contiguity.facing import Facing, facing_pairs

Geometries = npt.NDArray[np.object_]

SHARED_BOUNDARY_M = 2.0
BARRIER_HALF_M = 0.5


@dataclass(frozen=True)
class AdjacencyLimits:
    """Hold the limits of being neighbours.

    Parameters
    ----------
    max_street_width_m : float
        Greatest distance across which estates face each other.
    min_facing_m : float
        Least length over which they do.
    """

    max_street_width_m: float
    min_facing_m: float


def find_neighbours(
    estates: gpd.GeoDataFrame,
    *,
    sites: gpd.GeoDataFrame,
    barriers: gpd.GeoDataFrame,
    ways: gpd.GeoDataFrame,
    limits: AdjacencyLimits,
) -> gpd.GeoDataFrame:
    """Find the pairs of estates that are neighbours.

    Parameters
    ----------
    estates : GeoDataFrame
        Polygons with ``estate_id``.
    sites : GeoDataFrame
        ``site_id``, ``links``; polygons stand between estates, and those that link tie their neighbours together.
    barriers : GeoDataFrame
        What separates, unless a way crosses it in between.
    ways : GeoDataFrame
        Public ways with ``name``.
    limits : AdjacencyLimits
        The limits.

    Returns
    -------
    GeoDataFrame
        Columns as ``Plan.adjacency``, sorted by ``estate_a`` and ``estate_b``.
    """
    solid = barriers[barriers["kind"] != "wall"].geometry.to_numpy()
    areas = _site_pieces(sites[shapely.get_dimensions(sites.geometry.to_numpy()) == 2], solid)
    parcels = np.concatenate([estates.geometry.to_numpy(), areas.geometry.to_numpy()])
    found = facing_pairs(parcels, barriers=solid, ways=ways.geometry.to_numpy(), max_width_m=limits.max_street_width_m)
    table = _table(found, limits.min_facing_m)
    n = len(estates)
    direct = _direct(table[table["b"] < n], ways)
    through = _through_sites(table[(table["a"] < n) & (table["b"] >= n)], areas, parcels, n)
    through = through.sort_values(["facing_m", "site_id"], ascending=[False, True])
    pairs = pd.concat([direct, through]).drop_duplicates(["a", "b"]) if len(through) else direct
    return _named(pairs, estates)


def _site_pieces(areas: gpd.GeoDataFrame, solid: Geometries) -> gpd.GeoDataFrame:
    """Cut the sites at the barriers that run through them, so that none ties what a barrier parts."""
    shapes = areas.geometry.to_numpy().copy()
    barrier, site = shapely.STRtree(shapes).query(solid, predicate="intersects")
    for row in np.unique(site):
        through = shapely.union_all(shapely.buffer(solid[barrier[site == row]], BARRIER_HALF_M))
        shapes[row] = shapely.difference(shapes[row], through)
    parts, row = shapely.get_parts(shapes, return_index=True)
    return areas.iloc[row].set_geometry(parts, crs=areas.crs).reset_index(drop=True)


def _table(found: Facing, min_facing_m: float) -> pd.DataFrame:
    columns = {"a": found.a, "b": found.b, "facing_m": found.facing_m, "width_m": found.width_m, "link": found.link}
    table = pd.DataFrame(columns)
    return table[table["facing_m"] >= min_facing_m]


def _direct(table: pd.DataFrame, ways: gpd.GeoDataFrame) -> pd.DataFrame:
    """Tell what lies between estates that face each other."""
    pair, way = shapely.STRtree(ways.geometry.to_numpy()).query(table["link"].to_numpy(), predicate="intersects")
    names = pd.Series(ways["name"].to_numpy()[way], index=pair, dtype=object)
    street = names.dropna().groupby(level=0).min().reindex(range(len(table)))
    crossed = np.isin(np.arange(len(table)), pair)
    near = table["width_m"].to_numpy() <= SHARED_BOUNDARY_M
    kind = np.where(near, "shared_boundary", np.where(crossed, "street", "open_ground"))
    return table.assign(kind=kind, street=street.where(~near).to_numpy(), site_id=None)


def _through_sites(table: pd.DataFrame, areas: gpd.GeoDataFrame, parcels: Geometries, n: int) -> pd.DataFrame:
    """Tie together the estates that border on one site that links."""
    links = areas["links"].to_numpy(bool)
    table = table[links[table["b"].to_numpy() - n]] if len(table) else table
    both = table.merge(table, on="b", suffixes=("", "_2"))
    both = both[both["a"] < both["a_2"]]
    middle = shapely.point_on_surface(parcels[both["b"]])
    ends = (shapely.line_interpolate_point(both[name].to_numpy(), 0.0) for name in ("link", "link_2"))
    stops = [shapely.get_coordinates(end) for end in ends]
    line = shapely.linestrings(np.stack([stops[0], shapely.get_coordinates(middle), stops[1]], axis=1))
    return pd.DataFrame(
        {
            "a": both["a"],
            "b": both["a_2"],
            "facing_m": np.minimum(both["facing_m"], both["facing_m_2"]),
            "width_m": np.maximum(both["width_m"], both["width_m_2"]),
            "link": line,
            "kind": "site",
            "street": None,
            "site_id": areas["site_id"].to_numpy()[both["b"] - n],
        }
    )


def _named(pairs: pd.DataFrame, estates: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    ids = estates["estate_id"].to_numpy()
    a, b = ids[pairs["a"].to_numpy(np.int64)], ids[pairs["b"].to_numpy(np.int64)]
    swap = a > b
    frame = pairs.assign(estate_a=np.where(swap, b, a), estate_b=np.where(swap, a, b))
    frame = frame.sort_values(["estate_a", "estate_b"]).reset_index(drop=True)
    columns = ["estate_a", "estate_b", "kind", "street", "site_id", "width_m", "facing_m"]
    frame = frame.assign(width_m=frame["width_m"].round(2), facing_m=frame["facing_m"].round(2))
    return gpd.GeoDataFrame(frame[columns], geometry=frame["link"].to_numpy(), crs=estates.crs)
