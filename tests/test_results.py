import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pyogrio
import pytest

from data.errors import InputError, LianpianError, MissingFileError, UnreadableFileError
from data.results import LAYERS, matching_estates, read_results
from tests.small_results import small_layers, small_manifest, write_result


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_result(tmp_path_factory.mktemp("written") / "out")


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    return shutil.copytree(written, tmp_path / "成果 一")


def overwrite(name: str, text: str) -> Callable[[Path], object]:
    return lambda folder: folder.joinpath(name).write_text(text, encoding="utf-8")


def test_every_table_is_read_with_its_rows(folder: Path) -> None:
    results, layers = read_results(folder), small_layers()
    assert set(layers) == set(LAYERS)
    assert {name: len(getattr(results, name)) for name in layers} == {name: len(layers[name]) for name in layers}
    assert results.manifest["standard"]["key"] == "jiangxi_existing"
    assert results.estates.crs.to_epsg() == 4548
    assert results.walks.geometry.length.tolist() == layers["walks"].geometry.length.tolist()


def test_of_one_estate_only_its_rows_are_read_and_openings_from_both_sides(folder: Path) -> None:
    results = read_results(folder, estate="E001")
    assert set(results.gaps["estate_id"]) == set(results.walk_steps["estate_id"]) == {"E001"}
    assert results.openings["opening_id"].tolist() == ["O001", "O002", "O003"]
    assert len(results.estates) == 5
    assert len(read_results(folder, estate="nowhere' OR '1'='1").gaps) == 0


def test_a_quote_in_an_identifier_is_a_letter_like_any_other(tmp_path: Path) -> None:
    layers = small_layers()
    for name in ("estates", "gaps"):
        layers[name] = layers[name].replace({"estate_id": {"E001": "E'1"}})
    results = read_results(write_result(tmp_path / "out", layers=layers), estate="E'1")
    assert results.gaps["estate_id"].unique().tolist() == ["E'1"]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [("E002", ("E002",)), ("幸福里", ("E001",)), ("和平小区", ("E003", "E004")), ("和平", ()), ("", ())],
)
def test_an_estate_is_found_by_identifier_or_whole_name(wanted: str, expected: tuple[str, ...]) -> None:
    assert matching_estates(small_layers()["estates"], wanted=wanted) == expected


def test_an_identifier_goes_before_a_name() -> None:
    estates = small_layers()["estates"].replace({"name": {"幸福里": "E004"}})
    assert matching_estates(estates, wanted="E004") == ("E004",)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match=r"There is no folder .*nowhere"):
        read_results(tmp_path / "nowhere")


STRANGE = {
    "no manifest": lambda folder: folder.joinpath("manifest.json").unlink(),
    "no package": lambda folder: folder.joinpath("plan.gpkg").unlink(),
    "the manifest of something else": overwrite("manifest.json", '{"name": "web page"}'),
    "a list": overwrite("manifest.json", "[]"),
    "versions without the tool": overwrite(
        "manifest.json", json.dumps({**small_manifest(), "versions": {"qgis": "3"}})
    ),
    "versions that are a text": overwrite("manifest.json", json.dumps({**small_manifest(), "versions": "lianpian"})),
}


@pytest.mark.parametrize("case", STRANGE)
def test_a_folder_that_is_no_result(folder: Path, case: str) -> None:
    STRANGE[case](folder)
    with pytest.raises(InputError, match="is no folder of results"):
        read_results(folder)


def test_a_file_in_the_place_of_the_folder(folder: Path) -> None:
    with pytest.raises(InputError, match="is no folder of results"):
        read_results(folder / "plan.gpkg")


def test_a_result_of_an_earlier_version_tells_all_that_it_lacks(tmp_path: Path) -> None:
    layers = small_layers()
    del layers["walks"], layers["openings"]
    layers["nearest"] = layers["nearest"].drop(columns="rank")
    folder = write_result(tmp_path / "out", layers=layers)
    with pytest.raises(InputError, match=r"earlier version and lack: walks, openings, nearest\.rank") as caught:
        read_results(folder)
    assert "重新运行 lianpian plan" in caught.value.text("zh")


@pytest.mark.parametrize("key", ["profiles", "services"])
def test_an_earlier_manifest_is_told(folder: Path, key: str) -> None:
    manifest = small_manifest()
    del manifest["standard"][key]
    overwrite("manifest.json", json.dumps(manifest))(folder)
    with pytest.raises(InputError, match=rf"earlier version and lack: manifest\.json standard\.{key}\."):
        read_results(folder)


@pytest.mark.parametrize("share", [0.0, 0.02, 0.3, 0.6, 0.9])
def test_a_package_that_is_broken_off(folder: Path, share: float) -> None:
    whole = folder.joinpath("plan.gpkg").read_bytes()
    folder.joinpath("plan.gpkg").write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(LianpianError, match=r"is broken|earlier version"):
        read_results(folder)


@pytest.mark.parametrize("text", ["{", '{"a": 1', "\x00"])
def test_a_manifest_that_is_broken(folder: Path, text: str) -> None:
    overwrite("manifest.json", text)(folder)
    with pytest.raises(UnreadableFileError, match=r"manifest\.json: This file .* is broken"):
        read_results(folder)


def test_a_manifest_in_another_encoding(folder: Path) -> None:
    folder.joinpath("manifest.json").write_bytes(json.dumps(small_manifest(), ensure_ascii=False).encode("gbk"))
    with pytest.raises(UnreadableFileError, match="is broken"):
        read_results(folder)


@pytest.mark.parametrize("row", [-2, 7])
@pytest.mark.parametrize("column", ["gate", "entrance"])
def test_a_walk_through_an_access_point_that_is_not_there(folder: Path, column: str, row: int) -> None:
    walks = small_layers()["walks"]
    walks.loc[1, column] = row
    pyogrio.write_dataframe(walks, folder / "plan.gpkg", layer="walks")
    with pytest.raises(UnreadableFileError, match=rf"is broken .*walks\.{column}"):
        read_results(folder)


def test_nothing_is_written_into_the_folder(folder: Path) -> None:
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    read_results(folder, estate="E001")
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_a_package_that_was_opened_elsewhere_can_still_be_read(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "plan.gpkg")) as other:
        other.execute("pragma journal_mode = wal")
        other.execute("create table notes (text)")
        assert len(read_results(folder).gaps) == 8
