"""Which estates may be renovated, by the rule of the standard."""

import geopandas as gpd
import numpy as np

from data.standards.model import Eligibility


def judge_eligibility(
    estates: gpd.GeoDataFrame, *, rule: Eligibility, year: int | None, include_unknown_year: bool
) -> gpd.GeoDataFrame:
    """Judge each estate by its year of completion and by what excludes it.

    Parameters
    ----------
    estates : GeoDataFrame
        With ``built_year_max`` (float, NaN when unknown) and ``excluded`` (str, missing when nothing excludes it).
    rule : Eligibility
        The rule of the standard.
    year : int or None
        Year of the plan, for a rule that counts years of age.
    include_unknown_year : bool
        Whether estates of unknown year take part.

    Returns
    -------
    GeoDataFrame
        The estates with ``eligible`` (bool) and ``eligibility`` (str).

    Notes
    -----
    The latest year of an estate counts: one built in stages until 2005 was not completed by 2000.
    """
    latest = _latest_year(rule, year)
    built = estates["built_year_max"].to_numpy(float)
    known = np.isfinite(built) & np.isfinite(latest)
    excluded = estates["excluded"].where(estates["excluded"].isin(rule.excluded))
    unknown = "year_unknown_included" if include_unknown_year else "year_unknown"
    by_year = np.where(known, np.where(built <= latest, "built_in_time", "built_later"), unknown)
    why = np.where(excluded.notna(), excluded, by_year).astype(object)
    return estates.assign(
        eligibility=why, eligible=np.isin(why.astype(str), ["built_in_time", "year_unknown_included"])
    )


def _latest_year(rule: Eligibility, year: int | None) -> float:
    """Return the latest year of completion that is old enough; NaN when the rule needs a year that is not given."""
    if rule.built_by is not None:
        return float(rule.built_by)
    if rule.min_age_years is not None and year is not None:
        return float(year - rule.min_age_years)
    return float("nan")
