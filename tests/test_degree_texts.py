"""Longitudes and latitudes as people type them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.coordinates.degree_texts import read_degrees, read_pair

PLACE = (115.890166667, 28.68)


@pytest.mark.parametrize(
    "text",
    [
        "115°53′24.6″", "115°53'24.6''", "115°53'24.6\"", "115°53’24.6”", "115º53'24.6\"", "115度53分24.6秒",
        "115° 53′ 24.6″",
        "E115°53′24.6″", "115°53′24.6″E", "东经115°53′24.6″", "115°53.41′", "115-53-24.6", "115:53:24.6",
        "115 53 24.6",
        "１１５°５３′２４．６″", "115°53′24.6", "115d53m24.6s", "115.890166667°", "115。890166667",
        "115.890166667\u200b",
    ],
)  # fmt: skip
def test_one_angle_in_every_style(text: str) -> None:
    assert read_degrees(text) == pytest.approx(PLACE[0], abs=1e-6)


@pytest.mark.parametrize(
    "text",
    ["", "待测", "115°73′", "115°53′64″", "115.5°53′", "115.89.21", "115，8921", "1155324°6", "115°53′24″6", "N115°E"],
)  # fmt: skip
def test_what_is_no_angle(text: str) -> None:
    assert math.isnan(read_degrees(text))


def test_west_and_south_are_negative() -> None:
    assert [read_degrees(text) for text in ("W70.5", "70°30′S", "-70.5", "南纬70度30分")] == [-70.5] * 4


@pytest.mark.parametrize(
    "text",
    [
        "115.5,28.25", "（115.5，28.25）", "[115.5;28.25]", "【115.5、28.25】", "115.5 28.25", "115.5/28.25",
        "115.5|28.25",
        "POINT (115.5 28.25)", "{115.5,28.25}", "<115.5,28.25>", "115.5,28.25,0", "115.5，28.25；",
        '{"lng":115.5,"lat":28.25}',
        "经度:115.5,纬度:28.25", "北纬28.25 东经115.5", "东经115.5，北纬28.25", "E115.5 N28.25",
        "N28.25,E115.5", "28.25N,115.5E",
        "115°30′E,28°15′N", "28°15′0″N 115°30′0″E", "北纬28度15分，东经115度30分", "115-30-0,28-15-0",
        "N 28°15′ E 115°30′",
    ],
)  # fmt: skip
def test_both_in_one_cell(text: str) -> None:
    assert read_pair(text) == pytest.approx((115.5, 28.25))


@pytest.mark.parametrize(
    "text", ["", "待测", "115.5", "115.5,", "东经115.5", "115.5,28.2 116,28", "E115.5,E28.25", "1,2,甲"]
)
def test_what_is_no_pair(text: str) -> None:
    assert all(math.isnan(part) for part in read_pair(text))


@given(st.text() | st.text("0123456789.°′″'\"度分秒东经北纬EWNS,，- ()"))
def test_nothing_raises(text: str) -> None:
    assert math.isnan(read_degrees(text)) or abs(read_degrees(text)) < math.inf
    assert len(read_pair(text)) == 2


@given(st.integers(73, 135), st.integers(0, 59), st.integers(0, 599))
def test_minutes_and_seconds_are_read_back(degrees: int, minutes: int, tenths: int) -> None:
    wanted = degrees + minutes / 60 + tenths / 36_000
    for style in ("{}°{}′{}″", "{}度{}分{}秒", "{}-{}-{}", "{}:{}:{}", "E{}°{}'{}\""):
        assert read_degrees(style.format(degrees, minutes, tenths / 10)) == pytest.approx(wanted, abs=1e-9)
