from pathlib import Path

import openpyxl
import pytest

from data.layer_accounts import LayerAccount
from data.problems import error, warning
from data.reading_report import AnalysisCrs, LedgerJoin, NetworkFigures, ReadingReport, ServiceCount
from data.standards.files import load_standard
from data.words import LANGUAGES, Language, words
from maps.workbook.problem_list import write_problems
from tests.tiny import HOSTILE

LAYERS = (
    LayerAccount("estates", "小区.shp", encoding="GB18030", encoding_by="bytes", crs="CGCS2000 (EPSG:4548)",
                 crs_by="stated", read=12, kept=10, repaired=1, dropped=2, bounds=(116.9, 28.3, 116.95, 28.35)),
    LayerAccount("facilities", HOSTILE, layer="=1+1", read=5, kept=5),
    LayerAccount("network", "路网.osm.pbf", format="OSM", kept=900),
    LayerAccount("sites", "坏.gpkg", failed=True),
)  # fmt: skip
REPORT = ReadingReport(
    "project.toml",
    (error("missing_file", file="坏.gpkg"), warning("missing_file", file="小区.shp")),
    name="=cmd|' /C calc'!A0",
    standard=load_standard("jiangxi_existing"),
    crs=AnalysisCrs("EPSG:4548", "CGCS2000 / 3-degree Gauss-Kruger CM 117E", "zone"),
    layers=LAYERS,
    ledger=LedgerJoin(10, 12, 9),
    facilities=(ServiceCount("elder_care", 3, 1), ServiceCount("unheard_of", 1, 0)),
    network=NetworkFigures(12.34, 2, 0.98),
)


def book(folder: Path, *, language: Language = "zh") -> openpyxl.Workbook:
    write_problems(REPORT.problems, path=folder / "p.xlsx", language=language, report=REPORT)
    return openpyxl.load_workbook(folder / "p.xlsx")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_overview_is_the_first_sheet_and_the_list_the_second(tmp_path: Path, language: Language) -> None:
    say = words(language)
    assert book(tmp_path, language=language).sheetnames == [say("report.sheet"), say("tables.problems.sheet")]


def test_each_layer_has_a_row_whose_figures_add_up(tmp_path: Path) -> None:
    sheet = book(tmp_path).worksheets[0]
    head = next(row[0].row for row in sheet.iter_rows() if row[0].value == "图层")
    titles = [cell.value for cell in sheet[head]]
    rows = [dict(zip(titles, row, strict=True)) for row in sheet.iter_rows(min_row=head + 1, values_only=True)]
    assert [row["图层"] for row in rows] == ["小区", "设施", "路网", "可利用资源"]
    estates = rows[0]
    assert estates["文件行数"] == estates["采用"] + estates["未采用"] == 12
    assert (estates["其中修复"], estates["读入情况"]) == (1, "部分未采用")
    assert (estates["文字编码"], estates["编码依据"]) == ("GB18030", "按内容判定")
    assert (estates["坐标系"], estates["坐标系依据"]) == ("CGCS2000 (EPSG:4548)", "文件注明")
    assert (rows[3]["读入情况"], rows[3]["采用"], rows[2]["文件行数"]) == ("未能读入", None, None)
    assert sheet.freeze_panes == f"C{head + 1}"
    assert sheet.auto_filter.ref.startswith(f"A{head}:")


def test_states_are_painted_and_hostile_words_stay_text(tmp_path: Path) -> None:
    sheet = book(tmp_path).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert all(cell.data_type != "f" for cell in cells)
    assert {HOSTILE, "=1+1"} <= {cell.value for cell in cells}
    fills = {cell.value: cell.fill.fgColor.rgb for cell in cells}
    assert len({fills["部分未采用"], fills["未能读入"], fills["已读入"]}) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lines_above_tell_what_was_worked_out(tmp_path: Path, language: Language) -> None:
    sheet = book(tmp_path, language=language).worksheets[0]
    lines = "\n".join(str(row[0]) for row in sheet.iter_rows(max_row=9, max_col=1, values_only=True))
    for told in ("EPSG:4548", "12.3", "98%", "90%", "unheard_of", "jiangxi_existing"):
        assert told in lines


def test_the_same_report_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_problems(REPORT.problems, path=tmp_path / name, language="zh", report=REPORT)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
