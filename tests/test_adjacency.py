import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, Polygon, box
from shapely.affinity import rotate, translate

from geo.contiguity.adjacency import AdjacencyLimits, find_neighbours, neighbours_at_widths
from tests.towns import Street, barriers, estates, layer, row_of, sites, street, walkways

COLUMNS = ["estate_a", "estate_b", "kind", "street", "street_class", "site_id", "width_m", "facing_m", "geometry"]
NO_SITES, NO_BARRIERS = layer("sites", []), layer("barriers", [])
RIVER = box(105, -500, 107, 500)
BRIDGE = street((101, 50), (111, 50), bridge=True)


def neighbours(
    shapes: dict[str, Polygon],
    *streets: Street,
    sites: gpd.GeoDataFrame = NO_SITES,
    barriers: gpd.GeoDataFrame = NO_BARRIERS,
    min_facing_m: float = 15,
) -> gpd.GeoDataFrame:
    limits = AdjacencyLimits(max_street_width_m=30, min_facing_m=min_facing_m)
    return find_neighbours(
        estates(shapes), sites=sites, barriers=barriers, ways=walkways(*streets).edges, limits=limits
    )


def told(found: gpd.GeoDataFrame) -> list[tuple[object, ...]]:
    texts = found[["estate_a", "estate_b", "kind", "street", "site_id"]].astype(object)
    return list(texts.where(texts.notna(), None).itertuples(index=False, name=None))


def test_estates_across_a_street_of_twelve_metres_are_neighbours() -> None:
    found = neighbours(row_of(100, 100), street((106, -50), (106, 150), name="解放路"))
    assert told(found) == [("E1", "E2", "street", "解放路", None)]
    assert found[["width_m", "facing_m"]].to_numpy().tolist() == [[12, 100]]
    assert list(found.columns) == COLUMNS
    assert found.crs == layer("sites", []).crs


@pytest.mark.parametrize(
    ("gap", "streets", "kind"),
    [
        (0, (), "shared_boundary"),
        (2, (), "shared_boundary"),
        (2.5, (), "open_ground"),
        (12, (), "open_ground"),
        (12, (street((106, -50), (106, 150)),), "street"),
        (1, (street((100.5, -50), (100.5, 150), name="夹道"),), "shared_boundary"),
    ],
)
def test_what_lies_between_is_told(gap: float, streets: tuple[Street, ...], kind: str) -> None:
    assert told(neighbours(row_of(100, 100, gap=gap), *streets)) == [("E1", "E2", kind, None, None)]


@pytest.mark.parametrize(("min_facing_m", "count"), [(20, 1), (20.01, 0)])
def test_least_facing_length_is_enough(min_facing_m: float, count: int) -> None:
    shapes = {"E1": box(0, 0, 100, 100), "E2": box(112, 80, 200, 180)}
    assert len(neighbours(shapes, min_facing_m=min_facing_m)) == count


def test_corners_are_not_neighbours() -> None:
    assert neighbours({"E1": box(0, 0, 100, 100), "E2": box(100, 100, 200, 200)}, min_facing_m=0).empty


@pytest.mark.parametrize(("kind", "apart"), [("river", True), ("railway", True), ("expressway", True), ("wall", False)])
def test_barrier_between_parts_and_a_wall_does_not(kind: str, apart: bool) -> None:
    assert neighbours(row_of(100, 100), barriers=barriers(RIVER, kind=kind)).empty is apart


def test_footbridge_over_the_river_joins() -> None:
    assert told(neighbours(row_of(100, 100), BRIDGE, barriers=barriers(RIVER)))[0][:2] == ("E1", "E2")


def test_third_estate_between_parts() -> None:
    shapes = {"E1": box(0, 0, 100, 100), "E2": box(112, 0, 200, 100), "E3": box(103, -10, 109, 110)}
    assert [pair[:2] for pair in told(neighbours(shapes))] == [("E1", "E3"), ("E2", "E3")]


def test_site_that_links_ties_the_estates_around_it() -> None:
    around = {"E1": box(0, 0, 100, 100), "E2": box(185, 0, 285, 100), "E3": box(105, 105, 180, 200)}
    found = neighbours(around, sites=sites({"S1": box(105, 0, 180, 100)}))
    assert told(found) == [
        ("E1", "E2", "site", None, "S1"),
        ("E1", "E3", "site", None, "S1"),
        ("E2", "E3", "site", None, "S1"),
    ]
    assert found["facing_m"].tolist() == [100, 75, 75]
    assert found["width_m"].tolist() == [5, 5, 5]


