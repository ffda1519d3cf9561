from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.standards.model import Service, Threshold
from geo.judgement.gaps import Question
from geo.judgement.pooling import COLUMNS, cluster_gaps, pool
from geo.walking.walk_times import Pairs
from geo.walking.walks import Walks

NAN = float("nan")
WALK = Threshold("walk_minutes", "le", 15, "min", "文件", "一", "existing", "gap", "verified")
AREA = Threshold("floor_area_per_100_households", "ge", 30, "m2/100hh", "文件", "二", "existing", "gap", "verified")
SINGLE = replace(AREA, metric="facility_floor_area_m2", value=400)
PLACES = replace(AREA, metric="places_per_1000_people", value=10, unit="places/1000p", clause="三")
NO_PAIRS = Pairs(*(np.zeros(0, np.int64) for _ in range(3)))


def question(*sizes: Threshold, thin: bool = False, key: str = "care") -> Question:
    service = Service(key, {"zh": key, "en": key}, "upgrade", "", "walk", "adult", "", None, (WALK, *sizes))
    return Question(service, WALK, sizes, 15, thin)


def pooled(
    links: list[tuple[int, int]],
    area: list[float],
    clusters: list[str | None],
    *questions: Question,
    households: list[float] | None = None,
    capacity: list[float] | None = None,
) -> pd.DataFrame:
    origin, target = np.array(sorted(links), np.int64).reshape(-1, 2).T
    pairs = Pairs(origin, target, np.zeros(len(origin), np.int64))
    walks = Walks(
        ("care",), np.zeros((0, 1)), np.zeros((0, 1)), np.zeros((0, 1), np.int64), {"care": pairs}, {}, NO_PAIRS
    )
    demand = households or [100.0] * len(clusters)
    estates = pd.DataFrame(
        {"cluster_id": pd.Series(clusters, dtype=object), "households": demand, "people": [3 * n for n in demand]}
    )
    facilities = pd.DataFrame({"floor_area_m2": area, "capacity": capacity or [NAN] * len(area)})
    ids = sorted({one for one in clusters if one})
    return pool(questions or (question(AREA),), walks=walks, estates=estates, facilities=facilities, cluster_ids=ids)


def test_a_cluster_has_together_what_one_of_its_estates_lacks() -> None:
    # One estate has 66 m² to itself, the other nothing: 33 for 100 households together.
    table = pooled([(0, 0)], [66], ["C1", "C1"])
    assert table[["measured", "state"]].to_numpy().tolist() == [[33, "met"]]
    assert table["shortfall"].isna().all()


def test_the_share_of_estates_outside_does_not_count() -> None:
    # 60 m² for 100 inside and 200 outside leave 20 m² for the 100.
    table = pooled([(0, 0), (1, 0)], [60], ["C1", None], households=[100, 200])
    assert table[["measured", "shortfall", "state", "clause", "unit"]].to_numpy().tolist() == [
        [20, 10, "gap", "文件 二", "m2/100hh"]
    ]


@pytest.mark.parametrize(
    ("links", "area", "measured", "state"),
    [
        ([], [500], 0, "gap"),
        ([(0, 0)], [NAN], NAN, "size_unknown"),
        ([(0, 0), (1, 1)], [NAN, 40], 20, "size_unknown"),
        ([(0, 0), (1, 1)], [NAN, 80], 40, "met"),
        ([(0, 0)], [57], 28.5, "borderline"),
        ([(0, 0)], [56.8], 28.4, "gap"),
        ([(0, 0)], [63.2], 31.6, "met"),
    ],
    ids=["nothing in reach", "size unknown", "lower limit", "lower limit suffices", "just under", "under", "over"],
)
def test_states_of_a_cluster(links: list[tuple[int, int]], area: list[float], measured: float, state: str) -> None:
    (row,) = pooled(links, area, ["C1", "C1"])[["measured", "state"]].to_numpy()
    np.testing.assert_allclose(row[0], measured)
    assert row[1] == state


def test_in_a_thin_layer_a_cluster_lacks_nothing_for_sure() -> None:
    assert pooled([], [500], ["C1"], question(AREA, thin=True))["state"].tolist() == ["no_data"]


