"""Rows of ledgers: estates, lines above others, remarks, cells left to the row above."""

from pathlib import Path

import pytest

from data.tables.ledgers import read_ledger
from tests.workbooks import told, write_book

HEAD = ("序号", "所属街道", "小区名称", "户数", "建成年代")


def _read(
    tmp_path: Path, *rows: tuple[object, ...], merges: tuple[str, ...] = ()
) -> tuple[list[list[object]], list[str]]:
    """Return subdistrict and name of each estate, and the codes of what was told."""
    ledger, problems = read_ledger(write_book(tmp_path / "a.xlsx", rows, merges=merges))
    found = ledger.reindex(columns=["subdistrict", "name"]).astype(object)
    return found.where(found.notna(), None).to_numpy().tolist(), [problem.code for problem in problems]


def test_subdistrict_written_once_holds_for_the_rows_below(tmp_path: Path) -> None:
    rows = (
        (1, "东街道", "甲", 10, 1990),
        (2, "", "乙", 20, 1990),
        (3, "西街道", "丙", 30, 1990),
        (4, "", "丁", 40, 1990),
    )
    found, codes = _read(tmp_path, HEAD, *rows)
    assert found == [["东街道", "甲"], ["东街道", "乙"], ["西街道", "丙"], ["西街道", "丁"]]
    assert codes == ["ledger_filled_down"]


def test_blank_among_repeated_names_stays_blank(tmp_path: Path) -> None:
    rows = ((1, "东街道", "甲", 10, 1990), (2, "东街道", "乙", 20, 1990), (3, "", "丙", 30, 1990))
    assert _read(tmp_path, HEAD, *rows) == ([["东街道", "甲"], ["东街道", "乙"], [None, "丙"]], [])


def test_name_below_a_sum_is_not_filled_from_above(tmp_path: Path) -> None:
    rows = ((1, "东街道", "甲", 10, 1990), (2, "", "乙", 20, 1990), ("小计", "", "", 30, ""), (3, "", "丙", 30, 1990))
    assert _read(tmp_path, HEAD, *rows)[0] == [["东街道", "甲"], ["东街道", "乙"], [None, "丙"]]


def test_merged_texts_are_copied_down(tmp_path: Path) -> None:
    rows = ((1, "东街道", "甲", 10, 1990), (2, "", "乙", 20, ""), (3, "西街道", "丙", 30, 1991))
    path = write_book(tmp_path / "a.xlsx", (HEAD, *rows), merges=("B2:B3", "E2:E3"))
    ledger, problems = read_ledger(path)
    assert ledger[["subdistrict", "built_year_min"]].to_numpy().tolist() == [
        ["东街道", 1990],
        ["东街道", 1990],
        ["西街道", 1991],
    ]
    assert problems == ()


@pytest.mark.parametrize("ditto", ["同上", "〃"])
def test_ditto_repeats_the_row_above_but_for_figures(tmp_path: Path, ditto: str) -> None:
    rows = (HEAD, (1, "东街道", "甲", 10, 1990), (2, ditto, "乙", ditto, ditto))
    ledger, problems = read_ledger(write_book(tmp_path / "a.xlsx", rows))
    assert ledger[["subdistrict", "built_year_min"]].to_numpy().tolist() == [["东街道", 1990]] * 2
    assert ledger["households"].isna().tolist() == [False, True]
    assert [problem.code for problem in problems] == ["ledger_ditto", "ledger_ditto", "value_unreadable"]


@pytest.mark.parametrize("numbers", [("一、东街道", "二、西街道"), ("（一）东街道", "（二）西街道")])
def test_lines_of_subdistricts_hold_for_the_rows_below(tmp_path: Path, numbers: tuple[str, str]) -> None:
    head = ("序号", "小区名称", "户数")
    rows = (head, (numbers[0],), (1, "甲", 10), (2, "乙", 20), (numbers[1],), (1, "丙", 30))
    found, codes = _read(tmp_path, *rows, merges=("A2:C2", "A5:C5"))
    assert found == [["东街道", "甲"], ["东街道", "乙"], ["西街道", "丙"]]
    assert codes == ["ledger_sections"]


