"""Run the measurements and print them as tables; fail when tools that should agree do not."""

import argparse
import hashlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.access import access
from benchmarks.atlas import atlas
from benchmarks.clusters import clusters
from benchmarks.gaps import gaps
from benchmarks.ingest import ingest
from benchmarks.siting import siting
from benchmarks.synthetic_city import write_city
from benchmarks.webmap import webmap

ROUNDS = 5
# Sphere against map grid: lengths differ by less than this.
LENGTH_TOLERANCE = 0.004
CASES = Path(os.environ.get("LIANPIAN_CASES", Path(__file__).parents[2] / "shared" / "cases"))


def main() -> None:
    """Measure what is asked for, or everything."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "what",
        nargs="*",
        metavar="loaders|ingest|access|gaps|clusters|siting|webmap|atlas|whole",
        help="what to measure; all without it",
    )
    parser.add_argument("--small", action="store_true", help="a small town only, to see that everything runs")
    asked = parser.parse_args()
    measures = {
        "loaders": loaders,
        "ingest": lambda folder: ingest(folder, small=asked.small),
        "access": lambda folder: access(folder, small=asked.small),
        "gaps": lambda folder: gaps(folder, small=asked.small),
        "clusters": lambda folder: clusters(folder, small=asked.small),
        "siting": lambda folder: siting(folder, small=asked.small),
        "webmap": lambda folder: webmap(folder, small=asked.small),
        "atlas": atlas,
        "whole": whole_job,
    }
    unknown = set(asked.what) - measures.keys()
    if unknown:
        parser.error(f"no such measurement: {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory() as folder:
        for name, measure in measures.items():
            if not asked.what or name in asked.what:
                measure(Path(folder))


def loaders(folder: Path) -> None:
    """Print how long a million-node extract takes to a walking network, round by round in turn."""
    path = folder / "city.osm.pbf"
    nodes = write_city(path)
    print(f"Walking network of a synthetic extract of {nodes:,} nodes, median of {ROUNDS} rounds in turn\n")
    print(f"{'loader':<8}{'seconds':>9}{'edges':>10}{'km':>11}{'ours / it':>11}")
    names = ["ours", "bare", *(["pyrosm"] if _has("pyrosm") else [])]
    runs: dict[str, list[list[float]]] = {name: [] for name in names}
    for _ in range(ROUNDS):
        for name in names:
            said = _python("-m", "benchmarks.loaders", name, str(path))
            runs[name].append([float(part) for part in said.split()[-3:]])
    for name in names:
        seconds = statistics.median(run[0] for run in runs[name])
        ratio = statistics.median(a[0] / b[0] for a, b in zip(runs["ours"], runs[name], strict=True))
        _, edges, km = runs[name][0]
        print(f"{name:<8}{seconds:>9.2f}{edges:>10,.0f}{km:>11,.1f}{ratio:>11.2f}")
    lengths = [runs[name][0][2] for name in names]
    if max(lengths) - min(lengths) > LENGTH_TOLERANCE * max(lengths):
        raise SystemExit(f"the loaders do not agree on the length of the ways: {lengths}")
    if "pyrosm" not in names:
        print("pyrosm is not installed here; make bench installs it")


def whole_job(folder: Path) -> None:
    """Print seconds and peak memory of the whole job on real extracts, and whether two runs give the same bytes."""
    print(f"\nThe whole job from one extract\n\n{'extract':<24}{'seconds':>9}{'peak MB':>9}  same bytes twice")
    for name in ("nangang-4km.osm.pbf", "harbin-2024.osm.pbf"):
        extract = CASES / "harbin" / name
        if not extract.is_file():
            print(f"{name:<24} not here: set LIANPIAN_CASES to the folder that holds harbin/")
            continue
        first, second = (_plan(extract, folder / f"{name}-{number}", seed=number) for number in (1, 2))
        same = "yes" if first[2] == second[2] else "NO"
        print(f"{name:<24}{min(first[0], second[0]):>9.1f}{max(first[1], second[1]):>9,.0f}  {same}")
        if same == "NO":
            raise SystemExit(f"two runs on {name} differ")


def _plan(extract: Path, out: Path, *, seed: int) -> tuple[float, float, dict[str, str]]:
    start = time.perf_counter()
    command = ["lianpian", "plan", "--osm", str(extract), "-o", str(out), "-q"]
    script = f"import sys; sys.argv = {command!r}; from lianpian.cli import main; main()"
    watch = (
        "import resource, subprocess, sys; "
        "code = subprocess.run([sys.executable, '-c', sys.argv[1]]).returncode; "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024); sys.exit(code)"
    )
    said = _python("-c", watch, script, hash_seed=seed)
    seconds = time.perf_counter() - start
    digests = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(out.iterdir())}
    return seconds, float(said.split()[-1]), digests


def _python(*arguments: str, hash_seed: int = 0) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": str(hash_seed)}
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return done.stdout


def _has(module: str) -> bool:
    return subprocess.run([sys.executable, "-c", f"import {module}"], capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    main()
