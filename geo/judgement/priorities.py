"""Which estates come first: a score of need with all its parts and weights told, and how its ranks hold."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import spearmanr

from data.project import Project
from data.standards.model import Eligibility, Priority
from geo.judgement.assessment import WALK_METRICS
from geo.judgement.eligibility import judge_eligibility, rule_as_set
from geo.judgement.gaps import NEAR_LIMIT_M, Question
from geo.walking.walks import US_PER_MINUTE, Walks

Floats = npt.NDArray[np.float64]

PARTS = ("gaps", "basic", "safety", "people", "age", "willingness")
COLUMNS = [
    "estate_id", "rank", "score", *PARTS, "known_weight", "rank_slower", "rank_faster", "rank_earlier", "rank_later",
    "estimated",
]  # fmt: skip
TEST_COLUMNS = ["test", "estates", "entering", "leaving", "spearman", "largest_move", "moved"]
_SPEED, _YEARS = 0.1, 5
# Every two of those the rank correlation needs.
_LEAST_RANKED = 3


def prioritise(
    parts: pd.DataFrame, *, priority: Priority, eligible: npt.NDArray[np.bool_]
) -> tuple[Floats, Floats, Floats]:
    """Score and rank estates.

    Parameters
    ----------
    parts : DataFrame
        ``PARTS``: figures of 0..1, NaN where not known.
    priority : Priority
        The weights.
    eligible : array of bool
        Whether an estate is ranked.

    Returns
    -------
    score, known_weight, rank : array of float
        The weighted mean of the parts that are known (0..1, NaN where none is), the share of all weight that those
        have, and the rank, 1 the most in need, equals sharing the better one; NaN where not eligible or not scored.
    """
    weight = np.array([priority.weights[name] for name in PARTS], float)
    values = parts[list(PARTS)].to_numpy(float)
    known = np.isfinite(values) * weight
    total = known.sum(axis=1)
    summed = np.where(np.isfinite(values), values, 0.0) @ weight
    score = np.divide(summed, total, out=np.full(len(parts), np.nan), where=total > 0).round(6)
    ranked = pd.Series(np.where(eligible, score, np.nan)).rank(ascending=False, method="min")
    return score, total / weight.sum(), ranked.to_numpy(float)


def need_parts(
    estates: pd.DataFrame, *, gaps: pd.DataFrame, inventory: pd.DataFrame, priority: Priority, on: date | None
) -> pd.DataFrame:
    """Work out the parts of the need of each estate.

    Parameters
    ----------
    estates : DataFrame
        ``estate_id``, ``people``, ``built_year_max``, ``willing_percent``.
    gaps : DataFrame
        Columns as ``Plan.gaps``.
    inventory : DataFrame
        Columns as ``Plan.inventory``.
    priority : Priority
        Which items bear on safety, and from which age on age counts in full.
    on : date or None
        Date of the plan, by which age is counted.

    Returns
    -------
    DataFrame
        Index of ``estates``; ``PARTS``, each 0..1 or NaN. ``gaps``: services that are a gap, of those judged.
        ``basic``, ``safety``: items that are not in place, half for those in part, of the items whose state is known.
        ``people``: by those of the largest estate. ``age``: by the full age. ``willingness``: as the ledger says.
    """
    ids = estates["estate_id"]
    lack = inventory["state"].map({"no": 1.0, "partial": 0.5, "yes": 0.0})
    of_list = inventory.assign(lack=lack).dropna(subset=["lack"])
    year = on.year if on is not None else np.nan
    most = estates["people"].max()
    return pd.DataFrame(
        {
            "gaps": _gap_share(gaps, ids),
            "basic": _mean(of_list["lack"], of_list["estate_id"].where(of_list["category"] == "basic"), ids),
            "safety": _mean(
                of_list["lack"], of_list["estate_id"].where(of_list["item"].isin(priority.safety_items)), ids
            ),
            "people": (estates["people"] / most).to_numpy(float) if most > 0 else np.nan,
            "age": ((year - estates["built_year_max"]) / priority.full_age_years).clip(0, 1).to_numpy(float),
            "willingness": (estates["willing_percent"] / 100).to_numpy(float),
        },
        index=estates.index,
    )


def _gap_share(gaps: pd.DataFrame, ids: pd.Series) -> Floats:
    judged = gaps[gaps["state"] != "no_data"]
    return _mean(judged["state"] == "gap", judged["estate_id"], ids)


def _mean(values: pd.Series, owner: pd.Series, ids: pd.Series) -> Floats:
    found: Floats = values.astype(float).groupby(owner).mean().reindex(ids).to_numpy(float)
    return found


def priorities(
    estates: gpd.GeoDataFrame,
    *,
    gaps: pd.DataFrame,
    inventory: pd.DataFrame,
    answers: tuple[Sequence[Question], Walks],
    rule: tuple[Eligibility, Priority | None],
    project: Project,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rank the estates by need, and tell how ranks move with the walking speed and the year that lets estates in.

    Parameters
    ----------
    estates : GeoDataFrame
        As :func:`need_parts`, and what eligibility is judged by; ``eligible``, ``estimated``.
    gaps, inventory : DataFrame
        Columns as in ``Plan``.
    answers : (sequence of Question, Walks)
        The services that are assessed, and the walks.
    rule : (Eligibility, Priority or None)
        Those of the standard.
    project : Project
        The settings.

    Returns
    -------
    priorities, priority_tests : DataFrame
        Columns as in ``Plan``; both empty where the standard does not say how need is scored.
    """
    eligibility, priority = rule
    if priority is None:
        return pd.DataFrame(columns=COLUMNS), pd.DataFrame(columns=TEST_COLUMNS)
    on = project.project.date
    parts = need_parts(estates, gaps=gaps, inventory=inventory, priority=priority, on=on)
    now = estates["eligible"].to_numpy(bool)
    score, known, rank = prioritise(parts, priority=priority, eligible=now)
    ranks: dict[str, Floats] = {}
    for name, speed in (("slower", 1 - _SPEED), ("faster", 1 + _SPEED)):
        moved = parts.assign(gaps=_gap_share(_rejudged(gaps, answers, speed=speed), estates["estate_id"]))
        ranks[name] = prioritise(moved, priority=priority, eligible=now)[2]
    for name, years in (("earlier", -_YEARS), ("later", _YEARS)):
        admitted = _eligible(estates, eligibility, project, years)
        ranks[name] = prioritise(parts, priority=priority, eligible=admitted)[2]
    table = pd.DataFrame({"estate_id": estates["estate_id"].to_numpy(object), "rank": rank, "score": score.round(4)})
    table = table.assign(**{name: parts[name].to_numpy(float).round(4) for name in PARTS}, known_weight=known.round(3))
    table = table.assign(**{f"rank_{name}": value for name, value in ranks.items()})
    table["estimated"] = estates["estimated"].to_numpy(bool)
    tests = pd.DataFrame([_test(name, rank, value) for name, value in ranks.items()], columns=TEST_COLUMNS)
    return table.sort_values(["rank", "estate_id"], kind="stable", ignore_index=True)[COLUMNS], tests


