"""Walks, pairs, catchments and isochrones against the peers on one synthetic town; the tools take turns."""

import dataclasses
import importlib.util
import pickle
import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.agreement import same_nearest, same_pairs
from benchmarks.processes import Answer, Arrays, Tool
from benchmarks.street_net import Town, synthetic_town

ROUNDS = 3
NODES, MANY_NODES, FEW_NODES = 100_000, 1_000_000, 10_000
FEW_ESTATES, FEW_ISOCHRONES = 500, 50
MAKERS = {
    "ours": "benchmarks.ours:OursSnapped",
    "scipy": "benchmarks.ours:BareSnapped",
    "networkx": "benchmarks.networkx_peer:Networkx",
    "pandana": "benchmarks.pandana_peer:Pandana",
    "access": "benchmarks.access_peer:Access",
    "recipe": "benchmarks.isochrone_peers:Recipe",
    "buffer": "benchmarks.isochrone_peers:ExactBuffer",
    "ours, doors on edges": "benchmarks.ours:Ours",
    "scipy, doors on edges": "benchmarks.ours:Bare",
}
Runs = dict[str, list[Answer]]


@dataclass(frozen=True)
class Row:
    """Hold one line of the table: a value of ours, one of a peer, their ratio, and what it must reach.

    Parameters
    ----------
    work, ours, peer, value, ratio, target : str
        What is printed.
    reached : bool or None
        Whether the target is met; None for a line without one.
    """

    work: str
    ours: str
    peer: str
    value: str
    ratio: str
    target: str
    reached: bool | None


def access(folder: Path, *, small: bool) -> None:
    """Measure and print one table.

    Parameters
    ----------
    folder : Path
        Where towns are kept meanwhile.
    small : bool
        Take a town a tenth as large, and leave out the one of a million nodes.

    Raises
    ------
    SystemExit
        When two tools do not find the same.
    """
    town = _small_town() if small else synthetic_town(NODES)
    path = _keep(town, folder / "town.pickle")
    edges = 2 * len(town.snapped.network.u)
    print(f"\nAccess in a synthetic town of {len(town.snapped.network.x):,} nodes and {edges:,} directed edges")
    print(f"{len(town.people):,} estates, {len(town.capacity):,} facilities, median of {ROUNDS} rounds in turn")
    print("The targets are meant for the large town.\n" if small else "")
    print(f"{'work':<36}{'ours':>9}  {'peer':<32}{'peer':>9}{'ratio':>9}  {'target':<8}")
    seconds = _town_rows(path)
    _isochrone_rows(path, town)
    _what_if_row(path)
    if not small:
        _many_rows(folder, seconds)


def _town_rows(path: Path) -> float:
    """Print what is worked out for the town, and return how long the pairs take."""
    tools = {name: Tool(MAKERS[name], path) for name in ("ours", "scipy", "networkx")}
    tools |= _if_installed(path, "pandana")
    build = tools["pandana"].work("build").seconds if "pandana" in tools else 0.0
    nearest = _rounds(tools, "nearest")
    for name in sorted(set(tools) - {"ours"}):
        same_nearest(name, nearest["ours"][0].arrays, nearest[name][0].arrays)
    _print(_at_most("nearest of 12 services", nearest, "scipy", 1.3))
    _print(_times("nearest of 12 services", nearest, "networkx", 12))
    if build:
        _print(_times("nearest of 12 services", nearest, "pandana", 40, extra=build, label="pandana with its build"))
        _print(_times("nearest of 12 services", nearest, "pandana", None, label="pandana without"))
    within = _rounds({name: tool for name, tool in tools.items() if name != "scipy"}, "within")
    for name in sorted(set(within) - {"ours"}):
        same_pairs(name, within["ours"][0].arrays, within[name][0].arrays)
        _print(_times("pairs within 15 min", within, name, 4))
    _figure_rows(path, tools["ours"])
    _print_memory(tools["ours"].peak_mb())
    _close(tools)
    _exact_row(path)
    return statistics.median(answer.seconds for answer in within["ours"])


