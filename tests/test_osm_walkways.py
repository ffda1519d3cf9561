from pathlib import Path
from typing import Any

import geopandas as gpd
import osmium
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from shapely import LineString

from data.inputs import Walkways
from data.osm.extract import open_extract
from data.osm.walkways import may_walk, read_walkways, walk_rules
from tests.osm_files import LOCAL_CRS, at, write_osm

Tags = dict[str, str]
PATH = {"highway": "footway"}


def read(folder: Path, **parts: Any) -> Walkways:  # noqa: ANN401
    return read_walkways(open_extract(write_osm(folder / "a.osm.pbf", **parts)), crs=LOCAL_CRS)


def pieces(walkways: Walkways) -> list[tuple[int, int, int, int]]:
    """Return way, first node, last node and whole metres of each piece."""
    ids, edges = walkways.nodes["osm_id"].to_numpy(), walkways.edges
    columns = edges["way_id"], ids[edges["u"]], ids[edges["v"]], (edges["length_mm"] / 1000).round()
    return sorted((int(way), int(u), int(v), int(length)) for way, u, v, length in zip(*columns, strict=True))


# A cross of two streets 200 m long; its middle is node 3.
CROSS = [(1, *at(-100, 0)), (2, *at(100, 0)), (3, *at(0, 0)), (4, *at(0, -100)), (5, *at(0, 100))]


def test_ways_meet_at_the_node_they_share(tmp_path: Path) -> None:
    town = read(tmp_path, nodes=CROSS, ways=[(1, [1, 3, 2], PATH), (2, [4, 3, 5], PATH)])
    assert pieces(town) == [(1, 1, 3, 100), (1, 3, 2, 100), (2, 3, 5, 100), (2, 4, 3, 100)]
    assert town.edges.crs == LOCAL_CRS


def test_a_bridge_does_not_join_what_it_crosses(tmp_path: Path) -> None:
    ways = [(1, [1, 2], {**PATH, "bridge": "yes"}), (2, [4, 3, 5], PATH)]
    assert pieces(read(tmp_path, nodes=CROSS, ways=ways)) == [(1, 1, 2, 200), (2, 4, 5, 200)]


def test_two_nodes_at_one_place_do_not_join(tmp_path: Path) -> None:
    nodes = [*CROSS, (6, *at(0, 0))]
    ways = [(1, [1, 3, 2], PATH), (2, [4, 6, 5], PATH)]
    assert pieces(read(tmp_path, nodes=nodes, ways=ways)) == [(1, 1, 2, 200), (2, 4, 5, 200)]


def test_a_way_that_is_not_walked_cuts_nothing(tmp_path: Path) -> None:
    ways = [(1, [1, 3, 2], PATH), (2, [4, 3, 5], {"highway": "motorway"})]
    assert pieces(read(tmp_path, nodes=CROSS, ways=ways)) == [(1, 1, 2, 200)]


@pytest.mark.parametrize("barrier", ["gate", "lift_gate", "sliding_gate", "wicket_gate", "entrance", "turnstile"])
def test_a_gate_splits_its_way(tmp_path: Path, barrier: str) -> None:
    nodes = [*CROSS[:2], (3, *at(0, 0), {"barrier": barrier})]
    assert pieces(read(tmp_path, nodes=nodes, ways=[(1, [1, 3, 2], PATH)])) == [(1, 1, 3, 100), (1, 3, 2, 100)]


def test_a_bollard_splits_nothing(tmp_path: Path) -> None:
    nodes = [*CROSS[:2], (3, *at(0, 0), {"barrier": "bollard"})]
    assert pieces(read(tmp_path, nodes=nodes, ways=[(1, [1, 3, 2], PATH)])) == [(1, 1, 2, 200)]


@pytest.mark.parametrize("foot", ["no", "private"])
def test_any_barrier_that_keeps_people_out_splits_its_way(tmp_path: Path, foot: str) -> None:
    nodes = [*CROSS[:2], (3, *at(0, 0), {"barrier": "bollard", "foot": foot})]
    assert pieces(read(tmp_path, nodes=nodes, ways=[(1, [1, 3, 2], PATH)])) == [(1, 1, 3, 100), (1, 3, 2, 100)]


