"""A project file drafted from a folder: accepted by check, and as good as one by hand where the guesses are right."""

import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, box

import lianpian
from data.checking import check_project
from data.errors import ProjectError
from data.folder.draft import Draft, draft_project
from data.folder.files import folder_rules
from data.folder.project_text import count_doubts
from data.problems import blocking
from data.words import LANGUAGES, Language, words
from tests.osm_files import EAST, LOCAL_CRS, NORTH
from tests.osm_town import write_town
from tests.shared_cases import case
from tests.spoiled import TOWN, copy_town

ZH = words("zh")


def draft(folder: Path, *, language: Language = "zh", target: Path | None = None) -> Draft:
    return draft_project(folder, say=words(language), target=target)


def tables(folder: Path, *, target: Path | None = None) -> dict[str, Any]:
    return tomllib.loads(draft(folder, target=target).path.read_text("utf-8"))


def write(folder: Path, name: str, shapes: list[Any], **columns: list[Any]) -> None:
    frame = gpd.GeoDataFrame(columns, geometry=shapes, crs=LOCAL_CRS)
    frame.to_file(folder / name, **({"encoding": "gbk"} if name.endswith(".shp") else {}))


def square(x: float, y: float, side: float = 90) -> Any:  # noqa: ANN401 - a shape
    return box(EAST + x, NORTH + y, EAST + x + side, NORTH + y + side)


def write_estates(folder: Path, name: str = "小区.gpkg", *, codes: tuple[str, ...] = ("A1", "A2", "A3")) -> None:
    names = ["幸福里", "阳光小区", "机床厂宿舍"][: len(codes)]
    shapes = [square(100 * i, 0) for i in range(len(codes))]
    write(folder, name, shapes, 小区编号=list(codes), 小区名称=names)


