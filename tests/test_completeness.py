import itertools
from collections.abc import Sequence
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point, box

from data.inputs import Walkways
from data.problems import Problem, Severity, error, note, warning
from data.standards.model import Service, Threshold
from geo.access.connection import Connection
from geo.access.inside import Homes, OwnGround
from geo.judgement.completeness import check_completeness, check_estates, far_streets_share
from geo.judgement.gaps import Question
from geo.streets.network import Network, build_network
from geo.summary import AtMost, summarise
from tests.tiny import TINY_CRS, tiny_plan
from tests.towns import Street, around, gates, street, walkways

WALK = Threshold("walk_minutes", "le", 15, "min", "文件", "一", "existing", "gap", "verified")
NAME = {"zh": "照料", "en": "Care"}


def question(*, thin: bool = False) -> Question:
    service = Service("care", NAME, "upgrade", "", "walk", "adult", "", 2000.0, (WALK,))
    return Question(service, WALK, (), 15, thin, 7.4)


def streets(*rows: tuple[str, float, float]) -> gpd.GeoDataFrame:
    """Lay streets of a kind and a length, each with its middle as far from the estate as asked."""
    shapes = [LineString([(100 + away, -length / 2), (100 + away, length / 2)]) for _, length, away in rows]
    kinds, lengths, _ = zip(*rows, strict=True) if rows else ((), (), ())
    columns = {"highway": np.array(kinds, object), "length_mm": np.array(lengths, float) * 1000}
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=TINY_CRS)


def estates(*names: str | None) -> gpd.GeoDataFrame:
    ids = [f"E{number}" for number in range(len(names))]
    columns = {"estate_id": ids, "name": pd.Series(names, dtype=object)}
    return gpd.GeoDataFrame(columns, geometry=[box(0, -50, 100, 50)] * len(names), crs=TINY_CRS)


def facilities(*names: str | None, service: str = "care") -> gpd.GeoDataFrame:
    ids = [f"F{number}" for number in range(len(names))]
    columns = {"facility_id": ids, "name": pd.Series(names, dtype=object), "service": service}
    return gpd.GeoDataFrame(columns, geometry=[Point(0, 0)] * len(names), crs=TINY_CRS)


def access(*rows: tuple[str, str, str, float]) -> gpd.GeoDataFrame:
    """Return access points: owner, identifier, kind, metres of the connector; homes are 40 m from every door."""
    columns = ["owner", "owner_id", "kind", "connector_mm"]
    frame = pd.DataFrame(rows, columns=columns).astype({"connector_mm": float})
    frame["connector_mm"] = (frame["connector_mm"] * 1000).astype(np.int64)
    frame = frame.assign(edge=0, inside_m=40.0, gate_id=None)
    return gpd.GeoDataFrame(frame, geometry=[Point(0, 0)] * len(rows), crs=TINY_CRS)


def network(*lengths: float, closed: Sequence[int] = (), ids: Sequence[int] = ()) -> Network:
    """Lay ways of so many kilometres that meet nothing, or in one row when their nodes are named."""
    ends = list(itertools.pairwise(ids)) or [(2 * i, 2 * i + 1) for i in range(len(lengths))]
    u, v = np.array(ends).T
    columns = {"u": u, "v": v, "length_mm": [int(km * 1e6) for km in lengths]}
    flags = dict.fromkeys(["steps", "private"], False)
    level = {"slope_ahead": 1.0, "slope_back": 1.0, "grade_max": 0.0}
    edges = gpd.GeoDataFrame(
        {**columns, **flags, **level, "one_way": 0}, geometry=[LineString([(0, 0), (1, 1)])] * len(lengths)
    )
    nodes = pd.DataFrame({"osm_id": np.arange(2 * len(lengths) + 1), "x": 0.0, "y": 0.0})
    parted = [row for row, node in enumerate([*u, *v]) if node in closed]
    return build_network(Walkways(nodes, edges), parted=np.array(parted, np.int64))


ONE_GATE = access(("estate", "E0", "gate", 0))
# Fifty metres east of the estate and the facilities that the tests place.
STREET = street((150, -500), (150, 500))


def connection(
    points: gpd.GeoDataFrame,
    *,
    net: Network | None = None,
    ways: Street = STREET,
    unclear: tuple[str, ...] = (),
    max_snap_m: float = 40,
) -> Connection:
    nearby = around(walkways(ways), max_snap_m=max_snap_m)
    if net is not None:
        # The kilometres of these are made up, so that their lines are of no use.
        nothing = np.full(len(net.u), LineString(), object)
        nearby = replace(nearby, network=net, lines=nothing, raised=np.zeros(len(net.u), bool))
    none = np.zeros(0, np.int64)
    empty = np.zeros(0, object), np.zeros(0)
    return Connection(walkways(ways), nearby, points, Homes(none, *empty), OwnGround(none, none, np.zeros(0)), unclear)


