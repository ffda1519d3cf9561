import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.standards.model import Service, Threshold
from geo.judgement.gaps import GAP_COLUMNS, SEVERITY, Question, is_measurable, judge_service, size_state
from geo.judgement.measures import Measured
from geo.streets.graph import Pace
from geo.walking.walk_times import Pairs
from geo.walking.walks import Walks

NAN, INF = float("nan"), float("inf")
# 15 minutes are 1,000 m for an adult and 800 m for the elderly.
PACES = {"adult": Pace(900.0, 2.0), "elderly": Pace(1125.0, 2.0)}
NO_PAIRS = Pairs(*(np.zeros(0, np.int64) for _ in range(3)))


def threshold(metric: str, value: float, unit: str, clause: str) -> Threshold:
    op = "le" if metric.startswith("walk") else "ge"
    return Threshold(metric, op, value, unit, "文件", clause, "existing", "gap", "verified")  # type: ignore[arg-type]


WALK = threshold("walk_minutes", 15, "min", "一")
SHARED = threshold("floor_area_per_100_households", 30, "m2/100hh", "二")
SINGLE = threshold("facility_floor_area_m2", 400, "m2", "三")


def question(*sizes: Threshold, walk: Threshold = WALK, thin: bool = False, profile: str = "adult") -> Question:
    service = Service("care", {"zh": "照料", "en": "Care"}, "upgrade", "", "walk", profile, "", 2000.0, (walk, *sizes))
    metres = {"adult": 1000, "elderly": 800}[profile]
    return Question(
        service, walk, sizes, walk.value if walk.metric == "walk_minutes" else walk.value / metres * 15, thin
    )


def walks(metres: list[list[float]], asked: Question) -> Walks:
    """Walk from estates (rows) to facilities (columns) of one service."""
    cost = np.rint(np.array(metres, float) * 1000 * PACES[asked.service.profile].us_per_mm)
    origin, target = np.nonzero(cost <= asked.limit_minutes * 60_000_000)
    within = {"care": Pairs(origin, target, cost[origin, target].astype(np.int64))}
    nearest = np.where(np.isfinite(cost.min(axis=1)), cost.argmin(axis=1), -1)
    best = cost.min(axis=1)[:, None]
    walk_m = np.where(np.isfinite(best), best, NAN) / (1000 * PACES[asked.service.profile].us_per_mm)
    return Walks(("care",), best, walk_m, nearest[:, None], within, PACES, NO_PAIRS)


def judge(
    metres: list[list[float]],
    asked: Question,
    *,
    area: list[float] | None = None,
    households: list[float] | None = None,
    access: list[str] | None = None,
) -> pd.DataFrame:
    count, places = len(metres), len(metres[0])
    estates = pd.DataFrame(
        {
            "estate_id": [f"E{row}" for row in range(count)],
            "households": households or [100.0] * count,
            "people": [300.0] * count,
            "access_kind": access or ["gate"] * count,
        }
    )
    facilities = pd.DataFrame(
        {
            "facility_id": [f"F{row}" for row in range(places)],
            "name": pd.Series(["甲站", *[None] * (places - 1)], dtype=object),
            "capacity": NAN,
            "floor_area_m2": area or [NAN] * places,
        }
    )
    return judge_service(asked, walks=walks(metres, asked), estates=estates, facilities=facilities)


def states(metres: list[list[float]], asked: Question, *, area: list[float] | None = None) -> list[str]:
    return list(judge(metres, asked, area=area)["state"])


@pytest.mark.parametrize(
    ("metres", "state", "shortfall"),
    [
        (0, "met", NAN),
        (989.9, "met", NAN),
        (990, "borderline", 0),
        (1000, "borderline", 0),
        # 5 m over are 0.075 min.
        (1005, "borderline", 0.075),
        (1010, "borderline", 0.15),
        (1010.1, "gap", 0.152),
        (2000, "gap", 15),
        (INF, "gap", NAN),
    ],
)
def test_the_walk_within_ten_metres_of_the_limit_is_borderline(metres: float, state: str, shortfall: float) -> None:
    row = judge([[metres]], question()).iloc[0]
    assert row["state"] == state
    np.testing.assert_allclose(row["shortfall"], shortfall, atol=1e-9)


