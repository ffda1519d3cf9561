"""Rows of the tables that stand in the chapter alone: counts and sums of columns of the plan."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from data.words import Words
from geo.plan import Plan
from maps.workbook.cell_words import marks

_SUMS = ("households", "people", "floor_area_m2")
_COUNTS = ("gap_count", "borderline_count", "size_unknown_count", "no_data_count", "met_count")
_DECADE = 10


def _subdistricts(plan: Plan, say: Words) -> pd.DataFrame:
    nameless = say("tables.book.unknown")
    return _grouped(plan.estates, by=plan.estates["subdistrict"].fillna(nameless), name="subdistrict")


def _eligibility(plan: Plan, _: Words) -> pd.DataFrame:
    table = _grouped(plan.estates, by=plan.estates["eligibility"], name="eligibility")
    return table.sort_values(["eligible", "estates"], ascending=False, kind="stable").reset_index(drop=True)


def _access(plan: Plan, _: Words) -> pd.DataFrame:
    return _grouped(plan.estates, by=plan.estates["access_kind"], name="access_kind")


def _reasons(plan: Plan, _: Words) -> pd.DataFrame:
    alone = plan.estates[plan.estates["cluster_id"].isna()]
    table = _grouped(alone, by=alone["reason"], name="reason")
    return table.sort_values("estates", ascending=False, kind="stable").reset_index(drop=True)


def _decades(plan: Plan, say: Words) -> pd.DataFrame:
    """Count by the decade of the earliest year; 1980 belongs to the decade that begins with it."""
    first = np.floor(plan.estates["built_year_min"].astype(float) / _DECADE) * _DECADE
    table = _grouped(plan.estates, by=first.fillna(np.inf), name="decade")
    unknown = say("docx.decade.unknown")
    spans = [
        say("docx.decade.some", first=int(year), last=int(year) + _DECADE - 1) if np.isfinite(year) else unknown
        for year in table["decade"]
    ]
    return table.assign(decade=pd.Series(spans, table.index, dtype="str"))


def _grouped(estates: pd.DataFrame, *, by: pd.Series, name: str) -> pd.DataFrame:
    """Count estates, and sum what is known of them; a sum of nothing known is missing."""
    groups = estates.groupby(by, sort=True)
    sums = {column: groups[column].sum(min_count=1) for column in _SUMS}
    counts = {column: groups[column].sum() for column in _COUNTS}
    table = pd.DataFrame({"estates": groups.size(), "eligible": groups["eligible"].sum(), **sums, **counts})
    partly = groups["estimated"].any().to_numpy(bool)
    return table.rename_axis(name).reset_index().assign(estimated=marks(partly, "partly"))


def _documents(plan: Plan, _: Words) -> pd.DataFrame:
    """List the documents whose clauses decide something in this plan, in the order of the standard."""
    standard = plan.inputs.standard
    frames = (plan.gaps, plan.sharing, plan.inventory, plan.pooled)
    cited = {str(clause) for frame in frames for clause in frame["clause"].dropna().unique()}
    cited |= {standard.eligibility.source, *standard.lists.values()}
    cited |= {standard.management.source} if standard.management else set()
    named = [one for one in standard.documents if any(clause.startswith(one.name) for clause in cited)]
    rows = [(one.name, one.title, one.read_in) for one in named]
    return pd.DataFrame(rows, columns=["document", "document_title", "read_in"], dtype="str")


def _problems(plan: Plan, say: Words) -> pd.DataFrame:
    """Count the problems by kind, the gravest first, each with the words of its first."""
    order = ["error", "warning", "note"]
    kinds: dict[tuple[int, str], list[str]] = {}
    for problem in plan.problems:
        kinds.setdefault((order.index(problem.severity), problem.code), []).append(problem.what(say))
    rows = [(order[key[0]], told[0], len(told)) for key, told in sorted(kinds.items())]
    return pd.DataFrame(rows, columns=["severity", "kind", "count"]).astype({"severity": "str", "kind": "str"})


OWN_FRAMES: Mapping[str, Callable[[Plan, Words], pd.DataFrame]] = {
    "subdistricts": _subdistricts,
    "lacking": _subdistricts,
    "eligibility": _eligibility,
    "access": _access,
    "reasons": _reasons,
    "decades": _decades,
    "documents": _documents,
    "problems": _problems,
}
