"""Two results side by side."""

from dataclasses import dataclass

import pandas as pd

from data.compared_results import ComparedResult
from data.problems import Problem, warning
from geo.comparing.clusters import compare_clusters
from geo.comparing.estates import cluster_of, join_estates, moved_estates
from geo.comparing.figures import compare_figures
from geo.comparing.gap_changes import change_gaps, compare_services, people_served
from geo.comparing.programme import compare_projects, compare_years, years_of
from geo.comparing.proposals import compare_proposals, sum_proposals
from geo.comparing.settings import compare_inputs, compare_settings


@dataclass(frozen=True)
class Comparison:
    """Hold what differs between two results, and why.

    Parameters
    ----------
    results : tuple of ComparedResult
        Both.
    problems : tuple of Problem
        What to mind: other standards, coordinate systems, versions, names, or nothing in common.
    settings, inputs : DataFrame
        Columns of :func:`compare_settings` and :func:`compare_inputs`.
    figures : DataFrame
        Columns of :func:`compare_figures`.
    services, changes : DataFrame
        Columns of :func:`compare_services` and :func:`change_gaps`.
    estates, clusters, moves : DataFrame
        Columns of :func:`join_estates`, :func:`compare_clusters` and :func:`moved_estates`.
    proposals, proposal_sums : DataFrame
        Columns of :func:`compare_proposals` and :func:`sum_proposals`.
    years, projects : DataFrame
        Columns of :func:`compare_years` and :func:`compare_projects`.
    planned : tuple of tuple of float
        The years that each plans for, none where it gives no years to its projects.
    """

    results: tuple[ComparedResult, ComparedResult]
    problems: tuple[Problem, ...]
    settings: pd.DataFrame
    inputs: pd.DataFrame
    figures: pd.DataFrame
    services: pd.DataFrame
    changes: pd.DataFrame
    estates: pd.DataFrame
    clusters: pd.DataFrame
    moves: pd.DataFrame
    proposals: pd.DataFrame
    proposal_sums: pd.DataFrame
    years: pd.DataFrame
    projects: pd.DataFrame
    planned: tuple[tuple[float, ...], tuple[float, ...]]


def compare_results(a: ComparedResult, *, b: ComparedResult) -> Comparison:
    """Set two results side by side.

    Parameters
    ----------
    a, b : ComparedResult
        The results; changes are those from the first to the second.

    Returns
    -------
    Comparison
        What differs, and why.
    """
    estates = join_estates(a.estates, estates_b=b.estates)
    people = pd.Series(estates["people"].to_numpy(float), estates["estate_id"].to_numpy(object))
    changes = change_gaps(a.gaps, gaps_b=b.gaps, estates=estates)
    served = (people_served(a.gaps, estates=a.estates), people_served(b.gaps, estates=b.estates))
    members = (cluster_of(a.estates), cluster_of(b.estates))
    clusters = compare_clusters((a.clusters, b.clusters), members=members, people=people)
    years_a, years_b = (years_of(one.phases, options=one.manifest["options"]) for one in (a, b))
    settings = compare_settings(a.manifest, manifest_b=b.manifest)
    proposals = (a.proposals, b.proposals)
    return Comparison(
        results=(a, b),
        problems=tuple(_warnings(a, b, settings=settings, estates=estates)),
        settings=settings,
        inputs=compare_inputs(a.manifest.get("inputs") or (), inputs_b=b.manifest.get("inputs") or ()),
        figures=compare_figures((a, b)),
        services=compare_services((a.services, b.services), served=served, changes=changes),
        changes=changes,
        estates=estates,
        clusters=clusters,
        moves=moved_estates(estates, sides=(a.estates, b.estates), matches=clusters),
        proposals=compare_proposals(proposals),
        proposal_sums=sum_proposals(proposals),
        years=compare_years((a.phases, b.phases), planned=(years_a, years_b)),
        projects=compare_projects((a.phases, b.phases), people=people, years=bool(years_a and years_b)),
        planned=(years_a, years_b),
    )


def _warnings(a: ComparedResult, b: ComparedResult, *, settings: pd.DataFrame, estates: pd.DataFrame) -> list[Problem]:
    """Say what keeps figures of two results from meaning the same."""
    told = []
    titles = [one.manifest["standard"]["title"] for one in (a, b)]
    told_keys = set(settings["group"] + "." + settings["key"])
    if "standard.key" in told_keys:
        told.append(warning("compare_standards", value_a=titles[0], value_b=titles[1]))
    elif any(key.startswith("standard.") for key in told_keys):
        told.append(warning("compare_standard_parts", value_a=titles[0]))
    if {"crs.code", "crs.name"} & told_keys:
        names = [(one.manifest.get("crs") or {}).get("name", "") for one in (a, b)]
        told.append(warning("compare_crs", value_a=names[0], value_b=names[1]))
    versions = [one.manifest["versions"]["lianpian"] for one in (a, b)]
    if versions[0] != versions[1]:
        told.append(warning("compare_versions", value_a=versions[0], value_b=versions[1]))
    if (estates["which"] != "both").all() and len(estates):
        told.append(warning("compare_no_common", count_a=len(a.estates), count_b=len(b.estates)))
    renamed = estates[estates["renamed"].astype(bool)]
    if len(renamed):
        first = renamed.iloc[0]
        facts = {"feature": first["estate_id"], "name_a": first["label"], "name_b": first["label_b"]}
        told.append(warning("compare_renamed", count=len(renamed), **facts))
    return told
