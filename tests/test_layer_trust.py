"""Whether absence proves anything, district by district."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point, box

from data.problems import Problem, note, warning
from data.project import GapsTable, Project
from data.standards.model import Eligibility, Service, Standard, Threshold
from geo.judgement.gaps import Question
from geo.judgement.layer_trust import lay_out, tell_layers, trust_layers
from tests.tiny import TINY_CRS

WALK = Threshold("walk_minutes", "le", 15, "min", "文件", "一", "existing", "gap", "verified")
NAMES = {"care": {"zh": "照料", "en": "Care"}, "shop": {"zh": "便利店", "en": "Shop"}}
SERVICES = tuple(Service(key, NAMES[key], "upgrade", "", "walk", "adult", "", 1000.0, (WALK,)) for key in NAMES)
STANDARD = Standard(
    "town", {"zh": "镇", "en": "Town"}, "existing", SERVICES, Eligibility(None, None, (), "", ""), {}, ""
)
# East and west lie 1 km apart, each with two estates of 2,000 people.
WEST, EAST = [box(0, 0, 100, 100), box(100, 0, 200, 100)], [box(1200, 0, 1300, 100), box(1300, 0, 1400, 100)]


def estates(districts: list[str | None], *, people: float = 2000.0) -> gpd.GeoDataFrame:
    columns = {"district": pd.Series(districts, dtype=object), "subdistrict": pd.Series([None] * 4, dtype=object)}
    columns |= {"people": pd.Series([people] * 4), "access_kind": pd.Series(["gate", "assumed", "gate", "gate"])}
    return gpd.GeoDataFrame(columns, geometry=[*WEST, *EAST], crs=TINY_CRS)


def facilities(**east_of: list[float]) -> gpd.GeoDataFrame:
    rows = [(service, Point(east, -20)) for service, spots in east_of.items() for east in spots]
    services, spots = zip(*rows, strict=True)
    return gpd.GeoDataFrame({"service": list(services)}, geometry=list(spots), crs=TINY_CRS)


def trusted(
    places: gpd.GeoDataFrame,
    *,
    districts: str = "WWEE",
    people: float = 2000.0,
    thin: bool = False,
    settings: dict[str, tuple[str, ...]] | None = None,
) -> tuple[dict[str, list[bool]], pd.DataFrame]:
    named = [None if one == "-" else one for one in districts]
    ways = gpd.GeoDataFrame({"length_mm": [400_000]}, geometry=[LineString([(0, -10), (400, -10)])], crs=TINY_CRS)
    homes = estates(named, people=people)
    questions, table = trust_layers(
        [Question(service, WALK, (), 15, thin, people * 4 / 1000) for service in SERVICES],
        districts=lay_out(homes, facilities=places, ways=ways),
        estates=homes,
        facilities=places,
        people=people * 4,
        settings=GapsTable.model_validate(settings or {}),
    )
    return {one.service.key: np.asarray(one.thin).tolist() for one in questions}, table


FULL = [0.0, 50.0, 100.0, 150.0, 1200.0, 1250.0, 1300.0, 1350.0]


def test_a_district_without_places_proves_nothing_though_the_whole_has_enough() -> None:
    # Eight are to be expected in all and seven are there; in the east four are to be expected and there is none.
    thin, table = trusted(facilities(care=[10.0 * step for step in range(7)], shop=FULL))
    assert thin == {"care": [False, False, True, True], "shop": [False] * 4}
    care = table[table["service"] == "care"].fillna({"unit": "*"}).set_index("unit")
    assert care["facilities"].to_dict() == {"*": 7, "E": 0, "W": 7}
    assert care["expected"].to_dict() == {"*": 8.0, "E": 4.0, "W": 4.0}
    assert care["reason"].to_dict() == {"*": "enough", "E": "none_found", "W": "enough"}
    assert care["others_share"].tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(("people", "expected"), [(1499.0, [False] * 4), (1500.0, [False, False, True, True])])
def test_of_fewer_than_three_to_be_expected_none_may_be_chance(people: float, expected: list[bool]) -> None:
    thin, table = trusted(facilities(care=[0.0, 50.0, 100.0, 120.0, 130.0, 140.0]), people=people)
    assert thin["care"] == expected
    assert ("as_the_whole" in set(table["reason"])) == (people < 1500)


@pytest.mark.parametrize(("count", "expected"), [(1, True), (2, False)])
def test_half_of_what_is_to_be_expected_is_enough(count: int, expected: bool) -> None:
    thin, _ = trusted(facilities(care=[0.0] * 4 + [1250.0] * count))
    assert thin["care"][2:] == [expected] * 2


def test_a_small_district_and_an_estate_of_none_go_with_the_whole() -> None:
    thin, _ = trusted(facilities(shop=FULL), districts="WWE-", people=900.0, thin=True)
    assert thin["care"] == [True] * 4


def test_districts_and_the_whole_count_the_same_places() -> None:
    _, table = trusted(facilities(care=[5.0, 5000.0], shop=FULL))
    whole = table["unit"].isna()
    for column in ("facilities", "estates", "people", "expected"):
        assert table.loc[~whole, column].sum() == table.loc[whole, column].sum()


@pytest.mark.parametrize(
    ("settings", "expected", "reasons"),
    [
        ({"complete": ("care",)}, [False] * 4, ["set_complete"] * 3),
        ({"complete": ("care@E",)}, [False] * 4, ["enough", "set_complete", "enough"]),
        ({"incomplete": ("care@W",)}, [True] * 4, ["enough", "none_found", "set_incomplete"]),
        ({"incomplete": ("shop",)}, [False, False, True, True], ["enough", "none_found", "enough"]),
    ],
    ids=["everywhere", "in one district", "not complete", "another service"],
)
def test_the_planner_overrules_the_counts(
    settings: dict[str, tuple[str, ...]], expected: list[bool], reasons: list[str]
) -> None:
    thin, table = trusted(facilities(care=[0.0] * 7), settings=settings)
    assert thin["care"] == expected
    assert table.loc[table["service"] == "care", "reason"].tolist() == reasons


def test_subdistricts_are_taken_where_there_is_one_district_alone() -> None:
    homes = estates(["X"] * 4).assign(subdistrict=["a", "a", "b", None])
    ways = gpd.GeoDataFrame({"length_mm": []}, geometry=[], crs=TINY_CRS)
    asked = [Question(SERVICES[0], WALK, (), 15, False, 8)]
    places = facilities(care=[0.0] * 8)
    laid = lay_out(homes, facilities=places, ways=ways)
    questions, table = trust_layers(
        asked, districts=laid, estates=homes, facilities=places, people=8000, settings=GapsTable()
    )
    assert table["unit"].fillna("*").tolist() == ["*", "a", "b"]
    assert table["unit_kind"].tolist() == ["whole", "subdistrict", "subdistrict"]
    assert np.asarray(questions[0].thin).tolist() == [False] * 4


def test_ways_and_access_are_measured_around_the_estates_of_each() -> None:
    _, table = trusted(facilities(care=FULL))
    rows = table[table["service"] == "care"].fillna({"unit": "*"}).set_index("unit")
    # The west is 200 m by 100 m with 300 m around: 0.02 + 2 x 0.3 x 0.3 + quarter circles; 400 m of way lie there.
    ground_km2 = 0.02 + 0.3 * 2 * (0.2 + 0.1) + np.pi * 0.09
    assert rows.loc["W", "walk_km_per_km2"] == pytest.approx(0.4 / ground_km2, abs=0.05)
    assert rows.loc["E", "walk_km_per_km2"] == 0
    assert rows["assumed_share"].to_dict() == {"*": 0.25, "E": 0.0, "W": 0.5}


def told(
    places: gpd.GeoDataFrame, *, thin: bool = False, settings: dict[str, tuple[str, ...]] | None = None
) -> tuple[Problem, ...]:
    _, table = trusted(places, thin=thin, settings=settings)
    project = Project.model_validate({"gaps": settings or {}, "file_name": "project.toml"})
    return tell_layers(table, standard=STANDARD, project=project)


def test_a_layer_that_is_thin_everywhere_is_told_once() -> None:
    assert told(facilities(care=[0.0], shop=FULL), thin=True)[0] == warning(
        "service_thin", service=NAMES["care"], value=1, expected="8"
    )


def test_a_layer_without_any_place_is_told_in_plain_words() -> None:
    assert told(facilities(shop=FULL), thin=True)[0] == warning("service_none", service=NAMES["care"])


def test_a_layer_that_is_thin_somewhere_is_told_with_the_districts() -> None:
    assert told(facilities(care=[0.0] * 7, shop=FULL)) == (
        warning("service_thin_units", service=NAMES["care"], value="E (0/4)"),
    )


def test_what_the_planner_declares_is_told() -> None:
    place = {"file": "project.toml", "service": NAMES["care"]}
    complete = told(facilities(care=[0.0] * 7, shop=FULL), settings={"complete": ("care@E",)})
    assert complete == (warning("layer_set_complete", field="gaps.complete", value="E", found="0/4", **place),)
    lacking = told(facilities(care=FULL, shop=FULL), settings={"incomplete": ("care",)})
    assert lacking == (note("layer_set_incomplete", field="gaps.incomplete", value="E, W", found="8/8", **place),)
