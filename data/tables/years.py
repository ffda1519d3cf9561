"""Years as people type them: 1998, 98年, 1990年代, 80年代末, 1998-2001, 一九九二年, 2000年以前, 建于1985年，后加建."""

import datetime
import math
import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from data.tables.aliases import aliases, plain
from data.tables.amounts import DASH, MISSING, NAN, UNREADABLE, Value
from data.tables.numerals import DIGITS, figure

# Days since 30 December 1899 of the years 1954 to 2064.
_EXCEL_DAYS = (20_000, 60_000)
_EXCEL_START = datetime.date(1899, 12, 30)
_CENTURY = {"上": 1900, "20": 1900, "二十": 1900, "本": 2000, "21": 2000, "二十一": 2000, "": 1900}
# Which years of a decade its parts are taken as.
_DECADE_PARTS = {"": (0, 9), "early": (0, 3), "middle": (3, 6), "late": (6, 9), "middle late": (3, 9)}
_SHORT_AFTER = 50
_NO_YEAR = 1900
_DIGIT = "[零〇○一二三四五六七八九]"
_YEAR = r"(?:18[4-9]\d|19\d\d|20\d\d)"
_MONTH = r"(?:1[0-2]|0?[1-9])(?!\d)"
_DAY = r"(?:[12]\d|3[01]|0?[1-9])(?!\d)"
_CLOCK = re.compile(r"(?<=\d)(?:[tT]|\s+)\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$")
_PARTS_OF_AN_ESTATE = re.compile(
    r"(?:第?(?:\d{1,2}|[一二三四五六七八九十]{1,2})(?:期|区|栋|幢|号楼)|[a-h](?:区|栋|座))[:]?"
)
_NEIGHBOUR_DECADES = re.compile(r"([三四五六七八九])([三四五六七八九])十年代")
_SEPARATOR = rf"(?:{DASH}|[/、,;和及与&.]|)"
_SHORT_SECOND = re.compile(rf"({_YEAR})年?{DASH}([1-9]\d|0\d)年?$")
_BOTH_SHORT = re.compile(rf"'?([5-9]\d)年?{DASH}'?([5-9]\d)年")
# A day or month of a year, or its end: before it lies the year itself.
_WITHIN_YEAR = re.compile(r"(?:[月日号底末]|\d[-./]\d{1,2})$")
# What a spreadsheet shows for a small number in a cell of dates.
_NO_DATE = re.compile(r"1900[-/.年]0?1[-/.月]\d{1,2}日?")
_DECADE_WITHOUT_WORD = re.compile(rf"(?<!\d)((?:19)?[3-9]0)(?={DASH}|[/、,;和及与])")


@dataclass(frozen=True)
class _Point:
    """One year or decade of a text: its bounds, and how sure they are."""

    low: float
    high: float
    quality: str


# 不晚于 and "no later than" let the year itself in.
_DENIALS = ("不", "no")


def read_year(text: str) -> Value:
    """Read one text.

    Parameters
    ----------
    text : str
        As it stands in the cell.

    Returns
    -------
    tuple of float, float and str
        First and last year, NaN where open or not known, and the quality.
    """
    said = plain(_CLOCK.sub("", unicodedata.normalize("NFKC", text).strip()))
    if said in aliases().words["missing"]:
        return MISSING
    said = re.sub(r"(?<=\d{4})\.0$", "", said).strip(";,。、'`")
    if _NO_DATE.fullmatch(said):
        return UNREADABLE
    if re.fullmatch(r"\d{5}", said):
        return read_year_number(float(said))
    return _within_limits(_year_text(_arabic(_PARTS_OF_AN_ESTATE.sub("", said))))


def read_year_number(value: float) -> Value:
    """Read a number: 1979, 1985.6 for June 1985, 198506, or a date that lost its format.

    Parameters
    ----------
    value : float
        As it stands in the cell.

    Returns
    -------
    tuple of float, float and str
        As of :func:`read_year`.
    """
    if math.isnan(value):
        return MISSING
    if _EXCEL_DAYS[0] <= value <= _EXCEL_DAYS[1]:
        year = (_EXCEL_START + datetime.timedelta(days=int(value))).year
        return _within_limits((year, year, "approx"))
    return _within_limits(_year_text(f"{value:.0f}" if value.is_integer() else f"{value:.6g}"))