def test_line_with_sums_names_the_subdistrict_and_is_checked(tmp_path: Path) -> None:
    head = ("序号", "小区名称", "户数")
    rows = (
        head,
        ("一", "东街道", 30),
        (1, "甲", 10),
        (2, "乙", 20),
        ("二", "西街道", 31),
        (1, "丙", 30),
        ("合计", "", 60),
    )
    ledger, problems = read_ledger(write_book(tmp_path / "a.xlsx", rows))
    assert ledger[["subdistrict", "name"]].to_numpy().tolist() == [["东街道", "甲"], ["东街道", "乙"], ["西街道", "丙"]]
    assert told(problems)[1:] == [("ledger_sum_rows", "#7", "1"), ("ledger_sum_differs", "#5", "31")]


def test_communities_lie_in_the_subdistrict_above_them(tmp_path: Path) -> None:
    lines = (
        "一、东街道",
        "（一）石灰社区",
        (1, "甲", 10),
        "（二）光明社区",
        (2, "乙", 20),
        "二、西街道",
        (3, "丙", 30),
    )
    rows = (("序号", "小区名称", "户数"), *((line,) if isinstance(line, str) else line for line in lines))
    ledger, _ = read_ledger(write_book(tmp_path / "a.xlsx", rows))
    places = ledger[["subdistrict", "community"]].astype(object)
    assert places.where(places.notna(), None).to_numpy().tolist() == [
        ["东街道", "石灰社区"], ["东街道", "光明社区"], ["西街道", None],
    ]  # fmt: skip


def test_number_of_an_estate_in_a_text_table_makes_it_no_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("序号,小区名称,户数\n1,石灰社区,300\n2,长岭镇,20\n", encoding="utf-8")
    assert read_ledger(path)[0]["name"].tolist() == ["石灰社区", "长岭镇"]


def test_remarks_and_signatures_are_no_estates(tmp_path: Path) -> None:
    head = ("小区名称", "户数", "建成年代")
    remarks = (
        ("注：1.不含底商",),
        ("2、户数为2023年数据",),
        ("制表人：张三", "", "审核：李四"),
        ("数据来源 街道办",),
        ("本表一式三份。",),
    )
    found, codes = _read(tmp_path, head, ("甲", 10, 1990), *remarks)
    assert found == [[None, "甲"]]
    assert codes == ["ledger_row_skipped"] * 5


def test_row_with_figures_and_no_name_is_a_warning(tmp_path: Path) -> None:
    ledger, problems = read_ledger(
        write_book(tmp_path / "a.xlsx", (HEAD, (1, "东街道", "甲", 10, 1990), ("", "", "", 10)))
    )
    assert len(ledger) == 1
    assert [(problem.code, problem.severity) for problem in problems] == [("ledger_row_nameless", "warning")]


def test_row_with_nothing_but_a_name_is_an_estate_and_told(tmp_path: Path) -> None:
    rows = (("小区名称", "户数", "建成年代"), ("甲", 10, 1990), ("乙", "", ""))
    assert _read(tmp_path, *rows) == ([[None, "甲"], [None, "乙"]], ["ledger_row_bare"])


def test_names_that_only_sound_like_sums_are_estates(tmp_path: Path) -> None:
    rows = ((1, "东街道", "合计大厦", 10, 1990), (2, "东街道", "1985小区", 20, 1990))
    assert _read(tmp_path, HEAD, *rows)[0] == [["东街道", "合计大厦"], ["东街道", "1985小区"]]


def test_separator_inside_a_text_leaves_the_row_out(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("小区名称,街道,户数\n阳光,一期,东街道,300\n甲,东街道,1,200\n乙,东街道,100\n", encoding="utf-8")
    ledger, problems = read_ledger(path)
    assert ledger["name"].tolist() == ["乙"]
    assert [(problem.code, problem.feature) for problem in problems] == [
        ("table_row_long", "#2"),
        ("table_row_long", "#3"),
    ]


def test_ledger_without_rows_says_so(tmp_path: Path) -> None:
    ledger, problems = read_ledger(write_book(tmp_path / "a.xlsx", (HEAD,)))
    assert (len(ledger), [problem.code for problem in problems]) == (0, ["ledger_empty"])


def test_a_place_that_nobody_knows_is_none_and_is_not_filled_in_from_above(tmp_path: Path) -> None:
    rows = [("小区名称", "户数", "社区"), ("甲", 10, "一社区"), ("乙", 20, "不详"), ("丙", 30, "")]
    ledger, _ = read_ledger(write_book(tmp_path / "台账.xlsx", rows))
    assert ledger["community"].fillna("").tolist()[:2] == ["一社区", ""]
