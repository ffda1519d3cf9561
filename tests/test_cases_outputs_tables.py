"""What names and codes may do to tables, report and layers, in a town built of them."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import docx
import openpyxl
import pyogrio
import pytest
from openpyxl.workbook import Workbook

from data.words import words
from geo.plan import Plan
from geo.work_out import work_out
from maps.gis.layers import write_layers
from maps.report.report import write_report
from maps.workbook.tables import write_tables
from tests.case_towns import blocks, frame, load
from tests.shared_cases import case

SAY = words("zh")
NAMES = [
    "和平里</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "{{7*7}}{% raw %}", "东湖`里\"'${1+1}",
    "㙍𠅤䶮里", "=1+1", "-2+3号院", "\t@SUM(A1)", "http://example.invalid/a", "NaN", "inf", "2026-06-30",
    "长" * 5_000, "</w:t><w:br/>&amp;", "E" * 40 + "/?*[]:",
]  # fmt: skip


class Written(NamedTuple):
    plan: Plan
    folder: Path


def town(folder: Path, *, names: Sequence[str], codes: Sequence[str], streets: Sequence[str]) -> Written:
    """Work out a plan of estates with such names and write it."""
    given = frame(blocks(*[(100.0, 100.0)] * len(names)), 小区编号=codes, 小区名称=names, 街道=streets)
    given.to_file(folder / "小区.geojson", driver="GeoJSON")
    plan = work_out(load(folder, "小区.geojson"))
    write_tables(plan, path=folder / "t.xlsx", language="zh")
    write_report(plan, path=folder / "r.docx", language="zh")
    write_layers(plan, path=folder / "p.gpkg", language="zh")
    return Written(plan, folder)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Written:
    codes = [f"3601020010020000{number:02d}" for number in range(len(NAMES))]
    return town(tmp_path_factory.mktemp("town"), names=NAMES, codes=codes, streets=NAMES)


def column_of(book: Workbook, heading: str) -> list[tuple[object, str]]:
    """Return value and type of the cells of the estates below a heading."""
    sheet = book[SAY("tables.sheet.estates")]
    (found,) = (column for column in sheet.iter_cols() if column[0].value == heading)
    return [(cell.value, cell.data_type) for cell in found[1:-1]]


def test_case_42_names_and_codes_are_text_as_they_were(tmp_path: Path) -> None:
    inputs, expected = case("42-excel-export-hazards")
    rows = json.loads((inputs / "estates.json").read_text("utf-8"))
    parts = {key: [row[key] for row in rows] for key in ("name", "code", "street")}
    plan = town(tmp_path, names=parts["name"], codes=parts["code"], streets=parts["street"]).plan
    # Reading may clean names, too; here they come to the tables as they are in the file.
    typed = plan.estates["estate_id"].map(dict(zip(parts["code"], parts["name"], strict=True)))
    write_tables(replace(plan, estates=plan.estates.assign(label=typed)), path=tmp_path / "t.xlsx", language="zh")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert sorted(column_of(book, "小区名称")) == sorted((name, "s") for name in expected["names_clean"])
    assert sorted(column_of(book, "小区编号")) == sorted((code, "s") for code in expected["codes"])
    titles = book.sheetnames
    assert len({title.lower() for title in titles}) == len(titles)
    assert all(len(title) <= 31 and not set(title) & set("/\\?*[]:") for title in titles)


def test_no_name_becomes_a_formula_a_number_or_a_link(hostile: Written) -> None:
    book = openpyxl.load_workbook(hostile.folder / "t.xlsx")
    labels = hostile.plan.estates["label"].tolist()
    assert column_of(book, "小区名称") == [(label, "s") for label in labels]
    assert all(sheet._hyperlinks == [] for sheet in book.worksheets)
    formulas = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"}
    assert all(str(formula).startswith("=SUBTOTAL(109,") for formula in formulas)


def test_totals_of_every_sheet_have_the_sum_of_their_column_at_hand(hostile: Written) -> None:
    formulas, values = (openpyxl.load_workbook(hostile.folder / "t.xlsx", data_only=only) for only in (False, True))
    checked = 0
    for sheet in formulas:
        for cell in sheet[sheet.max_row]:
            if cell.data_type == "f":
                first, last = str(cell.value)[14:-1].split(":")
                below = [row[0].value for row in values[sheet.title][f"{first}:{last}"]] if first != last else [
                    values[sheet.title][first].value]  # fmt: skip
                total = sum(float(str(one)) for one in below if isinstance(one, int | float))
                assert values[sheet.title][cell.coordinate].value == pytest.approx(total)
                checked += 1
    assert checked > 10


def test_the_report_shows_names_as_the_layers_have_them(hostile: Written) -> None:
    document = docx.Document(str(hostile.folder / "r.docx"))
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    assert set(hostile.plan.estates["label"]) <= cells
    assert set(pyogrio.read_dataframe(hostile.folder / "p.gpkg", layer="estates")["label"]) <= cells


def test_annexes_one_to_eight_of_a_special_plan_are_all_there(hostile: Written) -> None:
    names = openpyxl.load_workbook(hostile.folder / "t.xlsx", read_only=True).sheetnames
    wanted = ("estates", "facilities", "gaps", "clusters", "proposals", "phases", "costs", "indicators")
    there = {key for key in wanted if SAY(f"tables.sheet.{key}") in names}
    # Years and costs stand there where the project sets years and prices.
    assert there >= set(wanted) - {"costs"}