@pytest.mark.parametrize(
    "site",
    [sites({"S1": box(105, 0, 180, 100)}, links=False), sites({"S1": Point(140, 50)}), NO_SITES],
    ids=["does not link", "a point", "none"],
)
def test_nothing_else_ties_across_eighty_metres(site: gpd.GeoDataFrame) -> None:
    assert neighbours(row_of(100, 100, gap=80), sites=site).empty


def test_site_between_estates_hides_them_and_ties_them_when_it_links() -> None:
    kinds = {
        links: told(neighbours(row_of(100, 100), sites=sites({"S1": box(104, -5, 108, 105)}, links=links)))
        for links in (True, False)
    }
    assert kinds == {True: [("E1", "E2", "site", None, "S1")], False: []}


def test_estates_that_face_each_other_need_no_site() -> None:
    found = neighbours(row_of(100, 100), sites=sites({"S1": box(0, 105, 212, 180)}))
    assert told(found) == [("E1", "E2", "open_ground", None, None)]


@pytest.mark.parametrize(
    "barrier",
    [LineString([(140, -50), (140, 150)]), box(138, -50, 142, 150), box(90, -50, 195, 150)],
    ids=["railway", "canal", "all of it"],
)
def test_site_that_a_barrier_runs_through_ties_nobody_across_it(barrier: Polygon) -> None:
    site = sites({"S1": box(100, 0, 180, 100)})
    assert neighbours(row_of(100, 100, gap=80), sites=site, barriers=barriers(barrier)).empty


def test_pairs_are_sorted_by_identifier_whatever_the_order_of_rows() -> None:
    row = row_of(50, 50, 50)
    shuffled = {name: row[name] for name in ("E3", "E1", "E2")}
    here, there = neighbours(row), neighbours(shuffled)
    assert [pair[:2] for pair in told(there)] == [("E1", "E2"), ("E2", "E3")]
    pd.testing.assert_frame_equal(
        here.drop(columns="geometry").astype(object), there.drop(columns="geometry").astype(object)
    )
    assert shapely.equals(here.geometry.normalize(), there.geometry.normalize()).all()


@pytest.mark.parametrize("shapes", [{}, row_of(100)], ids=["none", "one"])
def test_too_few_estates_have_no_neighbours(shapes: dict[str, Polygon]) -> None:
    found = neighbours(shapes)
    assert list(found.columns) == COLUMNS
    assert found.empty


@pytest.mark.parametrize("reverse", [False, True])
def test_of_several_sites_or_names_the_choice_is_not_that_of_the_row_order(reverse: bool) -> None:
    shapes = {"S1": box(105, 0, 180, 30), "S2": box(105, 40, 180, 100)}
    order = sorted(shapes, reverse=reverse)
    found = neighbours(row_of(100, 100, gap=80), sites=sites({name: shapes[name] for name in order}))
    assert told(found) == [("E1", "E2", "site", None, "S2")]
    assert found["facing_m"].tolist() == [60]
    lanes = [street((x, -50), (x, 150), name=name) for x, name in ((104, "甲巷"), (106, "乙路"), (108, None))]
    named = neighbours(row_of(100, 100), *(lanes[::-1] if reverse else lanes))
    assert told(named) == [("E1", "E2", "street", "乙路", None)]


def test_link_through_a_site_leads_from_estate_to_estate() -> None:
    found = neighbours(row_of(100, 100, gap=80), sites=sites({"S1": box(105, 0, 175, 100)}))
    start, middle, stop = found.geometry[0].coords
    assert (start, stop) == ((100, 50), (180, 50))
    assert box(105, 0, 175, 100).contains(Point(middle))


def test_town_far_from_the_origin_has_the_same_neighbours() -> None:
    row = row_of(50, 60, 70, gap=13)
    moved = {name: translate(shape, 400_000, 3_000_000) for name, shape in row.items()}
    assert told(neighbours(moved)) == told(neighbours(row))
    here, there = (neighbours(shapes)[["width_m", "facing_m"]] for shapes in (row, moved))
    pd.testing.assert_frame_equal(here, there)


