"""Inputs kept outside the repository: a folder that LIANPIAN_CASES names, or one beside the checkout."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(os.environ.get("LIANPIAN_CASES", Path(__file__).parents[2] / "shared" / "cases")) / "inputs"


def case(name: str) -> tuple[Path, Any]:
    """Return the input folder of a case and what is expected of it, or skip the test."""
    folder = FOLDER / name
    if not folder.is_dir():
        pytest.skip(f"the case {name} is not in {FOLDER}; set LIANPIAN_CASES")
    return folder / "input", json.loads((folder / "expect.json").read_text("utf-8"))