def _rejudged(gaps: pd.DataFrame, answers: tuple[Sequence[Question], Walks], *, speed: float) -> pd.DataFrame:
    """Judge the walks again at another speed; what is short in size stays so, and no other walk is asked about size."""
    questions, walks = answers
    # A limit in metres is the same at any speed.
    asked = [one for one in questions if one.service.key in walks.services and one.walk.metric == "walk_minutes"]
    too_far, thin = (np.zeros((len(walks.cost_us), len(asked) + 1), bool) for _ in range(2))
    for column, question in enumerate(asked):
        # The ten metres of doubt beyond the limit are no gap at any speed.
        doubt_us = NEAR_LIMIT_M * 1000 * walks.paces[question.service.profile].us_per_mm
        cost_us = walks.cost_us[:, walks.services.index(question.service.key)]
        thin[:, column] = question.thin
        too_far[:, column] = (cost_us - doubt_us) / speed > question.limit_minutes * US_PER_MINUTE
    column = pd.Index([question.service.key for question in asked]).get_indexer(gaps["service"])
    at = gaps.groupby("service").cumcount().to_numpy(), column
    far = too_far[at]
    state = gaps["state"].to_numpy(object)
    judged = (column >= 0) & (state != "no_data")
    near = judged & ~far & (state == "gap") & gaps["metric"].isin(WALK_METRICS).to_numpy()
    lost = np.where(thin[at], "no_data", "gap")
    return gaps.assign(state=np.where(judged & far, lost, np.where(near, "met", state)))


def _eligible(estates: gpd.GeoDataFrame, rule: Eligibility, project: Project, years: int) -> npt.NDArray[np.bool_]:
    """Tell which estates would be let in were the last year of completion so many years later."""
    own = rule_as_set(rule, project)
    built_by = None if own.built_by is None else own.built_by + years
    age = None if own.min_age_years is None else max(own.min_age_years - years, 1)
    decided = project.eligibility.model_copy(update={"built_by": None, "min_age_years": None})
    unset = project.model_copy(update={"eligibility": decided})
    moved = judge_eligibility(estates, rule=replace(own, built_by=built_by, min_age_years=age), project=unset)
    admitted: npt.NDArray[np.bool_] = moved["eligible"].to_numpy(bool)
    return admitted


def _test(name: str, rank: Floats, other: Floats) -> tuple[object, ...]:
    """Compare two orders over the estates that are in both."""
    was, now = np.isfinite(rank), np.isfinite(other)
    one, two = (pd.Series(order[was & now]).rank(method="min") for order in (rank, other))
    move = (one - two).abs()
    varied = len(one) >= _LEAST_RANKED and one.nunique() > 1 and two.nunique() > 1
    alike = round(float(spearmanr(one, two).statistic), 4) if varied else np.nan
    counts = (len(one), int((now & ~was).sum()), int((was & ~now).sum()))
    return name, *counts, alike, float(move.max()) if len(move) else np.nan, int((move > 0).sum())
