"""What a reader of the tables must know: sources, standard, method, settings, counts."""

import math
from collections.abc import Iterable, Iterator

import pandas as pd

from data.assumed_outlines import is_assumed
from data.standards.model import Profile, Standard
from data.standards.rule_rows import age_rule
from data.words import Words
from geo.judgement.eligibility import rule_as_set
from geo.plan import Plan
from maps.styles import styles
from maps.workbook.cell_words import names_of_services

Row = tuple[str, str, str | float]


def about_rows(plan: Plan, say: Words) -> list[Row]:
    """List what a reader must know.

    Parameters
    ----------
    plan : Plan
        The results.
    say : Words
        Language of the words.

    Returns
    -------
    list of (str, str, str or float)
        Section, item, content.
    """
    inputs = plan.inputs
    sections: list[tuple[str, Iterable[tuple[str, str | float]]]] = [
        ("plan", _plan(plan, say)),
        ("data", _data(plan, say)),
        ("standard", _standard(inputs.standard, say, use_unverified=inputs.project.gaps.use_unverified)),
        ("eligibility", _eligibility(plan, say)),
        ("walking", _walking(plan, say)),
        ("clusters", _clusters(plan, say)),
        ("states", _states(plan, say)),
        ("figures", _figures(plan, say)),
        ("reading", _reading(say)),
    ]
    return [
        (say(f"tables.section.{section}"), item, content)
        for section, pairs in sections
        for item, content in pairs
        if content != ""
    ]


def _plan(plan: Plan, say: Words) -> Iterator[tuple[str, str]]:
    about = plan.inputs.project.project
    yield say("tables.about.name"), about.name
    yield say("tables.about.author"), about.author
    yield say("tables.about.date"), about.date.isoformat() if about.date else ""
    code = plan.inputs.crs.to_authority()
    yield say("tables.about.crs"), f"{plan.inputs.crs.name} {':'.join(code) if code else ''}".strip()


def _data(plan: Plan, say: Words) -> Iterator[tuple[str, str | float]]:
    for key, fact in plan.inputs.facts.items():
        yield say.get(f"tables.fact.{key}", key), str(fact)
    for source in plan.inputs.sources:
        facts = "; ".join(f"{key} {fact}" for key, fact in source.facts.items() if fact)
        role = say.get(f"tables.role.{source.role}", source.role)
        yield say("tables.about.source", role=role), f"{source.name} ({facts})" if facts else source.name
    yield say("tables.about.estimates"), _estimates(plan.estates, say)
    if plan.estates["estimated"].any():
        yield from assumption_rows(plan, say)


def assumption_rows(plan: Plan, say: Words) -> Iterator[tuple[str, str | float]]:
    """Yield what is assumed where nobody counted households.

    Parameters
    ----------
    plan : Plan
        The results.
    say : Words
        Language of the words.

    Yields
    ------
    str, str or float
        What is assumed, and its figure.
    """
    assumed = plan.inputs.project.estimates
    levels = sorted({f"{use} {level:g}" for use, level in assumed.levels.items()})
    yield say("tables.about.levels"), say("tables.book.separator").join(levels)
    for key in ("household_floor_area_m2", "household_people", "plot_ratio", *_of_points(plan)):
        yield say(f"tables.about.{key}"), float(getattr(assumed, key))


def _of_points(plan: Plan) -> tuple[str, ...]:
    """Name what is assumed only where estates are given as points."""
    return ("point_area_m2",) if is_assumed(plan.estates).any() else ()


def _estimates(estates: pd.DataFrame, say: Words) -> str:
    guessed = estates[estates["estimated"]]
    if guessed.empty:
        return say("tables.about.estimates_none")
    people = f"{guessed['people'].sum():,.0f}"
    return say("tables.about.estimates_some", some=len(guessed), all=len(estates), people=people)


def _standard(standard: Standard, say: Words, *, use_unverified: bool) -> Iterator[tuple[str, str | float]]:
    yield say("tables.about.standard"), f"{standard.title[say.language]} ({standard.key})"
    used = "unverified_used" if use_unverified else "unverified_unused"
    yield say("tables.about.unverified"), say(f"tables.about.{used}")