@pytest.mark.parametrize(
    ("metres", "state"),
    [(789.9, "met"), (790, "borderline"), (810, "borderline"), (810.1, "gap"), (1000, "gap")],
)
def test_the_elderly_walk_less_far_in_the_same_time(metres: float, state: str) -> None:
    assert states([[metres]], question(profile="elderly")) == [state]


def test_a_limit_in_metres_is_told_in_metres() -> None:
    asked = question(walk=threshold("walk_m", 300, "m", "四"))
    row = judge([[450]], asked).iloc[0]
    assert row[["metric", "measured", "threshold", "shortfall", "unit", "walk_minutes"]].tolist() == [
        "walk_m", 450, 300, 150, "m", 6.75
    ]  # fmt: skip
    assert states([[289.9], [290], [310], [310.1]], asked) == ["met", "borderline", "borderline", "gap"]


def test_what_cannot_be_reached_in_a_full_layer_is_a_gap_without_minutes() -> None:
    row = judge([[INF, INF]], question()).iloc[0]
    assert row["state"] == "gap"
    assert row[["walk_minutes", "walk_m", "measured", "facility_id", "facility_name"]].isna().all()


def test_in_a_thin_layer_absence_proves_nothing_but_presence_does() -> None:
    asked = question(thin=True)
    assert states([[INF], [1500], [1010], [100]], asked) == ["no_data", "no_data", "borderline", "met"]


def test_of_an_estate_that_is_not_connected_nothing_is_known() -> None:
    rows = judge([[INF], [100]], question(SHARED), area=[5000], access=["none", "gate"])
    assert rows["state"].tolist() == ["no_data", "met"]
    assert rows["metric"].tolist()[0] == "walk_minutes"


def test_a_service_without_any_facility_is_judged_by_the_walk_alone() -> None:
    walked = Walks((), np.zeros((1, 0)), np.zeros((1, 0)), np.zeros((1, 0), np.int64), {}, PACES, NO_PAIRS)
    estates = pd.DataFrame({"estate_id": ["E0"], "households": 1.0, "people": 1.0, "access_kind": "gate"})
    none = pd.DataFrame({"facility_id": [], "name": [], "capacity": [], "floor_area_m2": []})
    row = judge_service(question(SHARED, thin=True), walks=walked, estates=estates, facilities=none).iloc[0]
    assert (row["state"], row["metric"]) == ("no_data", "walk_minutes")
    assert row[["walk_minutes", "facility_id", "facility_name"]].isna().all()


def test_the_row_names_the_nearest_facility_even_one_without_a_name() -> None:
    rows = judge([[100, 200], [200, 100]], question())
    assert rows["facility_id"].tolist() == ["F0", "F1"]
    assert rows["facility_name"].tolist()[0] == "甲站"
    assert rows["facility_name"].isna().tolist() == [False, True]
    assert rows.columns.tolist() == GAP_COLUMNS


@pytest.mark.parametrize(
    ("area", "state", "measured", "shortfall"),
    [
        # 30 m² for 100 households are asked; 1.5 m² more or less are borderline.
        (28.4, "gap", 28.4, 1.6),
        (28.5, "borderline", 28.5, 1.5),
        (30, "borderline", 30, 0),
        (31.5, "borderline", 31.5, 0),
        # When all is met the walk is told.
        (31.6, "met", 1.5, NAN),
    ],
)
def test_a_size_within_five_per_cent_is_borderline(area: float, state: str, measured: float, shortfall: float) -> None:
    row = judge([[100]], question(SHARED), area=[area]).iloc[0]
    assert row["state"] == state
    np.testing.assert_allclose(row[["measured", "shortfall"]].to_numpy(float), [measured, shortfall])


@pytest.mark.parametrize(
    ("area", "state"),
    [
        ([NAN, NAN], "size_unknown"),
        # A lower limit that suffices is met; one that falls short, or just does, tells nothing.
        ([40, NAN], "met"),
        ([30, NAN], "met"),
        ([29, NAN], "size_unknown"),
        ([10, NAN], "size_unknown"),
        ([10, 10], "gap"),
    ],
)
def test_a_place_without_a_size_is_never_called_met_or_a_gap(area: list[float], state: str) -> None:
    assert states([[100, 200]], question(SHARED), area=area) == [state]


