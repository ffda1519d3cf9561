"""Every command of the two READMEs, run as it stands, prints what stands below it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.documents import READMES, ROOT, pairs, run

PAIRS = [
    pytest.param(*pair, id=f"{readme}: {pair[0]}")
    for readme in READMES
    for pair in pairs(readme)
    if pair[0].startswith("lianpian ")
]


@pytest.mark.parametrize(("command", "output"), PAIRS)
def test_a_command_prints_what_the_readme_says(tmp_path: Path, command: str, output: str) -> None:
    status, said = run(command, tmp_path)
    assert said == output
    assert status in (0, 1)


def test_make_demo_leaves_a_map() -> None:
    if not (Path(sys.prefix) / ".ready").exists():
        pytest.skip("the tests do not run in an environment that make has set up")
    shutil.rmtree(ROOT / "out" / "demo", ignore_errors=True)
    made = subprocess.run(
        ["make", "demo", f"VENV={sys.prefix}"], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert made.returncode == 0, made.stderr
    assert "out/demo/map.html" in made.stdout
    assert (ROOT / "out" / "demo" / "map.html").is_file()


def test_make_test_runs_the_tests() -> None:
    said = subprocess.run(["make", "-n", "test"], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    assert "-m pytest" in said.stdout


def test_there_are_eight_pairs_and_the_same_in_both_languages() -> None:
    english, chinese = ([command for command, _ in pairs(name)] for name in READMES)
    assert sum(command.startswith("lianpian ") for command in english) == 8
    assert [command.replace(" --lang en", "") for command in english] == chinese
