"""Where a plan departs from the rule of the standard on who may be renovated, each told with the planner's reason."""

from collections.abc import Iterator

import pandas as pd

from data.choices import chosen_estates
from data.problems import Problem, note, warning
from data.project import Project
from data.standards.model import Eligibility
from data.words import in_each_language
from geo.judgement.eligibility import rule_as_set

_SHOWN = 5


def tell_departures(estates: pd.DataFrame, *, rule: Eligibility, project: Project) -> tuple[Problem, ...]:
    """Tell of every departure from the rule of the standard, and of what was stated and does not exclude.

    Parameters
    ----------
    estates : DataFrame
        As :func:`geo.judgement.eligibility.judge_eligibility` returns them.
    rule : Eligibility
        The rule of the standard.
    project : Project
        The settings.

    Returns
    -------
    tuple of Problem
        A warning for a year that is set, for each estate that is included or left out by name, for each reason that is
        stated and that the standard does not know, and a note for uncertain years that are taken in.
    """
    return (
        *_year_set(estates, rule, project),
        *_included(estates, rule, project),
        *_left_out(estates, rule, project),
        *_not_barring(estates, rule),
        *_uncertain(estates, project),
    )


def _year_set(estates: pd.DataFrame, rule: Eligibility, project: Project) -> Iterator[Problem]:
    own = rule_as_set(rule, project)
    if (own.built_by, own.min_age_years) == (rule.built_by, rule.min_age_years):
        return
    counts = estates["eligibility"].value_counts()
    yield warning(
        "eligibility_year_set",
        file=project.file_name,
        field="eligibility.built_by" if own.built_by is not None else "eligibility.min_age_years",
        value=own.built_by or own.min_age_years,
        rule=_rule_text(rule),
        own=_rule_text(own),
        clause=rule.source,
        more=counts.get("built_in_time_as_set", 0),
        fewer=counts.get("built_later_as_set", 0),
        basis=project.eligibility.basis or "—",
        leeway=rule.leeway or "—",
    )


def _rule_text(rule: Eligibility) -> dict[str, str]:
    if rule.built_by is not None:
        return _filled("built_by", rule.built_by)
    return _filled("min_age", rule.min_age_years) if rule.min_age_years is not None else _filled("none", "")


def _filled(key: str, value: object) -> dict[str, str]:
    texts = in_each_language(f"terms.age_rule.{key}", default="")
    return {language: text.format(value=value) for language, text in texts.items()}


def _included(estates: pd.DataFrame, rule: Eligibility, project: Project) -> Iterator[Problem]:
    reasons = chosen_estates(estates, wanted=project.eligibility.include)
    for row, reason in reasons.dropna().items():
        estate = estates.loc[row]
        facts = {**_facts(estate, project, "include"), "reason": reason or "—", "clause": rule.source}
        if estate["eligibility"] == "included":
            yield warning("eligibility_included", leeway=rule.leeway or "—", **facts)
        elif estate["eligible"]:
            yield note("eligibility_include_needless", **facts)
        else:
            yield warning("eligibility_include_barred", **facts)


def _left_out(estates: pd.DataFrame, rule: Eligibility, project: Project) -> Iterator[Problem]:
    reasons = chosen_estates(estates, wanted=project.eligibility.exclude)
    for row, reason in reasons.dropna().items():
        facts = {**_facts(estates.loc[row], project, "exclude"), "reason": reason or "—", "clause": rule.source}
        yield warning("eligibility_left_out", **facts)


def _facts(estate: pd.Series, project: Project, key: str) -> dict[str, object]:
    by_standard = in_each_language(f"terms.eligibility.{estate['eligibility_by_standard']}", default="—")
    named = " ".join(str(part) for part in estate[["estate_id", "name"]] if isinstance(part, str))
    return {"file": project.file_name, "feature": named, "field": f"eligibility.{key}", "by_standard": by_standard}


def _not_barring(estates: pd.DataFrame, rule: Eligibility) -> Iterator[Problem]:
    """Tell of reasons that the standard does not name: those of a table do not exclude, those of a layer do."""
    keys = estates["excluded"].dropna().str.split(";").explode()
    drawn = estates["excluded_by"].notna()
    first = ~keys.index.duplicated()
    for key in dict.fromkeys(key for key in keys if key not in rule.excluded):
        rows = (keys == key).to_numpy()
        by_layer = rows & first & drawn.reindex(keys.index).to_numpy(bool)
        for code, index in (
            ("exclusion_unnamed", keys.index[by_layer]),
            ("excluded_not_named", keys.index[rows & ~by_layer]),
        ):
            if len(index):
                yield warning(
                    code,
                    feature=_listed(estates.loc[index, "estate_id"]),
                    value=len(index),
                    reason=in_each_language(f"terms.exclusion.{key}", default=key),
                    clause=rule.source,
                )


def _listed(identifiers: pd.Series) -> str:
    shown = ", ".join(identifiers.iloc[:_SHOWN].astype(str))
    return shown if len(identifiers) <= _SHOWN else f"{shown} …"


def _uncertain(estates: pd.DataFrame, project: Project) -> Iterator[Problem]:
    counts = estates["eligibility"].value_counts()
    for key in ("year_unknown", "year_straddles"):
        if counts.get(f"{key}_included", 0):
            yield note(f"eligibility_{key}_included", file=project.file_name, value=counts[f"{key}_included"])
