"""Headings of tables: where they stand, what their levels say together, and which column each one means."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from data.files.grids import Grid
from data.files.markup_tables import Merge
from data.problems import Problem, note
from data.tables.aliases import Column, aliases, plain

SEPARATOR = "/"
_SCANNED_ROWS = 30
_MIN_KNOWN = 2
_SHOWN_HEADINGS = 3
_UNIT_IN_BRACKETS = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]")
_UNIT_PREFIX = re.compile(r"^单位[::]?")
_STATED_UNIT = re.compile("单位[::]([^()]+)")
_STRAY = "*:：.。_"


@dataclass(frozen=True)
class Heading:
    """Hold the heading of one column.

    Parameters
    ----------
    text : str
        Its levels joined, without the unit: what messages call the column.
    labels : tuple of str
        Plain forms it can be known by, the lowest level first.
    unit : str
        Plain form of the unit it states; empty when it states none.
    """

    text: str
    labels: tuple[str, ...]
    unit: str


@dataclass(frozen=True)
class Header:
    """Hold the headings of a table.

    Parameters
    ----------
    headings : tuple of Heading
        Column by column.
    body_row : int
        Number of the first row below, counted from 0.
    first_row : int
        Number of the first row of the headings.
    title_rows : int
        How many rows above them were looked at.
    """

    headings: tuple[Heading, ...]
    body_row: int
    first_row: int = 0
    title_rows: int = 0


def heading_of(text: str) -> Heading:
    r"""Make the heading of a column that stands alone.

    Parameters
    ----------
    text : str
        As it stands in the file, such as ``"建筑面积\\n（万㎡）"``.

    Returns
    -------
    Heading
        Here ``建筑面积`` with the unit ``万m2``.
    """
    return _joined([text])


def find_header(
    grid: Grid, *, layers: Sequence[str], fields: Mapping[str, str] | None = None, start: int = 0
) -> Header | None:
    """Find the rows that head a table.

    Parameters
    ----------
    grid : Grid
        The table, with titles above the headings and unit rows below them.
    layers : sequence of str
        Layers whose columns are looked for.
    fields : mapping of str to str, optional
        Headings that the project declares, known as well.
    start : int
        Number of the row, from 0, to look from.

    Returns
    -------
    Header or None
        The rows about the one with most known headings; when none has two, the first row of a text table and nothing of
        a sheet.
    """
    known = _known_labels(layers, fields or {})
    rows = [list(row) for row in grid.rows[start : start + _SCANNED_ROWS]]
    counts = [sum(_is_known(cell, known) for cell in row) for row in rows]
    if max(counts, default=0) < _MIN_KNOWN:
        return _first_row(grid) if start == 0 else None
    best = counts.index(max(counts))
    merges = [
        ((top - start, left), (bottom - start, right)) for (top, left), (bottom, right) in grid.merges if top >= start
    ]
    spread = _spread(rows, merges)
    first, last = best, best
    while first > 0 and _is_group_row(rows[first - 1], spread[first - 1]):
        first -= 1
    # A heading that is merged downwards shows how many rows there are.
    last = max([last, *(bottom for (top, _), (bottom, _) in merges if first <= top <= best and bottom < len(rows))])
    while last + 1 < len(rows) and _is_header_row(rows[last + 1], known):
        last += 1
    levels = spread[first : last + 1]
    headings = tuple(_joined([str(row[column]) for row in levels]) for column in range(len(rows[0])))
    return Header(headings, start + last + 1, start + first, first)


def is_heading_row(row: Sequence[object], *, layers: Sequence[str], fields: Mapping[str, str]) -> bool:
    """Tell whether a row heads a table: two or more known headings, and more of them than of anything else.

    Parameters
    ----------
    row : sequence
        Cells of the row.
    layers : sequence of str
        Layers whose columns are looked for.
    fields : mapping of str to str
        Headings that the project declares, known as well.

    Returns
    -------
    bool
        Whether it does.
    """
    known = _known_labels(layers, fields)
    cells = [cell for cell in row if cell != ""]
    count = sum(_is_known(cell, known) for cell in cells)
    return count >= _MIN_KNOWN and 2 * count > len(cells)


def with_title_unit(
    header: Header, grid: Grid, *, columns: Mapping[str, int], place: str
) -> tuple[Header, tuple[Problem, ...]]:
    """Give the unit that is stated above a table to the columns of areas whose headings state none.

    Parameters
    ----------
    header : Header
        The headings.
    grid : Grid
        The table.
    columns : mapping of str to int
        Position by the name of the layer's column.
    place : str
        What problems call the file.

    Returns
    -------
    tuple of Header and tuple of Problem
        The headings with units, and a note when one was given; two units of area give none.
    """
    areas = [
        columns[name] for name in ("floor_area_m2",) if name in columns and not header.headings[columns[name]].unit
    ]
    above = grid.rows[header.first_row - header.title_rows : header.first_row]
    said = next((str(cell) for row in above for cell in row if _STATED_UNIT.search(plain(str(cell)))), "")
    found = _STATED_UNIT.search(plain(said))
    parts = re.split("[、,;/和]", found[1]) if found else []
    units = [part for part in dict.fromkeys(parts) if part in aliases().units["area"]]
    if not areas or len(units) != 1:
        return header, ()
    headings = tuple(
        replace(heading, unit=units[0]) if column in areas else heading
        for column, heading in enumerate(header.headings)
    )
    return replace(header, headings=headings), (note("unit_of_title", file=place, value=said, unit=units[0]),)


def _first_row(grid: Grid) -> Header | None:
    if grid.name or not grid.rows:
        return None
    return Header(tuple(heading_of(str(cell)) for cell in grid.rows[0]), 1)


def _known_labels(layers: Sequence[str], fields: Mapping[str, str]) -> frozenset[str]:
    return _alias_labels(tuple(layers)) | {heading_of(text).labels[0] for text in fields.values()}


@cache
def _alias_labels(layers: tuple[str, ...]) -> frozenset[str]:
    table = aliases()
    wanted: list[Column] = [column for layer in layers for column in table.layers[layer]]
    names = [name for column in wanted for name in column.headers]
    reasons = (name for reason in table.reasons for name in (*reason.headers, *reason.vague_headers))
    return frozenset((*names, *reasons, "序号"))


def _is_known(cell: object, known: frozenset[str]) -> bool:
    return isinstance(cell, str) and bool(cell) and any(label in known for label in heading_of(cell).labels)


def _is_header_row(row: Sequence[object], known: frozenset[str]) -> bool:
    """Tell whether a row below a heading belongs to it: nothing in it but known headings and units."""
    cells = [cell for cell in row if cell != ""]
    return bool(cells) and all(
        _is_known(cell, known) or (isinstance(cell, str) and _unit(plain(cell))) for cell in cells
    )


def _is_group_row(row: Sequence[object], spread: Sequence[object]) -> bool:
    """Tell whether a row above a heading groups its columns, and is neither a title nor a line such as 填表人：张三."""
    cells = [cell for cell in row if cell != ""]
    texts = {str(cell) for cell in spread if cell != ""}
    plain_words = all(isinstance(cell, str) and not re.search("[:：].", cell) for cell in cells)
    return plain_words and len(cells) >= _MIN_KNOWN and len(texts) >= _MIN_KNOWN


def _spread(rows: Sequence[Sequence[object]], merges: Sequence[Merge]) -> list[list[object]]:
    """Copy the text of each merged range into all its cells."""
    spread = [list(row) for row in rows]
    for (top, left), (bottom, right) in merges:
        for row in range(top, min(bottom, len(rows) - 1) + 1):
            for column in range(left, min(right, len(spread[row]) - 1) + 1):
                spread[row][column] = rows[top][left]
    return spread


def _joined(levels: Sequence[str]) -> Heading:
    """Join the levels of one column; what is nothing but a unit is set aside."""
    parts: list[str] = []
    unit = ""
    for level in levels:
        label, own = _split(level)
        unit = own or unit
        if label and label not in parts:
            parts.append(label)
    text = SEPARATOR.join(parts)
    labels = [plain(part).strip(_STRAY) for part in (*reversed(parts[-1:]), text)]
    return Heading(text, tuple(dict.fromkeys((*labels, labels[-1].replace(SEPARATOR, "")))), unit)


def _split(text: str) -> tuple[str, str]:
    """Part a heading into what it names and its unit: 建筑面积(万㎡), 面积/㎡, (户)."""
    joined = "".join(text.split())
    whole = _unit(plain(joined))
    if whole:
        return "", whole
    unit = ""
    for inside in _UNIT_IN_BRACKETS.findall(plain(joined).replace("（", "(").replace("）", ")")):
        unit = _unit(inside) or unit
    label, slash, tail = joined.rpartition("/")
    if slash and _unit(plain(tail)):
        return label, _unit(plain(tail))
    return (_without_unit(joined) if unit else joined), unit


def _without_unit(text: str) -> str:
    return re.sub(
        r"[（(\[【]([^（）()\[\]【】]*)[）)\]】]", lambda found: "" if _unit(plain(found[1])) else found[0], text
    )


def _unit(text: str) -> str:
    """Return a unit in its plain form, empty when the text is none."""
    inner = _UNIT_PREFIX.sub("", text.strip("()[]【】"))
    # 层 and 单元 head columns of their own.
    known = (units for measure, units in aliases().units.items() if measure != "parts")
    return inner if any(inner in units for units in known) else ""
