"""Which estates are neighbours: across a shared boundary, a street, open ground, a crossing, or through sites."""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.contiguity.facing import Facing, Stretches, facing_at_widths
from geo.contiguity.overlapping import Overlaps, overlapping_pairs
from geo.contiguity.site_ground import SiteGround, site_ground, tracts
from geo.contiguity.streets_between import streets_between

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Geometries = npt.NDArray[np.object_]

SHARED_BOUNDARY_M = 2.0
# What lies along half of the front, or hides half of it, tells what is between.
MOST = 0.5
COLUMNS = [
    "estate_a", "estate_b", "kind", "street", "street_class", "site_id", "width_m", "facing_m",
]  # fmt: skip


@dataclass(frozen=True)
class AdjacencyLimits:
    """Hold the limits of being neighbours, which are compared to the millimetre.

    Parameters
    ----------
    max_street_width_m : float
        Greatest distance across which estates face each other.
    min_facing_m : float
        Least length over which they do.
    """

    max_street_width_m: float
    min_facing_m: float


@dataclass(frozen=True)
class _Town:
    """Hold the ground of estates, and after them of sites, with what parts it."""

    estates: int
    parcels: Geometries
    sites: SiteGround
    barriers: Geometries
    overlaps: Overlaps


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
        ``site_id``, ``links``; polygons stand between estates, and those that link tie their neighbours together, also
        where several of them border on each other.
    barriers : GeoDataFrame
        What separates, unless a way crosses it in between; walls do not.
    ways : GeoDataFrame
        Public ways with ``name`` and ``highway``.
    limits : AdjacencyLimits
        The limits.

    Returns
    -------
    GeoDataFrame
        Columns as ``Plan.adjacency``, sorted by ``estate_a`` and ``estate_b``.
    """
    town = _town(estates, sites, barriers)
    (found,) = _facing(town, ways, (limits.max_street_width_m,))
    table = _table(found, limits.min_facing_m)
    direct = _with_overlaps(_described(table, found, town, ways), town.overlaps, limits.min_facing_m)
    through = _through_sites(table, town).sort_values(["facing_m", "site_id"], ascending=[False, True])
    pairs = pd.concat([direct, through]).drop_duplicates(["a", "b"]) if len(through) else direct
    return _named(pairs, estates)


def neighbours_at_widths(
    estates: gpd.GeoDataFrame,
    *,
    sites: gpd.GeoDataFrame,
    barriers: gpd.GeoDataFrame,
    ways: gpd.GeoDataFrame,
    widths_m: Sequence[float],
    min_facing_m: float,
) -> tuple[npt.NDArray[np.int64], ...]:
    """Find who would be neighbours across each of several widths.

    Parameters
    ----------
    estates, sites, barriers, ways : GeoDataFrame
        As for ``find_neighbours``.
    widths_m : sequence of float
        Greatest distances across which estates face each other.
    min_facing_m : float
        Least length over which they do.

    Returns
    -------
    tuple of array of int, shape (pairs, 2)
        Rows of the estates that ``find_neighbours`` would find at each width, sorted.
    """
    town = _town(estates, sites, barriers)
    told = []
    for found in _facing(town, ways, widths_m):
        table = _table(found, min_facing_m)
        plain = table[["a", "b"]][table["b"] < town.estates]
        frames = [plain, _long(town.overlaps, min_facing_m), _ties(table, town)[["a", "b"]]]
        told.append(np.unique(np.concatenate([frame[["a", "b"]].to_numpy(np.int64) for frame in frames]), axis=0))
    return tuple(told)


def _town(estates: gpd.GeoDataFrame, sites: gpd.GeoDataFrame, barriers: gpd.GeoDataFrame) -> _Town:
    solid = barriers[barriers["kind"] != "wall"].geometry.to_numpy()
    shapes = estates.geometry.to_numpy()
    ground = site_ground(sites, estates=shapes, barriers=solid)
    overlaps = overlapping_pairs(shapes, barriers=solid)
    return _Town(len(shapes), np.concatenate([shapes, ground.shape]), ground, solid, overlaps)


def _facing(town: _Town, ways: gpd.GeoDataFrame, widths_m: Sequence[float]) -> tuple[Facing, ...]:
    lines = ways.geometry.to_numpy()
    return facing_at_widths(town.parcels, barriers=town.barriers, ways=lines, widths_m=widths_m)


def _table(found: Facing, min_facing_m: float) -> pd.DataFrame:
    names = ("a", "b", "facing_m", "width_m", "bridged", "link")
    table = pd.DataFrame({name: getattr(found, name) for name in names})
    return table[table["facing_m"].round(3) >= min_facing_m]


def _long(overlaps: Overlaps, min_facing_m: float) -> pd.DataFrame:
    table = pd.DataFrame({"a": overlaps.a, "b": overlaps.b, "facing_m": overlaps.length_m, "link": overlaps.link})
    return table[table["facing_m"].round(3) >= min_facing_m]


def _described(table: pd.DataFrame, found: Facing, town: _Town, ways: gpd.GeoDataFrame) -> pd.DataFrame:
    """Tell what lies between estates that face each other."""
    table = table[table["b"] < town.estates]
    row = np.full(len(found.a), -1)
    row[table.index] = np.arange(len(table))
    mine = row[found.stretches.pair] >= 0
    stretches = Stretches(row[found.stretches.pair[mine]], found.stretches.corners[mine])
    near = table["width_m"].to_numpy() <= SHARED_BOUNDARY_M
    bridged = table["bridged"].to_numpy() >= MOST
    along = streets_between(stretches, ways=ways, count=len(table))
    over = _crossing_ways(stretches, ways, town.barriers, bridged)
    street = ~near & ~bridged & (along.share >= MOST)
    kind = np.select([bridged, near, street], ["crossing", "shared_boundary", "street"], "open_ground")
    name, highway = (
        np.where(bridged, over[column].to_numpy(object), np.where(street, mine, np.array(None, object)))
        for column, mine in (("name", along.name), ("highway", along.highway))
    )
    return table.assign(kind=kind, street=name, street_class=highway, site_id=None)


def _crossing_ways(stretches: Stretches, ways: gpd.GeoDataFrame, barriers: Geometries, bridged: Bools) -> pd.DataFrame:
    """Return name and class of the way over the barrier between each pair that is bridged; named ways come first."""
    lines = ways.geometry.to_numpy()
    crossing = np.unique(shapely.STRtree(lines).query(barriers, predicate="intersects")[1])
    asked = np.flatnonzero(bridged[stretches.pair])
    ground = shapely.convex_hull(shapely.multipoints(stretches.corners[asked]))
    stretch, way = shapely.STRtree(lines[crossing]).query(ground, predicate="intersects")
    told = ways[["name", "highway"]].iloc[crossing[way]].astype(object).assign(pair=stretches.pair[asked[stretch]])
    told = told.sort_values(["pair", "name", "highway"], na_position="last").drop_duplicates("pair").set_index("pair")
    told = told.reindex(range(len(bridged)))
    return told.where(told.notna(), None)


def _with_overlaps(table: pd.DataFrame, overlaps: Overlaps, min_facing_m: float) -> pd.DataFrame:
    """Add the estates drawn over each other; the greater length counts where they also face each other."""
    extra = _long(overlaps, min_facing_m)
    told = {"width_m": 0.0, "kind": "shared_boundary", "street": None, "street_class": None, "site_id": None}
    pairs = pd.concat([table, extra.assign(**told)]) if len(extra) else table
    return pairs.sort_values(["a", "b", "facing_m"], ascending=[True, True, False]).drop_duplicates(["a", "b"])


def _ties(table: pd.DataFrame, town: _Town) -> pd.DataFrame:
    """Pair the estates that border on one site that links, or on such sites that border on each other."""
    n, links = town.estates, np.append(np.zeros(town.estates, bool), town.sites.links)
    table = table[links[table["b"].to_numpy()]]
    between = table["a"].to_numpy() >= n
    near = between & links[table["a"].to_numpy()] & (table["width_m"].to_numpy() <= SHARED_BOUNDARY_M)
    touching = table[near][["a", "b"]].to_numpy(np.int64) - n
    tract = tracts(town.sites, one=touching[:, 0], other=touching[:, 1])
    table = table[~between].drop(columns="bridged")
    table = table.assign(tract=tract[table["b"].to_numpy(np.int64) - n])
    both = table.merge(table, on="tract", suffixes=("", "_2"))
    return both[both["a"] < both["a_2"]].rename(columns={"b": "piece", "b_2": "piece_2", "a_2": "b"})


def _through_sites(table: pd.DataFrame, town: _Town) -> pd.DataFrame:
    """Tell of the estates that sites tie together."""
    both = _ties(table, town)
    pieces = [both[name].to_numpy(np.int64) - town.estates for name in ("piece", "piece_2")]
    ids = [town.sites.site_id[piece] for piece in pieces]
    names = [";".join(sorted(set(pair))) for pair in zip(*ids, strict=True)]
    return pd.DataFrame(
        {
            "a": both["a"],
            "b": both["b"],
            "facing_m": np.minimum(both["facing_m"], both["facing_m_2"]),
            "width_m": np.maximum(both["width_m"], both["width_m_2"]),
            "link": _links(both, [town.sites.shape[piece] for piece in pieces]),
            "kind": "site",
            "street": None,
            "street_class": None,
            "site_id": names,
        }
    )


def _links(both: pd.DataFrame, shapes: Sequence[Geometries]) -> Geometries:
    """Return lines from estate to estate through a place in each site."""
    ends = [shapely.get_coordinates(shapely.get_point(both[name].to_numpy(object), 0)) for name in ("link", "link_2")]
    middles = [shapely.get_coordinates(shapely.point_on_surface(shape)) for shape in shapes]
    short = shapely.linestrings(np.stack([ends[0], middles[0], ends[1]], axis=1))
    long = shapely.linestrings(np.stack([ends[0], *middles, ends[1]], axis=1))
    lines: Geometries = np.where(shapes[0] == shapes[1], short, long)
    return lines


def _named(pairs: pd.DataFrame, estates: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    ids = estates["estate_id"].to_numpy()
    a, b = ids[pairs["a"].to_numpy(np.int64)], ids[pairs["b"].to_numpy(np.int64)]
    swap = a > b
    frame = pairs.assign(estate_a=np.where(swap, b, a), estate_b=np.where(swap, a, b))
    frame = frame.sort_values(["estate_a", "estate_b"]).reset_index(drop=True)
    frame = frame.assign(width_m=frame["width_m"].round(2), facing_m=frame["facing_m"].round(2))
    return gpd.GeoDataFrame(frame[COLUMNS], geometry=frame["link"].to_numpy(), crs=estates.crs)
