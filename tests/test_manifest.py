import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from data.inputs import Source
from data.project import Project
from geo.plan import Plan
from maps.manifest import MANIFEST_NAME, output_names, versions, write_manifest
from tests.tiny import tiny_plan


def manifest_of(plan: Plan, folder: Path) -> dict[str, Any]:
    (folder / "a.txt").write_text("甲", encoding="utf-8")
    write_manifest(plan, folder=folder, names=["a.txt"], language="zh")
    read: dict[str, Any] = json.loads((folder / MANIFEST_NAME).read_text("utf-8"))
    return read


def changed(plan: Plan, **inputs: object) -> Plan:
    return dataclasses.replace(plan, inputs=dataclasses.replace(plan.inputs, **inputs))  # type: ignore[arg-type]


def test_it_names_inputs_standard_system_and_outputs(tmp_path: Path) -> None:
    read = manifest_of(tiny_plan(), tmp_path)
    assert [(item["role"], item["name"]) for item in read["inputs"]] == [
        ("estates", "数据/小区.shp"), ("osm", "town.osm.pbf")]  # fmt: skip
    assert read["inputs"][0]["facts"]["encoding"] == "gb18030"
    assert read["standard"]["key"] == "tiny_standard"
    assert read["crs"] == {"code": "EPSG:4548", "name": "CGCS2000 / 3-degree Gauss-Kruger CM 117E"}
    assert read["outputs"] == {"a.txt": hashlib.sha256("甲".encode()).hexdigest()}
    assert read["options"]["clusters"]["floor_people"] == 1200
    assert read["options"]["language"] == "zh"


def test_the_settings_can_be_read_back(tmp_path: Path) -> None:
    plan = tiny_plan()
    options = manifest_of(plan, tmp_path)["options"]
    del options["language"]
    assert Project.model_validate(options) == plan.inputs.project


def test_it_is_sorted_chinese_is_readable_and_it_ends_in_a_line_feed(tmp_path: Path) -> None:
    read = manifest_of(tiny_plan(), tmp_path)
    text = (tmp_path / MANIFEST_NAME).read_bytes().decode("utf-8")
    assert text == json.dumps(read, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    assert "小城老旧小区连片改造" in text


def test_it_names_the_versions_that_matter(tmp_path: Path) -> None:
    read = manifest_of(tiny_plan(), tmp_path)
    assert read["versions"] == versions()
    assert {"lianpian", "geopandas", "shapely", "pyogrio", "GDAL", "PROJ", "scipy", "osmium", "numpy", "pandas"} <= set(
        read["versions"]
    )
    assert read["versions"]["python"].count(".") == 1


@pytest.mark.parametrize(
    "path", ["/home/某人/数据/小区.shp", "C:\\Users\\某人\\小区.shp", "\\\\server\\某人\\小区.shp"]
)
def test_absolute_paths_shrink_to_the_name_of_the_file(tmp_path: Path, path: str) -> None:
    plan = tiny_plan()
    project = Project.model_validate({"estates": {"path": path}, "folder": tmp_path / "某人"})
    plan = changed(plan, project=project, sources=(Source("estates", path, "a" * 64, {"path": path}),))
    read = manifest_of(plan, tmp_path)
    assert read["options"]["estates"]["path"] == read["inputs"][0]["name"] == "小区.shp"
    text = (tmp_path / MANIFEST_NAME).read_text("utf-8")
    assert "某人" not in text
    assert "folder" not in read["options"]


def test_endless_settings_are_valid_json(tmp_path: Path) -> None:
    project = Project.model_validate({"clusters": {"ceiling_people": float("inf")}})
    read = manifest_of(changed(tiny_plan(), project=project), tmp_path)
    assert read["options"]["clusters"]["ceiling_people"] == "inf"


def test_a_result_is_told_from_other_folders(tmp_path: Path) -> None:
    assert output_names(tmp_path) is None
    manifest_of(tiny_plan(), tmp_path)
    assert output_names(tmp_path) == ("a.txt", MANIFEST_NAME)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"name": "web app", "icons": []}', '{"versions": {}, "outputs": {}}']
)
def test_another_manifest_is_no_result(tmp_path: Path, text: str) -> None:
    (tmp_path / MANIFEST_NAME).write_text(text, encoding="utf-8")
    assert output_names(tmp_path) is None
