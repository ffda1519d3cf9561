import pandas as pd
import pytest

from data.tables.exclusion import read_exclusions
from data.tables.headers import heading_of


def read(heading: str, key: str, *cells: object) -> tuple[list[str | None], list[str | None], list[str]]:
    rows = pd.Series([f"#{number}" for number in range(len(cells))])
    columns = {key: (pd.Series(cells, dtype=object), heading_of(heading))}
    made, problems = read_exclusions(None, columns, rows=rows, place="台账.xlsx")
    return made["excluded"].tolist(), made["excluded_unclear"].tolist(), [one.code for one in problems]


@pytest.mark.parametrize("cell", ["D", "D级", "Ｄ级", "d级", "D级危房", "C级、D级", "Dsu级", "是"])
def test_grade_d_excludes(cell: str) -> None:
    assert read("危房等级", "dangerous_d", cell) == (["dangerous_d"], [None], [])


@pytest.mark.parametrize("cell", ["B", "C级", "Csu级", "非D级", "否", "无", "", None])
def test_grades_that_are_repaired_do_not_exclude(cell: str | None) -> None:
    assert read("危房鉴定等级", "dangerous_d", cell) == ([None], [None], [])


def test_a_dangerous_building_without_a_grade_is_asked_about() -> None:
    found = read("是否危房", "dangerous_d", "是", "D级", "否", "是")
    assert found == ([None, "dangerous_d", None, None], ["是", None, None, "是"], ["excluded_vague"])


@pytest.mark.parametrize("cell", ["不安全", "待鉴定", "已鉴定"])
def test_words_that_tell_no_grade_are_told(cell: str) -> None:
    assert read("危房等级", "dangerous_d", cell) == ([None], [cell], ["excluded_unclear"])


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("是", "shantytown"), ("已实施", "shantytown"), ("计划实施", "shantytown"), ("未列入棚改", None), ("否", None)],
)
def test_shantytown_renewal_done_or_planned(cell: str, expected: str | None) -> None:
    assert read("是否棚改", "shantytown", cell) == ([expected], [None], [])


def test_every_reason_of_a_row_is_kept() -> None:
    rows = pd.Series(["#1", "#2"])
    columns = {
        "expropriation": (pd.Series(["是", "否"]), heading_of("是否征收")),
        "dangerous_d": (pd.Series(["是", "否"]), heading_of("是否D级危房")),
    }
    stated = pd.Series(["棚户区，D级危房", "产权纠纷"])
    made, problems = read_exclusions(stated, columns, rows=rows, place="台账.xlsx")
    assert made["excluded"].tolist() == ["expropriation;dangerous_d;shantytown", None]
    assert made["excluded_unclear"].tolist() == [None, "产权纠纷"]
    assert [(one.code, one.feature, one.value) for one in problems] == [("excluded_unclear", "#2", "产权纠纷")]


def test_reasons_that_are_denied_are_not_taken() -> None:
    made, problems = read_exclusions(pd.Series(["暂不征收"]), {}, rows=pd.Series(["#1"]), place="台账.xlsx")
    assert (made["excluded"].tolist(), [one.code for one in problems]) == ([None], ["excluded_unclear"])