@pytest.mark.parametrize(
    ("streets", "name"),
    [
        ((street((106, 0), (106, 30), name="短街"), street((106, 30), (106, 100), name="长街")), "长街"),
        ((street((106, -50), (106, 150), name="主街"), street((90, 50), (122, 50), name="横巷")), "主街"),
        ((street((104, -50), (104, 150)), street((107, -50), (107, 150), name="主街")), "主街"),
        ((street((106, -50), (106, 150)),), None),
    ],
    ids=["two in a row", "a crossing in the middle", "a pavement beside it", "without a name"],
)
def test_street_is_the_one_along_most_of_the_front(streets: tuple[Street, ...], name: str | None) -> None:
    (row,) = neighbours(row_of(100, 100), *streets).itertuples()
    assert (row.kind, row.street_class) == ("street", "residential")
    assert row.street == name if name else pd.isna(row.street)


@pytest.mark.parametrize("lane", [street((90, 50), (122, 50)), street((106, 0), (106, 40), (150, 40))])
def test_way_along_less_than_half_the_front_makes_no_street(lane: Street) -> None:
    assert told(neighbours(row_of(100, 100), lane)) == [("E1", "E2", "open_ground", None, None)]


@pytest.mark.parametrize("gap", [0, 12])
def test_way_over_a_barrier_is_named_as_the_crossing(gap: float) -> None:
    river = barriers(LineString([(100 + gap / 2, -500), (100 + gap / 2, 500)]), kind="railway")
    ways = street((90, 50), (122, 50), name="涵洞"), street((101, -50), (101, 150), name="河沿街")
    (row,) = neighbours(row_of(100, 100, gap=gap), *ways, barriers=river).itertuples()
    assert (row.kind, row.street, row.street_class, row.facing_m) == ("crossing", "涵洞", "residential", 100)


CURVE = [(100 * math.cos(turn), 100 * math.sin(turn)) for turn in np.linspace(0.1, 1.4, 40)]


def test_one_bridge_joins_curved_fronts_of_many_walls() -> None:
    inner, outer = ([(x * share, y * share) for x, y in CURVE] for share in (0.9, 1.1))
    shapes = {"E1": Polygon([(0, 0), *inner]), "E2": Polygon([*outer, (150, 150)])}
    river, bridge = barriers(LineString(CURVE)), street((63, 63), (80, 80))
    (whole,), (bridged,) = (neighbours(shapes)["facing_m"], neighbours(shapes, bridge, barriers=river)["facing_m"])
    assert bridged == whole
    assert neighbours(shapes, barriers=river).empty


@pytest.mark.parametrize(
    ("other", "facing_m"), [(box(92, 0, 200, 100), 100), (box(20, 20, 60, 50), 40), (box(92, 92, 200, 200), None)]
)
def test_estates_drawn_over_each_other_border_but_for_corners(other: Polygon, facing_m: float | None) -> None:
    found = neighbours({"E1": box(0, 0, 100, 100), "E2": other})
    assert told(found) == ([("E1", "E2", "shared_boundary", None, None)] if facing_m else [])
    assert found["facing_m"].tolist() == ([facing_m] if facing_m else [])


def test_railway_in_the_middle_of_an_overlap_parts() -> None:
    for overlap in (4, 8):
        shapes = {"E1": box(0, 0, 100, 100), "E2": box(100 - overlap, 0, 200, 100)}
        rails = barriers(LineString([(100 - overlap / 2, -50), (100 - overlap / 2, 150)]), kind="railway")
        assert neighbours(shapes, barriers=rails).empty


CHAIN = {"S1": box(105, 0, 180, 100), "S2": box(180, 0, 255, 100)}


@pytest.mark.parametrize(
    ("made", "between", "tied"),
    [
        (sites(CHAIN), NO_BARRIERS, True),
        (sites({**CHAIN, "S2": box(170, 0, 255, 100)}), NO_BARRIERS, True),
        (sites({**CHAIN, "S2": box(192, 0, 255, 100)}), NO_BARRIERS, False),
        (sites(CHAIN, links=[True, False]), NO_BARRIERS, False),
        (sites(CHAIN), barriers(LineString([(180, -50), (180, 150)]), kind="railway"), False),
    ],
    ids=["side by side", "drawn over each other", "a lane between", "one does not link", "a railway between"],
)
def test_sites_that_border_on_each_other_tie_as_one(
    made: gpd.GeoDataFrame, between: gpd.GeoDataFrame, tied: bool
) -> None:
    found = neighbours(row_of(100, 100, gap=160), sites=made, barriers=between)
    assert told(found) == ([("E1", "E2", "site", None, "S1;S2")] if tied else [])
    assert [len(link.coords) for link in found.geometry] == [4] * tied


