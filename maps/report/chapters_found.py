"""Sections of what there is and what is lacking: basis, estates, network, living circle, gaps."""

from collections.abc import Iterator

import pandas as pd

from data.standards.rule_rows import age_rule
from geo.judgement.eligibility import rule_as_set
from maps.report.blocks import Block, Heading, Text
from maps.report.chapter import Chapter
from maps.report.facts import number
from maps.styles import styles
from maps.workbook.cell_words import names_of_services
from maps.workbook.inventory_sheets import is_surveyed
from maps.workbook.town_sheets import priority_facts


def basis(chapter: Chapter) -> Iterator[Block]:
    """Say which documents decide, and which files were read."""
    say, inputs = chapter.say, chapter.plan.inputs
    used = "unverified_used" if inputs.project.gaps.use_unverified else "unverified_unused"
    title = inputs.standard.title[say.language]
    yield Text(say("docx.basis.intro", standard=title, unverified=say(f"docx.basis.{used}")))
    yield from chapter.table("documents")
    yield Text(say("docx.basis.data"))
    for source in inputs.sources:
        role = say.get(f"tables.role.{source.role}", source.role)
        yield Text(say("docx.basis.source", role=role, name=source.name), "list")
    for key, value in inputs.facts.items():
        yield Text(say("docx.basis.fact", item=say.get(f"tables.fact.{key}", key), value=value), "list")


def present(chapter: Chapter) -> Iterator[Block]:
    """Describe the estates: residents, what may be renovated, what of the lists is in place."""
    yield Heading(chapter.say("docx.heading.present_people"), 2)
    yield from _people(chapter)
    yield Heading(chapter.say("docx.heading.present_scope"), 2)
    yield from _scope(chapter)
    yield Heading(chapter.say("docx.heading.present_contents"), 2)
    yield from _contents(chapter)


def _people(chapter: Chapter) -> Iterator[Block]:
    facts, unknown = chapter.facts, chapter.facts["area_unknown"]
    known = chapter.say("docx.present.area_known", count=unknown) if unknown else ""
    yield chapter.text("present.intro", area_known=known)
    if chapter.plan.estates["estimated"].any():
        yield chapter.text("present.estimated", methods=facts["methods_of_estimates"])
    else:
        yield chapter.text("present.surveyed")
    yield from chapter.table("subdistricts")
    if facts["known"]:
        yield chapter.text("present.years", unknown=facts["unknown_years"])
        yield from chapter.table("decades")
    else:
        yield chapter.text("present.years_none")


def _scope(chapter: Chapter) -> Iterator[Block]:
    say, project, standard = chapter.say, chapter.plan.inputs.project, chapter.plan.inputs.standard
    rule = standard.eligibility
    own = rule_as_set(rule, project)
    barred = say("tables.book.separator").join(say.get(f"terms.exclusion.{key}", key) for key in rule.excluded)
    yield chapter.text("present.scope", source=rule.source, rule=age_rule(rule, say), barred=barred or "—")
    if own is not rule:
        facts = {"rule": age_rule(own, say), "standard": age_rule(rule, say), "basis": project.eligibility.basis or "—"}
        yield chapter.text("present.scope_own", **facts)
    yield from chapter.table("eligibility")
    if chapter.plan.estates["missing"].notna().any():
        yield chapter.text("present.survey", sheet=say("tables.sheet.survey"))


def _contents(chapter: Chapter) -> Iterator[Block]:
    if is_surveyed(chapter.plan):
        yield chapter.text("present.contents", known=chapter.facts["known_states"])
        yield from chapter.table("inventory_shares")
    else:
        yield chapter.text("present.contents_none")
    whole = chapter.plan.amounts[chapter.plan.amounts["scale"] == "whole"]
    for key, counted in (("parking", "parking_estates"), ("lifts", "lift_estates"), ("green", "green_estates")):
        if whole[counted].gt(0).any():
            yield chapter.point(f"present.{key}")


