"""The scale of a map and its bar."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import OutputError
from maps.atlas.paper import Box, measures
from maps.atlas.scaling import bar_parts, fit_view

MAP = Box(10, 10, 300, 250)


@pytest.mark.parametrize(
    ("width_m", "height_m", "denominator"),
    [
        pytest.param(280, 230, 1000, id="just fits"),
        pytest.param(281, 230, 1500, id="a metre too wide"),
        pytest.param(280, 231, 1500, id="a metre too tall"),
        pytest.param(2800, 100, 10000, id="ten times as wide"),
        pytest.param(1, 1, 200, id="tiny"),
    ],
)
def test_the_largest_usual_scale_at_which_all_fits_is_chosen(width_m: float, height_m: float, denominator: int) -> None:
    assert fit_view((0, 0, width_m, height_m), box=MAP, rim_mm=10).denominator == denominator


def test_the_map_is_true_to_scale_and_centred() -> None:
    view = fit_view((500_000, 3_000_000, 500_280, 3_000_230), box=MAP, rim_mm=10)
    assert (view.west, view.south, view.east, view.north) == (499_990, 2_999_990, 500_290, 3_000_240)
    assert (view.east - view.west) / MAP.width == pytest.approx(view.denominator / 1000)
    assert (view.north - view.south) / MAP.height == pytest.approx(view.denominator / 1000)


def test_what_fits_at_no_usual_scale_is_an_error() -> None:
    with pytest.raises(OutputError, match=r"900 km wide.*1:1000000"):
        fit_view((0, 0, 900_000, 1000), box=MAP, rim_mm=10)


@given(st.sampled_from(measures()["scales"]), st.floats(25, 120), st.floats(4, 20))
def test_a_bar_has_round_parts_that_fit(denominator: int, room_mm: float, part_mm: float) -> None:
    metres, parts = bar_parts(denominator, room_mm=room_mm, part_mm=part_mm)
    length_mm = metres * 1000 / denominator
    assert str(metres).rstrip("0") in {"1", "2", "5"}
    assert length_mm >= part_mm - 1e-9
    assert 1 <= parts <= 4
    assert parts == 1 or parts * length_mm <= room_mm
