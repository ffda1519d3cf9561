"""Which system degrees are in, as the streets tell: found where places lie along streets, left open elsewhere."""

from functools import cache

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS, Transformer

from data.coordinates.gcj02 import Floats, gcj02_to_bd09, wgs84_to_gcj02
from data.coordinates.rules import StreetRules, coordinate_rules
from data.coordinates.street_test import Evidence, Streets, settled, shift_m, streets_of, unsettled, weigh

METRIC = CRS.from_epsg(4548)
TO_DEGREES = Transformer.from_crs(METRIC, "EPSG:4326", always_xy=True)
TO_METRES = Transformer.from_crs("EPSG:4326", METRIC, always_xy=True)
CORNER = np.array([390_000.0, 3_173_000.0])
SIDE_M = 3_000.0
RULES = coordinate_rules().streets
SYSTEMS = ["wgs84", "gcj02", "bd09"]


@cache
def lines() -> tuple[shapely.LineString, ...]:
    """Return streets both ways, at distances that differ, so that no shift maps them upon each other."""
    at = np.cumsum(np.random.default_rng(5).uniform(90, 260, 16))
    ends = (0.0, SIDE_M)
    both = [((x, ends[0]), (x, ends[1])) for x in at] + [((ends[0], y), (ends[1], y)) for y in at]
    return tuple(shapely.LineString(np.array(pair) + CORNER) for pair in both)


def streets(*, sure: bool = True, system: str = "wgs84") -> Streets:
    """Return the streets, moved as a web map in a system would show them."""
    shown = shapely.transform(np.array(lines()), lambda xy: metres(unsettled(degrees(xy), system=system)))
    return streets_of(gpd.GeoDataFrame(geometry=shown, crs=METRIC), sure=sure)


def degrees(xy: Floats) -> Floats:
    return np.column_stack(TO_DEGREES.transform(*xy.T))


def metres(lonlat: Floats) -> Floats:
    return np.column_stack(TO_METRES.transform(*lonlat.T))


def shops(count: int, *, seed: int = 1) -> Floats:
    """Return places some 12 m beside the streets, WGS-84."""
    rng = np.random.default_rng(seed)
    street = np.array(lines())[rng.integers(0, len(lines()), count)]
    places = shapely.get_coordinates(shapely.line_interpolate_point(street, rng.uniform(0, 1, count), normalized=True))
    return degrees(places + rng.normal(0, 12, (count, 2)))


def ask(lonlat: Floats, *, shapes: int | None = None, where: Streets | None = None) -> Evidence:
    return weigh(lonlat, shapes=shapes, streets=where or streets(), rules=RULES)


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("seed", range(2))
def test_places_along_streets_tell_their_system(system: str, seed: int) -> None:
    evidence = ask(unsettled(shops(150, seed=seed), system=system))
    assert (evidence.best, evidence.clear) == (system, True)
    assert evidence.medians_m[system] < 15
    assert evidence.ratio >= RULES.min_ratio
    assert list(evidence.medians_m) == SYSTEMS


@pytest.mark.parametrize("seed", range(3))
def test_places_scattered_anywhere_are_never_converted(seed: int) -> None:
    inner = CORNER + np.random.default_rng(seed).uniform(0, SIDE_M, (150, 2))
    evidence = ask(degrees(inner))
    assert evidence.enough
    assert not (evidence.clear and evidence.best != "wgs84")


@pytest.mark.parametrize("system", SYSTEMS)
def test_places_deep_inside_their_blocks_are_never_taken_for_another_system(system: str) -> None:
    inside = shapely.get_coordinates(shapely.centroid(shapely.get_parts(shapely.polygonize(_noded()))))
    told = [ask(unsettled(degrees(inside + shift), system=system)) for shift in ((0, 0), (9, 4), (-7, 8))]
    assert [evidence.clear and evidence.best != system for evidence in told] == [False] * 3


def _noded() -> list[shapely.Geometry]:
    return list(shapely.get_parts(shapely.node(shapely.multilinestrings(np.array(lines())))))


def test_the_nearest_reading_alone_would_be_wrong() -> None:
    inside = shapely.get_coordinates(shapely.centroid(shapely.get_parts(shapely.polygonize(_noded()))))
    evidence = ask(unsettled(degrees(inside), system="gcj02"))
    assert evidence.best == "wgs84"
    assert evidence.ratio >= RULES.min_ratio
    assert not evidence.clear


