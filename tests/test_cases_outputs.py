"""The map of kept cases, opened from the disk with the network off: hostile names, odd values, no foreign address."""

import dataclasses
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import lianpian
from geo.plan import Plan
from maps.web.payload import payload
from maps.web.webmap import render
from tests.browser import Opened, opened_map
from tests.shared_cases import case
from tests.tiny import tiny_plan

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAMES = {
    "script": "</script><script>window.PWNED=1</script>",
    "template": "{{7*7}}{% raw %}",
    "literal": "${window.PWNED=7*7}`东湖`",
    "quotes": "\"东湖\"'里'",
    "tag": "<img src=x onerror=window.PWNED=1>&amp;",
    "rare": "㙍𠅤䶮溪里",
    "path": "C:\\2019\\图\\u0041",
    "lines": "上行\u2028下行",
    "long": "幸福" * 120,
}


def town_of(name: str, folder: Path) -> Plan:
    """Work out the plan of a case that has estates alone, with a street around them and a school beside it."""
    given, _ = case(name)
    (estates,) = [path for path in sorted(given.iterdir()) if path.suffix in (".geojson", ".gpkg")]
    west, south, east, north = gpd.read_file(estates).to_crs(4326).total_bounds
    ring = shapely.box(west - 2e-4, south - 2e-4, east + 2e-4, north + 2e-4).exterior
    middle = shapely.LineString([(west - 2e-4, (south + north) / 2), (east + 2e-4, (south + north) / 2)])
    streets = gpd.GeoDataFrame({"name": ["环路", "中街"]}, geometry=[ring, middle], crs=4326)
    streets.to_file(folder / "路网.geojson", driver="GeoJSON")
    (folder / "设施.csv").write_text(f"名称,经度,纬度\n第一小学,{west},{south - 1e-4}\n", encoding="utf-8")
    (folder / "project.toml").write_text(
        f"""[project]
date = 2026-01-01
[estates]
path = {json.dumps(str(estates), ensure_ascii=False)}
fields = {{ estate_id = "{"code" if name.startswith("39") else "id"}", name = "name" }}
[[facilities]]
path = "设施.csv"
service = "school"
coordinates = "wgs84"
[network]
path = "路网.geojson"
[clusters]
include_unknown_year = true
""",
        encoding="utf-8",
    )
    return lianpian.plan(lianpian.load(folder / "project.toml"))


@pytest.mark.parametrize("name", ["38-html-injection-names", "41-offline-map-no-cdn", "39-nan-inf-timestamp-props"])
def test_map_of_a_case_opens_with_one_request_and_no_fault(browser: "Browser", tmp_path: Path, name: str) -> None:
    plan = town_of(name, tmp_path)
    with opened_map(browser, plan, tmp_path) as shown:
        shown.page.wait_for_timeout(200)
        assert (len(shown.requests), shown.faults) == (1, [])
        assert shown.count("#legend [data-class=total] .count") == len(plan.estates)
        assert shown.colours() > 8
        assert shown.page.evaluate("window.PWNED") is None


def test_names_of_the_case_are_shown_as_typed(browser: "Browser", tmp_path: Path) -> None:
    _, expect = case("38-html-injection-names")
    plan = town_of("38-html-injection-names", tmp_path)
    assert sorted(plan.estates["label"]) == sorted(expect["names"])
    with opened_map(browser, plan, tmp_path) as shown:
        title = shown.page.title()
        for name in expect["names"]:
            shown.find(name)
            assert shown.text("#card-title") == name
        assert shown.page.title() == title
        assert (shown.page.evaluate("window.PWNED"), shown.faults) == (None, [])


def test_no_foreign_address_stands_in_the_page(tmp_path: Path) -> None:
    _, expect = case("41-offline-map-no-cdn")
    page = render(town_of("41-offline-map-no-cdn", tmp_path), language="zh")
    assert len(re.findall(r"<(?:script|link|img|iframe)[^>]*(?:src|href)=", page)) == expect["external_refs"]


def test_values_that_are_no_numbers_are_told_as_unknown(browser: "Browser", tmp_path: Path) -> None:
    _, expect = case("39-nan-inf-timestamp-props")
    plan = town_of("39-nan-inf-timestamp-props", tmp_path)
    data = payload(plan, language="zh")

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    json.loads(json.dumps(data), parse_constant=refuse)
    assert sorted(plan.estates["estate_id"]) == expect["codes"]
    with opened_map(browser, plan, tmp_path) as shown:
        for code in expect["codes"]:
            shown.find(code)
            assert shown.text("#card [data-fact=estate_id]") == code
            assert not re.search(r"nan|NaN|inf|Infinity|null|undefined", shown.page.inner_text("#card"))


@pytest.fixture
def named(browser: "Browser", tmp_path: Path) -> Iterator[Opened]:
    plan = tiny_plan()
    names = [*NAMES.values()]
    places = plan.facilities.assign(name=pd.Series(names[: len(plan.facilities)], dtype="str"))
    project = plan.inputs.project
    titled = project.model_copy(update={"map": project.map.model_copy(update={"title": names[0] + names[2]})})
    inputs = dataclasses.replace(plan.inputs, project=titled)
    labels = [names[0], names[8], *names[2:5]]
    shown = dataclasses.replace(
        plan, inputs=inputs, facilities=places, estates=plan.estates.assign(label=pd.Series(labels, dtype="str"))
    )
    with opened_map(browser, shown, tmp_path) as opened:
        yield opened


def test_hostile_title_stands_as_typed(named: Opened) -> None:
    title = NAMES["script"] + NAMES["literal"]
    assert named.page.title() == title
    assert named.text("#panel h1") == title
    named.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert named.text("#printed h1") == title
    assert (named.page.evaluate("window.PWNED"), named.faults) == (None, [])


@pytest.mark.parametrize("key", ["script", "template", "literal", "quotes", "tag", "rare", "path", "lines"])
def test_hostile_name_stands_as_typed_in_search_and_card(named: Opened, key: str) -> None:
    named.page.fill("#search", NAMES[key])
    assert NAMES[key] in [text.text_content() for text in named.page.locator("#found .name").all()]
    named.page.press("#search", "Enter")
    assert named.text("#card-title") == NAMES[key]
    assert (named.page.evaluate("window.PWNED"), named.faults) == (None, [])


def test_hostile_name_stands_as_typed_in_the_tip(named: Opened) -> None:
    spot = """() => { const data = JSON.parse(document.getElementById('lianpian-data').textContent);
        const { steps } = data.estates.shapes;
        const p = map_lianpian.latLngToContainerPoint([steps[1] / 1e6, steps[0] / 1e6]); return [p.x, p.y]; }"""
    x, y = named.page.evaluate(spot)
    for shift in ((4, 4), (-4, 4), (4, -4), (-4, -4)):
        named.page.mouse.move(x + shift[0], y + shift[1])
        if named.page.locator("#tip").is_visible():
            break
    assert named.page.locator("#tip b").text_content() in NAMES.values()
    assert (named.page.evaluate("window.PWNED"), named.faults) == (None, [])


def test_very_long_name_stays_inside_the_card_and_the_window(named: Opened) -> None:
    named.find(NAMES["long"])
    assert named.text("#card-title") == NAMES["long"]
    wide = """() => [document.getElementById('card'), document.documentElement].map(
        (node) => node.scrollWidth - node.clientWidth)"""
    assert named.page.evaluate(wide) == [0, 0]
