"""Vector files: encodings by evidence, parts that are missing, layers to choose from."""

import sqlite3
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import box

from data.errors import InputError, MissingFileError, UnreadableFileError
from data.files.vectors import read_vector
from tests.shared_cases import case

NAMES = ["红星里小区", "机床厂宿舍", "永安巷12号院"]


def _estates(names: list[str] = NAMES) -> gpd.GeoDataFrame:
    shapes = [box(100.0 * i, 0, 100.0 * i + 90, 70) for i in range(len(names))]
    return gpd.GeoDataFrame({"名称": names, "户数": np.arange(len(names), dtype="int32")}, geometry=shapes, crs=4548)


def _shapefile(folder: Path, *, encoding: str, cpg: str | None, language: int = 0, names: list[str] = NAMES) -> Path:
    path = folder / "小区.shp"
    _estates(names).to_file(path, encoding=encoding)
    path.with_suffix(".cpg").unlink()
    if cpg is not None:
        path.with_suffix(".cpg").write_text(cpg, "ascii")
    table = path.with_suffix(".dbf")
    raw = bytearray(table.read_bytes())
    raw[29] = language
    table.write_bytes(raw)
    return path


@pytest.mark.parametrize(
    ("encoding", "cpg", "language", "found", "codes"),
    [
        pytest.param("GBK", None, 0, "GB18030", ["encoding_detected"], id="gbk, nothing stated"),
        pytest.param("GBK", None, 0x4D, "GB18030", [], id="gbk, language byte"),
        pytest.param("GBK", None, 0x57, "GB18030", ["encoding_claim_wrong"], id="gbk, language byte says ansi"),
        pytest.param("GBK", "936", 0, "GB18030", [], id="gbk, stated"),
        pytest.param("GBK", "UTF-8", 0, "GB18030", ["encoding_claim_wrong"], id="gbk, cpg lies"),
        pytest.param("UTF-8", "UTF-8", 0, "UTF-8", [], id="utf-8, stated"),
        pytest.param("UTF-8", "GBK", 0, "UTF-8", ["encoding_claim_wrong"], id="utf-8, cpg lies"),
        pytest.param("UTF-8", None, 0, "UTF-8", ["encoding_detected"], id="utf-8, nothing stated"),
    ],
)
def test_encoding_is_decided_by_the_bytes(
    tmp_path: Path, encoding: str, cpg: str | None, language: int, found: str, codes: list[str]
) -> None:
    path = _shapefile(tmp_path, encoding=encoding, cpg=cpg, language=language)
    frame, problems, facts = read_vector(path)
    assert frame["名称"].tolist() == NAMES
    assert facts["encoding"] == found
    assert [problem.code for problem in problems] == codes


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text("东湖里锅炉厂宿舍永安巷号院花园新村一二三", min_size=2, max_size=12), min_size=1, max_size=5))
def test_gbk_names_come_back(tmp_path: Path, names: list[str]) -> None:
    frame, _, _ = read_vector(_shapefile(tmp_path, encoding="GBK", cpg=None, names=names))
    assert frame["名称"].tolist() == names


def test_character_beyond_gbk_is_read(tmp_path: Path) -> None:
    frame, _, _ = read_vector(_shapefile(tmp_path, encoding="GB18030", cpg=None, names=["翠䶮苑", "红星里"]))
    assert frame["名称"].tolist() == ["翠䶮苑", "红星里"]


def test_declared_encoding_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    path = _shapefile(tmp_path, encoding="GBK", cpg=None)
    with pytest.raises(UnreadableFileError, match="not in the declared encoding UTF-8"):
        read_vector(path, encoding="UTF-8")


def test_missing_index_is_rebuilt_beside_nothing(tmp_path: Path) -> None:
    path = _shapefile(tmp_path, encoding="GBK", cpg="GBK")
    path.with_suffix(".shx").unlink()
    before = sorted(file.name for file in tmp_path.iterdir())
    frame, problems, _ = read_vector(path)
    assert frame.area.tolist() == [6300.0] * 3
    assert frame["名称"].tolist() == NAMES
    assert [problem.code for problem in problems] == ["shapefile_no_index"]
    assert sorted(file.name for file in tmp_path.iterdir()) == before


def test_missing_table_leaves_shapes_without_names(tmp_path: Path) -> None:
    path = _shapefile(tmp_path, encoding="GBK", cpg=None)
    path.with_suffix(".dbf").unlink()
    frame, problems, _ = read_vector(path)
    assert list(frame.columns) == ["geometry"]
    assert len(frame) == 3
    assert [problem.code for problem in problems] == ["shapefile_no_table"]


def test_missing_prj_leaves_the_system_open(tmp_path: Path) -> None:
    path = _shapefile(tmp_path, encoding="GBK", cpg=None)
    path.with_suffix(".prj").unlink()
    frame, _, facts = read_vector(path)
    assert frame.crs is None
    assert facts["crs"] == ""


