import dataclasses
import math
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import MultiLineString, Point

from data.results import Results
from geo.explaining.explanation import explain_service
from tests.small_results import Layers, small_layers, small_manifest


def results_of(**changed: pd.DataFrame) -> Results:
    layers: dict[str, Any] = {**small_layers(), **changed}
    return Results(manifest=small_manifest(), **layers)


def with_row(layer: str, row: int, **values: object) -> Layers:
    frame = small_layers()[layer]
    for column, value in values.items():
        frame.loc[row, column] = value
    return {layer: frame}


def test_the_figures_are_those_of_the_tables() -> None:
    one = explain_service(results_of(), estate_id="E001", service="elder_care")
    judged, walk = one.judgement, one.walk
    assert (judged.state, judged.walk_minutes, judged.walk_m, judged.shortfall) == ("gap", 17.46, 921.0, 2.456)
    assert (judged.limit_minutes, judged.limit_m, judged.metres_per_minute) == (15.0, 800.0, 800 / 15)
    assert judged.spare_minutes == 15.0 - 17.46
    assert judged.spare_m == pytest.approx(800.0 - 17.456 * 800 / 15)
    assert walk is not None
    assert (walk.facility_id, walk.facility_name, walk.walk_m, walk.walk_minutes) == (
        "F003",
        "阳光养老院",
        921.0,
        17.46,
    )
    assert one.new_within_m == 800.0 - 60.0


@pytest.mark.parametrize(
    ("metric", "judged_m"),
    [("walk_minutes", 17.456 * 800 / 15), ("walk_m", 921.0), ("places_per_1000_people", 17.46 * 800 / 15)],
)
def test_the_limit_is_held_against_what_it_asks_for(metric: str, judged_m: float) -> None:
    judged = explain_service(results_of(**with_row("gaps", 0, metric=metric)), estate_id="E001", service="elder_care")
    assert judged.judgement.judged_m == pytest.approx(judged_m)
    assert judged.judgement.spare_m == pytest.approx(800.0 - judged_m)


def test_the_parts_stand_in_the_order_they_are_walked() -> None:
    walk = explain_service(results_of(), estate_id="E001", service="elder_care").walk
    assert walk is not None
    assert [(part.kind, part.street, part.steps, part.length_m) for part in walk.parts] == [
        ("inside", None, False, 60.0),
        ("from", None, False, 3.2),
        ("street", "人民路", False, 412.3),
        ("street", "解放路", True, 10.0),
        ("street", None, False, 430.5),
        ("to", None, False, 5.0),
    ]
    assert walk.rest_m == pytest.approx(0, abs=1e-9)
    assert 0 <= walk.rest_minutes < 0.01


lengths = st.integers(0, 3_000_000).map(lambda mm: mm / 1000)


@given(
    off=st.tuples(lengths, lengths, lengths),
    streets=st.lists(st.tuples(lengths, st.integers(1, 4)), min_size=1, max_size=6),
    inside=st.booleans(),
)
def test_the_parts_and_the_rest_add_up_to_the_whole(
    off: tuple[float, float, float], streets: list[tuple[float, int]], inside: bool
) -> None:
    pace = 15 / 800
    inside_m = off[0] if inside else math.nan
    walk_m = math.fsum([off[0] if inside else 0, off[1], off[2], *(length for length, _ in streets)])
    level_m = math.fsum([walk_m, *(length * (slower - 1) for length, slower in streets)])
    minutes = math.ceil(level_m * pace * 100) / 100
    walks = with_row("walks", 0, inside_m=inside_m, from_m=off[1], to_m=off[2], walk_m=walk_m, walk_minutes=minutes)
    steps = pd.DataFrame(
        [
            ("E001", "elder_care", number, "路", "residential", slower > 1, length, length * slower * pace)
            for number, (length, slower) in enumerate(streets, start=1)
        ],
        columns=small_layers()["walk_steps"].columns,
    )
    walk = explain_service(results_of(**walks, walk_steps=steps), estate_id="E001", service="elder_care").walk
    assert walk is not None
    assert walk.inside_known == inside
    assert len(walk.parts) == len(streets) + (3 if inside else 2)
    assert math.fsum([walk.rest_m, *(part.length_m for part in walk.parts)]) == pytest.approx(walk_m, abs=1e-6)
    assert math.fsum([walk.rest_minutes, *(part.minutes for part in walk.parts)]) == pytest.approx(minutes, abs=1e-6)
    assert walk.rest_m == pytest.approx(0, abs=1e-6)
    assert -1e-6 <= walk.rest_minutes < 0.01 + 1e-6


