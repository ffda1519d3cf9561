"""The survey form, and that the reader of ledgers reads it back without loss."""

from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from data.errors import InputError, ProjectError
from data.renovation import read_renovation
from data.results import SurveyResults, read_survey_results
from data.standards.files import load_standard
from data.tables.contents import ContentReader
from data.tables.exclusion import read_exclusions
from data.tables.ledgers import read_ledger
from data.tables.states import STATES, read_states
from data.tables.values import parse_years
from data.words import LANGUAGES, Language, words
from geo.judgement.inventory import judge_inventory
from maps.forms.survey_columns import make_form
from maps.forms.survey_form import HEAD_ROW, write_survey
from maps.write import write
from tests.quick import WITHOUT
from tests.small_results import write_result
from tests.tiny import tiny_plan

NAN = float("nan")
JIANGXI = load_standard("jiangxi_existing")
TOLD = pd.DataFrame(
    [("A01", "roof", "no", "台账"), ("A01", "lift", "not_applicable", "台账"), ("A2", "gas", "partial", "图")],
    columns=["estate_id", "item", "state", "source"],
    dtype=object,
)


def results(**columns: list[Any]) -> SurveyResults:
    """Make what is known of two estates: the people of the second one are estimated."""
    texts = ("district", "excluded_by", "excluded_unclear", "subsidised", "items_unclear")
    figures = ("buildings", "storeys", "green_area_m2", "units", "lift_units", "elderly", "infants",
               "ebike_ports", "ev_chargers", "property_room_m2", "road_year")  # fmt: skip
    frame: dict[str, Any] = {
        "estate_id": ["A01", "A2"],
        "name": ["幸福里", "阳光小区"],
        "subdistrict": ["城南街道", "城南街道"],
        "community": ["一社区", None],
        "households": [120.0, 80.0],
        "people": [300.0, 210.0],
        "children": [41.0, NAN],
        "willing_percent": [85.0, NAN],
        "managed": ["yes", "no"],
        "pipe_year": [2027.0, NAN],
        "floor_area_m2": [9000.5, 6400.0],
        "built_year_min": [1985.0, NAN],
        "built_year_max": [1992.0, 1998.0],
        "parking_spaces": [0.0, NAN],
        "excluded": [None, "dangerous_d"],
        "renovation": ["part", None],
        "done_items": ["roof;parking", None],
        "funded_items": ["roof", None],
        "missing": [None, "people;floor_area_m2"],
        **{name: [None, None] for name in texts},
        **{name: [NAN, NAN] for name in figures},
        **columns,
    }
    estates = pd.DataFrame(frame)
    names = {service.key: {"name": dict(service.name)} for service in JIANGXI.services}
    manifest = {
        "standard": {"title": dict(JIANGXI.title), "services": names},
        "options": {"project": {"name": "云渡", "date": "2026-06-30"}},
    }
    return SurveyResults(manifest, estates, judge_inventory(TOLD, estates=estates, standard=JIANGXI))


def back(path: Path) -> pd.DataFrame:
    rows, problems = read_ledger(path)
    assert {problem.code for problem in problems} <= {"ledger_sheets_left", "value_range", "value_approx"}
    return rows.set_index("estate_id")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_form_is_read_back_as_it_was_written(tmp_path: Path, language: Language) -> None:
    write_survey(results(), path=tmp_path / "表.xlsx", say=words(language))
    rows = back(tmp_path / "表.xlsx")
    assert rows.index.tolist() == ["A01", "A2"]
    assert rows.loc["A01", ["name", "households", "children", "floor_area_m2", "parking_spaces"]].tolist() == [
        "幸福里", 120, 41, 9000.5, 0
    ]  # fmt: skip
    assert rows.loc["A2", ["people", "floor_area_m2", "parking_spaces", "units"]].isna().all()
    assert rows["built_year_min"].tolist() == pytest.approx([1985, NAN], nan_ok=True)
    assert rows["built_year_max"].tolist() == [1992, 1998]
    assert rows["excluded"].tolist() == [None, "dangerous_d"]
    assert rows["pipe_year"].tolist() == pytest.approx([2027.0, NAN], nan_ok=True)
    assert rows["willing_percent"].tolist() == pytest.approx([85.0, NAN], nan_ok=True)
    assert rows["community"].where(rows["community"].notna(), None).tolist() == ["一社区", None]
    states = rows[["roof", "lift", "gas", "noise"]].astype(object)
    assert states.where(states.notna(), None).to_numpy().tolist() == [
        ["no", "not_applicable", None, None], [None, None, "partial", None]
    ]  # fmt: skip


