"""Local grids fitted to control points: the right way found, the residuals told, what is off named."""

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS

from data.coordinates.control import AFFINE, SIMILARITY, fit, odd_one, spread
from data.coordinates.gcj02 import Floats
from data.coordinates.rules import coordinate_rules
from data.errors import CrsError, InputError, MissingColumnError
from data.files.control_points import ControlPoints, fit_layer, read_control_points
from data.project import ControlTable
from data.words import LANGUAGES

RULES = coordinate_rules().control
MIDDLE = np.array([391_558.0, 3_174_347.0])
KNOWN = MIDDLE + np.array([[-2000, -1500], [1800, -1700], [2100, 1600], [-1900, 1400], [300, 200]])
CM_117 = CRS.from_epsg(4548)
HEADINGS = ("点名", "地方X", "地方Y", "2000X", "2000Y")


def local_of(known: Floats, *, turn_deg: float = 12.0, scale: float = 1.00003) -> Floats:
    """Return places in a local grid that is turned and starts elsewhere."""
    cosine, sine = np.cos(np.radians(turn_deg)), np.sin(np.radians(turn_deg))
    turned = (known - MIDDLE) @ np.array([[cosine, sine], [-sine, cosine]])
    return np.asarray(turned * scale + [35_000, 8_000], dtype=np.float64)


def points(local: Floats, known: Floats = KNOWN) -> ControlPoints:
    names = tuple(f"K{number}" for number in range(1, len(local) + 1))
    return ControlPoints(names, local, known[: len(local)], CM_117, "控制点.csv")


def layer(xy: Floats) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=shapely.points(xy))


def write(folder: Path, rows: Sequence[Sequence[object]], *, encoding: str = "gb18030") -> ControlTable:
    text = "\n".join(",".join(str(cell) for cell in row) for row in rows)
    (folder / "控制点.csv").write_bytes(text.encode(encoding))
    return ControlTable(path="控制点.csv")


def rows_of(local: Floats, known: Floats, headings: Sequence[str] = HEADINGS) -> list[list[object]]:
    pairs = zip(local.tolist(), known.tolist(), strict=True)
    return [list(headings), *([f"K{n}", *a, *b] for n, (a, b) in enumerate(pairs, 1))]


@settings(max_examples=50)
@given(st.floats(-180, 180), st.floats(0.5, 2), st.booleans())
def test_an_exact_similarity_is_found_in_either_order(turn_deg: float, scale: float, north_first: bool) -> None:
    local = local_of(KNOWN, turn_deg=turn_deg, scale=scale)
    found = fit(local[:, ::-1] if north_first else local, KNOWN, rules=RULES)
    assert (found.kind, found.north_first) == (SIMILARITY, north_first)
    assert found.apply(local) == pytest.approx(KNOWN, abs=1e-6)
    assert found.rms_m < 1e-6
    assert found.scales == pytest.approx((1 / scale, 1 / scale))


def test_the_fit_agrees_with_a_solution_of_the_normal_equations() -> None:
    local = local_of(KNOWN) + np.random.default_rng(1).normal(0, 0.3, KNOWN.shape)
    x, y = local.T
    one, zero = np.ones(len(x)), np.zeros(len(x))
    equations = np.vstack((np.column_stack((x, -y, one, zero)), np.column_stack((y, x, zero, one))))
    solved = np.linalg.lstsq(equations, KNOWN.T.ravel(), rcond=None)[0]
    expected = (equations @ solved).reshape(2, -1).T
    found = fit(local, KNOWN, rules=RULES)
    assert found.apply(local) == pytest.approx(expected, abs=1e-5)
    assert found.residuals_m == pytest.approx(np.hypot(*(expected - KNOWN).T), abs=1e-5)


def test_an_affine_fit_is_taken_only_where_it_is_clearly_better() -> None:
    stretched = local_of(KNOWN) * [1.01, 1.0]
    assert fit(stretched, KNOWN, rules=RULES).kind == AFFINE
    assert fit(stretched, KNOWN, rules=RULES).rms_m < 1e-6
    rough = local_of(KNOWN) + np.random.default_rng(2).normal(0, 3, KNOWN.shape)
    assert fit(rough, KNOWN, rules=RULES).kind == SIMILARITY
    assert fit(stretched[:3], KNOWN[:3], rules=RULES).kind == SIMILARITY


@pytest.mark.parametrize("count", [4, 5])
@pytest.mark.parametrize("wrong", [0, 2])
def test_the_point_that_is_off_is_named(count: int, wrong: int) -> None:
    local = local_of(KNOWN)[:count]
    local[wrong] += [40, -30]
    found = odd_one(local, KNOWN[:count], rules=RULES)
    assert found is not None
    assert found[0] == wrong
    assert found[1] == pytest.approx(50, abs=0.1)


