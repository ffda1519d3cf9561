"""Cases of facilities from several sources, from the files of the cases to the layers."""

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from data.inputs import Inputs
from data.load import load_project
from data.project import Project
from tests.osm_files import write_osm
from tests.shared_cases import case

EAST, NORTH = 115.89, 28.68


def square(west: float, south: float, size: float) -> dict[str, Any]:
    east, north = west + size, south + size
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


def write(path: Path, *features: tuple[dict[str, Any], dict[str, Any]]) -> None:
    rows = [{"type": "Feature", "properties": said, "geometry": shape} for shape, said in features]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}), encoding="utf-8")


def load(folder: Path, *facilities: dict[str, Any], **tables: Any) -> Inputs:  # noqa: ANN401
    """Load a project of one estate and one street, and the facilities."""
    write(folder / "小区.geojson", (square(EAST, NORTH, 0.002), {"小区编号": "A1", "名称": "和平里"}))
    street = {"type": "LineString", "coordinates": [[EAST - 0.01, NORTH - 0.0002], [EAST + 0.01, NORTH - 0.0002]]}
    write(folder / "路.geojson", (street, {"道路名称": "和平路"}))
    return load_project(
        Project.model_validate(
            {
                "estates": {"path": "小区.geojson"},
                "network": {"path": "路.geojson"},
                "facilities": list(facilities),
                "folder": folder,
                "file_name": "project.toml",
                **tables,
            }
        )
    )


def told(inputs: Inputs, code: str) -> list[str]:
    return [f"{one.feature} {one.value}" for one in inputs.problems if one.code == code]


def test_one_place_of_three_sources_counts_once(tmp_path: Path) -> None:
    source, expected = case("36-poi-duplicates-multi-source")
    shutil.copy(source / "poi.csv", tmp_path / "poi.csv")
    inputs = load(tmp_path, {"path": "poi.csv", "coordinates": "wgs84"})
    found = inputs.facilities.set_index("facility_id")
    rows = pd.read_csv(source / "poi.csv", encoding="utf-8-sig", dtype={"poi_id": str}).set_index("poi_id")
    groups = [[str(one) for one in group] for group in expected["groups_poi_id"]]
    of_none = [one for one in rows.index if "老年大学" in rows["名称"][one]]
    for group in groups:
        kept = [one for one in group if one in found.index]
        assert len(kept) == (0 if group[0] in of_none else 1)
        for one in kept:
            assert {f"poi.csv:{rows['来源'][row]}" for row in group} == set(found["source"][one].split("; "))
    # A university for the elderly is a place of its own, and none of the services that are asked about.
    assert len(found) + len(of_none) == expected["distinct"]
    capacity = {group[0]: found["capacity"][one] for group in groups for one in group if one in found.index}
    assert {key: capacity[key] for key in expected["capacity"]} == expected["capacity"]
    assert len(told(inputs, "facility_merged")) == sum(len(group) > 1 for group in groups)


CSV = "名称,经度,纬度,类型,来源,床位,状态\n"


def rows(folder: Path, name: str, *lines: str) -> dict[str, Any]:
    """Write a table of places; the position of each is given in metres east of the estate's corner."""
    made = []
    for line in lines:
        title, metres, rest = line.split(",", 2)
        made.append(f"{title},{EAST + float(metres) / 97_700:.7f},{NORTH},{rest}")
    (folder / name).write_text(CSV + "\n".join(made) + "\n", encoding="utf-8")
    return {"path": name, "coordinates": "wgs84"}


