"""Which column of a table is which column of a layer."""

import difflib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from data.errors import MissingColumnError
from data.problems import Problem, error, warning
from data.tables.aliases import Aliases, Column, aliases
from data.tables.headers import Heading, heading_of

_SHOWN_HEADINGS = 3


@dataclass(frozen=True)
class Match:
    """Hold which column of a table is which column of a layer.

    Parameters
    ----------
    columns : mapping of str to int
        Position by the name of the layer's column.
    reasons : mapping of str to int
        Position by the key of the reason that a yes in the column gives.
    """

    columns: Mapping[str, int]
    reasons: Mapping[str, int]


def match_headings(
    headings: Sequence[Heading], *, layers: Sequence[str], fields: Mapping[str, str], place: str
) -> tuple[Match, tuple[Problem, ...]]:
    """Tell which column each heading means.

    A column that the project names goes first; otherwise the best alias counts, and of two equal ones the left one.

    Parameters
    ----------
    headings : sequence of Heading
        Of the table.
    layers : sequence of str
        Layers whose columns are wanted.
    fields : mapping of str to str
        Heading by the name of the layer's column, as the project declares.
    place : str
        What problems call the file.

    Returns
    -------
    tuple of Match and tuple of Problem
        The columns found, and a warning where two columns mean the same.

    Raises
    ------
    MissingColumnError
        When a declared heading is not there, or is declared for a column that no layer has.
    """
    declared = _declared(headings, layers, fields, place)
    table = aliases()
    columns, problems = dict(declared), []
    for column in (column for layer in layers for column in table.layers[layer]):
        if column.name in columns:
            continue
        found = _by_alias(headings, column.headers, taken=columns.values())
        if found:
            columns[column.name] = found[0]
        # Of texts the best heading is taken without a word; which figure is taken must be said.
        rivals = (
            found
            if column.kind in ("text", "state")
            else _by_any_alias(headings, column.headers, found, columns.values())
        )
        if len(rivals) > 1:
            named = [headings[index].text for index in rivals]
            problems.append(
                warning("column_twice", file=place, field=column.name, value=named[0], others=", ".join(named[1:]))
            )
    columns = {
        column.name: columns[column.name]
        for layer in layers
        for column in table.layers[layer]
        if column.name in columns
    }
    return Match(columns, _reasons(headings, table, layers, columns)), tuple(problems)


def near_headings(headings: Sequence[Heading], column: Column) -> list[str]:
    """Return headings that may mean a column, for a person to choose from.

    Parameters
    ----------
    headings : sequence of Heading
        Those that mean nothing yet.
    column : Column
        What is looked for.

    Returns
    -------
    list of str
        At most three, those first that hold a name of the column.
    """
    holding = [one.text for one in headings if any(name in one.labels[0] for name in column.headers)]
    alike = [
        one.text
        for one in headings
        if one.text not in holding and difflib.get_close_matches(one.labels[0], column.headers, n=1)
    ]
    return [*holding, *alike][:_SHOWN_HEADINGS]


def _reasons(
    headings: Sequence[Heading], table: Aliases, layers: Sequence[str], columns: Mapping[str, int]
) -> dict[str, int]:
    if "estates" not in layers:
        return {}
    found = {
        reason.key: _by_alias(headings, (*reason.headers, *reason.vague_headers), taken=columns.values())
        for reason in table.reasons
    }
    return {key: positions[0] for key, positions in found.items() if positions}


def _declared(
    headings: Sequence[Heading], layers: Sequence[str], fields: Mapping[str, str], place: str
) -> dict[str, int]:
    names = [column.name for layer in layers for column in aliases().layers[layer]]
    texts = ", ".join(heading.text for heading in headings if heading.text)
    problems, found = [], {}
    for name, text in fields.items():
        wanted = heading_of(text)
        positions = [
            i for i, heading in enumerate(headings) if heading.text == text or wanted.labels[0] in heading.labels
        ]
        if name not in names:
            problems.append(error("fields_unknown", file=place, field=name, value=text, allowed=", ".join(names)))
        elif not positions:
            problems.append(error("column_missing", file=place, field=name, value=text, allowed=texts))
        else:
            found[name] = positions[0]
    if problems:
        raise MissingColumnError(*problems)
    return found


def _by_alias(headings: Sequence[Heading], names: Sequence[str], *, taken: Collection[int]) -> list[int]:
    """Return the columns headed by the best alias that is there."""
    free = [i for i in range(len(headings)) if i not in taken]
    for name in names:
        found = [i for i in free if name in headings[i].labels]
        if found:
            return found
    return []


def _by_any_alias(
    headings: Sequence[Heading], names: Sequence[str], found: Sequence[int], taken: Collection[int]
) -> list[int]:
    """Return the columns that were found, and those headed by a lesser alias."""
    others = [
        i
        for i in range(len(headings))
        if i not in found and i not in taken and any(label in names for label in headings[i].labels)
    ]
    return [*found, *others]
