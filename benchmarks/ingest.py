"""How long large inputs take: a ledger, a layer of estates, points of a web map; each in a process of its own."""

import os
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.ingest_inputs import write_estates, write_large_ledger

ROUNDS = 3
ROWS, POLYGONS, POINTS = 50_000, 100_000, 1_000_000
SMALL = 50


@dataclass(frozen=True)
class _Work:
    """Hold one measurement: what is read, how much of it, and what it must reach and find."""

    key: str
    text: str
    path: Path
    rows: int
    most_seconds: float


def ingest(folder: Path, *, small: bool) -> None:
    """Measure and print one table.

    Parameters
    ----------
    folder : Path
        Where the inputs are kept meanwhile.
    small : bool
        Take a fiftieth of everything.

    Raises
    ------
    SystemExit
        When rows are lost, a sum is said to differ, nothing is found to repair, or a point does not come back.
    """
    share = SMALL if small else 1
    rows, polygons, points = ROWS // share, POLYGONS // share, POINTS // share
    write_large_ledger(folder / "ledger.xlsx", rows)
    write_estates(folder / "estates.gpkg", polygons)
    print(f"\nLarge inputs, median of {ROUNDS} runs, each in a process of its own on {os.cpu_count()} cores")
    print("The targets are meant for the large inputs.\n" if small else "")
    print(f"{'work':<64}{'seconds':>9}  {'target':<8}")
    _print(_Work("ledger", f"ledger of {rows:,} rows, .xlsx", folder / "ledger.xlsx", rows, 2.0))
    text = f"{polygons:,} polygons from GeoPackage, repaired and checked"
    _print(_Work("estates", text, folder / "estates.gpkg", polygons, 10.0))
    _print(_Work("points", f"{points:,} points from GCJ-02 to WGS-84", Path(str(points)), points, 4.0))


def _print(work: _Work) -> None:
    runs = [_run(work) for _ in range(ROUNDS)]
    for _, rows, found in runs:
        if rows != work.rows or (found == 0) != (work.key != "estates"):
            raise SystemExit(f"{work.text}: {rows} rows and {found} findings are not what was made")
    seconds = statistics.median(run[0] for run in runs)
    verdict = "ok" if seconds <= work.most_seconds else "NOT"
    print(f"{work.text:<64}{seconds:>7.2f} s  {f'<= {work.most_seconds:g} s':<8} {verdict}", flush=True)


def _run(work: _Work) -> tuple[float, int, int]:
    command = [sys.executable, "-m", "benchmarks.ingest_work", work.key, str(work.path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    seconds, rows, found = done.stdout.split()[-3:]
    return float(seconds), int(rows), int(found)
