"""What the estates of a cluster have together: the case for sharing."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.standards.model import Threshold
from geo.judgement.gaps import Question, size_state
from geo.judgement.measures import RATIOS, Measured
from geo.walking.walk_times import Pairs
from geo.walking.walks import Walks

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

COLUMNS = [
    "cluster_id", "service", "metric", "measured", "threshold", "shortfall", "unit", "state", "clause", "confidence"
]  # fmt: skip


@dataclass(frozen=True)
class Parts:
    """Hold what each estate has of the supply within its limit: as much as its demand has in all demand there.

    Parameters
    ----------
    value : array of float
        The supply that is known.
    known, missing : array of float
        How many facilities within the limit have their supply and all that share it recorded, and how many have not.
    """

    value: Floats
    known: Floats
    missing: Floats


def estate_parts(pairs: Pairs, supply: Floats, demand: Floats) -> Parts:
    """Share each facility out among the estates within its limit.

    Parameters
    ----------
    pairs : Pairs
        Estates (origin) and facilities (target) within the limit.
    supply : array of float, shape (facilities,)
        Floor area or capacity, NaN when not recorded.
    demand : array of float, shape (estates,)
        Households, people or elderly.

    Returns
    -------
    Parts
        One entry per estate.
    """
    load = np.bincount(pairs.target, weights=demand[pairs.origin], minlength=len(supply))
    with np.errstate(divide="ignore", invalid="ignore"):
        # Whom nobody counted may have any share, so that of the others is not known either.
        rate = np.where(load > 0, supply / load, np.where(np.isnan(supply + load), np.nan, 0.0))
    recorded = np.isfinite(rate)[pairs.target]
    count = len(demand)
    known = np.bincount(pairs.origin[recorded], minlength=count).astype(float)
    missing = np.bincount(pairs.origin[~recorded], minlength=count).astype(float)
    origin, target = pairs.origin[recorded], pairs.target[recorded]
    value = np.bincount(origin, weights=rate[target] * demand[origin], minlength=count)
    return Parts(value.astype(float), known, missing)


def no_ratios() -> pd.DataFrame:
    """Return a table of no ratios, with the columns and types of ``Plan.pooled``."""
    return pd.DataFrame(columns=COLUMNS).astype(dict.fromkeys(["measured", "threshold", "shortfall"], float))


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
    return no_ratios()


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
    parts = estate_parts(pairs, facilities[ratio.supply].to_numpy(float), demand)
    return judge_together(question, size, parts, demand, (cluster, cluster_ids))


def judge_together(
    question: Question, size: Threshold, parts: Parts, demand: Floats, units: tuple[Ints, Sequence[str]]
) -> pd.DataFrame:
    """Judge one ratio of some units of estates.

    Parameters
    ----------
    question : Question
        The service.
    size : Threshold
        The ratio that is asked for.
    parts : Parts
        What each estate has of the supply.
    demand : array of float, one per estate
        Households, people or elderly.
    units : (array of int, sequence of str)
        The unit of each estate, -1 for none, and the names of the units.

    Returns
    -------
    DataFrame
        Columns as ``Plan.pooled``, the names under ``cluster_id``.
    """
    unit, names = units
    inside = unit >= 0
    sums = {
        key: np.bincount(unit[inside], weights=value[inside], minlength=len(names))
        for key, value in (("value", parts.value), ("known", parts.known), ("missing", parts.missing), ("need", demand))
    }
    need = sums["need"]
    supply = np.where((sums["known"] > 0) | (sums["missing"] == 0), sums["value"], np.nan)
    # Where nobody is counted there is nothing to share among.
    value = np.divide(supply * RATIOS[size.metric].per, need, out=np.full(len(need), np.nan), where=need > 0)
    found = Measured(value, (sums["missing"] == 0) & (need > 0))
    state = size_state(size, found, thin=_any_thin(question, unit, len(names)))
    short = np.where(np.isin(state, ["gap", "borderline"]), np.maximum(size.value - found.value, 0), np.nan)
    return pd.DataFrame(
        {
            "cluster_id": list(names),
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
