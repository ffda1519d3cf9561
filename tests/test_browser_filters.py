from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from geo.plan import Plan
from tests.browser import Opened, opened_map
from tests.tiny import tiny_plan

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture
def opened(browser: "Browser", tmp_path: Path) -> Iterator[Opened]:
    with opened_map(browser, tiny_plan(), tmp_path) as shown:
        shown.page.click("#filters summary")
        yield shown


def _set(opened: Opened, name: str, value: str) -> None:
    field = opened.page.locator(f"[data-filter={name}]")
    if name in ("from", "to"):
        field.fill(value)
    else:
        field.select_option(value)


def _wanted(plan: Plan, name: str, value: str) -> set[str]:
    estates = plan.estates
    if name == "subdistrict":
        return set(estates.loc[estates["subdistrict"] == value, "estate_id"])
    if name == "state":
        return set(estates.loc[estates["gap_count"] > 0, "estate_id"])
    if name == "list":
        gaps = plan.gaps[(plan.gaps["state"] == "gap") & (plan.gaps["category"] == value)]
        items = plan.inventory[plan.inventory["state"].isin(["no", "partial"]) & (plan.inventory["category"] == value)]
        return set(gaps["estate_id"]) | set(items["estate_id"])
    years = estates[["built_year_min", "built_year_max"]]
    kept = years.max(axis=1) >= int(value) if name == "from" else years.min(axis=1) <= int(value)
    return set(estates.loc[kept, "estate_id"])


CASES = [("subdistrict", "城北街道"), ("state", "gap"), ("list", "upgrade"), ("from", "1990"), ("to", "1990")]


@pytest.mark.parametrize(("name", "value"), CASES, ids=[name for name, _ in CASES])
def test_filter_shows_the_estates_that_pass_and_counts_them(opened: Opened, name: str, value: str) -> None:
    plan = tiny_plan()
    wanted = _wanted(plan, name, value)
    assert 0 < len(wanted) < len(plan.estates)
    before = opened.ink()
    _set(opened, name, value)
    assert opened.count("#legend [data-class=total] .count") == len(wanted)
    assert opened.text("#shown") == f"显示 {len(plan.estates)} 个小区中的 {len(wanted)} 个"
    assert opened.ink() != before


def test_filters_hold_together_and_are_cleared_together(opened: Opened) -> None:
    plan = tiny_plan()
    _set(opened, "subdistrict", "城北街道")
    _set(opened, "list", "improvement")
    wanted = _wanted(plan, "subdistrict", "城北街道") & _wanted(plan, "list", "improvement")
    assert opened.count("#legend [data-class=total] .count") == len(wanted)
    opened.page.click("#reset")
    assert opened.count("#legend [data-class=total] .count") == len(plan.estates)
    assert opened.text("#shown") == "显示全部 5 个小区"
    assert opened.page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_search_finds_only_what_the_filter_shows(opened: Opened) -> None:
    opened.page.fill("#search", "E1")
    assert opened.page.locator("#found button:has-text('机械厂宿舍')").count() == 1
    _set(opened, "subdistrict", "城北街道")
    opened.page.fill("#search", "E1")
    assert opened.page.locator("#found button:has-text('机械厂宿舍')").count() == 0
    opened.page.fill("#search", "")
    assert opened.page.locator("#found button:has-text('滨河新村')").count() == 1


def test_state_is_that_of_the_service_that_colours_the_map(opened: Opened) -> None:
    opened.page.check("input[value=service]")
    opened.page.select_option("#service", "elder_care")
    _set(opened, "state", "size_unknown")
    assert opened.count("#legend [data-class=total] .count") == 2
    assert opened.text("[data-class=size_unknown] .count") == "2"
    assert "养老服务设施" in opened.text(".filters label:has([data-filter=state]) span")


@pytest.mark.parametrize("mode", ["worst", "count", "service", "need", "built", "cluster", "phase"])
def test_legend_of_every_colouring_adds_up(opened: Opened, mode: str) -> None:
    opened.page.check(f"input[value={mode}]")
    shown = [int(text) for text in opened.texts("#legend [data-class]:not([data-class=total]) .count")]
    assert sum(shown) == 5
