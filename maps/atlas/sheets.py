"""The sheets of an atlas in order, with their numbers and titles."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from data.errors import ProjectError
from data.problems import error
from data.words import Words
from geo.plan import Plan
from maps.atlas.frames import Subject
from maps.atlas.lettering import one_line
from maps.atlas.rules import AtlasRules, SheetRule
from maps.workbook.cell_words import names_of_services

# Categories of which an inventory of the estate is taken; those of the living circle are judged by walking.
_COUNTED = ("basic", "improvement")


@dataclass(frozen=True)
class Sheet:
    """Hold one sheet.

    Parameters
    ----------
    number : str
        Such as ``06`` or ``07-3``.
    title : str
        Title in the language of the atlas.
    rule : SheetRule
        How it was written down.
    subject : Subject
        What it is about, where there are several alike.
    """

    number: str
    title: str
    rule: SheetRule
    subject: Subject


def sheets_of(rules: AtlasRules, *, plan: Plan, say: Words) -> tuple[Sheet, ...]:
    """List the sheets of an atlas; such as would show nothing are left out.

    Parameters
    ----------
    rules : AtlasRules
        The rules.
    plan : Plan
        The results.
    say : Words
        Language of the titles.

    Returns
    -------
    tuple of Sheet
        In order.

    Raises
    ------
    ProjectError
        When the project asks for a sheet that the rules do not have.
    """
    only = plan.inputs.project.atlas.only
    known = [rule.key for rule in rules.sheet]
    unknown = [key for key in only if key not in known]
    if unknown:
        raise ProjectError(*(error("atlas_sheet_unknown", sheet=key, known="、".join(known)) for key in unknown))
    chosen = [rule for rule in rules.sheet if (not only or rule.key in only) and _has_content(rule, plan)]
    return tuple(sheet for at, rule in enumerate(chosen, 1) for sheet in _expanded(rule, at, plan, say))


def own_file(plan: Plan) -> Path | None:
    """Return the file of sheets that the project names."""
    project = plan.inputs.project
    return None if project.atlas.sheets is None else project.folder / project.atlas.sheets


def _has_content(rule: SheetRule, plan: Plan) -> bool:
    frames = {"clusters": plan.clusters, "proposals": plan.proposals, "phases": plan.programme.phases}
    return rule.needs not in frames or not frames[rule.needs].empty


def _expanded(rule: SheetRule, at: int, plan: Plan, say: Words) -> Iterator[Sheet]:
    if not rule.each:
        yield Sheet(f"{at:02d}", _title(rule, say, ""), rule, Subject())
        return
    for turn, (subject, name) in enumerate(_subjects(rule.each, plan, say), 1):
        yield Sheet(f"{at:02d}-{turn}", _title(rule, say, name), rule, subject)


def _subjects(each: str, plan: Plan, say: Words) -> Iterator[tuple[Subject, str]]:
    if each == "service":
        names = names_of_services(plan, say)
        yield from ((Subject(service=key), names.get(key, key)) for key in plan.services["service"])
    elif each == "category":
        present = set(plan.inventory_counts["category"])
        yield from ((Subject(category=key), say(f"terms.category.{key}")) for key in _COUNTED if key in present)
    else:
        rows = zip(plan.clusters["cluster_id"], plan.clusters["name"], strict=True)
        yield from ((Subject(cluster=key), one_line(f"{key} {name}")) for key, name in rows)


def _title(rule: SheetRule, say: Words, name: str) -> str:
    own = rule.title.get(say.language)
    if own is not None:
        return one_line(own.replace("{name}", name))
    return say(f"atlas.title.{rule.key}", name=name) if say.get(f"atlas.title.{rule.key}") else rule.key
