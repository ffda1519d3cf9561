import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from data.words import LANGUAGES, Language, words
from lianpian.cli import build_app
from maps.write import write
from tests.osm_files import write_osm
from tests.osm_town import write_town
from tests.quick import OPTIONS, WITHOUT
from tests.tiny import tiny_plan

ROOT = Path(__file__).parent.parent
COMMANDS = ("demo", "init", "plan", "check", "explain", "survey", "progress", "compare", "standards")
HEAVY = ("numpy", "pandas", "geopandas", "shapely", "pyproj", "scipy", "osmium", "pydantic", "folium")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def run(*arguments: object, language: Language = "en") -> Result:
    return CliRunner().invoke(build_app(words(language)), [str(argument) for argument in arguments])


def in_process(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lianpian", *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        cwd=ROOT,
        env={**os.environ, **environment},
        check=False,
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_every_command_has_an_example(command: str, language: Language) -> None:
    result = run(command, "--help", language=language)
    example = words(language)(f"cli.example.{command}")
    assert result.exit_code == 0
    assert "".join(example.split()) in "".join(result.output.split())


def test_help_lists_every_command_and_each_example_calls_its_own() -> None:
    shown = run("--help").output
    assert all(f"  {command} " in shown for command in COMMANDS)
    assert all(
        f"lianpian {command}" in words(one)(f"cli.example.{command}") for one in LANGUAGES for command in COMMANDS
    )


def test_no_arguments_show_the_help() -> None:
    result = run()
    assert result.exit_code == 2
    assert "Usage" in result.output


def test_help_loads_no_heavy_library() -> None:
    code = (
        "import sys; sys.argv = ['lianpian', '--help']\n"
        "from lianpian.cli import main\n"
        "try:\n    main()\n"
        f"except SystemExit as end:\n    print(end.code, [one for one in {HEAVY} if one in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", cwd=ROOT, check=True)
    assert done.stdout.splitlines()[-1] == "0 []"


@pytest.mark.parametrize(
    ("arguments", "environment", "chinese"),
    [
        (["--help"], {}, True),
        (["--help"], {"LIANPIAN_LANG": "en"}, False),
        (["plan", "--lang", "en", "--help"], {}, False),
        (["plan", "--lang=zh", "--help"], {"LIANPIAN_LANG": "en"}, True),
        (["--help"], {"LIANPIAN_LANG": "fr"}, True),
    ],
    ids=["by itself", "by environment", "by option", "option first", "unknown"],
)
def test_the_language_of_the_help(arguments: list[str], environment: dict[str, str], chinese: bool) -> None:
    done = in_process(*arguments, **{"LIANPIAN_LANG": "zh", **environment})
    assert (done.returncode, done.stderr) == (0, "")
    assert bool(CHINESE.search(words("zh")("cli.help.app") if chinese else "")) is chinese
    assert (
        words("zh")("cli.option.lang")[:5] in done.stdout or words("zh")("cli.help.plan")[:5] in done.stdout
    ) is chinese


WRONG_CALLS = {
    "neither project nor extract": (["plan"], "Give either a project file or --osm"),
    "both": (["plan", "a.toml", "--osm", "b.osm"], "Give either a project file or --osm"),
    "standard without extract": (["plan", "a.toml", "--standard", "tdt1062"], "--standard goes with --osm"),
    "language": (["plan", "a.toml", "--lang", "fr"], "zh or en, not fr"),
    "option": (["plan", "a.toml", "--fast"], "No such option"),
    "command": (["paint"], "No such command"),
    "no project": (["check"], "Missing argument"),
    "standard": (["standards", "gb99"], "There is no standard 'gb99'"),
}


@pytest.mark.parametrize("case", WRONG_CALLS)
def test_a_wrong_call_is_told_with_status_two(case: str) -> None:
    arguments, sentence = WRONG_CALLS[case]
    result = run(*arguments)
    assert result.exit_code == 2
    assert sentence in " ".join(re.sub(r"[│╭╮╰╯─]", " ", result.stderr).split())


def test_an_unknown_standard_for_an_extract_is_a_wrong_call(tmp_path: Path) -> None:
    path = write_town(tmp_path / "town.osm.pbf")
    result = run("plan", "--osm", path, "--standard", "gb99", "-o", tmp_path / "out")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Use one of" in result.stderr


FAULTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (Path.absolute, "does not exist"),
    "text": (lambda path: path.write_text("小区", encoding="utf-8"), "is no OpenStreetMap extract that can be read"),
    "broken off": (lambda path: path.write_bytes(write_town(path).read_bytes()[:-40]), "broken off"),
    "empty": (lambda path: path.write_bytes(b""), "is no OpenStreetMap extract that can be read"),
    "no estates": (lambda path: write_town(path, without="estates"), "There is no estate"),
    "no facilities": (lambda path: write_town(path, without="facilities"), "There is no facility"),
    "no ways": (lambda path: write_town(path, without="ways"), "There is no way"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_faulty_inputs_are_told_in_one_sentence_with_status_one_and_nothing_is_written(
    tmp_path: Path, case: str
) -> None:
    make, sentence = FAULTS[case]
    make(tmp_path / "town.osm.pbf")
    result = run("plan", *OPTIONS, "--osm", tmp_path / "town.osm.pbf", "-o", tmp_path / "result" / "out")
    assert result.exit_code == 1
    assert (result.stdout, len(result.stderr.splitlines())) == ("", 1)
    assert result.stderr.startswith("Error:")
    assert "town.osm.pbf" in result.stderr
    assert sentence in result.stderr
    assert not (tmp_path / "result").exists()


def test_everything_that_is_missing_is_told_at_once(tmp_path: Path) -> None:
    path = write_osm(tmp_path / "empty.osm.pbf")
    assert len(run("plan", *OPTIONS, "--osm", path, "-o", tmp_path / "out").stderr.splitlines()) == 3


@pytest.mark.parametrize(
    ("language", "figure", "options"),
    [("zh", "小区      2 个", ["--lang", "zh"]), ("en", "Estates    2", ["--lang", "en"])],
)
def test_the_quick_look_at_an_extract(tmp_path: Path, language: Language, figure: str, options: list[str]) -> None:
    path, out = write_town(tmp_path / "城区 一.osm.pbf"), tmp_path / "成果 一"
    result = run("plan", *OPTIONS, "--osm", path, "-o", out, *options, language=language)
    assert result.exit_code == 0, result.output
    assert figure in result.stdout
    assert str(out / "map.html") in result.stdout
    written = {file.name for file in out.iterdir()}
    assert {"map.html", "tables.xlsx", "plan.gpkg", "problems.xlsx", "manifest.json"} <= written


def test_shapefiles_are_written_on_demand(tmp_path: Path) -> None:
    path, out = write_town(tmp_path / "城区 一.osm.pbf"), tmp_path / "成果 一"
    result = run("plan", "--osm", path, "-o", out, "--shapefile", "-q")
    assert (result.exit_code, result.output) == (0, "")
    assert {"estates.shp", "estates.cpg", "gaps.dbf", "fields.xlsx"} <= {
        file.name for file in (out / "shapefile").iterdir()
    }


def test_quiet_says_nothing(tmp_path: Path) -> None:
    path = write_town(tmp_path / "town.osm.pbf")
    result = run("plan", *OPTIONS, "--osm", path, "-o", tmp_path / "out", "-q")
    assert (result.exit_code, result.output) == (0, "")


def test_verbose_says_every_problem(tmp_path: Path) -> None:
    path = write_town(tmp_path / "town.osm.pbf")
    brief, whole = (
        run("plan", *OPTIONS, "--osm", path, "-o", tmp_path / "out", *more).stderr for more in ((), ("-v",))
    )
    thin = [text for text in whole.splitlines() if "too few to prove anything" in text]
    assert len(thin) > 1
    assert [text for text in brief.splitlines() if "too few" in text] == [
        f"{thin[0]} ({len(thin) - 1} more of this kind)"
    ]
    assert brief.splitlines()[-1].endswith("-v shows each.")


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "论文.docx").write_text("mine", encoding="utf-8")
    result = run("plan", "--osm", tmp_path / "told too late.osm.pbf", "-o", tmp_path / "out")
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)
    assert "is no earlier result" in result.stderr
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["论文.docx"]


