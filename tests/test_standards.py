import dataclasses
import pickle
from datetime import date
from pathlib import Path

import pytest

from data.errors import StandardError
from data.profiles import load_profiles
from data.standards.files import load_standard, standard_keys, vocabulary
from data.standards.model import Management, Standard, Threshold
from data.standards.thresholds import active_thresholds, expired_thresholds, find_service, standard_rows
from data.words import LANGUAGES, Language, read_entries, words

# The three lists of 赣府厅发〔2020〕37号 二(一), word for word.
GUIDELINE = {
    "basic": (
        "违法建设 消防通道 防盗窗或防盗网 楼道杂物 各类小广告 噪音 餐饮油烟污染 供水 排水 供电 弱电 道路 "
        "供气 消防 安防 照明 生活垃圾分类 移动通信 光纤入户 架空线规整(入地) 屋面 外墙 楼梯等公共部位维修"
    ),
    "improvement": (
        "绿化设施 适老设施 无障碍设施 停车库(场) 电动自行车及汽车充电设施 智能快件箱 智能信包箱 "
        "文化休闲设施 体育健身设施 物业用房 小区内建筑节能改造 有条件的楼栋加装电梯"
    ),
    "upgrade": (
        "社区综合服务设施 卫生服务站等公共卫生设施 幼儿园等教育设施 养老服务设施 周界防护等智能感知设施 "
        "托育 助餐 家政保洁 便民市场 便利店 邮政快递末端综合服务站"
    ),
}
ITEMS = [(category, item) for category, items in GUIDELINE.items() for item in items.split()]

OWN = """
extends = "jiangxi_existing"
title = { zh = "本市标准" }
[[documents]]
name = "本市规定"
title = "本市老旧小区改造标准"
"""

FIGURE = """
[[thresholds]]
service = "elder_care"
metric = "floor_area_per_100_households"
op = "ge"
value = 25
unit = "m2/100hh"
document = "本市规定"
clause = "第三条"
scope = "existing"
role = "gap"
confidence = "verified"
"""


@pytest.fixture(scope="module")
def jiangxi() -> Standard:
    return load_standard("jiangxi_existing")


