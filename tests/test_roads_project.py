"""The network of a project: which file it may be, which keys fit it, and what is kept of it."""

import hashlib
from pathlib import Path

import geopandas as gpd
import pytest
from shapely import LineString, box

from data.errors import InputError
from data.inputs import Inputs
from data.load import load_project
from data.osm.inputs import LICENCE
from data.problems import blocking
from data.project import Project
from data.project_inputs import read_project_inputs
from data.standards.files import load_standard
from tests.osm_files import EAST, LOCAL_CRS, NORTH
from tests.osm_town import write_town
from tests.test_roads_graphml import BOTH, graphml

STANDARD = load_standard("jiangxi_existing")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An estate, a facility, and the network as lines, as a graph and as an extract."""
    home = gpd.GeoDataFrame({"名称": ["甲"]}, geometry=[box(EAST, NORTH, EAST + 90, NORTH + 90)], crs=LOCAL_CRS)
    home.to_file(tmp_path / "小区.gpkg")
    home.set_geometry(home.centroid).to_file(tmp_path / "设施.gpkg")
    street = LineString([(EAST, NORTH - 5), (EAST + 100, NORTH - 5)])
    gpd.GeoDataFrame({"路名": ["文昌街"]}, geometry=[street], crs=LOCAL_CRS).to_file(tmp_path / "路网.gpkg")
    (tmp_path / "路网.graphml").write_bytes(graphml(BOTH, created_date="2020-05-06 00:00:00"))
    write_town(tmp_path / "town.osm.pbf")
    return tmp_path


def project(folder: Path, **network: object) -> Project:
    tables = {"estates": {"path": "小区.gpkg"}, "facilities": [{"path": "设施.gpkg", "service": "elder_care"}]}
    return Project.model_validate({**tables, "network": network, "folder": folder, "file_name": "project.toml"})


def read(folder: Path, **network: object) -> Inputs:
    return read_project_inputs(project(folder, **network), STANDARD, stage=lambda _: None)


def test_road_lines_are_a_network_and_nothing_else(folder: Path) -> None:
    town = read(folder, path="路网.gpkg")
    assert town.walkways.edges["length_mm"].tolist() == [100_000]
    assert town.walkways.edges.crs == town.crs
    for layer in (town.buildings, town.gates, town.barriers, town.entrances, town.context):
        assert layer.empty
        assert layer.crs == town.crs
    assert town.facts == {"date": "", "licence": ""}


def test_the_file_of_the_lines_is_kept_with_its_decisions(folder: Path) -> None:
    source = read(folder, path="路网.gpkg").sources[-1]
    digest = hashlib.sha256((folder / "路网.gpkg").read_bytes()).hexdigest()
    assert (source.role, source.name, source.sha256) == ("network", "路网.gpkg", digest)
    assert source.facts == {
        "format": "GPKG", "layer": "路网", "encoding": "UTF-8", "crs": LOCAL_CRS.name, "rows": "1",
        "edges": "1",
    }  # fmt: skip


def test_a_graph_is_data_of_openstreetmap(folder: Path) -> None:
    town = read(folder, path="路网.graphml")
    assert town.facts == {"date": "2020-05-06", "licence": LICENCE}
    source = town.sources[-1]
    assert source.sha256 == hashlib.sha256((folder / "路网.graphml").read_bytes()).hexdigest()
    assert source.facts == {"format": "GraphML", "crs": LOCAL_CRS.name, "edges": "2"}
    assert town.gates.empty


def test_an_extract_is_read_as_ever(folder: Path) -> None:
    town = read(folder, path="town.osm.pbf")
    assert town.facts == {"date": "2024-04-01", "licence": LICENCE}
    assert len(town.gates) == 1


@pytest.mark.parametrize(
    ("path", "keys"),
    [
        ("town.osm.pbf", {"layer": "a", "encoding": "gbk", "coordinates": "wgs84", "fields": {}, "join_gap_m": 2}),
        ("路网.graphml", {"layer": "a", "encoding": "gbk", "join_gap_m": 2, "fields": {"name": "b"}}),
    ],
)  # fmt: skip
def test_keys_that_say_nothing_of_the_file_are_refused(folder: Path, path: str, keys: dict[str, object]) -> None:
    with pytest.raises(InputError, match="does not apply to a network such as") as caught:
        load_project(project(folder, path=path, **keys))
    assert [one.field for one in blocking(caught.value.problems)] == sorted(f"network.{key}" for key in keys)


def test_a_format_that_nobody_reads_names_those_that_are(folder: Path) -> None:
    (folder / "路网.doc").write_bytes(b"")
    with pytest.raises(InputError, match=r"\.doc is not supported.*\.osm\.pbf .*\.graphml .*\.shp .*\.dxf"):
        load_project(project(folder, path="路网.doc"))


@pytest.mark.parametrize("name", ["无.graphml", "无.dxf", "无.shp", "无.osm.pbf"])
def test_a_file_that_is_not_there_is_named(folder: Path, name: str) -> None:
    with pytest.raises(InputError, match="does not exist"):
        load_project(project(folder, path=name))


def test_faults_of_the_network_stand_beside_all_others(folder: Path) -> None:
    (folder / "路网.graphml").write_bytes(graphml(BOTH, crs=None))
    (folder / "设施.gpkg").write_bytes(b"no")
    with pytest.raises(InputError, match="has no crs attribute") as caught:
        load_project(project(folder, path="路网.graphml"))
    assert {problem.file for problem in blocking(caught.value.problems)} == {"设施.gpkg", "路网.graphml"}


def test_lines_of_which_none_is_walked_stop_the_run(folder: Path) -> None:
    street = LineString([(EAST, NORTH), (EAST + 100, NORTH)])
    gpd.GeoDataFrame({"等级": ["高速公路"]}, geometry=[street], crs=LOCAL_CRS).to_file(folder / "路网.gpkg")
    with pytest.raises(InputError, match="no way in the data that can be walked"):
        load_project(project(folder, path="路网.gpkg"))
