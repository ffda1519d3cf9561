"""What is asked of a town: the services with a binding limit, and how far the facility layers can answer."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from data.standards.model import Service, Standard, Threshold
from data.standards.thresholds import active_thresholds
from geo.gaps import Question, is_measurable
from geo.walks import Walks, service_profiles, shown_minutes

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
    metres, minutes = standard.profiles[service.profile]
    return walk.value / metres * minutes


def expected_places(service: Service, people: float) -> float:
    """Return how many places a complete layer would hold at the least; NaN when nothing is expected of the service."""
    return people / service.people_per_place if service.people_per_place else float("nan")


def service_table(
    questions: Sequence[Question], *, gaps: pd.DataFrame, facilities: pd.DataFrame, estates: pd.DataFrame
) -> pd.DataFrame:
    """Sum up each service over the town.

    Parameters
    ----------
    questions : sequence of Question
        The services asked about.
    gaps : DataFrame
        Columns as ``Plan.gaps``.
    facilities : DataFrame
        ``service``.
    estates : DataFrame
        ``estate_id``, ``people``.

    Returns
    -------
    DataFrame
        Columns as ``Plan.services``.
    """
    found = facilities["service"].value_counts()
    people_of = estates.set_index("estate_id")["people"]
    people = people_of.sum()
    rows = []
    for question in questions:
        key = question.service.key
        mine = gaps[gaps["service"] == key]
        near = mine.loc[mine["walk_minutes"] <= question.limit_minutes, "estate_id"]
        # A share of people reached in a thin layer would pass for a finding.
        within = np.nan if question.thin else float(people_of[near].sum())
        counts = mine["state"].value_counts()
        rows.append(
            {
                "service": key,
                "category": question.service.category,
                "facilities": int(found.get(key, 0)),
                "expected": round(question.expected, 1),
                "thin": question.thin,
                **{state: int(counts.get(state, 0)) for state in STATES},
                "people_within": within,
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
    walks: Walks, *, estate_ids: Sequence[str], facilities: pd.DataFrame, standard: Standard
) -> pd.DataFrame:
    """List the nearest facility of each service that has any, asked about or not.

    Parameters
    ----------
    walks : Walks
        Walks of the town.
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
    cost = walks.cost_us[estate, column]
    pace = np.array([walks.paces[profile[service]].us_per_mm for service in walks.services])
    return pd.DataFrame(
        {
            "estate_id": np.asarray(estate_ids, object)[estate],
            "service": np.asarray(walks.services, object)[column],
            "walk_minutes": shown_minutes(cost),
            "walk_m": np.round(cost / 1000 / pace[column], 1) if len(cost) else cost,
            "facility_id": facilities["facility_id"].to_numpy(object)[walks.facility[estate, column]],
        }
    )
