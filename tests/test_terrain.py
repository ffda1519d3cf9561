"""Slopes: every elevation is a formula of the place, so every grade is read off by hand."""

import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import rasterio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyproj import CRS, Transformer
from rasterio import Affine

from data.errors import CrsError, InputError, MissingFileError, ProjectError, UnreadableFileError
from data.inputs import Walkways
from data.load import load_project
from data.problems import Problem
from data.project_file import read_project
from data.terrain import slowdown, with_slopes
from tests.osm_files import at
from tests.osm_town import write_town
from tests.towns import TOWN_CRS, Street, street, walkways

Floats = npt.NDArray[np.float64]
Ground = Callable[[Floats], Floats]


def write_dem(
    path: Path,
    ground: Ground,
    *,
    pixel: float = 10.0,
    shape: tuple[int, int] = (120, 120),
    crs: CRS = TOWN_CRS,
    west_north: tuple[float, float] = (-100, 1100),
    nodata: float | None = -9999.0,
    bands: int = 1,
) -> Path:
    """Write a raster whose pixels hold the ground at their middle, as it is so far east of its western rim."""
    values = np.broadcast_to(ground(np.arange(shape[1], dtype=np.float64) * pixel + pixel / 2), shape).astype(
        np.float64
    )
    transform = Affine(pixel, 0, west_north[0], 0, -pixel, west_north[1])
    profile = {"height": shape[0], "width": shape[1], "count": bands, "dtype": "float64", "nodata": nodata}
    with rasterio.open(path, "w", driver="GTiff", crs=crs.to_wkt(), transform=transform, **profile) as file:
        for band in range(bands):
            file.write(values, band + 1)
    return path


def level(x: Floats) -> Floats:
    return 0 * x


def rising(grade: float) -> Ground:
    """Rise to the east; the town's origin is 100 m east of the raster's corner."""
    return lambda x: grade * x


def sloped(ways: Walkways, dem: Path | None) -> tuple[Walkways, tuple[Problem, ...], dict[str, str]]:
    return with_slopes(ways, crs=TOWN_CRS, dem=dem, place="高程.tif")


def factors(ways: Walkways, dem: Path) -> list[float]:
    """Return what the only way costs ahead and back."""
    found: list[float] = sloped(ways, dem)[0].edges[["slope_ahead", "slope_back"]].to_numpy()[0].tolist()
    return found


def tobler(grade: float) -> float:
    """Compare two speeds of Tobler's: that on the level and that on the slope."""
    speed = [6 * np.exp(-3.5 * abs(s + 0.05)) for s in (0.0, grade)]
    return float(max(speed[0] / speed[1], 1))


def test_without_elevations_all_ways_are_level() -> None:
    ways, problems, facts = sloped(walkways(street((0, 0), (300, 0))), None)
    columns = ways.edges[["slope_ahead", "slope_back", "grade_max"]]
    assert columns.to_numpy().tolist() == [[1, 1, 0]]
    assert (problems, facts) == ((), {})


@pytest.mark.parametrize("grade", [0.0, 0.02, 0.05, 0.1, 0.2])
def test_a_plane_slows_uphill_by_tobler_and_downhill_only_when_steep(tmp_path: Path, grade: float) -> None:
    dem = write_dem(tmp_path / "a.tif", rising(grade))
    ways, problems, _ = sloped(walkways(street((0, 0), (300, 0)), street((0, 0), (0, 300))), dem)
    assert factors(walkways(street((0, 0), (300, 0))), dem) == pytest.approx([tobler(grade), tobler(-grade)])
    assert ways.edges["grade_max"].tolist() == pytest.approx([grade, 0], abs=1e-9)
    assert ways.edges["slope_ahead"].iloc[1] == pytest.approx(1)
    assert problems == ()


