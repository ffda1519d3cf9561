"""Graphs as the versions of OSMnx write them, put down by hand."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import networkx as nx
import osmnx
import pytest
from pyproj import CRS, Transformer
from shapely import LineString

from data.errors import CrsError, UnreadableFileError
from data.inputs import Walkways
from data.problems import Problem
from data.roads.graphml import graph_walkways, read_graph
from data.words import LANGUAGES, words
from tests.osm_files import EAST, LOCAL_CRS, NORTH, at

Tags = Mapping[str, object]
Edge = tuple[str, str, Tags]
STREET: Tags = {"osmid": "101", "highway": "residential", "name": "文昌街", "oneway": "False"}
# Corners of a square of 100 m.
CORNERS = {"1": (0, 0), "2": (100, 0), "3": (100, 100), "4": (0, 100)}
UTM = "{'datum': 'WGS84', 'ellps': 'WGS84', 'proj': 'utm', 'zone': 50, 'units': 'm'}"


def graphml(
    edges: Sequence[Edge], *, crs: str | None = "EPSG:4548", nodes: Mapping[str, Tags] | None = None, **facts: str
) -> bytes:
    """Write a graph whose values are all texts, as OSMnx does; metres of EPSG:4548 unless nodes say otherwise."""
    placed: Mapping[str, Tags] = {n: {"x": EAST + x, "y": NORTH + y} for n, (x, y) in CORNERS.items()}
    stated = {"created_with": "OSMnx 0.11", **facts, **({"crs": crs} if crs is not None else {})}
    keys: dict[tuple[str, str], str] = {}

    def data(kind: str, tags: Tags) -> str:
        return "".join(
            f'<data key="{keys.setdefault((kind, name), f"d{len(keys)}")}">{escape(str(value))}</data>'
            for name, value in tags.items()
        )

    parts = [f'<node id="{name}">{data("node", tags)}</node>' for name, tags in (nodes or placed).items()]
    parts += [
        f'<edge source="{u}" target="{v}" id="{n}">{data("edge", tags)}</edge>' for n, (u, v, tags) in enumerate(edges)
    ]
    body = "".join(parts) + data("graph", stated)
    heads = "".join(
        f'<key id="{key}" for="{kind}" attr.name="{name}" attr.type="string"/>' for (kind, name), key in keys.items()
    )
    space = "http://graphml.graphdrawing.org/xmlns"
    text = f'<graphml xmlns="{space}">{heads}<graph edgedefault="directed">{body}</graph></graphml>'
    return f"<?xml version='1.0' encoding='utf-8'?>{text}".encode()


def walk(content: bytes, *, coordinates: str = "auto") -> tuple[Walkways, list[Problem]]:
    frame, problems, _ = read_graph(content, coordinates=coordinates, place="a.graphml")
    walkways, told = graph_walkways(frame, crs=LOCAL_CRS, place="a.graphml")
    found = [*problems, *told]
    assert all(problem.line(words(language)) for problem in found for language in LANGUAGES)
    return walkways, found


def one(tags: Tags) -> Walkways:
    return walk(graphml([("1", "2", {**STREET, **tags})]))[0]


def moved(crs: str | CRS) -> dict[str, Tags]:
    """Return the corners in another system."""
    to = Transformer.from_crs(LOCAL_CRS, crs, always_xy=True)
    spots = {name: to.transform(EAST + x, NORTH + y) for name, (x, y) in CORNERS.items()}
    return {name: {"x": x, "y": y} for name, (x, y) in spots.items()}


BOTH = [("1", "2", STREET), ("2", "1", {**STREET, "reversed": "True"}), ("2", "3", STREET)]


@pytest.mark.parametrize(
    ("crs", "nodes"),
    [
        pytest.param("EPSG:4326", moved("EPSG:4326"), id="1.x and 2.x"),
        pytest.param("epsg:4326", moved("EPSG:4326"), id="0.15"),
        pytest.param("{'init': 'epsg:4326'}", moved("EPSG:4326"), id="0.x"),
        pytest.param("+init=epsg:4326 +type=crs", moved("EPSG:4326"), id="0.x as one text"),
        pytest.param(UTM, moved("EPSG:32650"), id="0.x projected"),
        pytest.param("EPSG:4548", moved("EPSG:4548"), id="projected"),
        pytest.param("epsg:32650", moved("EPSG:32650"), id="projected, lower case"),
        pytest.param(CRS.from_epsg(4548).to_wkt(), moved("EPSG:4548"), id="wkt"),
        pytest.param(CRS.from_epsg(4326).to_wkt("WKT1_GDAL"), moved("EPSG:4326"), id="old wkt"),
    ],
)
def test_graphs_of_every_version(crs: str, nodes: dict[str, Tags]) -> None:
    walkways, problems = walk(graphml(BOTH, crs=crs, nodes=nodes))
    assert walkways.nodes["osm_id"].tolist() == [1, 2, 3]
    assert walkways.edges[["u", "v", "way_id", "highway", "name"]].to_numpy().tolist() == [
        [0, 1, 101, "residential", "文昌街"], [1, 2, 101, "residential", "文昌街"]
    ]  # fmt: skip
    assert walkways.edges["length_mm"].tolist() == pytest.approx([100_000] * 2, abs=20)
    assert walkways.nodes["x"].tolist() == pytest.approx([EAST, EAST + 100, EAST + 100], abs=0.01)
    assert problems == []


def test_the_columns_are_those_of_every_network() -> None:
    dtypes = {name: str(kind) for name, kind in one({}).edges.dtypes.items()}
    assert dtypes == {
        "way_id": "int64", "steps": "bool", "private": "bool", "bridge": "bool", "tunnel": "bool", "one_way": "int8",
        "highway": "str", "name": "str", "u": "int64", "v": "int64", "length_mm": "int64", "geometry": "geometry",
    }  # fmt: skip


def test_projected_graphs_that_keep_degrees_beside_are_read_in_metres() -> None:
    degrees = {name: at(x, y) for name, (x, y) in CORNERS.items()}
    nodes = {
        name: {**tags, "lon": degrees[name][0], "lat": degrees[name][1]} for name, tags in moved(LOCAL_CRS).items()
    }
    assert walk(graphml(BOTH, nodes=nodes))[0].edges["length_mm"].tolist() == [100_000, 100_000]


def test_lengths_come_from_the_shape() -> None:
    bent = LineString([(EAST, NORTH), (EAST, NORTH + 50), (EAST + 100, NORTH + 50), (EAST + 100, NORTH)])
    back = {**STREET, "geometry": bent.reverse().wkt}
    walkways, _ = walk(graphml([("1", "2", {**STREET, "geometry": bent.wkt, "length": "7"}), ("2", "1", back)]))
    assert walkways.edges["length_mm"].tolist() == [200_000]
    assert walkways.edges.geometry.iloc[0].equals(bent)


def test_a_shape_that_runs_the_other_way_is_turned() -> None:
    bent = LineString([(EAST + 100, NORTH), (EAST + 50, NORTH + 9), (EAST, NORTH)])
    (line,) = one({"geometry": bent.wkt}).edges.geometry
    assert line.coords[0] == (EAST, NORTH)


def test_a_shape_in_ruins_is_straight_and_told() -> None:
    walkways, (told,) = walk(graphml([("1", "2", {**STREET, "geometry": "LINESTRING (1"})]))
    assert walkways.edges["length_mm"].tolist() == [100_000]
    assert (told.code, told.value) == ("graph_shapes_broken", "1")


def test_parallel_streets_stay_two() -> None:
    around = LineString([(EAST, NORTH), (EAST + 50, NORTH + 50), (EAST + 100, NORTH)]).wkt
    walkways, _ = walk(graphml([("1", "2", STREET), ("1", "2", {**STREET, "geometry": around}), ("2", "1", STREET)]))
    assert sorted(walkways.edges["length_mm"]) == [100_000, 141_421]


def test_loops_keep_their_shape_and_lose_it_when_they_have_none() -> None:
    ring = LineString([(EAST, NORTH), (EAST + 9, NORTH), (EAST, NORTH + 9), (EAST, NORTH)])
    loops = [("1", "1", {**STREET, "geometry": shape.wkt}) for shape in (ring, ring.reverse())]
    walkways, _ = walk(graphml([*loops, ("2", "2", STREET)]))
    assert walkways.edges[["u", "v"]].to_numpy().tolist() == [[0, 0]]


@pytest.mark.parametrize(
    ("tags", "column", "value"),
    [
        ({"osmid": "[7, 9]"}, "way_id", 7),
        ({"osmid": "nan"}, "way_id", -1),
        ({"highway": "['footway', 'steps']"}, "steps", True),
        ({"highway": "['residential', 'service']"}, "highway", "residential"),
        ({"name": "['甲路', '乙路']"}, "name", "甲路"),
        ({"name": "[nan, '乙路']"}, "name", "乙路"),
        ({"bridge": "['yes', 'viaduct']"}, "bridge", True),
        ({"bridge": "no"}, "bridge", False),
        ({"tunnel": "building_passage"}, "tunnel", False),
        ({"tunnel": "yes"}, "tunnel", True),
        ({"access": "private"}, "private", True),
        ({"access": "['yes', 'private']"}, "private", True),
        ({"access": "private", "foot": "yes"}, "private", False),
        ({"oneway": "True"}, "one_way", 0),
        ({"oneway:foot": "yes"}, "one_way", 1),
        ({"oneway:foot": "yes", "reversed": "True"}, "one_way", -1),
        ({"oneway:foot": "-1"}, "one_way", -1),
        ({"oneway:foot": "yes", "reversed": "[True, False]"}, "one_way", 0),
        ({"oneway:foot": "no"}, "one_way", 0),
    ],
    ids=str,
)
def test_tags_of_one_or_several_ways(tags: Tags, column: str, value: object) -> None:
    assert one(tags).edges[column].tolist() == [value]


def test_both_directions_agree_on_the_one_way_of_walkers() -> None:
    way = {**STREET, "oneway:foot": "yes"}
    for first, second in ((("1", "2"), ("2", "1")), (("2", "1"), ("1", "2"))):
        edges = [(*first, {**way, "reversed": "False"}), (*second, {**way, "reversed": "True"})]
        assert walk(graphml(edges))[0].edges["one_way"].tolist() == [1 if first == ("1", "2") else -1]


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "motorway"}, {"highway": "trunk"}, {"foot": "no"}, {"access": "no"},
        {"highway": "['residential', 'motorway']"}, {"foot": "['yes', 'no']"},
    ],
    ids=str,
)  # fmt: skip
def test_what_may_not_be_walked_is_left_out_and_told(tags: Tags) -> None:
    walkways, (told,) = walk(
        graphml([("1", "2", {**STREET, **tags}), ("2", "1", {**STREET, **tags}), ("2", "3", STREET)])
    )
    assert len(walkways.edges) == 1
    assert (told.code, told.facts) == ("roads_not_walked", {"count": 1, "km": "0.10"})


@pytest.mark.parametrize(
    "tags", [{"highway": "trunk", "foot": "yes"}, {"highway": "trunk", "sidewalk": "both"}], ids=str
)
def test_urban_expressways_with_a_sidewalk_are_walked(tags: Tags) -> None:
    assert len(one(tags).edges) == 1


def test_an_edge_without_a_class_is_a_road() -> None:
    assert walk(graphml([("1", "2", {})]))[0].edges[["highway", "way_id"]].to_numpy().tolist() == [["road", -1]]


@pytest.mark.parametrize("names", [("0", "1"), ("a", "b"), ("1_x", "2")], ids=str)
def test_names_that_are_no_identifiers_of_openstreetmap_are_none(names: tuple[str, str]) -> None:
    nodes = {name: {"x": EAST + 100 * n, "y": NORTH} for n, name in enumerate(names)}
    assert walk(graphml([(names[0], names[1], STREET)], nodes=nodes))[0].nodes["osm_id"].tolist() == [-1, -1]


def test_merged_nodes_have_no_identifier() -> None:
    nodes = {name: {**tags, "osmid_original": "[5, 6]"} for name, tags in moved(LOCAL_CRS).items()}
    assert walk(graphml(BOTH, nodes=nodes))[0].nodes["osm_id"].tolist() == [-1, -1, -1]


def test_a_node_without_a_place_takes_its_edges_away() -> None:
    nodes = {**moved(LOCAL_CRS), "3": {"y": NORTH}}
    walkways, (told,) = walk(graphml(BOTH, nodes=nodes))
    assert len(walkways.edges) == 1
    assert (told.code, told.value) == ("graph_not_placed", "1")


def test_a_graph_without_a_system_asks_for_it() -> None:
    with pytest.raises(CrsError, match=r"has no crs attribute.*Declare coordinates under \[network\]"):
        walk(graphml(BOTH, crs=None))
    assert walk(graphml(BOTH, crs=None), coordinates="EPSG:4548")[0].edges["length_mm"].sum() == 200_000


def test_a_system_that_nobody_knows_is_named() -> None:
    with pytest.raises(CrsError, match="'local grid' of the GraphML file is not understood"):
        walk(graphml(BOTH, crs="local grid"))


def test_a_system_that_the_numbers_contradict_is_told() -> None:
    walkways, told = walk(graphml(BOTH, crs="EPSG:4548", nodes=moved("EPSG:4326")))
    assert walkways.edges["length_mm"].tolist() == pytest.approx([100_000] * 2, abs=2)
    assert told[0].code == "crs_contradicted"
    with pytest.raises(CrsError, match="WGS 84 that the file states does not fit its numbers"):
        walk(graphml(BOTH, crs="EPSG:4326"))


def test_the_declared_system_goes_first() -> None:
    walkways, told = walk(graphml(BOTH, crs="EPSG:4547", nodes=moved("EPSG:4548")), coordinates="EPSG:4548")
    assert walkways.nodes["x"].min() == pytest.approx(EAST, abs=0.01)
    assert [problem.code for problem in told] == ["crs_overridden"]


@pytest.mark.parametrize("content", [b"", b"no xml", b"<a></a>", b"<graphml", graphml(BOTH)[:-30]], ids=range(5))
def test_what_is_no_graph_says_so(content: bytes) -> None:
    with pytest.raises(UnreadableFileError, match=r"a\.graphml: The file is no GraphML"):
        walk(content)


def test_facts_say_where_a_graph_is_from() -> None:
    facts = read_graph(graphml(BOTH, created_date="2020-05-06 07:08:09"), coordinates="auto", place="a")[2]
    assert (facts["date"], facts["osm"]) == ("2020-05-06", "yes")
    plain = graphml([("1", "2", {})], created_with="me")
    assert read_graph(plain, coordinates="auto", place="a")[2]["osm"] == ""


def test_the_order_of_edges_decides_nothing() -> None:
    turned = walk(graphml(BOTH[::-1]))[0]
    straight = walk(graphml(BOTH))[0]
    assert turned.edges.equals(straight.edges)
    assert turned.nodes.equals(straight.nodes)


def test_what_the_installed_version_writes_is_read(tmp_path: Path) -> None:
    graph = nx.MultiDiGraph(crs="EPSG:4548", created_with=f"OSMnx {osmnx.__version__}")
    for name, (x, y) in CORNERS.items():
        graph.add_node(int(name), x=EAST + x, y=NORTH + y, street_count=2)
    bent = LineString([(EAST, NORTH), (EAST + 50, NORTH + 50), (EAST + 100, NORTH)])
    for u, v, shape in ((1, 2, bent), (2, 1, bent.reverse())):
        graph.add_edge(u, v, osmid=[4, 5], highway=["path", "steps"], oneway=False, reversed=u > v, geometry=shape)
    osmnx.save_graphml(graph, tmp_path / "a.graphml")
    walkways, told = walk((tmp_path / "a.graphml").read_bytes())
    assert walkways.edges[["way_id", "steps", "length_mm"]].to_numpy().tolist() == [[4, True, 141_421]]
    assert told == []
