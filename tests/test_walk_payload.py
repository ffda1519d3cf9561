import dataclasses
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pyproj import Transformer
from shapely import LineString, hausdorff_distance
from shapely.ops import substring

from geo.plan import Plan
from maps.web.coding import STEPS_PER_DEGREE, WGS84
from maps.web.detail import detail_for
from maps.web.payload import payload
from maps.web.walk_payload import walk_payload
from tests.tiny import TINY_CRS, tiny_plan

FULL = detail_for(1)


@pytest.fixture
def plan() -> Plan:
    return tiny_plan()


def _places(coded: dict[str, Any]) -> np.ndarray:
    whole = np.cumsum(np.array(coded["steps"]).reshape(-1, 2), axis=0)
    return np.asarray(whole, np.int64)


def _metres(whole: np.ndarray) -> np.ndarray:
    to_metres = Transformer.from_crs(WGS84, TINY_CRS, always_xy=True)
    return np.column_stack(to_metres.transform(*(whole / STEPS_PER_DEGREE).T))


def _line(data: dict[str, Any], walk: int) -> LineString:
    """Put a walk together again, as the page does."""
    walks, shapes = data["walks"], data["walk_edges"]["shapes"]
    lines = np.split(_metres(_places(shapes)), np.cumsum(shapes["points"])[:-1])
    start = sum(walks["pieces"][:walk])
    refs = np.cumsum(walks["refs"])[start : start + walks["pieces"][walk]]
    on_street = _places(data["access"]["shapes"])
    door = _metres(on_street + np.array(data["access"]["start"]).reshape(-1, 2))
    points = [door[walks["gate"][walk]]]
    for k, ref in enumerate(refs):
        begin = walks["first"][walk] / 1000 if k == 0 else ref % 2
        end = walks["last"][walk] / 1000 if k == len(refs) - 1 else 1 - ref % 2
        points += list(substring(LineString(lines[ref // 2]), begin, end, normalized=True).coords)
    return LineString([*points, door[walks["entrance"][walk]]])


def _turned(plan: Plan) -> Plan:
    """Walk the first street piece of the tiny town the other way, on a network that is drawn the other way."""
    lines = plan.network.geometry.tolist()
    turned = plan.network.set_geometry([lines[0].reverse(), *lines[1:]], crs=plan.network.crs)
    edges = plan.walk_edges.copy()
    own = edges["edge"] == 0
    length = plan.network["length_mm"].iloc[0]
    edges.loc[own, ["from_mm", "to_mm"]] = length - edges.loc[own, ["from_mm", "to_mm"]]
    return dataclasses.replace(plan, network=turned, walk_edges=edges)


@pytest.mark.parametrize("turn", [lambda plan: plan, _turned], ids=["ahead", "backwards"])
@pytest.mark.parametrize("walk", [0, 1])
def test_walk_is_put_together_again(plan: Plan, turn: Any, walk: int) -> None:  # noqa: ANN401
    line = _line(payload(turn(plan), language="zh"), walk)
    assert hausdorff_distance(line, plan.walks.geometry.iloc[walk]) < 0.5


def test_every_piece_is_stored_once(plan: Plan) -> None:
    data = walk_payload(plan, detail=FULL)
    assert data["walk_edges"]["count"] == plan.walk_edges["edge"].nunique() == 2
    assert data["walks"]["pieces"] == [2, 1, 0]


def test_walks_point_at_their_gaps(plan: Plan) -> None:
    walks = walk_payload(plan, detail=FULL)["walks"]
    found = plan.gaps.iloc[walks["gap"]].reset_index(drop=True)
    pd.testing.assert_frame_equal(found[["estate_id", "service"]], pd.DataFrame(plan.walks[["estate_id", "service"]]))
    np.testing.assert_allclose(found["walk_m"], plan.walks["walk_m"])


def test_walk_to_a_service_that_is_not_assessed_is_left_out(plan: Plan) -> None:
    other = plan.walks.assign(service=pd.Series(["market", "elder_care", "childcare"], dtype="str"))
    data = walk_payload(dataclasses.replace(plan, walks=other), detail=FULL)
    assert data["walks"]["count"] == 2
    assert data["walks"]["pieces"] == [1, 0]
    assert data["walk_edges"]["count"] == 1


def test_walk_inside_the_estate_has_no_ends(plan: Plan) -> None:
    walks = walk_payload(plan, detail=FULL)["walks"]
    assert (walks["gate"][2], walks["entrance"][2], walks["first"][2], walks["last"][2]) == (-1, -1, 0, 0)


def test_plan_without_walks(plan: Plan) -> None:
    data = walk_payload(
        dataclasses.replace(plan, walks=plan.walks.iloc[:0], walk_edges=plan.walk_edges.iloc[:0]), detail=FULL
    )
    assert data["walks"]["count"] == data["walk_edges"]["count"] == 0
    assert data["walks"]["refs"] == []


def test_plan_is_left_as_it_was(plan: Plan) -> None:
    before = plan.walk_edges.copy()
    assert walk_payload(plan, detail=FULL) == walk_payload(plan, detail=FULL)
    pd.testing.assert_frame_equal(plan.walk_edges, before)
