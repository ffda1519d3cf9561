"""The page and the workbook of a comparison."""

import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest

from data.errors import OutputError
from data.words import LANGUAGES, Language, words
from geo.comparing.comparison import Comparison, compare_results
from maps.comparison.compare_columns import compare_tables
from maps.comparison.compare_page import render_comparison, shown_number
from maps.comparison.comparison import PAGE, WORKBOOK, write_comparison
from tests.compared_cases import HOSTILE, frame, result_a, result_b

CHINESE = re.compile(r"[\u4e00-\u9fff]")


class Reader(HTMLParser):
    """Gather the elements and texts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())


def compared() -> Comparison:
    return compare_results(result_a(), b=result_b())


def page_of(comparison: Comparison, language: Language = "en") -> str:
    say = words(language)
    return render_comparison(comparison, tables=compare_tables(comparison, say=say), workbook="compare.xlsx", say=say)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_stands_alone_and_shows_hostile_names_as_they_are(language: Language) -> None:
    a = replace(result_a(), label=HOSTILE)
    page = page_of(compare_results(a, b=result_b()), language)
    read = Reader(page)
    assert "script" not in read.tags
    assert all(link.startswith("#") for link in read.links)
    assert "url(" not in page
    assert "http" not in page
    assert sum(HOSTILE in text for text in read.texts) > 3
    assert '"Microsoft YaHei"' in page


def test_english_pages_hold_no_chinese_but_that_of_the_data() -> None:
    a, b = result_a(), result_b()
    own = {text for one in (a, b) for text in (*one.estates["label"], "城南", "城南街道", "东市场", "老厂房", "云渡")}
    texts = [text for text in Reader(page_of(compare_results(a, b=b))).texts if CHINESE.search(text)]
    assert set(texts) <= own


def test_what_differs_in_settings_comes_before_the_figures() -> None:
    page = page_of(compared())
    assert page.index('id="settings"') < page.index('id="overview"')


def test_what_was_not_worked_out_is_said_to_be_so() -> None:
    b = replace(result_b(), proposals=None, phases=None)
    read = Reader(page_of(compare_results(result_a(), b=b)))
    assert "not worked out in this result" in read.texts
    assert "Proposals cannot be compared: not worked out in B." in read.texts
    neither = compare_results(replace(result_a(), proposals=None), b=b)
    assert "Proposals cannot be compared: not worked out in A and B." in Reader(page_of(neither)).texts


def test_long_tables_go_on_in_the_workbook() -> None:
    a, b = result_a(), result_b()
    many = 100
    inputs = [{"role": "sites", "name": f"{number}.shp", "sha256": str(number)} for number in range(many)]
    found = compare_results(a, b=replace(b, manifest={**b.manifest, "inputs": inputs}))
    assert any(
        re.match(r"\d+ more rows: see Settings and inputs in compare\.xlsx\.", text)
        for text in Reader(page_of(found)).texts
    )


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        (1234.4, "integer", "1,234"), (-3.0, "change", "−3"), (3.0, "change", "+3"), (-0.2, "change", "0"),
        (12345.67, "one", "12,345.7"), (0.125, "share", "12.5%"), (-0.125, "change_share", "−12.5%"),
        (2026.0, "year", "2026"), (None, "integer", "—"), ("储备", "year", "储备"), (None, "text", ""),
    ],
)  # fmt: skip
def test_numbers_are_shown_as_in_the_workbook(value: object, kind: str, shown: str) -> None:
    assert shown_number(value, kind) == shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_holds_every_table(tmp_path: Path, language: Language) -> None:
    say = words(language)
    _, path = write_comparison(compared(), out=tmp_path / "out", say=say)
    book = openpyxl.load_workbook(path)
    keys = [
        "overview",
        "settings",
        "services",
        "service_states",
        "gaps",
        "estates",
        "clusters",
        "moves",
        "proposal_sums",
        "proposals",
    ]
    assert book.sheetnames == [say(f"compare.sheet.{key}") for key in (*keys, "years", "projects")]
    gaps = [[cell.value for cell in row] for row in book[say("compare.sheet.gaps")].iter_rows(min_row=4)]
    assert [row[0] for row in gaps] == [
        say(f"compare.change.{kind}") for kind in ("opened", "closed", "closed", "found", "unclear")
    ]
    assert HOSTILE in {row[3] for row in gaps}
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def test_cells_that_hold_no_figure_hold_words(tmp_path: Path) -> None:
    b = replace(result_b(), proposals=None)
    _, path = write_comparison(compare_results(result_a(), b=b), out=tmp_path / "out", say=words("en"))
    sums = openpyxl.load_workbook(path)["Proposals by service"]
    head = [cell.value for cell in sums[4]]
    row = dict(zip(head, [cell.value for cell in sums[5]], strict=True))
    assert (row["Proposals, A"], row["Proposals, B"], row["Proposals, B − A"]) == (1, "not worked out", None)


def test_the_same_results_give_the_same_bytes(tmp_path: Path) -> None:
    sums = []
    for name in ("one", "two"):
        files = write_comparison(compared(), out=tmp_path / name, say=words("zh"))
        sums.append([hashlib.sha256(file.read_bytes()).hexdigest() for file in files])
    assert sums[0] == sums[1]


def test_an_earlier_comparison_is_replaced_and_other_files_beside_it_are_kept(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_comparison(compared(), out=out, say=words("zh"))
    (out / "会议纪要.txt").write_text("同意", encoding="utf-8")
    (out / f".~lock.{WORKBOOK}#").touch()
    write_comparison(compared(), out=out, say=words("en"))
    assert sorted(file.name for file in out.iterdir()) == [PAGE, WORKBOOK, "会议纪要.txt"]
    assert "Two results compared" in (out / PAGE).read_text("utf-8")
    assert [entry.name for entry in tmp_path.iterdir()] == ["out"]


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "compare.html").write_text("<html>", encoding="utf-8")
    with pytest.raises(OutputError, match="no earlier comparison"):
        write_comparison(compared(), out=tmp_path / "out", say=words("en"))
    with pytest.raises(OutputError, match=r"compare\.html"):
        write_comparison(compared(), out=tmp_path / "out" / "compare.html", say=words("en"))
    assert (tmp_path / "out" / "compare.html").read_text("utf-8") == "<html>"


def test_results_that_are_alike_say_so() -> None:
    a = result_a()
    read = Reader(page_of(compare_results(a, b=replace(a, label="B"))))
    assert "Settings, standard and inputs of both are the same." in read.texts
    assert "Gaps: 3 in A, 3 in B; 0 closed, 0 opened; for other reasons 0 fewer and 0 more." in read.texts
    assert frame(a.proposals)["proposal_id"].tolist() == ["P1", "P2"]
