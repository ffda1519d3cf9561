"""Figures of the town and its parts as they are printed: coverage, sharing, equity, completeness, the order of need."""

import pandas as pd

from data.words import Words
from geo.judgement.priorities import PARTS
from geo.plan import Plan
from maps.workbook.cell_words import marks, named_units, service_names


def scaled_frame(frame: pd.DataFrame, *, plan: Plan, say: Words) -> pd.DataFrame:
    """Name the whole and the services, and mark what rests on estimates.

    Parameters
    ----------
    frame : DataFrame
        ``scale``, ``unit``, ``service``, ``estimated`` among its columns.
    plan : Plan
        The results.
    say : Words
        Language of the words.

    Returns
    -------
    DataFrame
        The same rows with words.
    """
    return named_units(frame, say).assign(service=service_names(frame["service"], plan, say))


def completeness_frame(plan: Plan, say: Words) -> pd.DataFrame:
    """Name the whole and the services that the completeness of data is told of.

    Parameters
    ----------
    plan : Plan
        The results.
    say : Words
        Language of the words.

    Returns
    -------
    DataFrame
        Columns as ``Plan.completeness``, with words.
    """
    table = plan.completeness
    return table.assign(
        unit=table["unit"].fillna(say("terms.trust.whole")), service=service_names(table["service"], plan, say)
    )


def priorities_frame(plan: Plan, _: Words) -> pd.DataFrame:
    """Set the names and places of the estates beside their ranks.

    Parameters
    ----------
    plan : Plan
        The results.

    Returns
    -------
    DataFrame
        Columns as ``Plan.priorities`` with ``label``, ``subdistrict``, ``cluster_id``; what rests on estimates marked.
    """
    of_estate = plan.estates.set_index("estate_id")[["label", "subdistrict", "cluster_id"]]
    table = plan.priorities.join(of_estate, on="estate_id")
    return table.assign(estimated=marks(table["estimated"].to_numpy(bool), "estimated"))


def priority_facts(plan: Plan, say: Words) -> dict[str, object]:
    """Return what the line above the ranks names: the weights and the full age.

    Parameters
    ----------
    plan : Plan
        The results.
    say : Words
        Language of the words.

    Returns
    -------
    dict of str to object
        ``weights``, ``years``; empty where the standard does not say how need is scored.
    """
    rule = plan.inputs.standard.priority
    if rule is None:
        return {}
    weights = (f"{say(f'tables.priority_part.{part}')} {rule.weights[part]:g}" for part in PARTS if rule.weights[part])
    return {"weights": say("tables.book.separator").join(weights), "years": f"{rule.full_age_years:g}"}
