import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import data
import geo
import lianpian
import maps
from data.problems import Problem, Severity, blocking, count_by_severity, error, note, warning
from data.words import LANGUAGES, Language, Words, read_entries, words

MAKERS = ("error", "warning", "note", "problem", "tell", "make")
SOURCES = [
    file for package in (data, geo, maps, lianpian) for file in sorted(Path(str(package.__file__)).parent.rglob("*.py"))
]
KEYS = [key for key in read_entries() if key.startswith("problems.")]
ALWAYS = {"file", "layer", "feature", "field", "value"}
CODES = {key.split(".")[1] for key in KEYS}


def pattern(node: ast.expr) -> str | None:
    """Return a pattern for the texts an expression may be, None when nothing is known of them."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.escape(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(pattern(part) or r"\w+" for part in node.values)
    return None


def told() -> Iterator[tuple[str, str, frozenset[str] | None]]:
    """Yield file, pattern of the code and named values of every call that tells a problem; None for unnamed ones."""
    for file in SOURCES:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                found = pattern(node.args[0]) if name in MAKERS else None
                if found:
                    names = [keyword.arg for keyword in node.keywords]
                    whole = None not in names and name not in ("tell", "make")
                    yield file.name, found, frozenset(filter(None, names)) if whole else None


def spelled() -> set[str]:
    """Return patterns of the texts that stand in the code by themselves: codes may reach their call in a variable."""
    trees = (ast.parse(file.read_text("utf-8")) for file in SOURCES)
    found = {
        pattern(node) for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant | ast.JoinedStr)
    }
    return {one for one in found if one and re.search("[a-z]{2}", one.replace(r"\w", ""))}


TOLD = sorted(set(told()), key=str)


@pytest.mark.parametrize(("file", "code", "names"), TOLD, ids=[f"{file}-{code}" for file, code, _ in TOLD])
def test_every_code_that_is_told_has_sentences_and_what_they_name(
    file: str, code: str, names: frozenset[str] | None
) -> None:
    known = [one for one in CODES if re.fullmatch(code, one)]
    assert known, f"{file} tells {code}, which has no sentence"
    asked = {place for one in known for place in places_of(one)}
    assert names is None or asked - ALWAYS <= names


def places_of(code: str) -> set[str]:
    """Return the places that the sentences of a problem name."""
    texts = (read_entries()[key]["zh"] for key in KEYS if key.split(".")[1] == code)
    return {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_no_sentence_is_left_over() -> None:
    unused = CODES - {code for one in spelled() for code in CODES if re.fullmatch(one, code)}
    assert unused == set()


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_problem_says_what_is_wrong_and_nothing_but_what_done_and_remedy(code: str) -> None:
    parts = {key.split(".", 2)[2] for key in KEYS if key.split(".")[1] == code}
    assert "what" in parts
    assert parts <= {"what", "done", "remedy"}


SAY = Words(
    "en",
    {
        "problems.torn.what": "It is torn by {value}, {other}.",
        "problems.torn.done": "It was glued.",
        "problems.torn.remedy": "Buy {file} anew.",
        "problems.lost.what": "It is lost.",
    },
)


def test_a_line_names_place_fault_and_remedy() -> None:
    found = error("torn", file="a.shp", feature="E1", field="name", value="wind", other=3)
    assert found.line(SAY) == "a.shp / E1 / name: It is torn by wind, 3. It was glued. Buy a.shp anew."
    assert (found.facts, found.severity) == ({"other": 3}, Severity.ERROR)


def test_a_problem_without_a_place_or_a_remedy_is_one_sentence() -> None:
    found = note("lost")
    assert (found.line(SAY), found.done(SAY), found.remedy(SAY)) == ("It is lost.", "", "")


@pytest.mark.parametrize("value", [12, 3.5, None, "甲"])
def test_places_are_texts(value: object) -> None:
    assert warning("lost", value=value).value == str(value)


def test_a_value_that_looks_like_a_place_is_no_place() -> None:
    assert "by {file}, {0}" in error("torn", file="a", value="{file}", other="{0}").what(SAY)


def test_problems_can_be_told_apart_and_compared() -> None:
    same = [error("torn", file="a", value=1), error("torn", file="a", value="1")]
    assert len(set(same)) == 1
    assert error("torn") != warning("torn")


def test_only_errors_stop_a_run() -> None:
    found: list[Problem] = [note("lost"), error("torn"), warning("lost"), error("lost")]
    assert blocking(found) == (found[1], found[3])
    assert blocking(iter(found[:1])) == ()
    assert count_by_severity(found) == {Severity.ERROR: 2, Severity.WARNING: 1, Severity.NOTE: 1}
    assert count_by_severity([]) == dict.fromkeys(Severity, 0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sentences_of_a_missing_file(language: Language) -> None:
    line = error("missing_file", file="小区.shp").line(words(language))
    assert line.startswith("小区.shp: ")
    assert line.count("小区.shp") == 2
