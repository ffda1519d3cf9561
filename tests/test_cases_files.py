"""Cases of files as institutes have them, from a project file to the estates of a run and the problems listed."""

import sqlite3
import struct
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from shapely import Geometry, LineString, MultiPolygon, Polygon, box

from data.errors import InputError
from data.words import LANGUAGES, words
from tests.case_towns import X, Y, areas, blocks, codes, frame, load, lonlat, shapefile, told

NAMES = ["红星里小区", "机床厂宿舍", "翠䶮苑"]
FIRST = [115.8906127, 28.68041]
AREA_M2 = 10800.0


def _three(names: list[str] = NAMES, *, crs: int | None = 4548, east: float = X) -> gpd.GeoDataFrame:
    shapes = blocks((120, 90), (120, 90), (120, 90), east=east)
    return frame(shapes, crs=crs, 编号=["A01", "A02", "A03"], 名称=names, 户数=[312, 188, 95])


def test_gbk_that_nothing_states(tmp_path: Path) -> None:
    """Case 01: no .cpg, language byte 0, and a name that GBK does not have."""
    shapefile(tmp_path / "estates.shp", _three())
    inputs = load(tmp_path, "estates.shp")
    assert inputs.estates[["estate_id", "name", "households"]].to_numpy().tolist() == [
        ["A01", "红星里小区", 312.0],
        ["A02", "机床厂宿舍", 188.0],
        ["A03", "翠䶮苑", 95.0],
    ]
    assert set(areas(inputs).values()) == {AREA_M2}
    (detected,) = told(inputs, "estates.shp")
    assert (detected.code, detected.value) == ("encoding_detected", "GB18030")


@pytest.mark.parametrize(
    ("encoding", "cpg"),
    [
        pytest.param("GBK", "UTF-8", id="a: says UTF-8"),
        pytest.param("UTF-8", "GBK", id="b: says GBK"),
        pytest.param("UTF-8", "936", id="b: says 936"),
        pytest.param("GBK", "ISO-8859-1", id="says Latin-1"),
        pytest.param("GBK", "BIG5", id="says Big5"),
    ],
)
def test_cpg_that_lies(tmp_path: Path, encoding: str, cpg: str) -> None:
    """Case 02: names as the bytes are, and a warning that says what the .cpg claims."""
    names = ["东湖里", "锅炉厂宿舍", "永安巷12号院"]
    shapefile(tmp_path / "estates.shp", _three(names), encoding=encoding, cpg=cpg)
    inputs = load(tmp_path, "estates.shp")
    assert inputs.estates["name"].tolist() == names
    (wrong,) = told(inputs, "estates.shp")
    assert (wrong.code, wrong.severity) == ("encoding_claim_wrong", "warning")
    assert all(cpg in wrong.line(words(language)) for language in LANGUAGES)


@pytest.mark.parametrize("cpg", ["GBK", "936", "CP936", "OEM", "OEM 936", "GB2312", "gb18030", "ANSI", "", "\n", "啥"])
def test_cpg_of_any_spelling(tmp_path: Path, cpg: str) -> None:
    """A claim that is no encoding, or empty, is no reason to stop: the bytes tell."""
    path = shapefile(tmp_path / "estates.shp", _three())
    path.with_suffix(".cpg").write_bytes(cpg.encode("gb18030"))
    assert load(tmp_path, "estates.shp").estates["name"].tolist() == NAMES


def _cut_names(path: Path, names: list[bytes]) -> None:
    """Write the names of columns as a program that counts bytes cuts them."""
    raw = bytearray(path.read_bytes())
    for at, name in enumerate(names):
        raw[32 * (at + 1) : 32 * (at + 1) + 11] = name.ljust(11, b"\0")
    path.write_bytes(bytes(raw))


