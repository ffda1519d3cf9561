"""Read a scenario file, and tell of everything that is wrong with it at once."""

import dataclasses
import difflib
import hashlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import Field

from data.errors import ScenarioError, StandardError
from data.problems import Problem, error
from data.scenario import (
    AddFacility,
    AddGate,
    AddLink,
    Coordinates,
    Edit,
    RemoveFacility,
    RemoveWall,
    ResizeFacility,
    Scenario,
    SetGate,
    Text,
    edit_place,
)
from data.standards.strict_toml import Table, check_tables, read_toml

_ACTIONS: Mapping[str, type[Edit]] = MappingProxyType(
    {
        "open_gate": SetGate,
        "close_gate": SetGate,
        "restrict_gate": SetGate,
        "add_gate": AddGate,
        "remove_wall": RemoveWall,
        "add_link": AddLink,
        "add_facility": AddFacility,
        "remove_facility": RemoveFacility,
        "resize_facility": ResizeFacility,
    }
)


class _File(Table):
    """Hold the keys of the file; the edits are checked one by one, each by its action."""

    name: Text
    coordinates: Coordinates = "auto"
    edits: list[dict[str, Any]] = Field(default_factory=list)


def read_scenario(path: Path) -> Scenario:
    """Read the edits of a scenario.

    Parameters
    ----------
    path : Path
        The TOML file; without ``name`` the scenario is called as the file is.

    Returns
    -------
    Scenario
        The edits, in the order of the file.

    Raises
    ------
    ScenarioError
        When the file is missing or not TOML; or with a problem for each unknown key and impossible value, or for each
        contradiction.
    """
    name = path.name if path.is_file() else str(path)
    try:
        tables = read_toml(path, name=name)
    except StandardError as fault:
        raise ScenarioError(*fault.problems) from fault
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return make_scenario({"name": path.stem, **tables}, file_name=path.name, sha256=digest)


def make_scenario(tables: Mapping[str, Any], *, file_name: str = "", sha256: str = "") -> Scenario:
    """Check the tables of a scenario.

    Parameters
    ----------
    tables : mapping
        ``name``, ``coordinates`` and ``edits`` as in a file.
    file_name : str
        What messages call it; empty when it was made in Python.
    sha256 : str
        Checksum of the file, if there is one.

    Returns
    -------
    Scenario
        The edits, in the order given.

    Raises
    ------
    ScenarioError
        With a problem for each unknown key and impossible value, or for each contradiction.
    """
    edits: list[Edit] = []
    problems: list[Problem] = []
    try:
        checked = check_tables(tables, model=_File, name=file_name)
    except StandardError as fault:
        raise ScenarioError(*fault.problems) from fault
    for number, table in enumerate(checked.edits):
        try:
            edits.append(_edit(table, number, file=file_name, coordinates=checked.coordinates))
        except StandardError as fault:
            problems += fault.problems
    if problems:
        raise ScenarioError(*problems)
    return Scenario(checked.name, tuple(edits), file_name, sha256)


def _edit(table: Mapping[str, Any], number: int, *, file: str, coordinates: str) -> Edit:
    """Check one edit by the model of its action; places without a system of their own are in that of the file."""
    action = table.get("action")
    if not isinstance(action, str) or action not in _ACTIONS:
        raise StandardError(_unknown_action(action, number, file))
    model = _ACTIONS[action]
    default = {"coordinates": coordinates} if "coordinates" in model.model_fields else {}
    try:
        return check_tables({**default, **table}, model=model, name=file)
    except StandardError as fault:
        raise StandardError(
            *(dataclasses.replace(one, field=edit_place(number, one.field)) for one in fault.problems)
        ) from fault


def _unknown_action(action: object, number: int, file: str) -> Problem:
    """Tell of an action that is missing or unknown; the known ones that are written alike come first."""
    if action is None:
        allowed = ", ".join(_ACTIONS)
        return error("scenario_no_action", file=file, field=edit_place(number, "action"), allowed=allowed)
    alike = difflib.get_close_matches(str(action), _ACTIONS, n=2)
    allowed = ", ".join((*alike, *(one for one in _ACTIONS if one not in alike)))
    return error("standard_not_allowed", file=file, field=edit_place(number, "action"), value=action, allowed=allowed)
