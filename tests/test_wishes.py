from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from shapely import Point

from data.earlier import check_wishes, read_earlier
from data.errors import MissingFileError, UnreadableFileError
from data.inputs import no_earlier
from data.project import ClustersTable
from geo.contiguity.membership import MEMBERSHIP_COLUMNS
from geo.contiguity.units import Links, group_units, make_town
from geo.contiguity.wishes import cluster_names, moves
from geo.plan import Plan
from geo.work_out import work_out
from maps.gis.layers import write_layers
from tests.tiny import tiny_plan
from tests.towns import estates, facilities, row_of, street, town, walkways

NOBODY = no_earlier()


def settings(**keys: object) -> ClustersTable:
    return ClustersTable.model_validate(keys)


def planned(count: int = 6, *, earlier: pd.DataFrame | None = None, **keys: object) -> Plan:
    """Work out a row of estates of 300 people each, clusters of two or three of them."""
    band = {"floor_people": 500, "ceiling_people": 950, **keys}
    inputs = town(
        walkways(street((-50, -10), (90 * count, -10))),
        estates(row_of(*[70] * count), floor_area_m2=10_000.0),
        facilities=facilities({"F1": Point(10, -15)}),
        settings={"clusters": band},
    )
    return work_out(replace(inputs, earlier=NOBODY if earlier is None else earlier))


def clusters(plan: Plan) -> dict[str, list[str]]:
    placed = plan.estates.dropna(subset=["cluster_id"])
    found: dict[str, list[str]] = placed.groupby("cluster_id")["estate_id"].agg(list).to_dict()
    return found


def codes(plan: Plan) -> list[str]:
    return [problem.code for problem in plan.problems if problem.code.startswith("wish")]


def test_estates_that_belong_together_are_one_unit() -> None:
    joined = np.array([True, True, True, False, True])
    assert group_units(joined, keep=[(0, 2), (2, 3), (4, 2)]) == ((0, 2, 4), (1,))
    assert group_units(joined, keep=[]) == ((0,), (1,), (2,), (4,))


def test_units_add_up_and_reach_only_what_all_their_estates_reach() -> None:
    estates = pd.DataFrame(
        {
            "people": [100.0, 200.5, 300.0, np.nan],
            "households": [40.0, 80.0, 120.0, 10.0],
            "gap_count": [0, 5, 0, 0],
            "resources_m2": [0.0, 10.0, 0.0, 7.0],
            "district": None,
            "subdistrict": None,
            "community": ["甲", "甲", "乙", None],
        }
    )
    links = Links(np.array([0, 1, 2]), np.array([1, 2, 3]), np.array([10, 20, 30]))
    reach = np.array([0, 1, 0, 2, 1, 2, 2, 3]), np.array([1, 0, 2, 0, 2, 1, 3, 2])
    town = make_town(estates, units=[(0, 1), (2,), (3,)], links=links, reach=reach, apart=[(2, 3)], settings=settings())
    assert town.size.tolist() == [300_500, 300_000, 0]
    assert town.worth.tolist() == [40_000 + 120_000, 120_000, 10_000]
    assert (town.one.tolist(), town.other.tolist(), town.facing_mm.tolist()) == ([0, 1], [1, 2], [20, 30])
    assert town.reach is not None
    assert list(zip(*(side.tolist() for side in town.reach), strict=True)) == [(0, 1), (1, 0)]
    assert town.region.tolist() == [1, 0, -1]
    assert town.resources.tolist() == [10, 0, 7]


def test_what_is_kept_together_shares_a_cluster_and_what_is_apart_does_not() -> None:
    assert clusters(planned()) == {"C001": ["E1", "E2"], "C002": ["E3", "E4"], "C003": ["E5", "E6"]}
    kept = clusters(planned(keep=[["E2", "E3"]]))
    assert ["E2", "E3"] in [[one for one in members if one in ("E2", "E3")] for members in kept.values()]
    apart = clusters(planned(apart=[["E1", "E2"]]))
    assert all(not {"E1", "E2"} <= set(members) for members in apart.values())


def test_a_fixed_cluster_stands_as_it_is_and_its_departures_are_told() -> None:
    plan = planned(fixed=[["E1", "E3"], ["E5", "E6"]])
    assert clusters(plan) == {"C001": ["E1", "E3"], "C002": ["E5", "E6"]}
    assert plan.clusters["fixed"].tolist() == [True, True]
    assert plan.clusters["proof"].tolist() == ["fixed", "fixed"]
    assert codes(plan) == ["wish_departs"]
    table = plan.memberships.set_index("estate_id")
    assert table.loc["E4", "alternative_why"] == "fixed"


