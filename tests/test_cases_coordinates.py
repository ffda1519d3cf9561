"""The cases of coordinate systems, from the files to the inputs of a run."""

import shutil
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from data.errors import InputError
from data.inputs import Inputs
from data.load import load_project
from data.project import Project
from data.words import LANGUAGES, words
from tests.shared_cases import case

LON, LAT = 115.8906, 28.6804
POI = "名称,类型,经度,纬度\n和平卫生院,卫生院,115.8911,28.6812\n"


def town(folder: Path, given: Path, **tables: object) -> Inputs:
    """Load a project of the files of a case, with a cross of streets and a clinic where it has none."""
    for file in given.iterdir():
        shutil.copyfile(file, folder / file.name)
    streets = [shapely.LineString([(LON - 0.02, LAT), (LON + 0.02, LAT)]),
               shapely.LineString([(LON, LAT - 0.02), (LON, LAT + 0.02)])]  # fmt: skip
    gpd.GeoDataFrame({"name": ["东西路", "南北路"]}, geometry=streets, crs=4326).to_file(folder / "路.gpkg")
    (folder / "医.csv").write_text(POI, encoding="utf-8-sig")
    usual = {
        "facilities": [{"path": "医.csv", "coordinates": "wgs84"}],
        "network": {"path": "路.gpkg", "coordinates": "wgs84"},
    }
    return load_project(Project.model_validate({**usual, **tables, "folder": folder, "file_name": "project.toml"}))


def codes(inputs: Inputs, file: str) -> list[str]:
    return [problem.code for problem in inputs.problems if problem.file == file]


def lonlat(frame: gpd.GeoDataFrame) -> list[tuple[float, float]]:
    points = shapely.get_coordinates(gpd.GeoSeries(frame.centroid, crs=frame.crs).to_crs(4326))
    return [(float(lon), float(lat)) for lon, lat in points]


def test_eastings_with_zone_number_and_no_prj(tmp_path: Path) -> None:
    folder, expect = case("05-no-prj-zone-prefixed")
    inputs = town(tmp_path, folder, estates={"path": "estates.shp"})
    assert lonlat(inputs.estates)[0] == pytest.approx(expect["first_centroid_lonlat"], abs=1e-6)
    assert inputs.estates.area.tolist() == pytest.approx([expect["area_m2_each"]] * len(inputs.estates))
    assumed = next(problem for problem in inputs.problems if problem.code == "crs_assumed")
    assert f"EPSG:{expect['epsg']}" in assumed.value


@pytest.mark.parametrize("declared", ["EPSG:4527", "EPSG:4548"], ids=["with zone number", "without"])
def test_eastings_with_zone_number_declared_either_way(tmp_path: Path, declared: str) -> None:
    folder, expect = case("05-no-prj-zone-prefixed")
    inputs = town(tmp_path, folder, estates={"path": "estates.shp", "coordinates": declared})
    assert lonlat(inputs.estates)[0] == pytest.approx(expect["first_centroid_lonlat"], abs=1e-6)
    assert ("crs_prefix" in codes(inputs, "estates.shp")) == (declared == "EPSG:4548")


def test_a_declared_zone_that_cannot_be_is_refused_with_the_one_that_can(tmp_path: Path) -> None:
    folder, expect = case("05-no-prj-zone-prefixed")
    with pytest.raises(InputError, match=rf"does not fit the numbers.*EPSG:{expect['epsg']}"):
        town(tmp_path, folder, estates={"path": "estates.shp", "coordinates": "EPSG:4526"})


@pytest.mark.parametrize("coordinates", ["auto", "gcj02"], ids=["column says it", "project says it"])
def test_points_of_a_web_map_fall_into_their_estates(tmp_path: Path, coordinates: str) -> None:
    folder, expect = case("08-gcj02-bd09-poi")
    facilities = [{"path": "poi.csv", "coordinates": coordinates}]
    inputs = town(tmp_path, folder, estates={"path": "estates.geojson"}, facilities=facilities)
    assert codes(inputs, "poi.csv")[-1] == "crs_shift_removed"
    assert inputs.facilities["name"].tolist() == [place["name"] for place in expect["poi"]]
    wanted = gpd.GeoSeries([shapely.Point(place["wgs84"]) for place in expect["poi"]], crs=4326).to_crs(inputs.crs)
    assert inputs.facilities.distance(wanted, align=False).max() < expect["tolerance_m"]
    within = gpd.sjoin(inputs.facilities[["geometry"]], inputs.estates[["name", "geometry"]], predicate="within")
    assert within["name"].tolist() == [place["estate"] for place in expect["poi"]]


