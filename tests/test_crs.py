"""Coordinate systems: chosen, stated, declared, read from the numbers, or refused."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS
from shapely import Point, box

from data.coordinates.crs import analysis_crs, centre, settle, to_analysis
from data.coordinates.gcj02 import gcj02_to_bd09, wgs84_to_gcj02
from data.errors import CrsError
from data.files.vectors import read_vector
from tests.shared_cases import case

NANCHANG = (115.8906, 28.6804)
ZONE_117 = CRS.from_epsg(4548)


def _layer(*points: tuple[float, float], crs: int | None = None) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=[Point(point) for point in points], crs=crs)


@pytest.mark.parametrize(
    ("lon", "lat", "epsg"),
    [
        pytest.param(*NANCHANG, 4548, id="Nanchang"),
        pytest.param(126.63, 45.75, 4551, id="Harbin"),
        pytest.param(87.6, 43.8, 4538, id="Urumqi"),
        pytest.param(2.35, 48.85, 32631, id="Paris"),
        pytest.param(-70.7, -33.4, 32719, id="Santiago"),
    ],
)
def test_zone_of_the_analysis(lon: float, lat: float, epsg: int) -> None:
    assert analysis_crs(lon, lat).to_epsg() == epsg


def test_declared_system_is_taken() -> None:
    assert analysis_crs(*NANCHANG, declared="EPSG:4547").to_epsg() == 4547


@pytest.mark.parametrize(
    ("declared", "why"),
    [
        pytest.param("EPSG:4326", "not a projected|cannot be used", id="degrees"),
        pytest.param("EPSG:3857", "distorts lengths here by 14 %", id="web mercator"),
        pytest.param("EPSG:4554", "distorts lengths", id="far zone"),
        pytest.param("EPSG:21460", "Beijing 1954", id="old datum"),
        pytest.param("EPSG:999999", "no coordinate system", id="unknown"),
    ],
)
def test_systems_that_would_measure_wrong_are_refused(declared: str, why: str) -> None:
    with pytest.raises(CrsError, match=why):
        analysis_crs(*NANCHANG, declared=declared)


def test_stated_system_is_kept_without_a_word() -> None:
    frame, problems = to_analysis(
        _layer((391_558.0, 3_174_347.0), crs=4548), coordinates="auto", crs=ZONE_117, place="a.shp"
    )
    assert shapely.get_coordinates(frame.geometry).tolist() == [[391_558.0, 3_174_347.0]]
    assert problems == ()


def test_undeclared_degrees_are_taken_as_wgs84_with_a_warning() -> None:
    frame, problems = settle(_layer(NANCHANG), coordinates="auto", place="poi.csv")
    assert frame.crs == CRS.from_epsg(4326)
    assert [(problem.code, problem.facts["metres"]) for problem in problems] == [("crs_wgs84_assumed", "603")]


@pytest.mark.parametrize("system", ["gcj02", "bd09"])
def test_web_map_shift_is_taken_off_and_told(system: str) -> None:
    true = np.array([NANCHANG[0]]), np.array([NANCHANG[1]])
    shifted = wgs84_to_gcj02(*true) if system == "gcj02" else gcj02_to_bd09(*wgs84_to_gcj02(*true))
    layer = _layer((float(shifted[0][0]), float(shifted[1][0])))
    frame, problems = settle(layer, coordinates=system, place="poi.csv")
    assert shapely.get_coordinates(frame.geometry)[0] == pytest.approx(NANCHANG, abs=1e-9)
    assert [problem.code for problem in problems] == ["crs_shift_removed"]
    assert int(str(problems[0].facts["metres"])) > 500
    assert shapely.get_coordinates(layer.geometry)[0] == pytest.approx((shifted[0][0], shifted[1][0]))


@pytest.mark.parametrize(
    ("point", "epsg", "codes"),
    [
        pytest.param((39_391_558.0, 3_174_347.0), 4527, ["crs_assumed"], id="3-degree prefix"),
        pytest.param((20_391_558.0, 3_174_347.0), 4498, ["crs_assumed"], id="6-degree prefix"),
        pytest.param((3_174_347.0, 39_391_558.0), 4527, ["crs_swapped", "crs_assumed"], id="prefix, north first"),
        pytest.param((28.68, 115.89), 4326, ["crs_swapped", "crs_wgs84_assumed"], id="degrees, north first"),
    ],
)
def test_numbers_with_one_meaning_are_understood(point: tuple[float, float], epsg: int, codes: list[str]) -> None:
    frame, problems = settle(_layer(point), coordinates="auto", place="a.shp")
    assert frame.crs.to_epsg() == epsg
    assert [problem.code for problem in problems] == codes
    lon, lat = centre(frame)
    assert 115 < lon < 116
    assert lat == pytest.approx(28.68, abs=0.01)


@pytest.mark.parametrize(
    ("point", "coordinates", "why"),
    [
        pytest.param((391_558.0, 3_174_347.0), "auto", r"EPSG:4548 = 115\.89°E 28\.68°N", id="no central meridian"),
        pytest.param((1.0, 1e9), "auto", "may be: -", id="nonsense"),
        pytest.param((391_558.0, 3_174_347.0), "gcj02", "cannot be told", id="metres as web map degrees"),
        pytest.param(NANCHANG, "EPSG:4548", "EPSG:4326", id="degrees declared as metres"),
    ],
)
def test_numbers_with_no_or_several_meanings_are_refused(
    point: tuple[float, float], coordinates: str, why: str
) -> None:
    with pytest.raises(CrsError, match=why):
        settle(_layer(point), coordinates=coordinates, place="a.shp")


def test_declaration_goes_before_the_file_and_is_told() -> None:
    frame, problems = settle(_layer((391_558.0, 3_174_347.0), crs=4547), coordinates="EPSG:4548", place="a.shp")
    assert frame.crs == ZONE_117
    assert [problem.code for problem in problems] == ["crs_overridden"]


def test_file_that_contradicts_its_numbers_is_corrected_with_a_warning() -> None:
    frame, problems = settle(_layer((39_391_558.0, 3_174_347.0), crs=4548), coordinates="auto", place="a.shp")
    assert frame.crs.to_epsg() == 4527
    assert [problem.code for problem in problems] == ["crs_contradicted", "crs_assumed"]


@pytest.mark.parametrize("epsg", [2437, 2385, 4214, 4610])
def test_old_datums_are_refused(epsg: int) -> None:
    with pytest.raises(CrsError, match="Beijing 1954 or Xian 1980"):
        settle(_layer((391_558.0, 3_174_347.0), crs=epsg), coordinates="auto", place="a.shp")


def test_local_grid_is_refused() -> None:
    frame = _layer((1_000.0, 2_000.0)).set_crs('LOCAL_CS["town grid",UNIT["metre",1]]')
    with pytest.raises(CrsError, match="local grid"):
        settle(frame, coordinates="auto", place="a.dxf")


def test_empty_layer_settles_as_degrees() -> None:
    frame, problems = settle(gpd.GeoDataFrame(geometry=[]), coordinates="auto", place="a.csv")
    assert (len(frame), frame.crs, problems) == (0, CRS.from_epsg(4326), ())


def test_stray_feature_does_not_move_the_centre() -> None:
    frame = gpd.GeoDataFrame(geometry=[box(115.8, 28.6, 115.9, 28.7)] * 3 + [box(0, 0, 0.1, 0.1)], crs=4326)
    assert centre(frame) == pytest.approx((115.85, 28.65))


def test_stray_features_do_not_decide_what_the_numbers_mean() -> None:
    points = [(39_391_558.0 + i, 3_174_347.0) for i in range(6)]
    frame, _ = settle(_layer(*points, (0.0, 0.0), (np.inf, 1.0)), coordinates="auto", place="a.shp")
    assert frame.crs.to_epsg() == 4527
    assert len(frame) == 8


def test_case_of_the_missing_prj_with_zone_prefix() -> None:
    folder, expect = case("05-no-prj-zone-prefixed")
    raw, _, _ = read_vector(folder / "estates.shp")
    frame, problems = settle(raw, coordinates="auto", place="estates.shp")
    assert frame.crs.to_epsg() == expect["epsg"]
    assert centre(frame.iloc[:1]) == pytest.approx(expect["first_centroid_lonlat"], abs=1e-6)
    assert [problem.code for problem in problems] == ["crs_assumed"]
