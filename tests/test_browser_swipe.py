import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from geo.plan import Plan
from tests.browser import Opened, opened_map
from tests.tiny import tiny_plan

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def _proposed() -> Plan:
    """Let a proposal close the gap of E5."""
    plan = tiny_plan()
    prospects = plan.prospects.copy()
    row = (prospects["estate_id"] == "E5") & (prospects["service"] == "childcare")
    prospects.loc[row, ["state_proposed", "walk_minutes_proposed", "proposal_id"]] = ["met", 6.25, "P001"]
    return dataclasses.replace(plan, prospects=prospects)


def _scenario() -> Plan:
    """Let a scenario have turned a gap of E2 into what it is now."""
    plan = tiny_plan()
    changes = pd.DataFrame([("E2", "childcare", 19.5, 2.4, "F3", "F3", "gap", "met")], columns=plan.changes.columns)
    return dataclasses.replace(plan, changes=changes, scenario="打开西门")


@pytest.fixture
def opened(browser: "Browser", tmp_path: Path) -> Iterator[Opened]:
    with opened_map(browser, _proposed(), tmp_path) as shown:
        shown.page.check("[data-swipe=proposals]")
        yield shown


def _counts(opened: Opened, state: str) -> tuple[int, int]:
    row = f"#legend [data-class={state}]"
    return opened.count(f"{row} .count:not(.after)"), opened.count(f"{row} .after")


def test_legend_counts_both_sides(opened: Opened) -> None:
    assert opened.text("#legend .heads") == "现状建成后"
    assert _counts(opened, "gap") == (3, 2)
    assert _counts(opened, "no_data") == (1, 1)
    assert _counts(opened, "size_unknown") == (0, 1)
    assert _counts(opened, "total") == (5, 5)


@pytest.mark.parametrize("key", ["ArrowLeft", "ArrowRight", "Home", "End"])
def test_divider_moves_by_keyboard(opened: Opened, key: str) -> None:
    opened.page.focus("#divider")
    before = opened.ink(), opened.page.get_attribute("#divider", "aria-valuenow")
    opened.page.keyboard.press(key)
    assert opened.page.get_attribute("#divider", "aria-valuenow") != before[1]


def test_divider_is_dragged_and_the_one_canvas_changes(opened: Opened) -> None:
    opened.page.keyboard.press("Escape")
    box = opened.page.locator("#divider").bounding_box()
    assert box is not None
    at = box["x"] + box["width"] / 2
    opened.page.mouse.move(at, 500)
    opened.page.mouse.down()
    opened.page.mouse.move(1100, 500)
    right = opened.ink()
    opened.page.mouse.move(330, 500)
    opened.page.mouse.up()
    assert opened.ink() != right
    assert opened.page.locator("#map_lianpian canvas").count() == 1


def test_card_tells_how_it_would_be(opened: Opened) -> None:
    opened.find("滨河新村")
    assert opened.text("#card [data-service=childcare] .other") == "建议设施建成后： 6.3 分钟 · 达标 P001"
    opened.page.click("#card [data-service=childcare] .other button")
    assert opened.text("#card-title") == "P001 养老服务设施"


def test_other_colourings_end_the_comparison(opened: Opened) -> None:
    opened.page.check("input[value=cluster]")
    assert opened.page.locator("#divider").is_hidden()
    assert not opened.page.is_checked("[data-swipe=proposals]")


def test_scenario_is_compared_with_before(browser: "Browser", tmp_path: Path) -> None:
    with opened_map(browser, _scenario(), tmp_path) as shown:
        assert shown.texts("label:has([data-swipe=scenario])") == ["情景“打开西门”前后"]
        shown.page.check("[data-swipe=scenario]")
        assert _counts(shown, "gap") == (4, 3)
        shown.find("E2")
        assert shown.text("#card [data-service=childcare] .other").startswith("情景“打开西门”之前： 19.5 分钟 · 缺口")
        assert shown.faults == []


def test_without_an_after_there_is_no_comparison(browser: "Browser", tmp_path: Path) -> None:
    plan = tiny_plan()
    none = dataclasses.replace(plan, prospects=plan.prospects.assign(proposal_id=None))
    with opened_map(browser, none, tmp_path) as shown:
        assert shown.page.locator("[data-swipe]").count() == 0
        assert shown.faults == []
