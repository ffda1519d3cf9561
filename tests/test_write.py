import dataclasses
import hashlib
import json
import shutil
from pathlib import Path

import openpyxl
import pytest

from data.errors import OutputError
from data.words import Language
from geo.plan import Plan
from maps import outputs as writing
from maps import write as committing
from maps.write import check_folder, write
from tests.tiny import tiny_plan

FILES = [
    "map.html", "atlas.pdf", "tables.xlsx", "report.docx", "plan.gpkg", "plan.qgz", "problems.xlsx", "manifest.json",
]  # fmt: skip


def brief(plan: Plan, *, path: Path, language: Language, **_: object) -> None:
    """Stand for an output that takes long."""
    path.write_text(f"{language} {len(plan.estates)}", encoding="utf-8")


@pytest.fixture(autouse=True)
def short_outputs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "render", lambda plan, language: f"<html lang={language}>{len(plan.estates)}</html>")
    monkeypatch.setattr(writing, "write_atlas", brief)
    monkeypatch.setattr(writing, "write_report", brief)


@pytest.fixture
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("first") / "out"
    write(tiny_plan(), out=out, language="zh")
    return out


@pytest.fixture
def out(tmp_path: Path, first: Path) -> Path:
    """Give the folder of an earlier result."""
    return Path(shutil.copytree(first, tmp_path / "out"))


def content(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


def fail_to(monkeypatch: pytest.MonkeyPatch, name: str, problem: BaseException) -> None:
    def fail(*_: object, **__: object) -> None:
        raise problem

    monkeypatch.setattr(committing if name == "write_manifest" else writing, name, fail)


def refuse_rename(monkeypatch: pytest.MonkeyPatch, *, of: str) -> None:
    """Refuse to rename a folder of that name, as Windows does while a file in it is open."""
    rename = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if self.name == of:
            raise PermissionError(13, "Permission denied")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)


def test_all_files_stand_in_the_folder(tmp_path: Path) -> None:
    out = tmp_path / "成果 一" / "out"
    assert write(tiny_plan(), out=out, language="zh") == tuple(out / name for name in FILES)
    assert sorted(content(out)) == sorted(FILES)
    assert [file.name for file in out.parent.iterdir()] == ["out"]


def test_the_manifest_has_the_checksums_of_the_files(out: Path) -> None:
    outputs = json.loads((out / "manifest.json").read_text("utf-8"))["outputs"]
    found = {name: hashlib.sha256((out / name).read_bytes()).hexdigest() for name in FILES[:-1]}
    assert outputs == found


def test_two_runs_give_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # with the true map
    for name in ("a", "b"):
        write(tiny_plan(), out=tmp_path / name, language="en")
    assert content(tmp_path / "a") == content(tmp_path / "b")


