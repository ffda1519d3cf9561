"""The chapter of the plan as a Word document, every figure from the frames of the plan."""

import datetime
import io
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.text.paragraph import Paragraph

from data.words import Language, Words, words
from geo.plan import Plan
from maps.packing import package_parts, write_package
from maps.plain_text import plain_text
from maps.report import chapters_found, chapters_planned
from maps.report.blocks import Block, Heading, Picture, wide_last
from maps.report.chapter import Chapter
from maps.report.facts import chapter_facts
from maps.report.fields import add_field, begin_field, end_field
from maps.report.numbering import Numbered, numbered
from maps.report.settings import layout
from maps.report.styling import new_document, style_name
from maps.report.writing import write_blocks

Pictures = Callable[[str], bytes | None]
_SECTIONS: Mapping[str, Callable[[Chapter], Iterator[Block]]] = {
    "basis": chapters_found.basis,
    "present": chapters_found.present,
    "network": chapters_found.network,
    "circle": chapters_found.circle,
    "lacking": chapters_found.lacking,
    "clusters": chapters_planned.clusters,
    "works": chapters_planned.works,
    "years": chapters_planned.years,
    "quality": chapters_planned.quality,
    "indicators": chapters_planned.indicators,
}
# Word asks for a date; where the project has none, no clock may give one.
_NO_DATE = datetime.date(2000, 1, 1)


def no_pictures(_: str) -> bytes | None:
    """Give no picture of any sheet."""
    return None


def write_report(plan: Plan, *, path: Path, language: Language, pictures: Pictures = no_pictures) -> None:
    """Write the chapter; the same plan gives the same bytes.

    Parameters
    ----------
    plan : Plan
        The results.
    path : Path
        The .docx file; overwritten.
    language : {"zh", "en"}
        Language of the chapter.
    pictures : callable
        Gives a sheet of the atlas as PNG by its key, None where there is none.

    Raises
    ------
    ProjectError
        When the template that the project names cannot be used.
    """
    say = words(language)
    blocks = list(numbered(report_blocks(plan, say=say, pictures=pictures)))
    document, is_template = new_document(plan, language=language)
    _set_properties(document, plan, say)
    if not is_template:
        _write_margins(document, plan, say)
    _write_title(document, plan, say)
    _write_contents(document, blocks, say)
    write_blocks(document, blocks=blocks, say=say, is_template=is_template)
    saved = io.BytesIO()
    document.save(saved)
    write_package(path, parts=package_parts(saved.getvalue()))


def report_blocks(plan: Plan, *, say: Words, pictures: Pictures = no_pictures) -> Iterator[Block]:
    """Write the sections that the project asks for, as blocks.

    Parameters
    ----------
    plan : Plan
        The results.
    say : Words
        Language of the words.
    pictures : callable
        Gives a sheet of the atlas as PNG by its key, None where there is none.

    Yields
    ------
    Block
        Headings, paragraphs, tables and pictures in reading order.
    """
    chapter = Chapter(plan, say, chapter_facts(plan, say))
    for key in plan.inputs.project.report.sections:
        yield Heading(say(f"docx.heading.{key}"))
        yield from wide_last(_SECTIONS[key](chapter))
        for sheet in layout()["pictures"].get(key, ()):
            image = pictures(sheet)
            if image is not None:
                yield Picture(say(f"docx.picture.{sheet}"), image)


def _title(plan: Plan, say: Words) -> str:
    return plain_text(plan.inputs.project.project.name) or say("docx.title")


def _set_properties(document: Document, plan: Plan, say: Words) -> None:
    about, told = plan.inputs.project.project, document.core_properties
    made = datetime.datetime.combine(about.date or _NO_DATE, datetime.time())
    # Word takes no more than 255 characters.
    told.title, told.author = _title(plan, say)[:255], plain_text(about.author)[:255]
    told.subject, told.last_modified_by = say("docx.subtitle"), plain_text(about.author)[:255]
    told.created = told.modified = made
    told.comments, told.keywords, told.revision = "", "", 1
    told.language = {"zh": "zh-CN", "en": "en-GB"}[say.language]


def _write_margins(document: Document, plan: Plan, say: Words) -> None:
    """Write the title above each page, and its number below."""
    section = document.sections[0]
    head, foot = section.header.paragraphs[0], section.footer.paragraphs[0]
    head.text = f"{_title(plan, say)}  ·  {say('docx.internal')}"
    for paragraph in (head, foot):
        paragraph.style, paragraph.alignment = style_name("note"), WD_ALIGN_PARAGRAPH.CENTER
    before, middle, behind = _parts(say)
    foot.add_run(before)
    add_field(foot, code="PAGE", shown="1")
    foot.add_run(middle)
    add_field(foot, code="NUMPAGES", shown="1")
    foot.add_run(behind)


def _parts(say: Words) -> tuple[str, str, str]:
    """Return the words around the number of the page and that of all pages."""
    before, _, rest = say("docx.page", page="\0", pages="\1").partition("\0")
    middle, _, behind = rest.partition("\1")
    return before, middle, behind


def _write_title(document: Document, plan: Plan, say: Words) -> None:
    about = plan.inputs.project.project
    document.add_paragraph(_title(plan, say), style=style_name("title"))
    lines = [say("docx.subtitle")]
    lines += [say("docx.author", author=plain_text(about.author))] if about.author else []
    lines += [say("docx.date", date=about.date.isoformat())] if about.date else []
    lines += [say("docx.scenario", name=plain_text(plan.scenario))] if plan.scenario else []
    for line in lines:
        document.add_paragraph(line, style=style_name("subtitle"))


def _write_contents(document: Document, blocks: list[Numbered], say: Words) -> None:
    """Write the table of contents as a field, with the headings in it until Word counts the pages."""
    paragraph = document.add_paragraph(style=style_name("subtitle"))
    paragraph.add_run().add_break(WD_BREAK.PAGE)
    paragraph.add_run(say("docx.contents"))
    paragraph = document.add_paragraph(style=style_name("note"))
    begin_field(paragraph, code='TOC \\o "1-2" \\h \\z \\u')
    paragraph.add_run(say("docx.contents_hint"))
    for one in blocks:
        if isinstance(one.block, Heading):
            style = style_name(f"contents_{one.block.level}")
            paragraph = document.add_paragraph(f"{one.number}  {plain_text(one.block.text)}", style=style)
    _end_contents(document, paragraph)


def _end_contents(document: Document, last: Paragraph) -> None:
    end_field(last)
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
