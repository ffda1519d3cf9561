"""The one text catalogue: every word a person reads, in Chinese and English.

The words stand in ``data/texts/*.toml``; the key of an entry is ``<file>.<table>.<name>``, and every entry is a table
``{ zh = "...", en = "..." }``.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


@dataclass(frozen=True)
class Words:
    """Look up words of one language.

    Parameters
    ----------
    language : {"zh", "en"}
        Language of the words.
    entries : mapping of str to str
        Words by key, such as ``"terms.state.gap"``.
    """

    language: Language
    entries: Mapping[str, str]

    def __call__(self, key: str, **facts: object) -> str:
        """Return the words of a key, with ``{fact}`` places filled in.

        Parameters
        ----------
        key : str
            Key such as ``"terms.state.gap"``.
        **facts : object
            Values of the named places; they are inserted as they are and never read as a pattern.

        Returns
        -------
        str
            The words.

        Raises
        ------
        KeyError
            When the catalogue has no such key, or a place has no value.
        """
        text = self.entries[key]
        return text.format(**facts) if facts or "{" in text else text

    def get(self, key: str, default: str = "") -> str:
        """Return the words of a key, or the default when there are none.

        Parameters
        ----------
        key : str
            Key such as ``"terms.service.market"``.
        default : str
            What to return when the catalogue has no such key.

        Returns
        -------
        str
            The words, unformatted.
        """
        return self.entries.get(key, default)


def read_entries() -> dict[str, dict[str, str]]:
    """Read the whole catalogue.

    Returns
    -------
    dict of str to dict of str to str
        ``{key: {"zh": ..., "en": ...}}``, in file and line order.
    """
    entries: dict[str, dict[str, str]] = {}
    folder = files("data").joinpath("texts")
    for file in sorted(folder.iterdir(), key=lambda item: item.name):
        if file.name.endswith(".toml"):
            _flatten(tomllib.loads(file.read_text("utf-8")), file.name.removesuffix(".toml"), entries)
    return entries


def _flatten(table: Mapping[str, Any], prefix: str, into: dict[str, dict[str, str]]) -> None:
    for name, value in table.items():
        key = f"{prefix}.{name}"
        if all(isinstance(part, str) for part in value.values()):
            into[key] = value
        else:
            _flatten(value, key, into)


def in_each_language(key: str, *, default: str) -> dict[Language, str]:
    """Return the words of a key in each language, or the default where the catalogue has no such key.

    Parameters
    ----------
    key : str
        Key such as ``"terms.unit.min"``.
    default : str
        What to return for a key that is not there.

    Returns
    -------
    dict of str to str
        Words by language, for the facts of a problem.
    """
    return {language: words(language).get(key, default) for language in LANGUAGES}


@cache
def words(language: Language) -> Words:
    """Load the catalogue in one language.

    Parameters
    ----------
    language : {"zh", "en"}
        Language to load.

    Returns
    -------
    Words
        The catalogue; the same object at each call.
    """
    return Words(language, MappingProxyType({key: entry[language] for key, entry in read_entries().items()}))
