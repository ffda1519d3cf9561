from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from data.standards.model import Management
from geo.contiguity.packages import bundle_estates, tell_packages
from geo.walking.walk_times import Pairs
from tests.tiny import TINY_CRS

RULE = Management(50_000, "黑政办规〔2018〕37号", "五(三)2、5", "verified")
NAN = float("nan")
NO_WALKS = Pairs(*(np.array([], np.int64) for _ in range(3)))


def estates(**columns: list[Any]) -> gpd.GeoDataFrame:
    """Make eligible estates E0, E1, ... in a row, 100 m wide and 10 m apart, of 20,000 m2 unless told otherwise."""
    count = len(next(iter(columns.values())))
    given_columns = {
        "estate_id": [f"E{number:02d}" for number in range(count)],
        "district": [None] * count,
        "subdistrict": ["甲街道"] * count,
        "cluster_id": [None] * count,
        "eligible": [True] * count,
        "eligibility": ["built_in_time"] * count,
        "households": [200.0] * count,
        "people": [500.0] * count,
        "floor_area_m2": [20_000.0] * count,
        "estimated": [False] * count,
        "missing": [None] * count,
        **columns,
    }
    texts = ("district", "subdistrict", "cluster_id", "missing")
    shapes = [box(110 * number, 0, 110 * number + 100, 100) for number in range(count)]
    return gpd.GeoDataFrame(given_columns, geometry=shapes, crs=TINY_CRS).astype(dict.fromkeys(texts, object))


def bundle(frame: gpd.GeoDataFrame, rule: Management | None = RULE) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    ids = frame["estate_id"].sort_values().tolist()
    adjacency = pd.DataFrame({"estate_a": ids[:-1], "estate_b": ids[1:]}, dtype=object)
    members = frame.dropna(subset=["cluster_id"])
    clusters = members[["cluster_id", "geometry"]].dissolve("cluster_id").reset_index()
    return bundle_estates(frame, clusters=clusters, adjacency=adjacency, reach=NO_WALKS, rule=rule)


def test_neighbours_are_bundled_until_there_is_enough() -> None:
    # 20 + 20 + 20 thousand make 60, and once more.
    found, packages = bundle(estates(floor_area_m2=[20_000.0] * 6))
    assert found["package_id"].tolist() == ["P001"] * 3 + ["P002"] * 3
    assert packages["package_id"].tolist() == ["P001", "P002"]
    assert packages[["estates", "clusters", "elsewhere", "unknown_area"]].to_numpy().tolist() == [[3, 0, 0, 0]] * 2
    assert packages[["households", "people", "floor_area_m2"]].to_numpy().tolist() == [[600.0, 1500.0, 60_000.0]] * 2
    assert packages[["threshold", "shortfall", "unit", "clause", "confidence"]].to_numpy().tolist() == [
        [50_000.0, 0.0, "m2", "黑政办规〔2018〕37号 五(三)2、5", "verified"]
    ] * 2  # fmt: skip
    assert packages.area.tolist() == pytest.approx([30_000.0] * 2)


def test_a_subdistrict_with_too_little_is_one_package_with_what_is_missing() -> None:
    frame = estates(subdistrict=["甲街道", "乙街道", "乙街道", "乙街道"])
    found, packages = bundle(frame)
    assert found["package_id"].tolist() == ["P002", "P001", "P001", "P001"]
    assert packages[["subdistrict", "shortfall"]].to_numpy().tolist() == [["乙街道", 0.0], ["甲街道", 30_000.0]]
    (problem,) = tell_packages(packages, estates=found)
    assert (problem.code, problem.feature, problem.value) == ("package_short", "P002", "30,000")


def test_a_cluster_stays_whole_and_goes_where_most_of_its_floor_area_is() -> None:
    frame = estates(
        cluster_id=["C001", "C001", "C001", None],
        subdistrict=["甲街道", "甲街道", "乙街道", "乙街道"],
        floor_area_m2=[10_000.0, 15_000.0, 30_000.0, 25_000.0],
    )
    found, packages = bundle(frame)
    assert found["package_id"].tolist() == ["P001", "P001", "P001", "P001"]
    assert packages[["subdistrict", "estates", "clusters", "cluster_ids", "elsewhere"]].to_numpy().tolist() == [
        ["乙街道", 4, 1, "C001", 2]
    ]  # fmt: skip