def test_site_drawn_over_the_walls_of_estates_still_ties_them() -> None:
    found = neighbours(row_of(100, 100, gap=80), sites=sites({"S1": box(90, 0, 190, 100)}))
    assert told(found) == [("E1", "E2", "site", None, "S1")]


def test_limits_are_compared_to_the_millimetre_wherever_the_town_lies() -> None:
    row = {"E1": box(0, 0, 100, 100), "E2": box(130, 85, 200, 185)}
    for angle in (0, 33):
        moved = {name: translate(rotate(shape, angle, origin=(0, 0)), 4e5, 3.2e6) for name, shape in row.items()}
        assert neighbours(moved)["facing_m"].tolist() == [15]


TOWN = {
    **row_of(60, 50, 70, 40),
    **{f"N{i}": translate(shape, 7, 110) for i, shape in enumerate(row_of(90, 60, 80).values())},
    "X": box(500, 500, 560, 560),
}
MAIN, LANE = street((-50, 105), (400, 105), name="主街"), street((66, -50), (66, 250), name="小巷")


def pairs(found: gpd.GeoDataFrame) -> set[tuple[str, str]]:
    return set(zip(found["estate_a"], found["estate_b"], strict=True))


def test_barrier_drawn_across_a_pair_removes_that_pair_alone() -> None:
    whole = neighbours(TOWN, MAIN, LANE)
    assert len(whole) >= 8
    for row in whole.itertuples():
        (x, y), (x1, y1) = row.geometry.coords
        across = np.array([y - y1, x1 - x]) / math.hypot(x1 - x, y1 - y)
        middle, reach = np.array([(x + x1) / 2, (y + y1) / 2]), row.facing_m / 2 + 0.4
        fence = LineString([middle - across * reach, middle + across * reach])
        left = neighbours(TOWN, barriers=barriers(fence))
        assert pairs(whole) - pairs(left) == {(row.estate_a, row.estate_b)}


@settings(max_examples=30)
@given(
    east=st.integers(-900_000, 900_000),
    north=st.integers(-900_000, 4_000_000),
    order=st.permutations(list(TOWN)),
    turned=st.booleans(),
)
def test_place_of_the_town_order_of_rows_and_of_corners_change_nothing(
    east: int, north: int, order: list[str], turned: bool
) -> None:
    shapes = {name: translate(TOWN[name], east, north) for name in order}
    if turned:
        shapes = {
            name: Polygon(shape.exterior.coords[2:] + shape.exterior.coords[1:3]) for name, shape in shapes.items()
        }
    streets = [street(*((x + east, y + north) for x, y in way.spots), name=way.name) for way in (LANE, MAIN)]
    here, there = neighbours(TOWN, MAIN, LANE), neighbours(shapes, *streets)
    columns = [name for name in COLUMNS if name != "geometry"]
    pd.testing.assert_frame_equal(here[columns], there[columns])
    moved = there.geometry.translate(-east, -north)
    assert (shapely.hausdorff_distance(here.geometry.to_numpy(), moved.to_numpy()) < 1e-3).all()


WIDTHS = (10, 13, 20, 30, 40)


@settings(max_examples=30)
@given(drawn=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=12, unique=True))
def test_widths_found_together_are_as_found_one_by_one(drawn: list[tuple[int, int]]) -> None:
    shapes = {f"E{x}{y}": box(61 * x + 3 * y, 55 * y, 61 * x + 40 + 5 * (y % 3), 55 * y + 35 + x) for x, y in drawn}
    near = {"sites": sites({"S": box(100, 100, 260, 140)}), "barriers": barriers(LineString([(0, 0), (600, 300)]))}
    ways = walkways(street((50, 0), (50, 600), name="路"), street((90, 60), (120, 90), bridge=True)).edges
    town = estates(shapes)
    together = neighbours_at_widths(town, **near, ways=ways, widths_m=WIDTHS, min_facing_m=15)
    for width, rows in zip(WIDTHS, together, strict=True):
        alone = find_neighbours(town, **near, ways=ways, limits=AdjacencyLimits(width, 15))
        ids = town["estate_id"].to_numpy()[rows]
        assert {tuple(sorted(pair)) for pair in ids.tolist()} == pairs(alone)
