"""How people walk: the shipped profiles, and what a standard or a project changes of them."""

import math
from pathlib import Path

import pytest

from data.errors import ProjectError, StandardError
from data.load import load_project
from data.profiles import load_profiles, project_profiles
from data.project import WalkingTable
from data.project_file import read_project
from data.standards.files import load_standard
from data.standards.model import Profile, Standard
from tests.osm_town import write_town

NEW = 'name = { zh = "快走" }, metres = 1500, minutes = 15, steps = 1.5, slope = false'


def changed(folder: Path, profiles: str) -> Standard:
    (folder / "own.toml").write_text(f'extends = "jiangxi_existing"\n[profiles]\n{profiles}\n', "utf-8")
    return load_standard("own.toml", folder=folder)


def set_by(walking: str, folder: Path) -> dict[str, Profile]:
    """Return the profiles of a project whose [walking] is this."""
    write_town(folder / "town.osm.pbf")
    (folder / "project.toml").write_text(f'osm = "town.osm.pbf"\n[walking]\n{walking}\n', "utf-8")
    return dict(load_project(read_project(folder / "project.toml")).standard.profiles)


def test_the_shipped_profiles() -> None:
    paces = {key: (one.metres / one.minutes, one.steps, one.max_grade) for key, one in load_profiles().items()}
    assert paces == {
        "adult": (1000 / 15, 2, None),
        "elderly": (800 / 15, 2, None),
        "child": (1000 / 15, 3, None),
        "wheels": (800 / 15, math.inf, 0.0834),
    }
    assert all(one.slope and one.source["zh"] and one.source["en"] for one in load_profiles().values())
    assert {one.confidence for one in load_profiles().values()} == {"unverified", "assumed"}


def test_the_steepest_ramp_for_wheels_is_one_in_twelve() -> None:
    assert 1 / 12 <= (load_profiles()["wheels"].max_grade or 0) < 1 / 11.9


def test_a_standard_changes_one_figure_and_keeps_the_others(tmp_path: Path) -> None:
    own = changed(tmp_path, "elderly = { steps = 3 }").profiles
    base = load_profiles()
    assert (own["elderly"].steps, own["elderly"].metres, own["elderly"].source) == (3, 800, base["elderly"].source)
    assert {key: one for key, one in own.items() if key != "elderly"} == {
        key: one for key, one in base.items() if key != "elderly"
    }


def test_who_changes_a_speed_is_its_source(tmp_path: Path) -> None:
    adult = changed(tmp_path, "adult = { metres = 1200 }").profiles["adult"]
    assert (adult.metres, adult.minutes, adult.source["en"], adult.confidence) == (1200, 15, "own.toml", "unverified")
    told = 'adult = { metres = 1200, source = { zh = "实测" }, confidence = "verified" }'
    adult = changed(tmp_path, told).profiles["adult"]
    assert (adult.source["zh"], adult.confidence) == ("实测", "verified")


def test_limits_can_be_taken_off_and_put_on(tmp_path: Path) -> None:
    own = changed(tmp_path, "wheels = { steps = 4, max_grade = false }\nadult = { steps = false, max_grade = 0.2 }")
    assert (own.profiles["wheels"].steps, own.profiles["wheels"].max_grade) == (4, None)
    assert (own.profiles["adult"].steps, own.profiles["adult"].max_grade) == (math.inf, 0.2)


def test_a_new_profile_says_all(tmp_path: Path) -> None:
    own = changed(tmp_path, f"runner = {{ {NEW} }}").profiles["runner"]
    assert (own.key, own.name["en"], own.metres, own.steps, own.slope, own.max_grade) == (
        "runner",
        "快走",
        1500,
        1.5,
        False,
        None,
    )
    with pytest.raises(StandardError, match=r"profiles\.runner\.name.*missing") as caught:
        changed(tmp_path, "runner = { metres = 1500, minutes = 15 }")
    assert [one.field for one in caught.value.problems] == [
        f"profiles.runner.{key}" for key in ("name", "steps", "slope")
    ]


