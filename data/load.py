"""From settings to inputs: every file is read, every problem is told, and only then does anything stop."""

import dataclasses
import hashlib
from collections.abc import Callable
from pathlib import Path

from data.coordinates.crs import analysis_note, centre
from data.errors import EmptyLayerError, InputError
from data.inputs import Inputs, Source
from data.osm.inputs import read_osm_inputs
from data.problems import Problem, blocking, error
from data.profiles import project_profiles
from data.project import Project
from data.project_inputs import read_project_inputs
from data.standards.files import load_standard
from data.standards.model import Standard
from data.terrain import with_slopes

Stage = Callable[[str], None]


def load_project(project: Project, *, stage: Stage = lambda _: None) -> Inputs:
    """Read everything a project names.

    Parameters
    ----------
    project : Project
        The settings.
    stage : callable
        Called with the key of each stage as it begins.

    Returns
    -------
    Inputs
        The layers.

    Raises
    ------
    InputError
        When the inputs have errors; it holds all problems found.
    ProjectError
        When the project changes a walking profile that the standard does not have.
    StandardError
        When the standard cannot be used.
    """
    standard = _standard(project)
    stage("read")
    read = read_osm_inputs if project.osm is not None else read_project_inputs
    inputs = _sloped(read(project, standard, stage=stage))
    empty = _empty_layers(inputs)
    problems = inputs.problems + (empty or _system(inputs))
    if blocking(problems):
        raise (EmptyLayerError if blocking(problems) == empty else InputError)(*problems)
    return dataclasses.replace(inputs, problems=problems)


def _system(inputs: Inputs) -> tuple[Problem, ...]:
    """Tell which system the analysis is done in."""
    project, estates = inputs.project, inputs.estates
    if estates.empty:
        return ()
    return (analysis_note(inputs.crs, place=centre(estates), declared=project.project.crs, file=project.file_name),)


def _standard(project: Project) -> Standard:
    """Load the standard, with the walking profiles as the project sets them."""
    standard, walking = load_standard(project.project.standard, folder=project.folder), project.walking
    profiles = project_profiles(
        standard.profiles, tables=walking.profiles, steps_pace=walking.steps_pace, file=project.file_name
    )
    return dataclasses.replace(standard, profiles=profiles)


def _sloped(inputs: Inputs) -> Inputs:
    """Give the walkways their slopes; a raster that cannot be read is told beside all other problems."""
    dem = inputs.project.walking.dem
    path = inputs.project.path(dem) if dem is not None else None
    name = Path(dem or "").as_posix()
    try:
        walkways, problems, facts = with_slopes(inputs.walkways, crs=inputs.crs, dem=path, place=name)
    except InputError as fault:
        return dataclasses.replace(inputs, problems=(*inputs.problems, *fault.problems))
    sources = [Source("dem", name, _sha256(path), facts)] if path is not None else []
    return dataclasses.replace(
        inputs,
        walkways=walkways,
        problems=(*inputs.problems, *problems),
        sources=(*inputs.sources, *sources),
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _empty_layers(inputs: Inputs) -> tuple[Problem, ...]:
    """Tell which layers without which nothing can be worked out are empty, where no fault of a file says why."""
    layers = {"estates": inputs.estates, "facilities": inputs.facilities, "ways": inputs.walkways.edges}
    roles = {"estates": "estates", "facilities": "facilities", "ways": "network"}
    faulty = {problem.file for problem in blocking(inputs.problems)}
    problems = []
    for layer, frame in layers.items():
        names = [source.name for source in inputs.sources if source.role in (roles[layer], "osm")]
        if frame.empty and not faulty.intersection(_named(inputs.project, layer)):
            problems.append(error(f"no_{layer}", file=", ".join(names)))
    return tuple(problems)


def _named(project: Project, layer: str) -> set[str]:
    """Return the files that the project names for a layer."""
    tables = {"estates": [project.estates], "facilities": project.facilities, "ways": [project.network]}
    return {table.path for table in tables[layer] if table is not None}
