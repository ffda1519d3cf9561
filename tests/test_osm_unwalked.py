from pathlib import Path

from data.osm.extract import open_extract
from data.osm.features import read_features
from data.osm.unwalked import unwalked_ways
from data.problems import Severity
from tests.osm_files import LOCAL_CRS, at, write_osm

TAGS = [
    {"highway": "residential"},
    {"highway": "motorway", "bridge": "yes"},
    {"highway": "motorway"},
    {"highway": "trunk"},
    {"highway": "trunk", "sidewalk": "both"},
    {"highway": "secondary", "foot": "no"},
    {"highway": "trunk", "foot": "use_sidepath"},
    {"highway": "service", "access": "no"},
    {"highway": "service", "access": "private"},
    {"highway": "unclassified", "motorroad": "yes"},
    {"highway": "construction", "construction": "footway"},
    {"railway": "rail"},
]


def test_ways_that_nobody_walks_are_told_once_for_each_reason(tmp_path: Path) -> None:
    nodes = [(10 * row + end, *at(1000 * end, 10 * row)) for row in range(1, len(TAGS) + 1) for end in (0, 1)]
    ways = [(row, [10 * row, 10 * row + 1], tags) for row, tags in enumerate(TAGS, 1)]
    points = [(500, *at(0, 900), {"highway": "bus_stop"})]
    extract = open_extract(write_osm(tmp_path / "a.osm", nodes=[*nodes, *points], ways=ways))
    found = unwalked_ways(read_features(extract)[0], crs=LOCAL_CRS, place="a.osm")
    assert [(one.value, one.facts["count"], one.facts["km"]) for one in found] == [
        ("access=no", 1, "1.00"), ("construction", 1, "1.00"), ("foot=no", 1, "1.00"), ("foot=use_sidepath", 1, "1.00"),
        ("motorroad=yes", 1, "1.00"), ("motorway", 2, "2.00"), ("trunk", 1, "1.00"),
    ]  # fmt: skip
    assert {(one.code, one.severity, one.file) for one in found} == {("roads_not_walked", Severity.NOTE, "a.osm")}


def test_an_extract_without_ways_has_nothing_to_tell(tmp_path: Path) -> None:
    extract = open_extract(write_osm(tmp_path / "a.osm"))
    assert unwalked_ways(read_features(extract)[0], crs=LOCAL_CRS, place="a.osm") == ()
