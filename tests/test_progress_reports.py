"""Reports on projects, read from sheets as people fill them in."""

import datetime
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from data.errors import InputError, MissingColumnError
from data.problems import Severity
from data.progress.reports import Reports, read_reports
from tests.progress_cases import small_plan
from tests.workbooks import told, write_book

HEADS = ("项目编号", "项目名称", "填报日期", "状态", "完成比例（%）", "计划开工日期", "计划完工日期", "权重", "备注")
Rows = list[Sequence[object]]
JUNE = datetime.date(2023, 6, 30)
OTHERS = (("C2", "", "2023-06-30", "在建", 50), ("C3", "", "2023-06-30", "未开工", ""))


def read(tmp_path: Path, *rows: tuple[object, ...], heads: tuple[str, ...] = HEADS) -> Reports:
    wide = [[*row, *[""] * (len(heads) - len(row))] for row in rows]
    return read_reports(write_book(tmp_path / "进度.xlsx", [heads, *wide]), plan=small_plan())


def errors(tmp_path: Path, *rows: tuple[object, ...]) -> list[tuple[str, str, str]]:
    with pytest.raises(InputError, match=r"进度\.xlsx / 台账") as caught:
        read(tmp_path, *rows)
    return told([one for one in caught.value.problems if one.severity is Severity.ERROR])


def test_a_sheet_is_read(tmp_path: Path) -> None:
    first = ("C1", "城南片区", JUNE, "在建", 60, datetime.date(2023, 3, 1), "2023年10月31日", 2.5, "雨季")
    found = read(tmp_path, first, ("C2", "", "2023/6/30", "竣工", ""), ("C3", "", "20230630", "未开工", ""))
    assert found.rows["project_id"].tolist() == ["C1", "C2", "C3"]
    assert found.rows["percent"].tolist() == [60.0, 100.0, 0.0]
    assert found.rows["report_date"].tolist() == [pd.Timestamp(JUNE)] * 3
    assert found.schedule.loc["C1", "planned_finish"] == pd.Timestamp(2023, 10, 31)
    assert (found.schedule.loc["C1", "weight"], found.rows["note"].tolist()) == (2.5, ["雨季", None, None])
    assert [one.code for one in found.problems] == ["progress_weights_part"]


