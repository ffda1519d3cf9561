"""A synthetic city as an OpenStreetMap file: a jittered street grid and rows of buildings."""

import random
from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Way

LON, LAT = 115.9, 28.7
STREETS = 138  # in each direction
STEPS_BETWEEN = 15  # points of a street between two crossings
BLOCK_DEG = 0.0036
BUILDINGS_PER_BLOCK = 6


def write_city(path: Path, *, streets: int = STREETS) -> int:
    """Write the city and return its number of nodes.

    Parameters
    ----------
    path : Path
        A ``.osm.pbf`` file that does not exist yet.
    streets : int
        Streets in each direction; 138 make about a million nodes.
    """
    chance = random.Random(1)
    nodes: list[tuple[float, float]] = []
    ways: list[tuple[list[int], dict[str, str]]] = []

    def node(x: float, y: float) -> int:
        nodes.append(
            (LON + x * BLOCK_DEG + chance.uniform(-2e-5, 2e-5), LAT + y * BLOCK_DEG + chance.uniform(-2e-5, 2e-5))
        )
        return len(nodes)

    corners = [[node(i, j) for j in range(streets)] for i in range(streets)]
    kinds = ("residential", "tertiary", "footway", "service", "secondary")
    for i in range(streets):
        for j in range(streets):
            for di, dj in ((1, 0), (0, 1)):
                if i + di < streets and j + dj < streets:
                    inner = [
                        node(i + di * k / STEPS_BETWEEN, j + dj * k / STEPS_BETWEEN) for k in range(1, STEPS_BETWEEN)
                    ]
                    tags = {"highway": kinds[(i + j) % 5], "name": f"{i}-{j} 路", "surface": "asphalt"}
                    ways.append(([corners[i][j], *inner, corners[i + di][j + dj]], tags))
            for k in range(BUILDINGS_PER_BLOCK if i + 1 < streets and j + 1 < streets else 0):
                x, y = i + 0.1 + 0.13 * k, j + 0.3 + 0.4 * (k % 2)
                ring = [node(x, y), node(x + 0.08, y), node(x + 0.08, y + 0.05), node(x, y + 0.05)]
                ways.append(([*ring, ring[0]], {"building": "apartments", "building:levels": "6"}))
    _write(path, nodes, ways)
    return len(nodes)


def _write(path: Path, nodes: list[tuple[float, float]], ways: list[tuple[list[int], dict[str, str]]]) -> None:
    with osmium.SimpleWriter(str(path)) as writer:
        for number, place in enumerate(nodes, start=1):
            writer.add_node(Node(id=number, location=place, version=1))
        for number, (refs, tags) in enumerate(ways, start=1):
            writer.add_way(Way(id=number, nodes=refs, tags=tags, version=1))
