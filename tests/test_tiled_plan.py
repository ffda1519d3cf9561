import numpy as np
import pytest

from benchmarks.tiled_plan import tile_plan
from geo.plan import Plan
from maps.web.payload import payload
from tests.tiny import tiny_plan


@pytest.fixture(scope="module")
def tiled() -> Plan:
    return tile_plan(tiny_plan(), estates=23, facilities=60)


def test_copies_are_whole_and_have_names_of_their_own(tiled: Plan) -> None:
    assert (len(tiled.estates), len(tiled.facilities), len(tiled.gaps)) == (25, 60, 100)
    for frame, key in ((tiled.estates, "estate_id"), (tiled.facilities, "facility_id"), (tiled.clusters, "cluster_id")):
        assert frame[key].is_unique


def test_copies_do_not_lie_on_each_other(tiled: Plan) -> None:
    one, other = tiled.estates.sindex.query(tiled.estates.geometry, predicate="overlaps")
    assert len(one) == len(other) == 0


def test_rows_that_point_at_rows_point_into_their_own_copy(tiled: Plan) -> None:
    data = payload(tiled, language="zh")
    assert data["walks"]["count"] == 15
    assert data["estates"]["cluster"][5:10] == [2, 2, -1, 3, 3]
    assert np.array(data["walks"]["gate"])[[0, 3]].tolist() == [0, len(tiny_plan().access_points)]
