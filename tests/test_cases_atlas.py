"""Cases of names that printed maps have shown as boxes."""

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from maps.atlas.atlas import write_atlas
from maps.atlas.lettering import coverage
from tests.shared_cases import case
from tests.tiny import tiny_plan


def test_no_character_of_a_name_is_a_box(tmp_path: Path) -> None:
    folder, expected = case("40-cjk-font-tofu")
    names = gpd.read_file(folder / "estates.geojson")["name"].tolist()
    assert sorted(names) == sorted(expected["names"])
    plan = tiny_plan()
    told = [*names, *plan.estates["name"].tolist()[len(names) :]]
    inputs = replace(plan.inputs, estates=plan.inputs.estates.assign(name=told))
    plan = replace(plan, inputs=inputs, estates=plan.estates.assign(name=told, label=told))
    write_atlas(plan, path=tmp_path / "a.pdf", language="zh")
    text = "".join(page.extract_text() for page in PdfReader(tmp_path / "a.pdf").pages)
    assert all(name in text for name in names)
    # The text alone proves nothing: the glyphs have to be in the font that is embedded.
    assert {ord(character) for name in names for character in name} <= coverage()


def test_the_glyphs_of_rare_characters_have_outlines() -> None:
    _, expected = case("40-cjk-font-tofu")
    folder = Path(__file__).parents[1] / "maps" / "atlas" / "fonts"
    for path in sorted(folder.glob("*.ttf")):
        font = TTFont(path)
        for rare in expected["rare"]:
            glyph = font["glyf"][font.getBestCmap()[int(rare.removeprefix("U+"), 16)]]
            assert glyph.numberOfContours > 0
