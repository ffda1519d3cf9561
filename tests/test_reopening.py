from dataclasses import replace

import numpy as np
import pytest
from shapely import Point, box

from data.inputs import Inputs
from geo.plan import Plan
from geo.work_out import work_out
from tests.towns import asked, estates, facilities, gates, service, standard, street, town, walkways

# A market 100 m off behind a gate, or 900 m round the block; the estate leaves by the west.
STREETS = (
    street((0, 0), (50, 0), (100, 0)),
    street((0, 0), (0, 400), (100, 400), (100, 0)),
    street((-300, 0), (0, 0)),
)
RULES = standard(service("market", asked("walk_m", 500, "m")))


def made(state: str, osm_id: int = 7) -> Inputs:
    return town(
        walkways(*STREETS, ids={(50, 0): 7}),
        estates({"E1": box(-60, -50, -40, -2)}),
        facilities=facilities({"F1": Point(100, -1)}),
        gates=gates({"G1": (50, 0)}, state=state, osm_id=osm_id),
        rules=RULES,
    )


def reopenings(plan: Plan) -> list[list[object]]:
    found = plan.openings[plan.openings["kind"] == "reopen"]
    rows: list[list[object]] = found[["gate_id", "person_minutes", "gaps_closed", "services"]].to_numpy().tolist()
    return rows


def minutes(plan: Plan) -> float:
    return float(plan.nearest["walk_minutes"].iloc[0])


@pytest.mark.parametrize("osm_id", [7, -1], ids=["of the extract", "given"])
@pytest.mark.parametrize("state", ["closed", "residents"])
def test_opening_a_shut_gate_saves_what_the_open_town_walks_less(state: str, osm_id: int) -> None:
    shut, free = work_out(made(state, osm_id)), work_out(made("open", osm_id))
    assert minutes(shut) - minutes(free) == pytest.approx(800 * 0.9 / 60, abs=0.011)
    assert reopenings(shut) == [["G1", pytest.approx(300 * 12.0), 1, "market"]]
    assert reopenings(free) == []
    assert shut.openings["opening_id"].is_unique


def test_a_gate_that_saves_nobody_anything_is_not_listed() -> None:
    inputs = made("closed")
    near = facilities({"F1": Point(-50, 1)})
    assert reopenings(work_out(replace(inputs, facilities=near))) == []


def test_the_sweeps_stay_as_they_were() -> None:
    first, again = work_out(made("closed")), work_out(made("closed"))
    assert np.array_equal(first.openings["person_minutes"], again.openings["person_minutes"])
    assert first.walks["walk_m"].tolist() == again.walks["walk_m"].tolist()
