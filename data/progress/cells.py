"""Cells of reports on projects: days, states and percents as people write them."""

import datetime
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

import pandas as pd

from data.tables.aliases import aliases, plain
from data.tables.cells import cell_text
from data.tables.values import parse_numbers

STATES = ("not_started", "in_progress", "finished", "accepted")
DONE = ("finished", "accepted")
UNREADABLE = "unreadable"
_DAY = re.compile(r"(20\d\d)(?:[-./年](\d{1,2})[-./月](\d{1,2})[日号]?|(\d\d)(\d\d))")
_CLOCK = re.compile(r"(?:[tT]|\s+)\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$")
_BRACKETS = re.compile(r"\([^()]*\)")
# Days since 30 December 1899 of the years 2000 to 2099: dates that lost their format.
_EXCEL_DAYS = (36_526, 73_050)
_EXCEL_START = datetime.date(1899, 12, 30)


def read_days(cells: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Read a column of days.

    Parameters
    ----------
    cells : Series
        Dates, texts such as ``2023-06-30``, ``2023年6月30日`` or ``20230630``, and dates that lost their format.

    Returns
    -------
    tuple of Series
        Days (datetime64, NaT where there is none), and whether a cell holds something that is no day.
    """
    known = {key: _day(key[1]) for key in {(type(cell), cell) for cell in cells}}
    days = [known[type(cell), cell] for cell in cells]
    read = pd.to_datetime(pd.Series(days, cells.index, dtype=object)).astype("datetime64[s]")
    says = cells.map(lambda cell: _text(cell) is not None).astype(bool)
    return read, says & read.isna()


def read_progress_states(cells: pd.Series) -> pd.Series:
    """Read a column of states.

    Parameters
    ----------
    cells : Series
        Words in Chinese or English.

    Returns
    -------
    Series of object
        One of ``STATES``, None where empty, ``unreadable`` where the word is not known.
    """
    texts = cells.map(_text).astype(object)
    words = {text: _words().get(_BRACKETS.sub("", plain(text)), UNREADABLE) for text in texts.dropna().unique()}
    return pd.Series([words.get(text) for text in texts], cells.index, dtype=object)


def read_percents(cells: pd.Series, *, done: pd.Series) -> pd.DataFrame:
    """Read a column of percents; a column of cells that are formatted as percents comes as fractions of one.

    Parameters
    ----------
    cells : Series
        Numbers, or texts such as ``60%``.
    done : Series of bool
        Whether the state says that all is finished, which makes a 1 of the column the whole.

    Returns
    -------
    DataFrame
        ``percent`` (float, NaN where there is none), ``fault`` (str: empty, ``unreadable``, ``outside``, or
        ``fraction`` where 0.6 stands beside 60), ``as_fraction`` (bool, whether it was read as a fraction of one).
    """
    values = parse_numbers(cells, measure="percent")
    number = values["low"].where(values["low"] == values["high"])
    said = cells.map(_text).astype(object)
    sure = said.str.contains("%|％", na=False).astype(bool)
    negative = said.map(lambda text: isinstance(text, str) and text.startswith("-") and len(text) > 1).astype(bool)
    bare = number.notna() & ~sure
    below = bare & (number > 0) & (number < 1)
    wholes = bare & (number == 1) & done
    as_fractions = bool((below | wholes).any()) and not bool((bare & (number > 1)).any())
    percent = number.where(~(bare & as_fractions), number * 100)
    fault = pd.Series("", cells.index, dtype=object)
    fault[below & (not as_fractions)] = "fraction"
    fault[number.notna() & ~number.between(0, 100)] = "outside"
    fault[said.notna() & number.isna() & (values["quality"] != "missing")] = UNREADABLE
    fault[negative] = "outside"
    kept = percent.round(6).where(fault == "")
    return pd.DataFrame({"percent": kept, "fault": fault, "as_fraction": bare & as_fractions & (number > 0)})


@cache
def _words() -> Mapping[str, str]:
    table = tomllib.loads(files("data.progress").joinpath("words.toml").read_text("utf-8"))
    return MappingProxyType({plain(word): state for state, words in table.items() for word in words})


def _text(cell: object) -> str | None:
    """Return what a cell says; None where it is empty or says that nothing is known."""
    text = cell_text(cell)
    return None if text is None or plain(text) in aliases().words["missing"] else text


def _day(cell: object) -> datetime.date | None:
    if isinstance(cell, datetime.datetime):
        cell = cell.date()
    if isinstance(cell, datetime.date):
        return cell if 2000 <= cell.year < 2100 else None
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return _day_number(float(cell))
    return _day_text(str(cell)) if isinstance(cell, str) else None


def _day_number(value: float) -> datetime.date | None:
    if _EXCEL_DAYS[0] <= value <= _EXCEL_DAYS[1]:
        return _EXCEL_START + datetime.timedelta(days=int(value))
    return _day_text(f"{value:.0f}") if value.is_integer() else None


def _day_text(text: str) -> datetime.date | None:
    said = "".join(_CLOCK.sub("", unicodedata.normalize("NFKC", text).strip()).split())
    found = _DAY.fullmatch(said)
    try:
        return datetime.date(*(int(part) for part in found.groups() if part)) if found else None
    except ValueError:
        return None
