import dataclasses
import datetime
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.workbook import Workbook

from data.inputs import Source
from data.profiles import load_profiles
from data.project import EligibilityTable
from data.words import LANGUAGES, Language, words
from geo.plan import Plan
from maps.styles import styles
from maps.workbook import sheets
from maps.workbook.sheets import Book, Column, Sheet, cell_text, write_workbook
from maps.workbook.tables import write_tables
from tests.tiny import HOSTILE, tiny_plan

SAY = words("zh")
BOOK = Book(title="t", author="", date=None, total="合计", empty="无", page="&P", footer="f")


def table_of(plan: Plan, folder: Path, *, language: Language = "zh", values: bool = True) -> Workbook:
    write_tables(plan, path=folder / "t.xlsx", language=language)
    return openpyxl.load_workbook(folder / "t.xlsx", data_only=values)


def rows_of(book: Workbook, sheet: str) -> pd.DataFrame:
    """Read a sheet back under the keys of its headings; totals are the last row."""
    heads, *rows = book[SAY(f"tables.sheet.{sheet}")].iter_rows(values_only=True)
    return pd.DataFrame(rows, columns=[str(head) for head in heads], dtype=object)


def one_column(folder: Path, texts: list[str]) -> list[object]:
    column = Column("name", "名称", "text")
    sheet = Sheet("s", (column,), pd.DataFrame({"name": pd.Series(texts, dtype="str")}))
    write_workbook(folder / "s.xlsx", book=BOOK, sheets=[sheet])
    read = openpyxl.load_workbook(folder / "s.xlsx")["s"]
    assert {cell.data_type for (cell,) in read.iter_rows(min_row=2) if cell.value is not None} <= {"s"}
    return [cell.value for (cell,) in read.iter_rows(min_row=2)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_sheets_have_names_that_excel_takes(tmp_path: Path, language: Language) -> None:
    names = table_of(tiny_plan(), tmp_path, language=language).sheetnames
    assert len(names) == len(set(names)) == 36
    assert all(len(name) <= 31 and not set(name) & set("/\\?*[]:") for name in names)
    say = words(language)
    before, behind = (
        [say(f"tables.sheet.{key}") for key in keys] for keys in ((
        "estates", "facilities", "gaps", "clusters", "pooled", "services", "stand_alone", "adjacency",
        "memberships", "cluster_parts", "join_curve", "survey", "funded", "packages", "completeness",
        "coverage", "sharing", "equity", "inventory_shares", "amounts", "inventory_basic", "inventory_improvement",
        "alternatives", "proposals", "proposal_served", "candidates", "costs", "phases", "phase_years",
    ), ("reserve", "balance", "facilities_aside", "indicators")))  # fmt: skip
    years = [say("tables.sheet.annual", year=year) for year in (2026, 2027)]
    assert names[1:] == [*before, *years, *behind]


def test_estates_show_the_figures_of_the_plan_and_nothing_for_unknown_ones(tmp_path: Path) -> None:
    plan = tiny_plan()
    read = rows_of(table_of(plan, tmp_path), "estates")
    assert read["小区名称"].tolist()[:-1] == plan.estates["label"].tolist()
    assert read["户数"].tolist()[:-1] == plan.estates["households"].tolist()
    assert read["停车位（个）"].tolist()[:-1] == [120, 275, None, 40, None]
    assert read["片区编号"].tolist()[:-1] == ["C1", "C1", None, "C2", "C2"]


def test_what_is_missing_is_listed_for_survey_those_without_a_year_first(tmp_path: Path) -> None:
    read = rows_of(table_of(tiny_plan(), tmp_path), "survey")
    assert read[["小区编号", "待核查内容"]].to_numpy().tolist() == [
        ["E5", "建成年份、户数、人口、建筑面积"], ["E4", "名称"]
    ]  # fmt: skip


def test_contents_that_were_done_before_are_listed_by_name(tmp_path: Path) -> None:
    book = table_of(tiny_plan(), tmp_path)
    read = rows_of(book, "funded")
    assert read[["小区编号", "改造类别", "改造内容", "补助情况"]].to_numpy().tolist() == [
        ["E1", "完善类", "停车位", SAY("terms.funded.done")]
    ]  # fmt: skip
    assert rows_of(book, "estates")["已改造内容"].tolist() == ["停车位", *[None] * 5]


def test_contents_that_nobody_told_are_not_left_empty(tmp_path: Path) -> None:
    plan = tiny_plan()
    funded = pd.DataFrame({"estate_id": ["E1"], "item": [None], "category": [None], "how": ["maybe_funded"]})
    read = rows_of(table_of(dataclasses.replace(plan, funded=funded), tmp_path), "funded")
    assert read[["改造内容", "补助情况"]].to_numpy().tolist() == [["不详", SAY("terms.funded.maybe_funded")]]


def test_packages_name_members_and_what_is_missing(tmp_path: Path) -> None:
    plan = tiny_plan()
    read = rows_of(table_of(plan, tmp_path), "packages")
    assert read["物业包编号"].tolist() == ["P001", "P002", "合计"]
    assert read["所含小区"].tolist()[1] == "未命名小区 E4、滨河新村"
    assert read["差额"].tolist()[:2] == [0, 2400]
    assert read["其中估算面积（㎡）"].tolist() == [0, 21600, 21600]
    assert read["估算"].tolist() == [None, "含估算", None]
    assert read["建筑面积（㎡）"].tolist()[2] == plan.packages["floor_area_m2"].sum()


def test_without_packages_nothing_is_shown_of_them(tmp_path: Path) -> None:
    plan = tiny_plan()
    none = dataclasses.replace(plan, packages=plan.packages.iloc[:0], funded=plan.funded.iloc[:0])
    book = table_of(none, tmp_path)
    assert SAY("tables.sheet.packages") not in book.sheetnames
    heads = set(rows_of(book, "estates"))
    assert heads.isdisjoint({SAY("tables.column.package_id"), SAY("tables.column.done_items")})


def test_a_departure_from_the_rule_of_the_standard_is_told_on_the_first_sheet(tmp_path: Path) -> None:
    plan = tiny_plan()
    table = {"built_by": 2005, "basis": "市政府2021年标准", "exclude": {"E1": "拟搬迁"}}
    project = plan.inputs.project.model_copy(update={"eligibility": EligibilityTable.model_validate(table)})
    inputs = dataclasses.replace(plan.inputs, project=project)
    book = table_of(dataclasses.replace(plan, inputs=inputs), tmp_path)
    told = rows_of(book, "about").set_index("项目")["内容"].to_dict()
    expected = "2005年底前建成；标准为“2000年底前建成”；依据：市政府2021年标准"
    assert told["年限（项目设定，与标准不同）"] == expected
    assert told["项目指定不列入"] == "E1: 拟搬迁"


def test_totals_have_cached_values_and_leave_unknown_columns_alone(tmp_path: Path) -> None:
    plan = tiny_plan()
    estates = plan.estates.assign(buildings=np.nan)
    book = table_of(dataclasses.replace(plan, estates=estates), tmp_path)
    total = rows_of(book, "estates").iloc[-1]
    assert total["小区编号"] == "合计"
    assert total["户数"] == plan.estates["households"].sum() == 1400
    assert total["停车位（个）"] == 435
    assert total["缺口项数"] == (plan.gaps["state"] == "gap").sum()
    assert total["楼栋数"] is None
    formula = openpyxl.load_workbook(tmp_path / "t.xlsx")[SAY("tables.sheet.estates")]["G7"]
    assert formula.value == "=SUBTOTAL(109,G2:G6)"


def test_gaps_have_one_row_per_estate_and_service_with_words_and_colours(tmp_path: Path) -> None:
    plan = tiny_plan()
    book = table_of(plan, tmp_path)
    read = rows_of(book, "gaps")
    assert len(read) == len(plan.gaps)
    assert read["状态"].tolist() == [SAY(f"terms.state.{state}") for state in plan.gaps["state"]]
    assert read["服务"].unique().tolist() == ["社区食堂", "托育机构", "养老服务设施", "停车位"]
    assert set(read["条文核实"]) == {"已核实", "未核实"}
    cells = book[SAY("tables.sheet.gaps")]["G"][1:]
    fills = {cell.value: cell.fill.fgColor.rgb for cell in cells}
    assert fills == {SAY(f"terms.state.{key}"): f"FF{paint.fill[1:].upper()}" for key, paint in styles().state.items()}


def test_estimates_are_marked_where_they_bear_on_a_figure(tmp_path: Path) -> None:
    plan = tiny_plan()
    gaps = plan.gaps.assign(measured=plan.gaps["measured"].fillna(0.5))
    book = table_of(dataclasses.replace(plan, gaps=gaps), tmp_path)
    assert rows_of(book, "estates")["估算"].tolist()[:-1] == [None, None, None, None, "估算"]
    read = rows_of(book, "gaps")
    marked = read[read["估算"].notna()]
    assert marked[["小区编号", "服务"]].to_numpy().tolist() == [["E5", "停车位"]]
    assert marked["数据来源或估算方法"].tolist() == [SAY("terms.estimate.levels")]
    assert rows_of(book, "clusters")["估算"].tolist()[:-1] == [None, "含估算"]
    assert "5 个小区中有 1 个" in str(rows_of(book, "about")["内容"].tolist())


def test_a_plan_without_estimates_says_so_and_marks_nothing(tmp_path: Path) -> None:
    plan = tiny_plan()
    sure = dataclasses.replace(
        plan,
        estates=plan.estates.assign(estimated=False, estimate_method="surveyed"),
        clusters=plan.clusters.assign(estimated=False),
    )
    book = table_of(sure, tmp_path)
    sheets_marked = ("facilities", "gaps", "clusters", "pooled", "services")
    assert not any(rows_of(book, sheet)["估算"].notna().any() for sheet in sheets_marked)
    assert SAY("tables.about.estimates_none") in rows_of(book, "about")["内容"].tolist()


def test_a_thin_layer_shows_no_share_of_people(tmp_path: Path) -> None:
    read = rows_of(table_of(tiny_plan(), tmp_path), "services").set_index("服务")
    assert read.loc["社区食堂", ["人口覆盖率", "步行范围内人口"]].tolist() == [None, None]
    assert read.loc["托育机构", "人口覆盖率"] == 0.6625
    assert read.loc["社区食堂", "数据偏少"] == "是"


def test_clusters_name_members_and_lacking_services(tmp_path: Path) -> None:
    read = rows_of(table_of(tiny_plan(), tmp_path), "clusters")
    assert read["所含小区"].tolist()[:-1] == [f"机械厂宿舍、{HOSTILE}", "未命名小区 E4、滨河新村"]
    assert read["片区缺少的服务"].tolist()[:-1] == ["停车位", "托育机构、停车位"]


def test_stand_alone_estates_have_a_reason_and_neighbours_have_names(tmp_path: Path) -> None:
    book = table_of(tiny_plan(), tmp_path)
    alone = rows_of(book, "stand_alone")
    assert alone["小区编号"].tolist() == ["E3", "合计"]
    assert alone["未连片原因"].tolist()[0] == SAY("terms.reason.not_eligible")
    pairs = rows_of(book, "adjacency")
    assert pairs["小区乙"].tolist() == [HOSTILE, "=2+3号院", "滨河新村"]
    assert pairs["之间的街道"].tolist() == ["解放路", None, None]


def test_the_first_sheet_tells_standard_speeds_date_and_licence(tmp_path: Path) -> None:
    about = rows_of(table_of(tiny_plan(), tmp_path), "about").set_index("项目")["内容"]
    assert about["采用标准"] == "示例标准 (tiny_standard)"
    assert about["老年人步速"].startswith("15 分钟 800 米（53.3 米/分钟）；台阶用时为平路的 2 倍。依据：GB 50180-2018")
    assert about["老年人步速"].endswith("（未核实）")
    assert about["坡度"] == "未提供高程，全部道路按平路计算。"
    assert about["片区人口下限"] == 1200
    assert about["OSM 数据日期"] == "2026-02-01"
    assert about["数据许可"].startswith("© OpenStreetMap")
    assert about["缺口"] == "未达标准（4 项）"
    assert about["缺口小区最多的服务及小区数"] == "托育机构 2"


def test_the_first_sheet_tells_who_walks_no_steps_and_where_slopes_come_from(tmp_path: Path) -> None:
    plan = tiny_plan()
    market = dataclasses.replace(plan.inputs.standard.services[-1], profile="wheels")
    standard = dataclasses.replace(plan.inputs.standard, services=(market,), profiles=load_profiles())
    sources = (*plan.inputs.sources, Source("dem", "地形.tif", "0" * 64, {"pixel_m": "30"}))
    inputs = dataclasses.replace(plan.inputs, standard=standard, sources=sources)
    about = rows_of(table_of(dataclasses.replace(plan, inputs=inputs), tmp_path), "about").set_index("项目")["内容"]
    assert [item for item in about.index if str(item).endswith("步速")] == ["轮椅（婴儿车）使用者步速"]
    assert "；不走台阶，不走坡度大于 8.3% 的道路。" in about["轮椅（婴儿车）使用者步速"]
    assert about["坡度"].startswith("按 地形.tif 的高程")
    assert about["数据文件（高程）"] == "地形.tif (pixel_m 30)"


def test_every_sheet_prints_on_a3_with_its_heading_row(tmp_path: Path) -> None:
    for sheet in table_of(tiny_plan(), tmp_path):
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 8)
        noted = [SAY(f"tables.sheet.{key}") for key in (
            "join_curve", "completeness", "inventory_shares", "amounts", "inventory_basic", "inventory_improvement",
            "coverage", "sharing", "equity", "alternatives", "proposals", "costs", "phases", "balance",
            "indicators",
        )]  # fmt: skip
        head = 2 if sheet.title in noted else 1  # a note stands above it
        assert sheet.print_title_rows == f"${head}:${head}"
        assert sheet.freeze_panes == f"C{head + 1}"
        assert sheet.auto_filter.ref.startswith(f"A{head}:")