def write(folder: Path, text: str, name: str = "own.toml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def figures(standard: Standard, service: str, *, on: date | None = None, opt_in: bool = False) -> dict[str, float]:
    active = active_thresholds(standard, service, on=on, use_unverified=opt_in)
    return {threshold.metric: threshold.value for threshold in active}


@pytest.mark.parametrize(("category", "item"), ITEMS, ids=[item for _, item in ITEMS])
def test_every_item_of_the_guideline_stands_in_its_list(jiangxi: Standard, category: str, item: str) -> None:
    assert [service.key for service in jiangxi.services if service.category == category and item in service.item]


def test_services_follow_the_guideline(jiangxi: Standard) -> None:
    categories = [service.category for service in jiangxi.services]
    assert list(dict.fromkeys(categories)) == ["basic", "improvement", "upgrade", "context"]
    assert categories == sorted(categories, key=["basic", "improvement", "upgrade", "context"].index)
    upgrade = [service.item for service in jiangxi.services if service.category == "upgrade"]
    assert list(dict.fromkeys(upgrade)) == GUIDELINE["upgrade"].split()
    assert len({service.key for service in jiangxi.services}) == len(jiangxi.services)


def test_the_shipped_standards_are_these() -> None:
    assert standard_keys() == ("gb50180_new", "heilongjiang_2018", "jiangxi_existing", "tdt1062")


@pytest.mark.parametrize("key", standard_keys())
def test_every_threshold_says_where_it_is_asked(key: str) -> None:
    thresholds = [one for service in load_standard(key).services for one in service.thresholds]
    assert all(one.document and one.clause for one in thresholds)
    assert len(thresholds) > 0 or key == "heilongjiang_2018"


@pytest.mark.parametrize("key", standard_keys())
def test_unverified_figures_never_flag_unless_asked_to(key: str) -> None:
    standard = load_standard(key)
    active = [one for service in standard.services for one in active_thresholds(standard, service.key, on=None)]
    assert {one.confidence for one in active} <= {"verified"}
    assert {one.role for one in active} <= {"gap"}


def test_opting_in_to_unverified_figures(jiangxi: Standard) -> None:
    assert figures(jiangxi, "sports") == {}
    assert figures(jiangxi, "sports", opt_in=True) == {"site_area_m2": 150}


def test_fifteen_minutes_for_all_of_the_upgrade_category(jiangxi: Standard) -> None:
    walked = [one for one in jiangxi.services if one.category == "upgrade" and one.measure == "walk"]
    assert len(walked) == 11
    assert {figures(jiangxi, one.key)["walk_minutes"] for one in walked} == {15}
    assert jiangxi.profiles == load_profiles()
    assert [one.key for one in walked if one.profile == "elderly"] == ["elder_care", "canteen"]
    assert [one.key for one in walked if one.profile == "child"] == ["kindergarten", "childcare"]


def test_basic_and_improvement_are_inventories(jiangxi: Standard) -> None:
    lists = [one.key for one in jiangxi.services if one.category in ("basic", "improvement")]
    assert [key for key in lists if active_thresholds(jiangxi, key, on=None)] == []


def test_sizes_that_bind_old_estates(jiangxi: Standard) -> None:
    assert figures(jiangxi, "elder_care") == {"walk_minutes": 15, "floor_area_per_100_households": 15}
    assert figures(jiangxi, "community_service") == {"walk_minutes": 15, "floor_area_per_100_households": 30}
    assert figures(jiangxi, "health_station") == {"walk_minutes": 15}


@pytest.mark.parametrize(
    ("on", "places"),
    [(None, 4.5), (date(2025, 12, 31), 4.5), (date(2026, 1, 1), None)],
    ids=["no date", "last day", "day after"],
)
def test_childcare_places_run_out_with_2025(jiangxi: Standard, on: date | None, places: float | None) -> None:
    assert figures(jiangxi, "childcare", on=on).get("places_per_1000_people") == places
    expired = [(service.key, one.value) for service, one in expired_thresholds(jiangxi, on=on)]
    assert expired == ([] if places else [("childcare", 4.5)])


def test_a_figure_does_not_bind_before_it_begins(jiangxi: Standard) -> None:
    walk = dataclasses.replace(find_service(jiangxi, "market").thresholds[0], valid_from=date(2026, 6, 1))
    market = dataclasses.replace(find_service(jiangxi, "market"), thresholds=(walk,))
    standard = dataclasses.replace(jiangxi, services=(market,))
    assert figures(standard, "market", on=date(2026, 5, 31)) == {}
    assert figures(standard, "market", on=date(2026, 6, 1)) == {"walk_minutes": 15}


def test_eligibility_of_both_provinces(jiangxi: Standard) -> None:
    assert jiangxi.eligibility.built_by == 2000
    assert jiangxi.eligibility.excluded == ("expropriation", "shantytown")
    heilongjiang = load_standard("heilongjiang_2018")
    assert (heilongjiang.eligibility.built_by, heilongjiang.eligibility.min_age_years) == (None, 20)
    assert heilongjiang.eligibility.clause.startswith("一(三)")


def test_heilongjiang_alone_bundles_estates_and_a_user_file_sets_how(jiangxi: Standard, tmp_path: Path) -> None:
    assert jiangxi.management is None
    heilongjiang = load_standard("heilongjiang_2018")
    assert heilongjiang.management is not None
    assert (heilongjiang.management.floor_area_m2, heilongjiang.management.confidence) == (50_000, "verified")
    assert heilongjiang.management.source == "黑政办规〔2018〕37号 五(三)2、5"
    table = '[management]\nfloor_area_m2 = 30000\ndocument = "本市规定"\nclause = "九"\nconfidence = "unverified"\n'
    own = load_standard("own.toml", folder=write(tmp_path, OWN + table))
    assert own.management == Management(30_000, "本市规定", "九", "unverified")
    plain = load_standard("own.toml", folder=write(tmp_path, 'extends = "heilongjiang_2018"'))
    assert plain.management == heilongjiang.management


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("floor_area_m2 = 0", r"management\.floor_area_m2"),
        ("floor_area = 5", r"management\.floor_area"),
        ('floor_area_m2 = 5\ndocument = "别的"', r"management\.document.*别的.*本市规定"),
    ],
    ids=["no area", "unknown key", "unknown document"],
)
def test_faults_of_the_table_of_management_are_told(tmp_path: Path, table: str, told: str) -> None:
    with pytest.raises(StandardError, match=told):
        load_standard("own.toml", folder=write(tmp_path, f"{OWN}[management]\n{table}\n"))


