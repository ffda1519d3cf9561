"""Two earlier results, read back to be set side by side."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd
import pyogrio

from data.errors import InputError, ProjectError
from data.problems import Problem, error
from data.results import PACKAGE, read_manifest, read_tables

Tables = Mapping[str, tuple[str, ...]]
LAYERS: Tables = MappingProxyType(
    {
        "estates": (
            "estate_id", "label", "subdistrict", "households", "people", "estimated", "eligible", "eligibility",
            "missing", "funded_items", "cluster_id", "reason", "gap_count",
        ),
        "gaps": ("estate_id", "service", "state", "walk_minutes", "facility_name"),
        "services": (
            "service", "category", "facilities", "thin", "met", "borderline", "gap", "size_unknown", "no_data",
            "people_within", "people_share", "limit_minutes",
        ),
        "clusters": ("cluster_id", "name", "estates", "households", "people", "fixed"),
        "cluster_parts": ("bound",),
        "join_curve": ("in_use", "people"),
    }
)  # fmt: skip
# What a result may be without: it was not worked out, or the version did not know it.
OPTIONAL_LAYERS: Tables = MappingProxyType(
    {
        "packages": ("estates", "floor_area_m2", "threshold", "shortfall"),
        "candidates": ("site_id",),
        "proposals": (
            "proposal_id", "service", "site_id", "site_name", "people_served", "gaps_closed", "floor_area_m2",
            "cost_yuan",
        ),
        "phases": ("project_id", "name", "kind", "status", "year", "estate_ids", "households", "people", "cost_yuan"),
    }
)  # fmt: skip


@dataclass(frozen=True)
class ComparedResult:
    """Hold what was read back of one result; columns as in the plan it was written from, without geometry.

    Parameters
    ----------
    label : str
        Name of its folder, with that of the folder above where both results have the same.
    manifest : mapping
        What ``manifest.json`` says.
    estates, gaps, services, clusters, cluster_parts, join_curve : DataFrame
        Every row.
    packages : DataFrame or None
        None where the standard asks for none.
    proposals : DataFrame or None
        None where no site was looked for.
    phases : DataFrame or None
        None where no programme was worked out.
    """

    label: str
    manifest: Mapping[str, Any]
    estates: pd.DataFrame
    gaps: pd.DataFrame
    services: pd.DataFrame
    clusters: pd.DataFrame
    cluster_parts: pd.DataFrame
    join_curve: pd.DataFrame
    packages: pd.DataFrame | None
    proposals: pd.DataFrame | None
    phases: pd.DataFrame | None


def read_compared_results(folder_a: Path, *, folder_b: Path) -> tuple[ComparedResult, ComparedResult]:
    """Read two results.

    Parameters
    ----------
    folder_a, folder_b : Path
        Where they were written.

    Returns
    -------
    tuple of ComparedResult
        Both, in the order given.

    Raises
    ------
    ProjectError
        When both are the same folder.
    InputError
        When either cannot be read, for the reasons of :func:`data.results.read_results`; what is wrong with both is
        told at once.
    """
    if folder_a.exists() and folder_b.exists() and folder_a.samefile(folder_b):
        raise ProjectError(error("compare_same", value=folder_a))
    label_a, label_b = _labels(folder_a.resolve(), folder_b.resolve())
    read: list[ComparedResult] = []
    faults: list[InputError] = []
    for folder, label in ((folder_a, label_a), (folder_b, label_b)):
        try:
            read.append(_read(folder, label))
        except InputError as fault:
            faults.append(fault)
    if len(faults) == 1:
        raise faults[0]
    if faults:
        problems: list[Problem] = [one for fault in faults for one in fault.problems]
        raise InputError(*problems)
    return read[0], read[1]


def _labels(place_a: Path, place_b: Path) -> tuple[str, str]:
    """Name two folders so that they can be told apart."""
    for depth in range(1, max(len(place_a.parts), len(place_b.parts)) + 1):
        names = tuple("/".join(place.parts[-depth:]).lstrip("/") for place in (place_a, place_b))
        if names[0] != names[1]:
            return names[0], names[1]
    return place_a.as_posix(), place_b.as_posix()


def _read(folder: Path, label: str) -> ComparedResult:
    manifest = read_manifest(folder)
    there = _names_of_layers(folder)
    wanted = {name: columns for name, columns in OPTIONAL_LAYERS.items() if name in there}
    tables: dict[str, pd.DataFrame | None] = {**read_tables(folder, {**LAYERS, **wanted})}
    sites = tables.pop("candidates", None)
    proposals = tables.get("proposals")
    # Where no site was judged, that none is proposed says nothing.
    if proposals is not None and proposals.empty and sites is not None and sites.empty:
        tables["proposals"] = None
    absent = {name: None for name in OPTIONAL_LAYERS if name != "candidates"}
    return ComparedResult(label, manifest, **{**absent, **tables})


def _names_of_layers(folder: Path) -> set[str]:
    """List the layers; a file that cannot be read is told by the reader of the tables."""
    try:
        return {str(name) for name, _ in pyogrio.list_layers(folder / PACKAGE)}
    except pyogrio.errors.DataSourceError:
        return set()
