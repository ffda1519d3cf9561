import json
import math
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyogrio
import pytest
from typer.testing import CliRunner, Result

from data.results import read_results
from data.words import LANGUAGES, Language, words
from lianpian.cli import build_app
from lianpian.explain import explain_estate, explanation_json
from tests.small_results import small_layers, small_manifest, write_result

GOLDEN = Path(__file__).parent / "golden"
TOLD = {
    "met_zh": ("E002", "market"),
    "gap_zh": ("E001", "elder_care"),
    "gap_en": ("E001", "elder_care"),
    "unreached_zh": ("E001", "market"),
    "size_unknown_zh": ("E001", "childcare"),
    "no_data_zh": ("E001", "canteen"),
    "unconnected_zh": ("E005", "market"),
    "brief_zh": ("E001", None),
    "brief_en": ("E001", None),
}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_result(tmp_path_factory.mktemp("written") / "成果 一")


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    return shutil.copytree(written, tmp_path / "out")


def run(out: Path, estate: str, *more: str, service: str | None = None, language: Language = "zh") -> Result:
    named = [] if service is None else ["--service", service]
    arguments = ["explain", str(out), "--estate", estate, *named, *more]
    return CliRunner().invoke(build_app(words(language)), arguments)


@pytest.mark.parametrize("name", TOLD)
def test_the_explanation_reads_as_it_should(written: Path, name: str) -> None:
    estate, service = TOLD[name]
    language: Language = "en" if name.endswith("en") else "zh"
    told = run(written, estate, service=service, language=language)
    assert (told.exit_code, told.stderr) == (0, "")
    assert told.stdout == GOLDEN.joinpath(f"explain_{name}.txt").read_text("utf-8")


def change(folder: Path, layer: str, row: int, **values: object) -> None:
    frame = small_layers()[layer]
    for column, value in values.items():
        frame.loc[row, column] = value
    pyogrio.write_dataframe(frame, folder / "plan.gpkg", layer=layer)


SIZED = {"measured": 9.6, "shortfall": 0.4}
OTHERS: dict[str, tuple[Callable[[Path], object], tuple[str, str], tuple[str, ...]]] = {
    "near the limit": (
        lambda _: None,
        ("E002", "elder_care"),
        ("5.0 m from the limit", "A walk shorter by 5.0 m", "If 阳光养老院 (F003) closed, no other would lie within"),
    ),
    "a size that falls short": (
        lambda folder: change(folder, "gaps", 2, state="gap", **SIZED),
        ("E001", "childcare"),
        (
            "9.6 places per 1,000 people; at least 10",
            "within 940.0 m on foot from the gate",
            "0.4 places per 1,000 people more",
        ),
    ),
    "a size near the threshold": (
        lambda folder: change(folder, "gaps", 2, state="borderline", **SIZED),
        ("E001", "childcare"),
        ("no more than 5% from the 10 places", "Checking the number of places", "启明托育园 (F007), would be 8.26 min"),
    ),
    "a size that a thin layer cannot prove": (
        lambda folder: change(folder, "gaps", 2, state="no_data", **SIZED),
        ("E001", "childcare"),
        ("too few to prove less than 10 places", "Only a fuller layer"),
    ),
    "no size at all": (
        lambda folder: change(folder, "gaps", 2, measured=math.nan),
        ("E001", "childcare"),
        ("no size is recorded of what lies within the limit",),
    ),
    "sizes missing farther off": (
        lambda folder: change(folder, "facilities", 6, capacity=5.0),
        ("E001", "childcare"),
        ("The 2 nearest have their number of places recorded",),
    ),
    "a layer that the settings call incomplete": (
        lambda folder: change(folder, "completeness", 3, reason="set_incomplete"),
        ("E001", "canteen"),
        ("By the settings the data on this kind are incomplete, which",),
    ),
    "an empty layer": (
        lambda folder: change(folder, "completeness", 3, facilities=0),
        ("E001", "canteen"),
        ("The data hold no facility of the kind at all",),
    ),
    "the second nearest too far": (
        lambda folder: change(folder, "nearest", 7, walk_minutes=15.01),
        ("E002", "market"),
        ("would be 15.01 min away, beyond the limit",),
    ),
    "another nearer in a straight line": (
        lambda folder: change(folder, "facilities", 3, geometry=small_layers()["openings"].geometry[3]),
        ("E001", "elder_care"),
        ("In a straight line F004 is nearest, 255.0 m",),
    ),
    "one nearer that is not connected": (
        lambda folder: change(folder, "facilities", 4, geometry=small_layers()["openings"].geometry[3]),
        ("E001", "elder_care"),
        ("康宁养老院 (F005) (255.0 m), is not connected",),
    ),
    "a facility on the own ground": (
        lambda folder: change(folder, "walks", 1, gate=-1, entrance=-1, walk_m=60.0, walk_minutes=0.9, geometry=None),
        ("E001", "childcare"),
        ("homes to the facility, which stands inside the estate",),
    ),
    "a kind of access that is not known yet": (
        lambda folder: change(folder, "access_points", 0, kind="tunnel", resolved="by_guess"),
        ("E001", "childcare"),
        ("east side: tunnel  ",),
    ),
    "parts that leave something over": (
        lambda folder: change(folder, "walks", 1, walk_m=330.0, walk_minutes=4.96),
        ("E001", "childcare"),
        ("Rest      what is recorded beyond the sum of the parts",),
    ),
}


