import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from geo.plan import Plan
from maps.styles import styles
from maps.web.webmap import render
from tests.browser import Opened, opened_page
from tests.tiny import HOSTILE, STATES, tiny_plan

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SCRIPTED = "和平里</script><script>window.PWNED=1</script><img src=x onerror=window.PWNED=1>"
TEMPLATED = "${window.PWNED=7*7}`{{7*7}}`㙍𠅤"


@pytest.fixture(scope="module")
def plan() -> Plan:
    plan = tiny_plan()
    names = pd.Series([SCRIPTED, TEMPLATED, *plan.facilities["name"].tolist()[2:]], dtype="str")
    return dataclasses.replace(plan, facilities=plan.facilities.assign(name=names))


@pytest.fixture(scope="module")
def address(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("地图 一") / "map.html"
    path.write_text(render(plan, language="zh"), encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def opened(browser: "Browser", address: str) -> Iterator[Opened]:
    with opened_page(browser, address) as shown:
        yield shown


def test_opens_with_one_request_and_no_fault(opened: Opened, tmp_path: Path) -> None:
    opened.page.wait_for_timeout(300)
    assert [request.split("://")[0] for request in opened.requests] == ["file"]
    assert opened.faults == []
    assert (opened.page.screenshot(path=tmp_path / "map.png") or b"")[:4] == b"\x89PNG"


def test_something_is_drawn(opened: Opened) -> None:
    opened.ink()
    assert opened.colours() > 20


def test_legend_of_worst_states_equals_the_plan(opened: Opened, plan: Plan) -> None:
    severity = ["gap", "borderline", "size_unknown", "no_data", "met"]
    worst = plan.gaps.groupby("estate_id")["state"].agg(lambda states: min(states, key=severity.index))
    wanted = {state: int((worst == state).sum()) for state in severity}
    assert {state: opened.count(f"#legend [data-class={state}] .count") for state in severity} == wanted
    assert opened.count("#legend [data-class=total] .count") == len(plan.estates) == sum(wanted.values())


@pytest.mark.parametrize("service", ["elder_care", "childcare", "parking", "canteen"])
def test_legend_of_one_service_equals_the_plan(opened: Opened, plan: Plan, service: str) -> None:
    opened.page.check("input[value=service]")
    opened.page.select_option("#service", service)
    row = plan.services.set_index("service").loc[service]
    assert {state: opened.count(f"#legend [data-class={state}] .count") for state in STATES} == {
        state: row[state] for state in STATES
    }


def test_legend_of_gap_counts_adds_up(opened: Opened, plan: Plan) -> None:
    opened.page.check("input[value=count]")
    shown = [int(text) for text in opened.texts("#legend [data-class^=count_] .count")]
    unsure = ((plan.estates["gap_count"] == 0) & (plan.estates["no_data_count"] > 0)).sum()
    assert opened.count("#legend [data-class=unsure] .count") == unsure
    assert sum(shown) + unsure == len(plan.estates)


def test_legend_of_clusters_equals_the_plan(opened: Opened, plan: Plan) -> None:
    opened.page.check("input[value=cluster]")
    assert opened.count("#legend [data-class=in_cluster] .count") == plan.estates["cluster_id"].notna().sum()
    assert opened.count("#legend [data-class=alone] .count") == plan.estates["cluster_id"].isna().sum()


def test_counts_of_facilities_equal_the_plan(opened: Opened, plan: Plan) -> None:
    for service, count in plan.facilities["service"].value_counts().items():
        assert opened.count(f"li:has(> label > [data-service={service}]) .count") == count


@pytest.mark.parametrize(
    ("text", "table", "title"),
    [
        ("机械", "estates", "机械厂宿舍"),
        ("e5", "estates", "滨河新村"),
        ("{{7*7}}</script>", "estates", HOSTILE),
        ("onerror", "facilities", SCRIPTED),
        ("𠅤", "facilities", TEMPLATED),
        ("城北片区", "clusters", "城北片区"),
    ],
    ids=["part-of-name", "id", "hostile-estate", "hostile-facility", "rare-hanzi", "cluster"],
)
def test_search_opens_the_card(opened: Opened, text: str, table: str, title: str) -> None:
    opened.find(text)
    assert opened.page.get_attribute("#card", "data-table") == table
    assert opened.text("#card-title") == title
    assert opened.page.evaluate("window.PWNED") is None
    assert opened.faults == []


def test_search_says_when_nothing_is_found(opened: Opened) -> None:
    opened.page.fill("#search", "没有这个名字")
    assert opened.texts("#found li") == ["没有找到"]


@pytest.mark.parametrize("estate", ["E1", "E2", "E3", "E4", "E5"])
def test_card_rows_equal_the_gaps(opened: Opened, plan: Plan, estate: str) -> None:
    opened.find(estate)
    gaps = plan.gaps[plan.gaps["estate_id"] == estate].set_index("service")
    rows = opened.page.locator("#card tbody[data-service]")
    assert {rows.nth(k).get_attribute("data-service") for k in range(rows.count())} == set(gaps.index)
    for service, gap in gaps.iterrows():
        row = f"#card tbody[data-service={service}]"
        assert opened.page.get_attribute(row, "data-state") == gap["state"]
        said = opened.text(row)
        assert gap["clause"] in said
        assert f"{gap['threshold']:g}" in opened.text(f"{row} [data-fact=threshold]")
        if pd.notna(gap["measured"]):
            assert f"{round(gap['measured'], 2):g}" in opened.text(f"{row} [data-fact=measured]")
        if pd.notna(gap["walk_m"]):
            assert f"{gap['walk_m']:,.0f} 米" in opened.text(f"{row} [data-fact=walk]")


def test_card_tells_unreachable_from_no_data(opened: Opened) -> None:
    opened.find("E5")
    assert opened.text("#card [data-service=childcare] [data-fact=walk]") == "步行不可达"
    assert opened.text("#card [data-service=canteen] [data-fact=walk]") == "设施数据不足，不作判断"
    assert opened.texts("#card [data-service=parking] [data-fact=walk]") == []


def _walk_ink(opened: Opened) -> int:
    """Count the pixels of the map in the colour of walks."""
    opened.page.wait_for_timeout(120)
    count = """(line) => { const c = document.querySelector('#map_lianpian canvas');
        const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; let n = 0;
        const [r, g, b] = [1, 3, 5].map((k) => parseInt(line.slice(k, k + 2), 16));
        for (let k = 0; k < d.length; k += 4) if (d[k] === r && d[k + 1] === g && d[k + 2] === b) n += 1;
        return n; }"""
    return int(opened.page.evaluate(count, styles().single["walk"]))


def test_opened_card_shows_the_longest_walk_and_closing_removes_it(opened: Opened) -> None:
    assert _walk_ink(opened) == 0
    opened.find("E1")
    assert opened.page.get_attribute("#card", "data-walk") == "childcare"
    assert _walk_ink(opened) > 200
    note = opened.text("#walk-note")
    assert "4.5 分钟 · 300 米" in note
    assert "60 米，出小区后 240 米" in note
    opened.page.keyboard.press("Escape")
    assert _walk_ink(opened) == 0


@pytest.mark.parametrize("how", ["click", "hover", "focus"])
def test_row_of_a_service_shows_its_walk(opened: Opened, how: str) -> None:
    opened.find("E1")
    long = _walk_ink(opened)
    row = "#card [data-service=elder_care]"
    getattr(opened.page, how)(f"{row} .show")
    assert opened.page.get_attribute("#card", "data-walk") == "elder_care"
    assert "1.5 分钟 · 80 米" in opened.text("#walk-note")
    assert 0 < _walk_ink(opened) < long
    assert opened.page.get_attribute(f"{row} .show", "aria-pressed") == str(how == "click").lower()
    opened.page.mouse.move(640, 700)
    opened.page.focus("#card .close")
    assert opened.page.get_attribute("#card", "data-walk") == ("elder_care" if how == "click" else "childcare")


def test_keyboard_keeps_a_walk(opened: Opened) -> None:
    opened.find("E1")
    opened.page.focus("#card [data-service=elder_care] .show")
    opened.page.keyboard.press("Enter")
    opened.page.focus("#card .close")
    assert opened.page.get_attribute("#card", "data-walk") == "elder_care"


def test_facility_in_the_estate_has_no_line(opened: Opened) -> None:
    opened.find("E2")
    assert opened.text("#card [data-service=childcare] [data-fact=nearby]") == "设施在本小区内，图上不画路线"
    assert opened.page.locator("#card .show").count() == 0
    assert opened.page.get_attribute("#card", "data-walk") is None
    assert _walk_ink(opened) == 0


def test_assumed_access_is_told_and_dashed(browser: "Browser", plan: Plan, tmp_path: Path) -> None:
    inks = []
    for kind in ("gate", "assumed"):
        kinds = [kind, *plan.access_points["kind"].tolist()[1:]]
        points = plan.access_points.assign(kind=pd.Series(kinds, dtype="str"))
        path = tmp_path / f"{kind}.html"
        path.write_text(render(dataclasses.replace(plan, access_points=points), language="zh"), encoding="utf-8")
        with opened_page(browser, path.as_uri()) as shown:
            shown.find("E1")
            assert ("小区接入点系推定" in shown.text("#walk-note")) == (kind == "assumed")
            inks.append(_walk_ink(shown))
    assert inks[1] < inks[0]


def test_opening_is_off_at_first_and_has_a_card(opened: Opened) -> None:
    assert not opened.page.is_checked("[data-layer=openings]")
    before = opened.ink()
    opened.page.check("[data-layer=openings]")
    assert opened.ink() != before
    spot = """() => { const data = JSON.parse(document.getElementById('lianpian-data').textContent);
        const { steps } = data.openings.shapes;
        const p = map_lianpian.latLngToContainerPoint([steps[1] / 1e6, steps[0] / 1e6]); return [p.x, p.y]; }"""
    opened.page.mouse.click(*opened.page.evaluate(spot))
    assert opened.text("#card-title") == "新开出入口 O001"
    assert "2,700 人·分钟" in opened.text("#card [data-fact=person_minutes]")
    assert opened.text("#card [data-fact=services]") == "托育机构"
    assert "不能相加" in opened.text("#card [data-fact=note]")


def test_cluster_card_shows_how_far_one_walks(opened: Opened) -> None:
    before = opened.ink()
    opened.find("城南片区")
    assert opened.texts("#card .reach li") == ["5 分钟步行范围"]
    assert opened.ink() != before


def test_card_marks_estimates(opened: Opened) -> None:
    opened.find("E5")
    assert opened.text("#card [data-fact=people]") == "750（估）"
    opened.find("E1")
    assert opened.text("#card [data-fact=people]") == "900"


def test_banner_tells_of_estimates_and_thin_services(opened: Opened) -> None:
    assert "1 个" in opened.page.inner_text("[data-banner=estimated]")
    assert "社区食堂" in opened.page.inner_text("[data-banner=no_data]")


def test_cluster_card_names_its_estates_and_opens_them(opened: Opened) -> None:
    opened.find("城北片区")
    assert opened.text("#card [data-fact=gaps]") == "托育机构、停车位"
    opened.page.click("#card li button:has-text('滨河新村')")
    assert opened.text("#card-title") == "滨河新村"


def test_click_on_an_estate_opens_its_card_and_escape_closes_it(opened: Opened) -> None:
    opened.find("E3")
    opened.page.keyboard.press("Escape")
    assert opened.page.locator("#card").is_hidden()
    spot = opened.page.evaluate(
        """() => { const b = JSON.parse(document.getElementById('lianpian-data').textContent).estates.shapes;
        const n = b.points.slice(0, 2).reduce((s, x) => s + x, 0); let [x, y] = [0, 0]; const xs = [], ys = [];
        for (let k = 0; k < n + b.points[2]; k++) { x += b.steps[2 * k]; y += b.steps[2 * k + 1];
          if (k >= n) { xs.push(x); ys.push(y); } }
        const mid = (v) => (Math.min(...v) + Math.max(...v)) / 2e6;
        const p = map_lianpian.latLngToContainerPoint([mid(ys), mid(xs)]); return [p.x, p.y]; }"""
    )
    opened.page.mouse.click(*spot)
    assert opened.text("#card-title") == "=2+3号院"


@pytest.mark.parametrize("layer", ["clusters", "barriers", "adjacency", "network"])
def test_layer_toggle_changes_the_picture_and_back(opened: Opened, layer: str) -> None:
    before = opened.ink()
    opened.page.click(f"[data-layer={layer}]")
    changed = opened.ink()
    opened.page.click(f"[data-layer={layer}]")
    assert changed != before
    assert opened.ink() == before


def test_facility_toggle_changes_the_picture(opened: Opened) -> None:
    before = opened.ink()
    opened.page.click("input[data-service=elder_care]")
    assert opened.ink() != before


def test_panel_folds_away(opened: Opened) -> None:
    opened.page.click(".fold")
    assert opened.page.locator("#panel-body").is_hidden()
    assert opened.page.get_attribute(".fold", "aria-expanded") == "false"


def test_print_hides_the_panel_and_shows_the_legend(opened: Opened) -> None:
    opened.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert opened.page.locator("#panel").is_hidden()
    assert opened.page.locator("#printed .legend").first.is_visible()
    opened.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert opened.page.locator("#panel").is_visible()
    assert opened.page.locator("#printed").is_hidden()


def test_every_control_has_a_name(opened: Opened) -> None:
    opened.find("E1")
    nameless = opened.page.evaluate(
        """() => [...document.querySelectorAll('button, input, select')].filter((node) =>
        !(node.getAttribute('aria-label') || node.textContent.trim() || (node.labels && node.labels.length))).length"""
    )
    assert nameless == 0


def test_english_page_opens_too(browser: "Browser", plan: Plan, tmp_path: Path) -> None:
    (tmp_path / "map.html").write_text(render(plan, language="en"), encoding="utf-8")
    page = browser.new_page()
    page.goto((tmp_path / "map.html").as_uri())
    assert "no data" in page.inner_text("#legend")
    assert json.loads(page.text_content("#lianpian-data") or "")["page"]["language"] == "en"
    page.close()


def test_a_package_is_found_and_its_card_tells_what_is_missing(opened: Opened) -> None:
    opened.find("P002")
    opened.page.wait_for_selector("#card[data-table=packages]")
    assert opened.text("[data-fact=floor_area_m2]") == "37,600 ㎡（估）"
    assert opened.text("[data-fact=estimated_area_m2]") == "21,600 ㎡"
    assert opened.text("[data-fact=shortfall]") == "≥ 40,000 ㎡ · 差 2,400 ㎡"
    opened.page.click("#card li button")
    assert opened.text("[data-fact=package]") == "P002 城北街道"


def test_the_layer_of_packages_is_off_until_it_is_asked_for(opened: Opened) -> None:
    assert not opened.page.is_checked("[data-layer=packages]")
    before = opened.ink()
    opened.page.check("[data-layer=packages]")
    assert opened.ink() != before


def test_contents_done_before_and_what_to_survey_stand_on_the_card(opened: Opened) -> None:
    opened.find("机械厂宿舍")
    assert opened.text("[data-fact=done_items]") == "停车位"
    opened.find("滨河新村")
    assert opened.text("[data-fact=missing]") == "建成年份、户数、人口、建筑面积"


def test_without_packages_the_map_shows_nothing_of_them(browser: "Browser", plan: Plan, tmp_path: Path) -> None:
    none = dataclasses.replace(plan, packages=plan.packages.iloc[:0], estates=plan.estates.assign(package_id=None))
    (tmp_path / "map.html").write_text(render(none, language="zh"), encoding="utf-8")
    with opened_page(browser, (tmp_path / "map.html").as_uri()) as shown:
        assert shown.page.locator("[data-layer=packages]").count() == 0
        shown.find("机械厂宿舍")
        assert shown.page.locator("[data-fact=package]").count() == 0
        assert shown.faults == []
