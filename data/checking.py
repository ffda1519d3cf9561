"""A project checked as a whole: the faults of its settings, of its standard and of all its files at once."""

from collections.abc import Callable, Sequence
from pathlib import Path

from data.errors import LianpianError
from data.inputs import Inputs
from data.load import project_standard, read_inputs
from data.problems import Problem
from data.project import Project, ProjectTable
from data.project_file import read_settings
from data.reading_report import ReadingReport, report_inputs
from data.standards.files import load_standard
from data.standards.model import Standard

Stage = Callable[[str], None]


def check_project(path: Path, *, stage: Stage = lambda _: None) -> tuple[ReadingReport, Inputs | None]:
    """Read a project, and report on it whatever is wrong.

    Parameters
    ----------
    path : Path
        The project file.
    stage : callable
        Called with the key of each stage as it begins.

    Returns
    -------
    tuple of ReadingReport and Inputs or None
        The report; and what could be read, None when nothing could.
    """
    settings, told = read_settings(path)
    if settings is None:
        return ReadingReport(path.name, told), None
    standard, wrong = _standard(settings)
    told += wrong
    try:
        inputs = read_inputs(settings, standard=standard or _usual_standard(), stage=stage)
    except LianpianError as fault:
        new = _new(fault.problems, told, is_standard_known=standard is not None)
        return ReadingReport(path.name, (*told, *new), standard=standard), None
    problems = (*told, *_new(inputs.problems, told, is_standard_known=standard is not None))
    return report_inputs(inputs, problems=problems, standard=standard), inputs


def _standard(settings: Project) -> tuple[Standard | None, tuple[Problem, ...]]:
    try:
        return project_standard(settings), ()
    except LianpianError as fault:
        return None, fault.problems


def _usual_standard() -> Standard:
    """Return the standard that stands in, so that the files can be read, where that of the project cannot be used."""
    return load_standard(str(ProjectTable.model_fields["standard"].default))


def _new(found: Sequence[Problem], told: Sequence[Problem], *, is_standard_known: bool) -> list[Problem]:
    """Return what was found in the files and has not been told of the settings already."""
    missing = {name for problem in told if problem.code == "project_missing_file" for name in _names(problem.value)}
    tables = {problem.field for problem in told if problem.code == "project_missing_table"}
    # Where a table is left out because of what stands in it, that it is missing is no news.
    tables |= {problem.field.split(".")[0].split("[")[0] for problem in told if problem.code.startswith("project_")}
    silent = {f"{beginning}_{table}" for table in tables for beginning in ("project_without", "no")}
    if not is_standard_known:
        silent.add("service_undeclarable")
    return [
        problem
        for problem in found
        if problem.code not in silent and not (problem.code == "missing_file" and problem.file in missing)
    ]


def _names(path: str) -> tuple[str, str, str]:
    """Return what problems may call a file that the settings name."""
    return path, Path(path).as_posix(), Path(path).name
