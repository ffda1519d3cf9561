"""Settings of money and years that cannot be, all told at once."""

import datetime
from typing import Any

import pytest

from data.errors import ProjectError
from data.money_checks import check_money
from data.project import Project
from data.project_file import read_project
from data.standards.files import load_standard

STANDARD = load_standard("jiangxi_existing")
DAY = datetime.date(2026, 3, 1)
PRICE = {"yuan": 10, "per": "household", "source": "甲", "date": DAY}


def told(**tables: Any) -> list[tuple[str, str | None]]:  # noqa: ANN401 - tables of a project
    project = Project.model_validate({"file_name": "project.toml", **tables})
    return [(problem.code, problem.field) for problem in check_money(project, standard=STANDARD)]


@pytest.mark.parametrize(
    ("tables", "problem"),
    [
        pytest.param({"costs": {"items": {"pool": PRICE}}}, ("money_item_unknown", "costs.items"), id="item"),
        pytest.param(
            {"costs": {"date": DAY, "items": {"roof": {"yuan": 1, "per": "unit"}}}},
            ("price_without_source", "costs.items.roof.source"),
            id="price without a source",
        ),
        pytest.param(
            {"costs": {"source": "甲", "items": {"roof": {"yuan": 1, "per": "unit"}}}},
            ("price_without_date", "costs.items.roof.date"),
            id="price without a date",
        ),
        pytest.param(
            {"funding": {"shares": {"basic": {"central": 0.7, "city": 0.4}}}},
            ("shares_over_one", "funding.shares.basic"),
            id="shares above one",
        ),
        pytest.param(
            {"funding": {"items": {"roof": {"city": 0.7, "owners": 0.4}}}},
            ("shares_over_one", "funding.items.roof"),
            id="shares of an item",
        ),
        pytest.param({"phases": {"years": [2027, 2026]}}, ("years_out_of_order", "phases.years"), id="order"),
        pytest.param({"phases": {"years": [2026, 2026]}}, ("years_out_of_order", "phases.years"), id="doubled"),
        pytest.param({"phases": {"budget_yuan": 5}}, ("budget_without_years", "phases.years"), id="no years"),
        pytest.param(
            {"phases": {"years": [2026, 2027, 2028], "budget_yuan": [5, 6]}},
            ("budgets_count", "phases.budget_yuan"),
            id="a budget missing",
        ),
        pytest.param(
            {"phases": {"years": [2026], "fixed": {"C01": 2030}}},
            ("year_not_planned", "phases.fixed.C01"),
            id="a year outside",
        ),
    ],
)
def test_each_fault_names_its_key(tables: dict[str, Any], problem: tuple[str, str]) -> None:
    assert told(**tables) == [problem]


def test_all_faults_are_told_at_once() -> None:
    found = told(costs={"items": {"pool": PRICE}}, phases={"years": [2027, 2026], "budget_yuan": [1, 2, 3]})
    assert [code for code, _ in found] == ["money_item_unknown", "years_out_of_order", "budgets_count"]


def test_what_is_right_is_not_told() -> None:
    whole = {"costs": {"source": "甲", "date": DAY, "items": {"roof": {"yuan": 1, "per": "unit"}}}}
    assert told(**whole, phases={"years": [2026, 2027], "budget_yuan": 5, "fixed": {"C01": 2027}}) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("[costs.items.roof]\nyuan = -1\nper = 'unit'", "costs.items.roof.yuan", id="negative cost"),
        pytest.param("[costs.items.roof]\nyuan = 1\nper = 'mile'", "costs.items.roof.per", id="unknown unit"),
        pytest.param("[phases]\nyears = ['soon']", r"phases.years\[1\]", id="no year"),
        pytest.param("[funding.shares.basic]\nbank = 0.5", "funding.shares.basic", id="unknown source"),
        pytest.param("[funding.caps_yuan]\ncentral = -5", "funding.caps_yuan.central", id="negative cap"),
        pytest.param("[siting]\nobjective = 'profit'", "siting.objective", id="unknown objective"),
        pytest.param("[balance]\ndiscount_rate = 2", "balance.discount_rate", id="rate above one"),
    ],
)
def test_values_that_cannot_be_are_refused_with_their_key(tmp_path: Any, text: str, said: str) -> None:  # noqa: ANN401
    path = tmp_path / "project.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ProjectError, match=said):
        read_project(path)
