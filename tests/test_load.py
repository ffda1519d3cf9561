from pathlib import Path

import pytest

from data.errors import EmptyLayerError, InputError, StandardError
from data.load import load_project
from data.project import Project
from data.project_file import quick_project
from data.words import LANGUAGES
from tests.osm_files import write_osm
from tests.osm_town import write_town


def settings(path: Path, standard: str = "jiangxi_existing") -> Project:
    return quick_project(path, standard=standard, language="zh")


def test_stages_are_told_as_they_begin(tmp_path: Path) -> None:
    stages: list[str] = []
    town = load_project(settings(write_town(tmp_path / "town.osm.pbf")), stage=stages.append)
    assert stages == ["read", "classify"]
    assert (town.standard.key, len(town.estates)) == ("jiangxi_existing", 2)
    assert town.project.clusters.include_unknown_year


@pytest.mark.parametrize(
    ("without", "sentence"),
    [
        ("estates", "There is no estate in the data"),
        ("facilities", "There is no facility in the data"),
        ("ways", "There is no way in the data that can be walked"),
    ],
)
def test_a_layer_that_is_needed_and_empty_stops_the_run(tmp_path: Path, without: str, sentence: str) -> None:
    path = write_town(tmp_path / "town.osm.pbf", without=without)
    with pytest.raises(EmptyLayerError, match=rf"^town\.osm\.pbf: {sentence}.*Check the extent") as caught:
        load_project(settings(path))
    assert len(caught.value.problems) == 1


def test_all_that_is_missing_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(EmptyLayerError, match="no estate") as caught:
        load_project(settings(write_osm(tmp_path / "empty.osm.pbf")))
    assert [one.code for one in caught.value.problems] == ["no_estates", "no_facilities", "no_ways"]
    assert [len(caught.value.text(language).splitlines()) for language in LANGUAGES] == [3, 3]


def test_what_was_found_before_comes_with_what_stops_the_run(tmp_path: Path) -> None:
    path = write_osm(tmp_path / "a.osm.pbf", ways=[(1, [7, 8], {"landuse": "residential"})], nodes=[(7, 117, 28)])
    with pytest.raises(InputError, match="encloses none") as caught:
        load_project(settings(path))
    assert caught.value.problems[0].code == "osm_open_way"


def test_an_unknown_standard_is_told_before_anything_is_read(tmp_path: Path) -> None:
    stages: list[str] = []
    path = write_town(tmp_path / "town.osm.pbf")
    with pytest.raises(StandardError, match="no standard 'gb99'"):
        load_project(settings(path, "gb99"), stage=stages.append)
    assert stages == []
