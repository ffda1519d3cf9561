import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from data.words import LANGUAGES, Language, words
from maps.gis.layers import plan_layers, write_layers
from maps.gis.qgis_project import write_qgis_project
from tests.tiny import tiny_plan

# Runs in the Python that QGIS brings, and says what QGIS makes of the project.
LOOK = """
import json, sys
from qgis.core import Qgis, QgsApplication, QgsProject, QgsRenderContext
app = QgsApplication([], False)
app.initQgis()
said = []
QgsApplication.messageLog().messageReceived.connect(lambda text, tag, level: said.append(f"{tag}: {text}"))
project = QgsProject.instance()
found = {"read": project.read(sys.argv[1]), "crs": project.crs().authid(), "layers": [], "said": said}
for node in project.layerTreeRoot().findLayers():
    layer = node.layer()
    told = {"group": node.parent().name(), "name": node.name(), "valid": layer.isValid(), "source": layer.source()}
    told["count"], told["aliases"] = layer.featureCount(), [field.alias() for field in layer.fields()][1:]
    if layer.isSpatial():
        drawn, context = layer.renderer(), QgsRenderContext()
        drawn.startRender(context, layer.fields())
        told["renderer"] = drawn.type()
        told["undrawn"] = sum(drawn.symbolForFeature(one, context) is None for one in layer.getFeatures())
        drawn.stopRender(context)
    found["layers"].append(told)
print(json.dumps(found))
sys.stdout.flush()
project.clear()
app.exitQgis()
"""
SEARCH = "/usr/share/qgis/python:/usr/lib/python3/dist-packages"


def qgis_python() -> str | None:
    """Return a Python that has QGIS."""
    for python in (sys.executable, "/usr/bin/python3"):
        if shutil.which(python):
            tried = subprocess.run(
                [python, "-c", "import qgis.core"], env=environment(), capture_output=True, check=False
            )
            if tried.returncode == 0:
                return python
    return None


def environment() -> dict[str, str]:
    return {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": SEARCH, "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("成果 一")
    write_layers(tiny_plan(), path=folder / "plan.gpkg", language="zh")
    write_qgis_project(tiny_plan(), path=folder / "plan.qgz", language="zh")
    return folder


def project_of(path: Path) -> ElementTree.Element:
    with zipfile.ZipFile(path) as read:
        assert read.namelist() == ["plan.qgs"]
        return ElementTree.fromstring(read.read("plan.qgs"))


def test_every_layer_stands_in_a_group_and_in_the_list_once(folder: Path) -> None:
    root = project_of(folder / "plan.qgz")
    names = [layer.name for layer in plan_layers(tiny_plan())]
    assert sorted(str(one.get("id")) for one in root.iter("layer-tree-layer")) == sorted(
        f"lianpian_{one}" for one in names
    )
    assert [one.findtext("id") for one in root.iter("maplayer")] == [f"lianpian_{one}" for one in names]
    assert len(root.findall("./layer-tree-group/layer-tree-group")) == 5


def test_paths_are_relative_and_nothing_tells_of_the_machine(folder: Path) -> None:
    root = project_of(folder / "plan.qgz")
    sources = [one.findtext("datasource") or "" for one in root.iter("maplayer")]
    assert all(one.startswith("./plan.gpkg|layername=") for one in sources)
    assert str(folder) not in ElementTree.tostring(root, encoding="unicode")
    assert root.findtext("./properties/Paths/Absolute") == "false"


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_are_those_of_the_language(tmp_path: Path, language: Language) -> None:
    write_qgis_project(tiny_plan(), path=tmp_path / "plan.qgz", language=language)
    root, say = project_of(tmp_path / "plan.qgz"), words(language)
    estates = next(one for one in root.iter("maplayer") if one.findtext("id") == "lianpian_estates")
    assert estates.findtext("layername") == say("fields.layer.estates")
    aliases = {one.get("field"): one.get("name") for one in estates.iter("alias")}
    assert aliases["households"] == say("tables.column.households")


def test_the_same_plan_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.qgz", "b.qgz"):
        write_qgis_project(tiny_plan(), path=tmp_path / name, language="zh")
    with zipfile.ZipFile(tmp_path / "a.qgz") as a, zipfile.ZipFile(tmp_path / "b.qgz") as b:
        assert a.read("a.qgs") == b.read("b.qgs")
    digest = hashlib.sha256((tmp_path / "a.qgz").read_bytes()).hexdigest()
    write_qgis_project(tiny_plan(), path=tmp_path / "a.qgz", language="zh")
    assert hashlib.sha256((tmp_path / "a.qgz").read_bytes()).hexdigest() == digest


@pytest.fixture(scope="module")
def seen(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:  # noqa: ANN401 - what QGIS says
    """Open the project in QGIS, from another folder than it was written in."""
    python = qgis_python()
    if python is None:
        pytest.skip("no Python here has QGIS")
    moved = Path(shutil.copytree(folder, tmp_path_factory.mktemp("移交") / "成果"))
    call = [python, "-c", LOOK, str(moved / "plan.qgz")]
    done = subprocess.run(call, env=environment(), capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return {**json.loads(done.stdout.splitlines()[-1]), "folder": str(moved)}


def test_qgis_opens_every_layer_without_a_word(seen: Any) -> None:  # noqa: ANN401
    assert (seen["read"], seen["crs"], seen["said"]) == (True, "EPSG:4548", [])
    assert len(seen["layers"]) == len(plan_layers(tiny_plan()))
    assert all(layer["valid"] for layer in seen["layers"])
    assert all(layer["source"].startswith(seen["folder"]) for layer in seen["layers"])


def test_qgis_draws_every_feature_and_counts_as_the_plan_does(seen: Any) -> None:  # noqa: ANN401
    say = words("zh")
    counts = {say(f"fields.layer.{layer.name}"): len(layer.frame) for layer in plan_layers(tiny_plan())}
    assert {layer["name"]: layer["count"] for layer in seen["layers"]} == counts
    assert {layer["name"]: layer["undrawn"] for layer in seen["layers"] if layer.get("undrawn")} == {}
    drawn = {layer["name"]: layer["renderer"] for layer in seen["layers"] if "renderer" in layer}
    assert drawn[say("fields.layer.estates")] == drawn[say("fields.layer.phases")] == "categorizedSymbol"
    assert all(all(layer["aliases"]) for layer in seen["layers"])
