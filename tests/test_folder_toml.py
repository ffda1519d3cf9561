import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.folder.toml_text import toml_comment, toml_inline, toml_key, toml_string

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(text=TEXTS)
def test_a_text_comes_back(text: str) -> None:
    assert tomllib.loads(f"a = {toml_string(text)}") == {"a": text}


@given(text=TEXTS, value=TEXTS)
def test_a_key_comes_back(text: str, value: str) -> None:
    assert tomllib.loads(f"{toml_key(text)} = {toml_string(value)}") == {text: value}


@given(table=st.dictionaries(TEXTS, st.one_of(TEXTS, st.dictionaries(TEXTS, TEXTS, max_size=3)), max_size=3))
def test_a_table_comes_back(table: dict[str, str | dict[str, str]]) -> None:
    assert tomllib.loads(f"a = {toml_inline(table)}") == {"a": table}


@given(text=st.text())
def test_a_comment_says_nothing_to_the_reader(text: str) -> None:
    comment = toml_comment(text)
    assert len(comment.splitlines()) == 1
    assert tomllib.loads(f"{comment}\na = 1\n{comment}") == {"a": 1}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("小区.shp", '"小区.shp"'),
        ('他说"好"', r'"他说\"好\""'),
        ("a\\b", r'"a\\b"'),
        ("一\n二\t\x7f", r'"一\n二\t\u007f"'),
    ],
    ids=["Chinese", "quotes", "backslash", "controls"],
)
def test_what_is_escaped(text: str, written: str) -> None:
    assert toml_string(text) == written


def test_plain_keys_stand_without_quotes() -> None:
    assert [toml_key(text) for text in ("estate_id", "床位", "a b", "")] == ["estate_id", '"床位"', '"a b"', '""']
