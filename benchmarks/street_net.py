"""A synthetic town on foot: arterial streets, superblocks with few gates, isolated scraps, estates and facilities."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from pyproj import CRS
from scipy.sparse import coo_array
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial import KDTree

from data.inputs import Walkways
from geo.streets.network import Network, build_network, insert_points
from geo.walking.walk_times import Doors

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

CRS_OF_TOWN = CRS.from_epsg(4548)
ORIGIN = np.array([400_000.0, 3_200_000.0])
CELL_M = 60.0
CELLS = 6  # of a superblock, in each direction
JITTER_M = 8.0
DETOUR = (1.02, 1.22)
INNER_SHARE, GATE_SHARE = 0.65, 0.16  # of the edges that connectivity does not need
SHUT_GATES = 20
SCRAP_SHARE, SCRAP_NODES = 0.003, 3
ESTATES, FACILITIES_PER_ESTATE = 5_000, 4
SHARES = np.array([0.4, 0.8, 1.2, 2.0, 3.0, 4.5, 6.0, 8.0, 11.0, 16.1, 22.0, 25.0]) / 100
CLUSTERED, CLUSTERS, CLUSTER_M = 0.6, 150, 500.0
SERVICES = len(SHARES)
# The pace of an adult walks 1,000 m in 15 minutes.
ADULT_US_PER_MM = 900
LIMIT_MINUTES, LIMIT_M = 15, 1_000.0
# pandana asks for a limit; this is beyond the farthest facility, so that it too finds one for every estate.
PANDANA_NEAREST_M = 10_000.0


@dataclass(frozen=True)
class Problem:
    """Hold what is to be solved: a network, and where estates and facilities meet it.

    Parameters
    ----------
    network : Network
        The network, with a node at each door.
    estates, facilities : Doors
        Doors on it.
    group : array of int, shape (facilities,)
        Service of each facility, 0..11.
    """

    network: Network
    estates: Doors
    facilities: Doors
    group: Ints


@dataclass(frozen=True)
class Town:
    """Hold a town as it is, and simplified so that tools that know only nodes solve the same problem.

    Parameters
    ----------
    lines : array of LineString
        Way of each edge of the network before doors are inserted, as long as the edge.
    exact : Problem
        Estates with one to three doors and facilities with one or two, on edges, with connectors.
    snapped : Problem
        One door each, without connector, on a node of the largest component.
    people, capacity : array of int
        Of the estates and of the facilities.
    shut_gates : array of int, shape (20, 2)
        Nodes on either side of gates that could be opened.
    isochrones : int
        How many estates isochrones are drawn for.
    """

    lines: npt.NDArray[np.object_]
    exact: Problem
    snapped: Problem
    people: Ints
    capacity: Ints
    shut_gates: Ints
    isochrones: int = 500


def synthetic_town(nodes: int, *, estates: int = ESTATES, seed: int = 20_260) -> Town:
    """Make a town of about so many nodes.

    Parameters
    ----------
    nodes : int
        Nodes of the street network; the town has 2.8 directed edges and 3,600 m2 for each.
    estates : int
        Number of estates; there are four times as many facilities.
    seed : int
        Another seed makes another town.

    Returns
    -------
    Town
        The same for the same arguments.
    """
    chance = np.random.default_rng(seed)
    side = max(round((nodes / (1 + SCRAP_SHARE)) ** 0.5), CELLS + 1)
    walkways, shut_gates = _walkways(side, chance)
    base = build_network(walkways)
    extent = (side - 1) * CELL_M
    facilities = FACILITIES_PER_ESTATE * estates
    places = (_uniform(estates, extent, chance), _facility_places(facilities, extent, chance))
    group = chance.choice(SERVICES, size=facilities, p=SHARES)
    return Town(
        walkways.edges.geometry.to_numpy(),
        _exact(base, places, group, chance),
        _snapped(base, places, group),
        chance.integers(200, 6_000, size=estates),
        chance.integers(10, 400, size=facilities),
        shut_gates,
    )


def _walkways(side: int, chance: np.random.Generator) -> tuple[Walkways, Ints]:
    xy = _grid(side, chance)
    u, v, shut_gates = _streets(side, chance)
    scraps = round(len(xy) * SCRAP_SHARE / SCRAP_NODES)
    place, first, second = _scraps(scraps, len(xy), (side - 1) * CELL_M, chance)
    xy, u, v = np.concatenate([xy, place]), np.append(u, first), np.append(v, second)
    lines = _bent_lines(xy[u], xy[v], chance)
    none = np.zeros(len(u), bool)
    edges = gpd.GeoDataFrame(
        {
            "u": u,
            "v": v,
            "length_mm": np.rint(shapely.length(lines) * 1000).astype(np.int64),
            "way_id": np.arange(1, len(u) + 1),
            "highway": np.full(len(u), "residential", object),
            "name": np.full(len(u), None, object),
            **dict.fromkeys(("steps", "private", "bridge", "tunnel"), none),
            "one_way": np.zeros(len(u), np.int8),
            **dict.fromkeys(("slope_ahead", "slope_back"), np.ones(len(u))),
            "grade_max": np.zeros(len(u)),
        },
        geometry=lines,
        crs=CRS_OF_TOWN,
    )
    nodes = pd.DataFrame({"osm_id": np.arange(1, len(xy) + 1), "x": xy[:, 0], "y": xy[:, 1]})
    return Walkways(nodes, edges), shut_gates


def _grid(side: int, chance: np.random.Generator) -> Floats:
    row, column = np.divmod(np.arange(side * side), side)
    jitter = chance.uniform(-JITTER_M, JITTER_M, size=(side * side, 2))
    xy: Floats = ORIGIN + np.column_stack([column, row]) * CELL_M + jitter
    return xy


def _streets(side: int, chance: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    """Keep all arterial edges, of the others as many as hold the town together, and some more by chance."""
    node = np.arange(side * side, dtype=np.int64).reshape(side, side)
    u = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    v = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    arterial_row, arterial_column = (at % CELLS == 0 for at in np.divmod(np.arange(side * side), side))
    on_arterial = arterial_row | arterial_column
    arterial = (arterial_row[u] & arterial_row[v] & (v - u == 1)) | (
        arterial_column[u] & arterial_column[v] & (v - u == side)
    )
    gate = (on_arterial[u] | on_arterial[v]) & ~arterial
    # Gates cost most in the spanning tree, so that it opens one for each superblock and no more.
    weight = chance.uniform(1, 2, size=len(u)) + np.where(gate, 4.0, np.where(arterial, 0.0, 2.0))
    tree = minimum_spanning_tree(coo_array((weight, (u, v)), shape=(side * side,) * 2).tocsr()).tocoo()
    needed = np.isin(u * side * side + v, tree.row.astype(np.int64) * side * side + tree.col)
    extra = chance.random(len(u)) < np.where(gate, GATE_SHARE, INNER_SHARE)
    kept = arterial | needed | extra
    shut = chance.choice(np.flatnonzero(gate & ~kept), size=SHUT_GATES, replace=False)
    return u[kept], v[kept], np.column_stack([u[shut], v[shut]])


def _scraps(count: int, offset: int, extent: float, chance: np.random.Generator) -> tuple[Floats, Ints, Ints]:
    """Place short chains of ways that are joined to nothing."""
    corner = np.repeat(_uniform(count, extent, chance), SCRAP_NODES, axis=0)
    place = corner + np.tile(np.column_stack([np.arange(SCRAP_NODES) * 20.0, np.zeros(SCRAP_NODES)]), (count, 1))
    node = offset + np.arange(count * SCRAP_NODES, dtype=np.int64).reshape(count, SCRAP_NODES)
    return place, node[:, :-1].ravel(), node[:, 1:].ravel()


def _bent_lines(start: Floats, stop: Floats, chance: np.random.Generator) -> npt.NDArray[np.object_]:
    """Bend each street in its middle by so much that it is longer than the straight line by its detour."""
    across = stop - start
    detour = chance.uniform(*DETOUR, size=len(start))
    bend = np.sqrt(detour**2 - 1) / 2 * chance.choice([-1.0, 1.0], size=len(start))
    middle = (start + stop) / 2 + np.column_stack([-across[:, 1], across[:, 0]]) * bend[:, None]
    lines: npt.NDArray[np.object_] = shapely.linestrings(np.stack([start, middle, stop], axis=1))
    return lines


def _uniform(count: int, extent: float, chance: np.random.Generator) -> Floats:
    places: Floats = ORIGIN + chance.uniform(0, extent, size=(count, 2))
    return places


def _facility_places(count: int, extent: float, chance: np.random.Generator) -> Floats:
    places = _uniform(count, extent, chance)
    clustered = chance.random(count) < CLUSTERED
    centre = _uniform(CLUSTERS, extent, chance)[chance.integers(0, CLUSTERS, size=count)]
    around = centre + chance.normal(0, CLUSTER_M, size=(count, 2))
    return np.where(clustered[:, None], np.clip(around, ORIGIN, ORIGIN + extent), places)


def _exact(base: Network, places: tuple[Floats, Floats], group: Ints, chance: np.random.Generator) -> Problem:
    """Give owners doors on edges nearby, at any position."""
    middle = np.column_stack([(base.x[base.u] + base.x[base.v]) / 2, (base.y[base.u] + base.y[base.v]) / 2])
    main = np.flatnonzero(base.component == 0)
    tree = KDTree(middle[main])
    counts = (chance.integers(1, 4, size=len(places[0])), np.where(chance.random(len(places[1])) < 0.1, 2, 1))
    owner = [np.repeat(np.arange(len(count)), count) for count in counts]
    edge = []
    for place, count in zip(places, counts, strict=True):
        near = main[tree.query(place, k=5)[1]][:, [0, 2, 4]]
        edge.append(near[np.arange(3) < count[:, None]])
    both = np.concatenate(edge)
    position_mm = (chance.random(len(both)) * base.length_mm[both]).astype(np.int64)
    network, node = insert_points(base, edge=both, position_mm=position_mm)
    cost_us = chance.integers(2_000, 30_000, size=len(both)) * ADULT_US_PER_MM
    cut = len(owner[0])
    return Problem(
        network,
        Doors(owner[0], node[:cut], cost_us[:cut], len(places[0])),
        Doors(owner[1], node[cut:], cost_us[cut:], len(places[1])),
        group,
    )


def _snapped(base: Network, places: tuple[Floats, Floats], group: Ints) -> Problem:
    """Put each owner on the nearest node of the largest component."""
    main = np.unique(np.concatenate([base.u[base.component == 0], base.v[base.component == 0]]))
    tree = KDTree(np.column_stack([base.x[main], base.y[main]]))
    doors = [
        Doors(np.arange(len(place)), main[tree.query(place)[1]], np.zeros(len(place), np.int64), len(place))
        for place in places
    ]
    return Problem(base, doors[0], doors[1], group)