def test_data_are_judged_by_district_and_by_the_whole(tmp_path: Path) -> None:
    sheet = table_of(tiny_plan(), tmp_path)[SAY("tables.sheet.completeness")]
    _, heads, *rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    read = pd.DataFrame(rows, columns=heads)
    assert read["区域"].tolist() == ["全部范围", "城北街道", "城南街道"]
    assert read["判断依据"].tolist() == ["处数足够", "应有处数太少，按全部范围", "应有处数太少，按全部范围"]
    assert read["数据偏少"].tolist() == ["否"] * 3


def test_what_wider_streets_would_bring_has_a_note_and_says_which_width_is_in_use(tmp_path: Path) -> None:
    sheet = table_of(tiny_plan(), tmp_path)[SAY("tables.sheet.join_curve")]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][0] == SAY("tables.preface.join_curve")
    assert rows[1][:3] == ["街宽上限（m）", "本次采用", "可同片的相邻对数"]
    assert [row[:6] for row in rows[2:4]] == [[10, "否", 1, 0, 0, 0], [30, "是", 3, 2, 1500, 0.5]]


def test_a_plan_without_clusters_has_sheets_that_say_so(tmp_path: Path) -> None:
    plan = tiny_plan()
    bare = dataclasses.replace(
        plan,
        clusters=plan.clusters.iloc[:0],
        pooled=plan.pooled.iloc[:0],
        adjacency=plan.adjacency.iloc[:0],
        estates=plan.estates.assign(cluster_id=pd.Series(np.nan, plan.estates.index, dtype="str")),
    )
    book = table_of(bare, tmp_path)
    for sheet in ("clusters", "pooled", "adjacency"):
        assert rows_of(book, sheet).iloc[0].tolist()[0] == SAY("tables.book.empty")
    assert len(rows_of(book, "stand_alone")) == 6


