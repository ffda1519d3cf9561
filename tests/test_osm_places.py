from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from shapely import Point

from data.facilities.settling import Settled, settle_facilities
from data.layers import COLUMNS
from data.osm import places
from data.osm.extract import open_extract
from data.osm.features import read_features
from data.problems import Severity
from data.project import FacilitiesMergeTable
from tests.osm_files import EAST, LOCAL_CRS, NORTH, at, square, write_osm

Tags = dict[str, str]
HOMES = {"landuse": "residential"}


def read(folder: Path, **parts: Any) -> gpd.GeoDataFrame:  # noqa: ANN401
    return read_features(open_extract(write_osm(folder / "a.osm.pbf", **parts)))[0]


def area(folder: Path, tags: Tags) -> gpd.GeoDataFrame:
    nodes, ring = square(1, 0, 0)
    return read(folder, nodes=nodes, ways=[(1, ring, tags)])


def point(folder: Path, tags: Tags) -> gpd.GeoDataFrame:
    return read(folder, nodes=[(1, *at(0, 0), tags)])


def settled(features: gpd.GeoDataFrame) -> Settled:
    records = places.facility_records_of(features, crs=LOCAL_CRS, date="2024-04-01", source="osm")
    estates = places.estates_of(features, crs=LOCAL_CRS)
    return settle_facilities(records, estates=estates, table=FacilitiesMergeTable(), file="")


@pytest.mark.parametrize("layer", ["estates", "buildings", "sites", "barriers", "gates", "entrances", "context"])
def test_an_extract_without_anything_gives_every_layer_with_its_columns(tmp_path: Path, layer: str) -> None:
    frame = getattr(places, f"{layer}_of")(read(tmp_path), crs=LOCAL_CRS)
    assert (list(frame.columns), len(frame), frame.crs) == ([*COLUMNS[layer], "geometry"], 0, LOCAL_CRS)


def test_an_estate_has_its_shape_name_and_years(tmp_path: Path) -> None:
    tags = {**HOMES, "name": "Xingfuli", "name:zh": "幸福里", "start_date": "~1985-06"}
    estates = places.estates_of(area(tmp_path, tags), crs=LOCAL_CRS)
    assert estates[["estate_id", "name", "built_year_min", "built_year_max", "source"]].to_numpy().tolist() == [
        ["w1", "幸福里", 1985.0, 1985.0, "osm"]
    ]
    assert estates.area[0] == pytest.approx(10_000, rel=1e-4)
    assert estates[["households", "people", "floor_area_m2"]].isna().all(axis=None)


def test_estates_of_one_name_and_of_none_stay_apart(tmp_path: Path) -> None:
    parts = [square(10 * i, 200 * i, 0) for i in (1, 2, 3)]
    tags = [{**HOMES, "name": "阳光小区"}, {**HOMES, "name": "阳光小区"}, HOMES]
    ways = [(i, ring, own) for i, ((_, ring), own) in enumerate(zip(parts, tags, strict=True), 1)]
    features = read(tmp_path, nodes=[node for nodes, _ in parts for node in nodes], ways=ways)
    estates = places.estates_of(features, crs=LOCAL_CRS)
    assert estates["estate_id"].tolist() == ["w1", "w2", "w3"]
    assert estates["name"].tolist() == ["阳光小区", "阳光小区", None]


def test_an_estate_lies_in_the_smallest_area_of_each_level(tmp_path: Path) -> None:
    parts = {1: square(10, 0, 0), 2: square(20, -500, -500, side=2000), 3: square(30, -50, -50, side=300)}
    parts[4] = square(40, 5000, 0)
    admin = {"boundary": "administrative", "admin_level": "8"}
    tags = {1: HOMES, 2: {**admin, "name": "大街道"}, 3: {**admin, "name": "小街道"}, 4: HOMES}
    features = read(
        tmp_path,
        nodes=[node for nodes, _ in parts.values() for node in nodes],
        ways=[(i, ring, tags[i]) for i, (_, ring) in parts.items()],
    )
    estates = places.estates_of(features, crs=LOCAL_CRS)
    assert estates[["estate_id", "subdistrict", "district"]].to_numpy().tolist() == [
        ["w1", "小街道", None],
        ["w4", None, None],
    ]


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"building": "apartments", "building:levels": "7", "building:flats": "42"}, ["apartments", 7.0, 42.0]),
        ({"building": "yes", "building:levels": "6.5"}, ["yes", 6.5, None]),
        ({"building": "yes", "building:levels": "about 6"}, ["yes", None, None]),
        ({"building": "yes", "building:levels": "-1"}, ["yes", None, None]),
    ],
    ids=str,
)
def test_a_building_has_its_use_levels_and_flats(tmp_path: Path, tags: Tags, expected: list[object]) -> None:
    buildings = places.buildings_of(area(tmp_path, tags), crs=LOCAL_CRS)
    found = buildings[["use", "levels", "flats"]].astype(object)
    assert found.where(found.notna(), None).to_numpy().tolist() == [expected]


