"""What can be used of settings that have faults, so that the files they name can be checked all the same."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from data.project import Project

_ROUNDS = 5
_Place = Sequence[int | str]


def usable_settings(tables: Mapping[str, Any]) -> Project | None:
    """Leave out the keys that are wrong, and the tables that cannot do without them.

    Parameters
    ----------
    tables : mapping
        The keys of a project, some of them unknown or of a wrong value.

    Returns
    -------
    Project or None
        The settings that are left; None when nothing makes sense of them.
    """
    left = copy.deepcopy(dict(tables))
    for _ in range(_ROUNDS):
        try:
            return Project.model_validate(left)
        except ValidationError as fault:
            for detail in fault.errors():
                _cut(left, detail["loc"])
            left = _filled(left)
    return None


def _cut(tables: dict[str, Any], place: _Place) -> None:
    """Take out what stands at a place, or the nearest that holds it."""
    *way, last = place
    node: Any = tables
    for part in way:
        known = isinstance(node, dict) and part in node
        known |= isinstance(node, list) and isinstance(part, int) and part < len(node)
        node = node[part] if known else None
    if isinstance(node, dict) and last in node:
        del node[last]
    elif isinstance(node, list) and isinstance(last, int) and last < len(node):
        # The places of other faults count the rows as they were.
        node[last] = None
    elif way:
        _cut(tables, way)


def _filled(node: Any) -> Any:  # noqa: ANN401 - any part of the settings
    if isinstance(node, dict):
        return {key: _filled(part) for key, part in node.items()}
    return [_filled(part) for part in node if part is not None] if isinstance(node, list) else node