def test_cells_that_are_filled_in_arrive_and_the_others_stay(tmp_path: Path) -> None:
    write_survey(results(), path=tmp_path / "表.xlsx", say=words("zh"))
    book = openpyxl.load_workbook(tmp_path / "表.xlsx")
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[HEAD_ROW + 1]]
    sheet.cell(HEAD_ROW + 2, heads.index("照明") + 1).value = "部分到位"
    sheet.cell(HEAD_ROW + 3, heads.index("单元数") + 1).value = 12
    book.save(tmp_path / "填.xlsx")
    before, after = back(tmp_path / "表.xlsx"), back(tmp_path / "填.xlsx")
    assert (after.loc["A01", "lighting"], after.loc["A2", "units"]) == ("partial", 12)
    same = before.columns.difference(["lighting", "units"])
    pd.testing.assert_frame_equal(before[same], after[same])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_lists_is_read_back_as_what_it_means(language: Language) -> None:
    said = [words(language)(f"terms.inventory.{state}") for state in STATES]
    expected = [None if state == "unknown" else state for state in STATES]
    for is_nuisance in (False, True):
        assert read_states(pd.Series(said, dtype=object), is_nuisance=is_nuisance).tolist() == expected


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("years", [(1985.0, 1985.0), (1985.0, 1992.0), (NAN, 1998.0), (1985.0, NAN)])
def test_years_are_read_back(language: Language, years: tuple[float, float]) -> None:
    first, last = ([year] * 2 for year in years)
    form = make_form(results(built_year_min=first, built_year_max=last), say=words(language))
    (column,) = (one for one in form.columns if one.key == "built_year")
    read = parse_years(pd.Series(column.values, dtype=object))
    assert read[["low", "high"]].iloc[0].tolist() == pytest.approx(list(years), nan_ok=True)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", ["expropriation", "shantytown", "dangerous_d"])
def test_grounds_to_leave_out_are_read_back(language: Language, key: str) -> None:
    form = make_form(results(excluded=[key, None]), say=words(language))
    (column,) = (one for one in form.columns if one.key == "excluded")
    rows = pd.Series(["#1", "#2"])
    read, problems = read_exclusions(pd.Series(column.values, dtype=object), {}, rows=rows, place="表")
    assert (read["excluded"].tolist(), problems) == ([key, None], ())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", ["none", "part", "underway", "whole"])
