"""Web map shifts: published values, round trips and edges."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from data.coordinates.gcj02 import bd09_to_gcj02, bd09_to_wgs84, gcj02_to_bd09, gcj02_to_wgs84, wgs84_to_gcj02

# WGS-84 and GCJ-02 of the same place, on which three independent libraries agree to the last digit.
GCJ02 = {
    "Beijing": ((116.404, 39.915), (116.41024449916938, 39.91640428150164)),
    "Nanchang": ((115.8921, 28.6765), (115.89694560555293, 28.673131325666937)),
    "Ganzhou": ((114.9353, 25.8310), (114.9400279589991, 25.827818730532254)),
    "Jiujiang": ((115.9928, 29.7051), (115.99786769469588, 29.702534157216068)),
    "Shanghai": ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
    "Shenzhen": ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
    "Beijing, west": ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    "Urumqi": ((87.6168, 43.8256), (87.61964994946926, 43.82680539311119)),
}
BD09 = {
    "Beijing": ((116.404, 39.915), (116.41662724378733, 39.922699552216216)),
    "Nanchang": ((115.8921, 28.6765), (115.90340817494175, 28.679253311462883)),
    "Ganzhou": ((114.9353, 25.8310), (114.94650850523192, 25.833995933785502)),
    "Jiujiang": ((115.9928, 29.7051), (116.00441800550114, 29.70832700991736)),
}
ONE_MM = 0.001
Place = tuple[float, float]


def _at(place: Place) -> tuple[np.ndarray, np.ndarray]:
    return np.array([place[0]]), np.array([place[1]])


def _metres(one: tuple[np.ndarray, np.ndarray], other: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    return np.asarray(Geod(ellps="WGS84").inv(one[0], one[1], other[0], other[1])[2])


@pytest.mark.parametrize(("wgs", "gcj"), GCJ02.values(), ids=GCJ02.keys())
def test_gcj02_has_the_published_values(wgs: Place, gcj: Place) -> None:
    lon, lat = wgs84_to_gcj02(*_at(wgs))
    assert (lon[0], lat[0]) == pytest.approx(gcj, abs=1e-11)


@pytest.mark.parametrize(("wgs", "bd"), BD09.values(), ids=BD09.keys())
def test_bd09_has_the_published_values(wgs: Place, bd: Place) -> None:
    lon, lat = gcj02_to_bd09(*wgs84_to_gcj02(*_at(wgs)))
    assert (lon[0], lat[0]) == pytest.approx(bd, abs=1e-11)


@pytest.mark.parametrize(("wgs", "bd"), BD09.values(), ids=BD09.keys())
def test_published_baidu_values_lead_back(wgs: Place, bd: Place) -> None:
    assert _metres(bd09_to_wgs84(*_at(bd)), _at(wgs))[0] < ONE_MM


@given(st.floats(73.7, 134.7), st.floats(18.0, 53.5))
def test_gcj02_round_trip_is_under_a_millimetre(lon: float, lat: float) -> None:
    back = gcj02_to_wgs84(*wgs84_to_gcj02(*_at((lon, lat))))
    assert _metres(back, _at((lon, lat)))[0] < ONE_MM


@given(st.floats(73.7, 134.7), st.floats(18.0, 53.5))
def test_bd09_round_trip_is_under_a_millimetre(lon: float, lat: float) -> None:
    place = _at((lon, lat))
    assert _metres(bd09_to_gcj02(*gcj02_to_bd09(*place)), place)[0] < ONE_MM
    assert _metres(bd09_to_wgs84(*gcj02_to_bd09(*wgs84_to_gcj02(*place))), place)[0] < ONE_MM


def test_places_outside_are_not_moved_and_missing_ones_stay_missing() -> None:
    lon, lat = np.array([2.35, np.nan, 115.9]), np.array([48.85, 28.0, np.nan])
    for shift in (wgs84_to_gcj02, gcj02_to_wgs84):
        moved_lon, moved_lat = shift(lon, lat)
        assert (moved_lon[0], moved_lat[0]) == (2.35, 48.85)
        assert np.isnan(moved_lon[1])
        assert np.isnan(moved_lat[2])


def test_inputs_are_not_changed_and_shape_is_kept() -> None:
    lon, lat = np.full((3, 2), 115.9), np.full((3, 2), 28.7)
    shifted = gcj02_to_wgs84(lon, lat)
    assert shifted[0].shape == (3, 2)
    assert (lon == 115.9).all()
    assert np.ptp(shifted[0]) == 0
