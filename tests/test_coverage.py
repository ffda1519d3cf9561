"""Shares of estates, households and people within minutes of a service, computed by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.standards.model import Service, Threshold
from geo.judgement.coverage import COLUMNS, COUNTED, coverage
from geo.judgement.gaps import Question
from geo.walking.walk_times import Pairs
from geo.walking.walks import US_PER_MINUTE, Walks

WALK = Threshold("walk_minutes", "le", 15, "min", "文件", "一", "existing", "gap", "verified")
NONE = Pairs(*(np.zeros(0, np.int64),) * 3)
NAN = float("nan")


def question(key: str = "care", *, thin: bool | list[bool] = False) -> Question:
    service = Service(key, {"zh": "照料", "en": "Care"}, "upgrade", "", "walk", "adult", "", None, (WALK,))
    return Question(service, WALK, (), 15, thin if isinstance(thin, bool) else np.array(thin))


def estates(minutes: list[float], **columns: object) -> pd.DataFrame:
    count = len(minutes)
    known: dict[str, object] = {"district": "区", "subdistrict": "街", "community": None, "cluster_id": None}
    known |= {"households": 100.0, "people": 300.0, "elderly": NAN, "children": NAN, "infants": NAN}
    known |= {"access_kind": "gate", "estimated": False, **columns}
    return pd.DataFrame(known, index=range(count)).astype({"community": object, "cluster_id": object})


def walks(minutes: list[float], key: str = "care") -> Walks:
    cost_us = np.array(minutes)[:, None] * US_PER_MINUTE
    return Walks((key,), cost_us, cost_us, np.zeros(cost_us.shape, np.int64), {}, {}, NONE)


def covered(minutes: list[float], *, thin: bool | list[bool] = False, **columns: object) -> pd.DataFrame:
    return coverage([question(thin=thin)], walks=walks(minutes), estates=estates(minutes, **columns))


def whole(frame: pd.DataFrame, column: str) -> list[float]:
    return [float(value) for value in frame.loc[frame["scale"] == "whole", column]]


def test_limits_belong_to_the_shares() -> None:
    found = covered([5.0, 5.001, 10.0, 15.0, np.inf], households=[100.0, 200.0, 300.0, 200.0, 200.0])
    assert found["minutes"].tolist()[:3] == [5, 10, 15]
    assert whole(found, "estates_within") == [1, 3, 4]
    assert whole(found, "estates_share") == [0.2, 0.6, 0.8]
    assert whole(found, "households_share") == [0.1, 0.6, 0.8]
    assert whole(found, "people_within") == [300, 900, 1200]


def test_where_nothing_can_be_told_an_estate_is_in_no_share() -> None:
    found = covered([1, 1, 30, 30], thin=[False, True, True, False], access_kind=["gate", "gate", "gate", "none"])
    assert whole(found, "all_estates") == [4] * 3
    assert whole(found, "estates") == [1] * 3
    assert whole(found, "people_share") == [1.0] * 3


def test_a_layer_that_is_thin_everywhere_has_no_shares() -> None:
    found = covered([1, 30], thin=True)
    assert whole(found, "estates") == [0] * 3
    assert np.isnan(whole(found, "estates_share")).all()


def test_a_service_without_any_facility_is_reached_by_nobody() -> None:
    found = coverage([question("school")], walks=walks([1, 1]), estates=estates([1, 1]))
    assert whole(found, "estates_share") == [0.0] * 3


def test_the_elderly_are_those_of_the_estates_that_have_them_recorded() -> None:
    found = covered([4, 12, 4], elderly=[30.0, 10.0, NAN], people=[0.0, 0.0, 0.0])
    assert whole(found, "elderly_share") == [0.75, 0.75, 1.0]
    assert whole(found, "elderly_known") == [2] * 3
    assert np.isnan(whole(found, "children_share")).all()
    assert np.isnan(whole(found, "people_share")).all()


def test_communities_of_one_name_are_told_apart_and_estates_of_none_come_last() -> None:
    found = covered(
        [4, 12, 30, 4],
        subdistrict=["甲街", "乙街", "乙街", None],
        community=["一社区", "一社区", "一社区", None],
        cluster_id=["C1", None, "C1", None],
    )
    of = (
        found[found["minutes"] == 15]
        .groupby("scale", sort=False)["unit"]
        .agg(lambda units: [unit if isinstance(unit, str) else None for unit in units])
    )
    assert of["subdistrict"] == ["乙街", "甲街", None]
    assert of["community"] == ["乙街 一社区", "甲街 一社区", None]
    assert of["cluster"] == ["C1", None]
    share = found[(found["scale"] == "cluster") & (found["minutes"] == 15)]["estates_share"]
    assert share.tolist() == [0.5, 1.0]


def test_scales_that_no_estate_tells_of_are_left_out() -> None:
    assert covered([1], district="", subdistrict=None)["scale"].unique().tolist() == ["whole"]


def test_an_estimate_marks_its_unit_alone() -> None:
    found = covered([1, 1], subdistrict=["甲", "乙"], estimated=[True, False])
    marks = found[(found["scale"] == "subdistrict") & (found["minutes"] == 5)].set_index("unit")["estimated"]
    assert marks.to_dict() == {"乙": False, "甲": True}


def test_without_questions_the_columns_stay() -> None:
    found = coverage([], walks=walks([1]), estates=estates([1]))
    assert list(found.columns) == COLUMNS
    assert found.empty


@given(
    rows=st.lists(
        st.tuples(
            st.floats(0, 40), st.sampled_from(["甲", "乙", None]), st.sampled_from(["C1", None]),
            st.one_of(st.just(NAN), st.integers(0, 500).map(float)), st.booleans(),
        ),
        min_size=1, max_size=12,
    )
)  # fmt: skip
def test_parts_add_up_to_the_whole(rows: list[tuple[float, str | None, str | None, float, bool]]) -> None:
    minutes, subdistrict, cluster, elderly, thin = map(list, zip(*rows, strict=True))
    found = covered(minutes, thin=thin, subdistrict=subdistrict, cluster_id=cluster, elderly=elderly)
    sums = found.groupby(["scale", "minutes"])[["all_estates", *COUNTED, *(f"{name}_within" for name in COUNTED)]].sum()
    for scale in sums.index.get_level_values("scale").unique():
        assert sums.loc[scale].to_numpy() == pytest.approx(sums.loc["whole"].to_numpy())


def test_a_town_without_estates_covers_nobody() -> None:
    found = covered([])
    assert found["scale"].tolist() == ["whole"] * 3
    assert found["estates"].tolist() == [0] * 3
