import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from data.words import LANGUAGES, Language, words
from lianpian.check_text import MOST_KINDS
from lianpian.cli import build_app
from tests.osm_town import write_town
from tests.spoiled import FAILING, copy_town


def run(*arguments: object, language: Language = "en") -> Result:
    return CliRunner().invoke(build_app(words(language)), [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_town(tmp_path_factory.mktemp("县城 一"))


@pytest.fixture(scope="module")
def bad_town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = copy_town(tmp_path_factory.mktemp("县城 二"))
    for name in ("broken sites", "wrong encoding"):
        FAILING[name][0](project)
    return project


def document(project: Path, folder: Path, *, language: Language = "en", status: int = 0) -> dict[str, object]:
    result = run("check", project, "--json", "-o", folder / "p.xlsx", language=language)
    assert (result.exit_code, result.stderr) == (status, "")
    read = json.loads(result.stdout)
    assert isinstance(read, dict)
    return read


@pytest.mark.parametrize("language", LANGUAGES)
def test_json_is_one_document_that_tells_everything(town: Path, tmp_path: Path, language: Language) -> None:
    read = document(town, tmp_path, language=language)
    assert list(read) == [
        "format", "project", "usable", "counts", "standard", "crs", "layers", "ledger", "facilities", "network",
        "kinds", "problems", "list",
    ]  # fmt: skip
    assert (read["format"], read["usable"], read["ledger"]) == (1, True, {"estates": 120, "rows": 120, "joined": 120})
    layers = read["layers"]
    assert isinstance(layers, list)
    assert [one["role"] for one in layers] == ["estates", "ledger", "facilities", "sites", "network"]
    assert layers[0]["read"] == layers[0]["kept"] + layers[0]["dropped"] == 120
    assert layers[2]["bounds"] == pytest.approx([116.88, 28.29, 116.92, 28.32], abs=0.02)
    problems = read["problems"]
    assert isinstance(problems, list)
    assert set(problems[0]) == {
        "severity", "code", "file", "layer", "feature", "field", "value", "what", "done", "remedy"
    }  # fmt: skip
    assert problems[0]["what"].isascii() is (language == "en")
    assert (tmp_path / "p.xlsx").is_file()


def test_json_of_inputs_with_errors_has_what_could_be_read(bad_town: Path, tmp_path: Path) -> None:
    read = document(bad_town, tmp_path, status=1)
    layers, counts = read["layers"], read["counts"]
    assert isinstance(layers, list)
    assert isinstance(counts, dict)
    assert {one["role"] for one in layers if one["failed"]} == {"estates", "sites"}
    assert (read["usable"], counts["error"], read["ledger"]) == (False, 2, None)
    assert read["network"] is not None


def test_json_of_a_file_that_is_not_toml_is_a_document(tmp_path: Path) -> None:
    (tmp_path / "project.toml").write_text("[project", encoding="utf-8")
    read = document(tmp_path / "project.toml", tmp_path, status=1)
    assert (read["layers"], read["crs"], read["network"]) == ([], None, None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_overview_stands_on_the_screen(town: Path, tmp_path: Path, language: Language) -> None:
    result = run("check", town, "-o", tmp_path / "p.xlsx", language=language)
    lines, say = result.stdout.splitlines(), words(language)
    assert result.exit_code == 0
    assert lines[0].startswith(say("report.column.role"))
    assert [line.split()[0] for line in lines[1:6]] == [
        say(f"tables.role.{role}").split()[0] for role in ("estates", "ledger", "facilities", "sites", "network")
    ]
    assert "GCJ-02 → WGS 84 (EPSG:4326)" in lines[3]
    assert any("EPSG:4548" in line and say("report.crs_why.zone") in line for line in lines[6:])
    assert lines[-1].endswith(f"{tmp_path / 'p.xlsx'}")


def test_errors_do_not_hide_the_overview(bad_town: Path, tmp_path: Path) -> None:
    result = run("check", bad_town, "-o", tmp_path / "p.xlsx")
    assert result.exit_code == 1
    assert result.stdout.count("not read") == 2
    assert [line.split(":")[0] for line in result.stderr.splitlines()[:2]] == ["Error", "Error"]


def test_quiet_says_errors_alone(bad_town: Path, town: Path, tmp_path: Path) -> None:
    quiet = run("check", bad_town, "-q", "-o", tmp_path / "p.xlsx")
    assert (quiet.stdout, len(quiet.stderr.splitlines())) == ("", 2)
    sound = run("check", town, "-q", "-o", tmp_path / "p.xlsx")
    assert (sound.exit_code, sound.output) == (0, "")


def test_kinds_are_few_and_verbose_says_every_problem(town: Path, tmp_path: Path) -> None:
    brief, whole = (run("check", town, *more, "-o", tmp_path / "p.xlsx").stderr.splitlines() for more in ((), ("-v",)))
    assert len(brief) <= MOST_KINDS + 1
    assert any("more of this kind)" in line for line in brief)
    assert len(whole) > len(brief)


def test_the_rest_of_many_kinds_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, town: Path) -> None:
    monkeypatch.setattr("lianpian.check_text.MOST_KINDS", 3)
    lines = run("check", town, "-o", tmp_path / "p.xlsx").stderr.splitlines()
    assert len(lines) == 4
    assert "more kinds of problems are in" in lines[-1]


def test_an_extract_alone_is_told_without_rows(tmp_path: Path) -> None:
    write_town(tmp_path / "town.osm.pbf")
    (tmp_path / "project.toml").write_text('osm = "town.osm.pbf"', encoding="utf-8")
    result = run("check", tmp_path / "project.toml", "-o", tmp_path / "p.xlsx")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[1].split()[:4] == ["estates", "town.osm.pbf", "—", "2"]