def read_year_date(day: datetime.date) -> Value:
    """Read a date; a year that a spreadsheet shows as a day of 1905 is taken for what was typed.

    Parameters
    ----------
    day : date
        As it stands in the cell.

    Returns
    -------
    tuple of float, float and str
        As of :func:`read_year`.
    """
    typed = (datetime.date(day.year, day.month, day.day) - _EXCEL_START).days
    first, last = aliases().limits["year"]
    if first <= typed <= last:
        return (typed, typed, "approx")
    return UNREADABLE if day.year == _NO_YEAR else _within_limits((day.year, day.year, "exact"))


def _within_limits(value: Value) -> Value:
    first, last = aliases().limits["year"]
    known = [year for year in value[:2] if not math.isnan(year)]
    return (float(value[0]), float(value[1]), value[2]) if all(first <= year <= last for year in known) else UNREADABLE


def _arabic(text: str) -> str:
    """Write Chinese years, decades and months in Arabic digits."""
    text = re.sub(r"二十一世纪", "21世纪", text).replace("二十世纪", "20世纪")
    text = _NEIGHBOUR_DECADES.sub(lambda found: f"{DIGITS[found[1]]}0年代-{DIGITS[found[2]]}0年代", text)
    text = re.sub(r"([三四五六七八九])十(?=年代|、|-|至|到)", lambda found: f"{DIGITS[found[1]]}0", text)
    text = re.sub(rf"(?:{_DIGIT}|[0o]){{4}}(?=年|$|{DASH})", _spelled, text)
    text = re.sub(rf"{_DIGIT}{{2}}(?=年(?!代))", _spelled, text)
    return re.sub(r"[一二三四五六七八九十]{1,3}(?=月|日)", lambda found: f"{figure(found.group()):.0f}", text)


def _spelled(found: re.Match[str]) -> str:
    return "".join(str(DIGITS.get(character, 0)) for character in found.group())


def _year_text(text: str) -> Value:
    whole = re.fullmatch(r"(?:\d{1,2}[/.-]){2}" + rf"({_YEAR})", text)
    if whole:
        return (int(whole[1]), int(whole[1]), "exact")
    text, is_first = _without_later_works(text)
    text, quality = _estimated(text)
    text, bound, is_closed = _bound(text)
    value = _span(_points(text))
    if math.isnan(value[0]):
        return UNREADABLE
    if bound == "before":
        # 1980年代以前 ends with 1979, 1980年代及以前 with 1989, and 1990年底前 with 1990.
        return (NAN, value[1] if is_closed else value[0] - 1, "upper")
    if bound == "after":
        return (value[0], NAN, "lower")
    if value[2] == "exact" and (is_first or quality == "approx"):
        return (value[0], value[1], "approx")
    return value


def _without_later_works(text: str) -> tuple[str, bool]:
    """Take out the clauses that tell of additions and repairs: 建于1985年，1990年加建."""
    words = aliases().year_words
    clauses = [clause for clause in re.split(r"[,;()、/]", text) if clause]
    later = [clause for clause in clauses if any(word in clause for word in words["rebuilt"])]
    kept = [clause for clause in clauses if clause not in later]
    return ("、".join(kept), True) if later and kept else (text, False)


def _estimated(text: str) -> tuple[str, str]:
    words = aliases().words
    before = next((word for word in words["approx_before"] if text.startswith(word)), "")
    after = next((word for word in words["approx_after"] if text.endswith(word)), "")
    text = text.removeprefix(before).removesuffix(after)
    built = next((word for word in aliases().year_words["built_before"] if text.startswith(word)), "")
    return text.removeprefix(built), "approx" if before or after else "exact"


def _bound(text: str) -> tuple[str, str, bool]:
    """Take off what makes a year the last or the first one: 以前, 以后, 早于, and whether the year itself counts."""
    words = aliases().year_words
    text = _without_built(text)
    for bound in ("before", "after"):
        for word in words[bound]:
            head = text.removesuffix(word)
            # 80年代后 is the end of the decade, 2000年后 is what came after.
            if head != text and not (len(word) == 1 and head.endswith(("年代", "s"))):
                closed = next((mark for mark in words["closed"] if head.endswith(mark)), "")
                is_closed = bool(closed) or bool(_WITHIN_YEAR.search(head))
                return _without_built(head.removesuffix(closed)), bound, is_closed
    for bound, key in (("before", "until"), ("after", "since")):
        for word in words[key]:
            if text.startswith(word):
                return text.removeprefix(word), bound, word.startswith(_DENIALS)
    return text, "", False