@pytest.mark.parametrize(
    ("first", "second", "count"),
    [
        ("小太阳幼儿园,0", "南昌市东湖区小太阳幼儿园有限公司,60", 1),
        ("小太阳幼儿园,0", "小太阳幼儿园（总园）,30", 1),
        ("小太阳幼儿园,0", "小太阳幼儿园(分园),30", 2),
        ("小太阳幼儿园(一部),0", "小太阳幼儿园(二部),30", 2),
        ("小太阳幼儿园一部,0", "小太阳幼儿园(一部),30", 1),
        ("第一幼儿园,0", "第二幼儿园,10", 2),
        ("市第一幼儿园,0", "南昌市第1幼儿园,40", 1),
        ("小太阳幼儿园,0", "大太阳幼儿园,10", 2),
        ("小太阳幼儿园,0", "红旗幼儿园,1", 2),
        ("小太阳幼儿园,0", "小太阳幼儿园,190", 2),
        ("小太阳幼儿园(东校区),0", "小太阳幼儿园(西校区),20", 2),
        ("小太阳幼儿园(红谷滩分园),0", "小太阳幼儿园(朝阳分园),20", 2),
        ("小太阳幼儿园,0", "小太陽幼儿园,20", 2),
        ("小太阳幼儿园,0", "ＸＸ市小太阳幼儿园,20", 1),
        ("奇思萌幼儿园,0", "奇思萌幼儿园 - Qisimeng Kindergarten,20", 1),
    ],
)
def test_kindergartens_of_two_lists(tmp_path: Path, first: str, second: str, count: int) -> None:
    lists = [rows(tmp_path, f"{name}.csv", f"{line},幼儿园,,,") for name, line in (("甲", first), ("乙", second))]
    assert len(load(tmp_path, *lists).facilities) == count


@pytest.mark.parametrize(
    ("first", "second", "count"),
    [
        ("美宜佳便利店,0", "美宜佳(和平路店),30", 1),
        ("美宜佳便利店,0", "美宜佳便利店,120", 2),
        ("美宜佳(和平路店),0", "美宜佳(解放路店),20", 2),
        ("美宜佳便利店和平路店,0", "美宜佳(和平路店),20", 1),
        ("美宜佳一店,0", "美宜佳二店,20", 2),
        ("美宜佳,0", "天福,1", 2),
        ("红旗超市,0", "阳光超市,5", 2),
        ("便利店,0", "便利店,40", 2),
        ("便利店,0", "美宜佳便利店,5", 1),
        ("南京东路便利店,0", "南京西路便利店,5", 2),
    ],
)
def test_shops_of_two_lists(tmp_path: Path, first: str, second: str, count: int) -> None:
    lists = [rows(tmp_path, f"{name}.csv", f"{line},便利店,,,") for name, line in (("甲", first), ("乙", second))]
    assert len(load(tmp_path, *lists).facilities) == count


def test_a_chain_of_likes_does_not_grow(tmp_path: Path) -> None:
    lists = [rows(tmp_path, f"{metres}.csv", f"小太阳幼儿园,{metres},幼儿园,,,") for metres in (0, 80, 160, 240)]
    inputs = load(tmp_path, *lists)
    assert len(inputs.facilities) == 2
    assert told(inputs, "facility_doubtful")


def test_sizes_that_contradict_each_other_are_told_and_the_office_is_believed(tmp_path: Path) -> None:
    lists = [
        rows(tmp_path, "poi.csv", "夕阳红养老院,0,养老,高德,45,"),
        rows(tmp_path, "名录.csv", "夕阳红养老院,20,养老,民政局,60,"),
    ]
    inputs = load(tmp_path, *lists)
    assert inputs.facilities[["capacity", "source"]].to_numpy().tolist() == [[60.0, "名录.csv:民政局; poi.csv:高德"]]
    (problem,) = [one for one in inputs.problems if one.code == "facility_sizes_unlike"]
    assert (problem.severity, problem.field, problem.facts["taken"]) == ("warning", "capacity", "60")
    assert problem.facts["said"] == "60 (名录.csv #2), 45 (poi.csv #2)"


