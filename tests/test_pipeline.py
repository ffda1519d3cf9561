"""The Python face, and the promise that the same inputs give the same bytes."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

import lianpian
from data.errors import InputError, LianpianError
from data.samples import story, town_project
from geo.plan import Plan

OUTPUTS = {
    "map.html", "atlas.pdf", "tables.xlsx", "report.docx", "plan.qgz", "plan.gpkg", "problems.xlsx", "manifest.json",
}  # fmt: skip


@pytest.fixture(scope="module")
def plan() -> Plan:
    with town_project() as project:
        return lianpian.plan(lianpian.load(project))


def estate(plan: Plan, name: str) -> dict[str, object]:
    found = plan.estates[plan.estates["name"] == name]
    assert len(found) == 1
    return dict(found.iloc[0])


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def test_all_files_appear_together_and_another_process_gives_the_same_bytes(plan: Plan, tmp_path: Path) -> None:
    out = tmp_path / "成果 一"
    written = lianpian.write(plan, out)
    assert {path.name for path in written} == OUTPUTS == {path.name for path in out.iterdir()}
    command = [sys.executable, "-m", "lianpian", "demo", "-q", "-o", str(tmp_path / "again")]
    own_seed = int(os.environ.get("PYTHONHASHSEED", "0")) if os.environ.get("PYTHONHASHSEED", "").isdigit() else 0
    subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": str(own_seed + 1)})
    assert digests(tmp_path / "again") == digests(out)


def test_options_replace_the_settings_of_the_inputs(plan: Plan) -> None:
    settings = plan.inputs.project
    wider = settings.model_copy(update={"clusters": settings.clusters.model_copy(update={"floor_people": 1e6})})
    assert len(plan.clusters) > 0
    assert lianpian.plan(plan.inputs, options=wider).clusters.empty


def test_an_extract_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.osm\.pbf does not exist"):
        lianpian.load_osm(tmp_path / "nowhere.osm.pbf")


def test_a_standard_that_is_not_there_is_named(plan: Plan) -> None:
    settings = plan.inputs.project
    unknown = settings.model_copy(update={"project": settings.project.model_copy(update={"standard": "nowhere"})})
    with pytest.raises(LianpianError, match="nowhere"):
        lianpian.load(unknown)


def test_the_estates_across_a_street_are_neighbours_and_those_across_the_river_are_not(plan: Plan) -> None:
    ids = {name: estate(plan, name)["estate_id"] for name in (*story.FACING, *story.ACROSS_RIVER)}
    pairs = set(zip(plan.adjacency["estate_a"], plan.adjacency["estate_b"], strict=True))
    facing, across = (tuple(sorted(str(ids[name]) for name in names)) for names in (story.FACING, story.ACROSS_RIVER))
    assert facing in pairs
    assert across not in pairs


def test_the_factory_ties_its_two_compounds(plan: Plan) -> None:
    ids = sorted(str(estate(plan, name)["estate_id"]) for name in story.FACTORY_COMPOUNDS)
    pair = plan.adjacency[(plan.adjacency["estate_a"] == ids[0]) & (plan.adjacency["estate_b"] == ids[1])]
    assert pair["kind"].tolist() == ["site"]


@pytest.mark.parametrize(
    ("name", "eligibility"),
    [
        (story.NEW_ESTATE, "built_later"),
        (story.EXPROPRIATED, "expropriation"),
        (story.UNKNOWN_YEAR, "year_unknown"),
        (story.WALLED, "built_in_time"),
    ],
)
def test_who_may_be_renovated(plan: Plan, name: str, eligibility: str) -> None:
    assert estate(plan, name)["eligibility"] == eligibility


def test_the_walled_compound_is_entered_by_its_gate_alone(plan: Plan) -> None:
    mine = plan.access_points[plan.access_points["owner_id"] == estate(plan, story.WALLED)["estate_id"]]
    assert mine["kind"].tolist() == ["gate"]


def test_the_isolated_building_stands_alone_with_its_reason(plan: Plan) -> None:
    assert estate(plan, story.ISOLATED)["reason"] == "no_neighbour"


def test_a_walk_of_a_thousand_metres_is_borderline(plan: Plan) -> None:
    rows = plan.gaps[(plan.gaps["estate_id"] == estate(plan, story.AT_LIMIT)["estate_id"])]
    row = rows[rows["service"] == "health_station"].iloc[0]
    assert (row["state"], row["facility_name"]) == ("borderline", story.AT_LIMIT_FACILITY)
    assert abs(row["walk_m"] - 1000) <= 1


def test_a_thin_layer_raises_no_gap(plan: Plan) -> None:
    states = set(plan.gaps.loc[plan.gaps["service"] == story.THIN_SERVICE, "state"])
    assert "no_data" in states
    assert "gap" not in states


def test_every_eligible_estate_is_in_a_cluster_or_has_a_reason(plan: Plan) -> None:
    assert (plan.estates["cluster_id"].isna() == plan.estates["reason"].notna()).all()
    assert plan.clusters["estates"].sum() == plan.estates["cluster_id"].notna().sum()
