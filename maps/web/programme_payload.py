"""What the interactive map shows of the programme: projects, years, and what is reached by the end of each."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from data.project_money import SOURCES
from geo.plan import Plan
from maps.web.coding import Kind, numbers, rows_of, table

PHASE_COLUMNS: Mapping[str, Kind] = {
    "project_id": "text", "name": "text", "kind": "text", "subdistricts": "text", "year": 0, "status": "text",
    "why": "text", "rank": 0, "estates": 0, "buildings": 0, "households": 1, "people": 1, "floor_area_m2": 0,
    "estimated": "flag", "cost_yuan": 0, "unfunded_yuan": 0, "unpriced": 0, "unsurveyed": 0,
    **{f"{source}_yuan": 0 for source in SOURCES},
}  # fmt: skip
# What adds up from year to year.
SUMMED: Mapping[str, int] = {"projects": 0, "estates": 0, "households": 1, "people": 1, "cost_yuan": 0}


def programme_payload(plan: Plan) -> dict[str, Any]:
    """Code the projects and the years.

    Parameters
    ----------
    plan : Plan
        The plan.

    Returns
    -------
    dict
        ``phases``, one row per project, with ``cluster`` (row of ``clusters``); ``phase_of``: per estate the row of its
        project, -1 without one; ``years``, one row per year: ``year``, ``budget_yuan``, and of projects, estates,
        households, people and cost that of the year and ``<name>_by``: of all years so far.
    """
    phases = plan.programme.phases
    members = phases["estate_ids"].str.split(";").explode()
    row_of = pd.Series(members.index, index=members.to_numpy(object))
    return {
        "phases": {
            **table(phases, PHASE_COLUMNS),
            "cluster": rows_of(phases["cluster_id"], index=plan.clusters["cluster_id"]),
        },
        "phase_of": plan.estates["estate_id"].map(row_of).fillna(-1).astype(int).tolist(),
        "years": _years(plan.programme.phase_years),
    }


def _years(years: pd.DataFrame) -> dict[str, Any]:
    rows = years.sort_values("year", kind="stable")
    coded: dict[str, Any] = {"count": len(rows), "year": rows["year"].astype(int).tolist()}
    coded["budget_yuan"] = numbers(rows["budget_yuan"], digits=0)
    for name, digits in SUMMED.items():
        coded[name] = numbers(rows[name], digits=digits)
        coded[f"{name}_by"] = numbers(rows[name].cumsum(), digits=digits)
    return coded
