import datetime
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.standards.model import Measure, Service, Standard, Threshold
from geo.judgement.assessment import STATES, ask, expected_places, limit_minutes, nearest_table, service_table
from geo.judgement.gaps import Question
from geo.streets.graph import Pace
from geo.walking.walk_times import Pairs
from geo.walking.walks import Walks
from tests.tiny import tiny_standard

NAN, INF = float("nan"), float("inf")
DAY = datetime.date(2026, 3, 1)
WALK = Threshold("walk_minutes", "le", 15, "min", "文件", "一", "existing", "gap", "verified")
SIZE = Threshold("facility_floor_area_m2", "ge", 400, "m2", "文件", "二", "existing", "gap", "verified")


def service(
    key: str, *thresholds: Threshold, per: float | None = 1000, measure: Measure = "walk", profile: str = "adult"
) -> Service:
    return Service(key, {"zh": key, "en": key}, "upgrade", "", measure, profile, "", per, thresholds)


def standard(*services: Service) -> Standard:
    return replace(tiny_standard(), services=services)


def places(*services: str) -> pd.DataFrame:
    return pd.DataFrame({"service": pd.Series(services, dtype=object)})


def asked(
    of: Standard, *, found: pd.DataFrame | None = None, people: float = 10_000, use_unverified: bool = False
) -> tuple[Question, ...]:
    facilities = places() if found is None else found
    return ask(of, facilities=facilities, people=people, on=DAY, use_unverified=use_unverified, thin_share=0.5)


def keys(questions: tuple[Question, ...]) -> list[str]:
    return [question.service.key for question in questions]


def test_services_are_asked_in_the_order_of_the_standard() -> None:
    found = asked(standard(service("b", WALK), service("c"), service("a", WALK)))
    assert keys(found) == ["b", "a"]


@pytest.mark.parametrize(
    "one",
    [
        service("x"),
        service("x", SIZE),
        service("x", WALK, measure="inventory"),
        service("x", replace(WALK, confidence="unverified")),
        service("x", replace(WALK, role="info")),
        service("x", replace(WALK, scope="new")),
        service("x", replace(WALK, valid_to=datetime.date(2026, 2, 28))),
        service("x", replace(WALK, valid_from=datetime.date(2026, 3, 2))),
    ],
    ids=["nothing", "size alone", "inventory", "unverified", "info", "new estates", "expired", "not yet"],
)
def test_what_does_not_bind_is_not_asked(one: Service) -> None:
    assert asked(standard(one)) == ()


def test_an_unverified_limit_binds_when_opted_in() -> None:
    one = service("x", replace(WALK, confidence="unverified"))
    assert keys(asked(standard(one), use_unverified=True)) == ["x"]


def test_limits_bind_on_their_first_and_last_day() -> None:
    one = service("x", replace(WALK, valid_from=DAY, valid_to=DAY))
    assert keys(asked(standard(one))) == ["x"]


def test_the_strictest_of_several_walks_counts_and_sizes_come_along() -> None:
    # 500 m at 1,000 m in 15 min are 7.5 min.
    metres = replace(WALK, metric="walk_m", value=500, unit="m")
    land = replace(SIZE, metric="land_area_per_person")
    (question,) = asked(standard(service("x", WALK, SIZE, metres, land)))
    assert (question.walk, question.sizes, question.limit_minutes) == (metres, (SIZE,), 7.5)


@pytest.mark.parametrize(("profile", "expected"), [("adult", 4.5), ("elderly", 5.625)])
def test_metres_take_the_elderly_longer(profile: str, expected: float) -> None:
    metres = replace(WALK, metric="walk_m", value=300)
    assert limit_minutes(metres, service("x", profile=profile), tiny_standard()) == expected


@pytest.mark.parametrize(
    ("count", "per", "thin"),
    [
        # Of ten places that 10,000 people let one expect, half are five.
        (5, 1000, False),
        (4, 1000, True),
        (0, 1000, True),
        (1, None, False),
        (0, None, True),
    ],
)
def test_a_layer_with_less_than_half_of_its_places_is_thin(count: int, per: float | None, thin: bool) -> None:
    (question,) = asked(standard(service("x", WALK, per=per)), found=places(*["x"] * count, "other"))
    assert question.thin is thin


def test_places_to_expect() -> None:
    assert expected_places(service("x", per=2500), 10_000) == 4
    assert np.isnan(expected_places(service("x", per=None), 10_000))


