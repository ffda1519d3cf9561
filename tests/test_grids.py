"""Files are read by what they hold, whatever their suffix says."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import UnreadableFileError
from data.files.grids import decode_text, read_grids
from data.tables.ledgers import read_ledger
from tests.workbooks import told, write_book

ROWS = (("小区名称", "户数"), ("甲", 10), ("乙", 20))
LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504 + "EncryptedPackage".encode("utf-16-le")
HTML = "<html><meta charset=gb2312><table><tr><th>小区名称<th>户数<tr><td>甲<td>10<tr><td>乙<td>20</table></html>"


def _names(path: Path) -> tuple[list[str], list[tuple[str, str]]]:
    ledger, problems = read_ledger(path)
    return ledger["name"].tolist(), [(code, value) for code, _, value in told(problems)]


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        pytest.param("a.xls", "小区名称\t户数\n甲\t10\n乙\t20\n", "CSV", id="text"),
        pytest.param("a.xls", HTML, "HTML", id="html"),
        pytest.param("a.csv", HTML, "HTML", id="html in csv"),
    ],
)
def test_exports_with_another_suffix(tmp_path: Path, name: str, text: str, kind: str) -> None:
    (tmp_path / name).write_bytes(text.encode("gb18030"))
    assert _names(tmp_path / name) == (["甲", "乙"], [("format_by_content", name[1:])])
    assert read_grids(tmp_path / name)[0].problems[0].facts == {"kind": kind}


@pytest.mark.parametrize("suffix", [".csv", ".xls", ".et", ".xlsm"])
def test_workbook_with_another_suffix(tmp_path: Path, suffix: str) -> None:
    path = write_book(tmp_path / "a.xlsx", ROWS).rename(tmp_path / f"a{suffix}")
    assert _names(path) == (["甲", "乙"], [("format_by_content", ".csv")] if suffix == ".csv" else [])


@pytest.mark.parametrize("name", ["台账.xlsx", "台账.xls"])
def test_password_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(LOCKED)
    with pytest.raises(UnreadableFileError, match="locked by a password"):
        read_grids(tmp_path / name)


@pytest.mark.parametrize("raw", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0" + b"\x00" * 600, b"\x00\x01\x02\x03" * 100])
def test_broken_workbook_is_told(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "a.xlsx").write_bytes(raw)
    with pytest.raises(UnreadableFileError, match="cannot be read"):
        read_grids(tmp_path / "a.xlsx")


@pytest.mark.parametrize("sign", ["\t", ";", ",", "，", "|"])
def test_separators(tmp_path: Path, sign: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text("\n".join(sign.join(map(str, row)) for row in ROWS), encoding="utf-8")
    assert _names(path) == (["甲", "乙"], [])


GB2312 = [bytes([high, low]).decode("gb2312") for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFA)]


@given(st.lists(st.text(st.sampled_from(GB2312), min_size=2, max_size=6), min_size=1, max_size=5))
def test_names_in_gbk_come_back(names: list[str]) -> None:
    for heading in ("小区名称,户数", "name,households"):
        text = "\n".join([heading, *(f"{name},10" for name in names)])
        assert decode_text(text.encode("gbk"), encoding="auto", place="") == (text, "GB18030")
        assert decode_text(text.encode("utf-8"), encoding="auto", place="") == (text, "UTF-8")


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1))
def test_names_in_every_encoding_come_back(name: str) -> None:
    text = f"小区名称,户数\n{name},10"
    for encoding in ("gb18030", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"):
        assert decode_text(text.encode(encoding), encoding="auto", place="")[0] == text


@pytest.mark.parametrize("text", ["name,lon\nA,115.89°", "name,note\nA,±0.5 · ×", "name\ncafé"])
def test_signs_in_utf8_are_no_chinese(text: str) -> None:
    assert decode_text(text.encode(), encoding="auto", place="") == (text, "UTF-8")


def test_what_is_utf8_by_chance_is_chinese() -> None:
    assert decode_text("name,n\n目目,1".encode("gbk"), encoding="auto", place="") == ("name,n\n目目,1", "GB18030")


def test_grids_are_as_wide_as_their_longest_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1\n1,2,3\n", encoding="utf-8")
    assert pd.DataFrame(read_grids(path)[0].rows).shape == (3, 3)
