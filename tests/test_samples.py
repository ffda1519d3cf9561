"""The sample town: the committed files are what the generator writes, and the geometry of every story holds."""

import datetime
import filecmp
import itertools
import math
import os
import tomllib
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import openpyxl
import osmium
import pandas as pd
import pytest
import shapely
from shapely import LineString, Point, Polygon

from data.coordinates.gcj02 import gcj02_to_wgs84
from data.project import Project
from data.samples import story
from data.samples.generate import build, write

TOWN = Path(story.__file__).parent / "town"
CRS = "EPSG:4548"
ELDER_LIMIT_M = 800
NOT_WALKED = {"trunk", None}


class Network:
    """Hold the extract in metres, read without the code under test."""

    def __init__(self, path: Path) -> None:
        self.node_tags: dict[int, dict[str, str]] = {}
        self.ways: list[tuple[dict[str, str], list[int]]] = []
        self.order: list[tuple[int, int]] = []
        lonlat: dict[int, tuple[float, float]] = {}
        for item in osmium.FileProcessor(osmium.io.FileBuffer(path.read_bytes(), "pbf")):
            if isinstance(item, osmium.osm.Node):
                self.order.append((0, item.id))
                lonlat[item.id] = (item.location.lon, item.location.lat)
                self.node_tags[item.id] = dict(item.tags)
            elif isinstance(item, osmium.osm.Way):
                self.order.append((1, item.id))
                self.ways.append((dict(item.tags), [node.ref for node in item.nodes]))
        points = gpd.GeoSeries(gpd.points_from_xy(*zip(*lonlat.values(), strict=True)), crs=4326).to_crs(CRS)
        self.xy = dict(zip(lonlat, zip(points.x, points.y, strict=True), strict=True))
        self.graph = nx.Graph()
        for tags, nodes in self.ways:
            if tags.get("highway") not in NOT_WALKED:
                for a, b in itertools.pairwise(nodes):
                    self.graph.add_edge(a, b, metres=math.dist(self.xy[a], self.xy[b]))

    def line(self, nodes: list[int]) -> LineString:
        return LineString([self.xy[node] for node in nodes])

    def ways_with(self, **wanted: str) -> list[tuple[dict[str, str], list[int]]]:
        return [way for way in self.ways if all(way[0].get(key) == value for key, value in wanted.items())]

    def named(self, name: str) -> shapely.Geometry:
        return shapely.union_all([self.line(nodes) for tags, nodes in self.ways if tags.get("name") == name])

    def gates(self, shape: Polygon) -> list[int]:
        near = (node for node, tags in self.node_tags.items() if tags.get("barrier") in ("gate", "lift_gate"))
        return [node for node in near if shape.boundary.distance(Point(self.xy[node])) < 0.5]

    def nearest(self, shape: shapely.Geometry) -> int:
        return int(min(self.graph, key=lambda node: (shape.distance(Point(self.xy[node])), node)))

    def walk_m(self, start: int, stop: int) -> float:
        return float(nx.dijkstra_path_length(self.graph, start, stop, weight="metres"))


@pytest.fixture(scope="module")
def network() -> Network:
    return Network(TOWN / "路网.osm.pbf")


@pytest.fixture(scope="module")
def estates() -> gpd.GeoDataFrame:
    return gpd.read_file(TOWN / "小区.shp", encoding="GBK")


@pytest.fixture(scope="module")
def shapes(estates: gpd.GeoDataFrame) -> dict[str, Polygon]:
    return dict(zip(estates["小区名称"], estates.geometry, strict=True))


@pytest.fixture(scope="module")
def ledger() -> pd.DataFrame:
    rows = list(openpyxl.load_workbook(TOWN / "台账.xlsx")["小区台账"].iter_rows(min_row=3, values_only=True))
    frame = pd.DataFrame(rows[1:], columns=[*rows[0][:-1], "是否计划征收"])
    return frame[frame["小区名称"].notna()].set_index("小区名称")


