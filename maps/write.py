"""Writing a result as a whole: either all of it stands in the output folder, or nothing has changed."""

import shutil
from collections.abc import Callable, Collection, Mapping
from functools import partial
from pathlib import Path

from data.errors import OutputError, ProjectError
from data.problems import error
from data.reading_report import ReadingReport, network_figures, report_inputs
from data.words import Language
from geo.plan import Plan
from maps.atlas.atlas import sheet_picture, write_atlas
from maps.gis.layers import write_layers
from maps.manifest import MANIFEST_NAME, output_names, write_manifest
from maps.report.report import write_report
from maps.transaction import staging, take_place
from maps.web.webmap import render
from maps.workbook.problem_list import write_problems
from maps.workbook.tables import write_tables

# What Excel, LibreOffice and SQLite put beside a file that is open.
_COMPANIONS = (("", ""), ("~$", ""), (".~lock.", "#"), ("", "-wal"), ("", "-shm"), ("", "-journal"))


def write(plan: Plan, *, out: Path, language: Language, without: Collection[str] = ()) -> tuple[Path, ...]:
    """Write all outputs of a plan.

    They are written to a temporary folder beside ``out`` and moved into place at the end. An earlier result is replaced
    as a whole; files in it that lianpian did not write are kept.

    Parameters
    ----------
    plan : Plan
        The results.
    out : Path
        Folder of the result: new, empty, or that of an earlier result.
    language : {"zh", "en"}
        Language of the outputs.
    without : collection of str
        Outputs that are left out, by name.

    Returns
    -------
    tuple of Path
        The files, in a fixed order.

    Raises
    ------
    ProjectError
        When ``without`` names something that is no output.
    OutputError
        When the folder holds something else, when a file in it is open in another program, or when writing fails. An
        earlier result then stands as it was.
    """
    place = out.resolve()
    check_folder(place)
    names = names_without(without)
    with staging(place) as folder:
        new = folder / "new"
        new.mkdir()
        for name in names:
            _WRITERS[name](plan, new / name, language)
        write_manifest(plan, folder=new, names=names, language=language)
        _keep_foreign(place, into=new)
        take_place(new, place)
    return tuple(out / name for name in (*names, MANIFEST_NAME))


def check_folder(out: Path) -> None:
    """Make sure that a folder may be written to: it is new, empty, or holds an earlier result.

    Parameters
    ----------
    out : Path
        Folder of the result.

    Raises
    ------
    OutputError
        When it is a file, or holds something else.
    """
    if out.exists() and not out.is_dir():
        raise OutputError(error("output_not_folder", folder=out))
    if out.exists() and any(out.iterdir()) and output_names(out) is None:
        raise OutputError(error("output_not_ours", folder=out))


def names_without(without: Collection[str]) -> tuple[str, ...]:
    """List the outputs that are written.

    Parameters
    ----------
    without : collection of str
        Names of those that are left out.

    Returns
    -------
    tuple of str
        File names, in a fixed order.

    Raises
    ------
    ProjectError
        When a name is none of an output; it names every one.
    """
    unknown = [name for name in without if name not in NAMES]
    if unknown:
        raise ProjectError(*(error("output_unknown", value=name, known="、".join(NAMES)) for name in unknown))
    return tuple(name for name in NAMES if name not in without)


def _write_map(plan: Plan, path: Path, language: Language) -> None:
    path.write_text(render(plan, language=language), encoding="utf-8", newline="\n")


def _write_report(plan: Plan, path: Path, language: Language) -> None:
    write_report(plan, path=path, language=language, pictures=partial(sheet_picture, plan, language=language))


def _write_problems(plan: Plan, path: Path, language: Language) -> None:
    write_problems(plan.problems, path=path, language=language, report=_report(plan))


_WRITERS: Mapping[str, Callable[[Plan, Path, Language], None]] = {
    "map.html": _write_map,
    "atlas.pdf": lambda plan, path, language: write_atlas(plan, path=path, language=language),
    "tables.xlsx": lambda plan, path, language: write_tables(plan, path=path, language=language),
    "report.docx": _write_report,
    "plan.gpkg": lambda plan, path, language: write_layers(plan, path=path, language=language),
    "problems.xlsx": _write_problems,
}
NAMES = tuple(_WRITERS)


def _report(plan: Plan) -> ReadingReport:
    """Report on what was read, beside all problems of the plan."""
    inputs = plan.inputs
    network = network_figures(plan.components, edges=inputs.walkways.edges)
    return report_inputs(inputs, problems=plan.problems, standard=inputs.standard, network=network)


def _keep_foreign(place: Path, *, into: Path) -> None:
    """Copy what others put into an earlier result; locks and journals of our own files are no such thing."""
    ours = output_names(place)
    if ours is None:
        return
    dropped = {before + name + after for name in (*ours, *NAMES) for before, after in _COMPANIONS}
    for entry in sorted(place.iterdir()):
        if entry.name in dropped:
            continue
        if entry.is_dir():
            shutil.copytree(entry, into / entry.name, symlinks=True)
        else:
            shutil.copy2(entry, into / entry.name)
