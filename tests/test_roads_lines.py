"""Road lines as files hold them: words of classes and levels, drawings, and what is said of what is left out."""

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS

from data.errors import CrsError, InputError, UnreadableFileError
from data.inputs import Walkways
from data.problems import Problem
from data.project import NetworkTable
from data.roads.lines import line_walkways, read_lines
from data.words import LANGUAGES, words
from tests.osm_files import EAST, LOCAL_CRS, NORTH

CROSS = ["0 0, 100 0", "50 -50, 50 50"]


def roads(lines: Sequence[str], **columns: Sequence[object]) -> gpd.GeoDataFrame:
    """Make a layer of lines given as the inside of WKT, in metres from the corner that all tests share."""
    shapes = shapely.from_wkt([f"LINESTRING ({line})" for line in lines])
    moved = shapely.transform(shapes, lambda points: np.add(points, (EAST, NORTH)))
    return gpd.GeoDataFrame({name: list(cells) for name, cells in columns.items()}, geometry=moved, crs=LOCAL_CRS)


def walk(path: Path, *, crs: CRS = LOCAL_CRS, **keys: object) -> tuple[Walkways, list[Problem]]:
    """Read a file and make a network of it; every problem can be told in each language."""
    table = NetworkTable.model_validate({"path": path.name, **keys})
    frame, problems, _ = read_lines(path, table=table)
    walkways, told = line_walkways(frame, crs=crs, join_gap_m=table.join_gap_m, place=path.name)
    found = [*problems, *told]
    assert all(problem.line(words(language)) for problem in found for language in LANGUAGES)
    return walkways, found


def told(problems: Sequence[Problem]) -> list[tuple[str, str]]:
    return [(problem.code, problem.value) for problem in problems]


def saved(folder: Path, lines: Sequence[str], **columns: Sequence[object]) -> Path:
    path = folder / "路网.gpkg"
    roads(lines, **columns).to_file(path)
    return path


def edges_of(folder: Path, lines: Sequence[str], **columns: Sequence[object]) -> pd.DataFrame:
    return walk(saved(folder, lines, **columns))[0].edges


def test_a_shapefile_of_a_planner_becomes_a_network(tmp_path: Path) -> None:
    path = tmp_path / "路网 中心线.shp"
    roads(CROSS, 路名=["江边路", "跨线桥"], 道路等级=["次干路", "支路"], 桥=[0, 1]).to_file(path, encoding="GBK")
    path.with_suffix(".cpg").unlink()
    walkways, problems = walk(path)
    columns = ["way_id", "name", "highway", "bridge", "length_mm"]
    assert sorted(map(tuple, walkways.edges[columns].to_numpy().tolist())) == [
        (0, "江边路", "secondary", False, 100_000), (1, "跨线桥", "tertiary", True, 100_000)
    ]  # fmt: skip
    assert walkways.nodes["osm_id"].tolist() == [-1] * 4
    assert told(problems) == [("encoding_detected", "GB18030")]


def test_the_columns_are_those_of_every_network(tmp_path: Path) -> None:
    edges = edges_of(tmp_path, CROSS)
    dtypes = {name: str(kind) for name, kind in edges.dtypes.items()}
    assert dtypes == {
        "way_id": "int64", "highway": "str", "name": "str", "steps": "bool", "private": "bool", "bridge": "bool",
        "tunnel": "bool", "one_way": "int8", "u": "int64", "v": "int64", "length_mm": "int64", "geometry": "geometry",
    }  # fmt: skip
    assert edges["name"].isna().all()
    assert set(edges["highway"]) == {"road"}


@pytest.mark.parametrize("yes", ["1", "是", "Y", "yes", "T", "true", "桥", "高架", "有", "解放桥", "1.0", "viaduct"])
def test_words_that_say_bridge(tmp_path: Path, yes: str) -> None:
    assert len(edges_of(tmp_path, CROSS, bridge=[yes, None])) == 2


@pytest.mark.parametrize("no", ["0", "否", "N", "no", "F", "false", "无", "非桥", "", "地面", "0.0"])
def test_words_that_say_no_bridge(tmp_path: Path, no: str) -> None:
    assert len(edges_of(tmp_path, CROSS, 桥梁=[no, "否"])) == 4


