"""project.toml: everything that is wrong with it, at once."""

from pathlib import Path

import pytest

from data.errors import ProjectError
from data.project_file import quick_project, read_project

GOOD = """
[project]
name = "县城"
date = 2026-06-30
[estates]
path = "小 区.shp"
ledger = { path = "台账.xlsx", key = "小区编号" }
[[facilities]]
path = "设施.csv"
coordinates = "gcj02"
[network]
path = "路网.osm.pbf"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("小 区.shp", "台账.xlsx", "设施.csv", "路网.osm.pbf"):
        (tmp_path / name).touch()
    return tmp_path


def _write(folder: Path, text: str) -> Path:
    path = folder / "项目.toml"
    path.write_text(text, "utf-8")
    return path


def _told(folder: Path, text: str) -> list[tuple[str, str, str]]:
    with pytest.raises(ProjectError, match=r"项目\.toml") as caught:
        read_project(_write(folder, text))
    return [(problem.code, problem.field, problem.value) for problem in caught.value.problems]


def test_good_file_is_read(folder: Path) -> None:
    project = read_project(_write(folder, GOOD))
    assert project.estates is not None
    assert project.path(project.estates.path).is_file()
    assert project.facilities[0].coordinates == "gcj02"
    assert project.file_name == "项目.toml"


def test_byte_order_mark_is_no_fault(folder: Path) -> None:
    path = folder / "项目.toml"
    path.write_text(GOOD, "utf-8-sig")
    assert read_project(path).project.name == "县城"


@pytest.mark.parametrize(
    ("extra", "told"),
    [
        pytest.param("[cluster]\nseed = 1", ("project_unknown_key", "cluster", "{'seed': 1}"), id="unknown table"),
        pytest.param("[clusters]\nsed = 1", ("project_unknown_key", "clusters.sed", "1"), id="unknown key"),
        pytest.param("folder = 'x'", ("project_unknown_key", "folder", ""), id="no setting"),
        pytest.param("[clusters]\nseed = 'x'", ("project_bad_type", "clusters.seed", "x"), id="type"),
        pytest.param(
            "[clusters]\nmax_walk_minutes = 0", ("project_not_allowed", "clusters.max_walk_minutes", "0"), id="limit"
        ),
        pytest.param(
            "[clusters]\nkeep_within = 'x'", ("project_not_allowed", "clusters.keep_within", "x"), id="choice"
        ),
        pytest.param(
            "[boundary]\npath = '小 区.shp'\ncoordinates = 'gcj'",
            ("project_not_allowed", "boundary.coordinates", "gcj"),
            id="coordinates",
        ),
        pytest.param("[[sites]]\nlayer = 'x'", ("project_missing_key", "sites[1].path", ""), id="missing key"),
        pytest.param(
            "[[sites]]\npath = '无.gpkg'", ("project_missing_file", "sites[1].path", "无.gpkg"), id="missing file"
        ),
        pytest.param(
            "[clusters]\nfloor_people = 7000\nceiling_people = 6000",
            ("project_band", "clusters.floor_people", "7000"),
            id="band",
        ),
        pytest.param(
            "[[exclusions]]\npath = '小 区.shp'\nreason = '拆'",
            ("project_not_allowed", "exclusions[1].reason", "拆"),
            id="reason",
        ),
        pytest.param(
            "[[exclusions]]\npath = '无.shp'\nreason = 'shantytown'",
            ("project_missing_file", "exclusions[1].path", "无.shp"),
            id="missing layer of exclusions",
        ),
        pytest.param(
            "[eligibility]\ninclude = 5", ("project_bad_type", "eligibility.include", "5"), id="no list of estates"
        ),
        pytest.param(
            "[eligibility]\nexclude = { A1 = 5 }",
            ("project_bad_type", "eligibility.exclude.A1", "5"),
            id="no reason",
        ),
        pytest.param(
            "[eligibility]\nbuilt_by = 2005\nmin_age_years = 20",
            ("project_two_years", "eligibility.built_by", "2005"),
            id="two years",
        ),
        pytest.param(
            "[eligibility]\ninclude_unknown_year = false\n[clusters]\ninclude_unknown_year = true",
            ("project_unknown_year_twice", "eligibility.include_unknown_year", "false"),
            id="two answers",
        ),
    ],
)
def test_each_fault_names_key_and_value(folder: Path, extra: str, told: tuple[str, str, str]) -> None:
    text = extra + GOOD if extra.startswith("folder") else GOOD + extra
    assert _told(folder, text) == [told]


def test_all_faults_are_told_at_once(folder: Path) -> None:
    (folder / "台账.xlsx").unlink()
    told = _told(
        folder, GOOD.replace("gcj02", "火星") + "[clusters]\nfloor_people = 90000\nsed = 1\n[gaps]\nthin_share = 2"
    )
    assert [field for _, field, _ in told] == [
        "facilities[1].coordinates",
        "clusters.sed",
        "gaps.thin_share",
        "estates.ledger.path",
        "clusters.floor_people",
    ]


def test_key_written_alike_is_offered_first(folder: Path) -> None:
    with pytest.raises(ProjectError, match="Known keys here: seed,"):
        read_project(_write(folder, GOOD + "[clusters]\nsed = 1"))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("[project\nname = 1", 1, id="bracket"),
        pytest.param('[project]\nname = "C:\\x"', 2, id="windows path"),
        pytest.param("[project]\nname = ", 2, id="end of file"),
    ],
)
def test_broken_syntax_is_told_with_its_line(folder: Path, text: str, line: int) -> None:
    with pytest.raises(ProjectError, match=f"Line {line} is not TOML"):
        read_project(_write(folder, text))


def test_file_that_is_not_utf8(folder: Path) -> None:
    path = folder / "项目.toml"
    path.write_bytes('name = "县城"'.encode("gbk"))
    with pytest.raises(ProjectError, match="not UTF-8"):
        read_project(path)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="does not exist"):
        read_project(tmp_path / "没有.toml")


def test_needed_tables_are_asked_for(folder: Path) -> None:
    told = _told(folder, "[project]\nname = 'x'")
    assert told == [("project_missing_table", key, "") for key in ("estates", "facilities", "network")]


def test_extract_excludes_layers(folder: Path) -> None:
    assert _told(folder, "osm = '路网.osm.pbf'" + GOOD) == [("project_osm_and_layers", "osm", "路网.osm.pbf")]
    assert read_project(_write(folder, "osm = '路网.osm.pbf'")).osm == "路网.osm.pbf"


def test_quick_project(folder: Path) -> None:
    project = quick_project(folder / "路网.osm.pbf", standard="tdt1062", language="en")
    assert project.path(project.osm or "") == folder / "路网.osm.pbf"
    assert project.clusters.include_unknown_year
    assert (project.project.name, project.project.language, project.project.standard) == ("路网", "en", "tdt1062")
