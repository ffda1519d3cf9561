"""Sheets in which the state of projects is reported, as they stand in a file: cells by column, and what heads them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from data.errors import MissingColumnError
from data.files.grids import Grid, read_grids
from data.files.points import table_body
from data.problems import Problem, error
from data.tables.aliases import aliases, plain
from data.tables.cells import cell_text
from data.tables.headers import SEPARATOR, Header, find_header
from data.tables.matching import match_headings

LAYER = "progress"
COLUMNS = (
    "project_id", "name", "report_date", "state", "percent", "planned_start", "planned_finish", "weight", "note",
)  # fmt: skip
KEYS = ("project_id", "name")
# What makes a row a report; a row of the form in which none of them is filled in says nothing yet.
REPORTED = ("report_date", "state", "percent")
_NEEDED = ("report_date", "state")


@dataclass(frozen=True)
class StatusTable:
    """Hold the rows of all sheets of a file.

    Parameters
    ----------
    file : str
        What problems call it.
    cells : DataFrame
        ``sheet`` (str), ``line`` (int, number in the sheet, from 1) and one column of cells for each of ``COLUMNS``,
        None where empty or where the sheet has no such column.
    headings : mapping of (str, str) to str
        Heading by sheet and column.
    problems : tuple of Problem
        What was found on the way.
    """

    file: str
    cells: pd.DataFrame
    headings: Mapping[tuple[str, str], str]
    problems: tuple[Problem, ...]

    def tell(self, say: Callable[..., Problem], code: str, *, at: int, column: str, **facts: object) -> Problem:
        """Make a problem of one cell.

        Parameters
        ----------
        say : callable
            ``error``, ``warning`` or ``note``.
        code : str
            Key below ``problems``.
        at : int
            Index of the row.
        column : str
            One of ``COLUMNS``.
        **facts : object
            Further values; ``value`` is the cell unless it is given.

        Returns
        -------
        Problem
            It names file, sheet, row, heading and value.
        """
        row = self.cells.loc[at]
        field = self.headings.get((row["sheet"], column)) or self.heading(column)
        facts = {"value": shown(row[column]), **facts}
        return say(code, file=self.file, layer=row["sheet"], feature=f"#{row['line']}", field=field, **facts)

    def heading(self, column: str) -> str:
        """Return what the file calls a column, or its best name where no sheet has it.

        Parameters
        ----------
        column : str
            One of ``COLUMNS``.

        Returns
        -------
        str
            The heading.
        """
        return next((text for (_, name), text in self.headings.items() if name == column), _best_name(column))

    def rows(self, at: Iterable[int]) -> str:
        """Name rows: ``#4, #9``, with the sheet where there are several.

        Parameters
        ----------
        at : iterable of int
            Indices of rows.

        Returns
        -------
        str
            The rows.
        """
        several = self.cells["sheet"].nunique() > 1
        rows = self.cells.loc[list(at)]
        return ", ".join(
            f"{sheet} #{line}" if several else f"#{line}"
            for sheet, line in zip(rows["sheet"], rows["line"], strict=True)
        )


def shown(cell: object) -> str:
    """Return a cell as messages show it."""
    return cell_text(cell) or ""


def read_status_table(path: Path) -> StatusTable:
    """Read the sheets of a file that report on projects.

    Parameters
    ----------
    path : Path
        Workbook or text table.

    Returns
    -------
    StatusTable
        Its rows; those of totals and remarks, empty ones and those of other sheets are left out.

    Raises
    ------
    MissingFileError, UnreadableFileError
        When the file cannot be read.
    MissingColumnError
        When no sheet has a code or name, a date and a state.
    """
    place = path.name
    grids = read_grids(path, place=place)
    problems = list(grids[0].problems) if grids else []
    frames: list[pd.DataFrame] = []
    headings: dict[tuple[str, str], str] = {}
    seen: list[tuple[str, Header]] = []
    for grid in grids:
        header = find_header(grid, layers=[LAYER])
        if header is None:
            continue
        seen.append((grid.name, header))
        match, told = match_headings(header.headings, layers=[LAYER], fields={}, place=place)
        if not set(match.columns) & {*KEYS} or not set(_NEEDED) <= set(match.columns):
            continue
        body, long = table_body(_filled(grid), header, place)
        frames.append(_cells(body, match.columns, grid.name))
        headings |= {(grid.name, name): _lowest(header.headings[at].text) for name, at in match.columns.items()}
        problems += [*told, *long]
    if not frames:
        raise MissingColumnError(_no_columns(place, seen))
    cells = pd.concat(frames, ignore_index=True)
    return StatusTable(place, cells[~_is_aside(cells)].reset_index(drop=True), headings, tuple(problems))


def _lowest(heading: str) -> str:
    """Return the heading of a column without those of its group."""
    return heading.rpartition(SEPARATOR)[2]


def _filled(grid: Grid) -> Grid:
    """Write the text of each merged range into all its rows, as where the rows of one project share its name."""
    rows = [list(row) for row in grid.rows]
    for (top, left), (bottom, right) in grid.merges:
        for row in range(top, min(bottom, len(rows) - 1) + 1):
            rows[row][left : right + 1] = [rows[top][left]] * (min(right, len(rows[row]) - 1) - left + 1)
    return replace(grid, rows=rows)


def _cells(body: pd.DataFrame, columns: Mapping[str, int], sheet: str) -> pd.DataFrame:
    empty = pd.Series(None, body.index, dtype=object)
    cells = {name: body[columns[name]] if name in columns else empty for name in COLUMNS}
    frame = pd.DataFrame({"sheet": sheet, "line": body.index + 1, **cells})
    return frame.where(frame.notna(), None)


def _is_aside(cells: pd.DataFrame) -> pd.Series:
    """Tell rows of totals and remarks, and rows without a word about a project."""
    words = aliases().words
    first = cells["project_id"].where(cells["project_id"].notna(), cells["name"]).map(lambda cell: plain(shown(cell)))
    says = cells[[*KEYS, *REPORTED]].map(shown).ne("").any(axis=1)
    reports = cells[["report_date", "state"]].map(shown).ne("").any(axis=1)
    sums = first.isin(words["total"])
    remarks = first.str.startswith(words["remark"]) & ~reports
    return sums | remarks | ~says


def _no_columns(place: str, seen: list[tuple[str, Header]]) -> Problem:
    wanted = ", ".join(map(_best_name, ("project_id", *_NEEDED)))
    allowed = ", ".join(dict.fromkeys(one.text for _, header in seen for one in header.headings if one.text)) or "—"
    layer = ", ".join(name for name, _ in seen if name)
    return error("progress_no_columns", file=place, layer=layer, value=wanted, allowed=allowed)


def _best_name(column: str) -> str:
    return next(one.headers[0] for one in aliases().layers[LAYER] if one.name == column)
