"""Hazards of a project and of an extract."""

from pathlib import Path

import pandas as pd

from data.load import load_project
from data.project_file import read_project
from data.samples import town_project


def planned(tmp_path: Path) -> Path:
    """Copy the sample town, with a list of places that holds two hazards and a shop."""
    with town_project() as project:
        for file in project.parent.iterdir():
            (tmp_path / file.name).write_bytes(file.read_bytes())
    rows = {
        "名称": ["城南加油站", "小卖部", "垃圾转运站"],
        "类型": ["加油站", "便利店", "垃圾转运站"],
        "经度": [116.9050, 116.9055, 116.9060],
        "纬度": [28.2930, 28.2931, 28.2932],
    }
    pd.DataFrame(rows).to_csv(tmp_path / "危险源.csv", index=False)
    path = tmp_path / "project.toml"
    path.write_text(
        path.read_text("utf-8") + '\n[[hazards]]\npath = "危险源.csv"\ncoordinates = "wgs84"\n', encoding="utf-8"
    )
    return path


def test_hazards_are_read_and_other_places_passed_by(tmp_path: Path) -> None:
    inputs = load_project(read_project(planned(tmp_path)))
    assert sorted(inputs.hazards["kind"]) == ["petrol_station", "waste_transfer"]
    assert inputs.hazards.crs == inputs.crs
    told = [problem for problem in inputs.problems if problem.code == "hazards_passed_by"]
    assert [(problem.file, problem.value) for problem in told] == [("危险源.csv", "1")]
