"""Tables written as HTML or as an XML spreadsheet of 2003."""

from pathlib import Path

import pytest

from data.errors import UnreadableFileError
from data.files.grids import read_grids
from data.files.markup_tables import html_tables, xml_tables
from data.tables.ledgers import read_ledger

XML = (
    '<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Excel.Sheet"?>'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
    '<Worksheet ss:Name="台账"><Table><Row><Cell ss:MergeAcross="2"><Data ss:Type="String">标题</Data></Cell></Row>'
    '<Row><Cell><Data ss:Type="String">小区名称</Data></Cell><Cell><Data ss:Type="String">户数</Data></Cell></Row>'
    '<Row ss:Index="4"><Cell><Data ss:Type="String">甲</Data></Cell>'
    '<Cell ss:Index="3"><Data ss:Type="Number">7</Data></Cell></Row>'
    "</Table></Worksheet></Workbook>"
)


def test_spans_are_merges() -> None:
    page = (
        "<style>td{x}</style><table><tr><th rowspan=2>名称</th><th colspan='2'>规模</th></tr>"
        "<tr><th>户数</th><th>面积<br>(㎡)</th></tr><tr><td>甲&nbsp;</td><td>1,280</td><td></td></tr></table>"
    )
    assert html_tables(page) == [
        (
            "1",
            [["名称", "规模", ""], ["", "户数", "面积\n(㎡)"], ["甲", "1,280", ""]],
            (((0, 0), (1, 0)), ((0, 1), (0, 2))),
        )
    ]


@pytest.mark.parametrize(
    "page", ["<table><tr><td>a<td>b<tr><td>c", "<TABLE><TBODY><TR><TD>a</TD><TD>b</TD></TR><TR><TD>c"]
)
def test_ends_that_are_left_out(page: str) -> None:
    assert html_tables(page)[0][1] == [["a", "b"], ["c", ""]]


def test_tables_within_cells_are_tables_of_their_own() -> None:
    names = [name for name, _, _ in html_tables("<table><tr><td><table><tr><td>a</table></td><td>b</table>")]
    assert names == ["1", "2"]


def test_xml_spreadsheet() -> None:
    assert xml_tables(XML) == [
        ("台账", [["标题", "", ""], ["小区名称", "户数", ""], ["", "", ""], ["甲", "", 7.0]], (((0, 0), (0, 2)),))
    ]


def test_xml_spreadsheet_as_ledger(tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_text(XML.replace('ss:Index="3"', ""), encoding="utf-8")
    ledger, _ = read_ledger(tmp_path / "a.xls")
    assert ledger[["row", "name", "households"]].to_numpy().tolist() == [[4, "甲", 7]]


def test_broken_xml_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_text(XML.replace("</Table>", ""), encoding="utf-8")
    with pytest.raises(UnreadableFileError, match="cannot be read"):
        read_grids(tmp_path / "a.xls")
