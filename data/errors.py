"""Errors a caller can catch.

::

    LianpianError
    ├── ProjectError(ValueError)            project.toml or the options of a call
    ├── StandardError(ValueError)           a standard file
    ├── ScenarioError(ValueError)           a scenario file, or a scenario that does not fit the inputs
    ├── InputError(ValueError)              the inputs have errors, all of them listed
    │   ├── MissingFileError(FileNotFoundError)
    │   ├── UnreadableFileError             not the format it claims to be, or broken off
    │   ├── MissingColumnError              a column that is needed is not there
    │   ├── EmptyLayerError                 a layer that is needed has no usable feature
    │   └── CrsError                        coordinates whose system is not known or not possible
    └── OutputError(OSError)                the results could not be written
        └── MissingGlyphError(ValueError)   no font has some character of a name
"""

from data.problems import Problem
from data.words import Language, words


class LianpianError(Exception):
    """Carry the problems that stopped a run.

    Parameters
    ----------
    *problems : Problem
        What was found, all of it.
    """

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*problems)
        self.problems = problems

    def __str__(self) -> str:
        return self.text("en")

    def text(self, language: Language) -> str:
        """Return one line per problem in a language."""
        return "\n".join(problem.line(words(language)) for problem in self.problems)


class ProjectError(LianpianError, ValueError):
    """Say that project.toml or the options of a call cannot be used."""


class StandardError(LianpianError, ValueError):
    """Say that a standard file cannot be used."""


class ScenarioError(LianpianError, ValueError):
    """Say that a scenario cannot be used."""


class InputError(LianpianError, ValueError):
    """Say that the inputs have errors."""


class MissingFileError(InputError, FileNotFoundError):
    """Say that a file is not there."""


class UnreadableFileError(InputError):
    """Say that a file is not what it claims to be, or is broken off."""


class MissingColumnError(InputError):
    """Say that a column that is needed is not there."""


class EmptyLayerError(InputError):
    """Say that a layer that is needed holds no usable feature."""


class CrsError(InputError):
    """Say that the coordinate system is not known or not possible."""


class OutputError(LianpianError, OSError):
    """Say that the results could not be written."""


class MissingGlyphError(OutputError, ValueError):
    """Say that no font has some character that has to be printed."""
