"""Sections of what is to be done, and how far to trust it: clusters, works, years, quality, figures of the standard."""

from collections.abc import Iterator

import pandas as pd

from maps.report.blocks import Block, Heading, Text
from maps.report.chapter import Chapter
from maps.report.facts import number
from maps.workbook.about import assumption_rows
from maps.workbook.cell_words import names_of_services


def clusters(chapter: Chapter) -> Iterator[Block]:
    """Say how clusters are formed, which there are, and why the other estates stand alone."""
    say, plan = chapter.say, chapter.plan
    yield Heading(say("docx.heading.clusters_method"), 2)
    yield chapter.text("clusters.method")
    yield Heading(say("docx.heading.clusters_result"), 2)
    yield chapter.text("clusters.none" if plan.clusters.empty else "clusters.result")
    yield from chapter.table("clusters")
    yield Heading(say("docx.heading.clusters_alone"), 2)
    alone = chapter.facts["alone"]
    yield chapter.text("clusters.alone" if alone else "clusters.alone_none", count=alone)
    yield from chapter.table("reasons")
    yield from chapter.table("stand_alone")
    bundles = plan.inputs.standard.management
    if bundles is not None and not plan.packages.empty:
        yield Heading(say("docx.heading.clusters_packages"), 2)
        confidence = say(f"terms.confidence.{bundles.confidence}")
        yield chapter.text("clusters.packages", clause=bundles.source, confidence=confidence)
        yield from chapter.table("packages")


def works(chapter: Chapter) -> Iterator[Block]:
    """Say what closes gaps, first without building, then on the sites there are."""
    say, plan = chapter.say, chapter.plan
    yield Heading(say("docx.heading.works_without"), 2)
    count = len(plan.alternatives)
    yield chapter.text("works.openings" if count else "works.openings_none", count=number(count))
    yield from chapter.table("alternatives")
    yield Heading(say("docx.heading.works_sites"), 2)
    if plan.proposals.empty:
        yield chapter.text("works.proposals_none")
        return
    yield chapter.text("works.proposals")
    yield from chapter.table("proposals")
    if plan.coverage["people_share_proposed"].notna().any():
        yield chapter.text("works.after")
        yield from chapter.table("afterwards")


def years(chapter: Chapter) -> Iterator[Block]:
    """Tell the years, the costs and who pays, as far as the project sets them."""
    say, phases = chapter.say, chapter.plan.programme.phases
    priced = bool(phases["cost_yuan"].notna().any())
    yield Heading(say("docx.heading.years_plan"), 2)
    if (phases["status"] == "planned").any():
        cost = say("docx.years.cost", **chapter.facts) if priced and "planned_wan" in chapter.facts else ""
        yield chapter.text("years.plan", cost=cost, methods=chapter.facts["method"])
        yield from chapter.table("phase_years")
        yield from chapter.table("phases")
    else:
        yield chapter.text("years.none")
    yield Heading(say("docx.heading.years_money"), 2)
    yield chapter.text("years.prices" if priced else "years.no_prices")
    base = _base_cases(chapter.plan.programme.balance)
    if len(base):
        positive, sheet = int((base["npv_yuan"] >= 0).sum()), say("tables.sheet.balance")
        yield chapter.text("years.balance", count=len(base), positive=positive, sheet=sheet)


def _base_cases(balance: pd.DataFrame) -> pd.DataFrame:
    return balance[balance["case"] == "base"]


def quality(chapter: Chapter) -> Iterator[Block]:
    """Say what was found wrong in the inputs, what is estimated or assumed, and what cannot be told."""
    say, plan = chapter.say, chapter.plan
    yield chapter.text("quality.problems" if plan.problems else "quality.problems_none")
    yield from chapter.table("problems")
    if plan.estates["estimated"].any():
        told = [say("docx.quality.assumption", item=item, value=value) for item, value in assumption_rows(plan, say)]
        yield chapter.text(
            "quality.estimated", assumptions="；".join(told) if say.language == "zh" else "; ".join(told)
        )
    yield chapter.text("quality.assumed_access")
    if plan.services["thin"].any():
        names = names_of_services(plan, say)
        thin = plan.services.loc[plan.services["thin"].astype(bool), "service"]
        listed = say("tables.book.separator").join(names.get(key, key) for key in thin)
        yield chapter.text("quality.thin", services=listed)
    if chapter.facts["near_rim"]:
        yield chapter.text("quality.rim", count=chapter.facts["near_rim"])
    if not any(source.role == "dem" for source in plan.inputs.sources):
        yield chapter.text("quality.slope_none")
    code = plan.inputs.crs.to_authority()
    yield chapter.text("quality.crs", crs=f"{plan.inputs.crs.name} {':'.join(code) if code else ''}".strip())
    yield Text(say("docx.quality.public"))


def indicators(chapter: Chapter) -> Iterator[Block]:
    """List the figures of the standard that are in use."""
    rows = chapter.table("indicators")
    yield chapter.text("indicators.intro" if rows else "indicators.none", sheet=chapter.say("tables.sheet.indicators"))
    yield from rows