def test_the_result_goes_beside_the_working_folder_by_the_name_of_the_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("plan", *OPTIONS, "--osm", write_town(Path("haerbin.osm.pbf")))
    assert result.exit_code == 0, result.output
    assert (tmp_path / "out" / "haerbin" / "map.html").is_file()


def write_project(folder: Path, text: str) -> Path:
    (folder / "project.toml").write_text(text, encoding="utf-8")
    return folder / "project.toml"


def test_check_lists_the_problems_and_writes_them(tmp_path: Path) -> None:
    write_town(tmp_path / "town.osm.pbf")
    project, out = write_project(tmp_path, 'osm = "town.osm.pbf"'), tmp_path / "problems.xlsx"
    result = run("check", project, "-o", out)
    assert result.exit_code == 0, result.output
    assert f"; listed in {out}" in result.stdout.splitlines()[-1]
    assert "Errors: 0, warnings: 0" in result.stdout
    assert "The analysis is done in EPSG:4548" in result.output
    assert out.is_file()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('osm = "gone.osm.pbf"', "gone.osm.pbf"),
        ('osm = "town.osm.pbf"', "There is no estate"),
        ("[project", "project.toml"),
        ("colour = 1", "colour"),
        ('osm = "town.osm.pbf"\n[project]\nstandard = "gb99"', "There is no standard 'gb99'"),
    ],
    ids=["missing file", "no estates", "no TOML", "unknown key", "unknown standard"],
)
def test_check_tells_what_would_stop_the_plan(tmp_path: Path, text: str, sentence: str) -> None:
    write_town(tmp_path / "town.osm.pbf", without="estates")
    project, out = write_project(tmp_path, text), tmp_path / "problems.xlsx"
    result = run("check", project, "-o", out)
    assert result.exit_code == 1
    assert sentence in result.stderr
    assert out.is_file()


