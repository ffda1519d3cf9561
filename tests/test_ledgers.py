"""Ledgers with merged headings, subtotals, remarks and units."""

from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from data.errors import InputError, MissingColumnError, MissingFileError, UnreadableFileError
from data.tables.ledgers import read_ledger


def _workbook(path: Path, **sheets: Callable[[Worksheet], None]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        for name, fill in sheets.items():
            fill(book.add_worksheet(name))
    return path


def _rows(*rows: tuple[object, ...]) -> Callable[[Worksheet], None]:
    def fill(sheet: Worksheet) -> None:
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)

    return fill


def _office_ledger(sheet: Worksheet, *, total: float = 746) -> None:
    sheet.merge_range("A1:F1", "老旧小区台账")
    for cells, text in (("A2:A3", "所属街道"), ("B2:B3", "小区名称"), ("C2:E2", "规模"), ("F2:F3", "建成年代")):
        sheet.merge_range(cells, text)
    sheet.write_row("C3", ["楼栋数(栋)", "户数", "建筑面积\n（万㎡）"])
    sheet.merge_range("A4:A5", "东湖街道")
    sheet.write_row("B4", ["石灰巷小区", 6, 216, 1.49, 1986])
    sheet.write_row("B5", ["电机厂宿舍", 4, "约128户", 0.83, "1990年代"])
    sheet.write_row("A6", ["", "小计", 10, 344, 2.32])
    sheet.write_row("A7", ["西园街道", "光明里", 11, 402, 2.78, "不详"])
    sheet.merge_range("A8:B8", "合 计")
    sheet.write_row("C8", [21, total, 5.09])
    sheet.merge_range("A9:F9", "注：面积不含底商。")
    sheet.set_column("A:F", 12)


def test_office_ledger_gives_its_estates_alone(tmp_path: Path) -> None:
    ledger, problems = read_ledger(_workbook(tmp_path / "台账.xlsx", 台账=_office_ledger))
    assert ledger["name"].tolist() == ["石灰巷小区", "电机厂宿舍", "光明里"]
    assert ledger["subdistrict"].tolist() == ["东湖街道", "东湖街道", "西园街道"]
    assert ledger["households"].tolist() == [216, 128, 402]
    assert ledger["floor_area_m2"].tolist() == [14_900, 8_300, 27_800]
    assert ledger["buildings"].tolist() == [6, 4, 11]
    assert ledger["built_year_min"].fillna(0).tolist() == [1986, 1990, 0]
    assert ledger["row"].tolist() == [4, 5, 7]
    # 1.49 + 0.83 + 2.78 is 5.10, and 5.09 is within the rounding of the rows.
    assert sorted(problem.code for problem in problems) == [
        "ledger_row_skipped",
        "ledger_sum_rows",
        "value_approx",
        "value_missing",
        "value_range",
    ]


def test_wrong_total_is_told_with_both_figures(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "台账.xlsx", 台账=lambda sheet: _office_ledger(sheet, total=764))
    _, problems = read_ledger(path)
    wrong = [problem for problem in problems if problem.code == "ledger_sum_differs"]
    assert [(p.feature, p.field, p.value, p.facts["computed"]) for p in wrong] == [("#8", "规模/户数", "764", "746")]


def test_hidden_sheet_is_passed_by_and_visible_ones_are_asked_for(tmp_path: Path) -> None:
    table = _rows(("小区名称", "户数"), ("甲", 10))
    path = tmp_path / "台账.xlsx"
    with xlsxwriter.Workbook(path) as book:
        _rows(("填表说明",))(book.add_worksheet("说明"))
        table(book.add_worksheet("台账"))
        old = book.add_worksheet("旧")
        table(old)
        old.hide()
    assert len(read_ledger(path)[0]) == 1
    both = _workbook(tmp_path / "两表.xlsx", 台账=table, 副本=table)
    with pytest.raises(InputError, match="look like the table: 台账, 副本"):
        read_ledger(both)
    assert len(read_ledger(both, sheet="副本")[0]) == 1
    with pytest.raises(InputError, match="no sheet 总表"):
        read_ledger(both, sheet="总表")


def test_unit_row_and_remaining_columns(tmp_path: Path) -> None:
    rows = (("小区名称", "建筑面积", "物业联系人"), ("", "(万平方米)", ""), ("甲", 1.5, "乙物业"))
    ledger, _ = read_ledger(_workbook(tmp_path / "a.xlsx", 表=_rows(*rows)))
    assert ledger["floor_area_m2"].tolist() == [15_000]
    assert ledger["物业联系人"].tolist() == ["乙物业"]


def test_codes_stay_text_and_rounded_ones_are_told(tmp_path: Path) -> None:
    rows = (("小区编号", "小区名称"), ("361199001001001234", "甲"), (361199001001001234.0, "乙"), (12, "丙"))
    ledger, problems = read_ledger(_workbook(tmp_path / "a.xlsx", 表=_rows(*rows)))
    assert ledger["estate_id"].iloc[[0, 2]].tolist() == ["361199001001001234", "12"]
    assert [(problem.code, problem.feature) for problem in problems] == [("code_rounded", "#3")]


