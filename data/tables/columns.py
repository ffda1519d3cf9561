"""From columns as they stand in a file to the columns of a layer: named, typed and checked, rows untouched."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from data.problems import Problem, note, warning
from data.tables.aliases import aliases
from data.tables.cells import cell_text, listed
from data.tables.exclusion import read_exclusions
from data.tables.headers import Heading, Match, heading_of, match_headings
from data.tables.values import parse_numbers, parse_years

# Counts of an estate that nobody lives in: possible, and most often a slip.
_NOT_ZERO = ("households", "people", "floor_area_m2", "buildings")
# From here on a number of Excel has lost its last digits.
_MAX_EXACT = 1e15
_TOLD = {
    "approx": "value_approx",
    "lower": "value_approx",
    "upper": "value_approx",
    "range": "value_range",
    "missing": "value_missing",
    "unreadable": "value_unreadable",
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
        (float64, NaN where not known), ``built_year`` as ``built_year_min`` and ``built_year_max``, ``excluded`` and
        ``excluded_unclear`` (see :func:`data.tables.exclusion.read_exclusions`); all others under their own names. A
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
    kinds = {column.name: column.kind for column in aliases().layers[layer]}
    made: dict[str, pd.Series] = {}
    problems: list[Problem] = []
    for name, position in match.columns.items():
        if name in kinds:
            reader = _Reader(cells[position], headings[position], rows, place)
            made |= reader.read(name, kinds[name])
            problems += reader.problems
    if "excluded" in kinds:
        reasons = {key: (cells[position], headings[position]) for key, position in match.reasons.items()}
        excluded, told = read_exclusions(made.pop("excluded", None), reasons, rows=rows, place=place)
        made |= excluded
        problems += told
    used = {position for name, position in match.columns.items() if name in kinds} | set(match.reasons.values())
    rest = _rest(cells, headings, used, set(made))
    return pd.DataFrame({**made, **rest}, index=rows.index), tuple(problems)


class _Reader:
    """Read one column, and keep what was found in it."""

    def __init__(self, cells: pd.Series, heading: Heading, rows: pd.Series, place: str) -> None:
        self.cells, self.heading, self.rows, self.place = cells, heading, rows, place
        self.problems: list[Problem] = []

    def read(self, name: str, kind: str) -> dict[str, pd.Series]:
        """Return the one or two columns of the layer."""
        if kind == "text":
            return {name: self.cells.map(cell_text).astype(object)}
        if kind == "code":
            return {name: self._codes()}
        if kind == "year":
            years = parse_years(self.cells)
            self._tell(years)
            return {f"{name}_min": years["low"], f"{name}_max": years["high"]}
        return {name: self._numbers(name, kind)}

    def _codes(self) -> pd.Series:
        is_number = self.cells.map(lambda cell: isinstance(cell, float) and abs(cell) >= _MAX_EXACT)
        for row, cell in zip(self.rows[is_number], self.cells[is_number], strict=True):
            self._add(warning, "code_rounded", row, f"{cell:.0f}")
        return self.cells.map(cell_text).astype(object)

    def _numbers(self, name: str, kind: str) -> pd.Series:
        measure = "area" if kind == "area" else "count"
        unit = self.heading.unit
        units = aliases().units[measure]
        if unit and unit not in units:
            self._add(warning, "unit_not_fitting", "", unit)
        values = parse_numbers(self.cells, measure=measure, factor=units.get(unit, 1.0))
        numbers = (values["low"] + values["high"]) / 2
        self._tell(values.assign(low=numbers, high=numbers))
        if name in _NOT_ZERO and (numbers == 0).any():
            self._add(warning, "value_zero", listed(self.rows[numbers == 0]), "0")
        return numbers

    def _tell(self, values: pd.DataFrame) -> None:
        """Tell of every different cell that was not plain, with the rows it stands in."""
        texts = self.cells.map(cell_text).astype(object)
        odd = (values["quality"] != "exact") & texts.notna()
        for text, group in values[odd].assign(text=texts[odd]).groupby("text", sort=False):
            code = _TOLD[group["quality"].iloc[0]]
            say = warning if code == "value_unreadable" else note
            taken = _span(group["low"].iloc[0], group["high"].iloc[0])
            self._add(say, code, listed(self.rows[group.index]), str(text), taken=taken)

    def _add(self, say: Callable[..., Problem], code: str, row: str, value: str, **facts: object) -> None:
        self.problems.append(say(code, file=self.place, feature=row, field=self.heading.text, value=value, **facts))


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
