"""The plan of the sample town: its river, railway, expressway and streets, in metres from its south-western corner."""

import math
from dataclasses import dataclass

import shapely
import shapely.ops
from shapely import LineString, MultiPolygon, Polygon

from data.samples.lines import Spot, beside, rounded, smooth
from data.samples.plan import Table, plan, spots

ORIGIN = (488_700.0, 3_130_600.0)
CRS = "EPSG:4548"


@dataclass(frozen=True)
class Street:
    """Hold one street.

    Parameters
    ----------
    name : str
        Its name; lanes may have none.
    width_m : float
        Between the boundaries of the estates on both sides.
    highway : str
        Its class in OpenStreetMap.
    points : tuple of Spot
        Centre line, metres.
    """

    name: str
    width_m: float
    highway: str
    points: tuple[Spot, ...]

    @property
    def line(self) -> LineString:
        """The centre line."""
        return LineString(self.points)

    @property
    def ground(self) -> Polygon:
        """The ground it takes."""
        return self.line.buffer(self.width_m / 2, cap_style="flat", join_style="mitre")


_RIVER = [(1180, 3050), (1230, 2760), (1130, 2480), (880, 2270), (660, 2080), (570, 1850), (600, 1600), (520, 1370)]
RIVER = tuple(smooth([*_RIVER, (290, 1190), (-120, 1090)], rounds=3))
RIVER_WIDTH_M = 62.0
RIVER_NAME = "云渡河"
_RAILWAY = [(-120, 380), (500, 400), (1100, 520), (1700, 600), (2300, 560), (3050, 380)]
RAILWAY = tuple(smooth(_RAILWAY, rounds=3))
RAILWAY_NAME = "云铜铁路"
_EXPRESSWAY = [(2440, -120), (2500, 400), (2580, 1000), (2620, 1600), (2580, 2200), (2440, 3050)]
EXPRESSWAY = tuple(smooth(_EXPRESSWAY, rounds=2))
EXPRESSWAY_NAME = "东环快速路"

# What lies between the estates and these: embankments, green strips.
RIVER_STRIP_M = 49.0
RAILWAY_STRIP_M = 14.0
EXPRESSWAY_STRIP_M = 28.0


def streets() -> list[Street]:
    """Return the streets, the two along the river included.

    Returns
    -------
    list of Street
        The streets; their ends are cut back to the last street they meet.
    """
    drawn = [_street(row) for row in plan()["street"]]
    west, east = (beside(RIVER, left_m=left_m) for left_m in (-56.0, 56.0))
    east_bank = tuple(p for p in east if 1340 < p[1] < 2640)
    west_bank = tuple(p for p in west if p[1] < 2830 and p[0] > 200)
    drawn.append(Street("滨江路", 14, "tertiary", ((1292.0, 2645.0), *east_bank, (665.0, 1225.0))))
    drawn.append(Street("滨河西路", 14, "tertiary", west_bank))
    return [_cut_back(street, drawn) for street in drawn]


def _street(row: Table) -> Street:
    return Street(row["name"], row["width_m"], row["highway"], spots(row["points"]))


def _cut_back(street: Street, drawn: list[Street]) -> Street:
    """Cut off the short ends beyond the first and the last street met."""
    line = street.line
    others = shapely.union_all([other.line for other in drawn if other is not street])
    at = sorted(line.project(point) for point in shapely.get_parts(line.intersection(others)))
    start = at[0] if at[0] < 70 else 0.0
    stop = at[-1] if line.length - at[-1] < 70 else line.length
    part = shapely.ops.substring(line, start, stop)
    return Street(street.name, street.width_m, street.highway, tuple(rounded(p) for p in part.coords))


def river_water() -> Polygon:
    """Return the water of the river."""
    banks = [beside(RIVER, left_m=side * RIVER_WIDTH_M / 2) for side in (1, -1)]
    return Polygon([*banks[0], *reversed(banks[1])])


def closed_ground() -> MultiPolygon:
    """Return the ground that no estate stands on: river, railway and expressway with their strips."""
    strips = ((RIVER, RIVER_STRIP_M), (RAILWAY, RAILWAY_STRIP_M), (EXPRESSWAY, EXPRESSWAY_STRIP_M))
    return shapely.union_all([LineString(line).buffer(strip, join_style="mitre") for line, strip in strips])


def blocks(drawn: list[Street]) -> list[Polygon]:
    """Return the blocks between the centre lines of the streets.

    Parameters
    ----------
    drawn : list of Street
        The streets.

    Returns
    -------
    list of Polygon
        From south-west to north-east.
    """
    closed = closed_ground()
    edges = shapely.union_all([_longer(street.points) for street in drawn])
    faces = [shapely.difference(face, closed) for face in shapely.get_parts(shapely.polygonize([edges]))]
    parts = [part for face in faces for part in shapely.get_parts(face) if part.area > 1_500]
    return sorted(parts, key=lambda part: (round(part.bounds[1], 2), round(part.bounds[0], 2)))


def _longer(points: tuple[Spot, ...]) -> LineString:
    """Return a line with its ends drawn out by half a metre, so that it surely meets what it was cut back to."""
    ends = []
    for (x, y), (inner_x, inner_y) in ((points[0], points[1]), (points[-1], points[-2])):
        length = math.hypot(x - inner_x, y - inner_y)
        ends.append((x + (x - inner_x) / length * 0.5, y + (y - inner_y) / length * 0.5))
    return LineString([ends[0], *points[1:-1], ends[1]])
