import pandas as pd
import pytest

from data.choices import check_choices, chosen_estates
from data.project import Project

ESTATES = pd.DataFrame({"estate_id": ["E1", "E2", "E3", "E4"], "name": ["甲", "乙", "乙", None]})


def test_estates_are_found_by_identifier_or_by_a_name_of_their_own() -> None:
    found = chosen_estates(ESTATES, wanted={"E4": "a", "甲": "b", "乙": "c"})
    assert found.where(found.notna(), None).tolist() == ["b", None, None, "a"]


def test_an_identifier_comes_before_a_name() -> None:
    frame = pd.DataFrame({"estate_id": ["甲", "E2"], "name": ["丙", "甲"]})
    found = chosen_estates(frame, wanted={"甲": "x"})
    assert found.where(found.notna(), None).tolist() == ["x", None]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("E1", []),
        ("甲", []),
        ("乙", [("choice_several", "乙", "E2, E3")]),
        ("E1x", [("choice_unknown", "E1x", "E1")]),
    ],
)
@pytest.mark.parametrize("key", ["include", "exclude"])
def test_names_of_no_estate_or_several_are_errors(key: str, wanted: str, expected: list[tuple[str, str, str]]) -> None:
    project = Project.model_validate({"eligibility": {key: [wanted]}, "file_name": "project.toml"})
    found = check_choices(ESTATES, project=project)
    assert [(one.code, one.value, one.facts.get("near") or one.facts["allowed"]) for one in found] == expected
    assert all(one.field == f"eligibility.{key}" for one in found)


def test_an_estate_is_not_both_included_and_left_out() -> None:
    project = Project.model_validate({"eligibility": {"include": ["E1"], "exclude": {"甲": "x", "E4": "y"}}})
    assert [(one.code, one.value) for one in check_choices(ESTATES, project=project)] == [("project_in_and_out", "E1")]
