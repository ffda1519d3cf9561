from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import StandardError
from data.standards.classify import classify_amap, classify_tags, classify_words
from data.standards.files import vocabulary
from data.standards.rules import Rules, barrier_rules, facility_rules, read_facility_rules, site_rules
from data.words import words

Tags = dict[str, str]


def kinds_of_tags(tags: Tags, rules: Rules) -> list[str]:
    return list(classify_tags([tags], rules=rules)["kind"])


def kinds_of_code(code: object, name: str | None, rules: Rules) -> list[str]:
    return list(classify_amap(pd.Series([code]), pd.Series([name], dtype="object"), rules=rules)["kind"])


def kinds_of_words(text: str | None, name: str | None, rules: Rules) -> list[str]:
    cells = [pd.Series([cell], dtype="object") for cell in (text, name)]
    return list(classify_words(cells[0], cells[1], rules=rules)["kind"])


FACILITY_TAGS: list[tuple[Tags, list[str]]] = [
    ({"amenity": "kindergarten", "name": "育红幼儿园"}, ["kindergarten"]),
    ({"amenity": "kindergarten", "name": "育红幼儿园(南门)"}, []),
    ({"amenity": "kindergarten", "name": "小太阳幼儿园（含托班）"}, ["kindergarten", "childcare"]),
    ({"amenity": "childcare", "name": "奇思萌幼儿园 - Jisimeng Kindergarten"}, ["kindergarten", "childcare"]),
    ({"amenity": "childcare"}, ["childcare"]),
    ({"amenity": "school", "name": "第六中学"}, ["school"]),
    ({"amenity": "school", "name": "继红小学校"}, ["school", "primary_school"]),
    ({"amenity": "school", "name": "源源外语"}, []),
    ({"amenity": "school", "name": "老年大学"}, []),
    ({"building": "school", "name": "教学楼"}, []),
    ({"building": "school;dormitory", "amenity": "school;library", "name": "第一中学"}, ["school"]),
    ({"amenity": "clinic", "name": "和平社区卫生服务站"}, ["health_station"]),
    ({"amenity": "hospital", "name": "和平社区卫生服务中心"}, ["health_station"]),
    ({"amenity": "hospital", "name": "第一医院"}, ["hospital"]),
    ({"amenity": "clinic", "name": "康民诊所"}, []),
    ({"amenity": "clinic"}, []),
    ({"amenity": "doctors", "name:en": "Heping Community Health Station"}, ["health_station"]),
    ({"amenity": "social_facility", "social_facility": "nursing_home"}, ["elder_care"]),
    ({"amenity": "social_facility", "social_facility:for": "senior;disabled"}, ["elder_care"]),
    ({"amenity": "social_facility", "social_facility": "group_home", "social_facility:for": "orphan"}, []),
    ({"amenity": "social_facility", "name": "市第一社会福利院"}, []),
    ({"amenity": "community_centre", "name": "和平社区日间照料中心"}, ["community_service", "elder_care"]),
    ({"amenity": "townhall", "name": "市政府"}, []),
    ({"amenity": "restaurant", "name": "幸福里社区食堂"}, ["canteen"]),
    ({"amenity": "restaurant", "name": "电机厂职工社区食堂"}, []),
    ({"amenity": "marketplace", "name": "道里菜市场"}, ["market"]),
    ({"amenity": "marketplace", "name": "农机大市场批发"}, []),
    ({"shop": "supermarket", "name": "地利生鲜"}, ["market", "convenience", "supermarket"]),
    ({"shop": "yes", "name": "天空超市"}, ["convenience"]),
    ({"amenity": "post_office", "name": "菜鸟驿站"}, ["parcel_station"]),
    ({"amenity": "parcel_locker"}, ["parcel_locker"]),
    ({"amenity": "parking", "access": "private"}, []),
    ({"amenity": "parking", "access": "yes", "capacity": "40"}, ["parking"]),
    ({"amenity": "parking", "name": "万达停车场-入口"}, []),
    ({"amenity": "parking_entrance", "name": "万达停车场"}, []),
    ({"amenity": "library", "name": "理工大学图书馆"}, []),
    ({"amenity": "library", "name": "市图书馆"}, ["culture"]),
    ({"leisure": "garden", "name": "月季园"}, []),
    ({"amenity": "no"}, []),
    ({}, []),
]


