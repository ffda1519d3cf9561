import dataclasses
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.shared import Length, Mm

from data.errors import InputError, ProjectError
from data.load import load_project
from data.project_file import read_project, read_settings
from data.project_report import ReportTable
from data.report_template import STYLES, missing_styles, open_template, template_problems
from data.samples import town_project
from geo.plan import Plan
from maps.report.report import write_report
from tests.tiny import tiny_plan


def template(path: Path, *, styles: bool = True, numbers: bool = False) -> Path:
    """Make a template of an institute: its own page, header, and styles with a mark of their own."""
    document = docx.Document()
    document.add_paragraph("模板正文")
    section = document.sections[0]
    section.page_width, section.left_margin = Mm(200), Mm(33)
    section.header.paragraphs[0].text = "某某规划设计研究院"
    for name in STYLES if styles else ():
        if missing_styles(document, wanted=[name]):
            kind = WD_STYLE_TYPE.TABLE if name == "Table Grid" else WD_STYLE_TYPE.PARAGRAPH
            document.styles.add_style(name, kind)
    if numbers:
        document.styles["Heading 1"].element.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = 1
    document.save(str(path))
    return path


def plan_with(path: Path) -> Plan:
    plan = tiny_plan()
    project = plan.inputs.project.model_copy(
        update={"report": ReportTable(template=path.name), "folder": path.parent, "file_name": "project.toml"}
    )
    return dataclasses.replace(plan, inputs=dataclasses.replace(plan.inputs, project=project))


def test_page_header_and_styles_are_those_of_the_template(tmp_path: Path) -> None:
    plan = plan_with(template(tmp_path / "院模板.docx"))
    write_report(plan, path=tmp_path / "r.docx", language="zh")
    document = docx.Document(str(tmp_path / "r.docx"))
    first = document.sections[0]
    assert first.header.paragraphs[0].text == "某某规划设计研究院"
    assert [round(Length(side or 0).mm) for side in (first.page_width, first.left_margin)] == [200, 33]
    assert "模板正文" not in [paragraph.text for paragraph in document.paragraphs]
    assert document.styles["Heading 1"].font.color.rgb is not None  # the blue of the template stays
    assert template_problems(plan.inputs.project) == ()


def test_headings_that_number_themselves_get_no_second_number(tmp_path: Path) -> None:
    plan = plan_with(template(tmp_path / "t.docx", numbers=True))
    write_report(plan, path=tmp_path / "r.docx", language="en")
    heads = [one.text for one in docx.Document(str(tmp_path / "r.docx")).paragraphs
             if one.style is not None and one.style.name == "Heading 1"]  # fmt: skip
    assert heads[0] == "Basis"


def test_missing_styles_are_told_by_name_and_written_as_shipped(tmp_path: Path) -> None:
    plan = plan_with(template(tmp_path / "t.docx", styles=False))
    (told,) = template_problems(plan.inputs.project)
    assert (told.code, told.field) == ("report_styles_missing", "report.template")
    assert told.facts["styles"] == "Table Text, Table Note, toc 1, toc 2"
    write_report(plan, path=tmp_path / "r.docx", language="zh")
    assert docx.Document(str(tmp_path / "r.docx")).styles["Table Text"].font.size.pt == 9


def test_a_dotx_serves_as_well(tmp_path: Path) -> None:
    source, made = template(tmp_path / "t.docx"), io.BytesIO()
    with zipfile.ZipFile(source) as read, zipfile.ZipFile(made, "w") as written:
        for name in read.namelist():
            content = read.read(name).replace(b"document.main+xml", b"template.main+xml")
            written.writestr(name, content if name == "[Content_Types].xml" else read.read(name))
    (tmp_path / "t.dotx").write_bytes(made.getvalue())
    document = open_template(tmp_path / "t.dotx", file="project.toml", name="t.dotx")
    assert document.sections[0].header.paragraphs[0].text == "某某规划设计研究院"


def _no_zip(path: Path) -> None:
    path.write_bytes(b"\xd0\xcf\x11\xe0 an old .doc")


def _a_workbook(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as written:
        written.writestr("[Content_Types].xml", "<Types/>")


def _cut(path: Path) -> None:
    content = template(path).read_bytes()
    path.write_bytes(content[: len(content) // 2])


def _broken_text(path: Path) -> None:
    source = template(path).read_bytes()
    with zipfile.ZipFile(io.BytesIO(source)) as read, zipfile.ZipFile(path, "w") as written:
        for name in read.namelist():
            written.writestr(name, read.read(name)[:200] if name == "word/document.xml" else read.read(name))


@pytest.mark.parametrize("spoil", [_no_zip, _a_workbook, _cut, _broken_text])
def test_a_broken_template_is_an_error_that_names_the_file(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    spoil(tmp_path / "t.docx")
    with pytest.raises(ProjectError, match=r"t\.docx, is no Word document"):
        write_report(plan_with(tmp_path / "t.docx"), path=tmp_path / "r.docx", language="zh")


def test_a_template_that_is_not_there_is_told_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "project.toml").write_text('osm = "a.osm"\n[report]\ntemplate = "t.docx"\n', encoding="utf-8")
    (tmp_path / "a.osm").write_text("<osm/>", encoding="utf-8")
    _, problems = read_settings(tmp_path / "project.toml")
    assert [(one.code, one.field) for one in problems] == [("project_missing_file", "report.template")]


def test_the_template_is_looked_at_with_the_inputs(tmp_path: Path) -> None:
    _no_zip(tmp_path / "t.docx")
    with town_project() as path:
        project = read_project(path)
        own = ReportTable(template=str(tmp_path / "t.docx"))
        with pytest.raises(InputError, match="is no Word document"):
            load_project(project.model_copy(update={"report": own}))


def test_a_section_that_there_is_not_is_told_with_those_there_are(tmp_path: Path) -> None:
    (tmp_path / "project.toml").write_text('osm = "a.osm"\n[report]\nsections = ["cost"]\n', encoding="utf-8")
    (tmp_path / "a.osm").write_text("<osm/>", encoding="utf-8")
    with pytest.raises(ProjectError, match="'indicators'"):
        read_project(tmp_path / "project.toml")
