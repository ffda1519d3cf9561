"""A folder looked through, and the project file that says what it holds."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from data.errors import OutputError, ProjectError
from data.folder.guess import Guess, guess_folder
from data.folder.project_text import count_doubts, project_text
from data.problems import error
from data.words import Words

FILE_NAME = "project.toml"


@dataclass(frozen=True)
class Draft:
    """Hold what was drafted.

    Parameters
    ----------
    path : Path
        The project file.
    guess : Guess
        What the folder holds.
    doubts : int
        How many lines of the file ask to be looked at.
    """

    path: Path
    guess: Guess
    doubts: int


def draft_project(
    folder: Path, *, target: Path | None = None, say: Words, stage: Callable[[str], None] = lambda _: None
) -> Draft:
    """Look through a folder, and write a commented project file.

    Parameters
    ----------
    folder : Path
        The folder.
    target : Path, optional
        The file to write; ``project.toml`` in the folder by default.
    say : Words
        The text catalogue, in whose language the comments are.
    stage : callable
        Called with the name of each file as it is looked at.

    Returns
    -------
    Draft
        What was written.

    Raises
    ------
    ProjectError
        When there is no such folder, nothing in it can be used, or the file is there already; nothing is written then.
    OutputError
        When the file cannot be written.
    """
    path = target or folder / FILE_NAME
    if path.exists():
        raise ProjectError(error("init_exists", file=path.as_posix()))
    guess = guess_folder(folder, stage=stage)
    text = project_text(guess, folder=folder, target=path, say=say)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # A file that has come up in the meantime is not overwritten either.
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as fault:
        raise ProjectError(error("init_exists", file=path.as_posix())) from fault
    except OSError as fault:
        raise OutputError(error("output_not_written", folder=path, reason=fault.strerror or str(fault))) from fault
    return Draft(path, guess, count_doubts(text))
