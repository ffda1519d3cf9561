"""What the sheets say of their method."""

from dataclasses import replace

import pytest

from data.words import words
from geo.plan import Plan
from maps.atlas.atlas import make_case
from maps.atlas.notes import notes_of
from maps.atlas.sheets import sheets_of
from tests.tiny import tiny_plan


def notes(plan: Plan, key: str, *, beyond: int = 0, service: str = "") -> str:
    case = make_case(plan, "zh")
    sheets = sheets_of(case.rules, plan=plan, say=case.say)
    sheet = next(one for one in sheets if one.rule.key == key and service in ("", one.subject.service))
    return "\n".join(notes_of(sheet, plan=plan, about=case.about, say=case.say, beyond=beyond))


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        pytest.param({"floor_people": 900, "ceiling_people": 4000}, "以人口计，900–4,000", id="people"),
        pytest.param({"floor_households": 300.0, "ceiling_households": 900.0}, "以户数计，300–900", id="households"),
        pytest.param(
            {"least_floor_area_m2": 5e4, "most_floor_area_m2": 2e5},
            "以建筑面积（㎡）计，50,000–200,000",
            id="floor area",
        ),
    ],
)
def test_the_band_is_told_in_what_it_counts(settings: dict[str, float], said: str) -> None:
    plan = tiny_plan()
    clusters = plan.inputs.project.clusters.model_copy(update=settings)
    project = plan.inputs.project.model_copy(update={"clusters": clusters})
    assert said in notes(replace(plan, inputs=replace(plan.inputs, project=project)), "clusters")


def test_every_threshold_of_a_service_is_told_with_its_clause_and_confidence() -> None:
    plan = tiny_plan()
    service = plan.services["service"].iloc[0]
    told = notes(plan, "gaps", service=service)
    asked = plan.gaps[plan.gaps["service"] == service]
    assert asked["clause"].nunique() > 0
    for clause, confidence in zip(asked["clause"], asked["confidence"], strict=True):
        assert f"{clause}，{words('zh')(f'terms.confidence.{confidence}')}" in told


@pytest.mark.parametrize(("beyond", "is_told"), [(0, False), (7, True)], ids=["all shown", "some beyond"])
def test_what_the_map_does_not_show_is_told(beyond: int, is_told: bool) -> None:
    assert ("7 处位于图幅以外" in notes(tiny_plan(), "facilities", beyond=beyond)) == is_told


def test_estimates_are_told_on_every_sheet() -> None:
    assert "5 个小区中有 1 个的户数、人口为估算值" in notes(tiny_plan(), "location")
