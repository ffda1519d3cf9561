from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Geometry, Point, box

from data.facilities.merging import OFFICIAL, OSM, PLAIN, WEB, merge_facilities, trust_of
from data.problems import Problem
from data.project import FacilitiesMergeTable
from data.words import LANGUAGES, words
from tests.osm_files import LOCAL_CRS

EAST, NORTH = 500_000.0, 3_170_000.0
RECORD = {
    "name": "小太阳幼儿园", "service": "kindergarten", "status": None, "capacity": np.nan, "floor_area_m2": np.nan,
    "night_spaces": np.nan, "list": "甲", "trust": PLAIN,
}  # fmt: skip


def records(*rows: Mapping[str, object]) -> gpd.GeoDataFrame:
    """Make records; ``at`` is metres east, or a shape, and each row may change what is usual."""
    told = [{**RECORD, **row} for row in rows]
    frame = pd.DataFrame([{key: value for key, value in row.items() if key != "at"} for row in told])
    ids = [row.get("facility_id", f"F{number}") for number, row in enumerate(told, 1)]
    frame = frame.assign(facility_id=ids, origin=frame["list"] + " #" + pd.Series(ids), source=frame["list"])
    frame["name"] = frame["name"].astype(object)
    frame["status"] = frame["status"].astype(object)
    return gpd.GeoDataFrame(frame, geometry=[shape(row.get("at", 0.0)) for row in told], crs=LOCAL_CRS)


def shape(at: object) -> Geometry:
    return Point(EAST + at, NORTH) if isinstance(at, int | float) else at


def area(west: float, east: float) -> Geometry:
    return box(EAST + west, NORTH - 20, EAST + east, NORTH + 20)


def merge(
    *rows: Mapping[str, object], decided: Mapping[str, object] | None = None
) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    table = FacilitiesMergeTable.model_validate(decided or {})
    return merge_facilities(records(*rows), table=table, file="project.toml")


def codes(problems: Sequence[Problem]) -> list[str]:
    assert all(one.line(words(language)) for one in problems for language in LANGUAGES)
    return [one.code for one in problems]


def test_nothing_gives_nothing() -> None:
    merged, problems = merge_facilities(records({}).iloc[:0], table=FacilitiesMergeTable(), file="")
    assert (len(merged), problems) == (0, ())


def test_a_lone_record_stays_as_it_is() -> None:
    merged, problems = merge({"capacity": 30.0})
    assert merged[["facility_id", "capacity", "source"]].to_numpy().tolist() == [["F1", 30.0, "甲"]]
    assert problems == ()


def test_what_the_sources_know_is_put_together() -> None:
    merged, problems = merge(
        {"list": "poi", "trust": WEB, "name": "小太阳幼儿园(总园)"},
        {"list": "名录", "trust": OFFICIAL, "at": 20, "name": "市小太阳幼儿园", "capacity": 180.0},
        {"list": "osm", "trust": OSM, "at": area(5, 45), "floor_area_m2": 900.0},
    )
    assert merged[["facility_id", "name", "capacity", "floor_area_m2", "source"]].to_numpy().tolist() == [
        ["F2", "市小太阳幼儿园", 180.0, 900.0, "名录; poi; osm"]
    ]
    assert merged.geometry.area.tolist() == [1600.0]
    assert codes(problems) == ["facility_merged"]


def test_the_most_trusted_point_is_kept_where_no_source_has_an_area() -> None:
    merged, _ = merge({"list": "poi", "trust": WEB}, {"list": "名录", "trust": OFFICIAL, "at": 20})
    assert merged.geometry.iloc[0].equals(Point(EAST + 20, NORTH))


@pytest.mark.parametrize(
    ("first", "second", "taken", "code"),
    [
        ({"capacity": 30.0}, {"capacity": 45.0}, 30.0, ["facility_sizes_unlike"]),
        ({"capacity": 30.0, "trust": WEB}, {"capacity": 45.0}, 45.0, ["facility_sizes_unlike"]),
        ({"capacity": 30.0}, {"capacity": 30.0}, 30.0, []),
        ({"capacity": 30.0}, {}, 30.0, []),
        ({}, {"capacity": 45.0}, 45.0, []),
    ],
)
def test_sizes(first: Mapping[str, object], second: Mapping[str, object], taken: float, code: list[str]) -> None:
    merged, problems = merge(first, {"list": "乙", "at": 10, **second})
    assert merged["capacity"].tolist() == [taken]
    assert codes(problems) == ["facility_merged", *code]


