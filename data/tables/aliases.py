"""The words of ``aliases.toml``: what columns are called, and what people write into their cells."""

import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True)
class Column:
    """Hold one column that a layer can have.

    Parameters
    ----------
    name : str
        Name in the layer, such as ``"households"``.
    kind : str
        ``"text"``, ``"code"``, ``"count"``, ``"area"``, ``"year"`` or ``"degrees"``.
    headers : tuple of str
        What people call it, plain forms, the best one first.
    """

    name: str
    kind: str
    headers: tuple[str, ...]


@dataclass(frozen=True)
class Reason:
    """Hold one reason why an estate may not be renovated.

    Parameters
    ----------
    key : str
        Such as ``"expropriation"``.
    headers : tuple of str
        Headers of columns that answer yes or no to it, plain forms.
    words : tuple of str
        Words that name it in a cell, plain forms.
    other_words : tuple of str
        Words in a cell that say it does not apply, plain forms.
    vague_headers : tuple of str
        Headers of columns where a bare yes does not yet tell it, plain forms.
    """

    key: str
    headers: tuple[str, ...]
    words: tuple[str, ...]
    other_words: tuple[str, ...] = ()
    vague_headers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Aliases:
    """Hold the whole table.

    Parameters
    ----------
    layers : mapping of str to tuple of Column
        Columns by layer: ``estates``, ``facilities``, ``sites``, ``gates``, ``barriers``, ``roads``, and ``places``
        for the columns that say where a row stands.
    reasons : tuple of Reason
        Why an estate may not be renovated.
    words : mapping of str to tuple of str
        Value words by meaning, longest first.
    units : mapping of str to mapping of str to float
        Factor of each unit, by what it measures.
    """

    layers: Mapping[str, tuple[Column, ...]]
    reasons: tuple[Reason, ...]
    words: Mapping[str, tuple[str, ...]]
    units: Mapping[str, Mapping[str, float]]


@cache
def aliases() -> Aliases:
    """Load the table that ships with the package.

    Returns
    -------
    Aliases
        The same object at each call.
    """
    tables = tomllib.loads(files("data.tables").joinpath("aliases.toml").read_text("utf-8"))
    reasons = tuple(_reason(row) for row in tables.pop("reason"))
    words = {name: tuple(sorted(map(plain, row), key=len, reverse=True)) for name, row in tables.pop("words").items()}
    units = {name: MappingProxyType(row) for name, row in tables.pop("units").items()}
    layers = {
        layer: tuple(Column(name, row["kind"], _plain_all(row["headers"])) for name, row in columns.items())
        for layer, columns in tables.items()
    }
    return Aliases(MappingProxyType(layers), reasons, MappingProxyType(words), MappingProxyType(units))


def plain(text: str) -> str:
    """Make a text comparable: half-width, lower case, without any white space.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        Its plain form; ``㎡`` becomes ``m2``.
    """
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _reason(row: Mapping[str, Any]) -> Reason:
    lists = (_plain_all(row.get(name, [])) for name in ("headers", "words", "other_words", "vague_headers"))
    return Reason(row["key"], *lists)


def _plain_all(texts: list[str]) -> tuple[str, ...]:
    return tuple(map(plain, texts))
