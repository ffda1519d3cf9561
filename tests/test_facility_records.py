from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import Point, box

from data.errors import MissingColumnError
from data.facilities.kinds import facility_kinds, row_tags, service_key
from data.facilities.merging import OFFICIAL, WEB
from data.facilities.records import Listing, facility_records
from data.facilities.settling import settle_facilities
from data.facilities.status import status_of_names, status_of_words, without_status
from data.problems import Problem
from data.project import FacilitiesMergeTable
from data.words import LANGUAGES, words
from tests.osm_files import LOCAL_CRS


def rows(**columns: list[object]) -> gpd.GeoDataFrame:
    count = len(next(iter(columns.values())))
    frame = pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in columns.items()})
    return gpd.GeoDataFrame(frame, geometry=[Point(500_000 + 300 * n, 3e6) for n in range(count)], crs=LOCAL_CRS)


def kinds(declared: str | None = None, **columns: list[object]) -> tuple[list[str], list[Problem]]:
    """Return the services row by row, joined by a blank, and what was told."""
    frame = rows(**columns)
    found = facility_kinds(frame, declared=declared, place="a.csv")
    assert all(one.line(words(language)) for one in found.problems for language in LANGUAGES)
    own = found.found.groupby("row")["kind"].agg(" ".join).to_dict()
    return [own.get(row, "") for row in range(len(frame))], list(found.problems)


def test_the_first_column_that_says_something_decides() -> None:
    found, problems = kinds(
        name=["小太阳幼儿园", "育红小学", "和平托育园", "和平养老院", "和平小学", "乙"],
        service=["养老", None, None, "不详", None, None],
        type_code=["141204", "141203", None, "", "A01", None],
        amenity=["school", "school", "library", None, None, None],
        type_text=["小学", "小学", "小学", "菜市场", None, "理发"],
    )
    assert found == ["elder_care", "school primary_school", "culture", "market", "school primary_school", ""]
    assert [(one.code, one.severity, one.value) for one in problems] == [("facility_unclassified", "note", "理发")]


def test_a_list_that_does_not_say_what_its_rows_are_is_refused() -> None:
    with pytest.raises(MissingColumnError, match=r"a\.csv: No column says .*type_code \(.*The columns are: 规模\."):
        kinds(规模=[3])


def test_a_declared_service_holds_and_what_looks_otherwise_is_told() -> None:
    found, problems = kinds("elder_care", name=["夕阳红养老院", "和平停车场", "夕阳红养老院(南门)", "夕阳红", None])
    assert found == ["elder_care", "elder_care", "", "elder_care", "elder_care"]
    assert [(one.code, one.severity) for one in problems] == [
        ("facility_part", "note"),
        ("facility_not_as_declared", "warning"),
    ]
    assert problems[1].facts["names"] == "和平停车场"
    assert problems[1].facts["looks"]["en"] == "Car parks"  # type: ignore[index]


@pytest.mark.parametrize("said", ["elder_care", "养老服务设施", "Elder care", " elder care "])
def test_a_service_is_called_by_its_key_or_name(said: str) -> None:
    assert service_key(said) == "elder_care"
    assert service_key("养老院") == "养老院"


def test_columns_of_other_tools_may_be_tags() -> None:
    columns: dict[str, list[object]] = {"name": ["甲", None], "amenity": ["school", None], "id": [1, 2]}
    columns["disused:amenity"] = [None, "school"]
    frame = rows(**columns)
    assert row_tags(frame) == [{"amenity": "school", "name": "甲"}, {"disused:amenity": "school"}]
    assert row_tags(rows(name=["甲"])) == [{}]
    found = facility_kinds(frame, declared=None, place="a.geojson")
    assert found.life.tolist() == [None, "closed"]


STATES = [
    ("营业", "open"), ("正常运营", "open"), ("已建成投用", "open"), ("是", "open"), ("open", "open"),
    ("否", "closed"), ("暂停营业", "closed"), ("已关闭", "closed"), ("停业", "closed"), ("已拆除", "closed"),
    ("Closed", "closed"), ("在建", "planned"), ("规划", "planned"), ("拟建", "planned"), ("筹建中", "planned"),
    ("已建成未启用", "planned"), ("planned", "planned"), ("拟关闭", "unclear"), ("甲", "unclear"),
    ("不详", None), ("", None), (None, None),
]  # fmt: skip


@pytest.mark.parametrize(("word", "status"), STATES)
def test_words_of_operation(word: str | None, status: str | None) -> None:
    assert status_of_words(pd.Series([word], dtype=object)).tolist() == [status]


@pytest.mark.parametrize(
    ("column", "yes", "no"), [("built", "open", "planned"), ("shut", "closed", "open"), ("to_come", "planned", "open")]
)
def test_what_a_column_asks(column: str, yes: str, no: str) -> None:
    assert status_of_words(pd.Series(["是", "否"]), column=column).tolist() == [yes, no]