@pytest.mark.parametrize(
    ("tags", "kinds"),
    FACILITY_TAGS,
    ids=lambda value: " ".join(value.values()) if value and isinstance(value, dict) else "",
)
def test_services_by_tags(tags: Tags, kinds: list[str]) -> None:
    assert kinds_of_tags(tags, facility_rules()) == kinds


BARRIER_TAGS: list[tuple[str, Tags, list[str]]] = [
    ("river", {"waterway": "river"}, ["river"]),
    ("river in a culvert", {"waterway": "river", "tunnel": "culvert"}, []),
    ("stream", {"waterway": "stream"}, []),
    ("river area", {"natural": "water", "water": "river"}, ["river"]),
    ("lake", {"natural": "water", "water": "lake"}, ["water"]),
    ("water of no kind", {"natural": "water"}, ["water"]),
    ("fountain", {"natural": "water", "water": "fountain"}, []),
    ("rails at grade", {"railway": "rail", "service": "siding"}, ["railway"]),
    ("rails on a viaduct", {"railway": "rail", "bridge": "viaduct"}, []),
    ("rails not on a bridge", {"railway": "rail", "bridge": "no"}, ["railway"]),
    ("rails in a tunnel", {"railway": "rail", "tunnel": "yes"}, []),
    ("rails below ground", {"railway": "rail", "layer": "-2"}, []),
    ("rails out of use", {"railway": "rail", "disused": "yes"}, []),
    ("rails taken up", {"railway": "abandoned"}, []),
    ("park train", {"railway": "narrow_gauge", "usage": "tourism"}, []),
    ("tram", {"railway": "tram"}, []),
    ("subway", {"railway": "subway"}, []),
    ("subway at the surface", {"railway": "subway", "tunnel": "no"}, ["railway"]),
    ("subway in a cutting", {"railway": "subway", "cutting": "yes"}, ["railway"]),
    ("subway on a bridge", {"railway": "subway", "tunnel": "no", "bridge": "yes"}, []),
    ("motorway", {"highway": "motorway_link"}, ["expressway"]),
    ("motorway on stilts", {"highway": "motorway", "bridge": "yes"}, []),
    ("trunk", {"highway": "trunk"}, ["expressway"]),
    ("trunk with pavements", {"highway": "trunk", "sidewalk": "both"}, []),
    ("primary", {"highway": "primary"}, []),
    ("wall", {"barrier": "wall"}, ["wall"]),
    ("ruined city wall", {"barrier": "city_wall", "ruins": "yes"}, []),
    ("gate", {"barrier": "gate"}, []),
]


@pytest.mark.parametrize(("tags", "kinds"), [case[1:] for case in BARRIER_TAGS], ids=[case[0] for case in BARRIER_TAGS])
def test_barriers_by_tags(tags: Tags, kinds: list[str]) -> None:
    assert kinds_of_tags(tags, barrier_rules()) == kinds