# Two lists, but for the last of each name that says otherwise.
PAIRS: list[tuple[str, Mapping[str, object], Mapping[str, object], int, list[str]]] = [
    ("at the distance", {}, {"at": 100}, 1, []),
    ("beyond the distance", {}, {"at": 101}, 2, ["far"]),
    ("far beyond", {}, {"at": 151}, 2, []),
    ("of other services", {}, {"service": "childcare"}, 2, []),
    ("alike", {}, {"name": "大太阳幼儿园"}, 2, ["name"]),
    ("a number on one side", {}, {"name": "小太阳第二幼儿园"}, 2, ["mark"]),
    ("a direction on one side", {}, {"name": "小太阳幼儿园(东区)"}, 2, ["mark"]),
    ("a branch", {}, {"name": "小太阳幼儿园分园"}, 2, []),
    ("to come", {}, {"status": "planned"}, 2, ["planned"]),
    ("both to come", {"status": "planned"}, {"status": "planned"}, 1, []),
    ("one list, one name", {}, {"list": "甲", "at": 40}, 1, []),
    ("one list, two names", {}, {"list": "甲", "name": "大太阳幼儿园"}, 2, []),
    ("one list, two forms", {"name": "艾儿宝贝幼儿园"}, {"list": "甲", "at": 5, "name": "爱儿宝贝幼儿园"}, 2,
     ["one_list"]),
    ("one list, sizes", {"capacity": 9.0}, {"list": "甲", "at": 9, "capacity": 9.0}, 2, ["sizes"]),
    ("one list, written twice", {"capacity": 9.0}, {"list": "甲", "capacity": 9.0}, 1, []),
    ("no name, next to it", {}, {"name": None, "at": 15}, 1, []),
    ("no name, farther", {}, {"name": None, "at": 16}, 2, []),
    ("no name, one list", {}, {"name": None, "at": 5, "list": "甲"}, 2, []),
    ("no name, in the area", {"at": area(0, 40)}, {"name": None, "at": 5, "list": "甲"}, 1, []),
    ("another name in the area", {"at": area(0, 40)}, {"name": "红旗幼儿园", "at": 5, "list": "甲"}, 2, []),
    ("no names, one list", {"name": None}, {"name": None, "at": 5, "list": "甲"}, 2, []),
    ("no names, areas of two lists", {"name": None, "at": area(0, 9)}, {"name": None, "at": area(1, 8)}, 1, []),
    ("no names, areas side by side", {"name": None, "at": area(0, 9)}, {"name": None, "at": area(9, 18)}, 2, []),
    ("no names, an area in a larger one", {"name": None, "at": area(0, 40)}, {"name": None, "at": area(1, 8)}, 2, []),
    ("areas of one list", {"at": area(0, 9)}, {"at": area(40, 60), "list": "甲"}, 1, []),
    ("stations of two levels", {"name": "和平社区卫生服务站", "service": "health_station"},
     {"name": "和平社区卫生服务中心", "service": "health_station"}, 2, ["level"]),
    ("街道 and 社区", {"name": "和平街道养老服务中心", "service": "elder_care"},
     {"name": "和平社区养老服务中心", "service": "elder_care"}, 2, []),
    ("小学 and 中学", {"name": "和平小学", "service": "school"}, {"name": "和平中学", "service": "school"}, 2, []),
    ("two sorts of court", {"name": "篮球场", "service": "sports"}, {"name": "网球场", "service": "sports"}, 2, []),
    ("stops across the street", {"name": "和平路", "service": "bus_stop"},
     {"name": "和平路", "service": "bus_stop", "at": 25}, 2, []),
]  # fmt: skip


@pytest.mark.parametrize(("first", "second", "count", "why"), [row[1:] for row in PAIRS], ids=[row[0] for row in PAIRS])
def test_two_records(first: Mapping[str, object], second: Mapping[str, object], count: int, why: list[str]) -> None:
    merged, problems = merge(first, {"list": "乙", **second})
    assert len(merged) == count
    said = {words("zh")(f"terms.doubt.{reason}") for reason in why}
    assert {one.facts["why"]["zh"] for one in problems if one.code == "facility_doubtful"} == said  # type: ignore[index]
    assert len(codes(problems)) == max(2 - count, len(why))


def test_pieces_of_one_ground_keep_all_their_parts() -> None:
    pieces = [{"name": "中国亭园", "service": "green", "at": area(west, west + 50)} for west in (0, 60, 120, 180)]
    merged, problems = merge(*pieces)
    assert merged.geometry.area.tolist() == [8000.0]
    assert codes(problems) == ["facility_merged"]


def test_courts_side_by_side_stay_as_many_as_they_are() -> None:
    courts = [
        {"name": "篮球场", "service": "sports", "list": one, "at": area(west, west + 15)}
        for one in ("甲", "乙")
        for west in (0, 15, 30, 45)
    ]
    merged, _ = merge(*courts)
    assert merged.geometry.area.tolist() == [600.0] * 4


def test_a_place_of_two_services_is_told_of_once() -> None:
    rows = [{"list": one, "service": service} for one in ("甲", "乙") for service in ("kindergarten", "childcare")]
    frame = records(*rows).assign(origin=["甲 #1", "甲 #1", "乙 #1", "乙 #1"])
    merged, problems = merge_facilities(frame, table=FacilitiesMergeTable(), file="")
    assert merged["service"].tolist() == ["kindergarten", "childcare"]
    assert codes(problems) == ["facility_merged"]


