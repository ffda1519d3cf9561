"""What stands on every sheet beside the map: frame, title, north, scale, notes, title block, footer."""

from dataclasses import dataclass

from data.project_map import TitleBlockTable
from data.words import Words
from geo.plan import Plan
from maps.atlas.classing import Look
from maps.atlas.lettering import MM_PER_POINT, one_line, shortened, wrapped
from maps.atlas.page import INK, SOFT, Page
from maps.atlas.paper import Box, measures
from maps.atlas.scaling import View, bar_parts

BLOCK = ("client", "institute", "lead", "drawn", "checked", "approved")
# The number of the sheet and the date stand in a row of their own.
BLOCK_ROWS = len(BLOCK) // 2 + 3
_LINE = 1.32


@dataclass(frozen=True)
class Furniture:
    """Hold what every sheet says of the plan.

    Parameters
    ----------
    plan_name, period : str
        Name and years of the plan.
    block : TitleBlockTable
        Who made it.
    date, crs, standard : str
        Date of the data, coordinate system, standard.
    sources : str
        Licences of the data that ask to be named.
    """

    plan_name: str
    period: str
    block: TitleBlockTable
    date: str
    crs: str
    standard: str
    sources: str


def furniture_of(plan: Plan, say: Words) -> Furniture:
    """Collect what every sheet says of the plan.

    Parameters
    ----------
    plan : Plan
        The results.
    say : Words
        Language of the sheets.

    Returns
    -------
    Furniture
        Texts on one line each.
    """
    inputs = plan.inputs
    about, block = inputs.project.project, inputs.project.map.title_block
    code = inputs.crs.to_authority()
    crs = say("atlas.crs", name=inputs.crs.name, code=":".join(code) if code else "—")
    return Furniture(
        plan_name=one_line(block.plan or inputs.project.map.title or about.name or say("map.page.title")),
        period=one_line(block.period),
        block=block.model_copy(update={"institute": block.institute or about.author}),
        date=str(inputs.facts.get("date") or (about.date.isoformat() if about.date else "")) or say("atlas.undated"),
        crs=crs,
        standard=one_line(inputs.standard.title[say.language]),
        sources=one_line(inputs.facts.get("licence", "")),
    )


def draw_frame(page: Page, *, title: str, number: str, about: Furniture, say: Words) -> None:
    """Draw the frame with its header and footer.

    Parameters
    ----------
    page : Page
        The page.
    title, number : str
        Of the sheet.
    about : Furniture
        What every sheet says.
    say : Words
        Language.
    """
    layout = page.layout
    frame, header, footer = layout.frame, layout.header, layout.footer
    inset = 1.2 * layout.factor
    page.rectangle(
        Box(frame.x - inset, frame.y - inset, frame.width + 2 * inset, frame.height + 2 * inset), line_mm=0.2
    )
    page.rectangle(frame, line_mm=layout.line_mm("frame"))
    page.line((frame.x, frame.right), (header.y, header.y))
    _draw_header(page, title, number, about, say)
    under = footer.y + footer.height * 0.3
    review = one_line(about.block.review_number or say("atlas.review_blank"))
    left, right = say("atlas.footer_left", crs=about.crs, date=about.date), say("atlas.footer_right", review=review)
    page.text((footer.x, under), left, kind="footer", colour=SOFT)
    page.text((footer.right, under), right, kind="footer", at="right", colour=SOFT)


def _grown(box: Box, by: float) -> Box:
    return Box(box.x - by, box.y - by, box.width + 2 * by, box.height + 2 * by)


def _draw_header(page: Page, title: str, number: str, about: Furniture, say: Words) -> None:
    layout, header = page.layout, page.layout.header
    middle, side, pad = header.y + header.height / 2, header.width * 0.27, 4 * layout.factor
    plan_name = shortened(about.plan_name, points=layout.points("plan_name"), room_mm=side)
    page.text((header.x + pad, middle), plan_name, kind="plan_name", colour=SOFT)
    room = header.width - 2 * side - 2 * pad
    told = shortened(title, points=layout.points("title"), room_mm=room, bold=True)
    page.text((header.x + header.width / 2, middle), told, kind="title", at="center", bold=True)
    page.text((header.right - pad, middle), say("atlas.number", number=number), kind="plan_name", at="right")


