"""A scenario from its file to the screen and the outputs."""

import json
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
from pyproj import Transformer
from typer.testing import CliRunner, Result

from data.errors import ScenarioError
from data.samples import town_project
from data.scenario_file import make_scenario
from data.words import LANGUAGES, Language, words
from geo.plan import Plan
from geo.what_if.changes import CHANGE_COLUMNS
from lianpian.cli import build_app
from lianpian.pipeline import load, plan, what_if, write
from tests.osm_files import at
from tests.osm_town import write_town
from tests.quick import OPTIONS, WITHOUT

NAME = "增设菜场"
SAY = words("zh")


@pytest.fixture(scope="module")
def before() -> Plan:
    with town_project() as project:
        return plan(load(project))


@pytest.fixture(scope="module")
def lacking(before: Plan) -> str:
    """Name an estate that lacks a market."""
    gaps = before.gaps[(before.gaps["service"] == "market") & (before.gaps["state"] == "gap")]
    return str(gaps["estate_id"].iloc[0])


@pytest.fixture(scope="module")
def after(before: Plan, lacking: str) -> Plan:
    spot = before.estates.set_index("estate_id").geometry[lacking].representative_point()
    lonlat = Transformer.from_crs(before.inputs.crs, 4326, always_xy=True).transform(spot.x, spot.y)
    edit = {"action": "add_facility", "service": "market", "name": "新菜场", "at": [*lonlat]}
    return what_if(before, scenario=make_scenario({"name": NAME, "coordinates": "wgs84", "edits": [edit]}))


@pytest.fixture(scope="module")
def out(after: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("情景") / "成果"
    write(after, folder, without=WITHOUT)
    return folder


def test_the_plan_after_holds_what_changes(before: Plan, after: Plan, lacking: str) -> None:
    changed = after.changes.set_index(["estate_id", "service"]).loc[(lacking, "market")]
    assert changed[["state_before", "state_after", "facility_after"]].tolist() == ["gap", "met", "N1"]
    assert (after.scenario, tuple(after.changes.columns)) == (NAME, CHANGE_COLUMNS)
    assert (after.changes["minutes_after"] < np.nan_to_num(after.changes["minutes_before"], nan=np.inf)).all()
    assert set(after.changes["service"]) == {"market"}
    gaps = [(one.gaps["state"] == "gap").sum() for one in (before, after)]
    assert gaps[0] - gaps[1] == (after.changes["state_before"] == "gap").sum() > 0


def test_a_plan_of_things_as_they_are_has_no_scenario(before: Plan, tmp_path: Path) -> None:
    assert (before.scenario, len(before.changes)) == ("", 0)
    write(before, tmp_path / "out", without=WITHOUT)
    assert json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))["scenario"] is None
    assert "changes" not in pyogrio.list_layers(tmp_path / "out" / "plan.gpkg")[:, 0]
    assert SAY("scenario.sheet.changes") not in openpyxl.load_workbook(tmp_path / "out" / "tables.xlsx").sheetnames


def test_the_layers_hold_the_changes(after: Plan, out: Path) -> None:
    read = pyogrio.read_dataframe(out / "plan.gpkg", layer="changes")
    assert list(read.columns) == list(CHANGE_COLUMNS)
    assert read["estate_id"].tolist() == after.changes["estate_id"].tolist()
    assert read["minutes_after"].tolist() == after.changes["minutes_after"].tolist()


def test_a_sheet_shows_the_changes_in_words(after: Plan, out: Path, lacking: str) -> None:
    preface, heads, *rows = openpyxl.load_workbook(out / "tables.xlsx")[SAY("scenario.sheet.changes")].iter_rows(
        values_only=True
    )
    read = pd.DataFrame(rows, columns=list(heads), dtype=object).set_index(SAY("scenario.column.estate_id"))
    assert NAME in str(preface[0])
    assert len(read) == len(after.changes)
    shown = read.loc[lacking]
    assert shown[SAY("scenario.column.facility_after")] == "新菜场 (N1)"
    assert [shown[SAY(f"scenario.column.state_{side}")] for side in ("before", "after")] == ["缺口", "达标"]


def test_the_manifest_holds_the_edits(out: Path) -> None:
    read = json.loads((out / "manifest.json").read_text("utf-8"))
    assert (read["scenario"]["name"], len(read["scenario"]["sha256"])) == (NAME, 64)
    assert [(edit["action"], edit["service"]) for edit in read["scenario"]["edits"]] == [("add_facility", "market")]
    assert "scenario" not in [source["role"] for source in read["inputs"]]


def test_a_scenario_that_does_not_fit_is_refused(before: Plan) -> None:
    edit = {"action": "remove_facility", "facility": "F99999"}
    with pytest.raises(ScenarioError, match="There is no facility F99999"):
        what_if(before, scenario=make_scenario({"name": "x", "edits": [edit]}))


def run(folder: Path, text: str, *more: str, language: Language = "en") -> Result:
    """Plan the town of two estates with a scenario."""
    (folder / "开店.toml").write_text(text, encoding="utf-8")
    arguments = [
        "plan",
        *OPTIONS,
        "--osm",
        write_town(folder / "town.osm.pbf"),
        "--scenario",
        folder / "开店.toml",
        *more,
    ]
    return CliRunner().invoke(build_app(words(language)), [str(argument) for argument in arguments])


SHOP = f"""
name = "两处新店"
coordinates = "wgs84"
[[edits]]
action = "add_facility"
service = "market"
at = {list(at(105, 45))}
[[edits]]
action = "remove_facility"
facility = "n30"
"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_screen_shows_before_and_after(tmp_path: Path, language: Language) -> None:
    result = run(tmp_path, SHOP, "-o", str(tmp_path / "out"), "--lang", language, language=language)
    assert result.exit_code == 0, result.output
    say = words(language)
    lines = result.stdout.splitlines()
    assert lines[0] == say("cli.change.title", name="两处新店")
    assert lines[1] == say("cli.change.gaps", before=0, after=0)
    names = {"zh": ("便民市场", "中小学"), "en": ("market", "school")}[language]
    assert all(any(name in line.casefold() for line in lines[2:4]) for name in names), lines
    assert "nan" not in result.stdout


def test_a_scenario_that_changes_no_walk_says_so(tmp_path: Path) -> None:
    text = '[[edits]]\naction = "resize_facility"\nfacility = "n30"\ncapacity = 900'
    result = run(tmp_path, text, "-o", str(tmp_path / "out"))
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[:2] == [
        "Scenario '开店': as it is → after",
        "  no walk and no state changes",
    ]


def test_the_result_of_a_scenario_stands_beside_that_of_things_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(tmp_path, SHOP)
    assert result.exit_code == 0, result.output
    assert [folder.name for folder in (tmp_path / "out").iterdir()] == ["town-开店"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('[[edits]]\naction = "open_door"', "open_gate"),
        ('[[edits]]\naction = "open_gate"\ngate = "n13"', "There is no gate n13. "),
    ],
    ids=["wrong file", "does not fit"],
)
def test_a_wrong_scenario_is_told_in_one_sentence_and_nothing_is_written(
    tmp_path: Path, text: str, sentence: str
) -> None:
    result = run(tmp_path, text, "-o", str(tmp_path / "out"))
    assert (result.exit_code, result.stdout, len(result.stderr.splitlines())) == (1, "", 1)
    assert result.stderr.startswith("Error: 开店.toml")
    assert sentence in result.stderr
    assert not (tmp_path / "out").exists()
