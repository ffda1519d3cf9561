"""Read one large input in a process of its own, and print seconds, rows and what was found."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.ingest_inputs import web_map_points
from data.coordinates.gcj02 import gcj02_to_wgs84, wgs84_to_gcj02
from data.files.vectors import read_vector
from data.repair import overlaps, repair_polygons
from data.tables.ledgers import read_ledger

Found = tuple[float, int, int]


def ledger(path: Path) -> Found:
    """Read a ledger; return seconds, rows and differing sums."""
    start = time.perf_counter()
    frame, problems = read_ledger(path)
    seconds = time.perf_counter() - start
    return seconds, len(frame), sum(problem.code == "ledger_sum_differs" for problem in problems)


def estates(path: Path) -> Found:
    """Read, repair and check polygons; return seconds, rows and problems."""
    start = time.perf_counter()
    raw, told, _ = read_vector(path)
    mended, repaired = repair_polygons(raw, place=path.name)
    shared = overlaps(mended, place=path.name)
    seconds = time.perf_counter() - start
    return seconds, len(mended), len(told) + len(repaired) + len(shared)


def points(path: Path) -> Found:
    """Shift points back to WGS-84; return seconds, points, and those that come back more than 1e-9 degrees off."""
    lon, lat = web_map_points(int(path.name))
    there = wgs84_to_gcj02(lon, lat)
    start = time.perf_counter()
    back = gcj02_to_wgs84(*there)
    seconds = time.perf_counter() - start
    away = np.hypot(back[0] - lon, back[1] - lat)
    return seconds, len(lon), int((away > 1e-9).sum())


WORK: dict[str, Callable[[Path], Found]] = {"ledger": ledger, "estates": estates, "points": points}


def main() -> None:
    """Do one work and print what it took and found."""
    print(*WORK[sys.argv[1]](Path(sys.argv[2])))


if __name__ == "__main__":
    main()
