"""Sheet of the figures of the standard: what each asks for, by which clause, and how many estates fall short by it."""

from collections.abc import Iterator

import pandas as pd

from data.standards.model import Service, Threshold
from data.standards.thresholds import active_thresholds
from data.words import Words
from geo.plan import Plan
from maps.workbook.cell_words import service_names

_SIGNS = {"le": "≤", "ge": "≥"}
_OF_FIGURE = ("service", "metric", "threshold", "clause")
_TEXTS = ("service", "category", "metric", "asked", "unit", "clause", "scope", "role", "confidence", "note")


def indicators_frame(plan: Plan, say: Words) -> pd.DataFrame:
    """List the figures of the standard.

    Parameters
    ----------
    plan : Plan
        The results.
    say : Words
        Language of the words.

    Returns
    -------
    DataFrame
        One row per figure: ``service``, ``category``, ``metric``, ``asked`` (str: its sign), ``threshold``, ``unit``,
        ``clause``, ``scope``, ``role``, ``confidence``, ``in_use`` (bool: may raise a gap in this plan),
        ``gap_estates`` (float: estates with a gap by it, NaN where it is not in use), ``note``.
    """
    services = plan.inputs.standard.services
    rows = pd.DataFrame([row for service in services for row in _rows(service, plan)], columns=[*_TEXTS, *_NUMBERS])
    found = plan.gaps[plan.gaps["state"] == "gap"].groupby(list(_OF_FIGURE)).size().rename("found").reset_index()
    counted = rows.merge(found, on=list(_OF_FIGURE), how="left")["found"].fillna(0)
    texts = {name: rows[name].astype("str") for name in _TEXTS}
    made = rows.assign(**texts, gap_estates=counted.where(rows["in_use"].astype(bool)).to_numpy(float))
    return made.assign(service=service_names(made["service"], plan, say))


_NUMBERS = ("threshold", "in_use")


def _rows(service: Service, plan: Plan) -> Iterator[tuple[object, ...]]:
    project = plan.inputs.project
    unverified = project.gaps.use_unverified
    active = active_thresholds(plan.inputs.standard, service.key, on=project.project.date, use_unverified=unverified)
    for one in service.thresholds:
        yield (*_texts(service, one), one.value, one in active)


def _texts(service: Service, one: Threshold) -> tuple[str, ...]:
    about = (service.key, service.category, one.metric, _SIGNS[one.op], one.unit)
    return (*about, one.source, one.scope, one.role, one.confidence, one.note)
