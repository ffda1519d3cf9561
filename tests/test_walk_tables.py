import dataclasses
from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely import Point, box

from data.samples import town_project
from geo.plan import Plan
from geo.work_out import work_out
from lianpian.pipeline import load
from tests.towns import (
    Street,
    asked,
    buildings,
    estates,
    facilities,
    gates,
    service,
    standard,
    street,
    town,
    walkways,
)

PAIR = ["estate_id", "service"]
PARTS = ["inside_m", "from_m", "street_m", "to_m"]


@pytest.fixture(scope="module")
def plan() -> Plan:
    with town_project() as project:
        return work_out(load(project))


def test_parts_of_a_walk_add_up(plan: Plan) -> None:
    walks = plan.walks
    np.testing.assert_allclose(walks[PARTS].fillna(0).sum(axis=1), walks["walk_m"], atol=0.0021)


def test_streets_of_a_walk_add_up_to_its_part_on_the_streets(plan: Plan) -> None:
    summed = plan.walk_steps.groupby(PAIR)["length_m"].sum().rename("summed")
    both = plan.walks.merge(summed, on=PAIR, how="left")
    np.testing.assert_allclose(both["summed"].fillna(0), both["street_m"], atol=0.01)
    assert both["summed"].isna().sum() == (plan.walks["street_m"] == 0).sum()


def test_streets_are_counted_off_from_the_first(plan: Plan) -> None:
    counted = plan.walk_steps.groupby(PAIR)["step"].agg(["min", "max", "size"])
    assert (counted["min"] == 1).all()
    assert (counted["max"] == counted["size"]).all()
    assert plan.walk_steps["step"].gt(1).any()


def test_edges_of_a_walk_add_up_and_lie_on_the_network(plan: Plan) -> None:
    edges = plan.walk_edges
    assert edges["edge"].between(0, len(plan.network) - 1).all()
    length_mm = plan.network["length_mm"].to_numpy()[edges["edge"]]
    for name in ("from_mm", "to_mm"):
        assert (edges[name] >= 0).all()
        assert (edges[name] <= length_mm).all()
    summed = (edges["to_mm"] - edges["from_mm"]).abs().groupby(edges["walk"]).sum().reindex(range(len(plan.walks)))
    np.testing.assert_allclose(summed.fillna(0) / 1000, plan.walks["street_m"], atol=0.0006)
    assert (edges["from_mm"] > edges["to_mm"]).any()
    assert (edges["from_mm"] < edges["to_mm"]).any()


def test_edges_of_a_walk_lead_from_its_gate_to_its_entrance(plan: Plan) -> None:
    ends = plan.walk_edges.groupby("walk").agg(first=("edge", "first"), start=("from_mm", "first"))
    stops = plan.walk_edges.groupby("walk").agg(last=("edge", "last"), stop=("to_mm", "last"))
    lines = plan.network.geometry.to_numpy()
    walks = plan.walks.iloc[ends.index]
    for edge, at_mm, point in (
        (ends["first"], ends["start"], walks["gate"]),
        (stops["last"], stops["stop"], walks["entrance"]),
    ):
        spot = shapely.line_interpolate_point(lines[edge], at_mm.to_numpy() / 1000)
        assert shapely.distance(spot, plan.access_points.geometry.to_numpy()[point]).max() < 0.01


