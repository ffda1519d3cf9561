"""The command that sets two results side by side."""

from pathlib import Path

from data.compared_results import read_compared_results
from geo.comparing.comparison import Comparison, compare_results
from lianpian.screen import Screen
from maps.comparison.compare_brief import brief_lines
from maps.comparison.compare_columns import compare_tables, legend
from maps.comparison.compare_page import shown_number
from maps.comparison.comparison import check_comparison_folder, write_comparison
from maps.plain_text import plain_text

_FIGURES = (
    "estates", "people", "clusters", "estates_in_clusters", "people_in_clusters", "gaps", "estates_with_gap",
    "proposals", "proposals_gaps_closed", "proposals_cost_yuan", "programme_projects", "programme_planned",
    "programme_planned_cost_yuan",
)  # fmt: skip


def compare_folders(folder_a: Path, *, folder_b: Path, target: Path | None, screen: Screen) -> None:
    """Compare two results, write page and workbook, and show what matters.

    Parameters
    ----------
    folder_a, folder_b : Path
        Where the results were written; changes are those from the first to the second.
    target : Path or None
        Folder of the comparison; ``out/compare-<a>-<b>`` where it is None.
    screen : Screen
        Where it is told.

    Raises
    ------
    LianpianError
        When a result cannot be read, both are the same folder, or the comparison cannot be written.
    """
    if target is not None:
        check_comparison_folder(target.absolute())
    a, b = read_compared_results(folder_a, folder_b=folder_b)
    out = target or Path("out") / "-".join(["compare", *(one.label.replace("/", "-") for one in (a, b))])
    comparison = compare_results(a, b=b)
    page, _ = write_comparison(comparison, out=out, say=screen.words)
    screen.problems(comparison.problems)
    if not screen.quiet:
        _tell(comparison, screen=screen)
    screen.say("compare.screen.written", path=out, page=page)


def _tell(comparison: Comparison, *, screen: Screen) -> None:
    """Show who is who, a short table, and the rest in sentences."""
    say = screen.words
    screen.heading(plain_text(legend(comparison, say=say)))
    sheet = compare_tables(comparison, say=say)["overview"]
    shown = sheet.frame[sheet.frame["key"].isin(_FIGURES)]
    columns = {column.title: column for column in sheet.columns[1:]}
    rows = shown.to_dict("records")
    told = [{title: shown_number(row[column.key], column.kind) for title, column in columns.items()} for row in rows]
    screen.table(told)
    for line in brief_lines(comparison, say=say):
        screen.heading(line)
