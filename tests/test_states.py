"""What people write about the items of an estate."""

from collections.abc import Sequence

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.standards.files import load_standard, standard_keys
from data.tables.aliases import aliases, item_keys, plain
from data.tables.columns import layer_columns
from data.tables.states import STATES, UNREADABLE, read_states
from tests.workbooks import told


def _state(cell: object, *, is_nuisance: bool = False) -> str | None:
    found: str | None = read_states(pd.Series([cell], dtype=object), is_nuisance=is_nuisance).iloc[0]
    return found


@pytest.mark.parametrize(
    ("cell", "state"),
    [
        ("有", "yes"), ("√", "yes"), ("是", "yes"), (True, "yes"), (1, "yes"), (1.0, "yes"), ("Yes", "yes"),
        ("完好", "yes"),
        ("到位", "yes"), ("有，完好", "yes"), ("无", "no"), ("×", "no"), ("否", "no"), (0, "no"), (False, "no"),
        ("缺失", "no"), ("损坏", "no"), ("有（损坏）", "no"), ("未到位", "no"), ("部分", "partial"),
        ("有，但老化", UNREADABLE), ("有、老化", "partial"), ("不适用", "not_applicable"), ("不涉及", "not_applicable"),
        ("不详", None), ("—", None), ("", None), (None, None),
        (float("nan"), None), ("待核实", None), ("3台", UNREADABLE), ("完好、缺失", UNREADABLE), ("见附件", UNREADABLE),
    ],
)  # fmt: skip
def test_states_of_a_fitting(cell: object, state: str | None) -> None:
    assert _state(cell) == state


@pytest.mark.parametrize(
    ("cell", "state"),
    [("有", "no"), ("严重", "no"), ("√", "no"), ("少量", "partial"), ("无", "yes"), ("已清理", "yes"), ("到位", "yes"),
     ("未清理", "no"), ("不适用", "not_applicable"), ("不详", None)],
)  # fmt: skip
def test_of_a_nuisance_there_is_something_to_do_where_there_is_any(cell: object, state: str | None) -> None:
    assert _state(cell, is_nuisance=True) == state


@given(st.lists(st.one_of(st.none(), st.text(max_size=6), st.booleans(), st.floats(), st.integers()), max_size=8))
def test_any_cell_has_a_state_or_none_or_is_unreadable(cells: list[object]) -> None:
    read = read_states(pd.Series(cells, dtype=object), is_nuisance=False)
    assert len(read) == len(cells)
    assert set(read.dropna()) <= {*STATES, UNREADABLE}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("key", standard_keys())
def test_every_item_of_every_standard_is_known_by_its_name_and_words(key: str, language: str) -> None:
    columns = {column.name: column for column in aliases().layers["estates"]}
    items = [one for one in load_standard(key).services if one.measure == "inventory"]
    assert {one.key for one in items} <= set(item_keys())
    for item in items:
        names = {plain(name) for name in (item.name[language], item.item) if name}
        assert names <= set(columns[item.key].headers), item.key


def test_no_heading_means_two_items() -> None:
    named = [header for column in aliases().layers["estates"] for header in column.headers]
    twice = {header for header in named if named.count(header) > 1}
    assert twice == set()


def _estates(**columns: Sequence[object]) -> tuple[pd.DataFrame, list[tuple[str, str, str]]]:
    frame = pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in columns.items()})
    typed, problems = layer_columns(frame, layer="estates", fields={}, place="台账.xlsx")
    return typed, told(problems)


def test_columns_of_items_are_read_by_their_headings() -> None:
    typed, problems = _estates(
        小区名称=["甲", "乙"], 违法建设=["有", "无"], 恢复消防通道=["√", "×"], 加装电梯=["部分", None]
    )
    assert typed["illegal_building"].tolist() == ["no", "yes"]
    assert typed["fire_lane"].tolist() == ["yes", "no"]
    assert typed["lift"].tolist() == ["partial", None]
    assert problems == []


def test_what_cannot_be_read_is_unknown_and_told_with_row_and_value() -> None:
    typed, problems = _estates(小区名称=["甲", "乙", "丙"], 供水=["有", "见附件", "见附件"])
    assert typed["water_supply"].tolist() == ["yes", None, None]
    assert problems == [("state_unreadable", "#2, #3", "见附件")]


def test_amounts_of_stairwells_lifts_and_green_are_read() -> None:
    typed, problems = _estates(
        小区名称=["甲"], 单元数=[12], 已装电梯单元数=["3"], 最高层数=[7], **{"绿地面积（公顷）": [0.25]}
    )
    assert typed[["units", "lift_units", "storeys", "green_area_m2"]].to_numpy().tolist() == [[12, 3, 7, 2500]]
    assert problems == []