@pytest.mark.parametrize("column", ["隧道", "tunnel", "是否隧道", "地道"])
def test_columns_that_say_tunnel(tmp_path: Path, column: str) -> None:
    edges = edges_of(tmp_path, CROSS, **{column: ["是", "否"]})
    assert edges["tunnel"].tolist().count(True) == 1
    assert len(edges) == 2


@pytest.mark.parametrize("column", ["层", "layer", "level", "高程层", "立交"])
@pytest.mark.parametrize(
    ("cells", "pieces"),
    [([0, 1], 2), ([1, 1], 4), (["地下", "0"], 2), (["-1", "0"], 2), (["地面", None], 4), (["高架", "地面"], 2)],
    ids=str,
)
def test_levels_part_what_crosses(tmp_path: Path, column: str, cells: list[object], pieces: int) -> None:
    assert len(edges_of(tmp_path, CROSS, **{column: cells})) == pieces


def test_words_that_nobody_understands_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    roads(CROSS, 桥=["见图", "否"], 层=["甲", "甲"]).to_file(path)
    walkways, problems = walk(path)
    assert len(walkways.edges) == 4
    found = [(one.field, one.value, one.facts["count"]) for one in problems if one.code == "roads_word_unread"]
    assert found == [("bridge", "见图", 1), ("level", "甲", 2)]


@pytest.mark.parametrize(
    ("said", "highway"),
    [
        ("主干路", "primary"), ("城市次干路", "secondary"), ("支路", "tertiary"), ("人行步道", "footway"),
        ("梯道", "steps"), ("快速路辅路", "tertiary"), ("residential", "residential"), ("Footway", "footway"),
        ("其他", "road"), (None, "road"), ("41000", "road"),
    ],
)  # fmt: skip
def test_classes_that_are_walked(tmp_path: Path, said: str | None, highway: str) -> None:
    edges = edges_of(tmp_path, ["0 0, 100 0"], 道路等级=[said])
    assert edges["highway"].tolist() == [highway]
    assert edges["steps"].tolist() == [highway == "steps"]


@pytest.mark.parametrize(
    "said", ["高速公路", "快速路", "高架", "高架快速路", "motorway", "motorway_link", "trunk", "匝道"]
)
def test_classes_that_are_not_walked_are_told(tmp_path: Path, said: str) -> None:
    path = tmp_path / "a.gpkg"
    roads([*CROSS, "0 90, 300 90"], fclass=["支路", said, said]).to_file(path)
    walkways, problems = walk(path)
    assert walkways.edges["length_mm"].tolist() == [100_000]
    (one,) = problems
    assert (one.code, one.value, one.facts) == ("roads_not_walked", said, {"count": 2, "km": "0.40"})


def test_tags_of_openstreetmap_decide_where_they_are_there(tmp_path: Path) -> None:
    edges = edges_of(
        tmp_path, ["0 0, 9 0", "0 10, 9 10", "0 20, 9 20", "0 30, 9 30"],
        highway=["trunk", "residential", "service", "trunk"], foot=["yes", "no", None, None],
        access=[None, None, "private", None],
    )  # fmt: skip
    assert edges[["way_id", "private"]].sort_values("way_id").to_numpy().tolist() == [[0, False], [2, True]]


def test_a_class_may_name_a_bridge(tmp_path: Path) -> None:
    edges = edges_of(tmp_path, CROSS, 类型=["支路", "人行天桥"])
    assert edges.set_index("highway")["bridge"].to_dict() == {"tertiary": False, "footway": True}


