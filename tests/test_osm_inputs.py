import hashlib
from pathlib import Path
from typing import Any

import pytest

from data.errors import MissingFileError, UnreadableFileError
from data.inputs import Inputs, Source
from data.osm.inputs import LICENCE, read_osm_inputs
from data.project import Project
from data.standards.files import load_standard
from tests.osm_files import at, square, write_osm
from tests.osm_town import HOMES, write_town

STANDARD = load_standard("jiangxi_existing")


def read(path: Path, *, settings: dict[str, Any] | None = None, stages: list[str] | None = None) -> Inputs:
    project = Project(osm=path.name, folder=path.parent, **(settings or {}))
    told: list[str] = [] if stages is None else stages
    return read_osm_inputs(project, STANDARD, stage=told.append)


def test_every_layer_of_the_town_is_read(tmp_path: Path) -> None:
    stages: list[str] = []
    path = write_town(tmp_path / "town.osm.pbf")
    town = read(path, stages=stages)
    assert town.estates["name"].tolist() == ["幸福里", "阳光小区"]
    assert town.facilities[["facility_id", "service"]].to_numpy().tolist() == [["n30", "school"]]
    assert town.gates[["gate_id", "state"]].to_numpy().tolist() == [["n31", "open"]]
    assert len(town.walkways.edges) == 4
    assert town.boundary is None
    assert stages == ["classify"]
    assert town.facts == {"date": "2024-04-01", "licence": LICENCE}
    checksum = hashlib.sha256(path.read_bytes()).hexdigest()
    assert town.sources == (Source("osm", "town.osm.pbf", checksum, {"date": "2024-04-01"}),)
    assert town.problems == ()


def test_every_layer_lies_in_the_zone_of_the_estates(tmp_path: Path) -> None:
    far = (1, 129.9, 28.0, {"amenity": "school"})
    nodes, ring = square(2, 0, 0)
    town = read(write_osm(tmp_path / "a.osm", nodes=[far, *nodes], ways=[(1, ring, HOMES)]))
    layers = (town.estates, town.facilities, town.buildings, town.barriers, town.walkways.edges)
    assert {layer.crs.to_epsg() for layer in layers} == {town.crs.to_epsg()} == {4548}


def test_the_zone_a_project_names_is_taken(tmp_path: Path) -> None:
    town = read(write_town(tmp_path / "a.osm"), settings={"project": {"crs": "EPSG:4547"}})
    assert town.crs.to_epsg() == 4547


def test_residential_areas_that_are_large_or_overlap_are_told(tmp_path: Path) -> None:
    big, big_ring = square(1, 0, 0, side=800)
    small, small_ring = square(11, 700, 0, side=200)
    ways = [(1, big_ring, {**HOMES, "name": "大院"}), (2, small_ring, HOMES)]
    town = read(write_osm(tmp_path / "a.osm", nodes=[*big, *small], ways=ways))
    large = next(one for one in town.problems if one.code == "estate_large")
    assert (large.feature, large.value, large.facts) == ("w1", "64", {"limit": "50"})
    assert [one.file for one in town.problems] == ["a.osm"] * 2
    assert len(town.estates) == 2


@pytest.mark.parametrize("tags", [{"amenity": "school"}, {}], ids=["only a point", "nothing tagged"])
def test_an_extract_without_estates_is_read_all_the_same(tmp_path: Path, tags: dict[str, str]) -> None:
    town = read(write_osm(tmp_path / "a.osm", nodes=[(1, *at(0, 0), tags)]))
    assert (len(town.estates), len(town.facilities), len(town.walkways.edges)) == (0, len(tags), 0)


def test_a_file_that_cannot_be_read_is_told_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match=r"^gone\.osm\.pbf: "):
        read(tmp_path / "gone.osm.pbf")
    (tmp_path / "no.osm.pbf").write_bytes(b"no")
    with pytest.raises(UnreadableFileError, match=r"^no\.osm\.pbf: "):
        read(tmp_path / "no.osm.pbf")
