"""The command that compares two results, from two plans to the page."""

from dataclasses import replace
from pathlib import Path

import pytest

from lianpian.pipeline import write
from tests.compared_cases import result_a, result_b, write_compared
from tests.quick import WITHOUT
from tests.test_cli import run
from tests.tiny import tiny_plan


def test_two_plans_are_written_and_compared(tmp_path: Path) -> None:
    plan = tiny_plan()
    fewer = plan.clusters[:0]
    alone = plan.estates.assign(cluster_id=None, reason="no_neighbour").astype({"cluster_id": object})
    write(plan, tmp_path / "现状", language="zh", without=WITHOUT)
    write(
        replace(plan, clusters=fewer, estates=alone, memberships=plan.memberships[:0]), tmp_path / "方案", language="zh"
    )
    told = run("compare", tmp_path / "现状", tmp_path / "方案", "-o", tmp_path / "对比", language="zh")
    assert told.exit_code == 0, told.output
    assert "A＝现状；B＝方案。" in told.output
    assert "退出片区" in told.output
    assert sorted(file.name for file in (tmp_path / "对比").iterdir()) == ["compare.html", "compare.xlsx"]


def test_the_comparison_goes_beside_the_working_folder_by_the_names_of_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_compared(result_a(), Path("now/out"))
    write_compared(result_b(), Path("then/out"))
    told = run("compare", "now/out", "then/out")
    assert told.exit_code == 0, told.output
    assert "Gaps: 3 in A, 2 in B; 2 closed, 1 opened; for other reasons 1 fewer and 1 more." in told.output
    assert Path("out/compare-now-out-then-out/compare.html").is_file()
    quiet = run("compare", "now/out", "then/out", "-o", "other", "-q")
    assert (quiet.exit_code, quiet.output) == (0, "")


def test_faults_are_told_with_their_status_and_nothing_is_written(tmp_path: Path) -> None:
    folder = write_compared(result_a(), tmp_path / "a")
    out = tmp_path / "out"
    missing = run("compare", tmp_path / "x", tmp_path / "y", "-o", out)
    assert missing.exit_code == 1
    assert all(str(tmp_path / name) in missing.output for name in ("x", "y"))
    same = run("compare", folder, folder, "-o", out)
    assert (same.exit_code, "Both results are the same folder" in same.output) == (2, True)
    foreign = run("compare", folder, write_compared(result_b(), tmp_path / "b"), "-o", folder)
    assert (foreign.exit_code, "no earlier comparison" in foreign.output) == (1, True)
    assert not out.exists()
