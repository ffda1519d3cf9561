"""The words of the tables beside this module: what columns are called, and what people write into their cells."""

import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

Span = tuple[float, float]


@dataclass(frozen=True)
class Column:
    """Hold one column that a layer can have.

    Parameters
    ----------
    name : str
        Name in the layer, such as ``"households"``.
    kind : str
        ``"text"``, ``"code"``, ``"count"``, ``"area"``, ``"year"``, ``"degrees"`` or ``"state"``.
    headers : tuple of str
        What people call it, plain forms, the best one first.
    measure : str
        Table of units that its cells may name.
    likely, possible : tuple of float or None
        Figures that are taken without a word, and figures that are taken at all; None where any is.
    nuisances : tuple of str
        Headers under which a bare yes of a column of states says that something is still to be done, plain forms.
    """

    name: str
    kind: str
    headers: tuple[str, ...]
    measure: str
    likely: Span | None = None
    possible: Span | None = None
    nuisances: tuple[str, ...] = ()


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
        Columns by layer: ``estates``, the items counted in an estate last among them, ``facilities``, ``sites``,
        ``gates``, ``barriers``, ``roads``; ``places`` for the columns that say where a row stands, ``control`` for
        those of a table of control points, ``progress`` for those of a sheet of reports.
    reasons : tuple of Reason
        Why an estate may not be renovated.
    words, year_words : mapping of str to tuple of str
        Value words by meaning, longest first.
    units : mapping of str to mapping of str to float
        Factor of each unit, by what it measures.
    unit_variants : mapping of str to str
        Unit by another way to write it.
    limits : mapping of str to tuple of float
        ``year``, the first and last year that an estate can have been built in, and ``m2_per_household``.
    """

    layers: Mapping[str, tuple[Column, ...]]
    reasons: tuple[Reason, ...]
    words: Mapping[str, tuple[str, ...]]
    year_words: Mapping[str, tuple[str, ...]]
    units: Mapping[str, Mapping[str, float]]
    unit_variants: Mapping[str, str]
    limits: Mapping[str, Span]


@cache
def aliases() -> Aliases:
    """Load the tables that ship with the package.

    Returns
    -------
    Aliases
        The same object at each call.
    """
    tables, values = dict(_toml("aliases.toml")), _toml("values.toml")
    reasons = tuple(_reason(row) for row in tables.pop("reason"))
    layers = {layer: tuple(_column(name, row) for name, row in columns.items()) for layer, columns in tables.items()}
    layers["estates"] += _item_columns()
    return Aliases(
        MappingProxyType(layers),
        reasons,
        _longest_first(values["words"]),
        _longest_first(values["year_words"]),
        MappingProxyType({name: MappingProxyType(row) for name, row in values["units"].items()}),
        MappingProxyType(values["unit_variants"]),
        MappingProxyType({name: tuple(span) for name, span in values["limits"].items()}),
    )


def item_keys() -> tuple[str, ...]:
    """Return the columns of estates that hold the state of an item.

    Returns
    -------
    tuple of str
        Keys of the items.
    """
    return tuple(column.name for column in aliases().layers["estates"] if column.kind == "state")


def usual_heading(name: str, *, layer: str) -> str:
    """Return what tables mostly call a column.

    Parameters
    ----------
    name : str
        The column.
    layer : str
        Its layer.

    Returns
    -------
    str
        The first of its headings.
    """
    return next(column.headers[0] for column in aliases().layers[layer] if column.name == name)


def known_headings(layer: str) -> Mapping[str, str]:
    """Return every heading that a layer knows.

    Parameters
    ----------
    layer : str
        Key of :attr:`Aliases.layers`; a layer that has no columns knows none.

    Returns
    -------
    mapping of str to str
        Column by heading.
    """
    columns = aliases().layers.get(layer, ())
    return MappingProxyType({heading: column.name for column in columns for heading in column.headers})


def plain(text: str) -> str:
    """Make a text comparable: half-width, lower case, common characters, without any white space.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        Its plain form; ``㎡`` becomes ``m2``, ``戶`` becomes ``户``.
    """
    if text.isascii():
        return "".join(text.lower().split())
    return "".join(unicodedata.normalize("NFKC", text).casefold().translate(_variants()).split())


@cache
def _variants() -> Mapping[int, int]:
    table = _toml("values.toml")["variants"]
    return {ord(one): ord(other) for one, other in zip(table["from"], table["to"], strict=True)}


@cache
def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(files("data.tables").joinpath(name).read_text("utf-8"))


def _column(name: str, row: Mapping[str, Any]) -> Column:
    likely, possible = (tuple(row[key]) if key in row else None for key in ("likely", "possible"))
    measure = row.get("measure", "area" if row["kind"] == "area" else "count")
    return Column(name, row["kind"], _plain_all(row["headers"]), measure, likely, possible)


def _item_columns() -> tuple[Column, ...]:
    """Return a column for each item that is counted in an estate, known by its names and the words of the standards."""
    called = _item_names()
    columns = []
    for key, row in _toml("inventory.toml")["items"].items():
        names = dict.fromkeys((*called.get(key, ()), *_plain_all(row["headers"])))
        nuisances = _plain_all(row.get("nuisances", []))
        headers = (*(name for name in names if name not in nuisances), *nuisances)
        columns.append(Column(key, "state", headers, "count", nuisances=nuisances))
    return tuple(columns)


def _item_names() -> Mapping[str, list[str]]:
    """Return by key what the vocabulary and the standards that ship with the package call each item."""
    called: dict[str, list[str]] = {}
    for file in sorted(files("data.standards").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            tables = tomllib.loads(file.read_text("utf-8"))
            for row in (*tables.get("kind", []), *tables.get("items", [])):
                words = (row.get("item", ""), *row.get("name", {}).values())
                called.setdefault(row["key"], []).extend(plain(word) for word in words if word)
    return called


def _longest_first(table: Mapping[str, list[str]]) -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType(
        {name: tuple(sorted(map(plain, row), key=len, reverse=True)) for name, row in table.items()}
    )


def _reason(row: Mapping[str, Any]) -> Reason:
    lists = (_plain_all(row.get(name, [])) for name in ("headers", "words", "other_words", "vague_headers"))
    return Reason(row["key"], *lists)


def _plain_all(texts: list[str]) -> tuple[str, ...]:
    return tuple(map(plain, texts))
