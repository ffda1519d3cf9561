"""The progress form, and that it is read back as it was filled in."""

import datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from data.errors import ProjectError
from data.progress.cells import STATES
from data.progress.reports import Reports, read_reports
from data.words import LANGUAGES, Language, words
from maps.forms.progress_form import HEAD_ROW, write_progress_form
from tests.progress_cases import small_plan

JUNE, MAY = datetime.date(2023, 6, 30), datetime.date(2023, 5, 31)
START, FINISH = datetime.date(2023, 4, 1), datetime.date(2023, 10, 31)
FIRST = HEAD_ROW + 2


def form(tmp_path: Path, language: Language = "zh") -> Path:
    path = tmp_path / "表.xlsx"
    write_progress_form(small_plan(), path=path, say=words(language))
    return path


def column(sheet: Worksheet, key: str, language: Language = "zh") -> int:
    heads = [cell.value for cell in sheet[HEAD_ROW + 1]]
    return heads.index(words(language)(f"progress.column.{key}")) + 1


def filled(path: Path, rows: dict[int, dict[str, object]], language: Language = "zh") -> Reports:
    """Fill in cells by row and column, and read the form back."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    for row, cells in rows.items():
        for key, value in cells.items():
            sheet.cell(row, column(sheet, key, language)).value = value
    book.save(path)
    return read_reports(path, plan=small_plan())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STATES)
def test_what_is_filled_in_is_read_back(tmp_path: Path, state: str, language: Language) -> None:
    percent = {"not_started": 0, "in_progress": 60}.get(state, 100)
    cells = {"report_date": JUNE, "state": words(language)(f"progress.state.{state}"), "percent": percent,
             "planned_start": START, "planned_finish": FINISH, "weight": 2, "note": "雨季"}  # fmt: skip
    read = filled(form(tmp_path, language), {FIRST: cells}, language)
    assert read.rows.loc[0, ["project_id", "report_date", "state", "percent", "note"]].tolist() == [
        "C1", pd.Timestamp(JUNE), state, percent, "雨季",
    ]  # fmt: skip
    assert read.schedule.loc["C1"].tolist() == [pd.Timestamp(START), pd.Timestamp(FINISH), 2.0, pd.Timestamp(FINISH)]
    assert {one.code for one in read.problems} == {"progress_missing", "progress_weights_part"}


def test_rows_that_are_added_below_are_the_history(tmp_path: Path) -> None:
    rows: dict[int, dict[str, object]] = {
        FIRST: {"report_date": MAY, "state": "在建", "percent": 20},
        FIRST + 3: {"project_id": "C1", "report_date": JUNE, "state": "在建", "percent": 45.5},
    }
    assert filled(form(tmp_path), rows).rows["percent"].tolist() == [20.0, 45.5]


def test_the_plan_is_filled_in_and_the_rest_is_empty(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(form(tmp_path)).worksheets[0]
    assert sheet["A1"].value == "云渡　改造项目进度表"
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=FIRST)]
    assert rows[0] == ["C1", "城南片区", 2023, 3, 12, 300, 24000, 6000000, *[None] * 7]
    assert rows[2][:8] == ["C3", "老街", 2024, 1, None, 50, 4000, None]
    assert (len(rows), sheet.freeze_panes) == (3, "C4")


def test_cells_offer_words_and_refuse_what_cannot_be_read(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(form(tmp_path)).worksheets[0]
    rules = {str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation}

    def rule(key: str, row: int = FIRST) -> list[str | None]:
        found = rules[sheet.cell(row, column(sheet, key)).coordinate]
        return [found.type, found.formula1]

    assert rule("state") == ["list", '"未开工,在建,完工,已验收"']
    assert rule("report_date") == ["date", "36526"]
    assert rule("percent") == ["custom", "AND(ISNUMBER(K4),OR(K4=0,AND(K4>=1,K4<=100)))"]
    assert rule("planned_finish") == ["custom", "AND(ISNUMBER(M4),M4>=36526,M4<73051,M4>=L4)"]
    assert rule("weight") == ["decimal", "0"]
    assert rule("project_id", FIRST + 3) == ["list", "$A$4:$A$6"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_prompts_fit_and_the_guide_tells_every_state(tmp_path: Path, language: Language) -> None:
    book = openpyxl.load_workbook(form(tmp_path, language))
    for rule in book.worksheets[0].data_validations.dataValidation:
        assert max(len(rule.prompt), len(rule.error)) <= 255
    text = " ".join(str(cell) for row in book.worksheets[1].iter_rows(values_only=True) for cell in row if cell)
    assert all(words(language)(f"progress.meaning.{state}") in text for state in STATES)
    assert "表.xlsx" in text


def test_the_same_plan_gives_the_same_bytes_and_no_form_is_overwritten(tmp_path: Path) -> None:
    first = form(tmp_path)
    other = tmp_path / "二" / "表.xlsx"
    write_progress_form(small_plan(), path=other, say=words("zh"))
    assert first.read_bytes() == other.read_bytes()
    with pytest.raises(ProjectError, match="may be a form that is filled in"):
        form(tmp_path)
