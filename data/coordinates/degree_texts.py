"""Longitudes and latitudes as people type them: 115°53′24.6″, E115.89, 115-53-24.6, (115.89，28.68), 北纬… 东经…."""

import math
import re
import unicodedata

Pair = tuple[float, float]
_MAX_DEGREES = 180
NOWHERE: Pair = (math.nan, math.nan)
_AXES = {
    "lon": ("东经", "西经", "经度", "经", "longitude", "lng", "lon", "e", "w", "东", "西"),
    "lat": ("北纬", "南纬", "纬度", "纬", "latitude", "lat", "n", "s", "北", "南"),
}
_NEGATIVE = ("w", "s", "西", "南")
_WORDS = "|".join(sorted((word for words in _AXES.values() for word in words), key=len, reverse=True))
_NUMBER = r"\d+(?:\.\d+)?"
_DEGREE, _MINUTE, _SECOND = "[°度d]", "(?:['‘’′`分m])", "(?:''|′′|’’|``|[\"“”″]|秒|s(?![a-z]))"
_SIZE = (
    rf"(?P<sign>[-−+])?(?P<d>{_NUMBER})\s*(?:{_DEGREE}\s*(?:(?P<m>{_NUMBER})\s*"
    rf"(?:{_MINUTE}\s*(?:(?P<s>{_NUMBER})\s*{_SECOND}?)?|(?=$|[\s,;、/|]))?)?)?\s*"
)
_BEFORE, _AFTER = rf"(?P<before>{_WORDS})[:=]?\s*", r"(?P<after>[ewns东西南北])"
_ANGLE = re.compile(rf"(?:{_BEFORE})?{_SIZE}{_AFTER}?")
# Where nothing parts two angles, their directions stand before both or behind both.
_LED, _FOLLOWED = re.compile(_BEFORE + _SIZE), re.compile(_SIZE + _AFTER + "?")
_PARTS = re.compile(
    rf"(?P<before>{_WORDS})?[:=]?\s*(?P<d>\d{{1,3}})(?P<sep>[-:]|\s+)(?P<m>\d{{1,2}})(?P=sep)(?P<s>\d{{1,2}}(?:\.\d+)?)"
    rf"\s*(?P<after>[ewns东西南北])?"
)
_STRONG = re.compile(r"\s*[,;、/|]\s*")
_BRACKETS = "()[]{}<>【】〔〕「」《》"
_INVISIBLE = dict.fromkeys([0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x202A, 0x202C, 0x2060, 0xFEFF])


def read_degrees(text: str) -> float:
    """Read one longitude or latitude.

    Parameters
    ----------
    text : str
        In decimal degrees, or in degrees, minutes and seconds, with or without direction.

    Returns
    -------
    float
        Degrees, negative to the west and south; NaN when it is none, or its minutes or seconds are 60 or more.
    """
    return _angle(_tidy(text))[0]


def read_pair(text: str) -> Pair:
    """Read a cell that holds both.

    Parameters
    ----------
    text : str
        Two angles, or two map coordinates, in brackets or not, and perhaps a height behind them.

    Returns
    -------
    tuple of float
        The longitude and the latitude where the text says which is which, otherwise in its order; NaN when it holds
        anything else.
    """
    tidy = _tidy(text)
    tidy = re.sub(r"^(?:point\s*z?)\s*(?=\()", "", tidy)
    tidy = "".join(" " if sign in _BRACKETS else sign for sign in tidy)
    quoted = re.sub(r"\"(?=lng|lon|lat|:|\s*[-\d])|(?<=\d)\"(?=\s*[,}]|\s*$)", "", tidy) if "°" not in tidy else tidy
    parts = [part for part in _STRONG.split(quoted.strip()) if part]
    if len(parts) == 1:
        parts = _without_separator(parts[0])
    if len(parts) == 3 and re.fullmatch(rf"-?{_NUMBER}", parts[2]):
        parts = parts[:2]
    if len(parts) != 2:
        return NOWHERE
    (one, axis), (other, other_axis) = map(_angle, parts)
    if math.isnan(one + other) or (axis and axis == other_axis):
        return NOWHERE
    return (other, one) if axis == "lat" or other_axis == "lon" else (one, other)


def _tidy(text: str) -> str:
    """Return a text in half-width and lower case; º, which is no zero, and 。 between digits are made plain first."""
    bare = text.translate(_INVISIBLE).replace("º", "°").replace("˚", "°")
    plain = unicodedata.normalize("NFKC", bare).casefold()
    plain = re.sub(r"(?<=\d)\s+(?=\.\d)|(?<=\d\.)\s+(?=\d)", "", plain)
    return " ".join(re.sub(r"(?<=\d)。(?=\d)", ".", plain).split())


def _without_separator(text: str) -> list[str]:
    """Part two angles that nothing but a blank or their directions part."""
    found = list((_LED if _LED.match(text) else _FOLLOWED).finditer(text))
    whole = "".join(one.group() for one in found)
    return (
        [one.group() for one in found]
        if len(found) in (2, 3) and "".join(whole.split()) == "".join(text.split())
        else []
    )


def _angle(text: str) -> tuple[float, str]:
    """Return degrees and which of the two they are; empty when the text does not say."""
    text = text.strip()
    found = _PARTS.fullmatch(text) or _ANGLE.fullmatch(text)
    if not found:
        return math.nan, ""
    parts = found.groupdict()
    minutes, seconds = (float(parts[name] or 0) for name in ("m", "s"))
    # 115.5°53′ and 115°73′ are slips of the hand.
    if (
        minutes >= 60
        or seconds >= 60
        or ("." in parts["d"] and parts["m"])
        or ("." in (parts["m"] or "") and parts["s"])
    ):
        return math.nan, ""
    size = float(parts["d"]) + minutes / 60 + seconds / 3600
    if parts["m"] and size > _MAX_DEGREES:
        return math.nan, ""
    words = [word for word in (parts["before"], parts["after"]) if word]
    axes = {axis for axis, names in _AXES.items() for word in words if word in names}
    if len(axes) > 1:
        return math.nan, ""
    is_negative = parts.get("sign") in ("-", "−") or any(word.startswith(_NEGATIVE) for word in words)
    return (-size if is_negative else size), (axes.pop() if axes else "")
