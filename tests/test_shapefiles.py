import csv
import dataclasses
import hashlib
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from data.words import LANGUAGES, words
from geo.plan import Plan
from maps.gis.dbase import GETA, LONGEST_BYTES, dbase_field, gbk_text
from maps.gis.field_key import meaning
from maps.gis.layers import Layer, plan_layers
from maps.gis.shapefiles import write_shapefiles
from maps.gis.short_names import short_names
from tests.tiny import HOSTILE, TINY_CRS, tiny_plan

LAYERS = [layer.name for layer in plan_layers(tiny_plan())]


@pytest.fixture(scope="module")
def plan() -> Plan:
    return tiny_plan()


@pytest.fixture(scope="module")
def out(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("成果 一")
    write_shapefiles(plan, folder=folder, language="zh")
    return folder / "shapefile"


def key_of(out: Path) -> pd.DataFrame:
    with (out / "fields.csv").open(encoding="utf-8-sig", newline="") as file:
        heads, *rows = csv.reader(file)
    assert heads == [words("zh")(f"fields.heading.{key}") for key in (
        "file", "layer", "short", "column", "zh", "en", "unit", "type", "rows", "replaced", "cut",
    )]  # fmt: skip
    return pd.DataFrame(rows, columns=["file", "layer", "short", "column", "zh", "en", *heads[6:]])


def layer_of(plan: Plan, name: str) -> Layer:
    return next(layer for layer in plan_layers(plan) if layer.name == name)


@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_reads_back_with_its_rows_and_values(plan: Plan, out: Path, name: str) -> None:
    layer = layer_of(plan, name)
    read = pyogrio.read_dataframe(out / f"{name}.{'shp' if layer.shape else 'dbf'}")
    assert len(read) == len(layer.frame)
    for column, short in short_names(one for one in map(str, layer.frame.columns) if one != "geometry").items():
        source, found = layer.frame[column], read[short]
        if is_bool_dtype(source) or is_numeric_dtype(source):
            wanted = source.astype(float).where(np.isfinite(source.astype(float))).to_numpy(float)
            np.testing.assert_allclose(found.to_numpy(float, na_value=np.nan), wanted, rtol=1e-12)
        else:
            texts = [
                gbk_text(str(text))[0] if known else "" for text, known in zip(source, source.notna(), strict=True)
            ]
            assert found.fillna("").tolist() == [text.rstrip() for text in texts]


@pytest.mark.parametrize("name", [layer.name for layer in plan_layers(tiny_plan()) if layer.shape])
def test_shapes_are_of_one_kind_in_the_system_of_the_plan(plan: Plan, out: Path, name: str) -> None:
    layer, read = layer_of(plan, name), gpd.read_file(out / f"{name}.shp")
    kinds = {"point": {"Point"}, "line": {"LineString", "MultiLineString"}, "area": {"Polygon", "MultiPolygon"}}
    assert set(read.geom_type.dropna()) <= kinds[layer.shape or ""]
    assert read.crs == TINY_CRS
    wanted, found = layer.frame.geometry.array, read.geometry.array
    if layer.shape != "point":
        assert (shapely.equals(wanted, found) | (shapely.is_missing(wanted) & shapely.is_missing(found))).all()
    assert out.joinpath(f"{name}.prj").read_text("ascii").startswith('PROJCS["CGCS2000_3_Degree_GK')


def test_tables_name_their_code_page_and_no_day(out: Path) -> None:
    for path in sorted(out.glob("*.dbf")):
        head = path.read_bytes()[:32]
        assert (head[1:4], head[29]) == (bytes([100, 1, 1]), 0x4D)
        assert path.with_suffix(".cpg").read_text("ascii") == "936"


def test_names_of_fields_are_short_ascii_and_unique(plan: Plan, out: Path) -> None:
    key = key_of(out)
    assert key["short"].str.fullmatch(r"[a-z][a-z0-9_]{0,9}").all()
    assert not key[["file", "short"]].duplicated().any()
    columns = sum(len([one for one in layer.frame.columns if one != "geometry"]) for layer in plan_layers(plan))
    assert len(key) == columns


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_and_layer_has_a_meaning(plan: Plan, language: str) -> None:
    say = words("zh" if language == "zh" else "en")
    for layer in plan_layers(dataclasses.replace(plan, scenario="x")):
        assert say(f"fields.layer.{layer.name}")
        assert all(meaning(str(column), say) for column in layer.frame.columns if column != "geometry")


def test_the_key_is_a_workbook_too(out: Path) -> None:
    sheet = openpyxl.load_workbook(out / "fields.xlsx").worksheets[0]
    rows = list(sheet.iter_rows(min_row=3, values_only=True))
    key = key_of(out)
    assert [row[2] for row in rows] == key["short"].tolist()
    assert [row[4] for row in rows] == key["zh"].tolist()


def test_what_gbk_cannot_hold_is_marked_and_told(plan: Plan, tmp_path: Path) -> None:
    estates = plan.estates.copy()
    names = ["㙍𠅤䶮里", "东" * 200, HOSTILE, "=1+1", "a²"]
    estates["name"] = pd.Series(names, dtype=object)
    write_shapefiles(dataclasses.replace(plan, estates=estates), folder=tmp_path, language="en")
    read = gpd.read_file(tmp_path / "shapefile/estates.shp")["name"].tolist()
    assert read == [f"{GETA}{GETA}{GETA}里", "东" * 127, HOSTILE, "=1+1", f"a{GETA}"]
    with (tmp_path / "shapefile/fields.csv").open(encoding="utf-8-sig", newline="") as file:
        told = {(row[0], row[3]): row[-2:] for row in csv.reader(file)}
    assert told["estates.shp", "name"] == ["2", "1"]


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=400))
@settings(deadline=None)
def test_texts_fit_and_come_back(text: str) -> None:
    held, replaced, cut = gbk_text(text)
    coded = held.encode("gbk")
    assert len(coded) <= LONGEST_BYTES
    assert coded.decode("gbk") == held
    assert cut == (len(held) < len(text))
    if not replaced and not cut:
        assert held == text
    if cut:
        assert len(coded) >= LONGEST_BYTES - 1


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        ([True, False], "yes", [1, 0]),
        ([300.0, np.nan], "integer", [300, None]),
        ([0.5, np.inf], "number", [0.5, None]),
        ([1e9, 1.0], "number", [1e9, 1.0]),
        ([], "integer", []),
    ],
    ids=["bool", "whole", "infinite", "too wide", "none"],
)
def test_numbers_have_the_kind_that_holds_them(values: list[float], kind: str, expected: list[float | None]) -> None:
    field = dbase_field(pd.Series(values, dtype=bool if kind == "yes" else float))
    assert field.kind == kind
    assert [None if pd.isna(one) else one for one in field.values] == expected


def test_short_names_stay_apart() -> None:
    wide = [f"households_within_{number}_minutes" for number in range(12)]
    made = short_names(["id", *wide, "a_b_c_d_e_f_g_h_i"])
    assert len({name.lower() for name in made.values()}) == 14
    assert max(map(len, made.values())) <= 10
    assert made["id"] == "id"


def test_the_same_plan_gives_the_same_bytes(plan: Plan, tmp_path: Path) -> None:
    digests = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        names = write_shapefiles(plan, folder=tmp_path / name, language="zh")
        digests.append({one: hashlib.sha256((tmp_path / name / one).read_bytes()).hexdigest() for one in names})
    assert digests[0] == digests[1]
