from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
import shapely

from data.osm.extract import open_extract
from data.osm.features import read_features
from data.problems import Problem, Severity
from tests.osm_files import EAST, LOCAL_CRS, NORTH, at, square, write_osm

HOMES = {"landuse": "residential"}
NODES, RING = square(1, 0, 0)


def read(folder: Path, **parts: Any) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:  # noqa: ANN401
    features, problems = read_features(open_extract(write_osm(folder / "a.osm.pbf", **parts)))
    return features.to_crs(LOCAL_CRS), problems


def told(problems: tuple[Problem, ...]) -> list[tuple[str, str, str]]:
    return [(str(problem.severity), problem.code, problem.feature) for problem in problems]


def test_points_lines_and_areas_come_with_their_tags_in_the_order_of_ref(tmp_path: Path) -> None:
    nodes = [*NODES, (8, *at(0, 0), {"ref": "nothing we ask for"}), (9, *at(50, 50), {"amenity": "school"})]
    ways = [(1, [1, 2], {"highway": "path"}), (2, RING, HOMES), (3, RING, {"highway": "service"})]
    features, problems = read(tmp_path, nodes=nodes, ways=ways)
    assert features[["ref", "shape", "osm_id"]].to_numpy().tolist() == [
        ["n9", "point", 9],
        ["w1", "line", 1],
        ["w2", "area", 2],
        ["w3", "line", 3],
    ]
    assert features["tags"].tolist()[0] == {"amenity": "school"}
    assert features.area.tolist()[2] == pytest.approx(10_000, rel=1e-4)
    assert problems == ()


@pytest.mark.parametrize(
    ("tags", "shape"),
    [
        ({"highway": "pedestrian", "area": "yes"}, "line"),
        ({"barrier": "wall"}, "line"),
        ({"barrier": "wall", **HOMES}, "area"),
        ({"leisure": "park", "area": "no", "barrier": "fence"}, "line"),
        ({"natural": "water"}, "area"),
        ({"waterway": "river"}, "area"),
    ],
    ids=str,
)
def test_the_tags_of_a_closed_way_say_whether_it_is_an_area(tmp_path: Path, tags: dict[str, str], shape: str) -> None:
    assert read(tmp_path, nodes=NODES, ways=[(1, RING, tags)])[0]["shape"].tolist() == [shape]


def test_a_ring_that_crosses_itself_is_mended_without_losing_a_loop(tmp_path: Path) -> None:
    features, problems = read(tmp_path, nodes=NODES, ways=[(1, [1, 3, 2, 4, 1], HOMES)])
    shape = features.geometry[0]
    assert (features["shape"][0], shape.is_valid, len(shape.geoms)) == ("area", True, 2)
    assert shape.area == pytest.approx(5_000, rel=1e-3)
    assert told(problems) == [("warning", "osm_mended_area", "w1")]
    assert problems[0].value == "landuse=residential"


@pytest.mark.parametrize(
    ("ring", "tags", "severity"),
    [
        ([1, 2, 3], HOMES, "warning"),
        ([1, 2, 1], HOMES, "warning"),
        ([1, 2, 3], {"building": "yes"}, "note"),
        ([1, 2, 99, 98, 1], HOMES, "warning"),
    ],
    ids=["open", "there and back", "building", "two nodes left"],
)
def test_what_should_be_an_area_and_encloses_none_is_told(
    tmp_path: Path, ring: list[int], tags: dict[str, str], severity: str
) -> None:
    features, problems = read(tmp_path, nodes=NODES, ways=[(1, ring, tags)])
    assert features.empty
    assert told(problems) == [(severity, "osm_open_way", "w1")]


def test_an_area_cut_off_at_the_edge_is_drawn_through_the_nodes_that_are_there(tmp_path: Path) -> None:
    features, problems = read(tmp_path, nodes=NODES[:3], ways=[(1, RING, HOMES)])
    assert features.area[0] == pytest.approx(5_000, rel=1e-3)
    assert told(problems) == [("warning", "osm_cut_area", "w1")]


def test_a_line_cut_off_at_the_edge_breaks_where_its_nodes_are_missing(tmp_path: Path) -> None:
    nodes = [(i, *at(10 * i, 0)) for i in (1, 2, 5, 6, 9)]
    features, problems = read(tmp_path, nodes=nodes, ways=[(1, list(range(10)), {"railway": "rail"})])
    expected = shapely.MultiLineString([[(EAST + x, NORTH) for x in ends] for ends in ((10, 20), (50, 60))])
    assert shapely.hausdorff_distance(features.geometry[0], expected) < 0.02
    assert problems == ()


def test_a_multipolygon_joins_its_members_and_keeps_its_hole(tmp_path: Path) -> None:
    hole, inner = square(11, 25, 25, side=50)
    members = [("w", 1, "outer"), ("w", 2, "outer"), ("w", 3, "inner")]
    features, problems = read(
        tmp_path,
        nodes=[*NODES, *hole],
        ways=[(1, RING[:3]), (2, RING[2:]), (3, inner)],
        relations=[(7, members, {"type": "multipolygon", **HOMES})],
    )
    assert features[["ref", "shape"]].to_numpy().tolist() == [["r7", "area"]]
    assert features.area[0] == pytest.approx(7_500, rel=1e-3)
    assert problems == ()


OPEN_RINGS = {
    "open": [(1, [1, 2, 3])],
    "crossing": [(1, [1, 3, 2]), (2, [2, 4, 1])],
    "member missing": [(1, [1, 2, 3])],
}


@pytest.mark.parametrize("case", OPEN_RINGS)
def test_a_multipolygon_that_does_not_close_is_told_and_its_member_lines_are_kept(tmp_path: Path, case: str) -> None:
    ways = OPEN_RINGS[case]
    members = [("w", way[0], "outer") for way in ways] + [("w", 99, "outer")] * (case == "member missing")
    tags = {"type": "multipolygon", "name": "幸福里", **HOMES}
    features, problems = read(tmp_path, nodes=NODES, ways=ways, relations=[(7, members, tags)])
    assert features["shape"].tolist() == ["line"] * len(ways)
    assert all(own == tags for own in features["tags"])
    assert told(problems) == [("warning", "osm_open_ring", "r7 幸福里")]


def test_a_line_of_two_open_multipolygons_bars_under_the_tags_of_each(tmp_path: Path) -> None:
    pond, wood = ({"type": "multipolygon", "natural": kind} for kind in ("water", "wood"))
    relations = [(7, [("w", 1, "outer")], pond), (8, [("w", 1, "outer")], wood)]
    features, problems = read(tmp_path, nodes=NODES, ways=[(1, [1, 2, 3])], relations=relations)
    assert [tags["natural"] for tags in features["tags"]] == ["water", "wood"]
    assert {problem.severity for problem in problems} == {Severity.NOTE}


def test_an_extract_without_anything_gives_no_row(tmp_path: Path) -> None:
    features, problems = read(tmp_path)
    assert (len(features), problems) == (0, ())
    assert list(features.columns) == ["ref", "osm_id", "shape", "tags", "geometry"]
