"""Clusters against the max-p heuristics of spopt and pygeoda: the same towns, neighbours, floor and referee."""

import importlib.util
import pickle
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cluster_problem import problem_of
from benchmarks.cluster_referee import Verdict, judge
from benchmarks.mosaic import KINDS, make_mosaic
from benchmarks.processes import Answer, NoAnswer, Tool

OURS = "benchmarks.cluster_ours:Ours"
WIDE = 26  # of a median and its range
PEERS = {"spopt": "benchmarks.maxp_peers:Spopt", "pygeoda": "benchmarks.maxp_peers:Pygeoda"}


@dataclass(frozen=True)
class Size:
    """Hold how much is run at one size.

    Parameters
    ----------
    estates : int
        About how many.
    seeds, peer_seeds : int
        Seeds of ours and of the peers, on each town.
    limit_s, raw_limit_s : float
        Seconds a peer is given, and on the raw graph, on which some never end.
    """

    estates: int
    seeds: int
    peer_seeds: int
    limit_s: float
    raw_limit_s: float


SIZES = (Size(200, 3, 3, 120, 60), Size(2_000, 3, 3, 180, 60), Size(20_000, 3, 1, 240, 60))
SMALL = (Size(60, 1, 1, 5, 5),)


@dataclass(frozen=True)
class Entry:
    """Hold one line of a table: a tool and how it is run.

    Parameters
    ----------
    name : str
        What is printed.
    tool : str
        ``ours``, ``spopt`` or ``pygeoda``.
    what : str
        Method of the tool.
    banded : bool
        Whether ceiling and reach are asked for.
    """

    name: str
    tool: str
    what: str
    banded: bool = False


@dataclass(frozen=True)
class Run:
    """Hold one answer with what the referee says; without a verdict there was none."""

    town: str
    seed: int
    verdict: Verdict | None
    seconds: float = float("nan")
    cpu_s: float = float("nan")
    peak_mb: float = float("nan")
    said: str = ""


FILTERED = (
    Entry("ours, floor only", "ours", "floor"),
    Entry("spopt, 99 constructions, 1", "spopt", "one"),
    Entry("spopt, 99 constructions, 5", "spopt", "five"),
    Entry("spopt as it comes (99, 10)", "spopt", "default"),
    Entry("spopt, the time of ours", "spopt", "within"),
    Entry("pygeoda as it comes (99)", "pygeoda", "default"),
    Entry("pygeoda, the time of ours", "pygeoda", "within"),
)
RAW = (
    Entry("ours, band and reach", "ours", "band", banded=True),
    Entry("ours, floor only", "ours", "floor"),
    Entry("spopt, 99 constructions, 1", "spopt", "one"),
    Entry("pygeoda as it comes (99)", "pygeoda", "default"),
)
Table = dict[Entry, list[Run]]


def clusters(folder: Path, *, small: bool) -> None:
    """Measure and print the tables.

    Parameters
    ----------
    folder : Path
        Where towns are kept meanwhile.
    small : bool
        Take one town of some dozens of estates and one seed.

    Raises
    ------
    SystemExit
        When an answer of ours breaks what was asked for.
    """
    installed = {"ours", *(name for name in PEERS if importlib.util.find_spec(name) is not None)}
    for name in sorted(set(PEERS) - installed):
        print(f"{name} is not installed here; make bench installs it")
    kinds = list(KINDS)[:1] if small else list(KINDS)
    for size in SMALL if small else SIZES:
        towns = [_town(folder, kind, size.estates, seed) for seed, kind in enumerate(kinds)]
        _print_towns(towns, size)
        entries = [entry for entry in FILTERED if entry.tool in installed]
        filtered = _measure(towns, entries, size, raw=False)
        _print_table("Filtered graph: components below the floor removed", filtered)
        _print_duels(filtered)
        raw = _measure(towns, [entry for entry in RAW if entry.tool in installed], size, raw=True)
        _print_table("Raw graph, islands and all", raw)
        _print_targets(size, towns, filtered, raw)
        _fail_on_violations([*filtered.items(), *raw.items()])


@dataclass(frozen=True)
class _Town:
    name: str
    raw: Path
    filtered: Path
    estates: int
    left: int
    pairs: int
    neighbours: Answer
    peak_mb: float