def test_each_list_says_where_its_items_stand_and_a_user_file_says_anew(jiangxi: Standard, tmp_path: Path) -> None:
    assert jiangxi.lists["basic"] == "赣府厅发〔2020〕37号 二(一)1 基础类"
    assert load_standard("heilongjiang_2018").lists["improvement"].startswith("黑政办规〔2018〕37号 三(八)")
    table = '[lists.basic]\ndocument = "本市规定"\nclause = "三"\n'
    own = load_standard("own.toml", folder=write(tmp_path, OWN + table))
    assert own.lists["basic"] == "本市规定 三"
    other = '[lists.basic]\ndocument = "别的"\nclause = "三"\n'
    with pytest.raises(StandardError, match=r"lists\.basic\.document.*别的"):
        load_standard("own.toml", folder=write(tmp_path, OWN + other))


def test_heilongjiang_lists_its_own_items_first() -> None:
    services = load_standard("heilongjiang_2018").services
    assert services[0].item == "取消楼体垃圾道"
    assert {one.key: one.category for one in services}["elder_care"] == "improvement"
    assert {one.key for one in services if one.category == "context"} >= {"market", "health_station"}
    assert all(one.thresholds == () for one in services)


def test_tdt1062_asks_its_own_figures_and_only_informs_elsewhere(jiangxi: Standard) -> None:
    own = active_thresholds(load_standard("tdt1062"), "health_station", on=None)
    assert {one.metric: one.value for one in own} == {"walk_m": 500, "facility_floor_area_m2": 120}
    told = [one for one in find_service(jiangxi, "health_station").thresholds if one.document == "TD/T 1062-2021"]
    assert [dataclasses.replace(one, role="gap") for one in told] == list(own)
    assert {one.role for one in told} == {"info"}


def test_a_user_file_overrides_one_figure(jiangxi: Standard, tmp_path: Path) -> None:
    own = load_standard("own.toml", folder=write(tmp_path, OWN + FIGURE))
    assert figures(own, "elder_care") == {"walk_minutes": 15, "floor_area_per_100_households": 25}
    assert (own.key, own.title["en"], own.source_name) == ("own", "本市标准", "own.toml")
    others = [one for one in own.services if one.key != "elder_care"]
    assert others == [one for one in jiangxi.services if one.key != "elder_care"]
    assert len(find_service(own, "elder_care").thresholds) == len(find_service(jiangxi, "elder_care").thresholds)


def test_a_user_file_for_any_estate_overrides_too(tmp_path: Path) -> None:
    text = OWN + FIGURE.replace('scope = "existing"', 'scope = "any"')
    own = load_standard("own.toml", folder=write(tmp_path, text))
    assert figures(own, "elder_care")["floor_area_per_100_households"] == 25
    gaps = [one for one in find_service(own, "elder_care").thresholds if one.role == "gap"]
    assert [one.value for one in gaps] == [15, 25]
    assert gaps[0].metric == "walk_minutes"


def test_a_figure_that_only_informed_can_be_made_to_bind(tmp_path: Path) -> None:
    text = FIGURE.replace("elder_care", "health_station").replace(
        "floor_area_per_100_households", "facility_floor_area_m2"
    )
    text = (
        text.replace("25", "120")
        .replace("m2/100hh", "m2")
        .replace("本市规定", "TD/T 1062-2021")
        .replace("existing", "any")
    )
    text = text.replace("第三条", "表A.3 卫生服务站")
    own = load_standard("own.toml", folder=write(tmp_path, 'extends = "jiangxi_existing"' + text))
    assert figures(own, "health_station") == {"walk_minutes": 15, "facility_floor_area_m2": 120}


