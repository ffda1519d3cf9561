"""What the estates of a cluster have together: the case for sharing."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.standards.model import Threshold
from geo.judgement.gaps import Question, size_state
from geo.judgement.measures import RATIOS, Measured
from geo.walking.walk_times import Pairs
from geo.walking.walks import Walks

Ints = npt.NDArray[np.int64]

COLUMNS = [
    "cluster_id", "service", "metric", "measured", "threshold", "shortfall", "unit", "state", "clause", "confidence"
]  # fmt: skip


def pool(
    questions: Sequence[Question],
    *,
    walks: Walks,
    estates: pd.DataFrame,
    facilities: pd.DataFrame,
    cluster_ids: Sequence[str],
) -> pd.DataFrame:
    """Judge the ratios of each cluster as a whole.

    Parameters
    ----------
    questions : sequence of Question
        Services and thresholds.
    walks : Walks
        Walks of the town.
    estates : DataFrame
        ``cluster_id``, ``households``, ``people``, rows as in the walks.
    facilities : DataFrame
        ``floor_area_m2``, ``capacity``, rows as in the walks.
    cluster_ids : sequence of str
        The clusters.

    Returns
    -------
    DataFrame
        Columns as ``Plan.pooled``. A cluster's supply is every facility within the limit of any of its estates, less
        the share that estates outside the cluster have in it.
    """
    place = {cluster: row for row, cluster in enumerate(cluster_ids)}
    cluster = estates["cluster_id"].map(place).fillna(-1).to_numpy(np.int64)
    tables = [
        _pool_one(question, size, walks.within[question.service.key], (estates, facilities), cluster, cluster_ids)
        for question in questions
        for size in question.sizes
        if size.metric in RATIOS and question.service.key in walks.within
    ]
    kept = [table for table in tables if len(table)]
    if kept:
        return pd.concat(kept, ignore_index=True)[COLUMNS]
    return pd.DataFrame(columns=COLUMNS).astype(dict.fromkeys(["measured", "threshold", "shortfall"], float))


def _pool_one(
    question: Question,
    size: Threshold,
    pairs: Pairs,
    frames: tuple[pd.DataFrame, pd.DataFrame],
    cluster: Ints,
    cluster_ids: Sequence[str],
) -> pd.DataFrame:
    estates, facilities = frames
    ratio = RATIOS[size.metric]
    demand = estates[ratio.demand].to_numpy(float)
    found = _shares(pairs, facilities[ratio.supply].to_numpy(float), demand, cluster, len(cluster_ids))
    need = np.bincount(cluster[cluster >= 0], weights=demand[cluster >= 0], minlength=len(cluster_ids))
    # Where nobody is counted there is nothing to share among.
    value = np.divide(found.value * ratio.per, need, out=np.full(len(need), np.nan), where=need > 0)
    found = Measured(value, found.complete & (need > 0))
    state = size_state(size, found, thin=_any_thin(question, cluster, len(cluster_ids)))
    short = np.where(np.isin(state, ["gap", "borderline"]), np.maximum(size.value - found.value, 0), np.nan)
    return pd.DataFrame(
        {
            "cluster_id": list(cluster_ids),
            "service": question.service.key,
            "metric": size.metric,
            "measured": np.round(found.value, 3),
            "threshold": size.value,
            "shortfall": np.round(short, 3),
            "unit": size.unit,
            "state": state,
            "clause": size.source,
            "confidence": size.confidence,
        }
    )


def _any_thin(question: Question, cluster: Ints, count: int) -> npt.NDArray[np.bool_]:
    """Tell which clusters have an estate where the layer is too thin; what they lack together is not sure."""
    thin = np.broadcast_to(question.thin, cluster.shape) & (cluster >= 0)
    return np.bincount(cluster[thin], minlength=count) > 0


def _shares(
    pairs: Pairs, supply: npt.NDArray[np.float64], demand: npt.NDArray[np.float64], cluster: Ints, count: int
) -> Measured:
    """Give each cluster the part of each facility that its demand has in all demand within the limit."""
    load = np.bincount(pairs.target, weights=demand[pairs.origin], minlength=len(supply))
    inside = cluster[pairs.origin] >= 0
    origin, target = pairs.origin[inside], pairs.target[inside]
    known = np.isfinite(supply[target])
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(load[target] > 0, supply[target] * demand[origin] / load[target], 0.0)
    value = np.bincount(cluster[origin[known]], weights=part[known], minlength=count)
    has = np.bincount(cluster[origin[known]], minlength=count) > 0
    missing = np.bincount(cluster[origin[~known]], minlength=count) > 0
    return Measured(np.where(has | ~missing, value, np.nan), ~missing)


def cluster_gaps(gaps: pd.DataFrame, *, estates: pd.DataFrame, pooled: pd.DataFrame) -> pd.DataFrame:
    """Tell which services each cluster as a whole lacks.

    Parameters
    ----------
    gaps : DataFrame
        Columns as ``Plan.gaps``.
    estates : DataFrame
        ``estate_id``, ``cluster_id``, ``people``.
    pooled : DataFrame
        Columns as ``Plan.pooled``; ratios are judged together, not estate by estate.

    Returns
    -------
    DataFrame
        Index ``cluster_id``; ``gap_count`` (int) and ``gaps`` (str, keys joined by ``;``). A cluster lacks a service
        when estates with more than half of its people are too far from it, or its pooled ratio falls short.
    """
    rows = gaps.merge(estates.loc[estates["cluster_id"].notna(), ["estate_id", "cluster_id", "people"]], on="estate_id")
    alone = (rows["state"] == "gap") & ~rows["metric"].isin(RATIOS)
    sums = (
        rows.assign(short=rows["people"].where(alone, 0.0))
        .groupby(["cluster_id", "service"])[["short", "people"]]
        .sum()
    )
    lacks = pd.concat(
        [
            sums[sums["short"] * 2 > sums["people"]].reset_index()[["cluster_id", "service"]],
            pooled.loc[pooled["state"] == "gap", ["cluster_id", "service"]],
        ]
    )
    lacks = lacks.drop_duplicates().sort_values(["cluster_id", "service"]).groupby("cluster_id")["service"]
    return pd.DataFrame({"gap_count": lacks.size(), "gaps": lacks.agg(";".join)})
