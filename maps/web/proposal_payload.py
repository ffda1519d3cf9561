"""What the interactive map shows of proposals: where they are, whom they serve, and what is different with them."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from geo.plan import Plan
from maps.web.coding import Kind, layer, numbers, rows_of, table

PROPOSAL_COLUMNS: Mapping[str, Kind] = {
    "proposal_id": "text", "service": "text", "site_name": "text", "site_kind": "text", "owner": "text",
    "from_map": "flag", "together": "flag", "people_served": 1, "estates_served": 0, "gaps_closed": 0,
    "floor_area_m2": 0, "outdoor": "flag", "cost_yuan": 0, "minutes_before": 2, "minutes_after": 2,
    "unreached_before": 0, "next_people": 1, "estimated": "flag",
}  # fmt: skip
SERVED_COLUMNS: Mapping[str, Kind] = {
    "people_lacking": 1, "people_served": 1, "minutes_before": 2, "minutes_after": 2, "closes": "flag",
}  # fmt: skip


def proposal_payload(plan: Plan) -> dict[str, Any]:
    """Code the proposals, the estates they serve, and the states after.

    Parameters
    ----------
    plan : Plan
        The plan.

    Returns
    -------
    dict
        ``proposals`` with ``site`` and ``next`` (rows of ``sites``) and ``phase`` (row of ``phases``), ``served`` with
        ``proposal`` and ``estate`` (rows), and ``after``: see :func:`_after`.
    """
    proposals, served = plan.proposals, plan.proposal_served
    sites = plan.inputs.sites["site_id"]
    phase = proposals["proposal_id"].map(_project_of(plan.programme.costs))
    return {
        "proposals": {
            **layer(proposals, PROPOSAL_COLUMNS, crs=plan.inputs.crs),
            "site": rows_of(proposals["site_id"], index=sites),
            "next": rows_of(proposals["next_site_id"], index=sites),
            "phase": rows_of(phase, index=plan.programme.phases["project_id"]),
        },
        "served": {
            **table(served, SERVED_COLUMNS),
            "proposal": rows_of(served["proposal_id"], index=proposals["proposal_id"]),
            "estate": rows_of(served["estate_id"], index=plan.estates["estate_id"]),
        },
        "after": _after(plan),
    }


def _project_of(costs: pd.DataFrame) -> dict[str, str]:
    known = costs.dropna(subset=["proposal_id", "project_id"]).drop_duplicates("proposal_id")
    return dict(zip(known["proposal_id"], known["project_id"], strict=True))


def _after(plan: Plan) -> list[dict[str, Any]]:
    """List what the state now can be compared with: ``gap`` (rows of ``gaps``), and what is otherwise in these rows.

    With a scenario the gaps are those after it, and what is told is how it was ``before``; with proposals the gaps are
    those now, and what is told is how it would be ``after``.
    """
    found = []
    changes = plan.changes[plan.changes["state_before"].notna()] if plan.scenario else plan.changes.iloc[:0]
    if len(changes):
        before = _side(plan, changes, state="state_before", minutes="minutes_before")
        found.append({"key": "scenario", "name": plan.scenario, "told": "before", **before})
    prospects = plan.prospects[plan.prospects["proposal_id"].notna()]
    if len(prospects):
        after = _side(plan, prospects, state="state_proposed", minutes="walk_minutes_proposed")
        proposal = rows_of(prospects["proposal_id"], index=plan.proposals["proposal_id"])
        found.append({"key": "proposals", "name": "", "told": "after", **after, "proposal": proposal})
    return found


def _side(plan: Plan, rows: pd.DataFrame, *, state: str, minutes: str) -> dict[str, Any]:
    keys = ["estate_id", "service"]
    gaps = pd.MultiIndex.from_frame(plan.gaps[keys].astype(object))
    at = gaps.get_indexer(pd.MultiIndex.from_frame(rows[keys].astype(object)))
    return {
        "gap": at.tolist(),
        "state": [str(value) for value in rows[state]],
        "minutes": numbers(rows[minutes], digits=2),
    }
