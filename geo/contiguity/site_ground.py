"""Ground of resource sites that may tie estates: without what estates or barriers take, and joined where it borders."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Geometries = npt.NDArray[np.object_]

BARRIER_HALF_M = 0.5


@dataclass(frozen=True)
class SiteGround:
    """Hold pieces of ground of sites; all arrays have one entry per piece.

    Parameters
    ----------
    shape : array of Polygon
        The pieces.
    site_id : array of str
        Site that each is part of.
    links : array of bool
        Whether it ties the estates around it.
    """

    shape: Geometries
    site_id: npt.NDArray[np.object_]
    links: Bools


def site_ground(sites: gpd.GeoDataFrame, *, estates: Geometries, barriers: Geometries) -> SiteGround:
    """Cut sites at the barriers that run through them, and leave to estates the ground that is drawn as both.

    Parameters
    ----------
    sites : GeoDataFrame
        ``site_id``, ``links``; points tie nothing and are left out.
    estates : array of Polygon or MultiPolygon
        The estates.
    barriers : array of geometry
        What parts ground.

    Returns
    -------
    SiteGround
        The pieces, in the order of the sites.
    """
    areas = sites[shapely.get_dimensions(sites.geometry.to_numpy()) == 2]
    shapes = _without(areas.geometry.to_numpy().copy(), estates, 0.0)
    parts, row = shapely.get_parts(_without(shapes, barriers, BARRIER_HALF_M), return_index=True)
    flat = (shapely.get_dimensions(parts) == 2) & ~shapely.is_empty(parts)
    told = areas.iloc[row[flat]]
    return SiteGround(parts[flat], told["site_id"].to_numpy(object), told["links"].to_numpy(bool))


def _without(shapes: Geometries, things: Geometries, half_m: float) -> Geometries:
    """Take things out of shapes, with so much of the ground on either side."""
    thing, shape = shapely.STRtree(shapes).query(things, predicate="intersects")
    for row in np.unique(shape):
        mine = things[thing[shape == row]]
        shapes[row] = shapely.difference(
            shapes[row], shapely.union_all(shapely.buffer(mine, half_m) if half_m else mine)
        )
    return shapes


def tracts(ground: SiteGround, *, one: Ints, other: Ints) -> Ints:
    """Tell which tract each piece is part of, with those it borders on or is drawn over.

    Parameters
    ----------
    ground : SiteGround
        The pieces.
    one, other : array of int
        Pieces that border on each other, both of sites that link.

    Returns
    -------
    array of int, shape (pieces,)
        Number of the tract of each piece; a piece that does not link is one by itself.
    """
    over, under = shapely.STRtree(ground.shape).query(ground.shape, predicate="intersects")
    mine = ground.links[over] & ground.links[under] & (over < under)
    over, under = over[mine], under[mine]
    shared = shapely.area(shapely.intersection(ground.shape[over], ground.shape[under])) > 0
    rows, columns = np.append(one, over[shared]), np.append(other, under[shared])
    graph = coo_array((np.ones(len(rows)), (rows, columns)), shape=(len(ground.shape), len(ground.shape)))
    label: Ints = connected_components(graph, directed=False)[1].astype(np.int64)
    return label
