"""Contents of a renovation in people's words, and the items of a standard that they name."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from data.standards.model import Service
from data.tables.aliases import plain

LISTS = ("basic", "improvement", "upgrade")
# The lists that have to be done before nothing is left: what is upgraded stands outside the estate as well.
WHOLE_LISTS = ("basic", "improvement")
# White space parts Chinese words only; those of English names stay together.
_PARTS = re.compile(r"[、,;/|+&和及与。:()\r\n]+|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
_NO_CONTENT = re.compile(r"[\d.年月日~-]*")
_TAKEN = "\0"


@dataclass(frozen=True)
class Contents:
    """Hold what a text says.

    Parameters
    ----------
    keys : tuple of str
        Items of the standard that it names, in the order of the standard.
    whole : bool
        Whether it says that everything is done.
    unclear : tuple of str
        Phrases that were not understood.
    unlisted : tuple of str
        Phrases that name contents which the standard does not list.
    """

    keys: tuple[str, ...]
    whole: bool
    unclear: tuple[str, ...]
    unlisted: tuple[str, ...]


@cache
def renovation_words() -> Mapping[str, Any]:
    """Read the words for earlier renovation.

    Returns
    -------
    mapping
        The tables of ``renovation.toml``.
    """
    return tomllib.loads(files("data.tables").joinpath("renovation.toml").read_text("utf-8"))


class ContentReader:
    """Read texts into items of one standard.

    Parameters
    ----------
    services : iterable of Service
        The services and items of the standard.
    """

    def __init__(self, services: Iterable[Service]) -> None:
        self.listed = {service.key: service for service in services if service.category in LISTS}
        tables = renovation_words()
        self.denial = tuple(map(plain, tables["phrase"]["denial"]))
        self.filler = sorted(map(plain, tables["phrase"]["filler"]), key=len, reverse=True)
        self.whole_words = {plain(word) for word in tables["lists"]["both"]}
        self.words = dict(sorted(self._words(tables).items(), key=lambda pair: (-len(pair[0]), pair[0])))

    @property
    def all_keys(self) -> tuple[str, ...]:
        """Items of the lists that have to be done before nothing is left."""
        return tuple(key for key, service in self.listed.items() if service.category in WHOLE_LISTS)

    def read(self, text: str) -> Contents:
        """Read one text; a phrase with a denial is not understood, whatever it names."""
        keys: set[str] = set()
        whole = False
        unclear, unlisted = [], []
        for phrase in filter(None, map(plain, _PARTS.split(unicodedata.normalize("NFKC", text)))):
            named, is_whole, rest = self._named(phrase)
            if any(word in rest for word in self.denial) or (not named and not is_whole and self._says(rest)):
                unclear.append(phrase)
            elif named and not named & self.listed.keys():
                unlisted.append(phrase)
            keys |= named if phrase not in unclear else set()
            whole = whole or (is_whole and phrase not in unclear)
        if whole:
            keys |= set(self.all_keys)
        return Contents(tuple(key for key in self.listed if key in keys), whole, tuple(unclear), tuple(unlisted))

    def _words(self, tables: Mapping[str, Any]) -> dict[str, set[str]]:
        words: dict[str, set[str]] = {plain(word): set() for word in self.whole_words}
        for key, own in tables["items"].items():
            for word in own:
                words.setdefault(plain(word), set()).add(key)
        for key, service in self.listed.items():
            for name in (service.key, *service.name.values()):
                words.setdefault(plain(name), set()).add(key)
        for category in WHOLE_LISTS:
            for word in tables["lists"][category]:
                keys = (key for key, service in self.listed.items() if service.category == category)
                words.setdefault(plain(word), set()).update(keys)
        return words

    def _named(self, phrase: str) -> tuple[set[str], bool, str]:
        """Return the items a phrase names, whether it says everything, and what is left of it; longest words first."""
        keys: set[str] = set()
        whole = False
        for word, meant in self.words.items():
            if word and word in phrase:
                phrase = phrase.replace(word, _TAKEN)
                keys |= meant
                whole = whole or word in self.whole_words
        return keys, whole and not keys, phrase.replace(_TAKEN, "")

    def _says(self, rest: str) -> bool:
        """Tell whether anything but dates, sums and words of filling is left."""
        for word in self.filler:
            rest = rest.replace(word, "")
        return not _NO_CONTENT.fullmatch(rest)
