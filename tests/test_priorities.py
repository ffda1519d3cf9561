"""The order of need, in towns small enough to score by hand."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

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
from geo.walking.walks import US_PER_MINUTE, Walks, profile_paces
from tests.tiny import TINY_CRS, tiny_standard

WALK = Threshold("walk_minutes", "le", 15, "min", "文件", "一", "existing", "gap", "verified")
NAN = float("nan")
NONE = Pairs(*(np.zeros(0, np.int64),) * 3)
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


def ordered(
    minutes: list[float], years: list[float], *, walk: Threshold = WALK, thin: bool = False, **columns: object
) -> tuple[pd.DataFrame, pd.DataFrame]:
    homes = estates(minutes, years, **columns)
    service = Service("care", {"zh": "照料", "en": "Care"}, "upgrade", "", "walk", "adult", "", None, (WALK,))
    cost_us = np.array(minutes)[:, None] * US_PER_MINUTE
    none = Pairs(*(np.zeros(0, np.int64),) * 3)
    walks = Walks(
        ("care",), cost_us, cost_us, np.zeros(cost_us.shape, np.int64), {}, profile_paces(tiny_standard()), none
    )
    gaps = pd.DataFrame({"estate_id": homes["estate_id"], "service": "care", "metric": "walk_minutes"})
    return priorities(
        homes,
        gaps=gaps.assign(state=["gap" if far > 15.2 else "met" for far in minutes]),
        inventory=pd.DataFrame(columns=["estate_id", "category", "item", "state"], dtype=object),
        answers=([Question(service, walk, (), 15, thin)], walks),
        rule=(RULE, PRIORITY),
        project=PROJECT,
    )


def test_the_score_is_the_weighted_mean_of_what_is_known() -> None:
    score, known, rank = prioritise(
        parts(gaps=[0.5, 0.5, NAN], people=[1.0, NAN, NAN]), priority=PRIORITY, eligible=np.array([True] * 3)
    )
    assert score[:2].tolist() == [0.6, 0.5]
    assert known.tolist() == [0.5, 0.4, 0.0]
    assert np.isnan(score[2])
    assert rank[:2].tolist() == [1, 2]


def test_equals_share_a_rank_and_those_left_out_have_none() -> None:
    eligible = np.array([True, True, False, True])
    _, _, rank = prioritise(parts(gaps=[0.5, 0.5, 0.9, 0.1]), priority=PRIORITY, eligible=eligible)
    assert rank[eligible].tolist() == [1, 1, 3]
    assert np.isnan(rank[2])


def test_the_parts_by_hand() -> None:
    homes = estates([1, 1], [1985, 2005], people=[300.0, 600.0], willing_percent=[80.0, NAN])
    states = {"E0": ["gap", "met", "no_data"], "E1": ["no_data"] * 3}
    gaps = pd.DataFrame(
        [(key, state) for key, listed in states.items() for state in listed], columns=["estate_id", "state"]
    )
    told = [("E0", "basic", "fire_lane", "no"), ("E0", "basic", "road", "partial"), ("E0", "basic", "roof", "yes"),
            ("E0", "improvement", "lift", "no"), ("E1", "basic", "road", "unknown"),
            ("E1", "basic", "roof", "not_applicable")]  # fmt: skip
    inventory = pd.DataFrame(told, columns=["estate_id", "category", "item", "state"])
    found = need_parts(homes, gaps=gaps, inventory=inventory, priority=PRIORITY, on=date(2025, 6, 1))
    assert found.loc[0].tolist() == [0.5, 0.5, 1.0, 0.5, 1.0, 0.8]
    assert found.loc[1, ["people", "age"]].tolist() == [1.0, 0.5]
    assert found.loc[1, ["gaps", "basic", "safety", "willingness"]].isna().all()


def test_age_is_not_known_without_a_date() -> None:
    homes = estates([1], [1985])
    none = pd.DataFrame(columns=["estate_id", "state"], dtype=object)
    items = pd.DataFrame(columns=["estate_id", "category", "item", "state"], dtype=object)
    found = need_parts(homes, gaps=none, inventory=items, priority=PRIORITY, on=None)
    assert np.isnan(found.loc[0, "age"])


def test_a_slower_walk_makes_gaps_and_a_faster_one_closes_them() -> None:
    # 14 minutes become 15.6 at a tenth less, 16 become 14.5 at a tenth more.
    table, tests = ordered([14.0, 16.0, 5.0], [1980, 1990, 1999])
    assert table["estate_id"].tolist() == ["E1", "E0", "E2"]
    assert table["rank_slower"].tolist() == [2, 1, 3]
    assert table["rank_faster"].tolist() == [2, 1, 3]
    row = tests.set_index("test").loc["slower"]
    assert row[["estates", "spearman", "largest_move", "moved"]].tolist() == [3, 0.5, 1, 2]


def test_within_ten_metres_of_the_limit_no_speed_makes_a_gap() -> None:
    # 10 m are 0.15 minutes; 13.6 minutes less those are 14.95 at a tenth less.
    table, _ = ordered([13.6, 13.7], [1990, 1990])
    assert table.set_index("estate_id")["rank_slower"].to_dict() == {"E0": 2, "E1": 1}


@pytest.mark.parametrize(
    "asked",
    [{"thin": True}, {"walk": replace(WALK, metric="walk_m", value=1000)}],
    ids=["too few data", "a limit in metres"],
)
def test_no_speed_makes_a_gap_where_it_proves_nothing(asked: dict[str, Any]) -> None:
    _, tests = ordered([14.0, 10.0, 5.0], [1980, 1990, 1999], **asked)
    assert tests["moved"].tolist() == [0] * 4


def test_other_years_let_estates_in_and_leave_them_out() -> None:
    table, tests = ordered([16.0, 5.0, 5.0, 5.0], [1990, 1998, 2003, 2010])
    ranks = table.set_index("estate_id")[["rank", "rank_earlier", "rank_later"]].fillna(0)
    assert ranks.loc["E1"].tolist() == [2, 0, 2]
    assert ranks.loc["E2"].tolist() == [0, 0, 3]
    assert ranks.loc["E3"].tolist() == [0, 0, 0]
    counts = tests.set_index("test")[["estates", "entering", "leaving"]]
    assert counts.loc["earlier"].tolist() == [1, 0, 1]
    assert counts.loc["later"].tolist() == [2, 1, 0]


def test_a_standard_that_does_not_score_orders_nobody() -> None:
    homes = estates([1], [1990])
    table, tests = priorities(
        homes,
        gaps=pd.DataFrame(),
        inventory=pd.DataFrame(),
        answers=([], Walks((), np.zeros((1, 0)), np.zeros((1, 0)), np.zeros((1, 0), np.int64), {}, {}, NONE)),
        rule=(RULE, None),
        project=PROJECT,
    )
    assert (len(table), len(tests)) == (0, 0)


@given(st.lists(st.tuples(*[st.one_of(st.just(NAN), st.floats(0, 1))] * len(PARTS)), min_size=1, max_size=8))
def test_scores_lie_between_their_parts(rows: list[tuple[float, ...]]) -> None:
    table = pd.DataFrame(rows, columns=list(PARTS))
    score, known, rank = prioritise(table, priority=PRIORITY, eligible=np.ones(len(rows), bool))
    weighed = table[[name for name in PARTS if WEIGHTS[name]]]
    assert (np.isnan(score) == weighed.isna().all(axis=1)).all()
    low, high = weighed.min(axis=1).to_numpy(), weighed.max(axis=1).to_numpy()
    scored = ~np.isnan(score)
    assert ((score >= low - 1e-6) & (score <= high + 1e-6))[scored].all()
    assert ((known >= 0) & (known <= 1)).all()
    assert np.nanmin(rank, initial=1) == 1


def test_a_city_sets_its_own_weights(tmp_path: Path) -> None:
    own = 'extends = "jiangxi_existing"\n[priority]\nsafety_items = ["fire_lane"]\nfull_age_years = 30\nnote = "市定"\n'
    (tmp_path / "own.toml").write_text(own + "[priority.weights]\ngaps = 1\n", encoding="utf-8")
    rule = load_standard("own.toml", folder=tmp_path).priority
    assert rule is not None
    assert (rule.weights["gaps"], rule.weights["people"], rule.full_age_years) == (1, 0, 30)


@pytest.mark.parametrize(
    ("lines", "match"),
    [
        ("[priority.weights]\ngaps = 0\n", "> 0"),
        ("[priority.weights]\ngaps = -1\n", "priority.weights.gaps"),
        ("[priority.weights]\ngap = 1\n", "priority.weights.gap"),
    ],
    ids=["no weight", "negative", "no such part"],
)
def test_faults_of_the_weights_are_told(lines: str, match: str, tmp_path: Path) -> None:
    own = 'extends = "jiangxi_existing"\n[priority]\nsafety_items = []\nfull_age_years = 30\nnote = "市定"\n'
    (tmp_path / "own.toml").write_text(own + lines, encoding="utf-8")
    with pytest.raises(StandardError, match=match):
        load_standard("own.toml", folder=tmp_path)