@pytest.fixture(scope="module")
def facilities() -> gpd.GeoDataFrame:
    table = pd.read_csv(TOWN / "设施POI.csv", encoding="gb18030", dtype={"类型编码": str})
    lon, lat = gcj02_to_wgs84(table["经度"].to_numpy(), table["纬度"].to_numpy())
    return gpd.GeoDataFrame(table, geometry=gpd.points_from_xy(lon, lat), crs=4326).to_crs(CRS).set_index("名称")


@pytest.fixture(scope="module")
def sites() -> gpd.GeoDataFrame:
    return gpd.read_file(TOWN / "可利用资源.gpkg").set_index("名称")


def test_generator_writes_the_committed_bytes(tmp_path: Path) -> None:
    before = os.environ.get("OGR_CURRENT_DATE")
    write(build(), tmp_path / "示例 城")
    names = sorted(path.name for path in TOWN.iterdir())
    assert sorted(path.name for path in (tmp_path / "示例 城").iterdir()) == names
    assert filecmp.cmpfiles(TOWN, tmp_path / "示例 城", names, shallow=False) == (names, [], [])
    assert os.environ.get("OGR_CURRENT_DATE") == before


def test_files_are_small() -> None:
    assert sum(path.stat().st_size for path in TOWN.iterdir()) < 3_000_000


def test_estates_are_many_and_lie_apart(estates: gpd.GeoDataFrame) -> None:
    assert estates.crs.to_epsg() == 4548
    assert 115 <= len(estates) <= 125
    assert estates["街道"].nunique() == 6
    assert estates["小区编号"].str.fullmatch(r"\d{15}").all()
    assert estates["小区编号"].is_unique
    assert estates["小区名称"].is_unique
    assert estates.is_valid.all()
    assert set(estates.geom_type) == {"Polygon"}
    one, two = estates.sindex.query(estates.geometry, predicate="intersects")
    pairs = one < two
    shared = shapely.intersection(estates.geometry.to_numpy()[one[pairs]], estates.geometry.to_numpy()[two[pairs]])
    assert shapely.area(shared).max() < 1


def test_shapefile_does_not_tell_its_encoding(estates: gpd.GeoDataFrame) -> None:
    assert not (TOWN / "小区.cpg").exists()
    header = (TOWN / "小区.dbf").read_bytes()[:30]
    assert header[29] == 0
    assert "小区编号".encode("gbk") in (TOWN / "小区.dbf").read_bytes()[:200]
    assert list(estates.columns[:4]) == ["小区编号", "小区名称", "街道", "社区"]


def test_ledger_has_every_estate_once(ledger: pd.DataFrame, estates: gpd.GeoDataFrame) -> None:
    assert dict(zip(ledger["小区编号"], ledger.index, strict=True)) == dict(
        zip(estates["小区编号"], estates["小区名称"], strict=True)
    )
    by_code = estates.set_index("小区编号")
    assert (ledger.set_index("小区编号")["所属社区"] == by_code["社区"]).all()


def test_ledger_holds_the_typed_values(ledger: pd.DataFrame) -> None:
    assert ledger.loc[story.UNKNOWN_YEAR, "建成年代"] == "不详"
    assert ledger.loc[story.DECADE_YEAR, "建成年代"] == "1990年代"
    assert ledger.loc[story.ROUND_HOUSEHOLDS, "户数(户)"] == "约320户"
    assert ledger.loc[story.NEW_ESTATE, "建成年代"] == 2012
    assert list(ledger.index[ledger["是否计划征收"] == "是"]) == [story.EXPROPRIATED]


def test_ledger_numbers_are_plausible(ledger: pd.DataFrame) -> None:
    plain = ledger.drop(index=[story.UNKNOWN_YEAR, story.DECADE_YEAR, story.ROUND_HOUSEHOLDS])
    assert plain["建成年代"].between(1975, 2018).all()
    assert plain["户数(户)"].between(20, 900).all()
    assert (plain["人口(人)"] / plain["户数(户)"]).between(2, 3.5).all()
    assert (plain["建筑面积(万㎡)"] * 10_000 / plain["户数(户)"]).between(50, 130).all()


