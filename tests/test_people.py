from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon, box

from data.layers import as_layer
from data.project import EstimatesTable
from geo.judgement.people import fill_people
from tests.tiny import TINY_CRS

# 10 storeys by default, 100 m² by household, 3 people in it: all sums come out whole.
ASSUMED = EstimatesTable(
    levels={"apartments": 10.0, "house": 2.0},
    plot_ratio=1.5,
    household_floor_area_m2=100.0,
    household_people=3.0,
    min_footprint_m2=60.0,
)
PLOT = box(0, 0, 100, 100)
FIGURES = ["floor_area_m2", "households", "people", "buildings"]


def estates(*rows: dict[str, Any]) -> gpd.GeoDataFrame:
    return layer("estates", "estate_id", rows)


def buildings(*rows: dict[str, Any]) -> gpd.GeoDataFrame:
    return layer("buildings", "building_id", rows)


def layer(name: str, key: str, rows: tuple[dict[str, Any], ...]) -> gpd.GeoDataFrame:
    table = [{key: f"{key}{number}", **row} for number, row in enumerate(rows)]
    shapes = [row.pop("geometry", PLOT) for row in table]
    return as_layer(gpd.GeoDataFrame(table, geometry=shapes, crs=TINY_CRS), layer=name, crs=TINY_CRS)


def block(*, x: float = 10, y: float = 10, w: float = 20, **columns: object) -> dict[str, Any]:
    """Return a building of w by 10 m."""
    return {"use": "apartments", "geometry": box(x, y, x + w, y + 10), **columns}


def fill(places: gpd.GeoDataFrame, houses: gpd.GeoDataFrame) -> list[tuple[Any, ...]]:
    found = fill_people(places, buildings=houses, assumed=ASSUMED)
    return list(found[[*FIGURES, "estimate_method"]].itertuples(index=False, name=None))


@pytest.mark.parametrize(
    ("houses", "expected"),
    [
        # 200 m² x 4 storeys; 8 households; 24 people.
        ([block(levels=4)], (800, 8, 24, 1, "levels")),
        # 200 m² x 10 storeys by default.
        ([block()], (2000, 20, 60, 1, "default_levels")),
        ([block(use="house")], (400, 4, 12, 1, "default_levels")),
        # 200 x 4 known of 200 x 4 + 200 x 2: two thirds.
        ([block(levels=4), block(y=30, use="house")], (1200, 12, 36, 2, "levels")),
        # Exactly half of the floor area is of known storeys.
        ([block(levels=10), block(y=30)], (4000, 40, 120, 2, "levels")),
        ([block(levels=9), block(y=30)], (3800, 38, 114, 2, "default_levels")),
        # 10,000 m² x 1.5.
        ([], (15000, 150, 450, np.nan, "plot_ratio")),
        ([block(use="retail", levels=4), block(use=None)], (15000, 150, 450, np.nan, "plot_ratio")),
        # Sheds of 59 m² and a building of just 60 m².
        ([block(w=5.9), block(y=30, w=6)], (600, 6, 18, 1, "default_levels")),
    ],
)
def test_figures_that_nobody_recorded_are_worked_out(houses: list[dict[str, Any]], expected: tuple[Any, ...]) -> None:
    (row,) = fill(estates({}), buildings(*houses))
    assert _same(row, expected)


def _same(row: tuple[Any, ...], expected: tuple[Any, ...]) -> bool:
    np.testing.assert_array_equal(np.array(row[:-1], float), np.array(expected[:-1], float))
    return bool(row[-1] == expected[-1])


