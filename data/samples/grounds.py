"""What lies inside the estates of the sample town: gates, walls and inner roads."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import shapely
from shapely import LineString, Point, Polygon

from data.samples import story
from data.samples.estates import Estate
from data.samples.lines import Spot, largest, ray, rounded
from data.samples.streets import Street
from data.samples.ways import Mark, Way

# How far inside its boundary a wall stands.
WALL_INSET_M = 0.3
# Where the gates of some stories stand: the nearest spot of the boundary that can have one.
_GATE_HINTS: dict[str, tuple[Spot, ...]] = {
    story.WALLED: ((2045, 1575),),
    story.LOCKED_GATE: ((2180, 1180), (2200, 1400)),
    story.ACROSS_RIVER[0]: ((850, 2400),),
    story.STEPS: ((740, 2100),),
    story.ISOLATED: ((2822, 962),),
    story.ACROSS_RAILWAY: ((1260, 680),),
    story.AT_LIMIT: ((250, 1790),),
}
_WALLED = (story.WALLED, story.LOCKED_GATE, story.PRIVATE_ROADS)
_GATED = (*_WALLED, story.STEPS, story.AT_LIMIT, story.ACROSS_RIVER[0], story.ISOLATED, story.HOSTILE)


@dataclass(frozen=True)
class Gate:
    """Hold where an estate opens to a street.

    Parameters
    ----------
    spot, street_spot : Spot
        On the boundary, and on the street in front of it.
    """

    spot: Spot
    street_spot: Spot


def furnish(
    estates: Sequence[Estate], streets: Sequence[Street], *, rng: random.Random
) -> tuple[list[Way], list[Mark]]:
    """Draw gates, walls and inner roads.

    Parameters
    ----------
    estates : sequence of Estate
        The estates.
    streets : sequence of Street
        Streets and lanes they may open to.
    rng : random.Random
        Source of every choice.

    Returns
    -------
    tuple of list of Way and list of Mark
        Ways inside the estates and up to the streets, and the gates.
    """
    lines = shapely.STRtree([street.line for street in streets])
    shapes = shapely.STRtree([estate.shape for estate in estates])
    ways: list[Way] = []
    marks: list[Mark] = []
    for estate in estates:
        dice = (rng.random(), rng.random())
        gates = _gates(estate, lines, shapes, rng)
        if not gates or (dice[0] > 0.86 and estate.name not in story.SEATS):
            continue
        gated = estate.name in _GATED or (dice[0] < 0.5 and estate.name not in story.SEATS)
        walled = estate.name in _WALLED or (gated and estate.name not in story.SEATS and dice[1] < 0.12)
        gates = [_on_wall(gate) for gate in gates] if walled else gates
        ways += _inner_ways(estate, gates)
        if gated:
            marks += [Mark(gate.spot, _gate_tags(estate, index, rng)) for index, gate in enumerate(gates)]
        if walled:
            ways.append(_wall(estate, gates))
    return ways, marks


def _gates(estate: Estate, lines: shapely.STRtree, shapes: shapely.STRtree, rng: random.Random) -> list[Gate]:
    """Return one or two gates at spots of the boundary from where a street is free to reach."""
    ring = estate.shape.exterior
    found = []
    for step in range(int(ring.length // 5)):
        spot = ring.interpolate(step * 5.0 + 2.5)
        link = _free_link(spot, lines, shapes, estate)
        if link is not None:
            found.append((link.length, Gate(rounded(spot.coords[0]), rounded(link.coords[-1]))))
    near = [gate for length, gate in found if length < 16] or [
        gate for _, gate in sorted(found, key=lambda item: item[0])[:1]
    ]
    if not near:
        return []
    if estate.name in _GATE_HINTS:
        return [min(near, key=lambda gate: Point(gate.spot).distance(Point(hint))) for hint in _GATE_HINTS[estate.name]]
    first = rng.choice(near)
    second = rng.choice(near)
    wide = Point(first.spot).distance(Point(second.spot)) > 70 and estate.name not in story.SEATS
    return [first, second] if wide else [first]


def _free_link(spot: Point, lines: shapely.STRtree, shapes: shapely.STRtree, estate: Estate) -> LineString | None:
    """Return the way to the nearest street when it is short, crosses no estate and leaves no corner."""
    corners = shapely.get_coordinates(estate.shape.exterior)
    if min(spot.distance(Point(corner)) for corner in corners) < 5:
        return None
    link = shapely.shortest_line(spot, lines.geometries[lines.nearest(spot)])
    if not 1 < link.length < 90:
        return None
    crossed = shapes.query(link, predicate="intersects")
    blocked = [shapes.geometries[index].intersection(link).length > 0.1 for index in crossed]
    return None if any(blocked) else link


def _on_wall(gate: Gate) -> Gate:
    """Return a gate set back to where the wall stands."""
    (x, y), (from_x, from_y) = gate.spot, gate.street_spot
    length = Point(gate.spot).distance(Point(gate.street_spot))
    inward = ((x - from_x) / length * WALL_INSET_M, (y - from_y) / length * WALL_INSET_M)
    return Gate(rounded((x + inward[0], y + inward[1])), gate.street_spot)


def _wall(estate: Estate, gates: list[Gate]) -> Way:
    """Return the wall around an estate, a vertex at each gate."""
    ring = largest(estate.shape.buffer(-WALL_INSET_M, join_style="mitre")).exterior
    placed = [(ring.project(Point(spot)), rounded(spot)) for spot in ring.coords[:-1]]
    placed += [(ring.project(Point(gate.spot)), gate.spot) for gate in gates]
    points = [spot for _, spot in sorted(placed)]
    return Way({"barrier": "wall"}, (*points, points[0]), joins=False)


def _gate_tags(estate: Estate, index: int, rng: random.Random) -> dict[str, str]:
    tags = {"barrier": "gate"}
    if estate.name == story.PRIVATE_ROADS:
        return tags | {"access": "private"}
    if estate.name == story.LOCKED_GATE:
        return tags | {"name": ("北门", "南门")[index]} | ({"locked": "yes"} if index == 1 else {})
    if estate.name == story.WALLED:
        return tags | {"name": "大门"}
    return tags | rng.choice(({}, {}, {"access": "residents"}, {"barrier": "lift_gate"}))


def _inner_ways(estate: Estate, gates: list[Gate]) -> list[Way]:
    """Return the way from each street through the gate, its branches, and what the story of the estate adds."""
    private = {"access": "private"} if estate.name == story.PRIVATE_ROADS else {}
    outer = {"highway": "steps"} if estate.name == story.STEPS else {"highway": "service"}
    service = {"highway": "service", "service": "driveway"}
    ways: list[Way] = []
    for gate in gates:
        spine = _spine(estate.shape, gate)
        ways.append(Way(outer, (gate.street_spot, gate.spot)))
        if spine is None:
            continue
        ways.append(Way(service | private, tuple(rounded(point) for point in spine.coords)))
        ways += [Way({"highway": "footway"} | private, branch) for branch in _branches(estate.shape, spine)]
    if estate.name == story.SCRAP:
        ways.append(_scrap(estate.shape, ways))
    return ways


def _spine(shape: Polygon, gate: Gate) -> LineString | None:
    """Return the inner road that leads from a gate straight in."""
    (x, y), (from_x, from_y) = gate.spot, gate.street_spot
    length = Point(gate.spot).distance(Point(gate.street_spot))
    line = ray(gate.spot, ((x - from_x) / length, (y - from_y) / length), reach_m=500)
    inside = [part for part in shapely.get_parts(line.intersection(shape.buffer(-7))) if part.length > 1]
    if not inside:
        return None
    first = min(inside, key=lambda part: part.distance(Point(gate.spot)))
    return LineString([gate.spot, first.coords[-1]])


def _branches(shape: Polygon, spine: LineString) -> list[tuple[Spot, Spot]]:
    """Return the footways that leave an inner road on both sides."""
    (x0, y0), (x1, y1) = spine.coords[0], spine.coords[-1]
    across = (-(y1 - y0) / spine.length, (x1 - x0) / spine.length)
    inner = shape.buffer(-8)
    found = []
    for turn in range(1, 4):
        if turn * 42 > spine.length + 20:
            break
        start = rounded(spine.interpolate(min(turn * 42.0 - 18, spine.length)).coords[0])
        for side in (1, -1):
            line = ray(start, (across[0] * side, across[1] * side), reach_m=120)
            parts = [part for part in shapely.get_parts(line.intersection(inner)) if part.distance(Point(start)) < 0.1]
            found += [(start, rounded(part.coords[-1])) for part in parts if part.length > 14]
    return found


def _scrap(shape: Polygon, ways: list[Way]) -> Way:
    """Return a footway that touches no other way."""
    taken = shapely.union_all([LineString(way.points).buffer(9) for way in ways])
    middle = largest(shape.buffer(-6).difference(taken)).representative_point()
    line = LineString([(middle.x - 4, middle.y - 3), (middle.x + 4, middle.y + 3)])
    return Way({"highway": "footway"}, tuple(rounded(point) for point in line.coords), joins=False)