def test_init_drafts_a_project_that_check_accepts(tmp_path: Path) -> None:
    write_town(tmp_path / "town.osm.pbf")
    made = run("init", tmp_path)
    assert made.exit_code == 0, made.output
    assert "estates: none found" in made.stdout
    assert f"Next: lianpian check {tmp_path / 'project.toml'}" in made.stdout
    assert run("check", tmp_path / "project.toml", "-o", tmp_path / "p.xlsx").exit_code == 0


@pytest.mark.parametrize(
    ("name", "sentence"), [("空", "Nothing in the folder can be used"), ("没有", "There is no folder")]
)
def test_init_says_why_nothing_is_written(tmp_path: Path, name: str, sentence: str) -> None:
    (tmp_path / "空").mkdir()
    result = run("init", tmp_path / name)
    assert (result.exit_code, result.stdout) == (1, "")
    assert sentence in result.stderr
    assert list((tmp_path / "空").iterdir()) == []


def test_init_never_overwrites(tmp_path: Path) -> None:
    write_town(tmp_path / "town.osm.pbf")
    project = write_project(tmp_path, "# mine")
    result = run("init", tmp_path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "is there already" in result.stderr
    assert project.read_text("utf-8") == "# mine"


def test_standards_are_listed_and_one_is_shown_with_its_clauses() -> None:
    listed, shown = run("standards"), run("standards", "jiangxi_existing", language="zh")
    assert (listed.exit_code, shown.exit_code) == (0, 0)
    assert [line.split()[0] for line in listed.stdout.splitlines()] == [
        "gb50180_new",
        "heilongjiang_2018",
        "jiangxi_existing",
        "tdt1062",
    ]
    assert "赣府厅发〔2020〕37号" in shown.stdout
    assert "已核实" in shown.stdout
    assert ["改造对象", "2000年底前建成"] in [line.split()[:2] for line in shown.stdout.splitlines()]
    assert "人民网江西报道的转载" in shown.stdout


def test_chinese_is_said_where_the_console_speaks_another_code_page(tmp_path: Path) -> None:
    path = write_town(tmp_path / "town.osm.pbf")
    done = in_process("plan", *OPTIONS, "--osm", path, "-o", tmp_path / "out", "--lang", "zh", PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert "成果已写入" in done.stdout


def test_a_survey_form_is_written_for_a_result_alone(tmp_path: Path) -> None:
    out, form = tmp_path / "out", tmp_path / "表.xlsx"
    write(tiny_plan(), out=out, language="zh", without=WITHOUT)
    told = run("survey", out, "-o", form, language="zh")
    assert told.exit_code == 0, told.output
    assert "5 个小区，每个小区 2 项；已知 3 项，待查 7 项" in told.output
    assert 'ledger = { path = "表.xlsx", key = "小区编号" }' in told.output
    again = run("survey", out, "-o", form)
    assert again.exit_code == 1
    assert "Move it away" in again.output
    assert run("survey", tmp_path, "-o", tmp_path / "b.xlsx").exit_code == 1
    assert not (tmp_path / "b.xlsx").exists()