def test_what_is_closed_or_planned_serves_nobody(tmp_path: Path) -> None:
    lines = [
        "夕阳红养老院,0,养老,,40,营业",
        "松鹤养老院（暂停营业）,200,养老,,30,",
        "规划养老院,400,养老,,90,",
        "康寿养老院,600,养老,,20,筹建中",
        "福寿养老院,800,养老,,20,已关闭",
        "长乐养老院,1000,养老,,20,也许",
    ]
    inputs = load(tmp_path, rows(tmp_path, "养老.csv", *lines))
    assert inputs.facilities["name"].tolist() == ["夕阳红养老院", "长乐养老院"]
    assert inputs.facilities_aside[["name", "status", "capacity"]].to_numpy().tolist() == [
        ["松鹤养老院（暂停营业）", "closed", 30.0],
        ["规划养老院", "planned", 90.0],
        ["康寿养老院", "planned", 20.0],
        ["福寿养老院", "closed", 20.0],
    ]
    assert told(inputs, "not_open_closed") == [" 2"]
    assert told(inputs, "facility_status_unclear") == [" 也许"]


def test_a_place_that_one_source_knows_to_be_closed_is_closed(tmp_path: Path) -> None:
    lists = [
        rows(tmp_path, "poi.csv", "夕阳红养老院,0,养老,高德,,", "美好养老院,900,养老,高德,,"),
        rows(tmp_path, "名录.csv", "夕阳红养老院,20,养老,民政局,60,已停业", "美好养老院(在建),900,养老,民政局,80,"),
    ]
    inputs = load(tmp_path, *lists)
    assert inputs.facilities_aside[["name", "status"]].to_numpy().tolist() == [
        ["夕阳红养老院", "closed"],
        ["美好养老院(在建)", "planned"],
    ]
    assert len(told(inputs, "facility_states_unlike")) == 1
    # A place to come is no place that is there.
    assert inputs.facilities["name"].tolist() == ["美好养老院"]
    assert len(told(inputs, "facility_doubtful")) == 1


def test_the_planner_decides(tmp_path: Path) -> None:
    lists = [
        rows(tmp_path, "甲.csv", "小太阳幼儿园,0,幼儿园,,,", "红旗幼儿园,500,幼儿园,,,"),
        rows(tmp_path, "乙.csv", "小太阳幼儿园,20,幼儿园,,,", "东方红幼儿园,800,幼儿园,,,"),
    ]
    assert load(tmp_path, *lists).facilities["facility_id"].tolist() == ["F00001", "F00002", "F00003"]
    decided = {"apart": [["F00001", "F00004"]], "same": [["红旗幼儿园", "东方红幼儿园"]]}
    inputs = load(tmp_path, *lists, facilities_merge=decided)
    assert inputs.facilities["facility_id"].tolist() == ["F00001", "F00003", "F00004"]
    assert told(inputs, "facility_doubtful") == []
    assert len(load(tmp_path, *lists, facilities_merge={"enabled": False}).facilities) == 4
    narrow = {"distance_m": {"kindergarten": 10}}
    assert len(load(tmp_path, *lists, facilities_merge=narrow).facilities) == 4


def test_an_extract_may_be_one_of_the_sources(tmp_path: Path) -> None:
    nodes = [(1, EAST, NORTH), (2, EAST + 0.0004, NORTH), (3, EAST + 0.0004, NORTH + 0.0004), (4, EAST, NORTH + 0.0004)]
    ways = [(1, [1, 2, 3, 4, 1], {"amenity": "kindergarten", "name": "小太阳幼儿园"})]
    write_osm(tmp_path / "town.osm.pbf", nodes=nodes, ways=ways)
    listed = rows(tmp_path, "教育局名录.csv", "东湖区小太阳幼儿园,60,幼儿园,,180,", "红旗幼儿园,400,幼儿园,,,")
    inputs = load(tmp_path, {"path": "town.osm.pbf"}, listed)
    assert inputs.facilities[["name", "capacity", "source"]].fillna(0).to_numpy().tolist() == [
        ["东湖区小太阳幼儿园", 180.0, "教育局名录.csv; town.osm.pbf"],
        ["红旗幼儿园", 0, "教育局名录.csv"],
    ]
    assert inputs.facilities.geom_type.tolist() == ["Polygon", "Point"]