def test_a_shared_facility_is_shared_out() -> None:
    # 60 m² for 400 households: 15 by hundred.
    rows = judge([[100], [100]], question(SHARED), area=[60], households=[100, 300])
    assert rows[["state", "measured", "shortfall"]].to_numpy().tolist() == [["gap", 15, 15]] * 2


@pytest.mark.parametrize(
    ("area", "single", "state", "clause"),
    [
        ([50, 50], SINGLE, "gap", "文件 三"),
        ([500, 500], SINGLE, "met", "文件 一"),
        ([410, 50], SINGLE, "borderline", "文件 三"),
        # 5 m² shared by 100 households and 5 m² alone: the first of two gaps is told.
        ([5, 5], SINGLE, "gap", "文件 二"),
        ([5, NAN], SINGLE, "size_unknown", "文件 二"),
    ],
)
def test_the_most_severe_threshold_decides_and_its_clause_is_told(
    area: list[float], single: Threshold, state: str, clause: str
) -> None:
    row = judge([[100, 200]], question(SHARED, single), area=area).iloc[0]
    assert (row["state"], row["clause"]) == (state, clause)


def test_an_estate_out_of_reach_is_not_asked_about_size() -> None:
    row = judge([[1500]], question(SHARED), area=[5000]).iloc[0]
    assert row[["state", "metric", "measured", "clause"]].tolist() == ["gap", "walk_minutes", 22.5, "文件 一"]


@pytest.mark.parametrize("metres", [1001, 1010])
def test_a_walk_just_over_the_limit_stays_borderline_whatever_the_size(metres: float) -> None:
    row = judge([[metres]], question(SHARED), area=[5000]).iloc[0]
    assert row[["state", "metric"]].tolist() == ["borderline", "walk_minutes"]


@pytest.mark.parametrize(("metres", "state"), [(995, "gap"), (100, "gap")])
def test_a_walk_just_under_the_limit_does_not_excuse_the_size(metres: float, state: str) -> None:
    row = judge([[metres]], question(SHARED), area=[10]).iloc[0]
    assert row[["state", "metric"]].tolist() == [state, "floor_area_per_100_households"]


def test_in_a_thin_layer_a_small_size_is_no_gap() -> None:
    assert states([[100]], question(SHARED, thin=True), area=[10]) == ["no_data"]
    assert states([[100]], question(SHARED, thin=True), area=[50]) == ["met"]


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("floor_area_per_100_households", True),
        ("places_per_1000_people", True),
        ("facility_floor_area_m2", True),
        ("beds_per_1000_elderly", True),
        ("walk_minutes", False),
    ],
)
def test_what_the_inputs_can_answer(metric: str, expected: bool) -> None:
    assert is_measurable(threshold(metric, 1, "", "")) is expected


@given(
    st.lists(st.tuples(st.one_of(st.floats(0, 2000), st.just(INF)), st.one_of(st.floats(0, 90), st.just(NAN))),
             min_size=1, max_size=6),
    st.booleans(),
)  # fmt: skip
def test_more_thresholds_never_make_a_state_better(spots: list[tuple[float, float]], thin: bool) -> None:
    metres, area = [[spot[0]] for spot in spots], [[spot[1]] for spot in spots]
    grid = [[row[0] if i == j else INF for j in range(len(metres))] for i, row in enumerate(metres)]
    plain = states(grid, question(thin=thin), area=[a[0] for a in area])
    asked = states(grid, question(SHARED, thin=thin), area=[a[0] for a in area])
    assert all(SEVERITY.index(more) <= SEVERITY.index(less) for less, more in zip(plain, asked, strict=True))
    assert not thin or "gap" not in {*plain, *asked}


@given(st.floats(0, 100), st.booleans(), st.booleans())
def test_states_of_size_agree_with_an_independent_reading(value: float, complete: bool, thin: bool) -> None:
    found = Measured(np.array([value]), np.array([complete]))
    if complete and 28.5 <= value <= 31.5:
        expected = "borderline"
    elif value >= 30:
        expected = "met"
    elif not complete:
        expected = "size_unknown"
    else:
        expected = "no_data" if thin else "gap"
    assert size_state(SHARED, found, thin=thin).tolist() == [expected]
