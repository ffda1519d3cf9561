"""The atlas: a PDF of all sheets, and single sheets as pictures."""

import io
from collections.abc import Iterator
from pathlib import Path

import matplotlib as mpl
from matplotlib.backends.backend_pdf import PdfPages

from data.words import Language, words
from geo.plan import Plan
from maps.atlas.drawing import Case, draw_sheet
from maps.atlas.furniture import BLOCK_ROWS, furniture_of
from maps.atlas.lettering import are_truetype, check_glyphs, one_line
from maps.atlas.lists import contents_pages, index_pages
from maps.atlas.page import SETTINGS, Page
from maps.atlas.paper import lay_out
from maps.atlas.rules import read_rules
from maps.atlas.settings import names_of
from maps.atlas.sheets import Sheet, own_file, sheets_of

CREATOR = "lianpian"


def write_atlas(plan: Plan, *, path: Path, language: Language) -> None:
    """Write the atlas; the same plan gives the same bytes.

    Parameters
    ----------
    plan : Plan
        The results.
    path : Path
        The .pdf file.
    language : {"zh", "en"}
        Language of the sheets.

    Raises
    ------
    MissingGlyphError
        When no font has some character of a name; it lists all of them.
    ProjectError
        When the file of sheets that the project names cannot be used.
    """
    case = make_case(plan, language)
    sheets = sheets_of(case.rules, plan=plan, say=case.say)
    about = {"Title": case.about.plan_name, "Author": one_line(case.about.block.institute), "Creator": CREATOR}
    fixed = {"CreationDate": None, "ModDate": None, "Producer": CREATOR}
    # Outlines of PostScript fonts stand in a PDF as drawings of their own, which can be searched all the same.
    names = names_of(plan.inputs, language)
    kind = 42 if are_truetype(names, own=case.fonts) else 3
    with mpl.rc_context({**SETTINGS, "pdf.fonttype": kind}), PdfPages(path, metadata={**about, **fixed}) as pdf:
        for page in _pages(sheets, case):
            pdf.savefig(page.figure)


def sheet_picture(plan: Plan, sheet: str, *, language: Language, dpi: int = 130) -> bytes | None:
    """Draw one sheet as a picture.

    Parameters
    ----------
    plan : Plan
        The results.
    sheet : str
        Key of the sheet, such as ``"clusters"``; of several alike the first is drawn.
    language : {"zh", "en"}
        Language of the sheet.
    dpi : int
        Dots per inch.

    Returns
    -------
    bytes or None
        A PNG file; None where the plan has nothing for the sheet.
    """
    case = make_case(plan, language)
    found = next((one for one in sheets_of(case.rules, plan=plan, say=case.say) if one.rule.key == sheet), None)
    if found is None:
        return None
    buffer = io.BytesIO()
    with mpl.rc_context(SETTINGS):
        draw_sheet(found, case=case).figure.savefig(buffer, dpi=dpi, metadata={"Software": CREATOR})
    return buffer.getvalue()


def make_case(plan: Plan, language: Language) -> Case:
    """Collect what all sheets have in common, and make sure that every name can be written.

    Parameters
    ----------
    plan : Plan
        The results.
    language : {"zh", "en"}
        Language of the sheets.

    Returns
    -------
    Case
        What all sheets have in common.

    Raises
    ------
    MissingGlyphError
        When no font has some character.
    """
    say, settings = words(language), plan.inputs.project
    fonts = tuple(settings.path(name) for name in settings.atlas.fonts)
    about = furniture_of(plan, say)
    check_glyphs(names_of(plan.inputs, language), own=fonts)
    layout = lay_out(settings.atlas.paper, block_rows=BLOCK_ROWS)
    return Case(plan, read_rules(own_file(plan)), layout, about, say, fonts)


def _pages(sheets: tuple[Sheet, ...], case: Case) -> Iterator[Page]:
    yield from contents_pages(sheets, case=case)
    for sheet in sheets:
        yield draw_sheet(sheet, case=case)
    yield from index_pages(sheets, case=case)
