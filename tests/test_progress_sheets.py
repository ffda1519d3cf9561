"""The report on progress as a workbook."""

import dataclasses
import datetime
import zipfile
from pathlib import Path

import openpyxl
import pytest

from data.errors import ProjectError
from data.problems import warning
from data.progress.plan import Target
from data.progress.reports import Reports
from data.words import LANGUAGES, Language, words
from geo.phasing.progress import work_out_progress
from maps.forms.progress_sheets import write_progress
from tests.progress_cases import NAN, reports, small_plan

TARGET = Target(50.0, datetime.date(2023, 12, 31), 2023)
TOLD = reports(
    ("C1", "2023-05-31", "in_progress", 20.0),
    ("C1", "2023-06-30", "in_progress", 45.0),
    ("C2", "2023-06-30", "finished", 100.0),
    plans={"C1": ("2023-03-01", "2023-06-09")},
)


def written(
    path: Path, told: Reports = TOLD, *, target: Target | None = TARGET, language: Language = "zh"
) -> openpyxl.Workbook:
    plan = small_plan(target)
    progress = work_out_progress(plan, reports=told)
    write_progress(progress, plan=plan, reports=told, path=path, say=words(language))
    return openpyxl.load_workbook(path)


def table(book: openpyxl.Workbook, name: str, head: str) -> list[dict[str, object]]:
    """Return the rows below the heading row of a sheet."""
    rows = list(book[name].iter_rows(values_only=True))
    (at,) = (number for number, row in enumerate(rows) if row[0] == head)
    return [dict(zip(map(str, rows[at]), row, strict=True)) for row in rows[at + 1 :]]


def lines(book: openpyxl.Workbook, name: str) -> str:
    return "\n".join(str(row[0]) for row in book[name].iter_rows(values_only=True) if row[0])


def test_years_and_the_total_stand_first_with_the_conventions(tmp_path: Path) -> None:
    book = written(tmp_path / "a.xlsx")
    rows = table(book, "进度总览", "年度")
    assert [row["年度"] for row in rows] == ["2023", "2024", "合计"]
    keys = ("项目数", "在建", "完工", "不详", "已完成，至少（%）", "已完成，至多（%）", "逾期未完", "工程量按")
    assert [rows[0][key] for key in keys] == [2, 1, 1, 0, 67, 67, 1, "造价"]
    assert [rows[1][key] for key in keys] == [1, 0, 0, 1, 0, 100, 0, "户数"]
    said = lines(book, "进度总览")
    assert "2023-12-31 前完成总工程量的 50%（按造价计）。2023-06-30 已完成 67%：已达到" in said
    assert said.count("本工具约定") == 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_target_none_is_invented(tmp_path: Path, language: Language) -> None:
    book = written(tmp_path / "a.xlsx", target=None, language=language)
    say = words(language)
    assert say("progress.target.none") in lines(book, say("progress.sheet.overview"))
    curve = book[say("progress.sheet.curve")]
    heads = [cell.value for row in curve.iter_rows(max_row=4) for cell in row]
    assert say("progress.column.target") not in heads


def test_states_are_counted_and_what_is_not_counted_is_told(tmp_path: Path) -> None:
    rows = table(written(tmp_path / "a.xlsx"), "按状态汇总", "年度")
    (row,) = (row for row in rows if (row["年度"], row["状态"]) == ("2024", "不详"))
    assert [row[key] for key in ("项目数", "小区数", "楼栋数", "户数", "建筑面积（㎡）")] == [1, 1, 0, 50, 4000]
    assert row["未计入（缺数的项目）"] == "楼栋数 1 个"
    assert len(rows) == 3 * 5


def test_late_projects_stand_above_unknown_ones_and_finished_ones_are_not_listed(tmp_path: Path) -> None:
    rows = table(written(tmp_path / "a.xlsx"), "滞后与未填报项目", "项目编号")
    assert [(row["项目编号"], row["判定"], row["逾期（天）"]) for row in rows] == [
        ("C1", "逾期未完", 21), ("C3", "未填报", None),
    ]  # fmt: skip
    assert rows[0]["填报日期"] == datetime.datetime(2023, 6, 30)
    assert [row["判定"] for row in table(openpyxl.load_workbook(tmp_path / "a.xlsx"), "项目进度", "项目编号")] == [
        "逾期未完", "已完工", "未填报",
    ]  # fmt: skip


def test_the_history_is_a_table_and_native_charts(tmp_path: Path) -> None:
    book = written(tmp_path / "a.xlsx")
    rows = [row for row in table(book, "历次进度", "年度") if row["年度"] == "2023"]
    assert [(row["已完成，至少（%）"], row["按期应完成（%）"], row["目标（%）"]) for row in rows] == [
        (12, 91, 50), (67, 100, 50),
    ]  # fmt: skip
    with zipfile.ZipFile(tmp_path / "a.xlsx") as parts:
        charts = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/charts/chart")]
    assert len(charts) == 3
    assert all("scatterChart" in chart for chart in charts)
    assert [chart.count("<c:ser>") for chart in charts] == [4, 2, 3]


def test_one_year_has_one_chart_and_one_day_is_drawn(tmp_path: Path) -> None:
    told = reports(("C1", "2023-06-30", "in_progress", NAN))
    plan = small_plan(year=[2023, 2023, 2023])
    progress = work_out_progress(plan, reports=told)
    write_progress(progress, plan=plan, reports=told, path=tmp_path / "a.xlsx", say=words("zh"))
    with zipfile.ZipFile(tmp_path / "a.xlsx") as parts:
        assert sum(name.startswith("xl/charts/chart") for name in parts.namelist()) == 1


def test_problems_of_the_sheet_are_listed(tmp_path: Path) -> None:
    told = dataclasses.replace(
        TOLD, problems=(warning("progress_missing", file="进度.xlsx", feature="C3", field="状态"),)
    )
    rows = table(written(tmp_path / "a.xlsx", told), "填报中的问题", "程度")
    assert [(row["程度"], row["要素"]) for row in rows] == [("警告", "C3")]
    assert "填报中的问题" not in written(tmp_path / "b.xlsx").sheetnames


def test_the_same_reports_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        written(tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_an_earlier_report_is_replaced_and_no_other_file(tmp_path: Path) -> None:
    written(tmp_path / "a.xlsx", target=None)
    written(tmp_path / "a.xlsx")
    own = openpyxl.Workbook()
    own.save(tmp_path / "own.xlsx")
    (tmp_path / "text.xlsx").write_text("x")
    for name in ("own.xlsx", "text.xlsx"):
        before = (tmp_path / name).read_bytes()
        with pytest.raises(ProjectError, match="no report of this tool"):
            written(tmp_path / name)
        assert (tmp_path / name).read_bytes() == before
