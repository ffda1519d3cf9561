"""The order of need, in towns small enough to score by hand."""

from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from data.errors import StandardError
from data.project import Project
from data.standards.files import load_standard
from data.standards.model import Eligibility, Priority, Service, Threshold
from geo.judgement.gaps import Question
from geo.judgement.priorities import PARTS, need_parts, priorities, prioritise
from geo.walking.walk_times import Pairs
from geo.walking.walks import US_PER_MINUTE, Walks
from tests.tiny import TINY_CRS
from tests.tiny import tiny_standard

WALK = Threshold("walk_minutes", "le", 15, "min", "文件", "一", "existing", "gap", "verified")
NAN = float("nan")
RULE = Eligibility(2000, None, (), "文件", "一")
WEIGHTS = {"gaps": 4.0, "basic": 2.0, "safety": 2.0, "people": 1.0, "age": 1.0, "willingness": 0.0}
PRIORITY = Priority(WEIGHTS, ("fire_lane",), 40.0, "自定")
PROJECT = Project.model_validate({"project": {"date": date(2025, 6, 1)}})


def parts(**columns: list[float]) -> pd.DataFrame:
    count = len(next(iter(columns.values())))
    return pd.DataFrame({name: columns.get(name, [NAN] * count) for name in PARTS}, dtype=float)


def estates(minutes: list[float], years: list[float], **columns: object) -> gpd.GeoDataFrame:
    count = len(minutes)
    known: dict[str, object] = {"estate_id": [f"E{row}" for row in range(count)], "name": None, "people": 300.0}
    known |= {"built_year_min": years, "built_year_max": years, "willing_percent": NAN, "estimated": False}
    known |= dict.fromkeys(("excluded", "excluded_by", "renovation")) | {"eligible": [year <= 2000 for year in years]}
    shapes = [box(200 * row, 0, 200 * row + 100, 100) for row in range(count)]
    return gpd.GeoDataFrame({**known, **columns}, index=range(count), geometry=shapes, crs=TINY_CRS)


def ordered(minutes: list[float], years: list[float], **columns: object) -> tuple[pd.DataFrame, pd.DataFrame]:
    homes = estates(minutes, years, **columns)
    service = Service("care", {"zh": "照料", "en": "Care"}, "upgrade", "", "walk", "adult", "", None, (WALK,))
    cost_us = np.array(minutes)[:, None] * US_PER_MINUTE
    none = Pairs(*(np.zeros(0, np.int64),) * 3)
    pace = next(iter(tiny_paces().values()))
    walks = Walks(("care",), cost_us, cost_us, np.zeros(cost_us.shape, np.int64), {}, {"adult": pace}, none)
    gaps = pd.DataFrame({"estate_id": homes["estate_id"], "service": "care", "metric": "walk_minutes"})
    return priorities(
        homes,
        gaps=gaps.assign(state=["gap" if far > 15.2 else "met" for far in minutes]),
        inventory=pd.DataFrame(columns=["estate_id", "category", "item", "state"], dtype=object),
        answers=([Question(service, WALK, (), 15, False)], walks),
        rule=(RULE, PRIORITY),
        project=PROJECT,
    )


def tiny_paces() -> dict[str, object]:
    from geo.walking.walks import Pace  # noqa: PLC0415

    return {"adult": Pace}


def test_the_score_is_the_weighted_mean_of_what_is_known() -> None:
    score, known, rank = prioritise(
        parts(gaps=[0.5, 0.5, NAN], people=[1.0, NAN, NAN]), priority=PRIORITY, eligible=np.array([True] * 3)
    )
    assert score[:2].tolist() == [0.6, 0.5]
    assert known.tolist() == [0.5, 0.4, 0.0]
    assert np.isnan(score[2])
    assert rank[:2].tolist() == [1, 2]
