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


@pytest.mark.parametrize(
    ("cell", "low", "high", "quality"),
    [
        ("四五十户", 40, 50, "range"),
        ("三四百户", 300, 400, "range"),
        ("十几户", 11, 19, "range"),
        ("百余户", 100, 100, "lower"),
        ("近百户", 100, 100, "approx"),
        ("两千余户", 2_000, 2_000, "lower"),
        ("1千2百", 1_200, 1_200, "exact"),
        ("1200+", 1_200, 1_200, "lower"),
        ("1200户。", 1_200, 1_200, "exact"),
        ("'120", 120, 120, "exact"),
        ("120户?", 120, 120, "approx"),
        ("共1200户", 1_200, 1_200, "approx"),
        ("1200户，其中空置30户", 1_200, 1_200, "approx"),
        ("约1200户（含商户30户）", 1_200, 1_200, "approx"),
        ("300戶", 300, 300, "exact"),
        ("300套住房", 300, 300, "exact"),
        ("1200户/3栋", 1_200, 1_200, "approx"),
        ("1.2e3", 1_200, 1_200, "exact"),
    ],
)
def test_households(cell: object, low: float, high: float, quality: str) -> None:
    assert _number(cell, measure="households") == (low, high, quality)


@pytest.mark.parametrize(
    ("cell", "measure", "value"),
    [
        ("6栋12单元", "buildings", 6),
        ("6栋12单元，共360户", "buildings", 6),
        ("1200户/3栋", "buildings", 3),
        ("3栋300户", "households", 300),
    ],
)
def test_one_figure_of_several_is_that_of_the_column(cell: str, measure: str, value: float) -> None:
    assert _number(cell, measure=measure) == (value, value, "approx")


@pytest.mark.parametrize(
    ("cell", "measure"),
    [
        ("1200人", "households"), ("1200户", "people"), ("住宅1100户商业100户", "households"),
        ("120\n130", "households"),
        ("120 130", "households"), ("1 200", "households"), ("1200/1180", "households"), ("12.345,6", "area"),
        ("3 2", "area"), ("1-6栋", "buildings"), ("1-6", "buildings"), ("1#、2#、3#", "buildings"),
        ("120%", "households"),
        ("(120)", "households"), ("几十户", "households"), ("万户", "households"), ("原300现280", "households"),
        ("#REF!", "households"), ("TRUE", "households"), ("同上", "households"), ("1200㎡/户", "area"),
    ],
)  # fmt: skip
def test_what_may_be_something_else_is_not_taken(cell: str, measure: str) -> None:
    assert _number(cell, measure=measure)[2] == "unreadable"


@pytest.mark.parametrize("cell", ["1.234", "0.5", "12,345.6", 0.5, 1200.5])
def test_a_count_is_whole(cell: object) -> None:
    assert _number(cell, measure="households")[2] == "fraction"
    assert _number(cell, measure="area")[2] == "exact"


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
        ("2000年前后", 2000, 2000, "approx"),
        ("1980年代以前", None, 1979, "upper"),
        ("1980年及以前", None, 1980, "upper"),
        ("2000年（含）以前", None, 2000, "upper"),
        ("2000年12月31日前", None, 2000, "upper"),
        ("早于1998年", None, 1997, "upper"),
        ("1985年以来", 1985, None, "lower"),
        ("八九十年代", 1980, 1999, "range"),
        ("80年代末至90年代初", 1986, 1993, "range"),
        ("八十年代末九十年代初", 1986, 1993, "range"),
        ("90年代中后期", 1993, 1999, "range"),
        ("1980s-1990s", 1980, 1999, "range"),
        ("95-98年", 1995, 1998, "range"),
        ("1998、1999、2000", 1998, 2000, "range"),
        ("一期1998年，二期2001年", 1998, 2001, "range"),
        ("199608-199805", 1996, 1998, "range"),
        ("建于1985年，1990年加建", 1985, 1985, "approx"),
        ("1985年（1990年改造）", 1985, 1985, "approx"),
        ("始建于1985年", 1985, 1985, "exact"),
        ("1998年建成投入使用", 1998, 1998, "exact"),
        ("1998年底", 1998, 1998, "exact"),
        ("1998-05-01 00:00:00", 1998, 1998, "exact"),
        ("12/5/1998", 1998, 1998, "exact"),
        ("二00五年", 2005, 2005, "exact"),
        ("一九八五", 1985, 1985, "exact"),
        ("35946", 1998, 1998, "approx"),
        (35_946.5, 1998, 1998, "approx"),
        ("2000.0", 2000, 2000, "exact"),
        (datetime.date(1905, 6, 8), 1986, 1986, "approx"),
    ],
)
def test_years(cell: object, low: float | None, high: float | None, quality: str) -> None:
    assert _year(cell) == (low, high, quality)


@pytest.mark.parametrize(
    "cell",
    [
        "20年代", "民国", "3000", 12, "2200年", "1985年13月", True, "24年", "建成35年", "房龄24年", "20年以上",
        "85", 98, "2098",
        "198", "1998-13", "80后", "1985年代", "1990年改造", "1900-01-05", datetime.date(1900, 1, 26),
        "1998 1999", "-1998",
    ],
)  # fmt: skip
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


NUMERALS = st.one_of(
    st.integers(1, 10_000_000).map(str),
    st.integers(1_000, 10_000_000).map("{:,}".format),
    st.decimals(min_value=1, max_value=1_000, places=2).map(str),
    st.sampled_from(["一百二十", "两千", "三百零五", "十二", "1千2百", "３２０", "四五十", "1.2e3"]),
)
CELLS = st.tuples(
    st.sampled_from(["", "约", "近", "共", "超过", "不足", "至少", "~", "(", "其中", "原", "-"]),
    NUMERALS,
    st.sampled_from(["", "万", "百", "亿"]),
    st.sampled_from(["", "户", "人", "㎡", "平方米", "栋", "套", "年", "%", "余户", "多户"]),
    st.sampled_from(
        ["", "左右", "以上", "以下", "+", "?", "。", "（含商户30户）", "，其中空置3户", "-500户", "/3栋", "\n5"]
    ),
).map("".join)


@given(CELLS, st.sampled_from(["households", "people", "buildings", "area", "count"]))
def test_plausible_cells_are_read_or_refused_but_never_zero(cell: str, measure: str) -> None:
    low, high, quality = _number(cell, measure=measure, factor=10_000.0)
    assert math.isnan(low) == (quality in ("missing", "unreadable", "fraction"))
    assert math.isnan(low) or 0 < low <= high


@given(st.text("零〇○一二两三四五六七八九十百千万亿0123456789.年月日代初末世纪上-至、前后约建改", max_size=12))
def test_years_of_any_text_lie_within_limits(cell: str) -> None:
    low, high, quality = _year(cell)
    assert all(year is None or 1840 <= year <= 2035 for year in (low, high))
    assert low is None or high is None or low <= high
    assert (low is None and high is None) == (quality in ("missing", "unreadable"))


@given(st.integers(0, 10_000_000))
def test_plain_numbers_stay_what_they_are(number: int) -> None:
    for cell in (number, float(number), str(number), f"{number:,}", f"{number}户"):
        assert _number(cell) == (number, number, "exact")
