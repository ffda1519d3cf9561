"""The cases whose networks are road lines or graphs: lengths, joints and walks as they must be."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely import Point

import lianpian
from data.errors import InputError
from data.inputs import Inputs, Walkways
from data.project import Project
from tests.osm_files import write_osm
from tests.shared_cases import case

# Which lines of a case hold together, and how far its places are apart: within 2 % or 10 m, whichever is larger.
SHARE, LEAST_M = 0.02, 10.0


def load(folder: Path, **tables: object) -> Inputs:
    return lianpian.load(Project.model_validate({**tables, "folder": folder, "file_name": "project.toml"}))


def lonlat(folder: Path, tmp_path: Path, **tables: object) -> Inputs:
    """Read a case of estates, gates and facilities in degrees; all facilities are of one service."""
    shutil.copytree(folder, tmp_path / "case", dirs_exist_ok=True, copy_function=shutil.copyfile)
    layers: Mapping[str, object] = {
        "estates": {"path": "estates.geojson"},
        "gates": [{"path": "gates.csv", "coordinates": "wgs84"}],
        "facilities": [{"path": "facilities.csv", "coordinates": "wgs84", "service": "elder_care"}],
    }
    return load(tmp_path / "case", **{**layers, **tables})


def walks(inputs: Inputs) -> dict[str, float]:
    """Return how far each facility is from the estate, by the name it has in the file."""
    nearest = lianpian.plan(inputs).nearest
    names = inputs.facilities.set_index("facility_id")["name"].str.split().str[0]
    return dict(zip(nearest["facility_id"].map(names), nearest["walk_m"], strict=True))


def components(walkways: Walkways) -> int:
    edges, count = walkways.edges, len(walkways.nodes)
    graph = coo_array((edges["length_mm"], (edges["u"], edges["v"])), shape=(count, count))
    return int(connected_components(graph, directed=False)[0])


def test_a_bridge_of_a_shapefile_joins_nothing_below(tmp_path: Path) -> None:
    folder, _ = case("31-bridge-no-junction")
    town = lonlat(folder, tmp_path, network={"path": "roads.shp"})
    edges = town.walkways.edges.set_index("name")
    assert edges["length_mm"].to_dict() == pytest.approx(
        {"江边路": 1_000_000, "跨线桥": 1_000_000, "东环路": 500_000, "北环路": 500_000}, abs=1
    )
    assert edges["bridge"].to_dict() == {"江边路": False, "跨线桥": True, "东环路": False, "北环路": False}
    assert components(town.walkways) == 1
    assert len(town.walkways.nodes) == 5


def test_the_walk_leads_round_to_the_bridge(tmp_path: Path) -> None:
    folder, expected = case("31-bridge-no-junction")
    town = lonlat(folder, tmp_path, network={"path": "roads.shp"})
    assert walks(town)["F1"] == pytest.approx(expected["E1_to_F1_m"], rel=SHARE, abs=LEAST_M)


def test_two_nodes_of_an_extract_at_one_place_are_two(tmp_path: Path) -> None:
    folder, expected = case("31-bridge-no-junction")
    roads = gpd.read_file(folder / "roads.shp").to_crs(4326)
    lines = dict(zip(roads["路名"], roads.geometry, strict=True))
    crossing = gpd.GeoSeries([Point(391508, 3174307)], crs=4548).to_crs(4326).iloc[0]
    (west, east), (south, north) = lines["江边路"].coords, lines["跨线桥"].coords
    corner = lines["东环路"].coords[1]
    spots = [west, crossing.coords[0], east, south, crossing.coords[0], north, corner]
    ways = [(1, [1, 2, 3], {}), (2, [4, 5, 6], {"layer": "1"}), (3, [3, 7, 6], {})]
    write_osm(
        tmp_path / "roads.osm",
        nodes=[(number, *spot) for number, spot in enumerate(spots, 1)],
        ways=[(number, refs, {"highway": "residential", **tags}) for number, refs, tags in ways],
    )
    shutil.copytree(folder, tmp_path / "case", copy_function=shutil.copyfile)
    shutil.copyfile(tmp_path / "roads.osm", tmp_path / "case" / "roads.osm")
    town = lonlat(folder, tmp_path, network={"path": "roads.osm"})
    assert len(town.walkways.edges) == 3
    assert walks(town)["F1"] == pytest.approx(expected["E1_to_F1_m"], rel=SHARE, abs=LEAST_M)


def test_a_projected_graph_meets_places_in_degrees(tmp_path: Path) -> None:
    folder, expected = case("35-projected-graphml-lonlat-points")
    town = lonlat(folder, tmp_path, network={"path": "network.graphml"})
    assert town.crs.to_epsg() == expected["graph_epsg"]
    assert town.walkways.nodes["osm_id"].tolist() == [1, 2, 3, 4, 5, 6]
    assert town.walkways.edges["length_mm"].tolist() == pytest.approx([250_000] * 6, abs=15)
    found = walks(town)
    for name in ("F1", "F2"):
        assert found[name] == pytest.approx(expected[f"E1_to_{name}_m"], rel=SHARE, abs=LEAST_M)


def test_a_graph_without_a_system_is_asked_for_one(tmp_path: Path) -> None:
    folder, expected = case("35-projected-graphml-lonlat-points")
    text = re.sub(r'<data key="d2">EPSG:4548</data>', "", (folder / "network.graphml").read_text("utf-8"))
    shutil.copytree(folder, tmp_path / "case", copy_function=shutil.copyfile)
    (tmp_path / "case" / "none.graphml").write_text(text, "utf-8")
    with pytest.raises(InputError, match=r"has no crs attribute.*\[network\]"):
        lonlat(folder, tmp_path, network={"path": "none.graphml"})
    declared = f"EPSG:{expected['graph_epsg']}"
    town = lonlat(folder, tmp_path, network={"path": "none.graphml", "coordinates": declared})
    assert walks(town)["F2"] == pytest.approx(expected["E1_to_F2_m"], rel=SHARE, abs=LEAST_M)


def test_a_graph_read_by_a_wrong_system_is_refused(tmp_path: Path) -> None:
    folder, _ = case("35-projected-graphml-lonlat-points")
    with pytest.raises(InputError, match="does not fit the numbers"):
        lonlat(folder, tmp_path, network={"path": "network.graphml", "coordinates": "EPSG:4326"})


def test_layers_in_three_systems_come_to_one() -> None:
    folder, expected = case("25-mixed-crs-layers")
    facilities = [{"path": "facilities.gpkg", "service": "elder_care"}]
    town = load(folder, estates={"path": "estates.gpkg"}, facilities=facilities, network={"path": "roads.gpkg"})
    assert town.walkways.edges["length_mm"].sum() / 1000 == pytest.approx(
        expected["road_length_m"], rel=expected["tol"]
    )
    within = gpd.sjoin(town.facilities, town.estates, predicate="within", lsuffix="f", rsuffix="e")
    assert pd.Series(within["estate_id"].to_numpy(), within["facility_id"]).to_dict() == expected["facility_in"]
