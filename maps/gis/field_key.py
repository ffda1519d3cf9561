"""What each field of a shapefile is: its column, its meaning in both languages, unit and type."""

from collections.abc import Iterator
from dataclasses import dataclass

from data.words import LANGUAGES, Words, words
from maps.gis.dbase import Field
from maps.gis.layers import Layer

KEY_COLUMNS = ("file", "layer", "short", "column", "zh", "en", "unit", "type", "rows", "replaced", "cut")
_UNITS = ("m2", "mm", "m", "minutes", "yuan", "share", "percent")


@dataclass(frozen=True)
class ShapeLayer:
    """Hold one layer as it is written.

    Parameters
    ----------
    layer : Layer
        The layer of the plan.
    names : dict of str to str
        Short names by column.
    fields : dict of str to Field
        Columns as they are written, by column.
    """

    layer: Layer
    names: dict[str, str]
    fields: dict[str, Field]


def field_rows(one: ShapeLayer, say: Words) -> Iterator[tuple[str | int, ...]]:
    """Describe the fields of a layer.

    Parameters
    ----------
    one : ShapeLayer
        The layer as it is written.
    say : Words
        Language of units and types.

    Yields
    ------
    tuple of str or int
        One row per field; see ``KEY_COLUMNS``.
    """
    layer = one.layer
    file = f"{layer.name}.{'shp' if layer.shape else 'dbf'}"
    for column, field in one.fields.items():
        meanings = [meaning(column, words(language)) for language in LANGUAGES]
        kind = say(f"fields.type.{field.kind}")
        names = (file, say(f"fields.layer.{layer.name}"), one.names[column], column)
        yield (*names, *meanings, _unit(column, say), kind, len(layer.frame), field.replaced, field.cut)


def meaning(column: str, say: Words) -> str:
    """Say what a column is.

    Parameters
    ----------
    column : str
        Name of the column.
    say : Words
        Language of the words.

    Returns
    -------
    str
        Its words in the key of fields, or else the heading of the annex tables.

    Raises
    ------
    KeyError
        When the catalogue says nothing of it.
    """
    own = f"fields.column.{column}"
    return say(own) if own in say.entries else say(f"tables.column.{column}")


def _unit(column: str, say: Words) -> str:
    unit = next((unit for unit in _UNITS if column.endswith(f"_{unit}") or column == unit), "")
    return say(f"fields.unit.{unit}") if unit else ""
