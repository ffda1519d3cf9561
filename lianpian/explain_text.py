"""The explanation of a figure on the screen: in full, or in a paragraph per service."""

import dataclasses
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from data.results import Results
from data.words import Words
from geo.explaining.explanation import Explanation, Reached
from geo.explaining.walk_sum import Door, Part, Sum
from lianpian.explain_sentences import (
    Subject,
    changes,
    conclusion,
    joined,
    named,
    shown_metres,
    shown_minutes,
)
from lianpian.screen import Screen

# How far rounding to what is shown can carry one figure.
ROUNDING_M, ROUNDING_MINUTES = 0.1, 0.01
# Less than this between metres walked and metres on the level comes from minutes that are rounded up.
SLOWED_M = 1.0


def tell(explanations: Sequence[Explanation], *, results: Results, screen: Screen, whole: bool) -> None:
    """Tell explanations of one estate.

    Parameters
    ----------
    explanations : sequence of Explanation
        At least one, all of one estate.
    results : Results
        The tables they were made from.
    screen : Screen
        Where to tell them.
    whole : bool
        Whether each is told in full, or in a paragraph.
    """
    subjects = [Subject(one, results, screen.words) for one in explanations]
    if not whole:
        estate = subjects[0].estate(explanations[0].estate_id)
        screen.say("explain.overview", estate=estate, count=len(explanations))
    for number, subject in enumerate(subjects):
        if number or not whole:
            screen.heading("")
        told = _tell_whole if whole else _tell_paragraph
        told(subject, screen)


def _tell_paragraph(subject: Subject, screen: Screen) -> None:
    one, say = subject.explanation, subject.say
    screen.say(
        "explain.paragraph",
        service=named(subject.facts()["service"], identifier=one.service, say=say),
        state=say(f"terms.state.{one.judgement.state}"),
        text=joined([conclusion(subject), changes(subject)[0]], say),
    )


def _tell_whole(subject: Subject, screen: Screen) -> None:
    one, say, judged = subject.explanation, subject.say, subject.explanation.judgement
    facts = subject.facts()
    state = say(f"terms.state.{judged.state}")
    screen.say("explain.title", estate=subject.estate(one.estate_id), service=facts["service"], state=state)
    screen.heading(conclusion(subject))
    screen.say("explain.limit", **facts)
    screen.say("explain.clause", clause=judged.clause, confidence=say(f"terms.confidence.{judged.confidence}"))
    if one.walk is not None:
        _tell_heading("sum", screen)
        screen.table(_sum_rows(one.walk, subject))
        if abs(judged.judged_m - one.walk.walk_m) > SLOWED_M:
            screen.say("explain.level", metres=shown_metres(judged.judged_m))
    if one.nearest:
        _tell_others(subject, screen)
    _tell_heading("change", screen)
    for text in changes(subject):
        screen.say("explain.point", text=text)


def _tell_heading(name: str, screen: Screen) -> None:
    screen.heading("")
    screen.say(f"explain.heading.{name}")


def _tell_others(subject: Subject, screen: Screen) -> None:
    one = subject.explanation
    _tell_heading("others", screen)
    if one.nearest[1:]:
        screen.table([_other_row(other, screen.words) for other in one.nearest[1:]])
    else:
        screen.say("explain.others.unlisted" if subject.lists_one() else "explain.others.none")
    if one.chances is not None:
        screen.say("explain.chances", **dataclasses.asdict(one.chances))
        if not math.isnan(one.chances.per_1000):
            capacity = subject.facts()["capacity"]
            screen.say("explain.per_1000", per_1000=f"{one.chances.per_1000:.2f}", capacity=capacity)


def _other_row(other: Reached, say: Words) -> dict[str, str]:
    cells = {
        "rank": str(other.rank),
        "facility": named(other.facility_name, identifier=other.facility_id, say=say),
        "level_metres": shown_metres(other.walk_m),
        "minutes": shown_minutes(other.walk_minutes),
        "limit": say("explain.others.within" if other.within_limit else "explain.others.beyond"),
    }
    return _headed(cells, say)


