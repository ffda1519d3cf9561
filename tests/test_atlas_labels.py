"""Names on a map: none upon another, none beyond the frame."""

from itertools import combinations

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from maps.atlas.labels import Ground, Wish, place
from maps.atlas.paper import Box
from maps.atlas.scaling import View

VIEW = View(1000, 0, 0, 100, 100, Box(0, 0, 100, 100))
NAME = (("和平里小区", 8.0, False), ("7", 6.0, False))


def wish(x: float, y: float, **more: object) -> Wish:
    return Wish(x, y, NAME, **more)  # type: ignore[arg-type]


def texts(*wishes: Wish, taken: tuple[shapely.Polygon, ...] = ()) -> list[str]:
    return [one.text for one in place(wishes, ground=Ground(VIEW, taken))]


@pytest.mark.parametrize(
    ("wishes", "found"),
    [
        pytest.param([wish(50, 50)], ["和平里小区"], id="alone"),
        pytest.param([wish(50, 50, room_mm=5.0)], ["7"], id="too wide for its area"),
        pytest.param([wish(50, 50), wish(61, 50)], ["和平里小区", "7"], id="the second has room for its number"),
        pytest.param([wish(50, 50), wish(50, 50)], ["和平里小区"], id="no room at all"),
        pytest.param(
            [wish(50, 50), wish(50, 50, offsets=((0.0, 0.0), (0.0, 5.0)))], ["和平里小区"] * 2, id="moved aside"
        ),
        pytest.param([wish(0.5, 50)], [], id="beyond the frame"),
        pytest.param([wish(50, 3, angle=90)], ["7"], id="turned beyond the frame"),
    ],
)
def test_a_name_gives_way_to_its_number(wishes: list[Wish], found: list[str]) -> None:
    assert texts(*wishes) == found


def test_a_name_does_not_cover_a_sign() -> None:
    assert texts(wish(50, 50), taken=(shapely.box(56, 49, 57, 51),)) == ["7"]


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100), st.sampled_from([0.0, 30.0, 90.0])), max_size=40))
def test_no_two_names_touch_and_none_leaves_the_map(places: list[tuple[float, float, float]]) -> None:
    ground = Ground(VIEW)
    place([wish(x, y, angle=angle) for x, y, angle in places], ground=ground)
    taken = ground.taken
    assert not any(shapely.intersects(one, other) for one, other in combinations(taken, 2))
    assert all(shapely.covered_by(one, shapely.box(0, 0, 100, 100)) for one in taken)
