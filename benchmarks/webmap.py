"""The interactive map of large towns: how long it takes to write, how large it is, and how fast it is in a browser."""

import statistics
import time
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import lianpian
from benchmarks.tiled_plan import tile_plan
from geo.plan import Plan
from maps.web.webmap import render
from tests.browser import CHROMIUM, Opened, chromium, opened_page

CLICKS = 5
_DRAWN = "performance.getEntriesByName('lianpian-drawn').length > 0"
_DRAWN_AT = "performance.getEntriesByName('lianpian-drawn')[0].startTime"
# A click on whatever estate lies in the middle of the map once it has been brought there.
_CLICK = """async (id) => {
    const search = document.getElementById('search');
    search.value = id; search.dispatchEvent(new Event('input')); document.querySelector('#found button').click();
    const place = document.querySelector('#card-title').textContent;
    const middle = () => map_lianpian.containerPointToLatLng([
        (document.querySelector('#panel').offsetWidth + innerWidth - document.querySelector('#card').offsetWidth) / 2,
        innerHeight / 2 - 5]);
    const there = middle();
    document.querySelector('#card .close').click();
    const frames = () => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)));
    await frames();
    const start = performance.now();
    map_lianpian.fire('click', { latlng: there });
    await frames();
    return [performance.now() - start, document.getElementById('card').hidden ? '' : place];
}"""


@dataclass(frozen=True)
class Size:
    """Hold a size of town and what its map may take."""

    estates: int
    facilities: int
    most_mb: float
    most_open_s: float
    most_write_s: float


SIZES = (Size(5_000, 20_000, 4.0, 3.0, 10.0), Size(20_000, 20_000, 8.0, 5.0, 40.0))
MOST_CLICK_S = 0.3


def webmap(folder: Path, *, small: bool) -> None:
    """Print size and seconds of the map of towns of 5,000 and 20,000 estates, opened with the network off.

    Parameters
    ----------
    folder : Path
        Where the maps are written.
    small : bool
        A town of 500 estates alone.
    """
    town = lianpian.plan(lianpian.load(Path(str(files("data") / "samples" / "town" / "project.toml"))))
    sizes = (Size(500, 1_000, 4.0, 3.0, 10.0),) if small else SIZES
    print("\nThe interactive map, in Chromium with the network off\n")
    print(f"{'estates':>8}{'facilities':>12}{'write s':>9}{'MB':>7}{'open s':>8}{'click s':>9}{'requests':>10}  faults")
    for size in sizes:
        plan = tile_plan(town, estates=size.estates, facilities=size.facilities)
        start = time.perf_counter()
        path = folder / f"map-{size.estates}.html"
        path.write_text(render(plan, language="zh"), encoding="utf-8", newline="\n")
        _measure(plan, path, size, time.perf_counter() - start)


def _measure(plan: Plan, path: Path, size: Size, write_s: float) -> None:
    megabytes = path.stat().st_size / 1e6
    told = f"{len(plan.estates):>8,}{len(plan.facilities):>12,}{write_s:>9.1f}{megabytes:>7.2f}"
    if CHROMIUM is None:
        print(f"{told}  no chromium on the path")
        return
    with chromium() as browser, opened_page(browser, path.as_uri()) as opened:
        open_s, click_s = _speed(opened, plan)
        requests, faults = len(opened.requests), len(opened.faults)
    kept = (
        megabytes <= size.most_mb and open_s <= size.most_open_s and write_s <= size.most_write_s
        and click_s <= MOST_CLICK_S and (requests, faults) == (1, 0)
    )  # fmt: skip
    print(f"{told}{open_s:>8.2f}{click_s:>9.3f}{requests:>10}{faults:>8}   {'ok' if kept else 'NOT'}")


def _speed(opened: Opened, plan: Plan) -> tuple[float, float]:
    """Return the seconds until the map is drawn, and those from a click to the card, the median of several."""
    opened.page.wait_for_function(_DRAWN)
    open_s = float(opened.page.evaluate(_DRAWN_AT)) / 1000
    ids = plan.estates["estate_id"].iloc[:: max(1, len(plan.estates) // CLICKS)]
    clicks = [opened.page.evaluate(_CLICK, one) for one in ids]
    seconds = [spent / 1000 for spent, hit in clicks if hit]
    return open_s, statistics.median(seconds) if seconds else float("nan")
