"""The one straight line: settings, inputs, plan, outputs.

Heavy libraries are imported inside the functions, so that ``import lianpian`` and ``lianpian --help`` answer at once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from data.inputs import Inputs
    from data.project import Project
    from data.reading_report import ReadingReport
    from data.scenario import Scenario
    from data.words import Language
    from geo.plan import Plan

Stage = Callable[[str], None]


def _silent(_: str) -> None:
    """Say nothing of a stage that begins."""


def load(project: str | Path | Project, *, stage: Stage = _silent) -> Inputs:
    """Read, check, repair and classify what a project names.

    Parameters
    ----------
    project : str, Path or Project
        A ``project.toml``, or the settings themselves.
    stage : callable
        Called with the key of each stage as it begins.

    Returns
    -------
    Inputs
        The layers, in one metric coordinate system.

    Raises
    ------
    ProjectError
        When a key or value of the settings is wrong.
    InputError
        When the inputs have errors; it holds all of them.
    """
    from data.load import load_project
    from data.project import Project
    from data.project_file import read_project

    settings = project if isinstance(project, Project) else read_project(Path(project))
    return load_project(settings, stage=stage)


def check(project: str | Path, *, stage: Stage = _silent) -> ReadingReport:
    """Read and check what a project names, and report on all of it, whatever is wrong.

    Parameters
    ----------
    project : str or Path
        A ``project.toml``.
    stage : callable
        Called with the key of each stage as it begins.

    Returns
    -------
    ReadingReport
        What was read, how each decision was made, what became of every row, and every problem; ``is_usable`` says
        whether a plan can be worked out.
    """
    from data.checking import check_project
    from data.reading_report import network_figures
    from geo.streets.network import build_network, component_table

    report, inputs = check_project(Path(project), stage=stage)
    if inputs is None or inputs.walkways.edges.empty:
        return report
    edges = inputs.walkways.edges
    components = component_table(build_network(inputs.walkways), edges=edges)
    return replace(report, network=network_figures(components, edges=edges))


def load_osm(osm: str | Path, *, standard: str = "jiangxi_existing", stage: Stage = _silent) -> Inputs:
    """Read estates, facilities, walkways and barriers from one OpenStreetMap extract.

    Parameters
    ----------
    osm : str or Path
        A ``.osm.pbf``, ``.osm``, ``.osm.gz`` or ``.osm.bz2`` file.
    standard : str
        Key of a standard, or path of a standard file.
    stage : callable
        Called with the key of each stage as it begins.

    Returns
    -------
    Inputs
        The layers; estates of unknown year take part.

    Raises
    ------
    InputError
        When the extract cannot be read, or has no estates, ways or facilities.
    StandardError
        When there is no such standard.
    """
    from data.load import load_project
    from data.project_file import quick_project

    return load_project(quick_project(Path(osm), standard=standard, language="zh"), stage=stage)


def plan(inputs: Inputs, *, options: Project | None = None, stage: Stage = _silent) -> Plan:
    """Work out access, gaps, neighbours and clusters.

    Parameters
    ----------
    inputs : Inputs
        What was read.
    options : Project, optional
        Settings to use instead of those the inputs were read with; paths in it are not read again.
    stage : callable
        Called with the key of each stage as it begins.

    Returns
    -------
    Plan
        Every figure that any output shows.
    """
    from geo.work_out import work_out

    return work_out(replace(inputs, project=options) if options else inputs, stage=stage)


def what_if(before: Plan, *, scenario: str | Path | Scenario, stage: Stage = _silent) -> Plan:
    """Work out a plan again as a scenario would have it, and list what changes.

    Parameters
    ----------
    before : Plan
        The plan of things as they are.
    scenario : str, Path or Scenario
        A scenario file, or the edits themselves.
    stage : callable
        Called with the key of each stage as it begins.

    Returns
    -------
    Plan
        Every figure after the edits; ``scenario`` names them, and ``changes`` lists the walks and states that differ.

    Raises
    ------
    ScenarioError
        When the file is wrong, or an edit does not fit the inputs.
    """
    from data.scenario import Scenario
    from data.scenario_file import read_scenario
    from geo.judgement.equity import with_before
    from geo.what_if.changes import compare_plans
    from geo.what_if.scenario import apply_scenario
    from geo.work_out import work_out

    edits = scenario if isinstance(scenario, Scenario) else read_scenario(Path(scenario))
    after = work_out(apply_scenario(before.inputs, edits), stage=stage, earlier=before.sweeps)
    return replace(
        after,
        scenario=edits.name,
        changes=compare_plans(before, after),
        equity=with_before(after.equity, before=before.equity),
    )


def write(
    plan: Plan,
    out: str | Path,
    *,
    language: Language | None = None,
    without: Collection[str] = (),
    shapefile: bool = False,
) -> tuple[Path, ...]:
    """Write map, atlas, tables, report, layers, problems and manifest; the folder appears whole or not at all.

    Parameters
    ----------
    plan : Plan
        The plan.
    out : str or Path
        Folder of the results.
    language : {"zh", "en"}, optional
        Language of the outputs; that of the project by default.
    without : collection of str
        Outputs that are left out, such as ``"atlas.pdf"``.
    shapefile : bool
        Whether the layers are written as shapefiles, too, with a key of their fields.

    Returns
    -------
    tuple of Path
        The files.

    Raises
    ------
    ProjectError
        When ``without`` names something that is no output.
    OutputError
        When they cannot be written, or the folder holds something else.
    """
    from maps.write import write as write_all

    spoken = language or plan.inputs.project.project.language
    return write_all(plan, out=Path(out), language=spoken, without=without, shapefile=shapefile)
