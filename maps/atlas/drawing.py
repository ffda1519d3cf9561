"""One sheet, drawn: its map, its names, and what stands beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.axes import Axes

from data.words import Words
from geo.plan import Plan
from maps.atlas.classing import Classed, classed
from maps.atlas.frames import frame_of
from maps.atlas.furniture import Furniture, draw_block, draw_frame, draw_north, draw_notes
from maps.atlas.labels import Ground, Placed, place
from maps.atlas.legend import draw_legend, entries_of
from maps.atlas.naming import street_wishes, wishes_of
from maps.atlas.notes import notes_of
from maps.atlas.page import Lettered, Page
from maps.atlas.painting import paint
from maps.atlas.paper import Box, Layout, measures
from maps.atlas.rules import AtlasRules, looks
from maps.atlas.scaling import View, fit_view
from maps.atlas.shapes import side_by_side, within
from maps.atlas.sheets import Sheet
from maps.atlas.tables import Table, draw_table, height_mm, rows_that_fit, table_of

# What a map is fitted to where there is no estate.
_EMPTY_M = 500.0
_CLOSEST_M = 120.0
# How much of the column a table may take from the legend.
_MOST_FOR_TABLE = 0.5


@dataclass(frozen=True)
class Case:
    """Hold what all sheets of an atlas have in common.

    Parameters
    ----------
    plan : Plan
        The results.
    rules : AtlasRules
        What the sheets show.
    layout : Layout
        The paper.
    about : Furniture
        What every sheet says.
    say : Words
        Language.
    fonts : tuple of Path
        Font files of the project.
    """

    plan: Plan
    rules: AtlasRules
    layout: Layout
    about: Furniture
    say: Words
    fonts: tuple[Path, ...]


def draw_sheet(sheet: Sheet, *, case: Case) -> Page:
    """Draw a sheet.

    Parameters
    ----------
    sheet : Sheet
        The sheet.
    case : Case
        What all sheets have in common.

    Returns
    -------
    Page
        The page.
    """
    say, plan = case.say, case.plan
    page = blank_page(sheet.number, sheet.title, case)
    view = view_of(sheet, case=case)
    layers = layers_of(sheet, view=view, case=case)
    axes = page.map_axes(view)
    for turn, layer in enumerate(layers):
        paint(axes, layer=layer, view=view, turn=turn, ground=layer.key in case.rules.ground)
    _write_names(page, axes, layers, view, sheet, case)
    draw_north(page, view=view, say=say)
    _draw_column(page, sheet, layers, case)
    beyond = _count_beyond(layers, view, sheet)
    draw_notes(page, notes=notes_of(sheet, plan=plan, about=case.about, say=say, beyond=beyond), say=say)
    return page


def blank_page(number: str, title: str, case: Case) -> Page:
    """Make a page with its frame and title block.

    Parameters
    ----------
    number, title : str
        Of the sheet.
    case : Case
        What all sheets have in common.

    Returns
    -------
    Page
        The page.
    """
    page = Page(case.layout, case.fonts)
    draw_frame(page, title=title, number=number, about=case.about, say=case.say)
    draw_block(page, number=number, title=title, about=case.about, say=case.say)
    return page


def layers_of(sheet: Sheet, *, view: View, case: Case) -> list[Classed]:
    """Class the layers of a sheet, from the ground up.

    Parameters
    ----------
    sheet : Sheet
        The sheet.
    view : View
        Its map. A sheet of a cluster counts what the map shows, the others count all there is.
    case : Case
        What all sheets have in common.

    Returns
    -------
    list of Classed
        The layers whose legend the sheet has.
    """
    ground = [key for key in case.rules.ground if sheet.rule.streets or key != "streets"]
    found = []
    for key in (*ground, *sheet.rule.layers):
        rule = case.rules.layer[key]
        frame = frame_of(rule.source, plan=case.plan, subject=sheet.subject)
        if key in ground or sheet.rule.about == "cluster":
            frame = frame[within(np.asarray(frame.geometry.array, dtype=object), view=view)]
        if rule.side_by_side and len(frame):
            step_m = looks()["markers"]["apart_mm"] * view.factor * view.metres_per_mm
            moved = side_by_side(np.asarray(frame.geometry.array, dtype=object), step_m=step_m)
            frame = frame.set_geometry(gpd.GeoSeries(moved, index=frame.index, crs=frame.crs))
        found.append(classed(key, rule=rule, frame=frame, plan=case.plan, say=case.say))
    return found


def _count_beyond(layers: Sequence[Classed], view: View, sheet: Sheet) -> int:
    """Count what the legend counts and the map does not show."""
    told = [layer for layer in layers if layer.key in sheet.rule.layers and layer.rule.legend and layer.rule.counts]
    return sum(int((~within(np.asarray(layer.frame.geometry.array, dtype=object), view=view)).sum()) for layer in told)


def view_of(sheet: Sheet, *, case: Case) -> View:
    """Fit the map to what the sheet is about.

    Parameters
    ----------
    sheet : Sheet
        The sheet.
    case : Case
        What all sheets have in common.

    Returns
    -------
    View
        The map.
    """
    plan, layout = case.plan, case.layout
    source = "members" if sheet.rule.about == "cluster" else "estates"
    frames = [frame_of(source, plan=plan, subject=sheet.subject)]
    if sheet.rule.about == "surroundings":
        frames += [plan.network, frame_of("boundary", plan=plan, subject=sheet.subject)]
    boxes = np.array([frame.total_bounds for frame in frames if len(frame)])
    if not len(boxes):
        boxes = np.array([[0, 0, _EMPTY_M, _EMPTY_M]], dtype=float)
    west, south = boxes[:, :2].min(axis=0)
    east, north = boxes[:, 2:].max(axis=0)
    rim = _CLOSEST_M / 2 if sheet.rule.about == "cluster" else 0.0
    bounds = (float(west - rim), float(south - rim), float(east + rim), float(north + rim))
    return fit_view(bounds, box=layout.map, rim_mm=measures()["rim_mm"] * layout.factor, factor=layout.factor)


def _write_names(
    page: Page, axes: Axes, layers: Sequence[Classed], view: View, sheet: Sheet, case: Case
) -> None:  # fmt: skip
    ground = Ground(view, _symbols(layers, view))
    # What is drawn last is named first, and streets come after everything.
    wishes = [wish for layer in reversed(layers) for wish in wishes_of(layer, view=view, layout=case.layout)]
    streets = street_wishes(case.plan.network, view=view, layout=case.layout) if sheet.rule.streets else []
    for one in place([*wishes, *streets], ground=ground):
        _write(page, axes, one)


def _write(page: Page, axes: Axes, one: Placed) -> None:
    text, points, bold = one.wish.texts[one.choice]
    look = Lettered(points, bold, one.wish.colour, one.wish.angle, pale=not one.wish.angle)
    page.map_text(axes, (one.x, one.y), text, look=look)


def _symbols(layers: Sequence[Classed], view: View) -> list[shapely.Polygon]:
    """List the ground that signs of points stand on."""
    taken: list[shapely.Polygon] = []
    for layer in layers:
        shapes = np.asarray(layer.frame.geometry.array, dtype=object)
        shown = within(shapes, view=view) & (shapely.get_dimensions(shapes) == 0)
        for at, row in enumerate(layer.classes):
            x, y = shapely.get_coordinates(shapes[shown & (layer.codes == at)]).T
            half = row.look.size_mm * view.factor / 2 * view.metres_per_mm
            taken += list(shapely.box(x - half, y - half, x + half, y + half))
    return taken


def _draw_column(page: Page, sheet: Sheet, layers: Sequence[Classed], case: Case) -> None:
    """Draw the legend, and under it the table, for which room is kept."""
    legend, say = page.layout.legend, case.say
    table = table_of(sheet.rule.table, plan=case.plan, subject=sheet.subject, say=say)
    kept = 0.0 if table is None else min(height_mm(page, len(table.rows)), legend.height * _MOST_FOR_TABLE)
    room = Box(legend.x, legend.y + kept, legend.width, legend.height - kept)
    under = draw_legend(page, entries=entries_of(layers, say), box=room, say=say)
    if table is not None:
        _draw_beside(page, table, under, say)


def _draw_beside(page: Page, table: Table, under: float, say: Words) -> None:
    """Draw the table under the legend; what finds no room is told."""
    legend = page.layout.legend
    box = Box(legend.x, legend.y, legend.width, under - legend.y)
    fits = rows_that_fit(page, box)
    columns = 2 if len(table.heads) == 2 and len(table.rows) > fits else 1
    if len(table.rows) > fits * columns:
        step = height_mm(page, 0)
        box = Box(box.x, box.y + step, box.width, box.height - step)
    drawn = draw_table(page, table=table, box=box, columns=columns)
    if drawn < len(table.rows):
        page.text((legend.x, legend.y), say("atlas.rows_left", count=len(table.rows) - drawn), kind="note")