@pytest.mark.parametrize(
    ("key", "value", "match"),
    [
        ("steps", "0.5", r"'0\.5' is not allowed.*1 … 100, false"),
        ("steps", "true", r"'True' is not allowed"),
        ("steps", "nan", r"'nan' is not allowed"),
        ("steps", '"2"', r"'2' is not allowed"),
        ("max_grade", "8.3", r"'8\.3' is not allowed.*0\.001 … 1, false"),
        ("metres", "0", "number 0 is not possible"),
        ("slope", "1", "wrong type"),
        ("confidence", '"sure"', "verified.*assumed"),
        ("speed", "4", "not known.*metres, minutes"),
    ],
)
def test_an_impossible_figure_is_named(tmp_path: Path, key: str, value: str, match: str) -> None:
    with pytest.raises(StandardError, match=rf"profiles\.adult\.{key}: .*{match}"):
        changed(tmp_path, f"adult = {{ {key} = {value} }}")


def test_a_project_changes_the_profiles_of_its_standard(tmp_path: Path) -> None:
    profiles = set_by("profiles = { elderly = { metres = 700, minutes = 15, steps = 3.0 } }", tmp_path)
    elderly = profiles.pop("elderly")
    assert (elderly.metres, elderly.minutes, elderly.steps) == (700, 15, 3)
    assert elderly.source == {"zh": "project.toml", "en": "project.toml"}
    assert profiles == {key: one for key, one in load_profiles().items() if key != "elderly"}


def test_one_factor_of_steps_for_all_who_walk_them(tmp_path: Path) -> None:
    profiles = set_by("steps_pace = 5\nprofiles = { elderly = { steps = 6 } }", tmp_path)
    assert {key: one.steps for key, one in profiles.items()} == {
        "adult": 5,
        "elderly": 6,
        "child": 5,
        "wheels": math.inf,
    }


def test_a_profile_nobody_walks_by_is_refused() -> None:
    table = WalkingTable.model_validate({"profiles": {"elder": {"metres": 700}}})
    with pytest.raises(ProjectError, match=r"p\.toml / walking\.profiles\.elder: .*adult, elderly, child, wheels"):
        project_profiles(load_profiles(), tables=table.profiles, steps_pace=None, file="p.toml")


@pytest.mark.parametrize(
    ("walking", "field", "match"),
    [
        ("profiles = { elderly = { metre = 700 } }", r"walking\.profiles\.elderly\.metre", "Known keys here: metres"),
        ("profiles = { elderly = { steps = 0 } }", r"walking\.profiles\.elderly\.steps", "1 … 100, false"),
        ("nearest = 11", r"walking\.nearest", "≤ 10"),
        ("nearest = 0", r"walking\.nearest", "≥ 1"),
        ('isochrones = "all"', r"walking\.isochrones", "'clusters', 'estates', 'facilities', 'none'"),
        ("openings = 'maybe'", r"walking\.openings", "true, false"),
        ("steps_pace = 0.9", r"walking\.steps_pace", "≥ 1"),
        ("dem = 3", r"walking\.dem", "wrong type"),
    ],
)
def test_an_impossible_setting_is_named(tmp_path: Path, walking: str, field: str, match: str) -> None:
    with pytest.raises(ProjectError, match=rf"{field}: .*{match}"):
        set_by(walking, tmp_path)


def test_what_walking_is_set_to_when_nothing_is_said() -> None:
    table = WalkingTable()
    assert (table.nearest, table.isochrones, table.openings, table.dem, table.steps_pace) == (
        3,
        "clusters",
        True,
        None,
        None,
    )


def test_the_settings_can_be_written_down_and_read_again() -> None:
    table = WalkingTable.model_validate({"profiles": {"wheels": {"max_grade": 0.1}, "adult": {"steps": False}}})
    written = table.model_dump(mode="json")
    assert written["profiles"]["adult"]["steps"] is False
    assert WalkingTable.model_validate(written) == table
