"""Tables on a sheet: side by side, one below another, over several sheets, and lines that name a subdistrict."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from data.errors import InputError
from data.tables.blocks import named_section
from data.tables.ledgers import read_ledger
from tests.workbooks import told, write_book

HEAD = ("序号", "小区名称", "户数", "建筑面积(㎡)")
ROWS = {name: (number, name, 10 * number, 900 * number) for number, name in enumerate("甲乙丙", 1)}


def test_tables_side_by_side_are_one(tmp_path: Path) -> None:
    rows = (
        ("台账",), ("序号", "小区名称", "户数", "", "序号", "小区名称", "户数"), (1, "甲", 10, "", 4, "丁", 40),
        (2, "乙", 20, "", "合计", "", 70),
    )  # fmt: skip
    ledger, problems = read_ledger(write_book(tmp_path / "a.xlsx", rows))
    assert ledger[["row", "name", "households"]].to_numpy().tolist() == [[3, "甲", 10], [4, "乙", 20], [3, "丁", 40]]
    assert told(problems) == [("ledger_sum_rows", "#4", "1")]


def test_right_table_may_have_more_columns(tmp_path: Path) -> None:
    rows = (
        ("序号", "小区名称", "户数", "", "序号", "小区名称", "户数", "备注"),
        (1, "甲", 10, "", 2, "乙", 20, "临街"),
    )
    ledger, problems = read_ledger(write_book(tmp_path / "a.xlsx", rows))
    assert ledger[["name", "households", "备注"]].astype(object).fillna("").to_numpy().tolist() == [
        ["甲", 10, ""], ["乙", 20, "临街"],
    ]  # fmt: skip
    assert problems == ()


def test_printed_pages_repeat_title_and_headings(tmp_path: Path) -> None:
    title = ("老旧小区台账",)
    rows = (title, HEAD, ROWS["甲"], title, HEAD, ROWS["乙"], ("合计", "", 30, 2_700))
    ledger, problems = read_ledger(write_book(tmp_path / "a.xlsx", rows, merges=["A1:D1", "A4:D4"]))
    assert ledger["name"].tolist() == ["甲", "乙"]
    assert told(problems) == [("ledger_sum_rows", "#7", "1"), ("ledger_page_rows", "#4, #5", "2")]


def test_table_with_other_headings_below_is_one_of_its_own(tmp_path: Path) -> None:
    rows = (HEAD, ROWS["甲"], (), ("小区名称", "所属街道", "户数"), ("乙", "东湖街道", 20))
    ledger, _ = read_ledger(write_book(tmp_path / "a.xlsx", rows))
    assert ledger[["name", "households"]].to_numpy().tolist() == [["甲", 10], ["乙", 20]]
    assert ledger["subdistrict"].tolist()[1] == "东湖街道"


def test_table_of_something_else_is_left_and_told(tmp_path: Path) -> None:
    rows = (HEAD, ROWS["甲"], (), ("设施名称", "街道", "建筑面积"), ("幼儿园", "东湖街道", 300))
    ledger, problems = read_ledger(write_book(tmp_path / "a.xlsx", rows))
    assert ledger["name"].tolist() == ["甲"]
    assert told(problems) == [("ledger_table_left", "#4 - #5", "")]


def test_one_sheet_per_subdistrict(tmp_path: Path) -> None:
    sheets = {
        "汇总": (("街道", "户数", "建筑面积"), ("东湖街道", 10, 900)),
        "东湖街道": (HEAD, ROWS["甲"]),
        "西园街道": (HEAD, ROWS["乙"]),
    }
    ledger, problems = read_ledger(write_book(tmp_path / "a.xlsx", sheets=sheets))
    assert ledger[["sheet", "row", "name", "subdistrict"]].to_numpy().tolist() == [
        ["东湖街道", 2, "甲", "东湖街道"], ["西园街道", 2, "乙", "西园街道"],
    ]  # fmt: skip
    assert [problem.code for problem in problems] == [
        "ledger_table_left", "ledger_sheet_subdistrict", "ledger_sheet_subdistrict", "ledger_sheets_joined",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "sheets",
    [
        pytest.param({"总表": (HEAD, ROWS["甲"], ROWS["乙"]), "东湖街道": (HEAD, ROWS["甲"])}, id="the same estate"),
        pytest.param({"一": (HEAD, ROWS["甲"]), "二": (("小区名称", "车位数"), ("乙", 3))}, id="other headings"),
    ],
)
def test_sheets_that_may_not_belong_together_are_asked_for(
    tmp_path: Path, sheets: dict[str, Sequence[Sequence[object]]]
) -> None:
    with pytest.raises(InputError, match="look like the table"):
        read_ledger(write_book(tmp_path / "a.xlsx", sheets=sheets))


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("一、东湖街道", "东湖街道"), ("（二）蛟桥镇", "蛟桥镇"), ("3.长岭乡（5个小区）", "长岭乡"),
        ("东湖街道办事处：", "东湖街道办事处"),
        ("阳光小镇", ""), ("数据来源：街道办", ""), ("街道", ""), ("1、和平小区", ""), ("东湖街道、西园街道", ""),
    ],
)  # fmt: skip
def test_lines_that_name_a_subdistrict(line: str, name: str) -> None:
    assert named_section(line) == name