def test_a_way_cut_off_at_the_edge_breaks_there_and_nothing_is_joined_across(tmp_path: Path) -> None:
    nodes = [(i, *at(100 * i, 0)) for i in (1, 2, 4, 5, 7)]
    ways = [(1, [0, 1, 2, 3, 4, 5, 6, 7, 8], PATH), (2, [8, 9], PATH), (3, [1, 9], PATH)]
    assert pieces(read(tmp_path, nodes=nodes, ways=ways)) == [(1, 1, 2, 100), (1, 4, 5, 100)]


@pytest.mark.parametrize(
    ("refs", "expected"),
    [
        ([1, 1, 3, 3, 2, 2], [(1, 1, 2, 200)]),
        ([1, 3, 2, 3, 5], [(1, 1, 3, 100), (1, 3, 3, 200), (1, 3, 5, 100)]),
        ([1, 4, 2, 5, 1], [(1, 1, 1, 566)]),
        ([1], []),
        ([1, 1], []),
        ([], []),
    ],
    ids=["repeated nodes", "there and back", "circle", "one node", "one node twice", "none"],
)
def test_odd_ways(tmp_path: Path, refs: list[int], expected: list[tuple[int, ...]]) -> None:
    assert pieces(read(tmp_path, nodes=CROSS, ways=[(1, refs, PATH)])) == expected


def test_a_piece_of_no_length_is_one_millimetre_long(tmp_path: Path) -> None:
    nodes = [(1, *at(0, 0)), (2, *at(0, 0))]
    assert read(tmp_path, nodes=nodes, ways=[(1, [1, 2], PATH)]).edges["length_mm"].tolist() == [1]


def test_nothing_to_walk_leaves_all_columns(tmp_path: Path) -> None:
    town = read(tmp_path, nodes=CROSS, ways=[(1, [1, 2], {"highway": "motorway"})])
    columns = "way_id highway name steps private bridge tunnel one_way u v length_mm geometry"
    assert set(town.edges.columns) == set(columns.split())
    assert (len(town.nodes), len(town.edges), town.edges.crs) == (0, 0, LOCAL_CRS)


WALKED: list[tuple[Tags, bool]] = [
    ({"highway": "residential"}, True),
    ({"highway": "motorway"}, False),
    ({"highway": "motorway", "foot": "yes"}, False),
    ({"highway": "construction"}, False),
    ({"highway": "trunk"}, False),
    ({"highway": "trunk", "sidewalk": "none"}, False),
    ({"highway": "trunk", "sidewalk": "right"}, True),
    ({"highway": "trunk", "sidewalk:left": "separate"}, True),
    ({"highway": "trunk_link", "foot": "designated"}, True),
    ({"highway": "trunk", "sidewalk": "both", "foot": "no"}, False),
    ({"highway": "secondary", "foot": "no"}, False),
    ({"highway": "service", "access": "private"}, True),
    ({"highway": "service", "access": "no"}, False),
    ({"highway": "service", "access": "no", "foot": "yes"}, True),
    ({"highway": "steps", "oneway": "yes"}, True),
    ({"highway": "busway"}, False),
    ({"highway": "busway", "foot": "yes"}, True),
    ({"highway": "unclassified", "motorroad": "yes"}, False),
    ({"highway": "primary", "motorroad": "yes", "sidewalk": "both"}, True),
    ({"highway": "trunk", "access": "no", "foot": "yes"}, True),
    ({"railway": "rail"}, False),
    ({}, False),
]


@pytest.mark.parametrize(("tags", "walked"), WALKED, ids=lambda value: str(value) if isinstance(value, dict) else "")
def test_which_ways_are_walked(tags: Tags, walked: bool) -> None:
    assert may_walk(tags, rules=walk_rules()) is walked