def _without_built(text: str) -> str:
    # 建成35年 says how old a house is.
    return text.removesuffix(next((word for word in aliases().year_words["built"] if text.endswith(word)), ""))


def _points(text: str) -> list[_Point]:
    """Read one year after the other; an empty list when anything else stands between them."""
    short = _SHORT_SECOND.fullmatch(text)
    if short and not re.fullmatch(rf"{_MONTH}", short[2]):
        first, second = int(short[1]), int(short[1][:2] + short[2])
        return [_Point(first, second, "range")] if second > first else []
    both = _BOTH_SHORT.fullmatch(text)
    if both and both[1] < both[2]:
        return [_Point(1900 + int(both[1]), 1900 + int(both[2]), "range")]
    if "年代" in text:
        text = _DECADE_WITHOUT_WORD.sub(r"\1年代", text)
    found, at = [], 0
    while at < len(text):
        match = _point_pattern().match(text, at)
        if not match:
            return []
        point = _point(match)
        if point is None:
            return []
        found.append(point)
        at = match.end()
        words = re.compile("|".join(map(re.escape, aliases().year_words["built"]))).match(text, at)
        at = words.end() if words else at
        gap = re.compile(_SEPARATOR).match(text, at)
        at = gap.end() if gap and at < len(text) else at
    return found


@cache
def _point_pattern() -> re.Pattern[str]:
    words = aliases().year_words
    parts = "|".join(f"(?P<{name}>{'|'.join(map(re.escape, words[name]))})" for name in ("early", "middle", "late"))
    within = "|".join(map(re.escape, words["in_year"]))
    return re.compile(
        rf"(?:(?P<century>上|本|20|21)世纪)?(?:(?P<decade>(?:19|20)?\d0)(?:年代|'?s)(?P<mid>中(?=后|晚))?(?:{parts})?)"
        rf"|(?P<compact>{_YEAR})(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])?(?!\d)"
        rf"|(?P<date>{_YEAR})(?:年|[-./])(?P<month>{_MONTH})(?:月(?:底|初|末|份)?|(?=\D|$))(?:[-./]?(?P<day>{_DAY})[日号]?)?"
        rf"|(?P<year>{_YEAR})(?!\d)(?:年(?!代))?(?P<in_year>{within})?"
        rf"|'?(?P<short>\d\d)年(?!代)(?P<in_short>{within})?"
    )


def _point(found: re.Match[str]) -> _Point | None:
    parts = found.groupdict()
    if parts["decade"]:
        return _decade(parts)
    if parts["short"]:
        year = int(parts["short"])
        # 35年 may be how old the houses are, 25年 the year 2025; 05年 and 85年 are plain.
        if year < 10:
            return _Point(2000 + year, 2000 + year, "approx")
        return _Point(1900 + year, 1900 + year, "approx") if year >= _SHORT_AFTER else None
    year = int(parts["compact"] or parts["date"] or parts["year"])
    return _Point(year, year, "exact")


def _decade(parts: dict[str, str | None]) -> _Point | None:
    digits, century = parts["decade"] or "", parts["century"]
    if len(digits) == 4:
        start = int(digits)
    elif century:
        start = _CENTURY[century] + int(digits)
    else:
        # 10年代 is of this century, and nobody says 20年代 of either without more words.
        start = {"00": 2000, "10": 2010, "20": 0}.get(digits, 1900 + int(digits))
    part = next((name for name in ("early", "middle", "late") if parts[name]), "")
    first, last = _DECADE_PARTS["middle late" if parts["mid"] else part]
    return _Point(start + first, start + last, "range") if start else None


def _span(points: list[_Point]) -> Value:
    if not points:
        return UNREADABLE
    low, high = min(point.low for point in points), max(point.high for point in points)
    if low < high:
        return (low, high, "range")
    return (low, high, points[0].quality)