SITE_TAGS: list[tuple[str, Tags, list[str]]] = [
    ("car park", {"amenity": "parking"}, ["parking"]),
    ("garage below ground", {"amenity": "parking", "parking": "underground"}, []),
    ("market", {"landuse": "retail", "name": "横道市场"}, ["market"]),
    ("working factory", {"landuse": "industrial", "name": "锅炉厂"}, []),
    ("factory out of use", {"landuse": "industrial", "disused": "yes"}, ["factory"]),
    ("old factory by name", {"landuse": "industrial", "name": "原亚麻厂"}, ["factory"]),
    ("factory on brownfield", {"landuse": "brownfield", "name": "车辆厂"}, ["factory"]),
    ("brownfield", {"landuse": "brownfield", "name": "待建"}, ["idle_land"]),
    ("shantytown", {"landuse": "construction", "name": "棚户区"}, ["shantytown"]),
    ("building site", {"landuse": "construction", "name": "璟云府"}, []),
    ("estate named village", {"landuse": "residential", "name": "龙江第一村"}, []),
    ("urban village", {"landuse": "residential", "name": "红旗城中村"}, ["urban_village"]),
    ("empty house", {"building": "yes", "disused": "yes"}, ["idle_room"]),
    ("house", {"building": "yes", "disused": "no"}, []),
    ("offices", {"office": "government"}, ["public_building"]),
]


@pytest.mark.parametrize(("tags", "kinds"), [case[1:] for case in SITE_TAGS], ids=[case[0] for case in SITE_TAGS])
def test_sites_by_tags(tags: Tags, kinds: list[str]) -> None:
    assert kinds_of_tags(tags, site_rules()) == kinds


AMAP: list[tuple[object, str | None, list[str]]] = [
    ("141204", "育红幼儿园", ["kindergarten"]),
    ("141204", "育红幼儿园(东门)", []),
    ("141204", "育红幼儿园托班", ["kindergarten", "childcare"]),
    ("141204|072000", "阳光托育中心", ["childcare"]),
    (141204, "育红幼儿园", ["kindergarten"]),
    (60200.0, "小月亮", ["convenience"]),
    ("060201", "小月亮", ["convenience"]),
    ("060411", "屈臣氏", []),
    ("060400", "好又多超市", ["convenience", "supermarket"]),
    ("141203", "公园小学校", ["school", "primary_school"]),
    ("141202", "第六中学(南门)", []),
    ("141202", "第六中学南门", []),
    ("141202", "东门里中学", ["school"]),
    ("141201", "工业大学", []),
    ("141207", "第六中学-操场", []),
    ("070000", "和平社区居家养老服务中心", ["elder_care"]),
    ("070000", "老年大学", []),
    ("070000", "洁净家政", ["housekeeping"]),
    ("070000", "开锁服务", []),
    ("070000", None, []),
    ("090300", "康民诊所", []),
    ("090300", "和平社区卫生服务站", ["health_station"]),
    ("090300", "和平社区卫生服务站口腔诊所", []),
    ("090100", "第一医院", ["hospital"]),
    ("150904", "万达停车场", ["parking"]),
    ("150904", "万达停车场入口", []),
    ("150904", "万达广场-停车场出入口", []),
    ("150907", "万达停车场", []),
    ("150908|150909", "万达停车场", []),
    ("060703", "道里菜市场", ["market"]),
    ("060703", "老王干调", []),
    ("060703", "南极农贸批发市场", []),
    ("070500", "菜鸟驿站", ["parcel_station"]),
    ("070500", "丰巢快递柜", ["parcel_locker"]),
    ("070501", "物流园", []),
    ("050100", "和平社区食堂", ["canteen"]),
    ("050100", "社区食堂(医院职工)", []),
    ("120304", "和平社区党群服务中心", ["community_service"]),
    ("130106", "和平街道派出所", []),
    ("011100", "国网充电站", ["ev_charging"]),
    ("991401", "和平小区南门", []),
    ("", "育红幼儿园", []),
    (None, "育红幼儿园", []),
    ("约141204个", "育红幼儿园", ["kindergarten"]),
]


@pytest.mark.parametrize(("code", "name", "kinds"), AMAP, ids=[f"{code} {name}" for code, name, _ in AMAP])
def test_services_by_amap_code(code: object, name: str | None, kinds: list[str]) -> None:
    assert kinds_of_code(code, name, facility_rules()) == kinds


