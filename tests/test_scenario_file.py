"""Scenario files: what a planner may type, and everything that is wrong with a file at once."""

import hashlib
from pathlib import Path

import pytest

from data.errors import ScenarioError
from data.scenario import (
    AddFacility,
    AddGate,
    AddLink,
    Edit,
    RemoveFacility,
    ResizeFacility,
    Scenario,
    SetGate,
    edit_text,
)
from data.scenario_file import read_scenario

WHOLE = """
name = "打开东门"
coordinates = "gcj02"
[[edits]]
action = "open_gate"
gate = "G0003"
[[edits]]
action = "add_gate"
at = [126.64, 45.75]
coordinates = "wgs84"
[[edits]]
action = "remove_wall"
barrier = "B0004"
[[edits]]
action = "add_link"
from = [126.64, 45.75]
to = [126.65, 45]
[[edits]]
action = "add_facility"
service = "elder_care"
at = [126.64, 45.75]
capacity = 30
[[edits]]
action = "remove_facility"
facility = "F0012"
[[edits]]
action = "resize_facility"
facility = "F0013"
floor_area_m2 = 750.5
"""


def _written(folder: Path, text: str, name: str = "情景 一.toml") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def _told(folder: Path, text: str) -> list[tuple[str, str, str]]:
    with pytest.raises(ScenarioError, match=r"情景 一\.toml") as caught:
        read_scenario(_written(folder, text))
    return [(problem.code, problem.field, problem.value) for problem in caught.value.problems]


def test_a_file_of_every_action_is_read(tmp_path: Path) -> None:
    path = _written(tmp_path, WHOLE)
    read = read_scenario(path)
    assert (read.name, read.file_name) == ("打开东门", "情景 一.toml")
    assert read.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert [edit.action for edit in read.edits] == [
        "open_gate", "add_gate", "remove_wall", "add_link", "add_facility", "remove_facility", "resize_facility"
    ]  # fmt: skip
    assert isinstance(read.edits[3], AddLink)
    assert (read.edits[3].start, read.edits[3].end) == ((126.64, 45.75), (126.65, 45.0))


def test_the_system_of_the_file_holds_where_an_edit_names_none(tmp_path: Path) -> None:
    gate, link = (read_scenario(_written(tmp_path, WHOLE)).edits[number] for number in (1, 3))
    assert isinstance(gate, AddGate)
    assert isinstance(link, AddLink)
    assert (gate.state, gate.coordinates, link.coordinates) == ("residents", "wgs84", "gcj02")


def test_a_scenario_without_a_name_is_called_as_its_file(tmp_path: Path) -> None:
    text = '\ufeff[[edits]]\naction = "remove_facility"\nfacility = "F1"'
    assert read_scenario(_written(tmp_path, text)).name == "情景 一"


FAULTS = {
    "unknown action": ('action = "open_door"', ("standard_not_allowed", "edits[1].action", "open_door")),
    "no action": ('gate = "G1"', ("scenario_no_action", "edits[1].action", "")),
    "unknown key": (
        'action = "open_gate"\ngate = "G1"\ncolour = 1',
        ("standard_unknown_key", "edits[1].colour", "1"),
    ),
    "missing key": ('action = "open_gate"', ("standard_missing_key", "edits[1].gate", "")),
    "empty name": ('action = "open_gate"\ngate = ""', ("standard_empty", "edits[1].gate", "")),
    "number for a text": ('action = "open_gate"\ngate = 3', ("standard_bad_type", "edits[1].gate", "3")),
    "less than nothing": (
        'action = "resize_facility"\nfacility = "F1"\ncapacity = -1',
        ("standard_bad_number", "edits[1].capacity", "-1"),
    ),
    "one number": ('action = "add_gate"\nat = [126.6]', ("standard_not_allowed", "edits[1].at", "[126.6]")),
    "no numbers": (
        'action = "add_gate"\nat = ["东", "门"]',
        ("standard_not_allowed", "edits[1].at", "['东', '门']"),
    ),
    "no number": ('action = "add_gate"\nat = [nan, 45]', ("standard_not_allowed", "edits[1].at", "[nan, 45]")),
    "closed new gate": (
        'action = "add_gate"\nat = [1, 2]\nstate = "closed"',
        ("standard_not_allowed", "edits[1].state", "closed"),
    ),
    "system of one edit": (
        'action = "add_gate"\nat = [1, 2]\ncoordinates = "utm"',
        ("standard_not_allowed", "edits[1].coordinates", "utm"),
    ),
    "no new size": ('action = "resize_facility"\nfacility = "F1"', ("scenario_resize_empty", "edits[1]", "F1")),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_wrong_edit_is_told_with_its_place_and_value(tmp_path: Path, case: str) -> None:
    text, told = FAULTS[case]
    assert _told(tmp_path, f"[[edits]]\n{text}") == [told]


def test_the_faults_of_all_edits_are_told_at_once(tmp_path: Path) -> None:
    text = '[[edits]]\naction = "open_gate"\n[[edits]]\naction = "add_gate"\nat = 3\nstate = "ajar"'
    assert [field for _, field, _ in _told(tmp_path, text)] == ["edits[1].gate", "edits[2].at", "edits[2].state"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "scenario_empty"),
        ("[[edits]", "standard_not_toml"),
        ("edits = 3", "standard_bad_type"),
        ('colour = "red"', "standard_unknown_key"),
        ('coordinates = "utm"', "standard_not_allowed"),
    ],
)
def test_a_file_that_is_no_scenario_is_told(tmp_path: Path, text: str, code: str) -> None:
    assert [told for told, _, _ in _told(tmp_path, text)] == [code]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"nowhere\.toml does not exist"):
        read_scenario(tmp_path / "nowhere.toml")


OPEN, SHUT = (SetGate.model_validate({"action": f"{do}_gate", "gate": "G1"}) for do in ("open", "close"))
NEW = AddFacility(id="N1", service="market", at=(1, 2))
CONTRADICTIONS: dict[str, tuple[tuple[Edit, ...], str, str]] = {
    "gate": ((OPEN, SHUT), "edits[2].gate", "edits[1].gate"),
    "facility": (
        (RemoveFacility(facility="F1"), ResizeFacility(facility="F1", capacity=3)),
        "edits[2].facility",
        "edits[1].facility",
    ),
    "sizes": (
        (ResizeFacility(facility="F1", capacity=2), ResizeFacility(facility="F1", capacity=3)),
        "edits[2].facility",
        "edits[1].facility",
    ),
    "identifier": ((NEW, NEW), "edits[2].id", "edits[1].id"),
}


@pytest.mark.parametrize("case", CONTRADICTIONS)
def test_edits_that_contradict_each_other_make_no_scenario(case: str) -> None:
    edits, field, other = CONTRADICTIONS[case]
    with pytest.raises(ScenarioError, match="contradicts") as caught:
        Scenario("x", edits)
    assert [(problem.field, problem.facts["other"]) for problem in caught.value.problems] == [(field, other)]


def test_saying_the_same_twice_is_no_contradiction() -> None:
    assert len(Scenario("x", (OPEN, OPEN)).edits) == 2


def test_a_scenario_made_in_python_has_a_checksum_of_its_edits() -> None:
    one, same, other = (Scenario(name, (edit,)) for name, edit in (("a", OPEN), ("b", OPEN), ("c", SHUT)))
    assert one.sha256 == same.sha256 == hashlib.sha256(edit_text(OPEN).encode()).hexdigest() != other.sha256