@pytest.mark.parametrize(
    "text",
    ["=HYPERLINK(\"http://example.invalid\",\"点我\")", "+86 宿舍", "-1", "@新村", "007", "360102001002000017", "1e5",
     "http://example.invalid", "mailto:a@b.c", " 前后空格 ", "a\nb", "_x0041_", "{=1+1}", HOSTILE, "㙍𠅤",
     "#N/A", "TRUE"],
)  # fmt: skip
def test_no_text_becomes_a_formula_link_or_number(tmp_path: Path, text: str) -> None:
    assert one_column(tmp_path, [text]) == [text]


def test_control_characters_are_taken_out(tmp_path: Path) -> None:
    assert one_column(tmp_path, ["制药厂\x0b宿舍", "a\x00b\ud800c\uffff", "a\r\nb\rc"]) == [
        "制药厂宿舍",
        "abc",
        "a\nb\nc",
    ]


def test_a_text_longer_than_a_cell_ends_in_an_ellipsis(tmp_path: Path) -> None:
    exact, long, wide = "长" * 32_767, "长" * 32_768, "𠅤" * 20_000
    assert one_column(tmp_path, [exact, long]) == [exact, "长" * 32_766 + "…"]
    assert cell_text(wide) == "𠅤" * 16_383 + "…"


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1), min_size=1, max_size=20))
def test_any_text_survives_the_round_trip(tmp_path: Path, texts: list[str]) -> None:
    texts = [text.replace("\ufffe", "").replace("\uffff", "") + "x" for text in texts]
    assert one_column(tmp_path, texts) == texts