@pytest.mark.parametrize(
    ("heading", "cell", "reason"),
    [
        pytest.param("是否计划征收", "是", "expropriation", id="yes"),
        pytest.param("是否计划征收", "否", None, id="no"),
        pytest.param("是否计划征收", "", None, id="blank"),
        pytest.param("是否列入棚户区改造计划", "√", "shantytown", id="tick"),
        pytest.param("不纳入原因", "C、D级危房", "dangerous_d", id="word"),
    ],
)
def test_reasons_to_exclude(tmp_path: Path, heading: str, cell: str, reason: str | None) -> None:
    path = _workbook(tmp_path / "a.xlsx", 表=_rows(("小区名称", "户数", heading), ("甲", 10, cell)))
    ledger, problems = read_ledger(path)
    assert ledger["excluded"].tolist() == [reason]
    assert problems == ()


def test_zero_households_are_kept_and_told(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "a.xlsx", 表=_rows(("小区名称", "户数"), ("甲", 0), ("乙", 5)))
    ledger, problems = read_ledger(path)
    assert ledger["households"].tolist() == [0, 5]
    assert [(problem.code, problem.feature) for problem in problems] == [("value_zero", "#2")]


@pytest.mark.parametrize(("area", "is_told"), [(0.0024, True), (2.4, False), (240, True)])
def test_floor_area_that_does_not_fit_the_households_is_told(tmp_path: Path, area: float, is_told: bool) -> None:
    path = _workbook(tmp_path / "a.xlsx", 表=_rows(("小区名称", "户数", "建筑面积（万㎡）"), ("甲", 300, area)))
    codes = [problem.code for problem in read_ledger(path)[1]]
    assert ("ledger_area_per_household" in codes) == is_told


def test_unit_above_the_table_counts_for_areas(tmp_path: Path) -> None:
    rows = (("单位：户、万平方米",), ("小区名称", "户数", "建筑面积"), ("甲", 300, 2.4))
    ledger, problems = read_ledger(_workbook(tmp_path / "a.xlsx", 表=_rows(*rows)))
    assert ledger["floor_area_m2"].tolist() == [24_000]
    assert [problem.code for problem in problems] == ["unit_of_title"]


def test_number_merged_over_rows_is_counted_once(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        _rows(("小区名称", "户数"), ("甲", ""), ("乙", ""))(sheet)
        sheet.merge_range("B2:B3", 300)

    ledger, problems = read_ledger(_workbook(tmp_path / "a.xlsx", 表=fill))
    assert ledger["households"].fillna(-1).tolist() == [300, -1]
    assert [(p.code, p.feature, p.value) for p in problems] == [("ledger_number_merged", "#2 - #3", "300")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_text_ledger(tmp_path: Path, encoding: str, delimiter: str) -> None:
    lines = (("小区名称", "街道", "户数"), ("甲", "东街道", "300"), ("乙", "西街道", "约20户"), ("", "", ""))
    path = tmp_path / "台账.csv"
    path.write_text("\n".join(delimiter.join(line) for line in lines), encoding)
    ledger, _ = read_ledger(path)
    assert ledger[["name", "subdistrict", "households"]].to_numpy().tolist() == [
        ["甲", "东街道", 300],
        ["乙", "西街道", 20],
    ]


def test_declared_fields_go_before_aliases(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "a.xlsx", 表=_rows(("小区名称", "户数", "实有住户"), ("甲", 10, 12)))
    ledger, _ = read_ledger(path, fields={"households": "实有住户"})
    assert ledger["households"].tolist() == [12]
    assert ledger["户数"].tolist() == [10]
    with pytest.raises(MissingColumnError, match="no column 住户") as caught:
        read_ledger(path, fields={"households": "住户", "homes": "户数"})
    assert [problem.code for problem in caught.value.problems] == ["column_missing", "fields_unknown"]


def test_two_columns_of_one_meaning_are_told(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.merge_range("A1:A2", "小区名称")
        sheet.merge_range("B1:C1", "改造前")
        sheet.merge_range("D1:E1", "改造后")
        sheet.write_row("B2", ["户数", "栋数", "户数", "栋数"])
        sheet.write_row("A3", ["甲", 10, 1, 12, 1])

    ledger, problems = read_ledger(_workbook(tmp_path / "a.xlsx", 表=fill))
    assert ledger["households"].tolist() == [10]
    assert [(p.field, p.value, p.facts["others"]) for p in problems] == [
        ("households", "改造前/户数", "改造后/户数"),
        ("buildings", "改造前/栋数", "改造后/栋数"),
    ]


@pytest.mark.parametrize(
    ("name", "content", "kind", "why"),
    [
        pytest.param("没有.xlsx", None, MissingFileError, "does not exist", id="missing"),
        pytest.param("a.xlsx", b"PK\x03\x04", UnreadableFileError, "cannot be read", id="broken"),
        pytest.param("a.docx", b"PK", UnreadableFileError, "format .docx is not supported", id="format"),
        pytest.param("a.csv", b"", MissingColumnError, "no headings that are known", id="empty"),
        pytest.param(
            "a.csv", "户数,栋数\n1,2".encode(), MissingColumnError, "neither a code nor a name.*户数, 栋数", id="no key"
        ),
    ],
)
def test_ledgers_that_cannot_be_used_say_why(
    tmp_path: Path, name: str, content: bytes | None, kind: type[Exception], why: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(kind, match=why):
        read_ledger(tmp_path / name)