def test_an_earlier_result_is_replaced_and_files_of_others_are_kept(tmp_path: Path, out: Path) -> None:
    before = content(out)
    (out / "会议纪要.docx").write_text("x", encoding="utf-8")
    (out / "附件").mkdir()
    (out / "附件" / "a.txt").write_text("y", encoding="utf-8")
    for leftover in ("~$tables.xlsx", "plan.gpkg-wal", "plan.gpkg-shm"):
        (out / leftover).write_text("z", encoding="utf-8")
    write(tiny_plan(), out=out, language="en")
    assert sorted(file.name for file in out.iterdir()) == sorted([*FILES, "会议纪要.docx", "附件"])
    assert (out / "附件" / "a.txt").read_text("utf-8") == "y"
    assert (out / "tables.xlsx").read_bytes() != before["tables.xlsx"]
    assert [file.name for file in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("manifest", [None, "{}", '{"name": "web app"}'], ids=["none", "empty", "of another program"])
def test_a_folder_that_holds_something_else_is_refused(tmp_path: Path, manifest: str | None) -> None:
    (tmp_path / "毕业照.jpg").write_text("x", encoding="utf-8")
    if manifest is not None:
        (tmp_path / "manifest.json").write_text(manifest, encoding="utf-8")
    before = content(tmp_path)
    with pytest.raises(OutputError, match="no earlier result"):
        write(tiny_plan(), out=tmp_path, language="zh")
    assert content(tmp_path) == before


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("x", encoding="utf-8")
    with pytest.raises(OutputError, match="is a file"):
        check_folder(tmp_path / "out")


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    write(tiny_plan(), out=tmp_path / "out", language="zh")
    assert sorted(content(tmp_path / "out")) == sorted(FILES)


@pytest.mark.parametrize(
    "step",
    [
        "render",
        "write_tables",
        "write_report",
        "write_layers",
        "write_qgis_project",
        "write_problems",
        "write_manifest",
    ],
)
@pytest.mark.parametrize(
    "problem", [OSError(28, "No space left"), KeyboardInterrupt("stopped")], ids=["full disk", "interrupt"]
)
def test_a_failed_run_changes_nothing(
    tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch, step: str, problem: BaseException
) -> None:
    before = content(out)
    fail_to(monkeypatch, step, problem)
    with pytest.raises((OutputError, KeyboardInterrupt), match=r"No space left|stopped"):
        write(tiny_plan(), out=out, language="zh")
    assert content(out) == before
    assert [file.name for file in tmp_path.iterdir()] == ["out"]


def test_a_failed_first_run_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_to(monkeypatch, "write_layers", ValueError("a fault of the program"))
    with pytest.raises(ValueError, match="a fault of the program"):
        write(tiny_plan(), out=tmp_path / "out", language="zh")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("moved", ["out", "new"], ids=["the old one stays", "the old one is put back"])
def test_a_file_open_in_another_program_keeps_the_earlier_result(
    tmp_path: Path, out: Path, monkeypatch: pytest.MonkeyPatch, moved: str
) -> None:
    before = content(out)
    refuse_rename(monkeypatch, of=moved)
    with pytest.raises(OutputError, match="may be open in Excel"):
        write(tiny_plan(), out=out, language="en")
    assert content(out) == before
    assert [file.name for file in tmp_path.iterdir()] == ["out"]


def test_an_old_result_that_cannot_be_removed_is_told(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: Path, *, ignore_errors: bool = False) -> None:
        if not ignore_errors:
            raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(shutil, "rmtree", refuse)
    with pytest.raises(OutputError, match="new result is in place"):
        write(tiny_plan(), out=out, language="en")
    assert b"lang=en" in (out / "map.html").read_bytes()


def test_a_parent_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(OutputError, match="cannot be written"):
        write(tiny_plan(), out=tmp_path / "file" / "out", language="zh")


def test_problems_of_the_plan_are_listed(tmp_path: Path) -> None:
    plan = dataclasses.replace(tiny_plan(), problems=())
    write(plan, out=tmp_path / "out", language="zh")
    assert openpyxl.load_workbook(tmp_path / "out/problems.xlsx").worksheets[0]["A4"].value == "未发现问题。"


def test_shapefiles_are_written_when_asked_for_and_taken_away_when_not(tmp_path: Path) -> None:
    out = tmp_path / "out"
    written = write(tiny_plan(), out=out, language="zh", shapefile=True)
    names = [path.relative_to(out).as_posix() for path in written]
    outputs = json.loads((out / "manifest.json").read_text("utf-8"))["outputs"]
    assert set(names) == {*outputs, "manifest.json"} > {"shapefile/estates.shp", "shapefile/fields.xlsx"}
    assert all(path.is_file() for path in written)
    for left in ("estates.sbn", "estates.shp.xml", "会议纪要.docx"):
        (out / "shapefile" / left).write_text("x", encoding="utf-8")
    write(tiny_plan(), out=out, language="zh")
    assert [path.name for path in (out / "shapefile").iterdir()] == ["会议纪要.docx"]
    (out / "shapefile" / "会议纪要.docx").unlink()
    write(tiny_plan(), out=out, language="zh", shapefile=True)
    write(tiny_plan(), out=out, language="zh")
    assert sorted(file.name for file in out.iterdir()) == sorted(FILES)