def told(
    *questions: Question,
    places: gpd.GeoDataFrame | None = None,
    found: gpd.GeoDataFrame | None = None,
    shut: gpd.GeoDataFrame | None = None,
    joined: Connection | None = None,
) -> list[tuple[str, str, str, dict[str, object]]]:
    problems = check_completeness(
        questions or (question(),),
        estates=estates("甲") if places is None else places,
        facilities=facilities() if found is None else found,
        gates=gates({}) if shut is None else shut,
        access=connection(ONE_GATE) if joined is None else joined,
    )
    return [(one.code, one.feature, one.value, one.facts) for one in problems]


def test_a_town_without_faults_is_not_scolded() -> None:
    assert told() == []


def test_no_question_is_told() -> None:
    problems = check_completeness(
        (), estates=estates("甲"), facilities=facilities(), gates=gates({}), access=connection(ONE_GATE)
    )
    assert problems == (warning("nothing_assessed"),)


def test_what_is_not_connected_is_named_or_else_numbered_with_the_way_to_the_network() -> None:
    # The estates end 50 m from the street, the facilities stand 150 m from it.
    assert told(places=estates("甲", "乙", None), found=facilities("站", None)) == [
        ("estate_unconnected", "E1", "乙", {"metres": "50", "limit": "40"}),
        ("estate_unconnected", "E2", "E2", {"metres": "50", "limit": "40"}),
        ("facility_unconnected", "F0", "站", {"metres": "150", "limit": "40"}),
        ("facility_unconnected", "F1", "F1", {"metres": "150", "limit": "40"}),
    ]


def test_what_is_near_a_way_and_yet_not_connected_is_cut_off_from_it() -> None:
    joined = connection(ONE_GATE, max_snap_m=50)
    assert told(places=estates("甲", "乙"), joined=joined) == [("estate_cut_off", "E1", "乙", {"metres": "50"})]
    joined = connection(ONE_GATE, max_snap_m=150)
    assert told(found=facilities("站"), joined=joined) == [("facility_cut_off", "F0", "站", {"metres": "150"})]


@pytest.mark.parametrize(("bridge", "private"), [(True, False), (False, True)], ids=["bridge", "private"])
def test_the_way_that_is_measured_to_is_one_that_can_be_used(*, bridge: bool, private: bool) -> None:
    near = street((150, 0), (150, 9), bridge=bridge, private=private)
    found, *_ = told(found=facilities("站"), joined=connection(ONE_GATE, ways=near))
    assert found == ("facility_unconnected", "F0", "站", {"metres": "—", "limit": "40"})


def test_a_distance_just_over_the_limit_does_not_show_as_within_it() -> None:
    (found,) = told(found=facilities("站"), joined=connection(ONE_GATE, max_snap_m=149.9))
    assert found[3] == {"metres": "150", "limit": "149.9"}


def test_an_estate_whose_gates_are_all_closed_is_told_to_be_shut() -> None:
    closed = gates({"G1": (0, 0), "G2": (100, 0)}, state="closed")
    joined = connection(access())
    assert told(shut=closed, joined=joined) == [("estate_sealed", "E0", "甲", {})]
    half = closed.assign(state=["closed", "residents"])
    assert [one[0] for one in told(shut=half, joined=joined)] == ["estate_unconnected", "gate_unjoined"]


def test_gates_that_shut_nothing_are_named() -> None:
    assert told(joined=connection(ONE_GATE, unclear=("n7", "G2"))) == [
        ("gate_unclear", "n7", "n7", {}),
        ("gate_unclear", "G2", "G2", {}),
    ]


def test_estates_without_known_homes_are_counted_once() -> None:
    # The homes of E1 are known at one of its two gates, those of E0 and E2 at none.
    points = access(
        *(("estate", name, "gate", 0) for name in ("E0", "E0", "E1", "E1", "E2")), ("facility", "F0", "", 0)
    )
    points["inside_m"] = [np.nan, np.nan, 12.0, np.nan, np.nan, np.nan]
    found = told(places=estates("甲", "乙", "丙"), found=facilities("站"), joined=connection(points))
    assert found == [("inside_left_out", "", "2", {})]


