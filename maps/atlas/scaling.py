"""The scale of a map, the ground it shows, and its scale bar."""

import math
from dataclasses import dataclass

from data.errors import OutputError
from data.problems import error
from maps.atlas.paper import Box, measures

# Most parts a scale bar has, and how much of its room it may take.
_PARTS = 4


@dataclass(frozen=True)
class View:
    """Hold what a map shows and how large.

    Parameters
    ----------
    denominator : int
        The scale is one to this.
    west, south, east, north : float
        Edges of the ground in metres.
    box : Box
        Where on the paper.
    factor : float
        How much larger signs and lines are than on A3.
    """

    denominator: int
    west: float
    south: float
    east: float
    north: float
    box: Box
    factor: float = 1.0

    @property
    def metres_per_mm(self) -> float:
        """Return how many metres a millimetre stands for."""
        return self.denominator / 1000

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Return west, south, east and north in metres."""
        return self.west, self.south, self.east, self.north


def fit_view(bounds: tuple[float, float, float, float], *, box: Box, rim_mm: float, factor: float = 1.0) -> View:
    """Choose the largest usual scale at which all of the ground fits, and centre it.

    Parameters
    ----------
    bounds : (west, south, east, north)
        The ground in metres.
    box : Box
        Where on the paper, in millimetres.
    rim_mm : float
        Room left on every side.
    factor : float
        How much larger signs and lines are than on A3.

    Returns
    -------
    View
        What the map shows.

    Raises
    ------
    OutputError
        When it fits at no usual scale.
    """
    west, south, east, north = bounds
    needed = max((east - west) / (box.width - 2 * rim_mm), (north - south) / (box.height - 2 * rim_mm)) * 1000
    scale = next((one for one in measures()["scales"] if one >= needed), None)
    if scale is None:
        raise OutputError(error("atlas_too_large", width=f"{(east - west) / 1000:.0f}", most=measures()["scales"][-1]))
    half_x, half_y = box.width * scale / 2000, box.height * scale / 2000
    x, y = (west + east) / 2, (south + north) / 2
    return View(scale, x - half_x, y - half_y, x + half_x, y + half_y, box, factor)


def bar_parts(denominator: int, *, room_mm: float, part_mm: float) -> tuple[int, int]:
    """Divide a scale bar.

    Parameters
    ----------
    denominator : int
        The scale.
    room_mm : float
        Longest bar.
    part_mm : float
        Least length of a part.

    Returns
    -------
    metres : int
        Ground that a part stands for: 1, 2 or 5 and noughts.
    parts : int
        How many parts.
    """
    least = part_mm * denominator / 1000
    power = 10 ** math.floor(math.log10(least))
    metres = next(int(step * power) for step in (1, 2, 5, 10) if step * power >= least and step * power >= 1)
    return metres, max(1, min(_PARTS, int(room_mm * denominator / 1000 // metres)))
