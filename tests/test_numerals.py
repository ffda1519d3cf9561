"""Chinese numerals, and figures with Chinese powers."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.tables.numerals import figure, spread_guess


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("120", 120), ("3.2万", 32_000), ("1.2亿", 120_000_000), ("一亿二千万", 120_000_000), ("十二", 12),
        ("二十", 20),
        ("一百零五", 105), ("二百〇五", 205), ("二百五", 250), ("一千二", 1_200), ("两百五十", 250),
        ("三万二", 32_000),
        ("3万2", 32_000), ("3万2千", 32_000), ("1千2百", 1_200), ("2百5", 250), ("1千200", 1_200), ("12百", 1_200),
        ("一万二千三百", 12_300), ("一万零五十", 10_050), ("1万500", 10_500), ("一九九二", 1992),
        ("二〇〇〇", 2000), ("零", 0),
    ],
)  # fmt: skip
def test_numerals(text: str, value: float) -> None:
    assert figure(text) == value


@pytest.mark.parametrize("text", ["", "百", "万", "1.2.3", "八五", "1万50", "万万", "三00", ".", "一二三百"])
def test_what_is_no_numeral(text: str) -> None:
    assert math.isnan(figure(text))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("四五十户", "四十-五十户"), ("三四百户", "三百-四百户"), ("五六户", "五-六户"), ("十七八户", "十七-十八户"),
        ("一百二三十户", "一百二十-一百三十户"), ("三五户", "三五户"), ("一百二十户", "一百二十户"),
        ("120户", "120户"),
    ],
)  # fmt: skip
def test_guesses_between_two_digits_are_ranges(text: str, written: str) -> None:
    assert spread_guess(text) == written


def _spelled(number: int) -> str:
    """Write a number below ten thousand as it is said."""
    text, pending = "", False
    for power, sign in ((1_000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // power % 10
        pending = pending or (digit == 0 and bool(text))
        if digit:
            text += ("零" if pending else "") + "零一二三四五六七八九"[digit] + sign
            pending = False
    return text


@given(st.integers(1, 9_999))
def test_what_is_spelled_out_is_read_back(number: int) -> None:
    assert figure(_spelled(number)) == number
    assert figure(_spelled(number) + "万") == number * 10_000
