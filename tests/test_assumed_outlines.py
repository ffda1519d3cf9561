"""Estates that are given as points: kept, with an outline that is marked as assumed wherever it is shown."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely
from pyproj import CRS
from shapely import MultiPoint, Point, box

from data.assumed_outlines import assume_outlines, is_assumed, without_label_points
from data.layers import as_layer, empty_layer
from data.project import EstimatesTable
from data.words import LANGUAGES, words
from geo.work_out import work_out
from maps.workbook.tables import write_tables
from tests.case_towns import X, Y, codes, frame, load, told

CRS_ = CRS("EPSG:4548")
ASSUMED = EstimatesTable()
NOTHING = empty_layer("buildings", crs=CRS_)


def _estates(*shapes: shapely.Geometry, **columns: list[float]) -> gpd.GeoDataFrame:
    given = gpd.GeoDataFrame(pd.DataFrame(columns, index=range(len(shapes))), geometry=list(shapes), crs=CRS_)
    return as_layer(given.assign(estate_id=[f"E{n}" for n in range(1, len(shapes) + 1)]), layer="estates", crs=CRS_)


@pytest.mark.parametrize(
    ("column", "value", "area_m2"),
    [
        pytest.param("floor_area_m2", 14_000, 10_000, id="floor area by the ratio of 1.4"),
        pytest.param("households", 280, 17_000, id="households of 85 m2"),
        pytest.param("people", 262, 85 * 100 / 1.4, id="people, 2.62 of them a household"),
        pytest.param("buildings", 3, 10_000, id="nothing that tells a size"),
        pytest.param("floor_area_m2", 0, 10_000, id="a size of nought tells none"),
    ],
)
def test_a_circle_is_as_large_as_what_is_recorded_says(column: str, value: float, area_m2: float) -> None:
    made, (told_,) = assume_outlines(
        _estates(Point(0, 0), **{column: [value]}), buildings=NOTHING, assumed=ASSUMED, place="a"
    )
    # A circle is drawn with 64 sides, which takes 0.2 % off.
    assert made.area.tolist() == pytest.approx([area_m2], rel=0.007)
    assert made["outline"].tolist() == ["assumed"]
    assert (told_.facts["sizes"], told_.facts["default"]) == (
        (0, 1) if area_m2 == 10_000 and value != 14_000 else (1, 0)
    )


def test_buildings_nearby_make_the_outline() -> None:
    homes = [box(-20, -20, 20, -8), box(-20, 8, 20, 20), box(500, 0, 540, 12), box(30, 30, 34, 34)]
    buildings = gpd.GeoDataFrame({"use": ["apartments"] * 4}, geometry=homes, crs=CRS_)
    made, (told_,) = assume_outlines(_estates(Point(0, 0)), buildings=buildings, assumed=ASSUMED, place="a")
    (ground,) = made.geometry
    assert ground.geom_type == "Polygon"
    assert [ground.covers(home) for home in homes] == [True, True, False, False]
    assert ground.within(box(-31, -31, 31, 31))
    assert told_.facts["buildings"] == 1


def test_no_ground_of_another_is_taken() -> None:
    drawn = box(30, -100, 200, 100)
    made, _ = assume_outlines(
        _estates(Point(0, 0), Point(-60, 0), drawn), buildings=NOTHING, assumed=ASSUMED, place="a"
    )
    one, two, three = made.geometry
    assert one.area > 0
    assert two.area > 0
    assert three.equals(drawn)
    assert max(one.intersection(three).area, one.intersection(two).area) < 1e-6
    assert made["outline"].tolist() == ["assumed", "assumed", "surveyed"]


def test_two_estates_at_one_place_keep_their_circles() -> None:
    made, _ = assume_outlines(_estates(Point(0, 0), Point(0, 0)), buildings=NOTHING, assumed=ASSUMED, place="a")
    assert made.area.round().nunique() == 1
    assert (made.area > 9_900).all()


def test_drawn_outlines_are_left_as_they_are() -> None:
    given = _estates(box(0, 0, 9, 9))
    made, nothing = assume_outlines(given, buildings=NOTHING, assumed=ASSUMED, place="a")
    assert nothing == ()
    assert made.geometry.equals(given.geometry)
    assert not is_assumed(made).any()
    assert not is_assumed(given[["geometry"]]).any()


def test_a_point_within_an_outline_is_its_label() -> None:
    given = _estates(box(0, 0, 90, 90), Point(5, 5), Point(500, 5), MultiPoint([(700, 0), (710, 0)]))
    kept, (told_,) = without_label_points(given, place="a.gpkg")
    assert kept["estate_id"].tolist() == ["E1", "E3", "E4"]
    assert (told_.code, told_.feature, told_.value) == ("estate_point_inside", "E2", "E1")
    assert all("E1" in told_.line(words(language)) for language in LANGUAGES)


@pytest.mark.parametrize("suffix", [".gpkg", ".shp", ".csv"])
def test_estates_of_points_are_kept_from_the_file_to_the_tables(tmp_path: Path, suffix: str) -> None:
    spots = [Point(X + 100, Y + 100), Point(X + 400, Y + 100)]
    given = frame(spots, 名称=["红星里", "永安巷"], 户数=[280, 140])
    if suffix == ".csv":
        degrees = given.to_crs(4326)
        table = pd.DataFrame(given.drop(columns="geometry")).assign(经度=degrees.geometry.x, 纬度=degrees.geometry.y)
        table.to_csv(tmp_path / "小区.csv", index=False, encoding="gb18030")
    else:
        given.to_file(tmp_path / f"小区{suffix}", encoding="UTF-8")
    settings = 'coordinates = "wgs84"\n' if suffix == ".csv" else ""
    inputs = load(tmp_path, f"小区{suffix}", settings=settings)
    assert "estates_are_points" in codes(told(inputs, f"小区{suffix}"))
    assert not {"repair_wrong_type", "rows_untold"} & set(codes(inputs.problems))
    assert inputs.estates.area.tolist() == pytest.approx([17_000, 8_500], rel=0.01)
    plan = work_out(inputs)
    assert plan.estates["access_kind"].isin(["assumed", "none"]).all()
    write_tables(plan, path=tmp_path / "tables.xlsx", language="zh")
    rows = openpyxl.load_workbook(tmp_path / "tables.xlsx")["附表1 小区基本情况"].iter_rows(values_only=True)
    assert sum("推定（仅有点位）" in row for row in rows) == 2


def test_points_do_not_depend_on_their_order() -> None:
    rng = np.random.default_rng(1)
    given = _estates(*(Point(x, y) for x, y in rng.uniform(0, 400, (12, 2))))
    made, _ = assume_outlines(given, buildings=NOTHING, assumed=ASSUMED, place="a")
    turned, _ = assume_outlines(given.iloc[::-1].reset_index(drop=True), buildings=NOTHING, assumed=ASSUMED, place="a")
    back = turned.iloc[::-1].reset_index(drop=True)
    assert back.geometry.normalize().geom_equals_exact(made.geometry.normalize(), tolerance=1e-9).all()
