"""Marks of Word that python-docx has no words for: fields, repeated rows, fonts of Chinese characters."""

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.styles.style import BaseStyle
from docx.table import _Cell, _Row
from docx.text.paragraph import Paragraph

_THEMES = ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme")


def add_field(paragraph: Paragraph, *, code: str, shown: str) -> None:
    """Add a field that Word works out, such as a page number.

    Parameters
    ----------
    paragraph : Paragraph
        Where it goes, behind what is there.
    code : str
        Such as ``PAGE``.
    shown : str
        What stands there until Word works it out.
    """
    begin_field(paragraph, code=code)
    paragraph.add_run(shown)
    end_field(paragraph)


def begin_field(paragraph: Paragraph, *, code: str) -> None:
    """Open a field; what is added behind it, in further paragraphs too, is what it shows.

    Parameters
    ----------
    paragraph : Paragraph
        Where it begins.
    code : str
        Such as ``TOC``, with its switches.
    """
    _mark(paragraph, "begin")
    instruction = OxmlElement("w:instrText")
    instruction.set(qn("xml:space"), "preserve")
    instruction.text = f" {code} "
    paragraph.add_run()._r.append(instruction)
    _mark(paragraph, "separate")


def end_field(paragraph: Paragraph) -> None:
    """Close a field; see :func:`begin_field`."""
    _mark(paragraph, "end")


def _mark(paragraph: Paragraph, kind: str) -> None:
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    paragraph.add_run()._r.append(mark)


def set_fonts(style: BaseStyle, *, latin: str, chinese: str) -> None:
    """Set the fonts of a style; those of the theme would go before them.

    Parameters
    ----------
    style : BaseStyle
        The style.
    latin, chinese : str
        Names of the fonts.
    """
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in _THEMES:
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for name in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{name}"), latin)
    fonts.set(qn("w:eastAsia"), chinese)


def repeat_row(row: _Row) -> None:
    """Let a row stand on each page that its table goes on to.

    Parameters
    ----------
    row : _Row
        The row, the first of its table.
    """
    row._tr.get_or_add_trPr().append(_switch("w:tblHeader"))


def keep_row(row: _Row) -> None:
    """Keep a row on one page.

    Parameters
    ----------
    row : _Row
        The row.
    """
    row._tr.get_or_add_trPr().append(_switch("w:cantSplit"))


def fill_cell(cell: _Cell, colour: str) -> None:
    """Colour the ground of a cell.

    Parameters
    ----------
    cell : _Cell
        The cell.
    colour : str
        As ``RRGGBB``.
    """
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)


def has_numbers(style: BaseStyle) -> bool:
    """Tell whether a style of headings numbers them by itself.

    Parameters
    ----------
    style : BaseStyle
        The style.

    Returns
    -------
    bool
        Whether it does.
    """
    return bool(style.element.xpath("./w:pPr/w:numPr"))


def _switch(name: str) -> BaseOxmlElement:
    switch = OxmlElement(name)
    switch.set(qn("w:val"), "true")
    return switch
