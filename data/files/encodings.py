"""Encodings of texts: decided by the bytes themselves, whatever is claimed of them."""

import codecs
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from data.errors import UnreadableFileError
from data.problems import Problem, error, note, warning

# Names of the code pages that a .cpg file, a language byte, a drawing or a project may give.
_NAMES = {
    "utf-8": ("utf-8", "utf8", "65001", "cp65001"),
    "gb18030": ("gb18030", "gbk", "gb2312", "936", "cp936", "ansi936", "54936", "cp54936", "ms936", "chinese"),
    "big5": ("big5", "950", "cp950", "ansi950"),
    "iso-8859-1": ("iso-8859-1", "iso88591", "88591", "latin1", "1252", "cp1252", "ansi1252"),
}
# Code pages that any bytes can be read in: what claims one of them proves nothing about Chinese text.
_UNPROVEN = ("iso-8859-1",)
_LABELS = {"utf-8": "UTF-8", "gb18030": "GB18030", "big5": "Big5", "iso-8859-1": "ISO-8859-1"}
_FIRST_CJK = "\u2e80"
# First bytes of the common characters of code pages that hold each other's bytes by chance; their second byte tells
# GB 2312, which begins at the second value, from the rest of GB18030.
_COMMON = {"gb18030": (range(0xB0, 0xD8), 0xA1), "big5": (range(0xA4, 0xC7), 0x40)}


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


def decide_encoding(texts: Sequence[bytes], *, claim: str, source: str, encoding: str, place: str) -> Encoding:
    """Decide the encoding of texts.

    UTF-8 hardly ever arises by chance, so bytes that are UTF-8 are taken as UTF-8, whatever is claimed; otherwise the
    claim is followed when the bytes agree, and GB18030, which holds GBK and GB2312, is the last resort.

    Parameters
    ----------
    texts : sequence of bytes
        Those that are not plain ASCII.
    claim : str
        Encoding that the file claims, see :func:`known_encoding`; empty when it claims none.
    source : str
        What makes the claim, such as ``".cpg"``.
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
        When the texts are not in the declared encoding or in any known one.
    """
    if encoding != "auto":
        return _declared(encoding, texts, place)
    fitting = [name for name in dict.fromkeys(("utf-8", claim, "gb18030")) if name and _fits(name, texts)]
    if not texts:
        return Encoding(claim if claim and claim not in _UNPROVEN else "utf-8", ())
    if not fitting:
        raise UnreadableFileError(error("encoding_unknown", file=place))
    found = _best(fitting, texts)
    return Encoding(found, _told(found, claim, source, place))


def known_encoding(text: str) -> str:
    """Return the encoding that a name of a code page means, empty when it is not known.

    Parameters
    ----------
    text : str
        As people and programs write it: ``"936"``, ``"ANSI_936"``, ``"GBK"``, ``"utf8"``.

    Returns
    -------
    str
        Name that Python knows.
    """
    plain = "".join(text.split()).strip("\x00\ufeff").casefold().replace("_", "-")
    return next((name for name, names in _NAMES.items() if plain in names or plain.replace("-", "") in names), "")


def foreign(texts: Iterable[bytes]) -> list[bytes]:
    """Return the texts that are not plain ASCII.

    Parameters
    ----------
    texts : iterable of bytes
        Any.

    Returns
    -------
    list of bytes
        In the order given.
    """
    return [text for text in texts if not text.isascii()]


def _declared(encoding: str, texts: Sequence[bytes], place: str) -> Encoding:
    name = known_encoding(encoding) or encoding
    try:
        codecs.lookup(name)
    except LookupError as fault:
        raise UnreadableFileError(error("encoding_no_such", file=place, value=encoding)) from fault
    if not _fits(name, texts):
        raise UnreadableFileError(error("encoding_does_not_fit", file=place, value=encoding))
    return Encoding(name, ())


def _fits(name: str, texts: Iterable[bytes]) -> bool:
    """Tell whether all texts can be read in an encoding, but for half a character at the end."""
    try:
        for text in texts:
            codecs.getincrementaldecoder(name)(errors="strict").decode(text, final=False)
    except UnicodeDecodeError:
        return False
    return True


def _best(fitting: list[str], texts: Sequence[bytes]) -> str:
    """Choose among the encodings that fit: the first one, unless only a later one gives Chinese characters."""
    if fitting[0] == "utf-8" and len(fitting) > 1 and not _has_cjk("utf-8", texts):
        fitting = fitting[1:]
    proven = [name for name in fitting if name not in _UNPROVEN]
    if set(proven) == set(_COMMON):
        return max(proven, key=lambda name: _common_share(name, texts))
    return (proven or fitting)[0]


def _common_share(name: str, texts: Iterable[bytes]) -> float:
    """Return which share of the characters are common ones, which those of a text in another code page rarely are."""
    leads, lowest = _COMMON[name]
    found = [
        character.encode(name) for text in texts for character in Encoding(name, ()).text(text) if ord(character) > 127
    ]
    common = [raw for raw in found if raw[0] in leads and raw[-1] >= lowest]
    return len(common) / max(len(found), 1)


def _has_cjk(name: str, texts: Iterable[bytes]) -> bool:
    return any(character >= _FIRST_CJK for text in texts for character in Encoding(name, ()).text(text))


def _told(found: str, claim: str, source: str, place: str) -> tuple[Problem, ...]:
    label = _LABELS[found]
    if not claim:
        return (note("encoding_detected", file=place, value=label),)
    if claim != found:
        return (warning("encoding_claim_wrong", file=place, value=_LABELS[claim], source=source, taken=label),)
    return ()