def rows_of(key: str, *rows: tuple[str, str, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["estate_id", "state", "walk_minutes"])
    return frame.assign(service=key)


def reached(*rows: int) -> Walks:
    """Walk from these estates to service x within its limit."""
    near = Pairs(np.array(rows, np.int64), np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int64))
    none = Pairs(*(np.zeros(0, np.int64) for _ in range(3)))
    return Walks((), np.zeros((0, 0)), np.zeros((0, 0)), np.zeros((0, 0), np.int64), {"x": near}, {}, none)


def test_a_service_is_summed_up_over_the_estates() -> None:
    questions = asked(standard(service("x", WALK)), found=places(*["x"] * 6), people=6000.0)
    gaps = rows_of("x", ("E1", "met", 3.0), ("E2", "gap", 16.0), ("E3", "gap", 15.0), ("E4", "no_data", NAN))
    estates = pd.DataFrame({"people": [100.0, 400.0, 500.0, 1000.0]})
    table = service_table(questions, walks=reached(0, 2), gaps=gaps, facilities=places(*["x"] * 6), estates=estates)
    row = table.iloc[0]
    # E1 and E3 are within the limit, whatever the state.
    assert row[["people_within", "people_share"]].tolist() == [600, 0.3]
    assert row[["facilities", "expected", "thin"]].tolist() == [6, 6, False]
    assert row[list(STATES)].tolist() == [1, 0, 2, 0, 1]


def one_estate(people: float, *, expected: float) -> pd.Series:
    questions = asked(standard(service("x", WALK)), found=places("x"), people=expected)
    table = service_table(
        questions,
        walks=reached(0),
        gaps=rows_of("x", ("E1", "met", 3.0)),
        facilities=places("x"),
        estates=pd.DataFrame({"people": [people]}),
    )
    return table.iloc[0]


def test_of_a_thin_layer_no_share_of_people_is_told() -> None:
    assert one_estate(100.0, expected=10_000.0)[["people_within", "people_share"]].isna().all(axis=None)


def test_without_people_there_is_no_share() -> None:
    row = one_estate(0.0, expected=0.0)
    assert row["people_within"] == 0
    assert np.isnan(row["people_share"])


def test_without_questions_the_table_keeps_its_columns() -> None:
    empty = pd.DataFrame({"people": []})
    table = service_table((), walks=reached(), gaps=rows_of("x"), facilities=places(), estates=empty)
    assert (len(table), set(STATES) <= set(table.columns)) == (0, True)


@given(st.lists(st.sampled_from(STATES), min_size=1, max_size=8))
def test_states_count_up_to_the_estates(states: list[str]) -> None:
    questions = asked(standard(service("x", WALK), service("y", WALK)))
    ids = [f"E{number}" for number in range(len(states))]
    gaps = pd.concat(
        rows_of(key, *((identifier, state, 3.0) for identifier, state in zip(ids, said, strict=True)))
        for key, said in (("x", states), ("y", states[::-1]))
    )
    estates = pd.DataFrame({"people": [10.0] * len(ids)})
    table = service_table(questions, walks=reached(), gaps=gaps, facilities=places(), estates=estates)
    assert table[list(STATES)].sum(axis=1).tolist() == [len(states)] * 2


def test_the_nearest_facilities_are_listed_for_services_that_nobody_asks_about_too() -> None:
    none = Pairs(*(np.zeros(0, np.int64) for _ in range(3)))
    cost = np.array([[90_000_000, INF], [INF, 112_500_000]])
    paces = {"adult": Pace(900.0, 2.0), "elderly": Pace(1125.0, 2.0)}
    walked = np.array([[75.0, NAN], [NAN, 125.0]])
    walks = Walks(("elder_care", "market"), cost, walked, np.array([[1, -1], [-1, 0]]), {}, paces, none)
    further = pd.DataFrame(
        [(0, "elder_care", 1, 1, 90_000_000), (0, "elder_care", 2, 0, 112_500_000)],
        columns=["origin", "service", "rank", "target", "cost_us"],
    )
    table = nearest_table(
        walks,
        further=further,
        estate_ids=["E1", "E2"],
        facilities=pd.DataFrame({"facility_id": ["F1", "F2"]}),
        standard=tiny_standard(),
    )
    # The way to the nearest is as long as it is; 112.5 s are 100 m on the level for the elderly.
    assert table.to_numpy().tolist() == [
        ["E1", "elder_care", 1, 1.5, 75, "F2"],
        ["E1", "elder_care", 2, 1.88, 100, "F1"],
        ["E2", "market", 1, 1.88, 125, "F1"],
    ]