def test_a_cluster_in_which_nobody_is_counted_has_no_ratio() -> None:
    table = pooled([(0, 0)], [500], ["C1"], households=[0])
    assert table["state"].tolist() == ["size_unknown"]
    assert table["measured"].isna().all()


def test_each_threshold_of_a_ratio_is_judged_by_its_own_value() -> None:
    strict = replace(AREA, value=50, clause="五")
    table = pooled([(0, 0)], [40], ["C1"], question(AREA, strict, SINGLE, PLACES), capacity=[1.5])
    # 1.5 places for 300 people are 5 by thousand; a single facility is not pooled.
    assert table[["metric", "threshold", "measured", "state"]].to_numpy().tolist() == [
        ["floor_area_per_100_households", 30, 40, "met"],
        ["floor_area_per_100_households", 50, 40, "gap"],
        ["places_per_1000_people", 10, 5, "gap"],
    ]


@pytest.mark.parametrize(
    ("clusters", "asked"),
    [([None, None], question(AREA)), (["C1", None], question(SINGLE)), (["C1", None], question(AREA, key="other"))],
    ids=["no cluster", "no ratio", "no facility"],
)
def test_nothing_to_pool_leaves_an_empty_table(clusters: list[str | None], asked: Question) -> None:
    table = pooled([(0, 0)], [60], clusters, asked)
    assert (len(table), table.columns.tolist()) == (0, COLUMNS)
    assert table["measured"].dtype == float


@given(
    st.lists(st.integers(1, 999).map(float), min_size=4, max_size=4),
    st.sets(st.tuples(st.integers(0, 3), st.integers(0, 2))),
)
def test_clusters_share_out_all_that_is_reached(households: list[float], links: set[tuple[int, int]]) -> None:
    area = [100.0, 200.0, 400.0]
    table = pooled(list(links), area, ["C1", "C2", "C1", "C2"], households=households)
    need = np.array([households[0] + households[2], households[1] + households[3]])
    reached = sum(area[place] for place in {place for _, place in links})
    assert (table["measured"] * need).sum() / 100 == pytest.approx(reached, abs=0.02)


GAPS = pd.DataFrame(
    [
        ("E1", "care", "gap", "walk_minutes"),
        ("E2", "care", "met", "walk_minutes"),
        ("E3", "care", "gap", "walk_minutes"),
        ("E1", "food", "gap", "floor_area_per_100_households"),
        ("E2", "food", "gap", "floor_area_per_100_households"),
        ("E1", "play", "no_data", "walk_minutes"),
        ("E2", "play", "gap", "facility_floor_area_m2"),
    ],
    columns=["estate_id", "service", "state", "metric"],
)
NOTHING = pd.DataFrame(columns=COLUMNS)


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        # E1 lacks care, E2 play; who has more than half of the people decides.
        ([600.0, 400.0], "care"),
        ([400.0, 600.0], "play"),
        ([500.0, 500.0], None),
    ],
)
def test_a_cluster_lacks_what_more_than_half_of_its_people_lack(people: list[float], expected: str | None) -> None:
    estates = pd.DataFrame({"estate_id": ["E1", "E2", "E3"], "cluster_id": ["C1", "C1", None], "people": [*people, 9]})
    found = cluster_gaps(GAPS, estates=estates, pooled=NOTHING)
    assert found["gaps"].to_dict() == ({"C1": expected} if expected else {})


def test_what_falls_short_together_counts_once_beside_what_is_too_far() -> None:
    estates = pd.DataFrame({"estate_id": ["E1", "E2"], "cluster_id": "C1", "people": [600.0, 400.0]})
    rows = [("C1", "food", "gap"), ("C1", "food", "gap"), ("C1", "care", "gap"), ("C1", "play", "no_data")]
    found = cluster_gaps(GAPS, estates=estates, pooled=pd.DataFrame(rows, columns=["cluster_id", "service", "state"]))
    assert found.loc["C1"].tolist() == [2, "care;food"]


def test_without_clusters_nothing_is_lacking() -> None:
    estates = pd.DataFrame({"estate_id": ["E1"], "cluster_id": pd.Series([None], dtype=object), "people": [1.0]})
    found = cluster_gaps(GAPS, estates=estates, pooled=NOTHING)
    assert (len(found), found.columns.tolist()) == (0, ["gap_count", "gaps"])
