import dataclasses
import json

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS
from shapely import MultiPolygon, Point, Polygon, box

from geo.plan import Plan
from maps.web.coding import LINE_TOLERANCE_M, STEPS_PER_DEGREE, WGS84, numbers, shapes, texts
from maps.web.payload import WALL_TOLERANCE_M, payload
from tests.tiny import HOSTILE, TINY_CRS, tiny_plan

EAST, NORTH = 500_000.0, 3_150_000.0


@pytest.fixture(scope="module")
def plan() -> Plan:
    return tiny_plan()


@pytest.fixture(scope="module")
def data(plan: Plan) -> dict[str, object]:
    return payload(plan, language="zh")


def _vertices(coded: dict[str, list[int]]) -> np.ndarray:
    return np.cumsum(np.array(coded["steps"]).reshape(-1, 2), axis=0) / STEPS_PER_DEGREE


def _texts(column: object) -> list[str | None]:
    if isinstance(column, dict):
        return [column["of"][at] if at >= 0 else None for at in column["at"]]
    assert isinstance(column, list)
    return column


def test_payload_is_strict_json_in_both_languages(plan: Plan) -> None:
    titles = {json.dumps(payload(plan, language=language), allow_nan=False)[:200] for language in ("zh", "en")}
    assert len(titles) == 2


@pytest.mark.parametrize(
    ("values", "digits", "coded"),
    [
        ([1.0, np.nan, np.inf, -np.inf], 2, [1, None, None, None]),
        ([0.126, 2.5], 2, [0.13, 2.5]),
        ([], 1, []),
        (pd.array([3, None], dtype="Int64"), 0, [3, None]),
    ],
    ids=["not-finite", "rounded", "empty", "nullable"],
)
def test_numbers(values: object, digits: int, coded: list[float | None]) -> None:
    assert numbers(pd.Series(values, dtype=getattr(values, "dtype", float)), digits=digits) == coded


@given(st.lists(st.one_of(st.none(), st.sampled_from(["a", "", "{{7*7}}", "㙍"]))))
def test_texts_keep_every_value_and_every_missing_one(values: list[str | None]) -> None:
    assert _texts(texts(pd.Series(values, dtype="str"))) == values


def test_texts_that_repeat_are_stored_once() -> None:
    assert texts(pd.Series(["x"] * 5 + [None], dtype="str")) == {"of": ["x"], "at": [0, 0, 0, 0, 0, -1]}


def test_shapes_return_to_the_same_place_within_a_tenth_of_a_metre() -> None:
    given_shapes = gpd.GeoSeries([box(EAST, NORTH, EAST + 80, NORTH + 60), Point(EAST + 5, NORTH)], crs=TINY_CRS)
    coded = shapes(given_shapes, crs=TINY_CRS)
    assert (coded["dim"], coded["rings"], coded["points"]) == ([2, 0], [1, 1], [4, 1])
    found = gpd.GeoSeries(gpd.points_from_xy(*_vertices(coded).T), crs=WGS84).to_crs(TINY_CRS)
    wanted = shapely.get_coordinates(np.array([given_shapes[0].exterior, given_shapes[1]]))[[0, 1, 2, 3, 5]]
    assert np.abs(shapely.get_coordinates(found.to_numpy()) - wanted).max() < 0.1


def test_shapes_count_holes_parts_and_missing_ones() -> None:
    holed = Polygon(box(0, 0, 90, 90).exterior, [box(30, 30, 60, 60).exterior])
    mixed = gpd.GeoSeries([MultiPolygon([holed, box(200, 0, 300, 90)]), None, Polygon(), Point(1, 1)])
    coded = shapes(mixed.translate(EAST, NORTH), crs=TINY_CRS)
    assert coded["dim"] == [2, -1, -1, 0]
    assert coded["rings"] == [3, 0, 0, 1]
    assert coded["points"] == [4, 4, 4, 1]


def test_shapes_of_nothing_are_empty() -> None:
    assert shapes(gpd.GeoSeries([], crs=TINY_CRS), crs=TINY_CRS) == {
        "unit": 1, "dim": [], "rings": [], "points": [], "steps": [],
    }  # fmt: skip


def test_simplified_walls_stay_within_half_a_metre() -> None:
    assert 2 * WALL_TOLERANCE_M <= 0.5
    assert LINE_TOLERANCE_M <= 0.5
    wavy = Polygon([(x, 0.2 * (x % 2)) for x in range(50)] + [(49, 40), (0, 40)])
    coded = shapes(gpd.GeoSeries([wavy]).translate(EAST, NORTH), crs=CRS.from_epsg(4548), tolerance_m=WALL_TOLERANCE_M)
    assert 4 <= coded["points"][0] < 10


@pytest.mark.parametrize("layer", ["estates", "facilities", "clusters", "packages", "gaps", "pooled", "adjacency"])
def test_every_row_of_the_plan_is_there(plan: Plan, data: dict[str, dict[str, int]], layer: str) -> None:
    assert data[layer]["count"] == len(getattr(plan, layer))


@pytest.mark.parametrize("layer", ["sites", "barriers", "gates", "context"])
def test_every_row_of_the_inputs_is_there(plan: Plan, data: dict[str, dict[str, int]], layer: str) -> None:
    assert data[layer]["count"] == len(getattr(plan.inputs, layer))


