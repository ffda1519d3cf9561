"""The paper: where the parts of a sheet stand, in millimetres from its lower left corner."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

PaperSize = Literal["A4", "A3", "A1"]


@dataclass(frozen=True)
class Box:
    """Hold a rectangle in millimetres."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Return the x of the right edge."""
        return self.x + self.width

    @property
    def top(self) -> float:
        """Return the y of the upper edge."""
        return self.y + self.height


@dataclass(frozen=True)
class Layout:
    """Hold where the parts of a sheet stand.

    Parameters
    ----------
    size : {"A4", "A3", "A1"}
        The paper, landscape.
    width_mm, height_mm, factor : float
        The paper, and how much larger than on A3 everything is.
    frame, header, map, north, legend, notes, block, footer : Box
        The frame of the sheet and its parts; ``legend`` also takes the table.
    """

    size: PaperSize
    width_mm: float
    height_mm: float
    factor: float
    frame: Box
    header: Box
    map: Box
    north: Box
    legend: Box
    notes: Box
    block: Box
    footer: Box

    def points(self, kind: str) -> float:
        """Return a size of type in points."""
        return float(measures()["type"][kind]) * self.factor

    def line_mm(self, kind: str) -> float:
        """Return the width of a line of the frame."""
        return float(measures()["line"][kind]) * self.factor


def lay_out(size: PaperSize, *, block_rows: int) -> Layout:
    """Lay out a sheet.

    Parameters
    ----------
    size : {"A4", "A3", "A1"}
        The paper, landscape.
    block_rows : int
        Rows of the title block.

    Returns
    -------
    Layout
        The map on the left, a column on the right.
    """
    paper = measures()["paper"][size]
    factor = paper["factor"]
    room = {name: value * factor for name, value in measures()["room"].items()}
    edge, gap = room["margin"], room["gap"]
    wide, tall = paper["width_mm"], paper["height_mm"]
    frame = Box(edge, edge + room["footer"], wide - 2 * edge, tall - 2 * edge - room["footer"])
    header = Box(frame.x, frame.top - room["header"], frame.width, room["header"])
    column = Box(frame.right - gap - room["column"], frame.y + gap, room["column"], header.y - frame.y - gap)
    block = Box(column.x, column.y, column.width, room["block_row"] * block_rows)
    notes = Box(column.x, block.top + gap, column.width, room["notes"])
    north = Box(column.x, column.top - room["north"], column.width, room["north"])
    legend = Box(column.x, notes.top + gap, column.width, north.y - notes.top - 2 * gap)
    drawing = Box(frame.x + gap, frame.y + gap, column.x - frame.x - 2 * gap, column.height)
    footer = Box(edge, edge, frame.width, room["footer"])
    parts = (frame, header, drawing, north, legend, notes, block, footer)
    return Layout(size, wide, tall, factor, *parts)


@cache
def measures() -> dict[str, Any]:
    """Read the measures.

    Returns
    -------
    dict
        The tables of ``layout.toml``.
    """
    return tomllib.loads(files("maps.atlas").joinpath("layout.toml").read_text("utf-8"))