def test_numbers_that_nobody_knows_are_empty_cells(tmp_path: Path) -> None:
    column = Column("n", "数", "two", total=True)
    frame = pd.DataFrame({"n": [1.5, np.nan, np.inf, 2.0]})
    write_workbook(tmp_path / "n.xlsx", book=BOOK, sheets=[Sheet("n", (column,), frame)])
    read = openpyxl.load_workbook(tmp_path / "n.xlsx", data_only=True)["n"]
    assert [cell.value for (cell,) in read.iter_rows()] == ["数", 1.5, None, None, 2, 3.5]


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "ROWS_PER_SHEET", 3)
    frame = pd.DataFrame({"n": np.arange(7.0)})
    sheet = Sheet("一二三", (Column("n", "数", "integer"),), frame)
    write_workbook(tmp_path / "n.xlsx", book=BOOK, sheets=[sheet])
    book = openpyxl.load_workbook(tmp_path / "n.xlsx")
    assert book.sheetnames == ["一二三", "一二三 (2)", "一二三 (3)"]
    assert [cell.value for read in book for (cell,) in read.iter_rows(min_row=2)] == [0, 1, 2, 3, 4, 5, 6]


def test_the_same_plan_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_tables(tiny_plan(), path=tmp_path / name, language="zh")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    made = openpyxl.load_workbook(tmp_path / "a.xlsx").properties.created
    assert made == datetime.datetime(2026, 3, 1)


def test_writing_leaves_the_plan_as_it_was(tmp_path: Path) -> None:
    plan, untouched = tiny_plan(), tiny_plan()
    write_tables(plan, path=tmp_path / "t.xlsx", language="en")
    for name in ("estates", "facilities", "gaps", "clusters", "pooled", "services", "adjacency", "summary"):
        pd.testing.assert_frame_equal(getattr(plan, name), getattr(untouched, name))