def test_parts_of_the_network_that_do_not_meet_are_told_with_who_lies_on_them() -> None:
    points = access(("estate", "E0", "gate", 0), ("facility", "F0", "", 0), ("facility", "F1", "", 0))
    apart = connection(points.assign(edge=[0, 1, 2]), net=network(10, 4, 2.5, 1))
    assert told(found=facilities("站", "店"), joined=apart) == [
        ("network_apart", "", "3", {"km": "7.5", "estates": 0, "facilities": 2})
    ]


def test_a_part_apart_where_nobody_lies_is_not_told() -> None:
    assert told(joined=connection(ONE_GATE, net=network(10, 4))) == []


def test_an_estate_and_a_facility_of_one_identifier_are_told_apart() -> None:
    found = facilities("站").assign(facility_id="E0")
    assert [one[:2] for one in told(found=found)] == [("facility_unconnected", "E0")]


@pytest.mark.parametrize(("assumed", "expected"), [(1, []), (2, []), (3, [("access_assumed", "", "75%", {})])])
def test_access_is_called_assumed_when_more_than_half_of_it_is(assumed: int, expected: list[object]) -> None:
    kinds = ["assumed"] * assumed + ["gate"] * (4 - assumed)
    points = access(*(("estate", f"E{i}", kind, 5) for i, kind in enumerate(kinds)))
    assert told(places=estates(*"甲乙丙丁"), joined=connection(points)) == expected


@pytest.mark.parametrize(
    ("metres", "expected"),
    [
        ([0, 50, 90], []),
        ([0, 51, 51], [("layers_shifted", "", "51", {})]),
        ([60, 70], [("layers_shifted", "", "65", {})]),
    ],
)
def test_layers_are_called_shifted_when_half_of_the_estates_lie_far_off(
    metres: list[float], expected: list[object]
) -> None:
    points = access(*(("estate", f"E{i}", "gate", m) for i, m in enumerate(metres)))
    assert told(places=estates(*"甲乙丙"[: len(metres)]), joined=connection(points)) == expected


def test_facilities_are_called_shifted_when_half_of_them_lie_far_off() -> None:
    points = access(("estate", "E0", "gate", 0), *(("facility", f"F{i}", "assumed", 190) for i in range(3)))
    assert told(found=facilities(*"甲乙丙"), joined=connection(points)) == [("facilities_shifted", "", "190", {})]


def test_places_that_are_not_connected_count_with_their_distance() -> None:
    # Three of five facilities are in no reach at all; two would be told one by one.
    points = access(("estate", "E0", "gate", 0), *(("facility", f"F{i}", "assumed", 10) for i in range(2)))
    shifted: tuple[str, str, str, dict[str, object]] = ("facilities_shifted", "", "150", {})
    assert shifted in told(found=facilities(*"甲乙丙丁戊"), joined=connection(points))
    assert shifted not in told(found=facilities(*"甲乙丙丁"), joined=connection(points))


@pytest.mark.parametrize(("kind", "count"), [("tertiary", 3), ("tertiary", 2), ("residential", 3)])
def test_estates_with_a_main_street_through_them_are_told(kind: str, count: int) -> None:
    # A street runs through the first of the estates, of which there are as many at one place.
    points = access(*(("estate", f"E{i}", "gate", 0) for i in range(count)))
    joined = connection(points, ways=street((50, -500), (50, 500)))
    edges = joined.walkways.edges.assign(highway=kind)
    joined = replace(joined, walkways=replace(joined.walkways, edges=edges))
    expected = [("estates_across_streets", "", "100%", {"count": 3})] if (kind, count) == ("tertiary", 3) else []
    assert told(places=estates(*"甲乙丙"[:count]), joined=joined) == expected


def test_a_gate_that_stands_at_no_estate_is_told_with_its_distance() -> None:
    drawn = gates({"近": (0, 14), "远": (-80, 0), "图": (-90, 0)}, osm_id=[-1, -1, 31])
    found = told(shut=drawn, joined=connection(ONE_GATE, max_snap_m=200))
    assert found == [("gate_apart", "远", "远", {"metres": "80", "limit": "15"})]


def test_a_gate_that_parts_a_way_or_leads_into_a_facility_is_not_called_apart() -> None:
    drawn = gates({"路": (-80, 0), "校": (300, 0)}, state=["closed", "open"])
    nearby = connection(ONE_GATE)
    around_ = replace(nearby.around, gate_nodes=pd.Series({"路": 0}))
    school = facilities("校").set_geometry([box(300, -20, 340, 20)], crs=TINY_CRS)
    joined = replace(nearby, around=around_, points=access(("estate", "E0", "gate", 0), ("facility", "F0", "gate", 0)))
    assert told(found=school, shut=drawn, joined=joined) == []


