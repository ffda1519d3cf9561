"""Write the household ledger of the sample town, as offices keep it: merged headings, subtotals, typed values."""

import datetime
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from data.samples import story
from data.samples.estates import Estate
from data.samples.surveyed import ITEMS, survey

_HEADINGS = (
    ("基本情况", ("小区编号", "小区名称", "所属街道", "所属社区")),
    ("建设情况", ("建成年代", "楼栋数(栋)", "建筑面积(万㎡)")),
    ("居民情况", ("户数(户)", "人口(人)")),
    ("停车", ("车位数(个)",)),
    ("楼栋", ("单元数", "已装电梯单元数")),
    ("人口构成", ("60岁及以上人口(人)", "3岁以下人口(人)")),
    ("意愿与物业", ("同意改造户数比例(%)", "物业服务企业")),
    ("改造内容现状", ITEMS),
)
_REMARK = "是否计划征收"
_WIDTHS = (18, 24, 12, 14, 11, 11, 13, 11, 11, 11, 9, 9, 11, 11, 11, 22, *[9] * len(ITEMS), 14)
_YEARS = {story.UNKNOWN_YEAR: "不详", story.DECADE_YEAR: "1990年代"}


def write_ledger(path: Path, estates: Sequence[Estate], *, day: datetime.date) -> None:
    """Write the ledger.

    Parameters
    ----------
    path : Path
        The workbook.
    estates : sequence of Estate
        In the order of the rows; those of one subdistrict stand together.
    day : date
        Day the workbook says it was made.
    """
    with xlsxwriter.Workbook(path) as book:
        book.set_properties(
            {"title": f"{story.TOWN}城镇老旧小区台账", "created": datetime.datetime.combine(day, datetime.time())}
        )
        line = {"border": 1, "align": "center", "valign": "vcenter", "font_name": "宋体", "font_size": 10}
        formats = {
            "title": book.add_format(
                {"bold": True, "font_size": 16, "align": "center", "valign": "vcenter", "font_name": "宋体"}
            ),
            "head": book.add_format(line | {"bold": True, "bg_color": "#D9E2F3"}),
            "text": book.add_format(line | {"num_format": "@"}),
            "number": book.add_format(line),
            "area": book.add_format(line | {"num_format": "0.00"}),
            "sum": book.add_format(line | {"bold": True, "bg_color": "#F2F2F2", "num_format": "General"}),
        }
        sheet = book.add_worksheet("小区台账")
        _write_headings(sheet, formats)
        row = 3
        for subdistrict, group in groupby(estates, key=lambda item: item.subdistrict):
            rows = list(group)
            for estate in rows:
                _write_row(sheet, row, estate, formats)
                row += 1
            _write_sum(sheet, row, f"{subdistrict}小计", rows, formats)
            row += 1
        _write_sum(sheet, row, "合计", estates, formats)
        sheet.write(row + 1, 0, "注：建筑面积为住宅建筑面积；人口为常住人口，由社区核报。")
        hidden = book.add_worksheet("数据字典")
        hidden.write_column(0, 0, [heading for _, group in _HEADINGS for heading in group])
        hidden.hide()


def _write_headings(sheet: Worksheet, formats: dict[str, object]) -> None:
    sheet.merge_range(0, 0, 0, len(_WIDTHS) - 1, f"{story.TOWN}城镇老旧小区基本情况台账（2026年6月）", formats["title"])
    sheet.set_row(0, 30)
    column = 0
    for group, headings in _HEADINGS:
        if len(headings) > 1:
            sheet.merge_range(1, column, 1, column + len(headings) - 1, group, formats["head"])
        else:
            sheet.write(1, column, group, formats["head"])
        sheet.write_row(2, column, headings, formats["head"])
        column += len(headings)
    sheet.merge_range(1, column, 2, column, _REMARK, formats["head"])
    for index, width in enumerate(_WIDTHS):
        sheet.set_column(index, index, width)
    sheet.freeze_panes(3, 2)


def _write_row(sheet: Worksheet, row: int, estate: Estate, formats: dict[str, object]) -> None:
    for column, text in enumerate((estate.code, estate.name, estate.subdistrict, estate.community)):
        sheet.write_string(row, column, text, formats["text"])
    sheet.write(row, 4, _YEARS.get(estate.name, estate.built), formats["number"])
    sheet.write_number(row, 5, estate.buildings, formats["number"])
    sheet.write_number(row, 6, round(estate.floor_area_m2 / 10_000, 2), formats["area"])
    households = f"约{estate.households}户" if estate.name == story.ROUND_HOUSEHOLDS else estate.households
    sheet.write(row, 7, households, formats["number"])
    sheet.write_number(row, 8, estate.people, formats["number"])
    sheet.write_number(row, 9, estate.parking, formats["number"])
    found = survey(estate)
    counts = (found.units, found.lift_units, found.elderly, found.infants, found.willing_percent)
    for column, count in enumerate(counts, 10):
        sheet.write_number(row, column, count, formats["number"])
    for column, text in enumerate((found.management, *found.states), 15):
        sheet.write_string(row, column, text, formats["text"])
    expropriated = "是" if estate.name == story.EXPROPRIATED else "否"
    sheet.write_string(row, len(_WIDTHS) - 1, expropriated, formats["text"])


def _write_sum(sheet: Worksheet, row: int, label: str, estates: Sequence[Estate], formats: dict[str, object]) -> None:
    sheet.merge_range(row, 0, row, 3, label, formats["sum"])
    sheet.write_string(row, 4, "", formats["sum"])
    sheet.write_number(row, 5, sum(estate.buildings for estate in estates), formats["sum"])
    sheet.write_number(row, 6, round(sum(estate.floor_area_m2 for estate in estates) / 10_000, 2), formats["sum"])
    sheet.write_number(row, 7, sum(estate.households for estate in estates), formats["sum"])
    sheet.write_number(row, 8, sum(estate.people for estate in estates), formats["sum"])
    sheet.write_number(row, 9, sum(estate.parking for estate in estates), formats["sum"])
    for column in range(10, len(_WIDTHS)):
        sheet.write_string(row, column, "", formats["sum"])