CASES: dict[str, tuple[str, str, Callable[[], Layers]]] = {
    "met": ("E002", "market", dict),
    "borderline_walk": ("E002", "elder_care", dict),
    "borderline_size": ("E001", "childcare", lambda: with_row("gaps", 2, state="borderline")),
    "gap_walk": ("E001", "elder_care", dict),
    "gap_unreached": ("E001", "market", dict),
    "gap_size": ("E001", "childcare", lambda: with_row("gaps", 2, state="gap")),
    "size_unknown": ("E001", "childcare", dict),
    "no_data_unconnected": ("E005", "market", dict),
    "no_data_empty": ("E001", "canteen", lambda: with_row("completeness", 3, facilities=0)),
    "no_data_set": ("E001", "canteen", lambda: with_row("completeness", 3, reason="set_incomplete")),
    "no_data_thin": ("E001", "canteen", dict),
    "no_data_size": ("E001", "childcare", lambda: with_row("gaps", 2, state="no_data")),
}


@pytest.mark.parametrize("case", CASES)
def test_the_case_tells_what_the_state_rests_on(case: str) -> None:
    estate_id, service, changed = CASES[case]
    one = explain_service(results_of(**changed()), estate_id=estate_id, service=service)
    assert one.judgement.case == case
    assert case.startswith(one.judgement.state)


@pytest.mark.parametrize(
    ("spot", "side"),
    [
        ((100, 50), "e"),
        ((50, 0), "s"),
        ((0, 100), "nw"),
        ((70, 100), "n"),
        ((100, 100), "ne"),
        ((0, 45), "w"),
        ((52, 51), None),
    ],
)
def test_the_side_of_a_gate(spot: tuple[float, float], side: str | None) -> None:
    points = with_row("access_points", 0, start_x=float(spot[0]), start_y=float(spot[1]))
    walk = explain_service(results_of(**points), estate_id="E001", service="elder_care").walk
    assert walk is not None
    assert walk.gate is not None
    assert (walk.gate.x, walk.gate.y, walk.gate.side) == (*spot, side)


def test_a_facility_on_the_own_ground_is_reached_through_no_gate() -> None:
    home = with_row(
        "walks", 0, gate=-1, entrance=-1, from_m=0.0, to_m=0.0, street_m=0.0, walk_m=60.0, walk_minutes=1.13
    )
    one = explain_service(results_of(**home), estate_id="E001", service="elder_care")
    assert one.walk is not None
    assert (one.walk.gate, one.walk.entrance, one.assumed) == (None, None, ())
    assert [part.kind for part in one.walk.parts] == ["inside"]
    assert (one.walk.rest_m, one.new_within_m) == (0.0, 800.0)


def test_the_detour_is_told_of_the_facility_that_is_walked_to() -> None:
    straight = explain_service(results_of(), estate_id="E001", service="elder_care").straight
    assert straight is not None
    assert (straight.facility_id, straight.within_limit) == ("F003", True)
    assert straight.straight_m == pytest.approx(math.hypot(500, 250))
    assert straight.detour == pytest.approx((3.2 + 852.8 + 5.0) / math.hypot(500, 250))


@pytest.mark.parametrize(("inside_m", "within"), [(240.0, True), (242.0, False)])
def test_the_way_inside_the_estate_uses_up_a_part_of_the_limit(inside_m: float, within: bool) -> None:
    results = results_of(**with_row("walks", 0, inside_m=inside_m))
    one = explain_service(results, estate_id="E001", service="elder_care")
    assert one.straight is not None
    assert one.straight.within_limit == within
    assert one.new_within_m == 800.0 - inside_m