def test_points_that_say_nothing_are_left_and_told(tmp_path: Path) -> None:
    folder, expect = case("08-gcj02-bd09-poi")
    bare = (folder / "poi.csv").read_text("utf-8-sig").replace(",坐标系", "").replace(",GCJ-02", "")
    (tmp_path / "bare.csv").write_text(bare, encoding="utf-8-sig")
    inputs = town(tmp_path, folder, estates={"path": "estates.geojson"}, facilities=[{"path": "bare.csv"}])
    told = next(problem for problem in inputs.problems if problem.file == "bare.csv" and problem.code == "crs_open_few")
    assert told.severity == "warning"
    assert told.facts["metres"] == str(expect["poi"][0]["raw_offset_m"])
    assert all("GCJ-02" in told.line(words(language)) for language in LANGUAGES)
    assert lonlat(inputs.facilities)[0] == pytest.approx((115.896269, 28.677908), abs=1e-7)


def test_rows_with_longitude_and_latitude_exchanged(tmp_path: Path) -> None:
    folder, expect = case("09-lonlat-swapped-rows")
    estates = gpd.GeoDataFrame({"名称": ["甲"]}, geometry=[shapely.box(LON, LAT, LON + 0.001, LAT + 0.001)], crs=4326)
    estates.to_file(tmp_path / "甲.gpkg")
    gates = [{"path": "poi.csv", "coordinates": "wgs84"}]
    inputs = town(tmp_path, folder, estates={"path": "甲.gpkg"}, gates=gates)
    places = dict(zip(inputs.gates["gate_id"], lonlat(inputs.gates), strict=True))
    wanted = {name: pytest.approx(place, abs=1e-8) for name, place in expect["good_or_fixable_lonlat"].items()}
    assert places == wanted
    assert codes(inputs, "poi.csv").count("point_swapped") == len(expect["swapped"])


def test_a_table_exchanged_as_a_whole_with_slips(tmp_path: Path) -> None:
    folder, expect = case("09-lonlat-swapped-rows")
    good = expect["good_or_fixable_lonlat"]
    rows = [*((name, lat, lon) for name, (lon, lat) in good.items()), ("b5", 0, 0), ("b6", 28.681, 1149712.0)]
    text = "id,lng,lat\n" + "\n".join(f"{name},{x},{y}" for name, x, y in rows)
    (tmp_path / "b.csv").write_text(text, encoding="utf-8")
    estates = gpd.GeoDataFrame({"名称": ["甲"]}, geometry=[shapely.box(LON, LAT, LON + 0.001, LAT + 0.001)], crs=4326)
    estates.to_file(tmp_path / "甲.gpkg")
    gates = [{"path": "b.csv", "coordinates": "wgs84", "fields": {"gate_id": "id"}}]
    inputs = town(tmp_path, folder, estates={"path": "甲.gpkg"}, gates=gates)
    places = dict(zip(inputs.gates["gate_id"], lonlat(inputs.gates), strict=True))
    assert places == {name: pytest.approx(place, abs=1e-8) for name, place in good.items()}
    refused = [problem.feature for problem in inputs.problems if problem.code == "point_unusable"]
    assert refused == ["#6", "#7"]
    assert "crs_swapped" in codes(inputs, "b.csv")


def test_geojson_with_a_crs_member(tmp_path: Path) -> None:
    folder, expect = case("11-geojson-crs-member")
    inputs = town(tmp_path, folder, estates={"path": "estates.geojson"})
    assert inputs.crs.to_epsg() == expect["epsg"]
    assert lonlat(inputs.estates)[0] == pytest.approx(expect["first_centroid_lonlat"], abs=1e-6)
    assert inputs.estates.area.tolist() == pytest.approx([expect["area_m2_each"]] * len(inputs.estates))


def test_geojson_in_metres_without_a_crs_member(tmp_path: Path) -> None:
    folder, expect = case("11-geojson-crs-member")
    text = (folder / "estates.geojson").read_text("utf-8").replace('"crs"', '"was"')
    (tmp_path / "bare.geojson").write_text(text, encoding="utf-8")
    inputs = town(tmp_path, folder, estates={"path": "bare.geojson"})
    assert lonlat(inputs.estates)[0] == pytest.approx(expect["first_centroid_lonlat"], abs=1e-6)
    assert {"crs_contradicted", "crs_by_neighbours"} <= set(codes(inputs, "bare.geojson"))
    alone = [{"path": "bare.geojson", "service": "elder_care"}]
    with pytest.raises(InputError, match=r"cannot be told .*EPSG:4548"):
        town(tmp_path, folder, estates={"path": "bare.geojson"}, facilities=alone, network={"path": "bare.geojson"})


def test_layers_in_three_systems_come_together(tmp_path: Path) -> None:
    folder, expect = case("25-mixed-crs-layers")
    inputs = town(
        tmp_path,
        folder,
        estates={"path": "estates.gpkg"},
        facilities=[{"path": "facilities.gpkg", "service": "elder_care"}],
        network={"path": "roads.gpkg"},
    )
    within = gpd.sjoin(inputs.facilities[["facility_id", "geometry"]], inputs.estates[["estate_id", "geometry"]],
                       predicate="within")  # fmt: skip
    assert dict(zip(within["facility_id"], within["estate_id"], strict=True)) == expect["facility_in"]
    assert inputs.walkways.edges.length.sum() == pytest.approx(expect["road_length_m"], rel=expect["tol"])