def test_column_names_cut_in_the_middle_of_a_character(tmp_path: Path) -> None:
    """Case 04: three columns begin alike; only what is sure is used, and the others are asked for."""
    columns: dict[str, Any] = {
        "a": ["工农里", "沙井宿舍"],
        "b": [23500.5, 8120.0],
        "c": [310, 96],
        "d": ["1987", "1994"],
        "e": [9, 3],
    }
    path = shapefile(
        tmp_path / "estates.shp", frame(blocks((100, 80), (90, 60)), **columns), encoding="UTF-8", cpg="UTF-8"
    )
    whole = ["小区名称", "住宅总建筑面积", "住宅总户数", "建成年代"]
    _cut_names(path.with_suffix(".dbf"), [*(name.encode()[:10] for name in whole), "住宅总".encode()[:8] + b"_1"])
    inputs = load(tmp_path, "estates.shp")
    found = inputs.estates[["name", "floor_area_m2", "built_year_min"]].to_numpy().tolist()
    assert found == [["工农里", 23500.5, 1987.0], ["沙井宿舍", 8120.0, 1994.0]]
    assert inputs.estates[["households", "buildings"]].isna().all(axis=None)
    unclear = [one for one in told(inputs, "estates.shp") if one.code == "shapefile_name_unclear"]
    assert [one.field for one in unclear] == ["住宅总~2", "住宅_1"]
    assert "住宅总户数" in unclear[0].line(words("zh"))


def test_unclear_columns_can_be_named(tmp_path: Path) -> None:
    columns: dict[str, Any] = {"a": ["工农里"], "b": [23500.5], "c": [310]}
    path = shapefile(tmp_path / "estates.shp", frame(blocks((100, 80)), **columns), encoding="UTF-8", cpg="UTF-8")
    whole = ["小区名称", "住宅总建筑面积", "住宅总户数"]
    _cut_names(path.with_suffix(".dbf"), [name.encode()[:10] for name in whole])
    inputs = load(tmp_path, "estates.shp", settings='fields = { households = "住宅总~2" }\n')
    assert inputs.estates[["floor_area_m2", "households"]].to_numpy().tolist() == [[23500.5, 310.0]]


@pytest.mark.parametrize(
    ("east", "epsg"),
    [pytest.param(39_000_000 + X, 4527, id="a: zone 39"), pytest.param(38_000_000 + X, 4526, id="b: zone 38")],
)
def test_zone_number_before_the_eastings(tmp_path: Path, east: float, epsg: int) -> None:
    """Case 05: no .prj; the streets are in the zone of the estates."""
    shapefile(tmp_path / "estates.shp", _three(crs=None, east=east))
    inputs = load(tmp_path, "estates.shp", meridian=(epsg - 4527) * 3)
    lon, lat = lonlat(inputs)[0]
    assert [lon - (epsg - 4527) * 3, lat] == pytest.approx(FIRST, abs=1e-6)
    assert list(areas(inputs).values()) == pytest.approx([AREA_M2] * 3)
    assumed = next(one for one in told(inputs, "estates.shp") if one.code == "crs_assumed")
    assert f"EPSG:{epsg}" in assumed.value


CORNERS = [(0, 0), (0, 110), (70, 110), (70, 0)]


def _corners(prefix: int) -> str:
    """Return corners as surveyors write them: X is north, Y is east; the rows out of order."""
    rows = [f"铁路新村,J{n},{Y + up:.3f},{prefix + X + right:.3f}" for n, (up, right) in enumerate(CORNERS, 1)]
    return "\n".join(["小区,点号,X,Y", rows[2], rows[0], rows[3], rows[1]])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_survey_corners_with_north_first(tmp_path: Path, encoding: str) -> None:
    """Case 06 a: the zone number tells the system, and the numbers of the corners their order."""
    (tmp_path / "corners.csv").write_text(_corners(39_000_000), encoding=encoding)
    inputs = load(tmp_path, "corners.csv")
    assert areas(inputs) == {"铁路新村": 7700.0}
    assert lonlat(inputs)[0] == pytest.approx([115.8905625, 28.6803193], abs=1e-6)
    assert "crs_swapped" in codes(told(inputs, "corners.csv"))


