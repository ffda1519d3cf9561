"""The case of values that are no numbers and codes too long for one, in every output but the map."""

import re
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pyogrio
import pytest
from pypdf import PdfReader

import lianpian
from geo.plan import Plan
from maps.atlas.atlas import write_atlas
from maps.gis.layers import write_layers
from maps.report.report import write_report
from maps.workbook.tables import write_tables
from tests.shared_cases import case
from tests.test_cases_outputs import town_of

CASE = "39-nan-inf-timestamp-props"
NO_NUMBER = re.compile(r"\b(nan|NaN|NaT|inf|Infinity|None|<NA>)\b")


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, Any]:
    return town_of(CASE, tmp_path_factory.mktemp("39")), case(CASE)[1]


def test_codes_are_text_to_the_last_digit(planned: tuple[Plan, Any], tmp_path: Path) -> None:
    plan, expected = planned
    write_layers(plan, path=tmp_path / "p.gpkg", language="zh")
    write_tables(plan, path=tmp_path / "t.xlsx", language="zh")
    layer = pyogrio.read_dataframe(tmp_path / "p.gpkg", layer="estates", read_geometry=False)
    assert layer["estate_id"].tolist() == expected["codes"]
    cells = openpyxl.load_workbook(tmp_path / "t.xlsx")["附表1 小区基本情况"]["A"][1:4]
    assert [(cell.value, cell.data_type) for cell in cells] == [(code, "s") for code in expected["codes"]]


def test_what_is_not_known_is_filled_in_and_marked_not_taken_for_nought(planned: tuple[Plan, Any]) -> None:
    plan, expected = planned
    given = [count is not None for count in expected["households"]]
    known = plan.estates["households"][given].tolist()
    assert known == [count for count in expected["households"] if count is not None]
    assert plan.estates.loc[[not one for one in given], "estimated"].all()
    assert (plan.estates["households"] > 0).all()


def test_no_output_prints_a_value_that_is_no_number(planned: tuple[Plan, Any], tmp_path: Path) -> None:
    plan, _ = planned
    write_tables(plan, path=tmp_path / "t.xlsx", language="zh")
    write_report(plan, path=tmp_path / "r.docx", language="zh")
    write_atlas(plan, path=tmp_path / "a.pdf", language="zh")
    cells = [cell for sheet in openpyxl.load_workbook(tmp_path / "t.xlsx") for row in sheet.values for cell in row]
    report = docx.Document(str(tmp_path / "r.docx"))
    texts = [str(cell) for cell in cells if cell is not None]
    texts += [paragraph.text for paragraph in report.paragraphs]
    texts += [cell.text for table in report.tables for row in table.rows for cell in row.cells]
    texts += [page.extract_text() for page in PdfReader(tmp_path / "a.pdf").pages]
    assert [text for text in texts if NO_NUMBER.search(text.replace(CASE, ""))] == []


def test_infinity_in_a_column_that_is_read_is_told(planned: tuple[Plan, Any], tmp_path: Path) -> None:
    _, expected = planned
    town_of(CASE, tmp_path)
    project = tmp_path / "project.toml"
    text = project.read_text("utf-8")
    project.write_text(text.replace('"name" }', '"name", floor_area_m2 = "green_ratio" }'), encoding="utf-8")
    problems = lianpian.load(project).problems
    told = [one for one in problems if (one.code, one.value) == ("value_unreadable", "inf")]
    assert [(one.field, one.feature) for one in told] == [("green_ratio", "#3")]
    assert bool(told) == expected["warn_infinite"]
