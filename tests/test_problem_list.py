from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from data.errors import OutputError
from data.problems import Problem, error, note, warning
from data.words import LANGUAGES, Language, words
from maps.workbook.problem_list import write_problems
from tests.tiny import HOSTILE, tiny_plan


def listed(problems: list[Problem], folder: Path, *, language: Language = "zh") -> Worksheet:
    write_problems(problems, path=folder / "p.xlsx", language=language)
    book = openpyxl.load_workbook(folder / "p.xlsx")
    assert len(book.sheetnames) == 1
    sheet: Worksheet = book.worksheets[0]
    return sheet


def test_errors_come_first_and_the_order_within_is_kept(tmp_path: Path) -> None:
    problems = [
        note("missing_file", file="1"), warning("missing_file", file="2"), error("missing_file", file="3"),
        warning("missing_file", file="4"), error("missing_file", file="5"),
    ]  # fmt: skip
    sheet = listed(problems, tmp_path)
    rows = [row[:2] for row in sheet.iter_rows(min_row=4, values_only=True)]
    assert rows == [("错误", "3"), ("错误", "5"), ("警告", "2"), ("警告", "4"), ("提示", "1")]
    assert sheet["A2"].value == "错误 2 条，警告 2 条，提示 1 条"
    assert sheet.auto_filter.ref == "A3:I8"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_row_says_where_what_and_what_to_do(tmp_path: Path, language: Language) -> None:
    problem = warning("missing_file", file="台账.xlsx", layer="Sheet1", feature="E4", field="户数", value="=1+1")
    row = next(listed([problem], tmp_path, language=language).iter_rows(min_row=4, values_only=True))
    say = words(language)
    assert row[1:6] == ("台账.xlsx", "Sheet1", "E4", "户数", "=1+1")
    assert row[6:] == (problem.what(say), problem.done(say) or None, problem.remedy(say))


def test_severities_are_coloured(tmp_path: Path) -> None:
    sheet = listed(list(tiny_plan().problems), tmp_path)
    fills = [row[0].fill.fgColor.rgb for row in sheet.iter_rows(min_row=4)]
    assert len(fills) == len(set(fills)) == 3


def test_no_problems_are_a_sheet_that_says_so(tmp_path: Path) -> None:
    sheet = listed([], tmp_path)
    assert sheet["A4"].value == "未发现问题。"
    assert sheet["A2"].value == "错误 0 条，警告 0 条，提示 0 条"


def test_hostile_values_stay_text(tmp_path: Path) -> None:
    sheet = listed([error("missing_file", file=HOSTILE, value="=cmd|' /C calc'!A0")], tmp_path)
    assert (sheet["B4"].value, sheet["B4"].data_type) == (HOSTILE, "s")
    assert (sheet["F4"].value, sheet["F4"].data_type) == ("=cmd|' /C calc'!A0", "s")


def test_the_same_problems_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_problems(tiny_plan().problems, path=tmp_path / name, language="zh")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_the_problem_list_alone_replaces_an_earlier_one(tmp_path: Path) -> None:
    path = tmp_path / "检查" / "problems.xlsx"
    write_problems([], path=path, language="zh")
    write_problems([error("missing_file", file="a.shp")], path=path, language="zh")
    assert openpyxl.load_workbook(path).worksheets[0]["B4"].value == "a.shp"
    assert [file.name for file in path.parent.iterdir()] == ["problems.xlsx"]


def test_a_problem_list_open_in_excel_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "problems.xlsx"
    write_problems([], path=path, language="zh")
    before = path.read_bytes()

    def refuse(_self: Path, _target: Path) -> Path:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(OutputError, match="may be open in Excel"):
        write_problems([error("missing_file", file="a")], path=path, language="zh")
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
