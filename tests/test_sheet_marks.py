"""What a workbook says beside its values."""

from pathlib import Path

import pytest
import xlsxwriter
from openpyxl.worksheet.worksheet import Worksheet

from data.files.sheet_marks import sheet_marks
from data.tables.ledgers import read_ledger
from tests.workbooks import told, write_book

ROWS = (("小区名称", "户数", "栋数"), ("甲", 10, 1), ("乙", 20, 2), ("丙", 30, 3))


def _with_errors(sheet: Worksheet) -> None:
    for cell, text in (("B2", "#REF!"), ("A3", "#N/A")):
        sheet[cell].value = text
        sheet[cell].data_type = "e"


def test_errors_are_told_and_no_values(tmp_path: Path) -> None:
    ledger, problems = read_ledger(write_book(tmp_path / "a.xlsx", ROWS, change=_with_errors))
    assert ledger["households"].isna().tolist() == [True, False, False]
    assert ledger["name"].isna().tolist() == [False, True, False]
    assert told(problems) == [("value_unreadable", "#3", "#N/A"), ("value_unreadable", "#2", "#REF!")]


def test_formula_without_a_value_is_told(tmp_path: Path) -> None:
    def formula(sheet: Worksheet) -> None:
        sheet["B2"].value = "=C2*10"

    ledger, problems = read_ledger(write_book(tmp_path / "a.xlsx", ROWS, change=formula))
    assert ledger["households"].fillna(-1).tolist() == [-1, 20, 30]
    assert told(problems) == [("value_formula", "#2", "=C2*10")]


def test_values_of_formulas_are_values(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet("台账")
        sheet.write_row(0, 0, ROWS[0])
        sheet.write_row(1, 0, ("甲", "", 1))
        sheet.write_formula("B2", "=C2*10", None, 10)
        sheet.write_formula("A3", '=IF(B3="","",B3)', None, "")
    ledger, problems = read_ledger(tmp_path / "a.xlsx")
    assert ledger["households"].tolist() == [10]
    assert problems == ()


def test_hidden_rows_and_columns_are_read_and_told(tmp_path: Path) -> None:
    def hide(sheet: Worksheet) -> None:
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["B"].hidden = True

    ledger, problems = read_ledger(write_book(tmp_path / "a.xlsx", ROWS, change=hide))
    assert ledger["households"].tolist() == [10, 20, 30]
    assert told(problems) == [("ledger_rows_hidden", "#3", ""), ("ledger_columns_hidden", "", "户数")]


def test_marks_by_sheet(tmp_path: Path) -> None:
    path = write_book(tmp_path / "a.xlsx", sheets={"甲 & 乙": ROWS, "丙": ROWS}, change=_with_errors)
    marks = sheet_marks(path.read_bytes())
    assert list(marks) == ["甲 & 乙", "丙"]
    assert marks["丙"].texts == {(1, 1): "#REF!", (2, 0): "#N/A"}


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04", b"name,n"])
def test_what_is_no_workbook_has_no_marks(raw: bytes) -> None:
    assert sheet_marks(raw) == {}
