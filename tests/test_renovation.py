from collections.abc import Mapping

import geopandas as gpd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point

from data.renovation import read_renovation
from data.standards.files import load_standard
from data.tables.contents import ContentReader, renovation_words

JIANGXI = load_standard("jiangxi_existing")
HEILONGJIANG = load_standard("heilongjiang_2018")
READER = ContentReader(JIANGXI.services)
COLUMNS = ("renovation", "subsidised", "done_items", "funded_items", "items_unclear")


def read(**cells: str | None) -> tuple[Mapping[str, str | None], list[tuple[str, str]]]:
    """Read one estate; the columns made, and code and field of each problem."""
    row = {"estate_id": ["E1"], "name": ["甲小区"], **{name: [cells.get(name)] for name in COLUMNS}}
    frame = gpd.GeoDataFrame(row, geometry=[Point(0, 0)]).astype(dict.fromkeys(COLUMNS, object))
    made, problems = read_renovation(frame, standard=JIANGXI, place="台账.xlsx")
    return {name: made[name].iloc[0] for name in COLUMNS}, [(one.code, one.field) for one in problems]


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("屋面防水、外墙粉刷，道路硬化", ("road", "roof", "facade")),
        ("2018年屋面;楼道灯／消防通道", ("fire_lane", "lighting", "roof")),
        ("给排水及强弱电", ("water_supply", "drainage", "power", "weak_current")),
        ("外墙保温", ("energy",)),
        ("无障碍设施", ("barrier_free",)),
        ("消防通道和消防设施", ("fire_lane", "fire_equipment")),
        ("加装电梯工程已完成", ("lift",)),
        ("Roofs, Lifts", ("roof", "lift")),
        ("屋面(2016年)", ("roof",)),
    ],
)
def test_contents_are_read_as_items(text: str, keys: tuple[str, ...]) -> None:
    found = READER.read(text)
    assert (set(found.keys), found.whole, found.unclear) == (set(keys), False, ())


@pytest.mark.parametrize(
    "phrase", ["未加装电梯", "拟改造屋面", "除电梯外全部", "计划2024年更新路灯", "环境整治", "管网"]
)
def test_what_is_denied_or_planned_or_vague_is_not_understood(phrase: str) -> None:
    found = READER.read(f"外墙、{phrase}")
    assert found.keys == ("facade",)
    assert found.unclear == (phrase,)


def test_a_list_stands_for_its_items() -> None:
    basic = tuple(service.key for service in JIANGXI.services if service.category == "basic")
    found = READER.read("基础类改造全部完成")
    assert (found.keys, found.whole) == (basic, False)
    whole = READER.read("全部")
    assert (whole.whole, whole.keys) == (True, READER.all_keys)


def test_items_are_those_of_the_standard() -> None:
    assert READER.read("供暖").unlisted == ("供暖",)
    assert ContentReader(HEILONGJIANG.services).read("供暖、平改坡").keys == ("heating", "pitched_roof")


@pytest.mark.parametrize("key", renovation_words()["items"])
def test_every_item_with_words_is_one_of_a_standard(key: str) -> None:
    assert key in {service.key for standard in (JIANGXI, HEILONGJIANG) for service in standard.services}


@pytest.mark.parametrize("service", READER.listed.values(), ids=lambda service: service.key)
def test_the_name_of_an_item_is_understood(service: object) -> None:
    names = service.name  # type: ignore[attr-defined]
    assert service.key in READER.read(names["zh"]).keys  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("未改造", "none"),
        ("否", "none"),
        ("计划改造", "none"),
        ("部分改造", "part"),
        ("2019年已改造", "part"),
        ("是", "part"),
        ("正在改造", "underway"),
        ("已全部改造", "whole"),
        ("改造完成", "whole"),
        ("未全部完成", "part"),
        ("renovated as a whole", "whole"),
        ("不详", None),
    ],
)
def test_how_far_an_estate_is_renovated(text: str, state: str | None) -> None:
    made, problems = read(renovation=text)
    assert (made["renovation"], problems) == (state, [])
    assert (made["done_items"] is not None) == (state == "whole")


def test_contents_say_more_than_the_word_done() -> None:
    made, problems = read(renovation="已完成屋面防水")
    assert (made["renovation"], made["done_items"], problems) == ("part", "roof", [])


def test_a_state_that_is_not_understood_is_told_and_kept_for_survey() -> None:
    made, problems = read(renovation="见附件")
    assert (made["renovation"], made["items_unclear"]) == (None, "见附件")
    assert problems == [("renovation_unclear", "改造情况")]


@pytest.mark.parametrize(
    ("text", "answer"), [("是", "yes"), ("2018年享受过", "yes"), ("未享受", "no"), ("无", "no"), ("不详", None)]
)
def test_whether_central_subsidies_were_had(text: str, answer: str | None) -> None:
    assert read(subsidised=text) == ({**dict.fromkeys(COLUMNS), "subsidised": answer}, [])


def test_funded_contents_are_kept_apart_from_those_that_are_done() -> None:
    made, problems = read(subsidised="是", done_items="屋面、路灯", funded_items="屋面")
    assert (made["done_items"], made["funded_items"], problems) == ("lighting;roof", "roof", [])
    assert made["renovation"] == "part"


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"renovation": "未改造", "done_items": "屋面"}, "改造情况"),
        ({"subsidised": "否", "funded_items": "屋面"}, "是否享受过中央补助"),
    ],
    ids=["not renovated", "not subsidised"],
)
def test_contradictions_are_told_and_the_contents_kept(cells: dict[str, str], field: str) -> None:
    made, problems = read(**cells)
    assert "roof" in (made["done_items"], made["funded_items"])
    assert problems == [("renovation_contradicts", field)]


def test_nothing_is_made_of_nothing() -> None:
    assert read() == (dict.fromkeys(COLUMNS), [])


PHRASES = ["屋面", "外墙保温", "未加装电梯", "管网", "供暖", "基础类", "路灯2018年", "无障碍"]


@given(st.lists(st.sampled_from(PHRASES), max_size=6), st.sampled_from("、，；/\n "))
def test_a_list_says_what_its_phrases_say(phrases: list[str], separator: str) -> None:
    whole, parts = READER.read(separator.join(phrases)), [READER.read(phrase) for phrase in phrases]
    assert set(whole.keys) == {key for part in parts for key in part.keys}
    assert whole.unclear == tuple(phrase for part in parts for phrase in part.unclear)
    assert whole.unlisted == tuple(phrase for part in parts for phrase in part.unlisted)
