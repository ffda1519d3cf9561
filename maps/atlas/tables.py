"""Tables on the sheets: beside the map what it shows in figures, and lists that fill a page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.words import Words
from geo.plan import Plan
from maps.atlas.frames import Subject, frame_of
from maps.atlas.lettering import MM_PER_POINT, one_line, shortened
from maps.atlas.page import INK, SOFT, Page
from maps.atlas.paper import Box
from maps.workbook.cell_words import names_of_services

_STEP = 1.55
_PER_WAN = 10_000
UNKNOWN = "—"


@dataclass(frozen=True)
class Table:
    """Hold a table.

    Parameters
    ----------
    heads : tuple of str
        Headings.
    widths : tuple of float
        Parts of the width, which sum to one; negative ones are set to the right.
    rows : sequence of tuple of str
        Cells.
    """

    heads: tuple[str, ...]
    widths: tuple[float, ...]
    rows: Sequence[tuple[str, ...]]


def table_of(kind: str, *, plan: Plan, subject: Subject, say: Words) -> Table | None:
    """Make the table that stands beside the map.

    Parameters
    ----------
    kind : str
        What it lists; empty for none.
    plan : Plan
        The results.
    subject : Subject
        What the sheet is about.
    say : Words
        Language.

    Returns
    -------
    Table or None
        Cells as text.
    """
    return _TABLES[kind](plan, subject, say) if kind in _TABLES else None


def figure(value: float, digits: int = 0) -> str:
    """Write a figure, or a dash where nobody knows it."""
    return UNKNOWN if np.isnan(value) else f"{value:,.{digits}f}"


def draw_table(page: Page, *, table: Table, box: Box, columns: int = 1) -> int:
    """Draw as many rows of a table as fit, in one or several columns side by side.

    Parameters
    ----------
    page : Page
        The page.
    table : Table
        The table.
    box : Box
        Where it may stand.
    columns : int
        How many times it stands side by side.

    Returns
    -------
    int
        How many rows were drawn.
    """
    per_column = rows_that_fit(page, box)
    if per_column < 1:
        return 0
    gap = 4 * page.layout.factor
    width = (box.width - gap * (columns - 1)) / columns
    for at in range(columns):
        rows = table.rows[at * per_column : (at + 1) * per_column]
        if rows:
            _draw_column(page, table, rows, Box(box.x + at * (width + gap), box.y, width, box.height))
    return min(len(table.rows), per_column * columns)


def rows_that_fit(page: Page, box: Box) -> int:
    """Count the rows that a box holds under the heading."""
    return int((box.height - height_mm(page, 0)) // _step(page))


def height_mm(page: Page, rows: int) -> float:
    """Return the height of a table with so many rows."""
    return _step(page) * (rows + 1.6)


def _step(page: Page) -> float:
    return page.layout.points("table") * MM_PER_POINT * _STEP


def _draw_column(page: Page, table: Table, rows: Sequence[tuple[str, ...]], box: Box) -> None:
    step = _step(page)
    _draw_row(page, table, table.heads, (box, box.top - step * 0.5), colour=SOFT)
    page.line((box.x, box.right), (box.top - step, box.top - step))
    for at, row in enumerate(rows):
        _draw_row(page, table, row, (box, box.top - step * (at + 1.55)))
    under = box.top - step * (len(rows) + 1.1)
    page.line((box.x, box.right), (under, under))


def _draw_row(page: Page, table: Table, row: Sequence[str], place: tuple[Box, float], *, colour: str = INK) -> None:
    box, y = place
    x = box.x
    pad = 1.0 * page.layout.factor
    points = page.layout.points("table")
    for text, part in zip(row, table.widths, strict=True):
        width = abs(part) * box.width
        told = shortened(one_line(text), points=points, room_mm=width - pad)
        if part < 0:
            page.text((x + width - pad / 2, y), told, kind="table", at="right", colour=colour)
        else:
            page.text((x, y), told, kind="table", colour=colour)
        x += width


def estate_index(plan: Plan, say: Words) -> Table:
    """List every estate by its number.

    Parameters
    ----------
    plan : Plan
        The results.
    say : Words
        Language.

    Returns
    -------
    Table
        One row per estate.
    """
    rows = [
        (str(at), one_line(label), _text(subdistrict), _text(cluster), figure(households), _years(low, high))
        for at, label, subdistrict, cluster, households, low, high in zip(
            *(plan.estates[name] for name in _INDEXED), strict=True
        )
    ]
    heads = tuple(
        say(f"atlas.head.{key}") for key in ("number", "name", "subdistrict", "cluster", "households", "years")
    )
    return Table(heads, (0.09, 0.37, 0.2, 0.1, -0.11, -0.13), rows)


_INDEXED = ("number", "label", "subdistrict", "cluster_id", "households", "built_year_min", "built_year_max")


def _text(value: object) -> str:
    return one_line(value) if isinstance(value, str) and value else UNKNOWN


def _years(low: float, high: float) -> str:
    if np.isnan(high):
        return UNKNOWN
    return f"{high:.0f}" if np.isnan(low) or low == high else f"{low:.0f}–{high % 100:02.0f}"


def _numbers(plan: Plan, _subject: Subject, say: Words) -> Table:
    frame = plan.estates
    rows = [(str(at), one_line(label)) for at, label in zip(frame["number"], frame["label"], strict=True)]
    return Table((say("atlas.head.number"), say("atlas.head.name")), (0.18, 0.82), rows)


def _clusters(plan: Plan, _subject: Subject, say: Words) -> Table:
    frame = plan.clusters
    rows = [
        (key, one_line(name), str(estates), figure(households), figure(people))
        for key, name, estates, households, people in zip(
            frame["cluster_id"], frame["name"], frame["estates"], frame["households"], frame["people"], strict=True
        )
    ]
    heads = tuple(say(f"atlas.head.{key}") for key in ("cluster", "name", "estates", "households", "people"))
    return Table(heads, (0.13, 0.4, -0.14, -0.16, -0.17), rows)


def _members(plan: Plan, subject: Subject, say: Words) -> Table:
    frame = frame_of("members", plan=plan, subject=subject)
    rows = [
        (str(number), one_line(label), figure(households), _years(low, high), str(gaps))
        for number, label, households, low, high, gaps in zip(
            *(frame[key] for key in ("number", "label", "households", "built_year_min", "built_year_max", "gap_count")),
            strict=True,
        )
    ]
    heads = tuple(say(f"atlas.head.{key}") for key in ("number", "name", "households", "years", "gaps"))
    return Table(heads, (0.11, 0.43, -0.16, -0.17, -0.13), rows)


def _services(plan: Plan, _subject: Subject, say: Words) -> Table:
    names = names_of_services(plan, say)
    frame = plan.services
    states = ("met", "borderline", "gap", "size_unknown", "no_data")
    rows = [
        (names.get(service, service), *(str(int(count)) for count in counts))
        for service, *counts in zip(frame["service"], *(frame[state] for state in states), strict=True)
    ]
    heads = (say("atlas.head.service"), *(say(f"atlas.head.{state}") for state in states))
    return Table(heads, (0.4, -0.11, -0.11, -0.11, -0.15, -0.12), rows)


def _prospects(plan: Plan, _subject: Subject, say: Words) -> Table:
    names = names_of_services(plan, say)
    found = plan.siting_figures.dropna(subset=["service"])
    rows = [
        (names.get(service, service), figure(gaps), figure(closed), figure(served))
        for service, gaps, closed, served in zip(
            found["service"], found["gaps"], found["gaps_closed"], found["people_served"], strict=True
        )
    ]
    heads = tuple(say(f"atlas.head.{key}") for key in ("service", "gaps_counted", "gaps_closed", "people_served"))
    return Table(heads, (0.43, -0.19, -0.19, -0.19), rows)


def _proposals(plan: Plan, _subject: Subject, say: Words) -> Table:
    names = names_of_services(plan, say)
    frame = plan.proposals
    rows = [
        (key, names.get(service, service), _text(site), figure(people))
        for key, service, site, people in zip(
            frame["proposal_id"], frame["service"], frame["site_name"].fillna(frame["site_id"]), frame["people_served"],
            strict=True,
        )
    ]  # fmt: skip
    heads = tuple(say(f"atlas.head.{key}") for key in ("code", "service", "site", "people_served"))
    return Table(heads, (0.12, 0.33, 0.38, -0.17), rows)


def _phase_years(plan: Plan, _subject: Subject, say: Words) -> Table:
    frame = plan.programme.phase_years
    wan = frame[["floor_area_m2", "cost_yuan"]] / _PER_WAN
    rows = [
        (f"{year:.0f}", figure(estates), figure(households), figure(area, 1), figure(cost, 1))
        for year, estates, households, area, cost in zip(
            frame["year"], frame["estates"], frame["households"], wan["floor_area_m2"], wan["cost_yuan"], strict=True
        )
    ]
    heads = tuple(say(f"atlas.head.{key}") for key in ("year", "estates", "households", "floor_area", "cost"))
    return Table(heads, (0.14, -0.16, -0.2, -0.25, -0.25), rows)


def _coverage(plan: Plan, subject: Subject, say: Words) -> Table:
    frame = plan.coverage
    rows_of: pd.DataFrame = frame[(frame["scale"] == "whole") & (frame["service"] == subject.service)]
    rows = [
        (say("atlas.within", minutes=minutes), *(_share(share) for share in shares))
        for minutes, *shares in zip(
            rows_of["minutes"], *(rows_of[f"{of}_share"] for of in ("estates", "households", "people")), strict=True
        )
    ]
    heads = tuple(say(f"atlas.head.{key}") for key in ("coverage", "estates_share", "households_share", "people_share"))
    return Table(heads, (0.4, -0.2, -0.2, -0.2), rows)


def _share(share: float) -> str:
    return UNKNOWN if np.isnan(share) else f"{share * 100:.1f}%"


_TABLES: Mapping[str, Callable[[Plan, Subject, Words], Table]] = {
    "numbers": _numbers,
    "clusters": _clusters,
    "members": _members,
    "services": _services,
    "prospects": _prospects,
    "proposals": _proposals,
    "years": _phase_years,
    "coverage": _coverage,
}