def test_minutes_are_those_of_the_edges_at_the_pace_rounded_up(plan: Plan) -> None:
    profiles = plan.inputs.standard.profiles
    pace = plan.walks["profile"].map({key: one.minutes / one.metres for key, one in profiles.items()}).to_numpy()
    slow = plan.walks["profile"].map({key: one.steps for key, one in profiles.items()}).to_numpy()
    edges = plan.walk_edges
    on = plan.network.iloc[edges["edge"]]
    ahead = (edges["to_mm"] > edges["from_mm"]).to_numpy()
    factor = np.where(on["steps"], slow[edges["walk"]], 1.0)
    factor = factor * np.where(ahead, on["slope_ahead"], on["slope_back"])
    metres = (edges["to_mm"] - edges["from_mm"]).abs().to_numpy() / 1000 * factor
    level = np.bincount(edges["walk"], weights=metres, minlength=len(plan.walks))
    level = level + plan.walks[["inside_m", "from_m", "to_m"]].fillna(0).sum(axis=1).to_numpy()
    over = plan.walks["walk_minutes"].to_numpy() - level * pace
    assert over.min() > -1e-6
    assert over.max() < 0.01 + 1e-6


def test_minutes_of_the_streets_are_those_of_the_walk_without_its_ends(plan: Plan) -> None:
    profiles = plan.inputs.standard.profiles
    pace = plan.walks["profile"].map({key: one.minutes / one.metres for key, one in profiles.items()})
    off_m = plan.walks[["inside_m", "from_m", "to_m"]].fillna(0).sum(axis=1)
    summed = plan.walk_steps.groupby(PAIR)["minutes"].sum().rename("summed")
    on_street = plan.walks[PAIR].merge(summed, on=PAIR, how="left")["summed"].fillna(0)
    over = plan.walks["walk_minutes"] - (on_street + off_m * pace)
    assert over.min() > -1e-4
    assert over.max() < 0.01 + 1e-4


def test_gaps_nearest_and_walks_tell_the_same(plan: Plan) -> None:
    first = plan.nearest[plan.nearest["rank"] == 1]
    both = plan.walks[[*PAIR, "facility_id", "walk_minutes", "walk_m"]].merge(first, on=PAIR, suffixes=("", "_near"))
    assert len(both) == len(plan.walks) == len(first)
    assert (both["facility_id"] == both["facility_id_near"]).all()
    assert (both["walk_minutes"] == both["walk_minutes_near"]).all()
    np.testing.assert_allclose(both["walk_m"], both["walk_m_near"], atol=0.0501)
    known = plan.gaps[plan.gaps["facility_id"].notna()].merge(plan.walks, on=PAIR, suffixes=("", "_walk"))
    assert len(known) > 0
    assert (known["facility_id"] == known["facility_id_walk"]).all()
    assert (known["walk_minutes"] == known["walk_minutes_walk"]).all()


def test_lines_lead_from_gate_to_entrance_and_are_as_long_as_the_walk(plan: Plan) -> None:
    walks = plan.walks[plan.walks["gate"] >= 0]
    lines, points = walks.geometry.to_numpy(), plan.access_points[["start_x", "start_y"]].to_numpy(float)
    for place, row in ((0, walks["gate"]), (-1, walks["entrance"])):
        spot = shapely.points(points[row])
        assert shapely.distance(shapely.get_point(lines, place), spot).max() < 0.002
    # A connector through an estate bends at its gate; the line is drawn straight there.
    straight = ~plan.access_points["resolved"].iloc[walks["entrance"]].eq("through_estate").to_numpy()
    metres = walks[["from_m", "street_m", "to_m"]].sum(axis=1)
    np.testing.assert_allclose(shapely.length(lines)[straight], metres[straight], atol=0.1)


def test_every_access_point_of_a_walk_is_its_owners(plan: Plan) -> None:
    walks = plan.walks[plan.walks["gate"] >= 0]
    assert 0 < len(walks) < len(plan.walks)
    gate, entrance = (plan.access_points.iloc[walks[name]] for name in ("gate", "entrance"))
    assert (gate["owner_id"].to_numpy() == walks["estate_id"].to_numpy()).all()
    assert (entrance["owner_id"].to_numpy() == walks["facility_id"].to_numpy()).all()
    assert (gate["connector_mm"].to_numpy() / 1000 == walks["from_m"].to_numpy()).all()
    assert (entrance["connector_mm"].to_numpy() / 1000 == walks["to_m"].to_numpy()).all()


