"""From columns as they stand in a file to the columns of a layer: named, typed and checked, rows untouched."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache

import numpy as np
import pandas as pd

from data.problems import Problem, note, warning
from data.tables.aliases import Column, aliases
from data.tables.cells import cell_text, listed
from data.tables.exclusion import read_exclusions
from data.tables.headers import Heading, heading_of
from data.tables.matching import Match, match_headings
from data.tables.states import UNREADABLE, read_states
from data.tables.values import parse_numbers, parse_years

_SHOWN_VALUES = 5
# Counts of an estate that nobody lives in: possible, and most often a slip.
_NOT_ZERO = ("households", "people", "floor_area_m2", "buildings")
# From here on a number of Excel has lost its last digits.
_MAX_EXACT = 1e15
# 3.61199E+17 in a text table has lost them as well.
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?(\d{1,2})")
_FAULTS = ("value_unreadable", "value_fraction", "value_formula")
_MAX_TOLD = 20
_TOLD = {
    "approx": "value_approx",
    "lower": "value_approx",
    "upper": "value_approx",
    "range": "value_range",
    "missing": "value_missing",
    "unreadable": "value_unreadable",
    "fraction": "value_fraction",
}


def layer_columns(
    frame: pd.DataFrame, *, layer: str, fields: Mapping[str, str], place: str
) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    """Name and type the columns of a layer read from a vector file.

    Parameters
    ----------
    frame : DataFrame
        Attributes under the names of the file; the geometry, if any, is passed by.
    layer : str
        ``estates``, ``facilities``, ``sites``, ``gates`` or ``barriers``.
    fields : mapping of str to str
        Heading in the file by column of the layer, as the project declares.
    place : str
        What problems call the file.

    Returns
    -------
    tuple of DataFrame and tuple of Problem
        Same rows and index. The columns of the layer that were found: texts (object, None where empty), numbers
        (float64, NaN where not known), states of items (see :func:`data.tables.states.read_states`), ``built_year`` as
        ``built_year_min`` and ``built_year_max``, ``excluded`` and ``excluded_unclear`` (see
        :func:`data.tables.exclusion.read_exclusions`); all others under their own names. A
        note or warning for each value that was not plain.

    Raises
    ------
    MissingColumnError
        When a declared heading is not there.
    """
    names = [name for name in frame.columns if name != "geometry"]
    headings = [heading_of(str(name)) for name in names]
    match, problems = match_headings(headings, layers=[layer], fields=fields, place=place)
    rows = pd.Series([f"#{number}" for number in range(1, len(frame) + 1)], frame.index)
    typed, told = type_columns(
        [frame[name] for name in names], headings, match=match, layer=layer, rows=rows, place=place
    )
    return typed, problems + told


def type_columns(
    cells: Sequence[pd.Series],
    headings: Sequence[Heading],
    *,
    match: Match,
    layer: str,
    rows: pd.Series,
    place: str,
) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    """Turn the matched columns of a table into those of a layer; see :func:`layer_columns`.

    Parameters
    ----------
    cells : sequence of Series
        The columns as read, of one index.
    headings : sequence of Heading
        One per column.
    match : Match
        Which column is which.
    layer : str
        The layer; more than one table of aliases may have been matched, others are left as they are.
    rows : Series of str
        What problems call each row.
    place : str
        What problems call the file.

    Returns
    -------
    tuple of DataFrame and tuple of Problem
        The columns of the layer first, then the rest under their headings; and what was found.
    """
    known = {column.name: column for column in aliases().layers[layer]}
    made: dict[str, pd.Series] = {}
    problems: list[Problem] = []
    for name, position in match.columns.items():
        if name in known:
            reader = _Reader(cells[position], headings[position], rows, place)
            made |= reader.read(known[name])
            problems += reader.problems
    if "excluded" in known:
        reasons = {key: (cells[position], headings[position]) for key, position in match.reasons.items()}
        excluded, told = read_exclusions(made.pop("excluded", None), reasons, rows=rows, place=place)
        made |= excluded
        problems += told
    used = {position for name, position in match.columns.items() if name in known} | set(match.reasons.values())
    rest = _rest(cells, headings, used, set(made))
    return pd.DataFrame({**made, **rest}, index=rows.index), tuple(problems)


class _Reader:
    """Read one column, and keep what was found in it."""

    def __init__(self, cells: pd.Series, heading: Heading, rows: pd.Series, place: str) -> None:
        self.cells, self.heading, self.rows, self.place = cells, heading, rows, place
        self.problems: list[Problem] = []

    def read(self, column: Column) -> dict[str, pd.Series]:
        """Return the one or two columns of the layer."""
        if column.kind == "text":
            return {column.name: self._texts()}
        if column.kind == "code":
            return {column.name: self._codes()}
        if column.kind == "state":
            return {column.name: self._states(column)}
        if column.kind == "year":
            years = parse_years(self.cells)
            self._tell(years)
            return {f"{column.name}_min": years["low"], f"{column.name}_max": years["high"]}
        return {column.name: self._numbers(column)}

    def _texts(self) -> pd.Series:
        texts = self.cells.map(cell_text).astype(object)
        faults = texts.isin(_error_words())
        self._tell_cells(faults, "value_unreadable")
        return texts.mask(faults, None)

    def _codes(self) -> pd.Series:
        codes = self.cells.map(code_text).astype(object)
        rounded = codes.isna() & pd.Series([_is_rounded(cell) for cell in self.cells], codes.index, dtype=bool)
        self._tell_cells(rounded, "code_rounded")
        return codes

    def _states(self, column: Column) -> pd.Series:
        is_nuisance = any(label in column.nuisances for label in self.heading.labels)
        states = read_states(self.cells, is_nuisance=is_nuisance)
        faults = states == UNREADABLE
        self._tell_cells(faults, "state_unreadable")
        return states.mask(faults, None)

    def _numbers(self, column: Column) -> pd.Series:
        unit = self.heading.unit
        units = aliases().units[column.measure]
        if unit and unit not in units:
            self._add(warning, "unit_not_fitting", "", unit)
        factor = units.get(unit, 1.0)
        values = parse_numbers(self.cells, measure=column.measure, factor=factor)
        numbers = (values["low"] + values["high"]) / 2
        self._tell(values.assign(low=numbers, high=numbers))
        if column.measure == "percent":
            numbers = self._percent(numbers)
        if column.name in _NOT_ZERO and (numbers == 0).any():
            self._add(warning, "value_zero", listed(self.rows[numbers == 0]), "0")
        return self._plausible(numbers, column)

    def _percent(self, numbers: pd.Series) -> pd.Series:
        """Take a column that nowhere goes beyond 1 for shares, as a workbook keeps cells that show percent."""
        most = numbers.max()
        if not 0 < most <= 1 or (self.cells.map(cell_text).astype("str").str.contains("[%％]").any()):
            return numbers
        self._add(note, "percent_as_share", "", f"{most:g}")
        return numbers * 100

    def _plausible(self, numbers: pd.Series, column: Column) -> pd.Series:
        """Take out what no row can hold, and tell of what hardly any does; zero is told elsewhere."""
        if column.likely is None or column.possible is None:
            return numbers
        known = numbers.notna() & (numbers != 0)
        wrong = known & ~numbers.between(*column.possible)
        odd = known & ~wrong & ~numbers.between(*column.likely)
        for rows, code, (least, most) in (
            (wrong, "value_impossible", column.possible), (odd, "value_unlikely", column.likely)
        ):  # fmt: skip
            self._tell_cells(rows, code, taken=numbers, least=f"{least:,.10g}", most=f"{most:,.10g}")
        return numbers.mask(wrong)

    def _tell(self, values: pd.DataFrame) -> None:
        """Tell of every different cell that was not plain, with the rows it stands in."""
        odd = values[values["quality"] != "exact"]
        texts = self.cells[odd.index].map(cell_text).astype(object)
        odd, texts = odd[texts.notna()], texts[texts.notna()]
        for text, group in odd.groupby(texts, sort=False):
            code = "value_formula" if str(text).startswith("=") else _TOLD[group["quality"].iloc[0]]
            say = warning if code in _FAULTS else note
            taken = _span(group["low"].iloc[0], group["high"].iloc[0])
            self._add(say, code, listed(self.rows[group.index]), str(text), taken=taken)

    def _tell_cells(self, which: pd.Series, code: str, *, taken: pd.Series | None = None, **facts: object) -> None:
        """Warn of the cells, each different text once; of very many in one line."""
        if not which.any():
            return
        texts = self.cells[which].map(cell_text).astype("str")
        several = texts.nunique() > _MAX_TOLD
        for _, cells in texts.groupby(pd.Series("", texts.index) if several else texts, sort=False):
            if taken is not None:
                facts["taken"] = ", ".join(f"{value:,.10g}" for value in taken[cells.index].unique()[:_SHOWN_VALUES])
            self._add(warning, code, listed(self.rows[cells.index]), ", ".join(cells.unique()[:_SHOWN_VALUES]), **facts)

    def _add(self, say: Callable[..., Problem], code: str, row: str, value: str, **facts: object) -> None:
        self.problems.append(say(code, file=self.place, feature=row, field=self.heading.text, value=value, **facts))


def code_text(cell: object) -> str | None:
    """Write a code as text.

    Parameters
    ----------
    cell : object
        What the file holds.

    Returns
    -------
    str or None
        ``12.0`` and ``"12.0"`` as ``"12"``; None for an empty cell, an error, and a number that a spreadsheet has
        rounded to its fifteen digits.
    """
    if isinstance(cell, str) and cell.isdecimal():
        return cell
    if _is_rounded(cell):
        return None
    text = cell_text(cell)
    if text is None or text in _error_words():
        return None
    return re.sub(r"(?<=^\d)(\d*)\.0+$", r"\1", text.removeprefix("'")) or None


def _is_rounded(cell: object) -> bool:
    if isinstance(cell, float):
        return abs(cell) >= _MAX_EXACT
    found = _SCIENTIFIC.fullmatch(cell.strip()) if isinstance(cell, str) else None
    return found is not None and int(found[1]) >= len(str(int(_MAX_EXACT))) - 5


@cache
def _error_words() -> frozenset[str]:
    return frozenset(word.upper() for word in aliases().words["error"])


def _span(low: float, high: float) -> str:
    """Return bounds as text: one figure when they agree, an open side when one is not known."""
    if low == high:
        return f"{low:.10g}"
    return "–".join("" if np.isnan(bound) else f"{bound:.10g}" for bound in (low, high))


def _rest(
    cells: Sequence[pd.Series], headings: Sequence[Heading], used: set[int], names: set[str]
) -> dict[str, pd.Series]:
    """Return the columns that mean nothing to the layer, under headings made unique."""
    rest: dict[str, pd.Series] = {}
    for position, heading in enumerate(headings):
        if position in used or not heading.text:
            continue
        name = heading.text
        while name in rest or name in names:
            name += "~"
        rest[name] = cells[position]
    return rest