def test_what_is_no_building_is_left_out(tmp_path: Path) -> None:
    assert places.buildings_of(area(tmp_path, {"building": "no", **HOMES}), crs=LOCAL_CRS).empty


@pytest.mark.parametrize(
    ("capacity", "expected"),
    [("20", 20.0), ("20 beds", 20.0), (" 12.5", 12.5), ("20-30", 20.0), ("many", None), ("", None)],
)
def test_a_capacity_is_the_number_its_tag_starts_with(tmp_path: Path, capacity: str, expected: float | None) -> None:
    features = point(tmp_path, {"amenity": "kindergarten", "name": "育红幼儿园", "capacity": capacity})
    found = settled(features).running["capacity"][0]
    assert pd.isna(found) if expected is None else found == expected


def test_a_place_of_two_services_has_a_row_and_a_name_for_each(tmp_path: Path) -> None:
    features = point(tmp_path, {"amenity": "kindergarten", "name": "小太阳幼儿园（含托班）"})
    facilities = settled(features)
    assert facilities.running["facility_id"].tolist() == ["n1:kindergarten", "n1:childcare"]
    assert facilities.problems == ()


@pytest.mark.parametrize(
    ("tags", "left"), [({"amenity": "school", "name": "第六中学"}, ["w1"]), ({"amenity": "library"}, ["n9", "w1"])]
)
def test_a_point_inside_an_area_of_the_same_service_is_the_same_place(
    tmp_path: Path, tags: Tags, left: list[str]
) -> None:
    nodes, ring = square(1, 0, 0)
    features = read(
        tmp_path,
        nodes=[*nodes, (9, *at(50, 50), tags)],
        ways=[(1, ring, {"amenity": "school", "name": "第六中学"})],
    )
    facilities = settled(features)
    assert facilities.running["facility_id"].tolist() == left
    assert [(one.severity, one.feature, one.value, one.facts["rows"]) for one in facilities.problems] == [
        (Severity.NOTE, "n9, w1", "第六中学", "osm #n9, osm #w1")
    ][: 2 - len(left)]


@pytest.mark.parametrize(
    ("tags", "status"),
    [
        ({"amenity": "school", "name": "第六中学"}, "open"),
        ({"amenity": "school", "name": "第六中学（在建）"}, "planned"),
        ({"amenity": "school", "name": "第六中学", "building": "construction"}, "planned"),
        ({"amenity": "school", "name": "第六中学", "disused": "yes"}, "closed"),
        ({"amenity": "school", "name": "第六中学", "opening_date": "2031-09"}, "planned"),
        ({"amenity": "school", "name": "第六中学", "opening_date": "2019-09-01"}, "open"),
        ({"amenity": "school", "name": "第六中学", "end_date": "2019"}, "closed"),
        ({"disused:amenity": "school", "name": "第六中学"}, "closed"),
        ({"abandoned:amenity": "school"}, "closed"),
        ({"proposed:amenity": "school"}, "planned"),
        ({"construction:amenity": "school"}, "planned"),
        ({"disused:amenity": "school", "shop": "kiosk"}, None),
    ],
    ids=lambda value: " ".join(f"{key}={text}" for key, text in value.items()) if isinstance(value, dict) else "",
)
def test_the_life_cycle_of_a_place_stands_in_its_tags(tmp_path: Path, tags: Tags, status: str | None) -> None:
    facilities = settled(point(tmp_path, tags))
    found = pd.concat([facilities.running, facilities.aside])
    assert found["status"].tolist() == ([status] if status else [])
    assert (facilities.running["status"] == "open").all()


def test_a_site_has_its_kind_and_its_area_where_it_has_one(tmp_path: Path) -> None:
    nodes, ring = square(1, 0, 0)
    features = read(
        tmp_path,
        nodes=[*nodes, (9, *at(500, 0), {"amenity": "parking"})],
        ways=[(1, ring, {"landuse": "industrial", "name": "老厂区", "disused": "yes"})],
    )
    sites = places.sites_of(features, crs=LOCAL_CRS)
    assert sites[["site_id", "kind", "links"]].to_numpy().tolist() == [["n9", "parking", True], ["w1", "factory", True]]
    assert sites["area_m2"].tolist() == [pytest.approx(float("nan"), nan_ok=True), pytest.approx(10_000, rel=1e-4)]


