"""The figures of a run that matter most."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from data.problems import Problem, count_by_severity

# Yuan, as plans print them.
_WAN = 10_000


@dataclass(frozen=True)
class AtMost:
    """Hold what no proposal of clusters can go beyond.

    Parameters
    ----------
    clusters : int
        Number of clusters.
    joinable_people : float
        People of the estates that could join a cluster at the width of the street in use.
    """

    clusters: int
    joinable_people: float


def summarise(
    estates: pd.DataFrame,
    *,
    clusters: pd.DataFrame,
    packages: pd.DataFrame,
    services: pd.DataFrame,
    at_most: AtMost,
    problems: Iterable[Problem],
) -> pd.DataFrame:
    """Sum up a run.

    Parameters
    ----------
    estates, clusters, packages, services : DataFrame
        Columns as in ``Plan``.
    at_most : AtMost
        The bounds.
    problems : iterable of Problem
        Everything found.

    Returns
    -------
    DataFrame
        Columns as ``Plan.summary``.
    """
    eligible = estates[estates["eligible"]]
    in_clusters = estates["cluster_id"].notna()
    counts = count_by_severity(problems)
    worst = services.sort_values("gap", ascending=False, kind="stable")
    figures: list[tuple[str, float, str]] = [
        ("estates", len(estates), ""),
        ("eligible_estates", len(eligible), ""),
        ("households", estates["households"].sum(), ""),
        ("people", estates["people"].sum(), ""),
        ("estimated_estates", estates["estimated"].sum(), ""),
        ("clusters", len(clusters), ""),
        ("clusters_bound", at_most.clusters, ""),
        ("estates_in_clusters", in_clusters.sum(), ""),
        ("people_in_clusters", estates.loc[in_clusters, "people"].sum(), ""),
        ("eligible_people", eligible["people"].sum(), ""),
        ("joinable_people", at_most.joinable_people, ""),
        *_eligibility_figures(estates),
        *_package_figures(packages),
        ("services_assessed", len(services), ""),
        ("gaps", services["gap"].sum(), ""),
        ("estates_with_gap", (estates["gap_count"] > 0).sum(), ""),
        ("worst_gaps", *((worst["gap"].iloc[0], worst["service"].iloc[0]) if services["gap"].any() else (0, ""))),
        (
            "services_without_data",
            services["thin"].sum(),
            ";".join(services.loc[services["thin"].astype(bool), "service"]),
        ),
        *((f"problems_{severity}", count, "") for severity, count in counts.items()),
    ]
    frame = pd.DataFrame(figures, columns=["figure", "value", "text"])
    return frame.astype({"value": float})


def summarise_programme(proposals: pd.DataFrame, *, phases: pd.DataFrame) -> pd.DataFrame:
    """Sum up what is proposed and planned.

    Parameters
    ----------
    proposals : DataFrame
        Columns as ``Plan.proposals``.
    phases : DataFrame
        Columns as ``Plan.programme.phases``.

    Returns
    -------
    DataFrame
        Columns as ``Plan.summary``; no row of proposals or years where there are none.
    """
    planned = phases[phases["status"] == "planned"]
    figures: list[tuple[str, float, str]] = []
    if len(proposals):
        figures += [
            ("proposals", len(proposals), ""),
            ("proposal_sites", proposals["site_id"].nunique(), ""),
            ("people_proposed", proposals["people_served"].sum(), ""),
        ]
    if len(planned):
        figures += [
            ("planned_projects", len(planned), ""),
            ("planned_households", planned["households"].sum(), ""),
            ("planned_wan", planned["cost_yuan"].sum() / _WAN, ""),
            ("reserve_projects", len(phases) - len(planned), ""),
            ("first_year", planned["year"].min(), ""),
            ("last_year", planned["year"].max(), ""),
        ]
    return pd.DataFrame(figures, columns=["figure", "value", "text"]).astype({"value": float})


def _eligibility_figures(estates: pd.DataFrame) -> list[tuple[str, float, str]]:
    """Count what has to be surveyed and what was renovated before; a figure of none is left out but for the survey."""
    classes, missing = estates["eligibility"], estates["missing"].fillna("").str.split(";")
    counts = {
        "estates_year_unknown": classes.str.startswith("year_unknown").sum(),
        "estates_year_straddles": classes.str.startswith("year_straddles").sum(),
        "estates_renovated": (classes == "renovated").sum(),
        "estates_funded_before": estates["funded_items"].notna().sum(),
        "estates_as_set": classes.isin(["included", "left_out"]).sum() + classes.str.endswith("_as_set").sum(),
        "estates_contents_unknown": missing.map(lambda keys: "contents" in keys).sum(),
    }
    surveyed = ("estates_to_survey", estates["missing"].notna().sum(), "")
    return [surveyed, *((figure, count, "") for figure, count in counts.items() if count)]


def _package_figures(packages: pd.DataFrame) -> list[tuple[str, float, str]]:
    """Count the packages of property management; nothing where the standard has none."""
    if packages.empty:
        return []
    return [
        ("packages", len(packages), ""),
        ("packages_short", (packages["shortfall"] > 0).sum(), ""),
        ("estates_in_packages", packages["estates"].sum(), ""),
        ("packages_floor_area_m2", packages["floor_area_m2"].sum(), ""),
        ("packages_threshold", packages["threshold"].iloc[0], ""),
    ]
