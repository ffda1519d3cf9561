"""Numbers and years as people type them."""

import datetime
import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.tables.values import parse_numbers, parse_years


def _number(cell: object, *, measure: str = "count", factor: float = 1.0) -> tuple[float, float, str]:
    row = parse_numbers(pd.Series([cell], dtype=object), measure=measure, factor=factor).iloc[0]
    return row["low"], row["high"], row["quality"]


def _year(cell: object) -> tuple[float | None, float | None, str]:
    row = parse_years(pd.Series([cell], dtype=object)).iloc[0]
    low, high = (None if math.isnan(row[name]) else row[name] for name in ("low", "high"))
    return low, high, row["quality"]


@pytest.mark.parametrize(
    ("cell", "low", "high", "quality"),
    [
        ("约1200户", 1200, 1200, "approx"),
        ("１，０２４", 1024, 1024, "exact"),
        ("1,050", 1050, 1050, "exact"),
        (" 96 ", 96, 96, "exact"),
        ("300余户", 300, 300, "lower"),
        ("约300余户", 300, 300, "lower"),
        ("1200户以上", 1200, 1200, "lower"),
        ("不足100户", 100, 100, "upper"),
        ("300户左右", 300, 300, "approx"),
        ("216户（含商铺12户）", 216, 216, "approx"),
        ("300-350户", 300, 350, "range"),
        ("1.2万户", 12_000, 12_000, "exact"),
        ("三百二十户", 320, 320, "exact"),
        ("十二", 12, 12, "exact"),
        ("一百零五", 105, 105, "exact"),
        ("二百五", 250, 250, "exact"),
        (0.0, 0, 0, "exact"),
        (12, 12, 12, "exact"),
    ],
)
def test_counts(cell: object, low: float, high: float, quality: str) -> None:
    assert _number(cell) == (low, high, quality)


@pytest.mark.parametrize(
    ("cell", "low", "high"),
    [
        ("3.2万㎡", 32_000, 32_000),
        ("7680m2", 7_680, 7_680),
        ("8600.5m²", 8_600.5, 8_600.5),
        ("21,300平方米", 21_300, 21_300),
        ("1.05万", 10_500, 10_500),
        ("一万二千平方米", 12_000, 12_000),
        ("1.5公顷", 15_000, 15_000),
        ("1.2-1.5万㎡", 12_000, 15_000),
        ("3.2", 32_000, 32_000),
        (0.89, 8_900, 8_900),
    ],
)
def test_areas_take_their_own_unit_before_that_of_the_header(cell: object, low: float, high: float) -> None:
    assert _number(cell, measure="area", factor=10_000.0)[:2] == (low, high)


@pytest.mark.parametrize("cell", ["不详", "/", "—", "", " ", "暂无", None, float("nan"), pd.NaT])
def test_what_says_nothing_is_missing(cell: object) -> None:
    assert _number(cell)[2] == "missing"
    assert _year(cell) == (None, None, "missing")


@pytest.mark.parametrize(
    "cell", ["几十户", "3栋5单元", "1,05", "-5", "#N/A", "12㎡", True, float("inf"), -3.0, "百", "1.2.3"]
)
def test_what_cannot_be_read_is_no_number(cell: object) -> None:
    low, high, quality = _number(cell)
    assert math.isnan(low)
    assert math.isnan(high)
    assert quality == "unreadable"


@pytest.mark.parametrize(
    ("cell", "low", "high", "quality"),
    [
        (1979.0, 1979, 1979, "exact"),
        (1985.6, 1985, 1985, "exact"),
        (198506.0, 1985, 1985, "exact"),
        (33_359.0, 1991, 1991, "approx"),
        (datetime.date(1991, 5, 1), 1991, 1991, "exact"),
        (datetime.datetime(1991, 5, 1, 8), 1991, 1991, "exact"),
        ("1985年", 1985, 1985, "exact"),
        ("1985年6月1日", 1985, 1985, "exact"),
        ("1985/6/1", 1985, 1985, "exact"),
        ("1985-06", 1985, 1985, "exact"),
        ("19850601", 1985, 1985, "exact"),
        ("1985年建成", 1985, 1985, "exact"),
        ("一九九二年", 1992, 1992, "exact"),
        ("二〇〇〇年", 2000, 2000, "exact"),
        ("一九八五年十二月", 1985, 1985, "exact"),
        ("约1990年", 1990, 1990, "approx"),
        ("85年", 1985, 1985, "approx"),
        ("05年", 2005, 2005, "approx"),
        ("1990年代", 1990, 1999, "range"),
        ("九十年代", 1990, 1999, "range"),
        ("上世纪80年代", 1980, 1989, "range"),
        ("80年代初", 1980, 1983, "range"),
        ("二十世纪八十年代中期", 1983, 1986, "range"),
        ("80年代末", 1986, 1989, "range"),
        ("70-80年代", 1970, 1989, "range"),
        ("2000年代", 2000, 2009, "range"),
        ("1998-2001", 1998, 2001, "range"),
        ("1998-99", 1998, 1999, "range"),
        ("1985、1992", 1985, 1992, "range"),
        ("2000年前", None, 1999, "upper"),
        ("2000年底前", None, 2000, "upper"),
        ("2000年以后", 2000, None, "lower"),
    ],
)
def test_years(cell: object, low: float | None, high: float | None, quality: str) -> None:
    assert _year(cell) == (low, high, quality)


@pytest.mark.parametrize("cell", ["20年代", "民国", "3000", 12, "2200年", "1985年13月", True])
def test_what_cannot_be_read_is_no_year(cell: object) -> None:
    assert _year(cell) == (None, None, "unreadable")


@given(
    st.one_of(
        st.text(), st.text("0123456789.,年月代初末约余户万㎡-一二三十百千零 "), st.floats(), st.integers(), st.none()
    )
)
def test_nothing_raises_and_nothing_becomes_zero(cell: object) -> None:
    for low, high, quality in (_number(cell), _number(cell, measure="area", factor=10_000.0)):
        assert math.isnan(low) == (quality in ("missing", "unreadable", "fraction"))
        assert math.isnan(low) or 0 <= low <= high
        if low == 0 and isinstance(cell, str):
            assert any(digit in cell for digit in "0０零〇○")
    first, last, known = _year(cell)
    assert all(year is None or 1840 <= year <= 2100 for year in (first, last))
    assert (first is None and last is None) == (known in ("missing", "unreadable"))


@given(st.integers(0, 10_000_000))
def test_plain_numbers_stay_what_they_are(number: int) -> None:
    for cell in (number, float(number), str(number), f"{number:,}", f"{number}户"):
        assert _number(cell) == (number, number, "exact")
