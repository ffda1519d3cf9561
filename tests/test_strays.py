"""Places that cannot be where their numbers put them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.coordinates.strays import find_strays

TOWN = [(115.89, 28.68), (115.90, 28.69), (115.88, 28.67), (115.91, 28.66)]
GRID = [(391_558.0, 3_174_347.0), (392_000.0, 3_175_000.0), (391_000.0, 3_173_000.0)]
WEST = [(87.61, 43.82), (87.60, 43.81), (87.62, 43.83)]


@pytest.mark.parametrize(
    ("usual", "odd", "kind"),
    [
        pytest.param(TOWN, (28.68, 115.89), "swapped", id="degrees exchanged"),
        pytest.param(WEST, (43.82, 87.61), "swapped", id="exchanged, and still a latitude"),
        pytest.param(GRID, (3_174_347.0, 391_558.0), "swapped", id="metres exchanged"),
        pytest.param(TOWN, (0.0, 0.0), "lost", id="nought"),
        pytest.param(TOWN, (np.nan, 28.68), "lost", id="missing"),
        pytest.param(TOWN, (np.inf, 28.68), "lost", id="infinite"),
        pytest.param(TOWN, (11589.0, 28.68), "lost", id="point left out"),
        pytest.param(TOWN, (115.89, 2868.0), "lost", id="point left out of a latitude"),
        pytest.param(TOWN, (1149712.0, 28.68), "lost", id="point left out of all"),
        pytest.param(TOWN, (115.89, 128.68), "lost", id="beyond the pole"),
        pytest.param(TOWN * 5, (11.589, 28.68), "lost", id="point too early"),
        pytest.param(GRID * 5, (3_915_580.0, 3_174_347.0), "lost", id="digit too many"),
        pytest.param(TOWN, (115.2, 28.1), "", id="out of town"),
    ],
)
def test_one_odd_place_among_others(usual: list[tuple[float, float]], odd: tuple[float, float], kind: str) -> None:
    strays = find_strays(np.array([*usual, odd]))
    assert strays.swapped.tolist() == [False] * len(usual) + [kind == "swapped"]
    assert strays.lost.tolist() == [False] * len(usual) + [kind == "lost"]


@pytest.mark.parametrize("usual", [TOWN, WEST, GRID], ids=["degrees", "west", "metres"])
def test_a_layer_that_is_exchanged_as_a_whole_has_no_odd_place(usual: list[tuple[float, float]]) -> None:
    strays = find_strays(np.array(usual)[:, ::-1])
    assert not strays.swapped.any()
    assert not strays.lost.any()


def test_half_of_the_rows_exchanged_are_found_by_what_can_be_a_latitude() -> None:
    xy = np.array(TOWN)
    xy[:2] = xy[:2, ::-1]
    assert find_strays(xy).swapped.tolist() == [True, True, False, False]


def test_places_all_over_a_country_are_all_right() -> None:
    lon, lat = np.meshgrid(np.linspace(80, 130, 12), np.linspace(20, 50, 8))
    strays = find_strays(np.column_stack((lon.ravel(), lat.ravel())))
    assert not (strays.swapped | strays.lost).any()


@pytest.mark.parametrize("xy", [np.empty((0, 2)), np.full((2, 2), np.nan)], ids=["empty", "missing"])
def test_nothing_to_go_by(xy: np.ndarray) -> None:
    strays = find_strays(xy)
    assert strays.lost.all()
    assert not strays.swapped.any()


@given(st.lists(st.tuples(st.floats(), st.floats()), max_size=8))
def test_no_place_is_both_exchanged_and_nowhere(xy: list[tuple[float, float]]) -> None:
    strays = find_strays(np.array(xy, dtype=float).reshape(-1, 2))
    assert not (strays.swapped & strays.lost).any()