def test_the_ends_that_are_assumed_are_named(plan: Plan) -> None:
    points = plan.access_points
    for row in plan.walks.itertuples():
        ends = [name for name in ("gate", "entrance") if (at := getattr(row, name)) >= 0
                and points["kind"].iloc[at] == "assumed"]  # fmt: skip
        assert row.assumed == ";".join(ends)
    assert {"", "entrance"} < set(plan.walks["assumed"])


def test_what_lies_in_the_estate_has_neither_gate_nor_line(plan: Plan) -> None:
    inside = plan.walks[plan.walks["gate"] == -1]
    assert (inside["entrance"] == -1).all()
    assert inside.geometry.isna().all()
    assert (inside[["from_m", "street_m", "to_m"]] == 0).all(axis=None)
    grounds = plan.estates.set_index("estate_id").geometry.loc[inside["estate_id"]].to_numpy()
    spots = plan.facilities.set_index("facility_id").geometry.loc[inside["facility_id"]].to_numpy()
    assert shapely.within(shapely.point_on_surface(spots), grounds).all()


# An estate whose way out of 90 m is private and meets the road at x = 100; the market lies behind another.
OUT = street((100, 0), (100, 90), private=True, name="院内路")
IN = street((400, 0), (400, 60), private=True)
ROAD = street((0, 0), (100, 0), (400, 0), (600, 0), name="解放路")
RULES = standard(service("market", asked()), service("elder_care", asked(), profile="elderly"))


def small(*streets: Street, shops: Mapping[str, object], kinds: object = "market", **layers: gpd.GeoDataFrame) -> Plan:
    homes = layers.pop("homes", estates({"A": box(60, 50, 140, 150)}))
    return work_out(town(walkways(*streets), homes, rules=RULES, facilities=facilities(shops, kinds), **layers))


def test_private_ways_are_part_of_the_walk_out() -> None:
    plan = small(ROAD, OUT, shops={"F": Point(500, 20)})
    walk = plan.walks.iloc[0]
    assert walk[["from_m", "street_m", "to_m", "walk_m", "walk_minutes"]].tolist() == [0, 450, 20, 470, 7.05]
    assert plan.walk_edges.to_numpy().tolist() == [
        [0, 3, 50_000, 0],
        [0, 1, 0, 300_000],
        [0, 2, 0, 100_000],
    ]
    assert plan.walk_steps["street"].tolist() == ["院内路", "解放路"]
    assert plan.walk_steps["length_m"].tolist() == [50, 400]
    assert plan.walk_steps["minutes"].tolist() == [0.75, 6]
    assert shapely.get_coordinates(walk["geometry"]).tolist() == [[100, 50], [100, 0], [400, 0], [500, 0], [500, 20]]


def test_private_ways_are_part_of_the_walk_in() -> None:
    plan = small(ROAD, OUT, IN, shops={"F": box(380, 40, 420, 80)})
    walk = plan.walks.iloc[0]
    assert walk[["from_m", "street_m", "to_m"]].tolist() == [0, 50 + 300 + 40, 0]
    assert plan.walk_edges.to_numpy().tolist() == [[0, 3, 50_000, 0], [0, 1, 0, 300_000], [0, 4, 0, 40_000]]
    assert shapely.get_coordinates(walk["geometry"]).tolist() == [[100, 50], [100, 0], [400, 0], [400, 40]]


def test_two_paces_stand_in_one_table() -> None:
    plan = small(ROAD, OUT, shops={"F": Point(500, 20), "G": Point(300, 0)}, kinds=["market", "elder_care"])
    assert plan.walks["service"].tolist() == ["elder_care", "market"]
    assert plan.walks["profile"].tolist() == ["elderly", "adult"]
    assert plan.walks["walk_minutes"].tolist() == [np.ceil(250 * 0.01875 * 100) / 100, 7.05]
    assert plan.walk_edges["walk"].tolist() == [0, 0, 1, 1, 1]
    assert plan.walk_steps.groupby("service")["length_m"].sum().to_dict() == {"elder_care": 250, "market": 450}


