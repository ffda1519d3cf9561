import geopandas as gpd
import pandas as pd
import pytest
import shapely
from shapely import LineString, Point, Polygon, box
from shapely.affinity import translate

from geo.contiguity.adjacency import AdjacencyLimits, find_neighbours
from tests.shared_cases import case
from tests.towns import Street, barriers, estates, layer, row_of, sites, street, walkways

COLUMNS = ["estate_a", "estate_b", "kind", "street", "site_id", "width_m", "facing_m", "geometry"]
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


@pytest.mark.parametrize(("width", "expected"), [(0.5, "adjacent_at_0.5m"), (20, "adjacent_at_20m")])
def test_gaps_streets_and_corners_of_a_drawn_town(width: float, expected: str) -> None:
    folder, expect = case("23-adjacency-gaps-streets-corners")
    drawn = gpd.read_file(folder / "estates.gpkg").rename(columns={"id": "estate_id"})
    found = find_neighbours(
        drawn,
        sites=NO_SITES,
        barriers=NO_BARRIERS,
        ways=walkways().edges,
        limits=AdjacencyLimits(max_street_width_m=width, min_facing_m=15),
    )
    assert [list(pair) for pair in zip(found["estate_a"], found["estate_b"], strict=True)] == expect[expected]
    known = {(a, b): (gap, shared) for a, b, gap, shared in expect["pairs_distance_sharedlength"]}
    for a, b, width_m, facing_m in found[["estate_a", "estate_b", "width_m", "facing_m"]].itertuples(index=False):
        gap, shared = known[a, b]
        assert width_m == pytest.approx(gap, abs=0.01)
        assert facing_m == pytest.approx(shared or 60 if "E2" in (a, b) else 100, abs=0.01)
