import geopandas as gpd
import numpy as np
import pytest
from shapely import LineString, Polygon, box

from data.words import words
from geo.contiguity.adjacency import AdjacencyLimits, find_neighbours
from geo.contiguity.corners import corner_contacts, tell_corners
from tests.shared_cases import case
from tests.towns import barriers, estates, layer, row_of, walkways

A = box(0, 0, 100, 100)


def adjacency(town: gpd.GeoDataFrame, *, rails: tuple[LineString, ...] = ()) -> gpd.GeoDataFrame:
    return find_neighbours(
        town,
        sites=layer("sites", []),
        barriers=barriers(*rails, kind="railway"),
        ways=walkways().edges,
        limits=AdjacencyLimits(30, 15),
    )


def contacts(*shapes: Polygon, rails: tuple[LineString, ...] = ()) -> list[list[int]]:
    town = estates({f"E{i}": shape for i, shape in enumerate(shapes)})
    found: list[list[int]] = corner_contacts(town, adjacency=adjacency(town, rails=rails), min_facing_m=15).tolist()
    return found


@pytest.mark.parametrize(
    ("other", "meet"),
    [
        (box(100, 100, 200, 200), True),
        (box(101, 101, 200, 200), True),
        (box(100, 90, 200, 190), True),
        (box(92, 92, 200, 200), True),
        (box(100, 0, 200, 100), False),
        (box(80, 80, 200, 200), False),
        (box(103, 103, 200, 200), False),
    ],
    ids=["corner", "nearly", "short front", "corners overlap", "front", "overlap", "apart"],
)
def test_estates_that_touch_without_a_front(other: Polygon, meet: bool) -> None:
    assert contacts(A, other) == ([[0, 1]] if meet else [])


def test_estates_that_a_railway_parts_have_a_front() -> None:
    assert contacts(A, box(100, 0, 200, 100), rails=(LineString([(100, -50), (100, 150)]),)) == []


def test_four_blocks_around_a_point_meet_twice_over_it() -> None:
    blocks = [box(x, y, x + 50, y + 50) for x in (0, 50) for y in (0, 50)]
    assert contacts(*blocks) == [[0, 3], [1, 2]]
    assert contacts() == []


def test_note_names_the_first_pairs() -> None:
    blocks = {f"{x}{y}": box(50 * x, 50 * y, 50 * x + 50, 50 * y + 50) for x in range(3) for y in range(3)}
    town = estates(blocks).assign(label=list(blocks))
    (told,) = tell_corners(town, adjacency=adjacency(town), min_facing_m=15)
    assert told.value == "8"
    assert "00 – 11; 01 – 10; 01 – 12; 02 – 11; 10 – 21; …" in told.what(words("zh"))
    alone = estates(row_of(50, 50)).assign(label=["a", "b"])
    assert tell_corners(alone, adjacency=adjacency(alone), min_facing_m=15) == ()


def test_drawn_corner_is_told_as_such() -> None:
    folder, expect = case("23-adjacency-gaps-streets-corners")
    town = gpd.read_file(folder / "estates.gpkg").rename(columns={"id": "estate_id"})
    found = corner_contacts(town, adjacency=adjacency(town), min_facing_m=15)
    assert town["estate_id"].to_numpy()[found].tolist() == expect["corner_only"]
    assert np.issubdtype(found.dtype, np.integer)
