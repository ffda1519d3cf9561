"""Sheets of the items that are counted in an estate."""

import dataclasses
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from data.words import LANGUAGES, Language, words
from geo.judgement.inventory import count_items, share_inventory
from geo.plan import Plan
from maps.styles import styles
from maps.workbook.tables import write_tables
from tests.tiny import tiny_plan

SAY = words("zh")


def sheet_of(plan: Plan, folder: Path, key: str, *, language: Language = "zh") -> list[list[object]]:
    write_tables(plan, path=folder / "t.xlsx", language=language)
    book = openpyxl.load_workbook(folder / "t.xlsx", data_only=True)
    return [[cell.value for cell in row] for row in book[words(language)(f"tables.sheet.{key}")].iter_rows()]


def unsurveyed(plan: Plan) -> Plan:
    rows = plan.inventory.assign(state="unknown", source=None)
    shares = share_inventory(rows, estates=plan.estates)
    return dataclasses.replace(plan, inventory=rows, inventory_counts=count_items(rows), inventory_shares=shares)


def test_each_list_is_a_sheet_of_estates_by_items_with_state_words_and_counts(tmp_path: Path) -> None:
    said, heads, *rows = sheet_of(tiny_plan(), tmp_path, "inventory_basic")
    assert "15 项（小区×内容，含各表）中已知 3 项" in str(said[0])
    assert heads[4:] == ["屋面维修", "到位", "部分到位", "未到位", "不适用", "不详"]
    assert [row[4] for row in rows[:-1]] == ["未到位", "部分到位", "不详", "不详", "不详"]
    assert rows[-1][5:] == [0, 1, 1, 0, 3]


def test_states_have_the_colours_of_the_states_of_gaps(tmp_path: Path) -> None:
    write_tables(tiny_plan(), path=tmp_path / "t.xlsx", language="zh")
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx")[SAY("tables.sheet.inventory_basic")]
    fills = {cell.value: cell.fill.fgColor.rgb for cell in sheet["E"][2:7]}
    expected = {SAY(f"terms.inventory.{key}"): styles().inventory[key].fill for key in ("no", "partial", "unknown")}
    assert fills == {word: f"FF{fill[1:].upper()}" for word, fill in expected.items()}


def test_shares_are_told_of_the_whole_of_subdistricts_and_of_clusters(tmp_path: Path) -> None:
    _, heads, *rows = sheet_of(tiny_plan(), tmp_path, "inventory_shares")
    table = pd.DataFrame(rows, columns=heads)
    roof = table[table["改造内容"] == "屋面维修"]
    assert roof[["范围", "名称"]].to_numpy().tolist() == [
        ["全部", "全部范围"], ["街道", "城北街道"], ["街道", "城南街道"], ["片区", "C1"], ["片区", "C2"]
    ]  # fmt: skip
    whole = roof.iloc[0]
    assert whole[["未到位占已知", "不详占全部", "未到位户数"]].tolist() == [0.5, 0.6, 300]


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_nobody_surveyed_anything_the_whole_is_told_and_no_estate(tmp_path: Path, language: Language) -> None:
    _, _, *rows = sheet_of(unsurveyed(tiny_plan()), tmp_path, "inventory_shares", language=language)
    assert [row[9] for row in rows] == [5, 5, 5]
    assert all(row[13] == 1 and row[12] is None for row in rows)
    names = openpyxl.load_workbook(tmp_path / "t.xlsx").sheetnames
    assert words(language)("tables.sheet.inventory_basic") not in names


def test_parking_is_told_by_estate_and_pooled_without_a_threshold(tmp_path: Path) -> None:
    said, heads, *rows = sheet_of(tiny_plan(), tmp_path, "amounts")
    assert "不判缺口" in str(said[0])
    assert "4 层是本工具的取值" in str(said[0])
    table = pd.DataFrame(rows, columns=heads).set_index("名称")
    assert table.loc["机械厂宿舍", "户均车位"] == 0.4
    assert table.loc["全部范围", ["停车位（个）", "对应户数", "无电梯单元数（见表头说明）"]].tolist() == [435, 750, 15]
