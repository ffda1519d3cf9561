"""What a standard says besides its figures, as rows of tables to read: who may be renovated, who walks how, sources."""

import math
from collections.abc import Iterator

from data.standards.model import Eligibility, Priority, Profile, Standard
from data.words import Language, Words, words

Rows = list[dict[str, str]]


def rule_rows(standard: Standard, *, language: Language) -> Rows:
    """Return the rules of a standard as rows of a table to read.

    Parameters
    ----------
    standard : Standard
        The standard.
    language : {"zh", "en"}
        Language of the words; names of documents, clauses and notes stay in Chinese.

    Returns
    -------
    list of dict of str to str
        One row per rule on who may be renovated, on bundles for property management and on the order of need, and one
        per way of walking that its services use. The keys are headings in the language: rule, what it says, clause,
        confidence, note.
    """
    said = words(language)
    rows = (
        *_who(standard.eligibility, said),
        *_bundles(standard, said),
        *_need(standard.priority, said),
        *_walking(standard, said),
    )
    return [
        {said(f"standards.heading.{key}"): value for key, value in zip(_RULE_HEADS, row, strict=True)} for row in rows
    ]


def document_rows(standard: Standard, *, language: Language) -> Rows:
    """Return the documents of a standard as rows of a table to read.

    Parameters
    ----------
    standard : Standard
        The standard.
    language : {"zh", "en"}
        Language of the headings; the documents are named in Chinese.

    Returns
    -------
    list of dict of str to str
        One row per document. The keys are headings in the language: document, title, where its figures were read.
    """
    said = words(language)
    heads = [said(f"standards.heading.{key}") for key in ("document", "title", "read_in")]
    facts = ((document.name, document.title, document.read_in) for document in standard.documents)
    return [dict(zip(heads, row, strict=True)) for row in facts]


_RULE_HEADS = ("rule", "says", "clause", "confidence", "note")
_Row = tuple[str, str, str, str, str]


def _who(rule: Eligibility, said: Words) -> Iterator[_Row]:
    yield said("standards.rule.age"), age_rule(rule, said), rule.source, "", rule.leeway
    if rule.excluded:
        barred = said("tables.book.separator").join(said.get(f"terms.exclusion.{key}", key) for key in rule.excluded)
        yield said("standards.rule.excluded"), barred, rule.source, "", ""


def age_rule(rule: Eligibility, said: Words) -> str:
    """Say which age lets an estate in.

    Parameters
    ----------
    rule : Eligibility
        The rule.
    said : Words
        The text catalogue.

    Returns
    -------
    str
        Such as ``2000年底前建成``.
    """
    if rule.built_by is not None:
        return said("terms.age_rule.built_by", value=rule.built_by)
    if rule.min_age_years is not None:
        return said("terms.age_rule.min_age", value=rule.min_age_years)
    return said("terms.age_rule.none")


def _bundles(standard: Standard, said: Words) -> Iterator[_Row]:
    bundle = standard.management
    if bundle is not None:
        least = said("standards.rule.bundle_least", area=f"{bundle.floor_area_m2:,.0f}")
        confidence = said(f"terms.confidence.{bundle.confidence}")
        yield said("standards.rule.bundle"), least, bundle.source, confidence, bundle.note


def _need(rule: Priority | None, said: Words) -> Iterator[_Row]:
    if rule is not None:
        parts = (
            f"{said(f'tables.priority_part.{part}')} {weight:g}" for part, weight in rule.weights.items() if weight
        )
        yield said("standards.rule.need"), said("tables.book.separator").join(parts), "", "", rule.note


def _walking(standard: Standard, said: Words) -> Iterator[_Row]:
    used = {service.profile for service in standard.services if service.measure == "walk"}
    for key, profile in standard.profiles.items():
        if key in used:
            name = said("standards.rule.walking", name=profile.name[said.language])
            confidence = said(f"terms.confidence.{profile.confidence}")
            yield name, _pace(profile, said), profile.source[said.language], confidence, ""


def _pace(profile: Profile, said: Words) -> str:
    steps = "steps" if math.isfinite(profile.steps) else "no_steps"
    return said(
        f"standards.rule.{steps}",
        metres=f"{profile.metres:g}",
        minutes=f"{profile.minutes:g}",
        factor=f"{profile.steps:g}",
    )
