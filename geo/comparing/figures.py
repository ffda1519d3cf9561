"""The figures that matter most of two results, side by side."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from data.compared_results import ComparedResult
from geo.comparing.programme import years_of
from geo.summary import AtMost, summarise

FIGURE_COLUMNS = ["group", "figure", "a", "b", "change", "text_a", "text_b", "lack_a", "lack_b"]
GROUPS = ("estates", "clusters", "services", "proposals", "programme")
# The summary leaves these out where there are none; figures of packages where there are no packages.
_NONE_WHEN_ABSENT = (
    "estates_year_unknown", "estates_year_straddles", "estates_renovated", "estates_funded_before", "estates_as_set",
    "estates_contents_unknown",
)  # fmt: skip
_CLUSTERS = (
    "clusters", "clusters_bound", "estates_in_clusters", "households_in_clusters", "people_in_clusters",
    "joinable_people",
)  # fmt: skip
_SERVICES = ("services_assessed", "gaps", "estates_with_gap", "worst_gaps", "services_without_data")
Row = tuple[str, float, str, str]


def compare_figures(results: tuple[ComparedResult, ComparedResult]) -> pd.DataFrame:
    """Set the figures of two results side by side.

    Parameters
    ----------
    results : tuple of ComparedResult
        Both.

    Returns
    -------
    DataFrame
        ``FIGURE_COLUMNS``: ``group`` (``GROUPS``), ``figure`` (str key: those of ``Plan.summary``, and those of
        proposals and programme), ``a``, ``b``, ``change`` (float, the second less the first, NaN where either is not
        known), ``text_a``, ``text_b`` (str: services that the figure names), ``lack_a``, ``lack_b`` (str: why a figure
        is not known: ``not_worked_out``, ``no_price``, ``no_years``; empty where it is). A figure that neither result
        has is left out.
    """
    frames = [pd.DataFrame(_figures(one), columns=["figure", "value", "text", "lack"]) for one in results]
    order = [*frames[0]["figure"], *(key for key in frames[1]["figure"] if key not in set(frames[0]["figure"]))]
    table = pd.DataFrame({"figure": pd.Series(order, dtype=object)})
    for own, end in zip((frame.set_index("figure") for frame in frames), ("a", "b"), strict=True):
        own = own.reindex(order)
        none = own["lack"].isna().to_numpy() & np.isin(order, _NONE_WHEN_ABSENT)
        table[end] = np.where(none, 0.0, own["value"].to_numpy(float))
        table[f"text_{end}"] = own["text"].fillna("").to_numpy(object)
        table[f"lack_{end}"] = np.where(none, "", own["lack"].fillna("not_worked_out")).astype(object)
    known = ~((table["lack_a"] == "not_worked_out") & (table["lack_b"] == "not_worked_out"))
    table = table.assign(change=table["b"] - table["a"], group=[_group(key) for key in order])
    rank = table["group"].map({group: at for at, group in enumerate(GROUPS)})
    table = table[known].assign(rank=rank).sort_values("rank", kind="stable", ignore_index=True)
    return table[FIGURE_COLUMNS]


def _group(figure: str) -> str:
    if figure in _CLUSTERS:
        return "clusters"
    if figure in _SERVICES:
        return "services"
    return next((group for group in GROUPS[3:] if figure.startswith(group)), "estates")


def _figures(result: ComparedResult) -> list[Row]:
    estates = result.estates
    packages = pd.DataFrame() if result.packages is None else result.packages
    bound = int(result.cluster_parts["bound"].sum()) + int(result.clusters["fixed"].astype(bool).sum())
    joinable = result.join_curve.loc[result.join_curve["in_use"].astype(bool), "people"].sum(min_count=1)
    summary = summarise(
        estates.assign(eligible=estates["eligible"].astype(bool)),
        clusters=result.clusters,
        packages=packages,
        services=result.services,
        at_most=AtMost(bound, float(joinable)),
        problems=(),
    )
    rows: list[Row] = []
    for figure, value, text in summary[["figure", "value", "text"]].itertuples(index=False):
        if not figure.startswith("problems_"):
            is_known = np.isfinite(value) and not (result.services.empty and figure in _SERVICES[1:])
            rows.append((figure, value if is_known else np.nan, text, "" if is_known else "not_worked_out"))
        if figure == "estates_in_clusters":
            households = estates.loc[estates["cluster_id"].notna(), "households"].sum()
            rows.append(("households_in_clusters", float(households), "", ""))
    return [*rows, *_proposal_figures(result.proposals), *_programme_figures(result)]


def _proposal_figures(proposals: pd.DataFrame | None) -> Iterator[Row]:
    keys = ("proposals", "proposals_people_served", "proposals_gaps_closed", "proposals_cost_yuan")
    if proposals is None:
        yield from ((key, np.nan, "", "not_worked_out") for key in (*keys, "proposals_unpriced"))
        return
    yield keys[0], float(len(proposals)), "", ""
    yield keys[1], float(proposals["people_served"].sum()), "", ""
    yield keys[2], float(proposals["gaps_closed"].sum()), "", ""
    yield from _cost(proposals, keys[3])
    yield "proposals_unpriced", float(proposals["cost_yuan"].isna().sum()), "", ""


def _programme_figures(result: ComparedResult) -> Iterator[Row]:
    phases = result.phases
    keys = ("projects", "projects_cost_yuan", "planned", "planned_households", "planned_cost_yuan", "reserve")
    if phases is None:
        yield from ((f"programme_{key}", np.nan, "", "not_worked_out") for key in keys)
        return
    yield "programme_projects", float(len(phases)), "", ""
    yield from _cost(phases, "programme_projects_cost_yuan")
    if not years_of(phases, options=result.manifest["options"]):
        yield from ((f"programme_{key}", np.nan, "", "no_years") for key in keys[2:])
        return
    planned = phases[phases["year"].notna()]
    yield "programme_planned", float(len(planned)), "", ""
    yield "programme_planned_households", float(planned["households"].sum()), "", ""
    yield from _cost(planned, "programme_planned_cost_yuan")
    yield "programme_reserve", float(len(phases) - len(planned)), "", ""


def _cost(rows: pd.DataFrame, figure: str) -> Iterator[Row]:
    """Sum up what is priced; nothing to do costs nothing, and what has no price costs nobody knows how much."""
    cost = 0.0 if rows.empty else float(rows["cost_yuan"].astype(float).sum(min_count=1))
    yield figure, cost, "", "" if np.isfinite(cost) else "no_price"