@pytest.mark.parametrize("wrong", [0, 1, 2])
def test_of_three_points_one_that_is_off_stops_the_run(wrong: int) -> None:
    local = local_of(KNOWN)[:3]
    local[wrong] += [160, -120]
    with pytest.raises(CrsError, match=r"Residuals: K1 .* m; K2 .* m; K3 .* m"):
        fit_layer(layer(local), points(local), place="a.shp")


def test_a_far_point_may_be_less_exact_than_those_that_reach_out_to_it() -> None:
    known = MIDDLE + np.array([[0, 0], [90, 10], [20, 110], [5000, 4000]])
    local = local_of(known) + np.random.default_rng(6).normal(0, 0.2, known.shape)
    assert odd_one(local, known, rules=RULES) is None


def test_a_far_point_that_bends_the_fit_to_itself_is_named_all_the_same() -> None:
    known = MIDDLE + np.array([[0, 0], [90, 10], [20, 110], [5000, 4000]])
    local = local_of(known)
    local[3] += [60, 80]
    with pytest.raises(CrsError, match=r"K4 does not go with the others; it is 100\.0 m off"):
        fit_layer(layer(local), points(local, known), place="a.shp")


def test_points_that_all_disagree_are_refused_with_their_residuals() -> None:
    local = local_of(KNOWN) + np.random.default_rng(3).normal(0, 60, KNOWN.shape)
    with pytest.raises(CrsError, match=r"do not go together.*K1 .* m; K2") as caught:
        fit_layer(layer(local), points(local), place="a.shp")
    assert all(caught.value.text(language) for language in LANGUAGES)


def test_a_loose_fit_is_used_and_told() -> None:
    local = local_of(KNOWN) + np.random.default_rng(4).normal(0, 2, KNOWN.shape)
    _, problems = fit_layer(layer(local), points(local), place="a.shp")
    assert [problem.code for problem in problems] == ["control_fitted_similarity", "control_loose"]
    assert "K5" in str(problems[0].facts["residuals"])


@pytest.mark.parametrize("north_first", [False, True], ids=["points east first", "points north first"])
@pytest.mark.parametrize("turned", [False, True], ids=["layer east first", "layer north first"])
def test_each_order_of_points_and_layer_leads_to_the_same_place(north_first: bool, turned: bool) -> None:
    local, inside = local_of(KNOWN), local_of(MIDDLE + np.array([[100, 50], [900, -300]]))
    given_points = points(local[:, ::-1] if north_first else local)
    frame, problems = fit_layer(layer(inside[:, ::-1] if turned else inside), given_points, place="a.shp")
    assert shapely.get_coordinates(frame.geometry) == pytest.approx(
        MIDDLE + np.array([[100, 50], [900, -300]]), abs=1e-3
    )
    assert frame.crs == CM_117
    assert ("control_swapped" in [problem.code for problem in problems]) == (north_first != turned)


def test_an_order_that_the_numbers_leave_open_is_told() -> None:
    square = MIDDLE + np.array([[-900, -900], [900, -900], [900, 900], [-900, 900.0]])
    local = square - MIDDLE + 5_000
    inside = layer(np.array([[5_100.0, 5_300.0]]))
    frame, problems = fit_layer(inside, points(local, square), place="a.shp")
    assert shapely.get_coordinates(frame.geometry) == pytest.approx(MIDDLE + np.array([[100, 300]]), abs=1e-6)
    assert "control_order_open" in [problem.code for problem in problems]


@pytest.mark.parametrize(
    ("away_m", "told"),
    [pytest.param(8_000, "control_beyond", id="beyond"), pytest.param(60_000, "lies far", id="far")],
)
def test_a_layer_away_from_its_points_is_told_or_refused(away_m: float, told: str) -> None:
    local = local_of(KNOWN)
    if told == "lies far":
        with pytest.raises(CrsError, match=told):
            fit_layer(layer(local + away_m), points(local), place="a.shp")
        return
    _, problems = fit_layer(layer(local + np.array([away_m, 0])), points(local), place="a.shp")
    assert problems[-1].code == told


def test_degrees_and_metres_do_not_go_together() -> None:
    local = local_of(KNOWN)
    with pytest.raises(CrsError, match="not in the same unit"):
        fit_layer(layer(np.array([[115.89, 28.68]])), points(local), place="a.shp")


@pytest.mark.parametrize("turned", [False, True], ids=["longitude first", "latitude first"])
def test_degrees_of_an_old_datum_are_fitted_to_the_decimetre(turned: bool) -> None:
    known = gpd.GeoSeries(shapely.points(KNOWN), crs=CM_117).to_crs(4490)
    local = shapely.get_coordinates(known) + np.array([0.0008, -0.0003])
    given_layer = layer(local[:, ::-1] if turned else local)
    frame, _ = fit_layer(given_layer, points(local), place="a.shp")
    assert shapely.get_coordinates(frame.geometry) == pytest.approx(KNOWN, abs=0.1)


