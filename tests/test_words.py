import re
import string
from importlib.resources import files

import pytest

from data.words import LANGUAGES, Language, Words, read_entries, words

ENTRIES = read_entries()
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("key", ENTRIES)
def test_every_entry_is_written_in_both_languages_and_names_the_same_places(key: str) -> None:
    entry = ENTRIES[key]
    assert set(entry) == set(LANGUAGES)
    assert bool(entry["zh"]) == bool(entry["en"])
    assert places(entry["zh"]) == places(entry["en"])


@pytest.mark.parametrize("key", ENTRIES)
def test_english_words_hold_no_chinese(key: str) -> None:
    assert not CHINESE.search(ENTRIES[key]["en"])


def test_every_file_of_the_catalogue_is_read() -> None:
    names = {file.name.removesuffix(".toml") for file in files("data").joinpath("texts").iterdir()}
    assert {key.split(".")[0] for key in ENTRIES} == names


@pytest.mark.parametrize(("language", "expected"), [("zh", "缺口"), ("en", "gap")])
def test_words_of_a_language(language: Language, expected: str) -> None:
    assert words(language)("terms.state.gap") == expected
    assert words(language) is words(language)


def test_places_are_filled_with_values_as_they_are() -> None:
    say = Words("en", {"a": "{value} of {file}"})
    assert say("a", value="{file}", file="{0}%s</b>") == "{file} of {0}%s</b>"


def test_a_key_or_a_value_that_is_missing_is_told() -> None:
    say = Words("en", {"a": "{value}"})
    with pytest.raises(KeyError, match="nowhere"):
        say("nowhere")
    with pytest.raises(KeyError, match="value"):
        say("a", other="x")


def test_words_that_may_be_missing_have_a_default() -> None:
    say = Words("en", {"a": "{value}"})
    assert (say.get("a"), say.get("b"), say.get("b", "-")) == ("{value}", "", "-")
