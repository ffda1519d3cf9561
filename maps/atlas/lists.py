"""Pages of lists: the sheets of the atlas, and the estates by their numbers."""

from collections.abc import Iterator, Sequence

from maps.atlas.drawing import Case, blank_page
from maps.atlas.page import Page
from maps.atlas.paper import Box
from maps.atlas.sheets import Sheet
from maps.atlas.tables import Table, draw_table, estate_index, rows_that_fit


def contents_pages(sheets: Sequence[Sheet], *, case: Case) -> Iterator[Page]:
    """Draw the list of sheets.

    Parameters
    ----------
    sheets : sequence of Sheet
        The sheets.
    case : Case
        What all sheets have in common.

    Yields
    ------
    Page
        One or more.
    """
    say = case.say
    rows = [(sheet.number, sheet.title) for sheet in sheets]
    last = f"{int(sheets[-1].number.partition('-')[0]) + 1:02d}" if sheets else "01"
    table = Table(
        (say("atlas.head.sheet"), say("atlas.head.title")), (0.14, 0.86), [*rows, (last, say("atlas.title.index"))]
    )
    yield from _pages(table, "00", say("atlas.title.contents"), case, columns=3)


def index_pages(sheets: Sequence[Sheet], *, case: Case) -> Iterator[Page]:
    """Draw the list of estates by their numbers.

    Parameters
    ----------
    sheets : sequence of Sheet
        The sheets before it.
    case : Case
        What all sheets have in common.

    Yields
    ------
    Page
        One or more.
    """
    number = f"{int(sheets[-1].number.partition('-')[0]) + 1:02d}" if sheets else "01"
    yield from _pages(estate_index(case.plan, case.say), number, case.say("atlas.title.index"), case, columns=3)


def _pages(table: Table, number: str, title: str, case: Case, *, columns: int) -> Iterator[Page]:
    rows, part = list(table.rows), 1
    while rows:
        page = blank_page(number if part == 1 else f"{number}-{part}", title, case)
        box = page.layout.map
        inner = Box(box.x + 2, box.y + 2, box.width - 4, box.height - 4)
        room = rows_that_fit(page, inner) * columns
        draw_table(page, table=Table(table.heads, table.widths, rows[:room]), box=inner, columns=columns)
        yield page
        rows, part = rows[room:], part + 1