def test_units_that_are_no_metres_are_told() -> None:
    local = local_of(KNOWN) * 1000
    frame, problems = fit_layer(layer(local), points(local), place="a.dxf")
    assert shapely.get_coordinates(frame.geometry) == pytest.approx(KNOWN, abs=1e-3)
    assert "control_scale" in [problem.code for problem in problems]


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16"])
def test_a_table_in_any_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    table = write(tmp_path, rows_of(local_of(KNOWN), KNOWN), encoding=encoding)
    read, problems, _ = read_control_points(tmp_path / table.path, table=table, coordinates="EPSG:4548")
    assert read.names[0] == "#2 K1"
    assert read.local == pytest.approx(local_of(KNOWN))
    assert read.known == pytest.approx(KNOWN)
    assert problems == ()


@pytest.mark.parametrize(
    ("headings", "known", "coordinates"),
    [
        pytest.param(("点号", "X", "Y", "经度", "纬度"), "lonlat", "wgs84", id="longitude and latitude"),
        pytest.param(("点号", "独立坐标X", "独立坐标Y", "CGCS2000X", "CGCS2000Y"), "prefix", "auto", id="prefix"),
        pytest.param(("控制点", "原X", "原Y", "目标X", "目标Y"), "swapped", "EPSG:4548", id="north first"),
    ],
)
def test_known_places_are_understood(tmp_path: Path, headings: tuple[str, ...], known: str, coordinates: str) -> None:
    lonlat = shapely.get_coordinates(gpd.GeoSeries(shapely.points(KNOWN), crs=CM_117).to_crs(4490))
    numbers = {"lonlat": lonlat, "prefix": KNOWN + np.array([39e6, 0]), "swapped": KNOWN[:, ::-1]}[known]
    table = write(tmp_path, rows_of(local_of(KNOWN), numbers, headings))
    read, _, _ = read_control_points(tmp_path / table.path, table=table, coordinates=coordinates)
    frame, _ = fit_layer(layer(local_of(KNOWN)), read, place="a.shp")
    assert shapely.get_coordinates(frame.to_crs(4548).geometry) == pytest.approx(KNOWN, abs=0.01)


def test_a_workbook_whose_headings_the_project_names(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in rows_of(local_of(KNOWN), KNOWN, ("name", "a", "b", "c", "d")):
        book.active.append(row)
    book.save(tmp_path / "c.xlsx")
    fields = {"x": "a", "y": "b", "known_x": "c", "known_y": "d"}
    table = ControlTable(path="c.xlsx", fields=fields, coordinates="EPSG:4548")
    read, _, facts = read_control_points(tmp_path / "c.xlsx", table=table, coordinates="auto")
    assert read.known == pytest.approx(KNOWN)
    assert facts["crs"] == CM_117.name


@pytest.mark.parametrize(
    ("known", "coordinates", "why"),
    [
        pytest.param(KNOWN[:2], "EPSG:4548", "too few different control points: 2", id="two"),
        pytest.param(KNOWN[[0, 0, 1, 1]], "EPSG:4548", "too few different control points: 2", id="doubled"),
        pytest.param(MIDDLE + np.outer([0, 1, 2, 3], [900, 500]), "EPSG:4548", "lie on one line", id="a line"),
        pytest.param(KNOWN, "auto", "cannot be told", id="no meridian"),
        pytest.param(KNOWN, "EPSG:2437", "Beijing 1954", id="known in an old datum"),
    ],
)
def test_points_that_fix_nothing_are_refused(tmp_path: Path, known: Floats, coordinates: str, why: str) -> None:
    table = write(tmp_path, rows_of(local_of(known), known))
    with pytest.raises(CrsError, match=why):
        read_control_points(tmp_path / table.path, table=table, coordinates=coordinates)


def test_rows_without_numbers_are_left_out_with_a_line(tmp_path: Path) -> None:
    rows = [*rows_of(local_of(KNOWN), KNOWN), ["K6", "", 1, 2, 3], ["K7", "不详", 1, 2, 3]]
    table = write(tmp_path, rows)
    read, problems, _ = read_control_points(tmp_path / table.path, table=table, coordinates="EPSG:4548")
    assert len(read.names) == 5
    assert [problem.feature for problem in problems] == ["#7 K6", "#8 K7"]


def test_columns_that_are_not_there_are_named(tmp_path: Path) -> None:
    table = write(tmp_path, rows_of(local_of(KNOWN), KNOWN, ("点名", "甲", "乙", "2000X", "2000Y")))
    with pytest.raises(MissingColumnError, match="点名, 甲, 乙"):
        read_control_points(tmp_path / table.path, table=table, coordinates="EPSG:4548")
    with pytest.raises(InputError, match="does not exist"):
        read_control_points(tmp_path / "没有.csv", table=table, coordinates="EPSG:4548")


def test_spread_of_points() -> None:
    assert spread(KNOWN) > 0.5
    assert spread(np.array([[0.0, 0], [1, 1], [2, 2]])) == pytest.approx(0, abs=1e-12)
    assert spread(np.zeros((3, 2))) == 0
