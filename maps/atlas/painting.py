"""Drawing layers into the frame of a map."""

from collections.abc import Mapping

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch

from maps.atlas.classing import Classed, ClassRow, Look
from maps.atlas.lettering import MM_PER_POINT
from maps.atlas.paper import measures
from maps.atlas.scaling import View
from maps.atlas.shapes import Geometries, area_path, line_path, simpler, within

MARKERS: Mapping[str, str] = {
    "circle": "o", "up": "^", "down": "v", "square": "s", "diamond": "D", "star": "*", "plus": "P", "hexagon": "h",
    "left": "<", "right": ">", "cross": "X",
}  # fmt: skip
# Areas lie under lines, lines under points, and the ground under all; within a kind the order of the layers holds.
_DEPTHS = {2: 20.0, 1: 40.0, 0: 60.0}
_STEP = 0.1
# How much thinner lines are on an overview.
_THINNER = 0.6


def paint(axes: Axes, *, layer: Classed, view: View, turn: int, ground: bool) -> None:
    """Draw a layer.

    Parameters
    ----------
    axes : Axes
        The map, in metres.
    layer : Classed
        What is drawn.
    view : View
        What the map shows.
    turn : int
        Its place among the layers.
    ground : bool
        Whether it lies under what the sheet is about.
    """
    geometries = np.asarray(layer.frame.geometry.array, dtype=object)
    shown = within(geometries, view=view)
    for at, row in enumerate(layer.classes):
        chosen = geometries[shown & (layer.codes == at)]
        dimensions = shapely.get_dimensions(chosen)
        for dimension, depth in _DEPTHS.items():
            of_kind = chosen[dimensions == dimension]
            if len(of_kind):
                at_depth = (depth / 10 if ground else depth) + turn * _STEP
                _PAINTERS[dimension](axes, of_kind, row, view, at_depth)


def points_of(mm: float) -> float:
    """Turn millimetres into points."""
    return mm / MM_PER_POINT


def _areas(axes: Axes, shapes: Geometries, row: ClassRow, view: View, depth: float) -> None:
    look = row.look
    # A line drawing of an area shows only its outline.
    drawn = PathPatch(area_path(simpler(shapes, view=view)), facecolor=look.fill or "none", edgecolor=edge_of(look))
    drawn.set(
        linewidth=points_of(look.width_mm * view.factor) if look.line or look.hatch else 0,
        linestyle=dashes(look),
        hatch=look.hatch or None,
        zorder=depth if look.fill or look.hatch else depth + _DEPTHS[2],
    )
    axes.add_artist(drawn)


def edge_of(look: Look) -> str:
    """Return the colour of the outline and hatch of an area."""
    return look.line or ("#8d887c" if look.hatch or look.fill else "none")


def dashes(look: Look) -> str | tuple[float, tuple[float, ...]]:
    """Return the dashes of a look as matplotlib takes them."""
    return (0.0, look.dash) if look.dash else "-"


def _lines(axes: Axes, shapes: Geometries, row: ClassRow, view: View, depth: float) -> None:
    look = row.look
    drawn = PathPatch(line_path(simpler(shapes, view=view)), facecolor="none", edgecolor=look.line or "#404040")
    drawn.set(
        linewidth=points_of(look.width_mm * view.factor)
        * (1.0 if view.denominator < measures()["overview"] else _THINNER),
        linestyle=dashes(look),
        capstyle="butt" if look.dash else "round",
        zorder=depth,
    )
    axes.add_artist(drawn)


def _markers(axes: Axes, shapes: Geometries, row: ClassRow, view: View, depth: float) -> None:
    look = row.look
    coordinates = shapely.get_coordinates(shapes)
    axes.scatter(
        coordinates[:, 0],
        coordinates[:, 1],
        s=points_of(look.size_mm * view.factor) ** 2,
        marker=MARKERS[look.marker],
        facecolor=look.fill or "none",
        edgecolor=look.line or "#ffffff",
        linewidth=points_of(look.width_mm * view.factor),
        zorder=depth,
        clip_on=True,
    )


_PAINTERS = {2: _areas, 1: _lines, 0: _markers}
