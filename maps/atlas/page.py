"""One page of the atlas as a figure of matplotlib that is drawn on in millimetres."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle

from maps.atlas.classing import Look
from maps.atlas.lettering import font_of, one_line
from maps.atlas.painting import MARKERS, dashes, edge_of, points_of
from maps.atlas.paper import Box, Layout, measures
from maps.atlas.scaling import View

INK: str = measures()["ink"]["full"]
SOFT: str = measures()["ink"]["soft"]
MM_PER_INCH = 25.4
# Fonts stay fonts, so that a reader can search; a dollar sign is a dollar sign.
SETTINGS: dict[Any, Any] = {
    "text.parse_math": False,
    "axes.unicode_minus": False,
    "hatch.linewidth": 0.35,
    "path.simplify": False,
    "svg.fonttype": "none",
}


@dataclass(frozen=True)
class Lettered:
    """Hold how a name on the map is written.

    Parameters
    ----------
    points : float
        Size.
    bold : bool
        Whether it is bold.
    colour : str
        ``#rrggbb``.
    angle : float
        Degrees to the left from level.
    pale : bool
        Whether it stands on a pale ground.
    """

    points: float
    bold: bool
    colour: str
    angle: float
    pale: bool


class Page:
    """Draw on one page.

    Parameters
    ----------
    layout : Layout
        Where the parts stand.
    fonts : sequence of Path
        Font files of the project.
    """

    def __init__(self, layout: Layout, fonts: Sequence[Path] = ()) -> None:
        self.layout = layout
        self.fonts = fonts
        self.figure = Figure(figsize=(layout.width_mm / MM_PER_INCH, layout.height_mm / MM_PER_INCH))
        self.sheet = self._axes(Box(0, 0, layout.width_mm, layout.height_mm), (0, 0, layout.width_mm, layout.height_mm))
        self.sheet.set_axis_off()

    def map_axes(self, view: View) -> Axes:
        """Return the frame of the map, in metres."""
        axes = self._axes(view.box, view.bounds)
        axes.set_xticks([])
        axes.set_yticks([])
        for spine in axes.spines.values():
            spine.set_linewidth(points_of(self.layout.line_mm("inner") * 1.6))
            spine.set_zorder(200)
        return axes

    def text(
        self, place: tuple[float, float], text: str, *, kind: str = "legend", at: str = "left", colour: str = INK,
        bold: bool = False,
    ) -> None:  # fmt: skip
        """Write one line; ``place`` is the middle of its height, and of its width where it is set ``at`` the centre."""
        font = font_of(text, points=self.layout.points(kind), bold=bold, own=self.fonts)
        self.sheet.text(*place, text, ha=at, va="center_baseline", color=colour, clip_on=True, fontproperties=font)

    def map_text(self, axes: Axes, place: tuple[float, float], text: str, *, look: Lettered) -> None:
        """Write a name on the map; a pale ground parts it from what lies under it, and it stays text."""
        pale = {"boxstyle": "round,pad=0.06,rounding_size=0.25", "facecolor": "#ffffff", "alpha": 0.74, "linewidth": 0}
        axes.text(
            *place, one_line(text), ha="center", va="center" if look.angle else "center_baseline", rotation=look.angle,
            color=look.colour, clip_on=True, zorder=150, bbox=pale if look.pale else None,
            fontproperties=font_of(text, points=look.points, bold=look.bold, own=self.fonts),
        )  # fmt: skip

    def rectangle(self, box: Box, *, look: Look | None = None, line_mm: float = 0.25) -> None:
        """Draw a rectangle: of a look, or an outline in ink."""
        drawn = look or Look(line=INK, width_mm=line_mm)
        patch = Rectangle(
            (box.x, box.y), box.width, box.height, facecolor=drawn.fill or "none", hatch=drawn.hatch or None
        )
        patch.set(edgecolor=edge_of(drawn), linewidth=points_of(drawn.width_mm), linestyle=dashes(drawn))
        self.sheet.add_patch(patch)

    def polygon(self, corners: Sequence[tuple[float, float]], *, fill: str) -> None:
        """Draw a polygon with a thin outline."""
        self.sheet.add_patch(Polygon(corners, closed=True, facecolor=fill, edgecolor=INK, linewidth=0.5))

    def line(self, xs: Sequence[float], ys: Sequence[float], *, look: Look | None = None) -> None:
        """Draw a line: of a look, or a thin one in ink."""
        drawn = look or Look(line=INK, width_mm=0.2)
        line = Line2D(xs, ys, color=drawn.line or INK, linewidth=points_of(drawn.width_mm))
        line.set(linestyle=dashes(drawn))
        self.sheet.add_line(line)

    def marker(self, x: float, y: float, *, look: Look) -> None:
        """Draw a point."""
        area = points_of(look.size_mm * self.layout.factor) ** 2
        sign = self.sheet.scatter([x], [y], s=area, marker=MARKERS[look.marker], linewidth=points_of(look.width_mm))
        sign.set(facecolor=look.fill or "none", edgecolor=look.line or "#ffffff")

    def _axes(self, box: Box, bounds: tuple[float, float, float, float]) -> Axes:
        layout = self.layout
        place = (
            box.x / layout.width_mm,
            box.y / layout.height_mm,
            box.width / layout.width_mm,
            box.height / layout.height_mm,
        )
        axes = self.figure.add_axes(place)
        west, south, east, north = bounds
        axes.set_xlim(west, east)
        axes.set_ylim(south, north)
        axes.set_autoscale_on(False)
        return axes
