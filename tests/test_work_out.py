import datetime
import re
from collections.abc import Mapping
from dataclasses import fields, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from data.inputs import Inputs, Walkways
from data.problems import Severity
from data.standards.model import Confidence, Standard, Threshold
from data.words import words
from geo.phasing.programme import Programme
from geo.plan import Plan
from geo.work_out import work_out
from tests.tiny import tiny_inputs, tiny_plan

_NO_FRAMES = ("inputs", "problems", "scenario", "sweeps", "programme")
_PROGRAMME = [field.name for field in fields(Programme) if field.name != "problems"]
FRAMES = [*(field.name for field in fields(Plan) if field.name not in _NO_FRAMES), *_PROGRAMME]


def frame_of(plan: Plan, name: str) -> pd.DataFrame:
    found: pd.DataFrame = getattr(plan.programme if name in _PROGRAMME else plan, name)
    return found


# Every column that the plan promises, as a hand-made plan of the same town holds them.
PROMISED: Mapping[str, list[str]] = {name: list(frame_of(tiny_plan(), name).columns) for name in FRAMES}
LAYERS = [
    "estates", "buildings", "facilities", "facilities_aside", "entrances", "sites", "gates", "barriers", "context",
    "hazards",
]  # fmt: skip


@pytest.fixture(scope="module")
def plan() -> Plan:
    return work_out(tiny_inputs())


def settings(inputs: Inputs, table: str, **changes: object) -> Inputs:
    changed = getattr(inputs.project, table).model_copy(update=changes)
    return replace(inputs, project=inputs.project.model_copy(update={table: changed}))


def asking(inputs: Inputs, service: str, *thresholds: Threshold) -> Inputs:
    """Put other thresholds to one service."""
    standard = inputs.standard
    services = tuple(replace(one, thresholds=thresholds) if one.key == service else one for one in standard.services)
    return replace(inputs, standard=replace(standard, services=services))


def codes(plan: Plan) -> list[str]:
    return [problem.code for problem in plan.problems]


def assert_same(one: Plan, other: Plan, *, leave_out: tuple[str, ...] = ()) -> None:
    for name in FRAMES:
        if name not in leave_out:
            pd.testing.assert_frame_equal(frame_of(one, name), frame_of(other, name), obj=name)


@pytest.mark.parametrize("name", FRAMES)
def test_every_frame_has_the_columns_that_the_plan_promises(plan: Plan, name: str) -> None:
    assert set(PROMISED[name]) <= set(frame_of(plan, name).columns)


@pytest.mark.parametrize("name", FRAMES)
def test_every_column_that_the_contract_writes_down_is_there(plan: Plan, name: str) -> None:
    said = re.split(r"\n    (\w+) : ", (Programme if name in _PROGRAMME else Plan).__doc__ or "")
    text = dict(zip(said[1::2], said[2::2], strict=True))[name]
    words = set(re.findall(r"``(\w+)`` \((?:str|int|float|bool)", text))
    assert words <= set(frame_of(plan, name).columns)


def test_the_stages_are_told_in_order() -> None:
    told: list[str] = []
    work_out(tiny_inputs(), stage=told.append)
    assert told == ["access", "walks", "gaps", "neighbours", "clusters", "reach"]


def test_nothing_in_the_inputs_is_changed() -> None:
    given, untouched = tiny_inputs(), tiny_inputs()
    work_out(given)
    for name in LAYERS:
        pd.testing.assert_frame_equal(getattr(given, name), getattr(untouched, name), obj=name)
    pd.testing.assert_frame_equal(given.walkways.nodes, untouched.walkways.nodes)
    pd.testing.assert_frame_equal(given.walkways.edges, untouched.walkways.edges)
    tables = ("earlier", "inventory")
    for name in tables:
        pd.testing.assert_frame_equal(getattr(given, name), getattr(untouched, name), obj=name)
    rest = [field.name for field in fields(Inputs) if field.name not in (*LAYERS, *tables, "walkways")]
    assert {name: getattr(given, name) for name in rest} == {name: getattr(untouched, name) for name in rest}


def test_the_same_inputs_give_the_same_plan(plan: Plan) -> None:
    again = work_out(tiny_inputs())
    assert_same(plan, again)
    assert plan.problems == again.problems


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "layers", [["estates"], ["facilities"], ["gates", "barriers"], LAYERS], ids=lambda names: "+".join(names)
)
def test_the_order_of_the_rows_read_does_not_matter(plan: Plan, layers: list[str], seed: int) -> None:
    inputs = tiny_inputs()
    mixed = {name: getattr(inputs, name).sample(frac=1, random_state=seed).reset_index(drop=True) for name in layers}
    assert_same(plan, work_out(replace(inputs, **mixed)))


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_the_ways_read_does_not_matter(plan: Plan, seed: int) -> None:
    inputs, random = tiny_inputs(), np.random.default_rng(seed)
    ways = inputs.walkways
    nodes, edges = random.permutation(len(ways.nodes)), random.permutation(len(ways.edges))
    place = np.argsort(nodes)
    mixed = ways.edges.assign(u=place[ways.edges["u"]], v=place[ways.edges["v"]]).iloc[edges].reset_index(drop=True)
    found = work_out(replace(inputs, walkways=Walkways(ways.nodes.iloc[nodes].reset_index(drop=True), mixed)))
    for name in ("estates", "facilities", "gaps", "nearest", "opportunities", "walk_steps", "clusters", "adjacency"):
        pd.testing.assert_frame_equal(pd.DataFrame(frame_of(plan, name)), pd.DataFrame(frame_of(found, name)), obj=name)
    assert found.walks.drop(columns=["gate", "entrance"]).equals(plan.walks.drop(columns=["gate", "entrance"]))


