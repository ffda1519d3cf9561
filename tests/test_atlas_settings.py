"""The settings of the atlas, told before a plan is worked out."""

from dataclasses import replace

import pytest

from data.errors import MissingGlyphError, ProjectError
from data.inputs import Inputs
from data.project_map import AtlasTable, MapTable, TitleBlockTable
from maps.atlas.settings import check_atlas
from tests.tiny import tiny_inputs


def with_atlas(**atlas: object) -> Inputs:
    inputs = tiny_inputs()
    project = inputs.project.model_copy(update={"atlas": AtlasTable.model_validate(atlas)})
    return replace(inputs, project=project)


@pytest.mark.parametrize(
    ("atlas", "said"),
    [
        pytest.param({"only": ["clusters", "roads"]}, "sheet roads, which there is not", id="unknown sheet"),
        pytest.param({"fonts": ["没有.ttf"]}, r"没有\.ttf of \[atlas\] fonts is not there", id="font not there"),
        pytest.param({"sheets": "没有.toml"}, r"没有\.toml is not there", id="sheets not there"),
    ],
)
def test_what_cannot_be_used_is_told(atlas: dict[str, object], said: str) -> None:
    with pytest.raises(ProjectError, match=said):
        check_atlas(with_atlas(**atlas), language="zh")


def told(inputs: Inputs) -> list[str]:
    try:
        check_atlas(inputs, language="zh")
    except ProjectError as fault:
        return [problem.code for problem in fault.problems]
    return []


@pytest.mark.parametrize(
    ("only", "codes"),
    [((), []), (("clusters",), []), (("roads",), ["atlas_sheet_unknown"])],
    ids=["all", "one", "none"],
)
def test_sheets_that_there_are_pass(only: tuple[str, ...], codes: list[str]) -> None:
    assert told(with_atlas(only=only)) == codes


def test_all_faults_are_told_at_once() -> None:
    codes = told(with_atlas(only=["a", "b"], fonts=["c.ttf"]))
    assert codes == ["atlas_sheet_unknown"] * 2 + ["atlas_font_missing"]


def test_the_title_block_has_to_be_printable_too() -> None:
    inputs = tiny_inputs()
    block = MapTable(title_block=TitleBlockTable(lead="张\U000e0fff"))
    with pytest.raises(MissingGlyphError, match=r"U\+E0FFF"):
        check_atlas(replace(inputs, project=inputs.project.model_copy(update={"map": block})), language=None)
