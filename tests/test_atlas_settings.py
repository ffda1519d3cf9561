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


def test_the_settings_as_shipped_are_sound() -> None:
    check_atlas(tiny_inputs(), language="zh")


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


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(ProjectError) as caught:
        check_atlas(with_atlas(only=["a", "b"], fonts=["c.ttf"]), language="zh")
    assert [problem.code for problem in caught.value.problems] == ["atlas_sheet_unknown"] * 2 + ["atlas_font_missing"]


def test_the_title_block_has_to_be_printable_too() -> None:
    inputs = tiny_inputs()
    block = MapTable(title_block=TitleBlockTable(lead="张\U000e0fff"))
    with pytest.raises(MissingGlyphError, match=r"U\+E0FFF"):
        check_atlas(replace(inputs, project=inputs.project.model_copy(update={"map": block})), language=None)