def network(chapter: Chapter) -> Iterator[Block]:
    """Describe the walking network, and the facilities that are there."""
    say, plan = chapter.say, chapter.plan
    yield Heading(say("docx.heading.network_ways"), 2)
    yield chapter.text("network.ways")
    yield chapter.text("network.access")
    yield from chapter.table("access")
    yield Heading(say("docx.heading.network_facilities"), 2)
    if plan.facilities.empty:
        yield chapter.text("network.facilities_none")
        return
    yield chapter.text("network.facilities")
    if len(plan.inputs.facilities_aside):
        yield chapter.text("network.aside")
    yield from chapter.table("facilities")


def circle(chapter: Chapter) -> Iterator[Block]:
    """Judge what is reached on foot, service by service."""
    say, plan = chapter.say, chapter.plan
    if plan.services.empty:
        yield chapter.text("circle.none")
        return
    yield Heading(say("docx.heading.circle_method"), 2)
    yield chapter.text("circle.method")
    yield chapter.text("circle.states")
    counts = plan.gaps["state"].value_counts()
    for state in styles().state:
        told = say(f"tables.state.{state}", count=number(int(counts.get(state, 0))))
        yield Text(say("docx.circle.state", state=say(f"terms.state.{state}"), text=told), "list")
    yield Heading(say("docx.heading.circle_coverage"), 2)
    yield chapter.text("circle.coverage")
    if plan.estates["estimated"].any():
        yield chapter.text("circle.coverage_estimated")
    yield from chapter.table("coverage")
    yield Heading(say("docx.heading.circle_services"), 2)
    yield from chapter.table("services")
    for row in plan.services.to_dict("records"):
        yield _service(row, chapter)


def _service(row: dict[str, object], chapter: Chapter) -> Text:
    """Tell the states of one service, how many people live near enough, and by which clauses it is judged."""
    say, plan = chapter.say, chapter.plan
    share, people = float(str(row["people_share"])), float(str(row["people_within"]))
    near = say("docx.circle.share_none")
    if not row["thin"] and share == share:
        facts = {"minutes": f"{row['limit_minutes']:g}", "people": number(people), "share": f"{share:.1%}"}
        near = say("docx.circle.share", **facts)
    name = names_of_services(plan, say).get(str(row["service"]), str(row["service"]))
    told = say("docx.circle.service", **{**row, "service": name, "share": near})
    gaps = plan.gaps[plan.gaps["service"] == row["service"]]
    between = "" if say.language == "zh" else " "
    return Text(between.join(part for part in (told, _clauses(gaps, chapter)) if part), "list")


def _clauses(gaps: pd.DataFrame, chapter: Chapter) -> str:
    say = chapter.say
    pairs = gaps[["clause", "confidence"]].dropna().drop_duplicates().itertuples(index=False)
    told = [f"{pair.clause} ({say(f'terms.confidence.{pair.confidence}')})" for pair in pairs if pair.clause]
    told = [one.replace(" (", "（").replace(")", "）") for one in told] if say.language == "zh" else told
    return say("docx.circle.thresholds", clauses=say("tables.book.separator").join(told)) if told else ""


def lacking(chapter: Chapter) -> Iterator[Block]:
    """Sum up what is lacking, where, and what sharing would do."""
    plan = chapter.plan
    yield chapter.text("lacking.intro" if plan.services["gap"].any() else "lacking.none")
    states = {state: chapter.facts.get(f"all_{state}", "0") for state in ("size_unknown", "no_data")}
    if any(value != "0" for value in states.values()):
        yield chapter.text("lacking.unknown", **states)
    yield from chapter.table("lacking")
    if not plan.priorities.empty:
        yield chapter.text("lacking.priorities", weights=priority_facts(plan, chapter.say)["weights"])
        yield from chapter.table("priorities")
    sharing = chapter.table("sharing")
    if sharing:
        yield chapter.text("lacking.sharing")
        yield from sharing