@pytest.mark.parametrize(
    ("recorded", "expected"),
    [
        ({"households": 7, "people": 11}, (800, 7, 11, 1, "surveyed")),
        ({"households": 7}, (800, 7, 21, 1, "household_size")),
        # 11 people / 3 = 3.67 households.
        ({"people": 11}, (800, 4, 11, 1, "household_size")),
        ({"floor_area_m2": 550}, (550, 6, 18, 1, "floor_area")),
        ({"buildings": 9}, (800, 8, 24, 9, "levels")),
        # The middle of a range is a recorded figure, too.
        ({"households": 7.5, "people": 11.5, "floor_area_m2": 550.25}, (550.25, 7.5, 11.5, 1, "surveyed")),
        ({"households": 0, "people": 0}, (800, 0, 0, 1, "surveyed")),
    ],
)
def test_a_recorded_figure_is_never_replaced(recorded: dict[str, float], expected: tuple[Any, ...]) -> None:
    (row,) = fill(estates(recorded), buildings(block(levels=4)))
    assert _same(row, expected)


@pytest.mark.parametrize(
    ("recorded", "is_estimated"),
    [({"households": 7, "people": 11}, False), ({"households": 7}, True), ({"people": 7}, True), ({}, True)],
)
def test_only_a_survey_of_both_is_no_estimate(recorded: dict[str, float], is_estimated: bool) -> None:
    found = fill_people(estates(recorded), buildings=buildings(), assumed=ASSUMED)
    assert found["estimated"].tolist() == [is_estimated]


def test_flats_count_when_every_building_has_them_recorded() -> None:
    assert fill(estates({}), buildings(block(levels=4, flats=12), block(y=30, levels=4, flats=18)))[0][1:3] == (30, 90)


def test_the_flats_of_one_building_are_not_those_of_the_estate() -> None:
    (row,) = fill(estates({}), buildings(block(levels=4, flats=12), *(block(y=y, levels=4) for y in (30, 50, 70))))
    assert row[1:3] == (32, 96)


def test_a_building_in_two_overlapping_estates_counts_for_the_smaller() -> None:
    inner = box(0, 0, 50, 50)
    both = estates({"geometry": PLOT}, {"geometry": inner})
    rows = fill(both, buildings(block(levels=4), block(x=70, y=70, levels=1)))
    assert [row[0] for row in rows] == [200, 800]
    assert [row[3] for row in rows] == [1, 1]


def test_ground_in_several_overlapping_estates_counts_for_the_smallest() -> None:
    # 10,000, 3,600 and 400 m², one within the other, and one that was drawn twice: 1.5 m² of floor for each of ground.
    nested = [box(0, 0, 100, 100), box(0, 0, 60, 60), box(0, 0, 20, 20), box(0, 0, 20, 20)]
    rows = fill(estates(*({"geometry": shape} for shape in nested)), buildings())
    assert [row[0] for row in rows] == [9600, 4800, 600, 0]


def test_a_building_outside_every_estate_counts_for_none() -> None:
    (row,) = fill(estates({}), buildings(block(x=500, levels=4)))
    assert (row[0], row[-1]) == (15000, "plot_ratio")


def test_a_building_across_a_boundary_counts_whole_and_once() -> None:
    west, east = box(0, 0, 45, 100), box(45, 0, 100, 100)
    rows = fill(estates({"geometry": west}, {"geometry": east}), buildings(block(x=40, w=20, levels=4)))
    assert [row[-1] for row in rows] == ["plot_ratio", "levels"]
    assert rows[1][0] == 800


def test_nothing_passed_is_changed() -> None:
    places, houses = estates({}, {"people": 5}), buildings(block())
    before = places.copy(), houses.copy()
    fill_people(places, buildings=houses, assumed=ASSUMED)
    assert places.equals(before[0])
    assert houses.equals(before[1])


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(1, 30)), min_size=1, max_size=12))
def test_floor_area_is_neither_lost_nor_doubled(houses: list[tuple[int, int, int]]) -> None:
    # Every spot of the town lies in the plot, most of them in a smaller one, too.
    smaller: list[Polygon] = [box(0, 0, 300, 300), box(100, 100, 250, 250)]
    places = estates({"geometry": box(0, 0, 400, 400)}, *({"geometry": shape} for shape in smaller))
    rows = fill(places, buildings(*(block(x=30 * x + 3, y=30 * y + 3, levels=n) for x, y, n in houses)))
    built = sum(row[0] for row in rows if row[-1] == "levels")
    assert built == sum(200 * n for _, _, n in houses)
