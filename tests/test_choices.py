import pandas as pd
import pytest

from data.choices import check_choices, check_layer_choices, chosen_estates
from data.project import Project
from data.standards.files import load_standard
from data.standards.model import Standard

ESTATES = pd.DataFrame({"estate_id": ["E1", "E2", "E3", "E4"], "name": ["甲", "乙", "乙", None]})


@pytest.fixture
def jiangxi() -> Standard:
    return load_standard("jiangxi_existing")


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


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("elder_care", []),
        ("elder_care@城北", []),
        ("eldercare", [("layer_unknown_service", "elder_care, childcare")]),
        ("roof", [("layer_unknown_service", None)]),
        ("elder_care@城西", [("layer_unknown_unit", "城北, 城南")]),
        ("elder_care@", [("layer_unknown_unit", "城北, 城南")]),
    ],
)
@pytest.mark.parametrize("key", ["complete", "incomplete"])
def test_layers_that_are_not_there_are_errors(
    key: str, wanted: str, expected: list[tuple[str, str | None]], jiangxi: Standard
) -> None:
    estates = pd.DataFrame({"district": ["区"] * 2, "subdistrict": ["城北", "城南"]})
    project = Project.model_validate({"gaps": {key: [wanted]}, "file_name": "project.toml"})
    found = check_layer_choices(estates, standard=jiangxi, project=project)
    assert [(one.code, one.field, one.value) for one in found] == [
        (code, f"gaps.{key}", wanted) for code, _ in expected
    ]
    assert all(allowed in (None, one.facts["allowed"]) for one, (_, allowed) in zip(found, expected, strict=True))


def test_a_layer_is_not_both_complete_and_incomplete(jiangxi: Standard) -> None:
    estates = pd.DataFrame({"district": ["区"], "subdistrict": ["城北"]})
    project = Project.model_validate({"gaps": {"complete": ["market"], "incomplete": ["market"]}})
    found = check_layer_choices(estates, standard=jiangxi, project=project)
    assert [(one.code, one.value) for one in found] == [("layer_both", "market")]
