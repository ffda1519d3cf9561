"""Numbers and years as people type them: 约1200户, １，０２４, 3.2万㎡, 1990年代, 80年代末, 一九九二年, 不详.

Every text becomes a lower and an upper bound and a quality; a text that cannot be read becomes NaN and says so. Nothing
raises, and nothing becomes 0 that is not written as 0.
"""

import datetime
import math
import re
from collections.abc import Callable, Iterable
from functools import cache

import pandas as pd

from data.tables.aliases import aliases, plain

# low, high, quality: exact, approx, lower, upper, range, missing, unreadable
Value = tuple[float, float, str]
NAN = math.nan
MISSING: Value = (NAN, NAN, "missing")
UNREADABLE: Value = (NAN, NAN, "unreadable")
YEARS = (1840, 2100)
_MULTIPLIERS = {"": 1.0, "百": 100.0, "千": 1_000.0, "万": 10_000.0, "亿": 100_000_000.0}
_DIGITS = {character: index for index, row in enumerate(("零〇○", *"一二三四五六七八九")) for character in row} | {
    "两": 2
}
_POWERS = {"十": 10, "百": 100, "千": 1_000}
_GROUPED = re.compile(r"(?<![\d,.])\d{1,3}(?:,\d{3})+(?![\d,])")
_DASH = r"[-~―—–−至到]+"
_UNIT = r"[kh]?m2|[^\d.,]*?"
_NUMBER = re.compile(rf"(\d+(?:\.\d+)?)([百千万亿]?)({_UNIT})")
_RANGE = re.compile(rf"(\d+(?:\.\d+)?)([百千万亿]?)({_UNIT}){_DASH}(\d.*)")
_TEN_THOUSANDS = re.compile(r"(\d+)万(\d{3,4})(?![\d.])")
# The word may stand before the unit, as in 300余户.
_BEFORE_UNIT = re.compile(r"(.*[\d十百千万])(?:余|多|来|\+)([^\d]+)")
_REMARK = re.compile(r"\([^()]*\)$")
_CHINESE_NUMBER = re.compile(r"[零〇一二两三四五六七八九十百千]+")
_CHINESE_DECADE = re.compile(r"([三四五六七八九])十年代")
# Which years of a decade its parts are taken as.
_DECADE_PARTS = {"": (0, 9), "初": (0, 3), "中": (3, 6), "末": (6, 9)}
_DECADE = re.compile(r"(?:(?:上|20|二十)世纪)?(?:19)?([3-9]0)(?:年代|'?s)(初|早|前|中|末|后|晚)?期?(?:建成)?")
_DECADE_2000 = re.compile(r"(?:20)?(00)年代(初|早|前|中|末|后|晚)?期?|(20[123]0)年代()")
_PART_OF = {"早": "初", "前": "初", "后": "末", "晚": "末"}
_YEAR = r"(?:19|20)\d\d|18[4-9]\d"
_BUILT = r"(?:建成|竣工|建造|建|交付)?"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_DATE = re.compile(rf"({_YEAR})(?:年?|[-./年]{_MONTH}(?:月?|[-./月][0-3]?\d[日号]?)){_BUILT}")
_COMPACT_DATE = re.compile(rf"({_YEAR})(?:0[1-9]|1[0-2])(?:[0-3]\d)?")
_YEAR_OR_MONTH = rf"({_YEAR})年?(?:[./]?{_MONTH}月)?(?:\.{_MONTH})?"
_YEAR_PAIR = re.compile(rf"{_YEAR_OR_MONTH}(?:{_DASH}|[/、,;和及与]){_YEAR_OR_MONTH}{_BUILT}")
_DECADE_PAIR = re.compile(
    rf"(?:(?:上|20|二十)世纪)?(?:19)?([3-9]0)(?:年代)?(?:{_DASH}|[/、,;和及与])(?:19)?([3-9]0)年代{_BUILT}"
)
_SHORT_PAIR = re.compile(rf"({_YEAR})年?{_DASH}(1[3-9]|[2-9]\d)年?")
_BOUNDED = re.compile(rf"({_YEAR})年?(底|末)?(及)?(以前|之前|前|以后|之后|后|起)(?:建成)?")
_SHORT_YEAR = re.compile(r"'?(\d\d)年(?:建成|建)?")
_EXCEL_DAYS = (20_000, 60_000)