def test_survey_corners_whose_meridian_is_open(tmp_path: Path) -> None:
    """Case 06 b: it is asked for where nothing else lies nearby; declared, it gives the place."""
    (tmp_path / "corners.csv").write_text(_corners(0), encoding="utf-8-sig")
    with pytest.raises(InputError, match=r"corners\.csv.*EPSG:4548"):
        load(tmp_path, "corners.csv", alone=True)
    inputs = load(tmp_path, "corners.csv", settings='coordinates = "EPSG:4548"\n')
    assert areas(inputs) == {"铁路新村": 7700.0}
    assert lonlat(inputs)[0] == pytest.approx([115.8905625, 28.6803193], abs=1e-6)


def _kml_ring(shape: Polygon) -> str:
    ring = gpd.GeoSeries([shape], crs=4548).to_crs(4326).iloc[0].exterior.coords
    spots = " ".join(f"{lon:.8f},{lat:.8f},23.5" for lon, lat in ring)
    return f"<outerBoundaryIs><LinearRing><coordinates>{spots}</coordinates></LinearRing></outerBoundaryIs>"


def test_kml_of_several_folders(tmp_path: Path) -> None:
    """Case 12: every folder, one within another too; heights are dropped."""
    one, two, three = blocks((100, 80), (110, 80), (120, 80))
    marks = [
        f"<Placemark><name>{name}</name><Polygon>{_kml_ring(shape)}</Polygon></Placemark>"
        for name, shape in (("先锋里", one), ("劳动里", two), ("桥头小区", three))
    ]
    folders = f"<Folder><name>东片区</name>{marks[0]}<Folder><name>内</name>{marks[1]}</Folder></Folder>"
    body = f"<Document>{folders}<Folder><name>西片区</name>{marks[2]}</Folder></Document>"
    (tmp_path / "estates.kml").write_text(f'<kml xmlns="http://www.opengis.net/kml/2.2">{body}</kml>', "utf-8")
    inputs = load(tmp_path, "estates.kml", settings='coordinates = "wgs84"\n')
    assert areas(inputs) == pytest.approx({"先锋里": 8000, "劳动里": 8800, "桥头小区": 9600}, rel=0.002)
    assert not inputs.estates.has_z.any()


def _dxf(*entities: str) -> bytes:
    head = "0\nSECTION\n2\nHEADER\n9\n$ACADVER\n1\nAC1015\n9\n$DWGCODEPAGE\n3\nANSI_936\n0\nENDSEC\n"
    return (head + "0\nSECTION\n2\nENTITIES\n" + "".join(entities) + "0\nENDSEC\n0\nEOF\n").encode("gbk")


def _polyline(shape: Polygon, *, layer: str = "小区红线", is_closed: bool = True) -> str:
    spots = shape.exterior.coords[:-1]
    head = f"0\nLWPOLYLINE\n100\nAcDbEntity\n8\n{layer}\n100\nAcDbPolyline\n90\n{len(spots)}\n70\n{int(is_closed)}\n"
    return head + "".join(f"10\n{x:.4f}\n20\n{y:.4f}\n" for x, y in spots)


def _text(x: float, y: float, said: str) -> str:
    head = f"0\nTEXT\n100\nAcDbEntity\n8\n注记\n100\nAcDbText\n10\n{x:.4f}\n20\n{y:.4f}\n40\n5.0\n1\n{said}\n"
    return head + "100\nAcDbText\n"


def test_red_lines_of_a_drawing(tmp_path: Path) -> None:
    """Case 13: closed lines are areas named by the texts inside; what is open, and other layers, are told of."""
    one, two = blocks((120, 80), (100, 90))
    away = box(X - 50, Y - 50, X - 20, Y - 30)
    entities = [
        _polyline(one),
        _text(X + 40, Y + 40, "玻璃厂宿舍"),
        _polyline(two),
        _text(X + 160, Y + 40, "文教路小区"),
    ]
    entities += [_polyline(away, is_closed=False), _polyline(away, layer="道路中线", is_closed=False)]
    (tmp_path / "redline.dxf").write_bytes(_dxf(*entities))
    inputs = load(tmp_path, "redline.dxf", settings='coordinates = "EPSG:4548"\n')
    assert areas(inputs) == {"玻璃厂宿舍": 9600.0, "文教路小区": 9000.0}
    found = {one.code: one for one in told(inputs, "redline.dxf")}
    assert found["drawing_not_closed"].value == "1"
    assert "道路中线" in found["drawing_layers_left"].line(words("zh"))
    with pytest.raises(InputError, match=r"redline\.dxf.*EPSG:4548"):
        load(tmp_path, "redline.dxf", alone=True)


