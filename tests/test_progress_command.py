"""The command for progress, from the folder of a result to the report."""

import datetime
import json
from pathlib import Path

import openpyxl
import pytest

from data.errors import InputError, ProjectError
from data.progress.plan import Target, read_progress_plan
from data.project_file import read_project
from tests.progress_cases import write_result
from tests.test_cli import run
from tests.workbooks import write_book

TARGET: dict[str, object] = {"target_percent": 50.0, "by": "2023-12-31", "year": None}
HEADS = ("项目编号", "填报日期", "状态", "完成比例（%）", "计划开工日期", "计划完工日期")
ROWS = (("C1", "2023-06-30", "在建", 45, "2023-03-01", "2023-06-09"), ("C2", "2023-06-30", "完工", 100, "", ""))


def sheet(path: Path, *rows: tuple[object, ...]) -> Path:
    return write_book(path, [HEADS, *rows])


def test_projects_are_read_in_order_without_the_reserve(tmp_path: Path) -> None:
    plan = read_progress_plan(write_result(tmp_path / "out", target=TARGET))
    assert plan.projects["project_id"].tolist() == ["C1", "C2", "C3"]
    assert plan.projects["year"].tolist() == [2023, 2023, 2024]
    assert (plan.reserve, plan.target) == (("R1",), Target(50.0, datetime.date(2023, 12, 31), 2023))
    assert read_progress_plan(write_result(tmp_path / "none")).target is None


def test_results_that_plan_nothing_or_are_older_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="plan no project for any year"):
        read_progress_plan(write_result(tmp_path / "out", status=["reserve"] * 4))
    with pytest.raises(InputError, match="lack: phases"):
        read_progress_plan(_without_phases(tmp_path / "older"))


def _without_phases(folder: Path) -> Path:
    from tests.small_results import write_result as write_older

    return write_older(folder)


@pytest.mark.parametrize(
    ("text", "year"), [("by = 2023-12-31", 2023), ("by = 2024-06-30\nyear = 2023", 2023)], ids=["by", "year"]
)
def test_the_target_of_a_project_file_reaches_the_plan(tmp_path: Path, text: str, year: int) -> None:
    (tmp_path / "a.osm").write_text("<osm/>")
    (tmp_path / "project.toml").write_text(f'osm = "a.osm"\n[progress]\ntarget_percent = 50\n{text}\n')
    options = read_project(tmp_path / "project.toml").model_dump(mode="json", exclude={"folder"})
    plan = read_progress_plan(write_result(tmp_path / "out", target=json.loads(json.dumps(options["progress"]))))
    assert plan.target is not None
    assert (plan.target.percent, plan.target.year) == (50.0, year)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("target_percent = 120\nby = 2023-12-31", "progress.target_percent"),
        ('target_percent = 50\nby = "year end"', "progress.by"),
        ("target_percent = 50", "progress.by"),
    ],
    ids=["above 100", "no day", "by is missing"],
)
def test_a_target_that_cannot_be_used_is_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "a.osm").write_text("<osm/>")
    (tmp_path / "project.toml").write_text(f'osm = "a.osm"\n[progress]\n{text}\n')
    with pytest.raises(ProjectError, match=said):
        read_project(tmp_path / "project.toml")


def test_the_form_is_written_filled_in_and_summed_up(tmp_path: Path) -> None:
    out, form = write_result(tmp_path / "out", target=TARGET), tmp_path / "表.xlsx"
    told = run("progress", out, "-o", form, language="zh")
    assert told.exit_code == 0, told.output
    assert "3 个计划项目，2023、2024" in told.output
    book = openpyxl.load_workbook(form)
    book.worksheets[0]["I4"], book.worksheets[0]["J4"] = datetime.date(2023, 6, 30), "完工"
    book.save(form)
    told = run("progress", out, form, language="zh")
    assert told.exit_code == 0, told.output
    assert "2023-06-30 已完成 60% 至 100%：已达到" in told.output
    assert "未填报：C2 城北片区，按不详计" in told.output
    assert openpyxl.load_workbook(tmp_path / "progress.xlsx").sheetnames[0] == "进度总览"
    assert run("progress", out, "-o", form).exit_code == 1


def test_late_projects_are_shown_in_english(tmp_path: Path) -> None:
    told = run("progress", write_result(tmp_path / "out"), sheet(tmp_path / "a.xlsx", *ROWS), "-o", tmp_path / "b.xlsx")
    assert told.exit_code == 0, told.output
    assert "overdue: C1 城南片区, 45 % finished, 21 days past its planned finish" in told.output
    assert "project.toml sets no [progress]" in told.output
    quiet = run("progress", tmp_path / "out", tmp_path / "a.xlsx", "-o", tmp_path / "c.xlsx", "-q")
    assert (quiet.exit_code, quiet.output) == (0, "")


def test_faults_are_all_told_and_nothing_is_written(tmp_path: Path) -> None:
    faulty = sheet(tmp_path / "a.xlsx", ("C9", "上月", "停工", 160), ("C1", "2023-06-30", "完工", 60), ROWS[1])
    told = run("progress", write_result(tmp_path / "out"), faulty)
    assert told.exit_code == 1
    places = ("#2 / 项目编号", "#2 / 填报日期", "#2 / 状态", "#2 / 完成比例", "#3 / 完成比例")
    assert all(f"a.xlsx / 台账 / {place}" in told.output for place in places)
    assert not (tmp_path / "progress.xlsx").exists()


def test_the_sheet_itself_is_never_overwritten(tmp_path: Path) -> None:
    own = sheet(tmp_path / "progress.xlsx", *ROWS)
    before = own.read_bytes()
    told = run("progress", write_result(tmp_path / "out"), own)
    assert told.exit_code == 1
    assert "no report of this tool" in told.output
    assert own.read_bytes() == before
