"""Rules of siting: those that ship, and a planner's own that go before them."""

from pathlib import Path

import pytest

from data.errors import StandardError
from data.standards.files import load_standard
from data.standards.rules import hazard_rules, site_rules
from data.standards.siting import siting_rules


def own(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "选址规则.toml"
    path.write_text(text, "utf-8")
    return path


def test_every_rule_that_ships_names_a_walked_service_kinds_and_shares() -> None:
    rules, standard = siting_rules(), load_standard("jiangxi_existing")
    walked = {service.key for service in standard.services if service.measure == "walk"}
    assert set(rules.services) <= walked
    for rule in rules.services.values():
        shares = rules.ground_share if rule.outdoor else rules.floor_share
        assert any(shares[kind] > 0 for kind in rule.kinds)
    assert set(rules.floor_share) == set(rules.ground_share) == set(site_rules().kinds)


def test_a_rule_of_the_planner_goes_before_the_shipped_one(tmp_path: Path) -> None:
    path = own(tmp_path, "[service.canteen]\nkinds = ['idle_room']\nleast_m2 = 60\nm2_per_person = 0.05\n")
    rules = siting_rules(path, name=path.name)
    assert rules.services["canteen"].least_m2 == 60
    assert rules.services["canteen"].own
    assert not rules.services["market"].own


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("[service.canteen]\nkinds = ['castle']\nleast_m2 = 1\nm2_per_person = 1", "castle", id="kind"),
        pytest.param("[service.casino]\nkinds = []\nleast_m2 = 1\nm2_per_person = 1", "casino", id="service"),
        pytest.param("[service.canteen]\nkinds = []\nleast_m2 = -5\nm2_per_person = 1", "-5", id="negative area"),
        pytest.param("[service.canteen]\nkinds = []\nleast_m2 = 5", "m2_per_person", id="a key missing"),
        pytest.param(
            "[service.canteen]\nkinds = []\nleast_m2 = 5\nm2_per_person = 1\nkeep_away = { school = 5 }",
            "school",
            id="hazard",
        ),
        pytest.param("[floor_share]\nidle_room = 21", "21", id="share"),
        pytest.param("[service", "TOML", id="no TOML"),
    ],
)
def test_a_file_of_rules_that_cannot_be_is_refused_with_the_value(tmp_path: Path, text: str, said: str) -> None:
    path = own(tmp_path, text)
    with pytest.raises(StandardError, match=said):
        siting_rules(path, name=path.name)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param("加油站", "petrol_station", id="petrol"),
        pytest.param("中石化城南加油加气站", "petrol_station", id="by name"),
        pytest.param("垃圾中转站", "waste_transfer", id="waste"),
        pytest.param("110kV变电站", "substation", id="power"),
        pytest.param("液化气站", "gas_store", id="gas"),
    ],
)
def test_hazards_are_told_by_their_words(text: str, kind: str) -> None:
    rules = hazard_rules()
    found = [rules.kinds[number] for number, words in rules.word_rules if words.holds(text)]
    assert kind in found
