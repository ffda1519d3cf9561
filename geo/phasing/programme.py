"""The programme of a town: costs and sources, projects and years, and what pays for itself."""

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from data.inputs import Inputs
from data.problems import Problem, warning
from data.project_money import PhasesTable
from data.tables.cells import listed
from geo.phasing.balance import balance
from geo.phasing.calendar import Calendar, assign_years
from geo.phasing.costs import cost_lines
from geo.phasing.funding import FUND_COLUMNS, fund_lines
from geo.phasing.projects import merits, project_of, project_table, readiness, split_lots, urgency

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Programme:
    """Hold the programme.

    Parameters
    ----------
    costs : DataFrame
        One row per line of work: columns of :func:`geo.phasing.costs.cost_lines`, those of
        :func:`geo.phasing.funding.fund_lines`, and ``project_id`` (str, missing for none).
    phases : GeoDataFrame
        One row per project, the earliest first, the reserve last: columns of
        :func:`geo.phasing.projects.project_table`, what speaks for it (``willingness``, ``management``, ``safety``,
        ``need``: float, 0..1, NaN unknown), ``urgency``, ``value`` (float: people by urgency), ``rank`` (float),
        ``status`` (``planned`` or ``reserve``), ``year`` (float, NaN in the reserve), ``why`` (str), ``cost_yuan``
        (float, NaN when nothing of it is priced), ``unpriced``, ``unsurveyed`` (int: lines without a price or
        quantity, and items that nobody surveyed), ``<source>_yuan``, ``unfunded_yuan`` (float).
    phase_years : DataFrame
        One row per year: ``year`` (int), ``budget_yuan``, ``available_yuan``, ``cost_yuan``, ``left_yuan`` (float, NaN
        without a budget), ``projects``, ``estates`` (int), ``buildings``, ``households``, ``people``,
        ``floor_area_m2``, ``<source>_yuan``, ``unfunded_yuan`` (float).
    phase_methods : DataFrame
        How the years were found, one row per method: ``method`` (``greedy``, ``exact``), ``used`` (bool), ``worth``,
        ``bound`` (float), ``projects`` (int), ``cost_yuan`` (float).
    balance : DataFrame
        Columns of :func:`geo.phasing.balance.balance`.
    problems : tuple of Problem
        What is to be told.
    """

    costs: pd.DataFrame
    phases: gpd.GeoDataFrame
    phase_years: pd.DataFrame
    phase_methods: pd.DataFrame
    balance: pd.DataFrame
    problems: tuple[Problem, ...]


def plan_programme(
    inputs: Inputs, *, estates: gpd.GeoDataFrame, clusters: pd.DataFrame, found: Mapping[str, pd.DataFrame]
) -> Programme:
    """Work out costs, sources, projects, years and balances.

    Parameters
    ----------
    inputs : Inputs
        The settings and sites.
    estates : GeoDataFrame
        The estates with clusters.
    clusters : DataFrame
        ``cluster_id``, ``name``.
    found : mapping of str to DataFrame
        ``inventory``, ``funded``, ``priorities``, ``proposals``, ``proposal_served`` as in ``Plan``.

    Returns
    -------
    Programme
        The programme.
    """
    settings = inputs.project
    project = project_of(estates)
    lines = cost_lines(
        found["inventory"],
        estates=estates[estates["estate_id"].map(project).notna().to_numpy()],
        proposals=found["proposals"],
        hosts=hosts_of(found["proposal_served"], project=project),
        standard=inputs.standard,
        settings=settings.costs,
    )
    by_estate = lines.groupby("estate_id")["cost_yuan"].sum(min_count=1)
    calendar = Calendar.of(settings.phases)
    lots = project
    if settings.phases.split and calendar.has_budget:
        lots = split_lots(project, costs=by_estate, most_yuan=calendar.most_yuan)
    table = _projects(estates, clusters, found["priorities"], (project, lots), settings.phases)
    rank = pd.Series(table["rank"].to_numpy(float), table["project_id"])
    owner = lines["estate_id"].map(lots)
    lines = fund_lines(lines, rank=owner.map(rank), funded=found["funded"], settings=settings.funding)
    lines = lines.assign(project_id=owner.astype(object))
    table = table.assign(
        **_sums(lines, table["project_id"]), unsurveyed=_unsurveyed(found["inventory"], lots, table["project_id"])
    )
    phases, years, methods, problems = assign_years(table, estates=estates, lots=lots, calendar=calendar)
    rents = _rents(inputs, estates=estates, lots=lots, proposals=found["proposals"])
    money = balance(lines, project=lines["project_id"], rents=rents, settings=(settings.costs, settings.balance))
    return Programme(lines, phases, years, methods, money, (*problems, *_homeless(lines)))