def write_ledger(folder: Path, name: str, *rows: tuple[str, str, int]) -> None:
    book = openpyxl.Workbook()
    for row in (("小区编号", "小区名称", "户数"), *rows):
        book.active.append(row)
    book.save(folder / name)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a layer for each role."""
    write_estates(tmp_path)
    write_ledger(tmp_path, "摸底台账.xlsx", ("A1", "幸福里", 10), ("A2", "阳光小区", 20), ("A3", "机床厂宿舍", 30))
    (tmp_path / "设施").mkdir()
    spots = [Point(EAST + 50 * i, NORTH + 120) for i in range(3)]
    write(tmp_path / "设施", "养老设施.shp", spots, 名称=["甲", "乙", "丙"])
    poi = pd.DataFrame(
        {
            "名称": ["红星幼儿园", "便民菜市场"],
            "类型": ["幼儿园", "菜市场"],
            "经度": [117.0, 117.001],
            "纬度": [28.47] * 2,
        }
    )
    poi.to_csv(tmp_path / "设施" / "poi.csv", index=False, encoding="gb18030")
    write(tmp_path, "闲置资源.gpkg", [square(0, 200)], 名称=["旧厂房"], 类型=["老旧厂房"])
    write(tmp_path, "小区出入口.gpkg", spots[:1], 名称=["东门"], 状态=["关闭"])
    line = LineString([(EAST, NORTH - 50), (EAST + 400, NORTH - 50)])
    write(tmp_path, "河道.gpkg", [line], 名称=["清江"])
    write(tmp_path, "道路中心线.gpkg", [line, LineString([(EAST, NORTH - 50), (EAST, NORTH + 400)])], 路名=["一", "二"])
    write(tmp_path, "规划范围.gpkg", [square(-100, -100, 900)], 名称=["示范片"])
    write(tmp_path, "现状建筑.gpkg", [square(5, 5, 9)], 层数=[6])
    (tmp_path / "~$摸底台账.xlsx").write_bytes(b"lock")
    (tmp_path / "dem.tif").write_bytes(b"II*\x00")
    (tmp_path / "情景一.toml").write_text('name = "a"\n[[edits]]\naction = "open_gate"\n', encoding="utf-8")
    return tmp_path


def test_each_layer_gets_its_role(folder: Path) -> None:
    read = tables(folder)
    assert read["estates"] == {"path": "小区.gpkg", "ledger": {"path": "摸底台账.xlsx", "key": "小区编号"}}
    assert read["facilities"] == [{"path": "设施/poi.csv"}, {"path": "设施/养老设施.shp", "service": "elder_care"}]
    single = {name: read[name] for name in ("network", "boundary")}
    assert single == {"network": {"path": "道路中心线.gpkg"}, "boundary": {"path": "规划范围.gpkg"}}
    several = {name: [table["path"] for table in read[name]] for name in ("sites", "gates", "barriers")}
    assert several == {"sites": ["闲置资源.gpkg"], "gates": ["小区出入口.gpkg"], "barriers": ["河道.gpkg"]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_evidence_and_doubts_stand_as_comments(folder: Path, language: Language) -> None:
    made = draft(folder, language=language)
    text, say = made.path.read_text("utf-8"), words(language)
    comments = "\n".join(line for line in text.splitlines() if line.startswith("#"))
    for told in (
        "GB18030",
        "EPSG:4548",
        "户数",
        "幸福里",
        "dem.tif",
        "情景一.toml",
        "现状建筑.gpkg",
        "~$摸底台账.xlsx",
    ):
        assert told in comments
    assert f"# ?? {say('init.date')}" in text
    assert say("init.buildings") in comments
    assert '# coordinates = "gcj02"' in text
    assert made.doubts == count_doubts(text) >= 4
    assert re.search(r"[\u4e00-\u9fff]", say("init.drafted")) is not None or language == "en"


def test_check_accepts_the_draft(folder: Path) -> None:
    report, inputs = check_project(draft(folder).path)
    assert [problem.code for problem in blocking(report.problems)] == []
    assert inputs is not None
    assert (len(inputs.estates), report.ledger.joined if report.ledger else 0) == (3, 3)


def test_a_draft_elsewhere_names_its_files_from_there(folder: Path) -> None:
    target = folder / "规划 一" / "项目.toml"
    read = tables(folder, target=target)
    assert read["estates"]["path"] == "../小区.gpkg"
    assert blocking(check_project(target)[0].problems) == ()


def test_a_file_that_is_there_is_not_touched(folder: Path) -> None:
    (folder / "project.toml").write_text("# mine", encoding="utf-8")
    with pytest.raises(ProjectError, match=r"project\.toml is there already\. Nothing was changed"):
        draft(folder)
    assert (folder / "project.toml").read_text("utf-8") == "# mine"


@pytest.mark.parametrize("name", ["没有", "小区.gpkg"])
def test_a_folder_that_is_none_is_told(folder: Path, name: str) -> None:
    with pytest.raises(ProjectError, match=f"There is no folder .*{re.escape(name)}"):
        draft(folder / name)


def test_a_folder_with_nothing_of_use_is_told_with_what_is_broken(tmp_path: Path) -> None:
    (tmp_path / "说明.txt").write_text("无", encoding="utf-8")
    (tmp_path / "坏.gpkg").write_bytes(b"no")
    with pytest.raises(ProjectError, match="Nothing in the folder can be used") as caught:
        draft(tmp_path)
    assert {problem.code for problem in caught.value.problems} >= {"init_nothing", "file_broken"}
    assert not (tmp_path / "project.toml").exists()


def test_of_two_ledgers_the_one_that_fits_is_chosen_and_the_other_kept_in_mind(tmp_path: Path) -> None:
    write_estates(tmp_path)
    write_ledger(tmp_path, "a台账.xlsx", ("X1", "别处小区", 1), ("X2", "他乡里", 2))
    write_ledger(tmp_path, "b台账.xlsx", ("A1", "幸福里", 10), ("A2", "阳光小区", 20), ("A3", "机床厂宿舍", 30))
    made = draft(tmp_path)
    text = made.path.read_text("utf-8")
    assert tomllib.loads(text)["estates"]["ledger"]["path"] == "b台账.xlsx"
    assert '# ledger = { path = "a台账.xlsx" }' in text
    assert ZH("init.fit", estates=3, joined=3, by_code=3, rows=3) in text


def test_of_two_layers_of_estates_one_is_chosen_and_the_other_commented_out(tmp_path: Path) -> None:
    write_estates(tmp_path, "小区.gpkg")
    write_estates(tmp_path, "小区2024.gpkg", codes=("A1", "A2"))
    text = draft(tmp_path).path.read_text("utf-8")
    assert tomllib.loads(text)["estates"]["path"] == "小区.gpkg"
    assert '# path = "小区2024.gpkg"' in text


def test_corners_of_estates_are_outlines(tmp_path: Path) -> None:
    rows = ["小区名称,点号,X坐标,Y坐标"]
    for number, name in enumerate(("幸福里", "阳光小区")):
        for corner, (x, y) in enumerate([(0, 0), (90, 0), (90, 90), (0, 90)], 1):
            rows.append(f"{name},J{corner},{EAST + 100 * number + x:.3f},{NORTH + y:.3f}")
    (tmp_path / "界址点.csv").write_bytes("\n".join(rows).encode("gbk"))
    made = draft(tmp_path)
    assert tomllib.loads(made.path.read_text("utf-8"))["estates"] == {"path": "界址点.csv"}
    (estates,) = made.guess.chosen["estates"]
    assert (estates.look.kind, estates.look.count) == ("area", 2)


def test_of_large_files_the_beginning_is_looked_at(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = tables(folder, target=folder / "a.toml")
    monkeypatch.setitem(folder_rules()["limits"], "head_mb", 0)
    made = draft(folder, target=folder / "b.toml")
    text = made.path.read_text("utf-8")
    read = tomllib.loads(text)
    del whole["estates"]["ledger"]["key"]
    assert read == whole
    assert ZH("init.head_only") in text
    assert "甲、乙、丙" in text


def test_a_json_file_that_is_no_layer_is_passed_by(tmp_path: Path) -> None:
    write_estates(tmp_path)
    (tmp_path / "设置.json").write_text('{"a": 1}', encoding="utf-8")
    (tmp_path / "坏.geojson").write_text("{", encoding="utf-8")
    guess = draft(tmp_path).guess
    assert {problem.file for problem in guess.broken} == {"坏.geojson"}
    assert [one.name for one in guess.passed] == ["设置.json"]


def test_layers_of_one_database_are_named(tmp_path: Path) -> None:
    write(tmp_path, "库.gpkg", [square(0, 0)], 小区名称=["幸福里"], 户数=[5])
    (tmp_path / "库.gpkg").unlink()
    spots = [Point(EAST, NORTH)]
    for layer, shapes, columns in (
        ("小区", [square(0, 0)], {"小区名称": ["幸福里"], "户数": [5]}),
        ("设施点", spots, {"名称": ["第一幼儿园"], "类型": ["幼儿园"]}),
    ):
        gpd.GeoDataFrame(columns, geometry=shapes, crs=LOCAL_CRS).to_file(tmp_path / "库.gpkg", layer=layer)
    read = tables(tmp_path)
    assert read["estates"] == {"path": "库.gpkg", "layer": "小区"}
    assert read["facilities"] == [{"path": "库.gpkg", "layer": "设施点"}]


def test_an_extract_alone_is_all_there_is(tmp_path: Path) -> None:
    write_town(tmp_path / "town.osm.pbf")
    made = draft(tmp_path)
    assert tomllib.loads(made.path.read_text("utf-8"))["osm"] == "town.osm.pbf"
    assert blocking(check_project(made.path)[0].problems) == ()


def test_facilities_of_an_extract_are_used_where_there_are_no_others(tmp_path: Path) -> None:
    write_town(tmp_path / "town.osm.pbf")
    write_estates(tmp_path)
    read = tables(tmp_path)
    assert read["facilities"] == [{"path": "town.osm.pbf"}]
    assert read["network"] == {"path": "town.osm.pbf"}


def test_what_is_missing_is_asked_for(tmp_path: Path) -> None:
    write_estates(tmp_path)
    text = draft(tmp_path).path.read_text("utf-8")
    assert f"# ?? {ZH('init.missing_facilities')}" in text
    assert f"# ?? {ZH('init.missing_network')}" in text
    assert set(tomllib.loads(text)) == {"project", "estates"}


def test_the_same_folder_gives_the_same_bytes(folder: Path) -> None:
    first = draft(folder, target=folder / "a.toml").path.read_bytes()
    (folder / "a.toml").unlink()
    assert draft(folder, target=folder / "a.toml").path.read_bytes() == first


NAMES = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"], exclude_characters="/\\"), min_size=1, max_size=8)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(name=NAMES)
def test_any_name_of_a_file_comes_back(tmp_path: Path, name: str) -> None:
    stem = f"小区{name}"
    folder = tmp_path / str(abs(hash(name)))
    folder.mkdir(exist_ok=True)
    write_estates(folder, f"{stem}.geojson")
    read = tables(folder)
    assert read["estates"]["path"] == f"{stem}.geojson"
    shutil.rmtree(folder)


def test_the_sample_town_is_planned_as_by_its_own_project(tmp_path: Path) -> None:
    copy_town(tmp_path, without=("project.toml",))
    made = draft(tmp_path)
    text = made.path.read_text("utf-8")
    read = tomllib.loads(text)
    shipped = tomllib.loads((TOWN / "project.toml").read_text("utf-8"))
    assert read["estates"] == shipped["estates"]
    assert read["network"] == shipped["network"]
    assert read["sites"] == shipped["sites"]
    assert read["facilities"][0]["fields"] == shipped["facilities"][0]["fields"]
    # The doubts answered, as the comments ask for.
    answered = text.replace("# date = 2026-06-30", "date = 2026-06-30", 1)
    answered = answered.replace('# coordinates = "gcj02"', 'coordinates = "gcj02"', 1)
    made.path.write_text(answered, encoding="utf-8")
    plans = [lianpian.plan(lianpian.load(path)) for path in (made.path, TOWN / "project.toml")]
    for name in ("estates", "facilities"):
        one, other = (getattr(plan.inputs, name).drop(columns="geometry") for plan in plans)
        pd.testing.assert_frame_equal(one, other)
    columns = ["estate_id", "service", "state", "walk_minutes", "facility_id"]
    pd.testing.assert_frame_equal(plans[0].gaps[columns], plans[1].gaps[columns])


CASES = {
    "26-isolated-component-snap": {"estates", "facilities", "gates", "network"},
    "27-walled-estate-single-gate": {"estates", "facilities", "gates", "network"},
    "31-bridge-no-junction": {"estates", "facilities", "gates", "network"},
    "35-projected-graphml-lonlat-points": {"estates", "facilities", "gates", "network"},
    "25-mixed-crs-layers": {"estates", "facilities", "network"},
    "19-overlaps-slivers-duplicate": {"estates", "facilities"},
    "17-name-join-phases-brackets": {"estates"},
    "08-gcj02-bd09-poi": {"estates", "facilities"},
    "13-dxf-closed-polyline-gbk": {"estates", "network"},
    "12-kml-folders-z": {"estates"},
    "06-xy-swapped-survey": {"estates"},
    "44-shp-missing-sidecars": {"estates"},
}


@pytest.mark.parametrize("name", CASES)
def test_folders_of_institutes_are_guessed(tmp_path: Path, name: str) -> None:
    given_, _ = case(name)
    shutil.copytree(given_, tmp_path / "数据")
    read = tables(tmp_path / "数据")
    assert set(read) - {"project"} == CASES[name]
    report, _ = check_project(tmp_path / "数据" / "project.toml")
    codes = {problem.code for problem in blocking(report.problems)}
    assert not {code for code in codes if code.startswith("project_") and code != "project_missing_table"}


def test_a_ledger_beside_the_estates_is_joined(tmp_path: Path) -> None:
    given_, _ = case("17-name-join-phases-brackets")
    shutil.copytree(given_, tmp_path, dirs_exist_ok=True)
    assert tables(tmp_path)["estates"]["ledger"]["path"] == "ledger.csv"
