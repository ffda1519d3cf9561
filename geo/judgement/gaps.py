"""The gap analysis: for each estate and service, how near, how large, which clause, how sure."""

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.standards.model import Service, Threshold
from geo.judgement.measures import RATIOS, SINGLE, Measured, largest, shared_ratio
from geo.walking.walks import Walks, shown_minutes

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Names = npt.NDArray[np.object_]

NEAR_LIMIT_M = 10.0
NEAR_LIMIT_SHARE = 0.05
# Dividing and multiplying again turns 28.5 into 28.4999999; that must not decide.
_NOISE = 1e-9
GAP_COLUMNS = [
    "estate_id", "service", "category", "state", "walk_minutes", "walk_m", "facility_id", "facility_name", "metric",
    "measured", "threshold", "shortfall", "unit", "clause", "confidence",
]  # fmt: skip
# The state of a service is the first of these that any of its thresholds has.
SEVERITY = ("gap", "no_data", "size_unknown", "borderline", "met")


@dataclass(frozen=True)
class Question:
    """Hold one service and the thresholds that bind it.

    Parameters
    ----------
    service : Service
        The service.
    walk : Threshold
        How near it must be.
    sizes : tuple of Threshold
        How large it must be; only metrics that can be worked out.
    limit_minutes : float
        The walk at the pace of the service's profile.
    thin : bool or array of bool, one per estate
        Whether the layer is too thin, there, for absence to prove anything.
    expected : float
        How many places a complete layer would hold at the least; NaN when nothing is expected.
    """

    service: Service
    walk: Threshold
    sizes: tuple[Threshold, ...]
    limit_minutes: float
    thin: bool | Bools
    expected: float = math.nan


@dataclass(frozen=True)
class Verdict:
    """Hold the judgement of one threshold; all arrays have one entry per estate.

    Parameters
    ----------
    threshold : Threshold
        The threshold.
    state : array of str
        One of ``SEVERITY``.
    measured : array of float
        The figure, NaN when unknown.
    """

    threshold: Threshold
    state: Names
    measured: Floats


def is_measurable(threshold: Threshold) -> bool:
    """Tell whether the inputs can answer a threshold of size."""
    return threshold.metric in RATIOS or threshold.metric == SINGLE


def judge_service(question: Question, *, walks: Walks, estates: pd.DataFrame, facilities: pd.DataFrame) -> pd.DataFrame:
    """Judge one service for every estate.

    Parameters
    ----------
    question : Question
        The service and its thresholds.
    walks : Walks
        Walks of the town.
    estates : DataFrame
        ``estate_id``, ``households``, ``people``, ``access_kind``.
    facilities : DataFrame
        ``facility_id``, ``name``, ``capacity``, ``floor_area_m2``.

    Returns
    -------
    DataFrame
        Columns as ``Plan.gaps``, one row per estate, in the order of the estates.
    """
    key = question.service.key
    pace = walks.paces[question.service.profile].us_per_mm
    column = walks.services.index(key) if key in walks.services else -1
    cost_us = walks.cost_us[:, column] if column >= 0 else np.full(len(estates), np.inf)
    row = walks.facility[:, column] if column >= 0 else np.full(len(estates), -1)
    walk_m = walks.walk_m[:, column] if column >= 0 else np.full(len(estates), np.nan)
    # A limit in minutes is held against time, one in metres against the way.
    level_m = np.where(np.isfinite(cost_us), cost_us, np.nan) / (pace * 1000)
    connected = (estates["access_kind"] != "none").to_numpy()
    verdicts = [_judge_walk(question, walk_m if question.walk.metric == "walk_m" else level_m, pace, connected)]
    if key in walks.within:
        sizes = [_judge_size(question, size, walks, estates, facilities) for size in question.sizes]
        verdicts += [_of_connected(verdict, connected) for verdict in sizes]
    near = cost_us <= question.limit_minutes * 60_000_000
    figures = pd.DataFrame({"walk_minutes": shown_minutes(cost_us), "walk_m": np.round(walk_m, 1), "near": near})
    return _table(question, verdicts, estates, figures, _facility_columns(row, facilities))


def _judge_walk(question: Question, walk_m: Floats, pace: float, connected: Bools) -> Verdict:
    """Judge the walk; of an estate that is not connected to the network nothing is known."""
    limit_m = question.limit_minutes * 60_000 / pace
    missing = np.where(question.thin, "no_data", "gap")
    state = np.where(walk_m <= limit_m, "met", missing)
    state = np.where(np.abs(walk_m - limit_m) <= NEAR_LIMIT_M, "borderline", state)
    state = np.where(connected, state, "no_data")
    measured = walk_m if question.walk.metric == "walk_m" else walk_m * pace / 60_000
    return Verdict(question.walk, state.astype(object), measured)


