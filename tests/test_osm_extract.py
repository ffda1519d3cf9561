import bz2
import gzip
import hashlib
from pathlib import Path

import pytest
from geopandas.testing import assert_geodataframe_equal

from data.errors import MissingFileError, UnreadableFileError
from data.osm.extract import Extract, open_extract
from data.osm.features import read_features
from data.osm.walkways import read_walkways
from data.words import LANGUAGES
from tests.osm_files import LOCAL_CRS, square, write_osm

NODES, RING = square(1, 0, 0)
WAYS = [(10, RING, {"landuse": "residential", "name": "幸福里"}), (11, RING[:3], {"highway": "footway"})]
XML = b'<?xml version="1.0"?><osm version="0.6"><node id="1" lat="28" lon="117"/></osm>'


def write_estate(path: Path, *, date: str | None = None) -> Path:
    return write_osm(path, nodes=NODES, ways=WAYS, date=date)


def read_all(path: Path) -> Extract:
    extract = open_extract(path)
    read_features(extract)
    read_walkways(extract, crs=LOCAL_CRS)
    return extract


@pytest.mark.parametrize("suffix", [".pbf", ".osm", ".osm.gz", ".osm.bz2"])
def test_every_format_holds_the_same(tmp_path: Path, suffix: str) -> None:
    extracts = [open_extract(write_estate(tmp_path / f"城区 一{end}")) for end in (".osm.pbf", suffix)]
    (features, problems), (others, other_problems) = map(read_features, extracts)
    edges, other_edges = (read_walkways(extract, crs=LOCAL_CRS).edges for extract in extracts)
    assert [extract.name for extract in extracts] == ["城区 一.osm.pbf", f"城区 一{suffix}"]
    assert features[["ref", "shape"]].to_numpy().tolist() == [["w10", "area"], ["w11", "line"]]
    assert_geodataframe_equal(features, others)
    assert edges["length_mm"].tolist() == [pytest.approx(200_000, abs=10)]
    assert_geodataframe_equal(edges, other_edges)
    assert problems == other_problems == ()


def test_an_upper_case_suffix_is_read(tmp_path: Path) -> None:
    path = tmp_path / "TOWN.OSM.PBF"
    path.write_bytes(write_estate(tmp_path / "town.osm.pbf").read_bytes())
    assert len(read_features(open_extract(path))[0]) == 2


def test_the_day_of_the_data_and_the_checksum_are_those_of_the_file(tmp_path: Path) -> None:
    path = write_estate(tmp_path / "a.osm.pbf", date="2024-04-01T20:00:00Z")
    extract = open_extract(path, name="路网/a.osm.pbf")
    assert (extract.name, extract.date) == ("路网/a.osm.pbf", "2024-04-01")
    assert extract.sha256() == hashlib.sha256(path.read_bytes()).hexdigest()
    assert open_extract(write_estate(tmp_path / "b.osm")).date == ""


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match=r"nowhere\.osm\.pbf does not exist\. Check the path"):
        open_extract(tmp_path / "nowhere.osm.pbf")
    with pytest.raises(MissingFileError, match="folder"):
        open_extract(tmp_path, name="folder")


@pytest.mark.parametrize("name", ["town.shp", "town.zip", "town.osm.xz", "pbf"])
def test_a_wrong_suffix_is_told_with_those_that_are_right(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(XML)
    with pytest.raises(UnreadableFileError, match=rf"{name}: .*ends in one of: \.osm\.pbf \.pbf \.osm"):
        open_extract(tmp_path / name)


def broken_off(tmp_path: Path, suffix: str) -> bytes:
    nodes = [(i, 117 + i / 1e5, 28.0) for i in range(1, 30_000)]
    whole = write_osm(tmp_path / f"whole{suffix}", nodes=nodes, ways=WAYS).read_bytes()
    return whole[: len(whole) // 2]


BAD = {
    "text.osm.pbf": "小区,户数\n幸福里,320\n".encode() * 20,
    "empty.osm.pbf": b"",
    "empty.osm": b"",
    "empty.osm.gz": b"",
    "empty.osm.bz2": b"",
    "broken.osm": XML[:-20],
    "json.osm": b'{"elements": []}',
    "track.osm": b'<?xml version="1.0"?><gpx version="1.1"></gpx>',
    "old.osm": XML.replace(b"0.6", b"0.5"),
    "coordinate.osm": XML.replace(b'"28"', b'"north"').replace(b"/>", b'><tag k="amenity" v="school"/></node>'),
    "plain.osm.gz": XML,
    "plain.osm.bz2": XML,
    "bz2.osm.gz": bz2.compress(XML),
    "half.osm.gz": gzip.compress(XML * 50)[:60],
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_is_something_else_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(BAD[name])
    with pytest.raises(UnreadableFileError, match=rf"^{name}: .*Download or export it again"):
        read_all(tmp_path / name)


@pytest.mark.parametrize("suffix", [".osm.pbf", ".osm", ".osm.gz", ".osm.bz2"])
def test_a_file_that_is_broken_off_is_told(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"half{suffix}"
    path.write_bytes(broken_off(tmp_path, suffix))
    with pytest.raises(UnreadableFileError, match="broken off") as caught:
        read_all(path)
    assert [len(caught.value.text(language).splitlines()) for language in LANGUAGES] == [1, 1]


def test_ways_before_their_nodes_are_told_and_not_taken_for_an_empty_file(tmp_path: Path) -> None:
    nodes = "".join(f'<node id="{number}" lon="{lon}" lat="{lat}"/>' for number, lon, lat in NODES)
    refs = "".join(f'<nd ref="{number}"/>' for number in RING)
    way = f'<way id="10">{refs}<tag k="landuse" v="residential"/></way>'
    (tmp_path / "query.osm").write_text(f'<osm version="0.6">{way}{nodes}</osm>', encoding="utf-8")
    with pytest.raises(UnreadableFileError, match=r"None of their nodes stand before them.*1 of 1 ways\..*osmium sort"):
        read_all(tmp_path / "query.osm")


def test_new_nodes_of_an_editor_are_told(tmp_path: Path) -> None:
    nodes = [(-number, lon, lat) for number, lon, lat in NODES]
    ways = [(-10, [-number for number in RING], {"landuse": "residential"})]
    with pytest.raises(UnreadableFileError, match=r"New nodes .*ways through them: 1\..*osmium renumber"):
        read_all(write_osm(tmp_path / "edited.osm", nodes=nodes, ways=ways))


@pytest.mark.parametrize(
    ("ways", "detail"),
    [([WAYS[0], *WAYS], "Way ID twice in input"), (WAYS[::-1], "Way IDs out of order: 10")],
    ids=["history", "not sorted"],
)
def test_a_file_that_is_not_in_order_is_told(tmp_path: Path, ways: list[tuple[object, ...]], detail: str) -> None:
    path = write_osm(tmp_path / "unsorted.osm", nodes=NODES, ways=ways)
    with pytest.raises(UnreadableFileError, match=rf"{detail}.*osmium sort"):
        read_all(path)
