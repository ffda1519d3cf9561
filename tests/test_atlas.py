"""The atlas as a file: paper, fonts, words, furniture, no pictures, the same bytes."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from pypdf import PageObject, PdfReader

from data.errors import MissingGlyphError
from data.problems import note
from data.project_map import AtlasTable
from geo.plan import Plan
from maps.atlas import atlas as drawn
from maps.atlas.atlas import make_case, sheet_picture, write_atlas
from maps.atlas.settings import tell_pictographs
from maps.atlas.sheets import sheets_of
from tests.tiny import HOSTILE, tiny_plan

A3_POINTS = (1190.55, 841.89)
FURNITURE = (
    "图号",
    "编制单位",
    "审图号",
    "内部工作图，未经审图不得公开",
    "坐标系",
    "EPSG:4548",
    "数据截止日期",
    "日期",
)
ON_MAPS = ("图例", "说明", "北", "1:")


@pytest.fixture(scope="module")
def atlas(tmp_path_factory: pytest.TempPathFactory) -> PdfReader:
    path = tmp_path_factory.mktemp("atlas") / "atlas.pdf"
    write_atlas(tiny_plan(), path=path, language="zh")
    return PdfReader(path)


def named(plan: Plan, *names: str) -> Plan:
    """Rename the first estates."""
    told = [*names, *plan.estates["name"].tolist()[len(names) :]]
    estates = plan.inputs.estates.assign(name=told)
    return replace(
        plan, inputs=replace(plan.inputs, estates=estates), estates=plan.estates.assign(name=told, label=told)
    )


def only(plan: Plan, *sheets: str, **atlas: object) -> Plan:
    project = plan.inputs.project.model_copy(update={"atlas": AtlasTable(only=sheets, **atlas)})
    return replace(plan, inputs=replace(plan.inputs, project=project))


def fonts_of(page: PageObject) -> list[dict[str, Any]]:
    resources: Any = page["/Resources"]
    return [font.get_object() for font in resources["/Font"].values()]


def test_every_page_is_a3_landscape(atlas: PdfReader) -> None:
    for page in atlas.pages:
        assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx(A3_POINTS, abs=0.5)


def test_every_font_is_embedded_as_a_subset(atlas: PdfReader) -> None:
    for page in atlas.pages:
        for font in fonts_of(page):
            below = font["/DescendantFonts"][0].get_object()
            assert "+LianpianSansSC" in str(below["/BaseFont"])
            assert "/FontFile2" in below["/FontDescriptor"].get_object()


def test_no_map_is_a_picture(atlas: PdfReader) -> None:
    for page in atlas.pages:
        resources: Any = page["/Resources"]
        drawn = resources.get("/XObject", {})
        assert all(one.get_object()["/Subtype"] == "/Form" for one in drawn.values())


def test_every_title_and_cluster_can_be_searched(atlas: PdfReader) -> None:
    plan = tiny_plan()
    case = make_case(plan, "zh")
    texts = [page.extract_text() for page in atlas.pages]
    for at, sheet in enumerate(sheets_of(case.rules, plan=plan, say=case.say), 1):
        assert sheet.title in texts[at]
        assert sheet.title in texts[0]
    assert all(key in "".join(texts) for key in plan.clusters["cluster_id"])


@pytest.mark.parametrize("word", FURNITURE)
def test_the_furniture_is_on_every_page(atlas: PdfReader, word: str) -> None:
    assert all(word in page.extract_text() for page in atlas.pages)


@pytest.mark.parametrize("word", ON_MAPS)
def test_the_furniture_of_maps_is_on_every_map(atlas: PdfReader, word: str) -> None:
    assert all(word in page.extract_text() for page in atlas.pages[1:-1])


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(HOSTILE, id="markup"),
        pytest.param("{% raw %}", id="template"),
        pytest.param("${7*7}`'\"", id="script and quotes"),
        pytest.param("$x^2$", id="formula"),
        pytest.param("䶮溪里", id="rare"),
        pytest.param("㙍𠅤坊", id="beyond the first plane"),
        pytest.param("和平（东）区", id="wide brackets"),
        pytest.param("①号院—甲", id="enclosed"),
    ],
)
def test_names_are_printed_as_typed(tmp_path: Path, name: str) -> None:
    write_atlas(only(named(tiny_plan(), name), "eligible"), path=tmp_path / "a.pdf", language="zh")
    assert name in PdfReader(tmp_path / "a.pdf").pages[-1].extract_text()


def test_control_characters_and_line_ends_are_left_out(tmp_path: Path) -> None:
    write_atlas(only(named(tiny_plan(), "和平\x07\n里\ud800"), "eligible"), path=tmp_path / "a.pdf", language="zh")
    assert "和平 里" in PdfReader(tmp_path / "a.pdf").pages[-1].extract_text()


def test_a_very_long_name_is_cut_where_its_cell_ends(tmp_path: Path) -> None:
    write_atlas(only(named(tiny_plan(), "很长" * 2500), "eligible"), path=tmp_path / "a.pdf", language="zh")
    text = PdfReader(tmp_path / "a.pdf").pages[-1].extract_text()
    assert "很长很长" in text
    assert "…" in text
    assert "很长" * 100 not in text


def test_characters_that_no_font_has_are_an_error_that_lists_them(tmp_path: Path) -> None:
    with pytest.raises(MissingGlyphError, match=r"\(U\+E0FFF\).*\(U\+E0FFE\)|\(U\+E0FFE\).*\(U\+E0FFF\)"):
        write_atlas(named(tiny_plan(), "甲\U000e0fff", "乙\U000e0ffe"), path=tmp_path / "a.pdf", language="zh")
    assert not (tmp_path / "a.pdf").exists()


@pytest.mark.parametrize(("truetype", "kind"), [(True, "/Type0"), (False, "/Type3")], ids=["TrueType", "PostScript"])
def test_outlines_stand_in_the_file_as_what_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, truetype: bool, kind: str
) -> None:
    monkeypatch.setattr(drawn, "are_truetype", lambda *_, **__: truetype)
    write_atlas(only(tiny_plan(), "eligible"), path=tmp_path / "a.pdf", language="zh")
    page = PdfReader(tmp_path / "a.pdf").pages[1]
    assert {font["/Subtype"] for font in fonts_of(page)} == {kind}
    assert "纳入改造范围小区图" in page.extract_text()


def test_names_with_pictographs_are_told() -> None:
    inputs = tiny_plan().inputs
    assert tell_pictographs(inputs) == ()
    named_so = inputs.estates.assign(name=["新家🏡", "新家🏡", *inputs.estates["name"].tolist()[2:]])
    assert tell_pictographs(replace(inputs, estates=named_so)) == (note("atlas_pictographs", value="新家🏡", count=1),)


def test_the_same_plan_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.pdf", "b.pdf"):
        write_atlas(only(tiny_plan(), "clusters", "phases"), path=tmp_path / name, language="en")
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


@pytest.mark.parametrize(("paper", "width"), [("A4", 297), ("A1", 841)])
def test_other_papers(tmp_path: Path, paper: str, width: float) -> None:
    write_atlas(only(tiny_plan(), "clusters", paper=paper), path=tmp_path / "a.pdf", language="zh")
    assert float(PdfReader(tmp_path / "a.pdf").pages[1].mediabox.width) == pytest.approx(width / 25.4 * 72, abs=0.5)


def test_a_sheet_can_be_had_as_a_picture() -> None:
    picture = sheet_picture(tiny_plan(), "clusters", language="zh", dpi=40)
    assert picture is not None
    assert picture.startswith(b"\x89PNG")


def test_a_sheet_the_plan_has_nothing_for_is_no_picture() -> None:
    plan = tiny_plan()
    nothing: gpd.GeoDataFrame = plan.proposals.iloc[:0]
    assert sheet_picture(replace(plan, proposals=nothing), "proposals", language="zh", dpi=40) is None
