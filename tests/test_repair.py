"""Polygons repaired, and overlaps told."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS
from shapely import Geometry, GeometryCollection, LineString, MultiPolygon, Point, Polygon, box

from data.coordinates.crs import to_analysis
from data.files.vectors import read_vector
from data.repair import overlaps, repair_polygons
from tests.shared_cases import case

BOWTIE = Polygon([(0, 0), (100, 80), (100, 0), (0, 80)])


def _frame(*shapes: Geometry | None, crs: int = 4548) -> gpd.GeoDataFrame:
    names = [f"E{number}" for number in range(1, len(shapes) + 1)]
    return gpd.GeoDataFrame({"estate_id": names}, geometry=list(shapes), crs=crs)


@pytest.mark.parametrize(
    ("shape", "area_m2"),
    [
        pytest.param(BOWTIE, 4_000, id="bow-tie keeps both lobes"),
        pytest.param(Polygon([(0, 0), (10, 0), (10, 10), (10, 30), (10, 10), (0, 10)]), 100, id="spike"),
        pytest.param(
            Polygon([(0, 0), (10, 0), (10, 10), (0, 0), (0, 10), (-10, 10)]), 100, id="ring that touches itself"
        ),
        pytest.param(Polygon([(0, 1), (0, 0), (1, 1), (1, 0), (0, 0), (1, 1)]), 1, id="diagonal drawn twice"),
        pytest.param(MultiPolygon([box(0, 0, 10, 10), box(5, 0, 15, 10)]), 150, id="parts that overlap"),
        pytest.param(
            Polygon(box(0, 0, 10, 10).exterior, [box(2, 2, 4, 4).exterior, box(3, 3, 5, 5).exterior]),
            93,
            id="holes that overlap",
        ),
        pytest.param(
            GeometryCollection([box(0, 0, 10, 10), LineString([(0, 0), (50, 50)])]), 100, id="polygon and line"
        ),
        pytest.param(
            GeometryCollection([GeometryCollection([box(0, 0, 10, 10), Point(1, 1)]), BOWTIE]),
            4_040,
            id="collections of broken outlines",
        ),
    ],
)
def test_invalid_ground_is_kept(shape: Geometry, area_m2: float) -> None:
    frame, _ = repair_polygons(_frame(shape, box(200, 0, 210, 10)), place="a.shp")
    assert frame.area.tolist() == pytest.approx([area_m2, 100])
    assert frame.is_valid.all()
    assert set(frame.geom_type) <= {"Polygon", "MultiPolygon"}


def test_repair_is_told_with_its_place() -> None:
    _, problems = repair_polygons(_frame(BOWTIE), place="a.shp")
    assert [(p.code, p.feature, p.value) for p in problems] == [("repair_made_valid", "E1", "Self-intersection[50 40]")]


@pytest.mark.parametrize(
    ("shape", "code"),
    [
        pytest.param(None, "repair_null", id="null"),
        pytest.param(Polygon(), "repair_empty", id="empty"),
        pytest.param(Polygon([(0, 0), (5, 0), (10, 0)]), "repair_no_area", id="no area"),
        pytest.param(Polygon([(0, 0), (np.inf, 1), (1, 1)]), "repair_not_finite", id="infinite"),
        pytest.param(Point(1, 1), "repair_wrong_type", id="point"),
        pytest.param(LineString([(0, 0), (1, 1)]), "repair_wrong_type", id="line"),
        pytest.param(box(0, 0, 9, 9).exterior, "repair_closed_line", id="closed ring"),
    ],
)
def test_what_is_no_polygon_is_left_out_with_a_line(shape: Geometry | None, code: str) -> None:
    frame, problems = repair_polygons(_frame(shape, box(200, 0, 210, 10)), place="a.shp")
    assert frame["estate_id"].tolist() == ["E2"]
    assert frame.index.tolist() == [0]
    assert [(problem.code, problem.feature) for problem in problems] == [(code, "E1")]


def test_heights_are_dropped_and_valid_shapes_left_alone() -> None:
    ring = Polygon([(0, 0, 5), (10, 0, 5), (10, 10, 5), (0, 10, 5)], [[(2, 2, 5), (4, 2, 5), (4, 4, 5)]])
    frame, problems = repair_polygons(_frame(ring), place="a.shp")
    assert not frame.has_z.any()
    assert frame.area.tolist() == [98]
    assert problems == ()


def test_degrees_are_measured_in_metres() -> None:
    shape = box(115.890, 28.680, 115.891, 28.681)
    frame, problems = repair_polygons(_frame(shape, crs=4326), place="a.geojson")
    assert len(frame) == 1
    assert problems == ()


def test_shape_that_stands_twice_is_kept_and_told() -> None:
    turned = Polygon([(10, 0), (10, 10), (0, 10), (0, 0)])
    frame, problems = repair_polygons(_frame(box(0, 0, 10, 10), turned), place="a.shp")
    assert len(frame) == 2
    assert [(p.code, p.feature, p.value) for p in problems] == [("repair_same_shape", "E2", "E1")]


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=3, max_size=9))
def test_repair_loses_no_ground_and_repeats_itself(points: list[tuple[int, int]]) -> None:
    shape = Polygon(points)
    frame, problems = repair_polygons(_frame(shape), place="a.shp")
    # What the outline surely encloses: the faces that it winds around an odd number of times.
    enclosed = shapely.area(shapely.make_valid(shape, method="linework"))
    assert frame.area.sum() >= enclosed - 1e-6 or enclosed < 1
    assert len(frame) + len([p for p in problems if p.code != "repair_made_valid"]) == 1
    again, nothing = repair_polygons(frame, place="a.shp")
    assert nothing == ()
    assert again.geom_equals_exact(frame, tolerance=0).all()


def test_overlaps_are_told_by_pair_largest_first() -> None:
    frame = _frame(box(0, 0, 10, 10), box(9, 0, 30, 10), box(0, 0, 10, 9.9), box(30, 0, 40, 10))
    found = [(p.code, p.feature, p.facts["other"], p.facts["area_m2"]) for p in overlaps(frame, place="a.shp")]
    assert found == [
        ("overlap_same_ground", "E1", "E3", "99.0"),
        ("overlap", "E1", "E2", "10.0"),
        ("overlap", "E2", "E3", "9.9"),
    ]


def test_many_overlaps_end_in_one_line() -> None:
    shapes = [box(9.0 * i, 0, 9.0 * i + 10, 10) for i in range(60)]
    problems = overlaps(_frame(*shapes), place="a.shp")
    assert len(problems) == 51
    assert (problems[-1].code, problems[-1].value, problems[-1].facts["area_m2"]) == ("overlap_more", "9", "90.0")


def test_case_of_the_bow_tie() -> None:
    folder, expect = case("18-bowtie-self-intersection")
    raw, _, _ = read_vector(folder / "estates.gpkg")
    frame, problems = repair_polygons(raw.rename(columns={"id": "estate_id"}), place="estates.gpkg")
    assert dict(zip(frame["estate_id"], frame.area, strict=True)) == expect["repaired_area_m2"]
    assert [problem.feature.split()[0] for problem in problems] == expect["invalid_ids"]


def test_case_of_rows_that_are_no_polygons() -> None:
    folder, expect = case("21-null-empty-zeroarea-mixed-zm")
    raw, _, _ = read_vector(folder / "estates.geojson")
    metric, _ = to_analysis(raw, coordinates="auto", crs=CRS.from_epsg(4548), place="estates.geojson")
    frame, problems = repair_polygons(metric.rename(columns={"id": "estate_id"}), place="estates.geojson")
    assert np.round(frame.area, 3).tolist() == list(expect["good"].values())
    assert [problem.feature.split()[0] for problem in problems] == list(expect["reject"])


def test_case_of_overlaps() -> None:
    folder, expect = case("19-overlaps-slivers-duplicate")
    raw, _, _ = read_vector(folder / "estates.gpkg")
    found = overlaps(raw.rename(columns={"id": "estate_id"}), place="estates.gpkg")
    pairs = {frozenset((p.feature.split()[0], str(p.facts["other"]).split()[0])): float(p.value) for p in found}
    assert pairs == {frozenset((a, b)): pytest.approx(area, abs=0.06) for a, b, area in expect["overlaps"]}
