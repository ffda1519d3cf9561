"""The settings of the atlas, checked before a plan is worked out."""

from collections.abc import Iterator

import pandas as pd

from data.errors import ProjectError
from data.inputs import Inputs
from data.problems import Problem, error, note
from data.words import Language
from maps.atlas.lettering import check_glyphs, is_font, is_pictograph
from maps.atlas.rules import read_rules


def check_atlas(inputs: Inputs, *, language: Language | None) -> None:
    """Make sure that the atlas can be drawn with what the project sets, and that its names can be written.

    Parameters
    ----------
    inputs : Inputs
        The layers and settings.
    language : {"zh", "en"}, optional
        Language of the sheets; that of the project by default.

    Raises
    ------
    ProjectError
        When the file of sheets, a sheet that is asked for, or a font cannot be used; it names every one.
    MissingGlyphError
        When no font has some character of a name.
    """
    project = inputs.project
    own = project.atlas.sheets
    rules = read_rules(None if own is None else project.path(own))
    known = [rule.key for rule in rules.sheet]
    wrong = [
        error("atlas_sheet_unknown", sheet=key, known="、".join(known))
        for key in project.atlas.only
        if key not in known
    ]
    wrong += [error("atlas_font_missing", file=name) for name in project.atlas.fonts if not is_font(project.path(name))]
    if wrong:
        raise ProjectError(*wrong)
    fonts = tuple(project.path(name) for name in project.atlas.fonts)
    check_glyphs(names_of(inputs, language), own=fonts)


def tell_pictographs(inputs: Inputs) -> tuple[Problem, ...]:
    """Tell which names hold pictographs, which the sheets leave out.

    Parameters
    ----------
    inputs : Inputs
        The layers and settings.

    Returns
    -------
    tuple of Problem
        One note with all the names, none where there are none.
    """
    names = dict.fromkeys(name for name in names_of(inputs, None) if any(map(is_pictograph, name)))
    if not names:
        return ()
    return (note("atlas_pictographs", value="、".join(names), count=len(names)),)


def names_of(inputs: Inputs, language: Language | None) -> Iterator[str]:
    """List the texts of a project that may be written on a sheet.

    Parameters
    ----------
    inputs : Inputs
        The layers and settings.
    language : {"zh", "en"}, optional
        Language of the sheets.

    Yields
    ------
    str
        Each at least once.
    """
    project, spoken = inputs.project, language or inputs.project.project.language
    estates, edges = inputs.estates, inputs.walkways.edges
    for column in (estates["name"], estates["subdistrict"], inputs.sites["name"], edges["name"]):
        yield from pd.Series(column).dropna().astype(str).unique()
    yield from (project.project.name, project.project.author, project.map.title)
    yield from project.map.title_block.model_dump().values()
    yield inputs.standard.title[spoken]
    yield from (service.name[spoken] for service in inputs.standard.services)
    yield from (str(fact) for fact in inputs.facts.values())
