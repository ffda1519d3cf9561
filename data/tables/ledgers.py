"""Household ledgers as offices keep them: titles, merged headings, unit rows, subtotals and remarks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from data.errors import InputError, MissingColumnError
from data.files.grids import Grid, read_grids
from data.problems import Problem, error, note, warning
from data.tables.aliases import aliases
from data.tables.blocks import Block, find_blocks, named_section, section_level
from data.tables.cells import listed
from data.tables.columns import type_columns
from data.tables.headers import with_title_unit
from data.tables.ledger_rows import KEYS, Body, read_body, with_place
from data.tables.ledger_sums import check_sums
from data.tables.matching import Match, match_headings, near_headings
from data.tables.names import name_keys, place_keys

_WANTED = ("households", "floor_area_m2", "built_year")


@dataclass(frozen=True)
class _Table:
    """Hold one table of estates: its parts side by side, and which column is which."""

    grid: Grid
    blocks: Sequence[Block]
    match: Match
    problems: tuple[Problem, ...]


def read_ledger(
    path: Path, *, sheet: str | None = None, fields: Mapping[str, str] | None = None, place: str = ""
) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    """Read the tables of estates in a workbook or a text file.

    Several sheets are read together when they have the same headings and no estate in common, as where each
    subdistrict has a sheet of its own.

    Parameters
    ----------
    path : Path
        Workbook or text table.
    sheet : str, optional
        Sheet to read; without it those that have known headings, hidden ones aside.
    fields : mapping of str to str, optional
        Heading in the file by column of the estates, as the project declares.
    place : str
        What problems call the file; its name by default.

    Returns
    -------
    tuple of DataFrame and tuple of Problem
        One row per estate, index 0..n-1: ``row`` (int, number in the sheet, from 1), ``sheet`` (str, where several were
        read), the columns of the estates found (see :func:`data.tables.columns.layer_columns`), and all others under
        their joined headings. Subtotals and totals are left out and compared with the sums; a difference is a warning
        with both figures.

    Raises
    ------
    MissingFileError, UnreadableFileError
        When the file cannot be read.
    MissingColumnError
        When no headings are found, or there is neither a code nor a name.
    InputError
        When several sheets have headings, and they differ or name the same estates.
    """
    place = place or path.name
    grids = read_grids(path, sheet=sheet, place=place)
    tables, problems = _tables(grids, fields or {}, place)
    several = len({table.grid.name for table in tables}) > 1
    if several and len({frozenset(table.match.columns) for table in tables}) > 1:
        raise InputError(error("sheet_several", file=place, allowed=_names(tables)))
    frames = []
    for table in tables:
        frame, told = _read(table, place, sheet=table.grid.name if several else "")
        frames.append(frame)
        problems += told
    ledger = pd.concat(frames, ignore_index=True)
    if ledger.empty:
        problems.append(warning("ledger_empty", file=place))
    if several:
        if _share_estates(ledger):
            raise InputError(error("sheet_several", file=place, allowed=_names(tables)))
        counts = ledger["sheet"].value_counts(sort=False)
        value = ", ".join(f"{name} ({count})" for name, count in counts.items())
        problems.append(note("ledger_sheets_joined", file=place, value=value))
    return ledger, tuple(dict.fromkeys(problems))


def _tables(grids: Sequence[Grid], fields: Mapping[str, str], place: str) -> tuple[list[_Table], list[Problem]]:
    """Find the tables that name estates; tell of the others."""
    found: list[_Table] = []
    problems = list(grids[0].problems) if grids else []
    left: list[Block] = []
    for grid in grids:
        for blocks in find_blocks(grid, layers=["estates"], fields=fields):
            headings = blocks[0].header.headings
            match, told = match_headings(headings, layers=["estates"], fields=fields, place=place)
            if {*KEYS} & set(match.columns):
                header, stated = with_title_unit(blocks[0].header, grid, columns=match.columns, place=place)
                blocks[0] = replace(blocks[0], header=header)
                found.append(_Table(grid, blocks, match, (*told, *stated)))
            else:
                left += blocks
    if not found and not left:
        raise MissingColumnError(error("ledger_no_header", file=place))
    if not found:
        allowed = ", ".join(heading.text for heading in left[0].header.headings if heading.text)
        raise MissingColumnError(error("ledger_no_key", file=place, layer=left[0].grid.name, allowed=allowed))
    problems += [
        note("ledger_table_left", file=place, layer=block.grid.name,
             feature=f"#{block.header.first_row + 1} - #{block.end_row}")
        for block in left
    ]  # fmt: skip
    read = {table.grid.name for table in found} | {block.grid.name for block in left}
    others = [grid.name for grid in grids if grid.name not in read]
    if others:
        problems.append(note("ledger_sheets_left", file=place, value=", ".join(others)))
    return found, problems


def _names(tables: Sequence[_Table]) -> str:
    return ", ".join(dict.fromkeys(table.grid.name for table in tables))


def _read(table: _Table, place: str, *, sheet: str) -> tuple[pd.DataFrame, list[Problem]]:
    """Read one table: the estates in it, and what was found."""
    body, told = read_body(table.blocks, table.match.columns, place=place, sheet=sheet)
    body, named = _by_sheet_name(body, table.grid.name)
    estates = body.estates()
    match = Match(body.columns, table.match.reasons)
    labels = body.labels()[estates]
    typed, read = type_columns(
        [body.cells.loc[estates, column] for column in body.cells.columns],
        body.headings,
        match=match,
        layer="estates",
        rows=labels,
        place=place,
    )
    ledger = typed.assign(row=body.lines[estates] + 1, **({"sheet": sheet} if sheet else {}))
    ledger = ledger[["row", *(["sheet"] if sheet else []), *typed.columns]].reset_index(drop=True)
    problems = [*table.problems, *told, *named, *read, *check_sums(body, typed), *_odd_areas(typed, body)]
    return ledger, [*problems, *_hidden(table, body), *_not_found(table, place)]


def _by_sheet_name(body: Body, sheet: str) -> tuple[Body, list[Problem]]:
    """Take the name of a sheet for the subdistrict, when it is that of one and the rows name none."""
    # A sheet is not numbered, but its name is short.
    name = named_section(sheet) or named_section(f"1、{sheet}")
    if not name or section_level(name) in body.columns:
        return body, []
    told = note("ledger_sheet_subdistrict", file=body.place, layer=sheet, value=name)
    return with_place(body, section_level(name), names=pd.Series(name, body.cells.index, dtype=object)), [told]


def _share_estates(ledger: pd.DataFrame) -> bool:
    """Tell whether two sheets name the same estate, as far as they say where it lies."""
    found = ledger[["sheet"]].assign(code=None, name="", place="")
    if "estate_id" in ledger:
        found["code"] = ledger["estate_id"]
    if "name" in ledger:
        found["name"] = name_keys(ledger["name"])
    if "subdistrict" in ledger:
        found["place"] = place_keys(ledger["subdistrict"])
    if found.dropna(subset="code")[["code", "sheet"]].drop_duplicates()["code"].duplicated().any():
        return True
    pairs = found[found["name"] != ""][["name", "place", "sheet"]].drop_duplicates()
    pairs = pairs.merge(pairs, on="name")
    pairs = pairs[pairs["sheet_x"] != pairs["sheet_y"]]
    return bool(((pairs["place_x"] == pairs["place_y"]) | (pairs["place_x"] == "") | (pairs["place_y"] == "")).any())


def _odd_areas(typed: pd.DataFrame, body: Body) -> list[Problem]:
    """Tell of estates whose floor area and households cannot both be right."""
    if not {"households", "floor_area_m2"} <= set(typed):
        return []
    per_household = typed["floor_area_m2"] / typed["households"].where(typed["households"] > 0)
    limits = aliases().limits["m2_per_household"]
    odd = per_household.notna() & ~per_household.between(*limits)
    if not odd.any():
        return []
    least, most = (f"{bound:g}" for bound in limits)
    field = ", ".join(body.headings[column].text for column in body.of("households", "floor_area_m2"))
    shown = ", ".join(f"{value:,.4g}" for value in per_household[odd].iloc[:5])
    rows = listed(body.labels()[typed.index][odd])
    return [
        warning("ledger_area_per_household", file=body.place, feature=rows, field=field, value=shown,
                least=least, most=most)
    ]  # fmt: skip


def _hidden(table: _Table, body: Body) -> list[Problem]:
    """Tell of estates and figures that the sheet does not show."""
    problems = []
    hidden = (body.kinds == "estate") & body.lines.isin(table.grid.hidden_rows)
    if hidden.any():
        rows = listed(body.labels()[hidden])
        problems.append(note("ledger_rows_hidden", file=body.place, layer=table.grid.name, feature=rows))
    grid = table.blocks[0].grid
    columns = [body.headings[column].text for column in body.columns.values() if column in grid.hidden_columns]
    if columns:
        value = ", ".join(columns)
        problems.append(note("ledger_columns_hidden", file=body.place, layer=table.grid.name, value=value))
    return problems


def _not_found(table: _Table, place: str) -> list[Problem]:
    """Tell of figures that no column was found for, and of headings that may mean them."""
    whole = table.blocks[0].header.headings
    used = {*table.match.columns.values(), *table.match.reasons.values()}
    free = [heading for column, heading in enumerate(whole) if column not in used and heading.text]
    known = {column.name: column for column in aliases().layers["estates"]}
    missing = [name for name in _WANTED if name not in table.match.columns]
    near = {name: near_headings(free, known[name]) for name in missing}
    return [
        note("ledger_column_none", file=place, layer=table.grid.name, field=name, value=known[name].headers[0],
             near=", ".join(headings))
        for name, headings in near.items()
        if headings
    ]  # fmt: skip
