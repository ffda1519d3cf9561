"""Two results read back to be compared."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from pyogrio import write_dataframe

from data.compared_results import read_compared_results
from data.errors import InputError, MissingFileError, ProjectError, UnreadableFileError
from tests.compared_cases import frame, result_a, result_b, write_compared


def test_results_are_read_with_the_names_of_their_folders(tmp_path: Path) -> None:
    a, b = read_compared_results(
        write_compared(result_a(), tmp_path / "现状"), folder_b=write_compared(result_b(), tmp_path / "方案 二")
    )
    assert (a.label, b.label) == ("现状", "方案 二")
    assert frame(a.proposals)["proposal_id"].tolist() == ["P1", "P2"]
    assert frame(b.phases)["estate_ids"].tolist() == ["E1;E2", "E3"]
    assert a.packages is None


def test_folders_of_one_name_are_told_apart_by_those_above(tmp_path: Path) -> None:
    folders = [write_compared(result_a(), tmp_path / one / "out") for one in ("now", "then")]
    a, b = read_compared_results(folders[0], folder_b=folders[1])
    assert (a.label, b.label) == ("now/out", "then/out")


def test_layers_that_a_result_may_be_without_are_missing(tmp_path: Path) -> None:
    bare = replace(result_a(), proposals=None, phases=None)
    none = replace(result_b(), proposals=frame(result_b().proposals)[:0])
    a, b = read_compared_results(write_compared(bare, tmp_path / "a"), folder_b=write_compared(none, tmp_path / "b"))
    assert (a.proposals, a.phases) == (None, None)
    assert frame(b.proposals).empty


def test_no_proposal_says_nothing_where_no_site_was_judged(tmp_path: Path) -> None:
    none = write_compared(replace(result_b(), proposals=frame(result_b().proposals)[:0]), tmp_path / "b")
    sites = pd.DataFrame({"site_id": pd.Series([], dtype=object)})
    write_dataframe(sites, none / "plan.gpkg", layer="candidates", driver="GPKG")
    _, b = read_compared_results(write_compared(result_a(), tmp_path / "a"), folder_b=none)
    assert b.proposals is None


def test_one_folder_twice_is_refused(tmp_path: Path) -> None:
    folder = write_compared(result_a(), tmp_path / "a")
    (tmp_path / "b").mkdir()
    with pytest.raises(ProjectError, match="Both results are the same folder"):
        read_compared_results(folder, folder_b=tmp_path / "b" / ".." / "a")


def test_what_is_wrong_with_both_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="nowhere") as caught:
        read_compared_results(tmp_path / "nowhere", folder_b=tmp_path / "empty")
    assert [one.code for one in caught.value.problems] == ["result_missing", "result_not_ours"]
    with pytest.raises(MissingFileError, match="nowhere"):
        read_compared_results(write_compared(result_a(), tmp_path / "a"), folder_b=tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("layer", "column", "said"),
    [("gaps", "state", "gaps.state"), ("phases", "estate_ids", "phases.estate_ids")],
    ids=["needed", "may be absent"],
)
def test_a_result_of_an_older_version_is_refused(tmp_path: Path, layer: str, column: str, said: str) -> None:
    older = replace(result_b(), **{layer: frame(getattr(result_b(), layer)).drop(columns=column)})
    folder = write_compared(result_a(), tmp_path / "a")
    with pytest.raises(InputError, match=f"lack: {said}"):
        read_compared_results(folder, folder_b=write_compared(older, tmp_path / "b"))


def test_a_broken_file_is_told(tmp_path: Path) -> None:
    folder = write_compared(result_b(), tmp_path / "b")
    (folder / "plan.gpkg").write_bytes(b"SQLite format 3\0 broken off")
    with pytest.raises(UnreadableFileError, match=r"plan\.gpkg"):
        read_compared_results(write_compared(result_a(), tmp_path / "a"), folder_b=folder)
