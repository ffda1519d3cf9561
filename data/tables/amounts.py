"""Figures as people type them: 约1200户, １，０２４, 3.2万㎡, 120-130户, 300户（含商铺12户）, 6栋12单元."""

import math
import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from data.tables.aliases import aliases, plain
from data.tables.numerals import NUMERAL, figure, spread_guess

# low, high, quality: exact, approx, lower, upper, range, missing, unreadable, fraction
Value = tuple[float, float, str]
NAN = math.nan
MISSING: Value = (NAN, NAN, "missing")
UNREADABLE: Value = (NAN, NAN, "unreadable")
DASH = r"[-~―—–−至到]+"
_GROUPED = re.compile(r"(?<![\d,.])\d{1,3}(?:,\d{3})+(?![\d,])")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?e\+?\d{1,2}")
_TWO_FIGURES = re.compile(r"[\d.][^\S\n]*\s[^\S\n]*[\d.]")
_UNIT = rf"(?:[kh]?m2|平方千米|(?:(?!{NUMERAL})[^,;，；、()+=/\\-])*)"
_AMOUNT = re.compile(rf"({NUMERAL}+)({_UNIT})")
_RANGE = re.compile(rf"({NUMERAL}+)({_UNIT}){DASH}({NUMERAL}+)({_UNIT})")
_SEVERAL = re.compile(rf"(?:{NUMERAL}+(?:(?!{NUMERAL})[^,;、()+=/\\-])+[,;、/]?){{2,}}")
# The word may stand before the unit, as in 300余户.
_BEFORE_UNIT = re.compile(r"(.*[\d十百千万亿])(?:余|多|来|\+)([^\d]+)")
_SOME_TEENS = re.compile(r"(?<![\d一二两三四五六七八九十百千万])([二三四五六七八九]?十)几")
_BARE_POWER = re.compile(r"^[百千万]")
_TRAILING_REMARK = re.compile(r"\([^()]*\)$")
_DIVISIBLE = ("area", "degrees", "percent", "yuan")
_STRAY = " ,;.。、'`"
_POWER_BEHIND_DIGIT = re.compile(r"[\d.][百千]|[万亿]")


@dataclass(frozen=True)
class Scale:
    """Hold what a column counts.

    Parameters
    ----------
    measure : str
        Key of the units of the values table.
    factor : float
        Unit that the header states, for cells that state none.
    """

    measure: str
    factor: float

    @property
    def units(self) -> dict[str, float]:
        """Return the factor of each unit."""
        return dict(aliases().units[self.measure])


def read_amount(text: str, *, measure: str, factor: float = 1.0) -> Value:
    """Read one text.

    Parameters
    ----------
    text : str
        As it stands in the cell.
    measure : str
        What is counted, a key of the units; a figure with a unit of another measure is none of this one.
    factor : float
        Unit that the header states, for a figure that states none.

    Returns
    -------
    tuple of float, float and str
        Lower and upper bound, NaN when not known, and the quality; ``"fraction"`` is a count that is not whole.
    """
    # Without its blanks "120 130" would become one figure.
    if _TWO_FIGURES.search(unicodedata.normalize("NFKC", text).strip()):
        return UNREADABLE
    said = plain(text)
    if said in aliases().words["missing"]:
        return MISSING
    scale = Scale(measure, factor)
    low, high, quality = _worded(said.strip(_STRAY), scale)
    if math.isnan(low) or math.isinf(high):
        return UNREADABLE
    if measure not in _DIVISIBLE and not (_is_whole(low) and _is_whole(high)):
        return (NAN, NAN, "fraction")
    # Products of decimal figures carry noise in the last digits; a millionth is finer than any count or area.
    return (round(low, 6), round(high, 6), quality)


def exact_amount(value: float, *, measure: str, factor: float) -> Value:
    """Read one number.

    Parameters
    ----------
    value : float
        As it stands in the cell.
    measure : str
        What is counted.
    factor : float
        Unit that the header states.

    Returns
    -------
    tuple of float, float and str
        As of :func:`read_amount`.
    """
    if math.isnan(value):
        return MISSING
    size = round(value * factor, 6) if math.isfinite(value * factor) else -1.0
    if size < 0:
        return UNREADABLE
    is_fraction = measure not in _DIVISIBLE and not _is_whole(size)
    return (NAN, NAN, "fraction") if is_fraction else (size, size, "exact")


def _is_whole(value: float) -> bool:
    return abs(value - round(value)) < 1e-6


