import dataclasses
import hashlib
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.words import words
from geo.plan import Plan
from maps.gis.layers import write_layers
from maps.gis.legends import legend
from maps.styles import styles, worst_states
from tests.tiny import STATES, tiny_plan

LAYERS = {
    "estates": "MultiPolygon",
    "clusters": "MultiPolygon",
    "packages": "MultiPolygon",
    "facilities": "Point",
    "facilities_aside": "Point",
    "sites": "MultiPolygon",
    "site_points": "Point",
    "gates": "Point",
    "barriers": "MultiLineString",
    "barrier_areas": "MultiPolygon",
    "adjacency": "MultiLineString",
    "access_points": "Point",
    "network": "MultiLineString",
    "walks": "MultiLineString",
    "isochrones": "MultiPolygon",
    "openings": "Point",
    "proposals": "Point",
    "phases": "MultiPolygon",
    "phase_years": None,
    "phase_methods": None,
    "costs": None,
    "balance": None,
    "proposal_served": None,
    "prospects": None,
    "candidates": None,
    "siting_figures": None,
    "alternatives": None,
    "gaps": None,
    "memberships": None,
    "cluster_parts": None,
    "moves": None,
    "pooled": None,
    "funded": None,
    "services": None,
    "nearest": None,
    "opportunities": None,
    "walk_steps": None,
    "components": None,
    "inventory": None,
    "inventory_counts": None,
    "inventory_shares": None,
    "amounts": None,
    "completeness": None,
    "coverage": None,
    "sharing": None,
    "equity": None,
    "priorities": None,
    "priority_tests": None,
    "join_curve": None,
    "layer_styles": None,
}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("成果 文件夹") / "plan.gpkg"
    write_layers(tiny_plan(), path=path, language="zh")
    return path