def test_what_is_kept_together_without_a_border_is_told() -> None:
    assert codes(planned(keep=[["E1", "E6"]])) == ["wish_not_contiguous"]
    assert codes(planned(keep=[["E1", "E2"]])) == []


@pytest.mark.parametrize(
    ("keys", "unit", "count"),
    [
        ({"floor_households": 150, "ceiling_households": 300}, "households", 3),
        ({"least_floor_area_m2": 25_000, "most_floor_area_m2": 31_000}, "floor_area_m2", 2),
    ],
    ids=["households", "floor area"],
)
def test_the_band_may_count_households_or_floor_area(keys: dict[str, Any], unit: str, count: int) -> None:
    plan = planned(**keys)
    assert len(plan.clusters) == count
    assert plan.cluster_parts["unit"].tolist() == [unit]


def test_every_member_is_told_why_it_is_not_next_door() -> None:
    table = planned().memberships.set_index("estate_id")
    assert list(table.reset_index().columns) == list(MEMBERSHIP_COLUMNS)
    assert table["neighbours"].tolist() == [1] * 6
    assert table.loc["E2", ["band_without", "band_with", "alternative_id"]].tolist() == [300.0, 600.0, "C002"]
    assert table["alternative_why"].tolist() == ["", *["own_below_floor"] * 4, ""]


def test_clusters_keep_the_names_they_had() -> None:
    before = {0: "C007", 1: "C007", 2: "C003", 3: "C003"}
    assert cluster_names([(0, 1), (2, 4), (3, 5)], size=[1.0, 1, 2, 1, 9, 9], before=before) == ["C007", "C003", "C008"]
    assert cluster_names([(0,), (1,)], size=[1.0, 1], before={}) == ["C001", "C002"]


def test_estates_that_moved_since_an_earlier_result_are_listed() -> None:
    earlier = pd.DataFrame(
        {"estate_id": ["E1", "E2", "E3", "E9"], "cluster_id": ["C005", "C005", None, "C001"]}, dtype=object
    )
    plan = planned(earlier=earlier)
    assert set(clusters(plan)) == {"C005", "C006", "C007"}
    assert plan.moves[["estate_id", "cluster_before", "cluster_after"]].fillna("-").to_numpy().tolist() == [
        ["E3", "-", "C006"]
    ]
    assert clusters(planned(earlier=earlier, fixed=["C005"]))["C005"] == ["E1", "E2"]
    assert planned().moves.empty
    assert moves(plan.estates, earlier=NOBODY).empty


@pytest.mark.parametrize(
    ("keys", "code", "value"),
    [
        ({"keep": [["E1", "X"]]}, "wish_estate_unknown", "X"),
        ({"fixed": ["C001"]}, "wish_cluster_unknown", "C001"),
        ({"keep": [["E1", "E2"]], "apart": [["E2", "E1"]]}, "wish_together_and_apart", "E1、E2"),
        ({"fixed": [["E1", "E2"], ["E2"]]}, "wish_fixed_twice", "E2"),
    ],
    ids=["no such estate", "no such cluster", "together and apart", "fixed twice"],
)
def test_a_wish_that_does_not_fit_is_told(keys: dict[str, Any], code: str, value: str) -> None:
    ids = pd.Series(["E1", "E2"])
    told = check_wishes(settings(**keys), estate_ids=ids, earlier=NOBODY, file="project.toml")
    assert [(one.code, one.value) for one in told] == [(code, value)]


def test_an_earlier_result_is_read_from_its_folder(tmp_path: Path) -> None:
    write_layers(tiny_plan(), path=tmp_path / "plan.gpkg", language="zh")
    found = read_earlier(tmp_path, place="旧成果")
    assert found["estate_id"].tolist() == ["E1", "E2", "E3", "E4", "E5"]
    assert found["cluster_id"].tolist() == ["C1", "C1", None, "C2", "C2"]
    with pytest.raises(MissingFileError, match="no earlier result"):
        read_earlier(tmp_path / "gone", place="gone")
    (tmp_path / "broken.gpkg").write_bytes(b"no database")
    with pytest.raises(UnreadableFileError, match=r"broken\.gpkg"):
        read_earlier(tmp_path / "broken.gpkg", place="broken.gpkg")
