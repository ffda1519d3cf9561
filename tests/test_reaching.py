"""What is reached, against counts by hand over the frames of a plan."""

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from shapely import Point, box

from data.standards.model import Standard
from geo.plan import Plan
from geo.walking.reaching import with_served
from geo.walking.walk_times import Pairs
from geo.walking.walks import Walks
from geo.work_out import work_out
from tests.towns import asked, estates, facilities, gates, service, standard, street, town, walkways

# Blocks of 400 m by 300 m; gates and shops stand on the crossings.
COLUMNS, ROWS = (0, 400, 800, 1200), (0, 300, 600)
GRID = [
    *(street(*((x, y) for x in COLUMNS)) for y in ROWS),
    *(street(*((x, y) for y in ROWS)) for x in COLUMNS),
]
HOMES = {"A": (0.0, 0.0), "B": (800.0, 0.0), "C": (400.0, 300.0), "D": (1200.0, 600.0), "E": (0.0, 600.0)}
SHOPS = {
    "F1": ("market", 400, 0), "F2": ("market", 800, 300), "F3": ("market", 1200, 300), "F4": ("market", 400, 600),
    "G1": ("elder_care", 0, 300), "G2": ("elder_care", 1200, 600), "H1": ("playground", 800, 600),
}  # fmt: skip
PACE_US = {"market": 900_000, "elder_care": 1_125_000, "playground": 900_000}
# Further facilities are listed up to half an hour off.
LISTED_US = 30 * 60_000_000
PEOPLE = {"A": 300.0, "B": 500.0, "C": 700.0, "D": 1100.0, "E": 1300.0}
CAPACITY = {"F1": 30.0, "F2": 20.0, "F3": np.nan, "F4": 10.0, "G1": np.nan, "G2": np.nan, "H1": 5.0}
RULES = standard(
    service("market", asked(value=10)), service("elder_care", asked(value=5), profile="elderly"), service("playground")
)


def made(settings: dict[str, object] | None = None, rules: Standard = RULES, **capacity: float) -> Plan:
    yards = {key: box(x + 2, y - 22, x + 22, y - 2) for key, (x, y) in HOMES.items()}
    shops = facilities(
        {key: Point(x, y) for key, (_, x, y) in SHOPS.items()},
        [kind for kind, _, _ in SHOPS.values()],
        capacity=list({**CAPACITY, **capacity}.values()),
    )
    homes = estates(yards, people=list(PEOPLE.values()), households=[people / 10 for people in PEOPLE.values()])
    doors = gates(HOMES)
    return work_out(town(walkways(*GRID), homes, rules=rules, facilities=shops, gates=doors, settings=settings))


@pytest.fixture(scope="module")
def plan() -> Plan:
    return made()


def walk_m() -> pd.DataFrame:
    """Walk the grid by hand, from crossing to crossing."""
    graph = nx.Graph()
    for way in GRID:
        for one, other in zip(way.spots[:-1], way.spots[1:], strict=True):
            graph.add_edge(one, other, metres=abs(one[0] - other[0]) + abs(one[1] - other[1]))
    rows = [
        (home, kind, shop, nx.dijkstra_path_length(graph, spot, (float(x), float(y)), weight="metres"))
        for home, spot in HOMES.items()
        for shop, (kind, x, y) in SHOPS.items()
    ]
    frame = pd.DataFrame(rows, columns=["estate_id", "service", "facility_id", "metres"])
    return frame.assign(us=frame["metres"] * frame["service"].map(PACE_US))


def test_facilities_are_counted_within_each_time(plan: Plan) -> None:
    walks = walk_m()
    found = plan.opportunities.set_index(["estate_id", "service"])
    for minutes in (5, 10, 15):
        near = walks.assign(near=walks["us"] <= minutes * 60_000_000).groupby(["estate_id", "service"])["near"].sum()
        assert found[f"within_{minutes}"].to_dict() == near.to_dict()
    assert len(found) == 15
    assert 0 < found["within_5"].sum() < found["within_10"].sum() < found["within_15"].sum()


def test_facilities_are_ranked_by_nearness(plan: Plan) -> None:
    walks = walk_m().sort_values(["estate_id", "service", "us", "facility_id"])
    walks = walks.assign(rank=walks.groupby(["estate_id", "service"]).cumcount() + 1)
    listed = walks[(walks["rank"] == 1) | ((walks["rank"] <= 3) & (walks["us"] <= LISTED_US))]
    columns = ["estate_id", "service", "rank", "facility_id"]
    assert plan.nearest[columns].to_numpy().tolist() == listed[columns].to_numpy().tolist()
    minutes = np.ceil(listed["us"].to_numpy() / 600_000) / 100
    assert plan.nearest["walk_minutes"].tolist() == minutes.tolist()
    assert plan.nearest["walk_m"].tolist() == listed["metres"].round(1).tolist()
    assert (plan.nearest["rank"] == 3).any()


