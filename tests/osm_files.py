"""Small OpenStreetMap files, written from tuples.

A node is ``(id, lon, lat)``, a way ``(id, [node ids])``, a relation ``(id, [(type, id, role), ...])``; each may have a
dict of tags as its last part.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import osmium
from osmium.osm import mutable
from pyproj import CRS, Transformer

EAST, NORTH = 500_000.0, 3_150_000.0
LOCAL_CRS = CRS.from_epsg(4548)
_TO_LONLAT = Transformer.from_crs(LOCAL_CRS, "EPSG:4326", always_xy=True)

Parts = Iterable[tuple[Any, ...]]


def at(x: float, y: float) -> tuple[float, float]:
    """Return longitude and latitude of a spot given in metres from a corner that all tests share."""
    lon, lat = _TO_LONLAT.transform(EAST + x, NORTH + y)
    return float(lon), float(lat)


def square(number: int, x: float, y: float, *, side: float = 100.0) -> tuple[list[tuple[Any, ...]], list[int]]:
    """Return four nodes, numbered from ``number``, and the closed run of their numbers."""
    spots = [(x, y), (x + side, y), (x + side, y + side), (x, y + side)]
    nodes: list[tuple[Any, ...]] = [(number + i, *at(*spot)) for i, spot in enumerate(spots)]
    return nodes, [number, number + 1, number + 2, number + 3, number]


def write_osm(
    path: Path, *, nodes: Parts = (), ways: Parts = (), relations: Parts = (), date: str | None = None
) -> Path:
    """Write an extract in the format its suffix names, in the order given, and return its path."""
    header = osmium.io.Header()
    if date:
        header.set("timestamp", date)
        header.set("osmosis_replication_timestamp", date)
    with osmium.SimpleWriter(str(path), header=header, overwrite=True) as writer:
        for node in nodes:
            number, lon, lat, tags = _with_tags(node)
            writer.add_node(mutable.Node(id=number, location=(lon, lat), tags=tags, version=1))
        for way in ways:
            number, refs, tags = _with_tags(way)
            writer.add_way(mutable.Way(id=number, nodes=refs, tags=tags, version=1))
        for relation in relations:
            number, members, tags = _with_tags(relation)
            writer.add_relation(mutable.Relation(id=number, members=members, tags=tags, version=1))
    return path


def _with_tags(part: tuple[Any, ...]) -> tuple[Any, ...]:
    return part if isinstance(part[-1], dict) else (*part, {})
