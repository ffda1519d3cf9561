from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser import Opened, opened_map
from tests.tiny import tiny_plan

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture
def opened(browser: "Browser", tmp_path: Path) -> Iterator[Opened]:
    with opened_map(browser, tiny_plan(), tmp_path) as shown:
        yield shown


def _name_of_focus(opened: Opened) -> str:
    return str(
        opened.page.evaluate(
            """() => { const node = document.activeElement; return [node.id, node.dataset.layer, node.dataset.service,
            node.dataset.filter, node.dataset.swipe, node.name, node.className, node.tagName].filter(Boolean)[0]; }"""
        )
    )


def test_everything_is_reached_by_tab_and_shows_that_it_has_the_focus(opened: Opened) -> None:
    opened.page.check("input[value=phase]")
    opened.page.check("[data-swipe=proposals]")
    opened.page.click("#filters summary")
    opened.page.focus("#map_lianpian")
    reached: dict[str, str] = {}
    for _ in range(90):
        opened.page.keyboard.press("Tab")
        outline = opened.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        name = _name_of_focus(opened)
        if name == "BODY" or (name in reached and name == "fold"):
            break
        reached[name] = outline
    wanted = {
        "search",
        "fold",
        "SUMMARY",
        "subdistrict",
        "state",
        "from",
        "to",
        "mode",
        "proposals",
        "phases",
        "divider",
    }
    assert wanted <= set(reached)
    assert {outline for name, outline in reached.items() if name != "BODY"} == {"solid"}


def test_escape_closes_the_card_and_gives_the_focus_back(opened: Opened) -> None:
    opened.find("机械厂宿舍")
    assert opened.page.evaluate("document.activeElement.id") == "card-title"
    opened.page.keyboard.press("Escape")
    assert opened.page.evaluate("document.activeElement.id") == "search"


def test_results_are_walked_with_arrows(opened: Opened) -> None:
    opened.page.fill("#search", "小区")
    opened.page.keyboard.press("ArrowDown")
    assert opened.page.evaluate("document.activeElement.parentElement.parentElement.id") == "found"
    opened.page.keyboard.press("ArrowUp")
    assert opened.page.evaluate("document.activeElement.id") == "search"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_printed_sheet_has_title_legend_scale_north_and_the_note(
    browser: "Browser", tmp_path: Path, language: str
) -> None:
    plan = tiny_plan()
    with opened_map(browser, plan, tmp_path, language="zh" if language == "zh" else "en") as shown:
        shown.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        for part in ("#printed h1", "#printed .legend [data-class=total]", ".north", ".leaflet-control-scale-line"):
            assert shown.page.locator(part).first.is_visible()
        note = shown.page.locator("#printed .note").first.inner_text()
        assert note == {"zh": "本页供讨论使用，非按比例尺成图；正式图件以按比例尺绘制的图册为准"}.get(
            language, "This page is for discussion; the atlas is drawn to scale"
        )
        size = shown.page.evaluate("[map_lianpian.getSize().x, map_lianpian.getSize().y]")
        assert size == [1512, 1040]
        shown.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
        assert shown.page.evaluate("map_lianpian.getSize().x") == 1280


def test_sheet_is_one_page_of_a3(opened: Opened) -> None:
    page = opened.page.pdf(prefer_css_page_size=True, print_background=True)
    assert page.count(b"/Type /Page\n") + page.count(b"/Type /Page ") <= 1
    assert b"/MediaBox [0 0 1191" in page or b"/MediaBox [0 0 1190" in page
    assert opened.faults == []
