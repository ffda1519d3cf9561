"""New ways in the walking network."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString

from data.inputs import Walkways
from geo.streets.links import Joints, add_links, split_edges
from tests.towns import barriers, street, walkways

NONE = np.zeros(0, object)
Link = tuple[tuple[float, float], tuple[float, float]]


def linked(ways: Walkways, *links: Link, river: LineString | None = None) -> tuple[Walkways, Joints]:
    fence = barriers(river).geometry.to_numpy() if river is not None else NONE
    return add_links(ways, ends=np.array(links, float), names=["新路"] * len(links), barriers=fence, walls=NONE)


def lengths_m(ways: Walkways) -> list[float]:
    return [float(length) / 1000 for length in ways.edges["length_mm"]]


def is_drawn_from_u_to_v(ways: Walkways) -> bool:
    xy = ways.nodes[["x", "y"]].to_numpy(float)
    lines = ways.edges.geometry.to_numpy()
    ends = [shapely.get_coordinates(shapely.get_point(lines, place)) for place in (0, -1)]
    return all(np.allclose(xy[ways.edges[name]], end, atol=1e-6) for name, end in zip("uv", ends, strict=True))


def test_a_link_is_joined_by_connectors_to_the_streets_it_splits() -> None:
    ways = walkways(street((0, 0), (100, 0), name="甲街", one_way=1), street((0, 50), (100, 50)))
    made, joints = linked(ways, ((40, 3), (40, 48)))
    # First pieces stay in their rows; then the second pieces, the link and its two connectors.
    assert lengths_m(made) == [40, 40, 60, 60, 45, 3, 2]
    assert made.edges["name"].tolist()[:5] == ["甲街", None, "甲街", None, "新路"]
    assert made.edges["one_way"].tolist() == [1, 0, 1, 0, 0, 0, 0]
    assert not joints.loose.any()
    assert not joints.apart.any()
    assert is_drawn_from_u_to_v(made)


def test_a_link_that_starts_on_a_crossing_takes_its_node() -> None:
    ways = walkways(street((0, 0), (50, 0), (100, 0)))
    made, _ = linked(ways, ((50, 0), (50, 30)))
    assert lengths_m(made) == [50, 50, 30]
    assert made.edges["u"].tolist()[2] == ways.edges["v"].tolist()[0]


def test_links_that_end_at_one_place_share_a_node() -> None:
    made, joints = linked(walkways(street((0, 0), (100, 0))), ((50, 0), (50, 60)), ((50, 60), (90, 60)))
    u, v = made.edges["u"].tolist(), made.edges["v"].tolist()
    assert v[2] == u[3]
    assert joints.loose.tolist() == [[False, False], [False, True]]
    assert joints.apart.tolist() == [False, False]


@pytest.mark.parametrize(
    ("ways", "river"),
    [
        (walkways(street((0, 0), (100, 0), bridge=True)), None),
        (walkways(street((0, 0), (100, 0))), LineString([(0, 5), (100, 5)])),
        (walkways(street((0, -6), (100, -6))), None),
    ],
    ids=["a bridge", "behind a river", "sixteen metres off"],
)
def test_what_an_end_is_not_joined_to(ways: Walkways, river: LineString | None) -> None:
    made, joints = linked(ways, ((50, 10), (50, 60)), river=river)
    assert joints.loose.all()
    assert joints.apart.all()
    assert len(made.edges) == 2


def test_the_ways_that_were_there_stay_as_they_are() -> None:
    ways = walkways(street((0, 0), (100, 0)))
    edges, nodes = ways.edges.copy(deep=True), ways.nodes.copy(deep=True)
    linked(ways, ((50, 3), (50, 60)))
    assert ways.edges.equals(edges)
    assert ways.nodes.equals(nodes)


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(-5, 100_005)), min_size=1, max_size=8))
def test_pieces_add_up_and_each_point_has_its_node(points: list[tuple[int, int]]) -> None:
    ways = walkways(street((0, 0), (100, 0)), street((0, 0), (0, 100)))
    edge, position_mm = np.array(points, np.int64).T
    made, node = split_edges(ways, edge=edge, position_mm=position_mm)
    assert made.edges.groupby("way_id")["length_mm"].sum().tolist() == [100_000, 100_000]
    assert made.edges.dtypes.equals(ways.edges.dtypes)
    assert (made.edges["length_mm"] > 0).all()
    assert is_drawn_from_u_to_v(made)
    along = np.clip(position_mm, 0, 100_000) / 1000
    expected = np.where((edge == 0)[:, None], np.c_[along, 0 * along], np.c_[0 * along, along])
    assert made.nodes[["x", "y"]].to_numpy(float)[node] == pytest.approx(expected)
