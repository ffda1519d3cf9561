"""The tables on a sheet: one, several side by side under the same headings, or one below another under others."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from data.files.grids import Grid
from data.files.markup_tables import Merge
from data.tables.aliases import aliases, plain
from data.tables.headers import Header, Heading, find_header, heading_of, is_heading_row

_MIN_PARTS = 2
_LINE_NUMBER = re.compile(
    r"(?:[(（](?:[一二三四五六七八九十]{1,3}|\d{1,2})[)）]|(?:[一二三四五六七八九十]{1,3}|\d{1,2})[、.．)）])[、.．]?"
)
_COUNT_BEHIND = re.compile(r"[(（]\d+[^()（）]*[)）][:：]?$|[:：]$")
_MORE = re.compile(r"[:：,，;；。、]")


@dataclass(frozen=True)
class Block:
    """Hold one table of a sheet.

    Parameters
    ----------
    grid : Grid
        The sheet, or the columns of it that the table takes.
    header : Header
        Its headings.
    end_row : int
        Number of the first row, from 0, that is no longer of it.
    first_column : int
        Number, from 0, of its first column on the sheet.
    """

    grid: Grid
    header: Header
    end_row: int
    first_column: int = 0


def find_blocks(grid: Grid, *, layers: Sequence[str], fields: Mapping[str, str]) -> list[list[Block]]:
    """Find the tables of a sheet.

    Parameters
    ----------
    grid : Grid
        The sheet.
    layers : sequence of str
        Layers whose headings are looked for.
    fields : mapping of str to str
        Headings that the project declares.

    Returns
    -------
    list of list of Block
        From top to bottom; those that stand side by side under the same headings are together.
    """
    found: list[list[Block]] = []
    header = find_header(grid, layers=layers, fields=fields)
    while header is not None:
        end = _next_heading(grid, header, layers, fields)
        found.append(_side_by_side(Block(grid, header, end)))
        header = find_header(grid, layers=layers, fields=fields, start=end) if end < len(grid.rows) else None
    return found


def heading_texts(block: Block) -> list[set[str]]:
    """Return what stands in each column above the table.

    Parameters
    ----------
    block : Block
        The table.

    Returns
    -------
    list of set of str
        Plain texts of title, headings and units, column by column.
    """
    header = block.header
    above = block.grid.rows[header.first_row - header.title_rows : header.body_row]
    return [{plain(str(row[column])) for row in above if row[column] != ""} for column in range(len(header.headings))]


def repeats_heading(row: Sequence[object], texts: Sequence[set[str]]) -> bool:
    """Tell whether a row says again what stands above the table, as on the next printed page.

    Parameters
    ----------
    row : sequence
        Cells of the row.
    texts : sequence of set of str
        As of :func:`heading_texts`.

    Returns
    -------
    bool
        Whether there is nothing else in the row.
    """
    for cell, said in zip(row, texts, strict=False):
        if cell != "" and not (isinstance(cell, str) and plain(cell) in said):
            return False
    return any(cell != "" for cell in row)


def _next_heading(grid: Grid, header: Header, layers: Sequence[str], fields: Mapping[str, str]) -> int:
    """Return the row where headings of another kind begin."""
    texts = heading_texts(Block(grid, header, len(grid.rows)))
    for number in range(header.body_row, len(grid.rows)):
        row = grid.rows[number]
        if _may_head(row) and is_heading_row(row, layers=layers, fields=fields) and not repeats_heading(row, texts):
            return number
    return len(grid.rows)


def _may_head(row: Sequence[object]) -> bool:
    """Tell quickly whether there are two words in the row and no number."""
    words = 0
    for cell in row:
        if cell == "":
            continue
        if not isinstance(cell, str) or cell[0].isdigit():
            return False
        words += 1
    return words >= _MIN_PARTS


def _side_by_side(block: Block) -> list[Block]:
    """Part a table whose headings begin anew further to the right."""
    labels = [heading.labels[0] if heading.text else "" for heading in block.header.headings]
    first = next((label for label in labels if label), "")
    starts = [column for column, label in enumerate(labels) if label == first]
    if len(starts) < _MIN_PARTS:
        return [block]
    spans = list(zip(starts, [*starts[1:], len(labels)], strict=True))
    said = [[label for label in labels[start:end] if label] for start, end in spans]
    longest = max(range(len(said)), key=lambda number: len(said[number]))
    if min(map(len, said)) < _MIN_PARTS or any(one != said[longest][: len(one)] for one in said):
        return [block]
    start, end = spans[longest]
    headings = block.header.headings[start:end]
    width = max(end - start for start, end in spans)
    headings += (heading_of(""),) * (width - len(headings))
    return [_columns(block, start, end, headings) for start, end in spans]


def _columns(block: Block, start: int, end: int, headings: tuple[Heading, ...]) -> Block:
    """Return the part of a table that stands in some of its columns, as wide as the widest one."""
    grid = block.grid
    rows = [[*row[start:end], *[""] * (len(headings) - (end - start))] for row in grid.rows]
    hidden = tuple(column - start for column in grid.hidden_columns if start <= column < end)
    part = replace(grid, rows=rows, merges=tuple(_cut(grid.merges, start, end)), hidden_columns=hidden)
    return Block(part, replace(block.header, headings=headings), block.end_row, start)


def _cut(merges: Sequence[Merge], start: int, end: int) -> Iterator[Merge]:
    for (top, left), (bottom, right) in merges:
        if start <= left < end:
            yield (top, left - start), (bottom, min(right, end - 1) - start)


def named_section(text: str) -> str:
    """Return the subdistrict that a line such as 一、东湖街道 names.

    Parameters
    ----------
    text : str
        The line.

    Returns
    -------
    str
        The name without its number; empty when the line names no subdistrict, or says more than its name.
    """
    words = aliases().words
    line = re.sub(r"\s+", "", text)
    found = _LINE_NUMBER.match(line)
    name = _COUNT_BEHIND.sub("", line[found.end() :] if found else line)
    endings = (*words["section_endings"], *(words["numbered_section_endings"] if found else ()))
    return name if len(name) > 2 and name.endswith(endings) and not _MORE.search(name) else ""


def section_level(name: str) -> str:
    """Tell whether a section is a subdistrict or a community.

    Parameters
    ----------
    name : str
        As of :func:`named_section`.

    Returns
    -------
    str
        ``"subdistrict"`` or ``"community"``, columns of the estates.
    """
    return "community" if name.endswith(aliases().words["community_endings"]) else "subdistrict"