WORDS: list[tuple[str | None, str | None, list[str]]] = [
    ("养老", "夕阳红", ["elder_care"]),
    ("养老服务设施", None, ["elder_care"]),
    ("elder_care", "夕阳红", ["elder_care"]),
    ("elder", "日间照料中心", ["elder_care"]),
    ("Elder care", "夕阳红", ["elder_care"]),
    ("幼儿园", "小太阳", ["kindergarten"]),
    ("养老、助餐", "和平驿站", ["elder_care", "canteen"]),
    ("科教文化服务;学校;幼儿园", "小太阳", ["kindergarten"]),
    ("医疗保健服务;综合医院;卫生院", "和平卫生院", ["health_station"]),
    ("医疗保健服务;诊所;诊所", "康民诊所", []),
    # The same as by the code of that text, 090300.
    ("医疗保健服务;诊所;诊所", "康民社区卫生服务站", ["health_station"]),
    ("科教文化服务;学校;小学|科教文化服务;学校;幼儿园", "红旗", ["kindergarten", "school", "primary_school"]),
    ("教育培训;幼儿园", "小太阳", ["kindergarten"]),
    ("教育:幼儿园", "小太阳", ["kindergarten"]),
    ("教育学校:幼儿园", "小太阳", ["kindergarten"]),
    ("教育/幼儿园", "小太阳", ["kindergarten"]),
    ("基础设施:交通设施:停车场", "和平停车场", ["parking"]),
    ("购物服务;便民商店/便利店;便民商店/便利店", "美宜佳", ["convenience"]),
    ("生活服务;生活服务场所;生活服务场所", "和平社区居家养老服务中心", ["elder_care"]),
    ("生活服务;生活服务场所;生活服务场所", "开锁服务", []),
    ("餐饮服务;中餐厅;中餐厅", "和平社区食堂", ["canteen"]),
    ("餐饮服务;中餐厅;中餐厅", "养老院旁面馆", []),
    ("交通设施服务;停车场;停车场入口", "万达", []),
    ("蔬菜市场", "和平", ["market"]),
    ("停车库（场）", "甲", ["parking"]),
    ("停车库(场)", "甲", ["parking"]),
    ("停车场", "万达停车场(入口)", []),
    ("餐饮", "养老院旁面馆", []),
    ("老年大学", "夕阳红", []),
    (None, "和平日间照料中心", ["elder_care"]),
    ("", "中学路便利店", ["convenience"]),
    ("", "便利店(六中学店)", ["convenience"]),
    ("", "第六中学东门", []),
    (" ", "公园小学", ["school", "primary_school"]),
    (None, None, []),
]


@pytest.mark.parametrize(("text", "name", "kinds"), WORDS, ids=[f"{text} {name}" for text, name, _ in WORDS])
def test_services_by_words(text: str | None, name: str | None, kinds: list[str]) -> None:
    assert kinds_of_words(text, name, facility_rules()) == kinds


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("老旧厂房", ["factory"]),
        ("棚户区", ["shantytown"]),
        ("集贸市场", ["market"]),
        ("停车场", ["parking"]),
        ("地下停车场", []),
        ("闲置用房", ["idle_room"]),
        ("idle_land", ["idle_land"]),
    ],
)
def test_sites_by_words(text: str, kinds: list[str]) -> None:
    assert kinds_of_words(text, None, site_rules()) == kinds


def test_a_house_may_be_a_site_and_a_gate_may_not() -> None:
    assert kinds_of_words("闲置用房", "供销社2号楼", site_rules()) == ["idle_room"]
    assert kinds_of_words("停车场", "万达停车场(入口)", site_rules()) == []


def test_a_word_of_a_barrier() -> None:
    assert kinds_of_words("铁路", None, barrier_rules()) == ["railway"]


def test_only_some_sites_tie_estates_together() -> None:
    rules = site_rules()
    assert sorted(set(rules.kinds) - rules.links) == ["ground_shop", "idle_room", "public_building"]