def test_a_user_file_extends_a_user_file_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "标准 文件"
    folder.mkdir()
    write(folder, OWN + FIGURE, "市.toml")
    write(folder, '\ufeffextends = "市.toml"\n[profiles]\nadult = { metres = 900, minutes = 15 }\n', "区.toml")
    own = load_standard("标准 文件/区.toml", folder=tmp_path)
    assert [(one.metres, one.minutes) for one in own.profiles.values()][:2] == [(900, 15), (800, 15)]
    assert figures(own, "elder_care")["floor_area_per_100_households"] == 25


def test_a_user_file_adds_and_moves_items(jiangxi: Standard, tmp_path: Path) -> None:
    items = """
        [[items]]
        key = "heating"
        category = "basic"
        item = "供暖"
        name = { zh = "供暖", en = "Heating" }
        [[items]]
        key = "pharmacy"
        category = "upgrade"
        item = "药店"
    """
    own = load_standard("own.toml", folder=write(tmp_path, OWN + items))
    assert [one.key for one in own.services] == [*(one.key for one in jiangxi.services), "heating"]
    assert find_service(own, "pharmacy").category == "upgrade"
    assert find_service(own, "heating").measure == "inventory"


BAD = """
extends = "jiangxi_existing"
colour = "red"
[eligibility]
built_by = "2000"
document = "赣府厅发〔2020〕37号"
clause = "一(三)"
[[items]]
key = "sauna"
category = "basic"
item = "桑拿"
[[thresholds]]
service = "eldercare"
metric = "walk_minutes"
op = "at most"
value = nan
unit = "min"
document = "某文件"
clause = "一"
scope = "any"
role = "gap"
confidence = "sure"
valid_to = "2025-13-01"
fine = 3
[[thresholds]]
service = "market"
metric = "walk_minutes"
op = "ge"
value = 15
unit = "min"
document = "赣府厅发〔2020〕37号"
clause = "二(一)3"
scope = "any"
role = "gap"
confidence = "verified"
"""


def test_all_faults_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(StandardError, match="eldercare") as caught:
        load_standard("bad.toml", folder=write(tmp_path, BAD, "bad.toml"))
    told = {(problem.code.removeprefix("standard_"), problem.field, problem.value) for problem in caught.value.problems}
    assert told >= {
        ("unknown_key", "colour", "red"),
        ("bad_type", "eligibility.built_by", "2000"),
        ("not_allowed", "thresholds[1].service[1]", "eldercare"),
        ("not_allowed", "thresholds[1].op", "at most"),
        ("bad_number", "thresholds[1].value", "nan"),
        ("not_allowed", "thresholds[1].document", "某文件"),
        ("not_allowed", "thresholds[1].confidence", "sure"),
        ("bad_date", "thresholds[1].valid_to", "2025-13-01"),
        ("unknown_key", "thresholds[1].fine", "3"),
    }
    assert len(told) == 11
    assert {problem.file for problem in caught.value.problems} == {"bad.toml"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_problems_name_what_is_allowed(tmp_path: Path, language: Language) -> None:
    with pytest.raises(StandardError, match=r"thresholds\[1\].fine") as caught:
        load_standard("bad.toml", folder=write(tmp_path, BAD, "bad.toml"))
    text = caught.value.text(language)
    for allowed in (
        "elder_care",
        "'le' or 'ge'",
        "GB 50180-2018",
        "valid_from",
        'op = "le", unit = "min"',
        "2025-12-31",
    ):
        assert allowed in text


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("", r"title.*missing.*\n.*scope.*missing"),
        ('extends = "jiangxi"', "no standard 'jiangxi'.*gb50180_new, heilongjiang_2018"),
        ('extends = "own.toml"', "own.toml.*extends itself"),
        ("extends = 3", r"extends.*'3' is of the wrong type.*\"\.\.\.\""),
        ('extends = "tdt1062"\nthresholds = 5', r"thresholds.*wrong type.*\[\.\.\.\]"),
        ('extends = "tdt1062"\nthresholds = [5]', r"thresholds\[1\].*wrong type"),
        ('extends = "tdt1062"\nitems = [{ key = ["a"] }]', r"items\[1\].key.*wrong type"),
        ('extends = "tdt1062"\ninfo_from = ["none.toml"]', "none.toml.*does not exist"),
        ('extends = "tdt1062"\nprofiles = { adult = { metres = 0, minutes = 15 } }', "metres.*number 0"),
        ("extends = ", "not TOML: Invalid value"),
        (OWN + FIGURE.replace("25", "-1"), "number -1"),
        (OWN + FIGURE.replace('"第三条"', '""'), r"clause.*Fill it in"),
        (OWN + FIGURE + "valid_to = 2024-01-01\nvalid_from = 2025-01-01", "valid_from <= valid_to"),
        (OWN + FIGURE + "valid_to = 2024", "'2024' is no date"),
        (OWN + FIGURE.replace('"m2/100hh"', '"㎡"'), 'op = "ge", unit = "m2/100hh"'),
        (OWN + '[[items]]\nkey = "market"\ncategory = "upgrade"\nitem = "x"\nprofile = "runner"', "profiles.runner"),
    ],
    ids=lambda value: value.splitlines()[0] if value.strip() else "empty",
)
def test_a_bad_file_says_why(tmp_path: Path, text: str, match: str) -> None:
    with pytest.raises(StandardError, match=match):
        load_standard("own.toml", folder=write(tmp_path, text))


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "gbk.toml").write_bytes('title = { zh = "甲" }'.encode("gbk"))
    with pytest.raises(StandardError, match="not UTF-8 \\(at byte 16\\)"):
        load_standard("gbk.toml", folder=tmp_path)


