"""Estates that the planner names one by one, by identifier or by exact name."""

import difflib
from collections.abc import Mapping

import pandas as pd

from data.problems import Problem, error
from data.project import Project

_LISTS = ("include", "exclude")


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
