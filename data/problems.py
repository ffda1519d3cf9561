"""Problems found in the inputs: what was wrong, where, what was done and what the planner can do."""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from data.words import Words


class Severity(StrEnum):
    """How much a problem matters."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Problem:
    """Name one problem of one place in the inputs.

    Parameters
    ----------
    severity : Severity
        ``ERROR`` stops the run, ``WARNING`` may change a figure, ``NOTE`` tells what was done.
    code : str
        Key below ``problems`` in the text catalogue, such as ``"missing_file"``.
    file, layer, feature, field, value : str
        Where it stands, as far as that is known; empty where it does not apply.
    facts : dict of str to object
        Further values that the sentences of the catalogue name; a mapping of language to text is told in the language
        of the sentence.
    """

    severity: Severity
    code: str
    file: str = ""
    layer: str = ""
    feature: str = ""
    field: str = ""
    value: str = ""
    facts: dict[str, object] = dataclasses.field(default_factory=dict, hash=False)

    def what(self, words: Words) -> str:
        """Return the sentence that says what is wrong."""
        return self._sentence(words, "what")

    def done(self, words: Words) -> str:
        """Return the sentence that says what was done about it; empty when nothing was."""
        return self._sentence(words, "done")

    def remedy(self, words: Words) -> str:
        """Return the sentence that says what was expected and what to do."""
        return self._sentence(words, "remedy")

    def line(self, words: Words) -> str:
        """Return place, fault and remedy as one line for the screen."""
        place = " / ".join(part for part in (self.file, self.layer, self.feature, self.field) if part)
        # Chinese sentences follow each other without a space.
        between = "" if words.language == "zh" else " "
        said = between.join(part for part in (self.what(words), self.done(words), self.remedy(words)) if part)
        return f"{place}: {said}" if place else said

    def _sentence(self, words: Words, part: str) -> str:
        key = f"problems.{self.code}.{part}"
        if part != "what" and not words.get(key):
            return ""
        places = {"file": self.file, "layer": self.layer, "feature": self.feature, "field": self.field}
        facts = {name: fact[words.language] if isinstance(fact, Mapping) else fact for name, fact in self.facts.items()}
        return words(key, **{**places, "value": self.value, **facts})


def error(code: str, **places: object) -> Problem:
    """Make a problem of severity ``ERROR``.

    Parameters
    ----------
    code : str
        Key below ``problems`` in the text catalogue.
    **places : object
        ``file``, ``layer``, ``feature``, ``field``, ``value``; anything else becomes a fact.

    Returns
    -------
    Problem
        The problem.
    """
    return problem(Severity.ERROR, code, **places)


def warning(code: str, **places: object) -> Problem:
    """Make a problem of severity ``WARNING``; see :func:`error`."""
    return problem(Severity.WARNING, code, **places)


def note(code: str, **places: object) -> Problem:
    """Make a problem of severity ``NOTE``; see :func:`error`."""
    return problem(Severity.NOTE, code, **places)


def problem(severity: Severity, code: str, **places: object) -> Problem:
    """Make a problem; see :func:`error`."""
    known = {key: str(places.pop(key)) for key in ("file", "layer", "feature", "field", "value") if key in places}
    return Problem(severity, code, **known, facts=dict(places))


def blocking(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the problems that stop a run.

    Parameters
    ----------
    problems : iterable of Problem
        Problems of any severity.

    Returns
    -------
    tuple of Problem
        Those of severity ``ERROR``, in the order given.
    """
    return tuple(problem for problem in problems if problem.severity is Severity.ERROR)


def count_by_severity(problems: Iterable[Problem]) -> dict[Severity, int]:
    """Count problems by severity.

    Parameters
    ----------
    problems : iterable of Problem
        Problems of any severity.

    Returns
    -------
    dict of Severity to int
        One entry per severity, zero included.
    """
    counts = dict.fromkeys(Severity, 0)
    for problem in problems:
        counts[problem.severity] += 1
    return counts
