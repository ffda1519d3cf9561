"""The projects of an earlier plan whose progress is told, and the target that the project sets."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from data.errors import InputError
from data.problems import error
from data.results import PACKAGE, read_manifest, read_tables

FIGURES = ("estates", "buildings", "households", "floor_area_m2", "cost_yuan")
COLUMNS = ("project_id", "name", "year", *FIGURES)
LAYERS: Mapping[str, tuple[str, ...]] = MappingProxyType({"phases": (*COLUMNS, "status", "rank")})


@dataclass(frozen=True)
class Target:
    """Hold what percent of the work of a year is to be finished by a day.

    Parameters
    ----------
    percent : float
        More than 0, at most 100.
    by : date
        The last day that counts.
    year : int
        Year of the plan whose work it is.
    """

    percent: float
    by: datetime.date
    year: int


@dataclass(frozen=True)
class ProgressPlan:
    """Hold what is planned.

    Parameters
    ----------
    manifest : mapping
        What ``manifest.json`` says.
    projects : DataFrame
        One row per planned project by year, urgency and identifier, index 0..n-1: ``project_id``, ``name`` (str),
        ``year``, ``estates`` (int), ``buildings``, ``households``, ``floor_area_m2``, ``cost_yuan`` (float, NaN where
        not known).
    reserve : tuple of str
        Identifiers of projects that stand in the reserve.
    target : Target or None
        What the project sets; None where it sets none.
    """

    manifest: Mapping[str, Any]
    projects: pd.DataFrame
    reserve: tuple[str, ...]
    target: Target | None


def read_progress_plan(folder: Path) -> ProgressPlan:
    """Read which projects the result of a run plans.

    Parameters
    ----------
    folder : Path
        Where the result was written.

    Returns
    -------
    ProgressPlan
        The projects and the target.

    Raises
    ------
    MissingFileError
        When there is no such folder.
    InputError
        When the folder holds no result, one of a version that did not write the table yet, or one that plans nothing.
    UnreadableFileError
        When a file of the result is broken.
    """
    manifest = read_manifest(folder)
    phases = read_tables(folder, LAYERS)["phases"]
    planned = phases[(phases["status"] == "planned") & phases["year"].notna()]
    if planned.empty:
        raise InputError(error("progress_nothing_planned", file=PACKAGE, layer="phases", value=folder))
    planned = planned.sort_values(["year", "rank", "project_id"], kind="stable", ignore_index=True)
    projects = planned.astype({"year": int, "estates": int, **dict.fromkeys(FIGURES[1:], float)})[list(COLUMNS)]
    reserve = tuple(phases.loc[~phases["project_id"].isin(projects["project_id"]), "project_id"])
    return ProgressPlan(manifest, projects, reserve, _target(manifest["options"].get("progress")))


def _target(said: Mapping[str, Any] | None) -> Target | None:
    if not said:
        return None
    by = datetime.date.fromisoformat(said["by"])
    return Target(float(said["target_percent"]), by, int(said.get("year") or by.year))