def test_the_way_over_a_ridge_counts_both_of_its_sides(tmp_path: Path) -> None:
    """Up at 20 % for 200 m, down at 10 % for 400 m; the crest stands on the middle of a pixel."""
    dem = write_dem(tmp_path / "a.tif", lambda x: np.minimum(0.2 * (x - 105), 40 - 0.1 * (x - 305)))
    over = walkways(street((5, 0), (605, 0)))
    ahead = (200 * tobler(0.2) + 400 * tobler(-0.1)) / 600
    back = (400 * tobler(0.1) + 200 * tobler(-0.2)) / 600
    assert factors(over, dem) == pytest.approx([ahead, back])
    assert sloped(over, dem)[0].edges["grade_max"].tolist() == pytest.approx([0.2])


def test_a_bent_way_is_measured_along_its_bends(tmp_path: Path) -> None:
    """Up the slope and down again beside it: an end-to-end look would see no climb."""
    dem = write_dem(tmp_path / "a.tif", rising(0.1))
    ways = walkways(street((0, 0), (200, 0), (200, 20), (0, 20)))
    bent = ways.edges.dissolve().line_merge()
    one = ways.edges.iloc[:1].assign(u=0, v=3, length_mm=420_000).set_geometry(bent.to_numpy())
    half = (200 * tobler(0.1) + 20 + 200 * tobler(-0.1)) / 420
    assert factors(Walkways(ways.nodes, one), dem) == pytest.approx([half, half])


@pytest.mark.parametrize("kind", ["bridge", "tunnel"])
def test_a_bridge_over_a_valley_is_level(tmp_path: Path, kind: str) -> None:
    dem = write_dem(tmp_path / "a.tif", lambda x: np.where(abs(x - 300) < 50, -30.0, 0.0))
    path = walkways(street((0, 0), (400, 0)))
    assert factors(path, dem)[0] > 1.2
    over = Walkways(path.nodes, path.edges.assign(**{kind: True}))
    assert factors(over, dem) == [1, 1]


@pytest.mark.parametrize(
    "more",
    [(), (street((200, 0), (200, 40), steps=True), street((200, 40), (300, 40)))],
    ids=["plain", "with steps down from it"],
)
def test_a_bridge_of_several_pieces_is_held_by_its_ends(tmp_path: Path, more: tuple[Street, ...]) -> None:
    """The node in the middle hangs above the valley: its height follows from the ends, 3 m apart on 300 m."""
    dem = write_dem(tmp_path / "a.tif", lambda x: np.where(abs(x - 300) < 60, -30.0, 0.01 * x))
    bridge = street((100, 0), (200, 0), (400, 0), bridge=True)
    ways = walkways(street((0, 0), (100, 0)), bridge, street((400, 0), (500, 0)), *more)
    edges, problems = sloped(ways, dem)[0].edges.iloc[1:3], sloped(ways, dem)[1]
    assert edges["grade_max"].tolist() == pytest.approx([0.01, 0.01])
    assert edges["slope_ahead"].tolist() == pytest.approx([tobler(0.01)] * 2)
    assert problems == ()


def test_a_ring_of_bridges_above_a_crossing_lands_at_its_steps(tmp_path: Path) -> None:
    dem = write_dem(tmp_path / "a.tif", rising(0.02))
    ring = street((0, 0), (50, 0), (50, 50), (0, 50), (0, 0), bridge=True)
    down = (street((0, 0), (-20, 0), steps=True), street((50, 50), (70, 50), steps=True))
    ways, problems, _ = sloped(walkways(ring, *down), dem)
    assert ways.edges["grade_max"].tolist() == pytest.approx([0.01] * 4 + [0, 0])
    assert problems == ()


def test_bridges_that_land_nowhere_are_level_and_told(tmp_path: Path) -> None:
    dem = write_dem(tmp_path / "a.tif", rising(0.1))
    ring = street((0, 0), (50, 0), (50, 50), (0, 0), bridge=True)
    ways, problems, _ = sloped(walkways(ring), dem)
    assert ways.edges["grade_max"].tolist() == [0, 0, 0]
    assert [one.value for one in problems] == ["100.0 %"]


