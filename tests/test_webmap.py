import dataclasses
import hashlib
import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from data.words import LANGUAGES, Language, read_entries
from geo.plan import Plan
from maps.web.payload import payload
from maps.web.webmap import SCRIPTS, checksums, escaped_json, render, static_text
from tests.tiny import HOSTILE, tiny_plan

ROOT = Path(__file__).resolve().parents[1]
NASTY = [
    "</script><script>window.PWNED=1</script>",
    "${window.PWNED=7*7}",
    "`东湖`",
    "C:\\2019\\图",
    "@@lianpian:app@@",
    "a\u2028b",
    "㙍𠅤",
]


class _Page(HTMLParser):
    """Collect the elements, their links and the texts of scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.scripts: list[str] = []
        self.titles: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1] == "script" and data.strip():
            self.scripts.append(data)
        if self.tags and self.tags[-1] == "title" and data.strip():
            self.titles.append(data)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return tiny_plan()


@pytest.fixture(scope="module")
def page(plan: Plan) -> _Page:
    return _Page(render(plan, language="zh"))


def _data(page: _Page) -> dict[str, Any]:
    (data,) = (json.loads(text) for text in page.scripts if text.startswith('{"page"'))
    assert isinstance(data, dict)
    return data


def test_page_loads_nothing(page: _Page) -> None:
    assert page.links == []
    assert "link" not in page.tags
    assert "img" not in page.tags


def test_page_carries_no_style_that_loads_a_file() -> None:
    assert "url(" not in static_text("leaflet.css") + static_text("app.css")
    assert "leaflet-pane" in static_text("leaflet.css")


@pytest.mark.parametrize(("language", "tag"), [("zh", "zh-CN"), ("en", "en")])
def test_page_names_its_language(plan: Plan, language: Language, tag: str) -> None:
    assert f'<html lang="{tag}">' in render(plan, language=language)


def test_page_leaves_out_what_folium_would_add(plan: Plan) -> None:
    page = render(plan, language="zh")
    assert not [word for word in ("jquery", "bootstrap", "fontawesome", "cdn.jsdelivr.net") if word in page.lower()]


def test_data_script_holds_the_payload(plan: Plan, page: _Page) -> None:
    assert _data(page) == payload(plan, language="zh")


def test_names_reach_the_page_as_data_alone(plan: Plan, page: _Page) -> None:
    names = [*NASTY, *[None] * (len(plan.facilities) - len(NASTY))]
    named = dataclasses.replace(plan, facilities=plan.facilities.assign(name=pd.Series(names, dtype="str")))
    found = _Page(render(named, language="zh"))
    assert found.tags == page.tags
    assert _data(found)["facilities"]["name"] == names


def test_title_is_escaped(plan: Plan) -> None:
    settings = plan.inputs.project.model_copy(
        update={"map": plan.inputs.project.map.model_copy(update={"title": HOSTILE})}
    )
    page = _Page(
        render(dataclasses.replace(plan, inputs=dataclasses.replace(plan.inputs, project=settings)), language="zh")
    )
    assert page.titles == [HOSTILE]
    assert "b" not in page.tags


@pytest.mark.parametrize(
    "text", ["</script>", "<!--", "&amp;", "\u2028\u2029", "\ud800"], ids=["tag", "comment", "entity", "lines", "half"]
)
def test_escaped_json_is_safe_and_still_the_same(text: str) -> None:
    written = escaped_json([text])
    assert not set(written) & set("<>&\u2028\u2029\ud800")
    assert json.loads(written) == [text]


def test_escaped_json_refuses_numbers_that_are_not_finite() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        escaped_json([float("inf")])


def test_same_plan_gives_the_same_bytes(plan: Plan) -> None:
    code = (
        "import hashlib, maps.web.webmap as m, tests.tiny as t;"
        "print(hashlib.sha256(m.render(t.tiny_plan(), language='zh').encode()).hexdigest())"
    )
    here = hashlib.sha256(render(plan, language="zh").encode()).hexdigest()
    for seed in ("1", "2"):
        env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
        run = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True
        )
        assert run.stdout.strip() == here


@pytest.mark.parametrize("name", sorted(checksums()))
def test_vendored_file_is_unchanged(name: str) -> None:
    noted, found = checksums()[name]
    assert found == noted


@pytest.mark.parametrize("name", SCRIPTS)
def test_script_makes_no_markup_and_no_request_of_its_own(name: str) -> None:
    script = static_text(name)
    forbidden = (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "fetch(",
        "XMLHttpRequest",
        "</script",
    )
    assert [word for word in forbidden if word in script] == []


def test_every_word_of_the_map_has_both_languages() -> None:
    entries = {key: entry for key, entry in read_entries().items() if key.startswith("map.")}
    assert entries
    assert {key for key, entry in entries.items() if not all(entry.get(language) for language in LANGUAGES)} == set()


def test_every_word_that_the_scripts_name_is_there() -> None:
    named = {word for name in SCRIPTS for word in re.findall(r"say\('([a-z_]+\.[a-z_0-9]+)'", static_text(name))}
    assert len(named) > 50
    known = read_entries()
    assert {word for word in named if f"map.{word}" not in known} == set()


def test_plan_without_estates_is_drawn_too(plan: Plan) -> None:
    empty = {
        name: getattr(plan, name).iloc[:0]
        for name in ("estates", "gaps", "clusters", "pooled", "adjacency", "access_points")
    }
    assert '"count":0' in render(dataclasses.replace(plan, **empty), language="zh")
