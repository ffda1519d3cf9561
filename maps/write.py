"""Writing a result as a whole: either all of it stands in the output folder, or nothing has changed."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from data.errors import OutputError
from data.problems import error
from data.reading_report import ReadingReport, network_figures, report_inputs
from data.words import Language
from geo.plan import Plan
from maps.gis.layers import write_layers
from maps.gis.qgis_project import write_qgis_project
from maps.gis.shapefiles import write_shapefiles
from maps.manifest import MANIFEST_NAME, output_names, write_manifest
from maps.report.report import write_report
from maps.transaction import staging, take_place
from maps.web.webmap import render
from maps.workbook.problem_list import write_problems
from maps.workbook.tables import write_tables

NAMES = ("map.html", "tables.xlsx", "report.docx", "plan.gpkg", "plan.qgz", "problems.xlsx")
# What Excel, LibreOffice and SQLite put beside a file that is open.
_COMPANIONS = (("", ""), ("~$", ""), (".~lock.", "#"), ("", "-wal"), ("", "-shm"), ("", "-journal"))

_BESIDE_SHAPES = (".sbn", ".sbx", ".qix", ".qpj", ".atx", ".xml", ".lock")


def write(plan: Plan, *, out: Path, language: Language, shapefile: bool = False) -> tuple[Path, ...]:
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
    shapefile : bool
        Whether the layers are written as shapefiles, too.

    Returns
    -------
    tuple of Path
        The files, in a fixed order.

    Raises
    ------
    OutputError
        When the folder holds something else, when a file in it is open in another program, or when writing fails. An
        earlier result then stands as it was.
    """
    place = out.resolve()
    check_folder(place)
    with staging(place) as folder:
        new = folder / "new"
        new.mkdir()
        names = _write_files(plan, folder=new, language=language, shapefile=shapefile)
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


def _write_files(plan: Plan, *, folder: Path, language: Language, shapefile: bool) -> tuple[str, ...]:
    """Write the files, and return their names."""
    folder.joinpath("map.html").write_text(render(plan, language=language), encoding="utf-8", newline="\n")
    write_tables(plan, path=folder / "tables.xlsx", language=language)
    write_report(plan, path=folder / "report.docx", language=language)
    write_layers(plan, path=folder / "plan.gpkg", language=language)
    write_qgis_project(plan, path=folder / "plan.qgz", language=language)
    write_problems(plan.problems, path=folder / "problems.xlsx", language=language, report=_report(plan))
    names = (*NAMES, *(write_shapefiles(plan, folder=folder, language=language) if shapefile else ()))
    write_manifest(plan, folder=folder, names=names, language=language)
    return names


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
            _copy_folder(entry, into / entry.name, ours=ours)
        else:
            shutil.copy2(entry, into / entry.name)


def _copy_folder(source: Path, target: Path, *, ours: Sequence[str]) -> None:
    """Copy a folder but for our files in it, and what ArcGIS and QGIS put beside them; an old index would mislead."""
    own = {name.partition("/")[2] for name in ours if name.startswith(f"{source.name}/")}
    stems = {name.split(".")[0] for name in own}

    def ignored(folder: str, names: list[str]) -> list[str]:
        if Path(folder) != source:
            return []
        return [
            name for name in names if name in own or (name.split(".")[0] in stems and name.endswith(_BESIDE_SHAPES))
        ]

    shutil.copytree(source, target, symlinks=True, ignore=ignored, dirs_exist_ok=True)
    if own and not any(target.iterdir()):
        target.rmdir()