def test_a_gate_that_no_way_leads_to_is_told() -> None:
    drawn = gates({"东": (100, 0), "西": (0, 0), "死": (0, 10)}, state=["open", "residents", "closed"])
    # Fifty metres to the street from the east gate, a hundred and fifty from the others.
    found = told(shut=drawn, joined=connection(ONE_GATE, max_snap_m=60))
    assert found == [("gate_unjoined", "西", "西", {"metres": "60"})]


def test_no_estate_connected_at_all_is_told_and_nothing_else_made_of_it() -> None:
    assert [one[0] for one in told(joined=connection(access()))] == ["estate_unconnected"]


def test_scraps_of_the_network_are_counted_and_measured() -> None:
    # 0.4 and 0.3 km beside 10 km are less than 5 % of it; 0.5 km are not.
    assert told(joined=connection(ONE_GATE, net=network(10, 0.4, 0.3, 0.5))) == [
        ("network_scraps", "", "2", {"km": "0.7"})
    ]


def test_a_yard_behind_a_shut_gate_is_no_scrap() -> None:
    assert told(joined=connection(ONE_GATE, net=network(10, 0.2, ids=[0, 1, 2], closed=[1]))) == []


@pytest.mark.parametrize(
    ("rows", "share"),
    [
        ([("residential", 100, 300)], 0),
        ([("residential", 100, 300.5)], 1),
        ([("residential", 100, 10), ("tertiary", 300, 900)], 0.75),
        # Footways and service ways are no streets.
        ([("residential", 100, 10), ("footway", 300, 900), ("service", 300, 900)], 0),
    ],
)
def test_streets_far_from_every_estate(rows: list[tuple[str, float, float]], share: float) -> None:
    assert far_streets_share(estates("甲"), ways=streets(*rows)) == share


def test_without_streets_nothing_is_known() -> None:
    assert np.isnan(far_streets_share(estates("甲"), ways=streets(("footway", 10, 10))))
    assert check_estates(estates("甲"), ways=streets()) == ()


@pytest.mark.parametrize(
    ("far", "expected"),
    [(100, ()), (101, (warning("estates_thin", value="50%", count=1, reach="300"),))],
)
def test_missing_estates_are_told_when_more_than_half_of_the_streets_are_far(
    far: float, expected: tuple[Problem, ...]
) -> None:
    assert check_estates(estates("甲"), ways=streets(("residential", 100, 10), ("residential", far, 900))) == expected


def summary(*, rows: int | None = None) -> dict[str, tuple[float, str]]:
    """Sum up the tiny plan, with no more than so many clusters and services."""
    plan = tiny_plan()
    clusters, services = plan.clusters.iloc[:rows], plan.services.iloc[:rows]
    problems = [error("missing_file"), note("missing_file"), note("missing_file")]
    table = summarise(
        plan.estates,
        clusters=clusters,
        packages=plan.packages,
        services=services,
        at_most=AtMost(3, 0),
        problems=problems,
    )
    assert table.columns.tolist() == ["figure", "value", "text"]
    return {row.figure: (row.value, row.text) for row in table.itertuples()}


def test_the_summary_equals_the_frames() -> None:
    # Households 300 + 250 + 400 + 200 + 250; E3 is not eligible and in no cluster.
    assert summary() == {
        "estates": (5, ""),
        "eligible_estates": (4, ""),
        "households": (1400, ""),
        "people": (4000, ""),
        "estimated_estates": (1, ""),
        "clusters": (2, ""),
        "clusters_bound": (3, ""),
        "estates_in_clusters": (4, ""),
        "people_in_clusters": (3000, ""),
        "eligible_people": (3000, ""),
        "joinable_people": (0, ""),
        "estates_to_survey": (2, ""),
        "estates_year_unknown": (1, ""),
        "packages": (2, ""),
        "packages_short": (1, ""),
        "estates_in_packages": (4, ""),
        "packages_floor_area_m2": (81600, ""),
        "packages_threshold": (40000, ""),
        "services_assessed": (4, ""),
        "gaps": (4, ""),
        "estates_with_gap": (3, ""),
        "worst_gaps": (2, "childcare"),
        "services_without_data": (1, "canteen"),
        **{f"problems_{severity}": ({"error": 1, "warning": 0, "note": 2}[severity], "") for severity in Severity},
    }


def test_a_run_without_services_and_clusters_is_summed_up_too() -> None:
    found = summary(rows=0)
    assert (found["gaps"], found["worst_gaps"], found["services_without_data"]) == ((0, ""), (0, ""), (0, ""))
