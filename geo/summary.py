"""The figures of a run that matter most."""

from collections.abc import Iterable

import pandas as pd

from data.problems import Problem, count_by_severity


def summarise(
    estates: pd.DataFrame,
    *,
    clusters: pd.DataFrame,
    services: pd.DataFrame,
    bound: int,
    joinable: float,
    problems: Iterable[Problem],
) -> pd.DataFrame:
    """Sum up a run.

    Parameters
    ----------
    estates, clusters, services : DataFrame
        Columns as in ``Plan``.
    bound : int
        No more clusters than this are possible.
    joinable : float
        People of the estates that could join a cluster at the width of the street in use.
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
        ("clusters_bound", bound, ""),
        ("estates_in_clusters", in_clusters.sum(), ""),
        ("people_in_clusters", estates.loc[in_clusters, "people"].sum(), ""),
        ("eligible_people", eligible["people"].sum(), ""),
        ("joinable_people", joinable, ""),
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
