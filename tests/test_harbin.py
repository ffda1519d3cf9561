"""The real thing: Harbin as OpenStreetMap has it, © OpenStreetMap contributors, ODbL 1.0."""

import os
from collections import Counter
from pathlib import Path
from typing import Any

import geopandas as gpd
import networkx
import numpy as np
import osmium
import pandas as pd
import pytest
import shapely
from pyproj import CRS

import lianpian
from data.errors import UnreadableFileError
from data.inputs import Inputs
from data.osm.extract import open_extract
from data.osm.walkways import may_walk, read_walkways, walk_rules
from geo.judgement.completeness import FAR_STREETS_SHARE, far_streets_share
from geo.plan import Plan
from maps.web.webmap import render
from tests.browser import CHROMIUM, chromium, opened_page
from tests.osm_files import write_osm
from tests.quick import WITHOUT

ROOT = Path(__file__).parent.parent
CASES = Path(os.environ.get("LIANPIAN_CASES") or ROOT.parent / "shared" / "cases") / "harbin"
WHOLE, EARLY, CLIP, SMALL = "harbin-2024.osm.pbf", "harbin-2017.osm.pbf", "nangang-4km.osm.pbf", "nangang-2km.osm.bz2"
METRIC = CRS.from_epsg(4551)

pytestmark = pytest.mark.skipif(
    not (CASES / WHOLE).is_file(), reason=f"no {WHOLE} in {CASES}; LIANPIAN_CASES names the folder that holds harbin/"
)


@pytest.fixture(scope="module")
def whole() -> Plan:
    return lianpian.plan(lianpian.load_osm(CASES / WHOLE))


@pytest.fixture(scope="module")
def city(whole: Plan) -> Inputs:
    return whole.inputs


@pytest.fixture(scope="module")
def early() -> Plan:
    return lianpian.plan(lianpian.load_osm(CASES / EARLY))


@pytest.fixture(scope="module")
def clip() -> Plan:
    return lianpian.plan(lianpian.load_osm(CASES / CLIP))


def codes(plan: Plan) -> Counter[str]:
    return Counter(one.code for one in plan.problems)


def plain_counts(path: Path) -> Counter[str]:
    """Count with a bare loop what the file holds: closed residential ways and relations, and what they are called."""
    counts: Counter[str] = Counter()
    items: Any = osmium.FileProcessor(str(path)).with_filter(osmium.filter.KeyFilter("landuse"))
    for item in items:
        if item.tags["landuse"] == "residential":
            area = item.is_relation() or (item.is_way() and item.is_closed())
            counts["areas"] += area
            counts["named"] += area and ("name" in item.tags or "name:zh" in item.tags)
    return counts


def test_every_residential_area_of_the_city_is_an_estate_or_told(city: Inputs) -> None:
    plain = plain_counts(CASES / WHOLE)
    told = [one for one in city.problems if "landuse=residential" in one.value]
    lost = [one for one in told if one.code in ("osm_open_way", "osm_open_ring")]
    assert 1_600 <= len(city.estates) <= plain["areas"] <= len(city.estates) + len(lost)
    assert 1_161 <= city.estates["name"].notna().sum() <= plain["named"]
    assert city.estates["estate_id"].is_unique
    assert city.estates.is_valid.all()
    assert city.estates.geom_type.isin(["Polygon", "MultiPolygon"]).all()


def test_the_layers_of_the_city(city: Inputs) -> None:
    assert city.crs == METRIC
    assert 16_000 <= len(city.buildings) <= 16_200
    assert 1_000 <= city.estates["subdistrict"].notna().sum() < len(city.estates)
    assert set(city.barriers["kind"]) <= {"river", "water", "railway", "expressway", "wall"}
    assert set(city.gates["state"]) <= {"open", "residents", "closed"}
    assert city.facts["date"] == city.sources[0].facts["date"]
    assert all(layer.geometry.notna().all() for layer in (city.estates, city.facilities, city.sites, city.barriers))


def test_areas_that_are_not_whole_are_told(whole: Plan) -> None:
    found = codes(whole)
    assert found["osm_open_ring"] == 3
    assert found["osm_cut_area"] > 50
    assert found["osm_open_way"] > 50


def test_the_network_of_the_city_hangs_together(whole: Plan) -> None:
    parts = whole.components
    assert parts["length_m"].max() / parts["length_m"].sum() > 0.85
    assert parts.loc[parts["component"] == 0, "used"].all()
    edges, nodes = whole.inputs.walkways.edges, whole.inputs.walkways.nodes
    assert edges["length_mm"].min() >= 1
    assert edges[["u", "v"]].max(axis=None) < len(nodes)
    ends = shapely.get_coordinates(shapely.get_point(edges.geometry.to_numpy(), 0))
    assert np.abs(ends - nodes[["x", "y"]].to_numpy()[edges["u"]]).max() < 1e-6


def test_no_data_is_never_called_a_gap(whole: Plan) -> None:
    states = whole.gaps.groupby("service")["state"].agg(set)
    assert states["elder_care"] == {"no_data"}
    assert {"met", "gap"} <= states["school"]
    thin = whole.services.loc[whole.services["thin"], "service"]
    assert not whole.gaps.loc[whole.gaps["service"].isin(thin), "state"].eq("gap").any()


def test_a_city_with_most_of_its_estates_mapped_can_be_told_from_one_without(whole: Plan, early: Plan) -> None:
    shares = [far_streets_share(plan.inputs.estates, ways=plan.inputs.walkways.edges) for plan in (whole, early)]
    assert shares == [pytest.approx(0.18, abs=0.03), pytest.approx(0.81, abs=0.03)]
    assert shares[0] < FAR_STREETS_SHARE < shares[1]
    assert (codes(whole)["estates_thin"], codes(early)["estates_thin"]) == (0, 1)


