"""The ways of the sample town: at grade they meet wherever they cross, bridges and tunnels meet only at their ends."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import shapely
import shapely.ops
from shapely import LineString, Point

from data.samples.lines import Spot, beside, rounded
from data.samples.streets import (
    EXPRESSWAY,
    EXPRESSWAY_NAME,
    RAILWAY,
    RAILWAY_NAME,
    RIVER,
    RIVER_NAME,
    Street,
    river_water,
)

TOUCH_M = 0.05
_BRIDGE = {"bridge": "yes", "layer": "1"}
_TUNNEL = {"tunnel": "yes", "layer": "-1"}
# How the streets cross what no street ends at: line, half width of the section, tags by street.
_CROSSINGS: tuple[tuple[tuple[Spot, ...], float, Mapping[str, dict[str, str]]], ...] = (
    (RIVER, 46.0, {"人民路": _BRIDGE, "北环路": _BRIDGE}),
    (RAILWAY, 18.0, {"建设路": _TUNNEL}),
    (EXPRESSWAY, 26.0, {"人民路": _TUNNEL, "工业路": _BRIDGE}),
)
LEVEL_CROSSING_STREET = "中山路"


@dataclass(frozen=True)
class Way:
    """Hold one way.

    Parameters
    ----------
    tags : mapping of str to str
        Its tags.
    points : tuple of Spot
        Its line, metres; the first point again at the end when it is closed.
    joins : bool
        Whether it shares a node with every other such way it meets; the others share only their ends.
    """

    tags: Mapping[str, str]
    points: tuple[Spot, ...]
    joins: bool = True


@dataclass(frozen=True)
class Mark:
    """Hold the tags of one node."""

    spot: Spot
    tags: Mapping[str, str]


@dataclass
class _Spots:
    """Keep one spot for all that lie closer together than the touch distance."""

    known: dict[tuple[int, int], Spot] = field(default_factory=dict)

    def of(self, spot: Iterable[float]) -> Spot:
        x, y = rounded(spot)
        cell = (round(x / TOUCH_M), round(y / TOUCH_M))
        for step in _AROUND:
            near = self.known.get((cell[0] + step[0], cell[1] + step[1]))
            if near and Point(near).distance(Point(x, y)) <= TOUCH_M:
                return near
        return self.known.setdefault(cell, (x, y))


_AROUND = sorted(
    ((dx, dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)), key=lambda step: (abs(step[0]) + abs(step[1]), step)
)


def street_ways(streets: Iterable[Street]) -> list[Way]:
    """Return the ways of the streets, cut into at-grade parts, bridges and tunnels.

    Parameters
    ----------
    streets : iterable of Street
        Streets and lanes.

    Returns
    -------
    list of Way
        In the order of the streets.
    """
    return [way for street in streets for way in _parts(street)]


def _parts(street: Street) -> list[Way]:
    tags = {"highway": street.highway} | ({"name": street.name} if street.name else {})
    points = (
        _with_spot(street.points, level_crossing(street)) if street.name == LEVEL_CROSSING_STREET else street.points
    )
    at_grade, found = [LineString(points)], []
    for line, half_width, by_street in _CROSSINGS:
        if street.name in by_street:
            strip = LineString(line).buffer(half_width)
            raised = street.line.intersection(strip)
            found.append(Way(tags | by_street[street.name], _spots(raised), joins=False))
            at_grade = [part for whole in at_grade for part in shapely.get_parts(whole.difference(strip))]
    return [Way(tags, _spots(part)) for part in at_grade] + found


def _spots(line: LineString) -> tuple[Spot, ...]:
    return tuple(rounded(point) for point in line.coords)


def level_crossing(street: Street) -> Spot:
    """Return where a street crosses the railway."""
    return rounded(street.line.intersection(LineString(RAILWAY)).coords[0])


def barrier_ways(streets: list[Street]) -> tuple[list[Way], list[Mark]]:
    """Return river, railway and expressway, and the mark of the level crossing.

    Parameters
    ----------
    streets : list of Street
        The streets; one crosses the railway at grade.

    Returns
    -------
    tuple of list of Way and list of Mark
        The ways and the marks.
    """
    crossing = level_crossing(next(street for street in streets if street.name == LEVEL_CROSSING_STREET))
    rail = {"railway": "rail", "name": RAILWAY_NAME}
    ways = [
        Way({"waterway": "river", "name": RIVER_NAME}, RIVER, joins=False),
        Way({"natural": "water", "water": "river", "name": RIVER_NAME}, _spots(river_water().exterior), joins=False),
        Way(rail, _with_spot(RAILWAY, crossing), joins=False),
    ]
    trunk = {"highway": "trunk", "name": EXPRESSWAY_NAME, "maxspeed": "80"}
    strip = LineString(RAILWAY).buffer(25)
    line = LineString(EXPRESSWAY)
    ways += [Way(trunk, _spots(part), joins=False) for part in shapely.get_parts(line.difference(strip))]
    ways.append(Way(trunk | _BRIDGE, _spots(line.intersection(strip)), joins=False))
    return ways, [Mark(crossing, {"railway": "level_crossing"})]


def _with_spot(points: tuple[Spot, ...], spot: Spot) -> tuple[Spot, ...]:
    line = LineString(points)
    at = line.project(Point(spot))
    before = [point for point in points if line.project(Point(point)) < at - TOUCH_M]
    after = [point for point in points if line.project(Point(point)) > at + TOUCH_M]
    return (*before, spot, *after)


def foot_ways(streets: list[Street]) -> list[Way]:
    """Return the paths along both banks with their links to the streets, and the footbridge over the expressway.

    Parameters
    ----------
    streets : list of Street
        The streets.

    Returns
    -------
    list of Way
        Footways, steps and the footbridge.
    """
    by_name = {street.name: street for street in streets}
    ways = []
    for side, name in ((40.0, "滨江路"), (-40.0, "滨河西路")):
        street = by_name[name].line
        reach = street.buffer(30, cap_style="flat")
        path = LineString(beside(RIVER, left_m=side)).intersection(reach)
        path = max(shapely.get_parts(path), key=lambda part: part.length)
        ways.append(Way({"highway": "footway", "name": "滨江绿道"}, _spots(path)))
        ways += _links(path, street)
    return ways + _footbridge(by_name["东环路"].line, by_name["东山路"].line)


def _links(path: LineString, street: LineString) -> list[Way]:
    """Return the links between a path and a street, every fourth of the way; steps and ramps by turns."""
    found = []
    for turn in range(6):
        spot = path.interpolate((turn + 0.35) / 6, normalized=True)
        link = shapely.shortest_line(spot, street)
        found.append(Way({"highway": "footway" if turn % 2 else "steps"}, _spots(link)))
    return found


def _footbridge(west: LineString, east: LineString) -> list[Way]:
    line = LineString([(2380, 2156), (2860, 2150)])
    start, stop = line.intersection(west), line.intersection(east)
    line = LineString([start, stop])
    over = line.intersection(LineString(EXPRESSWAY).buffer(26))
    ends = [line.project(Point(spot)) for spot in (over.coords[0], over.coords[-1])]
    cuts = (0.0, ends[0] - 12, ends[0], ends[1], ends[1] + 12, line.length)
    tags: tuple[dict[str, str], ...] = (
        {},
        {"highway": "steps"},
        {"name": "东山天桥", **_BRIDGE},
        {"highway": "steps"},
        {},
    )
    return [
        Way({"highway": "footway"} | tag, _spots(shapely.ops.substring(line, low, high)), joins="bridge" not in tag)
        for tag, low, high in zip(tags, cuts, cuts[1:], strict=False)
    ]


def join_ways(ways: list[Way]) -> list[Way]:
    """Give ways that meet a common vertex.

    Parameters
    ----------
    ways : list of Way
        The ways as drawn.

    Returns
    -------
    list of Way
        The same ways in the same order; equal spots are one node.
    """
    spots = _Spots()
    lines = [LineString(way.points) for way in ways]
    added: list[list[Spot]] = [[] for _ in ways]
    one, two = shapely.STRtree(lines).query(lines, predicate="dwithin", distance=TOUCH_M)
    for i, j in sorted((int(i), int(j)) for i, j in zip(one, two, strict=True) if i < j):
        for spot in _meetings(ways[i], ways[j], lines[i], lines[j]):
            kept = spots.of(spot)
            added[i].append(kept)
            added[j].append(kept)
    return [_with_spots(way, line, extra, spots) for way, line, extra in zip(ways, lines, added, strict=True)]


def _meetings(a: Way, b: Way, line_a: LineString, line_b: LineString) -> list[Spot]:
    """Return where two ways share a node: every crossing of two at grade, else only where two ends meet."""
    ends_a, ends_b = ([way.points[0], way.points[-1]] for way in (a, b))
    if a.joins and b.joins:
        ends = [spot for spot in ends_a if line_b.distance(Point(spot)) <= TOUCH_M]
        ends += [spot for spot in ends_b if line_a.distance(Point(spot)) <= TOUCH_M]
        crossings = [
            rounded(part.coords[0])
            for part in shapely.get_parts(line_a.intersection(line_b))
            if part.geom_type == "Point"
        ]
        return ends + crossings
    return [spot for spot in ends_a if any(Point(spot).distance(Point(other)) <= TOUCH_M for other in ends_b)]


def _with_spots(way: Way, line: LineString, extra: list[Spot], spots: _Spots) -> Way:
    """Put the spots into their places along the way."""
    placed = [(line.project(Point(spot)), spot) for spot in sorted(set(extra))]
    own = [(line.project(Point(spot)), spots.of(spot)) for spot in way.points]
    if way.points[0] == way.points[-1]:
        own[-1] = (line.length, own[0][1])
    points: list[Spot] = []
    for _, spot in sorted([*own, *placed], key=lambda item: item[0]):
        if not points or points[-1] != spot:
            points.append(spot)
    return Way(way.tags, tuple(points), way.joins)
