"""What all tools are to solve: the same estates, neighbours and floor."""

import dataclasses
import time
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from benchmarks.mosaic import CRS_OF_TOWN, Mosaic
from benchmarks.processes import Answer
from geo.contiguity.adjacency import AdjacencyLimits, find_neighbours

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

THOUSAND = 1_000
FLOOR, CEILING = 5_000 * THOUSAND, 12_000 * THOUSAND
# As the crow flies, in place of a walk.
REACH_M = 1_000.0
WIDTH_M, FACING_M = 30.0, 15.0


@dataclass(frozen=True)
class Problem:
    """Hold estates and their neighbours.

    Parameters
    ----------
    size : array of int, shape (n,)
        People, in thousandths.
    one, other : array of int, shape (m,)
        Neighbours, each pair once, one < other.
    facing_mm : array of int, shape (m,)
        How long they face each other.
    centroids : array of float, shape (n, 2)
        Metres.
    attributes : array of float, shape (n, 3)
        What peers make regions alike by.
    """

    size: Ints
    one: Ints
    other: Ints
    facing_mm: Ints
    centroids: Floats
    attributes: Floats

    def component(self) -> Ints:
        """Return the component of the graph that each estate is in."""
        n = len(self.size)
        links = coo_array((np.ones(len(self.one)), (self.one, self.other)), shape=(n, n))
        label: Ints = connected_components(links, directed=False)[1].astype(np.int64)
        return label

    def bound(self) -> int:
        """Return how many clusters at the floor are possible at most, component by component."""
        people = np.bincount(self.component(), weights=self.size.astype(float))
        return int((people // FLOOR).sum())

    def filtered(self) -> "Problem":
        """Return the problem without the components whose people do not reach the floor, which stop some peers."""
        component = self.component()
        people = np.bincount(component, weights=self.size.astype(float))
        kept = people[component] >= FLOOR
        row = np.cumsum(kept) - 1
        mine = kept[self.one]
        return dataclasses.replace(
            self,
            size=self.size[kept],
            one=row[self.one[mine]],
            other=row[self.other[mine]],
            facing_mm=self.facing_mm[mine],
            centroids=self.centroids[kept],
            attributes=self.attributes[kept],
        )


class Neighbours:
    """Find the neighbours of a mosaic, in a process of its own."""

    def __init__(self, mosaic: Mosaic) -> None:
        self.mosaic = mosaic

    def find(self) -> Answer:
        """Find them, streets named and all."""
        of = self.mosaic
        none = gpd.GeoDataFrame({"site_id": [], "links": np.zeros(0, bool)}, geometry=[], crs=CRS_OF_TOWN)
        start, cpu = time.perf_counter(), time.process_time()
        found = find_neighbours(
            of.estates, sites=none, barriers=of.barriers, ways=of.ways, limits=AdjacencyLimits(WIDTH_M, FACING_M)
        )
        seconds, cpu_s = time.perf_counter() - start, time.process_time() - cpu
        ids = of.estates["estate_id"].to_numpy(str)
        one, other = (np.searchsorted(ids, found[name].to_numpy(str)) for name in ("estate_a", "estate_b"))
        facing_mm = np.rint(found["facing_m"].to_numpy() * THOUSAND).astype(np.int64)
        return Answer(seconds, arrays={"one": one, "other": other, "facing_mm": facing_mm}, cpu_s=cpu_s)


def problem_of(mosaic: Mosaic, neighbours: Answer) -> Problem:
    """Put together what is to be solved.

    Parameters
    ----------
    mosaic : Mosaic
        The estates.
    neighbours : Answer
        As ``Neighbours.find`` gives it.

    Returns
    -------
    Problem
        The raw graph, islands and all.
    """
    estates, found = mosaic.estates, neighbours.arrays
    return Problem(
        size=estates["people"].to_numpy(np.int64) * THOUSAND,
        one=found["one"],
        other=found["other"],
        facing_mm=found["facing_mm"],
        centroids=shapely.get_coordinates(shapely.centroid(estates.geometry.to_numpy())),
        attributes=estates[["age", "height", "rent"]].to_numpy(float),
    )
