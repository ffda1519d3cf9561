"""What a sheet says of its method: how it was measured, against which clause, and what it does not prove."""

from collections.abc import Iterator

import pandas as pd

from data.words import Words
from geo.plan import Plan
from maps.atlas.furniture import Furniture
from maps.atlas.sheets import Sheet

_RULE = ["metric", "threshold", "unit", "clause", "confidence"]


def notes_of(sheet: Sheet, *, plan: Plan, about: Furniture, say: Words, beyond: int = 0) -> tuple[str, ...]:
    """List the notes of a sheet.

    Parameters
    ----------
    sheet : Sheet
        The sheet.
    plan : Plan
        The results.
    about : Furniture
        What every sheet says.
    say : Words
        Language.
    beyond : int
        How much the legend counts and the map does not show.

    Returns
    -------
    tuple of str
        Paragraphs, those of the sheet first.
    """
    outside = say("atlas.outside", count=beyond) if beyond else ""
    return tuple(text for text in (*_own(sheet, plan, say), outside, *_all(plan, about, say)) if text)


def _own(sheet: Sheet, plan: Plan, say: Words) -> Iterator[str]:
    key = f"atlas.note.{sheet.rule.note}"
    if sheet.rule.note and say.get(key):
        yield say(key, **_facts(plan, say))
    if sheet.subject.service:
        yield from _asked(plan.gaps[plan.gaps["service"] == sheet.subject.service], say)


def _facts(plan: Plan, say: Words) -> dict[str, object]:
    """Return the figures that notes may name."""
    settings = plan.inputs.project.clusters
    band = settings.band
    alone = int((plan.estates["eligible"] & plan.estates["cluster_id"].isna()).sum())
    return {
        "band": say(f"terms.band.{band.of}"),
        "floor": f"{band.floor:,.0f}",
        "ceiling": f"{band.ceiling:,.0f}",
        "width": f"{settings.max_street_width_m:g}",
        "facing": f"{settings.min_facing_m:g}",
        "minutes": f"{settings.max_walk_minutes:g}",
        "alone": alone,
        "reserve": int(plan.programme.phases["year"].isna().sum()) if len(plan.programme.phases) else 0,
    }


def _asked(gaps: pd.DataFrame, say: Words) -> Iterator[str]:
    """Name each threshold with its clause and confidence."""
    for metric, threshold, unit, clause, confidence in gaps[_RULE].drop_duplicates().itertuples(index=False):
        yield say(
            "atlas.threshold",
            metric=say.get(f"map.metric.{metric}", str(metric)),
            threshold=f"{threshold:g}",
            unit=say.get(f"terms.unit.{unit}", str(unit)),
            clause=clause,
            confidence=say.get(f"terms.confidence.{confidence}", str(confidence)),
        )


def _all(plan: Plan, about: Furniture, say: Words) -> Iterator[str]:
    """Say what holds for every sheet."""
    standard = plan.inputs.standard
    used = {service.profile for service in standard.services}
    speeds = [
        say("atlas.speed", name=profile.name[say.language], speed=f"{profile.metres / profile.minutes:.1f}")
        for key, profile in standard.profiles.items()
        if key in used
    ]
    yield say("atlas.method", standard=about.standard, speeds=say("map.banner.comma").join(speeds))
    estimated = int(plan.estates["estimated"].sum())
    if estimated:
        yield say("atlas.estimated", count=estimated, total=len(plan.estates))
    if about.sources:
        yield say("atlas.sources", sources=about.sources)