def parse_numbers(cells: pd.Series, *, measure: str, factor: float = 1.0) -> pd.DataFrame:
    """Read a column of numbers.

    Parameters
    ----------
    cells : Series
        Numbers, texts, or both.
    measure : str
        What they count: a key of the units, ``"count"`` or ``"area"``; a cell with a unit of another measure cannot be
        read.
    factor : float
        Unit that the header states, for the cells that state none.

    Returns
    -------
    DataFrame
        Index of ``cells``; ``low`` and ``high`` (float, NaN when not known), ``quality`` (str: exact, approx, lower,
        upper, range, missing, unreadable).
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
    keys = [(type(cell), str(cell)) for cell in cells]
    known = {key: read(cell) for key, cell in dict(zip(keys, cells, strict=True)).items()}
    rows = [known[key] for key in keys]
    return pd.DataFrame(
        {
            "low": pd.Series((row[0] for row in rows), cells.index, dtype="float64"),
            "high": pd.Series((row[1] for row in rows), cells.index, dtype="float64"),
            "quality": pd.Series((row[2] for row in rows), cells.index, dtype="str"),
        }
    )


def _number(cell: object, measure: str, factor: float) -> Value:
    if cell is None or cell is pd.NA or cell is pd.NaT:
        return MISSING
    if isinstance(cell, bool | datetime.date | datetime.time | datetime.timedelta):
        return UNREADABLE
    if isinstance(cell, str):
        return _number_text(plain(cell), measure, factor)
    return _plain_number(cell, factor)


def _plain_number(cell: object, factor: float) -> Value:
    try:
        value = float(cell)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return UNREADABLE
    if math.isnan(value):
        return MISSING
    return _single(value * factor, "exact")


def _single(value: float, quality: str) -> Value:
    # Products of decimal figures carry noise in the last digits; a millionth is finer than any count or area.
    value = round(value, 6)
    return (value, value, quality) if math.isfinite(value) and value >= 0 else UNREADABLE


def _number_text(text: str, measure: str, factor: float) -> Value:
    if text in aliases().words["missing"]:
        return MISSING
    text = _GROUPED.sub(lambda found: found.group().replace(",", ""), text)
    text, quality = _qualified(text)
    text = _CHINESE_NUMBER.sub(_chinese_number, text)
    text = _TEN_THOUSANDS.sub(lambda found: str(int(found[1]) * 10_000 + int(found[2])), text)
    pair = _RANGE.fullmatch(text)
    if pair:
        return _number_range(pair, measure, factor)
    value = _amount(text, measure, factor)
    if math.isnan(value) and _REMARK.search(text):
        value, quality = _amount(_REMARK.sub("", text), measure, factor), "approx"
    return UNREADABLE if math.isnan(value) else _single(value, quality)


def _qualified(text: str) -> tuple[str, str]:
    """Take off the words that make a figure a bound or an estimate, and return what they make it."""
    words, found = aliases().words, ""
    for quality in ("lower", "upper", "approx"):
        before = next((word for word in words[f"{quality}_before"] if text.startswith(word)), "")
        after = next((word for word in words[f"{quality}_after"] if text.endswith(word)), "")
        text = text.removeprefix(before).removesuffix(after)
        found = found or (quality if before or after else "")
    inside = _BEFORE_UNIT.fullmatch(text)
    return (inside[1] + inside[2], "lower") if inside else (text, found or "exact")


def _amount(text: str, measure: str, factor: float) -> float:
    """Return a number with its multiplier and unit, NaN when it is none; its own unit counts before the header's."""
    found = _NUMBER.fullmatch(text)
    if not found:
        return NAN
    digits, multiplier, unit = found.groups()
    units = aliases().units[measure]
    if multiplier + unit in units:
        return float(digits) * units[multiplier + unit]
    if unit and unit not in units:
        return NAN
    own = _MULTIPLIERS[multiplier] * units.get(unit, 1.0)
    return float(digits) * (own if multiplier or unit else factor)


def _number_range(pair: re.Match[str], measure: str, factor: float) -> Value:
    """Read two figures; the unit of the second one is that of both, when the first one has none."""
    low_text, high_text = "".join(pair.groups()[:3]), pair[4]
    high = _amount(high_text, measure, factor)
    if low_text == pair[1] and not math.isnan(high):
        low_text += high_text.lstrip("0123456789.")
    low = _amount(low_text, measure, factor)
    if math.isnan(low) or math.isnan(high):
        return UNREADABLE
    return (min(low, high), max(low, high), "range")