def test_declared_columns_go_first(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    roads(CROSS, F1=["甲路", "乙路"], F2=["1", "0"]).to_file(path)
    walkways, _ = walk(path, fields={"name": "F1", "bridge": "F2"})
    assert walkways.edges.set_index("name")["bridge"].to_dict() == {"甲路": True, "乙路": False}
    with pytest.raises(InputError, match="F9"):
        walk(path, fields={"name": "F9"})


def test_what_is_no_line_is_told_and_left_out(tmp_path: Path) -> None:
    frame = roads(["0 0, 100 0", "5 5, 5 5"])
    spots = [shapely.Point(EAST, NORTH), shapely.box(EAST, NORTH, EAST + 9, NORTH + 9), None]
    more = gpd.GeoDataFrame(geometry=spots, crs=LOCAL_CRS)
    path = tmp_path / "a.geojson"
    pd.concat([frame, more]).to_crs(4326).to_file(path)
    walkways, problems = walk(path, coordinates="wgs84")
    assert len(walkways.edges) == 1
    left = [(one.code, one.value) for one in problems if one.code.startswith("roads_no")]
    assert left == [
        ("roads_not_lines", "-"), ("roads_not_lines", "Point"), ("roads_not_lines", "Polygon"), ("roads_no_length", "1")
    ]  # fmt: skip


def test_what_was_drawn_twice_counts_once_and_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    roads(["0 0, 100 0", "100 0, 0 0", "60 0, 150 0"], 名称=[None, "甲路", None]).to_file(path)
    walkways, problems = walk(path)
    assert walkways.edges["length_mm"].sum() == 150_000
    assert walkways.edges["name"].tolist().count("甲路") == 2
    (one,) = problems
    assert (one.code, one.value, one.facts["km"]) == ("roads_doubled", "2", "0.14")


def test_gaps_are_joined_and_told(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    roads(["0 0, 200 0", "100 0.6, 100 90", "50 4, 50 90"]).to_file(path)
    walkways, (joined, open_) = walk(path)
    assert walkways.edges["length_mm"].sum() == 200_000 + 90_000 + 86_000
    assert (joined.code, joined.value, joined.facts) == ("roads_joined", "1", {"longest": "0.60"})
    assert (open_.code, open_.value) == ("roads_gaps_open", "1")
    assert open_.facts == {"gap": "1", "limit": "10", "places": f"({EAST + 50:.1f}, {NORTH + 4:.1f})"}


@pytest.mark.parametrize(("gap", "codes"), [(0.5, ["roads_gaps_open"]), (0, []), (5, ["roads_joined"])])
def test_the_project_sets_the_widest_gap(tmp_path: Path, gap: float, codes: list[str]) -> None:
    path = tmp_path / "a.gpkg"
    roads(["0 0, 900 0", "100 0.6, 100 90"]).to_file(path)
    assert [one.code for one in walk(path, join_gap_m=gap)[1]] == codes


def test_heights_of_zero_are_no_heights(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    frame = roads(["0 0, 100 0", "50 -50, 50 50"])
    high = shapely.force_3d(frame.geometry.to_numpy(), [0.0, 30.0])
    frame.set_geometry(gpd.GeoSeries(high, crs=LOCAL_CRS)).to_file(path)
    assert len(walk(path)[0].edges) == 4


def test_nothing_to_walk_is_an_empty_network(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    roads(CROSS, 等级=["高速公路", "高速公路"]).to_file(path)
    walkways, _ = walk(path)
    assert len(walkways.edges) == len(walkways.nodes) == 0
    assert {"u", "v", "length_mm", "highway", "one_way"} <= set(walkways.edges.columns)


def test_a_stated_system_that_the_numbers_contradict_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    roads(CROSS).set_crs(4326, allow_override=True).to_file(path)
    with pytest.raises(CrsError, match="WGS 84 that the file states does not fit"):
        walk(path)


def test_lines_without_a_system_are_read_as_declared(tmp_path: Path) -> None:
    path = tmp_path / "a.shp"
    roads(CROSS, n=["1", "2"]).to_file(path)
    path.with_suffix(".prj").unlink()
    with pytest.raises(CrsError, match="Declare it under coordinates"):
        walk(path)
    assert walk(path, coordinates="EPSG:4548")[0].edges["length_mm"].sum() == 200_000


ROWS = st.lists(
    st.tuples(
        st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90)), min_size=2, max_size=4),
        st.sampled_from(["甲路", "乙路", None]),
        st.sampled_from(["0", "1"]),
    ),
    min_size=1,
    max_size=7,
)


@settings(max_examples=40, deadline=None)
@given(ROWS, st.integers(0, 10_000))
def test_the_order_of_rows_changes_not_a_byte(
    rows: list[tuple[list[tuple[int, int]], str | None, str]], seed: int
) -> None:
    shuffled = np.random.default_rng(seed).permutation(len(rows))
    results = []
    for order in (np.arange(len(rows)), shuffled):
        spots, names, levels = zip(*(rows[at] for at in order), strict=True)
        lines = [", ".join(f"{x} {y}" for x, y in line) for line in spots]
        frame = roads(lines, name=names, level=levels).assign(row=order)
        results.append(line_walkways(frame, crs=LOCAL_CRS, join_gap_m=2, place="a"))
    (one, said), (two, said_too) = results
    columns = ["u", "v", "length_mm", "name", "geometry"]
    pd.testing.assert_frame_equal(pd.DataFrame(one.nodes), pd.DataFrame(two.nodes))
    pd.testing.assert_frame_equal(pd.DataFrame(one.edges[columns]), pd.DataFrame(two.edges[columns]))
    assert said == said_too


HEAD = "0\nSECTION\n2\nHEADER\n9\n$ACADVER\n1\n{version}\n{page}0\nENDSEC\n0\nSECTION\n2\nENTITIES\n"


def drawing(path: Path, *parts: str, version: str = "AC1015", page: str = "ANSI_936", encoding: str = "gbk") -> Path:
    stated = f"9\n$DWGCODEPAGE\n3\n{page}\n" if page else ""
    text = HEAD.format(version=version, page=stated) + "".join(parts) + "0\nENDSEC\n0\nEOF\n"
    path.write_bytes(text.encode(encoding))
    return path


def polyline(layer: str, *spots: tuple[float, float], closed: bool = False) -> str:
    body = "".join(f"10\n{EAST + x}\n20\n{NORTH + y}\n" for x, y in spots)
    head = f"0\nLWPOLYLINE\n100\nAcDbEntity\n8\n{layer}\n100\nAcDbPolyline\n90\n{len(spots)}\n70\n{int(closed)}\n"
    return head + body


def line(layer: str, start: tuple[float, float], stop: tuple[float, float]) -> str:
    ends = f"10\n{EAST + start[0]}\n20\n{NORTH + start[1]}\n11\n{EAST + stop[0]}\n21\n{NORTH + stop[1]}\n"
    return f"0\nLINE\n100\nAcDbEntity\n8\n{layer}\n100\nAcDbLine\n{ends}"


SQUARE = [(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0)]
TEXT = f"0\nTEXT\n100\nAcDbEntity\n8\n注记\n100\nAcDbText\n10\n{EAST}\n20\n{NORTH}\n40\n5\n1\n文教路\n"


@pytest.mark.parametrize(
    ("keys", "encoding", "found"),
    [
        pytest.param({}, "gbk", "GB18030", id="stated"),
        pytest.param({"page": ""}, "gbk", "GB18030", id="nothing stated"),
        pytest.param({"page": "ANSI_1252"}, "gbk", "GB18030", id="stated wrongly"),
        pytest.param({"page": ""}, "utf-8", "UTF-8", id="utf-8 before its time"),
        pytest.param({"version": "AC1027"}, "utf-8", "UTF-8", id="utf-8"),
    ],
)
def test_a_drawing_is_read_by_its_layers(tmp_path: Path, keys: dict[str, str], encoding: str, found: str) -> None:
    parts = (polyline("道路中线", *SQUARE, closed=True), line("道路中线", (50, -50), (50, 50)), TEXT)
    path = drawing(tmp_path / "路网.dxf", *parts, polyline("小区红线", (0, 0), (9, 9)), encoding=encoding, **keys)
    walkways, problems = walk(path, coordinates="EPSG:4548")
    assert walkways.edges["length_mm"].sum() == 500_000
    assert len(walkways.edges) == 4
    assert ("drawing_layers_left", "小区红线, 注记") in told(problems)
    facts = read_lines(path, table=NetworkTable(path=path.name, coordinates="EPSG:4548"))[2]
    assert (facts["format"], facts["layer"], facts["encoding"]) == ("DXF", "道路中线", found)


def test_layers_of_a_drawing_are_classes(tmp_path: Path) -> None:
    parts = (line("高架道路", (0, 0), (90, 0)), line("步行道路", (0, 9), (90, 9)))
    walkways, problems = walk(drawing(tmp_path / "a.dxf", *parts), coordinates="EPSG:4548")
    assert walkways.edges["highway"].tolist() == ["footway"]
    assert told(problems) == [("roads_not_walked", "高架道路")]


def test_a_layer_of_a_drawing_can_be_chosen(tmp_path: Path) -> None:
    parts = (line("A", (0, 0), (90, 0)), line("B", (0, 9), (50, 9)))
    path = drawing(tmp_path / "a.dxf", *parts)
    assert walk(path, coordinates="EPSG:4548", layer="B")[0].edges["length_mm"].tolist() == [50_000]
    with pytest.raises(InputError, match="several layers: A, B"):
        walk(path)
    with pytest.raises(InputError, match="no layer C"):
        walk(path, layer="C")


def test_a_drawing_declares_no_system(tmp_path: Path) -> None:
    with pytest.raises(CrsError, match="Declare it under coordinates"):
        walk(drawing(tmp_path / "a.dxf", line("道路", (0, 0), (90, 0))))


def test_an_encoding_of_a_drawing_can_be_declared(tmp_path: Path) -> None:
    path = drawing(tmp_path / "a.dxf", line("道路", (0, 0), (90, 0)), page="")
    assert len(walk(path, coordinates="EPSG:4548", encoding="gbk")[0].edges) == 1
    with pytest.raises(UnreadableFileError, match="not in the declared encoding"):
        walk(path, encoding="utf-8")


def test_a_broken_drawing_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.dxf").write_bytes(b"no drawing")
    with pytest.raises(InputError, match=r"a\.dxf"):
        walk(tmp_path / "a.dxf")


@pytest.mark.parametrize(("cells", "pieces"), [(["是", "否"], 2), (["是", "是"], 2), (["否", None], 4)], ids=str)
def test_a_column_of_levels_may_say_yes_or_no(tmp_path: Path, cells: list[object], pieces: int) -> None:
    walkways, problems = walk(saved(tmp_path, CROSS, 立交=cells))
    assert (len(walkways.edges), told(problems)) == (pieces, [])


@pytest.mark.parametrize(
    ("name", "kind"),
    [("中山路立交桥", "bridge"), ("红旗大桥", "bridge"), ("东湖高架", "bridge"), ("滨江隧道", "tunnel")],
)
def test_a_name_may_tell_of_a_bridge_or_a_tunnel_and_that_is_told(tmp_path: Path, name: str, kind: str) -> None:
    walkways, problems = walk(saved(tmp_path, CROSS, 名称=[name, "江边路"]))
    assert (len(walkways.edges), told(problems)) == (2, [(f"roads_named_{kind}", name)])
    assert walkways.edges.set_index("name")[kind].to_dict() == {name: True, "江边路": False}


@pytest.mark.parametrize("name", ["石桥路", "八字桥街", "隧道口路", "大桥头"])
def test_streets_called_after_bridges_are_streets(tmp_path: Path, name: str) -> None:
    assert len(edges_of(tmp_path, CROSS, 名称=[name, "江边路"])) == 4


def test_a_column_goes_before_a_name(tmp_path: Path) -> None:
    walkways, problems = walk(saved(tmp_path, CROSS, 名称=["红旗大桥", "江边路"], 桥=["否", "否"]))
    assert (len(walkways.edges), told(problems)) == (4, [])


def test_heights_of_some_lines_alone_are_told(tmp_path: Path) -> None:
    frame = roads(CROSS)
    for heights, expected in (([0.0, 30.0], [("roads_heights_partly", "1")]), ([5.0, 30.0], []), ([0.0, 0.0], [])):
        high = shapely.force_3d(frame.geometry.to_numpy(), heights)
        path = tmp_path / f"{heights[0]:g}-{heights[1]:g}.gpkg"
        frame.set_geometry(gpd.GeoSeries(high, crs=LOCAL_CRS)).to_file(path)
        assert told(walk(path)[1]) == expected
