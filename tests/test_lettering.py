"""Type on the sheets."""

import hashlib
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import MissingGlyphError
from data.words import read_entries
from maps.atlas import lettering
from maps.atlas.lettering import (
    ELLIPSIS,
    check_glyphs,
    checksums,
    coverage,
    is_font,
    one_line,
    shortened,
    width_mm,
    wrapped,
)

FONTS = files("maps.atlas").joinpath("fonts")
PLAIN = st.text("和平里小区，。、 abc-12", max_size=60)


@pytest.mark.parametrize("name", checksums())
def test_the_fonts_are_those_that_were_taken_in(name: str) -> None:
    assert hashlib.sha256(FONTS.joinpath(name).read_bytes()).hexdigest() == checksums()[name]


def test_the_licence_of_the_fonts_ships_with_them() -> None:
    assert "SIL Open Font License, Version 1.1" in FONTS.joinpath("OFL.txt").read_text("utf-8")


@pytest.mark.parametrize("encoding", ["gb2312", "ascii"])
def test_the_fonts_hold_all_of_a_character_set(encoding: str) -> None:
    held = []
    for high in range(0x21, 0xF8):
        raw = bytes([high]) if encoding == "ascii" else bytes([high, 0xB0])
        try:
            held.append(raw.decode(encoding))
        except UnicodeDecodeError:
            continue
    assert held
    assert {ord(character) for character in held if character.isprintable()} <= coverage()


def test_the_fonts_hold_every_word_of_the_catalogue() -> None:
    words = {character for entry in read_entries().values() for text in entry.values() for character in one_line(text)}
    assert {ord(character) for character in words} - coverage() == set()


@pytest.mark.parametrize("character", ["䶮", "㙍", "𠅤", "①", "（", "—", "−", "㎡"])
def test_the_fonts_hold_rare_characters_and_signs(character: str) -> None:
    assert ord(character) in coverage()


def test_a_character_only_some_other_font_has_is_taken_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    font = str(FONTS.joinpath("LianpianSansSC-Bold.ttf"))
    monkeypatch.setattr(lettering, "coverage", lambda: frozenset({ord("甲")}))
    lettering._font_with.cache_clear()
    monkeypatch.setattr(lettering, "_system_fonts", lambda: (font,))
    check_glyphs(["甲乙"])
    assert lettering.font_of("甲乙", points=8).get_family() == [lettering.FAMILY, lettering.FAMILY]
    lettering._font_with.cache_clear()


def test_every_lacking_character_is_listed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lettering, "_system_fonts", lambda: ())
    lettering._font_with.cache_clear()
    with pytest.raises(MissingGlyphError, match=r"\ue000 \(U\+E000\)、\ue001 \(U\+E001\)\."):
        check_glyphs(["甲\ue001", "\ue000\ue001"])
    lettering._font_with.cache_clear()


@pytest.mark.parametrize("name", ["nowhere.ttf", "README.md"])
def test_what_is_no_font_is_told(name: str) -> None:
    assert not is_font(Path(str(FONTS.joinpath(name))))


def test_the_size_of_type_is_measured() -> None:
    assert width_mm("国国国国", points=72) == pytest.approx(4 * 25.4, rel=0.01)
    assert width_mm("国国", points=36) == pytest.approx(25.4, rel=0.01)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (" a\r\n b ", "a b"),
        ("甲\x00乙", "甲乙"),
        ("\ud800", ""),
        (12, "12"),
        ("tab\there", "tab here"),
        ("新家🏡\ufe0f园", "新家园"),
    ],
    ids=["line ends", "control", "surrogate", "number", "tab", "pictograph"],
)
def test_a_text_stands_on_one_line(text: object, plain: str) -> None:
    assert one_line(text) == plain


@given(PLAIN, st.floats(8, 60))
def test_wrapping_loses_nothing_and_keeps_to_its_room(text: str, room_mm: float) -> None:
    lines = wrapped(text, points=8, room_mm=room_mm)
    assert "".join(lines).replace(" ", "") == one_line(text).replace(" ", "")
    single = [line for line in lines if len(lettering._words(line)) > 1]
    assert all(width_mm(line, points=8) <= room_mm + 1e-6 for line in single)


def test_no_line_begins_with_a_closing_mark() -> None:
    assert not any(line[0] in "，。" for line in wrapped("步行时间，不是直线，距离。" * 9, points=8, room_mm=21))


@given(PLAIN, st.floats(6, 60))
def test_a_shortened_text_fits_and_shows_that_it_was_cut(text: str, room_mm: float) -> None:
    found = shortened(text, points=8, room_mm=room_mm)
    assert width_mm(found, points=8) <= room_mm
    assert found == text or (found.endswith(ELLIPSIS) and text.startswith(found[:-1]))
