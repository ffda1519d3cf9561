"""Coordinate systems of whole projects: what the streets and the other layers say of each layer."""

import shutil
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import data.samples
from data.coordinates.gcj02 import Floats
from data.coordinates.street_test import unsettled
from data.errors import InputError
from data.files.vectors import read_vector
from data.inputs import GIVEN_GATE, Inputs
from data.problems import Problem, blocking
from data.project import Project
from data.project_file import read_project
from data.project_inputs import read_project_inputs
from data.standards.files import load_standard
from data.words import LANGUAGES, words

TOWN = Path(data.samples.__file__).parent / "town"
STANDARD = load_standard("jiangxi_existing")
POI, ESTATES, NETWORK = "设施POI.csv", "小区.shp", "路网.osm.pbf"
METRIC = 4548


@pytest.fixture(scope="module")
def truth() -> Inputs:
    return read_project_inputs(read_project(TOWN / "project.toml"), STANDARD, stage=lambda _: None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (POI, NETWORK):
        shutil.copyfile(TOWN / name, tmp_path / name)
    return tmp_path


def read(folder: Path, **tables: object) -> Inputs:
    usual = {"estates": {"path": str(TOWN / ESTATES)}, "facilities": [{"path": POI, "coordinates": "gcj02"}],
             "network": {"path": NETWORK}}  # fmt: skip
    given = {**usual, **tables, "folder": folder, "file_name": "project.toml"}
    town = read_project_inputs(Project.model_validate(given), STANDARD, stage=lambda _: None)
    if blocking(town.problems):
        raise InputError(*town.problems)
    return town


def shifted(system: str) -> Callable[[Floats], Floats]:
    return lambda lonlat: unsettled(lonlat, system=system)


def estates(folder: Path, move: Callable[[Floats], Floats], *, degrees: bool = True, stated: int | None) -> str:
    """Write the estates of the town with their numbers changed."""
    frame, _, _ = read_vector(TOWN / ESTATES)
    frame = frame.to_crs(4490) if degrees else frame
    moved = shapely.transform(frame.geometry.to_numpy(), move)
    names = frame[[frame.columns[0]]].set_axis(["小区编号"], axis=1)
    return save(gpd.GeoDataFrame(names, geometry=moved), folder / "新.shp", stated=stated)


def save(frame: gpd.GeoDataFrame, path: Path, *, stated: int | None) -> str:
    """Write a shapefile, without a .prj where nothing is to be stated."""
    frame.set_crs(stated or METRIC, allow_override=True).to_file(path, encoding="gbk")
    if stated is None:
        path.with_suffix(".prj").unlink()
    return path.name


def told(inputs: Inputs, file: str) -> dict[str, Problem]:
    return {problem.code: problem for problem in inputs.problems if problem.file == file}


def off_m(one: gpd.GeoDataFrame, other: gpd.GeoDataFrame) -> float:
    return float(one.centroid.distance(other.centroid, align=False).max())


def test_a_table_of_a_web_map_that_says_nothing_is_converted_on_clear_evidence(folder: Path, truth: Inputs) -> None:
    town = read(folder, facilities=[{"path": POI}])
    assert off_m(town.facilities, truth.facilities) < 0.001
    found = told(town, POI)["crs_shift_found"]
    assert found.severity == "warning"
    for language in LANGUAGES:
        line = found.line(words(language))
        assert all(name in line for name in ("WGS-84 ", "GCJ-02 ", "BD-09 ", "207", "2.44", "608"))
    facts = next(source.facts for source in town.sources if source.name == POI)
    assert facts["streets_clear"] == "gcj02"
    assert "GCJ-02 10.0 m" in facts["streets_medians"]


@pytest.mark.parametrize("declared", ["wgs84", "bd09", "EPSG:4490"])
def test_a_declaration_that_the_streets_contradict_is_kept_and_told(folder: Path, declared: str) -> None:
    town = read(folder, facilities=[{"path": POI, "coordinates": declared}])
    assert told(town, POI)["crs_streets_contradict"].facts["declare"] == "gcj02"
    assert "crs_shift_found" not in told(town, POI)


@pytest.mark.parametrize("stated", [None, 4326, 4490])
@pytest.mark.parametrize("system", ["gcj02", "bd09", "wgs84"])
def test_estates_traced_from_a_web_map_are_caught(folder: Path, truth: Inputs, system: str, stated: int | None) -> None:
    name = estates(folder, shifted(system), stated=stated)
    town = read(folder, estates={"path": name})
    assert off_m(town.estates, truth.estates) < 0.001
    assert ("crs_shift_found" in told(town, name)) == (system != "wgs84")
    assert ("crs_wgs84_found" in told(town, name)) == (system == "wgs84")
    assert town.crs.to_epsg() == METRIC


def test_estates_traced_and_projected_are_told_and_kept(folder: Path, truth: Inputs) -> None:
    frame, _, _ = read_vector(TOWN / ESTATES)
    moved = shapely.transform(frame.to_crs(4326).geometry.to_numpy(), shifted("gcj02"))
    gpd.GeoDataFrame(frame.iloc[:, :1], geometry=moved, crs=4326).to_crs(METRIC).to_file(folder / "投影.gpkg")
    town = read(folder, estates={"path": "投影.gpkg"})
    assert off_m(town.estates, truth.estates) > 600
    assert told(town, "投影.gpkg")["crs_streets_contradict"].facts["declare"] == "gcj02"
    again = read(folder, estates={"path": "投影.gpkg", "coordinates": "gcj02"})
    assert off_m(again.estates, truth.estates) < 0.001


def test_few_places_are_left_open(folder: Path) -> None:
    rows = pd.read_csv(folder / POI, encoding="gb18030").iloc[:30]
    rows.to_csv(folder / "少.csv", index=False, encoding="gb18030")
    problem = told(read(folder, facilities=[{"path": "少.csv"}]), "少.csv")["crs_open_few"]
    assert (problem.severity, problem.facts["count"]) == ("warning", 30)


def _roads(folder: Path, truth: Inputs, move: Callable[[Floats], Floats]) -> str:
    lines = truth.walkways.edges[["highway", "geometry"]].to_crs(4326)
    moved = shapely.transform(lines.geometry.to_numpy(), move)
    gpd.GeoDataFrame({"highway": lines["highway"].to_numpy()}, geometry=moved, crs=4326).to_file(folder / "路.gpkg")
    return "路.gpkg"


def test_road_lines_traced_from_a_web_map_are_told(folder: Path, truth: Inputs) -> None:
    town = read(folder, network={"path": _roads(folder, truth, shifted("gcj02"))})
    problem = told(town, "路.gpkg")["crs_streets_shifted"]
    assert (problem.value, problem.facts["declare"]) == ("GCJ-02", "gcj02")
    declared = read(folder, network={"path": "路.gpkg", "coordinates": "gcj02"})
    assert not {code for code in told(declared, "路.gpkg") if code.startswith("crs_streets")}


def test_layers_shifted_alike_prove_nothing(folder: Path, truth: Inputs) -> None:
    network = {"path": _roads(folder, truth, shifted("gcj02"))}
    name = estates(folder, shifted("gcj02"), stated=4326)
    town = read(folder, estates={"path": name}, network=network, facilities=[{"path": POI}])
    assert {"crs_like_streets"} <= set(told(town, name)) & set(told(town, POI))
    assert not {"crs_wgs84_found", "crs_shift_found"} & {problem.code for problem in town.problems}
    assert "crs_open_few" in told(town, "路.gpkg")


@pytest.mark.parametrize("turned", [False, True], ids=["east first", "north first"])
def test_eastings_without_zone_lie_where_the_streets_do(folder: Path, truth: Inputs, turned: bool) -> None:
    name = estates(folder, lambda xy: xy[:, ::-1] if turned else xy, degrees=False, stated=None)
    town = read(folder, estates={"path": name})
    assert off_m(town.estates, truth.estates) < 0.001
    assert told(town, name)["crs_by_neighbours"].severity == "warning"


def test_a_central_meridian_that_parts_the_layers_is_refused(folder: Path) -> None:
    name = estates(folder, lambda xy: xy, degrees=False, stated=4547)
    with pytest.raises(InputError, match="293 km from the others") as caught:
        read(folder, estates={"path": name})
    far = next(one for one in caught.value.problems if (one.code, one.file) == ("crs_far_off", name))
    assert "EPSG:4548" in str(far.facts["readings"])


def test_layers_that_all_leave_it_open_are_refused_together(folder: Path, truth: Inputs) -> None:
    name = estates(folder, lambda xy: xy, degrees=False, stated=None)
    roads = save(truth.walkways.edges[["highway", "geometry"]], folder / "路.shp", stated=None)
    with pytest.raises(InputError, match="cannot be told") as caught:
        read(folder, estates={"path": name}, network={"path": roads}, facilities=[])
    unknown = [problem.file for problem in caught.value.problems if problem.code == "crs_unknown_reading"]
    assert unknown == [name, roads]


def test_road_lines_without_zone_lie_where_the_estates_do(folder: Path, truth: Inputs) -> None:
    roads = save(truth.walkways.edges[["highway", "geometry"]], folder / "路.shp", stated=None)
    town = read(folder, network={"path": roads})
    assert "crs_by_neighbours" in told(town, roads)
    assert town.walkways.edges.total_bounds == pytest.approx(truth.walkways.edges.total_bounds, abs=0.01)


def test_a_local_grid_is_fitted_to_the_control_points_of_the_project(folder: Path, truth: Inputs) -> None:
    middle = truth.estates.total_bounds.reshape(2, 2).mean(axis=0)
    corners = middle + np.array([[-3000, -3000], [3000, -2500], [2500, 3000], [-2800, 2600]])
    local = corners - middle + 60_000
    rows = [f"K{n},{x},{y},{east},{north}" for n, ((x, y), (east, north)) in
            enumerate(zip(local.tolist(), corners.tolist(), strict=True))]  # fmt: skip
    (folder / "控制点.csv").write_text("点名,地方X,地方Y,2000X,2000Y\n" + "\n".join(rows), encoding="gb18030")
    name = estates(folder, lambda xy: xy - middle + 60_000, degrees=False, stated=None)
    control = {"path": "控制点.csv", "coordinates": "EPSG:4548"}
    town = read(folder, estates={"path": name, "control_points": control})
    assert off_m(town.estates, truth.estates) < 0.001
    assert "control_points" in [source.role for source in town.sources]
    with pytest.raises(InputError, match="control_points"):
        read(folder, estates={"path": name})


def test_features_nowhere_are_told_by_number(folder: Path) -> None:
    frame, _, _ = read_vector(TOWN / ESTATES)
    shapes = frame.to_crs(4326).geometry.to_numpy().copy()
    shapes[2] = shapely.transform(shapes[2], lambda xy: xy[:, ::-1])
    points = np.append(shapely.centroid(shapes), [shapely.Point(0, 0), shapely.Point(1149712.0, 28.3)])
    gpd.GeoDataFrame({"名称": ["大门"] * len(points)}, geometry=points, crs=4326).to_file(folder / "门.gpkg")
    town = read(folder, gates=[{"path": "门.gpkg"}])
    found = [(problem.code, problem.feature) for problem in town.problems if problem.file == "门.gpkg"]
    assert ("point_swapped", "#3") in found
    assert {feature for code, feature in found if code == "feature_nowhere"} == {"#121", "#122"}
    assert (town.gates["osm_id"] == GIVEN_GATE).sum() == len(frame)
