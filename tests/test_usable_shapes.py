import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import LineString, MultiPoint, Point, box

from data.usable_shapes import usable_shapes
from data.words import LANGUAGES, words

SHAPES = {
    "point": Point(1, 1),
    "one of several points": MultiPoint([(1, 1)]),
    "points": MultiPoint([(1, 1), (2, 2)]),
    "line": LineString([(0, 0), (5, 5)]),
    "area": box(0, 0, 5, 5),
    "none": None,
    "empty": Point(),
    "nowhere": Point(np.nan, 1),
    "mixture": shapely.GeometryCollection([Point(1, 1), box(0, 0, 1, 1)]),
}
WANTED = {
    "facilities": {"point", "one of several points", "area"},
    "sites": {"point", "one of several points", "area"},
    "gates": {"point", "one of several points"},
    "barriers": {"line", "area"},
}


def frame() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"name": list(SHAPES)}, geometry=list(SHAPES.values()), crs="EPSG:4548")


@pytest.mark.parametrize("role", WANTED)
def test_shapes_of_other_kinds_are_left_out_and_each_is_told(role: str) -> None:
    kept, told = usable_shapes(frame(), role=role, place="a.gpkg")
    assert set(kept["name"]) == WANTED[role]
    assert kept.index.tolist() == list(range(len(kept)))
    assert len(told) == len(SHAPES) - len(kept)
    assert all(problem.line(words(language)) for problem in told for language in LANGUAGES)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("none", "feature_without_shape"),
        ("empty", "feature_without_shape"),
        ("nowhere", "repair_not_finite"),
        ("line", "feature_wrong_shape"),
        ("mixture", "feature_wrong_shape"),
    ],
)
def test_what_is_wrong_is_told_by_row(name: str, code: str) -> None:
    _, told = usable_shapes(frame(), role="gates", place="a.gpkg", layer="门")
    row = f"#{list(SHAPES).index(name) + 1}"
    (problem,) = [one for one in told if one.feature == row]
    assert (problem.code, problem.file, problem.layer) == (code, "a.gpkg", "门")


def test_rows_are_called_by_their_number_in_the_file() -> None:
    given = frame().assign(row=np.arange(len(SHAPES)) + 10)
    _, told = usable_shapes(given, role="facilities", place="a.csv")
    assert told[0].feature == "#12"


def test_what_is_left_keeps_the_number_it_has_in_the_file() -> None:
    kept, _ = usable_shapes(frame(), role="barriers", place="a.gpkg")
    assert kept["row"].tolist() == [4, 5]
    whole, _ = usable_shapes(frame().iloc[:2], role="gates", place="a.gpkg")
    assert "row" not in whole


def test_a_multipoint_of_one_point_is_that_point() -> None:
    kept, _ = usable_shapes(frame(), role="gates", place="")
    assert kept.geom_type.tolist() == ["Point", "Point"]


@pytest.mark.parametrize("role", ["estates", "boundary"])
def test_outlines_are_left_to_those_who_mend_them(role: str) -> None:
    given = frame()
    kept, told = usable_shapes(given, role=role, place="")
    assert kept is given
    assert told == ()
