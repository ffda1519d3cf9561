"""Coordinate systems: chosen, stated, declared, read from the numbers, or refused."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS
from shapely import Point, box

from data.coordinates.crs import analysis_crs, analysis_note, centre, settle, to_analysis
from data.coordinates.gcj02 import gcj02_to_bd09, wgs84_to_gcj02
from data.coordinates.readings import in_china
from data.errors import CrsError
from data.files.vectors import read_vector
from data.words import LANGUAGES, words
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


def test_undeclared_degrees_are_taken_as_they_are_for_the_streets_to_tell_more() -> None:
    frame, problems = settle(_layer(NANCHANG), coordinates="auto", place="poi.csv")
    assert frame.crs == CRS.from_epsg(4326)
    assert problems == ()


@pytest.mark.parametrize(
    ("place", "coordinates", "codes"),
    [
        pytest.param(NANCHANG, "auto", ["crs_wgs84_assumed"], id="nobody says"),
        pytest.param(NANCHANG, "wgs84", [], id="declared"),
        pytest.param((2.35, 48.85), "auto", [], id="no shift there"),
    ],
)
def test_single_places_are_warned_of(place: tuple[float, float], coordinates: str, codes: list[str]) -> None:
    _, problems = to_analysis(_layer(place), coordinates=coordinates, crs=ZONE_117, place="scenario.toml")
    assert [problem.code for problem in problems] == codes


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
        pytest.param((28.68, 115.89), 4326, ["crs_swapped"], id="degrees, north first"),
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


@pytest.mark.parametrize(
    ("point", "coordinates", "epsg", "codes"),
    [
        pytest.param((3_174_347.0, 391_558.0), "EPSG:4548", 4548, ["crs_swapped"], id="north first"),
        pytest.param((39_391_558.0, 3_174_347.0), "EPSG:4548", 4527, ["crs_prefix"], id="prefix not declared"),
        pytest.param((391_558.0, 3_174_347.0), "EPSG:4527", 4548, ["crs_prefix"], id="prefix declared, not there"),
        pytest.param((3_174_347.0, 39_391_558.0), "EPSG:4548", 4527, ["crs_prefix", "crs_swapped"], id="both"),
        pytest.param((20_391_558.0, 3_174_347.0), "EPSG:4509", 4498, ["crs_prefix"], id="6-degree prefix"),
        pytest.param((28.68, 115.89), "EPSG:4490", 4490, ["crs_swapped"], id="degrees, north first"),
        pytest.param((28.68, 115.89), "wgs84", 4326, ["crs_swapped"], id="system of degrees, north first"),
    ],
)
def test_a_declared_system_that_one_slip_explains_is_kept(
    point: tuple[float, float], coordinates: str, epsg: int, codes: list[str]
) -> None:
    frame, problems = settle(_layer(point), coordinates=coordinates, place="a.shp")
    assert (frame.crs.to_epsg(), [problem.code for problem in problems]) == (epsg, codes)
    assert centre(frame)[1] == pytest.approx(28.68, abs=0.01)


@pytest.mark.parametrize(
    ("point", "stated", "epsg"),
    [
        pytest.param((3_174_347.0, 391_558.0), 4548, 4548, id="north first"),
        pytest.param((391_558.0, 3_174_347.0), 4527, 4548, id="zone stated, no prefix"),
        pytest.param((28.68, 115.89), 4326, 4326, id="degrees, north first"),
        pytest.param((43.83, 87.62), 4326, 4326, id="degrees near the pole, north first"),
        pytest.param(NANCHANG, 4548, 4326, id="metres stated, degrees found"),
    ],
)
def test_a_stated_system_that_contradicts_the_numbers_is_set_right(
    point: tuple[float, float], stated: int, epsg: int
) -> None:
    frame, problems = settle(_layer(point, crs=stated), coordinates="auto", place="a.shp")
    assert frame.crs.to_epsg() == epsg
    assert in_china(*centre(frame))
    assert problems


@pytest.mark.parametrize("swapped", [False, True])
def test_the_other_layers_decide_on_the_central_meridian(swapped: bool) -> None:
    point = (3_174_347.0, 391_558.0) if swapped else (391_558.0, 3_174_347.0)
    frame, problems = settle(_layer(point), coordinates="auto", place="a.shp", near=(115.8, 28.6, 116.0, 28.8))
    assert frame.crs == ZONE_117
    assert problems[0].code == "crs_by_neighbours"
    assert problems[0].facts["count"] == 21


@pytest.mark.parametrize(
    "near",
    [
        pytest.param((120.0, 36.0, 120.5, 36.5), id="no reading there"),
        pytest.param((112.0, 28.0, 118.0, 29.0), id="several readings there"),
    ],
)
def test_layers_that_decide_nothing_leave_the_question(near: tuple[float, float, float, float]) -> None:
    with pytest.raises(CrsError, match="control_points"):
        settle(_layer((391_558.0, 3_174_347.0)), coordinates="auto", place="a.shp", near=near)


@pytest.mark.parametrize(
    ("undefined", "point", "epsg"),
    [
        pytest.param('GEOGCS["Undefined geographic SRS",DATUM["unknown",SPHEROID["unknown",6378137,298.257223563]],'
                     'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]', NANCHANG, 4326, id="degrees"),
        pytest.param('LOCAL_CS["Undefined Cartesian SRS",UNIT["metre",1]]', (39_391_558.0, 3_174_347.0), 4527,
                     id="metres"),
    ],
)  # fmt: skip
def test_a_system_that_is_stated_as_undefined_is_none(undefined: str, point: tuple[float, float], epsg: int) -> None:
    layer = _layer(point).set_crs(CRS.from_wkt(undefined))
    frame, _ = settle(layer, coordinates="auto", place="a.gpkg")
    assert frame.crs.to_epsg() == epsg


def test_metres_of_web_maps_are_a_reading_and_no_zone_of_xinjiang() -> None:
    west = gpd.GeoSeries([Point(NANCHANG)], crs=4326).to_crs(3857)
    frame, _ = settle(gpd.GeoDataFrame(geometry=west.values).set_crs(None, allow_override=True),
                      coordinates="auto", place="a.shp")  # fmt: skip
    assert frame.crs.to_epsg() == 3857
    east = gpd.GeoSeries([Point(120.2, 30.3)], crs=4326).to_crs(3857)
    with pytest.raises(CrsError, match=r"EPSG:4491 .*EPSG:3857 = 120\.20"):
        settle(_layer((east.x[0], east.y[0])), coordinates="auto", place="a.shp")


@pytest.mark.parametrize(
    ("lon", "lat", "declared", "code", "value"),
    [
        pytest.param(*NANCHANG, "auto", "crs_analysis_zone", "EPSG:4548", id="zone"),
        pytest.param(2.35, 48.85, "auto", "crs_analysis_utm", "EPSG:32631", id="UTM"),
        pytest.param(*NANCHANG, "EPSG:4547", "crs_analysis_declared", "EPSG:4547", id="declared"),
    ],
)
def test_the_choice_of_the_analysis_is_told(lon: float, lat: float, declared: str, code: str, value: str) -> None:
    crs = analysis_crs(lon, lat, declared=declared)
    told = analysis_note(crs, place=(lon, lat), declared=declared, file="project.toml")
    assert (told.code, told.value, told.severity) == (code, value, "note")
    assert all(f"{lat:.4f}" in told.line(words(language)) for language in LANGUAGES)


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
