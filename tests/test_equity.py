"""How evenly services are spread, in towns small enough to draw the curve by hand."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.standards.model import Service, Threshold
from geo.judgement.equity import COLUMNS, equity, gini, lorenz, with_before
from geo.judgement.gaps import Question
from geo.walking.walk_times import Pairs
from geo.walking.walks import US_PER_MINUTE, Walks

WALK = Threshold("walk_minutes", "le", 15, "min", "文件", "一", "existing", "gap", "verified")
NONE = Pairs(*(np.zeros(0, np.int64),) * 3)
NAN = float("nan")
SERVICE = Service("care", {"zh": "照料", "en": "Care"}, "upgrade", "", "walk", "adult", "", None, (WALK,))


def spread(
    minutes: list[float], *, thin: bool = False, capacity: list[float] | None = None, **columns: object
) -> pd.DataFrame:
    count = len(minutes)
    ids = [f"E{number}" for number in range(count)]
    places = dict.fromkeys(("district", "subdistrict", "community", "cluster_id"))
    known = {"estate_id": ids, **places, "households": 100.0, "elderly": NAN, "access_kind": "gate"}
    estates = pd.DataFrame({**known, "estimated": False, **columns}, index=range(count)).astype({"subdistrict": object})
    cost_us = np.array(minutes)[:, None] * US_PER_MINUTE
    walks = Walks(("care",), cost_us, cost_us, np.zeros(cost_us.shape, np.int64), {}, {}, NONE)
    reached = pd.DataFrame({"estate_id": ids, "service": "care", "per_1000": capacity or [NAN] * count})
    return equity([Question(SERVICE, WALK, (), 15, thin)], walks=walks, estates=estates, opportunities=reached)


def test_all_alike_is_nought() -> None:
    (row,) = spread([7.0, 7.0, 7.0]).itertuples(index=False)
    assert (row.gini, row.mean, row.lorenz_50) == (0.0, 7.0, 0.5)


def test_a_town_of_two_by_hand() -> None:
    # 300 households 4 minutes away, 100 12 minutes: half of all minutes each; below the curve lie 3/16 + 3/16.
    (row,) = spread([4.0, 12.0], households=[300.0, 100.0]).itertuples(index=False)
    assert (row.gini, row.mean, row.weight) == (0.25, 6.0, 400.0)
    assert (row.lorenz_30, row.lorenz_80) == (0.2, 0.6)


def test_who_reaches_nothing_is_left_out_and_counted() -> None:
    found = spread([4.0, np.inf, 6.0, 8.0], access_kind=["gate", "gate", "none", "gate"])
    assert found[["estates", "left_out", "mean"]].to_numpy().tolist() == [[2, 2, 6.0]]


def test_a_thin_layer_has_no_curve() -> None:
    (row,) = spread([4.0, 8.0], thin=True).itertuples(index=False)
    assert (row.estates, row.left_out) == (0, 2)
    assert np.isnan([row.gini, row.mean, row.lorenz_50]).all()


def test_capacity_is_told_where_it_is_recorded() -> None:
    found = spread([4.0, 8.0, 9.0], capacity=[0.0, 30.0, NAN]).set_index("measure")
    assert found.loc["per_1000", ["estates", "left_out", "mean", "gini"]].tolist() == [2, 1, 15.0, 0.5]
    assert "per_1000" not in set(spread([4.0])["measure"])


def test_the_elderly_and_subdistricts_have_curves_of_their_own() -> None:
    found = spread([4.0, 12.0, 5.0], elderly=[10.0, 10.0, NAN], subdistrict=["乙", "甲", None])
    assert found[["scale", "unit", "of"]].fillna("").to_numpy().tolist() == [
        ["whole", "", "households"],
        ["whole", "", "elderly"],
        ["subdistrict", "乙", "households"],
        ["subdistrict", "甲", "households"],
    ]
    assert found["gini"].tolist()[1:] == [0.25, 0.0, 0.0]


def test_a_scenario_stands_beside_things_as_they_are() -> None:
    before, after = spread([4.0, 12.0], subdistrict="甲"), spread([4.0, 4.0], subdistrict="甲")
    both = with_before(after, before=before)
    assert list(both.columns) == COLUMNS
    assert both["gini_before"].tolist() == [0.25, 0.25]
    assert both["gini"].tolist() == [0.0, 0.0]


@pytest.mark.parametrize("value", [[], [0.0, 0.0]], ids=["nobody", "nothing"])
def test_of_nothing_there_is_no_coefficient(value: list[float]) -> None:
    assert np.isnan(gini(np.array(value), weight=np.ones(len(value))))


members = st.lists(st.tuples(st.floats(0.01, 100), st.integers(0, 5)), min_size=1, max_size=8)


@given(members.filter(lambda rows: sum(weight for _, weight in rows) > 0))
def test_it_is_half_the_mean_difference_of_every_two(rows: list[tuple[float, int]]) -> None:
    value, weight = (np.array(side, float) for side in zip(*rows, strict=True))
    everyone = np.repeat(value, weight.astype(int))
    differences = np.mean([abs(one - other) for one, other in product(everyone, everyone)])
    assert gini(value, weight=weight) == pytest.approx(differences / (2 * everyone.mean()), abs=1e-9)


@given(members.filter(lambda rows: sum(weight for _, weight in rows) > 0))
def test_the_curve_rises_from_nought_to_all_below_the_line_of_equals(rows: list[tuple[float, int]]) -> None:
    value, weight = (np.array(side, float) for side in zip(*rows, strict=True))
    people, share = lorenz(value, weight=weight)
    assert (people[0], share[0], people[-1], share[-1]) == (0, 0, 1, 1)
    assert (np.diff(share) >= 0).all()
    assert (share <= people + 1e-9).all()
