"""The parcels of the sample town: blocks cut by lanes, and parcels cut by property lines."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

import shapely
from shapely import LineString, Point, Polygon

from data.samples.lines import Spot, frame, on_grid, ray, rounded, split
from data.samples.plan import Table, plan
from data.samples.streets import Street, blocks


@dataclass(frozen=True)
class Ground:
    """Hold how the ground is divided.

    Parameters
    ----------
    lanes : tuple of Street
        Lanes inside the blocks; their ends lie on the centre lines they meet.
    parcels : tuple of Polygon
        Parcels between the boundaries of streets and lanes, metres.
    """

    lanes: tuple[Street, ...]
    parcels: tuple[Polygon, ...]


def divide(drawn: list[Street], *, rng: random.Random) -> Ground:
    """Cut the blocks by lanes and property lines.

    Parameters
    ----------
    drawn : list of Street
        The streets.
    rng : random.Random
        Source of every choice.

    Returns
    -------
    Ground
        Lanes and parcels.
    """
    lanes: list[Street] = []
    property_lines: list[LineString] = []
    pieces: list[Polygon] = []
    names = iter(plan()["names"]["lanes"].split())
    for block in blocks(drawn):
        cuts = next((row["cuts"] for row in plan()["block"] if block.contains(Point(row["seat"]))), None)
        if cuts is None:
            parts, own = _cut_by_lanes(block, names, rng)
            pieces += parts
        else:
            own = _cut_by_hand(block, cuts)
            pieces.append(block)
            property_lines += [LineString(cut["ends"]) for cut in cuts if cut["width_m"] == 0]
        lanes += own
    taken = shapely.union_all([street.ground for street in drawn] + [lane.ground for lane in lanes])
    free = [part for piece in pieces for part in shapely.get_parts(shapely.difference(piece, taken))]
    plots = [plot for part in free for plot in _cut_plots(part, property_lines, rng)]
    return Ground(tuple(lanes), tuple(on_grid(plot) for plot in plots if plot.area > 900))


def _cut_by_hand(block: Polygon, cuts: list[Table]) -> list[Street]:
    """Return the lanes of a block that is cut by hand."""
    lanes = []
    for cut in (cut for cut in cuts if cut["width_m"] > 0):
        highway = "living_street" if cut["width_m"] > 6 else "residential"
        inside = _longest(LineString(cut["ends"]).intersection(block))
        lanes.append(Street(cut["name"], cut["width_m"], highway, inside))
    return lanes


def _longest(shape: shapely.Geometry) -> tuple[Spot, ...]:
    """Return the longest line of a shape, on the centimetre grid."""
    lines = [part for part in shapely.get_parts(shape) if part.geom_type == "LineString"]
    return tuple(rounded(point) for point in max(lines, key=lambda part: part.length).coords)


def _target_m2(block: Polygon) -> float:
    """Return how large pieces between lanes are: small in the old town, large at the edge."""
    away = float(block.centroid.distance(Point(1250, 1600)))
    return 9_500 + 14_000 * min(away / 1_300, 1.0)


def _cut_by_lanes(block: Polygon, names: Iterator[str], rng: random.Random) -> tuple[list[Polygon], list[Street]]:
    """Cut a block across its long side until the pieces are small enough; return the pieces and the lanes."""
    pending, done, lanes = [block], [], []
    target = _target_m2(block)
    while pending:
        piece = pending.pop()
        if piece.area < target * rng.uniform(1.5, 2.2):
            done.append(piece)
            continue
        cut = _across(piece, rng)
        parts = split(piece, cut)
        if len(parts) != 2:
            done.append(piece)
            continue
        width = rng.choice((4.0, 5.0, 6.0, 6.0, 8.0))
        highway = {4.0: "footway", 5.0: "pedestrian"}.get(width, "residential")
        lanes.append(Street(next(names, ""), width, highway, _longest(cut.intersection(piece))))
        pending += parts
    return done, lanes


def _across(piece: Polygon, rng: random.Random) -> LineString:
    """Return a slightly slanted cut across the long side of a piece."""
    middle, (dx, dy), length, _ = frame(piece)
    along = rng.uniform(-0.13, 0.13) * length
    slant = rng.uniform(-0.16, 0.16)
    start = (middle.x + dx * along, middle.y + dy * along)
    direction = (-dy + dx * slant, dx + dy * slant)
    forth, back = (ray(start, (direction[0] * side, direction[1] * side), reach_m=900) for side in (1, -1))
    return LineString([back.coords[1], forth.coords[1]])


def _cut_plots(part: Polygon, property_lines: list[LineString], rng: random.Random) -> list[Polygon]:
    """Cut a piece of ground by the property lines on it; a large one in two of its own."""
    plots = [part]
    drawn = [line for line in property_lines if line.intersects(part)]
    for line in drawn:
        plots = [half for plot in plots for half in (split(plot, line) if line.crosses(plot) else [plot])]
    if drawn or part.area < 13_000 or rng.random() < 0.35:
        return plots
    halves = split(part, _across(part, rng))
    return halves if len(halves) == 2 else plots