def test_ledger_totals_add_up() -> None:
    sheet = openpyxl.load_workbook(TOWN / "台账.xlsx")["小区台账"]
    rows = [row for row in sheet.iter_rows(min_row=4, values_only=True) if isinstance(row[8], int)]
    people = {label: sum(row[8] for row in rows if str(row[0]).endswith(label)) for label in ("小计", "合计")}
    counted = sum(row[8] for row in rows if row[1])
    assert people == {"小计": counted, "合计": counted}
    assert sheet.merged_cells.ranges
    assert openpyxl.load_workbook(TOWN / "台账.xlsx")["数据字典"].sheet_state == "hidden"


def test_project_is_valid() -> None:
    project = Project.model_validate(tomllib.loads((TOWN / "project.toml").read_text("utf-8")))
    assert project.estates is not None
    assert project.estates.ledger is not None
    assert project.network is not None
    paths = [project.estates.path, project.estates.ledger.path, project.network.path]
    paths += [table.path for table in (*project.facilities, *project.sites)]
    assert all((TOWN / path).is_file() for path in paths)
    assert project.project.date == datetime.date(2026, 6, 30)


def test_facing_estates_stand_12_m_apart(shapes: dict[str, Polygon], network: Network) -> None:
    one, two = (shapes[name] for name in story.FACING)
    assert one.distance(two) == pytest.approx(12, abs=1)
    assert shapely.shortest_line(one, two).intersects(network.named("府前街"))


def test_river_parts_its_pair(shapes: dict[str, Polygon], network: Network) -> None:
    west, east = (shapes[name] for name in story.ACROSS_RIVER)
    assert west.distance(east) < 150
    river = network.line(network.ways_with(waterway="river")[0][1])
    assert shapely.shortest_line(west, east).crosses(river)
    assert network.walk_m(network.nearest(west), network.nearest(east)) > 1_000


def test_walled_compound_opens_to_the_far_side(shapes: dict[str, Polygon], network: Network) -> None:
    shape = shapes[story.WALLED]
    (gate,) = network.gates(shape)
    walls = [nodes for _, nodes in network.ways_with(barrier="wall") if gate in nodes]
    assert len(walls) == 1
    assert Polygon(network.line(walls[0])).area == pytest.approx(shape.area, rel=0.02)
    assert gate in network.graph
    street = network.named("胜利路")
    assert shape.distance(street) == pytest.approx(7, abs=0.5)
    behind = network.nearest(shapely.shortest_line(shape.centroid, street).boundary.geoms[1])
    assert network.walk_m(gate, behind) > 3 * shape.centroid.distance(Point(network.xy[behind]))


def test_ways_pass_walls_only_at_gates(network: Network) -> None:
    walls = [network.line(nodes) for _, nodes in network.ways_with(barrier="wall")]
    gates = [Point(network.xy[node]) for node, tags in network.node_tags.items() if "barrier" in tags]
    for tags, nodes in network.ways:
        if tags.get("highway") in NOT_WALKED:
            continue
        for wall in walls:
            met = shapely.get_parts(network.line(nodes).intersection(wall))
            assert all(min(spot.distance(gate) for gate in gates) < 0.1 for spot in met if not spot.is_empty)


def test_factory_ties_two_compounds(shapes: dict[str, Polygon], sites: gpd.GeoDataFrame) -> None:
    factory = sites.geometry[story.FACTORY]
    one, two = (shapes[name] for name in story.FACTORY_COMPOUNDS)
    assert factory.distance(one) < 0.05
    assert factory.distance(two) < 0.05
    assert one.distance(two) > 60
    assert factory.intersection(shapely.union_all(list(shapes.values()))).area < 1
    assert sites.loc[story.FACTORY, "类型"] == "老旧厂房"


def test_single_building_stands_far_from_all(shapes: dict[str, Polygon]) -> None:
    others = [shape for name, shape in shapes.items() if name != story.ISOLATED]
    assert shapes[story.ISOLATED].distance(shapely.union_all(others)) > 300
    assert shapes[story.ISOLATED].area < 1_000


