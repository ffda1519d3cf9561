"""The legend of a sheet: what each sign means, and how much there is of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from data.words import Words
from maps.atlas.classing import Classed, ClassRow, Look
from maps.atlas.lettering import MM_PER_POINT, shortened
from maps.atlas.page import SOFT, Page
from maps.atlas.paper import Box

_STEP = 1.5
_SWATCH_MM = 7.0


@dataclass(frozen=True)
class Entry:
    """Hold one line of a legend; a heading has no look.

    Parameters
    ----------
    text : str
        What it means.
    look : Look or None
        How it is drawn.
    dimension : int
        2 for an area, 1 for a line, 0 for a point.
    count : int or None
        How many there are, None where they are not counted.
    households : float
        Their households, NaN where there are none.
    """

    text: str
    look: Look | None
    dimension: int = 2
    count: int | None = None
    households: float = float("nan")


def entries_of(layers: Sequence[Classed], say: Words) -> list[Entry]:
    """List the lines of a legend.

    Parameters
    ----------
    layers : sequence of Classed
        The layers, from the ground up.
    say : Words
        Language.

    Returns
    -------
    list of Entry
        What is on top comes first; a layer with several classes has a heading.
    """
    found = []
    for layer in sorted(layers, key=_weight):
        if layer.rule.legend and len(layer.frame):
            found += list(_entries(layer, say))
    return found


def _weight(layer: Classed) -> int:
    """Put what the sheet is about before points, lines and ground."""
    if not layer.rule.counts:
        return 3
    return {2: 0, 0: 1, 1: 2}[_dimension(layer)]


def _entries(layer: Classed, say: Words) -> Iterator[Entry]:
    dimension = _dimension(layer)
    if layer.rule.classes != "one":
        heading = say.get(f"atlas.heading.{layer.key}")
        if heading:
            yield Entry(heading, None)
    for row in layer.classes:
        yield Entry(
            row.text,
            row.look,
            _drawn_as(layer, row, dimension),
            row.count if layer.rule.counts else None,
            row.households,
        )


def _dimension(layer: Classed) -> int:
    shapes = np.asarray(layer.frame.geometry.array, dtype=object)
    return int(max(shapely.get_dimensions(shapes), default=2)) if len(shapes) else 2


def _drawn_as(layer: Classed, row: ClassRow, dimension: int) -> int:
    """Show an area without a fill by its line; one class may also hold nothing but lines."""
    chosen = np.asarray(layer.frame.geometry.array, dtype=object)[layer.codes == layer.classes.index(row)]
    own = int(max(shapely.get_dimensions(chosen), default=dimension))
    return own if row.look.fill or row.look.hatch else min(own, 1)


def draw_legend(page: Page, *, entries: Sequence[Entry], box: Box, say: Words) -> float:
    """Draw the legend from the top of its box.

    Parameters
    ----------
    page : Page
        The page.
    entries : sequence of Entry
        Its lines.
    box : Box
        Where it may stand.
    say : Words
        Language.

    Returns
    -------
    float
        The y under its last line, in millimetres.
    """
    layout = page.layout
    step = layout.points("legend") * MM_PER_POINT * _STEP
    y = box.top - step * 0.7
    page.text((box.x, y), say("atlas.legend"), kind="heading", bold=True)
    columns = (box.right - 17 * layout.factor, box.right)
    if any(entry.count is not None for entry in entries):
        page.text((columns[0], y), say("atlas.count"), kind="note", at="right", colour=SOFT)
    if any(not np.isnan(entry.households) and entry.count is not None for entry in entries):
        page.text((columns[1], y), say("atlas.households"), kind="note", at="right", colour=SOFT)
    room = int((y - box.y) // step)
    shown = entries if len(entries) <= room else entries[: room - 1]
    for at, entry in enumerate(shown, 1):
        _draw_entry(page, entry, (box.x, y - at * step), columns)
    if len(shown) < len(entries):
        page.text(
            (box.x, y - room * step), say("atlas.more", count=len(entries) - len(shown)), kind="note", colour=SOFT
        )
    return y - (min(len(entries), room) + 1) * step


def _draw_entry(page: Page, entry: Entry, place: tuple[float, float], columns: tuple[float, float]) -> None:
    x, y = place
    layout = page.layout
    if entry.look is None:
        page.text((x, y), entry.text, kind="note", colour=SOFT)
        return
    wide = _SWATCH_MM * layout.factor
    _draw_swatch(page, entry, Box(x, y - wide * 0.22, wide, wide * 0.44))
    left = x + wide + 2 * layout.factor
    room = (columns[0] - 9 * layout.factor if entry.count is not None else columns[1]) - left
    page.text((left, y), shortened(entry.text, points=layout.points("legend"), room_mm=room), kind="legend")
    if entry.count is not None:
        page.text((columns[0], y), f"{entry.count:,}", kind="legend", at="right")
        if not np.isnan(entry.households):
            page.text((columns[1], y), f"{entry.households:,.0f}", kind="legend", at="right")


def _draw_swatch(page: Page, entry: Entry, box: Box) -> None:
    look = entry.look
    if look is None:
        return
    middle = box.y + box.height / 2
    if entry.dimension == 0:
        page.marker(box.x + box.width / 2, middle, look=look)
    elif entry.dimension == 1:
        page.line((box.x, box.right), (middle, middle), look=look)
    else:
        page.rectangle(box, look=look)