def ask(path: Path, question: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(question).fetchall()


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_layers_have_one_kind_of_geometry_each(package: Path) -> None:
    assert dict(pyogrio.list_layers(package).tolist()) == LAYERS
    assert ask(package, "pragma user_version") == [(10200,)]


@pytest.mark.parametrize(
    "layer", ["estates", "clusters", "facilities", "gates", "adjacency", "access_points", "network"]
)
def test_geometry_and_system_survive(package: Path, layer: str) -> None:
    plan = tiny_plan()
    made: gpd.GeoDataFrame = plan.inputs.gates if layer == "gates" else getattr(plan, layer)
    expected = made.representative_point() if layer == "facilities" else made.geometry
    read = gpd.read_file(package, layer=layer)
    assert read.crs.to_epsg() == 4548
    assert shapely.equals(read.geometry.array, expected.array).all()


def test_columns_keep_their_values(package: Path) -> None:
    plan = tiny_plan()
    for layer in ("estates", "clusters", "facilities", "adjacency", "network"):
        made = pd.DataFrame(getattr(plan, layer)).drop(columns="geometry")
        read = pd.DataFrame(gpd.read_file(package, layer=layer))[list(made.columns)]
        pd.testing.assert_frame_equal(read.astype(made.dtypes), made)
    for table in ("gaps", "pooled", "services", "nearest"):
        made = getattr(plan, table)
        pd.testing.assert_frame_equal(pyogrio.read_dataframe(package, layer=table).astype(made.dtypes), made)


def test_unknown_values_are_null_and_flags_are_boolean(package: Path) -> None:
    assert ask(package, "select name, households from estates where name is null") == [(None, 200.0)]
    assert ask(package, "select count(*) from estates where parking_spaces is null") == [(2,)]
    types = {row[1]: row[2] for row in ask(package, "pragma table_info(estates)")}
    assert (types["eligible"], types["estimated"], types["gap_count"]) == ("BOOLEAN", "BOOLEAN", "INTEGER")


def test_areas_and_lines_of_barriers_stand_in_two_layers(package: Path) -> None:
    assert ask(package, "select barrier_id from barriers") == [("W1",)]
    assert ask(package, "select barrier_id from barrier_areas") == [("R1",)]
    assert ask(package, "select drawn_as, count(*) from facilities group by 1") == [("area", 2), ("point", 6)]


def test_every_layer_with_geometry_has_a_default_style(package: Path) -> None:
    drawn = [name for name, kind in LAYERS.items() if kind]
    styled = ask(package, "select f_table_name from layer_styles where useAsDefault = 1 and f_table_schema = ''")
    assert [name for (name,) in styled] == drawn
    columns = ask(
        package,
        "select count(*) from layer_styles s join gpkg_geometry_columns g"
        " on s.f_table_name = g.table_name and s.f_geometry_column = g.column_name",
    )
    assert columns == [(len(drawn),)]
    assert ask(package, "select data_type from gpkg_contents where table_name = 'layer_styles'") == [("attributes",)]


@pytest.mark.parametrize(
    ("layer", "column"),
    [("estates", "worst_state"), ("clusters", "cluster_id"), ("facilities", "service"), ("barriers", "kind"),
     ("barrier_areas", "kind"), ("gates", "state")],
)  # fmt: skip
def test_styles_have_a_category_for_every_value(package: Path, layer: str, column: str) -> None:
    ((style,),) = ask(package, f"select styleQML from layer_styles where f_table_name = '{layer}'")
    renderer = ElementTree.fromstring(str(style)).find("renderer-v2")
    assert renderer is not None
    assert renderer.get("attr") == column
    listed = {category.get("value"): category.get("symbol") for category in renderer.iter("category")}
    symbols = {symbol.get("name") for symbol in renderer.iter("symbol")}
    values = {value for (value,) in ask(package, f"select distinct {column} from {layer}")}
    assert values <= listed.keys()
    assert set(listed.values()) == symbols


def test_legends_use_the_colours_of_the_tables() -> None:
    style = ElementTree.fromstring(legend("estates", plan=tiny_plan(), say=words("en")))
    colours = [option.get("value") for option in style.iter("Option") if option.get("name") == "color"]
    red, green, blue = (int(styles().state["gap"].fill[start : start + 2], 16) for start in (1, 3, 5))
    assert colours[0] == f"{red},{green},{blue},191"
    assert next(category.get("label") for category in style.iter("category")) == "gap"


def test_the_worst_state_is_the_first_that_any_service_is_in() -> None:
    counts = pd.DataFrame(0, index=range(6), columns=[f"{state}_count" for state in STATES])
    order = ["gap", "borderline", "size_unknown", "no_data", "met"]
    for row, state in enumerate(order):
        counts.loc[row, "met_count"] = 1
        counts.loc[row, f"{state}_count"] = 1
    assert worst_states(counts).fillna("-").tolist() == [*order, "-"]


def test_two_processes_give_the_same_bytes(package: Path, tmp_path: Path) -> None:
    path = tmp_path / "plan.gpkg"
    code = (
        "import sys, pathlib; from tests.tiny import tiny_plan; from maps.gis.layers import write_layers;"
        "write_layers(tiny_plan(), path=pathlib.Path(sys.argv[1]), language='zh')"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    root = Path(__file__).parent.parent
    subprocess.run([sys.executable, "-c", code, str(path)], check=True, cwd=root, env=environment)
    assert sha256_of(path) == sha256_of(package)


def test_the_clock_option_of_gdal_is_put_back(tmp_path: Path) -> None:
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    write_layers(tiny_plan(), path=tmp_path / "plan.gpkg", language="en")
    assert pyogrio.get_gdal_config_option("OGR_CURRENT_DATE") == before


def without_rows(plan: Plan) -> Plan:
    inputs = dataclasses.replace(plan.inputs, **{
        name: getattr(plan.inputs, name).iloc[:0] for name in ("sites", "gates", "barriers")})  # fmt: skip
    names = ("facilities", "gaps", "nearest", "services", "clusters", "pooled", "adjacency", "access_points", "network")
    return dataclasses.replace(plan, inputs=inputs, **{name: getattr(plan, name).iloc[:0] for name in names})


def test_walks_to_services_that_nobody_assesses_are_left_out(tmp_path: Path) -> None:
    plan = tiny_plan()
    shown = plan.walks.assign(service=["market", "elder_care", "childcare"])
    write_layers(dataclasses.replace(plan, walks=shown), path=tmp_path / "plan.gpkg", language="zh")
    assert ask(tmp_path / "plan.gpkg", "select service from walks order by fid") == [("elder_care",), ("childcare",)]


def test_empty_layers_keep_their_columns(tmp_path: Path) -> None:
    write_layers(without_rows(tiny_plan()), path=tmp_path / "plan.gpkg", language="zh")
    assert dict(pyogrio.list_layers(tmp_path / "plan.gpkg").tolist()) == LAYERS
    info = pyogrio.read_info(tmp_path / "plan.gpkg", layer="clusters")
    assert (info["features"], info["geometry_type"]) == (0, "MultiPolygon")
    assert {"cluster_id", "households", "diameter_minutes"} <= set(info["fields"])


TEXT = st.text(st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="\ufffe\uffff"))


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(names=st.lists(TEXT, min_size=5, max_size=5))
def test_any_name_survives_the_round_trip(tmp_path: Path, names: list[str]) -> None:
    plan = tiny_plan()
    estates = plan.estates.assign(name=pd.Series(names, dtype="str"))
    clusters = plan.clusters.assign(name=pd.Series(names[:2], dtype="str"))
    (tmp_path / "plan.gpkg").unlink(missing_ok=True)
    write_layers(
        dataclasses.replace(plan, estates=estates, clusters=clusters), path=tmp_path / "plan.gpkg", language="zh"
    )
    assert [name for (name,) in ask(tmp_path / "plan.gpkg", "select name from estates order by fid")] == names
    ((style,),) = ask(tmp_path / "plan.gpkg", "select styleQML from layer_styles where f_table_name = 'clusters'")
    labels = [category.get("label") for category in ElementTree.fromstring(str(style)).iter("category")]
    assert [" ".join(str(label).split()) for label in labels] == [
        " ".join(f"{key} {name}".split()) for key, name in zip(["C1", "C2"], names[:2], strict=True)
    ]


def test_control_characters_and_broken_halves_do_not_stop_the_run(tmp_path: Path) -> None:
    plan = tiny_plan()
    estates = plan.estates.assign(name=pd.Series(["a\x00b", "c\ud800d", "e\x0bf", None, "g"], dtype=object))
    path = tmp_path / "plan.gpkg"
    write_layers(dataclasses.replace(plan, estates=estates), path=path, language="zh")
    assert [name for (name,) in ask(path, "select name from estates order by fid")] == ["ab", "cd", "ef", None, "g"]


def test_no_number_is_written_as_not_a_number(package: Path) -> None:
    assert ask(package, "select count(*) from gaps where walk_m is null") == [
        (int(np.isnan(tiny_plan().gaps["walk_m"]).sum()),)
    ]


def test_a_plan_without_packages_has_no_layer_of_them(tmp_path: Path) -> None:
    plan = tiny_plan()
    write_layers(dataclasses.replace(plan, packages=plan.packages.iloc[:0]), path=tmp_path / "p.gpkg", language="zh")
    assert "packages" not in dict(pyogrio.list_layers(tmp_path / "p.gpkg").tolist())