@pytest.mark.parametrize("ranks", [1, 2, 10])
def test_as_many_are_listed_as_asked_for(ranks: int) -> None:
    found = made({"walking": {"nearest": ranks}}).nearest
    walks = walk_m()
    most = walks[walks["us"] <= LISTED_US].groupby(["estate_id", "service"]).size().clip(lower=1, upper=ranks)
    counted = found.groupby(["estate_id", "service"]).size()
    assert counted.to_dict() == {key: most.get(key, 1) for key in counted.index}


def test_people_within_the_limit_of_the_service_are_served(plan: Plan) -> None:
    limit = {"market": 10 * 60_000_000, "elder_care": 5 * 60_000_000}
    walks = walk_m()
    near = walks[walks["us"] <= walks["service"].map(limit)]
    people = near["estate_id"].map(PEOPLE).groupby(near["facility_id"]).sum()
    for shop, people_within, households_within in plan.facilities[
        ["facility_id", "people_within", "households_within"]
    ].itertuples(index=False):
        if shop == "H1":
            assert np.isnan(people_within)
            assert np.isnan(households_within)
        else:
            assert people_within == people.get(shop, 0)
            assert households_within == people.get(shop, 0) / 10
    assert people.nunique() > 3


def test_capacity_is_shared_out_by_hand(plan: Plan) -> None:
    """Two-step floating catchments with weights 1, 0.68, 0.22 within 5, 10, 15 minutes; F3 has no known capacity."""
    walks = walk_m()
    walks = walks[(walks["service"] == "market") & (walks["us"] <= 15 * 60_000_000)]
    weight = walks["us"].map(lambda us: 1.0 if us <= 300_000_000 else 0.68 if us <= 600_000_000 else 0.22)
    crowd = (weight * walks["estate_id"].map(PEOPLE)).groupby(walks["facility_id"]).sum()
    ratio = walks["facility_id"].map(CAPACITY) / walks["facility_id"].map(crowd)
    expected = (weight * ratio).groupby(walks["estate_id"]).sum() * 1000
    found = plan.opportunities[plan.opportunities["service"] == "market"].set_index("estate_id")["per_1000"]
    np.testing.assert_allclose(found, expected.reindex(found.index), atol=0.0006)


def test_service_without_any_capacity_has_no_room_to_tell_of(plan: Plan) -> None:
    rows = plan.opportunities[plan.opportunities["service"] == "elder_care"]
    assert rows["per_1000"].isna().all()
    # One known figure: those out of reach of it and of all others have none, rather than nobody knows how much.
    some = made(G1=8.0).opportunities
    by_estate = some[some["service"] == "elder_care"].set_index("estate_id")["per_1000"]
    assert by_estate["A"] > 0
    assert np.isnan(by_estate["D"])
    assert by_estate["B"] == 0


def test_nobody_within_the_limit_is_none_served() -> None:
    none = np.zeros(0, np.int64)
    walks = Walks(("market",), np.zeros((1, 1)), np.zeros((1, 1)), np.zeros((1, 1), np.int64),
                  {"market": Pairs(none, none, none)}, {}, Pairs(none, none, none))  # fmt: skip
    shops = facilities({"F": Point(0, 0), "G": Point(1, 1)}, ["market", "park"])
    homes = pd.DataFrame({"people": [300.0], "households": [100.0]})
    found = with_served(shops, walks=walks, estates=homes)
    assert isinstance(found, gpd.GeoDataFrame)
    np.testing.assert_array_equal(found[["people_within", "households_within"]], [[0, 0], [np.nan, np.nan]])
    assert "people_within" not in shops


def test_households_that_nobody_counted_are_not_none() -> None:
    pairs = Pairs(np.array([0, 1, 1]), np.array([0, 0, 1]), np.array([1, 1, 1]))
    walks = Walks(("market",), np.zeros((2, 1)), np.zeros((2, 1)), np.zeros((2, 1), np.int64),
                  {"market": pairs}, {}, pairs)  # fmt: skip
    shops = facilities({"F": Point(0, 0), "G": Point(1, 1)})
    homes = pd.DataFrame({"people": [300.0, 200.0], "households": [100.0, np.nan]})
    found = with_served(shops, walks=walks, estates=homes)
    assert found["people_within"].tolist() == [500, 200]
    np.testing.assert_array_equal(found["households_within"], [100, np.nan])
