"""The items of estates from the layer and the ledger of a project."""

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest
from shapely import box

from data.inputs import INVENTORY_COLUMNS, Inputs
from data.inventory import inventory_items, read_inventory, with_sources
from data.problems import Problem
from data.project import Project
from data.project_inputs import read_project_inputs
from data.standards.files import load_standard
from tests.osm_town import write_town
from tests.test_project_inputs import write_layer
from tests.workbooks import write_book

JIANGXI = load_standard("jiangxi_existing")
MAP = (
    {"小区编号": "A1", "名称": "幸福里", "供水": "有", "照明": "无"},
    {"小区编号": "A2", "名称": "阳光小区", "照明": "无"},
)


def _read(folder: Path, *ledger: tuple[object, ...], fields: Mapping[str, str] | None = None) -> Inputs:
    """Read two estates: A1 with two states on the map, A2 with one, and a ledger."""
    write_town(folder / "town.osm.pbf")
    write_layer(
        folder / "小区.geojson", *((box(x, 0, x + 100, 100), row) for x, row in zip((0, 120), MAP, strict=True))
    )
    write_book(folder / "台账.xlsx", ledger)
    estates = {"path": "小区.geojson", "ledger": {"path": "台账.xlsx", "fields": fields or {}}}
    given = {"estates": estates, "network": {"path": "town.osm.pbf"}, "folder": folder, "file_name": "project.toml"}
    return read_project_inputs(Project.model_validate(given), JIANGXI, stage=lambda _: None)


def _of(inputs: Inputs, code: str) -> list[Problem]:
    return [problem for problem in inputs.problems if problem.code == code]


def test_states_of_map_and_ledger_are_listed_with_their_file_and_differences_are_told(tmp_path: Path) -> None:
    inputs = _read(
        tmp_path,
        ("小区编号", "小区名称", "照明", "小广告"),
        ("A1", "幸福里", "√", "有"),
        ("A2", "阳光小区", "", "不详"),
    )
    assert inputs.inventory.to_numpy().tolist() == [
        ["A1", "small_ads", "no", "台账.xlsx"],
        ["A1", "water_supply", "yes", "小区.geojson"],
        ["A1", "lighting", "yes", "台账.xlsx"],
        ["A2", "lighting", "no", "小区.geojson"],
    ]
    (told,) = _of(inputs, "join_states_differ")
    assert (told.feature, told.field, told.value) == ("#2", "lighting", "A1 幸福里: no / yes")


def test_a_heading_that_the_project_names_is_read(tmp_path: Path) -> None:
    rows = (("小区编号", "小区名称", "夜间亮不亮"), ("A1", "幸福里", "是"), ("A2", "阳光小区", "看情况"))
    inputs = _read(tmp_path, *rows, fields={"lighting": "夜间亮不亮"})
    assert inputs.inventory.set_index(["estate_id", "item"])["state"].to_dict()["A1", "lighting"] == "yes"
    (told,) = _of(inputs, "state_unreadable")
    assert (told.file, told.feature, told.field, told.value) == ("台账.xlsx", "#3", "夜间亮不亮", "看情况")


def test_amounts_of_the_ledger_reach_the_estates(tmp_path: Path) -> None:
    rows = (("小区编号", "小区名称", "单元数", "已装电梯单元数", "绿地面积"), ("A1", "幸福里", 12, 3, 800))
    estates = _read(tmp_path, *rows).estates
    assert estates.loc[0, ["units", "lift_units", "green_area_m2"]].tolist() == [12, 3, 800]
    assert estates.loc[1, ["units", "lift_units", "storeys", "green_area_m2"]].isna().all()


def test_nothing_is_listed_where_nobody_told_anything() -> None:
    bare = pd.DataFrame({"estate_id": ["A1"], "name": ["甲"]})
    assert read_inventory(with_sources(bare, place="a"), standard=JIANGXI).columns.tolist() == list(INVENTORY_COLUMNS)
    blank = with_sources(bare.assign(roof=pd.Series([None], dtype=object)), place="a")
    assert read_inventory(blank, standard=JIANGXI).empty


@pytest.mark.parametrize(("key", "count"), [("jiangxi_existing", 23 + 7 + 1), ("heilongjiang_2018", 27 + 5)])
def test_items_are_those_of_the_lists_that_are_counted_in_the_estate(key: str, count: int) -> None:
    items = inventory_items(load_standard(key))
    assert len(items) == count
    assert all(item.measure == "inventory" and item.category != "context" for item in items)