def _eligibility(plan: Plan, say: Words) -> Iterator[tuple[str, str]]:
    """Say who may be renovated after the standard, and where the project departs from it."""
    standard, project = plan.inputs.standard, plan.inputs.project
    rule, own, decided = standard.eligibility, rule_as_set(standard.eligibility, project), project.eligibility
    yield say("tables.about.eligibility"), rule.source
    if own is rule:
        yield say("tables.about.age_rule"), age_rule(rule, say)
    else:
        facts = {"rule": age_rule(own, say), "standard": age_rule(rule, say), "basis": decided.basis or "—"}
        yield say("tables.about.age_rule_own"), say("tables.about.age_rule_text", **facts)
    if own.min_age_years is not None:
        yield say("tables.about.age_years"), say("tables.about.age_years_text")
    barred = (say.get(f"terms.exclusion.{key}", key) for key in rule.excluded)
    yield say("tables.about.barred"), say("tables.book.separator").join(barred)
    yield say("tables.about.leeway"), rule.leeway
    taken = {
        "include_unknown_year": project.includes_unknown_year,
        "include_straddling_year": decided.include_straddling_year,
    }
    for key, is_taken in taken.items():
        yield say(f"tables.about.{key}"), say(f"tables.about.unknown_{'included' if is_taken else 'left_out'}")
    for key, chosen in (("included", decided.include), ("left_out", decided.exclude)):
        for estate, reason in chosen.items():
            yield say(f"terms.eligibility.{key}"), f"{estate}: {reason or '—'}"
    bundles = standard.management
    if bundles is not None:
        facts = {"area": f"{bundles.floor_area_m2:,.0f}", "clause": bundles.source}
        confidence = say(f"terms.confidence.{bundles.confidence}")
        yield say("tables.about.packages"), say("tables.about.packages_text", **facts, confidence=confidence)


def _walking(plan: Plan, say: Words) -> Iterator[tuple[str, str]]:
    yield say("tables.about.method"), say("tables.about.method_walk")
    standard = plan.inputs.standard
    used = {service.profile for service in standard.services}
    for key, profile in standard.profiles.items():
        if key in used:
            yield say("tables.about.profile", name=profile.name[say.language]), _profile(profile, say)
    dem = [source.name for source in plan.inputs.sources if source.role == "dem"]
    counted = say("tables.about.slope_counted", file=dem[0]) if dem else say("tables.about.slope_none")
    yield say("tables.about.slope"), counted


def _profile(profile: Profile, say: Words) -> str:
    steps, grade = "walked" if math.isfinite(profile.steps) else "closed", profile.max_grade
    return say(
        "tables.about.profile_text",
        speed=say(
            "tables.about.speed",
            metres=f"{profile.metres:g}",
            minutes=f"{profile.minutes:g}",
            speed=f"{profile.metres / profile.minutes:.1f}",
        ),
        steps=say(f"tables.about.steps_{steps}", factor=f"{profile.steps:g}"),
        limits=say("tables.about.grade_limit", percent=f"{grade * 100:.2g}") if grade is not None else "",
        source=profile.source[say.language],
        confidence=say(f"terms.confidence.{profile.confidence}"),
    )


def _clusters(plan: Plan, say: Words) -> Iterator[tuple[str, str | float]]:
    settings = plan.inputs.project.clusters
    of, floor, ceiling = settings.band
    yield say(f"tables.about.floor_{of}"), float(floor)
    yield say(f"tables.about.ceiling_{of}"), float(ceiling)
    for key in ("max_walk_minutes", "max_street_width_m", "min_facing_m", "need_per_gap"):
        yield say(f"tables.about.{key}"), float(getattr(settings, key))
    yield say("tables.about.keep_within"), say(f"tables.about.keep_{settings.keep_within}")


def _states(plan: Plan, say: Words) -> Iterator[tuple[str, str]]:
    counts = plan.gaps["state"].value_counts()
    for state in styles().state:
        yield say(f"terms.state.{state}"), say(f"tables.state.{state}", count=int(counts.get(state, 0)))


def _figures(plan: Plan, say: Words) -> Iterator[tuple[str, str | float]]:
    names = names_of_services(plan, say)
    for row in plan.summary.itertuples(index=False):
        text = row.text if isinstance(row.text, str) else ""
        said = say("tables.book.separator").join(names.get(key, key) for key in text.split(";"))
        figure = float(row.value) if pd.notna(row.value) else ""
        content = f"{said} {figure:,.10g}".strip() if said and figure != "" else said or figure
        yield say.get(f"tables.figure.{row.figure}", str(row.figure)), content


def _reading(say: Words) -> Iterator[tuple[str, str]]:
    for key in ("empty_cells", "totals", "no_data", "public"):
        yield say(f"tables.about.{key}"), say(f"tables.about.{key}_text")
