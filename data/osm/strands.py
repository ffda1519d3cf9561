"""The nodes of the ways that are walked, as arrays; Python asks the reader only for what the arrays cannot tell.

Asking for the identifier of every node is most of the time it takes to read a network. Two ways share a node only where
they share a place, so the identifiers are asked for at the ends of ways and at places that occur more than once. The
identifiers alone decide whether ways meet there: a bridge may have a node exactly above a node of the street below.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt
import osmium
import shapely

from data.osm.extract import Extract

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

HEADER_BYTES, POINT_BYTES = 9, 16
UNITS_PER_DEGREE = 1e7


@dataclass(frozen=True)
class Strands:
    """Hold runs of nodes, one after another.

    Parameters
    ----------
    way : array of int, shape (k,)
        Which of the ways that were taken each run belongs to, in the order of the file.
    count : array of int, shape (k,)
        How many nodes it has, at least two.
    refs : array of int, shape (n,)
        Identifier of each node; a number below zero, its own, for a node that no other run passes.
    lonlat : array of float, shape (n, 2)
        Degrees.
    gates : array of int
        Identifiers of the nodes that are gates.
    """

    way: Ints
    count: Ints
    refs: Ints
    lonlat: Floats
    gates: Ints


@dataclass
class _Gathered:
    """What one pass over the file gathers; a run is a way, or a part of one whose nodes are in the extract."""

    way: list[int] = field(default_factory=list)
    way_id: list[int] = field(default_factory=list)
    first: list[int] = field(default_factory=list)
    count: list[int] = field(default_factory=list)
    ends: list[tuple[int, int]] = field(default_factory=list)
    shapes: list[str] = field(default_factory=list)
    gates: list[tuple[int, float, float]] = field(default_factory=list)


def read_strands(
    extract: Extract, *, take: Callable[[int, Mapping[str, str]], bool], is_gate: Callable[[Mapping[str, str]], bool]
) -> Strands:
    """Read the nodes of the ways that are taken.

    Parameters
    ----------
    extract : Extract
        The extract.
    take : callable
        Called with identifier and tags of each way that has a ``highway`` or ``barrier`` tag; true to take it.
    is_gate : callable
        Called with the tags of each node that has a ``highway`` or ``barrier`` tag; true where it is a gate.

    Returns
    -------
    Strands
        The nodes. A way with nodes that are not in the extract breaks there.

    Raises
    ------
    RuntimeError
        When the file is broken; see :func:`data.osm.extract.reading`.
    """
    found = _gather(extract, take, is_gate)
    count = np.array(found.count, np.int64)
    lonlat = _coordinates(found.shapes, count)
    start = np.cumsum(count) - count
    refs = -1 - np.arange(len(lonlat), dtype=np.int64)
    refs[start] = [first for first, _ in found.ends]
    refs[start + count - 1] = [last for _, last in found.ends]
    gate = np.array(found.gates, np.float64).reshape(-1, 3)
    wanted = (refs < 0) & _may_be_shared(_places(lonlat), _places(gate[:, 1:]))
    _ask(extract, found, np.flatnonzero(wanted), start, refs)
    return Strands(np.array(found.way, np.int64), count, refs, lonlat, gate[:, 0].astype(np.int64))


def _gather(
    extract: Extract, take: Callable[[int, Mapping[str, str]], bool], is_gate: Callable[[Mapping[str, str]], bool]
) -> _Gathered:
    found = _Gathered()
    wkb = osmium.geom.WKBFactory()
    both = osmium.osm.NODE | osmium.osm.WAY
    tagged = osmium.filter.KeyFilter("highway", "barrier")
    items: Any = osmium.FileProcessor(extract.source(), both).with_locations().with_filter(tagged)
    ways = 0
    for item in items:
        if item.is_node():
            if "barrier" in item.tags and is_gate(dict(item.tags)):
                found.gates.append((item.id, item.lon, item.lat))
        elif take(item.id, dict(item.tags)):
            for first, ends, shape in _runs(item, wkb):
                found.way.append(ways)
                found.way_id.append(item.id)
                found.first.append(first)
                found.ends.append(ends)
                found.shapes.append(shape)
                found.count.append((len(shape) // 2 - HEADER_BYTES) // POINT_BYTES)
            ways += 1
    return found


def _runs(way: Any, wkb: "osmium.geom.WKBFactory") -> Iterator[tuple[int, tuple[int, int], str]]:  # noqa: ANN401
    """Yield where a run starts in its way, its first and last node, and its shape as WKB."""
    nodes = way.nodes
    if len(nodes) < 2:
        return
    try:
        shape = wkb.create_linestring(way, osmium.geom.ALL)
    except osmium.InvalidLocationError:
        yield from _known_runs(nodes)
    else:
        yield 0, (nodes[0].ref, nodes[-1].ref), shape


def _known_runs(nodes: Any) -> Iterator[tuple[int, tuple[int, int], str]]:  # noqa: ANN401
    for known, run in groupby(enumerate(nodes), key=lambda place: place[1].location.valid()):
        places = list(run) if known else []
        if len(places) > 1:
            line = shapely.LineString([(node.lon, node.lat) for _, node in places])
            ends = (places[0][1].ref, places[-1][1].ref)
            yield places[0][0], ends, shapely.to_wkb(line, hex=True, byte_order=1)


def _coordinates(shapes: list[str], count: Ints) -> Floats:
    """Take the coordinates out of line strings in little-endian WKB."""
    raw = np.frombuffer(bytes.fromhex("".join(shapes)), np.uint8)
    size = HEADER_BYTES + POINT_BYTES * count
    body = np.ones(len(raw), bool)
    body[((np.cumsum(size) - size)[:, None] + np.arange(HEADER_BYTES)).reshape(-1)] = False
    return raw[body].view("<f8").reshape(-1, 2)


def _places(lonlat: Floats) -> Ints:
    """Return one number per place; the file holds degrees in steps of 1e-7."""
    lon, lat = np.rint(lonlat.T * UNITS_PER_DEGREE).astype(np.int64)
    places: Ints = lon * (1 << 32) + lat
    return places


def _may_be_shared(places: Ints, gates: Ints) -> npt.NDArray[np.bool_]:
    """Tell which places occur more than once, or hold a gate."""
    order = np.argsort(places, kind="stable")
    same = places[order][1:] == places[order][:-1]
    shared = np.zeros(len(places), bool)
    shared[order[1:][same]] = True
    shared[order[:-1][same]] = True
    return shared | np.isin(places, gates)


def _ask(extract: Extract, found: _Gathered, wanted: Ints, start: Ints, refs: Ints) -> None:
    """Fill in the identifiers of the nodes at the wanted positions."""
    run = np.searchsorted(start, wanted, side="right") - 1
    index = wanted - start[run] + np.array(found.first, np.int64)[run]
    asked: dict[int, list[tuple[int, int]]] = {}
    for way_id, position, node in zip(
        np.array(found.way_id, np.int64)[run].tolist(), wanted.tolist(), index.tolist(), strict=True
    ):
        asked.setdefault(way_id, []).append((position, node))
    tracker = osmium.IdTracker()
    for way_id in asked:
        tracker.add_way(way_id)
    ways: Any = osmium.FileProcessor(extract.source(), osmium.osm.WAY).with_filter(tracker.id_filter())
    for way in ways if asked else ():
        nodes = way.nodes
        for position, node in asked.get(way.id, ()):
            refs[position] = nodes[node].ref
