from pathlib import Path

import pytest

from data.checking import check_project
from data.problems import blocking
from tests.osm_files import write_osm
from tests.osm_town import write_town
from tests.spoiled import copy_town, settings


def codes(folder: Path, *, text: str) -> list[str]:
    project = folder / "project.toml"
    project.write_text(text, encoding="utf-8")
    report, _ = check_project(project)
    return [problem.code for problem in blocking(report.problems)]


def test_faults_of_settings_standard_and_files_are_told_in_one_run(tmp_path: Path) -> None:
    project = copy_town(tmp_path)
    settings(project, 'standard = "jiangxi_existing"', 'standard = "gb99"\ncolour = 1')
    settings(project, 'path = "可利用资源.gpkg"', 'path = "没有.gpkg"')
    settings(project, "floor_people = 1500", "floor_people = 9500")
    (tmp_path / "设施POI.csv").write_bytes("名称,甲\n".encode("gb18030"))
    report, inputs = check_project(project)
    told = {problem.code for problem in blocking(report.problems)}
    assert {"project_unknown_key", "project_missing_file", "project_band", "standard_unknown"} <= told
    assert "column_missing" in told
    assert "missing_file" not in told
    assert inputs is not None
    assert (report.standard, len(inputs.estates)) == (None, 120)
    assert {account.role for account in report.layers if account.failed} == {"facilities", "sites"}


def test_the_report_of_a_sound_project(tmp_path: Path) -> None:
    report, _ = check_project(copy_town(tmp_path))
    assert report.is_usable
    assert (report.date, report.standard.key if report.standard else "") == ("2026-06-30", "jiangxi_existing")
    assert report.ledger is not None
    assert (report.ledger.estates, report.ledger.rows, report.ledger.joined) == (120, 120, 120)
    assert report.crs is not None
    assert (report.crs.code, report.crs.why) == ("EPSG:4548", "zone")
    decisions = {account.role: (account.encoding_by, account.crs_by) for account in report.layers}
    assert decisions["estates"] == ("bytes", "stated")
    assert decisions["facilities"] == ("bytes", "shifted")
    assert sum(one.running for one in report.facilities) > 150


def test_a_system_of_the_analysis_that_cannot_be_used_stands_beside_all_else(tmp_path: Path) -> None:
    project = copy_town(tmp_path)
    settings(project, "[project]", '[project]\ncrs = "EPSG:4326"')
    (tmp_path / "可利用资源.gpkg").write_bytes(b"no")
    report, _ = check_project(project)
    assert [problem.code for problem in blocking(report.problems)] == ["file_broken", "crs_not_metric"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[project", ["project_not_toml"]),
        ('osm = "没有.osm.pbf"', ["project_missing_file"]),
        ('osm = "empty.osm.pbf"', ["no_estates", "no_facilities", "no_ways"]),
        ("", ["project_missing_table"] * 3),
        ('[estates]\npath = "没有.shp"', ["project_missing_file", *["project_missing_table"] * 2]),
        ("estates = 5", ["project_bad_type", *["project_missing_table"] * 2]),
    ],
    ids=["no TOML", "no extract", "empty extract", "nothing", "one file that is not there", "no table"],
)
def test_each_fault_is_told_once(tmp_path: Path, text: str, expected: list[str]) -> None:
    write_osm(tmp_path / "empty.osm.pbf")
    assert codes(tmp_path, text=text) == expected


def test_an_extract_alone_has_an_overview_too(tmp_path: Path) -> None:
    write_town(tmp_path / "town.osm.pbf")
    (tmp_path / "project.toml").write_text('osm = "town.osm.pbf"', encoding="utf-8")
    report, _ = check_project(tmp_path / "project.toml")
    kept = {account.role: account.kept for account in report.layers}
    assert (kept["estates"], kept["facilities"], kept["network"]) == (2, 1, 2)
    assert report.date == "2024-04-01"