@pytest.mark.parametrize(
    ("decided", "count", "code"),
    [
        ({"same": [["F1", "F2"]]}, 1, "facility_merged"),
        ({"same": [["小太阳幼儿园", "红旗幼儿园"]]}, 1, "facility_merged"),
        ({"same": [["F1", "F9"]]}, 2, "merge_unknown"),
        ({"same": [["F1"]]}, 2, "merge_no_pair"),
        ({"same": [["F1", "F2"]], "apart": [["F2", "F1"]]}, 2, "merge_contradictory"),
        ({"distance_m": {"kindergartens": 5}}, 2, "merge_service_unknown"),
    ],
)
def test_what_the_planner_declares(decided: Mapping[str, object], count: int, code: str) -> None:
    merged, problems = merge({}, {"list": "乙", "name": "红旗幼儿园", "at": 900}, decided=decided)
    assert (len(merged), codes(problems)) == (count, [code])


def test_a_name_that_several_bear_is_not_enough() -> None:
    rows = [{"at": 900.0 * turn} for turn in range(2)]
    _, problems = merge(*rows, {"name": "红旗幼儿园"}, decided={"same": [["红旗幼儿园", "小太阳幼儿园"]]})
    assert codes(problems) == ["merge_name_many"]
    assert problems[0].value == "小太阳幼儿园 (F1, F2)"


@pytest.mark.parametrize(
    ("source", "trust"),
    [("民政局名录.xlsx", OFFICIAL), ("设施POI.csv", WEB), ("高德", WEB), ("town.osm.pbf", OSM), ("设施.shp", PLAIN)],
)
def test_trust(source: str, trust: int) -> None:
    assert trust_of(source) == trust


NAMES = ["小太阳幼儿园", "甲市小太阳幼儿园", "小太阳幼儿园(分园)", "大太阳幼儿园", "小太阳第二幼儿园", "幼儿园", None]
ROWS: st.SearchStrategy[list[dict[str, object]]] = st.lists(
    st.builds(
        dict,
        name=st.sampled_from(NAMES),
        at=st.one_of(st.integers(0, 400), st.integers(0, 300).map(lambda west: area(west, west + 30))),
        list=st.sampled_from(["甲", "乙", "丙"]),
        service=st.sampled_from(["kindergarten", "convenience"]),
        capacity=st.sampled_from([np.nan, 30.0, 45.0]),
        status=st.sampled_from([None, None, "open", "closed", "planned"]),
        trust=st.sampled_from([OFFICIAL, WEB]),
    ),
    max_size=9,
)


def shown(merged: gpd.GeoDataFrame) -> list[tuple[str, ...]]:
    told = pd.DataFrame(merged.drop(columns="geometry")).assign(shape=merged.geometry.to_wkt())
    return sorted(tuple(map(str, row)) for row in told.to_numpy().tolist())


@settings(max_examples=40)
@given(rows=ROWS.filter(bool), data=st.data())
def test_the_order_of_the_rows_settles_nothing(rows: list[dict[str, object]], data: st.DataObject) -> None:
    frame = records(*rows)
    order = data.draw(st.permutations(range(len(frame))))
    found = [
        merge_facilities(one, table=FacilitiesMergeTable(), file="")[0] for one in (frame, frame.iloc[list(order)])
    ]
    assert shown(found[0]) == shown(found[1])


@settings(max_examples=40)
@given(rows=ROWS.filter(bool))
def test_no_capacity_is_lost_and_nothing_is_added(rows: list[dict[str, object]]) -> None:
    frame = records(*rows)
    merged, _ = merge_facilities(frame, table=FacilitiesMergeTable(), file="")
    assert len(merged) <= len(frame)
    assert merged["facility_id"].is_unique
    assert set(merged["facility_id"]) <= set(frame["facility_id"])
    assert set(merged["service"]) == set(frame["service"])
    known = frame.dropna(subset="capacity")
    reached = known.geometry.apply(lambda place: merged.dropna(subset="capacity").distance(place).min())
    assert known.empty or reached.max() <= 150


@settings(max_examples=40)
@given(rows=ROWS.filter(bool))
def test_what_is_put_together_lies_within_the_distance(rows: list[dict[str, object]]) -> None:
    frame = records(*rows)
    _, problems = merge_facilities(frame, table=FacilitiesMergeTable(), file="")
    by_id = frame.set_index("facility_id")
    for one in (one for one in problems if one.code == "facility_merged"):
        own = by_id.loc[one.feature.split(", ")]
        spans = [own.distance(place).max() for place in own.geometry]
        # Pieces of one ground may reach half as far again.
        assert max(spans) <= 150
        assert own["service"].nunique() == 1