def test_only_old_estates_are_bundled_and_those_renovated_already_are_old() -> None:
    kinds = ["built_in_time", "built_later", "renovated", "dangerous_d", "year_unknown_included"]
    frame = estates(eligibility=kinds, eligible=[True, False, False, False, True])
    found, packages = bundle(frame)
    assert found["package_id"].notna().tolist() == [True, False, True, False, True]
    assert packages["estates"].tolist() == [3]


def test_unknown_floor_areas_are_counted_and_estimated_ones_marked() -> None:
    frame = estates(floor_area_m2=[NAN, 30_000.0, 25_000.0], missing=[None, "floor_area_m2;people", "people"])
    found, packages = bundle(frame)
    row = packages.iloc[0]
    assert (row["floor_area_m2"], row["estimated_area_m2"], row["unknown_area"]) == (55_000.0, 30_000.0, 1)
    assert row["estimated"]
    assert [one.code for one in tell_packages(packages, estates=found)] == ["package_by_estimate"]


def test_estates_without_a_subdistrict_are_bundled_among_themselves() -> None:
    found, packages = bundle(estates(subdistrict=[None, "甲街道", None, "甲街道"]))
    assert found["package_id"].tolist() == ["P001", "P002", "P001", "P002"]
    assert packages["subdistrict"].isna().tolist() == [True, False]
    codes = [one.code for one in tell_packages(packages, estates=found)]
    assert codes == ["package_short", "package_short", "package_no_subdistrict"]


def test_subdistricts_of_one_name_in_two_districts_are_two() -> None:
    frame = estates(district=["东县", "东县", "西县", "西县"], subdistrict=["城关镇"] * 4)
    assert bundle(frame)[1]["subdistrict"].tolist() == ["东县城关镇", "西县城关镇"]


@pytest.mark.parametrize("rule", [None, RULE], ids=["no rule", "nobody eligible"])
def test_without_a_rule_or_an_old_estate_there_are_no_packages(rule: Management | None) -> None:
    frame = estates(eligible=[rule is None] * 2, eligibility=["built_later"] * 2)
    found, packages = bundle(frame, rule)
    assert found["package_id"].isna().all()
    assert packages.empty
    assert "shortfall" in packages
    assert tell_packages(packages, estates=found) == ()


AREAS = st.one_of(st.just(NAN), st.floats(0, 90_000))
ROWS = st.tuples(AREAS, st.sampled_from([None, "甲", "乙"]), st.sampled_from([None, "C1", "C2"]), st.booleans())


@settings(max_examples=40, deadline=None)
@given(st.lists(ROWS, min_size=1, max_size=9), st.randoms())
def test_packages_part_the_old_estates(rows: list[tuple[Any, ...]], shuffle: Any) -> None:  # noqa: ANN401
    areas, names, cluster_ids, old = zip(*rows, strict=True)
    clusters = [one if is_old else None for one, is_old in zip(cluster_ids, old, strict=True)]
    frame = estates(
        floor_area_m2=list(areas), subdistrict=list(names), cluster_id=clusters, eligible=list(old),
        eligibility=["built_in_time" if one else "built_later" for one in old],
    )  # fmt: skip
    found, packages = bundle(frame)
    mine = found[found["package_id"].notna()]
    assert (found["package_id"].notna() == found["eligible"]).all()
    assert (mine.dropna(subset=["cluster_id"]).groupby("cluster_id")["package_id"].nunique() <= 1).all()
    for column in ("households", "people", "floor_area_m2"):
        assert packages[column].sum() == pytest.approx(mine[column].sum())
    assert packages["estates"].sum() == len(mine)
    assert packages["unknown_area"].sum() == mine["floor_area_m2"].isna().sum()
    alone = ~packages["subdistrict"].fillna("").duplicated(keep=False)
    assert ((packages["shortfall"] == 0) | alone).all()
    order = list(range(len(frame)))
    shuffle.shuffle(order)
    again, others = bundle(frame.iloc[order])
    assert again["package_id"].sort_index().equals(found["package_id"])
    pd.testing.assert_frame_equal(pd.DataFrame(others), pd.DataFrame(packages))