NAMES = [
    ("和平养老院(暂停营业)", "closed", "和平养老院"),
    ("和平养老院（已停业）", "closed", "和平养老院"),
    ("和平养老院【已关闭】", "closed", "和平养老院"),
    ("和平养老院-已搬迁", "closed", "和平养老院"),
    ("和平养老院已关闭", "closed", "和平养老院"),
    ("和平养老院(筹建中)", "planned", "和平养老院"),
    ("和平养老院(在建)", "planned", "和平养老院"),
    ("规划幼儿园", "planned", "幼儿园"),
    ("拟建和平小学", "planned", "和平小学"),
    ("规划路便利店", None, "规划路便利店"),
    ("城市规划展览馆", None, "城市规划展览馆"),
    ("规划局幼儿园", None, "规划局幼儿园"),
    ("建设幼儿园", None, "建设幼儿园"),
    ("和平养老院", None, "和平养老院"),
]


@pytest.mark.parametrize(("name", "status", "rest"), NAMES)
def test_names_that_tell_of_operation(name: str, status: str | None, rest: str) -> None:
    assert status_of_names(pd.Series([name])).tolist() == [status]
    assert without_status(name) == rest


def records(listing: Listing, **columns: list[object]) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    return facility_records(rows(**columns), listing=listing)


def test_a_record_knows_where_it_comes_from() -> None:
    found, _ = records(Listing("poi.csv"), name=["甲幼儿园托班", "乙幼儿园"], facility_id=["7", None], row=[2, 3],
                       service=["幼儿园、托育", "幼儿园"], source=["民政局", "高德"])  # fmt: skip
    assert found[["facility_id", "origin", "source", "trust"]].to_numpy().tolist() == [
        ["7:kindergarten", "poi.csv #2", "poi.csv:民政局", OFFICIAL],
        ["7:childcare", "poi.csv #2", "poi.csv:民政局", OFFICIAL],
        [None, "poi.csv #3", "poi.csv:高德", WEB],
    ]


def test_a_name_goes_before_the_column_of_states() -> None:
    found, problems = records(Listing("a.csv"), name=["甲养老院(暂停营业)", "乙养老院"], status=["正常", None])
    assert found["status"].tolist() == ["closed", None]
    assert [one.code for one in problems] == ["facility_states_unlike"]


def settled(frame: gpd.GeoDataFrame, **settings: Mapping[str, object]) -> tuple[list[str], list[str], list[Problem]]:
    estates = gpd.GeoDataFrame(geometry=[box(500_000, 3e6, 500_100, 3_000_100)], crs=LOCAL_CRS)
    table = FacilitiesMergeTable.model_validate(settings)
    found = settle_facilities(frame, estates=estates, table=table, file="project.toml")
    assert set(found.running["status"]) <= {"open"}
    return found.running["name"].tolist(), found.aside["name"].tolist(), list(found.problems)


def made(**columns: list[object]) -> gpd.GeoDataFrame:
    frame, _ = records(Listing("a.csv"), **columns)
    sizes = {name: frame.get(name, np.nan) for name in ("capacity", "night_spaces", "floor_area_m2")}
    return frame.assign(**sizes, facility_id=[f"F{number}" for number in range(1, len(frame) + 1)])


def test_a_place_of_two_services_that_is_closed_is_one_place() -> None:
    running, aside, problems = settled(made(name=["甲小学", "乙小学(已停办)"]))
    assert (running, aside) == (["甲小学"] * 2, ["乙小学(已停办)"] * 2)
    assert [(one.code, one.value) for one in problems] == [("not_open_closed", "1")]


def test_a_place_in_another_town_is_kept_and_told() -> None:
    frame = made(name=["甲小学", "乙幼儿园"])
    frame = frame.set_geometry([*frame.geometry[:-1], Point(1_700_000, 3e6)], crs=LOCAL_CRS)
    running, _, problems = settled(frame)
    assert running == ["甲小学", "甲小学", "乙幼儿园"]
    assert [(one.code, one.value, one.facts["names"]) for one in problems] == [
        ("facility_far", "1", "乙幼儿园 (a.csv #2, 1200 km)")
    ]


def test_a_place_whose_coordinates_lead_nowhere_is_left_out_and_told() -> None:
    frame = made(name=["甲幼儿园", "乙幼儿园"])
    frame = frame.set_geometry([frame.geometry[0], Point(np.inf, np.inf)], crs=LOCAL_CRS)
    running, _, problems = settled(frame)
    assert running == ["甲幼儿园"]
    assert [(one.code, one.feature) for one in problems] == [("facility_unplaced", "a.csv #2")]
