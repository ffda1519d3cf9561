"""Blocks written into a document, with pages that lie on their side for what is wide."""

import io
from collections.abc import Iterable, Sequence

from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Emu, Mm, Pt
from docx.text.paragraph import Paragraph

from data.words import Words
from maps.plain_text import plain_text
from maps.report.blocks import Block, Heading, Picture, Table, Text, is_note, is_wide
from maps.report.fields import add_field, has_numbers
from maps.report.grids import add_grid
from maps.report.numbering import Numbered
from maps.report.settings import layout
from maps.report.styling import style_name

# So much of the height of a page is left to the caption of a picture.
_CAPTION = Mm(16)
_BELOW_TABLE = Pt(8)


def write_blocks(document: Document, *, blocks: Iterable[Numbered], say: Words, is_template: bool) -> None:
    """Write numbered blocks behind what is in a document.

    Parameters
    ----------
    document : Document
        The document.
    blocks : iterable of Numbered
        The blocks in reading order.
    say : Words
        Language of the captions.
    is_template : bool
        Whether the page is that of a template; wide blocks turn it on its side then, and lie on A3 otherwise.
    """
    upright = (document.sections[-1].page_width, document.sections[-1].page_height)
    lying = upright[::-1] if is_template else tuple(Mm(side) for side in layout()["page"]["lying"])
    lies = False
    before: Block | None = None
    for item in blocks:
        wide = is_wide(item.block) or (lies and is_note(item.block))
        if wide != lies:
            _turn(document, size=lying if wide else upright, wide=wide)
        first = len(document.paragraphs) if isinstance(before, Table) else None
        _write(document, item, say)
        if first is not None:
            _keep_off(document.paragraphs[first])
        lies, before = wide, item.block


def _keep_off(paragraph: Paragraph) -> None:
    """Keep a paragraph off the table above it; Word knows no space below a table."""
    if not paragraph.paragraph_format.space_before:
        paragraph.paragraph_format.space_before = _BELOW_TABLE


def _turn(document: Document, *, size: Sequence[int | None], wide: bool) -> None:
    """Go on on a page of another size; its numbers go on, and it has no first page of its own."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = size[0], size[1]
    section.different_first_page_header_footer = False
    for number in section._sectPr.findall(qn("w:pgNumType")):
        section._sectPr.remove(number)


def _write(document: Document, item: Numbered, say: Words) -> None:
    block = item.block
    if isinstance(block, Heading):
        _add_heading(document, block, item.number)
    elif isinstance(block, Text):
        document.add_paragraph(plain_text(block.text), style=style_name(block.role))
    elif isinstance(block, Table):
        _add_caption(document, "table", item.number, block.title, say)
        add_grid(document, table=block, width=text_width(document.sections[-1]))
    else:
        _add_picture(document, block, item.number, say)


def _add_heading(document: Document, heading: Heading, number: str) -> None:
    style = style_name(f"heading_{heading.level}")
    shown = "" if has_numbers(document.styles[style]) else f"{number}  "
    document.add_paragraph(shown + plain_text(heading.text), style=style)


def _add_caption(document: Document, kind: str, number: str, title: str, say: Words) -> None:
    """Write the caption of a table or picture; Word counts its number again when one is put in."""
    before, _, behind = say(f"docx.{kind}_caption", number="\0", title=plain_text(title)).partition("\0")
    paragraph = document.add_paragraph(before, style=style_name("caption"))
    add_field(paragraph, code=f"SEQ {before.strip()} \\* ARABIC", shown=number)
    paragraph.add_run(behind)
    paragraph.paragraph_format.keep_with_next = kind == "table"


def _add_picture(document: Document, picture: Picture, number: str, say: Words) -> None:
    """Place a picture as large as the page takes it, its caption below on the same page."""
    section = document.sections[-1]
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.keep_with_next = True
    shape = paragraph.add_run().add_picture(io.BytesIO(picture.image))
    scale = min(text_width(section) / shape.width, (_text_height(section) - _CAPTION) / shape.height)
    shape.width, shape.height = Emu(int(shape.width * scale)), Emu(int(shape.height * scale))
    shape._inline.docPr.set("descr", plain_text(picture.title))
    _add_caption(document, "picture", number, picture.title, say)


def text_width(section: Section) -> int:
    """Return the width that text may take.

    Parameters
    ----------
    section : Section
        The section.

    Returns
    -------
    int
        English metric units.
    """
    return int(section.page_width or 0) - int(section.left_margin or 0) - int(section.right_margin or 0)


def _text_height(section: Section) -> int:
    return int(section.page_height or 0) - int(section.top_margin or 0) - int(section.bottom_margin or 0)
