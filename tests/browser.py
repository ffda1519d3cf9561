"""A page in Debian's Chromium with the network off; used by the browser tests and by the picture of the README."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def page(path: Path, *, width: int = 1440, height: int = 900) -> Iterator["Page"]:
    """Open a file in a browser of its own, offline, and wait until it stands still."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context(offline=True, viewport={"width": width, "height": height})
        shown = context.new_page()
        shown.goto(path.as_uri())
        shown.wait_for_load_state("networkidle")
        shown.wait_for_timeout(500)
        yield shown
        browser.close()
