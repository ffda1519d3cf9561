"""Headings of tables: where they stand, what their levels say together, and which column each one means."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from data.errors import MissingColumnError
from data.files.grids import Grid, Merge
from data.problems import Problem, error, warning
from data.tables.aliases import Aliases, Column, aliases, plain

SEPARATOR = "/"
_SCANNED_ROWS = 30
_MIN_KNOWN = 2
_UNIT_IN_BRACKETS = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]")
_UNIT_PREFIX = re.compile(r"^单位[::]?")
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
    """

    headings: tuple[Heading, ...]
    body_row: int


@dataclass(frozen=True)
class Match:
    """Hold which column of a table is which column of a layer.

    Parameters
    ----------
    columns : mapping of str to int
        Position by the name of the layer's column.
    reasons : mapping of str to int
        Position by the key of the reason that a yes in the column gives.
    """

    columns: Mapping[str, int]
    reasons: Mapping[str, int]


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


def find_header(grid: Grid, *, layers: Sequence[str], fields: Mapping[str, str] | None = None) -> Header | None:
    """Find the rows that head a table.

    Parameters
    ----------
    grid : Grid
        The table, with titles above the headings and unit rows below them.
    layers : sequence of str
        Layers whose columns are looked for.
    fields : mapping of str to str, optional
        Headings that the project declares, known as well.

    Returns
    -------
    Header or None
        The rows about the one with most known headings; when none has two, the first row of a text table and nothing of
        a sheet.
    """
    known = _known_labels(layers) | {heading_of(text).labels[0] for text in (fields or {}).values()}
    rows = [list(row) for row in grid.rows[:_SCANNED_ROWS]]
    counts = [sum(_is_known(cell, known) for cell in row) for row in rows]
    if max(counts, default=0) < _MIN_KNOWN:
        return _first_row(grid)
    best = counts.index(max(counts))
    spread = _spread(rows, grid.merges)
    first, last = best, best
    while first > 0 and _is_group_row(rows[first - 1], spread[first - 1]):
        first -= 1
    while last + 1 < len(rows) and _is_header_row(rows[last + 1], known):
        last += 1
    levels = spread[first : last + 1]
    headings = tuple(_joined([str(row[column]) for row in levels]) for column in range(len(rows[0])))
    return Header(headings, last + 1)


def match_headings(
    headings: Sequence[Heading], *, layers: Sequence[str], fields: Mapping[str, str], place: str
) -> tuple[Match, tuple[Problem, ...]]:
    """Tell which column each heading means.

    A column that the project names goes first; otherwise the best alias counts, and of two equal ones the left one.

    Parameters
    ----------
    headings : sequence of Heading
        Of the table.
    layers : sequence of str
        Layers whose columns are wanted.
    fields : mapping of str to str
        Heading by the name of the layer's column, as the project declares.
    place : str
        What problems call the file.

    Returns
    -------
    tuple of Match and tuple of Problem
        The columns found, and a warning where two columns mean the same.

    Raises
    ------
    MissingColumnError
        When a declared heading is not there, or is declared for a column that no layer has.
    """
    declared = _declared(headings, layers, fields, place)
    table = aliases()
    columns, problems = dict(declared), []
    for column in (column for layer in layers for column in table.layers[layer]):
        if column.name in columns:
            continue
        found = _by_alias(headings, column.headers, taken=columns.values())
        if found:
            columns[column.name] = found[0]
        if len(found) > 1:
            named = [headings[index].text for index in found]
            problems.append(
                warning("column_twice", file=place, field=column.name, value=named[0], others=", ".join(named[1:]))
            )
    columns = {
        column.name: columns[column.name]
        for layer in layers
        for column in table.layers[layer]
        if column.name in columns
    }
    return Match(columns, _reasons(headings, table, layers, columns)), tuple(problems)


def _first_row(grid: Grid) -> Header | None:
    if grid.name or not grid.rows:
        return None
    return Header(tuple(heading_of(str(cell)) for cell in grid.rows[0]), 1)


def _reasons(
    headings: Sequence[Heading], table: Aliases, layers: Sequence[str], columns: Mapping[str, int]
) -> dict[str, int]:
    if "estates" not in layers:
        return {}
    found = {
        reason.key: _by_alias(headings, (*reason.headers, *reason.vague_headers), taken=columns.values())
        for reason in table.reasons
    }
    return {key: positions[0] for key, positions in found.items() if positions}


def _declared(
    headings: Sequence[Heading], layers: Sequence[str], fields: Mapping[str, str], place: str
) -> dict[str, int]:
    names = [column.name for layer in layers for column in aliases().layers[layer]]
    texts = ", ".join(heading.text for heading in headings if heading.text)
    problems, found = [], {}
    for name, text in fields.items():
        wanted = heading_of(text)
        positions = [
            i for i, heading in enumerate(headings) if heading.text == text or wanted.labels[0] in heading.labels
        ]
        if name not in names:
            problems.append(error("fields_unknown", file=place, field=name, value=text, allowed=", ".join(names)))
        elif not positions:
            problems.append(error("column_missing", file=place, field=name, value=text, allowed=texts))
        else:
            found[name] = positions[0]
    if problems:
        raise MissingColumnError(*problems)
    return found


def _by_alias(headings: Sequence[Heading], names: Sequence[str], *, taken: Collection[int]) -> list[int]:
    """Return the columns headed by the best alias that is there."""
    free = [i for i in range(len(headings)) if i not in taken]
    for name in names:
        found = [i for i in free if name in headings[i].labels]
        if found:
            return found
    return []


def _known_labels(layers: Sequence[str]) -> frozenset[str]:
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
    return inner if any(inner in units for units in aliases().units.values()) else ""
