"""Isochrones by the recipe of the OSMnx examples, and the exact ground within 25 m of the streets walked."""

import time
from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import networkx as nx
import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse.csgraph import dijkstra
from shapely.ops import substring

from benchmarks.ours import walking_matrix
from benchmarks.processes import Answer
from benchmarks.street_net import ADULT_US_PER_MM, Town

MINUTES = (5, 10, 15)
WIDTH_M = 25.0
MM_PER_MINUTE = 60_000_000 / ADULT_US_PER_MM
SAMPLE = 12


class Recipe:
    """Cut out the part of the graph in reach, buffer its edges, unite them; a street walked in part is left out."""

    def __init__(self, town: Town) -> None:
        self.town = town
        network = town.snapped.network
        self.graph = nx.MultiDiGraph()
        self.graph.add_nodes_from(range(len(network.x)))
        minutes = (network.length_mm / MM_PER_MINUTE).tolist()
        for first, second in ((network.u, network.v), (network.v, network.u)):
            for u, v, time_, line in zip(first.tolist(), second.tolist(), minutes, town.lines, strict=True):
                self.graph.add_edge(u, v, time=time_, geometry=line)

    def isochrones(self) -> Answer:
        """Draw the isochrones of a sample of estates."""
        sample = isochrone_sample(self.town)
        nodes = self.town.snapped.estates.node[sample].tolist()
        start = time.perf_counter()
        shapes = [self._shape(node, minutes) for node in nodes for minutes in sorted(MINUTES)]
        seconds = (time.perf_counter() - start) * self.town.isochrones / len(sample)
        return Answer(seconds, len(sample), _areas(sample, shapes))

    def _shape(self, node: int, minutes: float) -> shapely.Geometry:
        part = nx.ego_graph(self.graph, node, radius=minutes, distance="time")
        lines = [line for _, _, line in part.edges(data="geometry")]
        shape: shapely.Geometry = gpd.GeoSeries(lines).buffer(WIDTH_M).union_all()
        return shape


class ExactBuffer:
    """Cut each street where the time is up and buffer what is walked of it."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.matrix = walking_matrix(town.snapped)[1]

    def isochrones(self) -> Answer:
        """Draw the isochrones of a sample of estates."""
        sample = isochrone_sample(self.town)
        nodes = self.town.snapped.estates.node[sample]
        start = time.perf_counter()
        shapes = [shape for node in nodes for shape in self._shapes(int(node))]
        return Answer(time.perf_counter() - start, len(sample), _areas(sample, shapes))

    def _shapes(self, node: int) -> Iterator[shapely.Geometry]:
        network = self.town.snapped.network
        limit_us = max(MINUTES) * MM_PER_MINUTE * ADULT_US_PER_MM
        walked_mm = dijkstra(self.matrix, indices=node, limit=limit_us) / ADULT_US_PER_MM
        for minutes in sorted(MINUTES):
            left_mm = minutes * MM_PER_MINUTE - walked_mm
            rows = np.flatnonzero((left_mm[network.u] > 0) | (left_mm[network.v] > 0))
            ends = (left_mm[network.u[rows]], left_mm[network.v[rows]])
            parts = [
                part
                for row, ahead, back in zip(rows.tolist(), *(end.tolist() for end in ends), strict=True)
                for part in _walked(self.town.lines[row], ahead / 1000, back / 1000)
            ]
            place = shapely.points(network.x[node], network.y[node])
            yield shapely.union_all(shapely.buffer([place, *parts], WIDTH_M, quad_segs=16))


def _walked(line: shapely.LineString, ahead_m: float, back_m: float) -> list[shapely.Geometry]:
    """Return what is walked of a street from either end."""
    length = line.length
    if (ahead_m + back_m >= length and ahead_m > 0 and back_m > 0) or max(ahead_m, back_m) >= length:
        return [line]
    from_start = [substring(line, 0, ahead_m)] if ahead_m > 0 else []
    return from_start + ([substring(line, length - back_m, length)] if back_m > 0 else [])


def isochrone_sample(town: Town) -> npt.NDArray[np.int64]:
    """Spread a sample over the estates that isochrones are drawn for."""
    return np.linspace(0, town.isochrones - 1, SAMPLE).astype(np.int64)


def _areas(sample: npt.NDArray[np.int64], shapes: list[shapely.Geometry]) -> dict[str, npt.NDArray[Any]]:
    minutes = np.tile(np.array(sorted(MINUTES), float), len(sample))
    return {"owner": np.repeat(sample, len(MINUTES)), "minutes": minutes, "area_m2": shapely.area(shapes)}
