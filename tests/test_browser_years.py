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
        shown.page.check("input[value=phase]")
        yield shown


def _sums(opened: Opened) -> dict[str, str]:
    return {
        name: opened.text(f"[data-sum={name}] b") for name in ("projects", "estates", "households", "people", "cost")
    }


def test_slider_tells_the_sums_of_the_programme_year_by_year(opened: Opened) -> None:
    years = tiny_plan().programme.phase_years
    names = ["projects", "estates", "households", "people"]
    sums = years[names].cumsum()
    opened.page.focus("#year")
    opened.page.keyboard.press("Home")
    for row, year in enumerate(years["year"]):
        assert opened.text("#year-title") == f"截至 {year} 年"
        wanted = {name: f"{sums[name].iloc[row]:,.0f}" for name in names}
        ten_thousands = years["cost_yuan"].cumsum().iloc[row] / 1e4
        assert _sums(opened) == {**wanted, "cost": f"{ten_thousands:,.1f} 万元".replace(".0 ", " ")}
        opened.page.keyboard.press("ArrowRight")


def test_slider_changes_the_picture(opened: Opened) -> None:
    last = opened.ink()
    opened.page.focus("#year")
    opened.page.keyboard.press("ArrowLeft")
    assert opened.ink() != last


def test_playing_ends_at_the_last_year_and_is_started_from_the_keyboard(opened: Opened) -> None:
    opened.page.focus("#timeline .play")
    opened.page.keyboard.press("Enter")
    assert opened.text("#year-title") == "截至 2026 年"
    assert opened.page.get_attribute("#timeline .play", "aria-label") == "暂停"
    opened.page.wait_for_function("document.getElementById('year-title').textContent === '截至 2027 年'")
    opened.page.wait_for_function("document.querySelector('.play').getAttribute('aria-label') === '逐年播放'")


def test_legend_of_years_equals_the_programme(opened: Opened) -> None:
    programme = tiny_plan().programme
    for year, estates in zip(programme.phase_years["year"], programme.phase_years["estates"], strict=True):
        assert opened.count(f"#legend [data-class=year_{year}] .count") == estates
    reserve = programme.phases.loc[programme.phases["status"] == "reserve", "estates"].sum()
    assert opened.count("#legend [data-class=reserve] .count") == reserve


def test_layer_of_projects_counts_them_and_a_project_has_a_card(opened: Opened) -> None:
    phases = tiny_plan().programme.phases
    opened.page.check("[data-layer=phases]")
    rows = opened.page.locator("li:has(> label > [data-layer=phases])")
    assert rows.locator("> label .count").inner_text() == str(len(phases))
    assert rows.locator("[data-kind=reserve] .count").inner_text() == "1"
    opened.find("C1-1")
    assert opened.page.get_attribute("#card", "data-table") == "phases"
    assert opened.text("#card [data-fact=year]") == "2027"
    assert opened.text("#card [data-fact=cost_yuan]") == "190 万元"
    assert opened.text("#card [data-fact=why]") == "指定年度或与管线道路同步"


def test_estate_tells_its_project_with_year_and_cost(opened: Opened) -> None:
    opened.find("机械厂宿舍")
    assert opened.text("#card [data-fact=project]") == "城南片区 · 2027 年 · 190 万元"


def test_proposal_tells_whom_it_serves_and_what_it_costs(opened: Opened) -> None:
    opened.find("P001 养老")
    facts = {
        name: opened.text(f"#card [data-fact={name}]") for name in ("people_served", "cost_yuan", "minutes", "site")
    }
    assert facts == {
        "people_served": "900", "cost_yuan": "70 万元", "minutes": "21.5 分钟 → 4.3 分钟", "site": "老针织厂",
    }  # fmt: skip
    assert opened.texts("#card li button") == ["机械厂宿舍"]


def test_layer_of_proposals_is_counted_and_clicked(opened: Opened) -> None:
    assert opened.count("li:has(> label > [data-layer=proposals]) [data-kind=elder_care] .count") == 1
    spot = """() => { const data = JSON.parse(document.getElementById('lianpian-data').textContent);
        const { steps } = data.proposals.shapes;
        const p = map_lianpian.latLngToContainerPoint([steps[1] / 1e6, steps[0] / 1e6]); return [p.x, p.y]; }"""
    opened.page.mouse.click(*opened.page.evaluate(spot))
    assert opened.text("#card-title") == "P001 养老服务设施"


def test_items_in_the_estate_are_told_list_by_list(opened: Opened) -> None:
    opened.find("机械厂宿舍")
    assert "未到位 1" in opened.text("#card [data-list=basic]")
