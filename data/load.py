"""From settings to inputs: every file is read, every problem is told, and only then does anything stop."""

from collections.abc import Callable

from data.errors import EmptyLayerError, InputError
from data.inputs import Inputs
from data.osm_inputs import read_osm_inputs
from data.problems import Problem, blocking, error
from data.project import Project
from data.project_inputs import read_project_inputs
from data.standard_files import load_standard

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
    StandardError
        When the standard cannot be used.
    """
    standard = load_standard(project.project.standard, folder=project.folder)
    stage("read")
    read = read_osm_inputs if project.osm is not None else read_project_inputs
    inputs = read(project, standard, stage=stage)
    empty = _empty_layers(inputs)
    problems = inputs.problems + empty
    if blocking(problems):
        raise (EmptyLayerError if blocking(problems) == empty else InputError)(*problems)
    return inputs


def _empty_layers(inputs: Inputs) -> tuple[Problem, ...]:
    """Tell which layers without which nothing can be worked out are empty."""
    file = ", ".join(source.name for source in inputs.sources)
    layers = {"estates": inputs.estates, "facilities": inputs.facilities, "ways": inputs.walkways.edges}
    names = {
        role: [source.name for source in inputs.sources if source.role == role]
        for role in ("estates", "facilities", "network")
    }
    files = {"estates": names["estates"], "facilities": names["facilities"], "ways": names["network"]}
    return tuple(
        error(f"no_{layer}", file=", ".join(files[layer]) or file) for layer, frame in layers.items() if frame.empty
    )