def _town(folder: Path, kind: str, estates: int, seed: int) -> _Town:
    """Make a town and find its neighbours, in a process of its own."""
    mosaic = make_mosaic(kind, estates=estates, seed=seed)
    finder = Tool("benchmarks.cluster_problem:Neighbours", _keep(mosaic, folder / f"{kind}-{estates}.mosaic"))
    found = finder.work("find")
    peak_mb = finder.peak_mb()
    finder.close()
    problem = problem_of(mosaic, found)
    filtered = problem.filtered()
    return _Town(
        kind,
        _keep(problem, folder / f"{kind}-{estates}.raw"),
        _keep(filtered, folder / f"{kind}-{estates}.filtered"),
        len(problem.size),
        len(filtered.size),
        len(problem.one),
        found,
        peak_mb,
    )


def _keep(thing: object, path: Path) -> Path:
    path.write_bytes(pickle.dumps(thing, protocol=5))
    return path


def _measure(towns: Sequence[_Town], entries: Sequence[Entry], size: Size, *, raw: bool) -> Table:
    """Run every tool on every town; one that gave no answer in a town is not asked in the next."""
    table: Table = {entry: [] for entry in entries}
    for town in towns:
        path = town.raw if raw else town.filtered
        ours_s = 0.0
        for entry in entries:
            if not any(run.verdict is None for run in table[entry]):
                seeds = size.seeds if entry.tool == "ours" else size.peer_seeds
                limit_s = None if entry.tool == "ours" else size.raw_limit_s if raw else size.limit_s
                table[entry] += _runs(entry, (town.name, path), seeds, (ours_s, limit_s))
            if entry.what == "floor":
                ours_s = statistics.median(run.seconds for run in table[entry][-size.seeds :])
    return table


def _runs(entry: Entry, town: tuple[str, Path], seeds: int, time: tuple[float, float | None]) -> list[Run]:
    name, path = town
    ours_s, limit_s = time
    problem = pickle.loads(path.read_bytes())
    tool, runs = Tool({"ours": OURS, **PEERS}[entry.tool], path), []
    # Whatever is asked first waits for the tool to be loaded, which no limit should count.
    tool.peak_mb()
    for seed in range(seeds):
        extra = (ours_s,) if entry.what == "within" else ()
        try:
            answer = tool.work(entry.what, seed, *extra, limit_s=limit_s)
        except NoAnswer as ended:
            runs.append(Run(name, seed, None, said=str(ended)))
            break
        verdict = judge(answer.arrays["label"], problem=problem, banded=entry.banded)
        runs.append(Run(name, seed, verdict, answer.seconds, answer.cpu_s, tool.peak_mb()))
    tool.close()
    return runs


def _print_towns(towns: Sequence[_Town], size: Size) -> None:
    print(f"\nAbout {size.estates:,} estates in {len(towns)} towns; {size.seeds} seeds, of peers {size.peer_seeds}\n")
    heads = ("estates", "filtered", "neighbours", "seconds", "processor s", "peak MB")
    print(f"{'town':<10}" + "".join(head.rjust(12) for head in heads))
    for town in towns:
        counts = "".join(f"{count:>12,}" for count in (town.estates, town.left, town.pairs))
        found = town.neighbours
        print(f"{town.name:<10}{counts}{found.seconds:>12.2f}{found.cpu_s:>12.2f}{town.peak_mb:>12,.0f}")


def _print_table(title: str, table: Table) -> None:
    """Print medians with the range over towns and seeds, violations first."""
    print(f"\n{title}; medians and ranges\n")
    heads = ("clusters", "of bound", "people in %", "seconds", "processor s")
    print(f"{'tool':<28}{'violations':>11}" + "".join(head.rjust(WIDE) for head in heads) + f"{'MB':>8}")
    for entry, runs in table.items():
        judged = [(run, run.verdict) for run in runs if run.verdict is not None]
        if not judged:
            print(f"{entry.name:<28}  {runs[-1].said}", flush=True)
            continue
        broken = sum(verdict.violations for _, verdict in judged)
        columns = [
            _spread((verdict.clusters for _, verdict in judged), "{:,.0f}"),
            _spread((_share(verdict) for _, verdict in judged), "{:.3f}"),
            _spread((100 * verdict.people_share for _, verdict in judged), "{:.1f}"),
            _spread((run.seconds for run, _ in judged), "{:.3g}"),
            _spread((run.cpu_s for run, _ in judged), "{:.3g}"),
        ]
        peak = max(run.peak_mb for run, _ in judged)
        ended = f"  then {runs[-1].said}" if runs[-1].verdict is None else ""
        print(f"{entry.name:<28}{broken:>11,}{''.join(columns)}{peak:>8,.0f}{ended}", flush=True)
        _print_violations([verdict for _, verdict in judged])