@pytest.mark.parametrize("case", OTHERS)
def test_other_cases(folder: Path, case: str) -> None:
    prepare, (estate, service), sentences = OTHERS[case]
    prepare(folder)
    told = run(folder, estate, service=service, language="en")
    assert told.exit_code == 0, told.output
    assert [sentence for sentence in sentences if sentence not in told.stdout] == []


def test_without_openings_that_is_said(folder: Path) -> None:
    openings = small_layers()["openings"]
    pyogrio.write_dataframe(openings[openings["opening_id"] == "O004"], folder / "plan.gpkg", layer="openings")
    assert "没有找到能缩短到本类服务步行的出入口或通道" in run(folder, "E001", service="elder_care").stdout


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("estate", "service"), [("E001", "elder_care"), ("E001", "childcare"), ("E002", "market")])
def test_the_parts_that_are_shown_add_up_to_the_whole_that_is_shown(
    written: Path, language: Language, estate: str, service: str
) -> None:
    told = run(written, estate, service=service, language=language).stdout
    table = told.split("\n\n")[1].splitlines()[2:]
    figures = [re.search(r"(-?\d+\.\d)\s+(-?\d+\.\d\d)$", line) for line in table]
    known = [(float(found[1]), float(found[2])) for found in figures if found]
    assert len(known) > 3
    for column in (0, 1):
        assert math.fsum(row[column] for row in known[:-1]) == pytest.approx(known[-1][column], abs=1e-9)


def test_a_service_may_be_called_by_its_name_and_an_estate_too(written: Path) -> None:
    by_key = run(written, "E001", service="elder_care").stdout
    assert run(written, "幸福里", service="养老服务设施").stdout == by_key
    assert run(written, "幸福里", service="Elder care").stdout == by_key


def loaded(told: Result) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(told.stdout)
    return document


def test_json_holds_the_numbers_as_they_are_recorded(written: Path) -> None:
    told = run(written, "E001", "--json", service="elder_care")
    document = loaded(told)
    assert "阳光养老院" in told.stdout
    assert (document["format"], document["project"]) == (1, {"name": "示例县城", "date": "2025-06-01"})
    assert document["estate"]["estate_id"] == "E001"
    (one,) = document["services"]
    assert one["service_name"] == {"zh": "养老服务设施", "en": "Elder care"}
    assert one["judgement"]["walk_minutes"] == 17.46
    assert one["walk"]["parts"][2] == {
        "kind": "street",
        "street": "人民路",
        "highway": "residential",
        "steps": False,
        "length_m": 412.3,
        "minutes": 412.3 * 15 / 800,
    }
    assert one["walk"]["gate"]["side"] == "e"
    assert [opening["opening_id"] for opening in one["openings"]] == ["O002", "O003", "O001"]


