"""Printed sums: where they stand, what they stand for, and what they can be checked against."""

from pathlib import Path

import pytest

from data.tables.ledgers import read_ledger
from tests.workbooks import told, write_book

HEAD = ("序号", "街道", "小区名称", "户数", "建筑面积（万㎡）")
A, B, C = (1, "东街道", "甲", 100, 0.8), (2, "东街道", "乙", 200, 1.6), (3, "西街道", "丙", 300, 2.4)


def _sum(label: str, households: object, area: object) -> tuple[object, ...]:
    return (label, "", "", households, area)


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param((A, B, _sum("小计", 300, 2.4), C, _sum("小计", 300, 2.4), _sum("合计", 600, 4.8)), id="below"),
        pytest.param((_sum("小计", 300, 2.4), A, B, _sum("小计", 300, 2.4), C, _sum("合计", 600, 4.8)), id="before"),
        pytest.param((_sum("合 计：", 600, 4.8), A, B, C), id="total on top"),
        pytest.param(
            (A, _sum("社区小计", 100, 0.8), B, _sum("东街道合计", 300, 2.4), C, _sum("总计", 600, 4.8)), id="three"
        ),
        pytest.param((A, B, C, _sum("合计（3个小区）", "600户", "4.8万㎡")), id="texts"),
        pytest.param((A, B, C, _sum("共计3个小区", 600, 4.79)), id="within rounding"),
        pytest.param((A, B, C, _sum("合计", "", 4.8)), id="one figure missing"),
    ],
)
def test_right_sums_are_passed_over(tmp_path: Path, rows: tuple[tuple[object, ...], ...]) -> None:
    ledger, problems = read_ledger(write_book(tmp_path / "a.xlsx", (HEAD, *rows)))
    assert ledger["name"].tolist() == ["甲", "乙", "丙"]
    sums = [number for number, row in enumerate(rows, 2) if not isinstance(row[0], int)]
    assert told(problems) == [("ledger_sum_rows", ", ".join(f"#{number}" for number in sums), str(len(sums)))]


@pytest.mark.parametrize(
    ("rows", "row", "stated", "computed"),
    [
        pytest.param((A, B, _sum("小计", 310, 2.4), C, _sum("合计", 600, 4.8)), "#4", "310", "300", id="subtotal"),
        pytest.param((A, B, C, _sum("合计", 660, 4.8)), "#5", "660", "600", id="total"),
        pytest.param((_sum("合计", 660, 4.8), A, B, C), "#2", "660", "600", id="total on top"),
        pytest.param((_sum("小计", 310, 2.4), A, B, _sum("小计", 300, 2.4), C), "#2", "310", "300", id="before"),
        pytest.param((A, B, C, _sum("合计", 100_000_000, 4.8)), "#5", "100000000", "600", id="beyond any estate"),
    ],
)
def test_wrong_sums_are_told(
    tmp_path: Path, rows: tuple[tuple[object, ...], ...], row: str, stated: str, computed: str
) -> None:
    _, problems = read_ledger(write_book(tmp_path / "a.xlsx", (HEAD, *rows)))
    assert [(p.code, p.feature, p.value, p.facts["computed"]) for p in problems if p.code != "ledger_sum_rows"] == [
        ("ledger_sum_differs", row, stated, computed)
    ]


@pytest.mark.parametrize(("stated", "code"), [(600, "ledger_sum_open"), (250, "ledger_sum_differs")])
def test_rows_without_a_figure_leave_a_larger_sum_open(tmp_path: Path, stated: int, code: str) -> None:
    rows = (HEAD, A, B, (3, "西街道", "丙", "不详", 2.4), _sum("合计", stated, 4.8))
    _, problems = read_ledger(write_book(tmp_path / "a.xlsx", rows))
    assert told(problems) == [
        ("ledger_sum_rows", "#5", "1"), ("value_missing", "#4", "不详"), (code, "#5", str(stated)),
    ]  # fmt: skip


def test_formula_that_was_never_worked_out_is_told(tmp_path: Path) -> None:
    _, problems = read_ledger(write_book(tmp_path / "a.xlsx", (HEAD, A, B, C, _sum("合计", "=SUM(D2:D4)", 4.8))))
    assert told(problems) == [("ledger_sum_rows", "#5", "1"), ("value_formula", "#5", "=SUM(D2:D4)")]
