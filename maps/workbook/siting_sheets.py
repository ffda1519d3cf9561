"""Sheets of the siting: what closes gaps without building, proposals, whom they serve, and what fits which site."""

import pandas as pd

from data.words import Words
from geo.plan import Plan
from maps.workbook.cell_words import marks, service_names
from maps.workbook.programme_sheets import wan


def alternatives_frame(plan: Plan, say: Words) -> pd.DataFrame:
    """Name the estates, clusters, services and means.

    Parameters
    ----------
    plan : Plan
        The results.
    say : Words
        Language of the words.

    Returns
    -------
    DataFrame
        Columns as ``Plan.alternatives``, with ``label``, ``cluster_name`` and ``means``.
    """
    table = plan.alternatives
    parks = plan.facilities.set_index("facility_id")["name"].dropna()
    return table.assign(
        service=service_names(table["service"], plan, say),
        label=table["estate_id"].map(_labels(plan)),
        cluster_name=table["cluster_id"].map(plan.clusters.set_index("cluster_id")["name"]),
        means=_named(table["means_id"], parks),
    )


def proposals_frame(plan: Plan, say: Words) -> pd.DataFrame:
    """Name the services and the next best sites of the proposals.

    Parameters
    ----------
    plan : Plan
        The results.
    say : Words
        Language of the words.

    Returns
    -------
    DataFrame
        Columns as ``Plan.proposals`` without the geometry, with ``cost_wan`` and ``next_site``.
    """
    table = wan(pd.DataFrame(plan.proposals.drop(columns=plan.proposals.geometry.name)))
    sites = plan.inputs.sites.set_index("site_id")["name"].dropna()
    return table.assign(
        service=service_names(table["service"], plan, say),
        next_site=_named(table["next_site_id"], sites),
        from_map=table["from_map"].map({True: say("tables.programme.check")}).astype(object),
        estimated=marks(table["estimated"].to_numpy(bool), "partly"),
    )


def proposal_served_frame(plan: Plan, say: Words) -> pd.DataFrame:
    """Name the estates and services that proposals serve.

    Parameters
    ----------
    plan : Plan
        The results.
    say : Words
        Language of the words.

    Returns
    -------
    DataFrame
        Columns as ``Plan.proposal_served``, with ``label``.
    """
    table = plan.proposal_served
    return table.assign(service=service_names(table["service"], plan, say), label=table["estate_id"].map(_labels(plan)))


def candidates_frame(plan: Plan, say: Words) -> pd.DataFrame:
    """Name the sites and services of the candidates.

    Parameters
    ----------
    plan : Plan
        The results.
    say : Words
        Language of the words.

    Returns
    -------
    DataFrame
        Columns as ``Plan.candidates``, with ``site_name`` and ``site_kind``.
    """
    table, sites = plan.candidates, plan.inputs.sites.set_index("site_id")
    return table.assign(
        site_name=table["site_id"].map(sites["name"]),
        site_kind=table["site_id"].map(sites["kind"]),
        service=service_names(table["service"], plan, say),
    )


def siting_facts(plan: Plan, say: Words) -> dict[str, object]:
    """Return what the line above the proposals names: how near to the best they are, and what is left to openings.

    Parameters
    ----------
    plan : Plan
        The results.
    say : Words
        Language of the words.

    Returns
    -------
    dict of str to object
        ``bound``.
    """
    whole = plan.siting_figures[plan.siting_figures["service"].isna()]
    left = int(whole["left_to_openings"].sum())
    ahead = say("tables.programme.left_to_openings", count=left) if left else ""
    if whole.empty or not whole["bound"].iloc[0] > 0:
        return {"bound": ahead}
    served, bound, share = whole[["people_served", "bound", "gap_share"]].iloc[0]
    facts = {"served": f"{served:,.0f}", "bound": f"{bound:,.0f}", "share": f"{share:.1%}"}
    return {"bound": ahead + say("tables.programme.bound", **facts)}


def _named(keys: pd.Series, names: pd.Series) -> pd.Series:
    """Return the name of each key, or the key where it has none."""
    found = keys.map(names).astype(object)
    return found.where(found.notna(), keys.astype(object))


def _labels(plan: Plan) -> pd.Series:
    return plan.estates.set_index("estate_id")["label"]
