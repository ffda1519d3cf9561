"""The annex tables of a plan as one workbook."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd

from data.words import Language, Words, words
from geo.plan import Plan
from maps.styles import styles
from maps.workbook.about import about_rows
from maps.workbook.annex_frames import FRAMES
from maps.workbook.cell_words import mapped, service_names
from maps.workbook.inventory_sheets import inventory_sheets, preface_facts
from maps.workbook.programme_sheets import (
    annual_frame,
    programme_facts,
)
from maps.workbook.sheets import Book, Column, Sheet, write_workbook
from maps.workbook.siting_sheets import (
    siting_facts,
)
from maps.workbook.town_sheets import priority_facts
from maps.workbook.wording import is_shown, worded_table

_ANNUAL = "annual"
# Before the sheets of the lists, behind them, and last those that are only there at times.
_PLACES = ("first", "later", "last")
_CHANGE_KINDS = {
    "estate_id": "text",
    "label": "text",
    "service": "text",
    "state_before": "state",
    "state_after": "state",
    "minutes_before": "two",
    "minutes_after": "two",
    "facility_before": "text",
    "facility_after": "text",
}


def write_tables(plan: Plan, *, path: Path, language: Language) -> None:
    """Write the annex tables.

    Parameters
    ----------
    plan : Plan
        The results.
    path : Path
        The .xlsx file; overwritten.
    language : {"zh", "en"}
        Language of headings and words.
    """
    say = words(language)
    wanted = [layout for layout in _layouts() if _is_wanted(layout, plan)]
    first, later, last = (
        [sheet for one in wanted if one.place == place for sheet in _sheets(one, plan, say)] for place in _PLACES
    )
    sheets = [_about(plan, say), *first, *inventory_sheets(plan, say=say), *later, *last]
    if plan.scenario:
        sheets.append(_changes(plan, say))
    write_workbook(path, book=_book(plan, say), sheets=sheets)


@dataclass(frozen=True)
class _Layout:
    key: str
    columns: tuple[Mapping[str, Any], ...]
    only: str | None
    place: str


def _is_wanted(layout: _Layout, plan: Plan) -> bool:
    """Leave out what stands aside where nothing does, and what moved where no earlier result is named."""
    if layout.key == "facilities_aside":
        return len(plan.inputs.facilities_aside) > 0
    if not is_shown(layout.only, plan):
        return False
    return layout.key != "moves" or plan.inputs.project.clusters.earlier is not None


@cache
def _layouts() -> tuple[_Layout, ...]:
    read = tomllib.loads(files("maps.workbook").joinpath("tables.toml").read_text("utf-8"))
    return tuple(
        _Layout(sheet["key"], tuple(sheet["columns"]), sheet.get("only"), sheet.get("place", "first"))
        for sheet in read["sheet"]
    )


def _book(plan: Plan, say: Words) -> Book:
    about = plan.inputs.project.project
    return Book(
        title=about.name or say("tables.book.title"),
        author=about.author,
        date=about.date,
        total=say("tables.book.total"),
        empty=say("tables.book.empty"),
        page=say("tables.book.page"),
        footer=" ".join(part for part in (about.name, str(about.date or ""), say("tables.book.internal")) if part),
        paints={
            **{say(f"terms.state.{state}"): paint for state, paint in styles().state.items()},
            **{say(f"terms.inventory.{state}"): paint for state, paint in styles().inventory.items()},
        },
    )


def _about(plan: Plan, say: Words) -> Sheet:
    kinds = {"section": "text", "item": "state", "content": "any"}
    columns = tuple(Column(key, say(f"tables.column.{key}"), kind) for key, kind in kinds.items())
    frame = pd.DataFrame(about_rows(plan, say), columns=list(kinds), dtype=object)
    return Sheet(say("tables.sheet.about"), columns, frame)


def _sheets(layout: _Layout, plan: Plan, say: Words) -> list[Sheet]:
    """Make the sheet of a layout, or one for each year."""
    if layout.key != _ANNUAL:
        title = say(f"tables.sheet.{layout.key}")
        return [_sheet(layout, plan, say, rows=FRAMES[layout.key](plan, say), title=title)]
    return [
        _sheet(layout, plan, say, rows=annual_frame(plan, say, year=year), title=say("tables.sheet.annual", year=year))
        for year in plan.programme.phase_years["year"].tolist()
    ]


def _sheet(layout: _Layout, plan: Plan, say: Words, *, rows: pd.DataFrame, title: str) -> Sheet:
    columns, frame = worded_table(rows, specs=layout.columns, plan=plan, say=say)
    return Sheet(title, columns, frame, _preface(layout, plan, say))


def _preface(layout: _Layout, plan: Plan, say: Words) -> tuple[str, ...]:
    """Say above a sheet how it is to be read, and what the standard says of it."""
    rule, key = plan.inputs.standard.management, f"tables.preface.{layout.key}"
    if layout.key == "packages" and rule is not None:
        return (rule.note,) if rule.note else ()
    if key not in say.entries:
        return ()
    facts = {**preface_facts(plan), **priority_facts(plan, say), **siting_facts(plan, say)}
    # The full age of an estate and the years of a balance are both called years.
    own = programme_facts(plan, say)
    return (say(key, **(facts | own if layout.place == "later" else own | facts)),)


def _changes(plan: Plan, say: Words) -> Sheet:
    """Show what the scenario of a plan changes; a facility that is taken away has no name any more."""
    changes, names = plan.changes, plan.facilities.set_index("facility_id")["name"].dropna().to_dict()
    said: dict[str, pd.Series] = {
        "label": changes["estate_id"].map(plan.estates.set_index("estate_id")["label"]),
        "service": service_names(changes["service"], plan, say),
    }
    for side in ("before", "after"):
        state, facility = changes[f"state_{side}"], changes[f"facility_{side}"]
        said[f"state_{side}"] = mapped(state, lambda key: say(f"terms.state.{key}"))
        said[f"facility_{side}"] = mapped(facility, lambda key: f"{names[key]} ({key})" if key in names else key)
    columns = tuple(Column(key, say(f"scenario.column.{key}"), kind) for key, kind in _CHANGE_KINDS.items())
    preface = (say("scenario.sheet.preface", name=plan.scenario),)
    return Sheet(say("scenario.sheet.changes"), columns, changes.assign(**said)[list(_CHANGE_KINDS)], preface)
