"""What became of one layer: how it was read, and how many of its rows were kept, repaired and left out."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

import geopandas as gpd
import numpy as np

from data.problems import Problem, warning

GEOGRAPHIC = "EPSG:4326"
Bounds = tuple[float, float, float, float]
# Problems of this code are found when the layers are put together, after each has been read.
_LATE = "facility_unplaced"


@dataclass(frozen=True)
class LayerAccount:
    """Hold what became of one layer.

    Parameters
    ----------
    role : str
        What it was read as: ``"estates"``, ``"ledger"``, ``"facilities"``, ``"network"``, ...
    file : str
        File as the project names it.
    layer, format, encoding : str
        Layer or sheet, format and encoding, as far as they are known.
    encoding_by : str
        Key of ``report.encoding_by``: how the encoding was decided; empty where there is none to decide.
    crs : str
        Coordinate system as read, empty for a table without places.
    crs_by : str
        Key of ``report.crs_by``: how it was decided; empty where there is none.
    read : int or None
        Rows or features in the file; None for an extract, of which only some features belong to a layer.
    kept : int
        Of these, how many are in the layer.
    repaired : int
        Of those kept, how many were changed.
    dropped : int
        How many were left out; ``kept`` and ``dropped`` add up to ``read``.
    bounds : tuple of float or None
        West, south, east, north in degrees.
    failed : bool
        Whether the layer could not be read at all.
    """

    role: str
    file: str
    layer: str = ""
    format: str = ""
    encoding: str = ""
    encoding_by: str = ""
    crs: str = ""
    crs_by: str = ""
    read: int | None = None
    kept: int = 0
    repaired: int = 0
    dropped: int = 0
    bounds: Bounds | None = None
    failed: bool = False


@dataclass(frozen=True)
class Declared:
    """Hold what the project says of one layer, as far as it matters to its account.

    Parameters
    ----------
    role, file, layer : str
        As in :class:`LayerAccount`.
    encoding, coordinates : str
        ``"auto"``, or what is declared.
    """

    role: str
    file: str
    layer: str = ""
    encoding: str = "auto"
    coordinates: str = "auto"


def failed_account(declared: Declared) -> LayerAccount:
    """Return the account of a layer that could not be read.

    Parameters
    ----------
    declared : Declared
        What the project says of it.

    Returns
    -------
    LayerAccount
        Without any row.
    """
    return LayerAccount(declared.role, declared.file, layer=declared.layer, failed=True)


def account_layer(
    declared: Declared,
    *,
    frame: gpd.GeoDataFrame,
    facts: Mapping[str, str],
    problems: Sequence[Problem],
    kept: int | None = None,
) -> tuple[LayerAccount, tuple[Problem, ...]]:
    """Draw up the account of a layer that was read.

    Parameters
    ----------
    declared : Declared
        What the project says of it.
    frame : GeoDataFrame
        What was kept, in its own system; a row that became several records has one ``origin``.
    facts : mapping of str to str
        Decisions of the reader, with the number of ``rows`` in the file where that is known.
    problems : sequence of Problem
        What was found in it.
    kept : int, optional
        How many rows were kept, where the frame does not say.

    Returns
    -------
    tuple of LayerAccount and tuple of Problem
        The account; and a warning when rows are missing that no problem tells of.
    """
    problems = [problem for problem in problems if _is_same(problem.file, declared.file)]
    if kept is None:
        kept = int(frame["origin"].nunique()) if "origin" in frame else len(frame)
    read = int(facts["rows"]) if facts.get("rows") else None
    dropped = 0 if read is None else max(read - kept, 0)
    account = LayerAccount(
        declared.role,
        declared.file,
        layer=facts.get("layer", declared.layer),
        format=facts.get("format") or _ending(declared.file),
        encoding=facts.get("encoding", ""),
        encoding_by=encoding_decision(declared, facts=facts, problems=problems),
        crs=_name(frame, problems),
        crs_by=crs_decision(declared, facts=facts, problems=problems),
        read=read,
        kept=kept,
        repaired=min(count_told(problems, kind="repaired"), kept),
        dropped=dropped,
        bounds=bounds_of(frame),
    )
    untold = dropped - count_told(problems, kind="dropped")
    told = (warning("rows_untold", file=declared.file, layer=account.layer, value=untold),) if untold > 0 else ()
    return account, told


def account_ledger(declared: Declared, *, rows: int, problems: Sequence[Problem]) -> LayerAccount:
    """Draw up the account of a ledger: every row that is no estate has a problem that counts it.

    Parameters
    ----------
    declared : Declared
        What the project says of it.
    rows : int
        Rows of estates.
    problems : sequence of Problem
        What was found as it was read.

    Returns
    -------
    LayerAccount
        The account.
    """
    dropped = count_told(problems, kind="dropped")
    return LayerAccount(
        declared.role,
        declared.file,
        layer=declared.layer,
        format=_ending(declared.file),
        read=rows + dropped,
        kept=rows,
        dropped=dropped,
    )


def settled_account(account: LayerAccount, *, problems: Sequence[Problem]) -> LayerAccount:
    """Bring an account up to date with what was found after the layer had been read.

    Parameters
    ----------
    account : LayerAccount
        The account.
    problems : sequence of Problem
        All problems of the run.

    Returns
    -------
    LayerAccount
        With the rows that could not be placed among those left out, and the last word on its coordinate system.
    """
    own = [problem for problem in problems if _is_same(problem.file, account.file)]
    late = min(sum(problem.code == _LATE for problem in own), account.kept) if account.role == "facilities" else 0
    told = _crs_told(own)
    return replace(
        account,
        crs=_shifted(account.crs, own),
        kept=account.kept - late,
        dropped=account.dropped + late,
        crs_by=told if told and account.crs_by in ("assumed", "stated") else account.crs_by,
    )


def count_told(problems: Iterable[Problem], *, kind: str) -> int:
    """Count the rows that problems tell of.

    Parameters
    ----------
    problems : iterable of Problem
        Any.
    kind : {"dropped", "repaired"}
        What happened to the rows.

    Returns
    -------
    int
        How many.
    """
    counts = _rules()[kind]
    return sum(_rows_of(problem, counts[problem.code]) for problem in problems if problem.code in counts)


def crs_decision(declared: Declared, *, facts: Mapping[str, str], problems: Sequence[Problem]) -> str:
    """Tell how the coordinate system of a layer was decided.

    Parameters
    ----------
    declared : Declared
        What the project says of it.
    facts : mapping of str to str
        Decisions of the reader: ``crs`` that the file states, ``coordinates`` that a table states.
    problems : sequence of Problem
        What was found in it.

    Returns
    -------
    str
        Key of ``report.crs_by``.
    """
    told = _crs_told(problems)
    if told:
        return told
    if declared.coordinates != "auto":
        return "declared"
    if facts.get("coordinates", "auto") != "auto":
        return "table"
    # An extract fixes its system, and has no format to choose.
    return "stated" if facts.get("crs") or "format" not in facts else "assumed"


def encoding_decision(declared: Declared, *, facts: Mapping[str, str], problems: Sequence[Problem]) -> str:
    """Tell how the encoding of a layer was decided.

    Parameters
    ----------
    declared, facts, problems
        See :func:`crs_decision`.

    Returns
    -------
    str
        Key of ``report.encoding_by``.
    """
    if not facts.get("encoding"):
        return ""
    rules = _rules()["encoding"]
    told = next((rules[problem.code] for problem in problems if problem.code in rules), "")
    if told:
        return str(told)
    if declared.encoding != "auto":
        return "declared"
    return "bytes" if facts.get("format") in ("CSV", "TXT", "TSV") else "stated"


def bounds_of(frame: gpd.GeoDataFrame) -> Bounds | None:
    """Return where a layer lies.

    Parameters
    ----------
    frame : GeoDataFrame
        With a coordinate system.

    Returns
    -------
    tuple of float or None
        West, south, east, north in degrees; None where it has no shape.
    """
    if frame.empty or frame.crs is None:
        return None
    west, south, east, north = (float(bound) for bound in frame.geometry.to_crs(GEOGRAPHIC).total_bounds)
    return (west, south, east, north) if np.isfinite([west, south, east, north]).all() else None


def has_failed(accounts: Iterable[LayerAccount], *, role: str) -> bool:
    """Tell whether a layer of a role could not be read.

    Parameters
    ----------
    accounts : iterable of LayerAccount
        Of all layers.
    role : str
        The role.

    Returns
    -------
    bool
        Whether one could not.
    """
    return any(account.failed and account.role == role for account in accounts)


@cache
def _rules() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(files("data").joinpath("layer_accounts.toml").read_text("utf-8"))


def _rows_of(problem: Problem, counted_by: str) -> int:
    if counted_by == "one":
        return 1
    return int(problem.value) if counted_by == "value" else int(str(problem.facts[counted_by]))


def _crs_told(problems: Sequence[Problem]) -> str:
    codes = [problem.code for problem in problems]
    for beginning, decision in _rules()["crs"].items():
        if any(code.startswith(beginning) for code in codes):
            return str(decision)
    return ""


def _ending(file: str) -> str:
    return file.rpartition(".")[2].upper()


def _name(frame: gpd.GeoDataFrame, problems: Sequence[Problem]) -> str:
    """Name the system of a layer, and the web map shift that was taken off."""
    if frame.crs is None:
        return ""
    code = frame.crs.to_epsg()
    name = f"{frame.crs.name} (EPSG:{code})" if code else str(frame.crs.name)
    return _shifted(name, problems)


def _shifted(name: str, problems: Sequence[Problem]) -> str:
    """Put the web map shift that was taken off a layer before the name of its system."""
    shift = next((problem.value for problem in problems if problem.code.startswith("crs_shift_")), "")
    return f"{shift} → {name}" if shift and "→" not in name else name


def _is_same(one: str, other: str) -> bool:
    """Tell whether two names are of one file, however its folders are parted."""
    return one.replace("\\", "/") == other.replace("\\", "/")
