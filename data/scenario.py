"""A scenario: the edits of a what-if, such as a gate opened or a facility added, that do not contradict each other."""

import hashlib
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from data.errors import ScenarioError
from data.problems import Problem, error
from data.project import COORDINATES_PATTERN
from data.standards.strict_toml import Table

# Role of the scenario among the sources of the inputs it was applied to.
SCENARIO_ROLE = "scenario"
GateState = Literal["open", "residents", "closed"]
GATE_STATES: Mapping[str, GateState] = MappingProxyType(
    {"open_gate": "open", "restrict_gate": "residents", "close_gate": "closed"}
)


def _pair(value: object) -> object:
    """Let two finite numbers pass, and say what a place looks like otherwise."""
    numbers = list(value) if isinstance(value, list | tuple) else []
    if len(numbers) == 2 and all(_is_finite(number) for number in numbers):
        return float(numbers[0]), float(numbers[1])
    raise PydanticCustomError("not_allowed", "{allowed}", {"allowed": "[126.64, 45.75]"})


def _system(value: str) -> str:
    """Let a coordinate system that the project may name pass."""
    if re.match(COORDINATES_PATTERN, value):
        return value
    raise PydanticCustomError("not_allowed", "{allowed}", {"allowed": "auto, wgs84, gcj02, bd09, EPSG:4548 …"})


def _is_finite(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


Place = Annotated[tuple[float, float], BeforeValidator(_pair)]
Text = Annotated[str, Field(min_length=1)]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Coordinates = Annotated[str, AfterValidator(_system)]


class SetGate(Table):
    """Open a gate to everybody, leave it to the residents, or close it."""

    action: Literal["open_gate", "restrict_gate", "close_gate"]
    gate: Text


class AddGate(Table):
    """Add a gate to an estate."""

    action: Literal["add_gate"] = "add_gate"
    at: Place
    state: Literal["open", "residents"] = "residents"
    name: Text | None = None
    coordinates: Coordinates = "auto"


class RemoveWall(Table):
    """Take a wall down."""

    action: Literal["remove_wall"] = "remove_wall"
    barrier: Text


class AddLink(Table):
    """Add a way that is open to everybody."""

    action: Literal["add_link"] = "add_link"
    start: Place = Field(alias="from")
    end: Place = Field(alias="to")
    name: Text | None = None
    coordinates: Coordinates = "auto"


class AddFacility(Table):
    """Add a facility; one without an identifier gets one."""

    action: Literal["add_facility"] = "add_facility"
    id: Text | None = None
    service: Text
    name: Text | None = None
    at: Place
    capacity: Amount | None = None
    floor_area_m2: Amount | None = None
    coordinates: Coordinates = "auto"


class RemoveFacility(Table):
    """Take a facility away."""

    action: Literal["remove_facility"] = "remove_facility"
    facility: Text


class ResizeFacility(Table):
    """Give a facility another capacity or floor area."""

    action: Literal["resize_facility"] = "resize_facility"
    facility: Text
    capacity: Amount | None = None
    floor_area_m2: Amount | None = None


Edit = SetGate | AddGate | RemoveWall | AddLink | AddFacility | RemoveFacility | ResizeFacility


@dataclass(frozen=True)
class Scenario:
    """Hold the edits of a what-if; it cannot be made of edits that contradict each other.

    Parameters
    ----------
    name : str
        What people call it.
    edits : tuple of Edit
        The edits; their order does not matter.
    file_name : str
        File they were read from, empty when they were made in Python.
    sha256 : str
        Checksum of that file, or of the edits, in whatever order, where there is none.

    Raises
    ------
    ScenarioError
        When there is no edit, when two of them contradict each other, or when one changes nothing.
    """

    name: str
    edits: tuple[Edit, ...]
    file_name: str = ""
    sha256: str = ""

    def __post_init__(self) -> None:
        problems = tuple(_faults(self.edits, self.file_name))
        if problems:
            raise ScenarioError(*problems)
        if not self.sha256:
            digest = hashlib.sha256("\n".join(sorted(map(edit_text, self.edits))).encode()).hexdigest()
            object.__setattr__(self, "sha256", digest)


def edit_text(edit: Edit) -> str:
    """Return an edit as one line of JSON, the keys as in the file; edits with the same text are the same."""
    return edit.model_dump_json(by_alias=True, exclude_none=True)


def edit_place(number: int, key: str = "") -> str:
    """Return where an edit stands in the file, such as ``edits[2].gate``; edits count from 1.

    Parameters
    ----------
    number : int
        Place of the edit among the edits, from 0.
    key : str
        Key of the edit.

    Returns
    -------
    str
        The place.
    """
    return f"edits[{number + 1}]" + (f".{key}" if key else "")


def _faults(edits: Sequence[Edit], file: str) -> Iterator[Problem]:
    if not edits:
        yield error("scenario_empty", file=file, field="edits")
    first: dict[tuple[str, str], int] = {}
    for number, edit in enumerate(edits):
        if isinstance(edit, ResizeFacility) and edit.capacity is None and edit.floor_area_m2 is None:
            yield error("scenario_resize_empty", file=file, field=edit_place(number), value=edit.facility)
        key, thing = _thing(edit)
        earlier = first.setdefault((key, thing), number)
        if thing and (edits[earlier] != edit or (earlier != number and isinstance(edit, AddFacility))):
            place, other = edit_place(number, key), edit_place(earlier, _thing(edits[earlier])[0])
            yield error("scenario_contradiction", file=file, field=place, value=thing, other=other)


def _thing(edit: Edit) -> tuple[str, str]:
    """Return the key that names what is edited, and its name; what is added without a name stands for itself."""
    if isinstance(edit, SetGate):
        return "gate", edit.gate
    if isinstance(edit, RemoveWall):
        return "barrier", edit.barrier
    if isinstance(edit, RemoveFacility | ResizeFacility):
        return "facility", edit.facility
    return ("id", edit.id or "") if isinstance(edit, AddFacility) else ("at", "")
