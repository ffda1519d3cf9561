"""Tables of places: encodings, delimiters, coordinates in every shape."""

from pathlib import Path

import pytest
import shapely
import xlsxwriter

from data.coordinates.crs import settle
from data.errors import InputError, MissingColumnError, UnreadableFileError
from data.files.points import read_points
from tests.shared_cases import case

HEADER = ("设施名称", "经度", "纬度", "床位数")
ROWS = (("和平社区养老服务站", "115.8921", "28.6812", "24"), ("䶮宝托育园", "115.8943", "28.6790", "60"))


def _write(path: Path, *rows: tuple[str, ...], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    path.write_bytes("\r\n".join(delimiter.join(row) for row in rows).encode(encoding))
    return path


def _points(path: Path, **options: str) -> list[list[float]]:
    frame, _, _ = read_points(path, **options)  # type: ignore[arg-type]
    return [[float(x), float(y)] for x, y in shapely.get_coordinates(frame.geometry)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_every_encoding_and_delimiter_gives_the_same_table(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = _write(tmp_path / "设施 表.csv", HEADER, *ROWS, ("",), encoding=encoding, delimiter=delimiter)
    frame, problems, facts = read_points(path)
    assert frame["name"].tolist() == [row[0] for row in ROWS]
    assert frame["capacity"].tolist() == [24, 60]
    assert frame["row"].tolist() == [2, 3]
    assert frame.crs is None
    assert problems == ()
    assert facts["encoding"].startswith(encoding.upper()[:5])


def test_workbook_is_read_like_a_text_table(tmp_path: Path) -> None:
    path = tmp_path / "设施.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row("A1", ["设施名称", "lng", "lat"])
        sheet.write_row("A2", ["甲", 115.8921, 28.6812])
    assert _points(path) == [[115.8921, 28.6812]]


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        pytest.param(("name", "lng", "lat"), ("甲", "115.5", "28.25"), id="two columns"),
        pytest.param(("name", "lat", "lng"), ("甲", "28.25", "115.5"), id="latitude first"),
        pytest.param(("name", "location"), ("甲", '"115.5,28.25"'), id="one cell"),
        pytest.param(("name", "坐标"), ("甲", "115.5 28.25"), id="one cell with a blank"),
        pytest.param(("name", "经度", "纬度"), ("甲", "115°30′", "28°15′0″"), id="degrees and minutes"),
        pytest.param(("name", "经度", "纬度"), ("甲", "115度30分0秒", "28度15分"), id="degrees in words"),
        pytest.param(("name", "经度", "纬度"), ("甲", "E115.5", "28.25°N"), id="letters"),
        pytest.param(("name", "经度", "纬度"), ("甲", "１１５．５", "２８．２５"), id="full width"),
    ],
)
def test_coordinates_in_every_shape(tmp_path: Path, header: tuple[str, ...], cells: tuple[str, ...]) -> None:
    assert _points(_write(tmp_path / "a.csv", header, cells)) == [[115.5, 28.25]]


@pytest.mark.parametrize("cell", ["", "待测", "0", "1149712.0", "nan"])
def test_row_without_a_place_is_told_and_left_out(tmp_path: Path, cell: str) -> None:
    lat = "0" if cell == "0" else "28.68"
    path = _write(tmp_path / "a.csv", HEADER, *ROWS, ("坏", cell, lat, "1"))
    frame, problems, _ = read_points(path)
    assert frame["name"].tolist() == [row[0] for row in ROWS]
    assert [(p.code, p.feature, p.field, p.value) for p in problems] == [
        ("point_unusable", "#4", "经度, 纬度", f"{cell}, {lat}")
    ]


def test_single_exchanged_rows_are_turned_round_and_told(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.csv", HEADER, *ROWS, ("反", "28.6", "115.8", "1"))
    frame, problems, _ = read_points(path)
    assert shapely.get_coordinates(frame.geometry)[2].tolist() == [115.8, 28.6]
    assert [(problem.code, problem.feature) for problem in problems] == [("point_swapped", "#4")]


def test_map_coordinates_are_left_to_the_coordinate_system(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.csv", ("名称", "x", "y"), ("甲", "391558.0", "3174347.0"))
    assert _points(path) == [[391_558.0, 3_174_347.0]]


def test_column_declares_the_system_unless_the_project_does(tmp_path: Path) -> None:
    rows = (("名称", "经度", "纬度", "坐标系"), ("甲", "115.9", "28.7", "高德"), ("乙", "115.8", "28.7", "GCJ-02"))
    path = _write(tmp_path / "a.csv", *rows)
    frame, problems, facts = read_points(path)
    assert facts["coordinates"] == "gcj02"
    assert [problem.code for problem in problems] == ["coordinates_stated"]
    assert read_points(path, coordinates="wgs84")[2]["coordinates"] == "wgs84"
    mixed = _write(tmp_path / "b.csv", *rows, ("丙", "115.8", "28.7", "百度"))
    with pytest.raises(InputError, match="高德, gcj-02, 百度, differ"):
        read_points(mixed)
    assert len(frame) == 2


def test_declared_columns(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.csv", ("名称", "东", "北", "泊位/床位"), ("甲", "115.9", "28.7", "12"))
    with pytest.raises(MissingColumnError, match="no columns of coordinates"):
        read_points(path)
    frame, _, _ = read_points(path, fields={"lon": "东", "lat": "北", "capacity": "泊位/床位"})
    assert frame["capacity"].tolist() == [12]


@pytest.mark.parametrize(
    ("raw", "options", "why"),
    [
        pytest.param(b"\xff\xff\xff,\xff", {}, "encoding of the texts cannot be told", id="no encoding"),
        pytest.param(
            ROWS[0][0].encode("gbk"), {"encoding": "utf-8"}, "not in the declared encoding", id="other encoding"
        ),
        pytest.param(b"a,b", {"encoding": "utf-7000"}, "no encoding utf-7000", id="unknown encoding"),
    ],
)
def test_texts_that_cannot_be_decoded_say_why(tmp_path: Path, raw: bytes, options: dict[str, str], why: str) -> None:
    (tmp_path / "a.csv").write_bytes(raw)
    with pytest.raises(UnreadableFileError, match=why):
        read_points(tmp_path / "a.csv", **options)  # type: ignore[arg-type]


def test_case_of_web_map_points() -> None:
    folder, expect = case("08-gcj02-bd09-poi")
    frame, _, facts = read_points(folder / "poi.csv")
    settled, _ = settle(frame, coordinates=facts["coordinates"], place="poi.csv")
    wanted = [place["wgs84"] for place in expect["poi"]]
    assert shapely.get_coordinates(settled.geometry) == pytest.approx(
        shapely.get_coordinates(shapely.points(wanted)), abs=2e-5
    )


@pytest.mark.parametrize(
    ("header", "cells", "system"),
    [
        pytest.param(("名称", "lng_gcj02", "lat_gcj02"), ("甲", "115.9", "28.7"), "gcj02", id="suffix"),
        pytest.param(("名称", "百度经度", "百度纬度"), ("甲", "115.9", "28.7"), "bd09", id="word"),
        pytest.param(("名称", "经度（GCJ-02）", "纬度（GCJ-02）"), ("甲", "115.9", "28.7"), "gcj02", id="brackets"),
        pytest.param(("名称", "高德坐标"), ("甲", '"115.9,28.7"'), "gcj02", id="one cell"),
        pytest.param(("名称", "经度", "纬度"), ("甲", "115.9", "28.7"), "auto", id="none"),
    ],
)
def test_headings_declare_the_system(
    tmp_path: Path, header: tuple[str, ...], cells: tuple[str, ...], system: str
) -> None:
    frame, problems, facts = read_points(_write(tmp_path / "a.csv", header, cells))
    assert shapely.get_coordinates(frame.geometry).tolist() == [[115.9, 28.7]]
    assert (facts["coordinates"], [problem.code for problem in problems]) == (
        system, [] if system == "auto" else ["coordinates_stated"],
    )  # fmt: skip


def test_of_two_systems_the_one_without_a_shift_is_taken_and_told(tmp_path: Path) -> None:
    header = ("名称", "lng_gcj02", "lat_gcj02", "wgs84_lng", "wgs84_lat")
    frame, problems, facts = read_points(
        _write(tmp_path / "a.csv", header, ("甲", "115.905", "28.697", "115.9", "28.7"))
    )
    assert shapely.get_coordinates(frame.geometry).tolist() == [[115.9, 28.7]]
    assert facts["coordinates"] == "wgs84"
    assert [problem.code for problem in problems] == ["column_twice", "column_twice", "coordinates_stated"]


def test_survey_headings_name_north_and_east(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.csv", ("名称", "北坐标X", "东坐标Y"), ("甲", "3174347.0", "391558.0"))
    assert _points(path) == [[391_558.0, 3_174_347.0]]


def test_row_without_coordinates_and_row_with_a_stray_separator_are_told(tmp_path: Path) -> None:
    header = ("名称", "地址", "经度", "纬度")
    rows = (("甲", "路1号", "115.9", "28.7"), ("乙", "路2号", "", ""), ("丙", "路3号", "2楼", "115.9", "28.7"))
    frame, problems, _ = read_points(_write(tmp_path / "a.csv", header, *rows))
    assert frame["name"].tolist() == ["甲"]
    assert sorted((problem.code, problem.feature) for problem in problems) == [
        ("point_missing", "#3"), ("table_row_long", "#4"),
    ]  # fmt: skip


def test_decimals_that_may_be_minutes_and_seconds_are_told(tmp_path: Path) -> None:
    packed = [(f"甲{i}", f"115.53{i * 7 % 60:02d}", f"28.40{i * 11 % 60:02d}") for i in range(20)]
    plain = [(f"甲{i}", f"115.{8900 + 37 * i}", f"28.{6800 + 41 * i}") for i in range(20)]
    for rows, codes in ((packed, ["points_maybe_packed"]), (plain, [])):
        path = _write(tmp_path / "a.csv", ("名称", "经度", "纬度"), *rows)
        assert [problem.code for problem in read_points(path)[1]] == codes


def test_degrees_in_one_cell(tmp_path: Path) -> None:
    rows = (("甲", "北纬28°15′ 东经115°30′"), ("乙", "115-30-0;28-15-0"), ("丙", "115°73′ 28°15′"))
    path = _write(tmp_path / "a.csv", ("name", "坐标"), *rows, delimiter="\t")
    frame, problems, _ = read_points(path)
    assert shapely.get_coordinates(frame.geometry).tolist() == [[115.5, 28.25]] * 2
    assert [(problem.code, problem.feature) for problem in problems] == [("point_unusable", "#4")]