def _worded(text: str, scale: Scale) -> Value:
    """Set aside the words around the figures, and read what is left."""
    text = _GROUPED.sub(lambda found: found.group().replace(",", ""), text)
    if _SCIENTIFIC.fullmatch(text):
        return (float(text) * scale.factor,) * 2 + ("exact",)
    text, is_partial = _without_remark(text)
    text, quality = _qualified(text)
    # 百余户 is a hundred and more; 百户 by itself is no figure.
    text = text if quality == "exact" else _BARE_POWER.sub(r"一\g<0>", text)
    text, is_guess = _guessed(text)
    low, high, own = _figures(text, scale)
    if own == "range":
        return (low, high, "range")
    if quality == "exact" and (is_partial or is_guess or own == "approx"):
        quality = "approx"
    return (low, high, quality)


def _without_remark(text: str) -> tuple[str, bool]:
    """Cut off a remark in brackets at the end, and what speaks of a part of the figure."""
    cut = _part_remark().sub("", text)
    bare = _TRAILING_REMARK.sub("", cut) if any(sign in cut for sign in "()") else cut
    # A figure that is nothing but a remark is one all the same: (120) is how books write a loss.
    return (bare.rstrip(_STRAY), True) if bare and bare != text else (text, False)


@cache
def _part_remark() -> re.Pattern[str]:
    words = "|".join(map(re.escape, aliases().words["remark_from"]))
    return re.compile(rf"(?<=[^,;(])[,;(]?(?:{words})[^=]*$")


def _qualified(text: str) -> tuple[str, str]:
    """Take off the words that make a figure a bound or an estimate, and return what they make it."""
    words, found = aliases().words, ""
    said = next((word for word in words["plain_before"] if text.startswith(word)), "")
    text = text.removeprefix(said)
    for quality in ("lower", "upper", "approx"):
        before = next((word for word in words[f"{quality}_before"] if text.startswith(word)), "")
        after = next((word for word in words[f"{quality}_after"] if text.endswith(word)), "")
        text = text.removeprefix(before).removesuffix(after)
        found = found or (quality if before or after else "")
    inside = _BEFORE_UNIT.fullmatch(text)
    if inside:
        return inside[1] + inside[2], "lower"
    return text, found or ("approx" if said else "exact")


def _guessed(text: str) -> tuple[str, bool]:
    """Write out 四五十 and 十几, which name no single figure."""
    teens = _SOME_TEENS.sub(lambda found: f"{found[1]}一-{found[1]}九", text)
    written = spread_guess(teens)
    return written, written != text


def _figures(text: str, scale: Scale) -> Value:
    pair = _RANGE.fullmatch(text)
    if pair:
        return _number_range(pair, scale)
    single = _AMOUNT.fullmatch(text)
    if single:
        value = _amount(single[1], single[2], scale)
        return (value, value, "exact")
    listed = text.replace("共", "")
    if scale.measure != "count" and _SEVERAL.fullmatch(listed):
        return _one_of_several(listed, scale)
    return UNREADABLE


def _amount(digits: str, unit: str, scale: Scale) -> float:
    """Return a figure in the unit of the column; its own unit counts before that of the header."""
    units = scale.units
    unit = aliases().unit_variants.get(unit, unit)
    value = figure(digits)
    for power in ("万", "千", "百"):
        # 万m2 is a unit by itself where the header says so, and here the power belongs to the figure all the same.
        if unit.startswith(power) and unit in units:
            return value * units[unit]
    if unit and unit not in units:
        return NAN
    has_own = bool(unit) or bool(_POWER_BEHIND_DIGIT.search(digits)) or "万" in digits
    return value * (units.get(unit, 1.0) if has_own else scale.factor)


def _number_range(pair: re.Match[str], scale: Scale) -> Value:
    """Read two figures; unit and power of the second one are those of both, when the first one has none."""
    low_digits, low_unit, high_digits, high_unit = pair.groups()
    # 1-6栋 may be the buildings No. 1 to 6, or a guess between one and six.
    if scale.measure == "buildings":
        return UNREADABLE
    if not low_unit:
        power = re.search(r"[百千万亿]+$", high_digits)
        if power and low_digits.replace(".", "").isdigit():
            low_digits += power.group()
        low_unit = high_unit
    low, high = _amount(low_digits, low_unit, scale), _amount(high_digits, high_unit, scale)
    if math.isnan(low) or math.isnan(high):
        return UNREADABLE
    return (min(low, high), max(low, high), "range")


def _one_of_several(text: str, scale: Scale) -> Value:
    """Take the one figure of this column where others with other units stand beside it, as in 6栋12单元."""
    own: list[float] = []
    for digits, unit in _AMOUNT.findall(text):
        name = aliases().unit_variants.get(unit, unit)
        if not name or not any(name in units for units in aliases().units.values()):
            return UNREADABLE
        if name in scale.units:
            own.append(_amount(digits, unit, scale))
    return (own[0], own[0], "approx") if len(own) == 1 else UNREADABLE