def test_another_facility_may_be_nearer_as_the_crow_flies() -> None:
    facilities = small_layers()["facilities"]
    facilities.loc[4, "geometry"] = Point(100, 120)
    straight = explain_service(results_of(facilities=facilities), estate_id="E001", service="elder_care").straight
    assert straight is not None
    assert (straight.facility_id, straight.straight_m, straight.connected) == ("F005", 70.0, False)
    assert math.isnan(straight.detour)


def test_without_a_walk_the_distance_is_that_from_the_estate() -> None:
    straight = explain_service(results_of(), estate_id="E001", service="market").straight
    assert straight is not None
    assert (straight.facility_id, straight.within_limit) == ("F001", False)
    assert straight.straight_m == pytest.approx(math.hypot(1100, 200))


def test_without_any_facility_no_distance_is_told() -> None:
    facilities = small_layers()["facilities"]
    left = facilities[facilities["service"] != "market"].reset_index(drop=True)
    assert explain_service(results_of(facilities=left), estate_id="E001", service="market").straight is None


def test_a_line_read_as_several_is_walked_from_its_first_to_its_last_spot() -> None:
    walks = small_layers()["walks"]
    walks["geometry"] = [MultiLineString([line]) for line in walks.geometry]
    one = explain_service(results_of(walks=walks), estate_id="E001", service="elder_care")
    assert one.straight == explain_service(results_of(), estate_id="E001", service="elder_care").straight


def test_the_nearest_stand_by_rank_with_what_nobody_recorded() -> None:
    one = explain_service(results_of(), estate_id="E001", service="childcare")
    found = [(reached.rank, reached.facility_id, reached.within_limit, reached.unrecorded) for reached in one.nearest]
    assert found == [(1, "F006", True, None), (2, "F007", True, "capacity")]
    elder = explain_service(results_of(), estate_id="E001", service="elder_care").nearest
    assert [(reached.rank, reached.within_limit, reached.unrecorded) for reached in elder] == [
        (1, False, None),
        (2, False, None),
    ]


def test_openings_of_the_estate_stand_best_first_whichever_side_it_is_on() -> None:
    openings = explain_service(results_of(), estate_id="E001", service="elder_care").openings
    found = [(one.opening_id, one.other_id, one.gaps_closed) for one in openings]
    assert found == [("O002", "E003", 4), ("O003", "E003", 2), ("O001", None, 0)]
    market = explain_service(results_of(), estate_id="E001", service="market").openings
    assert [one.opening_id for one in market] == ["O003"]


@pytest.mark.parametrize(
    ("estate_id", "service", "assumed"),
    [("E002", "market", ("gate", "entrance")), ("E001", "childcare", ("entrance",)), ("E001", "elder_care", ())],
)
def test_ends_that_are_assumed_are_named(estate_id: str, service: str, assumed: tuple[str, ...]) -> None:
    assert explain_service(results_of(), estate_id=estate_id, service=service).assumed == assumed


def test_chances_are_those_recorded_or_none() -> None:
    one = explain_service(results_of(), estate_id="E001", service="childcare").chances
    assert one is not None
    assert dataclasses.astuple(one) == (1, 2, 2, 4.0)
    assert explain_service(results_of(), estate_id="E001", service="market").chances is None


def test_the_tables_are_left_as_they_were() -> None:
    results, layers = results_of(), small_layers()
    explain_service(results, estate_id="E001", service="elder_care")
    assert all(getattr(results, name).equals(frame) for name, frame in layers.items())


@pytest.mark.parametrize(
    ("reason", "expected"), [("none_found", ("城南街道", 0)), ("as_the_whole", (None, 1))], ids=["its own", "the whole"]
)
def test_a_layer_is_judged_in_the_subdistrict_of_the_estate(reason: str, expected: tuple[str | None, int]) -> None:
    whole = small_layers()["completeness"]
    rows = [("城北街道", 5), ("城南街道", 0)]
    units = [(unit, "subdistrict", "canteen", found, 4.0, True, reason) for unit, found in rows]
    known = pd.concat([whole, pd.DataFrame(units, columns=whole.columns)], ignore_index=True)
    layer = explain_service(results_of(completeness=known), estate_id="E001", service="canteen").layer
    assert (layer.unit, layer.facilities) == expected
