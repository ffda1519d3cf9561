"""How long a sheet of the atlas takes, and how large it is."""

import time
from pathlib import Path

from pypdf import PdfReader

import lianpian
from data.samples import town_project
from maps.atlas.atlas import write_atlas

MOST_SECONDS, MOST_KB = 1.5, 400


def atlas(folder: Path) -> None:
    """Print the seconds and kilobytes of a sheet, of the sample town and of a part of a city."""
    from benchmarks.__main__ import CASES

    with town_project() as project:
        plans = {"sample town": lianpian.plan(lianpian.load(project))}
    city = CASES / "harbin" / "nangang-4km.osm.pbf"
    if city.is_file():
        plans["Nangang, 4 km"] = lianpian.plan(lianpian.load_osm(city))
    print(f"Sheets of the atlas, A3 (at most {MOST_SECONDS} s and {MOST_KB} kB each)\n")
    print(f"{'plan':<16}{'estates':>9}{'sheets':>8}{'s':>8}{'s a sheet':>11}{'kB a sheet':>12}")
    for name, plan in plans.items():
        path = folder / "atlas.pdf"
        began = time.perf_counter()
        write_atlas(plan, path=path, language="zh")
        seconds, sheets = time.perf_counter() - began, len(PdfReader(path).pages)
        size = path.stat().st_size / 1000 / sheets
        print(f"{name:<16}{len(plan.estates):>9,}{sheets:>8}{seconds:>8.1f}{seconds / sheets:>11.2f}{size:>12.0f}")
    print()