def _exact_row(path: Path) -> None:
    names = ("ours, doors on edges", "scipy, doors on edges")
    tools = {name: Tool(MAKERS[name], path) for name in names}
    runs = _rounds(tools, "nearest")
    _print(_at_most("nearest, doors on edges", {"ours": runs[names[0]], "scipy": runs[names[1]]}, "scipy", 1.3))
    _print(_plain("pairs within 15 min, doors on edges", tools[names[0]].work("within").seconds))
    _close(tools)


def _figure_rows(path: Path, ours: Tool) -> None:
    seconds = statistics.median(ours.work("figures").seconds for _ in range(ROUNDS))
    _print(Row("counts, people served, E2SFCA", f"{seconds:.3f} s", "", "", "", "<= 0.3 s", seconds <= 0.3))
    tools = {"ours": ours, **_if_installed(path, "access")}
    if "access" in tools:
        runs = _rounds(tools, "catchments")
        mine, theirs = (runs[name][0].arrays["access"] for name in ("ours", "access"))
        if not np.allclose(mine, theirs, rtol=1e-9, atol=0):
            raise SystemExit("access does not share out capacities as we do")
        _print(_times("E2SFCA of 12 services", runs, "access", None))
        _close({"access": tools["access"]})


def _isochrone_rows(path: Path, town: Town) -> None:
    tools = {name: Tool(MAKERS[name], path) for name in ("ours", "recipe", "buffer")}
    runs = {name: [tool.work("isochrones")] for name, tool in tools.items()}
    work, seconds = f"{town.isochrones} nested isochrones", runs["ours"][0].seconds
    most = 15 * town.isochrones / 500
    _print(Row(work, f"{seconds:.2f} s", "", "", "", f"<= {most:.3g} s", seconds <= most))
    _print(_times(work, runs, "recipe", 10, label="recipe of OSMnx"))
    ratios = _area_ratios(runs["ours"][0].arrays, runs["buffer"][0].arrays)
    for minutes, ratio in ratios.items():
        span = f"{ratio.min():.3f}-{ratio.max():.3f}"
        near = bool((np.abs(ratio - 1) <= 0.02).all())
        _print(Row(f"area within {minutes:.0f} min", "", "25 m around the streets", "", span, "+- 2 %", near))
    _print_memory(tools["ours"].peak_mb(), "peak memory with isochrones")
    _close(tools)


def _what_if_row(path: Path) -> None:
    work = "20 gates opened, nearest of 12"
    tools = {"ours": Tool(MAKERS["ours"], path)}
    anew, repaired = (
        [tools["ours"].work(what) for _ in range(ROUNDS)] for what in ("gates_opened_anew", "gates_opened")
    )
    if not np.array_equal(anew[0].arrays["rank"], repaired[0].arrays["rank"]):
        raise SystemExit("a repair does not find what the full run finds")
    ours, full = (statistics.median(answer.seconds for answer in runs) for runs in (repaired, anew))
    share = f"{ours / full:.2%}"
    _print(Row(work, f"{ours * 1000:.1f} ms", "the full run", f"{full:.2f} s", share, "<= 1 %", ours <= 0.01 * full))
    _close(tools)


def _many_rows(folder: Path, seconds: float) -> None:
    """Print the same work in a town ten times as large."""
    town = dataclasses.replace(synthetic_town(MANY_NODES), lines=np.zeros(0, object))
    path = _keep(town, folder / "large_town.pickle")
    print(f"\n{len(town.snapped.network.x):,} nodes and as many estates and facilities\n")
    tools = {name: Tool(MAKERS[name], path) for name in ("ours", "scipy", "networkx")}
    nearest = _rounds({name: tools[name] for name in ("ours", "scipy")}, "nearest")
    same_nearest("scipy", nearest["ours"][0].arrays, nearest["scipy"][0].arrays)
    _print(_at_most("nearest of 12 services", nearest, "scipy", 1.3))
    within = _rounds({name: tools[name] for name in ("ours", "networkx")}, "within")
    same_pairs("networkx", within["ours"][0].arrays, within["networkx"][0].arrays)
    _print(_times("pairs within 15 min", within, "networkx", 4))
    again = [Answer(seconds)] * ROUNDS
    _print(_at_most("pairs within 15 min", {**within, "few": again}, "few", 3, label=f"ours, {NODES:,} nodes"))
    _print_memory(tools["ours"].peak_mb(), target_mb=None)
    _close(tools)


