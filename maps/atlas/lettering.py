"""Type on the sheets: which font has which character, how wide a text is, and where a line breaks."""

import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.abc import Traversable
from importlib.resources import as_file, files
from pathlib import Path

from fontTools.ttLib import TTFont
from matplotlib import font_manager
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font
from matplotlib.textpath import text_to_path

from data.errors import MissingGlyphError
from data.problems import error
from maps.plain_text import plain_text

FAMILY = "Lianpian Sans SC"
MM_PER_POINT = 25.4 / 72
# Fonts of Windows, macOS and Linux that hold rare characters, by how the file name begins; the others come last.
_RARE = (
    "simsunb", "simsun", "msyh", "simhei", "hanazono", "notosanscjk", "notoserifcjk", "sourcehan", "pingfang", "wqy",
)  # fmt: skip
_MEASURED_AT = 100.0
_SPACES = frozenset(" \t\n　")
ELLIPSIS = "…"
# Where the pictographs of Unicode begin, and what joins them or makes a sign one.
_PICTOGRAPHS = 0x1F000
_JOINERS = frozenset("\u200d\ufe0f")
# Marks that may not begin a line, and where the characters begin between which a line may break.
_CLOSING = frozenset("，。、；：！？）》」』〉】％…")
_WIDE = 0x2E80


def one_line(text: object) -> str:
    """Write a text as it can stand on a sheet.

    Parameters
    ----------
    text : object
        Any text.

    Returns
    -------
    str
        The text on one line, without control characters and pictographs.
    """
    return " ".join("".join(one for one in plain_text(str(text)) if not is_pictograph(one)).split())


def is_pictograph(character: str) -> bool:
    """Tell whether a character is a picture and no letter; fonts that print have none of them.

    Parameters
    ----------
    character : str
        One character.

    Returns
    -------
    bool
        True also for what joins and colours pictographs.
    """
    code = ord(character)
    return character in _JOINERS or (code >= _PICTOGRAPHS and unicodedata.category(character) in ("So", "Sk"))


def check_glyphs(texts: Iterable[str], *, own: Sequence[Path] = ()) -> None:
    """Make sure that every character has a glyph in some font.

    Parameters
    ----------
    texts : iterable of str
        All that may be written.
    own : sequence of Path
        Font files of the project, which are asked before those of the system.

    Raises
    ------
    MissingGlyphError
        When no font has some of the characters; it lists all of them.
    """
    wanted = {character for text in texts for character in one_line(text)}
    lacking = sorted(character for character in wanted if not _is_held(character, tuple(own)))
    if lacking:
        told = "、".join(f"{character} (U+{ord(character):04X})" for character in lacking)
        raise MissingGlyphError(error("atlas_glyphs_missing", characters=told))


def is_font(path: Path) -> bool:
    """Tell whether a file is a font that can be read.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    bool
        False also where there is no such file.
    """
    return bool(_family(str(path)))


def font_of(text: str, *, points: float, bold: bool = False, own: Sequence[Path] = ()) -> FontProperties:
    """Choose the fonts of a text.

    Parameters
    ----------
    text : str
        The text.
    points : float
        Size in points.
    bold : bool
        Whether it is bold.
    own : sequence of Path
        Font files of the project.

    Returns
    -------
    FontProperties
        The font of the package, and behind it those that have the characters it lacks.
    """
    register()
    lacking = {character for character in text if ord(character) not in coverage()}
    behind = dict.fromkeys(_font_with(character, tuple(own)) for character in sorted(lacking))
    names = [FAMILY, *(_family(path) for path in behind if path)]
    return FontProperties(family=names, weight="bold" if bold else "normal", size=points)


def are_truetype(texts: Iterable[str], *, own: Sequence[Path] = ()) -> bool:
    """Tell whether all fonts that texts are written in hold TrueType outlines.

    Parameters
    ----------
    texts : iterable of str
        All that may be written.
    own : sequence of Path
        Font files of the project.

    Returns
    -------
    bool
        False where a rarer character comes from a font with PostScript outlines, which a PDF cannot hold as TrueType.
    """
    lacking = {one for text in texts for one in one_line(text)} - set(map(chr, coverage()))
    return not any(_is_postscript(_font_with(one, tuple(own))) for one in sorted(lacking))


