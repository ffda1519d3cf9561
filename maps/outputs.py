"""The outputs of a plan: their names, and who writes each."""

from collections.abc import Callable, Collection, Mapping
from functools import partial
from pathlib import Path

from data.errors import ProjectError
from data.problems import error
from data.reading_report import ReadingReport, network_figures, report_inputs
from data.words import Language
from geo.plan import Plan
from maps.atlas.atlas import sheet_picture, write_atlas
from maps.gis.layers import write_layers
from maps.gis.qgis_project import write_qgis_project
from maps.report.report import write_report
from maps.web.webmap import render
from maps.workbook.problem_list import write_problems
from maps.workbook.tables import write_tables


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
    # A project of QGIS shows the layers of the GeoPackage, and is nothing without it.
    left_out = {*without, *(["plan.qgz"] if "plan.gpkg" in without else [])}
    return tuple(name for name in NAMES if name not in left_out)


def write_output(name: str, *, plan: Plan, folder: Path, language: Language) -> None:
    """Write one output.

    Parameters
    ----------
    name : str
        One of ``NAMES``.
    plan : Plan
        The results.
    folder : Path
        Where it goes.
    language : {"zh", "en"}
        Language of it.
    """
    _WRITERS[name](plan, folder / name, language)


def _write_map(plan: Plan, path: Path, language: Language) -> None:
    path.write_text(render(plan, language=language), encoding="utf-8", newline="\n")


def _write_report(plan: Plan, path: Path, language: Language) -> None:
    write_report(plan, path=path, language=language, pictures=partial(sheet_picture, plan, language=language))


def _write_problems(plan: Plan, path: Path, language: Language) -> None:
    write_problems(plan.problems, path=path, language=language, report=_report(plan))


def _report(plan: Plan) -> ReadingReport:
    """Report on what was read, beside all problems of the plan."""
    inputs = plan.inputs
    network = network_figures(plan.components, edges=inputs.walkways.edges)
    return report_inputs(inputs, problems=plan.problems, standard=inputs.standard, network=network)


_WRITERS: Mapping[str, Callable[[Plan, Path, Language], None]] = {
    "map.html": _write_map,
    "atlas.pdf": lambda plan, path, language: write_atlas(plan, path=path, language=language),
    "tables.xlsx": lambda plan, path, language: write_tables(plan, path=path, language=language),
    "report.docx": _write_report,
    "plan.gpkg": lambda plan, path, language: write_layers(plan, path=path, language=language),
    "plan.qgz": lambda plan, path, language: write_qgis_project(plan, path=path, language=language),
    "problems.xlsx": _write_problems,
}
NAMES = tuple(_WRITERS)