def links_across(plan: Plan) -> gpd.GeoDataFrame:
    """Return the links within clusters that meet a railway, an expressway or water far from any way that crosses it."""
    cluster = plan.estates.set_index("estate_id")["cluster_id"]
    ends = [plan.adjacency[end].map(cluster) for end in ("estate_a", "estate_b")]
    inside = plan.adjacency[ends[0].notna() & (ends[0] == ends[1])]
    barriers = plan.inputs.barriers[plan.inputs.barriers["kind"] != "wall"].geometry.to_numpy()
    ways = plan.inputs.walkways.edges.geometry.to_numpy()
    link, barrier = shapely.STRtree(barriers).query(inside.geometry.to_numpy(), predicate="intersects")
    meeting = shapely.intersection(inside.geometry.to_numpy()[link], barriers[barrier])
    crossed = shapely.STRtree(ways).query(meeting, predicate="dwithin", distance=30.0)[0]
    return inside.iloc[np.unique(link[~np.isin(np.arange(len(link)), crossed)])]


@pytest.mark.parametrize("name", ["whole", "clip"])
def test_clusters_do_not_chain_across_railways_expressways_or_water(name: str, request: pytest.FixtureRequest) -> None:
    plan: Plan = request.getfixturevalue(name)
    assert plan.estates["cluster_id"].notna().sum() > 100
    assert links_across(plan).empty


def test_clusters_keep_within_the_band_and_their_subdistrict(whole: Plan) -> None:
    limits = whole.inputs.project.clusters
    assert whole.clusters["people"].between(limits.floor_people, limits.ceiling_people).all()
    assert (whole.clusters["diameter_minutes"] <= limits.max_walk_minutes).all()
    members = whole.estates.dropna(subset=["cluster_id"])
    assert members.groupby("cluster_id")["subdistrict"].nunique().max() == 1


def plain_length(path: Path, crs: CRS) -> float:
    """Add up the ways walked with a bare loop, one line per way and nothing split."""
    lines = []
    items: Any = osmium.FileProcessor(str(path)).with_locations()
    for way in items:
        if way.is_way() and may_walk(dict(way.tags), rules=walk_rules()):
            spots = [(node.lon, node.lat) for node in way.nodes if node.location.valid()]
            lines.append(shapely.LineString(spots))
    return float(gpd.GeoSeries(lines, crs="EPSG:4326").to_crs(crs).length.sum())


@pytest.mark.parametrize("name", [CLIP, SMALL])
def test_the_length_of_the_network_is_that_of_a_plain_reading(name: str) -> None:
    edges = read_walkways(open_extract(CASES / name), crs=METRIC).edges
    assert edges["length_mm"].sum() / 1000 == pytest.approx(plain_length(CASES / name, METRIC), rel=1e-5)


def test_ways_meet_where_osmnx_says_they_meet(tmp_path: Path) -> None:
    osmnx = pytest.importorskip("osmnx")
    nodes, ways = [], []
    items: Any = osmium.FileProcessor(str(CASES / SMALL))
    for item in items:
        if item.is_node():
            nodes.append((item.id, item.lon, item.lat))
        elif item.is_way() and may_walk(tags := dict(item.tags), rules=walk_rules()):
            ways.append((item.id, [node.ref for node in item.nodes], {"highway": tags["highway"]}))
    path = write_osm(tmp_path / "a.osm", nodes=nodes, ways=ways)
    town = read_walkways(open_extract(path), crs=METRIC)
    theirs = networkx.Graph(osmnx.graph_from_xml(path, bidirectional=True, simplify=False, retain_all=True))
    theirs.remove_nodes_from(list(networkx.isolates(theirs)))
    mine = networkx.Graph(list(town.edges[["u", "v"]].itertuples(index=False)))
    ids = set(town.nodes["osm_id"])
    assert {node for node, degree in theirs.degree if degree != 2} <= ids <= set(theirs.nodes)
    assert networkx.number_connected_components(mine) == networkx.number_connected_components(theirs) > 1


def test_a_clip_as_xml_runs_through(tmp_path: Path) -> None:
    plan = lianpian.plan(lianpian.load_osm(CASES / SMALL))
    assert len(plan.estates) == 91
    written = lianpian.write(plan, tmp_path / "南岗 两公里", language="zh", without=WITHOUT)
    assert all(file.is_file() for file in written)


def test_half_a_file_is_told_and_not_taken_for_a_smaller_town(tmp_path: Path) -> None:
    content = (CASES / CLIP).read_bytes()
    path = tmp_path / "half.osm.pbf"
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(UnreadableFileError, match=r"^half\.osm\.pbf: .*broken off"):
        lianpian.load_osm(path)


def test_the_same_extract_gives_the_same_plan(clip: Plan) -> None:
    again = lianpian.plan(lianpian.load_osm(CASES / CLIP))
    for name in ("estates", "facilities", "gaps", "clusters", "adjacency", "access_points"):
        pd.testing.assert_frame_equal(pd.DataFrame(getattr(again, name)), pd.DataFrame(getattr(clip, name)))
    assert again.problems == clip.problems


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on the path")
def test_the_map_of_the_city_opens_with_the_network_off(whole: Plan, tmp_path: Path) -> None:
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = tmp_path / "哈尔滨.html"
    path.write_text(render(whole, language="zh"), encoding="utf-8")
    with chromium() as browser, opened_page(browser, path.as_uri()) as shown:
        shown.ink()
        shown.page.screenshot(path=tmp_path / "harbin.png")
        assert (len(shown.requests), shown.faults) == (1, [])
        assert shown.count("#legend [data-class=total] .count") == len(whole.estates)
        assert shown.colours() > 20
