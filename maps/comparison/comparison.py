"""Writing a comparison as a whole: page and workbook stand in their folder together, or nothing has changed."""

import shutil
from pathlib import Path

from data.errors import OutputError
from data.problems import error
from data.words import Words
from geo.comparing.comparison import Comparison
from maps.comparison.compare_columns import compare_tables
from maps.comparison.compare_page import render_comparison, title_of
from maps.comparison.compare_sheets import write_compared_sheets
from maps.transaction import staging, take_place

PAGE, WORKBOOK = "compare.html", "compare.xlsx"
# Stands in the head of every page, so that no other folder is ever taken for an earlier comparison.
MARK = '<meta name="generator" content="lianpian compare">'
_HEAD_CHARACTERS = 2_000
# What Excel and LibreOffice put beside a workbook that is open.
_LOCKS = (f"~${WORKBOOK}", f".~lock.{WORKBOOK}#")


def write_comparison(comparison: Comparison, *, out: Path, say: Words) -> tuple[Path, Path]:
    """Write page and workbook; they appear together or not at all.

    Parameters
    ----------
    comparison : Comparison
        Both results.
    out : Path
        Folder: new, empty, or that of an earlier comparison, whose other files are kept.
    say : Words
        The text catalogue in the language of the outputs.

    Returns
    -------
    tuple of Path
        Page and workbook.

    Raises
    ------
    OutputError
        When the folder holds something else, when a file in it is open in another program, or when writing fails. An
        earlier comparison then stands as it was.
    """
    place = out.resolve()
    check_comparison_folder(place)
    tables = compare_tables(comparison, say=say)
    with staging(place) as folder:
        new = folder / "new"
        new.mkdir()
        page = render_comparison(comparison, tables=tables, workbook=WORKBOOK, say=say)
        (new / PAGE).write_text(page, encoding="utf-8", newline="\n")
        title = title_of(comparison, say=say)
        write_compared_sheets(tables, comparison=comparison, path=new / WORKBOOK, title=title, say=say)
        _keep_others(place, into=new)
        take_place(new, place)
    return out / PAGE, out / WORKBOOK


def check_comparison_folder(out: Path) -> None:
    """Make sure that a folder may be written to.

    Parameters
    ----------
    out : Path
        The folder.

    Raises
    ------
    OutputError
        When it is a file, or holds something else than an earlier comparison.
    """
    if out.exists() and not out.is_dir():
        raise OutputError(error("output_not_folder", folder=out))
    if out.exists() and any(out.iterdir()) and not _is_ours(out / PAGE):
        raise OutputError(error("compare_not_ours", value=out))


def _is_ours(page: Path) -> bool:
    try:
        with page.open(encoding="utf-8") as file:
            return MARK in file.read(_HEAD_CHARACTERS)
    except (OSError, UnicodeDecodeError):
        return False


def _keep_others(place: Path, *, into: Path) -> None:
    """Copy what others put beside an earlier comparison."""
    for entry in sorted(place.iterdir()) if place.exists() else ():
        if entry.name not in (PAGE, WORKBOOK, *_LOCKS):
            copy = shutil.copytree if entry.is_dir() else shutil.copy2
            copy(entry, into / entry.name)