def test_new_estate_stands_among_old_ones(shapes: dict[str, Polygon], ledger: pd.DataFrame) -> None:
    near = [name for name, shape in shapes.items() if shape.distance(shapes[story.NEW_ESTATE]) < 30]
    years = pd.to_numeric(ledger.loc[near, "建成年代"], errors="coerce")
    assert (years <= 2000).sum() >= 2


def test_elder_care_is_out_of_reach_of_two_communities(estates: gpd.GeoDataFrame, facilities: gpd.GeoDataFrame) -> None:
    elder = facilities.geometry[facilities.index.str.contains("养老|照料|颐养|长者服务")]
    assert len(elder) >= 6
    for community in story.WITHOUT_ELDER_CARE:
        homes = estates.geometry[estates["社区"] == community]
        assert len(homes) >= 2
        assert homes.distance(elder.union_all()).min() > ELDER_LIMIT_M


def test_sizes_and_places_are_missing_on_purpose(facilities: gpd.GeoDataFrame) -> None:
    childcare = facilities[facilities.index.str.contains("托育")]
    assert len(childcare) >= 4
    assert childcare["床位/托位/学位/泊位数"].isna().all()
    assert childcare["面积"].isna().all()
    assert facilities.loc[story.SIZE_UNKNOWN_FACILITY, ["面积", "床位/托位/学位/泊位数"]].isna().all()
    assert facilities.index.str.contains("家政").sum() == 1


def test_private_roads_lie_behind_a_residents_gate(shapes: dict[str, Polygon], network: Network) -> None:
    shape = shapes[story.PRIVATE_ROADS]
    private = network.ways_with(access="private")
    assert len(private) >= 2
    assert all(network.line(nodes).within(shape.buffer(0.1)) for _, nodes in private)
    assert {network.node_tags[gate].get("access") for gate in network.gates(shape)} == {"private"}


def test_gate_is_reached_by_steps(shapes: dict[str, Polygon], network: Network) -> None:
    (gate,) = network.gates(shapes[story.STEPS])
    assert any(gate in (nodes[0], nodes[-1]) for _, nodes in network.ways_with(highway="steps"))


def test_one_of_two_gates_is_locked(shapes: dict[str, Polygon], network: Network) -> None:
    tags = [network.node_tags[gate] for gate in network.gates(shapes[story.LOCKED_GATE])]
    assert sorted(tag.get("locked", "no") for tag in tags) == ["no", "yes"]


def test_scrap_is_joined_to_nothing(shapes: dict[str, Polygon], network: Network) -> None:
    parts = sorted(nx.connected_components(network.graph), key=len)
    (scrap,) = parts[:-1]
    assert len(scrap) == 2
    assert network.line(list(scrap)).within(shapes[story.SCRAP])


def test_polygons_have_their_holes(shapes: dict[str, Polygon]) -> None:
    assert sorted(name for name, shape in shapes.items() if shape.interiors) == sorted(story.HOLES)


def test_health_station_lies_across_the_railway(
    shapes: dict[str, Polygon], facilities: gpd.GeoDataFrame, network: Network
) -> None:
    shape = shapes[story.ACROSS_RAILWAY]
    stations = facilities.geometry[facilities.index.str.contains("社区卫生服务")]
    assert stations.distance(shape).idxmin() == story.ACROSS_RAILWAY_FACILITY
    station = stations[story.ACROSS_RAILWAY_FACILITY]
    railway = network.line(network.ways_with(railway="rail")[0][1])
    assert shapely.shortest_line(shape, station).crosses(railway)
    walk = network.walk_m(network.nearest(shape), network.nearest(station))
    assert walk > 3 * shape.distance(station)