def width_mm(text: str, *, points: float, bold: bool = False) -> float:
    """Measure a text.

    Parameters
    ----------
    text : str
        One line.
    points : float
        Size in points.
    bold : bool
        Whether it is bold.

    Returns
    -------
    float
        Width in millimetres.
    """
    return _width(text, bold=bold) * points / _MEASURED_AT * MM_PER_POINT


def wrapped(text: str, *, points: float, room_mm: float) -> list[str]:
    """Break a text into lines; between Chinese characters anywhere, else at spaces.

    Parameters
    ----------
    text : str
        One paragraph.
    points : float
        Size in points.
    room_mm : float
        Width of a line.

    Returns
    -------
    list of str
        The lines.
    """
    lines, line = [], ""
    for word in _words(one_line(text)):
        if line and width_mm(line + word.rstrip(), points=points) > room_mm:
            lines.append(line.rstrip())
            line = ""
        line += word if line or word.strip() else ""
    return [*lines, line.rstrip()] if line else lines


def shortened(text: str, *, points: float, room_mm: float, bold: bool = False) -> str:
    """Cut a text that is wider than its room, and show that it was cut.

    Parameters
    ----------
    text : str
        One line.
    points : float
        Size in points.
    room_mm : float
        Width there is.
    bold : bool
        Whether it is bold.

    Returns
    -------
    str
        The text, or its beginning with an ellipsis.
    """
    if width_mm(text, points=points, bold=bold) <= room_mm:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        fits = width_mm(text[:middle] + ELLIPSIS, points=points, bold=bold) <= room_mm
        low, high = (middle, high) if fits else (low, middle - 1)
    return text[:low] + ELLIPSIS


def checksums() -> dict[str, str]:
    """Read the checksums of the fonts of the package.

    Returns
    -------
    dict of str to str
        SHA-256 by file name.
    """
    noted: dict[str, str] = tomllib.loads(_folder().joinpath("checksums.toml").read_text("utf-8"))["sha256"]
    return noted


@cache
def register() -> None:
    """Make the fonts of the package known to matplotlib."""
    for name in sorted(checksums()):
        with as_file(_folder().joinpath(name)) as path:
            font_manager.fontManager.addfont(path)


@cache
def coverage() -> frozenset[int]:
    """List the characters that both weights of the package have.

    Returns
    -------
    frozenset of int
        Code points.
    """
    held = []
    for name in sorted(checksums()):
        with as_file(_folder().joinpath(name)) as path:
            held.append(frozenset(FT2Font(str(path)).get_charmap()))
    return frozenset.intersection(*held)


def _folder() -> Traversable:
    return files("maps.atlas").joinpath("fonts")


def _is_held(character: str, own: tuple[Path, ...]) -> bool:
    return ord(character) in coverage() or bool(_font_with(character, own))


@cache
def _font_with(character: str, own: tuple[Path, ...]) -> str:
    """Find a font beside that of the package which has a character, and register it; empty where there is none."""
    for path in (*map(str, own), *_system_fonts()):
        if _family(path) and ord(character) in _charmap(path):
            font_manager.fontManager.addfont(path)
            return path
    return ""


@cache
def _system_fonts() -> tuple[str, ...]:
    found = sorted(font_manager.findSystemFonts(), key=lambda path: (Path(path).name.lower(), path))
    return tuple(sorted(found, key=_rank))


def _rank(path: str) -> int:
    stem = Path(path).stem.lower().replace("-", "").replace("_", "")
    return next((at for at, name in enumerate(_RARE) if stem.startswith(name)), len(_RARE))


@cache
def _family(path: str) -> str:
    try:
        return str(FT2Font(path).family_name)
    except (RuntimeError, OSError):
        return ""


@cache
def _is_postscript(path: str) -> bool:
    return bool(path) and not {"CFF ", "CFF2"}.isdisjoint(TTFont(path, fontNumber=0, lazy=True).reader.keys())


@cache
def _charmap(path: str) -> frozenset[int]:
    return frozenset(FT2Font(path).get_charmap())


@cache
def _width(text: str, *, bold: bool) -> float:
    font = font_of(text, points=_MEASURED_AT, bold=bold)
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width)


def _words(text: str) -> list[str]:
    """Part a text where a line may break; closing marks stay with what they close."""
    words: list[str] = []
    for character in text:
        if words and _joins(words[-1][-1], character):
            words[-1] += character
        else:
            words.append(character)
    return words


def _joins(before: str, character: str) -> bool:
    if character in _CLOSING or character in _SPACES:
        return True
    return before not in _SPACES and ord(character) < _WIDE and ord(before) < _WIDE