def _print_violations(verdicts: Sequence[Verdict]) -> None:
    told = {
        "not contiguous": "apart",
        "below the floor": "small",
        "above the ceiling": "large",
        "beyond the reach": "far",
        "estates without a label": "lost",
    }
    for words, name in told.items():
        count = sum(getattr(verdict, name) for verdict in verdicts)
        if count:
            print(f"{'':<28}{count:>11,} {words}")


def _spread(values: Iterable[float], form: str) -> str:
    found = sorted(values)
    middle, low, high = (form.format(value) for value in (statistics.median(found), found[0], found[-1]))
    return (f"{middle} ({low}..{high})" if low != high else middle).rjust(WIDE)


def _share(verdict: Verdict) -> float:
    return verdict.clusters / verdict.bound if verdict.bound else 1.0


def _print_duels(table: Table) -> None:
    """Print in how many towns each peer finds fewer clusters than ours, as many, or more."""
    print(
        "\nTowns where ours (median of its seeds) makes more, as many or fewer clusters than the peer (its best seed)\n"
    )
    ours = next(runs for entry, runs in table.items() if entry.tool == "ours")
    mine = _by_town(ours, statistics.median)
    for entry, runs in table.items():
        theirs = _by_town(runs, max) if entry.tool != "ours" else {}
        if theirs:
            signs = [(mine[town] > best) - (mine[town] < best) for town, best in theirs.items()]
            print(f"{entry.name:<28}more {signs.count(1)}, as many {signs.count(0)}, fewer {signs.count(-1)}")


def _by_town(runs: Sequence[Run], choose: Callable[[list[int]], float]) -> dict[str, float]:
    found: dict[str, list[int]] = {}
    for run in runs:
        if run.verdict is not None:
            found.setdefault(run.town, []).append(0 if run.verdict.violations else run.verdict.clusters)
    return {town: choose(counts) for town, counts in found.items()}


def _print_targets(size: Size, towns: Sequence[_Town], filtered: Table, raw: Table) -> None:
    """Print what must be reached, and whether it is."""
    mine = [(entry, runs) for table in (filtered, raw) for entry, runs in table.items() if entry.tool == "ours"]
    broken = sum(run.verdict.violations for _, runs in mine for run in runs if run.verdict)
    print("\ntargets\n")
    _target("violations of ours", broken, "0", reached=broken == 0)
    for entry, runs in mine:
        seconds, peak = max(run.cpu_s for run in runs), max(run.peak_mb for run in runs)
        share = min(_share(run.verdict) for run in runs if run.verdict)
        limit_s = {2_000: 5.0, 20_000: 30.0}.get(size.estates)
        if limit_s:
            _target(f"{entry.name}: slowest, processor s", seconds, f"<= {limit_s:g}", reached=seconds <= limit_s)
        if size.estates == 2_000:
            _target(f"{entry.name}: least share of bound", share, ">= 0.9", reached=share >= 0.9)
        _target(f"{entry.name}: peak MB", peak, "<= 500", reached=peak <= 500)
    if size.estates == 20_000:
        slowest, peak = max(town.neighbours.cpu_s for town in towns), max(town.peak_mb for town in towns)
        _target("neighbours: slowest, processor s", slowest, "<= 10", reached=slowest <= 10)
        _target("neighbours: peak MB", peak, "<= 500", reached=peak <= 500)
    if size.estates == 2_000:
        _peer_targets(filtered)


def _peer_targets(table: Table) -> None:
    ours = next(runs for entry, runs in table.items() if entry.tool == "ours")
    mine = _by_town(ours, statistics.median)
    for tool in PEERS:
        runs = [run for entry, found in table.items() if entry.tool == tool for run in found]
        theirs = _by_town(runs, max)
        if theirs:
            more = sum(mine[town] > best for town, best in theirs.items())
            _target(f"towns with more clusters than {tool}", more, f"{len(theirs)}", reached=more == len(theirs))
    for entry, runs in table.items():
        theirs_s = [run.cpu_s for run in runs if run.verdict is not None]
        if entry.tool == "spopt" and entry.what != "within" and theirs_s:
            times = statistics.median(theirs_s) / statistics.median(run.cpu_s for run in ours)
            _target(f"times as fast as {entry.name}", times, ">= 10", reached=times >= 10)


def _target(name: str, value: float, target: str, *, reached: bool) -> None:
    print(f"{name:<48}{value:>12,.4g}  {target:<8} {'ok' if reached else 'NOT'}", flush=True)


def _fail_on_violations(tables: Iterable[tuple[Entry, Sequence[Run]]]) -> None:
    for entry, runs in tables:
        if entry.tool == "ours" and any(run.verdict is None or run.verdict.violations for run in runs):
            raise SystemExit(f"{entry.name}: an answer breaks what was asked for")