def test_rows_stand_in_the_order_of_their_identifiers(plan: Plan) -> None:
    assert plan.estates["estate_id"].is_monotonic_increasing
    assert plan.facilities["facility_id"].is_monotonic_increasing
    assert plan.gaps["estate_id"].is_monotonic_increasing
    assert plan.clusters["cluster_id"].is_monotonic_increasing


def test_each_estate_has_one_row_for_each_service_asked_about(plan: Plan) -> None:
    # Parking is counted in the estate, the canteen's limit is not verified, nothing is asked of the market.
    assert plan.services["service"].tolist() == ["elder_care", "childcare"]
    assert len(plan.gaps) == 2 * 5
    assert not plan.gaps.duplicated(["estate_id", "service"]).any()


def test_the_counts_of_the_frames_agree(plan: Plan) -> None:
    for state in ("met", "borderline", "gap", "size_unknown", "no_data"):
        total = (plan.gaps["state"] == state).sum()
        assert plan.estates[f"{state}_count"].sum() == total
        assert plan.services[state].sum() == total
    figure = plan.summary.set_index("figure")["value"]
    assert figure["gaps"] == (plan.gaps["state"] == "gap").sum()
    assert figure["people"] == plan.estates["people"].sum()
    assert figure["estates_in_clusters"] == plan.estates["cluster_id"].notna().sum() == plan.clusters["estates"].sum()


def test_walks_of_the_town_by_hand(plan: Plan) -> None:
    rows = plan.gaps.set_index(["estate_id", "service"])
    # E1 from its gate at x 50 along the road at y -20 to F1 at x 60, 10 m south of the road; both connectors count.
    walk = rows.loc[("E1", "elder_care")]
    assert (walk["facility_id"], walk["state"]) == ("F1", "met")
    assert walk["walk_minutes"] == pytest.approx(walk["walk_m"] * 15 / 800, abs=0.011)
    # Both banks are joined by the bridge at x 105 alone.
    assert rows.loc[("E4", "childcare"), "walk_m"] > 400
    nearest = plan.nearest.set_index(["estate_id", "service"])
    assert set(rows.index[rows["facility_id"].notna()]) <= set(nearest.index)
    assert "market" in nearest.index.get_level_values("service")


def test_who_takes_part_and_who_does_not(plan: Plan) -> None:
    estates = plan.estates.set_index("estate_id")
    assert estates["eligibility"].tolist() == [
        "built_in_time", "built_in_time", "built_later", "built_in_time", "year_unknown_included"
    ]  # fmt: skip
    assert estates.loc["E3", "reason"] == "not_eligible"
    assert estates["label"].tolist()[3:] == ["E4", "滨河新村"]
    assert estates["cluster_id"].isna().tolist() == estates["reason"].notna().tolist()
    # E5 has 120 x 100 m of plot, 3 buildings of which one (use unknown) stands there: 12,000 x 1.4 / 85 households.
    assert estates.loc["E5", ["households", "estimate_method"]].tolist() == [198, "plot_ratio"]


def test_a_facility_on_an_island_of_the_network_serves_nobody(plan: Plan) -> None:
    island = plan.facilities.set_index("facility_id").loc["F8"]
    assert (island["access_kind"], island["people_within"]) == ("none", 0)
    assert "facility_unconnected" in codes(plan)


def test_an_estate_off_the_network_is_told_and_asked_nothing() -> None:
    inputs = tiny_inputs()
    away = inputs.estates.assign(geometry=inputs.estates.geometry.where(inputs.estates["estate_id"] != "E5",
                                 inputs.estates.geometry.translate(0, 5000)))  # fmt: skip
    plan = work_out(replace(inputs, estates=away))
    lone = plan.estates.set_index("estate_id").loc["E5"]
    assert (lone["access_kind"], lone["reason"], lone["no_data_count"]) == ("none", "no_access", 2)
    assert plan.nearest["estate_id"].tolist().count("E5") == 0
    assert "estate_unconnected" in codes(plan)


@pytest.mark.parametrize("layer", ["gates", "sites", "barriers", "buildings", "entrances", "context"])
def test_a_layer_that_is_empty_runs_through(plan: Plan, layer: str) -> None:
    inputs = tiny_inputs()
    found = work_out(replace(inputs, **{layer: getattr(inputs, layer).iloc[:0]}))
    assert {name: list(frame_of(found, name).columns) for name in FRAMES} == {
        name: list(frame_of(plan, name).columns) for name in FRAMES
    }
    assert len(found.estates) == 5