@pytest.mark.parametrize("key", ["services", "jiangxi", "", "../standards", "none.toml"])
def test_an_unknown_standard_is_refused(key: str, tmp_path: Path) -> None:
    with pytest.raises(StandardError, match=r"no standard|does not exist"):
        load_standard(key, folder=tmp_path)


@pytest.mark.parametrize("key", standard_keys())
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_is_a_row_to_read(key: str, language: Language) -> None:
    standard = load_standard(key)
    rows = standard_rows(standard, language=language)
    assert len(rows) == sum(max(len(service.thresholds), 1) for service in standard.services)
    assert {len(row) for row in rows} == {10}


def test_a_row_says_what_is_asked_and_by_whom(jiangxi: Standard) -> None:
    rows = standard_rows(jiangxi, language="zh")
    childcare = next(row for row in rows if row["指标"] == "千人位数" and row["服务"] == "托育")
    assert (childcare["要求"], childcare["有效期"]) == ("≥ 4.5 位/千人", "至2025-12-31止")
    assert (childcare["类别"], childcare["用途"], childcare["核实情况"]) == ("提升类", "判定缺口", "已核实")
    english = next(row for row in standard_rows(jiangxi, language="en") if row["Service"] == "Market")
    assert (english["Asked"], english["Clause"]) == ("≤ 15 min", "赣府厅发〔2020〕37号 二(一)3 15分钟生活圈要求")


def test_every_metric_and_unit_has_its_words() -> None:
    used = {
        (one.metric, one.unit)
        for key in standard_keys()
        for service in load_standard(key).services
        for one in service.thresholds
    }
    entries = read_entries()
    assert [metric for metric, _ in used if f"standards.metric.{metric}" not in entries] == []
    assert [unit for _, unit in used if f"terms.unit.{unit}" not in entries] == []


def test_no_service_is_shared_or_changed_between_loads(jiangxi: Standard) -> None:
    assert load_standard("jiangxi_existing") == jiangxi
    assert all(service.thresholds == () for service in vocabulary().values())
    assert pickle.loads(pickle.dumps(jiangxi)) == jiangxi


def test_a_service_that_is_not_there() -> None:
    with pytest.raises(KeyError, match="sauna"):
        active_thresholds(load_standard("tdt1062"), "sauna", on=None)


def test_source_joins_document_and_clause() -> None:
    threshold = Threshold("walk_minutes", "le", 15, "min", "某文件", "第一条", "any", "gap", "verified")
    assert threshold.source == "某文件 第一条"
    assert words("en")("terms.unit.min") == "min"
