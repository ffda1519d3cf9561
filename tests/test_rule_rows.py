"""What a standard says besides its figures."""

from pathlib import Path

import pytest

from data.standards.files import load_standard, standard_keys
from data.standards.rule_rows import document_rows, rule_rows


def test_who_may_be_renovated_stands_with_its_clause_and_its_leeway() -> None:
    age, excluded, *_ = rule_rows(load_standard("jiangxi_existing"), language="en")
    assert (age["Rule"], age["Says"]) == ("Who may be renovated", "built by the end of 2000")
    assert age["Clause"] == excluded["Clause"] == "赣府厅发〔2020〕37号 一(三)"
    assert "2000年底后" in age["Note"]
    assert excluded["Says"] == "planned expropriation, shantytown renewal"


def test_bundles_stand_where_the_standard_asks_for_them() -> None:
    said = {row["规定"]: row for row in rule_rows(load_standard("heilongjiang_2018"), language="zh")}
    assert said["物业管理打包"]["内容"] == "每包建筑面积 ≥ 50,000 ㎡"
    assert said["物业管理打包"]["核实情况"] == "已核实"
    assert said["改造对象"]["内容"] == "建成使用20年以上"
    assert "物业管理打包" not in {row["规定"] for row in rule_rows(load_standard("jiangxi_existing"), language="zh")}


def test_weights_of_the_order_of_need_are_told_to_be_nobody_elses() -> None:
    said = {row["规定"]: row for row in rule_rows(load_standard("jiangxi_existing"), language="zh")}
    assert said["需求排序权重"]["内容"].startswith("缺口 0.3、基础类 0.2")
    assert (said["需求排序权重"]["依据条款"], "不是官方规定" in said["需求排序权重"]["备注"]) == ("", True)


def test_ways_of_walking_stand_with_their_sources() -> None:
    said = {row["Rule"]: row for row in rule_rows(load_standard("jiangxi_existing"), language="en")}
    elderly = said["Walking: the elderly"]
    assert elderly["Says"] == "800 m in 15 min, steps take 2 times as long"
    assert (elderly["Confidence"], elderly["Clause"][:13]) == ("unverified", "GB 50180-2018")


def test_whoever_walks_no_steps_is_said_to(tmp_path: Path) -> None:
    own = 'extends = "jiangxi_existing"\n[profiles.elderly]\nsteps = false\n'
    (tmp_path / "own.toml").write_text(own, encoding="utf-8")
    said = {row["Rule"]: row for row in rule_rows(load_standard("own.toml", folder=tmp_path), language="en")}
    assert said["Walking: the elderly"]["Says"] == "800 m in 15 min, no steps"


def test_a_standard_without_rules_lets_any_year_in(tmp_path: Path) -> None:
    own = 'title = { zh = "镇" }\nscope = "existing"\n'
    (tmp_path / "own.toml").write_text(own, encoding="utf-8")
    bare = load_standard("own.toml", folder=tmp_path)
    assert rule_rows(bare, language="en")[0]["Says"] == "any year"
    assert document_rows(bare, language="en") == []


@pytest.mark.parametrize("key", standard_keys())
def test_each_document_that_a_clause_names_is_listed_once(key: str) -> None:
    standard = load_standard(key)
    listed = [row["Document"] for row in document_rows(standard, language="en")]
    named = {threshold.document for service in standard.services for threshold in service.thresholds}
    assert len(set(listed)) == len(listed)
    assert named <= set(listed)
    assert all(row["Title"] and row["Read in"] for row in document_rows(standard, language="en"))


def test_an_own_file_says_anew_where_a_figure_was_read(tmp_path: Path) -> None:
    document = 'name = "TD/T 1062-2021"\ntitle = "社区生活圈规划技术指南"\nread_in = "原文"\n'
    own = f'extends = "tdt1062"\n[[documents]]\n{document}'
    (tmp_path / "own.toml").write_text(own, encoding="utf-8")
    rows = document_rows(load_standard("own.toml", folder=tmp_path), language="zh")
    assert [row["核对情况"] for row in rows if row["文件"] == "TD/T 1062-2021"] == ["原文"]
