"""The document before anything is written into it: the styles and the page as shipped, or the institute's template."""

from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import BaseStyle, ParagraphStyle

from data.report_template import missing_styles, open_template
from data.words import Language
from geo.plan import Plan
from maps.report.fields import set_fonts
from maps.report.settings import layout

_CENTRED = ("title", "subtitle", "caption")
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="808080"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


def style_name(part: str) -> str:
    """Return the name of the style of a part.

    Parameters
    ----------
    part : str
        Key below ``styles`` in ``report.toml``.

    Returns
    -------
    str
        Such as ``Heading 1``.
    """
    return str(layout()["styles"][part][0])


def new_document(plan: Plan, *, language: Language) -> tuple[Document, bool]:
    """Make an empty document with all styles that the chapter is written with.

    Parameters
    ----------
    plan : Plan
        The results; their project may name a template.
    language : {"zh", "en"}
        Language of the chapter.

    Returns
    -------
    tuple of Document and bool
        The document; and whether it is made from the project's own template.

    Raises
    ------
    ProjectError
        When the template cannot be used.
    """
    project, name = plan.inputs.project, plan.inputs.project.report.template
    if name is None:
        document = docx.Document()
        _set_up(document, language)
    else:
        document = open_template(Path(project.path(name)), file=project.file_name, name=name)
        _clear(document)
        for part, (style, _) in layout()["styles"].items():
            if missing_styles(document, wanted=[style]):
                _shape(_added(document, part), part, language)
    return document, name is not None


def _set_up(document: Document, language: Language) -> None:
    """Set styles and page as shipped."""
    rels = document.part.package.rels
    for key in [key for key, rel in rels.items() if rel.reltype == RELATIONSHIP_TYPE.THUMBNAIL]:
        del rels[key]
    normal, type_ = document.styles["Normal"], layout()["type"]
    set_fonts(normal, latin=type_["latin"], chinese=type_["body"][language])
    normal.font.size = Pt(type_["body_size"])
    for part in layout()["styles"]:
        _shape(_added(document, part), part, language)
    section, page = document.sections[0], layout()["page"]
    section.page_width, section.page_height = (Mm(side) for side in page["upright"])
    for side, width in page["margins"].items():
        setattr(section, f"{side}_margin", Mm(width))


def _clear(document: Document) -> None:
    """Take out what stands in a template, but for the page set-up of its last section."""
    body = document.element.body
    for child in list(body):
        if child.tag != qn("w:sectPr"):
            body.remove(child)


def _added(document: Document, part: str) -> BaseStyle:
    """Return the style of a part, which is made when it is not there."""
    name, kind = layout()["styles"][part]
    if not missing_styles(document, wanted=[name]):
        found: BaseStyle = document.styles[name]
        return found
    style: BaseStyle = document.styles.add_style(name, getattr(WD_STYLE_TYPE, kind.upper()))
    if kind == "table":
        border = parse_xml(f"<w:tblPr {nsdecls('w')}><w:tblBorders>{_BORDERS}</w:tblBorders></w:tblPr>")
        style.element.append(border)
    elif isinstance(style, ParagraphStyle):
        style.base_style = document.styles["Normal"]
    return style


def _shape(style: BaseStyle, part: str, language: Language) -> None:
    """Give a style the type as shipped."""
    if not isinstance(style, ParagraphStyle):
        return
    type_ = layout()["type"]
    is_head = part == "title" or part.startswith("heading") or part == "caption"
    set_fonts(style, latin=type_["latin"], chinese=type_["heading" if is_head else "body"][language])
    style.font.size = Pt(_size(part, type_))
    style.font.bold = is_head and part != "caption" and language == "en"
    style.font.italic = False
    style.font.color.rgb = RGBColor(0, 0, 0)
    for border in style.element.xpath("./w:pPr/w:pBdr"):
        border.getparent().remove(border)
    form = style.paragraph_format
    form.space_before, form.space_after = (Pt(points) for points in _SPACES.get(part, (0, 0)))
    form.line_spacing = type_["line_spacing"] if part in ("body", "list") else 1.15
    if part in _CENTRED:
        form.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if part == "body" and language == "zh":
        _indent_first_line(style, points=type_["body_size"])
    form.keep_with_next = part.startswith("heading")


_SPACES = {
    "title": (96, 18), "subtitle": (6, 6), "heading_1": (18, 8), "heading_2": (12, 6), "body": (0, 4), "list": (0, 2),
    "caption": (8, 4), "note": (2, 8), "contents_1": (4, 0), "contents_2": (0, 0),
}  # fmt: skip


def _size(part: str, type_: dict[str, Any]) -> float:
    sizes = {
        "title": type_["title"],
        "subtitle": type_["subtitle"],
        "heading_1": type_["headings"][0],
        "heading_2": type_["headings"][1],
        "caption": type_["caption_size"],
        "cell": type_["table_size"],
        "note": type_["table_size"],
    }
    return float(sizes.get(part, type_["body_size"]))


def _indent_first_line(style: ParagraphStyle, *, points: float) -> None:
    """Indent by two characters, as Chinese paragraphs are; the points serve programs that count no characters."""
    style.paragraph_format.first_line_indent = Pt(2 * points)
    style.element.get_or_add_pPr().get_or_add_ind().set(qn("w:firstLineChars"), "200")