def test_json_survives_a_round_and_is_the_same_in_both_languages(written: Path) -> None:
    told = run(written, "E001", "--json")
    results = read_results(written, estate="E001")
    services = ["elder_care", "market", "childcare", "canteen"]
    explained = explain_estate(results, estate_id="E001", services=services)
    assert explanation_json(explained, results=results, estate_id="E001") + "\n" == told.stdout
    assert json.dumps(loaded(told), ensure_ascii=False, indent=2) + "\n" == told.stdout
    assert run(written, "E001", "--json", language="en").stdout == told.stdout
    assert [one["service"] for one in loaded(told)["services"]] == services


def test_json_says_null_of_what_nobody_recorded(written: Path) -> None:
    document = loaded(run(written, "E002", "--json", service="market"))
    assert document["estate"]["name"] is None
    (one,) = document["services"]
    assert (one["judgement"]["shortfall"], one["chances"]["per_1000"]) == (None, None)
    assert loaded(run(written, "E005", "--json", service="market"))["services"][0]["walk"] is None


WRONG = {
    "much like a name": ("幸福", None, "相近的小区：幸福里（E001）。"),
    "much like an id": ("E01", None, "幸福里（E001）"),
    "a part of two names": ("和平", None, "和平小区（E003）、和平小区（E004）"),
    "like nothing": ("zzz", None, "也没有相近的"),
    "nothing": ("", None, "也没有相近的"),
    "a name of two": ("和平小区", None, "有 2 个小区名为“和平小区”。请改用编号：E003、E004。"),
    "a service that was not assessed": (
        "E001",
        "school",
        "已评价的服务：养老服务设施（elder_care）、农贸市场（market）、托育服务设施（childcare）、社区食堂（canteen）。",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_call_is_told_with_what_would_be_right(written: Path, case: str) -> None:
    estate, service, sentence = WRONG[case]
    told = run(written, estate, "--json", service=service)
    assert (told.exit_code, told.stdout, len(told.stderr.splitlines())) == (2, "", 1)
    assert sentence in told.stderr


def test_a_result_that_is_not_there_or_of_no_use(folder: Path, tmp_path: Path) -> None:
    told = run(tmp_path / "nowhere", "E001")
    assert (told.exit_code, told.stdout) == (1, "")
    assert "找不到成果文件夹" in told.stderr
    folder.joinpath("plan.gpkg").write_bytes(b"SQLite")
    assert run(folder, "E001").exit_code == 1


def test_a_result_without_any_assessed_service(folder: Path) -> None:
    pyogrio.write_dataframe(
        small_layers()["services"].head(0).astype({"service": str}), folder / "plan.gpkg", layer="services"
    )
    told = run(folder, "E001")
    assert told.exit_code == 1
    assert "本次没有评价任何服务" in told.stderr


def test_the_estate_must_be_named(written: Path) -> None:
    told = CliRunner().invoke(build_app(words("en")), ["explain", str(written)])
    assert told.exit_code == 2
    assert "--estate" in told.stderr


def test_a_manifest_without_a_project_is_no_obstacle(folder: Path) -> None:
    manifest = {**small_manifest(), "options": {}}
    folder.joinpath("manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert loaded(run(folder, "E001", "--json"))["project"] == {"name": "", "date": None}


def test_results_that_list_the_nearest_only_claim_nothing_of_a_second(folder: Path) -> None:
    manifest = {**small_manifest(), "options": {"walking": {"nearest": 1}}}
    folder.joinpath("manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    pyogrio.write_dataframe(small_layers()["nearest"].query("rank == 1"), folder / "plan.gpkg", layer="nearest")
    told = run(folder, "E002", service="market", language="en").stdout
    assert "These results list the nearest only (" in told
    assert "raise nearest under [walking]" in told
