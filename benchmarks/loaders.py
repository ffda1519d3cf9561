"""Load the walking network of a million-node extract: ours, a bare pyosmium pass, pyrosm; each in its own process."""

import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import osmium
from pyproj import CRS

from data.osm.extract import open_extract
from data.osm.walkways import read_walkways


def ours(path: Path) -> tuple[int, float]:
    """Read the walkways; return edges and kilometres."""
    walkways = read_walkways(open_extract(path), crs=CRS("EPSG:4548"))
    return len(walkways.edges), float(walkways.edges["length_mm"].sum()) / 1e6


def bare(path: Path) -> tuple[int, float]:
    """Pass over the file with pyosmium and split with numpy: what no loader built on it can do without."""
    refs: list[int] = []
    counts: list[int] = []
    shapes: list[str] = []
    wkb = osmium.geom.WKBFactory()
    located = osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY).with_locations()
    items: Any = located.with_filter(osmium.filter.KeyFilter("highway"))
    for way in items:
        if way.is_way() and dict(way.tags)["highway"] != "motorway":
            found = [node.ref for node in way.nodes]
            refs += found
            counts.append(len(found))
            shapes.append(wkb.create_linestring(way, osmium.geom.ALL))
    raw = np.frombuffer(bytes.fromhex("".join(shapes)), np.uint8)
    sizes = 9 + 16 * np.array(counts)
    heads = (np.cumsum(sizes) - sizes)[:, None] + np.arange(9)
    xy = np.radians(np.delete(raw, heads.reshape(-1)).view("<f8").reshape(-1, 2))
    at = np.unique(np.array(refs), return_inverse=True)[1]
    owner = np.repeat(np.arange(len(counts)), counts)
    ends = np.append(True, owner[1:] != owner[:-1]) | np.append(owner[1:] != owner[:-1], True)
    cut = np.flatnonzero(ends | (np.bincount(at)[at] > 1))
    step = np.hypot(*(np.diff(xy, axis=0) * [np.cos(xy[0, 1]), 1.0]).T) * 6_371_009
    return int((owner[cut[1:]] == owner[cut[:-1]]).sum()), float(step[owner[1:] == owner[:-1]].sum()) / 1000


def pyrosm(path: Path) -> tuple[int, float]:
    """Read the walking network with pyrosm, to a graph."""
    warnings.simplefilter("ignore")
    from pyrosm import OSM

    osm = OSM(str(path))
    nodes, edges = osm.get_network(network_type="walking", nodes=True)
    graph = osm.to_graph(nodes, edges, graph_type="networkx", direction="oneway")
    return graph.number_of_edges() // 2, float(edges["length"].sum()) / 1000


LOADERS: dict[str, Callable[[Path], tuple[int, float]]] = {"ours": ours, "bare": bare, "pyrosm": pyrosm}


def main() -> None:
    """Run one loader on one file and print seconds, edges and kilometres."""
    start = time.perf_counter()
    edges, km = LOADERS[sys.argv[1]](Path(sys.argv[2]))
    print(time.perf_counter() - start, edges, km)


if __name__ == "__main__":
    main()
