import dataclasses

import pandas as pd
import pytest

from data.problems import error, note, warning
from geo.plan import Plan
from geo.summary import AtMost, summarise
from geo.work_out import work_out
from tests.tiny import tiny_inputs


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Work out the tiny town with two minutes as limit of every walk, so that there are gaps."""
    inputs = tiny_inputs()
    services = tuple(
        dataclasses.replace(
            one,
            people_per_place=None,
            thresholds=tuple(dataclasses.replace(asked, value=2) for asked in one.thresholds),
        )
        for one in inputs.standard.services
    )
    return work_out(dataclasses.replace(inputs, standard=dataclasses.replace(inputs.standard, services=services)))


def figures(summary: pd.DataFrame) -> dict[str, float]:
    return dict(zip(summary["figure"], summary["value"], strict=True))


def texts(summary: pd.DataFrame) -> dict[str, str]:
    return dict(zip(summary["figure"], summary["text"], strict=True))


def test_each_figure_is_that_of_its_frame(plan: Plan) -> None:
    estates, told = plan.estates, figures(plan.summary)
    inside = estates["cluster_id"].notna()
    assert told["estates"] == len(estates)
    assert told["eligible_estates"] == estates["eligible"].sum()
    assert told["people"] == estates["people"].sum()
    assert told["households"] == estates["households"].sum()
    assert told["estimated_estates"] == estates["estimated"].sum()
    assert told["eligible_people"] == estates.loc[estates["eligible"], "people"].sum()
    assert told["clusters"] == len(plan.clusters)
    assert told["estates_in_clusters"] == inside.sum() == plan.clusters["estates"].sum()
    assert told["people_in_clusters"] == estates.loc[inside, "people"].sum() == plan.clusters["people"].sum()
    assert told["clusters"] <= told["clusters_bound"]


def test_figures_of_the_gaps_are_those_of_the_services(plan: Plan) -> None:
    told, gaps = figures(plan.summary), plan.gaps[plan.gaps["state"] == "gap"]
    assert told["services_assessed"] == len(plan.services)
    assert told["gaps"] == len(gaps) == plan.services["gap"].sum() == plan.estates["gap_count"].sum()
    assert told["estates_with_gap"] == gaps["estate_id"].nunique()
    assert told["worst_gaps"] == gaps["service"].value_counts().max()
    assert gaps["service"].value_counts()[texts(plan.summary)["worst_gaps"]] == told["worst_gaps"]


def test_problems_are_counted_by_severity(plan: Plan) -> None:
    problems = (error("missing_file"), warning("missing_file"), warning("missing_file"), note("missing_file"))
    found = summarise(
        plan.estates,
        clusters=plan.clusters,
        packages=plan.packages,
        services=plan.services,
        at_most=AtMost(7, 0),
        problems=problems,
    )
    told = figures(found)
    assert [told[f"problems_{name}"] for name in ("error", "warning", "note")] == [1, 2, 1]
    assert told["clusters_bound"] == 7


def test_services_without_data_are_named_in_their_order(plan: Plan) -> None:
    services = pd.concat([plan.services.assign(thin=False), plan.services.assign(thin=True)], ignore_index=True)
    services["service"] = [f"s{i}" for i in range(len(services))]
    found = summarise(
        plan.estates,
        clusters=plan.clusters,
        packages=plan.packages,
        services=services,
        at_most=AtMost(0, 0),
        problems=(),
    )
    half = len(plan.services)
    assert figures(found)["services_without_data"] == half
    assert texts(found)["services_without_data"] == ";".join(f"s{i}" for i in range(half, 2 * half))


def test_of_equally_bad_services_the_first_is_the_worst(plan: Plan) -> None:
    services = plan.services.assign(gap=3)
    found = summarise(
        plan.estates,
        clusters=plan.clusters,
        packages=plan.packages,
        services=services,
        at_most=AtMost(0, 0),
        problems=(),
    )
    assert (figures(found)["worst_gaps"], texts(found)["worst_gaps"]) == (3, services["service"].iloc[0])


@pytest.mark.parametrize("gaps", [0, None], ids=["no gap", "no service"])
def test_without_a_gap_no_service_is_the_worst(plan: Plan, gaps: int | None) -> None:
    services = plan.services.iloc[:0] if gaps is None else plan.services.assign(gap=gaps)
    found = summarise(
        plan.estates,
        clusters=plan.clusters,
        packages=plan.packages,
        services=services,
        at_most=AtMost(0, 0),
        problems=(),
    )
    assert (figures(found)["worst_gaps"], texts(found)["worst_gaps"]) == (0, "")
    assert found["value"].dtype == float
