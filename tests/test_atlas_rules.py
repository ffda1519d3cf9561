"""The sheets as written down, and what is said of wrong ones."""

from pathlib import Path

import pytest

from data.errors import ProjectError
from data.words import LANGUAGES, Language, words
from maps.atlas.frames import SOURCES, Subject, frame_of
from maps.atlas.rules import AtlasRules, SheetRule, read_rules
from tests.tiny import tiny_plan

RULES = read_rules()
OWN = """
[layer.tall]
source = "estates"
classes = "breaks"
column = "households"
edges = [100, 500]
look = "lacking"
words = "户数"
[[sheet]]
key = "tall"
title = { zh = "户数图", en = "Households" }
layers = ["tall"]
"""


def own(tmp_path: Path, text: str) -> AtlasRules:
    path = tmp_path / "图纸.toml"
    path.write_text(text, encoding="utf-8")
    return read_rules(path)


def test_sheets_of_an_institute_take_the_place_of_ours(tmp_path: Path) -> None:
    rules = own(tmp_path, OWN)
    assert [sheet.key for sheet in rules.sheet] == ["tall"]
    assert set(rules.layer) == {*RULES.layer, "tall"}
    assert rules.ground == RULES.ground


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(("column =", "colum ="), r"图纸.toml.*layer\.tall", id="unknown key"),
        pytest.param(("[100, 500]", "[500, 100]"), "edges must rise", id="edges fall"),
        pytest.param(('source = "estates"', 'source = "towers"'), "source of layer tall.*towers", id="unknown source"),
        pytest.param(('look = "lacking"', 'look = "lackin"'), "look of layer tall.*lackin", id="unknown look"),
        pytest.param(('layers = ["tall"]', 'layers = ["small"]'), "Sheet tall.*layer small", id="unknown layer"),
        pytest.param(("[layer.tall]", "[layer.tall"), "cannot be read", id="no TOML"),
        pytest.param(('classes = "breaks"', 'classes = "bands"'), "classes.*bands", id="unknown way of classing"),
    ],
)
def test_a_wrong_file_of_sheets_is_told(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    with pytest.raises(ProjectError, match=said):
        own(tmp_path, OWN.replace(*change))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"nowhere\.toml is not there"):
        read_rules(tmp_path / "nowhere.toml")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sheet", RULES.sheet, ids=lambda sheet: sheet.key)
def test_every_sheet_has_its_words(sheet: SheetRule, language: Language) -> None:
    say = words(language)
    assert say.get(f"atlas.title.{sheet.key}")
    assert say.get(f"atlas.note.{sheet.note}")


@pytest.mark.parametrize("key", RULES.layer)
def test_every_layer_has_a_heading_where_it_has_classes(key: str) -> None:
    rule = RULES.layer[key]
    in_heading = rule.classes != "one" and rule.legend and key not in {*RULES.ground, "estates_eligible"}
    assert bool(words("zh").get(f"atlas.heading.{key}")) == in_heading


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_has_rows_or_none_but_never_fails(source: str) -> None:
    plan = tiny_plan()
    cluster, service = plan.clusters["cluster_id"].iloc[0], plan.services["service"].iloc[0]
    frame = frame_of(source, plan=plan, subject=Subject(service, "basic", cluster))
    assert frame.crs == plan.inputs.crs
