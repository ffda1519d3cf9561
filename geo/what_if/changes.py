"""What a scenario changes: walks and states before and after, and who gains or loses by it."""

import numpy as np
import pandas as pd

from geo.plan import Plan

# Minutes are shown to two decimals; less than half of the last is no change.
LEAST_MINUTES = 0.005
CHANGE_COLUMNS = (
    "estate_id",
    "service",
    "minutes_before",
    "minutes_after",
    "facility_before",
    "facility_after",
    "state_before",
    "state_after",
)
_CLOSED = ("met", "borderline")
_NEAR = (*_CLOSED, "size_unknown")


def compare_plans(before: Plan, after: Plan) -> pd.DataFrame:
    """List the walks and states that differ between two plans.

    Parameters
    ----------
    before, after : Plan
        The plans; of the same estates.

    Returns
    -------
    DataFrame
        Columns as ``Plan.changes``, one row per estate and service whose state or nearest facility differs, or whose
        walk differs by more than 0.005 min, in the order of their identifiers. Minutes are NaN and facilities missing
        where none is reached; states are missing where the service is not assessed.
    """
    key = ["estate_id", "service"]
    both = _walks(before).merge(_walks(after), on=key, how="outer", suffixes=("_before", "_after"))
    minutes = (both["minutes_before"] - both["minutes_after"]).abs() > LEAST_MINUTES
    reached = both["minutes_before"].isna() != both["minutes_after"].isna()
    changed = minutes | reached | _differ(both, "facility") | _differ(both, "state")
    return both.loc[changed, list(CHANGE_COLUMNS)].sort_values(key, ignore_index=True)


def _walks(plan: Plan) -> pd.DataFrame:
    """Return walk, facility and state per estate and service, those that are not assessed without a state."""
    nearest = plan.nearest[plan.nearest["rank"] == 1] if "rank" in plan.nearest else plan.nearest
    columns = ["estate_id", "service", "walk_minutes", "facility_id", "state"]
    rows = pd.concat([plan.gaps[columns], nearest.assign(state=None)[columns]], ignore_index=True)
    rows = rows.drop_duplicates(["estate_id", "service"])
    texts = rows.astype(dict.fromkeys(["estate_id", "service", "facility_id", "state"], object))
    return texts.rename(columns={"walk_minutes": "minutes", "facility_id": "facility"})


def _differ(both: pd.DataFrame, name: str) -> pd.Series:
    before, after = (both[f"{name}_{side}"] for side in ("before", "after"))
    return (before != after) & ~(before.isna() & after.isna())


def sum_up_changes(changes: pd.DataFrame, *, estates: pd.DataFrame) -> pd.DataFrame:
    """Sum up who gains and who loses, by service.

    Parameters
    ----------
    changes : DataFrame
        As :func:`compare_plans` gives them.
    estates : DataFrame
        ``estate_id``, ``people``.

    Returns
    -------
    DataFrame
        One row per service with a change, in the order of their keys: ``service``, ``people_gaining``,
        ``people_losing`` (float: people whose walk gets shorter or longer; who reaches a facility at last gains, who
        reaches none any more loses), ``person_minutes_saved`` (float: of those who reach one before and after;
        negative when more is lost than gained), ``gaps_closed``, ``gaps_opened`` (int: estates whose state turns from
        ``gap`` to ``met`` or ``borderline``, and those whose state turns from one of these, or ``size_unknown``, to
        ``gap``).
    """
    people = changes["estate_id"].map(estates.set_index("estate_id")["people"]).to_numpy(float)
    before, after = (changes[f"minutes_{side}"].to_numpy(float) for side in ("before", "after"))
    saved = np.nan_to_num(before, nan=np.inf) > np.nan_to_num(after, nan=np.inf) + LEAST_MINUTES
    lost = np.nan_to_num(after, nan=np.inf) > np.nan_to_num(before, nan=np.inf) + LEAST_MINUTES
    rows = pd.DataFrame(
        {
            "service": changes["service"].astype(object),
            "people_gaining": np.where(saved, people, 0.0),
            "people_losing": np.where(lost, people, 0.0),
            "person_minutes_saved": np.nan_to_num((before - after) * people),
            "gaps_closed": (changes["state_before"] == "gap") & changes["state_after"].isin(_CLOSED),
            "gaps_opened": changes["state_before"].isin(_NEAR) & (changes["state_after"] == "gap"),
        }
    )
    whole = {"gaps_closed": np.int64, "gaps_opened": np.int64}
    return rows.groupby("service", as_index=False).sum().astype(whole)
