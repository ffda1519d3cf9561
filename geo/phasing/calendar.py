"""The years of a plan: the money of each, which project goes where, and what is left for the reserve."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from data.problems import Problem, note, warning
from data.project_money import PhasesTable
from geo.phasing.funding import FUND_COLUMNS
from geo.phasing.schedule import RESERVE, ROUNDING, Agenda, Schedule, schedule_exactly, schedule_greedily, spread_evenly

Floats = npt.NDArray[np.float64]

_SUMS = ("estates", "buildings", "households", "people", "floor_area_m2", "cost_yuan", *FUND_COLUMNS, "unfunded_yuan")


@dataclass(frozen=True)
class Calendar:
    """Hold the years and what may be spent in them.

    Parameters
    ----------
    settings : PhasesTable
        As the project sets them.
    years : array of int
        The years.
    budgets : array of float
        Money of each; empty without a budget.
    """

    settings: PhasesTable
    years: npt.NDArray[np.int64]
    budgets: Floats

    @classmethod
    def of(cls, settings: PhasesTable) -> "Calendar":
        """Read the years and budgets of the settings; one budget is that of every year."""
        years = np.array(settings.years, np.int64)
        given = np.array(settings.budget_yuan, float)
        budgets = np.repeat(given, len(years)) if len(given) == 1 else given
        return cls(settings, years, budgets)

    @property
    def has_budget(self) -> bool:
        """Whether money is limited."""
        return len(self.budgets) > 0

    @property
    def most_yuan(self) -> float:
        """Return the most that one year has of its own."""
        return float(self.budgets.max(initial=0.0))


def assign_years(
    projects: gpd.GeoDataFrame, *, estates: pd.DataFrame, lots: pd.Series, calendar: Calendar
) -> tuple[gpd.GeoDataFrame, pd.DataFrame, pd.DataFrame, tuple[Problem, ...]]:
    """Give every project a year, or leave it in the reserve.

    Parameters
    ----------
    projects : GeoDataFrame
        ``project_id``, ``value``, ``cost_yuan``, ``households``, ``ready``, ``urgency`` and the sums of each.
    estates : DataFrame
        ``estate_id``, ``pipe_year``, ``road_year``.
    lots : Series of str
        Index ``estate_id``: the project.
    calendar : Calendar
        The years and their money.

    Returns
    -------
    tuple of GeoDataFrame, DataFrame, DataFrame and tuple of Problem
        ``phases``, ``phase_years`` and ``phase_methods`` as in :class:`geo.phasing.programme.Programme`.
    """
    wished, problems = _wished(projects, estates, lots, calendar)
    measure = projects["cost_yuan"] if calendar.has_budget else projects["households"].fillna(0.0)
    unpriced = measure.isna().to_numpy() if calendar.has_budget else np.zeros(len(projects), bool)
    ready = (projects["ready"] == "ready").to_numpy() & ~unpriced
    budgets = calendar.budgets if calendar.has_budget else np.full(len(calendar.years), np.inf)
    agenda = Agenda(
        projects["value"].to_numpy(float),
        measure.fillna(0.0).to_numpy(float),
        ready & bool(len(calendar.years)),
        wished,
        budgets,
        calendar.settings.carry_over,
    )
    chosen, methods = _scheduled(agenda, projects["cost_yuan"].fillna(0.0).to_numpy(float), calendar)
    phases = _phases(projects, chosen, agenda, calendar, unpriced)
    return phases, _year_table(phases, calendar), methods, problems


def _wished(
    projects: pd.DataFrame, estates: pd.DataFrame, lots: pd.Series, calendar: Calendar
) -> tuple[npt.NDArray[np.int64], tuple[Problem, ...]]:
    """Return the year that each project must be done in: by the settings, or that of its pipes and roads."""
    row = {int(year): place for place, year in enumerate(calendar.years)}
    ids = set(projects["project_id"])
    problems = [
        warning("phase_fixed_unknown", field="phases.fixed", value=name)
        for name in calendar.settings.fixed
        if name not in ids
    ]
    works, told = _work_years(estates, lots)
    years = works.reindex(projects["project_id"])
    outside = years[years.notna() & ~years.isin(list(row))]
    if len(outside) and row:
        names = "、".join(f"{name} ({year:.0f})" for name, year in outside.items())
        told.append(note("phase_works_outside", value=names, count=len(outside)))
    fixed = [
        row.get(int(calendar.settings.fixed.get(name, year if np.isfinite(year) else -1)), RESERVE)
        for name, year in years.items()
    ]
    return np.array(fixed, np.int64).reshape(-1), (*problems, *told)


def _work_years(estates: pd.DataFrame, lots: pd.Series) -> tuple[pd.Series, list[Problem]]:
    """Return by project the year in which pipes and roads are dug up, once for both."""
    pipe, road = (estates[name].to_numpy(float) for name in ("pipe_year", "road_year"))
    owner = estates["estate_id"].map(lots).to_numpy(object)
    told: list[Problem] = []
    apart = np.isfinite(pipe) & np.isfinite(road) & (pipe != road)
    if apart.any():
        names = "、".join(estates["estate_id"].astype(str)[apart])
        told.append(warning("phase_dug_twice", value=names, count=int(apart.sum())))
    # The road is laid last: both are done when the later of them is planned.
    year = pd.Series(np.fmax(pipe, road))
    groups = year.groupby(owner)
    several = groups.nunique() > 1
    if several.any():
        names = "、".join(map(str, several.index[several]))
        told.append(warning("phase_works_differ", value=names, count=int(several.sum())))
    return groups.min(), told


def _scheduled(agenda: Agenda, cost_yuan: Floats, calendar: Calendar) -> tuple[Schedule, pd.DataFrame]:
    """Schedule by every method there is, and take the best."""
    if not len(calendar.years):
        tried: dict[str, Schedule | None] = {"none": Schedule(np.full(len(cost_yuan), RESERVE, np.int64), 0.0)}
    elif not calendar.has_budget:
        tried = {"even": spread_evenly(agenda)}
    else:
        tried = {"greedy": schedule_greedily(agenda), "exact": schedule_exactly(agenda)}
    found = {name: one for name, one in tried.items() if one is not None}
    best = max(found, key=lambda name: found[name].worth)
    rows = [
        (name, name == best, one.worth, one.bound, (one.year != RESERVE).sum(), cost_yuan[one.year != RESERVE].sum())
        for name, one in found.items()
        if name != "none"
    ]
    columns = ["method", "used", "worth", "bound", "projects", "cost_yuan"]
    table = pd.DataFrame(rows, columns=columns)
    return found[best], table.astype({"used": bool, "worth": float, "bound": float, "projects": np.int64}).round(2)


def _phases(
    projects: gpd.GeoDataFrame, chosen: Schedule, agenda: Agenda, calendar: Calendar, unpriced: npt.NDArray[np.bool_]
) -> gpd.GeoDataFrame:
    """Tell of each project its year, and why."""
    planned = chosen.year != RESERVE
    year = np.full(len(projects), np.nan)
    year[planned] = calendar.years[chosen.year[planned]]
    most = np.cumsum(agenda.budgets).max(initial=0.0) if agenda.carry_over else agenda.budgets.max(initial=0.0)
    ready, no_years = projects["ready"].to_numpy(object), not len(calendar.years)
    reasons: dict[str, npt.NDArray[np.bool_]] = {
        "fixed": planned & (agenda.fixed != RESERVE),
        "by_benefit": planned,
        "no_years": np.full(len(projects), no_years),
        "not_ready": ready != "ready",
        "no_price": unpriced & (projects["unpriced"] > 0).to_numpy(),
        "unsurveyed": unpriced & (projects["unsurveyed"] > 0).to_numpy(),
        "nothing_to_do": unpriced,
        "over_budget": agenda.cost > most + ROUNDING,
    }
    why = np.select(list(reasons.values()), list(reasons), "money_spent").astype(object)
    why = np.where(why == "not_ready", ready, why)
    table = projects.drop(columns="ready").assign(
        year=year, status=np.where(planned, "planned", "reserve").astype(object), why=why
    )
    return table.sort_values(["year", "rank", "project_id"], na_position="last", kind="stable", ignore_index=True)


def _year_table(phases: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    """Sum up each year, with the money that it had."""
    planned = phases[phases["status"] == "planned"]
    sums = planned.groupby("year")[list(_SUMS)].sum(min_count=1).reindex(calendar.years.astype(float))
    counts = planned.groupby("year").size().reindex(calendar.years.astype(float)).fillna(0)
    table = sums.fillna(0.0).reset_index(drop=True)
    cost = table["cost_yuan"].to_numpy(float)
    budget = calendar.budgets if calendar.has_budget else np.full(len(cost), np.nan)
    spent_before = np.concatenate([[0.0], np.cumsum(cost)[:-1]]) if len(cost) else cost
    carried = np.cumsum(budget) - budget - spent_before if calendar.settings.carry_over else np.zeros(len(cost))
    table.insert(0, "year", calendar.years)
    table.insert(1, "projects", counts.to_numpy(np.int64))
    return table.assign(
        estates=table["estates"].astype(np.int64),
        budget_yuan=budget,
        available_yuan=np.round(budget + carried, 2),
        left_yuan=np.round(budget + carried - cost, 2),
    )
