import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl
import pytest
import shapely
from shapely import Geometry, LineString, Point, box

from data.errors import EmptyLayerError, InputError, ProjectError
from data.inputs import Inputs
from data.load import load_project
from data.osm.inputs import LICENCE
from data.project import Project
from data.project_inputs import read_project_inputs
from data.standards.files import load_standard
from data.words import LANGUAGES
from tests.osm_files import at, square, write_osm
from tests.osm_town import write_town

STANDARD = load_standard("jiangxi_existing")
ESTATES = {"path": "小区.geojson"}
Row = tuple[Geometry, Mapping[str, object]]


def write_layer(path: Path, *rows: Row) -> None:
    """Write places, given in metres from the corner of the town, as GeoJSON in longitude and latitude."""
    features = [
        {
            "type": "Feature",
            "properties": dict(columns),
            "geometry": json.loads(shapely.to_geojson(shapely.transform(shape, _lonlat))),
        }
        for shape, columns in rows
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")


def _lonlat(xy: Sequence[Sequence[float]]) -> list[tuple[float, float]]:
    return [at(x, y) for x, y in xy]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two estates, and the extract of a town."""
    write_town(tmp_path / "town.osm.pbf")
    rows = [(box(0, 0, 100, 100), "A1", "幸福里"), (box(120, 0, 220, 100), "A2", "阳光小区")]
    write_layer(tmp_path / "小区.geojson", *((shape, {"小区编号": code, "名称": name}) for shape, code, name in rows))
    return tmp_path


def settings(folder: Path, **tables: object) -> Project:
    given = {"estates": ESTATES, "network": {"path": "town.osm.pbf"}, "folder": folder, "file_name": "project.toml"}
    return Project.model_validate({**given, **tables})


def read(folder: Path, **tables: object) -> Inputs:
    return read_project_inputs(settings(folder, **tables), STANDARD, stage=lambda _: None)


def stopped(folder: Path, **tables: object) -> list[str]:
    """Return the codes of the errors that stop reading, all of which can be told in each language."""
    with pytest.raises(InputError, match=r"没有\.osm\.pbf does not exist") as caught:
        load_project(settings(folder, **tables))
    assert all(caught.value.text(language) for language in LANGUAGES)
    return [problem.code for problem in caught.value.problems if problem.severity == "error"]


def codes(inputs: Inputs) -> list[str]:
    return [problem.code for problem in inputs.problems]


def test_estates_and_network_alone_are_enough_to_read(folder: Path) -> None:
    town = read(folder)
    assert town.estates[["estate_id", "name", "source"]].to_numpy().tolist() == [
        ["A1", "幸福里", "小区.geojson"],
        ["A2", "阳光小区", "小区.geojson"],
    ]
    assert town.estates.area.tolist() == pytest.approx([10_000, 10_000], rel=1e-3)
    assert town.facilities.empty
    assert [(one.role, one.name) for one in town.sources] == [("estates", "小区.geojson"), ("network", "town.osm.pbf")]
    assert town.facts == {"date": "2024-04-01", "licence": LICENCE}


def test_the_licence_stands_also_with_an_extract_that_says_no_date(folder: Path) -> None:
    nodes, ring = square(1, 0, 0)
    write_osm(folder / "plain.osm", nodes=nodes, ways=[(1, ring, {"highway": "residential"})])
    assert read(folder, network={"path": "plain.osm"}).facts["licence"] == LICENCE


def test_the_faults_of_all_files_are_told_at_once(folder: Path) -> None:
    (folder / "坏.geojson").write_bytes(b"no")
    (folder / "坏.xlsx").write_bytes(b"no")
    write_layer(folder / "停车.geojson", (Point(0, 0), {"名称": "车场"}))
    inputs = read(
        folder,
        estates={**ESTATES, "ledger": {"path": "坏.xlsx"}},
        facilities=[
            {"path": "坏.geojson"},
            {"path": "停车.geojson", "fields": {"capacity": "泊位"}},
            {"path": "停车.geojson", "service": "parkings"},
        ],
        boundary={"path": "没有.geojson"},
    )
    wrong = [(one.file, one.code) for one in inputs.problems if one.severity == "error"]
    assert {file for file, _ in wrong} == {"坏.xlsx", "坏.geojson", "停车.geojson", "project.toml", "没有.geojson"}
    assert inputs.facilities["name"].tolist() == ["车场"]
    assert inputs.boundary is None


def test_what_stops_reading_comes_with_all_else_that_was_wrong(folder: Path) -> None:
    (folder / "坏.geojson").write_bytes(b"no")
    broken = {"path": "坏.geojson"}
    every = stopped(folder, estates=broken, facilities=[broken], network={"path": "没有.osm.pbf"})
    assert len(every) == 3
    assert every[2] == "missing_file"
    assert stopped(folder, network={"path": "没有.osm.pbf"}) == ["missing_file", "no_facilities"]


def test_a_layer_without_any_estate_stops_reading(folder: Path) -> None:
    write_layer(folder / "点.geojson", (Point(0, 0), {"名称": "甲"}))
    with pytest.raises(InputError, match=r"点\.geojson"):
        load_project(settings(folder, estates={"path": "点.geojson"}))


@pytest.mark.parametrize(("table", "sentence"), [("estates", r"no \[estates\]"), ("network", r"no \[network\]")])
def test_a_project_without_what_it_needs_is_refused(folder: Path, table: str, sentence: str) -> None:
    with pytest.raises(ProjectError, match=sentence):
        load_project(settings(folder, **{table: None}))


def test_the_ledger_is_joined_by_its_code(folder: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["小区编号", "小区名称", "户数"], ["A2", "阳光小区", 250], ["A1", "幸福里", 300]):
        book.active.append(row)
    book.save(folder / "台账.xlsx")
    town = read(folder, estates={**ESTATES, "ledger": {"path": "台账.xlsx"}})
    assert town.estates["households"].tolist() == [300, 250]
    assert "ledger" in [one.role for one in town.sources]


def test_estates_that_share_a_code_are_an_error(folder: Path) -> None:
    shapes = [box(x, 0, x + 90, 90) for x in (0, 100, 200)]
    rows = [(shape, {"小区编号": code}) for shape, code in zip(shapes, ["A1", "A1", "A2"], strict=True)]
    write_layer(folder / "重.geojson", *rows)
    (problem,) = [one for one in read(folder, estates={"path": "重.geojson"}).problems if one.severity == "error"]
    assert (problem.code, problem.feature, problem.value) == ("estate_id_double", "A1", "2")


def test_estates_without_a_code_are_numbered(folder: Path) -> None:
    write_layer(folder / "无.geojson", *((box(x, 0, x + 90, 90), {"名称": "甲"}) for x in (0, 100)))
    assert read(folder, estates={"path": "无.geojson"}).estates["estate_id"].tolist() == ["E00001", "E00002"]


def test_a_declared_service_counts_whatever_the_name(folder: Path) -> None:
    write_layer(folder / "点.geojson", (Point(0, 0), {"名称": "第一小学"}), (Point(9, 9), {"名称": None}))
    town = read(folder, facilities=[{"path": "点.geojson", "service": "elder_care"}])
    assert town.facilities[["facility_id", "service", "source"]].to_numpy().tolist() == [
        ["F00001", "elder_care", "点.geojson"], ["F00002", "elder_care", "点.geojson"]
    ]  # fmt: skip


def test_a_declared_service_that_nobody_knows_is_refused(folder: Path) -> None:
    write_layer(folder / "点.geojson", (Point(0, 0), {"名称": "甲"}))
    layers = [{"path": "点.geojson"}, {"path": "点.geojson", "service": "养老院"}]
    (problem,) = [one for one in read(folder, facilities=layers).problems if one.severity == "error"]
    assert (problem.code, problem.field, problem.value) == ("service_undeclarable", "facilities[2].service", "养老院")
    assert "elder_care" in InputError(problem).text("zh")


def test_a_file_that_does_not_say_what_its_rows_are_is_told(folder: Path) -> None:
    write_layer(folder / "点.geojson", (Point(0, 0), {"备注": "甲"}))
    (problem,) = [one for one in read(folder, facilities=[{"path": "点.geojson"}]).problems if one.severity == "error"]
    assert (problem.code, problem.file, problem.facts["allowed"]) == ("facility_no_kind", "点.geojson", "备注")


def test_facilities_are_told_by_words_and_the_rest_is_named(folder: Path) -> None:
    rows = [("养老、助餐", "甲"), ("菜市场", "乙"), ("理发", "丙"), ("理发", None)]
    write_layer(folder / "点.geojson", *((Point(0, 0), {"类型": kind, "名称": name}) for kind, name in rows))
    town = read(folder, facilities=[{"path": "点.geojson"}])
    services = town.facilities.groupby("name")["service"].agg(list).to_dict()
    assert len(services["甲"]) == 2
    assert len(services["乙"]) == 1
    (told,) = [one for one in town.problems if one.code == "facility_unclassified"]
    assert (told.value, told.facts) == ("理发", {"count": 2, "names": "丙"})


def test_identifiers_stay_unique_over_several_files(folder: Path) -> None:
    for name in ("一", "二"):
        write_layer(folder / f"{name}.geojson", (Point(0, 0), {"设施编号": "X", "名称": name}))
    paths = [{"path": f"{name}.geojson", "service": "elder_care"} for name in ("一", "二")]
    town = read(folder, facilities=paths)
    assert town.facilities["name"].tolist() == ["一", "二"]
    assert town.facilities["facility_id"].is_unique


def test_identifiers_that_files_bring_are_not_handed_out_again(folder: Path) -> None:
    rows = [(Point(500 * n, 0), {"设施编号": own, "名称": f"{n}号"}) for n, own in enumerate([None, "F00001", None])]
    write_layer(folder / "点.geojson", *rows)
    town = read(folder, facilities=[{"path": "点.geojson", "service": "养老服务设施"}])
    assert town.facilities[["facility_id", "service"]].to_numpy().tolist() == [
        ["F00002", "elder_care"], ["F00001", "elder_care"], ["F00003", "elder_care"]
    ]  # fmt: skip


def test_gates_take_their_state_from_what_is_written(folder: Path) -> None:
    said = ["常开", None, "已封闭", "刷卡进出", "locked", "业主专用", "晚上关闭"]
    write_layer(folder / "门.geojson", *((Point(i, 0), {"状态": word}) for i, word in enumerate(said)))
    gates = read(folder, gates=[{"path": "门.geojson"}]).gates
    # The last one is that of the extract.
    assert gates["state"].tolist() == ["open", "open", "closed", "residents", "closed", "residents", "closed", "open"]
    assert gates["osm_id"].tolist() == [-1] * 7 + [31]
    assert gates["gate_id"].is_unique


def test_barriers_are_of_the_kind_that_their_words_tell(folder: Path) -> None:
    rows = [("围墙", None), (None, "北门铁路"), ("篱笆", "甲")]
    line = LineString([(0, 0), (9, 0)])
    write_layer(folder / "阻隔.geojson", *((line, {"类型": kind, "名称": name}) for kind, name in rows))
    town = read(folder, barriers=[{"path": "阻隔.geojson"}])
    assert town.barriers["kind"].tolist() == ["wall", "railway"]
    assert sorted(town.barriers["barrier_id"]) == ["B00001", "B00002"]
    assert [code for code in codes(town) if not code.startswith("crs_")] == ["barriers_unclassified"]


def test_sites_know_whether_they_may_tie_estates(folder: Path) -> None:
    rows = [("老旧厂房", 900.5), ("闲置用房", None)]
    square_ = box(300, 0, 340, 40)
    write_layer(folder / "资源.geojson", *((square_, {"类型": kind, "面积": area}) for kind, area in rows))
    sites = read(folder, sites=[{"path": "资源.geojson"}]).sites
    assert sites["kind"].tolist() == ["factory", "idle_room"]
    assert sites["links"].dtype == bool
    assert sites["area_m2"].tolist() == pytest.approx([900.5, float("nan")], nan_ok=True)


def test_the_planning_area_is_one_polygon(folder: Path) -> None:
    write_layer(folder / "界.geojson", (box(0, 0, 200, 100), {}), (box(200, 0, 400, 100), {}))
    town = read(folder, boundary={"path": "界.geojson"})
    assert town.boundary is not None
    assert town.boundary.area == pytest.approx(40_000, rel=1e-3)
    assert town.sources[-1].role == "boundary"


def test_an_empty_layer_of_estates_says_so(folder: Path) -> None:
    write_layer(folder / "空.geojson")
    with pytest.raises(EmptyLayerError, match=r"空\.geojson"):
        load_project(settings(folder, estates={"path": "空.geojson"}))


def test_a_layer_of_exclusions_is_laid_over_the_estates(folder: Path) -> None:
    write_layer(folder / "征收.geojson", (box(-10, -10, 70, 110), {}), (box(210, 0, 300, 100), {}))
    town = read(folder, exclusions=[{"path": "征收.geojson", "reason": "expropriation"}])
    assert town.estates[["excluded", "excluded_by"]].to_numpy().tolist() == [
        ["expropriation", "征收.geojson 70%"], [None, None]
    ]  # fmt: skip
    assert [code for code in codes(town) if code.startswith("exclusion")] == ["exclusion_applied", "exclusion_partial"]
    assert "exclusions" in [one.role for one in town.sources]


def test_a_layer_of_exclusions_that_cannot_be_read_is_an_error_beside_all_others(folder: Path) -> None:
    (folder / "征收.geojson").write_text("no layer", encoding="utf-8")
    found = stopped(
        folder,
        exclusions=[{"path": "征收.geojson", "reason": "shantytown"}],
        network={"path": "没有.osm.pbf"},
    )
    assert sorted(found) == ["file_broken", "missing_file", "no_facilities"]
    town = read(folder, exclusions=[{"path": "征收.geojson", "reason": "shantytown"}])
    assert [one.file for one in town.problems if one.severity == "error"] == ["征收.geojson"]


def test_the_ledger_tells_what_was_done_and_funded_before(folder: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ("小区编号", "小区名称", "危房等级", "改造情况", "已改造内容", "是否享受过中央补助", "已享受补助项目"),
        ("A1", "幸福里", "C级", "部分改造", "屋面、路灯", "是", "屋面"),
        ("A2", "阳光小区", "D级", "未改造", "", "否", ""),
    ):
        sheet.append(row)
    book.save(folder / "台账.xlsx")
    town = read(folder, estates={**ESTATES, "ledger": {"path": "台账.xlsx"}})
    columns = ["excluded", "renovation", "subsidised", "done_items", "funded_items"]
    assert town.estates[columns].to_numpy().tolist() == [
        [None, "part", "yes", "lighting;roof", "roof"],
        ["dangerous_d", "none", "no", None, None],
    ]
    assert [one.code for one in town.problems if one.severity == "warning"] == ["crs_open_few"]