def test_earlier_renovation_is_read_back(language: Language, state: str) -> None:
    known = results(
        renovation=[state, None], done_items=[None, None], subsidised=["yes", "no"], funded_items=[None] * 2
    )
    form = make_form(known, say=words(language))
    cells = {one.key: pd.Series(one.values, dtype=object) for one in form.columns}
    columns = ("estate_id", "name", "renovation", "subsidised", "done_items", "funded_items")
    read, _ = read_renovation(pd.DataFrame({key: cells[key] for key in columns}), standard=JIANGXI, place="表")
    assert read.loc[0, "renovation"] == state
    assert read["subsidised"].tolist() == ["yes", "no"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_item_is_read_back_where_it_is_named_as_done(language: Language) -> None:
    keys = [service.key for service in JIANGXI.services if service.category in ("basic", "improvement")]
    known = results(done_items=[";".join(keys), keys[0]])
    (column,) = (one for one in make_form(known, say=words(language)).columns if one.key == "done_items")
    reader = ContentReader(JIANGXI.services)
    assert set(reader.read(str(column.values[0])).keys) == set(keys)
    assert reader.read(str(column.values[1])).keys == (keys[0],)


def test_what_a_layer_excludes_and_what_was_not_understood() -> None:
    known = results(excluded_by=["征收.shp 90%", None], excluded=["expropriation", None],
                    excluded_unclear=[None, "待鉴定"], items_unclear=["什么", None])  # fmt: skip
    values = {one.key: one.values for one in make_form(known, say=words("zh")).columns}
    assert values["excluded"] == (None, "待鉴定")
    assert values["done_items"] == ("屋面维修、停车库（场）、什么", None)


def test_cells_offer_words_and_refuse_negative_numbers(tmp_path: Path) -> None:
    write_survey(results(), path=tmp_path / "表.xlsx", say=words("zh"))
    sheet = openpyxl.load_workbook(tmp_path / "表.xlsx")["调查表"]
    heads = [cell.value for cell in sheet[HEAD_ROW + 1]]
    rules = {str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation}
    first = sheet.cell(HEAD_ROW + 2, heads.index("依法拆除各类违法建设") + 1).coordinate
    assert rules[first].formula1 == '"到位,部分到位,未到位,不适用,不详"'
    number = rules[sheet.cell(HEAD_ROW + 2, heads.index("户数") + 1).coordinate]
    assert (number.type, number.operator, number.formula1) == ("decimal", "greaterThanOrEqual", "0")
    assert sheet.freeze_panes == "C4"
    assert sheet["A4"].number_format == "@"


def test_the_guide_names_the_clauses_and_what_cannot_be_read_back(tmp_path: Path) -> None:
    known = results()
    own = known.inventory.drop_duplicates("estate_id").assign(item="own_item", state="unknown", wording="自定内容")
    known.manifest["standard"]["services"]["own_item"] = {"name": {"zh": "自定内容", "en": "own"}}
    form = write_survey(
        SurveyResults(known.manifest, known.estates, pd.concat([known.inventory, own], ignore_index=True)),
        path=tmp_path / "表.xlsx",
        say=words("zh"),
    )
    assert form.left_out == ("自定内容",)
    guide = openpyxl.load_workbook(tmp_path / "表.xlsx")["填表说明"]
    text = " ".join(str(cell) for row in guide.iter_rows(values_only=True) for cell in row if cell)
    assert "赣府厅发〔2020〕37号 二(一)1 基础类" in text
    assert "自定内容" in text
    assert 'ledger = { path = "表.xlsx", key = "小区编号" }' in text


def test_known_and_open_states_are_counted() -> None:
    form = make_form(results(), say=words("zh"))
    assert (form.known, form.unknown) == (3, 2 * 31 - 3)


def test_the_same_result_gives_the_same_bytes_and_no_form_is_overwritten(tmp_path: Path) -> None:
    for name in ("一.xlsx", "二.xlsx"):
        write_survey(results(), path=tmp_path / name, say=words("en"))
    guide = [openpyxl.load_workbook(tmp_path / name).worksheets[0]["A1"].value for name in ("一.xlsx", "二.xlsx")]
    assert guide[0] == guide[1] == "云渡: survey of estates"
    with pytest.raises(ProjectError, match=r"一\.xlsx"):
        write_survey(results(), path=tmp_path / "一.xlsx", say=words("en"))


def test_a_result_is_read_back_with_its_items_and_an_older_one_is_refused(tmp_path: Path) -> None:
    plan = tiny_plan()
    write(plan, out=tmp_path / "out", language="zh", without=WITHOUT)
    read = read_survey_results(tmp_path / "out")
    assert read.inventory["state"].tolist() == plan.inventory["state"].tolist()
    form = write_survey(read, path=tmp_path / "表.xlsx", say=words("zh"))
    assert form.known == 3
    assert form.left_out == ("停车位",)
    assert back(tmp_path / "表.xlsx").loc["E1", "roof"] == "no"
    with pytest.raises(InputError, match="inventory"):
        read_survey_results(write_result(tmp_path / "older"))