def test_a_bridge_with_a_landing_off_the_raster_is_level_and_told(tmp_path: Path) -> None:
    dem = write_dem(tmp_path / "a.tif", rising(0.1))
    bridge = street((1000, 0), (1050, 0), (1200, 0), bridge=True)
    ways, problems, _ = sloped(walkways(street((800, 0), (1000, 0)), bridge), dem)
    assert ways.edges["grade_max"].tolist() == pytest.approx([0.1, 0, 0])
    assert [one.value for one in problems] == ["50.0 %"]


def test_the_climb_of_steps_is_left_to_their_factor(tmp_path: Path) -> None:
    dem = write_dem(tmp_path / "a.tif", rising(0.4))
    ways, problems, facts = sloped(walkways(street((0, 0), (50, 0), steps=True)), dem)
    assert ways.edges[["slope_ahead", "slope_back", "grade_max"]].to_numpy().tolist() == [[1, 1, 0]]
    assert (problems, facts["without_elevation"]) == ((), "0.0 %")


@pytest.mark.parametrize("declared", [True, False])
def test_what_has_no_elevation_is_level_and_its_share_is_told(tmp_path: Path, declared: bool) -> None:
    """East of 300 m nothing is known; the pieces are 10 m long, and that at the rim touches an unknown pixel."""
    mark = -32768.0
    dem = write_dem(tmp_path / "a.tif", lambda x: np.where(x > 400, mark, 0.1 * x), nodata=mark if declared else None)
    ways, problems, facts = sloped(walkways(street((5, 0), (405, 0))), dem)
    assert ways.edges["slope_ahead"].tolist() == pytest.approx([(290 * tobler(0.1) + 110) / 400])
    assert [(one.code, one.file, one.value) for one in problems] == [("dem_gaps", "高程.tif", "27.5 %")]
    assert facts["without_elevation"] == "27.5 %"


def test_a_raster_of_another_place_makes_nothing_steep(tmp_path: Path) -> None:
    dem = write_dem(tmp_path / "a.tif", rising(0.1), west_north=(90_000, 0))
    ways, problems, _ = sloped(walkways(street((0, 0), (300, 0)), street((0, 0), (0, 90), bridge=True)), dem)
    assert ways.edges["slope_ahead"].tolist() == [1, 1]
    assert [one.value for one in problems] == ["100.0 %"]


def test_the_raster_counts_as_far_as_its_rim(tmp_path: Path) -> None:
    dem = write_dem(tmp_path / "a.tif", level, shape=(1, 40), west_north=(-100, 5))
    assert sloped(walkways(street((-100, 0), (300, 0))), dem)[1] == ()
    assert [one.value for one in sloped(walkways(street((-100, 0), (301, 0))), dem)[1]] == ["2.4 %"]


def test_a_raster_in_degrees_gives_the_same_slopes(tmp_path: Path) -> None:
    geographic = CRS.from_epsg(4326)
    to_town = Transformer.from_crs(geographic, TOWN_CRS, always_xy=True)
    west, north = Transformer.from_crs(TOWN_CRS, geographic, always_xy=True).transform(-500, 500)
    pixel, shape = 1 / 3600, (60, 60)

    def ground(x: Floats) -> Floats:
        east, _ = to_town.transform(west + x, np.full_like(x, north))
        return np.asarray(0.1 * np.asarray(east))

    dem = write_dem(tmp_path / "度.tif", ground, pixel=pixel, shape=shape, crs=geographic, west_north=(west, north))
    ways, problems, facts = sloped(walkways(street((0, 0), (300, 0))), dem)
    assert ways.edges["slope_ahead"].tolist() == pytest.approx([tobler(0.1)], rel=1e-3)
    assert (problems, facts["crs"]) == ((), "WGS 84")
    assert 25 < float(facts["pixel_m"]) < 31


