"""Household ledgers as offices keep them: titles, merged headings, unit rows, subtotals and remarks."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from data.errors import InputError, MissingColumnError
from data.files.grids import Grid, read_grids
from data.problems import Problem, error, note, warning
from data.tables.aliases import aliases, plain
from data.tables.cells import cell_text
from data.tables.columns import type_columns
from data.tables.headers import Header, Match, find_header, match_headings

_FILLED = ("district", "subdistrict", "community", "name")
_SUMMED = ("households", "people", "floor_area_m2", "buildings", "parking_spaces")
_MAX_DECIMALS = 6


def read_ledger(
    path: Path, *, sheet: str | None = None, fields: Mapping[str, str] | None = None, place: str = ""
) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    """Read the one table of estates in a workbook or a text file.

    Parameters
    ----------
    path : Path
        Workbook or text table.
    sheet : str, optional
        Sheet to read; without it the one that has known headings, hidden ones aside.
    fields : mapping of str to str, optional
        Heading in the file by column of the estates, as the project declares.
    place : str
        What problems call the file; its name by default.

    Returns
    -------
    tuple of DataFrame and tuple of Problem
        One row per estate, index 0..n-1: ``row`` (int, number in the sheet, from 1), the columns of the estates found
        (see :func:`data.tables.columns.layer_columns`), and all others under their joined headings. Subtotals and
        totals are left out and compared with the sums; a difference is a warning with both figures.

    Raises
    ------
    MissingFileError, UnreadableFileError
        When the file cannot be read.
    MissingColumnError
        When no headings are found, or there is neither a code nor a name.
    InputError
        When several sheets have headings and none is chosen.
    """
    place = place or path.name
    grid, header = _one_table(read_grids(path, sheet=sheet, place=place), fields or {}, place)
    match, problems = match_headings(header.headings, layers=["estates"], fields=fields or {}, place=place)
    if not {"estate_id", "name"} & set(match.columns):
        allowed = ", ".join(heading.text for heading in header.headings if heading.text)
        raise MissingColumnError(error("ledger_no_key", file=place, layer=grid.name, allowed=allowed))
    body = _body(grid, header)
    body, merged = _fill_down(body, grid, header, match.columns, place)
    kinds = _kinds_of_rows(body, match.columns)
    rows = pd.Series([f"#{number + 1}" for number in body.index], body.index)
    is_estate = kinds == "estate"
    cells = [body[column] for column in body.columns]
    typed, told = type_columns(
        [column[is_estate] for column in cells],
        header.headings,
        match=match,
        layer="estates",
        rows=rows[is_estate],
        place=place,
    )
    sums = _check_sums(body, kinds, header, match.columns, typed, place)
    ledger = typed.assign(row=typed.index + 1)
    ledger = ledger[["row", *typed.columns]].reset_index(drop=True)
    return ledger, (*problems, *merged, *told, *_remarks(body, kinds, place), *sums)


def _one_table(grids: Sequence[Grid], fields: Mapping[str, str], place: str) -> tuple[Grid, Header]:
    """Choose the sheet that has headings."""
    found = [(grid, find_header(grid, layers=["estates"], fields=fields)) for grid in grids]
    tables = [(grid, header) for grid, header in found if header is not None]
    if not tables:
        raise MissingColumnError(error("ledger_no_header", file=place))
    if len(tables) > 1:
        names = ", ".join(grid.name for grid, _ in tables)
        raise InputError(error("sheet_several", file=place, allowed=names))
    return tables[0]


def _body(grid: Grid, header: Header) -> pd.DataFrame:
    """Return the rows below the headings that are not empty; the index is the row of the sheet, from 0."""
    rows = range(header.body_row, len(grid.rows))
    body = pd.DataFrame(
        [list(grid.rows[row]) for row in rows], index=rows, columns=range(len(header.headings)), dtype=object
    )
    filled = body.map(lambda cell: not (isinstance(cell, str) and not cell.strip()))
    return body.where(filled, None)[filled.any(axis=1)]


def _fill_down(
    body: pd.DataFrame, grid: Grid, header: Header, columns: Mapping[str, int], place: str
) -> tuple[pd.DataFrame, list[Problem]]:
    """Copy a text that is merged over several rows into each of them; a number so merged belongs to none alone."""
    filled, problems = body.copy(), []
    texts = {columns[name] for name in _FILLED if name in columns}
    numbers = {columns[name] for name in _SUMMED if name in columns}
    for (top, left), (bottom, _) in grid.merges:
        rows = [row for row in range(top, bottom + 1) if row in body.index]
        if top < header.body_row or len(rows) < 2:
            continue
        if left in texts:
            filled.loc[rows, left] = body.loc[top, left]
        elif left in numbers:
            value = body.loc[top, left]
            told = {
                "feature": f"#{top + 1} - #{bottom + 1}",
                "field": header.headings[left].text,
                "value": cell_text(value),
            }
            problems.append(warning("ledger_number_merged", file=place, layer=grid.name, **told))
    return filled, problems


def _kinds_of_rows(body: pd.DataFrame, columns: Mapping[str, int]) -> pd.Series:
    """Tell estates, totals, subtotals and remarks apart, by the cells up to the name."""
    last = max(columns.get(name, 0) for name in ("estate_id", "name"))
    labels = body.loc[:, :last].map(lambda cell: plain(cell) if isinstance(cell, str) else "")
    kinds = pd.Series("estate", body.index, dtype=object)
    keys = [columns[name] for name in ("estate_id", "name") if name in columns]
    no_key = body[keys].isna().all(axis=1)
    first = body.bfill(axis=1).iloc[:, 0].map(lambda cell: plain(cell) if isinstance(cell, str) else "")
    kinds[no_key | first.str.match(rf"(?:{_any('remark')})\d*:")] = "other"
    for kind in ("total", "subtotal"):
        pattern = rf"(?:{_any(kind)}):?$"
        kinds[np.logical_or.reduce([labels[column].str.contains(pattern) for column in labels])] = kind
    return kinds


def _any(word: str) -> str:
    return "|".join(map(re.escape, aliases().words[word]))


def _remarks(body: pd.DataFrame, kinds: pd.Series, place: str) -> list[Problem]:
    """Tell which rows were not read as estates."""
    return [
        note(
            "ledger_row_skipped",
            file=place,
            feature=f"#{row + 1}",
            value=" ".join(cell_text(cell) or "" for cell in body.loc[row].dropna()),
        )
        for row in kinds.index[kinds == "other"]
    ]


def _check_sums(
    body: pd.DataFrame,
    kinds: pd.Series,
    header: Header,
    columns: Mapping[str, int],
    typed: pd.DataFrame,
    place: str,
) -> list[Problem]:
    """Compare each printed sum with the rows it stands below."""
    sums = body[kinds.isin(["total", "subtotal"])]
    problems: list[Problem] = []
    names = [name for name in _SUMMED if name in columns]
    if sums.empty or not names:
        return problems
    wanted = {name: columns[name] for name in names}
    rows = pd.Series("", sums.index)
    printed, _ = type_columns(
        [sums[column] for column in body.columns],
        header.headings,
        match=Match(wanted, {}),
        layer="estates",
        rows=rows,
        place=place,
    )
    for row, kind in kinds[kinds.isin(["total", "subtotal"])].items():
        above = _rows_summed(kinds, row, kind)
        for name in names:
            values, stated = typed.loc[above, name], printed.loc[row, name]
            unit = _step(body.loc[above, columns[name]], values)
            if np.isnan(stated) or values.isna().any() or abs(values.sum() - stated) <= unit * (len(values) + 1) / 2:
                continue
            facts = {"value": f"{stated:.10g}", "computed": f"{values.sum():.10g}"}
            field = header.headings[columns[name]].text
            problems.append(warning("ledger_sum_differs", file=place, feature=f"#{row + 1}", field=field, **facts))
    return problems


def _rows_summed(kinds: pd.Series, row: int, kind: str) -> pd.Index:
    """Return the estates between a sum and the sum of its own kind, or of a higher one, above it."""
    above = kinds[kinds.index < row]
    ends = above.index[above == "total"] if kind == "total" else above.index[above.isin(["total", "subtotal"])]
    start = ends.max() if len(ends) else -1
    return above.index[(above == "estate") & (above.index > start)]


def _step(cells: pd.Series, values: pd.Series) -> float:
    """Return the last digit that figures are rounded to, in their own unit; 0 for whole numbers."""
    written = pd.to_numeric(cells, errors="coerce")
    places = next(
        (n for n in range(_MAX_DECIMALS) if np.allclose(written.dropna(), written.dropna().round(n))), _MAX_DECIMALS
    )
    if places == 0:
        return 1e-9
    ratio = (values / written).median()
    return float(10.0**-places * (ratio if np.isfinite(ratio) else 1.0))
