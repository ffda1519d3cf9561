"""Names on a map: each where it fits and touches no other, or its number, or nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import rtree
import shapely

from maps.atlas.lettering import MM_PER_POINT, width_mm
from maps.atlas.scaling import View

# Height of a line of type by its size, and the free ground around it.
_TALL = 1.15
_FREE_MM = 0.35
# How much wider than its area a name may be.
_OVERHANG = 1.6


@dataclass(frozen=True)
class Wish:
    """Hold what one feature would like to be called on the map.

    Parameters
    ----------
    x, y : float
        Where the middle of it would stand, in metres.
    texts : tuple of (str, float, bool)
        Text, points and whether bold, the best first.
    room_mm : float
        Width of the area it stands in; infinite where there is none.
    angle : float
        Degrees to the left from level.
    colour : str
        ``#rrggbb``.
    offsets : tuple of (float, float)
        Millimetres from the middle to try, in turn.
    """

    x: float
    y: float
    texts: tuple[tuple[str, float, bool], ...]
    room_mm: float = float("inf")
    angle: float = 0.0
    colour: str = "#222222"
    offsets: tuple[tuple[float, float], ...] = ((0.0, 0.0),)


@dataclass(frozen=True)
class Placed:
    """Hold a text that is drawn: which wish it grants, with which of its texts, and where in metres."""

    wish: Wish
    choice: int
    x: float
    y: float

    @property
    def text(self) -> str:
        """Return the text."""
        return self.wish.texts[self.choice][0]


class Ground:
    """Know where on the map something stands already."""

    def __init__(self, view: View, taken: Iterable[shapely.Polygon] = ()) -> None:
        self.view = view
        self._index = rtree.index.Index()
        self._outlines: list[shapely.Polygon] = []
        for outline in taken:
            self.take(outline)

    @property
    def taken(self) -> tuple[shapely.Polygon, ...]:
        """Return what stands there, in the order it came."""
        return tuple(self._outlines)

    def take(self, outline: shapely.Polygon) -> None:
        """Note that something stands there."""
        self._index.insert(len(self._outlines), outline.bounds)
        self._outlines.append(outline)

    def is_free(self, outline: shapely.Polygon) -> bool:
        """Tell whether an outline lies in the map and touches nothing that is known."""
        west, south, east, north = outline.bounds
        view = self.view
        if west < view.west or east > view.east or south < view.south or north > view.north:
            return False
        near = self._index.intersection(outline.bounds)
        return not any(shapely.intersects(self._outlines[at], outline) for at in near)


def place(wishes: Sequence[Wish], *, ground: Ground) -> list[Placed]:
    """Place texts in turn, none upon another and none beyond the frame.

    Parameters
    ----------
    wishes : sequence of Wish
        The most important first.
    ground : Ground
        What stands already; what is placed is noted in it.

    Returns
    -------
    list of Placed
        The texts that found room.
    """
    placed = []
    for wish in wishes:
        found = _first_free(wish, ground)
        if found is not None:
            placed.append(found)
    return placed


def _first_free(wish: Wish, ground: Ground) -> Placed | None:
    for choice, (text, points, bold) in enumerate(wish.texts):
        width = width_mm(text, points=points, bold=bold)
        if width > wish.room_mm * _OVERHANG:
            continue
        for across, up in wish.offsets:
            x = wish.x + across * ground.view.metres_per_mm
            y = wish.y + up * ground.view.metres_per_mm
            outline = _outline(x, y, (width, points * MM_PER_POINT * _TALL), wish.angle, ground.view)
            if ground.is_free(outline):
                ground.take(outline)
                return Placed(wish, choice, x, y)
    return None


def _outline(x: float, y: float, size_mm: tuple[float, float], angle: float, view: View) -> shapely.Polygon:
    half = (np.asarray(size_mm) / 2 + _FREE_MM) * view.metres_per_mm
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * half
    turn = np.deg2rad(angle)
    turned = corners @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return shapely.Polygon(np.add(turned, (x, y)))