def test_nearest_entrance_of_several_is_named() -> None:
    school = box(280, 2, 320, 40)
    doors = gates({"H": (280, 2), "G": (320, 2)})
    plan = small(ROAD, OUT, shops={"F": school}, gates=doors)
    point = plan.access_points.iloc[plan.walks["entrance"].iloc[0]]
    assert point["gate_id"] == "H"
    assert plan.walks[["street_m", "to_m"]].iloc[0].tolist() == [50 + 180, 2]


def test_steps_are_told_apart_and_slower() -> None:
    stairs = street((100, 0), (400, 0), steps=True, name="石阶")
    plan = small(street((0, 0), (100, 0)), stairs, OUT, street((400, 0), (600, 0)), shops={"F": Point(500, 0)})
    slow = plan.inputs.standard.profiles["adult"].steps
    assert plan.walk_steps["steps"].tolist() == [False, True, False]
    assert plan.walk_steps["minutes"].tolist() == [0.75, pytest.approx(4.5 * slow), 1.5]


def test_shop_at_the_gate_has_a_walk_without_a_street() -> None:
    plan = small(ROAD, OUT, shops={"F": Point(100, 0)}, homes=estates({"A": box(90, 10, 110, 20)}),
                 gates=gates({"G": (103, 10)}))  # fmt: skip
    shop = small(ROAD, shops={"F": Point(103, -5)}, homes=estates({"A": box(60, 10, 140, 50)}),
                 gates=gates({"G": (103, 10)}))  # fmt: skip
    assert plan.walks["street_m"].tolist() == [3]
    assert shop.walks[["from_m", "street_m", "to_m", "walk_m"]].to_numpy().tolist() == [[10, 0, 5, 15]]
    assert shapely.get_coordinates(shop.walks.geometry.iloc[0]).tolist() == [[103, 10], [103, -5]]
    assert len(shop.walk_steps) == len(shop.walk_edges) == 0


@pytest.mark.parametrize("shops", [{}, {"F": Point(9000, 9000)}], ids=["none", "out_of_reach"])
def test_without_a_walk_the_tables_are_empty(shops: Mapping[str, Point]) -> None:
    plan = small(ROAD, OUT, shops=shops)
    full = small(ROAD, OUT, shops={"F": Point(500, 20)})
    for name in ("walks", "walk_steps", "walk_edges"):
        assert len(getattr(plan, name)) == 0
        assert list(getattr(plan, name).columns) == list(getattr(full, name).columns)
        assert len(getattr(full, name)) > 0


def test_house_behind_the_gate_counts_from_its_middle() -> None:
    plan = small(ROAD, OUT, shops={"F": Point(500, 20)}, buildings=buildings(box(90, 70, 110, 90), use="apartments"))
    assert plan.walks[[*PARTS, "walk_m"]].to_numpy().tolist() == [[30, 0, 450, 20, 500]]
    assert plan.walks["walk_minutes"].tolist() == [7.5]


def test_order_of_the_rows_read_does_not_matter() -> None:
    homes = {"A": box(60, 50, 140, 150), "B": box(450, 10, 500, 60), "C": box(0, -60, 40, -10)}
    shops = {"F": Point(500, -20), "G": Point(300, 9), "H": Point(550, 5)}
    ways = walkways(ROAD, OUT, IN)
    inputs = town(ways, estates(homes), rules=RULES, facilities=facilities(shops))
    turned = dataclasses.replace(
        inputs,
        estates=inputs.estates[::-1].reset_index(drop=True),
        facilities=inputs.facilities[::-1].reset_index(drop=True),
    )
    one, other = work_out(inputs), work_out(turned)
    for name in ("walks", "walk_steps", "walk_edges", "nearest", "opportunities"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))
