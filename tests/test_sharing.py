"""What estates have together, in towns small enough to share out by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from data.standards.model import Service, Threshold
from geo.judgement.gaps import Question
from geo.judgement.sharing import COLUMNS, sharing
from geo.walking.walk_times import Pairs
from geo.walking.walks import Walks

NAN = float("nan")
WALK = Threshold("walk_minutes", "le", 15, "min", "文件", "一", "existing", "gap", "verified")
AREA = Threshold("floor_area_per_100_households", "ge", 30, "m2/100hh", "文件", "二", "existing", "gap", "verified")
BEDS = replace(AREA, metric="beds_per_1000_elderly", value=40, unit="beds/1000e")
NO_PAIRS = Pairs(*(np.zeros(0, np.int64),) * 3)


def shared(
    links: list[tuple[int, int]],
    clusters: list[str | None],
    *,
    size: Threshold = AREA,
    supply: list[float],
    subdistrict: list[str | None] | None = None,
    lacking: tuple[int, ...] = (),
    elderly: float | list[float] = NAN,
) -> pd.DataFrame:
    """Share floor area (or beds) among estates of 100 households; those of some rows fall short singly."""
    count = len(clusters)
    origin, target = np.array(sorted(links), np.int64).reshape(-1, 2).T
    pairs = Pairs(origin, target, np.zeros(len(origin), np.int64))
    nothing = np.zeros((count, 1))
    walks = Walks(("care",), nothing, nothing, nothing.astype(np.int64), {"care": pairs}, {}, NO_PAIRS)
    ids = [f"E{row}" for row in range(count)]
    estates = pd.DataFrame({"estate_id": ids, "cluster_id": pd.Series(clusters, dtype=object)}).assign(
        district=None, community=None, subdistrict=pd.Series(subdistrict or [None] * count, dtype=object),
        households=100.0, people=300.0, elderly=elderly, estimated=[row == 0 for row in range(count)],
    )  # fmt: skip
    service = Service("care", {"zh": "照料", "en": "Care"}, "upgrade", "", "walk", "adult", "beds", None, (WALK, size))
    gaps = pd.DataFrame({"estate_id": [ids[row] for row in lacking], "service": "care", "metric": size.metric})
    return sharing(
        [Question(service, WALK, (size,), 15, False)],
        walks=walks,
        estates=estates,
        facilities=pd.DataFrame({"floor_area_m2": supply, "capacity": supply}),
        gaps=gaps.assign(state="gap"),
    )


def test_a_cluster_with_enough_together_is_the_case_for_sharing() -> None:
    found = shared([(0, 0)], ["C1", "C1"], supply=[66], lacking=(1,)).set_index("scale")
    assert found.loc["cluster", ["measured", "state", "lacking", "estates"]].tolist() == [33, "met", 1, 2]
    assert found["shared"].to_dict() == {"whole": False, "cluster": True}
    assert found["estimated"].tolist() == [True, True]


def test_without_an_estate_that_falls_short_there_is_no_case() -> None:
    assert not shared([(0, 0)], ["C1", "C1"], supply=[66])["shared"].any()


def test_what_is_missing_is_told_in_square_metres() -> None:
    # 40 m² for 200 households where 60 are asked for.
    found = shared([(0, 0)], ["C1", "C1"], supply=[40], lacking=(0, 1)).set_index("scale")
    row = found.loc["cluster"]
    assert row[["state", "shortfall", "short_amount", "amount_unit"]].tolist() == ["gap", 10, 20, "m2"]
    assert not row["shared"]


def test_beds_are_shared_among_the_elderly() -> None:
    found = shared([(0, 0), (1, 0)], ["C1", "C1"], size=BEDS, supply=[3], elderly=50).set_index("scale")
    assert found.loc["cluster", ["measured", "short_amount", "amount_unit"]].tolist() == [30, 1, "beds"]


def test_where_nobody_counted_the_elderly_the_size_is_unknown() -> None:
    found = shared([(0, 0), (1, 0)], ["C1", "C1"], size=BEDS, supply=[3])
    assert found["state"].tolist() == ["size_unknown"] * 2
    assert found["short_amount"].isna().all()


def test_where_only_some_elderly_are_counted_the_size_is_unknown() -> None:
    found = shared([(0, 0), (1, 0)], ["C1", "C2"], size=BEDS, supply=[10], elderly=[50, NAN])
    assert found["state"].tolist() == ["size_unknown"] * 3
    assert found["measured"].isna().all()


def test_subdistricts_share_like_clusters_and_estates_of_none_are_in_no_row() -> None:
    found = shared([(0, 0), (1, 0), (2, 0)], ["C1", None, None], supply=[90], subdistrict=["甲", "乙", ""])
    assert found[["scale", "unit", "measured"]].fillna("").to_numpy().tolist() == [
        ["whole", "", 30],
        ["subdistrict", "乙", 30],
        ["subdistrict", "甲", 30],
        ["cluster", "C1", 30],
    ]


@pytest.mark.parametrize("clusters", [[None], []], ids=["no cluster", "no estate"])
def test_nothing_to_share_keeps_the_columns(clusters: list[str | None]) -> None:
    found = shared([], clusters, supply=[])
    assert list(found.columns) == COLUMNS
    assert "cluster" not in set(found["scale"])