def test_facilities_that_are_not_in_operation_are_told_with_their_service(data: dict[str, dict[str, object]]) -> None:
    assert data["aside"]["status"] == ["closed", "planned"]
    assert data["aside"]["service"] == ["养老服务设施", "社区食堂"]


def test_rows_point_at_their_estates_facilities_and_clusters(data: dict[str, dict[str, list[int]]]) -> None:
    assert data["estates"]["cluster"] == [0, 0, -1, 1, 1]
    assert data["gaps"]["estate"] == [row // 4 for row in range(20)]
    assert data["gaps"]["facility"][1] == 2
    assert data["gaps"]["facility"][0] == -1
    assert data["pooled"]["cluster"] == [0, 1]


def test_access_points_know_their_estate(plan: Plan, data: dict[str, dict[str, list[int]]]) -> None:
    row_of = {name: row for row, name in enumerate(plan.estates["estate_id"])}
    owners = plan.access_points[["owner", "owner_id"]].itertuples(index=False)
    assert data["access"]["estate"] == [row_of[who] if kind == "estate" else -1 for kind, who in owners]


def test_rules_are_shared_by_gaps_and_pooled(plan: Plan, data: dict[str, dict[str, object]]) -> None:
    rules = {name: _texts(data["rules"][name]) for name in ("metric", "op", "unit", "clause", "confidence")}
    asked = [rules["metric"][at] for at in data["gaps"]["rule"]]  # type: ignore[attr-defined]
    assert asked == plan.gaps["metric"].tolist()
    assert [rules["op"][at] for at in data["pooled"]["rule"]] == ["ge", "ge"]  # type: ignore[attr-defined]


def test_hostile_name_is_kept_letter_by_letter(data: dict[str, dict[str, object]]) -> None:
    assert _texts(data["estates"]["label"])[1] == HOSTILE


def test_thin_and_unassessed_services_are_told_apart(data: dict[str, list[dict[str, object]]]) -> None:
    told = {service["key"]: (service["assessed"], service["thin"]) for service in data["services"]}
    assert told["canteen"] == (True, True)
    assert told["elder_care"] == (True, False)
    assert told["market"] == (False, False)
    assert list(told) == ["elder_care", "childcare", "parking", "canteen", "market"]


def test_service_that_the_standard_does_not_know_is_still_shown(plan: Plan) -> None:
    odd = plan.facilities.assign(service=["ferry", *plan.facilities["service"].tolist()[1:]])
    services = payload(dataclasses.replace(plan, facilities=odd), language="zh")["services"]
    assert [service["name"] for service in services if service["key"] == "ferry"] == ["ferry"]


def test_network_pieces_are_grouped_by_class_and_name(data: dict[str, dict[str, object]]) -> None:
    assert data["network"]["pieces"] == [3, 2, 2, 1]
    assert data["network"]["name"] == ["人民路", "解放路", "", ""]
    assert data["network"]["drawn"] == [0, 1, 2, 3]


def test_neighbouring_clusters_have_different_tints(plan: Plan) -> None:
    row = [box(EAST + 100 * k, NORTH, EAST + 100 * k + 90, NORTH + 90) for k in range(20)]
    many = plan.clusters.iloc[[0] * 20].reset_index(drop=True).set_geometry(gpd.GeoSeries(row, crs=TINY_CRS))
    tints = payload(
        dataclasses.replace(plan, clusters=many.assign(cluster_id=[f"C{k}" for k in range(20)])), language="zh"
    )
    assert all(a != b for a, b in zip(tints["clusters"]["tint"], tints["clusters"]["tint"][1:], strict=False))


def test_payload_of_a_plan_without_clusters_and_network(plan: Plan) -> None:
    bare = dataclasses.replace(
        plan,
        **{
            name: getattr(plan, name).iloc[:0]
            for name in ("clusters", "pooled", "adjacency", "access_points", "network", "walks", "walk_edges")
        },
    )
    found = payload(bare, language="en")
    assert found["clusters"]["count"] == 0
    assert found["network"]["shapes"]["steps"] == []
    assert found["estates"]["cluster"] == [-1] * 5


def test_payload_does_not_change_the_plan(plan: Plan) -> None:
    before = plan.estates.copy()
    payload(plan, language="zh")
    pd.testing.assert_frame_equal(plan.estates, before)


def test_openings_point_at_their_estate(data: dict[str, dict[str, list[int]]]) -> None:
    assert (data["openings"]["estate"], data["openings"]["other"], data["openings"]["gate"]) == ([3], [-1], [-1])


def test_reach_of_clusters_is_listed_widest_first(plan: Plan) -> None:
    near = plan.isochrones
    wide = near.assign(minutes=15.0).set_geometry(near.buffer(50))
    other = near.assign(owner="estate", owner_id="E1")
    mixed = gpd.GeoDataFrame(pd.concat([near, wide, other], ignore_index=True), crs=TINY_CRS)
    reach = payload(dataclasses.replace(plan, isochrones=mixed), language="zh")["reach"]
    assert reach["minutes"] == [15, 5]
    assert reach["cluster"] == [0, 0]


def test_access_points_know_where_they_are_joined(data: dict[str, dict[str, list[int]]]) -> None:
    start = np.array(data["access"]["start"]).reshape(-1, 2)
    # Gate G1 stands 20 m north of the street; a millionth of a degree of latitude is 0.111 m.
    assert start[0, 1] == pytest.approx(20 / 0.1108, rel=0.01)
    assert data["access"]["inside_m"][:3] == [60, 45, None]
