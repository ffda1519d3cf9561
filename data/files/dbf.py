"""The attribute table of a shapefile: in which encoding its texts are, decided by the bytes themselves."""

import codecs
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from data.errors import UnreadableFileError
from data.problems import Problem, error, note, warning

# Names of the code pages that a .cpg file, the language byte or a project may give.
_NAMES = {
    "utf-8": ("utf-8", "utf8", "65001", "cp65001"),
    "gb18030": ("gb18030", "gbk", "gb2312", "936", "cp936", "ansi936", "54936", "cp54936", "ms936", "chinese"),
    "big5": ("big5", "950", "cp950", "ansi950"),
    "iso-8859-1": ("iso-8859-1", "iso88591", "88591", "latin1", "1252", "cp1252", "ansi1252"),
}
_LANGUAGE_BYTES = {0x4D: "gb18030", 0x7A: "gb18030", 0x4F: "big5", 0x78: "big5", 0x03: "iso-8859-1", 0x57: "iso-8859-1"}
# Code pages that any bytes can be read in: what claims one of them proves nothing about Chinese text.
_UNPROVEN = ("iso-8859-1",)
_LABELS = {"utf-8": "UTF-8", "gb18030": "GB18030", "big5": "Big5", "iso-8859-1": "ISO-8859-1"}
_FIRST_CJK = "\u2e80"
_HEADER, _FIELD, _HEADER_END = 32, 32, 0x0D


@dataclass(frozen=True)
class Encoding:
    """Hold the encoding of a table and how it is known.

    Parameters
    ----------
    name : str
        Name that Python knows, such as ``"gb18030"``.
    problems : tuple of Problem
        What contradicts it, or that nothing stated it.
    """

    name: str
    problems: tuple[Problem, ...]

    @property
    def label(self) -> str:
        """Return the name as people write it."""
        return _LABELS.get(self.name, self.name.upper())

    def text(self, raw: bytes) -> str:
        """Decode a text; half a character at its end, where the format cut it, is left out."""
        return codecs.getincrementaldecoder(self.name)(errors="replace").decode(raw, final=False)

    def is_cut(self, raw: bytes) -> bool:
        """Tell whether a text ends in half a character."""
        decoder = codecs.getincrementaldecoder(self.name)(errors="replace")
        return "\ufffd" in decoder.decode(raw, final=False) or bool(decoder.getstate()[0])


def find_encoding(path: Path, *, encoding: str, place: str) -> Encoding:
    """Decide the encoding of the attribute table of a shapefile.

    UTF-8 hardly ever arises by chance, so bytes that are UTF-8 are taken as UTF-8, whatever the .cpg file or the
    language byte says; otherwise these are followed when the bytes agree, and GB18030, which holds GBK and GB2312, is
    the last resort.

    Parameters
    ----------
    path : Path
        The ``.dbf`` file.
    encoding : str
        ``"auto"``, or the name of an encoding that the project declares.
    place : str
        File that problems name.

    Returns
    -------
    Encoding
        The decision.

    Raises
    ------
    UnreadableFileError
        When the table is broken off, or its texts are not in the declared encoding or in any known one.
    """
    names, cells = _foreign_texts(path.read_bytes(), place)
    # The format cuts names after 10 bytes, so they bear witness only where no cell does.
    texts = cells or names
    if encoding != "auto":
        return _declared(encoding, texts, place)
    claim, source = _claim(path)
    fitting = [name for name in ("utf-8", claim, "gb18030") if name and _fits(name, texts)]
    if not texts:
        return Encoding(claim if claim and claim not in _UNPROVEN else "utf-8", ())
    if not fitting:
        raise UnreadableFileError(error("encoding_unknown", file=place))
    found = _best(fitting, texts)
    return Encoding(found, _told(found, claim, source, place))


def _declared(encoding: str, texts: list[bytes], place: str) -> Encoding:
    name = _known_name(encoding) or encoding
    try:
        codecs.lookup(name)
    except LookupError as fault:
        raise UnreadableFileError(error("encoding_no_such", file=place, value=encoding)) from fault
    if not _fits(name, texts):
        raise UnreadableFileError(error("encoding_does_not_fit", file=place, value=encoding))
    return Encoding(name, ())


def _claim(path: Path) -> tuple[str, str]:
    """Return the encoding that the .cpg file or the language byte names, and which of them does."""
    for suffix in (".cpg", ".CPG"):
        beside = path.with_suffix(suffix)
        if beside.is_file():
            return _known_name(beside.read_text("ascii", errors="replace")), ".cpg"
    with path.open("rb") as file:
        head = file.read(_HEADER)
    return _LANGUAGE_BYTES.get(head[29], ""), ".dbf"


def _known_name(text: str) -> str:
    plain = "".join(text.split()).strip("\x00\ufeff").casefold().replace("_", "-")
    return next((name for name, names in _NAMES.items() if plain in names or plain.replace("-", "") in names), "")


def _foreign_texts(raw: bytes, place: str) -> tuple[list[bytes], list[bytes]]:
    """Return the field names and the different cell texts that are not plain ASCII."""
    if len(raw) < _HEADER:
        raise UnreadableFileError(error("file_broken", file=place, why=".dbf"))
    rows, header, width = (int.from_bytes(raw[a:b], "little") for a, b in ((4, 8), (8, 10), (10, 12)))
    body = np.frombuffer(raw, np.uint8, offset=min(header, len(raw)))
    rows = min(rows, len(body) // max(width, 1))
    table = body[: rows * width].reshape(rows, width)
    names: list[bytes] = []
    cells: list[bytes] = []
    start = 1
    for at in range(_HEADER, header - _FIELD + 1, _FIELD):
        if raw[at] == _HEADER_END:
            break
        names.append(raw[at : at + 11].split(b"\x00")[0])
        length = raw[at + 16]
        if raw[at + 11 : at + 12] == b"C" and length and start + length <= width:
            column = np.ascontiguousarray(table[:, start : start + length]).view(f"S{length}").ravel()
            cells.extend(cell.rstrip() for cell in np.unique(column).tolist())
        start += length
    return _foreign(names), _foreign(cells)


def _foreign(texts: Iterable[bytes]) -> list[bytes]:
    return [text for text in texts if not text.isascii()]


def _fits(name: str, texts: Iterable[bytes]) -> bool:
    """Tell whether all texts can be read in an encoding, but for half a character at the end."""
    try:
        for text in texts:
            codecs.getincrementaldecoder(name)(errors="strict").decode(text, final=False)
    except UnicodeDecodeError:
        return False
    return True


def _best(fitting: list[str], texts: list[bytes]) -> str:
    """Choose among the encodings that fit: the first one, unless only a later one gives Chinese characters."""
    if fitting[0] == "utf-8" and len(fitting) > 1 and not _has_cjk("utf-8", texts):
        fitting = fitting[1:]
    proven = [name for name in fitting if name not in _UNPROVEN]
    return (proven or fitting)[0]


def _has_cjk(name: str, texts: Iterable[bytes]) -> bool:
    return any(character >= _FIRST_CJK for text in texts for character in Encoding(name, ()).text(text))


def _told(found: str, claim: str, source: str, place: str) -> tuple[Problem, ...]:
    label = _LABELS[found]
    if not claim:
        return (note("encoding_detected", file=place, value=label),)
    if claim != found:
        return (warning("encoding_claim_wrong", file=place, value=_LABELS[claim], source=source, taken=label),)
    return ()