def test_every_kind_of_site_and_barrier_has_its_words() -> None:
    said = words("zh")
    assert [kind for kind in site_rules().kinds if not said.get(f"terms.site.{kind}")] == []
    assert [kind for kind in barrier_rules().kinds if not said.get(f"terms.barrier.{kind}")] == []


def test_every_walked_service_can_be_found_and_only_those() -> None:
    rules = facility_rules()
    walked = [key for key, service in vocabulary().items() if service.measure == "walk"]
    assert [rules.kinds[kind] for kind in sorted({rule.kind for rule in rules.tag_rules})] == walked
    assert [rules.kinds[kind] for kind, _ in rules.word_rules] == walked
    assert [key for key in walked if not vocabulary()[key].people_per_place] == []


def test_every_kernel_returns_the_same_shape() -> None:
    none, rules = pd.Series([], dtype="object"), facility_rules()
    one, empty = pd.Series(["141204"]), classify_tags([], rules=rules)
    frames = [
        classify_tags([{}, {"amenity": "school"}], rules=rules),
        classify_amap(one, pd.Series(["育红幼儿园"]), rules=rules),
        classify_words(pd.Series(["养老"]), pd.Series([None]), rules=rules),
        classify_amap(none, none, rules=rules),
        classify_words(none, none, rules=rules),
    ]
    assert all(frame.dtypes.equals(empty.dtypes) for frame in frames)
    assert [list(frame["row"]) for frame in frames] == [[1], [0], [0], [], []]


def test_rows_are_positions_and_not_labels() -> None:
    codes = pd.Series(["", "141204", "141204"], index=[7, 7, 3])
    found = classify_amap(codes, pd.Series(["甲", "乙", "丙幼儿园托班"]), rules=facility_rules())
    assert list(zip(found["row"], found["kind"], strict=True)) == [
        (1, "kindergarten"),
        (2, "kindergarten"),
        (2, "childcare"),
    ]


def test_columns_of_unlike_length_are_refused() -> None:
    with pytest.raises(ValueError, match=r"shorter|longer"):
        classify_words(pd.Series(["养老", "养老"]), pd.Series(["甲"]), rules=facility_rules())
    with pytest.raises(ValueError, match=r"shorter|longer"):
        classify_amap(pd.Series(["141204", ""]), pd.Series(["甲"]), rules=facility_rules())


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["amenity", "shop", "name", "access"]),
            st.sampled_from(["school", "parking", "no", "*", "甲小学", ";"]),
        )
    )
)
def test_each_feature_is_classified_by_itself(features: list[Tags]) -> None:
    rules = facility_rules()
    found = classify_tags(features, rules=rules)
    alone = [(row, kind) for row, tags in enumerate(features) for kind in kinds_of_tags(tags, rules)]
    assert list(zip(found["row"], found["kind"], strict=True)) == alone


def test_bad_rules_are_told_at_once(tmp_path: Path) -> None:
    text = """
        [[kind]]
        key = "sauna"
        name = { zh = "桑拿", en = "Sauna" }
        category = "luxury"
        measure = "walk"
        words = "桑拿("
        osm = [{ tags = {}, name = "[", colour = "red" }]
    """
    path = tmp_path / "rules.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(
        StandardError, match=r"sauna / kind\[1\].words: '桑拿\(' is no regular expression: missing \)"
    ) as caught:
        read_facility_rules(path)
    told = [(problem.code.removeprefix("standard_"), problem.field) for problem in caught.value.problems]
    assert sorted(told) == [
        ("bad_regex", "kind[1].osm[1].name"),
        ("bad_regex", "kind[1].words"),
        ("empty", "kind[1].osm[1].tags"),
        ("not_allowed", "kind[1].category"),
        ("unknown_key", "kind[1].osm[1].colour"),
    ]
    assert "Known keys: name, not, not_name, tags." in str(caught.value)
