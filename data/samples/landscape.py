"""The landscape of the sample town: wooded hills, the green along the river, the park."""

from collections.abc import Sequence

import shapely
from shapely import Polygon

from data.samples import story
from data.samples.lines import Spot, beside, on_grid, rounded, smooth
from data.samples.plan import plan, spots
from data.samples.streets import RIVER, Street
from data.samples.ways import Way

_GREEN_FROM_M, _GREEN_TO_M = 32.0, 47.0


def landscape(park: Polygon, streets: Sequence[Street]) -> list[Way]:
    """Draw what is green.

    Parameters
    ----------
    park : Polygon
        Ground of the park, metres.
    streets : sequence of Street
        Streets and lanes around it.

    Returns
    -------
    list of Way
        Woods, grass and parks, and the paths in them.
    """
    woods = [
        Way(
            {"natural": "wood"} | _named(hill["name"]),
            _closed(smooth([*hill["corners"], hill["corners"][0]])),
            joins=False,
        )
        for hill in plan()["hill"]
    ]
    paths = [Way({"highway": row["highway"], "name": "塔山步道"}, spots(row["points"])) for row in plan()["hill_path"]]
    return [*woods, *_river_greens(), *_park(park, streets), *paths]


def _named(name: str) -> dict[str, str]:
    return {"name": name} if name else {}


def _closed(points: Sequence[Spot]) -> tuple[Spot, ...]:
    return (*points[:-1], points[0])


def _river_greens() -> list[Way]:
    """Return the grass between the water and the streets on both banks."""
    found = []
    for side in (1, -1):
        near, far = (beside(RIVER, left_m=side * away) for away in (_GREEN_FROM_M, _GREEN_TO_M))
        ring = [*near, *reversed(far)]
        found.append(Way({"landuse": "grass"}, (*ring, ring[0]), joins=False))
    return found


def _park(parcel: Polygon, streets: Sequence[Street]) -> list[Way]:
    """Return the park: its ground, a pond, a path around it and two paths to the streets."""
    footway = {"highway": "footway"}
    walk = on_grid(parcel.buffer(-22).simplify(3))
    ways = [
        Way(
            {"leisure": "park", "name": story.PARK[0]},
            _ring(on_grid(parcel.buffer(-4, join_style="mitre"))),
            joins=False,
        ),
        Way({"natural": "water", "water": "pond"}, _ring(on_grid(parcel.buffer(-42).simplify(2))), joins=False),
        Way(footway, _ring(walk)),
    ]
    lines = shapely.STRtree([street.line for street in streets])
    for share in (0.1, 0.6):
        spot = walk.exterior.interpolate(share, normalized=True)
        link = shapely.shortest_line(spot, lines.geometries[lines.nearest(spot)])
        ways.append(Way(footway, tuple(rounded(point) for point in link.coords)))
    return ways


def _ring(polygon: Polygon) -> tuple[Spot, ...]:
    return tuple(rounded(point) for point in polygon.exterior.coords)
