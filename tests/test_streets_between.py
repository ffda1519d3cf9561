import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Polygon

from geo.contiguity.facing import Stretches
from geo.contiguity.streets_between import Streets, streets_between
from tests.towns import Street, street, walkways

# A front of 100 m that looks east over ground 12 m deep at one end and 20 m at the other, and one beside it.
FRONT = [(100, 0), (100, 100), (120, 100), (112, 0)]
BESIDE = [(100, 200), (100, 300), (112, 300), (112, 200)]

WHOLE = "residential", 1.0


def between(
    *ways: Street, fronts: tuple[list[tuple[int, int]], ...] = (FRONT,), pair: tuple[int, ...] = (0,)
) -> Streets:
    corners = np.array(fronts, float).reshape(-1, 4, 2)
    return streets_between(
        Stretches(np.array(pair, np.int64), corners), ways=walkways(*ways).edges, count=max(pair) + 1
    )


def told(found: Streets) -> list[tuple[object, object, float]]:
    return list(zip(found.name.tolist(), found.highway.tolist(), found.share.round(6).tolist(), strict=True))


@pytest.mark.parametrize(
    ("ways", "expected"),
    [
        ((street((106, -50), (106, 150), name="解放路"),), ("解放路", *WHOLE)),
        ((street((106, -50), (106, 150)),), (None, *WHOLE)),
        ((street((106, 0), (106, 30), name="短街"), street((106, 30), (106, 100), name="长街")), ("长街", *WHOLE)),
        ((street((106, 0), (106, 100), name="主街"), street((90, 50), (130, 50), name="横巷")), ("主街", *WHOLE)),
        ((street((90, 50), (130, 50), name="横巷"),), (None, None, 0.0)),
        ((street((106, 0), (106, 25), name="弯街"), street((106, 25), (150, 25))), ("弯街", "residential", 0.25)),
        ((street((106, 0), (106, 40), name="短街"), street((109, 0), (109, 100))), (None, *WHOLE)),
        ((street((106, 0), (106, 50), name="短街"), street((109, 0), (109, 100))), ("短街", *WHOLE)),
        ((street((106, 0), (106, 100), name="乙路"), street((109, 0), (109, 100), name="甲路")), ("乙路", *WHOLE)),
        ((street((116, 0), (116, 100), name="后街"),), ("后街", "residential", 0.5)),
        ((street((125, 0), (125, 100), name="远街"),), (None, None, 0.0)),
        ((), (None, None, 0.0)),
    ],
    ids=[
        "named", "unnamed", "two in a row", "a crossing at the middle", "only crosses", "turns off",
        "longer without a name", "half as long with one", "of one length", "leaves the ground", "not between", "none",
    ],
)  # fmt: skip
def test_street_that_lies_along_most_of_the_front(ways: tuple[Street, ...], expected: tuple[object, ...]) -> None:
    assert told(between(*ways)) == [expected]


def test_carriageways_of_one_name_count_once() -> None:
    both = [street((x, 0), (x, 60), name="大道") for x in (104, 108)]
    other = street((106, 60), (106, 100), name="小巷")
    assert told(between(*both, other)) == [("大道", *WHOLE)]


def test_stretches_of_one_pair_add_up_and_pairs_stay_apart() -> None:
    ways = street((106, 0), (106, 30), name="甲街"), street((106, 200), (106, 260), name="乙街")
    assert told(between(*ways, fronts=(FRONT, BESIDE), pair=(0, 0))) == [("乙街", "residential", 0.45)]
    assert [name for name, *_ in told(between(*ways, fronts=(FRONT, BESIDE), pair=(1, 0)))] == ["乙街", "甲街"]


def sampled(way: LineString, front: list[tuple[int, int]]) -> float:
    """Return the share of the front that sees the way, by many rays."""
    ground, rays = Polygon(front), np.linspace(0.05, 99.95, 1_000)
    ends = ((LineString([(99, y), (130, y)]).intersection(ground), y) for y in rays)
    return float(np.mean([ray.intersects(way) for ray, _ in ends]))


SPOT = st.tuples(st.integers(90, 130), st.integers(-20, 120))


@given(spots=st.lists(SPOT, min_size=2, max_size=2, unique=True))
def test_share_is_what_rays_find(spots: list[tuple[int, int]]) -> None:
    share: npt.NDArray[np.float64] = between(street(*spots)).share
    assert share[0] == pytest.approx(sampled(LineString(spots), FRONT), abs=0.003)
