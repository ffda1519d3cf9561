"""Draw the picture of the README: the map of the sample town as a browser shows it with the network off."""

import sys
import tempfile
from pathlib import Path

import lianpian
from data.samples import town_project
from tests.browser import chromium, opened_page
from tests.quick import WITHOUT


def draw(target: Path) -> None:
    """Plan the sample town and save a picture of its map."""
    with tempfile.TemporaryDirectory() as folder, town_project() as project:
        out = Path(folder) / "out"
        lianpian.write(lianpian.plan(lianpian.load(project)), out, without=WITHOUT)
        with chromium() as browser, opened_page(browser, (out / "map.html").as_uri(), width=1440, height=900) as shown:
            shown.ink()
            shown.page.screenshot(path=target)


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
