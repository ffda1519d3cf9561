"""What is asked of a town: the services with a binding limit, and how far the facility layers can answer."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from data.standards.model import Service, Standard, Threshold
from data.standards.thresholds import active_thresholds
from geo.judgement.gaps import Question, is_measurable
from geo.walking.walks import Walks, service_profiles, shown_minutes

WALK_METRICS = ("walk_minutes", "walk_m")
STATES = ("met", "borderline", "gap", "size_unknown", "no_data")


def ask(
    standard: Standard,
    *,
    facilities: pd.DataFrame,
    people: float,
    on: date | None,
    use_unverified: bool,
    thin_share: float,
) -> tuple[Question, ...]:
    """List the services that the standard sets a walking limit for.

    Parameters
    ----------
    standard : Standard
        The standard.
    facilities : DataFrame
        ``service``.
    people : float
        People whom the facilities of the data serve; it only tells whether a layer is thin.
    on : date or None
        Day the thresholds must be valid on.
    use_unverified : bool
        Whether unverified figures bind, too.
    thin_share : float
        A layer with less than this share of the places its population lets one expect is too thin; so is an empty one.

    Returns
    -------
    tuple of Question
        In the order of the standard; of several walking limits the strictest counts.
    """
    found = facilities["service"].value_counts()
    questions = []
    for service in standard.services:
        active = active_thresholds(standard, service.key, on=on, use_unverified=use_unverified)
        limits = [(limit_minutes(one, service, standard), one) for one in active if one.metric in WALK_METRICS]
        if service.measure == "walk" and limits:
            minutes, walk = min(limits, key=lambda limit: limit[0])
            sizes = tuple(threshold for threshold in active if is_measurable(threshold))
            count, expected = int(found.get(service.key, 0)), expected_places(service, people)
            thin = count == 0 or count < thin_share * expected
            questions.append(Question(service, walk, sizes, minutes, thin, expected))
    return tuple(questions)


def limit_minutes(walk: Threshold, service: Service, standard: Standard) -> float:
    """Return a walking limit in minutes at the pace of the users of a service."""
    if walk.metric == "walk_minutes":
        return walk.value
    profile = standard.profiles[service.profile]
    return walk.value / profile.metres * profile.minutes


def expected_places(service: Service, people: float) -> float:
    """Return how many places a complete layer would hold at the least; NaN when nothing is expected of the service."""
    return people / service.people_per_place if service.people_per_place else float("nan")


def service_table(
    questions: Sequence[Question],
    *,
    walks: Walks,
    gaps: pd.DataFrame,
    facilities: pd.DataFrame,
    estates: pd.DataFrame,
) -> pd.DataFrame:
    """Sum up each service over the town.

    Parameters
    ----------
    questions : sequence of Question
        The services asked about.
    walks : Walks
        Walks of the town.
    gaps : DataFrame
        Columns as ``Plan.gaps``.
    facilities : DataFrame
        ``service``.
    estates : DataFrame
        ``people``, rows as in the walks.

    Returns
    -------
    DataFrame
        Columns as ``Plan.services``.
    """
    found = facilities["service"].value_counts()
    weight = estates["people"].to_numpy(float)
    states = gaps.groupby(["service", "state"]).size()
    rows = []
    for question in questions:
        key = question.service.key
        near = np.unique(walks.within[key].origin) if key in walks.within else np.zeros(0, np.int64)
        # A share of people reached in a thin layer would pass for a finding.
        sure = ~np.broadcast_to(question.thin, weight.shape)
        within, people = float(np.nansum(weight[near][sure[near]])), float(np.nansum(weight[sure]))
        rows.append(
            {
                "service": key,
                "category": question.service.category,
                "facilities": int(found.get(key, 0)),
                "expected": round(question.expected, 1),
                "thin": bool(np.all(question.thin)),
                **{state: int(states.get((key, state), 0)) for state in STATES},
                "people_within": within if sure.any() else np.nan,
                "people_share": within / people if people else np.nan,
                "limit_minutes": question.limit_minutes,
            }
        )
    columns = [
        "service",
        "category",
        "facilities",
        "expected",
        "thin",
        *STATES,
        "people_within",
        "people_share",
        "limit_minutes",
    ]
    return pd.DataFrame(rows, columns=columns)


def nearest_table(
    walks: Walks, *, further: pd.DataFrame, estate_ids: Sequence[str], facilities: pd.DataFrame, standard: Standard
) -> pd.DataFrame:
    """List the nearest facilities of each service that has any, asked about or not.

    Parameters
    ----------
    walks : Walks
        Walks of the town.
    further : DataFrame
        ``origin``, ``service``, ``rank``, ``target``, ``cost_us``: facilities by nearness, the nearest among them.
    estate_ids : sequence of str
        Estates in the order of the rows of the walks.
    facilities : DataFrame
        ``facility_id``.
    standard : Standard
        Which profile each service is walked with.

    Returns
    -------
    DataFrame
        Columns as ``Plan.nearest``; no row where no facility is reached.
    """
    profile = service_profiles(standard, services=walks.services)
    estate, column = np.nonzero(np.isfinite(walks.cost_us))
    first = pd.DataFrame(
        {"origin": estate, "service": np.asarray(walks.services, object)[column], "rank": 1,
         "target": walks.facility[estate, column], "cost_us": walks.cost_us[estate, column],
         "walk_m": walks.walk_m[estate, column]}
    )  # fmt: skip
    later = further[further["rank"] > 1]
    us_per_m = later["service"].map({key: walks.paces[profile[key]].us_per_mm * 1000 for key in walks.services})
    later = later.assign(walk_m=later["cost_us"] / us_per_m.astype(float))
    rows = pd.concat([first, later], ignore_index=True).sort_values(["origin", "service", "rank"], kind="stable")
    return pd.DataFrame(
        {
            "estate_id": np.asarray(estate_ids, object)[rows["origin"].to_numpy(np.int64)],
            "service": rows["service"].to_numpy(object),
            "rank": rows["rank"].to_numpy(np.int64),
            "walk_minutes": shown_minutes(rows["cost_us"].to_numpy(float)),
            "walk_m": rows["walk_m"].to_numpy(float).round(1),
            "facility_id": facilities["facility_id"].to_numpy(object)[rows["target"].to_numpy(np.int64)],
        }
    )
