import json
import os
import shutil
from pathlib import Path

import pytest

from data.folder.files import find_files
from tests.spoiled import TOWN


def fill(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")


def test_files_are_found_in_all_folders_and_called_by_forward_slashes(tmp_path: Path) -> None:
    fill(tmp_path, "b.csv", "甲 区/小区.shp", "甲 区/小区.dbf", "甲 区/小区.prj", "甲 区/乙/路网.OSM.PBF", "底图.DXF")
    found, passed = find_files(tmp_path)
    assert [(one.name, one.kind) for one in found] == [
        ("b.csv", "table"), ("底图.DXF", "drawing"), ("甲 区/乙/路网.OSM.PBF", "osm"), ("甲 区/小区.shp", "vector")
    ]  # fmt: skip
    assert passed == ()


def test_what_is_no_input_is_passed_by_and_told(tmp_path: Path) -> None:
    fill(tmp_path, "~$台账.xlsx", ".~lock.台账.xlsx#", ".git/a.csv", "a.tmp", "Thumbs.db", "说明.pdf", "孤.dbf")
    fill(tmp_path, "成果/tables.xlsx")
    (tmp_path / "成果" / "manifest.json").write_text(json.dumps({"versions": {"lianpian": "0.1.0"}}), encoding="utf-8")
    found, passed = find_files(tmp_path)
    assert [one.name for one in found] == []
    assert {one.name: one.why for one in passed} == {
        "~$台账.xlsx": "temporary", ".~lock.台账.xlsx#": "hidden", ".git/": "hidden", "a.tmp": "temporary",
        "Thumbs.db": "temporary", "说明.pdf": "unknown", "孤.dbf": "unknown", "成果/": "result",
    }  # fmt: skip


def test_a_database_that_is_a_folder_is_one_file(tmp_path: Path) -> None:
    fill(tmp_path, "库.gdb/a00000001.gdbtable", "库.gdb/gdb")
    assert [(one.name, one.kind) for one in find_files(tmp_path)[0]] == [("库.gdb", "vector")]


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_a_name_that_is_no_text_is_told(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path)
    with open(folder + b"/\xd0\xa1\xc7\xf8.csv", "wb"):  # noqa: PTH123 - a path of bytes
        pass
    found, passed = find_files(tmp_path)
    assert (found, [one.why for one in passed]) == ((), ["name"])


def test_parts_of_a_layer_are_not_listed(tmp_path: Path) -> None:
    fill(
        tmp_path, "小区.SHP", "小区.dbf", "小区.shp.xml", "小区.CPG", "图.tab", "图.dat", "影像.tif", "影像.tif.aux.xml"
    )
    found, passed = find_files(tmp_path)
    assert [one.name for one in found] == ["图.tab", "小区.SHP", "影像.tif"]
    assert passed == ()


def test_the_sample_town_is_found_whole(tmp_path: Path) -> None:
    shutil.copytree(TOWN, tmp_path / "town")
    found, passed = find_files(tmp_path)
    assert {one.kind for one in found} == {"settings", "vector", "table", "osm"}
    assert passed == ()
