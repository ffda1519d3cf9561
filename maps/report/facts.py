"""The figures that the sentences of the chapter name, as they are printed."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from data.inventory import LISTS
from data.words import Words
from geo.plan import Plan
from maps.workbook.cell_words import names_of_services
from maps.workbook.programme_sheets import programme_facts
from maps.workbook.siting_sheets import siting_facts

_WAN = "_wan"
_YEARS = ("first_year", "last_year")
# Digits behind the point.
_AMOUNTS = {
    "parking_estates": 0, "parking_spaces": 0, "spaces_per_household": 2,
    "lift_estates": 0, "units": 0, "lift_units": 0,
    "green_estates": 0, "green_area_m2": 0, "green_m2_per_person": 2,
}  # fmt: skip
Facts = Mapping[str, object]


def chapter_facts(plan: Plan, say: Words) -> Facts:
    """Print the figures of a plan.

    Parameters
    ----------
    plan : Plan
        The results.
    say : Words
        Language of the words.

    Returns
    -------
    mapping of str to object
        Those of ``Plan.summary`` by their keys, with ``<key>_text`` where they are words, and counts and sums of the
        other frames.
    """
    return {
        **_summary(plan, say),
        **_estates(plan, say),
        **_amounts(plan),
        **_network(plan),
        **_settings(plan, say),
        **programme_facts(plan, say),
        **siting_facts(plan, say),
    }


def number(value: float, *, digits: int = 0) -> str:
    """Print a figure with separators between the thousands.

    Parameters
    ----------
    value : float
        The figure.
    digits : int
        Digits behind the point.

    Returns
    -------
    str
        Such as ``25,439``; a dash where the figure is not known.
    """
    return f"{value:,.{digits}f}" if np.isfinite(value) else "—"


def _summary(plan: Plan, say: Words) -> dict[str, object]:
    names, comma = names_of_services(plan, say), say("tables.book.separator")
    facts: dict[str, object] = {}
    for row in plan.summary.itertuples(index=False):
        key, text = str(row.figure), row.text if isinstance(row.text, str) else ""
        facts[key] = f"{row.value:.0f}" if key in _YEARS else number(row.value, digits=2 if key.endswith(_WAN) else 0)
        facts[f"{key}_text"] = comma.join(names.get(one, one) for one in text.split(";"))
    return facts


def _estates(plan: Plan, say: Words) -> dict[str, object]:
    estates = plan.estates
    guessed = estates[estates["estimated"]]
    years = pd.concat([estates["built_year_min"], estates["built_year_max"]]).astype(float)
    methods = sorted(set(guessed["estimate_method"].dropna()))
    return {
        "floor_area": number(estates["floor_area_m2"].sum()),
        "area_unknown": int(estates["floor_area_m2"].isna().sum()),
        "estimated_people": number(guessed["people"].sum()),
        "methods_of_estimates": say("tables.book.separator").join(say(f"terms.estimate.{key}") for key in methods),
        "first": number(years.min()).replace(",", ""),
        "last": number(years.max()).replace(",", ""),
        "known": int(estates["built_year_min"].notna().sum()),
        "unknown_years": int(estates["built_year_min"].isna().sum()),
        "alone": int(estates["cluster_id"].isna().sum()),
        "near_rim": int(estates["near_rim"].sum()),
        "rows": number(len(plan.gaps)),
        **{f"all_{state}": number(int(count)) for state, count in plan.gaps["state"].value_counts().items()},
    }


def _amounts(plan: Plan) -> dict[str, object]:
    """Print the sums of parking, lifts and green space, and of what is known of the lists."""
    whole = plan.amounts[plan.amounts["scale"] == "whole"]
    figures = whole[list(_AMOUNTS)].astype(float).iloc[0].to_dict() if len(whole) else {}
    listed = plan.inventory[plan.inventory["category"].isin(LISTS)]
    return {
        **{str(key): number(value, digits=_AMOUNTS[str(key)]) for key, value in figures.items()},
        "all": number(len(listed)),
        "known_states": number(int((listed["state"] != "unknown").sum())),
    }


def _network(plan: Plan) -> dict[str, object]:
    parts = plan.components
    return {
        "network_km": number(parts["length_m"].sum() / 1000, digits=1),
        "used_km": number(parts.loc[parts["used"].astype(bool), "length_m"].sum() / 1000, digits=1),
        "components": number(len(parts)),
        "facilities": number(len(plan.facilities)),
        "aside": number(len(plan.inputs.facilities_aside)),
    }


def _settings(plan: Plan, say: Words) -> dict[str, object]:
    settings = plan.inputs.project.clusters
    of, floor, ceiling = settings.band
    default = type(settings)()
    source = "band_default" if settings.band == default.band else "band_own"
    return {
        "band": say(f"terms.band.{of}"),
        "floor": number(floor),
        "ceiling": number(ceiling),
        "band_source": say(f"docx.clusters.{source}"),
        "max_street_width_m": f"{settings.max_street_width_m:g}",
        "min_facing_m": f"{settings.min_facing_m:g}",
        "max_walk_minutes": f"{settings.max_walk_minutes:g}",
        "keep_within": say(f"tables.about.keep_{settings.keep_within}"),
    }
