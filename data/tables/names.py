"""Names of estates, made comparable: brackets, full-width forms, phases, former names and endings."""

import re
from collections.abc import Callable

import pandas as pd

from data.tables.aliases import aliases, plain

_DIGITS = {"一": "1", "二": "2", "三": "3", "四": "4", "五": "5", "六": "6", "七": "7", "八": "8", "九": "9"}
_ROMAN = {
    "i": "1",
    "ii": "2",
    "iii": "3",
    "iv": "4",
    "v": "5",
    "vi": "6",
    "vii": "7",
    "viii": "8",
    "ix": "9",
    "x": "10",
}
_NUMBER_BEFORE = re.compile(
    r"([一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])(?=期|区|村|组团|号|栋|幢|院)"
)
_ROMAN_BEFORE = re.compile(r"(?<![a-z])([ivx]{1,4})(?=期|区|组团)")
_PHASE = re.compile(r"第?(?<![-\d])(\d+)期(?:工程)?")
_SIGN = r"[\s()\[\]【】〔〕<>《》「」·・.,，。、;:/\-—–―_'\"“”‘’]"
_SIGNS = re.compile(rf"{_SIGN}+")
_SIGNS_BETWEEN_DIGITS = re.compile(rf"(?<=\d){_SIGN}+(?=\d)|(?<=[一二三四五六七八九十])、(?=[一二三四五六七八九十])")
_DISTRICT_BEFORE = re.compile(r"^(?:.{2,}?市)?.{1,}?[区县市](?=.{2,}(?:街道|街道办|办事处|镇|乡)$)")


def name_keys(names: pd.Series) -> pd.Series:
    """Return what is compared when names are joined.

    Full-width forms, traditional characters, brackets, spaces and signs fall away; 一期, 1期, Ⅰ期, (一期) and 第一期
    are one and the same and move to the end; an ending that only says estate (小区) falls away, one that tells estates
    apart (花园, 宿舍) stays; a former name (又名, 原名) does not count.

    Parameters
    ----------
    names : Series of str
        Names; may be missing.

    Returns
    -------
    Series of str
        Keys, same index; empty where there is no name.
    """
    return _each(names, lambda name: _shortened(_key(_parted(name)[0])))


def full_name_keys(names: pd.Series) -> pd.Series:
    """Return what is compared first: as :func:`name_keys`, with the ending.

    Parameters
    ----------
    names : Series of str
        Names; may be missing.

    Returns
    -------
    Series of str
        Keys, same index; empty where there is no name.
    """
    return _each(names, lambda name: _key(_parted(name)[0]))


def other_name_keys(names: pd.Series) -> pd.Series:
    """Return the key of the other name that a name states: that of 乙 for 甲（又名乙）.

    Parameters
    ----------
    names : Series of str
        Names; may be missing.

    Returns
    -------
    Series of str
        Keys, same index; empty where there is none.
    """
    return _each(names, lambda name: _shortened(_key(_parted(name)[1])))


def place_keys(names: pd.Series) -> pd.Series:
    """Return what is compared when subdistricts or communities are joined: without 街道, 镇 or 社区 at the end.

    Parameters
    ----------
    names : Series of str
        Names; may be missing.

    Returns
    -------
    Series of str
        Keys, same index; empty where there is no name.
    """
    return _each(names, _place_key)


def _each(names: pd.Series, make: Callable[[str], str]) -> pd.Series:
    """Make the key of every different name once."""
    known = {name: make(str(name)) for name in names.dropna().unique()}
    return names.map(lambda name: known.get(name, "")).astype("str")


def _parted(name: str) -> tuple[str, str]:
    """Part 甲（又名乙） into the two names; the second one is empty when there is none."""
    text = plain(name)
    words = aliases().words["other_name"]
    in_brackets, behind_sign = ("|".join(word for word in words if len(word) > least) for least in (0, 1))
    # 中原名门 has no former name.
    found = re.search(rf"\((?:{in_brackets}):?([^()]+)\)|(?:[,;、](?:{behind_sign})|又名|曾用名):?(.+)$", text)
    if not found or not text[: found.start()]:
        return text, ""
    return text[: found.start()] + text[found.end() :], found[1] or found[2]


def _key(text: str) -> str:
    # 1-2号 and 1、2号 are not 12号.
    text = _SIGNS_BETWEEN_DIGITS.sub("~", text)
    text = _SIGNS.sub("", text)
    text = _ROMAN_BEFORE.sub(lambda found: _ROMAN.get(found[1], found[1]), text)
    text = _NUMBER_BEFORE.sub(lambda found: _number(found[1]), text)
    phases = "".join(f"#{number}期" for number in _PHASE.findall(text))
    return _PHASE.sub("", text) + phases


def _shortened(key: str) -> str:
    text, mark, phases = key.partition("#")
    for ending in aliases().words["name_suffixes"]:
        # A name that is nothing but the ending stays.
        if text.endswith(ending) and text != ending:
            text = text.removesuffix(ending)
            break
    return text + mark + phases


def _number(text: str) -> str:
    """Return 十二 as 12."""
    tens, ten, ones = text.partition("十")
    if not ten:
        return _DIGITS[text]
    return str(int(_DIGITS.get(tens, "1")) * 10 + int(_DIGITS.get(ones, "0")))


def _place_key(name: str) -> str:
    text = _DISTRICT_BEFORE.sub("", _SIGNS.sub("", plain(name)))
    short = re.sub(r"(?:街道办事处|街道办|办事处|街道|社区居委会|居委会|社区|镇|乡)$", "", text)
    return short or text