def _chinese_number(found: re.Match[str]) -> str:
    """Turn 三百二十 into 320, and 一九九二 into 1992; what is no number stays as it is."""
    text = found.group()
    if not any(character in _POWERS for character in text):
        return "".join(str(_DIGITS[character]) for character in text)
    if text in _POWERS and text != "十":
        return text
    total, digit, power = 0, 0, 1
    for before, character in zip(("", *text), text, strict=False):
        if character in _POWERS:
            power = _POWERS[character]
            total += (digit or (0 if before == "零" else 1)) * power
            digit = 0
        else:
            digit = _DIGITS[character]
    # 二百五 is 250, 二百零五 is 205.
    is_short = digit and power > 10 and text[-2] in _POWERS
    return str(total + digit * (power // 10 if is_short else 1))


def _year(cell: object) -> Value:
    if cell is None or cell is pd.NA or cell is pd.NaT:
        return MISSING
    if isinstance(cell, datetime.date):
        return _span(cell.year, cell.year, "exact")
    if isinstance(cell, bool | datetime.time | datetime.timedelta):
        return UNREADABLE
    if not isinstance(cell, str):
        return _year_number(cell)
    text = plain(cell)
    if text in aliases().words["missing"]:
        return MISSING
    return _year_text(text)


def _year_number(cell: object) -> Value:
    """Read 1979, 1985.6 for June 1985, 198506, or a date that lost its format."""
    try:
        value = float(cell)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return UNREADABLE
    if math.isnan(value):
        return MISSING
    if value.is_integer() and _EXCEL_DAYS[0] <= value <= _EXCEL_DAYS[1]:
        year = (datetime.date(1899, 12, 30) + datetime.timedelta(days=int(value))).year
        return _span(year, year, "approx")
    text = f"{value:.0f}" if value.is_integer() else f"{value:.6g}"
    return _year_text(text)


def _year_text(text: str) -> Value:
    text = _CHINESE_DECADE.sub(lambda found: f"{_DIGITS[found[1]]}0年代", text)
    text = re.sub(r"[零〇○一二三四五六七八九]{2,4}(?=年)", lambda f: "".join(str(_DIGITS[c]) for c in f.group()), text)
    text = re.sub(r"[一二三四五六七八九十]{1,2}(?=月)", _chinese_number, text)
    text, quality = _estimated(text)
    for pattern, read in _year_readings():
        found = pattern.fullmatch(text)
        if found:
            low, high, own = read(found)
            return _span(low, high, quality if own == "exact" else own)
    return UNREADABLE


def _estimated(text: str) -> tuple[str, str]:
    words = aliases().words
    before = next((word for word in words["approx_before"] if text.startswith(word)), "")
    after = next((word for word in words["approx_after"] if text.endswith(word)), "")
    return text.removeprefix(before).removesuffix(after), "approx" if before or after else "exact"


@cache
def _year_readings() -> tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Value]], ...]:
    """Return the ways to write a year, each with how it is read."""
    return (
        (_COMPACT_DATE, lambda found: (int(found[1]), int(found[1]), "exact")),
        (_DATE, lambda found: (int(found[1]), int(found[1]), "exact")),
        (_DECADE, lambda found: _decade(1900 + int(found[1]), found[2])),
        (_DECADE_2000, lambda found: _decade(int(found[3] or 2000), found[2])),
        (_YEAR_PAIR, lambda found: _pair(int(found[1]), int(found[2]))),
        (_DECADE_PAIR, lambda found: _pair(1900 + int(found[1]), 1909 + int(found[2]))),
        (_SHORT_PAIR, lambda found: _pair(int(found[1]), int(found[1][:2] + found[2]))),
        (_BOUNDED, _bounded),
        (_SHORT_YEAR, lambda found: _short(int(found[1]))),
    )


def _decade(start: int, part: str | None) -> Value:
    first, last = _DECADE_PARTS[_PART_OF.get(part or "", part or "")]
    return (start + first, start + last, "range")


def _pair(one: int, other: int) -> Value:
    return (min(one, other), max(one, other), "range")


def _bounded(found: re.Match[str]) -> Value:
    year, closed = int(found[1]), bool(found[2] or found[3])
    if "前" in found[4]:
        return (NAN, year if closed else year - 1, "upper")
    return (year, NAN, "lower")


def _short(year: int) -> Value:
    # Nobody lists estates of the 1920s, nor any to be built after 2029.
    full = year + (1900 if year >= 30 else 2000)
    return (full, full, "approx")


def _span(low: float, high: float, quality: str) -> Value:
    known: Iterable[float] = [year for year in (low, high) if not math.isnan(year)]
    return (float(low), float(high), quality) if all(YEARS[0] <= year <= YEARS[1] for year in known) else UNREADABLE