def _small_town() -> Town:
    return dataclasses.replace(synthetic_town(FEW_NODES, estates=FEW_ESTATES), isochrones=FEW_ISOCHRONES)


def _keep(town: Town, path: Path) -> Path:
    path.write_bytes(pickle.dumps(town, protocol=5))
    return path


def _if_installed(path: Path, name: str) -> dict[str, Tool]:
    if importlib.util.find_spec(name) is None:
        print(f"{name} is not installed here; make bench installs it")
        return {}
    return {name: Tool(MAKERS[name], path)}


def _rounds(tools: Mapping[str, Tool], what: str) -> Runs:
    runs: Runs = {name: [] for name in tools}
    for _ in range(ROUNDS):
        for name, tool in tools.items():
            runs[name].append(tool.work(what))
    return runs


def _close(tools: Mapping[str, Tool]) -> None:
    for tool in tools.values():
        tool.close()


def _area_ratios(ours: Arrays, exact: Arrays) -> dict[float, npt.NDArray[np.float64]]:
    areas = dict(zip(zip(ours["owner"].tolist(), ours["minutes"].tolist(), strict=True), ours["area_m2"], strict=True))
    ratios: dict[float, list[float]] = {}
    for owner, minutes, area in zip(*(exact[name].tolist() for name in ("owner", "minutes", "area_m2")), strict=True):
        ratios.setdefault(minutes, []).append(areas[owner, minutes] / area)
    return {minutes: np.array(found) for minutes, found in ratios.items()}


def _at_most(work: str, runs: Runs, peer: str, most: float, label: str = "") -> Row:
    """Lay out a row where ours may take so many times as long as the peer."""
    ratio = statistics.median(a.seconds / b.seconds for a, b in zip(runs["ours"], runs[peer], strict=True))
    return _row(work, runs, peer, label, (ratio, f"<= {most:g}", ratio <= most))


def _times(work: str, runs: Runs, peer: str, least: float | None, *, extra: float = 0.0, label: str = "") -> Row:
    """Lay out a row where the peer must take so many times as long as ours, ``extra`` seconds included."""
    ratio = statistics.median((b.seconds + extra) / a.seconds for a, b in zip(runs["ours"], runs[peer], strict=True))
    told = ("", None) if least is None else (f">= {least:g}", ratio >= least)
    return _row(work, runs, peer, label, (ratio, *told), extra)


def _row(
    work: str, runs: Runs, peer: str, label: str, verdict: tuple[float, str, bool | None], extra: float = 0.0
) -> Row:
    ours, theirs = (statistics.median(answer.seconds for answer in runs[name]) for name in ("ours", peer))
    sample = runs[peer][0].sample
    name = (label or peer) + (f", sample of {sample}" if sample else "")
    return Row(work, f"{ours:.2f} s", name, f"{theirs + extra:.2f} s", f"{verdict[0]:.2f}", *verdict[1:])


def _plain(work: str, seconds: float) -> Row:
    return Row(work, f"{seconds:.2f} s", "", "", "", "", None)


def _print_memory(peak_mb: float, work: str = "peak memory", target_mb: float | None = 500.0) -> None:
    told = ("", None) if target_mb is None else (f"<= {target_mb:g} MB", peak_mb <= target_mb)
    _print(Row(work, f"{peak_mb:,.0f} MB", "", "", "", *told))


def _print(row: Row) -> None:
    verdict = {True: "ok", False: "NOT", None: ""}[row.reached]
    print(
        f"{row.work:<36}{row.ours:>9}  {row.peer:<32}{row.value:>9}{row.ratio:>9}  {row.target:<8} {verdict}",
        flush=True,
    )
