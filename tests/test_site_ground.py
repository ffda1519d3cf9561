import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import Geometry, LineString, Point, box

from geo.contiguity.site_ground import SiteGround, site_ground, tracts
from tests.towns import sites


def ground(
    made: gpd.GeoDataFrame, *, estates: tuple[Geometry, ...] = (), barriers: tuple[Geometry, ...] = ()
) -> SiteGround:
    taken, solid = np.empty(len(estates), object), np.empty(len(barriers), object)
    taken[:], solid[:] = estates, barriers
    return site_ground(made, estates=taken, barriers=solid)


def test_ground_that_is_drawn_as_an_estate_too_is_the_estates() -> None:
    made = ground(sites({"S1": box(90, 0, 200, 100)}), estates=(box(0, 0, 100, 100), box(120, 20, 150, 50)))
    (left,) = made.shape
    assert left.equals(box(100, 0, 200, 100).difference(box(120, 20, 150, 50)))


def test_site_that_is_all_estate_is_no_ground() -> None:
    assert len(ground(sites({"S1": box(10, 10, 40, 40)}), estates=(box(0, 0, 100, 100),)).shape) == 0


def test_barrier_cuts_a_site_with_half_a_metre_on_either_side() -> None:
    made = ground(sites({"S1": box(0, 0, 100, 100)}), barriers=(LineString([(50, -10), (50, 110)]),))
    assert shapely.area(made.shape).tolist() == pytest.approx([4_950, 4_950])
    assert made.site_id.tolist() == ["S1", "S1"]


def test_points_are_no_ground() -> None:
    made = ground(sites({"S1": Point(0, 0), "S2": box(0, 0, 1, 1)}, links=[True, False]))
    assert (made.site_id.tolist(), made.links.tolist()) == (["S2"], [False])


def test_sites_that_border_on_each_other_or_overlap_make_one_tract() -> None:
    shapes = {f"S{x}": box(x, 0, x + 10, 10) for x in (0, 10, 19, 40)}
    made = ground(sites(shapes))
    label = tracts(made, one=np.array([0]), other=np.array([1]))
    assert label[0] == label[1] == label[2] != label[3]
    assert len(set(tracts(made, one=np.zeros(0, np.int64), other=np.zeros(0, np.int64)))) == 3


@pytest.mark.parametrize("links", [[True, False], [False, False]])
def test_site_that_does_not_link_makes_no_tract_with_others(links: list[bool]) -> None:
    made = ground(sites({"S1": box(0, 0, 10, 10), "S2": box(5, 0, 15, 10)}, links=links))
    none = np.zeros(0, np.int64)
    assert len(set(tracts(made, one=none, other=none))) == 2