BARRIERS: list[tuple[Tags, list[str]]] = [
    ({"railway": "rail"}, ["railway"]),
    ({"railway": "rail", "tunnel": "yes"}, []),
    ({"railway": "rail", "bridge": "yes"}, []),
    ({"railway": "subway"}, []),
    ({"highway": "trunk"}, ["expressway"]),
    ({"highway": "trunk", "sidewalk": "both"}, []),
    ({"waterway": "river"}, ["river"]),
    ({"waterway": "stream"}, []),
    ({"barrier": "wall"}, ["wall"]),
    ({"highway": "footway"}, []),
]


@pytest.mark.parametrize(("tags", "kinds"), BARRIERS, ids=lambda value: str(value) if isinstance(value, dict) else "")
def test_which_lines_bar(tmp_path: Path, tags: Tags, kinds: list[str]) -> None:
    features = read(tmp_path, nodes=[(1, *at(0, 0)), (2, *at(100, 0))], ways=[(1, [1, 2], tags)])
    assert places.barriers_of(features, crs=LOCAL_CRS)["kind"].tolist() == kinds


@pytest.mark.parametrize(
    ("tags", "kind", "dimensions"),
    [
        ({"barrier": "wall"}, "wall", 1),
        ({"barrier": "wall", **HOMES}, "wall", 1),
        ({"natural": "water"}, "water", 2),
        ({"natural": "water", "water": "river"}, "river", 2),
    ],
    ids=str,
)
def test_a_wall_around_an_area_is_a_line_and_water_an_area(
    tmp_path: Path, tags: Tags, kind: str, dimensions: int
) -> None:
    barriers = places.barriers_of(area(tmp_path, tags), crs=LOCAL_CRS)
    assert barriers["kind"].tolist() == [kind]
    assert shapely.get_dimensions(barriers.geometry.to_numpy()).tolist() == [dimensions]


@pytest.mark.parametrize(
    ("tags", "state"),
    [
        ({}, "open"),
        ({"access": "yes"}, "open"),
        ({"access": "private"}, "residents"),
        ({"access": "no"}, "closed"),
        ({"locked": "yes"}, "closed"),
        ({"locked": "yes", "access": "private"}, "closed"),
        ({"access": "no", "foot": "yes"}, "open"),
        ({"access": "private", "foot": "designated"}, "open"),
        ({"foot": "no"}, "closed"),
        ({"foot": "private"}, "residents"),
        ({"access": "yes", "foot": "permit"}, "residents"),
        ({"access": "delivery"}, "residents"),
        ({"motor_vehicle": "private"}, "open"),
        ({"locked": "yes", "foot": "yes"}, "closed"),
    ],
    ids=str,
)
def test_the_state_of_a_gate(tmp_path: Path, tags: Tags, state: str) -> None:
    gates = places.gates_of(point(tmp_path, {"barrier": "gate", "name": "南门", **tags}), crs=LOCAL_CRS)
    assert gates[["gate_id", "osm_id", "name", "state"]].to_numpy().tolist() == [["n1", 1, "南门", state]]


@pytest.mark.parametrize(
    ("tags", "count"),
    [
        ({"barrier": "full-height_turnstile"}, 1),
        ({"barrier": "bollard"}, 0),
        ({"barrier": "bollard", "access": "no"}, 0),
        ({"barrier": "cycle_barrier", "foot": "no"}, 1),
        ({"foot": "no"}, 0),
    ],
    ids=str,
)
def test_which_barriers_are_gates(tmp_path: Path, tags: Tags, count: int) -> None:
    assert len(places.gates_of(point(tmp_path, {**tags, "highway": "crossing"}), crs=LOCAL_CRS)) == count


def test_a_gate_that_is_drawn_as_a_line_stands_in_its_middle(tmp_path: Path) -> None:
    nodes = [(1, *at(0, 0)), (2, *at(6, 0))]
    features = read(tmp_path, nodes=nodes, ways=[(8, [1, 2], {"barrier": "gate", "access": "private"})])
    gates = places.gates_of(features, crs=LOCAL_CRS)
    assert gates[["gate_id", "osm_id", "state"]].to_numpy().tolist() == [["w8", 0, "residents"]]
    assert gates.geometry[0].distance(Point(EAST + 3, NORTH)) < 0.01


@pytest.mark.parametrize(("value", "count"), [("yes", 1), ("main", 1), ("emergency", 0), ("no", 0)])
def test_which_entrances_are_used(tmp_path: Path, value: str, count: int) -> None:
    assert len(places.entrances_of(point(tmp_path, {"entrance": value}), crs=LOCAL_CRS)) == count


def test_green_is_drawn_for_orientation(tmp_path: Path) -> None:
    context = places.context_of(area(tmp_path, {"leisure": "park", "name": "兆麟公园"}), crs=LOCAL_CRS)
    assert context[["kind", "name"]].to_numpy().tolist() == [["green", "兆麟公园"]]
