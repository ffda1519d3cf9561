"""What the planner names one by one: estates to include or leave out, layers that are complete or are not."""

import difflib
from collections.abc import Mapping

import pandas as pd

from data.administrative import find_units
from data.problems import Problem, error
from data.project import Project
from data.standards.model import Standard

_LISTS = ("include", "exclude")
_LAYER_LISTS = ("complete", "incomplete")


def chosen_estates(estates: pd.DataFrame, *, wanted: Mapping[str, str]) -> pd.Series:
    """Find the estates that are named.

    Parameters
    ----------
    estates : DataFrame
        ``estate_id``, ``name``.
    wanted : mapping of str to str
        Reason by identifier, or else by a name that only one estate has.

    Returns
    -------
    Series of str
        The reason of each estate that is named, missing for all others; index of ``estates``.
    """
    names = estates["name"].where(~estates["name"].duplicated(keep=False))
    by_name = names.where(~estates["name"].isin(estates["estate_id"]))
    reasons = estates["estate_id"].map(wanted)
    return reasons.where(reasons.notna(), by_name.map(wanted)).astype(object)


def check_choices(estates: pd.DataFrame, *, project: Project) -> tuple[Problem, ...]:
    """Tell of names under ``[eligibility]`` that are those of no estate, or of several.

    Parameters
    ----------
    estates : DataFrame
        ``estate_id``, ``name``.
    project : Project
        The settings.

    Returns
    -------
    tuple of Problem
        One error per name, and per estate that is both included and left out.
    """
    if estates.empty:
        return ()
    ids, names = estates["estate_id"].astype(str).tolist(), estates["name"].dropna().value_counts()
    known = set(ids)
    problems = []
    for key in _LISTS:
        for wanted in getattr(project.eligibility, key):
            place = {"file": project.file_name, "field": f"eligibility.{key}", "value": wanted}
            if wanted in known or names.get(wanted, 0) == 1:
                continue
            if wanted in names:
                several = estates.loc[estates["name"] == wanted, "estate_id"]
                problems.append(error("choice_several", **place, allowed=", ".join(several)))
            else:
                near = difflib.get_close_matches(wanted, [*ids, *sorted(names.index)], n=3)
                problems.append(error("choice_unknown", **place, near=", ".join(near) or "—"))
    chosen = [chosen_estates(estates, wanted=getattr(project.eligibility, key)).notna() for key in _LISTS]
    both = estates.loc[chosen[0] & chosen[1], "estate_id"]
    problems += [
        error("project_in_and_out", file=project.file_name, field="eligibility.include", value=one) for one in both
    ]
    return tuple(problems)


def check_layer_choices(estates: pd.DataFrame, *, standard: Standard, project: Project) -> tuple[Problem, ...]:
    """Tell of layers under ``[gaps]`` that the standard does not have, or of districts that there are not.

    Parameters
    ----------
    estates : DataFrame
        ``district``, ``subdistrict``.
    standard : Standard
        The standard.
    project : Project
        The settings.

    Returns
    -------
    tuple of Problem
        One error per layer, and per layer that is declared to be both.
    """
    if estates.empty:
        return ()
    services = sorted(service.key for service in standard.services if service.measure == "walk")
    units = find_units(estates).names
    problems = []
    for key in _LAYER_LISTS:
        for wanted in getattr(project.gaps, key):
            service, _, unit = wanted.partition("@")
            place = {"file": project.file_name, "field": f"gaps.{key}", "value": wanted}
            if service not in services:
                near = difflib.get_close_matches(service, services, n=3) or services
                problems.append(error("layer_unknown_service", **place, allowed=", ".join(near)))
            elif "@" in wanted and unit not in units:
                problems.append(error("layer_unknown_unit", **place, unit=unit, allowed=", ".join(units) or "—"))
    both = sorted(set(project.gaps.complete) & set(project.gaps.incomplete))
    problems += [error("layer_both", file=project.file_name, field="gaps.complete", value=one) for one in both]
    return tuple(problems)