def draw_north(page: Page, *, view: View | None, say: Words) -> None:
    """Draw the north arrow and the scale, in numbers and as a bar.

    Parameters
    ----------
    page : Page
        The page.
    view : View or None
        The map; None on a sheet without one.
    say : Words
        Language.
    """
    if view is None:
        return
    box, factor = page.layout.north, page.layout.factor
    x, foot, top = box.x + 10 * factor, box.y + 6 * factor, box.top - 6 * factor
    half, notch = 4.2 * factor, foot + 4.5 * factor
    page.polygon([(x, top), (x + half, foot), (x, notch)], fill=INK)
    page.polygon([(x, top), (x - half, foot), (x, notch)], fill="#ffffff")
    page.text((x, top + 3 * factor), say("map.page.north"), kind="heading", at="center", bold=True)
    left = box.x + 24 * factor
    page.text(
        (left, box.y + box.height * 0.68),
        say("atlas.scale", denominator=f"{view.denominator:,}"),
        kind="heading",
        bold=True,
    )
    _draw_bar(page, left, box.y + box.height * 0.36, view, say)


def _draw_bar(page: Page, left: float, y: float, view: View, say: Words) -> None:
    factor = page.layout.factor
    room = page.layout.north.right - left - 12 * factor
    metres, parts = bar_parts(view.denominator, room_mm=room, part_mm=measures()["bar_part_mm"] * factor)
    length, tall = metres / view.metres_per_mm, 1.5 * factor
    for part in range(parts):
        look = Look(fill=INK if part % 2 == 0 else "#ffffff", line=INK, width_mm=0.15)
        page.rectangle(Box(left + part * length, y, length, tall), look=look)
    for part in range(parts + 1):
        told = f"{part * metres:,}" + (" " + say("terms.unit.m") if part == parts else "")
        page.text((left + part * length, y - 2.6 * factor), told, kind="table", at="center")


def draw_notes(page: Page, *, notes: tuple[str, ...], say: Words) -> None:
    """Write how the sheet was made and what it does not say.

    Parameters
    ----------
    page : Page
        The page.
    notes : tuple of str
        Paragraphs, the most important first; what finds no room is cut and shown to be.
    say : Words
        Language.
    """
    layout, box = page.layout, page.layout.notes
    points = layout.points("note")
    step = points * MM_PER_POINT * _LINE
    page.text((box.x, box.top - step * 0.6), say("atlas.notes"), kind="heading", bold=True)
    lines = [line for text in notes for line in wrapped(text, points=points, room_mm=box.width)]
    room = int((box.height - step * 1.8) // step)
    shown = lines[:room] if len(lines) <= room else [*lines[: room - 1], lines[room - 1][:-1] + "…"]
    for at, line in enumerate(shown):
        page.text((box.x, box.top - step * (2.1 + at)), line, kind="note")


def draw_block(page: Page, *, number: str, title: str, about: Furniture, say: Words) -> None:
    """Draw the title block; what nobody told stays blank, to be signed.

    Parameters
    ----------
    page : Page
        The page.
    number, title : str
        Of the sheet.
    about : Furniture
        Who made it, and when.
    say : Words
        Language.
    """
    box = page.layout.block
    row = box.height / BLOCK_ROWS
    names = [about.plan_name + (f" ({about.period})" if about.period else ""), title]
    for at, text in enumerate(names):
        cell = Box(box.x, box.top - (at + 1) * row, box.width, row)
        _cell(page, cell, "", text, bold=at == 1)
    signed = [(say(f"atlas.block.{key}"), getattr(about.block, key)) for key in BLOCK]
    signed += [(say("atlas.block.number"), number), (say("atlas.block.date"), about.date)]
    for at, (head, text) in enumerate(signed):
        y = box.top - (len(names) + at // 2 + 1) * row
        _cell(page, Box(box.x + (at % 2) * box.width / 2, y, box.width / 2, row), head, text)


def _cell(page: Page, box: Box, head: str, text: str, *, bold: bool = False) -> None:
    page.rectangle(box, line_mm=0.15)
    pad = 1.5 * page.layout.factor
    y = box.y + box.height / 2
    points = page.layout.points("note")
    left = box.x + pad
    if head:
        page.text((left, y), head, kind="note", colour=SOFT)
        left = box.x + box.width * 0.42
    told = shortened(one_line(text), points=points, room_mm=box.right - left - pad, bold=bold)
    page.text((left, y), told, kind="note", bold=bold)
