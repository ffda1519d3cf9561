"""The programmes of two results side by side: years, and the projects that change theirs."""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd

from geo.comparing.matching import match_groups

YEAR_FIGURES = ["projects", "households", "people", "cost_yuan", "unpriced"]
PROJECT_FIGURES = ["name", "year", "households", "people", "cost_yuan"]


def years_of(phases: pd.DataFrame | None, *, options: Mapping[str, Any]) -> tuple[float, ...]:
    """Return the years that a result plans for, in order; none where no programme is there or no year was set."""
    if phases is None:
        return ()
    told = (options.get("phases") or {}).get("years") or ()
    return tuple(sorted({*map(float, told), *map(float, phases["year"].dropna())}))


def compare_years(
    sides: tuple[pd.DataFrame | None, pd.DataFrame | None], *, planned: tuple[Collection[float], Collection[float]]
) -> pd.DataFrame:
    """Sum up the projects of two results by year.

    Parameters
    ----------
    sides : tuple of DataFrame or None
        ``phases`` of both.
    planned : tuple of collections of float
        The years that each plans for.

    Returns
    -------
    DataFrame
        One row per year of either, then the reserve, then the sum of the years: ``kind`` (``year``, ``reserve``,
        ``planned``), ``year`` (float, NaN in the last two), and with endings ``_a`` and ``_b`` ``projects``,
        ``households``, ``people``, ``cost_yuan`` (float, NaN when nothing of it is priced), ``unpriced`` (float:
        projects without any price); all NaN where a result does not plan for the year. Empty where neither has any.
    """
    years = sorted({*planned[0], *planned[1]})
    kinds = ["year"] * len(years) + ["reserve", "planned"] if years else []
    table = pd.DataFrame({"kind": pd.Series(kinds, dtype=object)})
    table["year"] = np.array([*years, *[np.nan] * (len(kinds) - len(years))], float)
    for side, own, end in zip(sides, planned, ("a", "b"), strict=True):
        sums = pd.DataFrame(np.nan, index=table.index, columns=YEAR_FIGURES)
        if side is not None and own:
            year = side["year"].astype(float)
            parts = [*(year == one for one in years), year.isna(), year.notna()]
            sums = pd.DataFrame([_sums(side[part]) for part in parts], columns=YEAR_FIGURES)
            sums[[one not in own for one in years] + [False, False]] = np.nan
        table = table.assign(**{f"{name}_{end}": sums[name].to_numpy(float) for name in YEAR_FIGURES})
    return table


def compare_projects(
    sides: tuple[pd.DataFrame | None, pd.DataFrame | None], *, people: pd.Series, years: bool
) -> pd.DataFrame:
    """Set the projects of two results side by side, each beside the one that it shares most people with.

    Parameters
    ----------
    sides : tuple of DataFrame or None
        ``phases`` of both.
    people : Series of float
        Index ``estate_id``: people of each estate of either.
    years : bool
        Whether both give years.

    Returns
    -------
    DataFrame
        Columns of :func:`geo.comparing.matching.match_groups`, and with endings ``_a`` and ``_b`` ``name`` (str),
        ``year`` (float, NaN in reserve), ``households``, ``people``, ``cost_yuan`` (float), and ``change``
        (``earlier``, ``later``, ``to_reserve``, ``from_reserve``, ``same``, ``only_a``, ``only_b``; missing where not
        both give years). Empty where either has no projects.
    """
    told = [f"{name}_{end}" for end in ("a", "b") for name in PROJECT_FIGURES]
    a, b = sides
    if a is None or b is None:
        empty = match_groups(_members(None), groups_b=_members(None), people=people)
        return empty.reindex(columns=[*empty.columns, *told, "change"])
    table = match_groups(_members(a), groups_b=_members(b), people=people)
    for side, end in zip((a, b), ("a", "b"), strict=True):
        own = side.set_index("project_id")[PROJECT_FIGURES].reindex(table[f"group_{end}"])
        table[f"name_{end}"] = own["name"].to_numpy(object)
        table = table.assign(**{f"{name}_{end}": own[name].to_numpy(float) for name in PROJECT_FIGURES[1:]})
    return table.assign(change=_changes(table) if years else None)


def _members(phases: pd.DataFrame | None) -> pd.Series:
    """Return the project of each estate; index ``estate_id``."""
    if phases is None:
        return pd.Series(dtype=object)
    rows = phases[["project_id", "estate_ids"]].astype(object).fillna("")
    rows = rows.assign(estate=[listed.split(";") for listed in rows["estate_ids"]]).explode("estate")
    rows = rows[rows["estate"].fillna("") != ""]
    return pd.Series(rows["project_id"].to_numpy(object), rows["estate"].to_numpy(object), dtype=object)


def _sums(own: pd.DataFrame) -> list[float]:
    cost = own["cost_yuan"].astype(float)
    total = 0.0 if own.empty else cost.sum(min_count=1)
    figures = own[["households", "people"]].astype(float).sum().tolist()
    return [float(len(own)), *figures, float(total), float(cost.isna().sum())]


def _changes(table: pd.DataFrame) -> np.ndarray:
    a, b = table["year_a"].to_numpy(float), table["year_b"].to_numpy(float)
    only = table["match"].to_numpy(object)
    cases = {
        "only_a": only == "only_a",
        "only_b": only == "only_b",
        "earlier": b < a,
        "later": b > a,
        "to_reserve": ~np.isnan(a) & np.isnan(b),
        "from_reserve": np.isnan(a) & ~np.isnan(b),
    }
    return np.select(list(cases.values()), list(cases), "same").astype(object)
