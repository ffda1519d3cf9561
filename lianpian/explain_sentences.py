"""The sentences of an explanation: how a service was judged, and what would change the judgement."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from data.results import Results
from data.words import Words
from geo.explaining.explanation import Explanation, Opening, Reached
from geo.judgement.gaps import NEAR_LIMIT_M, NEAR_LIMIT_SHARE

FIRST_OPENINGS = 3
_UNKNOWN = "—"


@dataclass(frozen=True)
class Subject:
    """Hold what the sentences speak of.

    Parameters
    ----------
    explanation : Explanation
        What is explained.
    results : Results
        The tables it was made from, for names.
    say : Words
        The text catalogue.
    """

    explanation: Explanation
    results: Results
    say: Words

    def facts(self) -> dict[str, str]:
        """Return what the sentences name, as it is shown."""
        return _facts(self)

    def lists_one(self) -> bool:
        """Tell whether the results list no more than the nearest facility of each service."""
        return bool(self.results.manifest["options"].get("walking", {}).get("nearest") == 1)

    def estate(self, estate_id: str) -> str:
        """Return name and identifier of an estate."""
        return estate_label(self.results, estate_id=estate_id, say=self.say)


def estate_label(results: Results, *, estate_id: str, say: Words) -> str:
    """Return name and identifier of an estate."""
    label = results.estates.loc[results.estates["estate_id"] == estate_id, "label"]
    return named(label.iloc[0] if len(label) else None, identifier=estate_id, say=say)


def named(name: str | None, *, identifier: str, say: Words) -> str:
    """Return a name with its identifier, or the identifier alone where there is no name."""
    if name is None or name == identifier:
        return identifier
    return say("explain.named", name=name, id=identifier)


def shown_metres(value: float) -> str:
    """Return metres as they are shown."""
    return _number(value, digits=1)


def shown_minutes(value: float) -> str:
    """Return minutes as they are shown."""
    return _number(value, digits=2)


def _number(value: float, *, digits: int) -> str:
    # Adding zero turns the zero that is left of a small negative number into a plain one.
    return _UNKNOWN if math.isnan(value) else f"{round(value, digits) + 0.0:.{digits}f}"


def _figure(value: float) -> str:
    return _UNKNOWN if math.isnan(value) else f"{value:.10g}"


def _facts(subject: Subject) -> dict[str, str]:
    one, say = subject.explanation, subject.say
    judged, standard = one.judgement, subject.results.manifest["standard"]
    service, profile = standard["services"][one.service], standard["profiles"][judged.profile]
    unit = say.get(f"terms.unit.{judged.unit}", judged.unit)
    return {
        "service": service["name"][say.language],
        "profile": profile["name"][say.language],
        "facility": _facility(one.nearest[0], say) if one.nearest else _UNKNOWN,
        "minutes": shown_minutes(judged.walk_minutes),
        "metres": shown_metres(one.walk.walk_m if one.walk else judged.walk_m),
        "limit": _figure(judged.limit_minutes),
        "limit_m": shown_metres(judged.limit_m),
        "speed": shown_metres(judged.metres_per_minute),
        "spare_minutes": shown_minutes(judged.spare_minutes),
        "spare_m": shown_metres(judged.spare_m),
        "over_minutes": shown_minutes(-judged.spare_minutes),
        "over_m": shown_metres(-judged.spare_m),
        "near_m": shown_metres(abs(judged.spare_m)),
        "margin": f"{NEAR_LIMIT_M:g}",
        "share": f"{NEAR_LIMIT_SHARE:.0%}",
        "metric": say(f"standards.metric.{judged.metric}"),
        "measured": _figure(judged.measured),
        "threshold": _figure(judged.threshold),
        "shortfall": _figure(judged.shortfall),
        "unit": unit,
        "found": str(one.layer.facilities),
        "where": say("explain.where", unit=one.layer.unit) if one.layer.unit else "",
        "expected": _number(one.layer.expected, digits=0),
        "new_m": shown_metres(one.new_within_m),
        "record": _record_word(judged.supply or "capacity", service["capacity_unit"], say),
        "capacity": _record_word("capacity", service["capacity_unit"], say),
    }


def _facility(reached: Reached, say: Words) -> str:
    return named(reached.facility_name, identifier=reached.facility_id, say=say)


def _record_word(column: str, capacity_unit: str, say: Words) -> str:
    general = say(f"explain.record.{column}")
    return say.get(f"explain.record.{capacity_unit}", general) if column == "capacity" else general


def conclusion(subject: Subject) -> str:
    """Say how the service was judged, and on what.

    Parameters
    ----------
    subject : Subject
        What is explained.

    Returns
    -------
    str
        One sentence or two.
    """
    one, say = subject.explanation, subject.say
    case, facts = one.judgement.case, subject.facts()
    if case == "size_unknown" and one.judgement.measured > 0:
        case = "size_unknown_part"
    text = say(f"explain.case.{case}", **facts)
    if case == "no_data_thin" and one.nearest:
        return joined([text, say("explain.case.known_nearest", **facts)], say)
    return text


def joined(sentences: list[str], say: Words) -> str:
    """Put sentences one after the other; Chinese ones follow each other without a space."""
    return ("" if say.language == "zh" else " ").join(sentences)


def changes(subject: Subject) -> tuple[str, ...]:
    """Say what would change the judgement, or make it surer.

    Parameters
    ----------
    subject : Subject
        What is explained.

    Returns
    -------
    tuple of str
        One sentence each, the one that matters most first; at least one.
    """
    steps = (*_STEPS[subject.explanation.judgement.case], _assumed, _unverified)
    facts = subject.facts()
    return tuple(text for step in steps for text in step(subject, facts))


Sentences = Iterator[str]


def _straight(subject: Subject, facts: Mapping[str, str]) -> Sentences:
    straight = subject.explanation.straight
    if straight is None:
        return
    kind = "straight_other" if math.isnan(straight.detour) else "detour"
    if not straight.within_limit:
        kind = "straight_beyond"
    elif not straight.connected:
        kind = "straight_unconnected"
    own = {
        "facility": named(straight.facility_name, identifier=straight.facility_id, say=subject.say),
        "straight_m": shown_metres(straight.straight_m),
        "detour": _number(straight.detour, digits=2),
    }
    yield subject.say(f"explain.change.{kind}", **{**facts, **own})


def _openings(subject: Subject, _: Mapping[str, str]) -> Sentences:
    say, openings = subject.say, subject.explanation.openings
    for opening in openings[:FIRST_OPENINGS]:
        kind = "closes" if opening.gaps_closed else "saves"
        minutes = f"{opening.person_minutes:,.0f}"
        name = _opening(opening, subject)
        yield say(f"explain.change.opening_{kind}", opening=name, gaps=opening.gaps_closed, minutes=minutes)
    if len(openings) > FIRST_OPENINGS:
        yield say("explain.change.opening_more", count=len(openings) - FIRST_OPENINGS)
    if openings:
        yield say("explain.change.opening_try")


def _opening(opening: Opening, subject: Subject) -> str:
    other = subject.estate(opening.other_id) if opening.other_id else _UNKNOWN
    return subject.say(f"explain.opening.{opening.kind}", id=opening.opening_id, other=other)


def _openings_or_none(subject: Subject, facts: Mapping[str, str]) -> Sentences:
    yield from _openings(subject, facts)
    if not subject.explanation.openings:
        yield subject.say("explain.change.opening_none")


def _new(subject: Subject, facts: Mapping[str, str]) -> Sentences:
    one = subject.explanation
    whole = one.walk is not None and one.walk.inside_known
    if one.new_within_m > 0:
        yield subject.say("explain.change.new" if whole else "explain.change.new_part", **facts)


def _new_size(subject: Subject, facts: Mapping[str, str]) -> Sentences:
    yield subject.say("explain.change.new_size", **facts)


def _if_it_closes(subject: Subject, facts: Mapping[str, str]) -> Sentences:
    one, say = subject.explanation, subject.say
    if len(one.nearest) < 2:
        kind = "closes_unlisted" if subject.lists_one() else "closes_none"
        yield say(f"explain.change.{kind}", **facts)
        return
    second = one.nearest[1]
    kind = "closes_within" if second.within_limit else "closes_beyond"
    own = {"second": _facility(second, say), "minutes": shown_minutes(second.walk_minutes)}
    yield say(f"explain.change.{kind}", **{**facts, **own})


def _near_limit(subject: Subject, facts: Mapping[str, str]) -> Sentences:
    kind = "nearer" if subject.explanation.judgement.spare_m < 0 else "farther"
    yield subject.say(f"explain.change.{kind}", **facts)


def _record(subject: Subject, facts: Mapping[str, str]) -> Sentences:
    one, say = subject.explanation, subject.say
    near = [reached for reached in one.nearest if reached.within_limit]
    lacking = [_facility(reached, say) for reached in near if reached.unrecorded]
    kind = "record" if lacking else "record_elsewhere"
    listed = say("cli.list_mark").join(lacking)
    yield say(f"explain.change.{kind}", **{**facts, "facilities": listed, "count": str(len(near))})


def _check_size(subject: Subject, facts: Mapping[str, str]) -> Sentences:
    yield subject.say("explain.change.check_size", **facts)


def _more_data(subject: Subject, _: Mapping[str, str]) -> Sentences:
    yield subject.say("explain.change.more_data")


def _connect(subject: Subject, _: Mapping[str, str]) -> Sentences:
    yield subject.say("explain.change.connect")


def _assumed(subject: Subject, _: Mapping[str, str]) -> Sentences:
    for end in subject.explanation.assumed:
        yield subject.say(f"explain.change.assumed_{end}")


def _unverified(subject: Subject, _: Mapping[str, str]) -> Sentences:
    if subject.explanation.judgement.confidence == "unverified":
        yield subject.say("explain.change.unverified")


_STEPS: Mapping[str, tuple[Callable[[Subject, Mapping[str, str]], Sentences], ...]] = {
    "met": (_if_it_closes,),
    "borderline_walk": (_near_limit, _openings, _if_it_closes),
    "borderline_size": (_check_size, _if_it_closes),
    "gap_walk": (_straight, _openings_or_none, _new),
    "gap_unreached": (_straight, _openings_or_none, _new),
    "gap_size": (_new_size,),
    "size_unknown": (_record,),
    "no_data_unconnected": (_connect,),
    "no_data_empty": (_more_data,),
    "no_data_thin": (_more_data,),
    "no_data_set": (_more_data,),
    "no_data_size": (_more_data,),
}