@pytest.mark.parametrize(
    ("row", "code", "value"),
    [
        pytest.param(("C9", "", JUNE, "在建", 60), "progress_project", "C9", id="unknown code"),
        pytest.param(("", "无名", JUNE, "在建", 60), "progress_project", "无名", id="unknown name"),
        pytest.param(("", "", JUNE, "在建", 60), "progress_no_project", "", id="no project"),
        pytest.param(("C1", "", JUNE, "停工", 60), "progress_state", "停工", id="state not understood"),
        pytest.param(("C1", "", JUNE, "", 60), "progress_no_state", "", id="no state"),
        pytest.param(("C1", "", "", "在建", 60), "progress_no_day", "", id="no day"),
        pytest.param(("C1", "", "6月底", "在建", 60), "progress_day", "6月底", id="day not readable"),
        pytest.param(("C1", "", JUNE, "在建", 160), "progress_percent", "160", id="above 100"),
        pytest.param(("C1", "", JUNE, "在建", -1), "progress_percent", "-1", id="below 0"),
        pytest.param(("C1", "", JUNE, "在建", "过半"), "progress_percent", "过半", id="no percent"),
        pytest.param(("C1", "", JUNE, "在建", 0.6), "progress_percent_fraction", "0.6", id="0.6 beside 50"),
        pytest.param(("C1", "", JUNE, "完工", 60), "progress_state_whole", "60", id="finished at 60"),
        pytest.param(("C1", "", JUNE, "已验收", "99%"), "progress_state_whole", "99%", id="accepted at 99"),
        pytest.param(("C1", "", JUNE, "未开工", 5), "progress_state_none", "5", id="not started at 5"),
        pytest.param(("C1", "", JUNE, "在建", 100), "progress_state_part", "100", id="in progress at 100"),
        pytest.param(("C1", "", JUNE, "在建", 60, "2023-05-01", "2023-04-01"), "progress_finish_first", "2023-04-01",
                     id="finish before start"),
        pytest.param(("C1", "", JUNE, "在建", 60, "春天"), "progress_day", "春天", id="planned start not readable"),
        pytest.param(("C1", "", JUNE, "在建", 60, "", "", "很大"), "progress_weight", "很大", id="weight"),
        pytest.param(("C2", "", JUNE, "在建", 60), "progress_twice", "2023-06-30", id="twice on one day"),
        pytest.param(("C1", "", "2024-07-02", "在建", 60), "progress_day_odd", "2024-07-02", id="a day after others"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_an_error(tmp_path: Path, row: tuple[object, ...], code: str, value: str) -> None:
    ((found, where, said),) = errors(tmp_path, row, *OTHERS)
    assert (found, said) == (code, value)
    assert where == ("#3" if code == "progress_twice" else "#2")


def test_all_faults_are_told_at_once_with_their_place(tmp_path: Path) -> None:
    found = errors(tmp_path, ("C9", "", "上月", "停工", 160), ("C1", "", JUNE, "完工", 60), *OTHERS)
    assert {(code, row) for code, row, _ in found} == {
        ("progress_project", "#2"), ("progress_day", "#2"), ("progress_state", "#2"), ("progress_percent", "#2"),
        ("progress_state_whole", "#3"),
    }  # fmt: skip


def test_a_day_within_a_year_after_the_others_is_taken(tmp_path: Path) -> None:
    found = read(tmp_path, ("C1", "", "2024-06-30", "在建", 60), *OTHERS)
    assert found.problems == ()


def test_several_days_are_a_history_and_what_goes_backward_is_told(tmp_path: Path) -> None:
    rows = (("C1", "", JUNE, "在建", 40), ("C1", "", "2023-05-31", "在建", 60, "2023-03-01", "2023-09-30"))
    found = read(tmp_path, *rows, ("C2", "", JUNE, "完工", 100), ("C2", "", "2023-05-31", "已验收", ""), OTHERS[1])
    assert found.rows["percent"].tolist() == [60.0, 40.0, 100.0, 100.0, 0.0]
    assert told(found.problems) == [("progress_falls", "#2", "40"), ("progress_state_back", "#4", "完工")]
    assert found.schedule.loc["C1", "planned_finish"] == pd.Timestamp(2023, 9, 30)


def test_the_newest_planned_days_count_and_the_first_finish_is_kept(tmp_path: Path) -> None:
    old = ("C1", "", "2023-05-31", "在建", 40, "2023-03-01", "2023-09-30")
    found = read(tmp_path, ("C1", "", JUNE, "在建", 60, "", "2023-10-31"), old, *OTHERS)
    days = found.schedule.loc["C1", ["planned_start", "planned_finish", "first_finish"]]
    assert days.dt.strftime("%m-%d").tolist() == ["03-01", "10-31", "09-30"]
    assert (
        errors(tmp_path, ("C1", "", JUNE, "在建", 60, "", "2023-02-01"), old, *OTHERS)[0][0] == "progress_finish_first"
    )


def test_projects_without_a_report_are_told_and_what_is_only_planned_is_no_report(tmp_path: Path) -> None:
    found = read(tmp_path, OTHERS[0], ("C1", "城南片区", "", "", "", "2023-03-01", "2023-10-31"))
    assert found.rows["project_id"].tolist() == ["C2"]
    assert told(found.problems) == [("progress_missing", "C1", ""), ("progress_missing", "C3", "")]
    assert found.schedule.loc["C1", "planned_start"] == pd.Timestamp(2023, 3, 1)
    with pytest.raises(InputError, match="planned projects"):
        read(tmp_path, ("C1", "城南片区", ""))


def test_the_reserve_sums_remarks_and_empty_rows_are_left_out(tmp_path: Path) -> None:
    aside = (("合计", "", "", "", 50), ("R1", "", JUNE, "随便", 60), ("",), ("注：本表由住建局填报",))
    found = read(tmp_path, ("C1", "", JUNE, "在建", 60), *OTHERS, *aside)
    assert told(found.problems) == [("progress_reserve", "#6", "R1")]


def test_works_in_progress_without_a_percent_are_told(tmp_path: Path) -> None:
    found = read(tmp_path, ("C1", "", JUNE, "在建", ""), *OTHERS)
    assert told(found.problems) == [("progress_no_percent", "#2", "")]
    assert found.rows["percent"].isna().tolist() == [True, False, False]


def test_a_column_of_cells_formatted_as_percents(tmp_path: Path) -> None:
    rows = (("C1", "", JUNE, "完工", 1), ("C2", "", JUNE, "在建", 0.65), OTHERS[1])
    found = read(tmp_path, *rows)
    assert found.rows["percent"].tolist() == [100.0, 65.0, 0.0]
    assert told(found.problems) == [("progress_percents_as_fractions", "#2, #3", "1")]


def test_an_own_table_in_gbk_by_names(tmp_path: Path) -> None:
    path = tmp_path / "进度.csv"
    lines = ("工程名称,截至日期,建设状态,形象进度", "城南片区,2023.6.30,施工中,60%", "城北片区,2023.6.30,完工,100%")
    path.write_bytes("\n".join((*lines, "老街,2023.6.30,前期,0")).encode("gbk"))
    found = read_reports(path, plan=small_plan())
    assert found.rows["state"].tolist() == ["in_progress", "finished", "not_started"]
    with pytest.raises(InputError, match="C1, C2"):
        read_reports(path, plan=small_plan(name=["城南片区", "城南片区", "老街"]))


def test_a_sheet_per_day_with_a_title_and_merged_names(tmp_path: Path) -> None:
    heads: list[object] = ["项目名称", "填报日期", "状态", "进度"]
    may: Rows = [["进度表"], heads, ["城南片区", "2023-05-31", "在建", 30], ["", "2023-06-15", "在建", 45]]
    june: Rows = [heads, ["城南片区", "2023-06-30", "在建", 60], ["城北片区", "2023-06-30", "在建", 20]]
    path = write_book(tmp_path / "进度.xlsx", sheets={"五月": may, "六月": june, "说明": [["填表说明"]]})
    book = openpyxl.load_workbook(path)
    book["五月"].merge_cells("A3:A4")
    book.save(path)
    assert read_reports(path, plan=small_plan()).rows["percent"].tolist() == [30.0, 45.0, 60.0, 20.0]
    write_book(path, sheets={"五月": june, "六月": june})
    with pytest.raises(InputError, match="六月 #2"):
        read_reports(path, plan=small_plan())


def test_a_file_without_the_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingColumnError, match="填报日期, 状态"):
        read(tmp_path, ("C1", "城南片区"), heads=("项目编号", "项目名称"))
