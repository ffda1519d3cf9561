"""A map in Debian's Chromium with the network off; used by the browser tests and by the picture of the README."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from data.words import Language
from geo.plan import Plan
from maps.web.webmap import render

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@dataclass
class Opened:
    """A map in the browser, and what the browser said while it opened."""

    page: "Page"
    requests: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def texts(self, selector: str) -> list[str]:
        return [text.strip() for text in self.page.locator(selector).all_inner_texts()]

    def text(self, selector: str) -> str:
        return self.page.text_content(selector) or ""

    def count(self, selector: str) -> int:
        return int(self.page.inner_text(selector).replace(",", ""))

    def find(self, text: str) -> None:
        self.page.fill("#search", text)
        self.page.press("#search", "Enter")

    def ink(self) -> str:
        """Return the picture of the map canvas, once it has been drawn."""
        self.page.wait_for_timeout(120)
        return str(self.page.evaluate("document.querySelector('#map_lianpian canvas').toDataURL()"))

    def colours(self) -> int:
        """Return how many colours the map canvas shows."""
        count = """() => { const c = document.querySelector('#map_lianpian canvas');
            const d = new Uint32Array(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.buffer);
            return new Set(d).size; }"""
        return int(self.page.evaluate(count))


@contextmanager
def chromium() -> Iterator["Browser"]:
    """Start a browser."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@contextmanager
def opened_page(browser: "Browser", address: str, *, width: int = 1280, height: int = 720) -> Iterator[Opened]:
    """Open a map offline, in a window of its own, and keep what the browser says."""
    context = browser.new_context(offline=True, viewport={"width": width, "height": height})
    page = context.new_page()
    page.set_default_timeout(10_000)
    opened = Opened(page)
    page.on("request", lambda request: opened.requests.append(request.url))
    page.on("requestfailed", lambda request: opened.faults.append(f"failed {request.url}"))
    page.on("console", lambda message: opened.faults.append(message.text))
    page.on("pageerror", lambda fault: opened.faults.append(str(fault)))
    page.goto(address)
    page.wait_for_selector("#panel")
    yield opened
    context.close()


@contextmanager
def opened_map(browser: "Browser", plan: Plan, folder: Path, *, language: Language = "zh") -> Iterator[Opened]:
    """Write the map of a plan and open it."""
    path = folder / "map.html"
    path.write_text(render(plan, language=language), encoding="utf-8", newline="\n")
    with opened_page(browser, path.as_uri()) as opened:
        yield opened