def test_whole_numbers_with_scale_and_offset_are_metres(tmp_path: Path) -> None:
    dem = tmp_path / "a.tif"
    transform = Affine(10, 0, -100, 0, -10, 100)
    profile = {"height": 20, "width": 50, "count": 1, "dtype": "int16", "crs": TOWN_CRS.to_wkt()}
    with rasterio.open(dem, "w", driver="GTiff", transform=transform, **profile) as file:
        file.write(np.broadcast_to(np.arange(50, dtype=np.int16) * 10, (20, 50)), 1)
        file.scales, file.offsets = (0.1,), (200.0,)
    assert factors(walkways(street((0, 0), (300, 0))), dem) == pytest.approx([tobler(0.1), tobler(-0.1)])


def test_a_wall_in_the_raster_costs_no_more_than_the_steepest_walk(tmp_path: Path) -> None:
    dem = write_dem(tmp_path / "a.tif", lambda x: np.where(x < 200, 0.0, 5000.0))
    assert factors(walkways(street((0, 0), (200, 0))), dem)[0] <= tobler(1)


def test_a_far_larger_raster_is_read_where_the_town_is(tmp_path: Path) -> None:
    """The way crosses the rim of two tiles, which lie in a raster of which nothing else is read."""
    dem = write_dem(tmp_path / "a.tif", rising(0.1), pixel=5, shape=(10, 6000), west_north=(-10_200, 25))
    ways, problems, _ = sloped(walkways(street((0, 0), (100, 0))), dem)
    assert ways.edges["slope_ahead"].tolist() == pytest.approx([tobler(0.1)])
    assert problems == ()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(
    heights=st.lists(st.floats(-200, 200), min_size=16, max_size=16),
    ends=st.tuples(*[st.integers(0, 300)] * 4).filter(lambda xy: xy[:2] != xy[2:]),
    span=st.booleans(),
)
def test_a_way_walked_the_other_way_round_swaps_its_factors(
    tmp_path: Path, heights: list[float], ends: tuple[int, int, int, int], span: bool
) -> None:
    grid = np.array(heights).reshape(4, 4)
    dem = write_dem(tmp_path / "a.tif", lambda _: grid, pixel=100, shape=(4, 4), west_north=(-50, 350))
    one, other = (
        sloped(walkways(street(*spots, bridge=span)), dem)[0].edges.iloc[0]
        for spots in ((ends[:2], ends[2:]), (ends[2:], ends[:2]))
    )
    assert one["slope_ahead"] == pytest.approx(other["slope_back"])
    assert one["slope_back"] == pytest.approx(other["slope_ahead"])
    assert one["grade_max"] == pytest.approx(other["grade_max"])
    assert min(one["slope_ahead"], one["slope_back"]) >= 1


@given(st.floats(-5, 5), st.floats(-5, 5))
def test_no_slope_is_faster_than_the_level_and_steeper_is_never_faster(one: float, other: float) -> None:
    less, more = sorted((one, other))
    low, high = slowdown(np.array([less, more])).tolist()
    assert min(low, high) >= 1
    assert low <= high or less < -0.05


def test_nothing_that_is_passed_is_changed(tmp_path: Path) -> None:
    ways = walkways(street((0, 0), (300, 0)))
    before = ways.edges.copy()
    dem = write_dem(tmp_path / "a.tif", rising(0.1))
    after, _, _ = with_slopes(ways, crs=TOWN_CRS, dem=dem, place="a.tif")
    assert ways.edges.equals(before)
    assert after.edges.drop(columns=["slope_ahead", "slope_back", "grade_max"]).equals(
        before.drop(columns=["slope_ahead", "slope_back", "grade_max"])
    )


def test_a_town_without_ways_has_no_slopes(tmp_path: Path) -> None:
    ways = walkways(street((0, 0), (300, 0)))
    empty = Walkways(ways.nodes, ways.edges.iloc[:0])
    sloped_ways, problems, _ = with_slopes(empty, crs=TOWN_CRS, dem=write_dem(tmp_path / "a.tif", level), place="a")
    assert len(sloped_ways.edges) == 0
    assert {"slope_ahead", "slope_back", "grade_max"} <= set(sloped_ways.edges)
    assert problems == ()