ATTRIBUTES: list[tuple[Tags, dict[str, object]]] = [
    ({}, {"steps": False, "private": False, "bridge": False, "tunnel": False, "one_way": 0}),
    ({"highway": "steps"}, {"steps": True}),
    ({"access": "private"}, {"private": True}),
    ({"access": "private", "foot": "permissive"}, {"private": False}),
    ({"foot": "private"}, {"private": True}),
    ({"bridge": "viaduct"}, {"bridge": True}),
    ({"bridge": "no"}, {"bridge": False}),
    ({"tunnel": "yes"}, {"tunnel": True}),
    ({"tunnel": "building_passage"}, {"tunnel": False}),
    ({"oneway": "yes"}, {"one_way": 0}),
    ({"oneway:foot": "yes"}, {"one_way": 1}),
    ({"oneway:foot": "-1"}, {"one_way": -1}),
    ({"oneway:foot": "1"}, {"one_way": 1}),
    ({"foot:backward": "no"}, {"one_way": 1}),
    ({"foot:forward": "no"}, {"one_way": -1}),
    ({"highway": "steps", "conveying": "forward"}, {"one_way": 1, "steps": True}),
    ({"highway": "steps", "conveying": "backward"}, {"one_way": -1}),
    ({"highway": "steps", "conveying": "reversible"}, {"one_way": 0}),
    ({"name": "文昌街"}, {"name": "文昌街"}),
]


@pytest.mark.parametrize(("tags", "expected"), ATTRIBUTES, ids=lambda value: str(value))
def test_the_attributes_of_a_piece(tmp_path: Path, tags: Tags, expected: dict[str, object]) -> None:
    edges = read(tmp_path, nodes=CROSS, ways=[(1, [1, 2], {**PATH, **tags})]).edges
    assert {key: edges[key][0] for key in expected} == expected


def test_a_missing_name_is_missing(tmp_path: Path) -> None:
    assert pd.isna(read(tmp_path, nodes=CROSS, ways=[(1, [1, 2], PATH)]).edges["name"][0])


def walked_lines(path: Path) -> gpd.GeoSeries:
    """Read the same lines as plainly as can be: one loop, one line per way, nothing split."""
    lines = []
    items: Any = osmium.FileProcessor(str(path)).with_locations()
    for way in items:
        if way.is_way() and way.tags.get("highway") == "footway":
            lonlat = [(node.lon, node.lat) for node in way.nodes]
            lines.append(LineString(lonlat))
    return gpd.GeoSeries(lines, crs="EPSG:4326").to_crs(LOCAL_CRS)


WEBS = st.lists(st.lists(st.integers(1, 12), min_size=2, max_size=6), min_size=1, max_size=8)


@settings(max_examples=20, deadline=None)
@given(webs=WEBS)
def test_splitting_keeps_length_and_ends_every_piece_where_it_says(
    tmp_path_factory: pytest.TempPathFactory, webs: list[list[int]]
) -> None:
    path = tmp_path_factory.mktemp("web") / "a.osm"
    nodes = [(i, *at(97 * i % 300, 61 * i % 290)) for i in range(1, 13)]
    town = read_walkways(
        open_extract(write_osm(path, nodes=nodes, ways=[(i, refs, PATH) for i, refs in enumerate(webs, 1)])),
        crs=LOCAL_CRS,
    )
    ends = town.nodes[["x", "y"]].to_numpy()
    for edge in town.edges.itertuples():
        assert edge.geometry.coords[0] == pytest.approx(ends[edge.u])
        assert edge.geometry.coords[-1] == pytest.approx(ends[edge.v])
    expected = walked_lines(path).length.sum()
    assert town.edges["length_mm"].sum() / 1000 == pytest.approx(expected, abs=0.01 * (1 + len(town.edges)))


def test_lengths_are_those_of_the_map_plane(tmp_path: Path) -> None:
    nodes = [(1, 117.0, 28.0), (2, 117.001, 28.0)]
    x, y = Transformer.from_crs("EPSG:4326", LOCAL_CRS, always_xy=True).transform([117.0, 117.001], [28.0, 28.0])
    expected = LineString(list(zip(x, y, strict=True))).length
    town = read(tmp_path, nodes=nodes, ways=[(1, [1, 2], PATH)])
    assert town.edges["length_mm"].tolist() == [round(expected * 1000)]