def _of_connected(verdict: Verdict, connected: Bools) -> Verdict:
    """Leave open what an estate off the network falls short of: what it shares with others is not known."""
    state = np.where(connected | (verdict.state == "met"), verdict.state, "no_data").astype(object)
    return replace(verdict, state=state)


def _judge_size(
    question: Question, size: Threshold, walks: Walks, estates: pd.DataFrame, facilities: pd.DataFrame
) -> Verdict:
    found = measure(size.metric, question.service.key, walks=walks, estates=estates, facilities=facilities)
    return Verdict(size, size_state(size, found, thin=question.thin), found.value)


def measure(metric: str, service: str, *, walks: Walks, estates: pd.DataFrame, facilities: pd.DataFrame) -> Measured:
    """Work out a figure of size for every estate; see :mod:`geo.judgement.measures`."""
    pairs = walks.within[service]
    if metric == SINGLE:
        return largest(pairs, supply=facilities["floor_area_m2"].to_numpy(float), count=len(estates))
    ratio = RATIOS[metric]
    supply, demand = facilities[ratio.supply].to_numpy(float), estates[ratio.demand].to_numpy(float)
    return shared_ratio(pairs, supply=supply, demand=demand, per=ratio.per)


def size_state(size: Threshold, found: Measured, *, thin: bool | Bools) -> Names:
    """Judge figures of size.

    Parameters
    ----------
    size : Threshold
        The threshold.
    found : Measured
        The figures; an incomplete one is a lower limit.
    thin : bool
        Whether the layer is too thin for a shortfall to prove anything.

    Returns
    -------
    array of str
        ``met`` when what is recorded suffices, else ``size_unknown`` when something in reach has no size recorded, else
        ``gap``, or ``no_data`` in a thin layer; ``borderline`` within 5 % of the value.
    """
    value = np.nan_to_num(found.value)
    short = np.where(found.complete, np.where(thin, "no_data", "gap"), "size_unknown")
    state = np.where(value >= size.value - _NOISE, "met", short)
    close = np.abs(value - size.value) <= NEAR_LIMIT_SHARE * size.value + _NOISE
    return np.where(close & found.complete, "borderline", state).astype(object)


def _facility_columns(row: npt.NDArray[np.int64], facilities: pd.DataFrame) -> dict[str, Names]:
    known = row >= 0
    ids, names = (facilities[name].to_numpy(object) for name in ("facility_id", "name"))
    picked = np.maximum(row, 0)
    if not len(ids):
        none = np.full(len(row), None, object)
        return {"facility_id": none, "facility_name": none}
    columns = {"facility_id": ids[picked], "facility_name": names[picked]}
    for column in columns.values():
        column[~known] = None
    return columns


def _table(
    question: Question,
    verdicts: list[Verdict],
    estates: pd.DataFrame,
    walk: pd.DataFrame,
    facility: dict[str, Names],
) -> pd.DataFrame:
    """Let the most severe threshold decide; an estate out of reach is not asked about size."""
    states = np.stack([verdict.state for verdict in verdicts])
    rank = pd.Index(SEVERITY).get_indexer(states.ravel()).reshape(states.shape)
    rank[1:, ~walk["near"].to_numpy(bool)] = len(SEVERITY)
    decides = rank.argmin(axis=0)
    at = np.arange(len(estates))
    thresholds = [verdict.threshold for verdict in verdicts]
    measured = np.stack([verdict.measured for verdict in verdicts])[decides, at]
    value = np.array([threshold.value for threshold in thresholds], float)[decides]
    sign = np.where([threshold.op == "le" for threshold in thresholds], 1.0, -1.0)[decides]
    state = states[decides, at]
    # An estate whose reach holds nothing recorded lacks the whole value.
    short = np.where(np.isin(state, ["gap", "borderline"]), np.maximum(sign * (measured - value), 0), np.nan)
    return pd.DataFrame(
        {
            "estate_id": estates["estate_id"].to_numpy(),
            "service": question.service.key,
            "category": question.service.category,
            "state": state,
            "walk_minutes": walk["walk_minutes"].to_numpy(),
            "walk_m": walk["walk_m"].to_numpy(),
            **facility,
            "metric": np.array([threshold.metric for threshold in thresholds], object)[decides],
            "measured": np.round(measured, 3),
            "threshold": value,
            "shortfall": np.round(short, 3),
            "unit": np.array([threshold.unit for threshold in thresholds], object)[decides],
            "clause": np.array([threshold.source for threshold in thresholds], object)[decides],
            "confidence": np.array([threshold.confidence for threshold in thresholds], object)[decides],
        }
    )
