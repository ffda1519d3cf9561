import json
from dataclasses import replace
from pathlib import Path

import pytest

from data.errors import InputError, ProjectError
from data.results import ClusterResults, read_cluster_results
from data.words import LANGUAGES, Language, words
from lianpian.explain_cluster import cluster_document, tell_cluster
from lianpian.screen import Screen
from maps.write import write
from tests.quick import WITHOUT
from tests.tiny import tiny_plan


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> ClusterResults:
    folder = tmp_path_factory.mktemp("成果") / "out"
    write(tiny_plan(), out=folder, language="zh", without=WITHOUT)
    return read_cluster_results(folder)


def told(results: ClusterResults, capsys: pytest.CaptureFixture[str], *, language: Language, as_json: bool) -> str:
    screen = Screen(words(language), chosen=None, quiet=False, verbose=False)
    tell_cluster(results, wanted="C1", screen=screen, as_json=as_json)
    return capsys.readouterr().out


def test_a_cluster_is_told_with_its_estates_and_what_ties_them_in(
    results: ClusterResults, capsys: pytest.CaptureFixture[str]
) -> None:
    said = told(results, capsys, language="en", as_json=False)
    assert said.startswith("Cluster C1 城南片区: proved best (all in clusters, as many as the bound)\n")
    lines = [" ".join(line.split()) for line in said.splitlines()]
    assert "People 1,650" in lines
    assert any(line.startswith("E1") or "(E1)" in line for line in lines)
    assert any("750 → 1,650" in line for line in lines)
    assert "No estate faces another cluster." in lines


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_is_there(results: ClusterResults, capsys: pytest.CaptureFixture[str], language: Language) -> None:
    assert "C1" in told(results, capsys, language=language, as_json=False)


def test_json_holds_the_recorded_figures(results: ClusterResults, capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(told(results, capsys, language="zh", as_json=True))
    assert document["cluster"]["people"] == 1650
    assert [row["estate_id"] for row in document["members"]] == ["E1", "E2"]
    assert document["members"][0]["alternative_id"] is None
    assert {row["estate_a"] for row in document["neighbours"]} <= {"E1", "E2"}


def test_a_cluster_that_is_not_there_is_told_with_those_that_are(results: ClusterResults) -> None:
    with pytest.raises(ProjectError, match="There are: C1, C2"):
        cluster_document(results, wanted="C9", say=words("en"))


def test_the_next_best_cluster_is_told_with_its_reason(
    results: ClusterResults, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = results.memberships.assign(alternative_id="C2", alternative_facing_m=40.0, alternative_why="own_would_part")
    said = told(replace(results, memberships=rows), capsys, language="en", as_json=False)
    assert "its own cluster would fall apart" in said


def test_an_earlier_version_is_told_to_lack_what_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tiny_plan(), out=tmp_path / "out", language="zh", without=WITHOUT)
    monkeypatch.setattr("data.results.CLUSTER_LAYERS", {"clusters": ("cluster_id", "newer")})
    with pytest.raises(InputError, match=r"lack: clusters\.newer"):
        read_cluster_results(tmp_path / "out")
