"""Which figures of a standard bind, which have run out, and all of them as rows to read."""

import itertools
from collections.abc import Iterator
from datetime import date

from data.standards.model import Service, Standard, Threshold
from data.words import Language, Words, words

_SIGNS = {"le": "≤", "ge": "≥"}


def find_service(standard: Standard, key: str) -> Service:
    """Return one service of a standard.

    Parameters
    ----------
    standard : Standard
        The standard.
    key : str
        Key of the service.

    Returns
    -------
    Service
        The service.

    Raises
    ------
    KeyError
        When the standard has no such service.
    """
    for service in standard.services:
        if service.key == key:
            return service
    raise KeyError(key)


def active_thresholds(
    standard: Standard, service: str, *, on: date | None, use_unverified: bool = False
) -> tuple[Threshold, ...]:
    """Return the figures of a service that may raise a gap.

    Parameters
    ----------
    standard : Standard
        The standard.
    service : str
        Key of the service.
    on : date or None
        Date of the plan; without one nothing can be called expired, and every figure is kept.
    use_unverified : bool
        Whether figures nobody verified count too.

    Returns
    -------
    tuple of Threshold
        Those of role gap, for the estates of the standard, that bind on the date.
    """
    asked = find_service(standard, service).thresholds
    return tuple(one for one in asked if _flags(one, standard, use_unverified=use_unverified) and _is_valid(one, on))


def expired_thresholds(
    standard: Standard, *, on: date | None, use_unverified: bool = False
) -> tuple[tuple[Service, Threshold], ...]:
    """Return the figures that would raise a gap if they had not run out.

    Parameters
    ----------
    standard : Standard
        The standard.
    on : date or None
        Date of the plan; without one nothing is expired.
    use_unverified : bool
        Whether figures nobody verified count too.

    Returns
    -------
    tuple of (Service, Threshold)
        In the order of the standard.
    """
    asked = ((service, one) for service in standard.services for one in service.thresholds)
    flagged = ((service, one) for service, one in asked if _flags(one, standard, use_unverified=use_unverified))
    return tuple((service, one) for service, one in flagged if _has_expired(one, on))


def _flags(threshold: Threshold, standard: Standard, *, use_unverified: bool) -> bool:
    believed = use_unverified or threshold.confidence == "verified"
    return believed and threshold.role == "gap" and threshold.scope in (standard.scope, "any")


def _is_valid(threshold: Threshold, on: date | None) -> bool:
    begun = on is None or threshold.valid_from is None or threshold.valid_from <= on
    return begun and not _has_expired(threshold, on)


def _has_expired(threshold: Threshold, on: date | None) -> bool:
    return on is not None and threshold.valid_to is not None and threshold.valid_to < on


def standard_rows(standard: Standard, *, language: Language) -> list[dict[str, str]]:
    """Return a standard as rows of a table to read.

    Parameters
    ----------
    standard : Standard
        The standard.
    language : {"zh", "en"}
        Language of the words; names of documents, clauses and notes stay in Chinese.

    Returns
    -------
    list of dict of str to str
        One row per figure, and one for each service without any. The keys are headings in the language: service,
        category, metric, what is asked, clause, scope, role, confidence, validity, note.
    """
    said = words(language)
    rows = itertools.chain.from_iterable(_rows(service, said) for service in standard.services)
    return [{said(f"standards.heading.{key}"): value for key, value in row.items()} for row in rows]


def _rows(service: Service, said: Words) -> Iterator[dict[str, str]]:
    head = {"service": service.name[said.language], "category": said(f"terms.category.{service.category}")}
    blank = dict.fromkeys(("metric", "asked", "clause", "scope", "role", "confidence", "valid", "note"), "")
    if not service.thresholds:
        yield {**head, **blank, "metric": said(f"standards.unasked.{service.measure}")}
    for asked in service.thresholds:
        yield {**head, **blank, **_row(asked, said)}


def _row(asked: Threshold, said: Words) -> dict[str, str]:
    unit = said.get(f"terms.unit.{asked.unit}")
    return {
        "metric": said(f"standards.metric.{asked.metric}"),
        "asked": f"{_SIGNS[asked.op]} {asked.value:g} {unit}".strip(),
        "clause": asked.source,
        "scope": said(f"standards.scope.{asked.scope}"),
        "role": said(f"standards.role.{asked.role}"),
        "confidence": said(f"terms.confidence.{asked.confidence}"),
        "valid": _valid(asked, said),
        "note": asked.note,
    }


def _valid(asked: Threshold, said: Words) -> str:
    since = said("standards.valid.from", date=asked.valid_from) if asked.valid_from else ""
    until = said("standards.valid.to", date=asked.valid_to) if asked.valid_to else ""
    return f"{since} {until}".strip()
