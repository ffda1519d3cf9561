import dataclasses

import pytest

from data.inventory import LISTS
from geo.plan import Plan
from maps.needs import needs
from maps.web.inventory_payload import inventory_payload
from tests.tiny import tiny_plan


@pytest.fixture
def plan() -> Plan:
    return tiny_plan()


@pytest.mark.parametrize("name", LISTS)
def test_what_lacks_is_what_the_inventory_and_the_gaps_say_lacks(plan: Plan, name: str) -> None:
    found = needs(plan)[f"lacks_{name}"]
    for row, estate in enumerate(plan.estates["estate_id"]):
        items, gaps = plan.inventory, plan.gaps
        mine = items[(items["estate_id"] == estate) & (items["category"] == name)]
        far = gaps[(gaps["estate_id"] == estate) & (gaps["category"] == name) & (gaps["state"] == "gap")]
        assert found[row] == len({*mine.loc[mine["state"].isin(["no", "partial"]), "item"], *far["service"]})


def test_what_nobody_knows_is_counted_apart(plan: Plan) -> None:
    found = needs(plan)
    assert (found["lacks_basic"] == 0).any()
    assert (found.loc[found["lacks_basic"] == 0, "open_basic"] > 0).all()


def test_plan_of_no_estates_needs_nothing(plan: Plan) -> None:
    none = {name: getattr(plan, name).iloc[:0] for name in ("estates", "gaps", "inventory")}
    assert needs(dataclasses.replace(plan, **none)).shape == (0, 2 * len(LISTS))


def test_every_state_of_the_inventory_comes_back(plan: Plan) -> None:
    coded = inventory_payload(plan)
    items, states, rows = coded["items"], coded["states"], coded["rows"]
    assert isinstance(items, list)
    assert isinstance(states, list)
    assert isinstance(rows, list)
    told = plan.inventory.set_index(["estate_id", "item"])["state"]
    for estate, digits in zip(plan.estates["estate_id"], rows, strict=True):
        read = [states[int(digit)] for digit in digits] or ["unknown"] * len(items)
        assert read == [told[(estate, item)] for item in items]