@dataclass(frozen=True)
class _Row:
    part: str
    by: str
    metres: float
    minutes: float

    def cells(self, say: Words) -> dict[str, str]:
        shown = {"metres": shown_metres(self.metres), "minutes": shown_minutes(self.minutes)}
        return _headed({"part": self.part, "by": self.by, **shown}, say)


def _sum_rows(walk: Sum, subject: Subject) -> list[dict[str, str]]:
    """Return the parts, what rounding added, and the whole, so that the figures shown add up to the whole shown."""
    say = subject.say
    rows = [
        _Row(name, _by(part, walk, say), round(part.length_m, 1), round(part.minutes, 2))
        for name, part in _numbered(walk, say)
    ]
    by = say("explain.by.total", **subject.facts())
    whole = _Row(say("explain.part.total"), by, round(walk.walk_m, 1), round(walk.walk_minutes, 2))
    kind = _rest_kind(walk)
    rest_m = round(whole.metres - math.fsum(row.metres for row in rows), 1)
    rest_minutes = round(whole.minutes - math.fsum(row.minutes for row in rows), 2)
    rest = _Row(say(f"explain.part.{kind}"), say(f"explain.by.{kind}"), rest_m, rest_minutes)
    if rest_m or rest_minutes:
        rows.append(rest)
    unknown = _Row(say("explain.part.inside"), say("explain.by.inside_unknown"), math.nan, math.nan)
    return [row.cells(say) for row in ([] if walk.inside_known else [unknown]) + [*rows, whole]]


def _rest_kind(walk: Sum) -> str:
    """Tell whether rounding alone explains what the parts leave of the whole."""
    figures = len(walk.parts) + 1
    is_rounding = abs(walk.rest_m) <= figures * ROUNDING_M and abs(walk.rest_minutes) <= figures * ROUNDING_MINUTES
    return "rounding" if is_rounding else "rest"


def _numbered(walk: Sum, say: Words) -> Iterator[tuple[str, Part]]:
    """Yield each part with what it is called; streets are numbered."""
    number = 0
    for part in walk.parts:
        number += part.kind == "street"
        yield say(f"explain.part.{part.kind}", number=number), part


def _by(part: Part, walk: Sum, say: Words) -> str:
    if part.kind == "inside":
        return say("explain.by.inside" if walk.gate else "explain.by.inside_whole")
    if part.kind == "street":
        return _street(part, say)
    if part.kind == "from":
        return _door(walk.gate, say)
    facility = named(walk.facility_name, identifier=walk.facility_id, say=say)
    return say("explain.by.door_of", facility=facility, door=_door(walk.entrance, say))


def _street(part: Part, say: Words) -> str:
    unnamed = say.get(f"explain.way.{part.highway}", say("explain.way.other"))
    if part.steps and part.highway != "steps":
        return say("explain.by.steps", street=part.street or unnamed)
    return say("explain.by.steps", street=part.street) if part.steps and part.street else part.street or unnamed


def _door(door: Door | None, say: Words) -> str:
    """Say what an access point is, how that was resolved, and on which side of the estate it lies."""
    if door is None:
        return say("explain.by.own_ground")
    kind = say.get(f"explain.door.{door.kind}", door.kind)
    text = say("explain.by.gate_id", kind=kind, id=door.gate_id) if door.gate_id else kind
    resolved = say.get(f"explain.resolved.{door.resolved}")
    text = say("explain.by.door", kind=text, resolved=resolved) if resolved else text
    return say("explain.by.door_side", side=say(f"explain.side.{door.side}"), door=text) if door.side else text


def _headed(cells: Mapping[str, str], say: Words) -> dict[str, str]:
    return {say(f"explain.column.{name}"): value for name, value in cells.items()}
