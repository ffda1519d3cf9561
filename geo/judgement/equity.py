"""How evenly services are spread over households: Lorenz curves and Gini coefficients."""

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.judgement.gaps import Question
from geo.judgement.scales import scale_units
from geo.walking.walks import US_PER_MINUTE, Walks

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

# Points of the Lorenz curve that a table shows.
TENTHS = np.arange(1, 10) / 10
GROUPS = ("households", "elderly")
COLUMNS = [
    "scale", "unit", "of", "service", "category", "measure", "estates", "left_out", "weight", "mean", "gini",
    "gini_before", "gini_proposed", "mean_proposed", *(f"lorenz_{round(share * 100)}" for share in TENTHS), "estimated",
]  # fmt: skip


def gini(value: Floats, *, weight: Floats) -> float:
    """Return the Gini coefficient of a figure over weighted members.

    Parameters
    ----------
    value : array of float, shape (n,)
        The figure of each member, at least 0.
    weight : array of float, shape (n,)
        How many each member stands for, at least 0.

    Returns
    -------
    float
        0 where all have the same, towards 1 where one has everything; NaN without weight or where nobody has anything.

    Notes
    -----
    Half the mean absolute difference of every two, by the mean (Gini 1912), worked out as one less twice the area below
    the Lorenz curve, whose corners are joined by straight lines (Lorenz 1905).
    """
    people, share = lorenz(value, weight=weight)
    return float(1 - np.sum(np.diff(people) * (share[1:] + share[:-1]))) if len(people) else float("nan")


def lorenz(value: Floats, *, weight: Floats) -> tuple[Floats, Floats]:
    """Return the corners of a Lorenz curve.

    Parameters
    ----------
    value, weight : array of float, shape (n,)
        As for :func:`gini`.

    Returns
    -------
    people, share : array of float
        Cumulative share of the weight, those who have least first, and of the figure; both begin with 0 and end with
        1, and are empty without weight or where nobody has anything.
    """
    order = np.argsort(value, kind="stable")
    people, total = np.cumsum(weight[order]), np.cumsum(weight[order] * value[order])
    if not len(value) or not total[-1] > 0:
        return np.zeros(0), np.zeros(0)
    return np.append(0.0, people / people[-1]), np.append(0.0, total / total[-1])


def equity(
    questions: Sequence[Question], *, walks: Walks, estates: pd.DataFrame, opportunities: pd.DataFrame
) -> pd.DataFrame:
    """Tell how evenly the minutes to each service, and its capacity, are spread.

    Parameters
    ----------
    questions : sequence of Question
        The services that are assessed.
    walks : Walks
        Walks of the town.
    estates : DataFrame
        ``estate_id``, the places of :func:`geo.judgement.scales.scale_units`, ``households``, ``elderly`` (float, NaN
        when unknown), ``access_kind``, ``estimated``; rows as in the walks.
    opportunities : DataFrame
        ``estate_id``, ``service``, ``per_1000``: capacity for 1,000 people, NaN where none is known.

    Returns
    -------
    DataFrame
        Columns as ``Plan.equity``: for the whole and by subdistrict over households, and for the whole over the
        elderly. An estate that reaches no facility has no minutes and is left out of those, as is one whose layer is
        too thin; both are counted.
    """
    figures = {
        "walk_minutes": _minutes(questions, walks, len(estates)),
        "per_1000": _capacity(questions, opportunities, estates),
    }
    sure = _sure(questions, estates)
    rows = [
        row
        for scale, unit, of, inside in _members(estates)
        for column, question in enumerate(questions)
        for measure, table in figures.items()
        for row in _row((scale, unit, of, question, measure), table[:, column], (inside, sure[:, column]), estates)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def with_before(after: pd.DataFrame, *, before: pd.DataFrame) -> pd.DataFrame:
    """Set the Gini coefficients of things as they are beside those of a scenario.

    Parameters
    ----------
    after, before : DataFrame
        Columns as ``Plan.equity``.

    Returns
    -------
    DataFrame
        Rows of ``after`` with ``gini_before``, NaN where there was none.
    """
    keys = ["scale", "unit", "of", "service", "measure"]
    known = before[[*keys, "gini"]].rename(columns={"gini": "gini_before"})
    return after.drop(columns="gini_before").merge(known, on=keys, how="left")[COLUMNS]


def _minutes(questions: Sequence[Question], walks: Walks, count: int) -> Floats:
    minutes = np.full((count, len(questions)), np.nan)
    for column, question in enumerate(questions):
        if question.service.key in walks.services:
            cost_us = walks.cost_us[:, walks.services.index(question.service.key)]
            minutes[:, column] = np.where(np.isfinite(cost_us), cost_us / US_PER_MINUTE, np.nan)
    return minutes


def _capacity(questions: Sequence[Question], opportunities: pd.DataFrame, estates: pd.DataFrame) -> Floats:
    keys = [question.service.key for question in questions]
    table = opportunities.pivot(index="estate_id", columns="service", values="per_1000")
    found: Floats = table.reindex(index=estates["estate_id"], columns=keys).to_numpy(float)
    return found


def _sure(questions: Sequence[Question], estates: pd.DataFrame) -> Bools:
    """Tell of which estates a figure of which service is no chance of a thin layer."""
    thin = [np.broadcast_to(question.thin, len(estates)) for question in questions]
    connected = (estates["access_kind"] != "none").to_numpy()
    sure: Bools = connected[:, None] & ~np.array(thin, bool).reshape(len(questions), len(estates)).T
    return sure


def _members(estates: pd.DataFrame) -> Iterator[tuple[str, str | None, str, Bools]]:
    """Yield whom each curve is drawn over."""
    everyone = np.ones(len(estates), bool)
    yield "whole", None, "households", everyone
    if estates["elderly"].notna().any():
        yield "whole", None, "elderly", everyone
    named = scale_units(estates, scales=("subdistrict",))["subdistrict"]
    for name in sorted(named.dropna().unique()):
        yield "subdistrict", str(name), "households", (named == name).to_numpy(bool)


def _row(
    key: tuple[str, str | None, str, Question, str], value: Floats, of: tuple[Bools, Bools], estates: pd.DataFrame
) -> Iterator[tuple[object, ...]]:
    """Work out one curve; a service whose capacity nobody recorded has none of that."""
    (scale, unit, group, question, measure), (inside, sure) = key, of
    weight = estates[group].to_numpy(float)
    counted = inside & sure & np.isfinite(value) & np.isfinite(weight)
    if not counted.any() and measure != "walk_minutes":
        return
    value, weight = value[counted], weight[counted]
    people, share = lorenz(value, weight=weight)
    curve = np.interp(TENTHS, people, share) if len(people) else np.full(len(TENTHS), np.nan)
    mean = np.average(value, weights=weight) if weight.sum() > 0 else np.nan
    head = (scale, unit, group, question.service.key, question.service.category, measure)
    counts = (int(counted.sum()), int((inside & ~counted).sum()), round(float(weight.sum()), 1))
    figures = (round(float(mean), 2), round(gini(value, weight=weight), 3), *[np.nan] * 3, *curve.round(3).tolist())
    yield *head, *counts, *figures, bool(estates["estimated"].to_numpy(bool)[counted].any())