def test_layers_that_are_all_empty_run_through() -> None:
    inputs = tiny_inputs()
    names = ["gates", "sites", "barriers", "buildings", "entrances", "context"]
    found = work_out(replace(inputs, **{name: getattr(inputs, name).iloc[:0] for name in names}))
    assert len(found.gaps) == 10


def without_limits(standard: Standard) -> Standard:
    return replace(standard, services=tuple(replace(one, thresholds=()) for one in standard.services))


def test_a_standard_without_limits_runs_through_and_says_so(plan: Plan) -> None:
    inputs = tiny_inputs()
    found = work_out(replace(inputs, standard=without_limits(inputs.standard)))
    assert "nothing_assessed" in codes(found)
    assert "nothing_assessed" not in codes(plan)
    assert (len(found.gaps), len(found.services), len(found.pooled)) == (0, 0, 0)
    pd.testing.assert_frame_equal(found.nearest, plan.nearest)
    assert found.clusters["gap_count"].tolist() == [0] * len(found.clusters)
    for name in FRAMES:
        assert list(frame_of(found, name).columns) == list(frame_of(plan, name).columns), name


def test_an_unverified_limit_binds_only_when_opted_in(plan: Plan) -> None:
    opted = work_out(settings(tiny_inputs(), "gaps", use_unverified=True))
    assert "canteen" not in set(plan.gaps["service"])
    rows = opted.gaps[opted.gaps["service"] == "canteen"]
    assert rows["confidence"].tolist() == ["unverified"] * 5
    assert rows["state"].tolist() == ["no_data"] * 5


@pytest.mark.parametrize(
    ("confidence", "opted", "told"),
    [("verified", False, True), ("unverified", False, False), ("unverified", True, True)],
)
def test_a_limit_that_ran_out_is_not_asked_and_told(confidence: Confidence, opted: bool, told: bool) -> None:
    inputs = settings(tiny_inputs(), "gaps", use_unverified=opted)
    care = inputs.standard.services[0]
    past = replace(care.thresholds[0], valid_to=datetime.date(2025, 12, 31), confidence=confidence)
    found = work_out(asking(inputs, "elder_care", past))
    assert "elder_care" not in set(found.gaps["service"])
    expired = [problem for problem in found.problems if problem.code == "threshold_expired"]
    assert len(expired) == told
    assert all(one.severity is Severity.WARNING and "15 min (" in one.what(words("en")) for one in expired)


def test_what_was_found_while_reading_is_handed_on(plan: Plan) -> None:
    assert set(tiny_inputs().problems) <= set(plan.problems)


def test_ratios_are_pooled_over_the_clusters() -> None:
    inputs = tiny_inputs()
    care = inputs.standard.services[0]
    asked = Threshold(
        "floor_area_per_100_households", "ge", 100, "m2/100hh", "文件", "二", "existing", "gap", "verified"
    )
    found = work_out(asking(inputs, "elder_care", *care.thresholds, asked))
    pooled = found.pooled.set_index("cluster_id")
    assert pooled.index.tolist() == found.clusters["cluster_id"].tolist()
    # All of E1 to E5 reach F1 (900 m²): 900 m² for 1,348 households, or F2 without a size is in reach, too.
    assert np.isin(pooled["state"], ["gap", "size_unknown"]).all()
    lacking = pooled.index[pooled["state"] == "gap"]
    assert found.clusters.set_index("cluster_id")["gaps"].str.contains("elder_care")[lacking].all()


def test_two_estates_of_the_same_outline_share_their_buildings_the_same_way_round() -> None:
    inputs = tiny_inputs()
    twins = gpd.GeoDataFrame(pd.concat([inputs.estates, inputs.estates.iloc[[4]].assign(estate_id="E6")]),
                             crs=inputs.crs)  # fmt: skip
    houses = inputs.buildings.assign(use="residential")
    plans = [work_out(replace(inputs, estates=twins.iloc[order].reset_index(drop=True), buildings=houses))
             for order in ([0, 1, 2, 3, 4, 5], [5, 4, 3, 2, 1, 0])]  # fmt: skip
    pd.testing.assert_frame_equal(plans[0].estates, plans[1].estates)


@pytest.mark.parametrize(
    ("date", "built_by", "told"),
    [(None, None, True), (datetime.date(2026, 3, 1), None, False), (None, 2000, False)],
    ids=["no date", "a date", "a fixed year"],
)
def test_an_age_without_a_date_of_the_plan_is_told(
    date: datetime.date | None, built_by: int | None, told: bool
) -> None:
    inputs = settings(tiny_inputs(), "project", date=date)
    rule = replace(inputs.standard.eligibility, built_by=built_by, min_age_years=20)
    found = work_out(replace(inputs, standard=replace(inputs.standard, eligibility=rule)))
    assert ("plan_undated" in codes(found)) is told
    assert (found.estates["eligibility"] == "year_unknown_included").all() == told
