import dataclasses
import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import docx
import numpy as np
import pandas as pd
import pytest
from docx.document import Document

from data.project_report import ReportTable
from data.report_template import STYLES
from data.words import LANGUAGES, Language, words
from geo.plan import Plan
from maps.report.blocks import Heading, Table, Text
from maps.report.grids import cell_texts, figure_text
from maps.report.numbering import numbered
from maps.report.report import Pictures, no_pictures, report_blocks, write_report
from maps.report.settings import layout
from tests.tiny import HOSTILE, tiny_plan

SAY = words("zh")


def document_of(plan: Plan, folder: Path, *, language: Language = "zh", pictures: Pictures = no_pictures) -> Document:
    write_report(plan, path=folder / "r.docx", language=language, pictures=pictures)
    return docx.Document(str(folder / "r.docx"))


def texts_of(document: Document) -> str:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def tables_of(plan: Plan, *, language: Language = "zh") -> dict[str, Table]:
    say = words(language)
    titles = {say(f"docx.table.{key}"): key for key in layout()["table"]}
    return {titles[one.title]: one for one in report_blocks(plan, say=say) if isinstance(one, Table)}


def png(width: int, height: int) -> bytes:
    """Make a white picture."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\xff" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def with_report(plan: Plan, report: ReportTable) -> Plan:
    project = plan.inputs.project.model_copy(update={"report": report})
    return dataclasses.replace(plan, inputs=dataclasses.replace(plan.inputs, project=project))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_section_has_a_heading_of_word_with_its_number(tmp_path: Path, language: Language) -> None:
    document = document_of(tiny_plan(), tmp_path, language=language)
    heads = [one.text for one in document.paragraphs if one.style is not None and one.style.name == "Heading 1"]
    say = words(language)
    sections = ReportTable().sections
    assert heads == [f"{number}  {say(f'docx.heading.{key}')}" for number, key in enumerate(sections, 1)]
    assert {(section.page_width or 0) > (section.page_height or 0) for section in document.sections} == {True, False}


@pytest.mark.parametrize("language", LANGUAGES)
def test_tables_of_the_document_are_the_blocks_cell_by_cell(tmp_path: Path, language: Language) -> None:
    plan = tiny_plan()
    blocks = [one for one in report_blocks(plan, say=words(language)) if isinstance(one, Table)]
    written = document_of(plan, tmp_path, language=language).tables
    found = [[[cell.text for cell in row.cells] for row in table.rows] for table in written]
    assert found == [cell_texts(block) for block in blocks]
    assert all(table.rows[0]._tr.xpath("./w:trPr/w:tblHeader") for table in written)


@pytest.mark.parametrize(
    ("table", "column", "expected"),
    [
        ("clusters", "people", lambda plan: plan.clusters["people"]),
        ("clusters", "floor_area_m2", lambda plan: plan.clusters["floor_area_m2"]),
        ("services", "gap", lambda plan: plan.services["gap"]),
        ("services", "no_data", lambda plan: plan.services["no_data"]),
        ("facilities", "expected", lambda plan: plan.services["expected"]),
        ("coverage", "people_share", lambda plan: plan.coverage["people_share"]),
        ("proposals", "people_served", lambda plan: plan.proposals["people_served"]),
        ("proposals", "cost_wan", lambda plan: plan.proposals["cost_yuan"] / 10_000),
        ("phase_years", "cost_wan", lambda plan: plan.programme.phase_years["cost_yuan"] / 10_000),
        ("phases", "households", lambda plan: plan.programme.phases["households"]),
        ("alternatives", "people", lambda plan: plan.alternatives["people"]),
    ],
)
def test_figures_are_those_of_the_plan(table: str, column: str, expected: Callable[[Plan], pd.Series]) -> None:
    plan = tiny_plan()
    found = tables_of(plan)[table].frame[column]
    np.testing.assert_array_equal(found.to_numpy(float), expected(plan).to_numpy(float))


@pytest.mark.parametrize("table", ["subdistricts", "eligibility", "access", "decades"])
def test_sums_of_groups_come_to_the_whole(table: str) -> None:
    plan = tiny_plan()
    frame = tables_of(plan)[table].frame
    assert frame["estates"].sum() == len(plan.estates)
    assert frame["people"].sum() == plan.estates["people"].sum()


def test_gaps_by_figure_of_the_standard_come_to_all_gaps() -> None:
    plan = tiny_plan()
    assert tables_of(plan)["indicators"].frame["gap_estates"].sum() == (plan.gaps["state"] == "gap").sum() > 0


def test_totals_stand_below_whole_tables_only(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = tiny_plan()
    whole = cell_texts(tables_of(plan)["phases"])[-1]
    assert whole[0] == SAY("tables.book.total")
    monkeypatch.setitem(layout()["table"]["phases"], "limit", 1)
    blocks = list(report_blocks(plan, say=SAY))
    part = next(one for one in blocks if isinstance(one, Table) and one.title == SAY("docx.table.phases"))
    assert (len(part.frame), part.total) == (1, "")
    behind = blocks[blocks.index(part) + 1]
    assert isinstance(behind, Text)
    assert SAY("tables.sheet.phases") in behind.text


def test_absence_is_said_and_numbers_go_on() -> None:
    plan = tiny_plan()
    bare = dataclasses.replace(
        plan,
        clusters=plan.clusters.iloc[:0],
        proposals=plan.proposals.iloc[:0],
        alternatives=plan.alternatives.iloc[:0],
        problems=(),
    )
    blocks = list(numbered(report_blocks(bare, say=SAY)))
    said = [one.block.text for one in blocks if isinstance(one.block, Text)]
    for key in ("clusters.none", "works.openings_none", "works.proposals_none", "quality.problems_none"):
        assert SAY(f"docx.{key}") in said
    tables = [int(one.number) for one in blocks if isinstance(one.block, Table)]
    assert tables == list(range(1, len(tables) + 1))


def test_no_data_is_not_told_as_no_service() -> None:
    plan = tiny_plan()
    services = plan.services.assign(thin=True, people_share=np.nan, people_within=np.nan)
    said = " ".join(one.text for one in report_blocks(dataclasses.replace(plan, services=services), say=SAY)
                    if isinstance(one, Text))  # fmt: skip
    assert SAY("docx.circle.share_none") in said
    assert "nan" not in said


def test_sections_are_those_of_the_project_in_its_order() -> None:
    plan = with_report(tiny_plan(), ReportTable(sections=("quality", "basis")))
    heads = [one.text for one in report_blocks(plan, say=SAY) if isinstance(one, Heading) and one.level == 1]
    assert heads == [SAY("docx.heading.quality"), SAY("docx.heading.basis")]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("</w:t></w:r>", None), ("{{7*7}}", None), ("{label}", None), ("㙍𠅤䶮里", None),
        ("前\x00\x0b后\ud842", "前后"), ("东" * 5_000, None), ("一\r\n二", "一\n二"), ("&lt;&#x0;", None),
    ],
    ids=["xml", "jinja", "format", "rare", "control", "long", "lines", "entity"],
)  # fmt: skip
def test_hostile_names_appear_as_typed(tmp_path: Path, typed: str, shown: str | None) -> None:
    plan = tiny_plan()
    estates, clusters = plan.estates.copy(), plan.clusters.copy()
    clusters["name"] = pd.Series([typed] * len(clusters), dtype=object)
    estates["subdistrict"] = pd.Series([typed] * len(estates), dtype=object)
    project = plan.inputs.project
    about = project.project.model_copy(update={"name": typed, "author": typed})
    inputs = dataclasses.replace(plan.inputs, project=project.model_copy(update={"project": about}))
    changed = dataclasses.replace(plan, estates=estates, clusters=clusters, inputs=inputs)
    document = document_of(changed, tmp_path)
    assert texts_of(document).count(shown or typed) >= 4
    assert document.core_properties.title == (shown or typed)[:255]


def test_names_of_the_sample_stand_in_the_document(tmp_path: Path) -> None:
    plan = tiny_plan()
    alone = plan.estates.assign(cluster_id=pd.Series([None] * 5, dtype="str"), reason="no_neighbour")
    assert HOSTILE in texts_of(document_of(dataclasses.replace(plan, estates=alone), tmp_path))


def test_pictures_stand_where_there_are_any_and_fit_the_page(tmp_path: Path) -> None:
    def pictures(sheet: str) -> bytes | None:
        return png(1654, 1169) if sheet in ("clusters", "phases") else None

    document = document_of(tiny_plan(), tmp_path, pictures=pictures)
    assert len(document.inline_shapes) == 2
    lying = document.sections[-1]
    assert lying.page_width is not None
    assert all(shape.width < lying.page_width for shape in document.inline_shapes)
    captions = [one.text for one in document.paragraphs if one.style is not None and one.style.name == "Caption"]
    assert [one for one in captions if one.startswith("图")] == ["图 1  连片改造片区划分图", "图 2  分年度实施计划图"]


def test_the_same_plan_gives_the_same_bytes_without_a_clock(tmp_path: Path) -> None:
    hashes = set()
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        document_of(tiny_plan(), tmp_path / name, pictures=lambda _: png(40, 30))
        hashes.add(hashlib.sha256((tmp_path / name / "r.docx").read_bytes()).hexdigest())
    assert len(hashes) == 1
    with zipfile.ZipFile(tmp_path / "a" / "r.docx") as read:
        assert {part.date_time for part in read.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    told = docx.Document(str(tmp_path / "a" / "r.docx")).core_properties
    assert (told.created, told.comments) == (told.modified, "")


def test_contents_and_page_numbers_are_fields(tmp_path: Path) -> None:
    document = document_of(tiny_plan(), tmp_path)
    codes = [one.text.split()[0] for one in document.element.body.iter() if one.tag.endswith("}instrText")]
    assert codes[0] == "TOC"
    assert codes.count("SEQ") == len(document.tables)
    foot = document.sections[0].footer._element
    assert [one.text.strip() for one in foot.iter() if one.tag.endswith("}instrText")] == ["PAGE", "NUMPAGES"]


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (25439.4, "integer", "25,439"), (1985.0, "year", "1985"), (0.7625, "share", "76.2%"), (9.25, "one", "9.2"),
        (0.002, "any", "0.002"), (float("inf"), "two", ""), ("=1+1", "text", "=1+1"),
    ],
    ids=["integer", "year", "share", "one", "any", "infinite", "text"],
)  # fmt: skip
def test_figures_are_printed_by_their_kind(value: object, kind: str, expected: str) -> None:
    assert figure_text(value, kind=kind) == expected


def test_the_styles_that_a_template_is_asked_for_are_those_written_with() -> None:
    assert tuple(name for name, _ in layout()["styles"].values()) == STYLES


def test_saved_documents_open_again_from_memory(tmp_path: Path) -> None:
    document_of(tiny_plan(), tmp_path)
    again = docx.Document(io.BytesIO((tmp_path / "r.docx").read_bytes()))
    assert len(again.tables) > 10
