"""From settings to inputs: every file is read, every problem is told, and only then does anything stop."""

import dataclasses
import hashlib
from collections.abc import Callable
from pathlib import Path

from data.choices import check_choices, check_layer_choices
from data.coordinates.crs import analysis_note, centre
from data.earlier import check_wishes, read_earlier
from data.errors import EmptyLayerError, InputError, ProjectError, StandardError
from data.inputs import Inputs, Source, no_earlier
from data.layer_accounts import has_failed
from data.money_checks import check_money
from data.osm.inputs import read_osm_inputs
from data.problems import Problem, blocking, error
from data.profiles import project_profiles
from data.project import Project
from data.project_inputs import read_project_inputs
from data.report_template import template_problems
from data.standards.files import load_standard
from data.standards.model import Standard
from data.standards.siting import siting_rules
from data.terrain import with_slopes
from data.words import LANGUAGES

Stage = Callable[[str], None]
_ROLES = {"estates": "estates", "facilities": "facilities", "ways": "network"}
_EMPTY = tuple(f"no_{layer}" for layer in _ROLES)


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
        When the project names no estates or no network, or changes a walking profile that the standard does not have.
    StandardError
        When the standard cannot be used.
    """
    missing = [table for table in ("estates", "network") if getattr(project, table) is None and project.osm is None]
    if missing:
        raise ProjectError(*(error(f"project_without_{table}", file=project.file_name) for table in missing))
    inputs = read_inputs(project, standard=project_standard(project), stage=stage)
    faults = blocking(inputs.problems)
    if faults:
        raise (EmptyLayerError if all(fault.code in _EMPTY for fault in faults) else InputError)(*inputs.problems)
    return inputs


def read_inputs(project: Project, *, standard: Standard, stage: Stage = lambda _: None) -> Inputs:
    """Read everything a project names, and go on where a file has faults.

    Parameters
    ----------
    project : Project
        The settings.
    standard : Standard
        The standard.
    stage : callable
        Called with the key of each stage as it begins.

    Returns
    -------
    Inputs
        What could be read; all that is wrong stands in its problems, errors among them.

    Raises
    ------
    InputError
        When all is to come from one extract, and that cannot be read.
    """
    stage("read")
    read = read_osm_inputs if project.osm is not None else read_project_inputs
    inputs = _with_rules(_with_earlier(_sloped(read(project, standard, stage=stage))))
    chosen = check_choices(inputs.estates, project=project)
    chosen += check_layer_choices(inputs.estates, standard=standard, project=project)
    chosen += template_problems(project)
    return dataclasses.replace(inputs, problems=inputs.problems + (_empty_layers(inputs) or _system(inputs)) + chosen)


def _system(inputs: Inputs) -> tuple[Problem, ...]:
    """Tell which system the analysis is done in."""
    project, estates = inputs.project, inputs.estates
    if estates.empty:
        return ()
    # A system that is declared and cannot be used has an error of its own.
    declared = project.project.crs if inputs.crs.to_string() == project.project.crs else "auto"
    return (analysis_note(inputs.crs, place=centre(estates), declared=declared, file=project.file_name),)


def project_standard(project: Project) -> Standard:
    """Load the standard, with the walking profiles as the project sets them.

    Parameters
    ----------
    project : Project
        The settings.

    Returns
    -------
    Standard
        The standard.

    Raises
    ------
    ProjectError
        When the project changes a walking profile that the standard does not have.
    StandardError
        When the standard cannot be used.
    """
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
    is_read = path is not None and not inputs.walkways.edges.empty
    sources = [Source("dem", name, _sha256(path), facts)] if path is not None and is_read else []
    return dataclasses.replace(
        inputs,
        walkways=walkways,
        problems=(*inputs.problems, *problems),
        sources=(*inputs.sources, *sources),
    )


def _with_earlier(inputs: Inputs) -> Inputs:
    """Read the clusters of an earlier result, and check what the settings say of clusters."""
    settings = inputs.project.clusters
    earlier, told = no_earlier(), list[Problem]()
    if settings.earlier is not None:
        try:
            earlier = read_earlier(inputs.project.path(settings.earlier), place=settings.earlier)
        except InputError as fault:
            told += fault.problems
    told += check_wishes(
        settings, estate_ids=inputs.estates["estate_id"], earlier=earlier, file=inputs.project.file_name
    )
    return dataclasses.replace(inputs, earlier=earlier, problems=(*inputs.problems, *told))


def _with_rules(inputs: Inputs) -> Inputs:
    """Read the planner's own rules of siting, and check what the settings say of it."""
    settings, project = inputs.project.siting, inputs.project
    told = list[Problem]()
    if settings.rules is not None:
        try:
            rules = siting_rules(project.path(settings.rules), name=settings.rules)
            inputs = dataclasses.replace(inputs, siting_rules=rules)
        except StandardError as fault:
            told += fault.problems
    known = inputs.siting_rules.services
    names = {service.key: service.name for service in inputs.standard.services}
    allowed = {lang: ", ".join(f"{key} ({names[key][lang]})" for key in known if key in names) for lang in LANGUAGES}
    told += [
        error("siting_service_unknown", file=project.file_name, field="siting.services", value=key, allowed=allowed)
        for key in settings.services
        if key not in known
    ]
    told += check_money(project, standard=inputs.standard)
    return dataclasses.replace(inputs, problems=(*inputs.problems, *told))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _empty_layers(inputs: Inputs) -> tuple[Problem, ...]:
    """Tell which layers without which nothing can be worked out are empty, where no fault of a file says why."""
    layers = {"estates": inputs.estates, "facilities": inputs.facilities, "ways": inputs.walkways.edges}
    faulty = {problem.file for problem in blocking(inputs.problems)}
    problems = []
    for layer, frame in layers.items():
        role, named = _ROLES[layer], _named(inputs.project, layer)
        names = [source.name for source in inputs.sources if source.role in (role, "osm")]
        # That a project names no estates or no network is told where they are read.
        is_told = layer != "facilities" and not named and inputs.project.osm is None
        if not frame.empty or is_told or has_failed(inputs.accounts, role=role):
            continue
        if not faulty.intersection(named):
            problems.append(error(f"no_{layer}", file=", ".join(names)))
    return tuple(problems)


def _named(project: Project, layer: str) -> set[str]:
    """Return the files that the project names for a layer."""
    tables = {"estates": [project.estates], "facilities": project.facilities, "ways": [project.network]}
    return {table.path for table in tables[layer] if table is not None}
