import dataclasses
import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from data.coordinates.gcj02 import wgs84_to_gcj02
from data.project_map import MapTable, TilesTable
from geo.plan import Plan
from maps.web.webmap import static_text
from tests.browser import Opened, opened_map
from tests.tiny import tiny_plan

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

URL = "https://tiles.example/{z}/{x}/{y}.png"


def _grey() -> bytes:
    """Draw a tile of one grey pixel."""
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0\x90")),
        (b"IEND", b""),
    ]
    body = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(body)


PLACES = {
    "Nanchang": (115.86, 28.68),
    "Ganzhou": (114.93, 25.83),
    "Jiujiang": (115.99, 29.71),
    "Delhi": (77.2, 28.6),
    "Tokyo": (139.7, 35.7),
}


def _with_tiles(**settings: Any) -> Plan:  # noqa: ANN401
    plan = tiny_plan()
    project = plan.inputs.project.model_copy(update={"map": MapTable(tiles=TilesTable(**settings))})
    return dataclasses.replace(plan, inputs=dataclasses.replace(plan.inputs, project=project))


@contextmanager
def _opened(browser: "Browser", folder: Path, *, answers: bool, **settings: Any) -> Iterator[Opened]:  # noqa: ANN401
    with opened_map(browser, _with_tiles(**settings), folder) as shown:

        def answer(route: "Route") -> None:
            route.fulfill(body=_grey(), content_type="image/png") if answers else route.abort()

        # A browser that is offline asks nobody; here the test answers for the whole network.
        shown.page.route(re.compile("^https://"), answer)
        shown.page.context.set_offline(False)
        yield shown


def test_tiles_are_asked_for_only_when_they_are_switched_on(browser: "Browser", tmp_path: Path) -> None:
    with _opened(browser, tmp_path, answers=True, url=URL, attribution="测绘院") as shown:
        shown.page.wait_for_timeout(300)
        assert len(shown.requests) == 1
        shown.page.check("#tiles")
        shown.page.wait_for_selector(".leaflet-tile-loaded", state="attached")
        assert shown.text("#attribution") == "测绘院"
        shown.page.uncheck("#tiles")
        assert shown.page.locator(".leaflet-tile").count() == 0
        assert shown.text("#attribution") == ""


def test_tile_that_fails_leaves_the_layers_as_they_are(browser: "Browser", tmp_path: Path) -> None:
    with _opened(browser, tmp_path, answers=False, url=URL) as shown:
        before = shown.ink()
        shown.page.check("#tiles")
        shown.page.wait_for_function("document.getElementById('tile-note').textContent.includes('未能加载')")
        assert shown.ink() == before
        assert shown.page.locator("#panel").is_visible()


def test_key_is_asked_for_and_goes_into_the_address_alone(browser: "Browser", tmp_path: Path) -> None:
    with _opened(browser, tmp_path, answers=True, preset="tianditu_vec", key="FROM-SETTINGS") as shown:
        assert "FROM-SETTINGS" not in (tmp_path / "map.html").read_text("utf-8")
        shown.page.check("#tiles")
        assert len(shown.requests) == 1
        assert shown.page.evaluate("document.activeElement.id") == "tile-key"
        shown.page.keyboard.type("a b&c")
        shown.page.keyboard.press("Enter")
        shown.page.wait_for_selector(".leaflet-tile-loaded", state="attached")
        assert {"vec_w" in url or "cva_w" in url for url in shown.requests[1:]} == {True}
        assert all(url.endswith("tk=a%20b%26c") for url in shown.requests[1:])
        assert shown.page.input_value("#tile-key") == ""


def test_page_shifts_as_the_readers_of_inputs_do(browser: "Browser") -> None:
    page = browser.new_page()
    page.add_script_tag(content=static_text("leaflet.js"))
    script = static_text("tiles.js")
    found = np.array(
        [page.evaluate(f"(p) => {{ {script}; return gcjShift(...p); }}", place) for place in PLACES.values()]
    )
    page.close()
    lon, lat = np.array(list(PLACES.values())).T
    wanted = np.column_stack(wgs84_to_gcj02(lon, lat)) - np.column_stack([lon, lat])
    np.testing.assert_allclose(found, wanted, atol=1e-9)
    metres = found[0] * [111_320 * np.cos(np.radians(28.68)), 110_850]
    np.testing.assert_allclose(metres, [478, -370], atol=3)


@pytest.mark.parametrize("zoom", [14, 16, 18])
def test_tiles_in_gcj02_are_moved_back_to_where_they_belong(browser: "Browser", tmp_path: Path, zoom: int) -> None:
    shown_middle = """(zoom) => { map_lianpian.setZoom(zoom, { animate: false });
        return new Promise((go, fail) => setTimeout(() => {
        const tile = document.querySelector('.leaflet-tile-loaded');
        if (!tile) return fail(new Error('no tile'));
        const [z, x, y] = tile.src.match(/(\\d+)\\/(\\d+)\\/(\\d+)\\.png/).slice(1).map(Number);
        const told = map_lianpian.unproject(L.point(256 * x + 128, 256 * y + 128), z);
        const box = tile.getBoundingClientRect();
        const at = map_lianpian.containerPointToLatLng([box.left + box.width / 2, box.top + box.height / 2]);
        go([told.lng, told.lat, at.lng, at.lat, box.width]); }, 700)); }"""
    with _opened(browser, tmp_path, answers=True, url=URL, coordinates="gcj02") as shown:
        shown.page.check("#tiles")
        told_lon, told_lat, lon, lat, width = shown.page.evaluate(shown_middle, zoom)
        assert "纠偏" in shown.text("#tile-note")
    back = np.column_stack(wgs84_to_gcj02(np.array([lon]), np.array([lat])))[0]
    metres = (back - [told_lon, told_lat]) * [111_320 * np.cos(np.radians(lat)), 110_850]
    # Tiles stand on whole pixels.
    pixel_m = 40_075_017 * np.cos(np.radians(lat)) / 2**zoom / width
    assert np.abs(metres).max() <= 1.5 * pixel_m + 0.5
