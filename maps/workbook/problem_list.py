"""The list of problems as a workbook."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from data.problems import Problem, Severity, count_by_severity
from data.reading_report import ReadingReport
from data.words import Language, Words, words
from maps.styles import Paint, styles
from maps.transaction import staging, take_place
from maps.workbook.overview_sheet import overview_sheet, state_paints
from maps.workbook.sheets import Book, Column, Sheet, write_workbook

_ORDER = list(Severity)
_PLACES = ("file", "layer", "feature", "field", "value")


def write_problems(
    problems: Sequence[Problem], *, path: Path, language: Language, report: ReadingReport | None = None
) -> None:
    """Write problems to a workbook, errors first.

    Parameters
    ----------
    problems : sequence of Problem
        What was found; those of one severity keep their order.
    path : Path
        The .xlsx file; an earlier one is replaced.
    language : {"zh", "en"}
        Language of the sentences.
    report : ReadingReport, optional
        What was read, for a sheet before the list.

    Raises
    ------
    OutputError
        When the file is open in another program or cannot be written; an earlier one then stands as it was.
    """
    say = words(language)
    keys = ("severity", *_PLACES, "what", "done", "remedy")
    columns = tuple(Column(key, say(f"tables.column.{key}"), "state" if key == "severity" else "text") for key in keys)
    ordered = sorted(problems, key=lambda problem: _ORDER.index(problem.severity))
    frame = pd.DataFrame([_row(problem, say) for problem in ordered], columns=list(keys), dtype="str")
    counts = {str(severity): count for severity, count in count_by_severity(problems).items()}
    preface = (say("tables.problems.title"), say("tables.problems.counts", **counts))
    listed = Sheet(say("tables.problems.sheet"), columns, frame, preface)
    overview = [overview_sheet(report, say=say)] if report is not None and report.layers else []
    place = path.resolve()
    with staging(place) as folder:
        new = folder / "new.xlsx"
        write_workbook(new, book=_book(say), sheets=[*overview, listed])
        take_place(new, place)


def _row(problem: Problem, say: Words) -> tuple[str, ...]:
    places = (getattr(problem, place) for place in _PLACES)
    sentences = (problem.what(say), problem.done(say), problem.remedy(say))
    return say(f"terms.severity.{problem.severity}"), *places, *sentences


def _book(say: Words) -> Book:
    fills = styles().severities
    return Book(
        title=say("tables.problems.title"),
        author="",
        date=None,
        total="",
        empty=say("tables.problems.none"),
        page=say("tables.book.page"),
        footer=say("tables.problems.title"),
        paints={
            say(f"terms.severity.{severity}"): Paint(fill, "#ffffff" if severity == "error" else "#000000")
            for severity, fill in fills.items()
        }
        | state_paints(say),
    )
