"""Names of estates, made comparable: brackets, full-width forms, phases and endings."""

import re
import unicodedata

import pandas as pd

from data.tables.aliases import aliases

_DIGITS = {"一": "1", "二": "2", "三": "3", "四": "4", "五": "5", "六": "6", "七": "7", "八": "8", "九": "9"}
_NUMBER_BEFORE = re.compile(
    r"([一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])(?=期|区|村|组团|号|栋|幢|院)"
)
_PHASE = re.compile(r"第?(\d+)期(?:工程)?")
_SIGNS = re.compile(r"[\s()\[\]【】〔〕<>《》「」·・.,，。、\-—–_'\"“”‘’]+")


def name_keys(names: pd.Series) -> pd.Series:
    """Return what is compared when names are joined.

    Full-width forms, brackets, spaces and signs fall away; 一期, 1期, (一期) and 第一期 are one and the same and move
    to the end; an ending that only says estate (小区) falls away, one that tells estates apart (花园, 宿舍) stays.

    Parameters
    ----------
    names : Series of str
        Names; may be missing.

    Returns
    -------
    Series of str
        Keys, same index; empty where there is no name.
    """
    known = {name: _key(name) for name in names.dropna().unique()}
    return names.map(lambda name: known.get(name, "")).astype("str")


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
    known = {name: _place_key(name) for name in names.dropna().unique()}
    return names.map(lambda name: known.get(name, "")).astype("str")


def _key(name: str) -> str:
    text = _SIGNS.sub("", unicodedata.normalize("NFKC", str(name)).casefold())
    text = _NUMBER_BEFORE.sub(lambda found: _number(found[1]), text)
    phases = "".join(f"#{number}期" for number in _PHASE.findall(text))
    text = _PHASE.sub("", text)
    for ending in aliases().words["name_suffixes"]:
        # A name that is nothing but the ending stays.
        if text.endswith(ending) and text != ending:
            text = text.removesuffix(ending)
            break
    return text + phases


def _number(text: str) -> str:
    """Return 十二 as 12."""
    tens, ten, ones = text.partition("十")
    if not ten:
        return _DIGITS[text]
    return str(int(_DIGITS.get(tens, "1")) * 10 + int(_DIGITS.get(ones, "0")))


def _place_key(name: str) -> str:
    text = _SIGNS.sub("", unicodedata.normalize("NFKC", str(name)).casefold())
    short = re.sub(r"(?:街道办事处|街道办|办事处|街道|社区居委会|居委会|社区|镇|乡)$", "", text)
    return short or text
