"""Columns of numbers and years as people type them, each cell with bounds and a quality.

Every text becomes a lower and an upper bound and a quality; a text that cannot be read becomes NaN and says so. Nothing
raises, and nothing becomes 0 that is not written as 0.
"""

import datetime
import math
from collections.abc import Callable

import numpy as np
import pandas as pd

from data.tables.amounts import MISSING, UNREADABLE, Value, exact_amount, read_amount
from data.tables.years import read_year, read_year_date, read_year_number

_BEYOND = 1e300


def parse_numbers(cells: pd.Series, *, measure: str, factor: float = 1.0) -> pd.DataFrame:
    """Read a column of numbers.

    Parameters
    ----------
    cells : Series
        Numbers, texts, or both.
    measure : str
        What they count: a key of the units, such as ``"households"`` or ``"area"``; a cell with a unit of another
        measure cannot be read.
    factor : float
        Unit that the header states, for the cells that state none.

    Returns
    -------
    DataFrame
        Index of ``cells``; ``low`` and ``high`` (float, NaN when not known), ``quality`` (str: exact, approx, lower,
        upper, range, missing, unreadable, or fraction for a count that is not whole).
    """
    return _parsed(cells, lambda cell: _number(cell, measure, factor))


def parse_years(cells: pd.Series) -> pd.DataFrame:
    """Read a column of years.

    The early part of a decade is read as its years 0 to 3, the middle as 3 to 6, the end as 6 to 9; "2000年前" ends in
    1999.

    Parameters
    ----------
    cells : Series
        Numbers, texts, dates, or a mixture.

    Returns
    -------
    DataFrame
        As of :func:`parse_numbers`; a bound that is open is NaN.
    """
    return _parsed(cells, _year)


def _parsed(cells: pd.Series, read: Callable[[object], Value]) -> pd.DataFrame:
    """Read every different cell once; 1 and True are different cells."""
    values = cells.tolist()
    is_number = np.fromiter((type(cell) in (int, float) for cell in values), bool, len(values))
    table = np.empty((len(values), 2))
    quality = np.empty(len(values), object)
    others = np.flatnonzero(~is_number)
    keys = [(type(values[at]), values[at]) for at in others]
    known = {key: read(key[1]) for key in set(keys)}
    for at, key in zip(others, keys, strict=True):
        table[at], quality[at] = known[key][:2], known[key][2]
    numbers, inverse = np.unique([_bounded(values[at]) for at in np.flatnonzero(is_number)], return_inverse=True)
    found = [read(float(number)) for number in numbers]
    if found:
        table[is_number] = np.array([value[:2] for value in found])[inverse]
        quality[is_number] = np.array([value[2] for value in found], object)[inverse]
    columns = {"low": table[:, 0], "high": table[:, 1], "quality": pd.array(quality, dtype="str")}
    return pd.DataFrame(columns, index=cells.index)


def _bounded(number: float) -> float:
    """Return a number as a float; a whole number beyond all floats is beyond all figures."""
    return math.copysign(math.inf, number) if abs(number) >= _BEYOND else float(number)


def _number(cell: object, measure: str, factor: float) -> Value:
    if cell is None or cell is pd.NA or cell is pd.NaT:
        return MISSING
    if isinstance(cell, bool | datetime.date | datetime.time | datetime.timedelta):
        return UNREADABLE
    if isinstance(cell, str):
        return read_amount(cell, measure=measure, factor=factor)
    value = _float(cell)
    return UNREADABLE if value is None else exact_amount(value, measure=measure, factor=factor)


def _year(cell: object) -> Value:
    if cell is None or cell is pd.NA or cell is pd.NaT:
        return MISSING
    if isinstance(cell, datetime.date):
        return read_year_date(cell)
    if isinstance(cell, bool | datetime.time | datetime.timedelta):
        return UNREADABLE
    if isinstance(cell, str):
        return read_year(cell)
    value = _float(cell)
    return UNREADABLE if value is None else read_year_number(value)


def _float(cell: object) -> float | None:
    try:
        return float(cell)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
