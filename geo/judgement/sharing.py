"""What clusters, subdistricts and the whole have together: the case for sharing, and what is short in whole units."""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from data.standards.model import Threshold
from geo.judgement.gaps import Question
from geo.judgement.inventory import SCALES
from geo.judgement.measures import RATIOS
from geo.judgement.pooling import Floats, Parts, estate_parts, judge_together, no_ratios
from geo.judgement.scales import scale_units
from geo.walking.walks import Walks

_Asked = tuple[Question, Threshold, Parts, Floats]
_ENOUGH = ("met", "borderline")
COLUMNS = [
    "scale", "unit", "service", "category", "metric", "estates", "lacking", "measured", "threshold", "shortfall",
    "metric_unit", "state", "shared", "short_amount", "amount_unit", "clause", "confidence", "estimated",
]  # fmt: skip


def sharing(
    questions: Sequence[Question],
    *,
    walks: Walks,
    estates: pd.DataFrame,
    facilities: pd.DataFrame,
    gaps: pd.DataFrame,
) -> pd.DataFrame:
    """Judge the ratios of clusters, subdistricts and the whole, beside how many of their estates fall short singly.

    Parameters
    ----------
    questions : sequence of Question
        Services and thresholds.
    walks : Walks
        Walks of the town.
    estates : DataFrame
        ``estate_id``, the places of :func:`geo.judgement.scales.scale_units`, ``households``, ``people``, ``elderly``,
        ``estimated``; rows as in the walks.
    facilities : DataFrame
        ``floor_area_m2``, ``capacity``, rows as in the walks.
    gaps : DataFrame
        Columns as ``Plan.gaps``.

    Returns
    -------
    DataFrame
        Columns as ``Plan.sharing``, the whole first, then subdistricts and clusters by name. Estates of no subdistrict
        or cluster are in no row of those.
    """
    short = gaps.loc[(gaps["state"] == "gap") & gaps["metric"].isin(RATIOS), ["estate_id", "service", "metric"]]
    asked = list(_ratios(questions, walks, estates, facilities))
    tables = [
        _with_members(_together(asked, placed, names), placed, short).assign(scale=scale)
        for scale, placed, names in _scales(estates)
    ]
    made = pd.concat(tables, ignore_index=True)
    made["unit"] = made["unit"].astype(object).where(made["scale"] != "whole", None)
    categories = {question.service.key: question.service.category for question in questions}
    units = {question.service.key: question.service.capacity_unit for question in questions}
    supply = made["metric"].map({metric: ratio.supply for metric, ratio in RATIOS.items()})
    amount_unit = made["service"].map(units).where(supply == "capacity", "m2")
    # Across a town nobody walks; what lies within reach is shared inside a cluster.
    shared = made["shared"] & (made["scale"] == "cluster")
    return made.assign(category=made["service"].map(categories), amount_unit=amount_unit, shared=shared)[COLUMNS]


def _scales(estates: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame, list[str]]]:
    for scale, unit in scale_units(estates, scales=SCALES).items():
        placed = estates.assign(cluster_id="" if scale == "whole" else unit)
        yield scale, placed, sorted(placed["cluster_id"].dropna().unique().tolist())


def _ratios(
    questions: Sequence[Question], walks: Walks, estates: pd.DataFrame, facilities: pd.DataFrame
) -> Iterator[_Asked]:
    """Share out the supply of each ratio once; every scale adds up the same parts."""
    for question in questions:
        pairs = walks.within.get(question.service.key)
        for size in question.sizes:
            if size.metric in RATIOS and pairs is not None:
                ratio = RATIOS[size.metric]
                demand = estates[ratio.demand].to_numpy(float)
                yield question, size, estate_parts(pairs, facilities[ratio.supply].to_numpy(float), demand), demand


def _together(asked: Sequence[_Asked], placed: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    unit = pd.Index(names).get_indexer(placed["cluster_id"].astype(object)).astype(np.int64)
    tables = [judge_together(*one, (unit, names)) for one in asked if names]
    return pd.concat(tables, ignore_index=True) if tables else no_ratios()


def _with_members(pooled: pd.DataFrame, placed: pd.DataFrame, short: pd.DataFrame) -> pd.DataFrame:
    """Add the members of each unit, those that fall short singly, and what is short in whole units."""
    unit = placed["cluster_id"]
    mine = short.merge(placed[["estate_id", "cluster_id"]], on="estate_id")
    lacking = mine.groupby(["cluster_id", "service", "metric"]).size().rename("lacking")
    keys = pd.MultiIndex.from_frame(pooled[["cluster_id", "service", "metric"]].astype(object))
    made = pooled.assign(lacking=lacking.reindex(keys, fill_value=0).to_numpy(np.int64))
    made["estates"] = made["cluster_id"].map(unit.value_counts()).fillna(0).astype(np.int64)
    made["estimated"] = made["cluster_id"].map(placed.groupby("cluster_id")["estimated"].any()).astype(bool)
    made["shared"] = made["state"].isin(_ENOUGH) & (made["lacking"] > 0)
    made["short_amount"] = _short_amount(made, placed)
    return made.rename(columns={"cluster_id": "unit", "unit": "metric_unit"})


def _short_amount(made: pd.DataFrame, placed: pd.DataFrame) -> pd.Series:
    """Return the shortfall in square metres, places or beds: that of each unit of demand, times the demand."""
    amount = pd.Series(np.nan, made.index)
    for metric, ratio in RATIOS.items():
        mine = made["metric"] == metric
        demand = made.loc[mine, "cluster_id"].map(placed.groupby("cluster_id")[ratio.demand].sum(min_count=1))
        amount[mine] = made.loc[mine, "shortfall"] * demand / ratio.per
    return amount.round(1)