def test_health_station_lies_just_at_the_limit(
    shapes: dict[str, Polygon], facilities: gpd.GeoDataFrame, network: Network
) -> None:
    (gate,) = network.gates(shapes[story.AT_LIMIT])
    walked = nx.single_source_dijkstra_path_length(network.graph, gate, weight="metres")
    edges = [(a, b, LineString([network.xy[a], network.xy[b]])) for a, b in network.graph.edges]
    tree = shapely.STRtree([line for _, _, line in edges])

    def walk_m(station: Point) -> float:
        a, b, line = edges[tree.nearest(station)]
        at, away = line.project(station), line.distance(station)
        return float(away + min(walked.get(a, math.inf) + at, walked.get(b, math.inf) + line.length - at))

    stations = facilities.geometry[facilities.index.str.contains("社区卫生服务")].map(walk_m)
    assert stations.idxmin() == story.AT_LIMIT_FACILITY
    assert stations.min() == pytest.approx(1_000, abs=1)
    assert stations.nsmallest(2).iloc[1] > 1_010


def test_hostile_name_is_kept(shapes: dict[str, Polygon]) -> None:
    assert story.HOSTILE in shapes


def test_facilities_lie_beside_the_streets(facilities: gpd.GeoDataFrame, network: Network) -> None:
    streets = shapely.union_all(
        [network.line(nodes) for tags, nodes in network.ways if tags.get("highway") not in NOT_WALKED]
    )
    assert 150 <= len(facilities) <= 250
    assert facilities.distance(streets).quantile(0.95) < 20
    assert facilities.index.is_unique
    assert {"150908", "090300"} <= set(facilities["类型编码"])
    assert facilities.index.str.endswith("(南门)").sum() == 2


def test_extract_is_sorted(network: Network) -> None:
    assert network.order == sorted(network.order)


def test_bridges_and_tunnels_meet_ways_only_at_their_ends(network: Network) -> None:
    raised = [nodes for tags, nodes in network.ways if "bridge" in tags or "tunnel" in tags]
    used = np.concatenate([nodes for _, nodes in network.ways])
    for nodes in raised:
        assert np.isin(used, nodes[1:-1]).sum() == len(nodes) - 2
    river = network.line(network.ways_with(waterway="river")[0][1])
    assert sum(network.line(nodes).crosses(river) for nodes in raised) == 2


def test_streets_cross_the_railway_once_at_grade_and_once_below(network: Network) -> None:
    crossings = [node for node, tags in network.node_tags.items() if tags.get("railway") == "level_crossing"]
    rail = network.ways_with(railway="rail")[0][1]
    assert len(crossings) == 1
    assert crossings[0] in rail
    assert crossings[0] in network.graph
    below = [nodes for _, nodes in network.ways_with(tunnel="yes") if network.line(nodes).crosses(network.line(rail))]
    assert len(below) == 1
    walked = [nodes for tags, nodes in network.ways if tags.get("highway") not in NOT_WALKED]
    assert sum(network.line(nodes).crosses(network.line(rail)) for nodes in walked) == 2


def test_expressway_is_crossed_only_above_and_below(network: Network) -> None:
    trunk = shapely.union_all([network.line(nodes) for _, nodes in network.ways_with(highway="trunk")])
    walked = [(tags, nodes) for tags, nodes in network.ways if tags.get("highway") not in NOT_WALKED]
    over = [tags for tags, nodes in walked if network.line(nodes).intersects(trunk)]
    assert len(over) == 3
    assert all("bridge" in tags or "tunnel" in tags for tags in over)


def test_streets_that_cross_share_a_node(network: Network) -> None:
    flat = [
        (network.line(nodes), set(nodes))
        for tags, nodes in network.ways
        if tags.get("highway") not in NOT_WALKED and "bridge" not in tags and "tunnel" not in tags
    ]
    tree = shapely.STRtree([line for line, _ in flat])
    one, two = tree.query([line for line, _ in flat], predicate="crosses")
    assert len(one) > 100
    assert all(flat[i][1] & flat[j][1] for i, j in zip(one, two, strict=True))


def test_the_survey_of_an_estate_is_always_the_same_and_can_be(ledger: pd.DataFrame) -> None:
    assert (ledger["已装电梯单元数"] <= ledger["单元数"]).all()
    assert (ledger["60岁及以上人口(人)"] < ledger["人口(人)"]).all()
    assert set(ledger["屋面"]) <= {"完好", "部分老化", "缺失", "未调查"}
    assert ledger["同意改造户数比例(%)"].between(0, 100).all()
