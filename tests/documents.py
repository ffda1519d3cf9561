"""The commands of the two READMEs: find them, run them, and write what they print today below them."""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.quick import OPTIONS

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh.md")
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)


def pairs(readme: str) -> list[tuple[str, str]]:
    """Return each command of a README with the output below it."""
    blocks = BLOCK.findall((ROOT / readme).read_text("utf-8"))
    commands = [part for block in blocks for part in re.split(r"^\$ ", block, flags=re.MULTILINE) if part]
    return [(command, output) for command, _, output in (part.partition("\n") for part in commands)]


def run(command: str, folder: Path) -> tuple[int, str]:
    """Run a lianpian command beside a copy of the sample town; return its status and what it says."""
    shutil.copytree(ROOT / "data" / "samples" / "town", folder / "town", dirs_exist_ok=True)
    if command.startswith("lianpian explain result "):
        _call("plan town/project.toml -o result -q", folder)
    done = _call(command.partition(" ")[2], folder)
    return done.returncode, done.stderr if done.returncode else done.stdout


def _call(arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    # What is said on the screen does not depend on the outputs that take longest.
    shorter = OPTIONS if arguments.partition(" ")[0] in ("plan", "demo") and "--help" not in arguments else ()
    command = [sys.executable, "-m", "lianpian", *arguments.split(), *shorter]
    return subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)


def refresh() -> None:
    """Write what each command prints today into the READMEs."""
    for readme in READMES:
        text = (ROOT / readme).read_text("utf-8")
        for command, output in pairs(readme):
            if command.startswith("lianpian "):
                with tempfile.TemporaryDirectory() as folder:
                    text = text.replace(f"$ {command}\n{output}", f"$ {command}\n{run(command, Path(folder))[1]}")
        (ROOT / readme).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    refresh()