def test_bow_tie_keeps_both_lobes(tmp_path: Path) -> None:
    """Case 18: two corners exchanged; the crossing is told with its place, and the neighbour left alone."""
    crossed = Polygon([(X, Y), (X + 100, Y + 80), (X + 100, Y), (X, Y + 80)])
    spiked = Polygon([(X + 150, Y), (X + 240, Y), (X + 240, Y + 70), (X + 195, Y + 70), (X + 195, Y + 90),
                      (X + 195, Y + 70), (X + 150, Y + 70)])  # fmt: skip
    columns: dict[str, Any] = {"id": ["E1", "E2", "E3"], "name": ["1号院", "2号院", "3号院"]}
    frame([crossed, spiked, box(X + 260, Y, X + 300, Y + 50)], **columns).to_file(tmp_path / "estates.gpkg")
    inputs = load(tmp_path, "estates.gpkg")
    assert areas(inputs, key="estate_id") == {"E1": 4000.0, "E2": 6300.0, "E3": 2000.0}
    found = [(one.code, one.feature) for one in told(inputs, "estates.gpkg")]
    assert found == [("repair_made_valid", "E1 1号院"), ("repair_made_valid", "E2 2号院")]
    assert f"{X + 50:.0f} {Y + 40:.0f}" in told(inputs, "estates.gpkg")[0].line(words("zh"))


def test_overlaps_slivers_and_one_estate_drawn_twice(tmp_path: Path) -> None:
    """Case 19: each pair with its area."""
    one, two = box(X, Y, X + 100, Y + 80), box(X + 99.7, Y, X + 219.7, Y + 80)
    again = box(X + 0.2, Y + 0.1, X + 99.8, Y + 80)
    columns: dict[str, Any] = {"id": ["E1", "E2", "E3"], "name": ["甲院", "乙院", "甲院(重绘)"]}
    frame([one, two, again], **columns).to_file(tmp_path / "estates.gpkg")
    inputs = load(tmp_path, "estates.gpkg")
    found = [(one.code, one.feature, one.facts["other"], one.facts["area_m2"]) for one in told(inputs, "estates.gpkg")]
    assert found == [
        ("overlap_same_ground", "E1 甲院", "E3 甲院(重绘)", "7958.0"),
        ("overlap", "E1 甲院", "E2 乙院", "24.0"),
        ("overlap", "E2 乙院", "E3 甲院(重绘)", "8.0"),
    ]


def _mixed() -> list[Geometry | None]:
    high = Polygon([(X, Y, 1.0), (X + 100, Y, 1.0), (X + 100, Y + 60, 1.0), (X, Y + 60, 1.0)])
    flat = Polygon([(X, Y), (X + 50, Y), (X + 100, Y)])
    line = LineString(box(X, Y, X + 80, Y + 50).exterior)
    return [high, None, Polygon(), flat, line, box(X + 300, Y, X + 390, Y + 70)]


def test_rows_without_ground_are_told_by_name(tmp_path: Path) -> None:
    """Case 21: null, empty, flat and linear shapes; heights are dropped and the ground left exact."""
    given = frame(_mixed(), id=[f"E{n}" for n in range(1, 7)], name=[f"待核{n}" for n in range(1, 7)])
    given.to_file(tmp_path / "estates.gpkg")
    inputs = load(tmp_path, "estates.gpkg")
    assert areas(inputs, key="estate_id") == {"E1": 6000.0, "E6": 6300.0}
    assert not inputs.estates.has_z.any()
    assert [(one.code, one.feature) for one in told(inputs, "estates.gpkg")] == [
        ("repair_null", "E2 待核2"),
        ("repair_empty", "E3 待核3"),
        ("repair_no_area", "E4 待核4"),
        ("repair_closed_line", "E5 待核5"),
    ]


