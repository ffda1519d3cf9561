"""Every command of the two READMEs, run as it stands, prints what stands below it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)


def pairs(readme: str) -> list[tuple[str, str]]:
    """Return each command of a README with the output below it."""
    blocks = BLOCK.findall((ROOT / readme).read_text("utf-8"))
    commands = [part for block in blocks for part in re.split(r"^\$ ", block, flags=re.MULTILINE) if part]
    return [(command, output) for command, _, output in (part.partition("\n") for part in commands)]


PAIRS = [
    pytest.param(*pair, id=f"{readme}: {pair[0]}") for readme in ("README.md", "README.zh.md") for pair in pairs(readme)
]


@pytest.fixture
def town(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "data" / "samples" / "town", tmp_path / "town")
    return tmp_path


@pytest.mark.parametrize(("command", "output"), [pair for pair in PAIRS if pair.values[0].startswith("lianpian ")])  # type: ignore[union-attr]
def test_a_command_prints_what_the_readme_says(town: Path, command: str, output: str) -> None:
    arguments = command.split()[1:]
    done = subprocess.run(
        [sys.executable, "-m", "lianpian", *arguments], cwd=town, capture_output=True, encoding="utf-8", check=False
    )
    said = done.stderr if done.returncode else done.stdout
    assert said == output
    assert done.returncode in (0, 1)


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


def test_there_are_five_pairs_and_the_same_in_both_languages() -> None:
    english, chinese = ([command for command, _ in pairs(name)] for name in ("README.md", "README.zh.md"))
    assert sum(command.startswith("lianpian ") for command in english) == 5
    assert [command.replace(" --lang en", "") for command in english] == chinese
