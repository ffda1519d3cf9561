"""Parking, lifts and green space."""

import numpy as np
import pandas as pd
import pytest

from geo.judgement.amounts import sum_amounts, tell_lifts

NAN = float("nan")
ESTATES = pd.DataFrame(
    {
        "estate_id": ["A", "B", "C"],
        "label": ["甲", "乙", "丙"],
        "source": "小区.shp",
        "district": None,
        "community": None,
        "subdistrict": ["城南", "城南", "城北"],
        "cluster_id": ["C1", "C1", None],
        "households": [100.0, 300.0, NAN],
        "people": [250.0, 750.0, NAN],
        "parking_spaces": [80.0, 40.0, 20.0],
        "units": [10.0, 6.0, 4.0],
        "lift_units": [2.0, 0.0, 5.0],
        "storeys": [6.0, 3.0, 7.0],
        "green_area_m2": [500.0, NAN, NAN],
        "floor_area_m2": [10_000.0, 20_000.0, 5_000.0],
        "ebike_ports": [20.0, 30.0, NAN],
        "ev_chargers": [NAN, NAN, NAN],
        "property_room_m2": [20.0, NAN, 5.0],
        "estimated": [False, False, False],
    }
)
NEAREST = pd.DataFrame(
    {
        "estate_id": ["A", "A", "B", "B"],
        "service": ["parking", "parking", "parking", "market"],
        "rank": [1, 2, 1, 1],
        "walk_minutes": [4.0, 9.0, 7.0, 1.0],
        "facility_id": ["P1", "P2", "P2", "P1"],
    }
)
FACILITIES = pd.DataFrame(
    {"facility_id": ["P1", "P2", "P1"], "service": ["parking", "parking", "market"], "capacity": [60.0, NAN, 9.0],
     "night_spaces": [25.0, NAN, NAN]}
)  # fmt: skip


def amounts(estates: pd.DataFrame = ESTATES) -> pd.DataFrame:
    return sum_amounts(estates, nearest=NEAREST, facilities=FACILITIES).set_index(["scale", "unit"])


def test_spaces_per_household_are_told_by_estate_and_pooled_over_those_that_are_known() -> None:
    rows = amounts()["spaces_per_household"]
    assert rows.loc["estate"].tolist() == pytest.approx([0.8, 40 / 300, NAN], nan_ok=True)
    assert rows.loc["cluster"].to_dict() == {"C1": pytest.approx(0.3)}
    assert rows.loc["whole"].tolist() == pytest.approx([0.3])
    assert amounts().loc["whole", "parking_estates"].tolist() == [2]
    assert np.isnan(rows.loc["subdistrict"]["城北"])


def test_stairwells_without_a_lift_count_from_four_storeys_on_and_not_where_figures_are_at_odds() -> None:
    rows = amounts()
    assert rows.loc["estate", "walk_up_units"].tolist() == pytest.approx([8, 0, NAN], nan_ok=True)
    assert rows.loc["whole", ["lift_estates", "units", "walk_up_units"]].to_numpy().tolist() == [[2, 16, 8]]
    (told,) = tell_lifts(ESTATES)
    assert (told.code, told.feature, told.value) == ("lifts_above_units", "C 丙", "5")


def test_green_space_is_per_person_of_the_estates_where_it_is_known() -> None:
    row = amounts().loc["whole"].iloc[0]
    assert (row["green_estates"], row["green_m2_per_person"]) == (1, 2.0)


def test_the_nearest_public_car_park_stands_beside_an_estate_with_its_spaces() -> None:
    rows = amounts().loc["estate"]
    assert rows["car_park_minutes"].tolist() == pytest.approx([4, 7, NAN], nan_ok=True)
    assert rows["car_park_spaces"].tolist() == pytest.approx([60, NAN, NAN], nan_ok=True)
    assert amounts().loc["whole", "car_park_minutes"].isna().all()


def test_nothing_known_is_no_figure_and_no_zero() -> None:
    bare = ESTATES.assign(parking_spaces=NAN, units=NAN, green_area_m2=NAN)
    row = amounts(bare).loc["whole"].iloc[0]
    assert row[["parking_estates", "lift_estates", "green_estates"]].tolist() == [0, 0, 0]
    assert row[["parking_spaces", "spaces_per_household", "units", "walk_up_units", "green_m2_per_person"]].isna().all()


def test_charging_and_property_rooms_are_those_of_the_estates_where_they_are_known() -> None:
    row = amounts().loc[("whole", None)]
    assert row[["ebike_estates", "ebike_ports", "ev_estates"]].tolist() == [2, 50, 0]
    assert pd.isna(row["ev_chargers"])
    assert row[["room_estates", "property_room_m2", "room_floor_m2"]].tolist() == [2, 25, 15_000]
    assert row["property_room_share"] == pytest.approx(25 / 15_000)


def test_the_spaces_of_the_nearest_car_park_at_night_are_told() -> None:
    assert amounts().loc[("estate", "A"), "car_park_night_spaces"] == 25


@pytest.mark.parametrize("column", ["estates", "households", "parking_spaces", "units", "green_area_m2"])
def test_subdistricts_add_up_to_the_whole(column: str) -> None:
    rows = amounts()[column]
    assert rows.loc["whole"].sum() == rows.loc["subdistrict"].sum() == rows.loc["estate"].sum()