STREET: Street = street((0, 0), (300, 0))


def test_a_raster_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match=r"高程\.tif does not exist"):
        sloped(walkways(STREET), tmp_path / "无.tif")


@pytest.mark.parametrize("content", [b"", b"no raster", b"II*\x00\x08\x00\x00\x00"])
def test_a_file_that_is_no_raster(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.tif").write_bytes(content)
    with pytest.raises(UnreadableFileError, match="no raster that can be read"):
        sloped(walkways(STREET), tmp_path / "a.tif")


def test_a_raster_that_is_broken_off(tmp_path: Path) -> None:
    dem = write_dem(tmp_path / "a.tif", rising(0.1))
    dem.write_bytes(dem.read_bytes()[:20_000])
    with pytest.raises(UnreadableFileError, match="broken off"):
        sloped(walkways(STREET), dem)


def test_an_image_is_no_elevation(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="3 bands; elevations have one"):
        sloped(walkways(STREET), write_dem(tmp_path / "a.tif", level, bands=3))


@pytest.mark.parametrize("lost", ["crs", "transform"])
def test_a_raster_that_lies_nowhere(tmp_path: Path, lost: str) -> None:
    known = {"crs": TOWN_CRS.to_wkt(), "transform": Affine(10, 0, 0, 0, -10, 100)}
    profile = {key: value for key, value in known.items() if key != lost}
    size = {"height": 5, "width": 5, "count": 1, "dtype": "float32"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
        with rasterio.open(tmp_path / "a.tif", "w", driver="GTiff", **size, **profile) as file:
            file.write(np.zeros((5, 5), np.float32), 1)
    with pytest.raises(CrsError, match="coordinate system and place"):
        sloped(walkways(STREET), tmp_path / "a.tif")


def test_without_the_package_that_reads_rasters_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dem = write_dem(tmp_path / "a.tif", level)
    monkeypatch.setitem(sys.modules, "rasterio", None)
    with pytest.raises(InputError, match=r"pip install lianpian\[dem\]"):
        sloped(walkways(STREET), dem)


def project(folder: Path, walking: str) -> Path:
    write_town(folder / "town.osm.pbf")
    path = folder / "项目.toml"
    path.write_text(f'osm = "town.osm.pbf"\n[walking]\n{walking}\n', "utf-8")
    return path


def test_a_run_takes_the_slopes_along(tmp_path: Path) -> None:
    lon, lat = at(0, 0)[:2]
    (tmp_path / "高 程").mkdir()
    write_dem(
        tmp_path / "高 程" / "地形.tif",
        lambda x: 5000 * x,
        pixel=0.001,
        shape=(100, 100),
        crs=CRS.from_epsg(4326),
        west_north=(lon - 0.05, lat + 0.05),
    )
    inputs = load_project(read_project(project(tmp_path, 'dem = "高 程/地形.tif"')))
    # The footway leads west and downhill, the street north.
    assert inputs.walkways.edges["slope_back"].max() == pytest.approx(tobler(5000 / 97_600), abs=0.01)
    assert inputs.walkways.edges["slope_ahead"].max() == pytest.approx(1)
    source = inputs.sources[-1]
    assert (source.role, source.name, len(source.sha256)) == ("dem", "高 程/地形.tif", 64)
    assert source.facts["without_elevation"] == "0.0 %"


def test_a_run_without_elevations_is_level(tmp_path: Path) -> None:
    inputs = load_project(read_project(project(tmp_path, "")))
    assert inputs.walkways.edges[["slope_ahead", "slope_back"]].to_numpy().tolist() == [[1, 1]] * len(
        inputs.walkways.edges
    )
    assert "dem" not in [source.role for source in inputs.sources]


def test_a_run_stops_at_a_raster_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"无\.tif.*does not exist"):
        load_project(read_project(project(tmp_path, 'dem = "无.tif"')))