def test_estate_codes_that_stand_twice_are_an_error(tmp_path: Path) -> None:
    frame(blocks((90, 70), (40, 50)), id=["E6", "E6"], name=["待核", "待核"]).to_file(tmp_path / "estates.gpkg")
    with pytest.raises(InputError, match=r"estates\.gpkg / E6.*stands 2 times"):
        load(tmp_path, "estates.gpkg")


def _circle(x: float, y: float, radius: float) -> bytes:
    """Return a curve polygon of one circle in the binary form of the standard."""
    spots = [(x - radius, y), (x, y + radius), (x + radius, y), (x, y - radius), (x - radius, y)]
    arc = struct.pack("<BII", 1, 8, len(spots)) + b"".join(struct.pack("<dd", *spot) for spot in spots)
    return struct.pack("<BII", 1, 10, 1) + arc


def test_curves_of_desktop_programs(tmp_path: Path) -> None:
    """Case 22: CURVEPOLYGON and MULTISURFACE in a layer of polygons are drawn out, within half a per cent."""
    path, squares = tmp_path / "estates.gpkg", blocks((80, 60), (10, 10), (10, 10))
    frame([MultiPolygon([one]) for one in squares], id=["E1", "E2", "E3"], name=["方院", "圆院", "双圆院"]).to_file(
        path, layer="estates"
    )
    one, two = _circle(X + 150, Y, 50), _circle(X + 300, Y, 50)
    several = struct.pack("<BII", 1, 12, 2) + two + _circle(X + 450, Y, 50)
    _put_shapes(path, {2: one, 3: several})
    inputs = load(tmp_path, "estates.gpkg")
    assert areas(inputs, key="estate_id") == pytest.approx({"E1": 4800, "E2": 7854, "E3": 15708}, rel=0.005)


def _put_shapes(path: Path, shapes: dict[int, bytes]) -> None:
    with sqlite3.connect(path) as file:
        for (trigger,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            file.execute(f'DROP TRIGGER "{trigger}"')
        for row, shape in shapes.items():
            blob = b"GP\x00\x01" + struct.pack("<i", 4548) + shape
            file.execute("UPDATE estates SET geom = ? WHERE fid = ?", (blob, row))
        file.execute("DROP TABLE IF EXISTS rtree_estates_geom")
        file.execute("DELETE FROM gpkg_extensions")
    file.close()


def test_shapefile_without_its_index(tmp_path: Path) -> None:
    """Case 44 a: rebuilt in a copy and told; nothing is written beside the file."""
    path = shapefile(tmp_path / "estates.shp", frame(blocks(*[(100, 70)] * 3), 名称=["一院", "二院", "三院"]))
    path.with_suffix(".shx").unlink()
    inputs = load(tmp_path, "estates.shp")
    assert areas(inputs) == {"一院": 7000.0, "二院": 7000.0, "三院": 7000.0}
    (missing,) = [one for one in told(inputs, "estates.shp") if one.code == "shapefile_no_index"]
    assert all(".shx" in missing.line(words(language)) for language in LANGUAGES)
    assert not path.with_suffix(".shx").exists()


def test_shapefile_without_its_table(tmp_path: Path) -> None:
    """Case 44 b: the outlines are read, and a warning says that nobody knows their names."""
    path = shapefile(tmp_path / "estates.shp", frame(blocks(*[(100, 70)] * 3), 名称=["一院", "二院", "三院"]))
    path.with_suffix(".dbf").unlink()
    inputs = load(tmp_path, "estates.shp")
    assert inputs.estates.area.tolist() == pytest.approx([7000.0] * 3)
    assert inputs.estates["name"].isna().all()
    found = {one.code: one.severity for one in told(inputs, "estates.shp")}
    assert found == {"shapefile_no_table": "warning", "estates_nameless": "warning"}
