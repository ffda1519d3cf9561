"""Drawn towns of gaps, streets, corners and overlaps, with the distances, lengths and areas that are known of them."""

from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

from data.project import EstimatesTable
from data.repair import overlaps
from geo.contiguity.adjacency import AdjacencyLimits, find_neighbours
from geo.judgement.people import fill_people
from tests.shared_cases import case
from tests.tiny import TINY_CRS
from tests.towns import layer, walkways

CASE = "23-adjacency-gaps-streets-corners"


def drawn() -> gpd.GeoDataFrame:
    folder, _ = case(CASE)
    return gpd.read_file(folder / "estates.gpkg").rename(columns={"id": "estate_id"})


def neighbours(estates: gpd.GeoDataFrame, width_m: float, min_facing_m: float = 15) -> gpd.GeoDataFrame:
    return find_neighbours(
        estates,
        sites=layer("sites", []),
        barriers=layer("barriers", []),
        ways=walkways().edges,
        limits=AdjacencyLimits(width_m, min_facing_m),
    )


def pairs(found: gpd.GeoDataFrame) -> list[list[str]]:
    return [list(pair) for pair in zip(found["estate_a"], found["estate_b"], strict=True)]


@pytest.mark.parametrize(("width_m", "expected"), [(0.5, "adjacent_at_0.5m"), (20, "adjacent_at_20m")])
def test_neighbours_are_those_listed(width_m: float, expected: str) -> None:
    _, expect = case(CASE)
    assert pairs(neighbours(drawn(), width_m)) == expect[expected]


def test_widths_and_lengths_are_those_of_the_polygons() -> None:
    _, expect = case(CASE)
    town = drawn().set_index("estate_id").geometry
    found = neighbours(drawn().sample(frac=1, random_state=1), 50).set_index(["estate_a", "estate_b"])
    for a, b, gap, shared in expect["pairs_distance_sharedlength"]:
        assert town[a].distance(town[b]) == pytest.approx(gap, abs=0.005)
        assert town[a].intersection(town[b]).length == pytest.approx(shared, abs=0.005)
        if [a, b] in expect["corner_only"]:
            assert (a, b) not in found.index
            continue
        assert found.loc[(a, b), "width_m"] == pytest.approx(gap, abs=0.01)
        assert found.loc[(a, b), "facing_m"] == pytest.approx(shared or over_the_gap(town[a], town[b]), abs=0.01)


def over_the_gap(a: shapely.Polygon, b: shapely.Polygon) -> float:
    """Return over what length upright rectangles side by side face each other."""
    (_, low, _, high), (_, other_low, _, other_high) = a.bounds, b.bounds
    return float(min(high, other_high) - max(low, other_low))


def test_corners_alone_make_no_pair_however_short_a_front_may_be() -> None:
    _, expect = case(CASE)
    found = pairs(neighbours(drawn(), 20, min_facing_m=0))
    assert not [pair for pair in expect["corner_only"] if pair in found]
    assert np.unique(np.array(found).ravel()).tolist() == ["E1", "E2", "E3", "E4"]


def overlapping() -> tuple[gpd.GeoDataFrame, Any]:
    folder, expect = case("19-overlaps-slivers-duplicate")
    estates = gpd.read_file(folder / "estates.gpkg").rename(columns={"id": "estate_id"})
    return estates.to_crs(TINY_CRS), expect


def test_overlaps_and_an_estate_drawn_twice_are_told_with_their_areas() -> None:
    estates, expect = overlapping()
    told = overlaps(estates, place="estates.gpkg")
    pair = {tuple(sorted([one.feature.split()[0], str(one.facts["other"]).split()[0]])): one for one in told}
    areas = {tuple(sorted([a, b])): area for a, b, area in expect["overlaps"]}
    assert {key: float(str(one.facts["area_m2"])) for key, one in pair.items()} == pytest.approx(areas, abs=0.05)
    same = [key for key, one in pair.items() if one.code == "overlap_same_ground"]
    assert same == [tuple(key) for key in expect["near_duplicates"]]


def test_shared_ground_counts_once_where_people_are_estimated_by_it() -> None:
    estates, expect = overlapping()
    bare = estates.assign(**dict.fromkeys(("households", "people", "floor_area_m2", "buildings"), np.nan))
    none = layer("buildings", []).assign(use=None, levels=np.nan, flats=np.nan)
    filled = fill_people(bare, buildings=none, assumed=EstimatesTable(plot_ratio=1))
    assert filled["floor_area_m2"].sum() == pytest.approx(expect["union_area"], abs=1.5)
    assert shapely.area(estates.geometry.to_numpy()).sum() == pytest.approx(expect["sum_area"])


def test_estates_over_each_other_are_neighbours_and_may_share_a_cluster() -> None:
    estates, _ = overlapping()
    assert pairs(neighbours(estates, 20)) == [["E1", "E2"], ["E1", "E3"], ["E2", "E3"]]
