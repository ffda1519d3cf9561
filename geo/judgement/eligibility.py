"""Which estates may be renovated: by the rule of the standard, and where the planner departs from it."""

from collections.abc import Mapping
from dataclasses import replace

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from data.choices import chosen_estates
from data.project import Project
from data.standards.model import Eligibility

Floats = npt.NDArray[np.float64]
Texts = npt.NDArray[np.object_]
# What makes an estate take part; every other class does not.
TAKES_PART = ("built_in_time", "built_in_time_as_set", "year_unknown_included", "year_straddles_included", "included")


def judge_eligibility(estates: gpd.GeoDataFrame, *, rule: Eligibility, project: Project) -> gpd.GeoDataFrame:
    """Judge each estate by its years of completion, by what excludes it, and by what the planner decided.

    Parameters
    ----------
    estates : GeoDataFrame
        With ``estate_id``, ``name``, ``built_year_min``, ``built_year_max`` (float, NaN when unknown), ``excluded``
        (str, keys joined by ``;``), ``excluded_by`` and ``renovation`` (str, missing when nothing is known).
    rule : Eligibility
        The rule of the standard.
    project : Project
        The settings, with the year of the plan for a rule that counts years of age.

    Returns
    -------
    GeoDataFrame
        The estates with ``eligible`` (bool), ``eligibility`` (str), ``eligibility_by_standard`` (str: the class before
        the planner's decisions) and ``eligibility_note`` (str: the planner's own reason, or the layer that excludes the
        estate and which share of it; missing for most).

    Notes
    -----
    Both ends of the years of an estate count: it was built in time when the last one lies within the limit, and later
    when the first one lies beyond; with one on either side it is a class of its own, because neither is certain. What
    the standard excludes stays out whatever the planner includes; an estate where everything is renovated already has
    nothing left to renovate.
    """
    decided, year = project.eligibility, project.project.date.year if project.project.date else None
    by_standard = _by_year(estates, _latest_year(rule, year))
    by_setting = _by_year(estates, _latest_year(rule_as_set(rule, project), year))
    barred = _barred(estates, rule)
    renovated = (estates["renovation"] == "whole").to_numpy(bool)
    included, left_out = (chosen_estates(estates, wanted=wanted) for wanted in (decided.include, decided.exclude))
    by_year = _with_uncertain(
        _marked(by_setting, by_standard),
        unknown=project.includes_unknown_year,
        straddling=decided.include_straddling_year,
    )
    named = included.notna().to_numpy(bool)
    cases = {
        "left_out": left_out.notna().to_numpy(bool),
        "included": named & (renovated | ~np.isin(by_year.astype(str), TAKES_PART)),
        "renovated": renovated,
    }
    decision = np.select(list(cases.values()), list(cases), by_year.astype(str))
    why = np.where(barred != "", barred, decision).astype(object)
    own = np.where(barred != "", barred, np.where(renovated, "renovated", by_standard)).astype(object)
    return estates.assign(
        eligible=np.isin(why.astype(str), TAKES_PART),
        eligibility=why,
        eligibility_by_standard=own,
        eligibility_note=_notes(
            estates, why, barred != "", {"included": included, "left_out": left_out}, decided.basis
        ),
    )


def rule_as_set(rule: Eligibility, project: Project) -> Eligibility:
    """Return the rule with the year that the project sets in place of that of the standard.

    Parameters
    ----------
    rule : Eligibility
        The rule of the standard.
    project : Project
        The settings.

    Returns
    -------
    Eligibility
        The rule itself where nothing is set.
    """
    own = project.eligibility
    if own.built_by is None and own.min_age_years is None:
        return rule
    return replace(rule, built_by=own.built_by, min_age_years=own.min_age_years)


def _latest_year(rule: Eligibility, year: int | None) -> float:
    """Return the latest year of completion that is old enough; NaN when the rule needs a year that is not given."""
    if rule.built_by is not None:
        return float(rule.built_by)
    if rule.min_age_years is not None and year is not None:
        return float(year - rule.min_age_years)
    return float("nan")


def _by_year(estates: pd.DataFrame, latest: float) -> Texts:
    """Class each estate by its years; comparisons with NaN are false."""
    first, last = (estates[f"built_year_{end}"].to_numpy(float) for end in ("min", "max"))
    unknown = (np.isnan(first) & np.isnan(last)) | np.isnan(latest)
    cases = [unknown, last <= latest, first > latest]
    return np.select(cases, ["year_unknown", "built_in_time", "built_later"], default="year_straddles").astype(object)


def _marked(by_setting: Texts, by_standard: Texts) -> Texts:
    """Mark the classes that rest on a year that the planner set."""
    moved = (by_setting != by_standard) & np.isin(by_setting.astype(str), ["built_in_time", "built_later"])
    return np.where(moved, by_setting + "_as_set", by_setting).astype(object)


def _with_uncertain(classes: Texts, *, unknown: bool, straddling: bool) -> Texts:
    taken = {"year_unknown": unknown, "year_straddles": straddling}
    names = {key: f"{key}_included" for key, is_taken in taken.items() if is_taken}
    return np.array([names.get(one, one) for one in classes], dtype=object)


def _barred(estates: pd.DataFrame, rule: Eligibility) -> Texts:
    """Return what excludes each estate, empty for most: a reason of the standard, or the first one of a layer."""
    stated = [tuple(text.split(";")) if isinstance(text, str) else () for text in estates["excluded"]]
    by_layer = estates["excluded_by"].notna()
    return np.array(
        [
            next((key for key in keys if key in rule.excluded), keys[0] if keys and drawn else "")
            for keys, drawn in zip(stated, by_layer, strict=True)
        ],
        dtype=object,
    )


def _notes(
    estates: pd.DataFrame, why: Texts, barred: npt.NDArray[np.bool_], chosen: Mapping[str, pd.Series], basis: str
) -> pd.Series:
    """Return the planner's own words where a decision of theirs counts, and the layer where one does."""
    classes = pd.Series(why, estates.index)
    notes = pd.Series(None, estates.index, dtype=object)
    for key, reasons in chosen.items():
        notes = notes.mask(classes == key, reasons)
    notes = notes.mask(classes.str.endswith("_as_set"), basis).mask(barred, estates["excluded_by"])
    return notes.where(notes.notna() & (notes != ""), None).astype(object)