def _projects(
    estates: gpd.GeoDataFrame,
    clusters: pd.DataFrame,
    priorities: pd.DataFrame,
    members: tuple[pd.Series, pd.Series],
    settings: PhasesTable,
) -> gpd.GeoDataFrame:
    """Sum up each project, and put them in order of what speaks for them."""
    project, lots = members
    parts = merits(estates, priorities=priorities, lots=lots)
    merit = urgency(parts, settings=settings)
    names = pd.Series(clusters["name"].to_numpy(object), clusters["cluster_id"].to_numpy(object), dtype=object)
    table = project_table(estates, project=project, names=names, lots=lots)
    return table.assign(
        **parts.reindex(table["project_id"]).reset_index(drop=True),
        urgency=merit,
        value=table["people"].fillna(0.0) * merit,
        ready=readiness(parts, settings=settings),
        rank=np.argsort(np.argsort(-merit, kind="stable"), kind="stable") + 1.0,
    )


def _homeless(lines: pd.DataFrame) -> tuple[Problem, ...]:
    """Tell of proposals that serve no estate of any project, and so have no year."""
    lost = lines.loc[lines["proposal_id"].notna() & lines["project_id"].isna(), "proposal_id"]
    return (warning("proposal_no_project", value=listed(lost), count=len(lost)),) if len(lost) else ()


def hosts_of(served: pd.DataFrame, *, project: pd.Series) -> dict[str, str]:
    """Return the estate that each proposal is counted with: of those it serves, the one with most people.

    Parameters
    ----------
    served : DataFrame
        Columns as ``Plan.proposal_served``.
    project : Series of str
        Index ``estate_id``, missing for estates of no project.

    Returns
    -------
    dict of str to str
        By proposal; one that serves no estate of a project has none.
    """
    mine = served[served["estate_id"].map(project).notna()]
    best = mine.sort_values(["proposal_id", "people_served", "estate_id"], ascending=[True, False, True], kind="stable")
    return dict(best.drop_duplicates("proposal_id").set_index("proposal_id")["estate_id"])


def _sums(lines: pd.DataFrame, projects: pd.Series) -> dict[str, Floats]:
    """Sum up the lines of each project."""
    groups = lines.groupby("project_id")
    money = groups[["cost_yuan", *FUND_COLUMNS, "unfunded_yuan"]].sum(min_count=1).reindex(projects)
    found = {name: money[name].round(2).to_numpy(float) for name in money}
    unpriced = (lines["why"] != "priced").groupby(lines["project_id"]).sum().reindex(projects).fillna(0)
    return {**found, "unpriced": unpriced.to_numpy(np.int64)}


def _unsurveyed(inventory: pd.DataFrame, lots: pd.Series, projects: pd.Series) -> npt.NDArray[np.int64]:
    """Count the items of each project that nobody surveyed."""
    unknown = inventory[inventory["state"] == "unknown"]
    count = unknown.groupby(unknown["estate_id"].map(lots)).size().reindex(projects).fillna(0)
    total: npt.NDArray[np.int64] = count.to_numpy(np.int64)
    return total


def _rents(inputs: Inputs, *, estates: gpd.GeoDataFrame, lots: pd.Series, proposals: gpd.GeoDataFrame) -> pd.Series:
    """Return by project the yearly rent of the sites beside it, as far as proposals do not use them."""
    sites = inputs.sites[inputs.sites["rent_yuan"].notna() & (inputs.sites["rent_yuan"] > 0)]
    mine = estates[estates["estate_id"].map(lots).notna().to_numpy()]
    if sites.empty or mine.empty:
        return pd.Series(dtype=float)
    tree = shapely.STRtree(mine.geometry.to_numpy())
    within_m = inputs.project.clusters.max_street_width_m
    site, estate = tree.query_nearest(sites.geometry.to_numpy(), max_distance=within_m, all_matches=False)
    used = proposals.groupby("site_id")["floor_area_m2"].sum().reindex(sites["site_id"]).fillna(0.0).to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        left = np.clip(1 - np.nan_to_num(used / sites["area_m2"].to_numpy(float)), 0, 1)
    rent = sites["rent_yuan"].to_numpy(float) * left
    owner = mine["estate_id"].map(lots).to_numpy(object)[estate]
    return pd.Series(rent[site]).groupby(owner).sum()
