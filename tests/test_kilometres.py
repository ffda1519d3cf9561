"""One extract, read by others: the same ways are as long, and those that only one of them walks are known."""

import shutil
from importlib.resources import files
from pathlib import Path

import geopandas as gpd
import osmium
import osmnx
import pytest

from data.osm.extract import open_extract
from data.osm.walkways import read_walkways
from tests.osm_files import LOCAL_CRS

TOWN = files("data.samples").joinpath("town", "路网.osm.pbf")


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("town") / "town.osm.pbf"
    path.write_bytes(TOWN.read_bytes())
    return path


@pytest.fixture(scope="module")
def ours(extract: Path) -> gpd.GeoDataFrame:
    return read_walkways(open_extract(extract), crs=LOCAL_CRS).edges


def km(edges: gpd.GeoDataFrame) -> float:
    return float(edges.to_crs(LOCAL_CRS).length.sum()) / 1000


def test_osmnx_finds_the_same_kilometres(extract: Path, ours: gpd.GeoDataFrame, tmp_path: Path) -> None:
    path = tmp_path / "town.osm"
    with osmium.SimpleWriter(str(path)) as writer:
        for item in osmium.FileProcessor(str(extract)):
            writer.add(item)
    graph = osmnx.graph_from_xml(path, bidirectional=True, simplify=False, retain_all=True)
    theirs = osmnx.graph_to_gdfs(graph, nodes=False)
    same = theirs[theirs["osmid"].isin(ours["way_id"])]
    assert set(same["osmid"]) == set(ours["way_id"])
    # Both directions of each piece stand in that graph.
    assert ours["length_mm"].sum() / 1e6 == pytest.approx(km(same) / 2, abs=0.001)


def test_pyrosm_finds_the_same_kilometres(extract: Path, ours: gpd.GeoDataFrame) -> None:
    pyrosm = pytest.importorskip("pyrosm")
    theirs = pyrosm.OSM(str(shutil.copy(extract, extract.parent / "copy.osm.pbf"))).get_network("walking")
    both = set(theirs["id"]) & set(ours["way_id"])
    mine = ours[ours["way_id"].isin(both)]
    assert mine["length_mm"].sum() / 1e6 == pytest.approx(km(theirs[theirs["id"].isin(both)]), abs=0.001)
    # It walks urban expressways without a pavement, and leaves out what serves the residents of an estate.
    assert set(theirs[~theirs["id"].isin(both)]["highway"]) == {"trunk"}
    assert ours[~ours["way_id"].isin(both)]["private"].all()
