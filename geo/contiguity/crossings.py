"""Barriers that people cross on foot: a way leads from the ground before one parcel to that before another."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import shapely

Geometries = npt.NDArray[np.object_]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

# A way this near the line of a railway runs along it.
BANK_M = 0.2
# Pieces of a way whose ends are this near each other are one path.
JOINT_M = 0.05
# Rivers are drawn over their banks, and bridges land beside a front, by some metres.
MARGIN_M = 5.0


def crossed_between(
    ground: Geometries, *, pair: Ints, barriers: Geometries, sides: tuple[Geometries, Geometries], ways: Geometries
) -> Bools:
    """Tell between which pairs of parcels a way leads across all barriers.

    Parameters
    ----------
    ground : array of Polygon, shape (k,)
        Ground between parcels.
    pair : array of int, shape (k,)
        Pair 0..p-1 that each piece of ground lies between, sorted; each has at least one piece.
    barriers : array of geometry
        All barriers.
    sides : tuple of array of geometry, shape (p,)
        The two parcels of each pair.
    ways : array of LineString
        Where people walk.

    Returns
    -------
    array of bool, shape (k,)
        Whether a way crosses the barriers that hide this front: a pair may have several fronts, and a bridge serves
        the one it lies in. A way that ends at a bank, or runs along it, crosses nothing.
    """
    crossed = np.zeros(len(ground), bool)
    pieces = np.split(np.arange(len(ground)), np.flatnonzero(np.diff(pair)) + 1) if len(ground) else []
    fronts = [front for mine in pieces for front in _fronts(ground, mine)]
    areas = np.array([area for area, _ in fronts], object)
    water, path = _by_front(areas, barriers), _by_front(areas, ways)
    for number, (area, mine) in enumerate(fronts):
        if number in water and number in path:
            banks = (sides[0][pair[mine[0]]], sides[1][pair[mine[0]]])
            crossed[mine] = _leads_across(area, barriers[water[number]], banks, ways[path[number]])
    return crossed


def _fronts(ground: Geometries, mine: Ints) -> list[tuple[shapely.Geometry, Ints]]:
    """Return the connected areas that pieces of ground make with a margin, and which pieces lie in each."""
    wide = shapely.buffer(ground[mine], MARGIN_M, join_style="mitre")
    areas = shapely.get_parts(shapely.union_all(wide))
    piece, area = shapely.STRtree(areas).query(shapely.point_on_surface(ground[mine]), predicate="intersects")
    return [(shape, mine[np.unique(piece[area == number])]) for number, shape in enumerate(areas)]


def _by_front(areas: Geometries, things: Geometries) -> dict[int, Ints]:
    """Return the rows of the things in each area."""
    area, thing = shapely.STRtree(things).query(areas, predicate="intersects")
    order = np.lexsort((thing, area))
    groups = np.split(order, np.flatnonzero(np.diff(area[order])) + 1) if len(order) else []
    return {int(area[group[0]]): thing[group] for group in groups}


def _leads_across(
    area: shapely.Geometry,
    barriers: Geometries,
    sides: tuple[shapely.Geometry, shapely.Geometry],
    ways: Geometries,
) -> bool:
    """Tell whether a path within an area leads over the barriers from the bank of one parcel to that of the other."""
    hidden = shapely.buffer(shapely.union_all(shapely.intersection(barriers, area)), BANK_M)
    banks = shapely.get_parts(shapely.difference(area, hidden))
    at = [_touching(banks, side) for side in sides]
    paths = shapely.get_parts(shapely.buffer(shapely.union_all(shapely.intersection(ways, area)), JOINT_M))
    for path in paths[shapely.intersects(paths, hidden)]:
        ends = shapely.get_parts(shapely.difference(path, hidden))
        if _two_apart([np.flatnonzero(shapely.intersects(ends[:, None], one[None, :]).any(axis=1)) for one in at]):
            return True
    return False


def _touching(banks: Geometries, side: shapely.Geometry) -> Geometries:
    touching: Geometries = banks[shapely.intersects(banks, side)]
    return touching


def _two_apart(ends: Sequence[Ints]) -> bool:
    """Tell whether one end lies on either side, and not the same for both."""
    return len(ends[0]) > 0 and len(ends[1]) > 0 and len(np.union1d(ends[0], ends[1])) > 1