@pytest.mark.parametrize(
    ("places", "shapes"),
    [
        pytest.param(shops(RULES.min_places - 1), None, id="few places"),
        pytest.param(np.repeat(shops(40), 10, axis=0), None, id="few different places"),
        pytest.param(np.repeat(shops(1), 400, axis=0), None, id="one place"),
        pytest.param(shops(400), RULES.min_shapes - 1, id="few polygons"),
    ],
)
def test_too_little_is_told_as_too_little(places: Floats, shapes: int | None) -> None:
    evidence = ask(places, shapes=shapes)
    assert (evidence.enough, evidence.clear) == (False, False)


def test_the_places_of_one_block_move_as_one_and_prove_nothing() -> None:
    rng = np.random.default_rng(3)
    evidence = ask(degrees(CORNER + 1_000 + rng.uniform(0, 200, (300, 2))))
    assert evidence.places >= RULES.min_places
    assert evidence.squares < RULES.min_squares
    assert not evidence.enough


def test_corners_of_polygons_tell_their_system() -> None:
    blocks = shapely.buffer(shapely.get_parts(shapely.polygonize(_noded())), -9, join_style="mitre")
    corners = shapely.get_coordinates(blocks)
    evidence = ask(unsettled(degrees(corners), system="gcj02"), shapes=len(blocks))
    assert (evidence.best, evidence.clear) == ("gcj02", True)


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from(SYSTEMS))
def test_the_order_of_the_rows_changes_nothing(seed: int, system: str) -> None:
    places = unsettled(np.vstack((shops(700), shops(20))), system=system)
    order = np.random.default_rng(seed).permutation(len(places))
    few = RULES.model_copy(update={"chance_moves": 5, "max_places": 150})
    one, other = (weigh(rows, shapes=None, streets=_fixed(), rules=few) for rows in (places, places[order]))
    assert one == other


@cache
def _fixed() -> Streets:
    return streets()


@pytest.mark.parametrize("system", ["gcj02", "bd09"])
def test_streets_that_nobody_speaks_for_may_be_what_is_shifted(system: str) -> None:
    evidence = ask(shops(300), where=streets(sure=False, system=system))
    assert (evidence.best, evidence.clear) == (f"streets_{system}", True)


@pytest.mark.parametrize("system", SYSTEMS)
def test_streets_shifted_alike_are_agreed_with_and_nothing_more(system: str) -> None:
    evidence = ask(unsettled(shops(300), system=system), where=streets(sure=False, system=system))
    assert (evidence.best, evidence.clear) == ("wgs84", True)


def test_places_beyond_the_streets_are_passed_by() -> None:
    far = degrees(CORNER + 20_000 + np.random.default_rng(1).uniform(0, SIDE_M, (5_000, 2)))
    evidence = ask(np.vstack((unsettled(shops(150), system="gcj02"), far, [[np.nan, np.nan], [999.0, 28.0]])))
    assert (evidence.best, evidence.clear) == ("gcj02", True)
    assert evidence.places <= 150
    assert ask(far).medians_m == {}


@pytest.mark.parametrize("places", [np.empty((0, 2)), np.full((3, 2), np.nan)], ids=["empty", "missing"])
def test_no_places_say_nothing(places: Floats) -> None:
    assert ask(places).medians_m == {}


def test_places_upon_the_streets_are_as_near_as_can_be() -> None:
    corners = degrees(
        shapely.get_coordinates(shapely.line_interpolate_point(np.array(lines())[:, None], range(0, 3000, 90)))
    )
    evidence = ask(unsettled(corners, system="gcj02"))
    assert (evidence.best, evidence.clear) == ("gcj02", True)
    assert np.isfinite(evidence.ratio)


def test_no_streets_say_nothing() -> None:
    none = streets_of(gpd.GeoDataFrame(geometry=[], crs=METRIC), sure=True)
    assert not ask(shops(200), where=none).enough


def test_shifts_are_put_on_and_taken_off() -> None:
    places = shops(50)
    lon, lat = gcj02_to_bd09(*wgs84_to_gcj02(*places.T))
    assert unsettled(places, system="bd09") == pytest.approx(np.column_stack((lon, lat)))
    back = settled(shapely.points(unsettled(places, system="bd09")), system="bd09")
    assert shapely.get_coordinates(back) == pytest.approx(places, abs=1e-11)
    assert unsettled(places, system="EPSG:4490") == pytest.approx(places)


def test_abroad_there_is_no_shift() -> None:
    assert shift_m(2.35, 48.85) == 0
    assert shift_m(115.8906, 28.6804) == pytest.approx(603, abs=1)


def test_thresholds_are_checked_when_they_are_read() -> None:
    with pytest.raises(ValueError, match="unknown_threshold"):
        StreetRules.model_validate({**RULES.model_dump(), "unknown_threshold": 1})
