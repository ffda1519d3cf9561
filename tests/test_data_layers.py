import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from pyproj import CRS
from shapely import Point

from data.layers import COLUMNS, as_layer, empty_layer

METRIC = CRS.from_epsg(4548)


@pytest.mark.parametrize("layer", COLUMNS)
def test_an_empty_layer_has_the_columns_and_types_of_a_full_one(layer: str) -> None:
    empty = empty_layer(layer, crs=METRIC)
    full = as_layer(gpd.GeoDataFrame(geometry=[Point(0, 0)], crs=METRIC), layer=layer, crs=METRIC)
    assert (len(empty), empty.crs) == (0, METRIC)
    assert empty.dtypes.to_dict() == full.dtypes.to_dict()
    assert list(full.columns) == [*COLUMNS[layer], "geometry"]


def test_what_nobody_recorded_is_missing_and_what_is_not_asked_for_is_left_out() -> None:
    frame = gpd.GeoDataFrame(
        {"name": ["甲", None, np.nan], "households": [10, None, 3], "colour": "red"},
        geometry=[Point(i, 0) for i in range(3)],
        index=[7, 3, 9],
        crs=METRIC,
    )
    layer = as_layer(frame, layer="estates", crs=METRIC)
    assert layer["name"].tolist() == ["甲", None, None]
    assert layer["households"].tolist() == [10.0, pytest.approx(float("nan"), nan_ok=True), 3.0]
    assert layer["people"].isna().all()
    assert layer["subdistrict"].tolist() == [None] * 3
    assert layer.index.tolist() == [0, 1, 2]
    assert "colour" not in layer


@pytest.mark.parametrize("dtype", ["str", "string", object, "category"])
def test_texts_are_of_one_type_however_they_come(dtype: str) -> None:
    frame = gpd.GeoDataFrame({"name": pd.Series(["甲", None], dtype=dtype)}, geometry=[Point(0, 0)] * 2, crs=METRIC)
    layer = as_layer(frame, layer="barriers", crs=METRIC)
    assert layer["name"].dtype == object
    assert layer["name"].tolist() == ["甲", None]


def test_a_layer_is_moved_to_its_coordinate_system_and_the_frame_given_stays_as_it_was() -> None:
    frame = gpd.GeoDataFrame({"kind": ["green"]}, geometry=[Point(117, 28)], crs="EPSG:4326")
    layer = as_layer(frame, layer="context", crs=METRIC)
    assert (layer.crs, frame.crs) == (METRIC, CRS.from_epsg(4326))
    assert layer.geometry[0].x == pytest.approx(500_000, abs=1)
    assert list(frame.columns) == ["kind", "geometry"]
