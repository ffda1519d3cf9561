"""The tables of a comparison as a workbook."""

import datetime
from collections.abc import Mapping
from pathlib import Path

from data.words import Words
from geo.comparing.comparison import Comparison
from maps.styles import Paint, styles
from maps.workbook.sheets import Book, Sheet, write_workbook

# The state whose colours a change shares.
CHANGE_LIKE = {
    "opened": "gap", "closed": "met", "found": "gap", "unclear": "no_data", "new": "gap", "gone": "no_data",
    "newly_assessed": "gap", "not_assessed": "no_data", "other": "borderline",
}  # fmt: skip


def write_compared_sheets(
    tables: Mapping[str, Sheet], *, comparison: Comparison, path: Path, title: str, say: Words
) -> None:
    """Write the workbook.

    Parameters
    ----------
    tables : mapping of str to Sheet
        The tables in order.
    comparison : Comparison
        Both results.
    path : Path
        The .xlsx file.
    title : str
        Title of the document.
    say : Words
        The text catalogue.
    """
    dates = [project_of(result.manifest).get("date") for result in comparison.results]
    latest = max((str(date) for date in dates if date), default=None)
    book = Book(
        title=title,
        author="",
        date=datetime.date.fromisoformat(latest) if latest else None,
        total=say("tables.book.total"),
        empty=say("tables.book.empty"),
        page=say("tables.book.page"),
        footer=title,
        paints=paints(say),
    )
    write_workbook(path, book=book, sheets=list(tables.values()))


def project_of(manifest: Mapping[str, object]) -> Mapping[str, object]:
    """Return what the settings say of the project itself."""
    options = manifest["options"]
    about = options.get("project") if isinstance(options, Mapping) else None
    return about if isinstance(about, Mapping) else {}


def paints(say: Words) -> dict[str, Paint]:
    """Return how states and changes are painted.

    Parameters
    ----------
    say : Words
        The text catalogue.

    Returns
    -------
    dict of str to Paint
        By the word.
    """
    states = styles().state
    changes = {say(f"compare.change.{change}"): states[like] for change, like in CHANGE_LIKE.items()}
    return changes | {say(f"terms.state.{state}"): paint for state, paint in states.items()}
