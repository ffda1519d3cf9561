from typing import Any

import pytest

from data.project_salvage import usable_settings

ESTATES = {"path": "小区.shp"}
GOOD: dict[str, Any] = {"estates": ESTATES, "network": {"path": "路网.osm.pbf"}, "facilities": [{"path": "a.csv"}]}


@pytest.mark.parametrize(
    ("wrong", "left"),
    [
        ({"colour": 1}, {}),
        ({"estates": {**ESTATES, "colour": 1}}, {}),
        ({"estates": {**ESTATES, "coordinates": "wgs"}}, {"coordinates": "auto"}),
        ({"estates": {**ESTATES, "ledger": {"sheet": "a"}}}, {"ledger": None}),
    ],
    ids=["unknown table", "unknown key", "impossible value", "a ledger without a path"],
)
def test_what_is_wrong_is_left_out_and_the_rest_is_kept(wrong: dict[str, Any], left: dict[str, Any]) -> None:
    project = usable_settings({**GOOD, **wrong})
    assert project is not None
    assert project.estates is not None
    assert project.estates.path == "小区.shp"
    assert {key: getattr(project.estates, key) for key in left} == left


def test_a_layer_without_a_path_is_left_out_and_its_neighbours_stay() -> None:
    rows = [{"path": "a.csv"}, {"service": "elder_care"}, {"path": "b.csv", "layer": 1}, 5]
    project = usable_settings({**GOOD, "facilities": rows})
    assert project is not None
    assert [(table.path, table.layer) for table in project.facilities] == [("a.csv", None), ("b.csv", None)]


def test_estates_without_a_path_are_none() -> None:
    project = usable_settings({**GOOD, "estates": {"layer": "a"}})
    assert project is not None
    assert project.estates is None
    assert project.network is not None


def test_the_tables_given_are_left_as_they_are() -> None:
    given = {**GOOD, "facilities": [{"path": "a.csv", "colour": 1}], "clusters": {"seed": "a"}}
    assert usable_settings(given) is not None
    assert given["facilities"] == [{"path": "a.csv", "colour": 1}]
    assert given["clusters"] == {"seed": "a"}


@pytest.mark.parametrize("given", [{"estates": 5}, {"facilities": "a.csv"}, {"project": {"date": "tomorrow"}}])
def test_a_table_of_the_wrong_type_is_left_out(given: dict[str, Any]) -> None:
    assert usable_settings({**GOOD, **given}) is not None
