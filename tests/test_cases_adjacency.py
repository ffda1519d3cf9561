"""The drawn town of gaps, streets and corners, with the distances and lengths that are known of it."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.contiguity.adjacency import AdjacencyLimits, find_neighbours
from tests.shared_cases import case
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