@pytest.mark.parametrize("suffix", [".gpkg", ".geojson", ".fgb", ".gdb"])
def test_other_formats_are_read(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"小 区{suffix}"
    driver = {".gdb": "OpenFileGDB"}.get(suffix)
    pyogrio.write_dataframe(_estates().to_crs(4326), path, driver=driver, layer="estates")
    frame, problems, _ = read_vector(path)
    assert sorted(frame["名称"]) == sorted(NAMES)
    assert frame.crs.to_epsg() == 4326
    assert problems == ()


def test_layer_must_be_chosen_among_several(tmp_path: Path) -> None:
    path = tmp_path / "图层.gpkg"
    _estates().to_file(path, layer="现状")
    _estates(["新村"]).to_file(path, layer="规划")
    with pytest.raises(InputError, match=r"several layers: 现状 \(3\), 规划 \(1\)"):
        read_vector(path)
    with pytest.raises(InputError, match="no layer 总图"):
        read_vector(path, layer="总图")
    assert read_vector(path, layer="规划")[0]["名称"].tolist() == ["新村"]


def test_newest_rows_of_an_open_geopackage_are_read_and_nothing_is_written(tmp_path: Path) -> None:
    path = tmp_path / "小区.gpkg"
    _estates().to_file(path, layer="小区")
    with sqlite3.connect(path) as open_elsewhere:
        open_elsewhere.execute("PRAGMA journal_mode=WAL")
        for (trigger,) in open_elsewhere.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            open_elsewhere.execute(f'DROP TRIGGER "{trigger}"')
        open_elsewhere.execute("UPDATE 小区 SET 名称 = '新名' WHERE fid = 1")
        open_elsewhere.commit()
        before = path.read_bytes()
        frame, _, _ = read_vector(path)
        assert frame["名称"].tolist() == ["新名", *NAMES[1:]]
        assert path.read_bytes() == before
    open_elsewhere.close()


def test_all_folders_of_a_kml_are_one_layer(tmp_path: Path) -> None:
    place = "<Placemark><name>{}</name><Point><coordinates>115.9,28.7,0</coordinates></Point></Placemark>"
    folders = "".join(f"<Folder><name>{f}</name>{place.format(n)}</Folder>" for f, n in (("东", "甲"), ("西", "乙")))
    path = tmp_path / "小区.kml"
    path.write_text(f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{folders}</Document></kml>', "utf-8")
    frame, _, _ = read_vector(path)
    assert list(zip(frame["folder"], frame["Name"], strict=True)) == [("东", "甲"), ("西", "乙")]


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_zipped_shapefile_is_read(tmp_path: Path, encoding: str) -> None:
    path = _shapefile(tmp_path, encoding="GBK", cpg=None)
    member = "小区".encode(encoding)
    placeholder = "A" * len(member)
    archive = tmp_path / "小区.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for suffix in (".shp", ".shx", ".dbf", ".prj"):
            packed.writestr(placeholder + suffix, path.with_suffix(suffix).read_bytes())
    # The names as other programs write them: bytes without the mark of UTF-8.
    archive.write_bytes(archive.read_bytes().replace(placeholder.encode(), member))
    frame, _, facts = read_vector(archive)
    assert frame["名称"].tolist() == NAMES
    assert facts["encoding"] == "GB18030"


@pytest.mark.parametrize(
    ("name", "content", "kind", "why"),
    [
        pytest.param("没有.shp", None, MissingFileError, "does not exist", id="missing"),
        pytest.param("图.dwg", b"AC1032", UnreadableFileError, "format .dwg is not supported", id="unknown format"),
        pytest.param("图.gpkg", b"not a database at all", UnreadableFileError, "cannot be read", id="broken gpkg"),
        pytest.param("图.geojson", b"{", UnreadableFileError, "cannot be read", id="broken geojson"),
        pytest.param("图.zip", b"PK", UnreadableFileError, "cannot be read", id="broken zip"),
        pytest.param("图.shp", b"\x00\x00", UnreadableFileError, "cannot be read", id="broken shp"),
    ],
)
def test_files_that_cannot_be_read_say_why(
    tmp_path: Path, name: str, content: bytes | None, kind: type[Exception], why: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(kind, match=why):
        read_vector(tmp_path / name)


@pytest.mark.parametrize("name", ["01-shp-gbk-no-cpg", "02-shp-cpg-lies"])
def test_case_of_encodings(name: str) -> None:
    folder, expect = case(name)
    frame, problems, _ = read_vector(folder / "estates.shp")
    assert frame["名称"].tolist() == expect["names"]
    assert problems


def test_case_of_the_missing_index() -> None:
    folder, expect = case("44-shp-missing-sidecars")
    frame, problems, _ = read_vector(folder / "estates.shp")
    assert frame.area.tolist() == [expect["area_each"]] * expect["n"]
    assert expect["missing"] in [problem.value for problem in problems]
