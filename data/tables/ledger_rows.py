"""The rows of a ledger: which are estates, which are sums, and which only say where the next ones lie."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.problems import Problem, note, warning
from data.tables.aliases import aliases, plain
from data.tables.blocks import Block, heading_texts, named_section, repeats_heading, section_level
from data.tables.cells import cell_text, listed
from data.tables.headers import Heading

PLACES = ("district", "subdistrict", "community")
KEYS = ("estate_id", "name")
SUMMED = (
    "households",
    "people",
    "elderly",
    "children",
    "infants",
    "floor_area_m2",
    "buildings",
    "parking_spaces",
    "units",
    "lift_units",
    "green_area_m2",
    "ebike_ports",
    "ev_chargers",
    "property_room_m2",
)
SUMS = ("total", "subtotal")
_MIN_MERGED_COLUMNS = 3
_MAX_NAME_LENGTH = 25
_SHOWN = 5
_LIST_NUMBER = r"\s*[(（]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[、.．)）](?!\d)"
_SENTENCE = r"[。：:；;]"
_Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Body:
    """Hold the rows below the headings of one table.

    Parameters
    ----------
    cells : DataFrame of object
        One column per heading, None where empty; index 0..n-1.
    lines : Series of int
        Number of each row on the sheet, from 0.
    kinds : Series of str
        ``estate``, ``total``, ``subtotal``, ``section``, ``page`` (the headings again), ``long``, ``nameless`` or
        ``other``.
    headings : tuple of Heading
        Of the columns.
    columns : mapping of str to int
        Position by the name of the layer's column.
    place : str
        What problems call the file.
    sheet : str
        Name of the sheet where several are read; empty otherwise.
    """

    cells: pd.DataFrame
    lines: pd.Series
    kinds: pd.Series
    headings: tuple[Heading, ...]
    columns: Mapping[str, int]
    place: str
    sheet: str = ""

    def labels(self) -> pd.Series:
        """Return what problems call each row."""
        return self.sheet + "#" + (self.lines + 1).astype("str")

    def of(self, *names: str) -> list[int]:
        """Return the positions of those columns that are there."""
        return [self.columns[name] for name in names if name in self.columns]

    def estates(self) -> pd.Index:
        """Return which rows are estates."""
        return self.kinds.index[self.kinds == "estate"]


@dataclass(frozen=True)
class _Part:
    """Hold the rows of one block before they are put below those of the last one."""

    cells: npt.NDArray[np.object_]
    lines: list[int]
    is_page: list[bool]
    is_long: list[bool]
    is_wide: list[bool]


def read_body(
    blocks: Sequence[Block], columns: Mapping[str, int], *, place: str, sheet: str = ""
) -> tuple[Body, tuple[Problem, ...]]:
    """Read the rows of a table, and tell what each one is.

    Parameters
    ----------
    blocks : sequence of Block
        The table, or its parts that stand side by side.
    columns : mapping of str to int
        Position in each part by the name of the layer's column.
    place : str
        What problems call the file.
    sheet : str
        Name of the sheet where several are read.

    Returns
    -------
    tuple of Body and tuple of Problem
        Rows that are not empty, texts that are merged, left out or written 同上 below their first row filled in; and
        what was found.
    """
    headings = blocks[0].header.headings
    summed = {columns[name] for name in SUMMED if name in columns}
    parts, problems = [], []
    for block in blocks:
        part = _part(block, len(headings))
        problems += _fill_merged(part, block, summed, place)
        parts.append(part)
    cells = pd.DataFrame(np.concatenate([part.cells for part in parts]), columns=range(len(headings)), dtype=object)
    lines = pd.Series([line for part in parts for line in part.lines], cells.index, dtype="int64")
    kinds = pd.Series("estate", cells.index, dtype=object)
    body = Body(cells, lines, kinds, headings, columns, place, sheet)
    is_page, is_long, is_wide = (
        np.array([value for part in parts for value in getattr(part, name)], dtype=bool)
        for name in ("is_page", "is_long", "is_wide")
    )
    kinds = _kinds(body, is_wide).mask(is_long, "long").mask(is_page, "page")
    body, told = _fill_blanks(replace(body, kinds=kinds), _title_section(blocks[0]))
    return body, (*problems, *told, *_skipped(body))


def with_place(body: Body, column: str, *, names: pd.Series) -> Body:
    """Fill in the subdistrict or community of rows that name none.

    Parameters
    ----------
    body : Body
        The rows.
    column : str
        Column of the layer.
    names : Series of str or None
        Subdistrict or community by row.

    Returns
    -------
    Body
        With one more column where there was none.
    """
    if column in body.columns:
        at = body.columns[column]
        cells = body.cells.copy()
        cells[at] = cells[at].where(cells[at].notna(), names)
        return replace(body, cells=cells)
    width = body.cells.shape[1]
    cells = body.cells.copy()
    cells[width] = names.astype(object)
    headings = (*body.headings, Heading("", ("",), ""))
    return replace(body, cells=cells, headings=headings, columns={**body.columns, column: width})


def _part(block: Block, width: int) -> _Part:
    """Return the rows that are not empty, and what their cells alone tell of them."""
    texts = heading_texts(block)
    last = max((column for column, heading in enumerate(block.header.headings) if heading.text), default=0)
    wide = {
        top
        for (top, left), (bottom, right) in block.grid.merges
        if top == bottom and right - left + 1 >= _MIN_MERGED_COLUMNS
    }
    part = _Part(np.empty((0, width), object), [], [], [], [])
    rows = []
    for line in range(block.header.body_row, block.end_row):
        row = block.grid.rows[line]
        cells = [None if isinstance(cell, str) and not cell.strip() else cell for cell in row[:width]]
        if all(cell is None for cell in cells):
            continue
        rows.append(cells)
        part.lines.append(line)
        part.is_page.append(repeats_heading(row, texts))
        part.is_long.append(not block.grid.name and any(cell != "" for cell in row[last + 1 :]))
        part.is_wide.append(line in wide)
    table = np.empty((len(rows), width), object)
    for number, cells in enumerate(rows):
        table[number, : len(cells)] = cells
    return replace(part, cells=table)


def _fill_merged(part: _Part, block: Block, summed: set[int], place: str) -> list[Problem]:
    """Copy what is merged over several rows into each of them; a number so merged belongs to none alone."""
    at = {line: number for number, line in enumerate(part.lines)}
    problems = []
    for (top, left), (bottom, _) in block.grid.merges:
        rows = [at[line] for line in range(top, bottom + 1) if line in at] if bottom > top else []
        if top < block.header.body_row or len(rows) < 2 or left >= part.cells.shape[1]:
            continue
        value = part.cells[rows[0], left]
        if left not in summed:
            part.cells[rows, left] = value
        elif value is not None:
            told = {"feature": f"#{top + 1} - #{bottom + 1}", "field": block.header.headings[left].text}
            problems.append(
                warning("ledger_number_merged", file=place, layer=block.grid.name, value=cell_text(value), **told)
            )
    return problems


def _kinds(body: Body, is_wide: _Mask) -> pd.Series:
    """Tell estates, sums, lines that name a subdistrict and remarks apart."""
    cells, kinds = body.cells, body.kinds.copy()
    no_key = cells[body.of(*KEYS)].isna().all(axis=1)
    kinds[no_key] = "other"
    kinds[no_key & cells[body.of(*SUMMED)].notna().any(axis=1)] = "nameless"
    first = _end_texts(cells, end=0)
    alone = cells.notna().sum(axis=1) == 1
    speaks = first.str.match(_LIST_NUMBER) | first.str.contains(_SENTENCE) | (first.str.len() > _MAX_NAME_LENGTH)
    kinds[alone & (speaks | is_wide)] = "other"
    kinds[_section_rows(body)] = "section"
    remarks = rf"\s*(?:{_any('remark')})(?:\s*\d*\s*[、.．]|\S{{0,6}}?\s*[:：]|\s+\S)"
    kinds[first.str.match(remarks)] = "other"
    for kind, rows in _sums(body, no_key).items():
        kinds[rows] = kind
    return kinds


def _end_texts(cells: pd.DataFrame, *, end: int) -> pd.Series:
    """Return the first (0) or last (-1) cell of each row that is filled in, empty where it is no text."""
    filled = cells.notna().to_numpy()
    at = filled.argmax(axis=1) if end == 0 else filled.shape[1] - 1 - filled[:, ::-1].argmax(axis=1)
    found = cells.to_numpy(object)[np.arange(len(cells)), at]
    return pd.Series([cell if isinstance(cell, str) else "" for cell in found], cells.index, dtype="str")


def _section_rows(body: Body) -> list[int]:
    """Find the rows that name a subdistrict and hold no other text; the number of the line may stand by itself."""
    words = body.cells.drop(columns=body.of(*SUMMED))
    last = _end_texts(words, end=-1)
    may_be = last.str.contains(rf"(?:{_any('section_endings')}|{_any('numbered_section_endings')})\W*")
    return [row for row in words.index[may_be & (words.notna().sum(axis=1) <= 2)] if _section(body, row)]


def _sums(body: Body, no_key: pd.Series) -> dict[str, pd.Index]:
    """Find the rows headed 合计 or 小计, in a column up to the name or, without a name, in any."""
    last = max(body.of(*KEYS, *PLACES), default=0)
    found: dict[str, set[int]] = {kind: set() for kind in SUMS}
    for column in body.cells.columns:
        cells = body.cells[column] if column <= last else body.cells.loc[no_key, column]
        texts = pd.Series([cell if isinstance(cell, str) else "" for cell in cells], cells.index, dtype="str")
        for kind in SUMS:
            texts = texts[texts.str.contains(_headed(kind))]
            found[kind] |= set(texts.index)
    return {kind: pd.Index(sorted(rows)) for kind, rows in found.items()}


def _headed(kind: str) -> str:
    words = _any(kind)
    return rf"(?i)(?:{words})\s*(?:[(（][^()（）]*[)）])?\s*[:：]?\s*$|^\s*(?:{words})\s*[共\d:：(（]"


def _any(word: str) -> str:
    """Return a pattern for the words of a kind, which may be spaced out: 合 计."""
    return "|".join(r"\s*".join(map(re.escape, text)) for text in aliases().words[word])


def _section(body: Body, row: int) -> str:
    """Return the subdistrict that a row names for the rows below it: its only text, with or without figures."""
    numbers = set(body.of(*SUMMED))
    cells = body.cells.loc[row].drop(list(numbers))
    # In a text table the number of an estate is a text as well.
    texts = [cell for cell in cells if isinstance(cell, str) and not cell.strip().isdecimal()]
    # The number may stand in a cell of its own.
    return named_section("、".join(texts)) if 0 < len(texts) <= 2 else ""


def _title_section(block: Block) -> str:
    """Return the subdistrict that the line above the headings names, when it names nothing else."""
    header = block.header
    above = block.grid.rows[header.first_row - header.title_rows : header.first_row]
    lines = [[cell for cell in row if cell != ""] for row in above]
    names = [named_section(str(line[0])) for line in lines if len(line) == 1]
    return next((name for name in reversed(names) if name), "")


def _fill_blanks(body: Body, title: str) -> tuple[Body, list[Problem]]:
    """Fill in what a row leaves to the rows above it: 同上, a line that names the subdistrict, a name written once."""
    cells, problems = body.cells.copy(), []
    estates = body.estates()
    for column in set(cells.columns) - set(body.of(*SUMMED)):
        said = cells.loc[estates, column]
        ditto = said.isin(aliases().words["ditto"])
        if ditto.any():
            cells.loc[estates, column] = said.mask(ditto).where(~ditto, said.mask(ditto).ffill())
            problems.append(_told(body, "ledger_ditto", said.index[ditto], column))
    body = replace(body, cells=cells)
    sections = list(body.kinds.index[body.kinds == "section"])
    if sections or title:
        names = {row: _section(body, row) for row in sections}
        body = _with_sections(body, names, title)
        value = ", ".join(dict.fromkeys(name for name in (title, *names.values()) if name))
        told = {"feature": listed(body.labels()[sections]), "value": value, "count": len(sections)}
        problems.append(note("ledger_sections", file=body.place, **told))
    cells = body.cells.copy()
    for column in body.of(*PLACES):
        filled = _filled_once(cells.loc[estates, column], body)
        blank = cells.loc[estates, column].isna() & filled.notna()
        if blank.any():
            cells.loc[estates, column] = filled
            problems.append(_told(body, "ledger_filled_down", estates[blank], column))
        # 不详 keeps the name above from being filled in, and is none itself.
        cells[column] = cells[column].mask(cells[column].map(_says_unknown), None)
    return replace(body, cells=cells), problems


def _with_sections(body: Body, names: Mapping[int, str], title: str) -> Body:
    """Fill in what the lines above rows name; a community ends where the next subdistrict begins."""
    levels = {"subdistrict": pd.Series(None, body.cells.index, dtype=object)}
    levels["community"] = levels["subdistrict"].copy()
    for row, name in names.items():
        levels[section_level(name)][row] = name
    if title and len(body.cells) and 0 not in names:
        levels[section_level(title)][0] = title
    whole = levels["subdistrict"].ffill()
    parts = levels["community"].groupby(levels["subdistrict"].notna().cumsum()).ffill()
    for level, filled in (("subdistrict", whole), ("community", parts)):
        if filled.notna().any():
            body = with_place(body, level, names=filled)
    return body


def _says_unknown(cell: object) -> bool:
    return isinstance(cell, str) and plain(cell) in aliases().words["missing"]


def _filled_once(cells: pd.Series, body: Body) -> pd.Series:
    """Fill down a column that writes each name once, above all the rows it holds for; leave any other as it is."""
    named = cells.dropna()
    is_written_once = named.is_unique and cells.notna().iloc[:1].all() and 2 * len(named) <= len(cells)
    if not is_written_once or named.empty:
        return cells
    # What stands below a sum begins anew.
    return cells.groupby(body.kinds.isin(SUMS).cumsum()[cells.index]).ffill()


def _told(body: Body, code: str, rows: pd.Index, column: int) -> Problem:
    field = body.headings[column].text
    return note(code, file=body.place, feature=listed(body.labels()[rows]), field=field, value=len(rows))


def _skipped(body: Body) -> list[Problem]:
    """Tell which rows were not read as estates, and why."""
    labels = body.labels()
    pages, sums = body.kinds == "page", body.kinds.isin(SUMS)
    problems: list[Problem] = []
    if sums.any():
        problems.append(note("ledger_sum_rows", file=body.place, feature=listed(labels[sums]), value=int(sums.sum())))
    if pages.any():
        problems.append(
            note("ledger_page_rows", file=body.place, feature=listed(labels[pages]), value=int(pages.sum()))
        )
    bare = body.kinds.index[(body.kinds == "estate") & (body.cells.notna().sum(axis=1) == 1)]
    if body.cells.shape[1] > 2:
        names = ", ".join(cell_text(cell) or "" for cell in body.cells.loc[bare].bfill(axis=1).iloc[:_SHOWN, 0])
        problems += [note("ledger_row_bare", file=body.place, feature=listed(labels[bare]), value=names)] * bool(
            len(bare)
        )
    codes = {"other": "ledger_row_skipped", "nameless": "ledger_row_nameless", "long": "table_row_long"}
    for row, kind in body.kinds[body.kinds.isin(list(codes))].items():
        text = " ".join(cell_text(cell) or "" for cell in body.cells.loc[row].dropna())
        say = note if kind == "other" else warning
        problems.append(say(codes[kind], file=body.place, feature=labels[row], value=text))
    return problems
